//! The local state store, on real files.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path as FilePath, PathBuf};
use std::process::{Command, Stdio};

use ironward_core::path::Path;
use ironward_core::state::{Entry, InstanceId, JournalAction, Lineage, Record, State};
use ironward_core::store::{StateStore, StoreError};
use ironward_store::LocalStore;
use serde_json::json;

const SEED: [u8; 16] = [7; 16];

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().unwrap()
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    runtime().block_on(future)
}

fn open(dir: &FilePath) -> Result<LocalStore, StoreError> {
    LocalStore::open(dir, "test up", || SEED)
}

fn load(dir: &FilePath) -> Result<State, StoreError> {
    wait(open(dir)?.load())
}

fn record(name: &str, generation: u64) -> Record {
    let path = Path::parse(name).unwrap();
    let instance = InstanceId::derive(&Lineage::from_random(SEED), &path, generation);
    serde_json::from_value(json!({
        "path": name, "type": "Test::Thing", "schema_version": 1, "instance": instance,
        "generation": generation, "physical_id": format!("id-{name}"), "status": "ready",
        "properties": {"Size": 3, "Text": "naïve \"quotes\" and\nlines"}, "attributes": {"Arn": "arn:x"},
        "dependencies": [], "protect": false, "retain": false, "replace_order": null,
        "provider": null, "source": "src/main.rs:7",
    }))
    .unwrap()
}

fn life(name: &str) -> Vec<Entry> {
    let record = record(name, 1);
    vec![
        Entry::Begin { action: JournalAction::Create, record: Box::new(record.clone()) },
        Entry::Checkpoint { instance: record.instance.clone(), physical_id: record.physical_id.clone() },
        Entry::Done { record: Box::new(record) },
    ]
}

fn append(store: &LocalStore, entries: &[Entry]) {
    for entry in entries {
        wait(store.append(entry)).unwrap();
    }
}

/// The states that a journal of `entries` goes through, the first being the snapshot.
fn states(snapshot: &State, entries: &[Entry]) -> Vec<State> {
    let mut states = vec![snapshot.clone()];
    for entry in entries {
        let mut next = states[states.len() - 1].clone();
        next.apply(entry.clone());
        states.push(next);
    }
    states
}

/// A directory with a snapshot of one resource and a journal of `entries` after it.
fn filled(entries: &[Entry]) -> (tempfile::TempDir, State) {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).unwrap();
    append(&store, &life("first"));
    let state = wait(store.load()).unwrap();
    wait(store.compact(&state)).unwrap();
    append(&store, entries);
    (dir, state)
}

fn journal(dir: &FilePath) -> PathBuf {
    dir.join("journal.jsonl")
}

fn snapshot(dir: &FilePath) -> PathBuf {
    dir.join("state.json")
}

#[track_caller]
fn refused(dir: &FilePath, file: &str, what: &str) {
    let error = load(dir).expect_err("it was accepted");
    let text = error.to_string();
    assert!(text.contains(file) && text.contains(what), "{text}");
    assert!(error.hint().is_some(), "{text}");
}

#[test]
fn what_was_appended_is_there_again() {
    let dir = tempfile::tempdir().unwrap();
    let inside = dir.path().join("a/b");
    let fresh = load(&inside).unwrap();
    assert_eq!(fresh, State::new(Lineage::from_random(SEED)));
    let entries = [life("one"), life("two")].concat();
    append(&open(&inside).unwrap(), &entries);
    let expected = states(&fresh, &entries).pop().unwrap();
    assert_eq!(load(&inside).unwrap(), expected);
}

#[test]
fn the_lineage_is_made_once() {
    let dir = tempfile::tempdir().unwrap();
    let before = load(dir.path()).unwrap();
    let again = LocalStore::open(dir.path(), "test", || unreachable!("there is a state already")).unwrap();
    assert_eq!(wait(again.load()).unwrap().lineage, before.lineage);
}

#[test]
fn compacting_keeps_the_state_and_empties_the_journal() {
    let (dir, _) = filled(&life("second"));
    let before = load(dir.path()).unwrap();
    let store = open(dir.path()).unwrap();
    wait(store.compact(&before)).unwrap();
    assert_eq!(fs::read_to_string(journal(dir.path())).unwrap().lines().count(), 1);
    append(&store, &life("third"));
    let live = wait(store.load()).unwrap();
    drop(store);
    let after = load(dir.path()).unwrap();
    assert_eq!((live.serial, &live), (before.serial + 3, &after));
    assert!(after.resources.contains_key(&Path::parse("third").unwrap()));
}

#[test]
fn a_snapshot_of_another_state_is_not_taken() {
    let (dir, old) = filled(&life("second"));
    let store = open(dir.path()).unwrap();
    assert!(wait(store.compact(&old)).unwrap_err().to_string().contains("serial"));
    let mut other = wait(store.load()).unwrap();
    other.lineage = Lineage::from_random([8; 16]);
    assert!(wait(store.compact(&other)).is_err());
    assert_eq!(wait(store.load()).unwrap().serial, 6);
}

#[test]
fn a_compaction_that_was_interrupted_between_its_files_is_whole() {
    let (dir, _) = filled(&life("second"));
    let old_journal = fs::read(journal(dir.path())).unwrap();
    let state = load(dir.path()).unwrap();
    wait(open(dir.path()).unwrap().compact(&state)).unwrap();
    fs::write(journal(dir.path()), old_journal).unwrap();
    assert_eq!(load(dir.path()).unwrap(), state);
    append(&open(dir.path()).unwrap(), &life("third"));
    assert_eq!(load(dir.path()).unwrap().serial, state.serial + 3);
}

#[test]
fn a_journal_cut_anywhere_is_a_prefix() {
    let entries = [life("second"), life("third")].concat();
    let (dir, base) = filled(&entries);
    let whole = fs::read(journal(dir.path())).unwrap();
    let header = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let possible = states(&base, &entries);
    for length in 0..=whole.len() {
        fs::write(journal(dir.path()), &whole[..length]).unwrap();
        if length < header {
            refused(dir.path(), "journal.jsonl:1", "");
            continue;
        }
        let lines = whole[header..length].iter().filter(|byte| **byte == b'\n').count();
        let state = load(dir.path()).unwrap();
        // A line that lacks nothing but its end counts.
        let expected = if length < whole.len() && whole[length] == b'\n' { lines + 1 } else { lines };
        assert_eq!(state, possible[expected], "cut at {length}");
        if length % 9 != 0 {
            continue;
        }
        // What was opened is whole again, and goes on.
        append(&open(dir.path()).unwrap(), &life("after"));
        assert_eq!(load(dir.path()).unwrap().serial, state.serial + 3, "cut at {length}");
    }
}

#[test]
fn a_torn_tail_is_reported() {
    let (dir, _) = filled(&life("second"));
    let whole = fs::read(journal(dir.path())).unwrap();
    fs::write(journal(dir.path()), &whole[..whole.len() - 20]).unwrap();
    assert!(open(dir.path()).unwrap().dropped() > 0);
    assert_eq!(open(dir.path()).unwrap().dropped(), 0);
}

#[test]
fn no_changed_bit_goes_unnoticed() {
    let (dir, _) = filled(&life("second"));
    for file in [journal(dir.path()), snapshot(dir.path())] {
        let whole = fs::read(&file).unwrap();
        for index in 0..whole.len() {
            for bit in [0, 2, 5, 7] {
                let mut bytes = whole.clone();
                bytes[index] ^= 1 << bit;
                fs::write(&file, &bytes).unwrap();
                let error = load(dir.path()).expect_err(&format!("{} {index} {bit}", file.display()));
                assert!(error.hint().is_some());
                assert_eq!(fs::read(&file).unwrap(), bytes, "a refused file was touched");
            }
        }
        fs::write(&file, &whole).unwrap();
    }
    assert_eq!(load(dir.path()).unwrap().serial, 6);
}

#[test]
fn a_snapshot_cut_anywhere_is_refused() {
    let (dir, _) = filled(&[]);
    let whole = fs::read(snapshot(dir.path())).unwrap();
    for length in 0..whole.len() {
        fs::write(snapshot(dir.path()), &whole[..length]).unwrap();
        refused(dir.path(), "state.json", "");
    }
}

#[test]
fn lines_that_move_or_leave_are_noticed() {
    let (dir, _) = filled(&life("second"));
    let file = journal(dir.path());
    let whole = fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    let write = |order: &[usize]| {
        fs::write(&file, order.iter().map(|index| lines[*index]).collect::<String>()).unwrap();
    };
    write(&[0, 2, 3]);
    refused(dir.path(), "journal.jsonl:2", "this is entry 5, and entry 4 should stand here");
    write(&[0, 1, 3, 2]);
    refused(dir.path(), "journal.jsonl:3", "this is entry 6");
    write(&[0, 1, 1, 2, 3]);
    refused(dir.path(), "journal.jsonl:3", "this is entry 4, and entry 5");
    write(&[1, 2, 3]);
    refused(dir.path(), "journal.jsonl:1", "first line");
    fs::write(&file, "").unwrap();
    refused(dir.path(), "journal.jsonl:1", "first line");
}

#[test]
fn an_older_snapshot_or_journal_is_refused() {
    let (dir, _) = filled(&life("second"));
    let (old_snapshot, old_journal) =
        (fs::read(snapshot(dir.path())).unwrap(), fs::read(journal(dir.path())).unwrap());
    let store = open(dir.path()).unwrap();
    append(&store, &life("third"));
    let state = wait(store.load()).unwrap();
    wait(store.compact(&state)).unwrap();
    drop(store);
    let new_snapshot = fs::read(snapshot(dir.path())).unwrap();
    fs::write(snapshot(dir.path()), old_snapshot).unwrap();
    refused(dir.path(), "journal.jsonl", "don't belong together");
    fs::write(snapshot(dir.path()), new_snapshot).unwrap();
    fs::write(journal(dir.path()), old_journal).unwrap();
    refused(dir.path(), "journal.jsonl", "don't belong together");
}

#[test]
fn the_journal_of_another_state_is_refused() {
    let (dir, _) = filled(&life("second"));
    let other = tempfile::tempdir().unwrap();
    drop(LocalStore::open(other.path(), "test", || [9; 16]).unwrap());
    fs::copy(journal(other.path()), journal(dir.path())).unwrap();
    refused(dir.path(), "journal.jsonl:1", "another state");
    // An entry that was carried over under our own header doesn't pass either.
    let ours = fs::read_to_string(journal(dir.path())).unwrap();
    let (dir, _) = filled(&life("second"));
    let store = LocalStore::open(other.path(), "test", || [9; 16]).unwrap();
    append(&store, &life("first"));
    drop(store);
    let theirs = fs::read_to_string(journal(other.path())).unwrap();
    assert_ne!(ours, theirs);
    let mut spliced: Vec<String> =
        fs::read_to_string(journal(dir.path())).unwrap().lines().map(str::to_owned).collect();
    let foreign = theirs.lines().nth(1).unwrap().replacen("\"seq\":1", "\"seq\":4", 1);
    spliced[1] = foreign;
    fs::write(journal(dir.path()), spliced.join("\n") + "\n").unwrap();
    refused(dir.path(), "journal.jsonl:2", "checksum");
}

#[test]
fn unknown_formats_and_missing_snapshots_are_refused() {
    let (dir, _) = filled(&life("second"));
    let text = fs::read_to_string(snapshot(dir.path())).unwrap();
    fs::write(snapshot(dir.path()), text.replacen("\"format\":1", "\"format\":2", 1)).unwrap();
    refused(dir.path(), "state.json", "format 2");
    fs::remove_file(snapshot(dir.path())).unwrap();
    refused(dir.path(), "state.json", "missing");
    assert!(journal(dir.path()).exists());
}

#[test]
fn a_held_lock_names_its_holder() {
    let dir = tempfile::tempdir().unwrap();
    let first = open(dir.path()).unwrap();
    let error = open(dir.path()).expect_err("the lock was given twice");
    let text = error.to_string();
    let holder = format!("`test up` (process {}), since 20", std::process::id());
    assert!(text.contains(&holder) && text.contains(&dir.path().display().to_string()), "{text}");
    drop(first);
    drop(open(dir.path()).unwrap());
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read() {
    use std::os::unix::fs::PermissionsExt;
    let (dir, _) = filled(&life("second"));
    let inner = dir.path().join("stack");
    drop(open(&inner).unwrap());
    let mode = |path: &FilePath| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for file in ["lock", "state.json", "journal.jsonl"] {
        assert_eq!(mode(&dir.path().join(file)), 0o600, "{file}");
    }
    assert_eq!(mode(&inner), 0o700);
}

#[test]
fn an_append_costs_the_same_in_a_large_state() {
    let growth = |resources: usize| {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path()).unwrap();
        let names: Vec<String> = (0..resources).map(|number| format!("r{number:05}")).collect();
        let entries: Vec<Entry> = names
            .iter()
            .map(|name| Entry::Done { record: Box::new(record(name, 1)) })
            .chain(names.iter().flat_map(|name| life(name).into_iter().take(1)))
            .collect();
        runtime().block_on(async {
            let appends = entries.iter().map(|entry| store.append(entry));
            for result in join_all(appends.collect()).await {
                result.unwrap();
            }
        });
        let state = wait(store.load()).unwrap();
        assert_eq!(state.resources.len(), resources);
        wait(store.compact(&state)).unwrap();
        let before =
            (fs::read(snapshot(dir.path())).unwrap(), fs::metadata(journal(dir.path())).unwrap().len());
        append(&store, &life("r00000"));
        assert_eq!(fs::read(snapshot(dir.path())).unwrap(), before.0, "the snapshot was written again");
        (before.0.len(), fs::metadata(journal(dir.path())).unwrap().len() - before.1)
    };
    let (small, large) = (growth(4), growth(4000));
    assert!(large.0 > 500 * small.0, "{small:?} {large:?}");
    // The entry's number has some digits more.
    assert!(large.1 <= small.1 + 16, "{small:?} {large:?}");
}

/// Polls all futures until all are done: they are under way at the same time.
async fn join_all<T, F: Future<Output = T>>(futures: Vec<F>) -> Vec<T> {
    let mut waiting: Vec<_> = futures.into_iter().map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        let mut open = false;
        for (future, result) in &mut waiting {
            if result.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(value) => *result = Some(value),
                    std::task::Poll::Pending => open = true,
                }
            }
        }
        if open { std::task::Poll::Pending } else { std::task::Poll::Ready(()) }
    })
    .await;
    waiting.into_iter().filter_map(|(_, result)| result).collect()
}

#[test]
fn appends_that_wait_together_share_a_write() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).unwrap();
    let entries: Vec<Entry> = (0..200).flat_map(|number| life(&format!("r{number}"))).collect();
    runtime().block_on(async {
        for result in join_all(entries.iter().map(|entry| store.append(entry)).collect()).await {
            result.unwrap();
        }
    });
    let expected = states(&State::new(Lineage::from_random(SEED)), &entries).pop().unwrap();
    assert_eq!(wait(store.load()).unwrap(), expected, "appends changed places");
}

#[test]
fn what_was_acknowledged_survives_a_kill() {
    const CHILD: &str = "IRONWARD_STORE_TEST_CHILD";
    if let Some(dir) = std::env::var_os(CHILD) {
        let store = open(FilePath::new(&dir)).unwrap();
        for number in 0.. {
            append(&store, &life(&format!("r{number}")));
            println!("acknowledged {number}");
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["what_was_acknowledged_survives_a_kill", "--exact", "--nocapture"])
        .env(CHILD, dir.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut acknowledged = 0;
    for line in lines.by_ref() {
        if let Some((_, number)) = line.split_once("acknowledged ") {
            acknowledged = number.trim().parse().unwrap();
            if acknowledged == 40 {
                child.kill().unwrap();
            }
        }
    }
    child.wait().unwrap();
    assert!(acknowledged >= 40, "the child wrote nothing");
    let state = load(dir.path()).unwrap();
    for number in 0..=acknowledged {
        assert!(state.resources.contains_key(&Path::parse(&format!("r{number}")).unwrap()), "{number}");
    }
}
