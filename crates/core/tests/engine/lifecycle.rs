//! Create, update, drift, removal: what happens to resources over several applies.

use ironward_core::event::Event;
use ironward_core::state::Status;
use serde_json::json;

use crate::support::lab::{actions, block_on};
use crate::support::types::{BOX, JOB, NAMED, PLAIN, SLOT, STORE};
use crate::support::{Lab, Look, is, of, sketch};

#[test]
fn a_program_is_created_in_the_order_of_its_references_and_then_nothing_is_to_be_done() {
    let lab = Lab::new();
    let program = sketch()
        .add("leaf", &BOX, [("Parent", of("middle", "Id")), ("Size", is(1))])
        .add("middle", &NAMED, [("Parent", of("root", "Id"))])
        .add("root", &BOX, [("Zone", is("a")), ("Loud", is(true)), ("Secret", is("s"))])
        .add("data", &STORE, [("Size", is(5))])
        .add("job", &JOB, [("Parent", of("leaf", "Id"))])
        .add("slot", &SLOT, [("Key", is("k")), ("Parent", of("root", "Id"))])
        .add("plain", &PLAIN, [("Size", is(5))])
        .done();
    let outcome = lab.up(&program);
    assert_eq!((outcome.counts.created, outcome.counts.failed), (7, 0));
    lab.cloud.assert_order(&["create root", "create middle", "create leaf", "create job"]);
    let again = lab.apply(&program);
    assert_eq!((again.counts.created, again.counts.unchanged), (0, 7));
}

#[test]
fn the_plan_lists_resources_after_what_they_need_and_otherwise_as_declared() {
    let lab = Lab::new();
    let program = sketch()
        .add("c", &BOX, [("Parent", of("a", "Id"))])
        .add("z", &BOX, [])
        .add("a", &BOX, [])
        .add("b", &BOX, [])
        .done();
    let plan = lab.plan(&program);
    let paths: Vec<&str> = plan.changes.iter().map(|change| change.path.as_str()).collect();
    assert_eq!(paths, ["z", "a", "c", "b"]);
}

#[test]
fn an_update_touches_its_aspects_only() {
    let lab = Lab::new();
    let program = |size: i64, label: &str| {
        sketch().add("a", &BOX, [("Size", is(size)), ("Label", is(label)), ("Loud", is(true))]).done()
    };
    lab.up(&program(1, "x"));
    lab.cloud.clear();
    let outcome = lab.up(&program(2, "x"));
    assert_eq!(outcome.counts.updated, 1);
    assert_eq!(lab.cloud.take_log(), ["update a size"]);
    lab.up(&program(3, "y"));
    assert_eq!(lab.cloud.take_log(), ["update a label,size"]);
}

#[test]
fn what_creation_leaves_out_is_reconciled_at_once() {
    let lab = Lab::new();
    lab.up(&sketch().add("a", &BOX, [("Loud", is(true)), ("Size", is(1))]).done());
    assert_eq!(lab.cloud.take_log(), ["create a", "update a loud"]);
    lab.up(&sketch().add("a", &BOX, [("Size", is(1))]).done());
    assert_eq!(lab.cloud.take_log(), ["update a loud"]);
}

#[test]
fn a_write_only_property_is_updated_when_the_program_changes_it() {
    let lab = Lab::new();
    let program = |secret: &str| sketch().add("a", &BOX, [("Secret", is(secret))]).done();
    lab.up(&program("one"));
    lab.cloud.clear();
    assert_eq!(actions(&lab.plan(&program("two"))), ["update a secret"]);
    lab.up(&program("two"));
    assert_eq!(lab.cloud.property("a", "Secret"), json!("two"));
}

#[test]
fn a_local_property_is_recorded_and_calls_nothing() {
    let lab = Lab::new();
    let program = |window: i64| sketch().add("a", &BOX, [("Window", is(window))]).done();
    lab.up(&program(7));
    lab.cloud.clear();
    let planned = lab.plan(&program(30));
    assert_eq!(actions(&planned), ["update a"]);
    assert_eq!(lab.up(&program(30)).counts, planned.counts());
    assert!(lab.cloud.log().is_empty());
    let state = lab.state();
    assert_eq!(state.resources.values().next().unwrap().properties.json("Window"), Some(&json!(30)));
}

#[test]
fn sets_have_no_order() {
    let lab = Lab::new();
    let program = |first: &str, second: &str| {
        let peers = ironward_core::value::Value::List(vec![of(first, "Id"), of(second, "Id")]);
        sketch().add("x", &BOX, []).add("y", &BOX, []).add("a", &BOX, [("Peers", peers)]).done()
    };
    lab.up(&program("x", "y"));
    assert!(lab.plan(&program("y", "x")).is_empty());
}

#[test]
fn what_leaves_the_program_is_deleted_by_the_recorded_dependencies() {
    let lab = Lab::new();
    let whole = sketch()
        .add("c", &BOX, [("Parent", of("b", "Id"))])
        .add("b", &BOX, [("Parent", of("a", "Id"))])
        .add("a", &BOX, [])
        .done();
    lab.up(&whole);
    lab.cloud.clear();
    let empty = sketch().done();
    assert_eq!(lab.plan(&empty).counts().deleted, 3);
    let outcome = lab.up(&empty);
    assert_eq!(outcome.counts.deleted, 3);
    assert_eq!(lab.cloud.log(), ["delete c", "delete b", "delete a"]);
}

#[test]
fn destroy_takes_everything_down_in_reverse_and_twice_is_fine() {
    let lab = Lab::new();
    let program = sketch()
        .add("a", &BOX, [])
        .add("b", &SLOT, [("Key", is("k")), ("Parent", of("a", "Id"))])
        .add("c", &JOB, [("Parent", of("b", "Id"))])
        .output("id", of("a", "Id"))
        .done();
    lab.up(&program);
    assert_eq!(lab.state().outputs.len(), 1);
    lab.cloud.slow_delete("c", 3);
    lab.cloud.clear();
    let outcome = lab.destroy(&program);
    assert_eq!(outcome.counts.deleted, 3);
    assert_eq!(lab.cloud.log(), ["delete c", "delete b", "delete a"]);
    assert!(lab.state().resources.is_empty() && lab.state().outputs.is_empty());
    assert_eq!(lab.destroy(&program).counts.deleted, 0);
}

#[test]
fn deletes_may_overlap_creates() {
    let lab = Lab::new();
    lab.up(&sketch().add("old", &BOX, []).done());
    lab.cloud.clear();
    lab.up(&sketch().add("new", &BOX, []).done());
    assert!(lab.cloud.overlapped());
}

#[test]
fn a_deletion_waits_until_what_was_built_on_it_has_let_go() {
    let lab = Lab::new();
    let before = sketch()
        .add("old", &BOX, [])
        .add("new", &BOX, [])
        .add("user", &BOX, [("Peers", ironward_core::value::Value::List(vec![of("old", "Id")]))])
        .done();
    lab.up(&before);
    lab.cloud.clear();
    let after = sketch()
        .add("new", &BOX, [])
        .add("user", &BOX, [("Peers", ironward_core::value::Value::List(vec![of("new", "Id")]))])
        .done();
    lab.up(&after);
    assert_eq!(lab.cloud.log(), ["update user peers", "delete old"]);
}

#[test]
fn what_vanished_outside_is_made_again() {
    let lab = Lab::new();
    let program =
        sketch().add("a", &BOX, [("Size", is(1))]).add("b", &BOX, [("Parent", of("a", "Id"))]).done();
    lab.up(&program);
    lab.cloud.vanish("b");
    lab.cloud.clear();
    let plan = lab.plan(&program);
    assert!(plan.has_drift());
    let change = plan.change("b").unwrap();
    assert!(change.vanished);
    assert_eq!(change.reasons, ["it was removed outside"]);
    assert_eq!(actions(&plan), ["create b"]);
    let outcome = lab.up(&program);
    assert_eq!(outcome.counts.created, 1);
    assert_eq!(lab.cloud.log(), ["create b"]);
}

#[test]
fn what_was_built_on_something_that_vanished_follows_it() {
    let lab = Lab::new();
    let program = sketch()
        .add("a", &BOX, [])
        .add("b", &BOX, [("Parent", of("a", "Id"))])
        .add("c", &BOX, [("Link", of("a", "Id"))])
        .done();
    lab.up(&program);
    lab.cloud.vanish("a");
    lab.cloud.clear();
    let outcome = lab.up(&program);
    assert_eq!((outcome.counts.created, outcome.counts.replaced, outcome.counts.updated), (1, 1, 1));
}

#[test]
fn what_is_reserved_for_a_time_counts_as_gone() {
    let lab = Lab::new();
    let program = sketch().add("a", &BOX, []).done();
    lab.up(&program);
    lab.cloud.reserve("a");
    let plan = lab.plan(&program);
    assert_eq!(plan.change("a").unwrap().reasons, ["it was removed outside and stays reserved until Friday"]);
    let outcome = lab.apply(&program);
    assert_eq!(outcome.counts.created, 1);
    assert!(lab.plan(&program).is_empty());
    assert!(lab.state().deposed.is_empty());
}

#[test]
fn what_left_the_program_and_is_gone_already_is_dropped() {
    let lab = Lab::new();
    lab.up(&sketch().add("a", &BOX, []).done());
    lab.cloud.vanish("a");
    let empty = sketch().done();
    let plan = lab.plan(&empty);
    assert!(plan.change("a").unwrap().vanished);
    lab.up(&empty);
    assert!(lab.state().resources.is_empty());
}

#[test]
fn drift_is_shown_apart_and_repaired() {
    let lab = Lab::new();
    let program = |size: i64, label: &str| {
        sketch().add("a", &BOX, [("Size", is(size)), ("Label", is(label))]).add("b", &BOX, []).done()
    };
    lab.up(&program(1, "x"));
    lab.cloud.tamper("a", "Size", 9);
    lab.cloud.clear();
    let plan = lab.plan(&program(1, "y"));
    let change = plan.change("a").unwrap();
    let drift: Vec<_> = change.drift.iter().map(|diff| (diff.property.as_str(), &diff.before)).collect();
    assert_eq!(drift, [("Size", &Some(json!(1)))]);
    assert_eq!(change.drift[0].after.as_ref().unwrap().to_json(), Some(json!(9)));
    let changes: Vec<_> = change.diffs.iter().map(|diff| diff.property.as_str()).collect();
    assert_eq!(changes, ["Size", "Label"]);
    assert!(plan.has_drift() && plan.change("b").unwrap().drift.is_empty());
    lab.up(&program(1, "y"));
    assert_eq!(lab.cloud.log(), ["update a label,size"]);
    assert_eq!(lab.cloud.property("a", "Size"), json!(1));
}

#[test]
fn drift_of_a_fixed_property_replaces() {
    let lab = Lab::new();
    let program = sketch().add("a", &BOX, [("Zone", is("a"))]).done();
    lab.up(&program);
    lab.cloud.tamper("a", "Zone", "b");
    assert_eq!(actions(&lab.plan(&program)), ["replace a CreateFirst"]);
    lab.up(&program);
}

#[test]
fn tags_of_others_are_no_drift_and_survive() {
    let lab = Lab::new();
    let program = |value: &str| {
        let tag = json!([{"Key": "team", "Value": value}]);
        sketch().add("a", &BOX, [("Tags", is(tag))]).done()
    };
    lab.up(&program("one"));
    lab.cloud.tag("a", "theirs", "x");
    assert!(lab.plan(&program("one")).is_empty());
    lab.up(&program("two"));
    assert_eq!(lab.cloud.of("a").tags["theirs"], "x");
    lab.cloud.tag("a", "team", "stolen");
    assert!(lab.plan(&program("two")).has_drift());
    lab.up(&program("two"));
    assert_eq!(lab.cloud.of("a").tags["team"], "two");
}

#[test]
fn the_report_says_how_much_was_observed() {
    let lab = Lab::new();
    let program = sketch().add("a", &BOX, [("Size", is(1)), ("Secret", is("s"))]).done();
    lab.up(&program);
    let plan = lab.plan(&program);
    let change = plan.change("a").unwrap();
    assert_eq!((change.declared, change.observed), (2, 1));
}

#[test]
fn a_refresh_changes_the_record_and_not_the_cloud() {
    let lab = Lab::new();
    let program = sketch().add("a", &BOX, []).add("b", &BOX, []).done();
    lab.up(&program);
    lab.up(&sketch().add("a", &BOX, [("Size", is(1))]).add("b", &BOX, []).done());
    lab.cloud.vanish("b");
    lab.cloud.clear();
    let refreshed = block_on(lab.engine().refresh(&program)).unwrap();
    assert_eq!(refreshed.vanished.len(), 1);
    assert!(lab.cloud.log().is_empty());
    assert_eq!(lab.state().resources.len(), 1);
    assert!(lab.state().violations().is_empty());
}

#[test]
fn events_tell_what_happens() {
    let lab = Lab::new();
    let program = sketch().add("a", &BOX, [("Size", is(1))]).done();
    lab.apply(&program);
    let words: Vec<String> = lab
        .events()
        .iter()
        .map(|event| serde_json::to_value(event).unwrap()["event"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(words, ["observing", "observed", "started", "finished", "summary"]);
    let Some(Event::Summary { counts, .. }) = lab.events().last().cloned() else { panic!() };
    assert_eq!(counts.created, 1);
}

#[test]
fn everything_that_starts_ends() {
    let lab = Lab::new();
    let program = |size: i64, protect: bool| {
        sketch().add("a", &BOX, [("Size", is(size))]).tune(|o| o.protect = protect).done()
    };
    lab.apply(&program(1, false));
    lab.apply(&program(1, true));
    lab.apply(&program(2, true));
    let count = |wanted: &str| {
        let text = |event: &Event| serde_json::to_value(event).unwrap()["event"].as_str() == Some(wanted);
        lab.events().iter().filter(|event| text(event)).count()
    };
    assert_eq!(count("started"), 3);
    assert_eq!(count("finished"), 3);
}

#[test]
fn a_type_that_is_never_waited_for_has_its_attributes_all_the_same() {
    let lab = Lab::new();
    let program = sketch()
        .add("a", &PLAIN, [("Size", is(1))])
        .add("b", &BOX, [("Parent", of("a", "Id"))])
        .output("version", of("a", "Version"))
        .done();
    let outcome = lab.up(&program);
    assert_eq!(outcome.outputs["version"], json!(1));
    assert!(lab.state().resources.values().all(|record| record.status == Status::Ready));
}

#[test]
fn plans_are_deterministic() {
    let lab = Lab::new();
    let program = |zone: &str| {
        let mut sketch = sketch();
        for i in 0..30 {
            sketch = match i % 3 {
                0 => sketch.add(&format!("r{i}"), &BOX, [("Zone", is(zone))]),
                1 => sketch.add(&format!("r{i}"), &NAMED, [("Parent", of(&format!("r{}", i - 1), "Id"))]),
                _ => sketch.add(&format!("r{i}"), &SLOT, [("Key", is(format!("k{i}"))), ("Zone", is(zone))]),
            };
        }
        sketch.done()
    };
    lab.up(&program("a"));
    let json = |zone: &str| serde_json::to_string(&lab.plan(&program(zone))).unwrap();
    assert_eq!(json("b"), json("b"));
    assert_ne!(json("b"), json("a"));
}

#[test]
fn planning_and_applying_can_run_on_any_thread() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    let lab = Lab::new();
    let program = sketch().add("a", &BOX, []).done();
    let engine = lab.engine();
    let planned = block_on(is_send(engine.plan(&program))).unwrap();
    let outcome = block_on(is_send(engine.apply(&program, planned, lab.policy, &lab.cancel))).unwrap();
    assert!(outcome.is_complete());
    block_on(is_send(engine.refresh(&program))).unwrap();
}

#[test]
fn what_creations_take_here_is_learned() {
    let lab = Lab::new();
    // A job takes 100 seconds by its type, and six here: one for the call, five for the wait.
    let program = |more: bool| {
        let sketch = sketch().add("job", &JOB, []);
        if more { sketch.add("next", &JOB, []).done() } else { sketch.done() }
    };
    lab.up(&program(false));
    assert_eq!(lab.state().durations, [("Sim::Slow::Job".to_owned(), 6)].into());
    let serial = lab.state().serial;
    lab.up(&program(false));
    assert_eq!(lab.state().serial, serial, "an apply without changes writes nothing");
    lab.cloud.script("next", std::iter::repeat_n(Look::Pending("booting"), 10));
    lab.up(&program(true));
    // Half way to the 106 that this one took.
    assert_eq!(lab.state().durations["Sim::Slow::Job"], 56);
}
