//! What an operation left that wasn't finished has what it is seen to have, whatever its record says.

use ironward_core::consent::Loss;
use ironward_core::declare::Accepted;
use ironward_core::error::ProviderErrorKind;
use ironward_core::value::Value;

use crate::support::lab::End;
use crate::support::sketch::path;
use crate::support::types::{BOX, NAMED, PORT, SLOT};
use crate::support::{Lab, is, of, sketch};

#[test]
fn what_an_unfinished_update_holds_on_to_is_taken_down_with_what_goes_first() {
    let lab = Lab::new();
    let slot = |zone: &str| {
        let slot = [("Key", is("k")), ("Zone", is(zone))];
        sketch().add("other", &BOX, []).add("slot", &SLOT, slot)
    };
    let peers = |target: &str| [("Peers", Value::List(vec![of(target, "Id")]))];
    lab.up(&slot("x").add("user", &BOX, peers("other")).done());
    lab.cloud.lose_answer("update", "user");
    assert_eq!(lab.apply(&slot("x").add("user", &BOX, peers("slot")).done()).counts.failed, 1);
    // It could let go of the slot only once there is another one, which wants the place of the first.
    let late = slot("y").add("late", &BOX, [("Parent", of("slot", "Id"))]);
    lab.up(&late.add("user", &BOX, peers("late")).done());
}

#[test]
fn what_an_unfinished_update_has_is_let_go_of_before_another_has_it() {
    let lab = Lab::new();
    let port = |number: i64| [("Parent", of("parent", "Id")), ("Port", is(number))];
    let program = |number: i64| sketch().add("parent", &BOX, []).add("a", &PORT, port(number));
    lab.up(&program(80).done());
    lab.cloud.lose_answer("update", "a");
    assert_eq!(lab.apply(&program(81).done()).counts.failed, 1);
    let plan = lab.plan(&program(82).add("b", &PORT, port(81)).done());
    assert_eq!(plan.change("b").unwrap().waits_for.len(), 1, "{plan:#?}");
}

#[test]
fn what_was_changed_outside_is_changed_back_before_another_has_it() {
    let lab = Lab::new();
    let port = |number: i64| [("Parent", of("parent", "Id")), ("Port", is(number))];
    let program = sketch().add("parent", &BOX, []).add("a", &PORT, port(80));
    lab.up(&program.clone().done());
    lab.cloud.tamper("a", "Port", 81);
    let plan = lab.plan(&program.add("b", &PORT, port(81)).done());
    assert_eq!(plan.change("b").unwrap().waits_for.len(), 1, "{plan:#?}");
}

#[test]
fn what_was_taken_over_only_to_be_replaced_keeps_its_name_until_it_goes() {
    let lab = Lab::new();
    lab.cloud.plant(&NAMED, "named-there", &[("Name", "n".into()), ("Zone", "z".into())], &[]);
    let mut program = sketch()
        .add("b", &NAMED, [("Name", is("n"))])
        .add("a", &NAMED, [("Name", is("m")), ("Zone", is("y"))])
        .tune(|options| options.adopt = Some("named-there".to_owned()))
        .done();
    program.resources[&path("a")].options.accepts.push(Accepted::new(Loss::Replace, "it isn't ours"));
    lab.cloud.fail("delete", "a", ProviderErrorKind::Quota);
    assert!(!lab.apply(&program).is_complete());
    let plan = lab.plan(&program);
    assert_eq!(plan.change("b").unwrap().waits_for.len(), 1, "{plan:#?}");
    lab.up(&program);
}

#[test]
fn nothing_stays_of_what_was_about_to_be_let_go_of_and_is_deleted() {
    let mut lab = Lab::new();
    let slot = sketch().add("a", &SLOT, [("Key", is("k"))]);
    lab.up(&slot.tune(|options| options.retain_on_delete = true).done());
    // That it stays is on record, and the process dies.
    assert!(!lab.apply_until_end(&sketch().done(), 2, End::Kill));
    assert_eq!(lab.state().remains.len(), 1);
    lab.policy.lift_protection = true;
    assert_eq!(lab.destroy(&sketch().done()).counts.deleted, 1);
    assert!(lab.state().remains.is_empty());
    lab.policy.lift_protection = false;
    lab.up(&sketch().add("a", &SLOT, [("Key", is("k"))]).done());
}
