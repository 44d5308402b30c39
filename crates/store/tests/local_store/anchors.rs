//! Old and rewritten states are refused, and a lagging anchor never is.

use std::fs;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use ironward_core::clock::Timestamp;
use ironward_core::history::{Author, Command, Verdict};
use ironward_core::state::{Entry, Lineage};
use ironward_core::store::{StateStore, StoreError, StoreErrorKind};
use ironward_store::anchor::{Anchor, Head, MemoryAnchor};
use ironward_store::{LocalStore, Options};

use crate::world::{World, append, apply, compact, life, wait};

fn accept(world: &World) -> LocalStore {
    let author = Author { who: "ada@lab".to_owned(), version: String::new() };
    let now = Timestamp::from_unix(Duration::from_secs(1_900_000_000));
    wait(LocalStore::accept(world.dir(), world.options(), author, now)).unwrap()
}

/// What a crash may leave: the files after every single write, with the anchor of that moment.
type Moment = (Vec<(&'static str, Vec<u8>)>, Option<Vec<u8>>, u64);

fn lifetime(world: &World) -> Vec<Moment> {
    let mut moments = Vec::new();
    let steps: Vec<Vec<Entry>> = vec![
        apply(1, &life("a"), Some(Verdict::Succeeded)),
        apply(2, &life("b")[..2], None),
        life("b")[2..].to_vec(),
        apply(3, &life("c"), Some(Verdict::Failed)),
    ];
    let mut keep = |store: &LocalStore| {
        let state = wait(store.load()).unwrap();
        moments.push((world.copy(), fs::read(world.anchor_file()).ok(), state.serial));
    };
    for step in steps {
        let store = world.open();
        keep(&store);
        for entry in step {
            append(&store, &[entry]);
            keep(&store);
        }
        compact(&store);
        keep(&store);
    }
    moments
}

#[test]
fn an_older_anchor_fits_every_later_state_and_a_newer_one_none_before_it() {
    for sealed in [true, false] {
        let world = World::anchored(sealed);
        let moments = lifetime(&world);
        for (at, (files, _, serial)) in moments.iter().enumerate() {
            for (other, (_, anchor, _)) in moments.iter().enumerate() {
                let anchor = anchor.as_ref().unwrap();
                let anchored = Head::decode(anchor).unwrap();
                world.restore(files);
                fs::write(world.anchor_file(), anchor).unwrap();
                let result = world.try_load();
                if anchored.serial <= *serial {
                    assert_eq!(result.unwrap().serial, *serial, "state {at}, anchor {other}");
                    // It was moved along.
                    let now = Head::decode(&fs::read(world.anchor_file()).unwrap()).unwrap();
                    assert!(now.serial >= anchored.serial && now.serial <= *serial);
                } else {
                    let error = result.expect_err(&format!("state {at}, anchor {other}"));
                    assert!(error.to_string().contains("old copy"), "{error}");
                    assert!(error.hint().unwrap().contains("state accept"));
                    assert_eq!(&fs::read(world.anchor_file()).unwrap(), anchor, "the anchor was moved back");
                    assert_eq!(&world.copy(), files, "a refused state was touched");
                }
            }
        }
    }
}

#[test]
fn another_past_is_refused() {
    for sealed in [true, false] {
        let world = World::anchored(sealed);
        world.fill(&[]);
        let fork = world.copy();
        append(&world.open(), &apply(2, &life("second"), Some(Verdict::Succeeded)));
        let anchor = fs::read(world.anchor_file()).unwrap();
        // With the same keys, from the same past, and longer than what was anchored.
        world.restore(&fork);
        fs::remove_file(world.anchor_file()).unwrap();
        append(&world.open(), &apply(2, &life("other"), Some(Verdict::Succeeded)));
        append(&world.open(), &apply(3, &life("third"), Some(Verdict::Succeeded)));
        for compacted in [false, true] {
            if compacted {
                compact(&world.open());
            }
            fs::write(world.anchor_file(), &anchor).unwrap();
            world.refused("state/fhir", "the state was rewritten");
            fs::remove_file(world.anchor_file()).unwrap();
        }
    }
}

#[test]
fn an_apply_that_is_rewritten_with_the_key_in_hand_is_noticed() {
    // The chain of operations stays as it is; of the history, one apply says something else.
    use ironward_store::codec::{history, snapshot};
    let world = World::anchored(true);
    world.fill(&[]);
    let vault = world.vault();
    let mut forged = snapshot::read(&vault, &world.read("state.json")).unwrap();
    let written = history::read(&vault, &world.read("history.jsonl")).unwrap();
    let mut record = written.records[0].0.clone();
    record.apply.begun.author.who = "eve@lab".to_owned();
    let (line, mark) = history::line(&vault, &written.after, &record).unwrap();
    forged.history = mark;
    world.write("history.jsonl", history::header(&vault, 0) + &line);
    world.write("state.json", snapshot::write(&vault, &forged).unwrap());
    world.refused("state/fhir", "the state was rewritten");
    fs::remove_file(world.anchor_file()).unwrap();
    assert_eq!(wait(world.open().history()).unwrap()[0].begun.author.who, "eve@lab", "only the anchor tells");
}

#[test]
fn a_restored_backup_is_accepted_on_purpose_and_its_rival_refused_from_then_on() {
    let world = World::anchored(true);
    world.fill(&[]);
    let backup = world.copy();
    append(&world.open(), &apply(2, &life("second"), Some(Verdict::Succeeded)));
    let newest = world.copy();
    world.restore(&backup);
    world.refused("state/fhir", "this is an old copy of the state: it has serial 5 and 1 concluded applies");
    let store = accept(&world);
    drop(store);
    let history = wait(world.open().history()).unwrap();
    let last = history.last().unwrap();
    assert_eq!((last.begun.number, last.begun.command), (2, Command::Accept));
    assert_eq!(last.begun.author.who, "ada@lab");
    world.restore(&newest);
    world.refused("state/fhir", "rewritten");
    // Accepting doesn't take what is damaged.
    let text = String::from_utf8(world.read("state.json")).unwrap();
    world.write("state.json", text.replacen("\"digest\":\"", "\"digest\":\"0", 1));
    let author = Author::default();
    let result = wait(LocalStore::accept(world.dir(), world.options(), author, Timestamp::default()));
    assert!(result.is_err());
}

#[test]
fn a_state_that_vanished_is_not_begun_anew() {
    let world = World::anchored(true);
    world.fill(&[]);
    for name in ["state.json", "journal.jsonl", "history.jsonl"] {
        fs::remove_file(world.file(name)).unwrap();
    }
    world.refused("state/fhir", "old copy");
}

/// Fails to put while told so.
#[derive(Default)]
struct Unsteady {
    memory: MemoryAnchor,
    down: Mutex<bool>,
}

#[async_trait]
impl Anchor for Unsteady {
    fn place(&self, lineage: &Lineage) -> String {
        self.memory.place(lineage)
    }

    async fn get(&self, lineage: &Lineage) -> Result<Option<Head>, StoreError> {
        self.memory.get(lineage).await
    }

    async fn put(&self, head: &Head) -> Result<(), StoreError> {
        if *self.down.lock().unwrap() {
            return Err(StoreError::new(StoreErrorKind::Unreachable, "the anchor can't be written"));
        }
        self.memory.put(head).await
    }
}

#[test]
fn an_anchor_that_cannot_be_written_stops_the_apply_and_lags_only() {
    let world = World::sealed();
    let anchor = Arc::new(Unsteady::default());
    let options = || {
        Options::new("test", world.protection())
            .with_lineage(world.seed)
            .with_anchor(Arc::clone(&anchor) as _)
    };
    let store = wait(LocalStore::open(world.dir(), options())).unwrap();
    *anchor.down.lock().unwrap() = true;
    let error = wait(store.append(&apply(1, &[], None)[0])).unwrap_err();
    assert!(error.to_string().contains("anchor"));
    drop(store);
    *anchor.down.lock().unwrap() = false;
    let store = wait(LocalStore::open(world.dir(), options())).unwrap();
    let head = wait(anchor.get(store.vault().lineage())).unwrap().unwrap();
    assert_eq!(head.serial, 1);
}
