//! What the history tells of applies.

use std::sync::Arc;

use ironward_core::event::Event;
use ironward_core::history::{Apply, Author, Command, Verdict};
use ironward_core::state::Entry;
use serde_json::json;

use crate::support::lab::{End, block_on};
use crate::support::types::{BOX, JOB};
use crate::support::{Lab, is, sketch};

fn history(lab: &Lab) -> Vec<Apply> {
    block_on(lab.engine().history()).unwrap()
}

fn verdicts(lab: &Lab) -> Vec<(u64, Command, Verdict)> {
    history(lab).iter().map(|apply| (apply.begun.number, apply.begun.command, apply.verdict)).collect()
}

#[test]
fn every_apply_is_recorded_with_its_plan_and_its_end() {
    let lab = Lab::new();
    let program = sketch().add("a", &BOX, []).add("b", &BOX, []).done();
    let author = Author { who: "ada@lab".to_owned(), version: "1.2.3".to_owned() };
    let engine = lab.engine().with_author(author.clone());
    let planned = block_on(engine.plan(&program)).unwrap();
    let hash = planned.plan.hash();
    let _ = block_on(engine.apply(&program, planned, lab.policy, &lab.cancel)).unwrap();
    lab.destroy(&program);
    let history = history(&lab);
    assert_eq!(
        verdicts(&lab),
        [(1, Command::Up, Verdict::Succeeded), (2, Command::Destroy, Verdict::Succeeded)]
    );
    let up = &history[0];
    assert_eq!((&up.begun.author, &up.begun.program), (&author, &program.name));
    assert!(hash.is_some() && up.begun.plan == hash);
    assert_eq!((up.begun.planned.created, up.counts.unwrap().created), (2, 2));
    assert!(up.ended.unwrap() > up.begun.began, "creation takes its time: {up:?}");
}

#[test]
fn an_apply_without_changes_is_none() {
    let lab = Lab::new();
    let program = sketch().add("a", &BOX, []).done();
    lab.up(&program);
    let serial = lab.state().serial;
    lab.up(&program);
    block_on(lab.engine().refresh(&program)).unwrap();
    assert_eq!(history(&lab).len(), 1);
    assert_eq!(lab.state().serial, serial);
}

#[test]
fn a_refresh_that_writes_is_recorded() {
    let lab = Lab::new();
    let program = sketch().add("a", &BOX, []).done();
    lab.up(&program);
    lab.cloud.vanish("a");
    block_on(lab.engine().refresh(&program)).unwrap();
    assert_eq!(verdicts(&lab)[1], (2, Command::Refresh, Verdict::Succeeded));
    assert_eq!(history(&lab)[1].counts.unwrap().deleted, 1);
}

#[test]
fn an_import_and_a_rollback_are_recorded() {
    let lab = Lab::new();
    lab.cloud.plant(&BOX, "box-there", &[], &[]);
    let program = sketch()
        .add("there", &BOX, [])
        .add("new", &BOX, [])
        .add("next", &BOX, [("Parent", crate::support::of("new", "Id"))])
        .done();
    let planned = lab.plan_import(&program, &[("there", "box-there")]).unwrap();
    assert!(lab.try_apply(&program, planned).unwrap().is_complete());
    lab.cloud.fail("create", "next", ironward_core::error::ProviderErrorKind::Quota);
    let outcome = lab.apply(&program);
    assert!(lab.roll_back(&program, &outcome).is_complete());
    assert_eq!(
        verdicts(&lab),
        [
            (1, Command::Import, Verdict::Succeeded),
            (2, Command::Up, Verdict::Failed),
            (3, Command::Rollback, Verdict::Succeeded)
        ]
    );
    let history = history(&lab);
    assert_eq!((history[0].begun.planned.adopted, history[0].counts.unwrap().adopted), (1, 1));
    assert_eq!((history[2].begun.planned.deleted, history[2].counts.unwrap().deleted), (1, 1));
    assert!(history.iter().all(|apply| apply.begun.plan.is_some()));
    // A rollback that finds nothing to do is none.
    assert!(lab.roll_back(&program, &outcome).removed.is_empty());
    assert_eq!(verdicts(&lab).len(), 3);
}

#[test]
fn the_end_is_the_last_entry_of_every_apply() {
    // A creation that took longer than thought, whose time is learned; and an import.
    let program = sketch().add("a", &JOB, []).add("b", &BOX, []).done();
    for import in [false, true] {
        let run = |appends: usize| {
            let lab = Lab::new();
            lab.cloud.plant(&BOX, "box-there", &[], &[]);
            let engine = lab.engine();
            let ids = [(crate::support::sketch::path("b"), "box-there".to_owned())].into();
            lab.run_until_end(appends, End::Kill, async {
                let planned = match import {
                    true => engine.plan_import(&program, &ids).await.unwrap(),
                    false => engine.plan(&program).await.unwrap(),
                };
                let _ = engine.apply(&program, planned, lab.policy, &lab.cancel).await.unwrap();
            });
            lab
        };
        let all = run(usize::MAX).store.appended();
        // Killed right before the journal is compacted.
        let lab = run(all);
        let entries = lab.store.entries();
        assert_eq!(entries.len(), all);
        assert!(matches!(entries.first(), Some(Entry::ApplyBegan { .. })), "{entries:#?}");
        assert!(matches!(entries.last(), Some(Entry::ApplyEnded { .. })), "{entries:#?}");
        let learns = entries.iter().any(|entry| matches!(entry, Entry::Learned { .. }));
        assert_eq!(learns, !import, "{entries:#?}");
        assert_eq!(verdicts(&lab).len(), 1);
    }
}

#[test]
fn an_apply_that_was_killed_is_interrupted() {
    let lab = Lab::new();
    let program = sketch().add("a", &BOX, []).done();
    for kills in 1..5 {
        lab.apply_until_end(&program, 1, End::Kill);
        assert_eq!(verdicts(&lab).len(), kills);
    }
    assert!(verdicts(&lab).iter().all(|(_, _, verdict)| *verdict == Verdict::Interrupted));
    lab.up(&program);
    let all = verdicts(&lab);
    assert_eq!(all.len(), 5);
    assert_eq!(all[4], (5, Command::Up, Verdict::Succeeded));
    assert!(history(&lab)[3].counts.is_none());
}

#[test]
fn failed_and_cancelled_applies_say_so() {
    let lab = Lab::new();
    let good = sketch().add("a", &BOX, []).done();
    lab.cloud.fail("create", "a", ironward_core::error::ProviderErrorKind::Denied);
    let outcome = lab.apply(&good);
    assert_eq!(outcome.failures.len(), 1);
    let mut lab = lab;
    let cancel = lab.cancel.clone();
    lab.hook = Some(Arc::new(move |event: &Event| {
        if matches!(event, Event::Started { .. }) {
            cancel.cancel();
        }
    }));
    let chain = sketch()
        .add("x", &BOX, [])
        .add("y", &BOX, [("Parent", crate::support::of("x", "Id")), ("Size", is(1))])
        .done();
    let _ = lab.apply(&chain);
    let verdicts: Vec<Verdict> = history(&lab).iter().map(|apply| apply.verdict).collect();
    assert_eq!(verdicts, [Verdict::Failed, Verdict::Cancelled]);
    assert_eq!(serde_json::to_value(verdicts).unwrap(), json!(["failed", "cancelled"]));
}
