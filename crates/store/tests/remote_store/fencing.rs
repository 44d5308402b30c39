//! Holders that were taken over.

use std::sync::Arc;
use std::time::Duration;

use ironward_core::state::Entry;
use ironward_core::store::{StateStore, StoreError};
use ironward_store::RemoteStore;
use ironward_store::remote::Fate;

use crate::world::{Sky, World, apply, note, notes, settle, wait};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[test]
fn a_paused_holder_that_wakes_up_can_write_nothing() {
    for world in [World::new(), World::sealed()] {
        wait(async {
            let (former, sky) = world.open_under("alice").await;
            apply(&former, &["a"]).await.unwrap();
            former.append(&note("b")).await.unwrap();
            let mut stale = former.load().await.unwrap();
            // It was just about to write.
            sky.hold();
            let entry = note("late");
            let append = former.append(&entry);
            let work = async {
                tokio::join!(append, async {
                    settle().await;
                    let (next, _) = world.pass_until(world.open("bob")).await;
                    next.append(&note("c")).await.unwrap();
                    sky.release();
                    next
                })
            };
            let (late, next) = work.await;
            let told = late.unwrap_err().to_string();
            assert!(told.starts_with("the state of `fhir` was taken over by bob since"), "{told}");
            stale.apply(note("late"));
            assert!(former.compact(&stale).await.is_err());
            assert!(former.may_call().is_err());
            former.close().await.unwrap();
            let names: Vec<_> = notes(&next.load().await.unwrap()).into_iter().collect();
            assert_eq!(names, ["a", "b", "c"]);
            apply(&next, &["d"]).await.unwrap();
            next.verify().await.unwrap();
        });
    }
}

#[test]
fn a_paused_compaction_is_refused() {
    let world = World::new();
    wait(async {
        let (former, sky) = world.open_under("alice").await;
        former.append(&note("a")).await.unwrap();
        let state = former.load().await.unwrap();
        sky.hold();
        let compaction = former.compact(&state);
        let work = async {
            tokio::join!(compaction, async {
                settle().await;
                let (next, _) = world.pass_until(world.open("bob")).await;
                next.append(&note("b")).await.unwrap();
                sky.release();
                next
            })
        };
        let (result, next) = work.await;
        let told = result.unwrap_err().to_string();
        assert!(told.contains("was taken over by bob"), "{told}");
        assert_eq!(notes(&next.load().await.unwrap()).len(), 2);
    });
}

/// `alice` is stopped in front of a write; `bob` takes over and is stopped in front of `key`. Then
/// hers is done, and then his.
async fn race(world: &World, entry: &Entry, key: &'static str) -> (Result<(), StoreError>, RemoteStore) {
    let (former, sky) = world.open_under("alice").await;
    apply(&former, &["a"]).await.unwrap();
    former.append(&note("b")).await.unwrap();
    let weather = Arc::new(Sky::default());
    weather.hold_at(key);
    sky.hold();
    let objects = world.objects.under(Arc::clone(&weather) as _);
    let open = RemoteStore::open(world.remote(&objects), world.options("bob"));
    let work = async {
        tokio::join!(former.append(entry), world.pass_until(open), async {
            while !weather.is_holding() {
                tokio::task::yield_now().await;
            }
            sky.release();
            settle().await;
            weather.release();
        })
    };
    let (written, (opened, _), ()) = work.await;
    (written, opened.unwrap())
}

#[test]
fn a_write_that_arrives_before_the_marker_counts() {
    let world = World::new();
    wait(async {
        let (written, next) = race(&world, &note("just in time"), "journal/").await;
        written.unwrap();
        assert!(notes(&next.load().await.unwrap()).contains("just in time"));
        next.append(&note("c")).await.unwrap();
        next.verify().await.unwrap();
    });
}

#[test]
fn a_write_that_arrives_after_the_marker_does_not_count() {
    let world = World::new();
    wait(async {
        let (written, next) = race(&world, &note("too late"), "state.json").await;
        written.unwrap_err();
        assert!(!notes(&next.load().await.unwrap()).contains("too late"));
        next.verify().await.unwrap();
    });
}

#[test]
fn a_marker_stays_for_a_day() {
    let world = World::new();
    wait(async {
        let (former, sky) = world.open_under("alice").await;
        former.append(&note("a")).await.unwrap();
        sky.hold();
        let (next, _) = world.pass_until(world.open("bob")).await;
        let marker = "journal/00000000000000000002";
        let is_kept = || world.keys("journal/").iter().any(|key| key == marker);
        assert!(is_kept());
        for name in ["b", "c"] {
            apply(&next, &[name]).await.unwrap();
            assert_eq!(world.keys("journal/"), [marker]);
        }
        next.close().await.unwrap();
        world.objects.pass(DAY - Duration::from_secs(60));
        let again = world.open("carol").await;
        apply(&again, &["d"]).await.unwrap();
        assert!(is_kept());
        world.objects.pass(Duration::from_secs(120));
        apply(&again, &["e"]).await.unwrap();
        assert!(!is_kept(), "{:?}", world.keys("journal/"));
        assert_eq!(notes(&again.load().await.unwrap()).len(), 5);
        again.verify().await.unwrap();
    });
}

#[test]
fn a_holder_that_could_not_write_leaves_the_lock_to_be_fenced() {
    let world = World::new();
    wait(async {
        let (store, sky) = world.open_under("alice").await;
        store.append(&note("a")).await.unwrap();
        // All answers are lost, and one of the writes is still under way.
        for _ in 0..5 {
            sky.next("journal/", Fate::Lost);
        }
        sky.next("journal/", Fate::Late);
        world.pass_until(store.append(&note("b"))).await.0.unwrap_err();
        store.close().await.unwrap();
        let next = world.open("bob").await;
        assert_eq!(next.taken_from(), Some("alice"));
        assert!(world.objects.deliver());
        next.append(&note("c")).await.unwrap();
        let names: Vec<_> = notes(&next.load().await.unwrap()).into_iter().collect();
        assert_eq!(names, ["a", "c"]);
    });
}
