//! One schedule: a program, a change of it, and everything that goes wrong on the way.

use std::collections::BTreeSet;
use std::time::Duration;

use ironward_core::clock::Clock;
use ironward_core::program::Program;
use ironward_core::state::Lineage;
use ironward_core::store::StoreError;

use crate::dice::Dice;
use crate::disk::Disk;
use crate::faults::{Faults, Weather};
use crate::handle::pass;
use crate::judge::{Judge, Law, Violation};
use crate::object::Owner;
use crate::process::{Ended, Start, Task, run};
use crate::scenario::Scenario;
use crate::settled;
use crate::sketch::sketch;
use crate::tally::Tally;
use crate::world::{SETTLES, Shared, World};

/// How one schedule went.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Report {
    /// What was counted.
    pub tally: Tally,
    /// The laws that were broken, in order.
    pub violations: Vec<Violation>,
    /// What went wrong, each with the number of its point.
    pub faults: Vec<(u64, String)>,
    /// What happened, where it was asked for.
    pub story: Vec<String>,
}

/// Runs the schedule of a seed. `muted` are points at which nothing shall go wrong; `listens` asks
/// for the story.
#[must_use]
pub fn run_schedule(seed: u64, muted: &BTreeSet<u64>, listens: bool) -> Report {
    match Course::new(seed, muted.clone(), listens) {
        Ok(mut course) => {
            course.go();
            course.report()
        }
        Err(error) => {
            let violation = Violation { law: Law::History, at: Duration::ZERO, message: error.to_string() };
            Report { violations: vec![violation], ..Report::default() }
        }
    }
}

/// How many runs without trouble it may take to get to the end, where there is an excuse.
const RUNS: u32 = 4;

/// What may fail although nothing goes wrong: a declared timeout is too short, or a name becomes
/// free only in the same run.
const EXCUSES: [&str; 4] = ["timeout of 30 s", "after 30 s", "after 31 s", "AlreadyExists"];

/// Takes faults out of a schedule for as long as it still breaks `law`, and returns those that were
/// taken out with the report of what is left.
#[must_use]
pub fn minimise(seed: u64, law: Law) -> (BTreeSet<u64>, Report) {
    let breaks = |report: &Report| report.violations.iter().any(|violation| violation.law == law);
    let mut muted = BTreeSet::new();
    let mut report = run_schedule(seed, &muted, true);
    let mut tried = BTreeSet::new();
    // What is taken out may bring other faults, or none: the points are looked at anew each time.
    while let Some(point) = report.faults.iter().map(|(point, _)| *point).find(|p| tried.insert(*p)) {
        muted.insert(point);
        let without = run_schedule(seed, &muted, true);
        if breaks(&without) {
            report = without;
        } else {
            muted.remove(&point);
        }
    }
    (muted, report)
}

struct Course {
    shared: Shared,
    scenario: Scenario,
    dice: Dice,
    /// When the cloud was last changed outside.
    interfered: Duration,
}

impl Course {
    fn new(seed: u64, muted: BTreeSet<u64>, listens: bool) -> Result<Self, StoreError> {
        let scenario = Scenario::draw(&mut Dice::new(seed, 0));
        let mut dice = Dice::new(seed, 1);
        let disk = Disk::new(&Lineage::from_random([7; 16]), dice.chance(100))?;
        let world = World::new(Faults::new(seed, muted), disk, Judge::new(listens));
        Ok(Self { shared: Shared::new(world), scenario, dice, interfered: Duration::ZERO })
    }

    fn go(&mut self) {
        let (mut first, mut second) = (self.scenario.first(), self.scenario.second());
        let calm = self.dice.chance(600);
        if calm && !self.converge(&mut first, Task::Up) {
            return;
        }
        let rounds = 1 + self.dice.below(3);
        for round in 0..rounds {
            if self.dice.chance(300) {
                self.interfere();
            }
            // A program may change again before it was ever applied to its end.
            let mut careless = self.scenario.careless();
            let program = match self.dice.below(1000) {
                0..80 => &mut careless,
                roll if roll < if calm { 850 } else { 550 } => &mut second,
                _ => &mut first,
            };
            let mut start = Start::fair(Task::Up);
            start.weather = Some(Weather::draw(&mut self.dice));
            start.fuse = self.dice.chance(600).then(|| self.dice.below(150));
            start.cancel = self.dice.chance(50).then(|| 1 + self.dice.below(30));
            if self.dice.chance(40) {
                start.task = self.dice.pick([Task::Refresh, Task::Destroy]);
            }
            let ended = run(&self.shared, program, start);
            if matches!(ended, Ended::Hung) {
                self.breaks(Law::Progress, "the process waits for what will never come".to_owned());
                return;
            }
            if !self.rests() {
                return;
            }
            if round + 1 < rounds || self.dice.chance(500) {
                let gap =
                    if self.dice.chance(500) { self.dice.millis(0, 300) } else { self.dice.millis(0, 9000) };
                pass(&self.shared, gap);
            }
        }
        if self.dice.chance(200) {
            self.interfere();
        }
        self.shared.lock().clear_foreign();
        match self.dice.below(10) {
            0 | 1 => {
                let mut nothing = sketch().done();
                self.converge(&mut nothing, Task::Destroy);
            }
            2 => {
                self.converge(&mut first, Task::Up);
            }
            _ => {
                self.converge(&mut second, Task::Up);
            }
        }
    }

    fn breaks(&mut self, law: Law, message: String) {
        let mut world = self.shared.lock();
        let now = world.time.now;
        world.judge.breaks(law, now, message);
    }

    /// Looks at what must be true between processes; false when it isn't.
    fn rests(&mut self) -> bool {
        let found = settled::at_rest(&self.shared.lock());
        for (law, message) in found {
            self.breaks(law, message);
        }
        self.shared.lock().judge.violations.is_empty()
    }

    /// Changes the cloud behind the engine's back.
    fn interfere(&mut self) {
        self.interfered = self.shared.now();
        for _ in 0..=self.dice.below(2) {
            let mut world = self.shared.lock();
            world.tally.outside += 1;
            let ours: Vec<(String, bool)> = world
                .objects
                .iter()
                .filter_map(|object| match &object.owner {
                    Owner::Ours(instance, _) => {
                        let begun = world.disk.intent(instance).is_some_and(|begun| begun.record.protect);
                        let recorded =
                            world.disk.state.instances().any(|r| r.instance == *instance && r.protect);
                        Some((object.id.clone(), begun || recorded))
                    }
                    Owner::Released | Owner::Foreign => None,
                })
                .collect();
            let target = ours.get(self.dice.index(ours.len().max(1))).cloned();
            let now = world.time.now;
            match (self.dice.below(5), target) {
                (0, Some((id, _))) => {
                    world.judge.tell(now, || format!("outside: {id} vanishes"));
                    world.vanish(&id);
                }
                (1, Some((id, _))) => {
                    world.judge.tell(now, || format!("outside: the size of {id} changes"));
                    world.tamper(&id, "Size", 99.into());
                }
                // What is protected and can't be changed back takes a person.
                (2, Some((id, false))) => {
                    world.judge.tell(now, || format!("outside: the zone of {id} changes"));
                    world.tamper(&id, "Zone", "moon".into());
                }
                (3, Some((id, _))) => {
                    world.judge.tell(now, || format!("outside: {id} gets a tag"));
                    world.tag(&id);
                }
                _ => {
                    world.judge.tell(now, || "outside: someone else makes something".to_owned());
                    self.scenario.plant(&mut world, &mut self.dice);
                }
            }
        }
    }

    /// Runs without trouble until everything is done, and checks that it is. False when it isn't.
    fn converge(&mut self, program: &mut Program, task: Task) -> bool {
        // What others did a moment ago nobody can see.
        pass(&self.shared, SETTLES.saturating_sub(self.shared.now().saturating_sub(self.interfered)));
        // What fails in the end by itself is seen by one run and replaced by the next.
        let doomed = self.shared.lock().objects.iter().any(|object| object.fails);
        let excused = |why: &str| doomed || EXCUSES.iter().any(|excuse| why.contains(excuse));
        let mut runs = RUNS;
        loop {
            let ended = run(&self.shared, program, Start::fair(task));
            runs -= 1;
            if !self.rests() {
                return false;
            }
            match ended {
                Ended::Complete => break,
                Ended::Incomplete(why) if runs > 0 && excused(&why) => {
                    pass(&self.shared, Duration::from_secs(10))
                }
                ended => {
                    self.breaks(Law::Progress, ended.to_string());
                    return false;
                }
            }
        }
        pass(&self.shared, Duration::from_secs(10));
        self.settles(program)
    }

    /// Checks what must be true in the end.
    fn settles(&mut self, program: &mut Program) -> bool {
        let found = settled::differences(&self.shared.lock(), program);
        for (law, message) in found {
            self.breaks(law, message);
        }
        if !self.shared.lock().judge.violations.is_empty() {
            return false;
        }
        match crate::process::plan(&self.shared, program) {
            Ok(None) => {}
            Ok(Some(changes)) => self.breaks(Law::EmptyPlan, changes),
            Err(error) => self.breaks(Law::EmptyPlan, format!("there is no further plan: {error}")),
        }
        self.shared.lock().judge.violations.is_empty()
    }

    fn report(self) -> Report {
        let mut world = self.shared.lock();
        let mut tally = world.tally;
        tally.schedules = 1;
        tally.violations = world.judge.violations.len() as u64;
        let violations = std::mem::take(&mut world.judge.violations);
        let faults = std::mem::take(&mut world.faults.struck);
        let story = world.judge.story();
        Report { tally, violations, faults, story }
    }
}
