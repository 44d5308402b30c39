//! The registry's schemas inside a release of cfn-lint: the pinned one, or another to compare with it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use tempfile::TempDir;

use crate::cache::Cache;
use crate::process;
use crate::python::{self, Venv, Version, bare};

const PINS: &str = include_str!("../../registry/cfn-lint.txt");
const NAME: &str = "cfn-lint";

/// The region whose schemas are read: the one that has every type first.
pub(super) const REGION: &str = "us-east-1";

/// What pip says of a release that isn't there.
const NO_RELEASE: &str = "No matching distribution found";

/// The pinned release, such as `1.58.0`.
pub(super) fn pinned() -> &'static str {
    let line = PINS.lines().find_map(|line| line.strip_prefix("cfn-lint=="));
    line.map_or("", |line| line.trim_end_matches(" \\"))
}

/// The schemas of a release.
pub(crate) struct Schemas {
    directory: PathBuf,
    resources: Value,
    /// What was installed for this run alone, and goes with it.
    _scratch: Option<TempDir>,
}

impl Schemas {
    /// Those of the pinned release, which is installed unless it is there.
    pub(crate) fn open(cache: &Cache) -> Result<Self> {
        Self::inside(&installed(cache)?.packages()?, None)
    }

    /// Those of another release, installed into a directory that goes with them.
    pub(super) fn of(cache: &Cache, release: &str) -> Result<Self> {
        let plausible =
            |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '!') && !release.starts_with(c);
        ensure!(
            !release.is_empty() && release.chars().all(plausible),
            "`{release}` is no release of {NAME}: type one such as `{}`",
            pinned()
        );
        let scratch =
            TempDir::with_prefix("ironward-schemas-").context("making a directory for the schemas")?;
        let requirement = format!("{NAME}=={release}");
        // A wheel and nothing else: what is in it is read, and none of it is run.
        let installation = process::output(
            bare(&installed(cache)?.program("python"))
                .args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"])
                .args(["--no-deps", "--no-compile", "--only-binary=:all:", "--ignore-requires-python"])
                .args([&requirement, "--target"])
                .arg(scratch.path()),
        );
        match installation {
            Ok(_) => {}
            Err(error) if error.to_string().contains(NO_RELEASE) => {
                bail!(no_release(release, &error.to_string()))
            }
            Err(error) => {
                return Err(error)
                    .context("pip needs a package index; check the network and `pip config list`");
            }
        }
        let packages = scratch.path().to_owned();
        Self::inside(&packages, Some(scratch)).with_context(|| {
            format!(
                "{NAME} {release} keeps its schemas in another form; take a release nearer to {}",
                pinned()
            )
        })
    }

    fn inside(packages: &Path, scratch: Option<TempDir>) -> Result<Self> {
        let directory = packages.join("cfnlint/data/schemas");
        let resources = json(&directory.join("providers").join(format!("{REGION}.json")))?;
        Ok(Self { directory, resources, _scratch: scratch })
    }

    /// The day that the schemas are from.
    pub(super) fn date(&self) -> Result<String> {
        let version = json(&self.directory.join("version.json"))?;
        let date = version["schema_date"].as_str().context("version.json has no `schema_date`")?;
        Ok(date.split('T').next().unwrap_or(date).to_owned())
    }

    /// The names of the types, sorted.
    pub(crate) fn names(&self) -> Vec<&str> {
        self.resources.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect()
    }

    /// The schema of a type; `None` if the registry doesn't have it.
    pub(crate) fn read(&self, name: &str) -> Result<Option<Value>> {
        match self.resources[name].as_str() {
            Some(file) => json(&self.directory.join("resources").join(format!("{file}.json"))).map(Some),
            None => Ok(None),
        }
    }
}

/// The environment that holds the pinned release.
fn installed(cache: &Cache) -> Result<Venv> {
    let _lock = cache.lock(&format!("setup-{NAME}"))?;
    if let Some(venv) = Venv::existing(cache, NAME, PINS) {
        return Ok(venv);
    }
    let (lowest, highest) = (Version(3, 10), Version(3, 14));
    let Some(python) = python::find(lowest, highest).chosen else {
        bail!("the registry schemas need a Python from {lowest} to {highest} with venv");
    };
    Venv::make(cache, NAME, &python, PINS)
}

/// What to say of a release that isn't there, from what pip says of those that are.
fn no_release(release: &str, said: &str) -> String {
    let listed = said.split_once("(from versions: ").and_then(|(_, rest)| rest.split_once(')'));
    let final_ones = |listed: &str| -> Vec<String> {
        let all = listed.split(", ").filter(|one| one.chars().all(|c| c.is_ascii_digit() || c == '.'));
        all.map(str::to_owned).collect()
    };
    let all = listed.map(|(listed, _)| final_ones(listed)).unwrap_or_default();
    let line = release.rsplit_once('.').map_or(release, |(line, _)| line);
    let alike: Vec<String> = all
        .iter()
        .filter(|one| one.rsplit_once('.').is_some_and(|(other, _)| other == line))
        .cloned()
        .collect();
    let (what, near) = if alike.is_empty() { ("the newest are", all) } else { ("there are", alike) };
    let near = &near[near.len().saturating_sub(3)..];
    // With the pinned one nothing would be compared.
    match near.iter().rev().find(|one| *one != pinned()).or(near.last()) {
        Some(last) => format!(
            "{NAME} has no release {release}; {what} {}: type `cargo xtask registry --diff {last}`",
            near.join(", ")
        ),
        None => format!(
            "the package index has no release {release} of {NAME}, nor any other; check the network and \
             `pip config list`"
        ),
    }
}

fn json(path: &Path) -> Result<Value> {
    let text = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("parsing {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pinned_release_is_a_version() {
        assert!(pinned().split('.').all(|part| part.parse::<u32>().is_ok()), "{}", pinned());
    }

    #[test]
    fn a_release_that_is_not_there_names_those_that_are() {
        let said =
            |versions: &str| format!("ERROR: Could not find … (from versions: {versions})\n{NO_RELEASE}");
        for (release, versions, expected) in [
            (
                "1.57.9",
                "1.2.5a8, 1.57.0, 1.57.1, 1.58.0",
                "cfn-lint has no release 1.57.9; there are 1.57.0, 1.57.1: type `cargo xtask registry --diff 1.57.1`",
            ),
            (
                "9.0",
                &format!("1.2.5a8, 0.1.0, 0.2.0, 0.3.0, {}", pinned()),
                &format!(
                    "cfn-lint has no release 9.0; the newest are 0.2.0, 0.3.0, {}: type \
                     `cargo xtask registry --diff 0.3.0`",
                    pinned()
                ),
            ),
            (
                "9.0",
                "none",
                "the package index has no release 9.0 of cfn-lint, nor any other; check the network and \
                 `pip config list`",
            ),
        ] {
            assert_eq!(no_release(release, &said(versions)), expected);
        }
    }

    #[test]
    fn only_a_version_is_asked_for() {
        let root = TempDir::new().unwrap();
        for release in ["", "--pre", ">=1", "1.0 other", "../x"] {
            let error = Schemas::of(&Cache::at(root.path()), release).err().unwrap().to_string();
            assert!(error.contains("is no release"), "{error}");
        }
    }
}
