//! `up --on-failure rollback`.

use ironward_core::error::{ProviderError, ProviderErrorKind};

use crate::bench::Bench;

fn failing(path: &str) -> Bench {
    let bench = Bench::new();
    let error =
        ProviderError::new(ProviderErrorKind::Quota, "test:CreateStore", "no more stores").with_code("Limit");
    bench.world.fail("create", path, error);
    bench
}

#[test]
fn what_a_failed_run_made_is_taken_down_and_told() {
    let mut bench = failing("data/records");
    bench.snapshot("rollback_plain", &bench.run("up --yes --on-failure rollback").expect(1).seen());
    assert!(bench.world.ids().is_empty());
    bench.terminal = true;
    bench.snapshot("rollback_terminal", &bench.run("up --yes --on-failure rollback").expect(1).seen());
    bench.terminal = false;
    bench.world.mend();
    bench.run("up --yes --on-failure rollback").expect(0);
    assert_eq!(bench.world.ids().len(), 4);
}

#[test]
fn without_it_everything_stays() {
    for flags in ["", "--on-failure keep"] {
        let bench = failing("data/records");
        let ran = bench.run(&format!("up --yes {flags}")).expect(1);
        assert!(!ran.out.contains("Roll"), "{}", ran.seen());
        assert_eq!(bench.world.ids().len(), 3);
    }
}

#[test]
fn what_cannot_be_taken_down_is_named() {
    let bench = failing("data/records");
    let error =
        ProviderError::new(ProviderErrorKind::Denied, "test:DeleteStore", "user clinic may not do that")
            .with_code("AccessDenied");
    bench.world.fail("delete", "data/archive", error);
    let ran = bench.run("up --yes --on-failure rollback").expect(1);
    bench.snapshot("rollback_failure", &ran.seen());
    // It stays with what it is built on.
    assert_eq!(bench.world.ids().len(), 3);
}

#[test]
fn programs_are_told_too() {
    let bench = failing("data/records");
    let events = bench.run("up --yes --on-failure rollback --json").expect(1).events();
    let rolling = events.iter().find(|event| event["event"] == "rolling-back").unwrap();
    assert_eq!(rolling["resources"], 3);
    let summary = events.last().unwrap();
    assert_eq!((&summary["created"], &summary["rolled_back"]), (&3.into(), &3.into()));
}
