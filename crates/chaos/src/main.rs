//! `ironward-chaos`: kills a program at every call, and tells what came of it.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use clap::Parser;
use ironward_chaos::Error;
use ironward_chaos::case::{self, Baseline, Case, Moves, Outcome};
use ironward_chaos::report::Results;
use ironward_chaos::stage::Stage;
use tokio::runtime::{Builder, Runtime};

/// Kills the FHIR server example at every call of `up` and `destroy`, runs the command again, and
/// counts what is in the emulator.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask chaos", bin_name = "cargo xtask chaos", disable_version_flag = true)]
struct Arguments {
    /// The program to kill; `cargo xtask chaos` builds it.
    #[arg(long)]
    program: PathBuf,
    /// The program whose declarations move, if its `up` is to be killed too.
    #[arg(long)]
    moving: Option<PathBuf>,
    /// A moto server as HOST:PORT; there is one job for each, and `cargo xtask chaos` starts them.
    #[arg(long, required = true)]
    moto: Vec<String>,
    /// Run this many kill points, spread over both commands, instead of all.
    #[arg(long, value_name = "N")]
    sample: Option<usize>,
    /// Run this many kill points of the `up` that moves instead of all.
    #[arg(long, value_name = "N")]
    sample_moves: Option<usize>,
    /// Run only part I of K parts, counted from 1.
    #[arg(long, value_name = "I/K", value_parser = shard, default_value = "1/1")]
    shard: (usize, usize),
    /// Keep the results in this file, and leave out what it has.
    #[arg(long, value_name = "FILE")]
    resume: Option<PathBuf>,
    /// Where the order of the kill points, and the faults, begin.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many runs to make among throttles, lost responses and 503s.
    #[arg(long, default_value_t = 1)]
    faults: u64,
    /// Run this case alone, such as up:217:after, move:5:during, aimed:final-snapshot or faults:5.
    #[arg(long, value_name = "CASE")]
    only: Option<Case>,
}

fn shard(text: &str) -> Result<(usize, usize), String> {
    let parts = text.split_once('/').and_then(|(i, k)| Some((i.parse().ok()?, k.parse().ok()?)));
    parts.filter(|(i, k)| (1..=*k).contains(i)).ok_or_else(|| "write I/K with I from 1 to K".into())
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let started = Instant::now();
    match run(&arguments) {
        Ok(results) => {
            anstream::println!("\n{results}\n{:.0} s", started.elapsed().as_secs_f64());
            let wrong: Vec<&Outcome> =
                results.outcomes.iter().filter(|outcome| !outcome.is_right()).collect();
            for outcome in &wrong {
                anstream::println!("\nwrong: {}\nagain: cargo xtask chaos --only {0}", outcome.case);
            }
            if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            anstream::eprintln!("chaos: {error}");
            ExitCode::FAILURE
        }
    }
}

fn runtime() -> Result<Runtime, Error> {
    Builder::new_current_thread().enable_all().build().map_err(Error::io("starting a runtime"))
}

fn run(arguments: &Arguments) -> Result<Results, Error> {
    let mut results = match &arguments.resume {
        Some(path) => Results::open(path)?,
        None => Results::unkept(),
    };
    let baseline = match results.baseline.clone() {
        Some(baseline) => baseline,
        None => {
            let baseline = runtime()?.block_on(take_baseline(arguments))?;
            results.begin(baseline.clone())?;
            baseline
        }
    };
    let cases = select(arguments, &baseline, &results);
    anstream::println!(
        "up makes {} calls and {} journal writes, destroy {} and {}; {} cases to run",
        baseline.up.0,
        baseline.up.1,
        baseline.destroy.0,
        baseline.destroy.1,
        cases.len()
    );
    let shared = Shared {
        total: cases.len(),
        ended: AtomicUsize::new(0),
        cases: Mutex::new(cases),
        results: Mutex::new(results),
    };
    let failures: Vec<Error> = thread::scope(|scope| {
        let jobs: Vec<_> = arguments
            .moto
            .iter()
            .map(|moto| scope.spawn(|| job(arguments, moto, &baseline, &shared)))
            .collect();
        jobs.into_iter().filter_map(|job| job.join().ok()?.err()).collect()
    });
    match failures.into_iter().next() {
        Some(error) => Err(error),
        None => Ok(shared.results.into_inner().unwrap_or_else(PoisonError::into_inner)),
    }
}

async fn take_baseline(arguments: &Arguments) -> Result<Baseline, Error> {
    let moto = &arguments.moto[0];
    let mut baseline = Baseline::take(&Stage::new(&arguments.program, moto).await?).await?;
    let moves = arguments.only.is_none_or(Case::moves);
    if let Some(moving) = arguments.moving.as_ref().filter(|_| moves) {
        baseline.moves = Some(Moves::take(&Stage::new(moving, moto).await?).await?);
    }
    Ok(baseline)
}

/// The cases to run, those that are known already left out.
fn select(arguments: &Arguments, baseline: &Baseline, results: &Results) -> VecDeque<Case> {
    if let Some(case) = arguments.only {
        return [case].into();
    }
    let (part, parts) = arguments.shard;
    let done = results.done();
    let kills = baseline.cases(arguments.seed);
    let taken = arguments.sample.unwrap_or(kills.len());
    let moves = baseline.moving_cases(arguments.seed);
    let moved = arguments.sample_moves.unwrap_or(moves.len());
    let faults = (arguments.seed..).take(usize::try_from(arguments.faults).unwrap_or(usize::MAX));
    faults
        .map(Case::Faults)
        .chain(Case::aimed())
        .chain(kills.into_iter().take(taken))
        .chain(moves.into_iter().take(moved))
        .skip(part - 1)
        .step_by(parts)
        .filter(|case| !done.contains(&case.to_string()))
        .collect()
}

/// What the jobs share.
struct Shared {
    total: usize,
    ended: AtomicUsize,
    cases: Mutex<VecDeque<Case>>,
    results: Mutex<Results>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes the next case, and the next one that goes with it; nothing when all are taken.
fn take(cases: &mut VecDeque<Case>) -> Vec<Case> {
    let Some(first) = cases.pop_front() else { return Vec::new() };
    let second = cases.iter().position(|case| first.goes_with(*case)).and_then(|index| cases.remove(index));
    std::iter::once(first).chain(second).collect()
}

fn job(arguments: &Arguments, moto: &str, baseline: &Baseline, shared: &Shared) -> Result<(), Error> {
    runtime()?.block_on(async {
        let stage = Stage::new(&arguments.program, moto).await?;
        let moving = Stage::new(arguments.moving.as_ref().unwrap_or(&arguments.program), moto).await?;
        loop {
            let taken = take(&mut lock(&shared.cases));
            if taken.is_empty() {
                return Ok(());
            }
            let stage = if taken.iter().any(|case| case.moves()) { &moving } else { &stage };
            for outcome in case::run(stage, &taken, baseline).await? {
                let number = shared.ended.fetch_add(1, Ordering::Relaxed) + 1;
                tell(&outcome, number, shared.total);
                lock(&shared.results).add(outcome)?;
            }
        }
    })
}

fn tell(outcome: &Outcome, number: usize, total: usize) {
    let verdict = match outcome {
        _ if !outcome.is_right() => "WRONG",
        Outcome { killed: false, .. } => "right (not killed)",
        _ => "right",
    };
    anstream::println!("{number}/{total} {} {verdict}, {:.1} s", outcome.case, outcome.seconds);
    for duplicate in &outcome.duplicates {
        anstream::println!("    duplicate {duplicate}");
    }
    for orphan in &outcome.orphans {
        anstream::println!("    orphan {orphan}");
    }
    for line in outcome.trouble.iter().flat_map(|trouble| trouble.lines()) {
        anstream::println!("    {line}");
    }
}
