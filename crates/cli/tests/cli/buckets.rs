//! States that are kept in a bucket.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use ironward_store::remote::{Remote, Terms};
use ironward_store::{Options, Protection, RemoteStore};

use crate::bench::Bench;

const CONFIGURATION: &str =
    "[stack.sandbox.state]\nbucket = \"states\"\nkms_key = \"alias/states\"\nencryption = \"key-file\"\n";

fn bench() -> Bench {
    let bench = Bench::new();
    fs::write(bench.path().join("Ironward.toml"), CONFIGURATION).unwrap();
    bench
}

fn terms() -> Terms {
    Terms { duration: Duration::from_secs(2), settling: Duration::ZERO }
}

/// Somebody else who works on the state meanwhile.
struct Other {
    runtime: tokio::runtime::Runtime,
    store: RemoteStore,
}

impl Other {
    fn begin(bench: &Bench) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let keys = Protection::KeyFile(bench.home.path().join("ironward/keys"));
        let options = Options::new("bob@elsewhere (clinic up, process 77)", keys);
        let remote = Remote::new("sandbox", Arc::new(bench.world.bucket("states"))).with_terms(terms());
        let store = runtime.block_on(RemoteStore::open(remote, options)).unwrap();
        Self { runtime, store }
    }

    fn end(self) {
        self.runtime.block_on(self.store.close()).unwrap();
    }
}

#[test]
fn a_state_in_a_bucket_is_used_as_any_other() {
    let bench = bench();
    bench.run("up --yes").expect(0);
    assert!(!bench.path().join(".ironward/stacks").exists(), "nothing is kept here");
    let objects = bench.world.bucket("states").all();
    assert!(objects.contains_key("state.json") && objects.contains_key("key.json"), "{:?}", objects.keys());
    let again = bench.run("up --yes").expect(0);
    assert!(again.out.contains("unchanged"), "{}", again.seen());
    bench.run("drift --detailed-exitcode").expect(0);
    let list = bench.run("state list").expect(0);
    assert!(list.out.contains("Test::Net::Network"), "{}", list.seen());
    let verified = bench.run("history verify").expect(0);
    assert!(verified.out.contains("Proven:"), "{}", verified.seen());
    let status = bench.run("state lock status").expect(0);
    assert!(status.out.contains("Free; held last by"), "{}", status.seen());
    bench.run("destroy --yes --lift-protection").expect(0);
    assert_eq!(bench.world.ids().len(), 0);
}

#[test]
fn one_of_two_goes_on_and_the_other_is_told_who_has_the_lock() {
    let bench = bench();
    bench.run("up --yes").expect(0);
    let other = Other::begin(&bench);
    let refused = bench.run("up --yes");
    assert_eq!(refused.code, 1, "{}", refused.seen());
    let told = "error: the state of `sandbox` is locked by bob@elsewhere (clinic up, process 77) since ";
    assert!(refused.err.contains(told), "{}", refused.seen());
    assert!(
        refused.err.contains("hint: wait until it ends, or see `state lock status`"),
        "{}",
        refused.seen()
    );
    let status = bench.run("state lock status").expect(0);
    assert!(status.out.contains("Held by bob@elsewhere (clinic up, process 77)"), "{}", status.seen());
    let events = bench.run("state lock status --json").expect(0).events();
    let lock = events.iter().find(|event| event["event"] == "lock").unwrap();
    assert_eq!((&lock["held"], &lock["seems_gone"]), (&true.into(), &false.into()));
    other.end();
    bench.run("up --yes").expect(0);
}

#[test]
fn a_lock_is_taken_away_only_on_purpose() {
    let bench = bench();
    bench.run("up --yes").expect(0);
    let free = bench.run("state lock break --yes").expect(0);
    assert!(free.out.contains("The lock is free: nothing was changed."), "{}", free.seen());
    let other = Other::begin(&bench);
    let refused = bench.run("state lock break");
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("nobody can be asked here, so nothing was changed"), "{}", refused.seen());
    assert!(refused.err.contains("hint: type `state lock break --yes`"), "{}", refused.seen());
    bench.run("state lock break --yes").expect(0);
    bench.run("up --yes").expect(0);
    // The other one can't write any more, and knows why.
    let entry = ironward_core::state::Entry::Learned { durations: std::collections::BTreeMap::new() };
    let error = other
        .runtime
        .block_on(ironward_core::store::StateStore::append(&other.store, &entry))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("of the state of `sandbox` was broken by") || error.contains("taken over"),
        "{error}"
    );
}

#[test]
fn a_state_moves_to_a_bucket_and_back() {
    let bench = Bench::applied();
    let before = bench.run("history").expect(0).out;
    let moved = bench.run("state migrate --to s3://states/ironward --kms-key alias/states");
    assert_eq!(moved.code, 1, "{}", moved.seen());
    assert!(moved.err.contains("needs its KMS key"), "this world has no KMS: {}", moved.seen());
    bench.run("up --yes").expect(0);

    // With a passphrase it goes.
    let mut bench = Bench::new();
    bench.passphrase = Some("correct horse");
    let local = "[stack.sandbox.state]\nencryption = \"passphrase\"\n";
    fs::write(bench.path().join("Ironward.toml"), local).unwrap();
    bench.run("up --yes").expect(0);
    let listed = bench.run("history").expect(0).out;
    assert_eq!(listed.lines().count(), before.lines().count());
    let moved = bench.run("state migrate --to s3://states/ironward --kms-key alias/states").expect(0);
    bench.snapshot("migrate", &moved.seen());
    // What is written there goes into the configuration.
    let (_, told) = moved.out.split_once("Write this into Ironward.toml:\n\n").unwrap();
    let refused = bench.run("preview");
    assert!(
        refused.err.contains("was moved to") && refused.err.contains("Ironward.toml"),
        "{}",
        refused.seen()
    );
    fs::write(bench.path().join("Ironward.toml"), told).unwrap();
    bench.run("preview --detailed-exitcode").expect(0);
    assert_eq!(bench.run("history").expect(0).out, listed);

    bench.run("state migrate --to local").expect(0);
    let refused = bench.run("preview");
    assert!(refused.err.contains("was moved to"), "{}", refused.seen());
    fs::write(bench.path().join("Ironward.toml"), local).unwrap();
    bench.run("preview --detailed-exitcode").expect(0);
    bench.run("history verify").expect(0);
}

#[test]
fn what_cannot_be_done() {
    let bench = Bench::applied();
    let refuses = |typed: &str, parts: &[&str]| {
        let ran = bench.run(typed);
        assert_eq!(ran.code, 1, "{}", ran.seen());
        for part in parts {
            assert!(ran.err.contains(part), "`{part}` isn't in {}", ran.seen());
        }
    };
    refuses("state lock status", &["its lock is the operating system's"]);
    refuses(
        "state migrate --to elsewhere",
        &["`--to elsewhere` isn't a place of a state", "s3://BUCKET/PREFIX"],
    );
    refuses("state migrate --to local", &["the state is kept in", "already"]);
    refuses("state migrate --to s3://states", &["needs a KMS key", "--kms-key"]);
}

/// The policy of a bucket for states takes nothing over plain HTTP, so there would be no way in.
#[test]
fn a_bucket_that_would_be_asked_in_clear_is_not_made() {
    let bench = Bench::new();
    bench.configure(
        "default = \"live\"\n[stack.live]\ncloud = \"aws\"\naccount = \"210987654321\"\nregion = \"eu-central-1\"\n\
         [stack.live.endpoints]\ns3 = \"http://127.0.0.1:9000\"\n",
    );
    let ran = bench.run("state bootstrap --yes").expect(1);
    assert!(ran.err.contains("S3 would be asked at http://127.0.0.1:9000"), "{}", ran.seen());
    assert!(ran.err.contains("nothing was made"), "{}", ran.seen());
    assert!(!bench.path().join(".ironward").exists());
}

#[test]
fn a_record_of_calls_that_cannot_be_written_stops_everything() {
    let bench = Bench::new();
    let ran = bench.run("up --yes --record nowhere/calls.jsonl").expect(1);
    assert!(
        ran.err.contains("nowhere/calls.jsonl") && ran.err.contains("nothing was done"),
        "{}",
        ran.seen()
    );
    assert_eq!(bench.world.ids().len(), 0);
}
