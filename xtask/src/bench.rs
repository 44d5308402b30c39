//! `cargo xtask bench`: the benchmarks of the engine, and what building costs.

mod build;
mod timings;

use std::path::Path;

use anyhow::Result;

use crate::process::run;
use crate::workspace::cargo;

/// Runs the benches of `ironward-core`, which compile nothing but the engine; or, with `build` as the
/// first argument, measures builds.
pub(crate) fn bench(root: &Path, arguments: &[String]) -> Result<()> {
    match arguments {
        [first, rest @ ..] if first == "build" => build::measure(root, rest),
        _ => {
            run(cargo(root, "bench").args(["--package", "ironward-core", "--benches", "--"]).args(arguments))
        }
    }
}
