//! Who may write and call, until when, and what others are told.

use std::sync::Arc;
use std::time::Duration;

use ironward_core::clock::Clock;
use ironward_core::store::StateStore;
use ironward_store::RemoteStore;
use ironward_store::remote::{Fate, break_lock, lock_status};

use crate::world::{LEASE, SECOND, World, note, settle, wait};

#[test]
fn a_living_holder_keeps_others_out() {
    let world = World::new();
    wait(async {
        let store = world.open("alice@host (fhir up, process 123)").await;
        world.pass(10 * SECOND).await;
        let (refused, took) = world.pass_until(world.try_open("bob")).await;
        let error = refused.unwrap_err();
        let told = error.to_string();
        let expected = "the state of `fhir` is locked by alice@host (fhir up, process 123) since \
                        2026-11-26 14:16:45 UTC, last sign of life ";
        assert!(told.starts_with(expected), "{told}");
        assert!(error.hint().unwrap().contains("state lock status"));
        // The next renewal shows it.
        assert!(took <= LEASE / 4 + 4 * SECOND, "{took:?}");
        store.append(&note("a")).await.unwrap();
    });
}

#[test]
fn a_released_lease_is_free_at_once() {
    let world = World::new();
    wait(async {
        world.open("one").await.close().await.unwrap();
        drop(world.open("two").await);
        settle().await;
        // No time passes.
        let third = world.open("three").await;
        assert!(third.taken_from().is_none());
        assert!(third.unsettled().is_zero());
    });
}

#[test]
fn a_lease_that_nobody_renews_is_waited_out() {
    let world = World::new();
    wait(async {
        let (former, sky) = world.open_under("one").await;
        sky.hold();
        world.pass(40 * SECOND).await;
        let (taken, took) = world.pass_until(world.open("two")).await;
        // However long it was silent before: nobody knows.
        assert!(took >= LEASE && took <= LEASE + 5 * SECOND, "{took:?}");
        assert_eq!(taken.taken_from(), Some("one"));
        assert!(taken.unsettled() > 40 * SECOND);
        assert!(former.may_call().is_err());
        // Whoever comes next in order waits as well, while it isn't over.
        taken.close().await.unwrap();
        let third = world.open("three").await;
        assert!(third.taken_from().is_none());
        assert!(third.unsettled() > 40 * SECOND, "{:?}", third.unsettled());
        world.pass(46 * SECOND).await;
        assert!(third.unsettled().is_zero());
        third.append(&note("a")).await.unwrap();
    });
}

#[test]
fn whoever_waits_for_a_lease_is_told_so_once() {
    let world = World::new();
    wait(async {
        let (_former, sky) = world.open_under("alice").await;
        sky.hold();
        let told = Arc::new(std::sync::Mutex::new(Vec::new()));
        let hears = Arc::clone(&told);
        let telling = |remote: ironward_store::remote::Remote| {
            remote.telling(move |text| hears.lock().unwrap().push(text.to_owned()))
        };
        let open = RemoteStore::open(telling(world.remote(&world.objects)), world.options("bob"));
        world.pass_until(open).await.0.unwrap();
        let told = told.lock().unwrap();
        assert_eq!(told.len(), 1, "{told:?}");
        let expected = "the state of `fhir` is locked by alice since ";
        assert!(told[0].starts_with(expected) && told[0].contains("waiting"), "{told:?}");
    });
}

#[test]
fn no_call_starts_in_the_last_third() {
    let world = World::new();
    wait(async {
        let (store, sky) = world.open_under("one").await;
        world.pass(10 * LEASE).await;
        store.may_call().unwrap();
        sky.hold();
        // The last renewal may be a quarter ago, and is counted from when it was sent.
        world.pass(LEASE * 2 / 3 - LEASE / 4 - 2 * SECOND).await;
        store.may_call().unwrap();
        let (error, _) = world.pass_until(store.lapsed()).await;
        assert!(error.to_string().contains("wasn't renewed in time"), "{error}");
        assert!(store.may_call().is_err());
        // What was done may still be written.
        sky.release();
        settle().await;
        store.append(&note("a")).await.unwrap();
    });
}

#[test]
fn a_lapse_is_told_within_a_lease_whatever_the_margin() {
    let world = World::new();
    wait(async {
        let (store, sky) = world.open_under("one").await;
        sky.hold();
        let (_, took) = world.pass_until(store.lapsed()).await;
        assert!(took >= LEASE * 2 / 3 - SECOND && took <= LEASE * 2 / 3 + SECOND, "{took:?}");
    });
}

#[test]
fn a_renewal_whose_answer_is_lost_is_found() {
    for fate in [Fate::Lost, Fate::Unanswered, Fate::Late] {
        let world = World::new();
        wait(async {
            let (store, sky) = world.open_under("one").await;
            for _ in 0..6 {
                sky.next("lock.json", fate);
                world.pass(LEASE / 4).await;
                world.objects.deliver();
            }
            store.may_call().unwrap();
            store.append(&note("a")).await.unwrap();
        });
    }
}

#[test]
fn the_status_of_a_lock_says_who_and_since_when() {
    let world = World::new();
    let objects = || Arc::new(world.objects.clone()) as _;
    let clock = || Arc::clone(&world.clock) as Arc<dyn Clock>;
    wait(async {
        assert_eq!(lock_status(objects(), clock()).await.unwrap(), None);
        let (store, sky) = world.open_under("alice").await;
        world.pass(20 * SECOND).await;
        let status = lock_status(objects(), clock()).await.unwrap().unwrap();
        assert_eq!((status.fence, &*status.holder, status.free), (1, "alice", false));
        assert_eq!(status.duration, LEASE);
        assert!(status.renewed.unix_millis() >= 15_000);
        let later = |seconds: u64| {
            let renewed = Duration::from_millis(status.renewed.unix_millis());
            ironward_core::clock::Timestamp::from_unix(renewed + Duration::from_secs(seconds))
        };
        assert!(!status.seems_expired(later(60)) && status.seems_expired(later(61)));
        sky.release();
        store.close().await.unwrap();
        assert!(lock_status(objects(), clock()).await.unwrap().unwrap().free);
    });
}

#[test]
fn a_broken_lock_is_free_and_its_holder_learns_of_it() {
    let world = World::new();
    let objects = || Arc::new(world.objects.clone()) as _;
    let clock = || Arc::clone(&world.clock) as Arc<dyn Clock>;
    wait(async {
        assert!(break_lock(objects(), clock(), "fhir", "bob").await.unwrap().is_none());
        let store = world.open("alice").await;
        store.append(&note("a")).await.unwrap();
        let former = break_lock(objects(), clock(), "fhir", "bob@desk").await.unwrap().unwrap();
        assert_eq!(former.holder, "alice");
        let status = lock_status(objects(), clock()).await.unwrap().unwrap();
        assert!(status.free && status.broken && status.fence == 2);
        // Nobody waits for it.
        let next = world.open("carol").await;
        assert_eq!(next.taken_from(), Some("bob@desk"));
        assert!(next.unsettled() >= LEASE);
        let error = store.append(&note("b")).await.unwrap_err().to_string();
        assert!(error.starts_with("the state of `fhir` was taken over by carol since"), "{error}");
        let second = break_lock(objects(), clock(), "fhir", "bob@desk").await.unwrap().unwrap();
        assert_eq!((second.holder.as_str(), second.fence), ("carol", 3));
        let (error, took) = world.pass_until(next.lapsed()).await;
        assert!(
            error.to_string().starts_with("the lock of the state of `fhir` was taken away by bob@desk at")
        );
        assert!(took <= LEASE / 4 + SECOND, "{took:?}");
    });
}

#[test]
fn two_at_once_on_a_free_lock() {
    let world = World::new();
    wait(async {
        world.open("zero").await.close().await.unwrap();
        let both = async { tokio::join!(world.try_open("one"), world.try_open("two")) };
        let ((one, two), _) = world.pass_until(both).await;
        assert_eq!(usize::from(one.is_ok()) + usize::from(two.is_ok()), 1);
        let error = one.err().or(two.err()).unwrap().to_string();
        assert!(error.contains("is locked by"), "{error}");
    });
}
