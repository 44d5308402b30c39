//! Python interpreters and virtual environments with pinned packages.

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::cache::Cache;
use crate::process;

/// Raised when an environment has to be made in another way from the same pins.
const LAYOUT: u32 = 1;

/// A Python release line such as 3.12.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(pub(crate) u32, pub(crate) u32);

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

/// An interpreter that can make virtual environments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Interpreter {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// Its release line.
    pub(crate) version: Version,
}

impl Interpreter {
    /// Asks the program at `path`; `None` if it is no working Python with `venv`.
    fn probe(path: PathBuf) -> Option<Self> {
        const PROGRAM: &str = "import ensurepip, sys, venv; print(*sys.version_info[:2])";
        let answer = process::output(bare(&path).args(["-c", PROGRAM])).ok()?;
        let mut parts = answer.split_whitespace().map(str::parse::<u32>);
        let (Some(Ok(major)), Some(Ok(minor))) = (parts.next(), parts.next()) else {
            return None;
        };
        Some(Self { path, version: Version(major, minor) })
    }
}

/// The interpreter that suits a range of versions, and what else was seen.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Search {
    /// The one to use.
    pub(crate) chosen: Option<Interpreter>,
    /// Every version found, each once, ascending.
    pub(crate) versions: Vec<Version>,
}

/// Looks on `PATH` and among pyenv's versions for Python from `lowest` to `highest`.
///
/// The highest version within the range is chosen.
pub(crate) fn find(lowest: Version, highest: Version) -> Search {
    choose(candidates().into_iter().filter_map(Interpreter::probe), lowest, highest)
}

fn choose(found: impl Iterator<Item = Interpreter>, lowest: Version, highest: Version) -> Search {
    let mut chosen: Option<Interpreter> = None;
    let mut versions = Vec::new();
    for interpreter in found {
        versions.push(interpreter.version);
        if (lowest..=highest).contains(&interpreter.version)
            && chosen.as_ref().is_none_or(|best| best.version < interpreter.version)
        {
            chosen = Some(interpreter);
        }
    }
    versions.sort();
    versions.dedup();
    Search { chosen, versions }
}

/// Programs that may be a Python 3, without duplicates.
fn candidates() -> Vec<PathBuf> {
    let mut directories: Vec<PathBuf> =
        env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default();
    let pyenv = env::var_os("PYENV_ROOT")
        .filter(|root| !root.is_empty())
        .map(PathBuf::from)
        .or_else(|| Some(env::home_dir()?.join(".pyenv")));
    if let Some(versions) = pyenv.and_then(|root| fs::read_dir(root.join("versions")).ok()) {
        directories.extend(versions.flatten().map(|version| version.path().join("bin")));
    }

    let mut programs: Vec<PathBuf> = Vec::new();
    for directory in directories {
        let Ok(entries) = fs::read_dir(&directory) else {
            continue;
        };
        let mut names: Vec<OsString> = entries
            .flatten()
            .map(|entry| entry.file_name())
            .filter(|name| name.to_str().is_some_and(is_python3))
            .collect();
        names.sort();
        programs.extend(names.into_iter().map(|name| directory.join(name)));
    }
    let mut seen = Vec::new();
    programs.retain(|program| {
        // Shims are one file under many names, each of which may act differently.
        let key = (program.canonicalize().ok(), program.file_name().map(OsString::from));
        let new = !seen.contains(&key);
        seen.push(key);
        new
    });
    programs
}

/// `python3` and `python3.N`, not `python3-config`.
fn is_python3(name: &str) -> bool {
    let Some(rest) = name.strip_prefix("python3") else {
        return false;
    };
    rest.is_empty()
        || rest
            .strip_prefix('.')
            .is_some_and(|minor| !minor.is_empty() && minor.bytes().all(|b| b.is_ascii_digit()))
}

/// A Python command that ignores the caller's own Python set-up.
pub(crate) fn bare(python: &Path) -> Command {
    let mut command = Command::new(python);
    command.env_remove("PYTHONHOME").env_remove("PYTHONPATH");
    command
}

/// A virtual environment whose packages are the pinned ones.
#[derive(Debug, Clone)]
pub(crate) struct Venv {
    root: PathBuf,
}

impl Venv {
    /// The environment called `name` if it is complete and up to date.
    pub(crate) fn existing(cache: &Cache, name: &str, pins: &str) -> Option<Self> {
        let venv = Self { root: cache.venv(name) };
        let stamp = fs::read_to_string(venv.stamp()).ok()?;
        // The interpreter is a link to one that may have been removed since.
        (stamp == stamp_for(pins) && venv.program("python").exists()).then_some(venv)
    }

    /// Makes the environment called `name` anew; `pins` is a requirements file with hashes.
    ///
    /// The stamp is written last, so an installation that was cut off counts as none.
    pub(crate) fn make(cache: &Cache, name: &str, python: &Interpreter, pins: &str) -> Result<Self> {
        let venv = Self { root: cache.venv(name) };
        if venv.root.exists() {
            fs::remove_dir_all(&venv.root)
                .with_context(|| format!("removing the outdated {}", venv.root.display()))?;
        }
        process::run(bare(&python.path).args(["-m", "venv"]).arg(&venv.root))?;
        let requirements = venv.root.join("requirements.txt");
        fs::write(&requirements, pins).with_context(|| format!("writing {}", requirements.display()))?;
        process::run(
            bare(&venv.program("python"))
                .args(["-m", "pip", "install", "--quiet", "--no-input"])
                .args(["--disable-pip-version-check", "--no-deps", "--require-hashes"])
                .arg("--requirement")
                .arg(&requirements),
        )
        .context("pip needs a package index; check the network and `pip config list`")?;
        let stamp = venv.stamp();
        let unfinished = stamp.with_extension("new");
        fs::write(&unfinished, stamp_for(pins))
            .and_then(|()| fs::rename(&unfinished, &stamp))
            .with_context(|| format!("writing {}", stamp.display()))?;
        match Self::existing(cache, name, pins) {
            Some(venv) => Ok(venv),
            None => bail!("{} was made but holds no Python", venv.root.display()),
        }
    }

    /// The path of a program in the environment.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.root.join("bin").join(name)
    }

    /// Where the installed packages are.
    pub(crate) fn packages(&self) -> Result<PathBuf> {
        const PROGRAM: &str = "import sysconfig; print(sysconfig.get_path('purelib'))";
        let answer = process::output(bare(&self.program("python")).args(["-c", PROGRAM]))?;
        Ok(PathBuf::from(answer.trim()))
    }

    fn stamp(&self) -> PathBuf {
        self.root.join("ironward-stamp")
    }
}

fn stamp_for(pins: &str) -> String {
    format!("layout {LAYOUT}\n{pins}")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use tempfile::TempDir;

    use super::*;

    fn interpreters(versions: &[Version]) -> impl Iterator<Item = Interpreter> {
        versions.iter().map(|&version| Interpreter { path: version.to_string().into(), version })
    }

    #[test]
    fn the_highest_version_in_range_is_chosen() {
        let found = [Version(3, 9), Version(3, 13), Version(3, 12), Version(3, 14)];
        let search = choose(interpreters(&found), Version(3, 12), Version(3, 13));
        assert_eq!(search.chosen.map(|python| python.version), Some(Version(3, 13)));
        assert_eq!(search.versions, [Version(3, 9), Version(3, 12), Version(3, 13), Version(3, 14)]);
    }

    #[test]
    fn nothing_in_range_is_none() {
        let search = choose(interpreters(&[Version(3, 9), Version(3, 14)]), Version(3, 12), Version(3, 13));
        assert_eq!(search.chosen, None);
    }

    #[test]
    fn names_of_interpreters() {
        for name in ["python3", "python3.9", "python3.13"] {
            assert!(is_python3(name), "{name}");
        }
        for name in ["python", "python2.7", "python3-config", "python3.", "python3.13-config"] {
            assert!(!is_python3(name), "{name}");
        }
    }

    #[test]
    fn only_a_stamped_environment_with_these_pins_exists() {
        let root = TempDir::new().unwrap();
        let cache = Cache::at(root.path());
        let venv = Venv { root: cache.venv("x") };
        fs::create_dir_all(venv.root.join("bin")).unwrap();
        symlink("/bin/sh", venv.program("python")).unwrap();
        assert!(Venv::existing(&cache, "x", "a==1").is_none(), "cut off before the stamp");

        fs::write(venv.stamp(), stamp_for("a==1")).unwrap();
        assert!(Venv::existing(&cache, "x", "a==1").is_some());
        assert!(Venv::existing(&cache, "x", "a==2").is_none(), "other pins");

        fs::remove_file(venv.program("python")).unwrap();
        symlink("gone", venv.program("python")).unwrap();
        assert!(Venv::existing(&cache, "x", "a==1").is_none(), "the interpreter is gone");
    }
}
