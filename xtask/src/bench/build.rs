//! `cargo xtask bench build`: what the first command of the README costs, what an edit costs after it,
//! and what a program outside the workspace costs. CPU time, since the wall's depends on who else is
//! there.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use super::timings::{Group, cpu_of_times, seconds_by_crate, seconds_by_group};
use crate::page;
use crate::process::{output, run};
use crate::workspace::{cargo, lock_in_ci};

/// The example of the README's first command, and the package that it is in.
const EXAMPLE: &str = "hipaa_fhir_server";
const PACKAGE: &str = "ironward-examples";

/// What is edited in it, back and forth.
const EDIT: (&str, &str) = ("grow_to(500)", "grow_to(600)");

/// How many edits are measured, at most one of which counts.
const EDITS: usize = 3;

/// How many crates the table names.
const NAMED: usize = 12;

/// The page with the tables, and what they stand behind.
const PAGE: &str = "book/src/benchmarks.md";
const BEGIN: &str = "<!-- written by `cargo xtask bench build` -->";

/// Measures everything and writes the tables into the book.
pub(super) fn measure(root: &Path, arguments: &[String]) -> Result<()> {
    if let Some(unknown) = arguments.first() {
        bail!("`cargo xtask bench build` takes no `{unknown}`");
    }
    let scratch = TempDir::with_prefix("ironward-bench-").context("making a directory for the builds")?;
    let bench = Bench { root, scratch: scratch.path() };
    let (first, html) = bench.first()?;
    let dynamic = bench.edit(&[])?;
    let fixed = bench.edit(&["--package", PACKAGE, "--no-default-features"])?;
    let outside = bench.outside()?;
    let crates = seconds_by_crate(&html)?;

    let mut text = String::new();
    writeln!(text, "{}\n", machine(root)?)?;
    writeln!(text, "| | CPU time |\n|---|---:|")?;
    writeln!(text, "| the first command, on a clean target | {} |", minutes(first))?;
    writeln!(text, "| an edit of the example, then `preview` | {} |", seconds(dynamic))?;
    writeln!(text, "| the same, with everything linked into the program | {} |", seconds(fixed))?;
    writeln!(text, "| a program outside with three services, on a clean target | {} |", minutes(outside))?;
    writeln!(text, "\nThe first command by group of crates:\n")?;
    writeln!(text, "| crates | seconds of their compilers | share |\n|---|---:|---:|")?;
    let all: f64 = crates.values().sum();
    for (group, seconds) in seconds_by_group(&crates) {
        writeln!(text, "| {} | {seconds:.0} | {:.0} % |", group.title(), seconds / all * 100.0)?;
    }
    writeln!(text, "| all | {all:.0} | 100 % |")?;
    writeln!(text, "\nand the dearest crates:\n\n| crate | group | seconds |\n|---|---|---:|")?;
    let mut dearest: Vec<(&String, &f64)> = crates.iter().collect();
    dearest.sort_by(|one, other| other.1.total_cmp(one.1));
    for (name, seconds) in dearest.into_iter().take(NAMED) {
        writeln!(text, "| `{name}` | {} | {seconds:.0} |", Group::of(name).title())?;
    }
    page::write(root, PAGE, BEGIN, &text)?;
    anstream::println!("{text}\nwritten into {PAGE}");
    Ok(())
}

/// Where builds are measured.
struct Bench<'a> {
    root: &'a Path,
    scratch: &'a Path,
}

impl Bench<'_> {
    /// Runs a command to its end and says how much CPU time it and all that it started took.
    fn timed(&self, command: &Command) -> Result<Duration> {
        let times = self.scratch.join("times");
        let mut shell = Command::new("sh");
        // The shell is what can say it everywhere without unsafe code.
        shell.args(["-c", "out=$1; shift; \"$@\"; code=$?; times > \"$out\"; exit $code", "sh"]).arg(&times);
        shell.arg(command.get_program()).args(command.get_args());
        if let Some(directory) = command.get_current_dir() {
            shell.current_dir(directory);
        }
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        run(&mut shell)?;
        cpu_of_times(&fs::read_to_string(&times).context("reading what `times` wrote")?)
    }

    fn target(&self) -> PathBuf {
        self.scratch.join("target")
    }

    /// The build of the first command, and cargo's report of it.
    fn first(&self) -> Result<(Duration, String)> {
        let mut build = cargo(self.root, "build");
        lock_in_ci(&mut build).args(["--timings", "--example", EXAMPLE]);
        let cpu = self.timed(build.env("CARGO_TARGET_DIR", self.target()))?;
        let report = self.target().join("cargo-timings/cargo-timing.html");
        let html = fs::read_to_string(&report).with_context(|| format!("reading {}", report.display()))?;
        Ok((cpu, html))
    }

    /// What `preview` costs after an edit of the example, built with these options: the median.
    fn edit(&self, options: &[&str]) -> Result<Duration> {
        let folder = TempDir::new_in(self.scratch).context("making a directory for the example")?;
        let source = Edited::of(&self.root.join("examples").join(format!("{EXAMPLE}.rs")))?;
        let typed = |words: &[&str]| {
            let mut command = cargo(self.root, "run");
            lock_in_ci(&mut command).args(["--quiet", "--example", EXAMPLE]);
            command.arg("--manifest-path").arg(self.root.join("Cargo.toml")).args(options);
            command.arg("--").args(words).current_dir(&folder);
            command.env("CARGO_TARGET_DIR", self.target()).env("XDG_CONFIG_HOME", folder.path());
            command
        };
        run(&mut typed(&["up", "--yes"]))?;
        let mut measured = Vec::new();
        for number in 0..EDITS {
            source.turn(number % 2 == 0)?;
            measured.push(self.timed(&typed(&["preview"]))?);
        }
        measured.sort();
        Ok(measured[EDITS / 2])
    }

    /// The build of the program that the tests build outside the workspace.
    fn outside(&self) -> Result<Duration> {
        let template = self.root.join("tests/outside");
        let folder = self.scratch.join("outside");
        fs::create_dir_all(folder.join("src")).context("making a directory for the program")?;
        let manifest = fs::read_to_string(template.join("Cargo.toml.in")).context("reading the template")?;
        let place = format!("{:?}", self.root.display().to_string());
        fs::write(folder.join("Cargo.toml"), manifest.replace("\"IRONWARD\"", &place))?;
        fs::copy(template.join("src/main.rs"), folder.join("src/main.rs"))?;
        fs::copy(self.root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        let mut build = cargo(&folder, "build");
        self.timed(build.env("CARGO_TARGET_DIR", self.scratch.join("target-outside")))
    }
}

/// A source that is put back as it was.
struct Edited {
    path: PathBuf,
    text: String,
}

impl Edited {
    fn of(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        if !text.contains(EDIT.0) {
            bail!("{} has no `{}` to edit; is it as git has it?", path.display(), EDIT.0);
        }
        Ok(Self { path: path.into(), text })
    }

    /// Makes the edit, or takes it back.
    fn turn(&self, edited: bool) -> Result<()> {
        let text = if edited { self.text.replace(EDIT.0, EDIT.1) } else { self.text.clone() };
        fs::write(&self.path, text).with_context(|| format!("writing {}", self.path.display()))
    }
}

impl Drop for Edited {
    fn drop(&mut self) {
        // Where it can't be written, git has it.
        let _ = self.turn(false);
    }
}

/// What it was measured on, and when.
fn machine(root: &Path) -> Result<String> {
    let said = |program: &str, arguments: &[&str]| {
        output(Command::new(program).current_dir(root).args(arguments)).map(|text| text.trim().to_owned())
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let (date, commit) = (said("date", &["-u", "+%F"])?, said("git", &["rev-parse", "--short", "HEAD"])?);
    let model = fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    });
    let model = model.or_else(|| said("sysctl", &["-n", "machdep.cpu.brand_string"]).ok());
    Ok(format!(
        "Measured on {date} at commit {commit}, on {cores} cores of {}, {}.",
        model.unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
        std::env::consts::OS
    ))
}

fn minutes(time: Duration) -> String {
    format!("{:.1} min", time.as_secs_f64() / 60.0)
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edited_source_is_put_back() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let text = format!("x.{}", EDIT.0);
        fs::write(file.path(), &text).unwrap();
        let edited = Edited::of(file.path()).unwrap();
        edited.turn(true).unwrap();
        assert!(fs::read_to_string(file.path()).unwrap().contains(EDIT.1));
        drop(edited);
        assert_eq!(fs::read_to_string(file.path()).unwrap(), text);
        fs::write(file.path(), "other").unwrap();
        assert!(Edited::of(file.path()).is_err());
    }
}
