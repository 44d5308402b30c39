//! What a refusal says to do helps, and nothing is refused that can be done.

use ironward_core::engine::EngineError;
use serde_json::json;

use crate::support::sketch::{Sketch, path};
use crate::support::types::{BOX, NAMED, PORT, SLOT};
use crate::support::{Lab, adopted, is, of, retained, sketch};

#[test]
fn a_shared_name_may_be_taken_up_again() {
    let lab = Lab::new();
    let program = |name: &str| {
        sketch().add("x", &NAMED, [("Name", is(name))]).tune(|options| options.shared = true).done()
    };
    for name in ["one", "two", "one"] {
        match lab.try_plan(&program(name)) {
            Ok(planned) => assert!(lab.try_apply(&program(name), planned).unwrap().is_complete()),
            Err(refused) => panic!("{refused}"),
        }
    }
}

#[test]
fn what_was_let_go_of_is_taken_over_again_at_a_path_of_its_own_where_its_own_is_occupied() {
    let lab = Lab::new();
    let slot = |sketch: Sketch, at: &str, key: &str| sketch.add(at, &SLOT, [("Key", is(key))]);
    lab.up(&retained(slot(sketch(), "a", "k")).done());
    assert!(lab.apply(&retained(slot(sketch(), "a", "l")).done()).is_complete());
    let problem = lab.problem(&slot(sketch(), "a", "k").done());
    assert!(
        problem.contains("take it over again, at a path of its own, with `.adopt(\"slot-k\")`"),
        "{problem}"
    );
    let program = adopted(slot(slot(sketch(), "a", "l"), "b", "k"), "slot-k").done();
    assert!(lab.apply(&program).is_complete());
    lab.assert_settled(&program);
}

#[test]
fn the_remedy_of_an_import_makes_nothing_twice() {
    let lab = Lab::new();
    lab.up(&sketch().add("parent", &BOX, []).done());
    lab.cloud.plant(&BOX, "box-there", &[("Zone", json!("z"))], &[]);
    lab.cloud.vanish("parent");
    let program = |adopts: bool| {
        let link = [("Zone", is("z")), ("Link", of("parent", "Id"))];
        let a = sketch().add("parent", &BOX, []).add("a", &BOX, link);
        if adopts { adopted(a, "box-there").done() } else { a.done() }
    };
    let refused = lab.plan_import(&program(false), &[("a", "box-there")]).unwrap_err();
    let EngineError::Refused(problems) = refused else { panic!("{refused}") };
    let hint = problems[0].hint.clone().unwrap();
    assert!(hint.contains("declare `a` with `.adopt(\"box-there\")` and type `up`"), "{hint}");
    assert!(lab.apply(&program(true)).is_complete());
    assert_eq!(lab.cloud.objects().len(), 2);
}

#[test]
fn an_import_of_what_refers_to_what_moves_gets_to_its_end_or_is_refused() {
    let lab = Lab::new();
    lab.up(&sketch().add("a", &BOX, []).done());
    lab.cloud.plant(&BOX, "box-there", &[], &[]);
    let moved = sketch().add("b", &BOX, []).tune(|options| options.renamed_from = Some(path("a")));
    let program = moved.add("x", &BOX, [("Link", of("b", "Id"))]).done();
    if let Ok(planned) = lab.plan_import(&program, &[("x", "box-there")]) {
        let outcome = lab.try_apply(&program, planned).unwrap();
        assert!(outcome.is_complete(), "{:?}", outcome.failures);
    }
}

#[test]
fn what_keeps_a_name_that_it_isn_t_declared_to_have_is_in_the_way() {
    let lab = Lab::new();
    lab.up(&sketch().add("a", &SLOT, [("Key", is("k"))]).done());
    let a = sketch().add("a", &SLOT, [("Key", is("l"))]).tune(|options| options.ignore_changes = vec!["Key"]);
    let program = a.add("b", &SLOT, [("Key", is("k"))]).done();
    if let Ok(planned) = lab.try_plan(&program) {
        let outcome = lab.try_apply(&program, planned).unwrap();
        assert!(outcome.is_complete(), "{:?}", outcome.failures);
    }
}

#[test]
fn what_ignores_one_property_lets_go_by_another() {
    let lab = Lab::new();
    let lb = || sketch().add("lb", &BOX, []);
    let port = |sketch: Sketch, at: &str, port: i64| {
        sketch.add(at, &PORT, [("Parent", of("lb", "Id")), ("Port", is(port))])
    };
    let p = |number: i64| port(lb(), "p", number).tune(|options| options.ignore_changes = vec!["Parent"]);
    lab.up(&p(80).done());
    if let Err(refused) = lab.try_plan(&port(p(81), "q", 80).done()) {
        panic!("{refused:?}");
    }
}

#[test]
fn what_is_replaced_keeps_nothing_that_it_ignores() {
    let lab = Lab::new();
    lab.up(&sketch().add("a", &SLOT, [("Key", is("k")), ("Zone", is("a"))]).done());
    let a = sketch().add("a", &SLOT, [("Key", is("l")), ("Zone", is("b"))]);
    let a = a.tune(|options| options.ignore_changes = vec!["Key"]);
    if let Err(refused) = lab.try_plan(&a.add("b", &SLOT, [("Key", is("k"))]).done()) {
        panic!("{refused:?}");
    }
}

#[test]
fn what_was_of_another_type_and_stays_is_let_go_of_in_a_change_of_its_own() {
    let lab = Lab::new();
    let slot = |sketch: Sketch, at: &str, key: &str| sketch.add(at, &SLOT, [("Key", is(key))]);
    let other = |key: &str| slot(sketch(), "b", key);
    lab.up(&retained(slot(other("l"), "a", "k")).done());
    let problem = lab.problem(&other("k").add("a", &BOX, []).done());
    assert!(problem.contains("what `a` was has, and that stays in the cloud"), "{problem}");
    assert!(problem.contains("declare `a` as it was, without `.retain_on_delete()`"), "{problem}");
    lab.up(&slot(other("l"), "a", "k").done());
    lab.up(&other("k").add("a", &BOX, []).done());
}
