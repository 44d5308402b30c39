//! What an operation costs in a small and in a large state: the same.

use std::fs;

use ironward_core::history::Verdict;
use ironward_core::state::Entry;
use ironward_core::store::StateStore;

use crate::world::{FILES, World, append, apply, compact, join_all, life, runtime, wait};

/// The bytes of the snapshot, and what one whole apply adds to journal and history, in a state of so
/// many resources.
fn growth(resources: usize) -> (usize, u64, u64) {
    let world = World::sealed();
    let store = world.open();
    let names: Vec<String> = (0..resources).map(|number| format!("r{number:05}")).collect();
    let entries: Vec<Entry> = names
        .iter()
        .flat_map(|name| life(name))
        .filter(|entry| !matches!(entry, Entry::Checkpoint { .. }))
        .collect();
    runtime().block_on(async {
        for result in join_all(entries.iter().map(|entry| store.append(entry)).collect()).await {
            result.unwrap();
        }
    });
    assert_eq!(wait(store.load()).unwrap().resources.len(), resources);
    compact(&store);
    let size = |name: &str| fs::metadata(world.file(name)).unwrap().len();
    let (snapshot, journal, history) =
        (world.read("state.json"), size("journal.jsonl"), size("history.jsonl"));
    append(&store, &apply(1, &life("r00000"), Some(Verdict::Succeeded)));
    assert!(world.read("state.json") == snapshot, "the snapshot was written again");
    let names: Vec<_> = fs::read_dir(world.dir()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), FILES.len() + 1, "an apply left other files: {names:?}");
    (snapshot.len(), size("journal.jsonl") - journal, size("history.jsonl") - history)
}

#[test]
fn an_operation_costs_the_same_with_ten_and_with_ten_thousand_resources() {
    let (small, large) = (growth(10), growth(10_000));
    assert!(large.0 > 500 * small.0, "{small:?} {large:?}");
    // Each of the five numbers of entries has some digits more.
    assert!(large.1 <= small.1 + 5 * 4, "{small:?} {large:?}");
    assert!(large.2 <= small.2 + 16, "{small:?} {large:?}");
}
