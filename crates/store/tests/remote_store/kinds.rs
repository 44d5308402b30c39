//! What kind of trouble it is, by what really happens to the objects of a state and to its lease.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use ironward_core::clock::Clock;
use ironward_core::store::{StateStore, StoreError, StoreErrorKind};
use ironward_store::anchor::{Anchor, Misfit};
use ironward_store::codec::keys::{Cost, Passphrase};
use ironward_store::remote::{Fate, MemoryObjects, ObjectAnchor, Request, Weather, break_lock};
use ironward_store::{OpenState, Options, Protection, RemoteStore};

use crate::world::{LEASE, SECOND, World, apply, note, wait};

/// Does something at a request, which is done then.
struct Doing<F>(F);

#[async_trait]
impl<F: Fn(&Request) + Send + Sync> Weather for Doing<F> {
    async fn meet(&self, request: &Request) -> Fate {
        (self.0)(request);
        Fate::Done
    }
}

fn cause<T: Error + 'static>(error: &StoreError) -> Option<&T> {
    error.source()?.downcast_ref()
}

#[track_caller]
fn is(error: &StoreError, kind: &StoreErrorKind) {
    assert_eq!(error.kind(), kind, "{error}");
}

/// A state with a snapshot, a history and a journal, whose lease was given back.
async fn filled(world: &World) {
    let store = world.open("one").await;
    apply(&store, &["a"]).await.unwrap();
    store.append(&note("b")).await.unwrap();
    store.close().await.unwrap();
}

#[test]
fn a_state_that_somebody_else_holds_is_locked() {
    let world = World::new();
    wait(async {
        let since = world.clock.wall();
        let _store = world.open("alice@host").await;
        world.pass(10 * SECOND).await;
        let error = world.pass_until(world.try_open("bob")).await.0.unwrap_err();
        let holder = Some("alice@host".to_owned());
        is(&error, &StoreErrorKind::Locked { holder, since: Some(since) });
    });
}

#[test]
fn a_lease_that_was_not_renewed_in_time_is_lost() {
    let world = World::new();
    wait(async {
        let (store, sky) = world.open_under("one").await;
        sky.hold();
        world.pass(LEASE).await;
        is(&store.may_call().unwrap_err(), &StoreErrorKind::LeaseLost);
        is(&store.lapsed().await, &StoreErrorKind::LeaseLost);
    });
}

#[test]
fn a_lease_that_could_not_be_renewed_is_lost_with_the_cause() {
    let world = World::new();
    wait(async {
        let (store, sky) = world.open_under("one").await;
        for _ in 0..1000 {
            sky.next("lock.json", Fate::Failed);
        }
        world.pass(LEASE + 10 * SECOND).await;
        let error = store.may_call().unwrap_err();
        is(&error, &StoreErrorKind::LeaseLost);
        let trouble: &StoreError = cause(&error).expect("it has no cause");
        is(trouble, &StoreErrorKind::Denied);
        assert!(error.to_string().contains("couldn't be renewed: access denied"), "{error}");
    });
}

#[test]
fn a_lease_that_another_took_is_lost() {
    let world = World::new();
    wait(async {
        let (former, sky) = world.open_under("alice").await;
        sky.hold();
        let (next, _) = world.pass_until(world.open("bob")).await;
        sky.release();
        // Whether it asks, writes or reads, and however often.
        for _ in 0..2 {
            is(&former.append(&note("a")).await.unwrap_err(), &StoreErrorKind::LeaseLost);
            is(&former.load().await.unwrap_err(), &StoreErrorKind::LeaseLost);
            is(&former.may_call().unwrap_err(), &StoreErrorKind::LeaseLost);
        }
        next.append(&note("b")).await.unwrap();
    });
}

#[test]
fn a_lease_that_was_taken_away_is_lost() {
    let world = World::new();
    wait(async {
        let store = world.open("alice").await;
        let objects = Arc::new(world.objects.clone());
        break_lock(objects, Arc::clone(&world.clock) as _, "fhir", "ada").await.unwrap().unwrap();
        world.pass(LEASE / 4 + SECOND).await;
        let error = store.may_call().unwrap_err();
        is(&error, &StoreErrorKind::LeaseLost);
        assert!(error.to_string().contains("was taken away by ada"), "{error}");
    });
}

#[test]
fn a_write_that_another_came_before_says_that_the_lease_is_lost() {
    let world = World::new();
    wait(async {
        let store = world.open("alice").await;
        // Whoever writes there does so without the lock.
        let next = "journal/00000000000000000001";
        world.objects.set(next, Some(b"another's".to_vec()));
        let error = store.append(&note("a")).await.unwrap_err();
        is(&error, &StoreErrorKind::LeaseLost);
        is(&store.may_call().unwrap_err(), &StoreErrorKind::LeaseLost);
    });
}

#[test]
fn a_closed_store_answers_that_its_lease_is_given_back() {
    let world = World::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let store = world.open("alice").await;
        store.close().await.unwrap();
        is(&store.may_call().unwrap_err(), &StoreErrorKind::LeaseLost);
        let asked = tokio::time::timeout(Duration::from_secs(20), async {
            is(&store.append(&note("a")).await.unwrap_err(), &StoreErrorKind::LeaseLost);
            is(&store.load().await.unwrap_err(), &StoreErrorKind::LeaseLost);
            is(&store.bind("a cloud").await.unwrap_err(), &StoreErrorKind::LeaseLost);
        });
        asked.await.expect("it never answers");
    });
}

#[test]
fn an_anchor_that_another_moved_on_says_that_the_lease_is_lost() {
    let (world, place) = (World::new(), MemoryObjects::new());
    wait(async {
        let anchor = || Arc::new(ObjectAnchor::new(Arc::new(place.clone())));
        let options = world.options("one").with_anchor(anchor());
        let store = RemoteStore::open(world.remote(&world.objects), options).await.unwrap();
        apply(&store, &["a"]).await.unwrap();
        let late = anchor();
        let head = late.get(store.vault().lineage()).await.unwrap().unwrap();
        apply(&store, &["b"]).await.unwrap();
        is(&late.put(&head).await.unwrap_err(), &StoreErrorKind::LeaseLost);
    });
}

#[test]
fn a_flipped_bit_and_a_missing_object_are_corrupt() {
    for world in [World::new(), World::sealed()] {
        wait(async {
            filled(&world).await;
            let all = world.objects.all();
            for (key, bytes) in all.iter().filter(|(key, _)| *key != "lock.json") {
                let mut changed = bytes.clone();
                changed[bytes.len() / 2] ^= 1;
                world.objects.set(key, Some(changed));
                is(&world.try_open("two").await.unwrap_err(), &StoreErrorKind::Corrupt);
                world.objects.set(key, Some(bytes.clone()));
            }
            for key in ["key.json", "state.json"] {
                world.objects.set(key, None);
                is(&world.try_open("two").await.unwrap_err(), &StoreErrorKind::Corrupt);
                world.objects.set(key, Some(all[key].clone()));
            }
            world.objects.set("lock.json", Some(b"{}".to_vec()));
            let error = world.try_open("two").await.unwrap_err();
            is(&error, &StoreErrorKind::Corrupt);
            assert!(cause::<serde_json::Error>(&error).is_some());
        });
    }
}

#[test]
fn what_does_not_open_with_the_passphrase_at_hand_has_another() {
    let world = World::sealed();
    wait(async {
        filled(&world).await;
        let cheap = Cost { memory_kib: 8, passes: 1, lanes: 1 };
        let wrong = Protection::Passphrase(Arc::new(Passphrase::new("wrong horse")), cheap);
        for protection in [wrong, Protection::None] {
            let options = Options::new("two", protection);
            let error = RemoteStore::open(world.remote(&world.objects), options).await.unwrap_err();
            is(&error, &StoreErrorKind::WrongKey);
        }
        // The lease was given back.
        world.open("three").await.verify().await.unwrap();
    });
}

#[test]
fn what_a_later_version_wrote_is_newer() {
    let world = World::new();
    wait(async {
        filled(&world).await;
        for (key, bytes) in world.objects.all() {
            let text = String::from_utf8(bytes.clone()).unwrap();
            let later = text.replacen("\"format\":2,", "\"format\":3,", 1);
            assert_ne!(later, text, "{key}");
            world.objects.set(&key, Some(later.into_bytes()));
            let error = world.try_open("two").await.unwrap_err();
            is(&error, &StoreErrorKind::Newer);
            assert!(error.to_string().contains(&key), "{error}");
            // Opening writes the lock, whatever comes of it.
            if key != "lock.json" {
                world.objects.set(&key, Some(bytes));
            } else {
                world.objects.set(&key, None);
            }
        }
    });
}

#[test]
fn objects_of_another_lineage_and_old_ones_are_a_misfit() {
    let (world, other) = (World::new(), World::new());
    wait(async {
        filled(&world).await;
        let options = Options::new("one", Protection::None).with_lineage([9; 16]);
        let store = RemoteStore::open(other.remote(&other.objects), options).await.unwrap();
        apply(&store, &["a"]).await.unwrap();
        store.append(&note("b")).await.unwrap();
        let (ours, theirs) = (world.objects.all(), other.objects.all());
        for (key, bytes) in ours.iter().filter(|(key, _)| !["lock.json", "key.json"].contains(&key.as_str()))
        {
            world.objects.set(key, Some(theirs[key].clone()));
            let error = world.try_open("two").await.unwrap_err();
            is(&error, &StoreErrorKind::Misfit);
            assert!(error.to_string().contains("another state"), "{error}");
            world.objects.set(key, Some(bytes.clone()));
        }

        let place = Arc::new(MemoryObjects::new());
        let anchored =
            || world.options("two").with_anchor(Arc::new(ObjectAnchor::new(Arc::clone(&place) as _)));
        let open = || RemoteStore::open(world.remote(&world.objects), anchored());
        let old = world.objects.all();
        let store = open().await.unwrap();
        apply(&store, &["c"]).await.unwrap();
        store.close().await.unwrap();
        for key in world.objects.all().keys().filter(|key| *key != "lock.json") {
            world.objects.set(key, old.get(key).cloned());
        }
        let error = open().await.unwrap_err();
        is(&error, &StoreErrorKind::Misfit);
        assert!(matches!(cause(&error), Some(Misfit::Old { .. })), "{:?}", error.source());
    });
}

#[test]
fn a_state_that_was_moved_says_where() {
    let world = World::new();
    wait(async {
        world.open("one").await.mark_moved("/srv/fhir").await.unwrap();
        let error = world.try_open("two").await.unwrap_err();
        is(&error, &StoreErrorKind::Moved { to: "/srv/fhir".to_owned() });
    });
}

#[test]
fn what_the_service_does_not_do_is_told_to_whoever_comes_after_too() {
    let failing = |fate: Fate, kind: StoreErrorKind| {
        let world = World::new();
        wait(async {
            let (store, sky) = world.open_under("one").await;
            for _ in 0..6 {
                sky.next("journal/", fate);
            }
            let (result, _) = world.pass_until(store.append(&note("a"))).await;
            is(&result.unwrap_err(), &kind);
            is(&store.append(&note("b")).await.unwrap_err(), &kind);
            let state = store.load().await.unwrap();
            is(&store.compact(&state).await.unwrap_err(), &kind);
        });
    };
    failing(Fate::Failed, StoreErrorKind::Denied);
    failing(Fate::Lost, StoreErrorKind::Unreachable);
}

#[test]
fn a_state_where_there_is_one_is_refused() {
    let world = World::sealed();
    wait(async {
        let store = world.open("one").await;
        let cheap = Cost { memory_kib: 8, passes: 1, lanes: 1 };
        let protection = Protection::Passphrase(Arc::new(Passphrase::new("correct horse")), cheap);
        let packed = store.pack(&protection).await.unwrap();
        store.close().await.unwrap();
        let remote = world.remote(&world.objects);
        let error = RemoteStore::unpack(&remote, &packed, &protection, "me").await.unwrap_err();
        is(&error, &StoreErrorKind::Refused);
    });
}

#[test]
fn objects_that_change_all_the_time_are_contended() {
    let world = World::new();
    wait(async {
        filled(&world).await;
        let (objects, times) = (world.objects.clone(), AtomicU32::new(0));
        let restless = move |request: &Request| {
            if *request == Request::Get("state.json".to_owned()) {
                let broken = if times.fetch_add(1, Ordering::SeqCst).is_multiple_of(2) { "{" } else { "{\n" };
                objects.set("state.json", Some(broken.into()));
            }
        };
        let restless = world.objects.under(Arc::new(Doing(restless)));
        let error = RemoteStore::open(world.remote(&restless), world.options("two")).await.unwrap_err();
        is(&error, &StoreErrorKind::Contended);
    });
}

#[test]
fn a_lock_that_changes_hands_while_it_is_broken_is_anothers() {
    let world = World::new();
    wait(async {
        let _store = world.open("alice").await;
        let text = String::from_utf8(world.objects.all()["lock.json"].clone()).unwrap();
        let next = text.replacen("\"fence\":1,", "\"fence\":2,", 1).replacen("alice", "bob", 1);
        let freed = next.replacen("\"held\"", "\"released\"", 1);
        assert!(text != next && next != freed, "{text}");
        let since = Some(world.clock.wall());
        let locked = StoreErrorKind::Locked { holder: Some("bob".to_owned()), since };
        for (quicker, kind) in [(next, locked), (freed, StoreErrorKind::Contended)] {
            world.objects.set("lock.json", Some(text.clone().into_bytes()));
            let objects = world.objects.clone();
            let takes = move |request: &Request| {
                if matches!(request, Request::Put(_)) {
                    objects.set("lock.json", Some(quicker.clone().into_bytes()));
                }
            };
            let under = Arc::new(world.objects.under(Arc::new(Doing(takes))));
            let error = break_lock(under, Arc::clone(&world.clock) as _, "fhir", "ada").await.unwrap_err();
            is(&error, &kind);
        }
    });
}
