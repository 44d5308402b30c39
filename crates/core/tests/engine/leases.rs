//! Stores whose lock can end while the process lives.

use std::sync::Arc;
use std::time::Duration;

use ironward_core::clock::Clock;
use ironward_core::event::Event;
use ironward_core::program::Program;
use ironward_core::provider::{INSTANCE_TAG, LINEAGE_TAG};
use serde_json::json;

use crate::support::lab::{End, actions, block_on};
use crate::support::types::{BOX, BUCKET, JOB, NAMED};
use crate::support::{Lab, Look, is, of, sketch};

const WINDOW: Duration = Duration::from_secs(30);

/// Creates, one with a reconcile behind it, one after the other.
fn chain(size: i64) -> Program {
    sketch()
        .add("a", &BOX, [("Size", is(size))])
        .add("b", &NAMED, [("Parent", of("a", "Id")), ("Size", is(size))])
        .add("c", &BOX, [("Parent", of("b", "Id")), ("Loud", is(true)), ("Size", is(size))])
        .done()
}

#[test]
fn no_call_starts_without_permission() {
    let whole = Lab::new();
    whole.up(&chain(1));
    whole.up(&chain(2));
    whole.destroy(&chain(2));
    let calls = whole.cloud.log();
    // Each is the last that may start once.
    for permitted in 0..calls.len() {
        let lab = Lab::new();
        lab.store.permit(permitted);
        let mut refused = None;
        for program in [chain(1), chain(2), sketch().done()] {
            if let Err(error) = lab.try_apply(&program, lab.planned(&program)) {
                refused = Some(error.to_string());
                break;
            }
        }
        assert_eq!(refused.as_deref(), Some("the lease is about to end"), "after {permitted}");
        assert_eq!(lab.cloud.log(), calls[..permitted]);
        // Whoever holds the lock next finds what was begun.
        lab.store.permit(usize::MAX);
        lab.up(&chain(2));
        lab.destroy(&chain(2));
    }
}

#[test]
fn nothing_is_recovered_without_permission() {
    let lab = Lab::new();
    lab.apply_until_end(&chain(1), 3, End::Kill);
    lab.store.permit(0);
    assert_eq!(lab.try_plan(&chain(1)).unwrap_err().to_string(), "the lease is about to end");
    assert_eq!((lab.cloud.finds(), lab.state().pending.len()), (0, 1));
}

#[test]
fn a_lapse_stops_what_is_running() {
    let mut lab = Lab::new();
    lab.cloud.script("job", vec![Look::Pending("booting"); 20]);
    let program = sketch().add("job", &JOB, []).add("after", &BOX, [("Parent", of("job", "Id"))]).done();
    let store = Arc::clone(&lab.store);
    lab.hook = Some(Arc::new(move |event| {
        if matches!(event, Event::Waiting { .. }) {
            store.lapse();
        }
    }));
    let error = lab.try_apply(&program, lab.planned(&program)).unwrap_err();
    assert_eq!(error.to_string(), "the lease ended");
    // The first look is after 5 s, and the others are 10 s apart.
    assert!(lab.clock.now() < Duration::from_secs(20), "it waited on: {:?}", lab.clock.now());
    assert_eq!(lab.state().pending.len(), 1);
    lab.hook = None;
    lab.cloud.heal();
    lab.up(&program);
    assert_eq!(lab.cloud.log(), ["create job", "create after"]);
}

#[test]
fn what_a_former_holder_sent_late_is_found() {
    let lab = Lab::new();
    let program = sketch().add("a", &BOX, []).done();
    lab.apply_until_end(&program, 3, End::Refuse);
    // Six looks take some 6 s; more than three times that many see nothing.
    lab.cloud.blind(20);
    lab.store.unsettle(WINDOW);
    lab.up(&program);
    assert_eq!(lab.cloud.log(), ["create a"]);
}

#[test]
fn nothing_is_believed_to_be_there_only_after_the_window() {
    for (window, scale) in [(WINDOW, 0.0), (WINDOW, 1.0), (Duration::ZERO, 1.0)] {
        let lab = Lab::new();
        let program = sketch().add("a", &BOX, []).done();
        lab.apply_until_end(&program, 3, End::Kill);
        lab.store.unsettle(window);
        let began = lab.clock.now();
        let planned = block_on(lab.engine().with_wait_scale(scale).plan(&program)).unwrap();
        assert_eq!(actions(&planned.plan), ["create a"]);
        let took = lab.clock.now() - began;
        assert_eq!(took >= WINDOW, window == WINDOW, "{took:?} with a window of {window:?}");
    }
}

/// What others have under its name may be gone before the creation arrives.
#[test]
fn a_creation_is_outlasted_where_its_name_is_anothers() {
    let lab = Lab::new();
    let program = sketch().add("a", &BUCKET, [("Name", is("files"))]).done();
    lab.apply_until_end(&program, 3, End::Kill);
    lab.cloud.plant(
        &BUCKET,
        "files",
        &[("Name", json!("files"))],
        &[(LINEAGE_TAG, "feed"), (INSTANCE_TAG, "0123")],
    );
    lab.store.unsettle(WINDOW);
    let began = lab.clock.now();
    block_on(lab.engine().with_wait_scale(0.0).plan(&program)).unwrap();
    let took = lab.clock.now() - began;
    assert!(took >= WINDOW && lab.state().pending.is_empty(), "{took:?}");
}

#[test]
fn updates_and_deletions_of_a_former_holder_are_outlasted() {
    for (program, appends) in [(chain(2), 2), (sketch().done(), 2)] {
        let lab = Lab::new();
        lab.up(&chain(1));
        lab.apply_until_end(&program, appends, End::Kill);
        assert_eq!(lab.state().pending.len(), 1);
        lab.store.unsettle(WINDOW);
        let began = lab.clock.now();
        block_on(lab.engine().with_wait_scale(0.0).plan(&program)).unwrap();
        let took = lab.clock.now() - began;
        assert!(took >= WINDOW, "{took:?}");
    }
}

#[test]
fn what_a_creation_leaves_to_an_update_is_outlasted() {
    let lab = Lab::new();
    let program = sketch().add("a", &BOX, [("Loud", is(true))]).done();
    // The beginning, the program, the intent and the id; the update may be on its way.
    lab.apply_until_end(&program, 4, End::Kill);
    let ids: Vec<String> =
        lab.state().pending.values().map(|pending| pending.record.physical_id.clone()).collect();
    assert!(ids.len() == 1 && !ids[0].is_empty(), "{ids:?}");
    lab.store.unsettle(WINDOW);
    let began = lab.clock.now();
    block_on(lab.engine().with_wait_scale(0.0).plan(&program)).unwrap();
    let took = lab.clock.now() - began;
    assert!(took >= WINDOW, "{took:?}");
}
