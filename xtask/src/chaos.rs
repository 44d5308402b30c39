//! `cargo xtask chaos`: the FHIR server example, and a program whose declarations move, killed at every call against moto.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};
use cargo_metadata::Metadata;

use crate::cache::Cache;
use crate::emulators::{Emulator, Running, Setup};
use crate::process::run;
use crate::workspace::{cargo, lock_in_ci};

/// How many kill points every test run goes through.
pub(crate) const TESTED: usize = 24;

/// How many of a run in which declarations move.
pub(crate) const TESTED_MOVES: usize = 12;

/// How many cases run at a time unless the caller says so.
const JOBS: usize = 2;

/// Builds the example and the harness, starts a moto for each job, and hands the other arguments on.
pub(crate) fn chaos(root: &Path, metadata: &Metadata, cache: &Cache, arguments: &[String]) -> Result<()> {
    let (jobs, arguments) = jobs(arguments)?;
    let mut build = cargo(root, "build");
    // The set of packages of the tests; another one would compile the SDK again.
    lock_in_ci(&mut build).args(["--workspace", "--bin", "ironward-chaos"]);
    run(build.args(["--example", "peer_fhir_server", "--example", "moving_house"]))?;

    let motos = start(cache, jobs)?;
    let built = metadata.target_directory.join("debug");
    let mut command = Command::new(built.join("ironward-chaos"));
    command.arg("--program").arg(built.join("examples/peer_fhir_server"));
    command.arg("--moving").arg(built.join("examples/moving_house"));
    for moto in &motos {
        command.args(["--moto", moto.endpoint().trim_start_matches("http://")]);
    }
    run(command.args(arguments))
}

/// The value of `--jobs`, wherever it stands, and what is left without it.
fn jobs(arguments: &[String]) -> Result<(usize, Vec<String>)> {
    let mut rest = arguments.to_vec();
    let Some(place) = rest.iter().position(|argument| argument == "--jobs") else {
        return Ok((JOBS, rest));
    };
    let jobs = rest.get(place + 1).and_then(|text| text.parse().ok()).filter(|jobs| *jobs > 0);
    let Some(jobs) = jobs else { bail!("write `--jobs J` with a J of 1 or more") };
    rest.drain(place..=place + 1);
    Ok((jobs, rest))
}

fn start(cache: &Cache, jobs: usize) -> Result<Vec<Running>> {
    let venv = match Emulator::Moto.set_up(cache)? {
        Setup::Ready(venv) => venv,
        Setup::NoPython(reason) => bail!("moto cannot run: {reason}"),
    };
    (0..jobs).map(|_| Emulator::Moto.start(&venv, &cache.new_run()?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_jobs_are_taken_out_of_the_arguments() {
        let given = |text: &str| text.split(' ').map(String::from).collect::<Vec<_>>();
        assert_eq!(jobs(&given("--sample 5 --jobs 4 --seed 2")).unwrap(), (4, given("--sample 5 --seed 2")));
        assert_eq!(jobs(&given("--sample 5")).unwrap(), (JOBS, given("--sample 5")));
        assert!(jobs(&given("--jobs")).is_err() && jobs(&given("--jobs 0")).is_err());
    }
}
