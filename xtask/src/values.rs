//! `cargo xtask values`: all values of every property, on the sandbox, moto and behind stand-ins, and how
//! many properties have one that settles.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::cache::Cache;
use crate::emulators::{Emulator, Fleet, State};
use crate::page;
use crate::process::{output, run};
use crate::workspace::{cargo, lock_in_ci};

/// The page with the counts, and what they stand behind.
const PAGE: &str = "book/src/reliability.md";
const BEGIN: &str = "<!-- written by `cargo xtask values` -->";

/// Runs the conformance suite with all values, and writes the counts into the book.
pub(crate) fn values(root: &Path, cache: Cache) -> Result<()> {
    let mut fleet = Fleet::new(cache);
    if let State::Broken(reason) | State::Absent(reason) = fleet.get(Emulator::Moto) {
        bail!("{reason}");
    }
    let scratch = TempDir::with_prefix("ironward-values-").context("making a directory for the report")?;
    let (report, table) = (scratch.path().join("report.tsv"), scratch.path().join("table.md"));
    // Before anything is built: the run takes minutes, and the tree may go on meanwhile.
    let said = |program: &str, arguments: &[&str]| {
        output(Command::new(program).current_dir(root).args(arguments)).map(|text| text.trim().to_owned())
    };
    let (date, commit) = (said("date", &["-u", "+%F"])?, said("git", &["rev-parse", "--short", "HEAD"])?);
    // The set of packages of the tests; another one would compile the SDK again.
    let suite = || {
        let mut command = cargo(root, "test");
        lock_in_ci(&mut command).args(["--workspace", "--test", "conformance"]);
        command.envs(fleet.variables());
        command
    };
    run(suite().arg("--no-run"))?;
    let started = Instant::now();
    let mut whole = suite();
    whole.env("IRONWARD_TEST_VALUES", "all").env("IRONWARD_TEST_VALUES_REPORT", &report);
    run(whole.args(["--no-fail-fast"]))?;
    let minutes = started.elapsed().as_secs().div_ceil(60);
    let mut count = suite();
    count.env("IRONWARD_TEST_VALUES_COUNT", &report).env("IRONWARD_TEST_VALUES_TABLE", &table);
    // What isn't covered and isn't listed fails here, and the book stays as it is.
    run(count.args(["--", "values::coverage"]))?;
    let counts = fs::read_to_string(&table).context("reading the counts")?;
    let text = format!("Run on {date} at commit {commit}, in {minutes} minutes. {counts}");
    page::write(root, PAGE, BEGIN, &text)?;
    anstream::println!("{text}\nwritten into {PAGE}");
    Ok(())
}
