//! `cargo xtask bench`: the benchmarks of the engine.

use std::path::Path;

use anyhow::Result;

use crate::process::run;
use crate::workspace::cargo;

/// Runs the benches of `ironward-core`, which compile nothing but the engine.
pub(crate) fn bench(root: &Path, arguments: &[String]) -> Result<()> {
    run(cargo(root, "bench").args(["--package", "ironward-core", "--benches", "--"]).args(arguments))
}
