//! What happens when calls fail.

use ironward_core::engine::EngineError;
use ironward_core::error::ProviderErrorKind;
use ironward_core::event::Event;
use ironward_core::provider::DeleteOutcome;
use ironward_core::state::{Deed, Status};
use serde_json::json;

use crate::support::lab::{End, actions};
use crate::support::types::{BOX, NAMED, PLAIN, SLOT};
use crate::support::{Lab, is, of, sketch};

#[test]
fn a_failure_stops_only_what_depends_on_it() {
    let lab = Lab::new();
    let program = sketch()
        .add("a", &BOX, [])
        .add("b", &BOX, [("Parent", of("a", "Id"))])
        .add("c", &BOX, [("Parent", of("b", "Id"))])
        .add("d", &BOX, [("Parent", of("c", "Id"))])
        .add("other", &BOX, [])
        .add("more", &BOX, [("Parent", of("other", "Id"))])
        .done();
    lab.cloud.fail("create", "b", ProviderErrorKind::Denied);
    let outcome = lab.apply(&program);
    assert_eq!((outcome.counts.created, outcome.counts.failed), (3, 1));
    let failure = &outcome.failures[0];
    assert_eq!((failure.path.as_str(), failure.action), ("b", Deed::Create));
    assert!(failure.source.as_str().contains("failures.rs:"), "{:?}", failure.source);
    assert_eq!(failure.error.to_string(), "sim:create: SimFault: Denied by request");
    let skipped: Vec<&str> = outcome.skipped.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(skipped, ["c", "d"]);
    let failed = lab.events().into_iter().find_map(|event| match event {
        Event::Failed { hint, path, .. } => Some((path.to_string(), hint)),
        _ => None,
    });
    let hint = "allow `sim:create` for the credentials in use, then run again".to_owned();
    assert_eq!(failed, Some(("b".to_owned(), Some(hint))));
    lab.up(&program);
    assert_eq!(lab.cloud.log().len(), 6);
}

#[test]
fn a_skipped_replacement_is_listed_once() {
    let lab = Lab::new();
    let program = |zone: &str| {
        sketch()
            .add("a", &BOX, [("Zone", is(zone))])
            .add("b", &BOX, [("Parent", of("a", "Id"))])
            .add("noop", &BOX, [("Link", of("b", "Id"))])
            .done()
    };
    lab.up(&program("x"));
    lab.cloud.fail("create", "a", ProviderErrorKind::Quota);
    let outcome = lab.apply(&program("y"));
    let skipped: Vec<_> = outcome.skipped.iter().map(|(path, action)| format!("{action} {path}")).collect();
    assert_eq!(skipped, ["replace b", "update noop"]);
    assert_eq!(outcome.failures.len(), 1);
}

#[test]
fn unchanged_resources_behind_a_failure_are_not_listed() {
    let lab = Lab::new();
    let program = |size: i64| {
        sketch().add("a", &BOX, [("Size", is(size))]).add("b", &BOX, [("Parent", of("a", "Id"))]).done()
    };
    lab.up(&program(1));
    lab.cloud.fail("update", "a", ProviderErrorKind::Other);
    let outcome = lab.apply(&program(2));
    assert!(outcome.skipped.is_empty(), "{outcome:?}");
    lab.up(&program(2));
}

#[test]
fn a_failed_update_is_repeated() {
    let lab = Lab::new();
    let program = |size: i64, secret: &str| {
        sketch().add("a", &BOX, [("Size", is(size)), ("Secret", is(secret))]).done()
    };
    lab.up(&program(1, "old"));
    lab.cloud.fail("update", "a", ProviderErrorKind::Other);
    assert_eq!(lab.apply(&program(2, "new")).counts.failed, 1);
    assert_eq!(lab.state().resources.values().next().unwrap().status, Status::Incomplete);
    lab.up(&program(2, "new"));
    assert_eq!(lab.cloud.property("a", "Secret"), json!("new"));
    assert_eq!(lab.state().resources.values().next().unwrap().status, Status::Ready);
}

#[test]
fn after_a_failed_update_nothing_unseen_is_trusted() {
    let lab = Lab::new();
    let program = |secret: &str| sketch().add("a", &BOX, [("Secret", is(secret))]).done();
    lab.up(&program("old"));
    // The new secret arrives and its answer doesn't; then the program goes back.
    lab.cloud.lose_answer("update", "a");
    assert_eq!(lab.apply(&program("new")).counts.failed, 1);
    assert_eq!(lab.cloud.property("a", "Secret"), json!("new"));
    assert_eq!(actions(&lab.plan(&program("old"))), ["update a secret"]);
    lab.up(&program("old"));
    assert_eq!(lab.cloud.property("a", "Secret"), json!("old"));
}

#[test]
fn what_a_failed_update_did_is_no_drift() {
    let lab = Lab::new();
    let program = |size: i64| sketch().add("a", &BOX, [("Size", is(size))]).done();
    lab.up(&program(1));
    lab.cloud.lose_answer("update", "a");
    lab.apply(&program(2));
    let plan = lab.plan(&program(2));
    assert!(!plan.has_drift(), "{plan:#?}");
    lab.up(&program(2));
}

#[test]
fn what_a_failed_update_may_hold_is_deleted_after_it() {
    let lab = Lab::new();
    let list = |of| ironward_core::value::Value::List(vec![of]);
    let program = |target: &str| {
        sketch()
            .add("x", &BOX, [])
            .add("y", &BOX, [])
            .add("user", &BOX, [("Peers", list(of(target, "Id")))])
            .done()
    };
    lab.up(&program("x"));
    lab.cloud.lose_answer("update", "user");
    lab.apply(&program("y"));
    lab.cloud.clear();
    let outcome = lab.apply(&sketch().done());
    assert!(outcome.is_complete(), "{outcome:?}");
    lab.cloud.assert_order(&["delete user", "delete y"]);
}

#[test]
fn a_failed_reconcile_after_creation_is_finished_later() {
    let lab = Lab::new();
    let program = sketch().add("a", &BOX, [("Loud", is(true)), ("Secret", is("s"))]).done();
    lab.cloud.fail("update", "a", ProviderErrorKind::Other);
    assert_eq!(lab.apply(&program).counts.failed, 1);
    lab.up(&program);
    assert_eq!(lab.cloud.property("a", "Loud"), json!(true));
    assert_eq!(lab.cloud.log().iter().filter(|line| *line == "create a").count(), 1);
}

#[test]
fn a_failed_deletion_keeps_the_record() {
    let lab = Lab::new();
    lab.up(&sketch().add("a", &BOX, []).done());
    lab.cloud.fail("delete", "a", ProviderErrorKind::InUse);
    let outcome = lab.apply(&sketch().done());
    assert_eq!((outcome.failures[0].action, outcome.counts.deleted), (Deed::Delete, 0));
    assert_eq!(lab.state().resources.len(), 1);
    lab.up(&sketch().done());
}

#[test]
fn deleting_what_is_gone_succeeds() {
    let lab = Lab::new();
    lab.up(&sketch().add("a", &BOX, []).done());
    let planned = lab.planned(&sketch().done());
    lab.cloud.vanish("a");
    assert_eq!(lab.try_apply(&sketch().done(), planned).unwrap().counts.deleted, 1);
    assert!(lab.state().resources.is_empty());
}

#[test]
fn what_stays_for_its_time_is_reported_and_kept() {
    let lab = Lab::new();
    lab.up(&sketch().add("a", &BOX, []).add("b", &BOX, []).done());
    lab.cloud.leave("a", DeleteOutcome::leaving("a key pending deletion"));
    lab.cloud.leave("b", DeleteOutcome::staying("locked objects"));
    let outcome = lab.apply(&sketch().done());
    let remains: Vec<String> = outcome.remains.iter().map(|(path, what)| format!("{path}: {what}")).collect();
    assert_eq!(remains, ["a: a key pending deletion", "b: locked objects"]);
    let left: Vec<String> = lab.state().resources.keys().map(ToString::to_string).collect();
    assert_eq!(left, ["b"]);
}

#[test]
fn what_stays_keeps_what_it_was_built_on() {
    let lab = Lab::new();
    let program = sketch()
        .add("ground", &BOX, [])
        .add("key", &BOX, [("Parent", of("ground", "Id"))])
        .add("bucket", &BOX, [("Parent", of("key", "Id"))])
        .add("apart", &BOX, [])
        .done();
    lab.up(&program);
    lab.cloud.leave("bucket", DeleteOutcome::staying("locked objects"));
    let outcome = lab.apply(&sketch().done());
    assert!(outcome.is_complete(), "{outcome:?}");
    assert_eq!(outcome.counts.deleted, 1);
    let left: Vec<String> = lab.state().resources.keys().map(ToString::to_string).collect();
    assert_eq!(left, ["bucket", "ground", "key"]);
    assert_eq!(lab.cloud.objects().len(), 3);
    let told: Vec<&str> = outcome.remains.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(told, ["bucket", "key", "ground"]);
    // Once the locks are over, everything goes.
    lab.up(&sketch().done());
    assert!(lab.cloud.objects().is_empty() && lab.state().resources.is_empty());
}

#[test]
fn a_key_that_opens_what_remains_is_left_alone() {
    let lab = Lab::new();
    let program = sketch()
        .add("key", &BOX, [])
        .add("other", &BOX, [])
        .add("database", &BOX, [("Parent", of("key", "Id")), ("Link", of("other", "Id"))])
        .done();
    lab.up(&program);
    let key = lab.cloud.of("key").id;
    let arn = format!("arn:aws:kms:us-east-1:123456789012:key/{key}");
    lab.cloud.leave("database", DeleteOutcome::leaving("a final snapshot").opened_by([arn]));
    let outcome = lab.apply(&sketch().done());
    assert!(outcome.is_complete(), "{outcome:?}");
    assert_eq!(outcome.counts.deleted, 2);
    assert!(lab.state().resources.is_empty(), "it isn't managed any more, so no later run takes it");
    let left: Vec<String> = lab.cloud.objects().into_iter().map(|object| object.path).collect();
    assert_eq!(left, ["key"]);
    let (_, told) = outcome.remains.iter().find(|(path, _)| path.as_str() == "key").unwrap();
    assert!(told.contains("what `database` leaves behind can be read only with it"), "{told}");
}

#[test]
fn something_of_ours_that_exists_already_is_adopted() {
    let lab = Lab::new();
    let program = sketch().add("a", &NAMED, []).done();
    let name = lab.plan(&program).change("a").unwrap().diffs[0].after.as_ref().unwrap().to_json().unwrap();
    lab.cloud.plant(&NAMED, "named-99", &[("Name", name)], &[]);
    let outcome = lab.apply(&program);
    assert!(outcome.is_complete(), "{outcome:?}");
    assert_eq!(lab.state().resources.values().next().unwrap().physical_id, "named-99");
    assert_eq!(lab.cloud.objects().len(), 1);
}

#[test]
fn something_of_others_that_exists_already_is_refused() {
    let lab = Lab::new();
    let taken = json!("taken");
    lab.cloud.plant(&NAMED, "named-99", &[("Name", taken.clone())], &[]);
    let program = sketch().add("a", &NAMED, [("Name", is("taken"))]).done();
    let outcome = lab.apply(&program);
    let message = outcome.failures[0].error.to_string();
    assert!(message.contains("it isn't managed by this stack"), "{message}");
    assert!(lab.state().resources.is_empty() && lab.state().pending.is_empty());
    let owner = [("ironward:lineage", "other"), ("ironward:instance", "beef")];
    lab.cloud.plant(&NAMED, "named-99", &[("Name", taken)], &owner);
    let outcome = lab.apply(&program);
    let message = outcome.failures[0].error.to_string();
    assert!(message.contains("it belongs to instance beef"), "{message}");
}

#[test]
fn an_unmarked_thing_at_the_place_of_one_without_tags_is_refused() {
    let lab = Lab::new();
    lab.cloud.plant(&SLOT, "slot-k", &[("Key", json!("k"))], &[]);
    let outcome = lab.apply(&sketch().add("a", &SLOT, [("Key", is("k"))]).done());
    assert_eq!(outcome.counts.failed, 1);
    assert!(lab.state().resources.is_empty() && lab.state().pending.is_empty());
}

#[test]
fn a_creation_whose_answer_was_lost_is_found_and_not_repeated() {
    for schema in [&BOX, &NAMED, &SLOT, &PLAIN] {
        let lab = Lab::new();
        lab.cloud.lose_answer("create", "a");
        lab.cloud.blind(2);
        let mut program = sketch().add("a", schema, [("Zone", is("z"))]);
        if schema.type_name == SLOT.type_name {
            program = sketch().add("a", schema, [("Key", is("k"))]);
        }
        lab.up(&program.done());
        assert_eq!(lab.cloud.log(), ["create a"], "{}", schema.type_name);
        assert!(lab.cloud.finds() >= 3);
    }
}

#[test]
fn a_creation_that_had_no_effect_is_repeated_after_looking() {
    let lab = Lab::new();
    lab.cloud.fail("create", "a", ProviderErrorKind::Ambiguous);
    lab.up(&sketch().add("a", &BOX, []).done());
    assert_eq!(lab.cloud.log(), ["create a"]);
    assert!(lab.cloud.finds() >= 2);
}

#[test]
fn a_creation_without_effect_is_repeated_until_it_has_one() {
    let lab = Lab::new();
    lab.cloud.fail_times("create", "a", ProviderErrorKind::Ambiguous, 5);
    lab.up(&sketch().add("a", &BOX, []).done());
    assert_eq!(lab.cloud.log(), ["create a"]);
}

#[test]
fn a_creation_that_stays_unclear_is_settled_by_the_next_run() {
    let lab = Lab::new();
    let program = sketch().add("a", &BOX, []).done();
    lab.cloud.fail_times("create", "a", ProviderErrorKind::Ambiguous, 6);
    let outcome = lab.apply(&program);
    assert_eq!(outcome.counts.failed, 1);
    assert_eq!(lab.state().pending.len(), 1);
    lab.up(&program);
    assert_eq!(lab.cloud.log(), ["create a"]);
}

#[test]
fn cancel_starts_nothing_new_and_says_what_is_left() {
    let mut lab = Lab::new();
    let cancel = lab.cancel.clone();
    lab.hook = Some(std::sync::Arc::new(move |event: &Event| {
        if matches!(event, Event::Started { path, .. } if path.as_str() == "a") {
            cancel.cancel();
        }
    }));
    let program = sketch()
        .add("a", &BOX, [])
        .add("b", &BOX, [("Parent", of("a", "Id"))])
        .add("c", &BOX, [("Parent", of("b", "Id"))])
        .done();
    let outcome = lab.apply(&program);
    assert!(outcome.cancelled && !outcome.is_complete());
    assert_eq!(outcome.counts.created, 1);
    let skipped: Vec<&str> = outcome.skipped.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(skipped, ["b", "c"]);
    assert_eq!(lab.state().resources.len(), 1);
    lab.hook = None;
    lab.cancel = ironward_core::apply::Cancel::default();
    lab.up(&program);
}

#[test]
fn a_run_that_was_cancelled_after_its_last_step_is_complete() {
    let mut lab = Lab::new();
    let cancel = lab.cancel.clone();
    lab.hook = Some(std::sync::Arc::new(move |_: &Event| cancel.cancel()));
    // The hook strikes before anything starts, since planning tells events too.
    let program = sketch().add("a", &BOX, []).done();
    let outcome = lab.apply(&program);
    assert!(outcome.cancelled && lab.cloud.log().is_empty());
    assert!(!lab.apply(&sketch().done()).cancelled);
}

#[test]
fn a_state_that_cannot_be_written_stops_the_run_before_the_cloud_is_touched() {
    let lab = Lab::new();
    let program = sketch().add("a", &BOX, []).add("b", &BOX, []).done();
    let engine = lab.engine();
    let work = async {
        let planned = engine.plan(&program).await.unwrap();
        engine.apply(&program, planned, lab.policy, &lab.cancel).await
    };
    let result = lab.run_until_end(0, End::Refuse, work).unwrap();
    assert!(matches!(result, Err(EngineError::Store(error)) if error.hint().is_some()));
    assert!(lab.cloud.log().is_empty());
    lab.up(&program);
}

#[test]
fn a_plan_of_a_state_that_moved_on_is_refused() {
    let lab = Lab::new();
    let program = sketch().add("a", &BOX, []).done();
    let (first, second) = (lab.planned(&program), lab.planned(&program));
    assert!(lab.try_apply(&program, first).unwrap().is_complete());
    let refused = lab.try_apply(&program, second).unwrap_err();
    assert!(refused.to_string().contains("changed since the plan was made"), "{refused}");
    assert_eq!(lab.cloud.log(), ["create a"]);
}

#[test]
fn a_provider_that_cannot_be_reached_stops_everything_first() {
    let lab = Lab::new();
    lab.cloud.set_unreachable();
    let error = lab.try_plan(&sketch().done()).unwrap_err();
    assert!(matches!(error, EngineError::Provider(cause) if cause.kind == ProviderErrorKind::Unreachable));
}
