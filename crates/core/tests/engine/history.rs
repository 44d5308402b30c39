//! What the history tells of applies.

use std::sync::Arc;

use ironward_core::event::Event;
use ironward_core::history::{Apply, Author, Command, Verdict};
use serde_json::json;

use crate::support::lab::{End, block_on};
use crate::support::types::BOX;
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
    lab.cloud.fail("create", "a", ironward_core::fault::FaultKind::Denied);
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
