//! The workspace that the tasks work on.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use cargo_metadata::{CargoOpt, Metadata, MetadataCommand};

/// The root of the checkout that this program was built from.
pub(crate) fn root() -> Result<PathBuf> {
    let manifest = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    let root = manifest.parent().unwrap_or(Path::new("."));
    root.canonicalize().with_context(|| format!("looking for the workspace at {}", root.display()))
}

/// Whether this is a CI run: `CI` is set to something other than nothing or `false`.
pub(crate) fn is_ci() -> bool {
    env::var("CI").is_ok_and(|ci| !matches!(ci.as_str(), "" | "0" | "false"))
}

/// A cargo command in the workspace, through the cargo that runs us.
pub(crate) fn cargo(root: &Path, subcommand: &str) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root).arg(subcommand);
    // Set for us by `cargo run`; a build script or a test that looks must see its own.
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_")) {
            command.env_remove(name);
        }
    }
    command.env_remove("CARGO_MANIFEST_DIR").env_remove("CARGO_MANIFEST_PATH");
    command
}

/// Adds `--locked` in CI, where a stale lock file is a mistake.
pub(crate) fn lock_in_ci(command: &mut Command) -> &mut Command {
    if is_ci() {
        command.arg("--locked");
    }
    command
}

/// What cargo knows of the workspace, with every optional dependency.
pub(crate) fn metadata(root: &Path) -> Result<Metadata> {
    MetadataCommand::new()
        .manifest_path(root.join("Cargo.toml"))
        .features(CargoOpt::AllFeatures)
        .exec()
        .context("asking cargo about the workspace")
}
