//! What the tests stand on.

use std::fs;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use ironward_core::clock::Timestamp;
use ironward_core::history::{Author, Begun, Command, Ended, Verdict};
use ironward_core::path::Path;
use ironward_core::state::{Counts, Entry, InstanceId, JournalAction, Lineage, Record, State};
use ironward_core::store::{StateStore, StoreError};
use ironward_store::codec::keys::KeyDocument;
use ironward_store::codec::vault::Vault;
use ironward_store::{DirectoryAnchor, LocalStore, Options, Protection};
use serde_json::json;

pub(crate) const SEED: [u8; 16] = [7; 16];

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().unwrap()
}

pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    runtime().block_on(future)
}

/// A state, and the user's own directory apart from it.
pub(crate) struct World {
    root: tempfile::TempDir,
    pub(crate) sealed: bool,
    pub(crate) anchored: bool,
    pub(crate) seed: [u8; 16],
}

pub(crate) const FILES: [&str; 4] = ["key.json", "state.json", "journal.jsonl", "history.jsonl"];

/// A directory, which `cargo xtask test` keeps until it has looked through it for secrets.
fn kept() -> tempfile::TempDir {
    let mut directory = tempfile::tempdir().unwrap();
    directory.disable_cleanup(std::env::var_os("IRONWARD_TEST_KEEP").is_some());
    directory
}

impl World {
    fn new(sealed: bool, anchored: bool) -> Self {
        Self { root: kept(), sealed, anchored, seed: SEED }
    }

    /// Encrypted, without an anchor.
    pub(crate) fn sealed() -> Self {
        Self::new(true, false)
    }

    /// Not encrypted, without an anchor.
    pub(crate) fn plain() -> Self {
        Self::new(false, false)
    }

    /// Encrypted or not, with an anchor.
    pub(crate) fn anchored(sealed: bool) -> Self {
        Self::new(sealed, true)
    }

    pub(crate) fn both() -> [Self; 2] {
        [Self::sealed(), Self::plain()]
    }

    pub(crate) fn dir(&self) -> PathBuf {
        self.root.path().join("state/fhir")
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.dir().join(name)
    }

    pub(crate) fn keys(&self) -> PathBuf {
        self.root.path().join("config/keys")
    }

    pub(crate) fn key_file(&self) -> PathBuf {
        self.keys().join(format!("{}.key", Lineage::from_random(self.seed).as_str()))
    }

    pub(crate) fn anchor_file(&self) -> PathBuf {
        self.root
            .path()
            .join("config/anchors")
            .join(format!("{}.json", Lineage::from_random(self.seed).as_str()))
    }

    pub(crate) fn protection(&self) -> Protection {
        if self.sealed { Protection::KeyFile(self.keys()) } else { Protection::None }
    }

    pub(crate) fn options(&self) -> Options {
        let options = Options::new("test up", self.protection()).with_lineage(self.seed);
        if !self.anchored {
            return options;
        }
        options.with_anchor(Arc::new(DirectoryAnchor::new(self.root.path().join("config/anchors"))))
    }

    pub(crate) fn vault(&self) -> Vault {
        let document = KeyDocument::read(&self.read("key.json")).unwrap();
        wait(self.protection().open(&document, "key.json")).unwrap()
    }

    pub(crate) fn try_open(&self) -> Result<LocalStore, StoreError> {
        wait(LocalStore::open(self.dir(), self.options()))
    }

    #[track_caller]
    pub(crate) fn open(&self) -> LocalStore {
        match self.try_open() {
            Ok(store) => store,
            Err(error) => panic!("{error}"),
        }
    }

    pub(crate) fn try_load(&self) -> Result<State, StoreError> {
        wait(self.try_open()?.load())
    }

    #[track_caller]
    pub(crate) fn load(&self) -> State {
        match self.try_load() {
            Ok(state) => state,
            Err(error) => panic!("{error}"),
        }
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.file(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.file(name), bytes).unwrap();
    }

    /// Every file of the state.
    pub(crate) fn copy(&self) -> Vec<(&'static str, Vec<u8>)> {
        FILES.into_iter().filter_map(|name| Some((name, fs::read(self.file(name)).ok()?))).collect()
    }

    pub(crate) fn restore(&self, copy: &[(&'static str, Vec<u8>)]) {
        for name in FILES {
            let _ = fs::remove_file(self.file(name));
        }
        for (name, bytes) in copy {
            self.write(name, bytes);
        }
    }

    /// Opening is refused with a hint, the complaint names `file` and says `what`.
    #[track_caller]
    pub(crate) fn refused(&self, file: &str, what: &str) {
        let error = self.try_load().expect_err("it was accepted");
        let text = error.to_string();
        assert!(text.contains(file) && text.contains(what), "{text}");
        assert!(error.hint().is_some(), "{text}");
    }

    /// A snapshot of one resource and one apply, and a journal of `entries` after it; the state at
    /// the snapshot.
    pub(crate) fn fill(&self, entries: &[Entry]) -> State {
        let store = self.open();
        append(&store, &apply(1, &life("first"), Some(Verdict::Succeeded)));
        let state = wait(store.load()).unwrap();
        wait(store.compact(&state)).unwrap();
        append(&store, entries);
        state
    }
}

pub(crate) fn record(name: &str, generation: u64) -> Record {
    let path = Path::parse(name).unwrap();
    let instance = InstanceId::derive(&Lineage::from_random(SEED), &path, generation);
    serde_json::from_value(json!({
        "path": name, "type": "Test::Thing", "schema_version": 1, "instance": instance,
        "generation": generation, "physical_id": format!("id-{name}"), "status": "ready",
        "properties": {"Size": 3, "Text": "naïve \"quotes\" and\nlines"}, "attributes": {"Arn": "arn:x"},
        "dependencies": [], "protect": false, "retain": false, "replace_order": null,
        "provider": null, "source": "src/main.rs:7",
    }))
    .unwrap()
}

pub(crate) fn life(name: &str) -> Vec<Entry> {
    let record = record(name, 1);
    vec![
        Entry::Begin { action: JournalAction::Create, record: Box::new(record.clone()) },
        Entry::Checkpoint { instance: record.instance.clone(), physical_id: record.physical_id.clone() },
        Entry::Done { record: Box::new(record) },
    ]
}

pub(crate) fn began(number: u64) -> Entry {
    let begun = Begun {
        number,
        author: Author { who: "ada@lab".to_owned(), version: "1.2.3".to_owned() },
        began: Timestamp::from_unix(std::time::Duration::from_secs(1_800_000_000 + number * 60)),
        program: "fhir".to_owned(),
        command: Command::Up,
        plan: Some("5f".repeat(32)),
        planned: Counts::default(),
        data: None,
        losses: Vec::new(),
    };
    Entry::ApplyBegan { apply: Box::new(begun) }
}

pub(crate) fn ended(number: u64, verdict: Verdict) -> Entry {
    let ended = Timestamp::from_unix(std::time::Duration::from_secs(1_800_000_030 + number * 60));
    Entry::ApplyEnded {
        end: Ended { number, ended, verdict, counts: Counts::default(), failures: Vec::new() },
    }
}

/// An apply of `entries`, which ends with `verdict` or never.
pub(crate) fn apply(number: u64, entries: &[Entry], verdict: Option<Verdict>) -> Vec<Entry> {
    let mut all = vec![began(number)];
    all.extend_from_slice(entries);
    all.extend(verdict.map(|verdict| ended(number, verdict)));
    all
}

pub(crate) fn append(store: &LocalStore, entries: &[Entry]) {
    for entry in entries {
        wait(store.append(entry)).unwrap();
    }
}

pub(crate) fn compact(store: &LocalStore) {
    let state = wait(store.load()).unwrap();
    wait(store.compact(&state)).unwrap();
}

/// The states that a journal of `entries` goes through, the first being the snapshot.
pub(crate) fn states(snapshot: &State, entries: &[Entry]) -> Vec<State> {
    let mut states = vec![snapshot.clone()];
    for entry in entries {
        let mut next = states[states.len() - 1].clone();
        next.apply(entry.clone());
        states.push(next);
    }
    states
}

/// Polls all futures until all are done: they are under way at the same time.
pub(crate) async fn join_all<T, F: Future<Output = T>>(futures: Vec<F>) -> Vec<T> {
    let mut waiting: Vec<_> = futures.into_iter().map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        let mut open = false;
        for (future, result) in &mut waiting {
            if result.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(value) => *result = Some(value),
                    std::task::Poll::Pending => open = true,
                }
            }
        }
        if open { std::task::Poll::Pending } else { std::task::Poll::Ready(()) }
    })
    .await;
    waiting.into_iter().filter_map(|(_, result)| result).collect()
}

/// The lines of a file of lines, each with its end.
pub(crate) fn lines(bytes: &[u8]) -> Vec<String> {
    String::from_utf8(bytes.to_vec()).unwrap().split_inclusive('\n').map(str::to_owned).collect()
}

pub(crate) fn exists(path: &FilePath) -> bool {
    fs::metadata(path).is_ok()
}
