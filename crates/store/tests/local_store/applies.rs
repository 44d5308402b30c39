//! The history, its chain, and what `verify` says.

use ironward_core::history::Verdict;
use ironward_core::store::StateStore;

use crate::world::{World, append, apply, compact, life, lines, wait};

fn verdicts(world: &World) -> Vec<(u64, Verdict)> {
    let history = wait(world.open().history()).unwrap();
    history.iter().map(|apply| (apply.begun.number, apply.verdict)).collect()
}

#[test]
fn history_outlives_compaction_and_is_only_appended_to() {
    for world in World::both() {
        let store = world.open();
        let mut before = Vec::new();
        for number in 1..=5 {
            append(&store, &apply(number, &life(&format!("r{number}")), Some(Verdict::Succeeded)));
            compact(&store);
            let now = world.read("history.jsonl");
            assert!(now.starts_with(&before) && now.len() > before.len());
            before = now;
        }
        drop(store);
        assert_eq!(verdicts(&world), (1..=5).map(|n| (n, Verdict::Succeeded)).collect::<Vec<_>>());
    }
}

#[test]
fn an_apply_that_never_ended_is_interrupted_once_another_begins() {
    let world = World::sealed();
    append(&world.open(), &apply(1, &life("a")[..1], None));
    assert_eq!(verdicts(&world), []);
    assert_eq!(world.load().running.unwrap().number, 1);
    // The intent is settled, and the state is compacted, before the next apply begins.
    let store = world.open();
    append(&store, &life("a")[2..]);
    compact(&store);
    drop(store);
    append(&world.open(), &apply(2, &life("b"), Some(Verdict::Succeeded)));
    assert_eq!(verdicts(&world), [(1, Verdict::Interrupted), (2, Verdict::Succeeded)]);
    assert!(world.load().running.is_none());
}

#[test]
fn what_a_crash_kept_out_of_the_history_is_caught_up() {
    let world = World::anchored(true);
    let store = world.open();
    append(&store, &apply(1, &life("a"), Some(Verdict::Failed)));
    drop(store);
    let whole = lines(&world.read("history.jsonl"));
    world.write("history.jsonl", &whole[0]);
    // The anchor was not put yet either.
    std::fs::remove_file(world.anchor_file()).unwrap();
    assert_eq!(verdicts(&world), [(1, Verdict::Failed)]);
    assert_eq!(lines(&world.read("history.jsonl")).len(), 2);
}

#[test]
fn applies_that_leave_move_or_change_are_named() {
    for world in World::both() {
        let store = world.open();
        for number in 1..=3 {
            append(&store, &apply(number, &life(&format!("r{number}")), Some(Verdict::Succeeded)));
        }
        compact(&store);
        drop(store);
        let whole = lines(&world.read("history.jsonl"));
        let write = |order: &[usize]| {
            let text: String = order.iter().map(|index| whole[*index].as_str()).collect();
            world.write("history.jsonl", text);
        };
        write(&[0, 1, 3]);
        world.refused("history.jsonl:3", "this is apply 3, and apply 2 should stand here");
        write(&[0, 2, 1, 3]);
        world.refused("history.jsonl:2", "this is apply 2, and apply 1");
        write(&[0, 1, 2]);
        world.refused("history.jsonl", "ends with apply 2, and the snapshot knows 3");
        write(&[0]);
        world.refused("history.jsonl", "ends with apply 0");
        write(&[0, 1, 2, 3]);
        assert_eq!(world.load().applies, 3);
    }
}

#[test]
fn a_journal_that_is_cut_below_the_history_is_refused() {
    for world in World::both() {
        world.fill(&apply(2, &life("second"), Some(Verdict::Succeeded)));
        let whole = lines(&world.read("journal.jsonl"));
        // The end of the apply is gone from the journal, and the history has it.
        world.write("journal.jsonl", whole[..whole.len() - 1].concat());
        world.refused("history.jsonl", "the journal's end was cut off");
    }
}

#[test]
fn verify_says_what_is_proven_and_what_is_not() {
    let world = World::anchored(true);
    world.fill(&apply(2, &life("second"), Some(Verdict::Failed)));
    let proof = wait(world.open().verify()).unwrap();
    assert_eq!(
        proof.proven(),
        [
            "2 applies, unbroken since 2027-01-15T08:01:00Z",
            "the state is at serial 10; the last 5 operations were checked one by one",
            "the anchor at apply 2, serial 10, fits",
        ]
    );
    assert_eq!(proof.unproven(), Vec::<String>::new());
    append(&world.open(), &apply(3, &life("third"), None));
    let proof = wait(world.open().verify()).unwrap();
    assert_eq!(
        proof.unproven(),
        [
            "of the 3 operations after the anchor, a cut end can't be seen until the apply ends",
            "apply 3 began and hasn't ended",
        ]
    );
}

#[test]
fn verify_is_honest_without_key_and_anchor() {
    let world = World::plain();
    assert_eq!(wait(world.open().verify()).unwrap().proven()[0], "no apply was concluded yet");
    world.fill(&[]);
    let unproven = wait(world.open().verify()).unwrap().unproven();
    assert_eq!(unproven.len(), 2);
    assert!(unproven[0].contains("without an anchor") && unproven[1].contains("isn't encrypted"));
    let world = World::sealed();
    world.fill(&[]);
    let proof = wait(world.open().verify()).unwrap();
    assert!(proof.keyed && proof.anchor.is_none());
    assert_eq!(proof.unproven().len(), 1);
}
