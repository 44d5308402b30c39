//! `cargo xtask chaos`: the FHIR server example, killed at every call against moto.

use std::ffi::OsString;
use std::path::Path;

use anyhow::{Result, bail};
use cargo_metadata::Metadata;

use crate::cache::Cache;
use crate::emulators::{Emulator, Running, Setup};
use crate::process::run;
use crate::workspace::{cargo, lock_in_ci};

/// How many kill points every test run goes through.
pub(crate) const TESTED: usize = 24;

/// How many jobs a test run has; each has its own moto.
pub(crate) const JOBS: usize = 2;

/// Builds the example and the harness, starts a moto for each job, and hands `arguments` on.
pub(crate) fn chaos(
    root: &Path,
    metadata: &Metadata,
    cache: &Cache,
    jobs: usize,
    arguments: &[String],
) -> Result<()> {
    let mut build = cargo(root, "build");
    // The set of packages of the tests; another one would compile the SDK again.
    lock_in_ci(&mut build).args(["--workspace", "--exclude", "xtask", "--bin", "ironward-chaos"]);
    run(build.args(["--example", "hipaa_fhir_server"]))?;

    let motos = start(cache, jobs.max(1))?;
    let built = metadata.target_directory.join("debug");
    let mut command = std::process::Command::new(built.join("ironward-chaos"));
    command.arg("--program").arg(built.join("examples/hipaa_fhir_server"));
    for moto in &motos {
        let endpoint = moto.endpoint();
        command.arg("--moto").arg(OsString::from(endpoint.trim_start_matches("http://")));
    }
    run(command.current_dir(root).args(arguments))
}

fn start(cache: &Cache, jobs: usize) -> Result<Vec<Running>> {
    let venv = match Emulator::Moto.set_up(cache)? {
        Setup::Ready(venv) => venv,
        Setup::NoPython(reason) => bail!("moto cannot run: {reason}"),
    };
    (0..jobs).map(|_| Emulator::Moto.start(&venv, &cache.new_run()?)).collect()
}
