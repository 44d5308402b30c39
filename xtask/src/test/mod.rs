//! `cargo xtask test`: every check of the repository, each timed, with a table at the end.

mod judges;
mod table;

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use cargo_metadata::Metadata;
use tempfile::TempDir;

use crate::cache::Cache;
use crate::emulators::{Emulator, Fleet, Setup, State};
use crate::process::{Recording, colors, output, run};
use crate::wire::{self, Judged, Recorder, Recordings};
use crate::workspace::{self, cargo, lock_in_ci};
use crate::{book, chaos, facts, registry, secrets, sim, smoke, tidy};

use table::{HEADING, Row, Table, Verdict, compiled};

/// The package whose `tests/` holds the cross-crate and emulator tests.
const FACADE: &str = "ironward";

/// The package whose `tests/` holds the compile-fail tests.
const COMPONENTS: &str = "ironward-hipaa-components";

/// One line of the table.
struct Step {
    name: &'static str,
    about: &'static str,
    run: fn(&mut Session) -> Result<Outcome>,
}

/// How a step ended, unless it failed.
#[derive(Debug)]
enum Outcome {
    Passed,
    /// Passed, with something worth a line in the table.
    PassedWith(String),
    NotRun(String),
}

const STEPS: &[Step] = &[
    Step { name: "setup", about: "install the pinned emulators", run: set_up },
    Step { name: "fmt", about: "formatting, by rustfmt", run: fmt },
    Step { name: "tidy", about: "house rules and the crate dependency rules", run: check_tidy },
    Step { name: "clippy", about: "lints, warnings denied", run: clippy },
    Step { name: "build", about: "compile every test and example", run: build },
    Step { name: "unit", about: "unit tests and the test binaries of the crates", run: unit },
    Step { name: "facts", about: "what the registry says, and the pages of the types", run: check_facts },
    Step { name: "sim", about: "10,000 random schedules on the simulated cloud", run: simulate },
    Step { name: "reach", about: "who can do what, by the policies of every program", run: judges::reach },
    Step { name: "order", about: "what waits for what in every program", run: judges::order },
    Step { name: "lint", about: "declared properties through cfn-lint", run: judges::lint },
    Step { name: "compile-fail", about: "what the typed components must refuse", run: compile_fail },
    Step {
        name: "integration",
        about: "tests/ of the façade, except moto:: and localstack::",
        run: integration,
    },
    Step { name: "moto", about: "tests/ of the façade, in a module called moto", run: moto },
    Step { name: "likeaws", about: "moto answering as AWS does: nothing has changed by that", run: like_aws },
    Step { name: "strict", about: "moto refusing as AWS does: what is shipped is taken", run: strict_as_aws },
    Step {
        name: "localstack",
        about: "tests/ of the façade, in a module called localstack",
        run: localstack,
    },
    Step {
        name: "wire",
        about: "judge every request that the steps above sent to emulators",
        run: judge_wire,
    },
    Step {
        name: "chaos",
        about: "24 real kills of the FHIR server example, 12 of a run that moves, and one among faults",
        run: kill,
    },
    Step { name: "smoke", about: "the trial of a real account, on moto instead", run: try_out },
    Step { name: "doctest", about: "examples in the documentation and in the book", run: doctest },
    Step { name: "doc", about: "API documentation, warnings denied", run: doc },
    Step { name: "book", about: "build the book and check its links", run: build_book },
    Step {
        name: "secrets",
        about: "what the tests left behind holds no secret of theirs",
        run: look_for_secrets,
    },
];

/// What the steps share.
struct Session {
    root: PathBuf,
    cache: Cache,
    fleet: Fleet,
    metadata: Metadata,
    /// What stays until the end: the temporary files of tests, the logs of steps, and the recordings of requests.
    left: TempDir,
    /// Requests are recorded if they are judged in the same run.
    recordings: Option<Recordings>,
}

impl Session {
    /// Where tests put their temporary files.
    fn files(&self) -> PathBuf {
        self.left.path().join("files")
    }

    /// Where each step has a log of what it wrote.
    fn logs(&self) -> PathBuf {
        self.left.path().join("steps")
    }

    /// Starts a recorder in front of an emulator that runs, if requests are recorded in this run.
    fn record(&mut self, step: &str, emulator: Emulator) -> Result<Recorder> {
        let endpoint = self.fleet.get(emulator).endpoint();
        match (&self.recordings, endpoint) {
            (Some(recordings), Some(endpoint)) => recordings.before(&self.root, step, emulator, &endpoint),
            _ => Ok(Recorder::default()),
        }
    }
}

/// Prints the name of every step and what it does.
pub(crate) fn list() {
    for step in STEPS {
        anstream::println!("{:<13} {}", step.name, step.about);
    }
}

/// Runs the steps named in `only`, or all, and fails if one of them did.
pub(crate) fn test(only: &[String]) -> Result<()> {
    let steps = select(only)?;
    let root = workspace::root()?;
    let cache = Cache::open()?;
    let left = TempDir::with_prefix("ironward-tests-").context("making a directory for the tests")?;
    let mut session = Session {
        metadata: workspace::metadata(&root)?,
        fleet: Fleet::new(cache.clone()),
        cache,
        root,
        left,
        recordings: None,
    };
    if steps.iter().any(|step| step.name == "wire") {
        // Not among the files of tests: what is sent to a cloud may hold a secret.
        let directory = session.left.path().join("wire");
        session.recordings = Some(Recordings::into(directory, &session.metadata)?);
    }
    for directory in [session.files(), session.logs()] {
        fs::create_dir(&directory).with_context(|| format!("making {}", directory.display()))?;
    }
    let started = Instant::now();
    let mut rows = Vec::new();
    for step in steps {
        anstream::println!("\n{HEADING}── {}: {}{HEADING:#}", step.name, step.about);
        let started = Instant::now();
        let log = session.logs().join(format!("{}.log", step.name));
        let recording = Recording::into(log.clone());
        let result = (step.run)(&mut session);
        drop(recording);
        if let (Ok(Outcome::Passed | Outcome::PassedWith(_)), Some(recordings)) =
            (&result, &mut session.recordings)
        {
            recordings.passed(step.name);
        }
        let took = started.elapsed();
        // A step that wrote nothing has no log.
        let compiling = fs::read_to_string(&log).map(|text| compiled(&text)).unwrap_or_default();
        let row = Row::new(step.name, result, took, compiling.min(took));
        if let Verdict::Failed = row.verdict {
            anstream::eprintln!("{}: {}", step.name, row.note);
        }
        rows.push(row);
    }
    let kept = session.cache.file("tests.txt");
    drop(session); // the emulators end before the verdict is told

    let table = Table { rows: &rows, took: started.elapsed() };
    anstream::println!("\n{HEADING}── summary{HEADING:#}\n{table}");
    let failed: Vec<_> =
        rows.iter().filter(|row| row.verdict == Verdict::Failed).map(|row| row.name).collect();
    let plain = anstream::adapter::strip_str(&table.to_string()).to_string();
    fs::write(&kept, plain).with_context(|| format!("keeping the table in {}", kept.display()))?;
    anstream::println!("this table is kept in {}", kept.display());
    if !failed.is_empty() {
        bail!("failed: {0}; again: `cargo xtask test --only {0}`", failed.join(" "));
    }
    Ok(())
}

fn select(only: &[String]) -> Result<Vec<&'static Step>> {
    for name in only {
        if !STEPS.iter().any(|step| step.name == name) {
            bail!("there is no step called `{name}`; `cargo xtask test --list` names them");
        }
    }
    Ok(STEPS.iter().filter(|step| only.is_empty() || only.iter().any(|name| name == step.name)).collect())
}

/// Installs the emulators, or says which can't be and why.
pub(crate) fn set_up_emulators(cache: &Cache) -> Result<Vec<String>> {
    let mut notes = Vec::new();
    for emulator in Emulator::ALL {
        match emulator.set_up(cache)? {
            Setup::Ready(_) => anstream::println!("{} is installed", emulator.title()),
            Setup::NoPython(reason) if emulator == Emulator::Moto => {
                bail!("moto is needed by the tests, but {reason}; install a Python")
            }
            Setup::NoPython(reason) => notes.push(not_run(emulator, &reason)),
        }
    }
    Ok(notes)
}

fn not_run(emulator: Emulator, reason: &str) -> String {
    format!("{}: not run ({reason})", emulator.title())
}

fn set_up(session: &mut Session) -> Result<Outcome> {
    let notes = set_up_emulators(&session.cache)?;
    for note in &notes {
        anstream::println!("{note}");
    }
    Ok(if notes.is_empty() { Outcome::Passed } else { Outcome::PassedWith(notes.join("; ")) })
}

fn fmt(session: &mut Session) -> Result<Outcome> {
    let mut command = cargo(&session.root, "fmt");
    command.args(["--all", "--check"]);
    if colors() {
        command.args(["--", "--color", "always"]);
    }
    run(&mut command)?;
    Ok(Outcome::Passed)
}

fn check_tidy(session: &mut Session) -> Result<Outcome> {
    tidy::check(&session.root, &session.metadata)?;
    Ok(Outcome::Passed)
}

fn check_facts(session: &mut Session) -> Result<Outcome> {
    registry::check(&session.root, &session.cache)?;
    facts::check(&session.root)?;
    Ok(Outcome::Passed)
}

fn clippy(session: &mut Session) -> Result<Outcome> {
    run(lock_in_ci(cargo(&session.root, "clippy").args(["--workspace", "--all-targets"]))
        .args(["--", "-D", "warnings"]))?;
    Ok(Outcome::Passed)
}

/// `cargo test` over the whole workspace, whatever is run of it: the SDK is built once.
fn cargo_test(session: &Session) -> Command {
    let mut command = cargo(&session.root, "test");
    lock_in_ci(&mut command).args(["--workspace", "--no-fail-fast"]);
    command.envs(session.fleet.variables());
    command.env("TMPDIR", session.files()).env("IRONWARD_TEST_KEEP", "1");
    command
}

/// Test binaries see a pipe where a terminal is.
fn in_color(command: &mut Command) -> &mut Command {
    if colors() { command.args(["--color", "always"]) } else { command }
}

fn build(session: &mut Session) -> Result<Outcome> {
    run(cargo_test(session).arg("--no-run"))?;
    Ok(Outcome::Passed)
}

fn unit(session: &mut Session) -> Result<Outcome> {
    // The conformance suite of the handlers runs against moto, too.
    if let State::Broken(reason) | State::Absent(reason) = session.fleet.get(Emulator::Moto) {
        bail!("{reason}");
    }
    let recorder = session.record("unit", Emulator::Moto)?;
    let targets = test_targets(&session.metadata)?;
    let mut command = cargo_test(session);
    command.envs(recorder.variables.iter().cloned()).args(["--lib", "--bins"]);
    for target in targets.iter().filter(|target| target.group == Group::Crates) {
        command.args(["--test", &target.name]);
    }
    run(in_color(command.arg("--")))?;
    Ok(Outcome::Passed)
}

fn simulate(session: &mut Session) -> Result<Outcome> {
    sim::build(&session.root)?;
    sim::sim(&session.root, &["--schedules".into(), sim::TESTED.to_string()])?;
    Ok(Outcome::PassedWith(format!("{} schedules", sim::TESTED)))
}

fn compile_fail(session: &mut Session) -> Result<Outcome> {
    run_group(session, Group::CompileFail, &[], &Recorder::default())
}

fn integration(session: &mut Session) -> Result<Outcome> {
    let skipped = ["--skip", "moto::", "--skip", "localstack::", "--skip", judges::LINT];
    run_group(session, Group::Facade, &skipped, &Recorder::default())
}

fn moto(session: &mut Session) -> Result<Outcome> {
    let recorder = session.record("moto", Emulator::Moto)?;
    on_emulator(session, Emulator::Moto, &["moto::", "--skip", "likeaws::"], &recorder)
}

fn localstack(session: &mut Session) -> Result<Outcome> {
    let recorder = session.record("localstack", Emulator::LocalStack)?;
    on_emulator(session, Emulator::LocalStack, &["localstack::"], &recorder)
}

/// Not recorded: what stands behind a proxy there is sent without one in `moto`.
fn like_aws(session: &mut Session) -> Result<Outcome> {
    on_emulator(session, Emulator::Moto, &["likeaws::answers::"], &Recorder::default())
}

fn strict_as_aws(session: &mut Session) -> Result<Outcome> {
    on_emulator(session, Emulator::Moto, &["likeaws::strict::"], &Recorder::default())
}

/// Runs the tests of the façade that `arguments` select on an emulator.
fn on_emulator(
    session: &mut Session,
    emulator: Emulator,
    arguments: &[&str],
    recorder: &Recorder,
) -> Result<Outcome> {
    match session.fleet.get(emulator) {
        State::Started(_) | State::Given(_) => run_group(session, Group::Facade, arguments, recorder),
        State::Broken(reason) => bail!("{reason}"),
        State::Absent(reason) if emulator == Emulator::Moto => bail!("{reason}"),
        State::Absent(reason) => {
            let reason = not_run(emulator, reason);
            let tests = listed(session, Group::Facade, arguments)?;
            for test in &tests {
                anstream::println!("not run: {test}");
            }
            Ok(Outcome::NotRun(format!("{reason}; {}", count(&tests))))
        }
    }
}

/// Runs the test binaries of one group, or says that it has no test.
fn run_group(
    session: &mut Session,
    group: Group,
    arguments: &[&str],
    recorder: &Recorder,
) -> Result<Outcome> {
    if group == Group::Facade {
        // They run the programs as users do.
        run(lock_in_ci(cargo(&session.root, "build").args(["--workspace", "--examples"])))?;
    }
    let tests = listed(session, group, arguments)?;
    if tests.is_empty() {
        return Ok(Outcome::NotRun("there is no such test yet".into()));
    }
    let mut command = group_command(session, group)?;
    command.envs(recorder.variables.iter().cloned());
    run(in_color(command.arg("--").args(arguments)))?;
    Ok(Outcome::PassedWith(count(&tests)))
}

fn count(tests: &[String]) -> String {
    match tests.len() {
        1 => "1 test".into(),
        count => format!("{count} tests"),
    }
}

/// The names of the tests that `arguments` select.
fn listed(session: &Session, group: Group, arguments: &[&str]) -> Result<Vec<String>> {
    if !test_targets(&session.metadata)?.iter().any(|target| target.group == group) {
        return Ok(Vec::new());
    }
    let list = output(group_command(session, group)?.args(["--quiet", "--", "--list"]).args(arguments))?;
    Ok(list.lines().filter_map(|line| line.strip_suffix(": test")).map(String::from).collect())
}

fn group_command(session: &Session, group: Group) -> Result<Command> {
    let mut command = cargo_test(session);
    for target in test_targets(&session.metadata)?.iter().filter(|target| target.group == group) {
        command.args(["--test", &target.name]);
    }
    Ok(command)
}

fn judge_wire(session: &mut Session) -> Result<Outcome> {
    let Some(recordings) = &session.recordings else { bail!("nothing was recorded") };
    match wire::judge(&session.root, &session.cache, recordings) {
        Ok(Judged::Clean(note)) => Ok(Outcome::PassedWith(note)),
        Ok(Judged::NotRun(reason)) => Ok(Outcome::NotRun(reason)),
        Err(error) => {
            session.left.disable_cleanup(true);
            let kept = session.left.path().join("wire");
            Err(error.context(format!("requests are unclean or undriven; {} is kept", kept.display())))
        }
    }
}

fn try_out(session: &mut Session) -> Result<Outcome> {
    let arguments = smoke::Arguments::of_the_dry_run();
    smoke::smoke(&session.root, &session.metadata, &session.cache, &arguments)?;
    Ok(Outcome::Passed)
}

fn kill(session: &mut Session) -> Result<Outcome> {
    let (kills, moves) = (chaos::TESTED, chaos::TESTED_MOVES);
    let arguments = ["--sample".into(), kills.to_string(), "--sample-moves".into(), moves.to_string()];
    chaos::chaos(&session.root, &session.metadata, &session.cache, &arguments)?;
    Ok(Outcome::PassedWith(format!("{kills} kill points, and {moves} of a run that moves")))
}

fn doctest(session: &mut Session) -> Result<Outcome> {
    run(in_color(cargo_test(session).args(["--doc", "--"])))?;
    Ok(Outcome::Passed)
}

fn doc(session: &mut Session) -> Result<Outcome> {
    run(lock_in_ci(cargo(&session.root, "doc").args(["--workspace", "--no-deps", "--lib"]))
        .env("RUSTDOCFLAGS", "-D warnings"))?;
    Ok(Outcome::Passed)
}

fn build_book(session: &mut Session) -> Result<Outcome> {
    book::build(&session.root, &session.metadata)?;
    Ok(Outcome::Passed)
}

fn look_for_secrets(session: &mut Session) -> Result<Outcome> {
    let files = secrets::scan(&session.files())?;
    let logs = secrets::scan(&session.logs())?;
    let finds: Vec<_> = files.finds.iter().chain(&logs.finds).collect();
    for find in &finds {
        anstream::println!("{find}");
    }
    if !finds.is_empty() {
        session.left.disable_cleanup(true);
        let looked_at = files.files + logs.files;
        bail!("{} of {looked_at} files and logs hold a secret of the tests; they are kept", finds.len());
    }
    if files.files == 0 {
        return Ok(Outcome::NotRun("no test left a file; run it together with `unit`".into()));
    }
    let clouds = files.excluded.len();
    Ok(Outcome::PassedWith(format!(
        "{} files, the output of {} steps; not {clouds} sandboxes, nor what moto and LocalStack log",
        files.files, logs.files
    )))
}

/// Which step runs a test binary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Group {
    Facade,
    CompileFail,
    Crates,
    /// Those that judge stacks, each in its own step.
    Judges,
}

#[derive(Debug, PartialEq, Eq)]
struct TestTarget {
    name: String,
    group: Group,
}

fn test_targets(metadata: &Metadata) -> Result<Vec<TestTarget>> {
    group_targets(metadata.workspace_packages().into_iter().flat_map(|package| {
        package
            .targets
            .iter()
            .filter(|target| target.is_test())
            .map(|target| (package.name.as_str(), target.name.as_str()))
    }))
}

/// Sorts (package, test binary) pairs into groups.
///
/// Binaries are selected by name over the whole workspace, so names must be unique.
fn group_targets<'a>(targets: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Vec<TestTarget>> {
    let mut grouped: Vec<TestTarget> = Vec::new();
    for (package, name) in targets {
        if grouped.iter().any(|other| other.name == name) {
            bail!("two packages have a test binary called `{name}`; rename that of {package}");
        }
        let group = match package {
            FACADE => Group::Facade,
            COMPONENTS => Group::CompileFail,
            package if judges::has_step(package, name) => Group::Judges,
            _ => Group::Crates,
        };
        grouped.push(TestTarget { name: name.into(), group });
    }
    Ok(grouped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_step_is_refused() {
        assert!(select(&["fmt".into(), "nope".into()]).is_err());
        let chosen = select(&["doc".into(), "fmt".into()]).unwrap();
        let names: Vec<_> = chosen.iter().map(|step| step.name).collect();
        assert_eq!(names, ["fmt", "doc"], "in the order of the table");
    }

    #[test]
    fn test_binaries_go_to_their_step() {
        let targets = [
            (FACADE, "all"),
            (COMPONENTS, "compile_fail"),
            ("ironward-core", "planner"),
            ("ironward-judges", "order"),
            ("ironward-judges", "versions"),
        ];
        let groups: Vec<_> =
            group_targets(targets.into_iter()).unwrap().iter().map(|target| target.group).collect();
        assert_eq!(groups, [Group::Facade, Group::CompileFail, Group::Crates, Group::Judges, Group::Crates]);
    }

    #[test]
    fn two_test_binaries_of_one_name_are_refused() {
        let targets = [(FACADE, "all"), ("ironward-core", "all")];
        let error = group_targets(targets.into_iter()).unwrap_err().to_string();
        assert!(error.contains("ironward-core"), "{error}");
    }
}
