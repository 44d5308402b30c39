//! `cargo xtask bench`: the benchmarks of the engine, and what building costs.

mod build;
mod timings;

use std::path::Path;

use anyhow::Result;

use crate::process::run;
use crate::workspace::cargo;

/// Runs the benches of `ironward-core`, which compile nothing but the engine. With `scale` as the first
/// argument, those of whole lives with the real store, for each of the counts that follow; with `build`,
/// measures builds.
pub(crate) fn bench(root: &Path, arguments: &[String]) -> Result<()> {
    match arguments {
        [first, rest @ ..] if first == "build" => build::measure(root, rest),
        [first, rest @ ..] if first == "scale" => {
            let bench = ["--package", "ironward-store", "--bench", "scale", "--"];
            run(cargo(root, "bench").args(bench).args(rest))
        }
        _ => {
            run(cargo(root, "bench").args(["--package", "ironward-core", "--benches", "--"]).args(arguments))
        }
    }
}
