//! The linter of CloudFormation templates, at the release whose schemas the declarations are held against.

use std::path::PathBuf;

use anyhow::Result;

use crate::cache::Cache;
use crate::python::{self, Venv, Version};

const PINS: &str = include_str!("../registry/lint.txt");
const NAME: &str = "lint";
const LOWEST: Version = Version(3, 10);
const HIGHEST: Version = Version(3, 14);

/// The linter, or why there is none.
pub(crate) enum Linter {
    /// Where it is.
    At(PathBuf),
    /// No Python that it runs on was found.
    NoPython(String),
}

/// Installs the linter, unless that was done.
pub(crate) fn linter(cache: &Cache) -> Result<Linter> {
    let _lock = cache.lock(&format!("setup-{NAME}"))?;
    let venv = match Venv::existing(cache, NAME, PINS) {
        Some(venv) => venv,
        None => {
            let Some(python) = python::find(LOWEST, HIGHEST).chosen else {
                return Ok(Linter::NoPython(format!("no Python {LOWEST} to {HIGHEST} with venv found")));
            };
            Venv::make(cache, NAME, &python, PINS)?
        }
    };
    Ok(Linter::At(venv.program("cfn-lint")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_linter_is_the_release_whose_schemas_are_read() {
        let release = |pins: &'static str| pins.lines().find(|line| line.starts_with("cfn-lint=="));
        assert!(release(PINS).is_some());
        assert_eq!(release(PINS), release(include_str!("../registry/cfn-lint.txt")));
    }
}
