//! What was appended is there again, whole, after whatever end.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path as FilePath;
use std::process::{Command, Stdio};

use ironward_core::path::Path;
use ironward_core::state::{Entry, Lineage, State};
use ironward_core::store::StateStore;
use ironward_store::codec::load::{Parts, load};
use ironward_store::{LocalStore, Options, Protection};

use crate::world::{SEED, World, append, compact, join_all, life, lines, runtime, states, wait};

#[test]
fn what_was_appended_is_there_again() {
    for world in World::both() {
        let fresh = world.load();
        assert_eq!(fresh, State::new(Lineage::from_random(SEED)));
        let entries = [life("one"), life("two")].concat();
        append(&world.open(), &entries);
        let expected = states(&fresh, &entries).pop().unwrap();
        assert_eq!(world.load(), expected);
    }
}

#[test]
fn the_lineage_is_made_once() {
    let world = World::sealed();
    let before = world.load();
    let again = wait(LocalStore::open(world.dir(), Options::new("test", world.protection()))).unwrap();
    assert_eq!(wait(again.load()).unwrap().lineage, before.lineage);
    let other = tempfile::tempdir().unwrap();
    let random = wait(LocalStore::open(other.path(), Options::new("test", Protection::None))).unwrap();
    assert_ne!(wait(random.load()).unwrap().lineage, before.lineage);
}

#[test]
fn compacting_keeps_the_state_and_empties_the_journal() {
    for world in World::both() {
        world.fill(&life("second"));
        let before = world.load();
        let store = world.open();
        compact(&store);
        assert_eq!(lines(&world.read("journal.jsonl")).len(), 1);
        append(&store, &life("third"));
        let live = wait(store.load()).unwrap();
        drop(store);
        let after = world.load();
        assert_eq!((live.serial, &live), (before.serial + 3, &after));
        assert!(after.resources.contains_key(&Path::parse("third").unwrap()));
    }
}

#[test]
fn a_snapshot_of_another_state_is_not_taken() {
    let world = World::sealed();
    let old = world.fill(&life("second"));
    let store = world.open();
    assert!(wait(store.compact(&old)).unwrap_err().to_string().contains("serial"));
    let mut other = wait(store.load()).unwrap();
    let serial = other.serial;
    other.lineage = Lineage::from_random([8; 16]);
    assert!(wait(store.compact(&other)).is_err());
    assert_eq!(wait(store.load()).unwrap().serial, serial);
}

#[test]
fn a_compaction_that_was_interrupted_between_its_files_is_whole() {
    for world in World::both() {
        world.fill(&life("second"));
        let old_journal = world.read("journal.jsonl");
        let state = world.load();
        compact(&world.open());
        world.write("journal.jsonl", old_journal);
        assert_eq!(world.load(), state);
        append(&world.open(), &life("third"));
        assert_eq!(world.load().serial, state.serial + 3);
    }
}

#[test]
fn a_journal_cut_anywhere_is_a_prefix() {
    let entries = [life("second"), life("third")].concat();
    let world = World::sealed();
    let base = world.fill(&entries);
    let whole = world.read("journal.jsonl");
    let header = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let possible = states(&base, &entries);
    let (snapshot, history) = (world.read("state.json"), world.read("history.jsonl"));
    let vault = world.vault();
    for length in 0..=whole.len() {
        let parts = Parts { snapshot: &snapshot, journal: Some(&whole[..length]), history: Some(&history) };
        let loaded = load(&vault, &parts).map(|loaded| loaded.state);
        let on_disk = length % 29 == 0 || length.abs_diff(header) < 3;
        if on_disk {
            world.write("journal.jsonl", &whole[..length]);
        }
        if length < header {
            assert!(loaded.is_err(), "cut at {length}");
            if on_disk {
                world.refused("journal.jsonl:1", "");
            }
            continue;
        }
        let lines = whole[header..length].iter().filter(|byte| **byte == b'\n').count();
        // A line that lacks nothing but its end counts.
        let expected = if length < whole.len() && whole[length] == b'\n' { lines + 1 } else { lines };
        let state = loaded.unwrap();
        assert_eq!(state, possible[expected], "cut at {length}");
        if on_disk {
            // What was opened is whole again, and goes on.
            assert_eq!(world.load(), state, "cut at {length}");
            append(&world.open(), &life("after"));
            assert_eq!(world.load().serial, state.serial + 3, "cut at {length}");
        }
    }
}

#[test]
fn a_torn_tail_is_reported() {
    let world = World::sealed();
    world.fill(&life("second"));
    let whole = world.read("journal.jsonl");
    world.write("journal.jsonl", &whole[..whole.len() - 20]);
    assert!(world.open().dropped() > 0);
    assert_eq!(world.open().dropped(), 0);
}

#[test]
fn lines_that_move_or_leave_are_noticed() {
    for world in World::both() {
        world.fill(&life("second"));
        let lines = lines(&world.read("journal.jsonl"));
        let write = |order: &[usize]| {
            let text: String = order.iter().map(|index| lines[*index].as_str()).collect();
            world.write("journal.jsonl", text);
        };
        write(&[0, 2, 3]);
        world.refused("journal.jsonl:2", "this is entry 7, and entry 6 should stand here");
        write(&[0, 1, 3, 2]);
        world.refused("journal.jsonl:3", "this is entry 8");
        write(&[0, 1, 1, 2, 3]);
        world.refused("journal.jsonl:3", "this is entry 6, and entry 7");
        write(&[1, 2, 3]);
        world.refused("journal.jsonl:1", "first line");
        world.write("journal.jsonl", "");
        world.refused("journal.jsonl:1", "first line");
    }
}

#[test]
fn an_older_snapshot_or_journal_is_refused() {
    let world = World::sealed();
    world.fill(&life("second"));
    let (old_snapshot, old_journal) = (world.read("state.json"), world.read("journal.jsonl"));
    let store = world.open();
    append(&store, &life("third"));
    compact(&store);
    drop(store);
    let new_snapshot = world.read("state.json");
    world.write("state.json", old_snapshot);
    world.refused("journal.jsonl", "don't belong together");
    world.write("state.json", new_snapshot);
    world.write("journal.jsonl", old_journal);
    world.refused("journal.jsonl", "don't belong together");
}

#[test]
fn the_journal_of_another_state_is_refused() {
    for (world, mut other) in World::both().into_iter().zip(World::both()) {
        other.seed = [9; 16];
        world.fill(&life("second"));
        let ours = lines(&world.read("journal.jsonl"));
        append(&other.open(), &[life("first"), life("second"), life("third")].concat());
        let theirs = lines(&other.read("journal.jsonl"));
        world.write("journal.jsonl", &theirs[0]);
        world.refused("journal.jsonl:1", "another state");
        // An entry that was carried over under our own header doesn't pass either.
        let carried = theirs.iter().find(|line| line.starts_with("{\"seq\":6,")).unwrap();
        world.write("journal.jsonl", [ours[0].as_str(), carried].concat());
        world.refused("journal.jsonl:2", "digest");
    }
}

#[test]
fn unknown_formats_and_missing_files_are_refused() {
    let world = World::sealed();
    world.fill(&life("second"));
    let copy = world.copy();
    for name in ["state.json", "journal.jsonl", "history.jsonl"] {
        let text = String::from_utf8(world.read(name)).unwrap();
        world.write(name, text.replacen("\"format\":2", "\"format\":3", 1));
        world.refused(name, "format 3");
        world.restore(&copy);
    }
    for (name, what) in [
        ("state.json", "the snapshot is missing"),
        ("key.json", "the key of this state is missing"),
        ("history.jsonl", "the history is missing"),
    ] {
        fs::remove_file(world.file(name)).unwrap();
        world.refused(name, what);
        world.restore(&copy);
    }
    assert_eq!(world.load().serial, 8);
}

#[test]
fn a_held_lock_names_its_holder() {
    let world = World::sealed();
    let first = world.open();
    let error = world.try_open().expect_err("the lock was given twice");
    let text = error.to_string();
    let holder = format!("`test up` (process {}), since 20", std::process::id());
    assert!(text.contains(&holder) && text.contains(&world.dir().display().to_string()), "{text}");
    drop(first);
    drop(world.open());
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::anchored(true);
    world.fill(&life("second"));
    let mode = |path: &FilePath| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for file in ["lock", "key.json", "state.json", "journal.jsonl", "history.jsonl"] {
        assert_eq!(mode(&world.file(file)), 0o600, "{file}");
    }
    for file in [world.key_file(), world.anchor_file()] {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
        assert_eq!(mode(file.parent().unwrap()), 0o700);
    }
    assert_eq!(mode(&world.dir()), 0o700);
}

#[test]
fn appends_that_wait_together_share_a_write() {
    let world = World::sealed();
    let store = world.open();
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
    let open = |root: &FilePath| {
        let options = Options::new("test up", Protection::KeyFile(root.join("keys"))).with_lineage(SEED);
        wait(LocalStore::open(root.join("state"), options)).unwrap()
    };
    if let Some(dir) = std::env::var_os(CHILD) {
        let store = open(FilePath::new(&dir));
        for number in 0.. {
            append(&store, &life(&format!("r{number}")));
            println!("acknowledged {number}");
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["files::what_was_acknowledged_survives_a_kill", "--exact", "--nocapture"])
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
    let state = wait(open(dir.path()).load()).unwrap();
    for number in 0..=acknowledged {
        assert!(state.resources.contains_key(&Path::parse(&format!("r{number}")).unwrap()), "{number}");
    }
}
