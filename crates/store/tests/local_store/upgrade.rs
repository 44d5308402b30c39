//! States of before encryption: in `format1/` lies one as an earlier version wrote it.

use std::fs;
use std::path::Path as FilePath;

use ironward_core::path::Path;
use ironward_core::state::State;
use ironward_core::store::StateStore;
use ironward_store::codec::sealed;
use ironward_store::codec::snapshot::{self, Snapshot};
use ironward_store::codec::vault::Kind;

use crate::world::{World, append, compact, life, lines, wait};

fn old(name: &str) -> Vec<u8> {
    fs::read(FilePath::new(env!("CARGO_MANIFEST_DIR")).join("tests/local_store/format1").join(name)).unwrap()
}

fn place(world: &World) {
    fs::create_dir_all(world.dir()).unwrap();
    world.write("state.json", old("state.json"));
    world.write("journal.jsonl", old("journal.jsonl"));
}

#[test]
fn an_unencrypted_state_is_sealed_when_it_is_opened() {
    let world = World::anchored(true);
    place(&world);
    let store = world.open();
    assert!(store.upgraded());
    let state = wait(store.load()).unwrap();
    assert_eq!((state.serial, state.program.as_str(), state.resources.len()), (7, "fhir", 2));
    assert!(state.resources.contains_key(&Path::parse("second").unwrap()));
    append(&store, &life("third"));
    compact(&store);
    drop(store);
    assert!(!world.open().upgraded());
    assert_eq!(world.load().resources.len(), 3);
    for name in ["state.json", "journal.jsonl"] {
        assert!(!String::from_utf8(world.read(name)).unwrap().contains("id-"), "{name}");
    }
}

#[test]
fn an_upgrade_that_was_interrupted_is_done_again() {
    let done = World::anchored(true);
    place(&done);
    drop(done.open());
    let upgraded = done.copy();
    // After each of the files that an upgrade writes, in its order.
    for written in 0..=3 {
        for name in ["state.json", "journal.jsonl", "history.jsonl"] {
            let _ = fs::remove_file(done.file(name));
        }
        place(&done);
        let _ = fs::remove_file(done.anchor_file());
        for (name, bytes) in upgraded.iter().take(written + 1) {
            done.write(name, bytes);
        }
        assert_eq!(done.load().serial, 7, "{written}");
        assert_eq!(lines(&done.read("journal.jsonl")).len(), 1);
    }
}

#[test]
fn an_unencrypted_state_does_not_take_the_place_of_a_newer_one() {
    let world = World::anchored(true);
    place(&world);
    drop(world.open());
    place(&world);
    world.refused("state.json", "a newer one was here");
    // Also where nothing but the anchor tells.
    fs::remove_file(world.file("key.json")).unwrap();
    fs::remove_file(world.file("history.jsonl")).unwrap();
    world.refused("state.json", "a newer one was here");
}

#[test]
fn a_damaged_unencrypted_state_is_refused_and_stays() {
    for name in ["state.json", "journal.jsonl"] {
        let whole = old(name);
        let world = World::sealed();
        for index in 0..whole.len() {
            let mut changed = whole.clone();
            changed[index] ^= 1 << (index % 8);
            place(&world);
            world.write(name, &changed);
            assert!(world.try_load().is_err(), "{name} {index}");
            assert_eq!(world.read(name), changed);
            assert!(!world.file("key.json").exists(), "a key was made: {name} {index}");
        }
    }
}

#[test]
fn a_torn_unencrypted_journal_counts_up_to_the_tear() {
    let whole = old("journal.jsonl");
    let world = World::sealed();
    place(&world);
    world.write("journal.jsonl", &whole[..whole.len() - 10]);
    assert_eq!(world.load().serial, 6);
}

#[test]
fn a_state_of_a_later_version_is_refused_by_name() {
    let newer = State::FORMAT + 1;
    let known = State::FORMAT;
    let said = format!("this state has format {newer}, and this version of Ironward knows format {known}");
    for world in World::both() {
        let store = world.open();
        append(&store, &life("first"));
        compact(&store);
        drop(store);
        let (vault, mut state) = (world.vault(), world.load());
        let serial = state.serial;
        state.format = newer;
        world.write("state.json", snapshot::write(&vault, &Snapshot::first(&vault, state)).unwrap());
        world.refused("state.json", &said);
        // Also where what it holds has another shape by then.
        let json = format!(r#"{{"state":{{"format":{newer},"things":[1]}},"head":7}}"#);
        world.write("state.json", sealed::write(&vault, Kind::Snapshot, serial, &json).unwrap());
        world.refused("state.json", &said);
    }
}

#[test]
fn files_of_a_later_version_are_refused_by_name() {
    for world in World::both() {
        let store = world.open();
        append(&store, &life("first"));
        compact(&store);
        drop(store);
        let whole = world.copy();
        for name in ["state.json", "journal.jsonl", "history.jsonl"] {
            let later =
                String::from_utf8(world.read(name)).unwrap().replacen("\"format\":2,", "\"format\":3,", 1);
            world.write(name, later);
            world.refused(name, "this state has format 3, and this version of Ironward knows format 2");
            world.restore(&whole);
        }
    }
}
