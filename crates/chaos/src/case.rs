//! One case: a command that is killed, the same command again, and what is there then.

use std::fmt;
use std::str::FromStr;
use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::census::{Census, compare};
use crate::proxy::Disturbance;
use crate::stage::{Ended, Moment, Scene, Stage};

/// A command that is disturbed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The first `up` of an empty account.
    Up,
    /// The `up` of the second program, in which declarations move to other paths.
    Move,
    /// The `destroy` of everything.
    Destroy,
}

impl Step {
    fn typed(self) -> &'static str {
        match self {
            Self::Up | Self::Move => "up --yes",
            Self::Destroy => "destroy --yes --lift-protection",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Move => "move",
            Self::Destroy => "destroy",
        }
    }
}

/// When a program dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Before its request reaches the cloud.
    Before,
    /// After the request had its effect, and before the response comes back.
    During,
    /// As soon as it has the response.
    After,
    /// As soon as a line of its journal is seen.
    Write,
}

impl Phase {
    /// Every phase, in the order of the report.
    pub const ALL: [Self; 4] = [Self::Before, Self::During, Self::After, Self::Write];

    /// Its name in a case's.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::During => "during",
            Self::After => "after",
            Self::Write => "write",
        }
    }
}

/// A moment that no number finds: the program is killed when its output says something.
#[derive(Debug, PartialEq, Eq)]
pub struct Aim {
    /// What the case is called.
    name: &'static str,
    /// The command that is killed.
    step: Step,
    /// The words, with single spaces between them, of a line of its output.
    says: &'static str,
}

/// The moments that every test run aims at.
const AIMS: &[Aim] = &[Aim {
    // The key of the final snapshot isn't the next run's to delete.
    name: "final-snapshot",
    step: Step::Destroy,
    says: "done fhir/database/instance delete",
}];

/// A case; written as `up:217:after`, `aimed:final-snapshot` or `faults:5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// SIGKILL at a moment that the program's output tells.
    Aimed(&'static Aim),
    /// SIGKILL at the call, or the line of the journal, with this number, counted from 1.
    Kill(Step, usize, Phase),
    /// `up` and `destroy` among throttles, lost responses and 503s, from this seed.
    Faults(u64),
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Aimed(aim) => write!(f, "aimed:{}", aim.name),
            Self::Kill(step, at, phase) => write!(f, "{}:{at}:{}", step.name(), phase.name()),
            Self::Faults(seed) => write!(f, "faults:{seed}"),
        }
    }
}

impl FromStr for Case {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let unknown = || Error::Name(name.into());
        let parts: Vec<&str> = name.split(':').collect();
        match parts[..] {
            ["aimed", name] => {
                let aim = AIMS.iter().find(|aim| aim.name == name);
                Ok(Self::Aimed(aim.ok_or_else(unknown)?))
            }
            ["faults", seed] => Ok(Self::Faults(seed.parse().map_err(|_| unknown())?)),
            [step, at, phase] => {
                let step =
                    [Step::Up, Step::Move, Step::Destroy].into_iter().find(|known| known.name() == step);
                let phase = Phase::ALL.into_iter().find(|known| known.name() == phase);
                let at = at.parse().map_err(|_| unknown())?;
                Ok(Self::Kill(step.ok_or_else(unknown)?, at, phase.ok_or_else(unknown)?))
            }
            _ => Err(unknown()),
        }
    }
}

/// What runs that nobody disturbs do; what there is to kill, and what cases are compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    /// Calls and lines of the journal of `up`.
    pub up: (usize, usize),
    /// Those of `destroy`.
    pub destroy: (usize, usize),
    /// What is there between the two.
    pub standing: Census,
    /// What is there in the end: what an account has by default, and what can't be deleted at once.
    pub gone: Census,
    /// The same of the program that moves, where there is one.
    #[serde(default)]
    pub moves: Option<Moves>,
}

/// What an undisturbed run of the program that moves does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moves {
    /// Calls and lines of the journal of the `up` that moves.
    pub run: (usize, usize),
    /// What is there before.
    pub before: Census,
    /// What is there after.
    pub standing: Census,
    /// What is there in the end.
    pub gone: Census,
}

impl Moves {
    /// Runs the program that moves without disturbing it, from its first `up` to its end.
    ///
    /// # Errors
    ///
    /// If one of its runs fails.
    pub async fn take(stage: &Stage) -> Result<Self, Error> {
        let scene = stage.set().await?;
        undisturbed(&scene, Step::Up).await?;
        let before = scene.count().await?;
        let run = undisturbed(&scene, Step::Move).await?;
        let standing = scene.count().await?;
        undisturbed(&scene, Step::Destroy).await?;
        let gone = scene.count().await?;
        Ok(Self { run: (run.calls, run.lines), before, standing, gone })
    }

    /// What the program declares before and after: it may be absent at no instant in between.
    fn all_along(&self) -> Census {
        let kept = self.before.iter().filter_map(|(kind, count)| {
            let after = self.standing.get(kind)?;
            Some((kind.clone(), *count.min(after)))
        });
        kept.collect()
    }
}

impl Baseline {
    /// Runs `up` and `destroy` once without disturbing them; the program that moves isn't run.
    ///
    /// # Errors
    ///
    /// If one of them fails.
    pub async fn take(stage: &Stage) -> Result<Self, Error> {
        let scene = stage.set().await?;
        let up = undisturbed(&scene, Step::Up).await?;
        let standing = scene.count().await?;
        let destroy = undisturbed(&scene, Step::Destroy).await?;
        let gone = scene.count().await?;
        Ok(Self {
            up: (up.calls, up.lines),
            destroy: (destroy.calls, destroy.lines),
            standing,
            gone,
            moves: None,
        })
    }

    /// Every kill point, in an order whose beginnings are spread evenly over the whole.
    #[must_use]
    pub fn cases(&self, seed: u64) -> Vec<Case> {
        spread(seed, &[(Step::Up, self.up), (Step::Destroy, self.destroy)])
    }

    /// Every kill point of the run that moves, in such an order.
    #[must_use]
    pub fn moving_cases(&self, seed: u64) -> Vec<Case> {
        self.moves.as_ref().map(|moves| spread(seed, &[(Step::Move, moves.run)])).unwrap_or_default()
    }
}

fn spread(seed: u64, steps: &[(Step, (usize, usize))]) -> Vec<Case> {
    let mut cases = Vec::new();
    for (step, (calls, lines)) in steps {
        for at in 1..=*calls {
            let phases = [Phase::Before, Phase::During, Phase::After];
            cases.extend(phases.map(|phase| Case::Kill(*step, at, phase)));
        }
        cases.extend((1..=*lines).map(|at| Case::Kill(*step, at, Phase::Write)));
    }
    // Multiples of the golden ratio fall evenly into the unit interval, however many are taken.
    let mut keyed: Vec<_> =
        (seed..).map(|index| index.wrapping_mul(0x9E37_79B9_7F4A_7C15)).zip(cases).collect();
    keyed.sort_by_key(|(key, _)| *key);
    keyed.into_iter().map(|(_, case)| case).collect()
}

async fn undisturbed(scene: &Scene<'_>, step: Step) -> Result<Ended, Error> {
    scene.move_house(step);
    let ended = scene.run(step.typed()).await?;
    if ended.code == Some(0) {
        Ok(ended)
    } else {
        Err(Error::Undisturbed { command: step.typed().into(), said: ended.tail() })
    }
}

/// What became of a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Its name.
    pub case: String,
    /// Whether the program was killed; one that makes fewer calls than the baseline ends before.
    pub killed: bool,
    /// What went wrong, unless it converged.
    pub trouble: Option<String>,
    /// What exists more often than it is declared.
    pub duplicates: Vec<String>,
    /// What is left after the stack was destroyed.
    pub orphans: Vec<String>,
    /// How long the case took.
    pub seconds: f64,
}

impl Outcome {
    /// The outcome of a case of which nothing is known yet.
    fn of(case: Case) -> Self {
        Self {
            case: case.to_string(),
            killed: false,
            trouble: None,
            duplicates: Vec::new(),
            orphans: Vec::new(),
            seconds: 0.0,
        }
    }

    /// Adds what went wrong, if it did.
    fn complain(&mut self, trouble: Option<String>) {
        let all: Vec<String> = self.trouble.take().into_iter().chain(trouble).collect();
        self.trouble = (!all.is_empty()).then(|| all.join("\n"));
    }

    /// Whether it converged, without an orphan and without a duplicate.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.trouble.is_none() && self.duplicates.is_empty() && self.orphans.is_empty()
    }
}

impl Case {
    /// The cases that every run has, however few are drawn.
    pub fn aimed() -> impl Iterator<Item = Self> {
        AIMS.iter().map(Self::Aimed)
    }

    /// What of this case is done to a step.
    fn disturbs(self, step: Step) -> bool {
        match self {
            Self::Kill(of, ..) => of == step,
            Self::Aimed(aim) => aim.step == step,
            Self::Faults(_) => true,
        }
    }

    /// Whether it is of the program that moves.
    #[must_use]
    pub fn moves(self) -> bool {
        matches!(self, Self::Kill(Step::Move, ..))
    }

    /// Whether both can be played on one scene: a kill of `up` and, once that was put right, one of
    /// `destroy`.
    #[must_use]
    pub fn goes_with(self, other: Self) -> bool {
        let one_life = !self.moves() && !other.moves();
        one_life && matches!((self, other), (Self::Kill(one, ..), Self::Kill(two, ..)) if one != two)
    }
}

/// Runs a case, or two that [go together](Case::goes_with), from empty emulators to empty emulators.
///
/// # Errors
///
/// If the harness can't go on; what the program does wrong is in the outcomes, one for each case.
pub async fn run(stage: &Stage, cases: &[Case], baseline: &Baseline) -> Result<Vec<Outcome>, Error> {
    if let ([case], Some(moves)) = (cases, &baseline.moves)
        && case.moves()
    {
        return Ok(vec![run_move(stage, *case, moves).await?]);
    }
    let started = Instant::now();
    let scene = stage.set().await?;
    let mut outcomes: Vec<Outcome> = cases.iter().map(|case| Outcome::of(*case)).collect();
    for step in [Step::Up, Step::Destroy] {
        let Some(index) = cases.iter().position(|case| case.disturbs(step)) else {
            let ended = scene.run(step.typed()).await?;
            outcomes.iter_mut().for_each(|outcome| outcome.complain(refused(step.typed(), &ended)));
            continue;
        };
        let outcome = &mut outcomes[index];
        play(&scene, step, cases[index], outcome).await?;
        if step == Step::Up {
            look_at_standing(&scene, &baseline.standing, outcome).await?;
        }
    }
    // Of two cases either may have left it: each is run by itself then.
    let (more, fewer) = compare(&scene.count().await?, &baseline.gone);
    for outcome in &mut outcomes {
        outcome.orphans.clone_from(&more);
        outcome.complain(missing("after destroy", &fewer));
        outcome.seconds = (started.elapsed() / u32::try_from(cases.len()).unwrap_or(1)).as_secs_f64();
    }
    Ok(outcomes)
}

/// A case of the program that moves: its first `up`, the disturbed one that moves, and its end.
async fn run_move(stage: &Stage, case: Case, moves: &Moves) -> Result<Outcome, Error> {
    let started = Instant::now();
    let scene = stage.set().await?;
    let mut outcome = Outcome::of(case);
    undisturbed(&scene, Step::Up).await?;
    scene.move_house(Step::Move);
    let typed = Step::Move.typed();
    disturb(&scene, typed, case, &mut outcome).await?;
    let (_, fewer) = compare(&scene.count().await?, &moves.all_along());
    outcome.complain(missing("when it was killed", &fewer));
    outcome.complain(refused(typed, &scene.run(typed).await?));
    look_at_standing(&scene, &moves.standing, &mut outcome).await?;
    let typed = Step::Destroy.typed();
    outcome.complain(refused(typed, &scene.run(typed).await?));
    let (more, fewer) = compare(&scene.count().await?, &moves.gone);
    outcome.orphans = more;
    outcome.complain(missing("after destroy", &fewer));
    outcome.seconds = started.elapsed().as_secs_f64();
    Ok(outcome)
}

/// One command as a case disturbs it, and once more where it was killed.
async fn play(scene: &Scene<'_>, step: Step, case: Case, outcome: &mut Outcome) -> Result<(), Error> {
    let typed = step.typed();
    match case {
        Case::Kill(..) | Case::Aimed(_) => {
            disturb(scene, typed, case, outcome).await?;
            outcome.complain(refused(typed, &scene.run(typed).await?));
        }
        Case::Faults(seed) => {
            let seed = if step == Step::Up { seed } else { seed.wrapping_add(1) };
            let ended = scene.disturb(typed, Disturbance::Faults(seed), Moment::Never).await?;
            outcome.complain(refused(typed, &ended));
        }
    }
    Ok(())
}

/// Kills a command where a case says.
async fn disturb(scene: &Scene<'_>, typed: &str, case: Case, outcome: &mut Outcome) -> Result<(), Error> {
    let (disturbance, moment) = match case {
        Case::Aimed(aim) => (Disturbance::None, Moment::Says(aim.says)),
        Case::Kill(_, at, Phase::Write) => (Disturbance::None, Moment::Line(at)),
        Case::Kill(_, at, phase) => (Disturbance::Kill(at, phase), Moment::Never),
        Case::Faults(_) => (Disturbance::None, Moment::Never),
    };
    let ended = scene.disturb(typed, disturbance, moment).await?;
    outcome.killed = ended.code.is_none();
    if let (Case::Aimed(aim), false) = (case, outcome.killed) {
        outcome.complain(Some(format!("it never said `{}`, and so wasn't killed", aim.says)));
    }
    if let Some(code @ 1..) = ended.code {
        outcome.complain(Some(format!("ended with {code} before it was killed:\n{}", ended.tail())));
    }
    Ok(())
}

/// Checks what stands after `up`: each resource once, and nothing left to do.
async fn look_at_standing(scene: &Scene<'_>, standing: &Census, outcome: &mut Outcome) -> Result<(), Error> {
    let (more, fewer) = compare(&scene.count().await?, standing);
    outcome.duplicates = more;
    outcome.complain(missing("after up", &fewer));
    let preview = "preview --detailed-exitcode";
    outcome.complain(refused(preview, &scene.run(preview).await?));
    Ok(())
}

fn refused(typed: &str, ended: &Ended) -> Option<String> {
    let code = ended.code.map_or("a signal".into(), |code| code.to_string());
    (ended.code != Some(0)).then(|| format!("`{typed}` ended with {code}:\n{}", ended.tail()))
}

fn missing(when: &str, fewer: &[String]) -> Option<String> {
    (!fewer.is_empty()).then(|| format!("missing {when}: {}", fewer.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_read_as_it_is_written() {
        for name in ["up:217:after", "destroy:1:write", "move:3:before", "aimed:final-snapshot", "faults:5"] {
            assert_eq!(name.parse::<Case>().unwrap().to_string(), name);
        }
        assert!("up:x:after".parse::<Case>().is_err());
        assert!("up:1:never".parse::<Case>().is_err());
    }

    #[test]
    fn a_kill_of_each_command_share_a_scene() {
        let case = |name: &str| name.parse::<Case>().unwrap();
        assert!(case("up:2:after").goes_with(case("destroy:9:write")));
        assert!(case("destroy:9:write").goes_with(case("up:2:after")));
        assert!(!case("up:2:after").goes_with(case("up:3:after")));
        assert!(!case("up:2:after").goes_with(case("faults:1")));
        assert!(!case("move:2:after").goes_with(case("destroy:2:after")));
    }

    #[test]
    fn the_beginning_of_the_order_is_spread_over_everything() {
        let census = Census::new();
        let baseline = Baseline {
            up: (600, 200),
            destroy: (200, 100),
            standing: census.clone(),
            gone: census,
            moves: None,
        };
        let cases = baseline.cases(1);
        assert_eq!(cases.len(), 3 * 800 + 300);
        let calls = |range: std::ops::RangeInclusive<usize>| {
            let inside = |case: &&Case| matches!(case, Case::Kill(Step::Up, at, phase) if range.contains(at) && *phase != Phase::Write);
            cases[..27].iter().filter(inside).count()
        };
        assert!(calls(1..=200) >= 5 && calls(201..=400) >= 5 && calls(401..=600) >= 5);
        for phase in Phase::ALL {
            assert!(cases[..27].iter().any(|case| matches!(case, Case::Kill(_, _, of) if *of == phase)));
        }
    }
}
