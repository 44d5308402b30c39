//! The step `wire`: every request that the tests send to an emulator is recorded on its way, and judged afterwards.
//!
//! The recorder is the program `ironward-recorder` of `ironward-likeaws`; the judge is `xtask/wire/judge.py`, which
//! runs in moto's environment: its pins name the release of botocore whose models it holds requests against.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use cargo_metadata::Metadata;

use crate::cache::Cache;
use crate::emulators::{Emulator, Setup};
use crate::process::{Group, run};
use crate::python;
use crate::workspace::{cargo, is_ci, lock_in_ci};

/// The variable that tells tests where to record what they send in process.
const VARIABLE: &str = "IRONWARD_TEST_WIRE";

/// What makes calls, which name their actions: the handlers, and the states in S3.
const CALLERS: [&str; 2] = ["crates/aws-provider/src", "crates/aws-state/src"];

/// The steps that together drive every action that can be driven.
const WHOLE: [&str; 2] = ["unit", "moto"];

/// The recordings of one test run.
#[derive(Debug)]
pub(crate) struct Recordings {
    directory: PathBuf,
    program: PathBuf,
    /// The steps that were recorded and passed.
    passed: Vec<&'static str>,
}

impl Recordings {
    /// Recordings into `directory`, which is made.
    pub(crate) fn into(directory: PathBuf, metadata: &Metadata) -> Result<Self> {
        fs::create_dir(&directory).with_context(|| format!("making {}", directory.display()))?;
        let program = metadata.target_directory.join("debug/ironward-recorder").into_std_path_buf();
        Ok(Self { directory, program, passed: Vec::new() })
    }

    /// Builds the recorder and starts it in front of an emulator, for as long as what is returned lives.
    pub(crate) fn before(
        &self,
        root: &Path,
        step: &str,
        emulator: Emulator,
        endpoint: &str,
    ) -> Result<Recorder> {
        // The set of packages of the tests; another one would compile the SDK again.
        let mut build = cargo(root, "build");
        run(lock_in_ci(&mut build).args(["--quiet", "--workspace", "--bin", "ironward-recorder"]))?;
        let file = self.directory.join(format!("{step}-{}.jsonl", emulator.name()));
        let mut command = Command::new(&self.program);
        command.arg(endpoint).arg(&file).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut group = Group::spawn(&mut command)?;
        let endpoint = group.first_line().context("starting the recorder of requests")?;
        anstream::println!("{} is recorded on its way through {endpoint}", emulator.title());
        let variables =
            vec![(emulator.variable(), endpoint), (VARIABLE, self.directory.display().to_string())];
        Ok(Recorder { variables, _group: Some(group) })
    }

    /// Notes that a step passed, so that what it should drive was driven.
    pub(crate) fn passed(&mut self, step: &'static str) {
        self.passed.push(step);
    }
}

/// A recorder in front of an emulator, or none where nobody asks for one; ended when dropped.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    /// What tests find instead of the emulator.
    pub(crate) variables: Vec<(&'static str, String)>,
    _group: Option<Group>,
}

/// How the judge ended, unless it found a fault.
#[derive(Debug)]
pub(crate) enum Judged {
    /// All is well, with a line for the table.
    Clean(String),
    /// There is no Python for it, for the reason given.
    NotRun(String),
}

/// Judges what was recorded.
///
/// # Errors
///
/// If a request is not as AWS wants it, if an action is driven otherwise than the lists say, if the judge overlooks what
/// was planted, and in CI if there is no Python for it.
pub(crate) fn judge(root: &Path, cache: &Cache, recordings: &Recordings) -> Result<Judged> {
    let venv = match Emulator::Moto.set_up(cache)? {
        Setup::Ready(venv) => venv,
        Setup::NoPython(reason) if is_ci() => bail!("the judge of requests can't run: {reason}"),
        Setup::NoPython(reason) => return Ok(Judged::NotRun(format!("the judge of requests: {reason}"))),
    };
    let note = recordings.directory.join("note.txt");
    let mut command = python::bare(&venv.program("python"));
    // Nothing is to be left beside the sources.
    command.arg("-B").arg(root.join("xtask/wire/judge.py")).arg(&recordings.directory);
    for sources in CALLERS {
        command.arg("--sources").arg(root.join(sources));
    }
    command.arg("--note").arg(&note);
    if WHOLE.iter().all(|step| recordings.passed.contains(step)) {
        command.arg("--whole");
    }
    run(&mut command)?;
    let note = fs::read_to_string(&note).with_context(|| format!("reading {}", note.display()))?;
    Ok(Judged::Clean(note))
}
