//! Taking down what a failed run made.

use ironward_core::error::ProviderErrorKind;
use ironward_core::event::Event;
use ironward_core::path::Path;
use ironward_core::program::Program;
use serde_json::json;

use crate::support::lab::{End, actions};
use crate::support::types::{BOX, JOB, NAMED, SLOT, STORE};
use crate::support::{Lab, Look, is, of, sketch};

fn words(list: &[(Path, String)]) -> Vec<String> {
    list.iter().map(|(path, reason)| format!("{path}: {reason}")).collect()
}

fn paths(list: &[Path]) -> Vec<&str> {
    let mut paths: Vec<&str> = list.iter().map(Path::as_str).collect();
    paths.sort_unstable();
    paths
}

/// A chain of which the last fails.
fn chain() -> Program {
    sketch()
        .add("a", &BOX, [])
        .tune(|options| options.protect = true)
        .add("b", &NAMED, [("Parent", of("a", "Id"))])
        .add("store", &STORE, [("Guarded", is(true))])
        .add("c", &BOX, [("Parent", of("b", "Id")), ("Peers", json_list(&["a"]))])
        .done()
}

fn json_list(of_paths: &[&str]) -> ironward_core::value::Value {
    ironward_core::value::Value::List(of_paths.iter().map(|path| of(path, "Id")).collect())
}

#[test]
fn what_a_failed_run_made_is_taken_down_in_reverse() {
    let lab = Lab::new();
    lab.cloud.fail("create", "c", ProviderErrorKind::Quota);
    let outcome = lab.apply(&chain());
    assert_eq!((outcome.counts.created, outcome.counts.failed), (3, 1));
    let back = lab.roll_back(&chain(), &outcome);
    assert!(back.is_complete() && back.kept.is_empty(), "{back:#?}");
    assert_eq!(paths(&back.removed), ["a", "b", "store"]);
    lab.cloud.assert_order(&["create a", "create b", "delete b", "delete a"]);
    assert!(lab.cloud.objects().is_empty());
    assert!(lab.state().resources.is_empty() && lab.state().violations().is_empty());
    lab.up(&chain());
}

#[test]
fn what_was_there_before_stays_as_the_run_left_it() {
    let lab = Lab::new();
    let before = sketch()
        .add("updated", &BOX, [("Size", is(1))])
        .add("replaced", &BOX, [("Zone", is("x"))])
        .add("same", &BOX, [])
        .done();
    lab.up(&before);
    lab.cloud.plant(&BOX, "box-there", &[], &[]);
    let after = sketch()
        .add("root", &BOX, [])
        .add("base", &BOX, [("Parent", of("root", "Id"))])
        .add("under", &BOX, [])
        .add("updated", &BOX, [("Size", is(2)), ("Link", of("under", "Id"))])
        .add("replaced", &BOX, [("Zone", is("y")), ("Parent", of("base", "Id"))])
        .add("same", &BOX, [])
        .add("there", &BOX, [])
        .tune(|options| options.adopt = Some("box-there".to_owned()))
        .add("made", &BOX, [("Parent", of("updated", "Id"))])
        .add("fails", &BOX, [("Parent", of("made", "Id"))])
        .done();
    lab.cloud.fail("create", "fails", ProviderErrorKind::Invalid);
    let outcome = lab.apply(&after);
    let back = lab.roll_back(&after, &outcome);
    assert_eq!(paths(&back.removed), ["made"]);
    let mut kept = words(&back.kept);
    kept.sort();
    assert_eq!(
        kept,
        [
            "base: `replaced` was built on it and stays",
            "replaced: it was replaced; the one before it is gone",
            "root: `base` was built on it and stays",
            "there: it was there before",
            "under: `updated` was built on it and stays",
            "updated: it was updated; updates aren't taken back",
        ]
    );
    let told = lab.events().into_iter().filter(|event| matches!(event, Event::Kept { .. })).count();
    assert_eq!(told, 6);
    assert_eq!(lab.cloud.property("updated", "Size"), json!(2));
    assert_eq!(actions(&lab.plan(&after)), ["create made", "create fails"]);
    lab.up(&after);
}

#[test]
fn what_the_run_meant_to_use_in_an_update_that_failed_stays() {
    let lab = Lab::new();
    lab.up(&sketch().add("user", &BOX, []).done());
    let after = sketch().add("made", &BOX, []).add("user", &BOX, [("Peers", json_list(&["made"]))]).done();
    // The update has its effect and its answer is lost.
    lab.cloud.lose_answer("update", "user");
    let outcome = lab.apply(&after);
    assert_eq!(outcome.failures.len(), 1);
    let back = lab.roll_back(&after, &outcome);
    assert_eq!(words(&back.kept), ["made: `user` was built on it and stays"]);
    lab.up(&after);
}

#[test]
fn a_creation_of_unknown_outcome_is_found_and_taken_down() {
    let lab = Lab::new();
    let program = sketch().add("a", &BOX, []).add("b", &JOB, [("Secret", is("s"))]).done();
    // Made, and never heard of: neither an answer nor the five searches of six looks each find it.
    lab.cloud.lose_answer("create", "b");
    lab.cloud.blind(30);
    lab.cloud.fail_times("create", "b", ProviderErrorKind::Ambiguous, 5);
    let outcome = lab.apply(&program);
    assert_eq!(outcome.failures.len(), 1, "{outcome:#?}");
    assert_eq!(lab.state().pending.len(), 1);
    let back = lab.roll_back(&program, &outcome);
    assert_eq!(paths(&back.removed), ["a", "b"]);
    assert!(lab.cloud.objects().is_empty());
}

#[test]
fn what_is_half_made_is_taken_down() {
    let lab = Lab::new();
    let program = sketch().add("a", &BOX, [("Loud", is(true))]).done();
    lab.cloud.fail("update", "a", ProviderErrorKind::Invalid);
    let outcome = lab.apply(&program);
    assert_eq!((outcome.counts.created, outcome.failures.len()), (0, 1));
    assert_eq!(paths(&lab.roll_back(&program, &outcome).removed), ["a"]);
}

#[test]
fn what_is_retained_stays_with_what_it_needs() {
    let lab = Lab::new();
    let program = sketch()
        .add("a", &BOX, [])
        .add("b", &BOX, [("Parent", of("a", "Id"))])
        .tune(|options| options.retain_on_delete = true)
        .add("c", &BOX, [("Parent", of("b", "Id"))])
        .add("fails", &BOX, [])
        .done();
    lab.cloud.fail("create", "fails", ProviderErrorKind::Denied);
    let outcome = lab.apply(&program);
    let back = lab.roll_back(&program, &outcome);
    assert_eq!(paths(&back.removed), ["c"]);
    assert_eq!(words(&back.kept), ["a: `b` was built on it and stays", "b: the program retains it"]);
}

#[test]
fn what_took_the_place_of_something_that_vanished_stays_with_what_was_built_on_that() {
    let lab = Lab::new();
    let program = sketch()
        .add("slot", &SLOT, [("Key", is("k"))])
        .add("child", &BOX, [("Parent", of("slot", "Id"))])
        .done();
    lab.up(&program);
    lab.cloud.vanish("slot");
    lab.cloud.script("slot", [Look::ProviderError(ProviderErrorKind::Denied)]);
    let outcome = lab.apply(&program);
    assert_eq!(outcome.counts.failed, 1, "{outcome:#?}");
    let back = lab.roll_back(&program, &outcome);
    assert_eq!(words(&back.kept), ["slot: `child` was built on it and stays"]);
    lab.cloud.heal();
    lab.up(&program);
}

#[test]
fn what_cannot_be_taken_down_stays_managed() {
    let lab = Lab::new();
    lab.cloud.fail("create", "c", ProviderErrorKind::Quota);
    let outcome = lab.apply(&chain());
    lab.cloud.fail("delete", "b", ProviderErrorKind::Denied);
    let back = lab.roll_back(&chain(), &outcome);
    assert!(!back.is_complete());
    assert_eq!(paths(&back.removed), ["store"]);
    assert_eq!((back.failures.len(), back.failures[0].path.as_str()), (1, "b"));
    assert_eq!(words(&back.kept), ["a: something on it stays"]);
    lab.up(&chain());
}

#[test]
fn a_rollback_can_be_killed_at_every_entry() {
    for end in [End::Kill, End::Refuse] {
        for appends in 0..7 {
            let lab = Lab::new();
            lab.cloud.fail("create", "c", ProviderErrorKind::Quota);
            let outcome = lab.apply(&chain());
            let (engine, program) = (lab.engine(), chain());
            let ended = lab.run_until_end(appends, end, engine.roll_back(&program, &outcome, &lab.cancel));
            assert!(!matches!(ended, Some(Ok(_))) || appends >= 6, "after {appends}");
            assert!(lab.state().violations().is_empty());
            lab.up(&chain());
        }
    }
}

#[test]
fn outputs_stay_as_the_last_whole_run_left_them() {
    let lab = Lab::new();
    lab.up(&sketch().add("a", &BOX, []).output("id", of("a", "Id")).done());
    let recorded = lab.state().outputs;
    let after = sketch()
        .add("a", &BOX, [])
        .add("b", &BOX, [])
        .add("c", &BOX, [("Parent", of("b", "Id"))])
        .output("id", of("b", "Id"))
        .done();
    lab.cloud.fail("create", "c", ProviderErrorKind::Quota);
    let outcome = lab.apply(&after);
    let _ = lab.roll_back(&after, &outcome);
    assert_eq!(lab.state().outputs, recorded);
}
