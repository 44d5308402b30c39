//! One schedule: a program, a change of it, and everything that goes wrong on the way.

use std::collections::BTreeSet;
use std::time::Duration;

use ironward_core::clock::Clock;
use ironward_core::consent::{Consent, DataValue, Paths};
use ironward_core::program::{Program, Resource};
use ironward_core::state::Lineage;
use ironward_core::store::StoreError;

use crate::dice::Dice;
use crate::disk::Disk;
use crate::faults::{Blow, Faults, Weather};
use crate::handle::pass;
use crate::judge::{Judge, Law, Violation};
use crate::lease::Lease;
use crate::mistakes;
use crate::object::Owner;
use crate::offers::{self, take_up_again};
use crate::process::{Ended, Ran, Start, Suspended, Task, run};
use crate::remedies::Heeds;
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

/// What a failure says when the time that its resource declares is over. When it says so depends
/// on how long the last look took.
const OVERTIME: [&str; 3] = ["longer than its timeout", "wasn't ready after", "wasn't gone after"];

/// Whether `why` tells of something that may fail although nothing goes wrong: a declared timeout is
/// too short.
fn excused(program: &Program, why: &str) -> bool {
    let hurried = |resource: &Resource| {
        let begins = format!("{}`: ", resource.path);
        let mut failed = why.split(" of `").filter(|failure| failure.starts_with(&begins));
        let overtime = |failure: &str| OVERTIME.iter().any(|text| failure.contains(text));
        resource.options.timeout.is_some() && failed.any(overtime)
    };
    // What is pending deletion can't be looked at before it is brought back.
    let unseen = why.contains("restore of `") && why.contains("turned out to need a replacement");
    unseen || program.resources.values().any(hurried)
}

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
    /// For what somebody gets wrong.
    slips: Dice,
    /// When the cloud was last changed outside.
    interfered: Duration,
    /// A process that is paused.
    asleep: Option<Box<Suspended>>,
    /// What the data of the stack is said to be worth.
    data: DataValue,
}

impl Course {
    fn new(seed: u64, muted: BTreeSet<u64>, listens: bool) -> Result<Self, StoreError> {
        let scenario = Scenario::draw(&mut Dice::new(seed, 0));
        let mut dice = Dice::new(seed, 1);
        let disk = Disk::new(&Lineage::from_random([7; 16]), dice.chance(100))?;
        let lease = dice.chance(300).then(Lease::default);
        let data = if dice.chance(80) { DataValue::Disposable } else { DataValue::Kept };
        let world = World::new(Faults::new(seed, muted), disk, lease, Judge::new(listens));
        Ok(Self {
            shared: Shared::new(world),
            scenario,
            dice,
            slips: Dice::new(seed, 2),
            interfered: Duration::ZERO,
            asleep: None,
            data,
        })
    }

    fn go(&mut self) {
        let (mut first, mut second) = (self.scenario.first(), self.scenario.second());
        self.shared.lock().texts = vec![first.clone(), second.clone()];
        self.offer(&first);
        let calm = self.dice.chance(600);
        if calm {
            let imports = self.scenario.imports(&first);
            if !imports.is_empty() && self.dice.chance(500) {
                self.process(&mut first, Start { imports, data: self.data, ..Start::fair(Task::Import) });
            }
            self.clear_foreign(&first);
            if !self.converge(&mut first, Task::Up) {
                return;
            }
        }
        self.offer(&second);
        let rounds = 1 + self.dice.below(3);
        for round in 0..rounds {
            // Whoever goes on after a pause finds what it looked at before.
            let overtaken = self.asleep.as_ref().is_none_or(|asleep| asleep.is_overtaken(&self.shared));
            if self.dice.chance(300) && overtaken {
                self.interfere();
            }
            // A program may change again before it was ever applied to its end.
            let mut careless = self.scenario.careless();
            let program = match self.dice.below(1000) {
                0..80 => &mut careless,
                roll if roll < if calm { 850 } else { 550 } => &mut second,
                _ => &mut first,
            };
            mistakes::make(program, &mut self.slips);
            let start = self.start(program);
            let ended = self.process(program, start);
            if matches!(ended, Some(Ended::Hung)) {
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
            if self.dice.chance(300) && !self.wake() {
                return;
            }
        }
        if self.dice.chance(200) && self.asleep.is_none() {
            self.interfere();
        }
        match self.dice.below(10) {
            0 | 1 => {
                let mut nothing = sketch().done();
                self.clear_foreign(&nothing);
                self.converge(&mut nothing, Task::Destroy);
            }
            2 => {
                self.clear_foreign(&first);
                self.converge(&mut first, Task::Up);
            }
            _ => {
                self.clear_foreign(&second);
                self.converge(&mut second, Task::Up);
            }
        }
    }

    /// How the next process is started, and what shall happen to it.
    fn start(&mut self, program: &mut Program) -> Start {
        let dice = &mut self.dice;
        let mut start = Start::fair(Task::Up);
        start.weather = Some(Weather::draw(dice));
        start.fuse = dice.chance(600).then(|| (dice.below(150), Blow::Kill));
        start.cancel = dice.chance(50).then(|| 1 + dice.below(30));
        start.rollback = dice.chance(300).then(|| dice.chance(500));
        start.heeds = dice.pick([
            Heeds::InCode,
            Heeds::InCode,
            Heeds::ByCommand,
            Heeds::ByCommand,
            Heeds::Guarding,
            Heeds::Guarding,
            Heeds::Not,
        ]);
        if dice.chance(60) {
            start.consents.extend(Paths::parse("**").map(Consent::by_command));
        }
        start.data = if dice.chance(30) { DataValue::Disposable } else { self.data };
        if dice.chance(40) {
            start.task = dice.pick([Task::Refresh, Task::Destroy]);
        }
        let imports = self.scenario.imports(program);
        if !imports.is_empty() && dice.chance(200) {
            (start.task, start.imports) = (Task::Import, imports);
        }
        let pauses = dice.chance(500);
        let world = self.shared.lock();
        if pauses && world.lease.is_some() && self.asleep.is_none() {
            start.fuse = Some((dice.below(150), Blow::Pause));
        }
        if dice.chance(300) {
            take_up_again(&world, program);
        }
        start
    }

    /// Runs a process until it ends; nothing, when it is paused.
    fn process(&mut self, program: &mut Program, start: Start) -> Option<Ended> {
        match run(&self.shared, program, start) {
            Ran::Ended(ended) => Some(ended),
            Ran::Paused(asleep) => {
                self.asleep = Some(asleep);
                None
            }
        }
    }

    /// Lets a paused process go on, if there is one; false when something is wrong then.
    fn wake(&mut self) -> bool {
        let Some(asleep) = self.asleep.take() else { return true };
        let time =
            if self.dice.chance(500) { self.dice.millis(0, 2000) } else { self.dice.millis(0, 60_000) };
        pass(&self.shared, time);
        if matches!(asleep.wake(&self.shared), Ended::Hung) {
            self.breaks(Law::Progress, "the process waits for what will never come".to_owned());
        }
        self.rests()
    }

    /// Somebody makes what a program takes over.
    fn offer(&mut self, program: &Program) {
        let mut world = self.shared.lock();
        self.scenario.offer(&mut world, program, &mut self.dice);
    }

    /// Takes away what others made and a program doesn't take over.
    fn clear_foreign(&mut self, program: &Program) {
        let mut world = self.shared.lock();
        let open = offers::open(&world, program);
        world.clear_foreign(&open);
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
                    Owner::Released(_) | Owner::Foreign => None,
                })
                .collect();
            let target = ours.get(self.dice.index(ours.len().max(1))).cloned();
            let now = world.time.now;
            match (self.dice.below(6), target) {
                (5, Some((id, _))) => {
                    if world.reserve(&id) {
                        world.judge.tell(now, || format!("outside: {id} is scheduled for deletion"));
                    }
                }
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
        // A call of a former holder may arrive only then.
        let doomed = |world: &World| world.objects.iter().any(|object| object.fails);
        let mut excuse = doomed(&self.shared.lock());
        let mut runs = RUNS;
        loop {
            self.clear_foreign(program);
            let start = Start { data: self.data, ..Start::fair(task) };
            let Some(ended) = self.process(program, start) else { return false };
            runs -= 1;
            excuse |= doomed(&self.shared.lock());
            if !self.rests() || !self.wake() {
                return false;
            }
            match ended {
                Ended::Complete => break,
                Ended::Incomplete(why) if runs > 0 && self.clears(&why) => {}
                Ended::Incomplete(why) if runs > 0 && (excuse || self.excused(program, &why)) => {
                    pass(&self.shared, Duration::from_secs(10))
                }
                // Nobody goes back that far: what each change needs first was never applied to its end.
                Ended::Stopped(why) if why.contains(crate::process::TANGLED) => {
                    self.shared.lock().tally.tangled += 1;
                    return false;
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

    /// Whether what an earlier run let go of was in the way. Somebody takes it away.
    fn clears(&mut self, why: &str) -> bool {
        let mut world = self.shared.lock();
        let released = world.objects.iter().any(|object| matches!(object.owner, Owner::Released(_)));
        let blocked = why.contains("is there already") || why.contains("has that already");
        if released && blocked && !why.contains("in this very run") {
            world.clear_released();
            return true;
        }
        false
    }

    /// Whether the program excuses a failure, or one that was run on the way to it and whose own time is named.
    fn excused(&self, program: &Program, why: &str) -> bool {
        let named = |program: &Program| {
            let mut times = program.resources.values().filter_map(|resource| resource.options.timeout);
            times.any(|time| why.contains(&format!("after {} s", time.as_secs())))
        };
        let before = [self.scenario.first(), self.scenario.second()];
        excused(program, why) || before.iter().any(|before| named(before) && excused(before, why))
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
        match crate::process::plan(&self.shared, program, self.data) {
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
