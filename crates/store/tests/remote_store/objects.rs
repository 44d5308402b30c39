//! What was appended is there again, and what that costs.

use futures::future::join_all;
use ironward_core::store::StateStore;
use ironward_store::remote::{Fate, Request};

use crate::world::{World, apply, note, notes, wait};

#[test]
fn what_was_appended_is_there_again() {
    for world in [World::new(), World::sealed()] {
        wait(async {
            let store = world.open("one").await;
            assert!(store.begun() && store.taken_from().is_none());
            apply(&store, &["a", "b"]).await.unwrap();
            store.append(&note("c")).await.unwrap();
            let state = store.load().await.unwrap();
            store.close().await.unwrap();
            let again = world.open("two").await;
            assert!(!again.begun() && again.taken_from().is_none());
            assert_eq!(again.load().await.unwrap(), state);
            assert_eq!(notes(&state).into_iter().collect::<Vec<_>>(), ["a", "b", "c"]);
            let history = again.history().await.unwrap();
            assert_eq!(history.len(), 1);
            apply(&again, &["d"]).await.unwrap();
            assert_eq!(again.history().await.unwrap().len(), 2);
            let proof = again.verify().await.unwrap();
            assert_eq!((proof.applies, proof.serial), (2, again.load().await.unwrap().serial));
            let clear = world.objects.all().values().any(|bytes| {
                let text = String::from_utf8_lossy(bytes).into_owned();
                text.contains("ada@lab")
            });
            assert_eq!(clear, !world.sealed);
        });
    }
}

#[test]
fn compaction_folds_the_journal_and_deletes_it() {
    let world = World::new();
    wait(async {
        let store = world.open("one").await;
        store.append(&note("a")).await.unwrap();
        store.append(&note("b")).await.unwrap();
        assert_eq!(world.keys("journal/").len(), 2);
        let state = store.load().await.unwrap();
        store.compact(&state).await.unwrap();
        assert!(world.keys("journal/").is_empty());
        store.append(&note("c")).await.unwrap();
        assert_eq!(world.keys("journal/"), ["journal/00000000000000000003"]);
        assert_eq!(notes(&store.load().await.unwrap()).len(), 3);
    });
}

#[test]
fn appends_at_once_share_an_object() {
    let world = World::new();
    wait(async {
        let store = world.open("one").await;
        let entries: Vec<_> = (0..100).map(|number| note(&format!("n{number}"))).collect();
        let results = join_all(entries.iter().map(|entry| store.append(entry))).await;
        assert!(results.into_iter().all(|result| result.is_ok()));
        assert!(world.keys("journal/").len() <= 2, "{:?}", world.keys("journal/"));
        assert_eq!(notes(&store.load().await.unwrap()).len(), 100);
    });
}

#[test]
fn an_append_is_one_request_and_an_opening_a_handful() {
    let world = World::new();
    wait(async {
        let store = world.open("one").await;
        for round in 0..12 {
            apply(&store, &[&format!("n{round}")]).await.unwrap();
        }
        let _ = world.objects.requests();
        store.append(&note("more")).await.unwrap();
        assert_eq!(world.objects.requests().len(), 1);
        store.close().await.unwrap();
        let _ = world.objects.requests();
        let again = world.open("two").await;
        again.load().await.unwrap();
        let requests = world.objects.requests();
        // Lock, key, snapshot, two lists, the last apply and the one segment.
        assert_eq!(requests.len(), 8, "{requests:?}");
        let writes = requests.iter().filter(|request| matches!(request, Request::Put(_))).count();
        assert_eq!(writes, 1);
        let apply = apply(&again, &["last"]).await.unwrap();
        assert_eq!(apply.applies, 13);
        // Three entries one after the other, the apply, and a list, a snapshot and a deletion.
        assert_eq!(world.objects.requests().len(), 7);
    });
}

#[test]
fn an_answer_that_is_lost_is_looked_for() {
    for fate in [Fate::Lost, Fate::Unanswered, Fate::Late] {
        for key in ["journal/", "history/", "state.json", "lock.json"] {
            let world = World::new();
            wait(async {
                let (store, sky) = world.open_under("one").await;
                apply(&store, &["a"]).await.unwrap();
                sky.next(key, fate);
                let (state, _) = world.pass_until(apply(&store, &["b"])).await;
                let state = state.unwrap();
                world.objects.deliver();
                world.pass_until(store.close()).await.0.unwrap();
                world.objects.deliver();
                let again = world.open("two").await;
                assert!(again.taken_from().is_none(), "{key} {fate:?}");
                assert_eq!(again.load().await.unwrap(), state, "{key} {fate:?}");
                again.verify().await.unwrap();
            });
        }
    }
}

#[test]
fn after_a_refused_write_nothing_is_written() {
    let world = World::new();
    wait(async {
        let (store, sky) = world.open_under("one").await;
        store.append(&note("a")).await.unwrap();
        sky.next("journal/", Fate::Failed);
        let error = store.append(&note("b")).await.unwrap_err();
        assert_eq!(error.to_string(), "access denied");
        let error = store.append(&note("c")).await.unwrap_err();
        assert!(error.to_string().contains("access denied") && error.hint().is_some());
        assert!(store.compact(&store.load().await.unwrap()).await.is_err());
        store.close().await.unwrap();
        let again = world.open("two").await;
        assert_eq!(notes(&again.load().await.unwrap()).into_iter().collect::<Vec<_>>(), ["a"]);
    });
}

#[test]
fn what_the_history_lacks_is_caught_up() {
    let world = World::new();
    wait(async {
        let (store, sky) = world.open_under("one").await;
        apply(&store, &["a"]).await.unwrap();
        sky.next("history/", Fate::Failed);
        apply(&store, &["b"]).await.unwrap_err();
        store.close().await.unwrap();
        assert_eq!(world.keys("history/").len(), 1);
        let again = world.open("two").await;
        assert_eq!(world.keys("history/").len(), 2);
        assert_eq!(again.history().await.unwrap().len(), 2);
        again.verify().await.unwrap();
    });
}
