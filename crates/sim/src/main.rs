//! `ironward-sim`: runs schedules, and tells of each that broke a law how it went.

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use clap::Parser;
use ironward_sim::{Law, Tally, minimise, run_schedule};

/// Runs the engine through random programs, changes and faults, on a simulated cloud.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask sim", bin_name = "cargo xtask sim", disable_version_flag = true)]
struct Arguments {
    /// How many schedules to run; their seeds count up.
    #[arg(long, default_value_t = 10_000)]
    schedules: u64,
    /// The seed of the first.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many threads to run on [default: one for each processor].
    #[arg(long)]
    jobs: Option<usize>,
    /// Tell all that happens in the schedule of `--seed`, and run no other.
    #[arg(long)]
    story: bool,
}

/// After how many failed schedules to stop.
const ENOUGH: usize = 10;

/// How many lines of a story are told before a violation.
const LINES: usize = 40;

/// How often to tell how far it is.
const TELL: Duration = Duration::from_secs(20);

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.story {
        let report = run_schedule(arguments.seed, &[].into(), true);
        report.story.iter().for_each(|line| anstream::println!("{line}"));
        return if report.violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let started = Instant::now();
    let progress = Progress::default();
    let (total, failed) = run(&arguments, &progress);
    for (seed, law) in &failed {
        tell(*seed, *law);
    }
    summarise(&arguments, &total, started.elapsed());
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[derive(Debug, Default)]
struct Progress {
    /// How many schedules were begun.
    begun: AtomicU64,
    /// How many ended.
    ended: AtomicU64,
    /// Whether enough failed.
    stop: AtomicBool,
}

/// Runs the schedules on all threads, and returns the counts and the seeds that failed.
fn run(arguments: &Arguments, progress: &Progress) -> (Tally, Vec<(u64, Law)>) {
    let total = Mutex::new(Tally::default());
    let failed: Mutex<Vec<(u64, Law)>> = Mutex::default();
    let work = || {
        let mut tally = Tally::default();
        while !progress.stop.load(Ordering::Relaxed) {
            let index = progress.begun.fetch_add(1, Ordering::Relaxed);
            if index >= arguments.schedules {
                break;
            }
            let seed = arguments.seed.wrapping_add(index);
            let report = run_schedule(seed, &[].into(), false);
            tally += report.tally;
            progress.ended.fetch_add(1, Ordering::Relaxed);
            if let (Some(violation), Ok(mut failed)) = (report.violations.first(), failed.lock()) {
                failed.push((seed, violation.law));
                progress.stop.fetch_or(failed.len() >= ENOUGH, Ordering::Relaxed);
            }
        }
        if let Ok(mut total) = total.lock() {
            *total += tally;
        }
    };
    let processors = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    thread::scope(|scope| {
        let threads: Vec<_> =
            (0..arguments.jobs.unwrap_or(processors).max(1)).map(|_| scope.spawn(work)).collect();
        let started = Instant::now();
        let mut told = started;
        while !threads.iter().all(thread::ScopedJoinHandle::is_finished) {
            thread::sleep(Duration::from_millis(20));
            if told.elapsed() >= TELL {
                told = Instant::now();
                tell_progress(arguments.schedules, progress.ended.load(Ordering::Relaxed), started.elapsed());
            }
        }
    });
    let mut failed = failed.into_inner().unwrap_or_default();
    failed.sort_unstable();
    (total.into_inner().unwrap_or_default(), failed)
}

fn rate(schedules: u64, time: Duration) -> f64 {
    schedules as f64 / time.as_secs_f64().max(0.001)
}

fn tell_progress(of: u64, ended: u64, time: Duration) {
    let rate = rate(ended, time);
    let left = of.saturating_sub(ended) as f64 / rate.max(0.001);
    anstream::eprintln!("{ended} of {of}, {rate:.0} a second, about {left:.0} s to go");
}

/// Tells how a failed schedule went, with as few faults as make it fail.
fn tell(seed: u64, law: Law) {
    let (muted, report) = minimise(seed, law);
    anstream::println!("seed {seed} breaks {law}");
    for violation in report.violations.iter().take(3) {
        anstream::println!("  {violation}");
    }
    let faults = report.faults.len();
    let left_out = muted.len();
    anstream::println!("  {faults} faults are enough; {left_out} others were left out:");
    for (point, fault) in &report.faults {
        anstream::println!("    at point {point}: {fault}");
    }
    anstream::println!("  what happened then, to the end:");
    for line in report.story.iter().skip(report.story.len().saturating_sub(LINES)) {
        anstream::println!("    {line}");
    }
    anstream::println!("  all of it, with all faults: cargo xtask sim --seed {seed} --story\n");
}

fn summarise(arguments: &Arguments, total: &Tally, time: Duration) {
    for (name, count) in total.rows() {
        anstream::println!("{name:<24} {count:>12}");
    }
    let (named, unnamed): (Vec<_>, Vec<_>) = total.remedies().partition(|(_, count)| *count > 0);
    let named: Vec<String> = named.iter().map(|(remedy, count)| format!("{remedy} {count}")).collect();
    let unnamed: Vec<&str> = unnamed.iter().map(|(remedy, _)| *remedy).collect();
    anstream::println!("remedies: {}", named.join(", "));
    if !unnamed.is_empty() {
        anstream::println!("remedies that no schedule named: {}", unnamed.join(", "));
    }
    let (seed, schedules, rate) = (arguments.seed, total.schedules, rate(total.schedules, time));
    anstream::println!(
        "{schedules} schedules from seed {seed} in {:.1} s, {rate:.0} a second",
        time.as_secs_f64()
    );
}
