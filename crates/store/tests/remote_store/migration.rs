//! Moving a state between a directory and a bucket.

use std::path::Path;
use std::sync::Arc;

use ironward_core::history::Apply;
use ironward_core::store::StateStore;
use ironward_store::codec::keys::{Cost, Passphrase};
use ironward_store::remote::ObjectAnchor;
use ironward_store::{LocalStore, Options, Protection, RemoteStore};

use crate::world::{World, apply, notes, wait};

fn passphrase(text: &str) -> Protection {
    let cheap = Cost { memory_kib: 8, passes: 1, lanes: 1 };
    Protection::Passphrase(Arc::new(Passphrase::new(text.to_owned())), cheap)
}

fn options(world: &World, protection: &Protection) -> Options {
    let anchor = ObjectAnchor::new(Arc::new(world.objects.clone()));
    Options::new("fhir up", protection.clone()).with_anchor(Arc::new(anchor))
}

async fn local(directory: &Path, options: Options) -> LocalStore {
    LocalStore::open(directory, options).await.unwrap()
}

async fn history(store: &dyn StateStore) -> Vec<Apply> {
    store.history().await.unwrap()
}

#[test]
fn a_state_moves_to_a_bucket_and_back_with_its_history() {
    wait(async {
        let world = World::sealed();
        let root = tempfile::tempdir().unwrap();
        let directory = root.path().join("fhir");
        let (here, there) = (passphrase("here"), passphrase("there"));

        let store = local(&directory, options(&world, &here)).await;
        apply(&store, &["a", "b"]).await.unwrap();
        let state = apply(&store, &["c"]).await.unwrap();
        let before = history(&store).await;
        assert_eq!(before.len(), 2);

        // To the bucket, under another passphrase.
        let packed = store.pack(&here).await.unwrap();
        let remote = world.remote(&world.objects);
        RemoteStore::unpack(&remote, &packed, &there, "fhir state migrate").await.unwrap();
        store.mark_moved("s3://states/fhir").unwrap();
        drop(store);
        let refusal = LocalStore::open(&directory, options(&world, &here)).await.unwrap_err();
        assert!(refusal.to_string().contains("was moved to s3://states/fhir"), "{refusal}");

        // The anchor of before fits: it is the same chain.
        let store = RemoteStore::open(remote.clone(), options(&world, &there)).await.unwrap();
        assert_eq!(store.load().await.unwrap(), state);
        assert_eq!(history(&store).await, before);
        let proof = store.verify().await.unwrap();
        assert_eq!((proof.applies, proof.anchor.is_some(), proof.keyed), (2, true, true));
        let state = apply(&store, &["d"]).await.unwrap();
        assert_eq!(notes(&state).len(), 4);

        // Back: what was moved out is kept beside it.
        let packed = store.pack(&there).await.unwrap();
        LocalStore::unpack(&directory, &packed, &here).await.unwrap();
        store.mark_moved(&directory.display().to_string()).await.unwrap();
        let Err(refusal) = RemoteStore::open(remote, options(&world, &there)).await else {
            panic!("it was opened")
        };
        assert!(refusal.to_string().contains("was moved to /"), "{refusal}");
        assert!(root.path().join("fhir.moved-1/state.json").exists());
        let store = local(&directory, options(&world, &here)).await;
        assert_eq!(store.load().await.unwrap(), state);
        let after = history(&store).await;
        assert_eq!((&after[..2], after.len()), (&before[..], 3));
        assert!(store.verify().await.unwrap().anchor.is_some());
    });
}

#[test]
fn nothing_is_written_over() {
    wait(async {
        let world = World::sealed();
        let root = tempfile::tempdir().unwrap();
        let directory = root.path().join("fhir");
        let here = passphrase("here");
        let store = local(&directory, options(&world, &here)).await;
        apply(&store, &["a"]).await.unwrap();
        let packed = store.pack(&here).await.unwrap();

        let refusal = LocalStore::unpack(&directory, &packed, &here).await.unwrap_err();
        assert!(refusal.to_string().contains("there is a state in"), "{refusal}");

        world.open("someone").await.close().await.unwrap();
        let remote = world.remote(&world.objects);
        let refusal = RemoteStore::unpack(&remote, &packed, &here, "me").await.unwrap_err();
        assert!(refusal.to_string().contains("there is a state in"), "{refusal}");
        // It is as usable as before.
        world.open("someone").await.close().await.unwrap();
    });
}

#[test]
fn a_try_that_was_killed_is_gone_on_with() {
    wait(async {
        let world = World::sealed();
        let root = tempfile::tempdir().unwrap();
        let here = passphrase("here");
        let store = local(&root.path().join("fhir"), options(&world, &here)).await;
        let state = apply(&store, &["a"]).await.unwrap();
        let packed = store.pack(&here).await.unwrap();
        let remote = world.remote(&world.objects);
        RemoteStore::unpack(&remote, &packed, &here, "me").await.unwrap();
        // As if the snapshot, which comes last, hadn't been written.
        world.objects.set("state.json", None);
        RemoteStore::unpack(&remote, &packed, &here, "me").await.unwrap();
        let store = RemoteStore::open(remote, options(&world, &here)).await.unwrap();
        assert_eq!(store.load().await.unwrap(), state);
    });
}

#[test]
fn what_is_encrypted_stays_encrypted() {
    wait(async {
        let world = World::sealed();
        let root = tempfile::tempdir().unwrap();
        let here = passphrase("here");
        let store = local(&root.path().join("fhir"), options(&world, &here)).await;
        apply(&store, &["a"]).await.unwrap();
        let packed = store.pack(&here).await.unwrap();
        let remote = world.remote(&world.objects);
        let refusal = RemoteStore::unpack(&remote, &packed, &Protection::None, "me").await.unwrap_err();
        assert!(refusal.to_string().contains("would be in clear there"), "{refusal}");
        assert!(world.keys("").iter().all(|key| key.ends_with(".json") && key != "state.json"));
    });
}
