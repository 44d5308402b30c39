//! Secrets reach the cloud and nothing else.

use ironward_core::consent::Loss;
use ironward_core::declare::Accepted;
use ironward_core::event::Event;
use ironward_core::output::ToValue;
use ironward_core::program::Program;
use ironward_core::secret::{Secret, is_concealed};
use ironward_core::value::Value;
use serde_json::json;

use crate::support::lab::{End, actions};
use crate::support::types::BOX;
use crate::support::{Lab, Look, is, sketch};

const WORD: &str = "correct-horse-battery";

fn secret(text: &str) -> Value {
    Secret::new(text.to_owned()).to_value()
}

fn program(word: &str) -> Program {
    let url = Value::Concat(vec![is("postgres://app:"), secret(word)]);
    let mut program = sketch().add("a", &BOX, [("Secret", secret(word)), ("Label", url.clone())]).done();
    program.outputs.insert("url".to_owned(), url);
    program
}

/// Everything that is kept or shown, as text.
fn seen(lab: &Lab, program: &Program) -> String {
    let plan = lab.plan(program);
    let entries: Vec<String> =
        lab.store.entries().iter().map(|entry| serde_json::to_string(entry).unwrap()).collect();
    format!(
        "{} {plan:?} {} {entries:?} {:?} {:?}",
        serde_json::to_string(&plan).unwrap(),
        serde_json::to_string(&lab.state()).unwrap(),
        lab.events(),
        program.resources,
    )
}

#[track_caller]
fn unseen(lab: &Lab, program: &Program, words: &[&str]) {
    let seen = seen(lab, program);
    for word in words {
        assert!(!seen.contains(word), "{word} is seen: {seen}");
    }
}

#[test]
fn a_secret_reaches_the_cloud_and_is_not_seen() {
    let lab = Lab::new();
    unseen(&lab, &program(WORD), &[WORD]);
    // The journal as it is before it is compacted.
    lab.apply_until_end(&program(WORD), 4, End::Kill);
    assert!(lab.store.entries().len() > 3);
    unseen(&lab, &program(WORD), &[WORD]);
    let outcome = lab.up(&program(WORD));
    assert_eq!(lab.cloud.property("a", "Secret"), json!(WORD));
    assert_eq!(lab.cloud.property("a", "Label"), json!(format!("postgres://app:{WORD}")));
    assert!(is_concealed(&outcome.outputs["url"]));
    assert!(is_concealed(lab.state().resources.values().next().unwrap().properties.json("Secret").unwrap()));
    unseen(&lab, &program(WORD), &[WORD]);
}

#[test]
fn a_secret_is_compared_by_its_hash() {
    let lab = Lab::new();
    lab.up(&program(WORD));
    lab.cloud.clear();
    assert!(lab.plan(&program(WORD)).is_empty());
    // One of the two properties is reported by the cloud, the other never is.
    assert_eq!(actions(&lab.plan(&program("another-word"))), ["update a label,secret"]);
    lab.up(&program("another-word"));
    assert_eq!(lab.cloud.take_log(), ["update a label,secret"]);
    assert_eq!(lab.cloud.property("a", "Secret"), json!("another-word"));
    unseen(&lab, &program("another-word"), &[WORD, "another-word"]);
}

#[test]
fn drift_of_a_secret_is_repaired_and_not_seen() {
    let lab = Lab::new();
    lab.up(&program(WORD));
    lab.cloud.tamper("a", "Label", "postgres://app:tampered");
    let plan = lab.plan(&program(WORD));
    assert_eq!(plan.change("a").unwrap().drift.len(), 1);
    unseen(&lab, &program(WORD), &[WORD, "tampered"]);
    lab.up(&program(WORD));
    assert_eq!(lab.cloud.property("a", "Label"), json!(format!("postgres://app:{WORD}")));
}

#[test]
fn a_secret_that_becomes_plain_is_an_update() {
    let lab = Lab::new();
    lab.up(&sketch().add("a", &BOX, [("Label", secret(WORD))]).done());
    let plain = sketch().add("a", &BOX, [("Label", is("plain"))]).done();
    unseen(&lab, &plain, &[WORD]);
    lab.up(&plain);
    assert_eq!(lab.cloud.property("a", "Label"), json!("plain"));
    assert!(lab.plan(&plain).is_empty());
}

#[test]
fn what_is_adopted_keeps_its_secrets() {
    // Updated in place, and replaced at once.
    for zone in ["z", "other"] {
        let program = sketch()
            .add("a", &BOX, [("Zone", is(zone)), ("Secret", secret(WORD)), ("Label", secret(WORD))])
            .tune(|options| {
                options.adopt = Some("box-there".to_owned());
                options.accepts.push(Accepted::new(Loss::Replace, "a test"));
            })
            .done();
        for appends in 0..12 {
            let lab = Lab::new();
            let there = [("Zone", json!("z")), ("Label", json!("their-own-word"))];
            lab.cloud.plant(&BOX, "box-there", &there, &[]);
            unseen(&lab, &program, &[WORD, "their-own-word"]);
            lab.apply_until_end(&program, appends, End::Kill);
            unseen(&lab, &program, &[WORD, "their-own-word"]);
            lab.up(&program);
            let objects = lab.cloud.objects();
            assert_eq!(objects.len(), 1);
            assert_eq!(
                (&objects[0].properties["Secret"], &objects[0].properties["Label"]),
                (&json!(WORD), &json!(WORD))
            );
            unseen(&lab, &program, &[WORD, "their-own-word"]);
        }
    }
}

#[test]
fn what_is_adopted_with_its_secret_is_left_alone() {
    let lab = Lab::new();
    lab.cloud.plant(&BOX, "box-there", &[("Label", json!(WORD))], &[]);
    let program = sketch()
        .add("a", &BOX, [("Label", secret(WORD))])
        .tune(|options| options.adopt = Some("box-there".to_owned()))
        .done();
    assert!(lab.plan(&program).change("a").unwrap().diffs.is_empty());
    lab.up(&program);
    assert_eq!(lab.cloud.log(), ["update a tags"]);
    unseen(&lab, &program, &[WORD]);
}

#[test]
fn what_is_waited_for_does_not_repeat_a_secret() {
    let lab = Lab::new();
    lab.cloud.script("a", [Look::Pending("starting with correct-horse-battery"), Look::Pending("going on")]);
    let program = program(WORD);
    lab.up(&program);
    let told = |reason: &str| {
        let is = |event: &Event| matches!(event, Event::Waiting { reason: told, .. } if told == reason);
        lab.events().iter().any(is)
    };
    assert!(told("starting with (secret)") && told("going on"), "{:?}", lab.events());
    unseen(&lab, &program, &[WORD]);
}

#[test]
fn a_failure_does_not_repeat_a_secret_as_json_writes_it() {
    let lab = Lab::new();
    let quoted = "correct \"horse\" battery";
    let wrong = sketch().add("a", &BOX, [("Parent", secret(quoted))]).done();
    let outcome = lab.apply(&wrong);
    let message = outcome.failures[0].error.to_string();
    assert!(message.contains("(secret)") && !message.contains("horse"), "{message}");
}

#[test]
fn a_failure_does_not_repeat_a_secret() {
    let lab = Lab::new();
    // The cloud names what doesn't exist.
    let wrong = sketch().add("a", &BOX, [("Parent", secret(WORD))]).done();
    let outcome = lab.apply(&wrong);
    let message = outcome.failures[0].error.to_string();
    assert!(message.contains("don't exist") && message.contains("(secret)"), "{message}");
    assert!(lab.events().iter().any(|event| matches!(event, Event::Failed { .. })));
    unseen(&lab, &wrong, &[WORD]);
}
