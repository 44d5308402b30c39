//! What kind of trouble it is, by what really happens to the files of a state.

use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use ironward_core::history::Verdict;
use ironward_core::state::State;
use ironward_core::store::{StateStore, StoreError, StoreErrorKind};
use ironward_store::anchor::Misfit;
use ironward_store::codec::Damage;
use ironward_store::codec::keys::{Cost, KeyDocument, Passphrase, Wrapped};
use ironward_store::codec::snapshot::{self, Snapshot};
use ironward_store::{LocalStore, Options, Protection};

use crate::world::{FILES, SEED, World, append, apply, compact, life, wait};

/// Opening and reading is refused in this way; the error is for whoever wants its cause.
#[track_caller]
fn refused(world: &World, kind: &StoreErrorKind) -> StoreError {
    let error = world.try_load().expect_err("it was accepted");
    assert_eq!(error.kind(), kind, "{error}");
    error
}

fn cause<T: Error + 'static>(error: &StoreError) -> Option<&T> {
    error.source()?.downcast_ref()
}

fn passphrase(text: &str) -> Protection {
    let cheap = Cost { memory_kib: 64, passes: 1, lanes: 1 };
    Protection::Passphrase(Arc::new(Passphrase::new(text)), cheap)
}

fn open(world: &World, protection: Protection) -> Result<LocalStore, StoreError> {
    wait(LocalStore::open(world.dir(), Options::new("test", protection).with_lineage(SEED)))
}

#[test]
fn a_state_that_another_process_has_open_is_locked() {
    const CHILD: &str = "IRONWARD_STORE_TEST_HOLDER";
    if let Some(dir) = std::env::var_os(CHILD) {
        let _store = wait(LocalStore::open(dir, Options::new("other up", Protection::None))).unwrap();
        println!("it is open");
        // Until it is killed, or whoever began it is gone.
        let _ = std::io::stdin().read_line(&mut String::new());
        return;
    }
    let world = World::plain();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["kinds::a_state_that_another_process_has_open_is_locked", "--exact", "--nocapture"])
        .env(CHILD, world.dir())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert!(lines.any(|line| line.contains("it is open")), "the child opened nothing");
    let error = world.try_open().expect_err("the lock was given twice");
    child.kill().unwrap();
    let process = child.id();
    child.wait().unwrap();
    let StoreErrorKind::Locked { holder: Some(holder), since: Some(since) } = error.kind() else {
        panic!("{:?}", error.kind())
    };
    assert_eq!(holder, &format!("`other up` (process {process})"));
    let now = u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap();
    assert!(now.abs_diff(since.unix_millis()) < 600_000, "{since}");
    assert!(error.to_string().contains(&format!("in use by {holder}, since ")), "{error}");
    drop(world.open());
}

#[test]
fn a_flipped_bit_and_a_missing_file_are_corrupt() {
    for world in World::both() {
        world.fill(&life("second"));
        let copy = world.copy();
        for (name, bytes) in &copy {
            let mut changed = bytes.clone();
            changed[bytes.len() / 2] ^= 1;
            world.write(name, changed);
            let error = refused(&world, &StoreErrorKind::Corrupt);
            let damage: &Damage = cause(&error).expect("it has no cause");
            assert!(error.to_string().ends_with(&damage.what), "{error}");
            world.restore(&copy);
        }
        for name in FILES.into_iter().filter(|name| *name != "journal.jsonl") {
            fs::remove_file(world.file(name)).unwrap();
            refused(&world, &StoreErrorKind::Corrupt);
            world.restore(&copy);
        }
        assert_eq!(world.load().serial, 8);
    }
    let world = World::anchored(true);
    world.fill(&[]);
    let mut anchor = fs::read(world.anchor_file()).unwrap();
    let middle = anchor.len() / 2;
    anchor[middle] ^= 1;
    fs::write(world.anchor_file(), anchor).unwrap();
    refused(&world, &StoreErrorKind::Corrupt);
}

#[test]
fn a_state_that_is_gone_while_it_is_open_is_corrupt() {
    let world = World::sealed();
    let store = world.open();
    append(&store, &life("first"));
    for name in ["state.json", "journal.jsonl", "history.jsonl"] {
        fs::remove_file(world.file(name)).unwrap();
    }
    assert_eq!(wait(store.load()).unwrap_err().kind(), &StoreErrorKind::Corrupt);
}

#[test]
fn what_does_not_open_with_the_key_at_hand_has_another() {
    let world = World::sealed();
    drop(open(&world, passphrase("right")).unwrap());
    for protection in [passphrase("wrong"), world.protection(), Protection::None] {
        let error = open(&world, protection).unwrap_err();
        assert_eq!(error.kind(), &StoreErrorKind::WrongKey, "{error}");
    }
    // Nobody chose such a cost, and no passphrase was tried.
    let mut document = KeyDocument::read(&world.read("key.json")).unwrap();
    if let Wrapped::Passphrase { cost, .. } = &mut document.wrapped {
        cost.passes = u32::MAX;
    }
    world.write("key.json", document.write());
    let error = open(&world, passphrase("right")).unwrap_err();
    assert_eq!(error.kind(), &StoreErrorKind::Corrupt, "{error}");

    let world = World::sealed();
    world.fill(&[]);
    for key in [None, Some(&[3; 32][..]), Some(&[3; 31][..])] {
        fs::remove_file(world.key_file()).unwrap_or_default();
        if let Some(key) = key {
            fs::write(world.key_file(), key).unwrap();
        }
        refused(&world, &StoreErrorKind::WrongKey);
    }
}

#[test]
fn what_a_later_version_wrote_is_newer_and_what_none_wrote_is_corrupt() {
    for world in World::both() {
        world.fill(&life("second"));
        let copy = world.copy();
        for (format, kind) in [("3", StoreErrorKind::Newer), ("0", StoreErrorKind::Corrupt)] {
            for (name, bytes) in &copy {
                let text = String::from_utf8(bytes.clone()).unwrap();
                world.write(name, text.replacen("\"format\":2,", &format!("\"format\":{format},"), 1));
                let error = refused(&world, &kind);
                assert!(error.to_string().contains(name), "{error}");
                world.restore(&copy);
            }
        }
        compact(&world.open());
        let mut state = world.load();
        state.format = State::FORMAT + 1;
        let vault = world.vault();
        world.write("state.json", snapshot::write(&vault, &Snapshot::first(&vault, state)).unwrap());
        refused(&world, &StoreErrorKind::Newer);
    }
}

#[test]
fn files_of_another_lineage_are_a_misfit() {
    for (world, mut other) in World::both().into_iter().zip(World::both()) {
        other.seed = [9; 16];
        world.fill(&life("second"));
        other.fill(&life("second"));
        let copy = world.copy();
        for name in ["state.json", "journal.jsonl", "history.jsonl"] {
            world.write(name, other.read(name));
            let error = refused(&world, &StoreErrorKind::Misfit);
            assert!(error.to_string().contains("of another state"), "{error}");
            world.restore(&copy);
        }
    }
    let (world, mut other) = (World::anchored(true), World::anchored(true));
    other.seed = [9; 16];
    world.fill(&[]);
    other.fill(&[]);
    fs::copy(other.anchor_file(), world.anchor_file()).unwrap();
    refused(&world, &StoreErrorKind::Misfit);
}

#[test]
fn an_old_copy_and_another_past_are_a_misfit() {
    let world = World::anchored(true);
    world.fill(&[]);
    let old = world.copy();
    append(&world.open(), &apply(2, &life("second"), Some(Verdict::Succeeded)));
    let anchor = fs::read(world.anchor_file()).unwrap();
    world.restore(&old);
    let error = refused(&world, &StoreErrorKind::Misfit);
    assert!(matches!(cause(&error), Some(Misfit::Old { .. })), "{:?}", error.source());

    fs::remove_file(world.anchor_file()).unwrap();
    append(&world.open(), &apply(2, &life("other"), Some(Verdict::Succeeded)));
    let store = world.open();
    fs::write(world.anchor_file(), anchor).unwrap();
    // Also while it is open.
    let error = wait(store.verify()).unwrap_err();
    assert_eq!(error.kind(), &StoreErrorKind::Misfit, "{error}");
    drop(store);
    let error = refused(&world, &StoreErrorKind::Misfit);
    assert!(matches!(cause(&error), Some(Misfit::Rewritten { .. })), "{:?}", error.source());
}

#[test]
fn a_state_that_was_moved_says_where() {
    let world = World::sealed();
    world.open().mark_moved("s3://states/fhir").unwrap();
    refused(&world, &StoreErrorKind::Moved { to: "s3://states/fhir".to_owned() });
}

#[test]
fn what_is_not_allowed_is_refused() {
    let world = World::sealed();
    world.fill(&life("second")[..1]);
    let kind = |result: Result<(), StoreError>| result.unwrap_err().kind().clone();
    let store = world.open();
    // The last run left something.
    let packed = wait(store.pack(&world.protection()));
    assert_eq!(kind(packed.map(drop)), StoreErrorKind::Refused);
    append(&store, &life("second")[1..]);
    let packed = wait(store.pack(&world.protection())).unwrap();
    // There is a state already.
    let unpacked = wait(LocalStore::unpack(world.dir(), &packed, &world.protection()));
    assert_eq!(kind(unpacked), StoreErrorKind::Refused);
    // It would be in clear.
    let clear = world.dir().with_extension("clear");
    assert_eq!(kind(wait(LocalStore::unpack(clear, &packed, &Protection::None))), StoreErrorKind::Refused);
    // Nobody derives a key at such a cost.
    let dear = Cost { memory_kib: 0, passes: 0, lanes: 0 };
    let protection = Protection::Passphrase(Arc::new(Passphrase::new("p")), dear);
    assert_eq!(kind(open(&World::sealed(), protection).map(drop)), StoreErrorKind::Refused);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_full_for_whoever_comes_after_too() {
    let world = World::sealed();
    world.fill(&life("second"));
    let store = world.open();
    let state = wait(store.load()).unwrap();
    // What is written there meets a disk without room.
    std::os::unix::fs::symlink("/dev/full", world.file("journal.new")).unwrap();
    for result in [store.compact(&state), store.append(&life("third")[0]), store.append(&life("third")[1])] {
        let error = wait(result).unwrap_err();
        assert_eq!(error.kind(), &StoreErrorKind::Full, "{error}");
        assert!(error.to_string().contains("journal.new"), "{error}");
        let cause = cause::<std::io::Error>(&error).expect("it has no cause");
        assert_eq!(cause.kind(), std::io::ErrorKind::StorageFull);
    }
    drop(store);
    fs::remove_file(world.file("journal.new")).unwrap();
    assert_eq!(world.load(), state);
}

#[test]
fn a_place_that_is_none_is_unreachable() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("file");
    fs::write(&file, "").unwrap();
    let opened = LocalStore::open(file.join("state"), Options::new("test", Protection::None));
    let error = wait(opened).unwrap_err();
    assert_eq!(error.kind(), &StoreErrorKind::Unreachable, "{error}");
    assert!(cause::<std::io::Error>(&error).is_some());
}

#[test]
fn a_snapshot_of_another_moment_is_a_defect() {
    let world = World::sealed();
    let old = world.fill(&life("second"));
    let store = world.open();
    assert_eq!(wait(store.compact(&old)).unwrap_err().kind(), &StoreErrorKind::Defect);
    // So is an apply that is out of order, and the writer says so from then on.
    wait(store.append(&apply(9, &[], None)[0])).unwrap_err();
    let error = wait(store.append(&life("third")[0])).unwrap_err();
    assert_eq!(error.kind(), &StoreErrorKind::Defect, "{error}");
}
