//! No changed bit goes unnoticed, and anchors show what is old.

use std::sync::Arc;

use ironward_core::clock::Timestamp;
use ironward_core::history::Author;
use ironward_core::store::StateStore;
use ironward_store::anchor::Anchor;
use ironward_store::remote::{EvidenceAnchor, MemoryObjects, ObjectAnchor};
use ironward_store::{Options, RemoteStore};

use crate::world::{World, apply, note, settle, wait};

async fn filled(world: &World) {
    let (store, sky) = world.open_under("one").await;
    apply(&store, &["a"]).await.unwrap();
    sky.hold();
    let (next, _) = world.pass_until(world.open("two")).await;
    next.append(&note("b")).await.unwrap();
    next.append(&note("c")).await.unwrap();
    next.close().await.unwrap();
}

#[test]
fn every_changed_byte_is_noticed() {
    for world in [World::new(), World::sealed()] {
        wait(async {
            filled(&world).await;
            let all = world.objects.all();
            assert!(world.keys("journal/").len() == 3 && world.keys("history/").len() == 1);
            for (key, bytes) in all.iter().filter(|(key, _)| *key != "lock.json") {
                for index in 0..bytes.len() {
                    let folded =
                        key.as_str() <= "journal/00000000000000000004" && key.starts_with("journal/");
                    if folded {
                        continue;
                    }
                    let mut changed = bytes.clone();
                    changed[index] ^= 1 << (index % 7);
                    world.objects.set(key, Some(changed));
                    let opened = world.try_open("three").await;
                    let error = opened.err().unwrap_or_else(|| panic!("byte {index} of {key}"));
                    assert!(error.hint().is_some(), "{key}: {error}");
                    assert!(error.to_string().contains("memory/"), "{key}: {error}");
                    settle().await;
                }
                world.objects.set(key, Some(bytes.clone()));
            }
            world.open("four").await.verify().await.unwrap();
        });
    }
}

#[test]
fn objects_that_were_taken_away_or_moved_are_missed() {
    let world = World::new();
    wait(async {
        filled(&world).await;
        let all = world.objects.all();
        let last = "journal/00000000000000000006";
        let before = "journal/00000000000000000005";
        assert!(all.contains_key(last) && all.contains_key(before), "{:?}", all.keys());
        for key in ["key.json", "state.json", "history/00000000000000000001", before] {
            world.objects.set(key, None);
            let error = world.try_open("three").await.unwrap_err().to_string();
            assert!(error.contains("missing"), "{key}: {error}");
            world.objects.set(key, Some(all[key].clone()));
        }
        world.objects.set(last, Some(all[before].clone()));
        let error = world.try_open("three").await.unwrap_err().to_string();
        assert!(error.contains("moved"), "{error}");
    });
}

#[test]
fn a_lock_that_was_damaged_never_panics() {
    let world = World::new();
    wait(async {
        world.open("one").await.close().await.unwrap();
        let bytes = world.objects.all()["lock.json"].clone();
        for index in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed.truncate(index);
            world.objects.set("lock.json", Some(changed));
            if let Err(error) = world.try_open("two").await {
                assert!(error.to_string().contains("lock.json") && error.hint().is_some(), "{error}");
            }
        }
    });
}

fn anchors(place: &MemoryObjects) -> [Arc<dyn Anchor>; 2] {
    [
        Arc::new(ObjectAnchor::new(Arc::new(place.clone()))),
        Arc::new(EvidenceAnchor::new(Arc::new(place.clone()))),
    ]
}

#[test]
fn an_old_copy_is_refused_and_can_be_accepted() {
    for kind in 0..2 {
        let (world, place) = (World::new(), MemoryObjects::new());
        let options = || -> Options { world.options("one").with_anchor(Arc::clone(&anchors(&place)[kind])) };
        wait(async {
            let open = || RemoteStore::open(world.remote(&world.objects), options());
            let store = open().await.unwrap();
            apply(&store, &["a"]).await.unwrap();
            let old = world.objects.all();
            apply(&store, &["b"]).await.unwrap();
            let proof = store.verify().await.unwrap();
            assert_eq!(proof.anchor.map(|(_, lag)| lag), Some(0));
            store.close().await.unwrap();
            // As it is, it fits.
            open().await.unwrap().close().await.unwrap();
            let lock = world.objects.all()["lock.json"].clone();
            for key in world.objects.all().keys() {
                world.objects.set(key, old.get(key).cloned());
            }
            world.objects.set("lock.json", Some(lock));
            let error = open().await.unwrap_err();
            assert!(error.to_string().contains("old copy"), "{error}");
            let author = Author { who: "ada@lab".to_owned(), version: "1".to_owned() };
            let accepted = RemoteStore::accept(
                world.remote(&world.objects),
                options(),
                author,
                Timestamp::from_unix(std::time::Duration::from_secs(9)),
            );
            let accepted = accepted.await.unwrap();
            accepted.verify().await.unwrap();
            accepted.close().await.unwrap();
            let again = open().await.unwrap();
            apply(&again, &["c"]).await.unwrap();
            again.verify().await.unwrap();
            let heads = place.all().len();
            assert!(if kind == 0 { heads == 1 } else { heads >= 7 }, "{heads}");
        });
    }
}

#[test]
fn an_anchor_that_lags_by_several_applies_fits() {
    let (world, place) = (World::new(), MemoryObjects::new());
    wait(async {
        let anchored = || world.options("one").with_anchor(Arc::clone(&anchors(&place)[0]));
        let store = RemoteStore::open(world.remote(&world.objects), anchored()).await.unwrap();
        apply(&store, &["a"]).await.unwrap();
        store.close().await.unwrap();
        let plain = world.open("two").await;
        for name in ["b", "c", "d"] {
            apply(&plain, &[name]).await.unwrap();
        }
        plain.close().await.unwrap();
        let store = RemoteStore::open(world.remote(&world.objects), anchored()).await.unwrap();
        let proof = store.verify().await.unwrap();
        assert_eq!((proof.applies, proof.anchor.map(|(_, lag)| lag)), (4, Some(0)));
    });
}

#[test]
fn an_anchor_is_moved_by_one_process_at_a_time() {
    for kind in 0..2 {
        let (world, place) = (World::new(), MemoryObjects::new());
        wait(async {
            let anchor = Arc::clone(&anchors(&place)[kind]);
            let store =
                RemoteStore::open(world.remote(&world.objects), world.options("one").with_anchor(anchor));
            let store = store.await.unwrap();
            apply(&store, &["a"]).await.unwrap();
            let lineage = store.vault().lineage().clone();
            let late = Arc::clone(&anchors(&place)[kind]);
            let head = late.get(&lineage).await.unwrap().unwrap();
            apply(&store, &["b"]).await.unwrap();
            let error = late.put(&head).await.unwrap_err().to_string();
            assert!(error.contains("another process moved"), "{error}");
        });
    }
}
