//! Parts that went along with what they were parts of are looked at again, and only these.

use std::time::Duration;

use ironward_core::clock::Clock;
use ironward_core::plan::Action;
use ironward_core::provider::DeleteOutcome;
use ironward_core::value::Value;
use serde_json::json;

use crate::support::lab::{End, actions};
use crate::support::sketch::path;
use crate::support::types::{BOX, PART, SLOT};
use crate::support::{Lab, is, of, sketch};

#[test]
fn a_part_is_looked_at_again_where_its_whole_was_made_again_under_its_name() {
    let program = |zone: &str| {
        let whole = sketch().add("whole", &SLOT, [("Key", is("files")), ("Zone", is(zone))]);
        whole.add("policy", &PART, [("Whole", of("whole", "Id"))]).done()
    };
    for end in [End::Kill, End::Refuse] {
        for appends in 0..12 {
            let lab = Lab::new();
            lab.up(&program("a"));
            let policy = lab.cloud.of("policy").id;
            lab.cloud.clear();
            let began = lab.clock.now();
            if lab.apply_until_end(&program("b"), appends, end) {
                break;
            }
            let (log, took) = (lab.cloud.log(), lab.clock.now() - began);
            if !log.contains(&"delete whole".to_owned()) || log.contains(&"create policy".to_owned()) {
                continue;
            }
            // It went along with its whole less than four seconds ago, and one read still shows it.
            assert!(took < Duration::from_secs(4));
            lab.cloud.plant(&PART, &policy, &[("Whole", json!("slot-files"))], &[]);
            lab.cloud.doom(&policy, 1);
            let plan = lab.plan(&program("b"));
            let action = &plan.change("policy").unwrap().action;
            assert_eq!(*action, Action::Create, "{end:?} after {appends}, {took:?}");
        }
    }
}

#[test]
fn a_part_that_names_its_whole_by_a_literal_is_looked_at_again() {
    let lab = Lab::new();
    let program = sketch().add("whole", &SLOT, [("Key", is("files"))]).add("user", &BOX, []);
    let policy = program.add("policy", &PART, [("Whole", is("slot-files"))]);
    let program = policy.tune(|options| options.depends_on.push(path("user"))).done();
    lab.up(&program);
    let id = lab.cloud.of("policy").id;
    lab.cloud.vanish("whole");
    lab.cloud.doom(&id, 1);
    assert!(lab.apply(&program).is_complete());
    let plan = lab.plan(&program);
    assert!(plan.is_empty(), "{:?}", actions(&plan));
}

#[test]
fn a_part_of_what_nobody_manages_costs_no_second_look_where_its_name_is_composed() {
    let lab = Lab::new();
    let whole = Value::Concat(vec![of("net", "Id"), is("-logs")]);
    let program = sketch().add("net", &BOX, []).add("policy", &PART, [("Whole", whole)]).done();
    lab.up(&program);
    let started = lab.clock.now();
    assert!(lab.plan(&program).is_empty());
    assert_eq!(lab.clock.now(), started);
}

#[test]
fn a_part_whose_whole_is_ignored_costs_no_second_look() {
    let lab = Lab::new();
    let a = || sketch().add("a", &SLOT, [("Key", is("a"))]).add("b", &SLOT, [("Key", is("b"))]);
    let part = |whole: &str| {
        a().add("policy", &PART, [("Whole", of(whole, "Id"))])
            .tune(|options| options.ignore_changes = vec!["Whole"])
    };
    lab.up(&part("a").done());
    let program = part("b").done();
    assert!(lab.apply(&program).is_complete());
    let started = lab.clock.now();
    lab.plan(&program);
    assert_eq!(lab.clock.now(), started);
}

#[test]
fn what_stands_on_a_part_goes_before_its_whole() {
    let lab = Lab::new();
    let program = sketch().add("whole", &SLOT, [("Key", is("files"))]);
    let program = program.add("policy", &PART, [("Whole", of("whole", "Id"))]);
    let program = program.add("user", &BOX, [("Parent", of("policy", "Id"))]).done();
    lab.up(&program);
    let outcome = lab.destroy(&program);
    assert!(outcome.is_complete(), "{:?}", outcome.failures);
    lab.cloud.assert_order(&["delete user", "delete whole"]);
}

#[test]
fn what_stays_for_its_time_on_a_part_keeps_the_whole() {
    let lab = Lab::new();
    let program = sketch().add("whole", &SLOT, [("Key", is("files"))]);
    let program = program.add("policy", &PART, [("Whole", of("whole", "Id"))]);
    let program = program.add("user", &BOX, [("Parent", of("policy", "Id"))]).done();
    lab.up(&program);
    let whole = lab.cloud.of("whole").id;
    lab.cloud.leave("user", DeleteOutcome { stays: true, ..DeleteOutcome::leaving("it goes on Friday") });
    lab.destroy(&program);
    assert!(lab.cloud.get(&whole).is_some());
}
