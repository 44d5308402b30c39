//! No changed bit and no cut goes unnoticed, in any file, sealed or not.
//!
//! Every bit of every byte is tried on the codec, and a part of them on the files, where a refusal
//! must leave everything as it was.

use std::fs;

use ironward_core::history::Verdict;
use ironward_core::state::Lineage;
use ironward_store::anchor::Head;
use ironward_store::codec::keys::{DataKey, KeyDocument};
use ironward_store::codec::load::{Parts, load};
use ironward_store::codec::vault::{Digest, Kind, Vault};
use ironward_store::codec::{history, journal, sealed, snapshot};

use crate::world::{FILES, SEED, World, append, apply, exists, life, lines};

/// Snapshot, journal and history that all hold something.
fn filled(world: &World) {
    world.fill(&apply(2, &life("second"), Some(Verdict::Failed)));
    append(&world.open(), &apply(3, &life("third")[..1], None));
}

fn flips(bytes: &[u8]) -> impl Iterator<Item = (usize, u8, Vec<u8>)> + '_ {
    (0..bytes.len()).flat_map(move |index| {
        (0..8).map(move |bit| {
            let mut changed = bytes.to_vec();
            changed[index] ^= 1 << bit;
            (index, bit, changed)
        })
    })
}

#[test]
fn no_changed_bit_of_the_state_goes_unnoticed() {
    for world in World::both() {
        filled(&world);
        let vault = world.vault();
        let (snapshot, journal, history) =
            (world.read("state.json"), world.read("journal.jsonl"), world.read("history.jsonl"));
        let whole = Parts { snapshot: &snapshot, journal: Some(&journal), history: Some(&history) };
        assert_eq!(load(&vault, &whole).unwrap().state, world.load());
        for (index, bit, changed) in flips(&snapshot) {
            assert!(snapshot::read(&vault, &changed).is_err(), "snapshot {index} {bit}");
        }
        // What a reader takes by itself is held against the rest.
        for (index, bit, changed) in flips(&journal) {
            let parts = Parts { journal: Some(&changed), ..whole };
            let refused = journal::read(&vault, &changed).is_err() || load(&vault, &parts).is_err();
            assert!(refused, "journal {index} {bit}");
        }
        for (index, bit, changed) in flips(&history) {
            let parts = Parts { history: Some(&changed), ..whole };
            let refused = history::read(&vault, &changed).is_err() || load(&vault, &parts).is_err();
            assert!(refused, "history {index} {bit}");
        }
    }
}

#[test]
fn a_refusal_leaves_the_files_as_they_are() {
    for world in World::both() {
        filled(&world);
        let copy = world.copy();
        for (name, whole) in &copy {
            for (index, bit, changed) in flips(whole).step_by(97) {
                world.write(name, &changed);
                let before = world.copy();
                let error = world.try_load().expect_err(&format!("{name} {index} {bit}"));
                assert!(error.hint().is_some(), "{error}");
                assert_eq!(world.copy(), before, "a refused state was touched: {name} {index} {bit}");
            }
            world.write(name, whole);
        }
        assert_eq!(world.load().applies, 3);
    }
}

#[test]
fn a_snapshot_cut_anywhere_is_refused() {
    for world in World::both() {
        filled(&world);
        let whole = world.read("state.json");
        for length in (0..whole.len()).step_by(3) {
            world.write("state.json", &whole[..length]);
            world.refused("state.json", "");
        }
    }
}

#[test]
fn a_history_cut_anywhere_is_made_whole_from_the_journal_or_refused() {
    for world in World::both() {
        filled(&world);
        let (copy, whole) = (world.copy(), world.read("history.jsonl"));
        let starts = lines(&whole);
        assert_eq!(starts.len(), 3);
        // The snapshot knows the first apply; the second is in the journal as well.
        let known = starts[0].len() + starts[1].len();
        let vault = world.vault();
        let (snapshot, journal) = (world.read("state.json"), world.read("journal.jsonl"));
        for length in 0..=whole.len() {
            // A line that lacks nothing but its end counts.
            let parts =
                Parts { snapshot: &snapshot, journal: Some(&journal), history: Some(&whole[..length]) };
            assert_eq!(load(&vault, &parts).is_ok(), length + 1 >= known, "{length}");
            if length % 53 != 0 && length.abs_diff(known) > 2 {
                continue;
            }
            world.restore(&copy);
            world.write("history.jsonl", &whole[..length]);
            if length + 1 < known {
                world.refused("history.jsonl", "");
            } else {
                assert_eq!(world.load().applies, 3, "{length}");
                assert_eq!(lines(&world.read("history.jsonl")).len(), 3, "{length}");
            }
        }
    }
}

#[test]
fn a_cut_or_changed_key_document_is_refused() {
    for world in World::both() {
        filled(&world);
        let whole = world.read("key.json");
        for (index, bit, changed) in flips(&whole) {
            assert!(KeyDocument::read(&changed).is_err(), "{index} {bit}");
        }
        for length in 0..whole.len() {
            assert!(KeyDocument::read(&whole[..length]).is_err(), "{length}");
        }
        world.write("key.json", &whole[..whole.len() / 2]);
        world.refused("key.json", "damaged or edited");
    }
}

#[test]
fn a_cut_or_changed_key_file_is_refused() {
    let world = World::sealed();
    filled(&world);
    let whole = fs::read(world.key_file()).unwrap();
    for (index, bit, changed) in flips(&whole) {
        fs::write(world.key_file(), &changed).unwrap();
        let error = world.try_load().expect_err(&format!("{index} {bit}"));
        assert!(error.to_string().contains("isn't the one of"), "{error}");
    }
    for length in 0..whole.len() {
        fs::write(world.key_file(), &whole[..length]).unwrap();
        let error = world.try_load().expect_err(&format!("{length}"));
        assert!(error.to_string().contains("is damaged"), "{error}");
    }
    fs::write(world.key_file(), whole).unwrap();
    assert_eq!(world.load().applies, 3);
}

#[test]
fn a_cut_or_changed_anchor_is_refused() {
    let world = World::anchored(true);
    filled(&world);
    let whole = fs::read(world.anchor_file()).unwrap();
    assert!(Head::decode(&whole).is_ok());
    for (index, bit, changed) in flips(&whole) {
        assert!(Head::decode(&changed).is_err(), "{index} {bit}");
    }
    for length in 0..whole.len() {
        assert!(Head::decode(&whole[..length]).is_err(), "{length}");
        fs::write(world.anchor_file(), &whole[..length]).unwrap();
        let error = world.try_load().expect_err(&format!("{length}"));
        assert!(error.hint().unwrap().contains("state accept"), "{error}");
        assert_eq!(fs::read(world.anchor_file()).unwrap(), &whole[..length], "a refused anchor was touched");
    }
}

#[test]
fn a_cut_or_changed_plan_is_refused() {
    for world in World::both() {
        drop(world.open());
        let vault = world.vault();
        let json = r#"{"format":1,"program":"fhir"}"#;
        let whole = sealed::write(&vault, Kind::Plan, 12, json).unwrap();
        assert_eq!(sealed::read(&vault, Kind::Plan, &whole).unwrap().1.as_slice(), json.as_bytes());
        for (index, bit, changed) in flips(&whole) {
            assert!(sealed::read(&vault, Kind::Plan, &changed).is_err(), "{index} {bit}");
        }
        for length in 0..whole.len() {
            assert!(sealed::read(&vault, Kind::Plan, &whole[..length]).is_err(), "{length}");
        }
        // A plan doesn't pass for a snapshot, nor a file of another state for ours.
        assert!(sealed::read(&vault, Kind::Snapshot, &whole).is_err());
        let other = Vault::plain(Lineage::from_random([9; 16]));
        assert!(sealed::read(&other, Kind::Plan, &whole).is_err());
    }
}

#[test]
fn a_record_opens_only_where_it_was_sealed() {
    let world = World::sealed();
    drop(world.open());
    let vault = world.vault();
    let body = vault.seal(Kind::Entry, 7, "{}").unwrap();
    assert_eq!(vault.unseal(Kind::Entry, 7, &body).unwrap().as_slice(), b"{}");
    assert!(vault.unseal(Kind::Entry, 8, &body).is_err(), "at another number");
    assert!(vault.unseal(Kind::Apply, 7, &body).is_err(), "as another kind");
    let mut other = World::sealed();
    other.seed = [9; 16];
    drop(other.open());
    assert!(other.vault().unseal(Kind::Entry, 7, &body).is_err(), "in another state");
    assert_ne!(vault.seal(Kind::Entry, 7, "{}").unwrap(), body, "the nonce is fresh");
}

#[test]
fn a_begin_that_was_interrupted_anywhere_begins_again() {
    for sealed in [true, false] {
        let complete = World::anchored(sealed);
        drop(complete.open());
        for present in 0..FILES.len() {
            let world = World::anchored(sealed);
            drop(world.open());
            // The anchor is written last.
            fs::remove_file(world.anchor_file()).unwrap();
            for name in &FILES[present..] {
                fs::remove_file(world.file(name)).unwrap();
            }
            let lineage = world.load().lineage;
            assert_eq!(lineage, Lineage::from_random(SEED), "{present}");
            assert!(FILES.iter().all(|name| exists(&world.file(name))));
        }
    }
}

#[test]
fn a_digest_is_the_hmac_that_is_documented() {
    // Computed by another implementation: HMAC-SHA256 under a key of HKDF-SHA256.
    let body = br#"{"entry":"outputs","outputs":{}}"#;
    let lineage = || Lineage::from_random(SEED);
    let previous = Digest::from_bytes([1; 32]);
    for (vault, expected) in [
        (Vault::plain(lineage()), "a70c9a99ad7da3f6bdd100bfc98a142c513f9d12ac9d6773d87db98c23cd1e20"),
        (
            Vault::sealed(lineage(), &DataKey::from_bytes(&[5; 32])),
            "6ebb7b65983ec56bb77d587c1b1fa0037eae6ec1eccf44eac58c510e8ed783fd",
        ),
    ] {
        assert_eq!(vault.digest(Kind::Entry, &previous, 258, body).to_string(), expected);
    }
}
