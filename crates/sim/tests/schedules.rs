//! Schedules hold every law, and a seed always tells the same story. `cargo xtask sim` runs more of
//! them, faster.

use ironward_sim::{Tally, minimise, run_schedule};

/// Unoptimised code runs some tens in a second; `cargo xtask test` runs 10,000 with optimised code.
const SCHEDULES: u64 = 400;

#[test]
fn every_law_holds() {
    let mut total = Tally::default();
    for seed in 1..=SCHEDULES {
        let report = run_schedule(seed, &[].into(), false);
        if let Some(violation) = report.violations.first() {
            let (_, report) = minimise(seed, violation.law);
            let story = report.story.join("\n");
            panic!("{story}\n{violation}\nall of it: cargo xtask sim --seed {seed} --story");
        }
        total += report.tally;
    }
    // What never happens proves nothing.
    let rare = ["violations", "given up"];
    let idle: Vec<_> =
        total.rows().into_iter().filter(|(name, count)| *count == 0 && !rare.contains(name)).collect();
    assert!(idle.is_empty(), "these never happened: {idle:?}");
}

#[test]
fn a_seed_tells_the_same_story_every_time() {
    for seed in 1..=20 {
        let (one, two) = (run_schedule(seed, &[].into(), true), run_schedule(seed, &[].into(), true));
        assert!(!one.story.is_empty());
        assert_eq!(one.story, two.story, "seed {seed}");
        assert_eq!(one.tally, two.tally, "seed {seed}");
    }
}

#[test]
fn a_fault_can_be_taken_out_of_a_schedule() {
    let seed = (1..).find(|seed| !run_schedule(*seed, &[].into(), false).faults.is_empty());
    let seed = seed.expect("some schedule has a fault");
    let faults = run_schedule(seed, &[].into(), false).faults;
    let (point, _) = faults[0];
    let without = run_schedule(seed, &[point].into(), false);
    assert!(without.faults.iter().all(|(other, _)| *other != point));
    assert!(without.violations.is_empty());
}
