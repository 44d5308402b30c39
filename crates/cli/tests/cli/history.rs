//! `history`, `history verify` and `state accept`.

use std::fs;
use std::path::Path;

use ironward_core::error::{ProviderError, ProviderErrorKind};

use crate::bench::Bench;

fn copy(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

#[test]
fn every_apply_is_listed_with_who_and_how_it_ended() {
    let mut bench = Bench::applied();
    bench.clinic.size = 101;
    let error =
        ProviderError::new(ProviderErrorKind::Denied, "test:Update", "not allowed").with_code("AccessDenied");
    let error = error.with_request_id(Some("4442587FB7D0A2F9")).with_extended_request_id(Some("vlR7Pnp="));
    bench.world.fail("update", "data/records", error);
    let said = "(request id 4442587FB7D0A2F9, extended request id vlR7Pnp=)";
    assert!(bench.run("up --yes").expect(1).seen().contains(said));
    let events = bench.run("up --yes --json").expect(1).events();
    let failed = events.iter().find(|event| event["event"] == "failed").unwrap();
    assert_eq!(failed["request_id"], "4442587FB7D0A2F9");
    assert_eq!(failed["extended_request_id"], "vlR7Pnp=");
    bench.world.mend();
    bench.run("destroy --yes").expect(0);
    bench.snapshot("history", &bench.run("history").expect(0).seen());
    let events = bench.run("history --json").expect(0).events();
    let applies: Vec<_> = events.iter().filter(|event| event["event"] == "apply").collect();
    assert_eq!(applies.len(), 4);
    assert_eq!(applies[1]["failures"][0]["request_id"], "4442587FB7D0A2F9");
    assert_eq!((applies[1]["number"].as_u64(), &applies[1]["verdict"]), (Some(2), &"failed".into()));
    assert_eq!(applies[0]["who"], "ada@lab");
    assert_eq!(applies[0]["plan"].as_str().unwrap().len(), 64);
}

#[test]
fn an_apply_that_changes_nothing_is_not_listed() {
    let bench = Bench::applied();
    bench.run("up --yes").expect(0);
    bench.run("refresh").expect(0);
    assert_eq!(
        bench.run("history --json").expect(0).events().iter().filter(|e| e["event"] == "apply").count(),
        1
    );
}

#[test]
fn without_an_apply_there_is_no_history() {
    let bench = Bench::new();
    assert!(bench.run("history").expect(0).out.contains("`up` begins"));
    assert!(bench.run("history verify").expect(0).out.contains("`up` begins"));
    assert!(!bench.path().join(".ironward").exists());
}

#[test]
fn verify_says_what_is_proven() {
    let bench = Bench::applied();
    bench.snapshot("history_verify", &bench.run("history verify").expect(0).seen());
    // Without the anchor, the same files prove less; looking puts a new one there.
    fs::remove_dir_all(bench.home.path().join("ironward/anchors")).unwrap();
    let ran = bench.run("history verify").expect(0);
    assert!(ran.out.contains("without an anchor"), "{}", ran.out);
    let events = bench.run("history verify --json").expect(0).events();
    let verified = events.iter().find(|event| event["event"] == "verified").unwrap();
    assert_eq!((&verified["keyed"], &verified["anchored"]), (&true.into(), &true.into()));
}

#[test]
fn verify_names_the_first_break() {
    let bench = Bench::applied();
    let file = bench.path().join(".ironward/stacks/sandbox/history.jsonl");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replacen("\"apply\":1,\"digest\":\"", "\"apply\":1,\"digest\":\"0", 1)).unwrap();
    let ran = bench.run("history verify").expect(1);
    assert!(ran.err.contains("history.jsonl:2"), "{}", ran.err);
    fs::write(&file, text.lines().next().unwrap().to_owned() + "\n").unwrap();
    let ran = bench.run("history verify").expect(1);
    assert!(ran.err.contains("ends with apply 0, and the snapshot knows 1"), "{}", ran.err);
}

#[test]
fn an_old_copy_is_refused_until_it_is_accepted() {
    let mut bench = Bench::applied();
    let state = bench.path().join(".ironward/stacks/sandbox");
    let backup = bench.path().join("backup");
    copy(&state, &backup);
    bench.clinic.size = 101;
    bench.run("up --yes").expect(0);
    copy(&backup, &state);
    for command in ["preview", "up --yes", "destroy --yes", "history verify", "state list"] {
        let ran = bench.run(command).expect(1);
        assert!(ran.err.contains("this is an old copy of the state"), "{}", ran.err);
    }
    bench.snapshot("error_old_copy", &bench.run("preview").seen());
    bench.snapshot("state_accept", &bench.run("state accept").expect(0).seen());
    bench.run("up --yes").expect(0);
    let ran = bench.run("history").expect(0);
    assert!(ran.out.contains("state accept"), "{}", ran.out);
    assert!(bench.run("history verify").expect(0).out.contains("3 applies, unbroken"));
}

#[test]
fn there_must_be_something_to_accept() {
    let bench = Bench::new();
    let ran = bench.run("state accept").expect(1);
    assert!(ran.err.contains("there is no state in"), "{}", ran.err);
}
