//! `cargo xtask sim`: the simulated cloud, at full speed.

use std::path::Path;

use anyhow::Result;

use crate::process::run;
use crate::workspace::{cargo, lock_in_ci};

/// How many schedules every test run goes through.
pub(crate) const TESTED: u64 = 10_000;

/// Runs `ironward-sim`, which compiles nothing but the engine.
pub(crate) fn sim(root: &Path, arguments: &[String]) -> Result<()> {
    let mut command = cargo(root, "run");
    lock_in_ci(&mut command).args(["--quiet", "--release", "--package", "ironward-sim", "--"]);
    run(command.args(arguments))
}

/// Compiles it, and says how long that took.
pub(crate) fn build(root: &Path) -> Result<()> {
    run(lock_in_ci(cargo(root, "build").args(["--release", "--package", "ironward-sim"])))
}
