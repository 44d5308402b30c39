//! States in S3, on moto. The tests need `IRONWARD_TEST_MOTO`, its endpoint; `cargo xtask test` starts
//! one, and `cargo xtask serve moto` too.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod place;

mod moto {
    use std::collections::BTreeMap;
    use std::sync::Arc;
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use aws_sdk_s3::types::{ObjectLockMode, ServerSideEncryption};
    use ironward_aws_state::Bucket;
    use ironward_core::clock::Timestamp;
    use ironward_core::history::{Author, Begun, Command, Ended, Verdict};
    use ironward_core::state::Counts;
    use ironward_core::state::{Entry, Lineage, State};
    use ironward_core::store::{StateStore, StoreError};
    use ironward_store::RemoteStore;
    use ironward_store::codec::keys::{DataKey, KeyWrapper};
    use ironward_store::remote::{EvidenceAnchor, ObjectAnchor, ObjectError, Objects, Only, Remote, Terms};

    use crate::place::{Pausable, Place};

    fn note(name: &str) -> Entry {
        Entry::Learned { durations: BTreeMap::from([(name.to_owned(), 1)]) }
    }

    fn notes(state: &State) -> Vec<&str> {
        state.durations.keys().map(String::as_str).collect()
    }

    async fn apply(store: &RemoteStore, name: &str) -> Result<State, StoreError> {
        let mut state = store.load().await?;
        let time = Timestamp::from_unix(Duration::from_secs(1));
        let author = Author { who: "ada@lab".to_owned(), version: "1".to_owned() };
        let begun = Begun::new(&state, Command::Up, author, time);
        let (number, verdict, counts) = (begun.number, Verdict::Succeeded, Counts::default());
        let end = Ended { number, ended: time, verdict, counts, failures: Vec::new() };
        let entries = [Entry::ApplyBegan { apply: Box::new(begun) }, note(name), Entry::ApplyEnded { end }];
        for entry in entries {
            store.append(&entry).await?;
            state.apply(entry);
        }
        store.compact(&state).await?;
        Ok(state)
    }

    /// Short enough for a test, and long enough for a busy machine.
    const TERMS: Terms = Terms { duration: Duration::from_secs(6), settling: Duration::from_secs(3) };

    fn remote(objects: Arc<dyn Objects>) -> Remote {
        Remote::new("fhir", objects).with_terms(TERMS)
    }

    #[tokio::test]
    async fn what_was_appended_is_there_again() {
        let place = Place::new("append").await;
        let objects = || async { Arc::new(place.connect().await.unwrap()) };
        let store = RemoteStore::open(remote(objects().await), place.options("one").await).await.unwrap();
        assert!(store.begun());
        apply(&store, "a").await.unwrap();
        store.append(&note("b")).await.unwrap();
        let state = store.load().await.unwrap();
        store.close().await.unwrap();
        let again = RemoteStore::open(remote(objects().await), place.options("two").await).await.unwrap();
        assert_eq!(again.load().await.unwrap(), state);
        assert_eq!(notes(&state), ["a", "b"]);
        assert_eq!(again.history().await.unwrap().len(), 1);
        let proof = again.verify().await.unwrap();
        assert!(proof.keyed && proof.applies == 1);
        again.close().await.unwrap();
        let listed = objects().await.list("", "", usize::MAX).await.unwrap();
        let keys: Vec<&str> = listed.iter().map(|listed| listed.key.as_str()).collect();
        let expected = [
            "history/00000000000000000001",
            "journal/00000000000000000004",
            "key.json",
            "lock.json",
            "state.json",
        ];
        assert_eq!(keys, expected);
        for key in keys {
            let head = place.s3.head_object().bucket(&place.bucket).key(format!("states/fhir/{key}"));
            let head = head.send().await.unwrap();
            assert_eq!(head.server_side_encryption(), Some(&ServerSideEncryption::AwsKms), "{key}");
            assert!(head.ssekms_key_id().unwrap().contains(&place.key), "{key}");
            let object = objects().await.get(key).await.unwrap();
            let text = String::from_utf8_lossy(&object.bytes).into_owned();
            assert!(!text.contains("ada@lab"), "{key} holds a name in clear");
        }
    }

    #[tokio::test]
    async fn every_write_has_a_condition() {
        let place = Place::new("conditions").await;
        let objects = place.connect().await.unwrap();
        let refused = |result| matches!(result, Err(ObjectError::Refused));
        assert!(matches!(objects.get("a").await, Err(ObjectError::Absent)));
        let first = objects.put("a", b"1", &Only::IfAbsent).await.unwrap();
        assert!(refused(objects.put("a", b"2", &Only::IfAbsent).await));
        let second = objects.put("a", b"2", &Only::IfTag(first.clone())).await.unwrap();
        assert!(refused(objects.put("a", b"3", &Only::IfTag(first.clone())).await));
        let there = objects.get("a").await.unwrap();
        assert_eq!((there.bytes.as_slice(), &there.tag), (b"2".as_slice(), &second));
        assert!(there.modified.unix_millis() > 1_700_000_000_000);
        objects.put("b/1", b"", &Only::IfAbsent).await.unwrap();
        objects.put("b/2", b"", &Only::IfAbsent).await.unwrap();
        objects.put("b/3", b"", &Only::IfAbsent).await.unwrap();
        let keys = |listed: Vec<ironward_store::remote::Listed>| -> Vec<String> {
            listed.into_iter().map(|listed| listed.key).collect()
        };
        assert_eq!(keys(objects.list("b/", "b/1", usize::MAX).await.unwrap()), ["b/2", "b/3"]);
        assert_eq!(keys(objects.list("b/", "", 1).await.unwrap()), ["b/1"]);
        objects.delete(&["b/1".to_owned(), "b/2".to_owned(), "b/9".to_owned()]).await.unwrap();
        assert_eq!(keys(objects.list("", "", usize::MAX).await.unwrap()), ["a", "b/3"]);
    }

    #[tokio::test]
    async fn of_two_holders_one_proceeds() {
        let place = Place::new("two").await;
        let objects = Arc::new(place.connect().await.unwrap());
        let (one, two) = tokio::join!(
            RemoteStore::open(
                remote(objects.clone()),
                place.options("alice@host (fhir up, process 1)").await
            ),
            RemoteStore::open(remote(objects.clone()), place.options("bob@host (fhir up, process 2)").await),
        );
        let (store, error) = match (one, two) {
            (Ok(store), Err(error)) | (Err(error), Ok(store)) => (store, error.to_string()),
            (one, two) => panic!("{one:?} {two:?}"),
        };
        assert!(error.starts_with("the state of `fhir` is locked by "), "{error}");
        assert!(error.contains("@host (fhir up, process ") && error.contains(" since 20"), "{error}");
        apply(&store, "a").await.unwrap();
        store.close().await.unwrap();
    }

    #[tokio::test]
    async fn a_paused_holder_is_fenced() {
        let place = Place::new("paused").await;
        let objects = Arc::new(place.connect().await.unwrap());
        let (pausable, pause) = Pausable::new(objects.clone());
        let former = RemoteStore::open(remote(Arc::new(pausable)), place.options("alice").await);
        let former = former.await.unwrap();
        apply(&former, "a").await.unwrap();
        former.append(&note("b")).await.unwrap();
        former.may_call().unwrap();
        // It stops just before it sends what it has to write.
        pause.send_replace(true);
        let late = note("late");
        let (written, next) = tokio::join!(former.append(&late), async {
            let next = RemoteStore::open(remote(objects.clone()), place.options("bob").await).await.unwrap();
            assert_eq!(next.taken_from(), Some("alice"));
            assert!(!next.unsettled().is_zero());
            apply(&next, "c").await.unwrap();
            pause.send_replace(false);
            next
        });
        let told = written.unwrap_err().to_string();
        assert!(told.starts_with("the state of `fhir` was taken over by bob since "), "{told}");
        assert!(former.may_call().is_err());
        let told = former.lapsed().await.to_string();
        assert!(told.contains("`fhir`"), "{told}");
        assert_eq!(notes(&next.load().await.unwrap()), ["a", "b", "c"]);
        apply(&next, "d").await.unwrap();
        next.verify().await.unwrap();
        next.close().await.unwrap();
    }

    #[tokio::test]
    async fn buckets_that_may_not_hold_states_are_refused() {
        let place = Place::new("refused").await;
        place.connect().await.unwrap();
        let told = || async {
            let error = place.connect().await.unwrap_err();
            format!("{error} / {}", error.hint().unwrap_or_default())
        };
        place.version(false).await;
        let text = told().await;
        assert!(text.contains("keeps no versions") && text.contains("`state bootstrap`"), "{text}");
        place.version(true).await;
        place.block([true, true, true, false]).await;
        assert!(told().await.contains("doesn't block all public access"));
        let delete = place.s3.delete_public_access_block().bucket(&place.bucket);
        delete.send().await.unwrap();
        assert!(told().await.contains("doesn't block all public access"));
        place.block([true; 4]).await;
        place.encrypt(ServerSideEncryption::Aes256).await;
        assert!(told().await.contains("doesn't encrypt under a KMS key"));
        place.encrypt(ServerSideEncryption::AwsKms).await;
        place.connect().await.unwrap();
        let until = Timestamp::from_unix(Duration::from_secs(4_000_000_000));
        let evidence = Bucket::new(&place.bucket, "evidence").retained_until(until);
        let error = place.connect_to(evidence).await.unwrap_err().to_string();
        assert!(error.contains("has no object lock"), "{error}");
    }

    #[tokio::test]
    async fn heads_are_anchored_and_kept_as_evidence() {
        let (place, vault) = (Place::new("anchored").await, Place::locked("evidence").await);
        let objects = Arc::new(place.connect().await.unwrap());
        let later = SystemTime::now().duration_since(UNIX_EPOCH).unwrap() + Duration::from_secs(86_400);
        let bucket = Bucket::new(&vault.bucket, "evidence").retained_until(Timestamp::from_unix(later));
        let evidence = Arc::new(vault.connect_to(bucket).await.unwrap());
        let beside = Arc::new(place.connect_to(Bucket::new(&place.bucket, "anchors")).await.unwrap());
        let anchors: [Arc<dyn ironward_store::Anchor>; 2] =
            [Arc::new(ObjectAnchor::new(beside)), Arc::new(EvidenceAnchor::new(evidence.clone()))];
        for anchor in anchors {
            let options = place.options("one").await.with_anchor(anchor);
            let store = RemoteStore::open(remote(objects.clone()), options).await.unwrap();
            apply(&store, "a").await.unwrap();
            let proof = store.verify().await.unwrap();
            assert_eq!(proof.anchor.map(|(_, lag)| lag), Some(0));
            store.close().await.unwrap();
        }
        let heads = evidence.list("heads/", "", usize::MAX).await.unwrap();
        assert!(heads.len() >= 3, "{heads:?}");
        let head = vault.s3.head_object().bucket(&vault.bucket).key(format!("evidence/{}", heads[0].key));
        let head = head.send().await.unwrap();
        assert_eq!(head.object_lock_mode(), Some(&ObjectLockMode::Compliance));
        let until = head.object_lock_retain_until_date().unwrap().secs();
        assert_eq!(until.unsigned_abs(), later.as_secs());
    }

    #[tokio::test]
    async fn a_wrapped_key_belongs_to_its_lineage() {
        let place = Place::new("wrapped").await;
        let wrapper = place.wrapper().await;
        let (ours, others) = (Lineage::from_random([1; 16]), Lineage::from_random([2; 16]));
        let key = DataKey::from_bytes(&[9; 32]);
        let wrapped = wrapper.wrap_key(&key, &ours).await.unwrap();
        assert!(!wrapped.windows(32).any(|window| window == [9; 32]));
        assert_eq!(wrapper.unwrap_key(&wrapped, &ours).await.unwrap().expose(), key.expose());
        let error = wrapper.unwrap_key(&wrapped, &others).await.unwrap_err();
        assert!(error.to_string().contains("can't be unwrapped") && error.hint().is_some(), "{error}");
    }
}
