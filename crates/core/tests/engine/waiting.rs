//! Waiting: sequences of looks, and how few calls they take.

use std::time::Duration;

use ironward_core::clock::Clock;
use ironward_core::error::ProviderErrorKind;
use ironward_core::event::Event;
use ironward_core::state::Status;

use crate::support::lab::actions;
use crate::support::types::{BOX, JOB, NAMED};
use crate::support::{Lab, Look, is, of, sketch};

fn waits(lab: &Lab, path: &str) -> Vec<String> {
    lab.events()
        .into_iter()
        .filter_map(|event| match event {
            Event::Waiting { path: at, reason } if at.as_str() == path => Some(reason),
            _ => None,
        })
        .collect()
}

#[test]
fn pending_then_ready() {
    let lab = Lab::new();
    lab.cloud
        .script("job", [Look::Pending("booting"), Look::Pending("booting"), Look::Pending("warming up")]);
    let program = sketch().add("job", &JOB, []).add("after", &BOX, [("Parent", of("job", "Id"))]).done();
    lab.up(&program);
    assert_eq!(waits(&lab, "job"), ["booting", "warming up"]);
    lab.cloud.assert_order(&["create job", "create after"]);
    // A delay of 5 s, then three intervals of 10 s.
    assert!(lab.clock.now() >= Duration::from_secs(35), "{:?}", lab.clock.now());
}

#[test]
fn a_terminal_failure_carries_its_reason_and_is_replaced_next_time() {
    let lab = Lab::new();
    lab.cloud.script("job", [Look::Pending("booting"), Look::Failed("no capacity in zone a")]);
    let program = sketch().add("job", &JOB, []).add("after", &BOX, [("Parent", of("job", "Id"))]).done();
    let outcome = lab.apply(&program);
    let message = outcome.failures[0].error.to_string();
    assert_eq!(message, "waiting for Sim::Slow::Job: it failed: no capacity in zone a");
    assert_eq!(outcome.skipped.len(), 1);
    assert_eq!(lab.state().resources.values().next().unwrap().status, Status::Broken);
    let plan = lab.plan(&program);
    assert_eq!(actions(&plan), ["replace job CreateFirst", "create after"]);
    assert_eq!(plan.change("job").unwrap().reasons, ["it ended in a state from which it can't recover"]);
    lab.up(&program);
}

#[test]
fn what_recovered_by_itself_is_not_replaced() {
    let lab = Lab::new();
    lab.cloud.script("job", [Look::Failed("no capacity")]);
    let program = sketch().add("job", &JOB, [("Secret", is("s")), ("Loud", is(true))]).done();
    lab.apply(&program);
    lab.cloud.heal();
    assert!(lab.plan(&program).counts().updated == 1);
    lab.up(&program);
    assert_eq!(lab.cloud.log().iter().filter(|line| line.starts_with("create")).count(), 1);
}

#[test]
fn a_time_out_says_what_it_was_last_doing_and_is_waited_for_again() {
    let lab = Lab::new();
    lab.cloud.script("job", std::iter::repeat_n(Look::Pending("booting"), 14));
    let program = sketch().add("job", &JOB, []).done();
    let started = lab.clock.now();
    let outcome = lab.apply(&program);
    let message = outcome.failures[0].error.to_string();
    assert!(message.contains("it wasn't ready after 120 s; it was last booting"), "{message}");
    assert!(lab.clock.now() - started < Duration::from_secs(130), "{:?}", lab.clock.now());
    assert_eq!(lab.state().resources.values().next().unwrap().status, Status::Incomplete);
    // It is still booting: the next run waits for it before it calls it ready.
    lab.cloud.show("job", std::iter::repeat_n(Look::Pending("still booting"), 5));
    let outcome = lab.up(&program);
    assert_eq!(outcome.counts.updated, 1);
    assert!(waits(&lab, "job").contains(&"still booting".to_owned()));
    assert_eq!(lab.cloud.log(), ["create job"]);
}

#[test]
fn what_is_not_visible_yet_is_waited_for() {
    let lab = Lab::new();
    lab.cloud.script("a", [Look::Absent, Look::Absent]);
    lab.up(&sketch().add("a", &BOX, []).done());
    assert_eq!(waits(&lab, "a"), ["not visible yet"]);
}

#[test]
fn what_is_seen_and_then_not_is_waited_for_too() {
    let lab = Lab::new();
    // Ready after creation; the reads after the reconcile come from elsewhere.
    lab.up(&sketch().add("a", &BOX, []).done());
    lab.cloud.clear();
    lab.cloud.show("a", [Look::Pending("settling"), Look::Absent, Look::Absent]);
    lab.up(&sketch().add("a", &BOX, [("Size", is(2))]).done());
    assert_eq!(lab.cloud.log(), ["update a size"]);
}

#[test]
fn what_never_shows_up_is_made_again() {
    let lab = Lab::new();
    lab.cloud.script("job", std::iter::repeat_n(Look::Absent, 1000));
    let program = sketch().add("job", &JOB, []).done();
    let outcome = lab.apply(&program);
    assert!(outcome.failures[0].error.to_string().contains("not visible yet"));
    lab.cloud.vanish("job");
    lab.up(&program);
}

#[test]
fn a_service_that_fails_at_every_look_ends_the_wait_before_its_time() {
    let lab = Lab::new();
    lab.cloud.script("job", std::iter::repeat_n(Look::ProviderError(ProviderErrorKind::Ambiguous), 100));
    let started = lab.clock.now();
    let outcome = lab.apply(&sketch().add("job", &JOB, []).done());
    let message = outcome.failures[0].error.to_string();
    assert!(message.ends_with("(to 5 looks in a row)") && !message.contains("waiting for"), "{message}");
    // A delay of 5 s, four intervals of 10 s, and not the 120 s until its deadline.
    assert!(lab.clock.now() - started < Duration::from_secs(60), "{:?}", lab.clock.now());

    // An answer in between says that it can be read.
    let lab = Lab::new();
    let fails = || std::iter::repeat_n(Look::ProviderError(ProviderErrorKind::Ambiguous), 4);
    lab.cloud.script("job", fails().chain([Look::Pending("booting")]).chain(fails()));
    lab.up(&sketch().add("job", &JOB, []).done());
}

#[test]
fn throttled_looks_are_repeated_and_refused_ones_are_not() {
    let lab = Lab::new();
    let program = sketch().add("job", &JOB, []).done();
    lab.cloud.script(
        "job",
        [
            Look::ProviderError(ProviderErrorKind::Throttled),
            Look::ProviderError(ProviderErrorKind::Ambiguous),
        ],
    );
    lab.up(&program);
    let lab = Lab::new();
    lab.cloud.script("job", [Look::ProviderError(ProviderErrorKind::Denied)]);
    let outcome = lab.apply(&program);
    assert_eq!(outcome.failures[0].error.kind, ProviderErrorKind::Denied);
    lab.up(&program);
    assert_eq!(lab.cloud.log(), ["create job"]);
}

#[test]
fn deletions_are_waited_for() {
    let lab = Lab::new();
    let program = sketch().add("base", &BOX, []).add("job", &JOB, [("Parent", of("base", "Id"))]).done();
    lab.up(&program);
    lab.cloud.slow_delete("job", 3);
    lab.up(&sketch().done());
    assert_eq!(waits(&lab, "job"), ["deleting"]);
}

#[test]
fn what_was_just_made_and_is_going_is_not_gone_when_a_look_misses_it() {
    let lab = Lab::new();
    lab.up(&sketch().add("job", &JOB, []).done());
    lab.cloud.slow_delete("job", 3);
    // The plan still sees it, and the first look after the deletion began doesn't.
    lab.cloud.show("job", [Look::Pending("creating"), Look::Absent]);
    lab.up(&sketch().done());
    assert_eq!(waits(&lab, "job"), ["not visible any more", "deleting"]);
}

#[test]
fn a_deletion_that_never_ends_times_out_and_is_known_next_time() {
    let lab = Lab::new();
    lab.up(&sketch().add("job", &JOB, []).done());
    lab.cloud.slow_delete("job", 20);
    let outcome = lab.apply(&sketch().done());
    let message = outcome.failures[0].error.to_string();
    assert!(message.contains("after 60 s") && message.contains("deleting"), "{message}");
    assert_eq!(lab.state().resources.len(), 1);
}

#[test]
fn many_resources_are_read_by_one_call_of_each_operation() {
    let lab = Lab::new();
    let mut sketch = sketch();
    for i in 0..50 {
        sketch = sketch.add(&format!("box{i}"), &BOX, []).add(&format!("named{i}"), &NAMED, []);
    }
    let program = sketch.done();
    lab.up(&program);
    lab.cloud.clear();
    lab.plan(&program);
    assert_eq!(lab.cloud.reads("sim:DescribeBoxes"), [50]);
    assert_eq!(lab.cloud.reads("sim:ListTags"), [50]);
    assert_eq!(lab.cloud.reads("sim:DescribeNamed"), [50]);
    let told = lab.events().into_iter().rev().find_map(|event| match event {
        Event::Observed { reads } => Some(reads),
        _ => None,
    });
    assert_eq!(told, Some(3));
}

#[test]
fn waits_share_their_calls_too() {
    let lab = Lab::new();
    let mut sketch = sketch();
    for i in 0..50 {
        let path = format!("job{i}");
        lab.cloud.script(&path, [Look::Pending("booting"), Look::Pending("booting")]);
        sketch = sketch.add(&path, &JOB, []);
    }
    assert!(lab.apply(&sketch.done()).is_complete());
    let calls = lab.cloud.reads("sim:DescribeJobs");
    assert!(calls.len() <= 6, "{calls:?}");
    assert_eq!(calls.iter().sum::<usize>(), 150, "{calls:?}");
}

#[test]
fn what_waits_holds_no_slot() {
    let lab = Lab::new();
    let mut sketch = sketch();
    for i in 0..150 {
        let path = format!("job{i}");
        lab.cloud.script(&path, std::iter::repeat_n(Look::Pending("booting"), 8));
        sketch = sketch.add(&path, &JOB, []);
    }
    let started = lab.clock.now();
    assert!(lab.apply(&sketch.done()).is_complete());
    // 64 at once make three waves of calls, and all of the waits overlap.
    let took = lab.clock.now() - started;
    assert!(took < Duration::from_secs(110), "{took:?}");
    assert!(lab.cloud.busiest() <= 64, "{}", lab.cloud.busiest());
}

#[test]
fn a_wait_does_not_keep_others_from_their_turn() {
    let lab = Lab::new();
    lab.cloud.script("slow", std::iter::repeat_n(Look::Pending("booting"), 10));
    let mut sketch = sketch().add("slow", &JOB, []).add("b0", &BOX, []);
    for i in 1..10 {
        sketch = sketch.add(&format!("b{i}"), &BOX, [("Parent", of(&format!("b{}", i - 1), "Id"))]);
    }
    let program = sketch.done();
    let events = std::sync::Arc::clone(&lab.events);
    let clock = std::sync::Arc::clone(&lab.clock);
    let finished = std::sync::Arc::new(std::sync::Mutex::new(Duration::ZERO));
    let mut lab = lab;
    let seen = std::sync::Arc::clone(&finished);
    lab.hook = Some(std::sync::Arc::new(move |event: &Event| {
        if matches!(event, Event::Finished { path, .. } if path.as_str() == "b9") {
            *seen.lock().unwrap() = clock.now();
        }
    }));
    lab.up(&program);
    drop(events);
    // Ten calls of one second each and next to nothing between them.
    let took = *finished.lock().unwrap();
    assert!(took < Duration::from_millis(11_500), "{took:?}");
}

#[test]
fn the_longest_chain_starts_first() {
    let lab = Lab::new();
    let mut sketch = sketch();
    for i in 0..100 {
        sketch = sketch.add(&format!("quick{i}"), &BOX, []);
    }
    let program = sketch.add("base", &BOX, []).add("job", &JOB, [("Parent", of("base", "Id"))]).done();
    lab.up(&program);
    let at = lab.cloud.log().iter().position(|line| line == "create base").unwrap();
    assert!(at < 64, "{at}");
    assert!(lab.cloud.busiest() > 32);
}
