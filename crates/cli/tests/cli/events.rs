//! `--json`: one event a line and nothing else.

use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::stack::{Hipaa, Stack};
use serde_json::json;

use crate::bench::{Bench, Ran};

#[track_caller]
fn well_formed(ran: &Ran) {
    let events = ran.events();
    assert!(events.iter().all(|event| event["event"].is_string()), "{}", ran.out);
    let summaries: Vec<usize> = events
        .iter()
        .enumerate()
        .filter(|(_, event)| event["event"] == "summary")
        .map(|(at, _)| at)
        .collect();
    assert_eq!(summaries, [events.len() - 1], "{}", ran.out);
    let summary = &events[events.len() - 1];
    for count in ["created", "updated", "replaced", "deleted", "unchanged", "failed", "duration_ms"] {
        assert!(summary[count].is_u64(), "{summary}");
    }
}

#[test]
fn preview_lists_every_operation() {
    let mut bench = Bench::applied();
    bench.clinic.size = 200;
    bench.clinic.cidr = "10.1.0.0/16";
    bench.clinic.archive = false;
    bench.world.change("network-0002", "Label", "changed by hand");
    let ran = bench.run("--json preview").expect(0);
    well_formed(&ran);
    bench.snapshot("events_preview", &ran.seen());
    assert_eq!(ran.events().last().unwrap()["replaced"], 2);
}

#[test]
fn up_tells_what_happens_and_ends_with_the_summary() {
    let bench = Bench::new();
    let ran = bench.run("--json up --yes").expect(0);
    well_formed(&ran);
    bench.snapshot("events_up", &ran.seen());
}

#[test]
fn recorded_choices_are_events_of_the_plan() {
    let bench = Bench::new();
    let declare = |stack: &mut Stack<Hipaa>| {
        let mut scope = stack.component("service", "ClinicService")?;
        scope.remark("what passes here isn't encrypted", Some("45 CFR 164.312(e)(1)"));
        Ok(())
    };
    for command in ["preview", "up --yes"] {
        let ran = bench.run_program("clinic", &format!("--json {command}"), declare).expect(0);
        well_formed(&ran);
        let events = ran.events();
        let remark = events.iter().find(|event| event["event"] == "remark").expect(command);
        assert_eq!(remark["path"], "service");
        assert_eq!(remark["text"], "what passes here isn't encrypted");
        assert_eq!(remark["citation"], "45 CFR 164.312(e)(1)");
        assert!(remark["source"].as_str().unwrap().contains("events.rs:"), "{remark}");
    }
}

#[test]
fn a_choice_that_is_made_at_the_root_is_told_as_well() {
    let bench = Bench::new();
    let declare = |stack: &mut Stack<Hipaa>| {
        stack.remark("it runs in one zone", None);
        Ok(())
    };
    let ran = bench.run_program("clinic", "preview", declare).expect(0);
    assert!(ran.out.contains("Recorded choices:\n    it runs in one zone ("), "{}", ran.out);
    let ran = bench.run_program("clinic", "--json preview", declare).expect(0);
    let events = ran.events();
    let remark = events.iter().find(|event| event["event"] == "remark").unwrap();
    assert_eq!((&remark["text"], remark.get("path")), (&"it runs in one zone".into(), None));
}

#[test]
fn every_command_ends_with_a_summary() {
    let bench = Bench::applied();
    for command in
        ["outputs", "state list", "state show data/records", "drift", "refresh", "graph", "destroy --yes"]
    {
        well_formed(&bench.run(&format!("{command} --json")).expect(0));
    }
}

#[test]
fn failures_are_events_too() {
    let bench = Bench::new();
    let error = ProviderError::new(ProviderErrorKind::Invalid, "test:CreateNetwork", "Cidr is taken")
        .with_code("Invalid");
    bench.world.fail("create", "network/main", error);
    let ran = bench.run("--json up --yes").expect(1);
    well_formed(&ran);
    let events = ran.events();
    let failed = events.iter().find(|event| event["event"] == "failed").unwrap();
    assert_eq!(failed["path"], "network/main");
    assert!(failed["source"].as_str().unwrap().contains("programs.rs:"), "{failed}");
    assert_eq!(events.last().unwrap()["failed"], 1);

    let ran = bench.run("--json preview --stack nowhere").expect(1);
    well_formed(&ran);
    assert_eq!(ran.events()[0]["message"], "there is no stack `nowhere`");
    let ran = bench.run("--json previw").expect(1);
    well_formed(&ran);
    assert_eq!(ran.events()[0]["event"], "error");
}

#[test]
fn nobody_is_asked_where_programs_read() {
    let mut bench = Bench::new();
    bench.terminal = true;
    bench.answer = "yes\n";
    let ran = bench.run("--json up").expect(1);
    well_formed(&ran);
    assert!(bench.world.ids().is_empty());
}

#[test]
fn values_are_json_values() {
    let bench = Bench::applied();
    let ran = bench.run("--json outputs").expect(0);
    let outputs: Vec<_> = ran.events().into_iter().filter(|event| event["event"] == "output").collect();
    assert_eq!(
        outputs,
        [
            json!({"event": "output", "name": "records_arn", "value": "arn:aws:test:us-east-1:123456789012:store/100"}),
            json!({"event": "output", "name": "records_endpoint", "value": outputs[1]["value"]}),
        ]
    );
}
