//! What is to stay stays, and so does what it stands on, whatever happens to the run.

use std::sync::Arc;

use ironward_core::clock::Clock;
use ironward_core::consent::Loss;
use ironward_core::declare::Accepted;
use ironward_core::error::ProviderErrorKind;
use ironward_core::plan::Action;
use ironward_core::program::Program;

use crate::support::lab::End;
use crate::support::sketch::{Sketch, path};
use crate::support::types::{BOX, JOB, PART, PLAIN, SLOT, STORE};
use crate::support::{Cloud, Lab, Look, adopted, is, of, retained, sketch, state_rm};

#[test]
fn data_that_is_to_stay_when_it_is_replaced_stays_where_what_needs_it_fails() {
    let lab = Lab::new();
    let program = |zone: &str, retain: bool| {
        sketch()
            .add("data", &STORE, [("Zone", is(zone))])
            .tune(|options| {
                options.retain_on_delete = retain;
                options.accepts.push(Accepted::new(Loss::Replace, "the old one stays"));
            })
            .add("user", &BOX, [("Link", of("data", "Id"))])
            .done()
    };
    lab.up(&program("x", false));
    let old = lab.cloud.of("data").id;
    lab.cloud.fail("update", "user", ProviderErrorKind::Invalid);
    assert!(!lab.apply(&program("y", true)).is_complete());
    assert!(lab.apply(&program("y", true)).is_complete());
    assert!(lab.cloud.get(&old).is_some(), "{:?}", lab.cloud.log());
}

#[test]
fn what_is_to_stay_when_it_is_replaced_stays_where_the_run_is_killed() {
    for appends in 0..20 {
        let lab = Lab::new();
        lab.up(&sketch().add("a", &BOX, [("Zone", is("x"))]).done());
        let old = lab.cloud.of("a").id;
        let program = retained(sketch().add("a", &BOX, [("Zone", is("y"))])).done();
        let ended = lab.apply_until_end(&program, appends, End::Kill);
        assert!(lab.apply(&program).is_complete());
        assert!(lab.cloud.get(&old).is_some(), "killed after {appends}: {:?}", lab.cloud.log());
        if ended {
            break;
        }
    }
}

#[test]
fn what_is_to_go_when_it_is_replaced_goes_where_its_deletion_fails_once() {
    let lab = Lab::new();
    lab.up(&retained(sketch().add("a", &BOX, [("Zone", is("x"))])).done());
    let old = lab.cloud.of("a").id;
    let program = sketch().add("a", &BOX, [("Zone", is("y"))]).done();
    lab.cloud.fail("delete", "a", ProviderErrorKind::Conflict);
    assert!(!lab.apply(&program).is_complete());
    assert!(lab.apply(&program).is_complete());
    assert!(lab.cloud.get(&old).is_none(), "{:?}", lab.state().remains);
}

#[test]
fn what_is_declared_to_stay_or_to_be_protected_is_so_where_its_update_fails() {
    for protect in [false, true] {
        let lab = Lab::new();
        let program = |size: i64, guarded: bool| {
            sketch()
                .add("a", &BOX, [("Size", is(size))])
                .tune(|options| {
                    options.retain_on_delete = guarded && !protect;
                    options.protect = guarded && protect;
                })
                .done()
        };
        lab.up(&program(1, false));
        let id = lab.cloud.of("a").id;
        lab.cloud.fail("update", "a", ProviderErrorKind::Conflict);
        assert!(!lab.apply(&program(2, true)).is_complete());
        if let Ok(planned) = lab.try_plan(&sketch().done()) {
            lab.try_apply(&sketch().done(), planned).unwrap();
        }
        assert!(lab.cloud.get(&id).is_some(), "protect: {protect}");
    }
}

#[test]
fn what_stands_on_what_was_let_go_of_still_does_where_another_is_made_at_its_path() {
    let lab = Lab::new();
    let ground = sketch().add("ground", &BOX, []);
    let program = retained(ground.add("user", &BOX, [("Parent", of("ground", "Id"))])).done();
    lab.up(&program);
    let ground = lab.cloud.of("ground").id;
    state_rm(&lab, "ground");
    // Another ground is made, and its user anew; the old user stays, on the old ground.
    assert!(lab.apply(&program).is_complete());
    assert!(lab.apply(&adopted(sketch().add("again", &BOX, []), &ground).done()).is_complete());
    let outcome = lab.apply(&sketch().done());
    assert!(outcome.is_complete(), "{:?}", outcome.failures);
    assert!(lab.cloud.get(&ground).is_some());
}

#[test]
fn what_stands_on_what_moved_and_was_let_go_of_still_does() {
    for moves in [false, true] {
        let lab = Lab::new();
        let user =
            |sketch: Sketch, on: &str| retained(sketch.add("user", &BOX, [("Parent", of(on, "Id"))])).done();
        lab.up(&user(sketch().add("a", &BOX, []), "a"));
        let ground = lab.cloud.of("a").id;
        if moves {
            let moved = sketch().add("b", &BOX, []).tune(|options| options.renamed_from = Some(path("a")));
            lab.up(&user(moved, "b"));
        }
        state_rm(&lab, if moves { "b" } else { "a" });
        assert!(lab.apply(&sketch().done()).is_complete());
        assert!(lab.apply(&adopted(sketch().add("again", &BOX, []), &ground).done()).is_complete());
        let outcome = lab.apply(&sketch().done());
        assert!(outcome.is_complete(), "{moves}: {:?}", outcome.failures);
        assert!(lab.cloud.get(&ground).is_some());
    }
}

#[test]
fn what_was_let_go_of_elsewhere_isn_t_what_is_called_the_same_here() {
    for here in [false, true] {
        let mut lab = Lab::new();
        lab.aliases.insert("west".to_owned(), Cloud::new(Arc::clone(&lab.clock)));
        let west = |sketch: Sketch| sketch.tune(|options| options.provider = Some("west".to_owned()));
        let ground = || west(sketch().add("ground", &BOX, []));
        let kept = west(retained(ground().add("kept", &BOX, [("Parent", of("ground", "Id"))])));
        assert!(lab.apply(&kept.done()).is_complete());
        assert!(lab.apply(&ground().done()).is_complete());
        if here {
            // Both clouds count from one: `two` is called here as `kept` is there.
            assert!(lab.apply(&ground().add("one", &BOX, []).add("two", &BOX, []).done()).is_complete());
        }
        let plan = lab.plan(&sketch().done());
        assert_eq!(plan.change("ground").unwrap().action, Action::Forget, "{here}");
    }
}

/// A run that replaces `at` and takes a job along, killed after so many entries.
fn killed(lab: &Lab, program: &dyn Fn(&str, i64) -> Program, appends: usize) -> bool {
    lab.up(&program("a", 1));
    lab.cloud.show("job", vec![Look::Pending("busy"); 5]);
    let ended = lab.apply_until_end(&program("b", 2), appends, End::Kill);
    lab.cloud.heal();
    ended
}

#[test]
fn what_is_kept_stands_on_what_it_is_declared_to_after_every_kill() {
    let program = |zone: &str, size: i64| {
        let needs = sketch().add("ground", &BOX, [("Zone", is(zone))]).add("job", &JOB, [("Size", is(size))]);
        let user = retained(needs.add("user", &BOX, []));
        user.tune(|options| options.depends_on = vec![path("ground"), path("job")]).done()
    };
    for appends in 0..40 {
        let lab = Lab::new();
        if killed(&lab, &program, appends) {
            break;
        }
        if lab.plan(&program("b", 2)).is_empty() {
            let gone = lab.plan(&sketch().done());
            assert_eq!(gone.change("ground").unwrap().action, Action::Forget, "killed after {appends}");
        }
    }
}

#[test]
fn no_plan_waits_for_a_part_whose_role_was_replaced_by_a_run_that_was_killed() {
    let program = |zone: &str, size: i64| {
        let needs = sketch().add("role", &BOX, [("Zone", is(zone))]).add("job", &JOB, [("Size", is(size))]);
        let policy = needs.add("policy", &PART, [("Whole", is("somebody-s"))]);
        policy.tune(|options| options.depends_on = vec![path("role"), path("job")]).done()
    };
    for appends in 0..40 {
        let lab = Lab::new();
        if killed(&lab, &program, appends) {
            break;
        }
        if lab.plan(&program("b", 2)).is_empty() {
            let started = lab.clock.now();
            lab.plan(&program("b", 2));
            assert_eq!(lab.clock.now(), started, "killed after {appends}");
        }
    }
}

#[test]
fn what_refers_to_what_comes_back_under_its_name_stands_on_it_whatever_was_there_in_between() {
    let lab = Lab::new();
    let ground = |key: &str| sketch().add("g", &SLOT, [("Key", is(key))]);
    let on = |sketch: Sketch, at: &str| sketch.add(at, &BOX, [("Parent", of("g", "Id"))]);
    lab.up(&retained(on(ground("k"), "a")).done());
    lab.cloud.vanish("g");
    assert!(lab.apply(&retained(on(retained(on(ground("l"), "a")), "b")).done()).is_complete());
    // `b` stays, and with it what it stands on; the first `a` refers to what is made now.
    assert!(lab.apply(&on(ground("k"), "a").done()).is_complete());
    let gone = lab.plan(&sketch().done());
    assert_eq!(gone.change("g").unwrap().action, Action::Forget);
}

#[test]
fn what_is_retained_stays_where_another_type_is_declared_at_its_path() {
    let lab = Lab::new();
    lab.up(&retained(sketch().add("a", &BOX, [])).done());
    let a = lab.cloud.of("a").id;
    let outcome = lab.apply(&sketch().add("a", &PLAIN, []).done());
    assert!(outcome.is_complete(), "{:?}", outcome.failures);
    assert!(lab.cloud.get(&a).is_some(), "{:?}", lab.cloud.log());
}

#[test]
fn what_stood_on_what_moved_and_went_stands_on_what_comes_back_to_its_first_path() {
    let ground = |at: &str, zone: &str| sketch().add(at, &SLOT, [("Key", is("k")), ("Zone", is(zone))]);
    let user = |sketch: Sketch, on: &str| retained(sketch.add("user", &BOX, [("Link", of(on, "Id"))])).done();
    let mut went = 0;
    for appends in 0..40 {
        let lab = Lab::new();
        lab.up(&user(ground("first", "a"), "first"));
        let kept = lab.cloud.of("user").id;
        let moved = ground("second", "b").tune(|options| options.renamed_from = Some(path("first")));
        if lab.apply_until_end(&user(moved, "second"), appends, End::Kill) {
            break;
        }
        lab.cloud.heal();
        if lab.cloud.objects().iter().any(|object| object.id != kept) {
            continue;
        }
        went += 1;
        // It is made anew where it was first; its user is no longer declared and stays.
        assert!(lab.apply(&ground("first", "b").done()).is_complete());
        let gone = lab.plan(&sketch().done());
        assert_eq!(gone.change("first").unwrap().action, Action::Forget, "killed after {appends}");
    }
    assert!(went > 0, "no run was killed between the two");
}
