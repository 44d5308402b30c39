//! The directory outside the tree that holds what is costly to make.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

/// How many earlier runs keep their emulator logs.
const KEPT_RUNS: usize = 8;

/// `$IRONWARD_CACHE`, else `$XDG_CACHE_HOME/ironward`, else `~/.cache/ironward`.
#[derive(Debug, Clone)]
pub(crate) struct Cache {
    root: PathBuf,
}

impl Cache {
    /// Finds the cache directory and makes it.
    pub(crate) fn open() -> Result<Self> {
        let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
        let root = if let Some(root) = set("IRONWARD_CACHE") {
            PathBuf::from(root)
        } else if let Some(base) = set("XDG_CACHE_HOME") {
            Path::new(&base).join("ironward")
        } else if let Some(home) = env::home_dir() {
            home.join(".cache").join("ironward")
        } else {
            bail!("no home directory to keep a cache in; set IRONWARD_CACHE to a directory");
        };
        fs::create_dir_all(&root).with_context(|| {
            format!("cannot make the cache directory {}; set IRONWARD_CACHE to another one", root.display())
        })?;
        let root = root.canonicalize().with_context(|| format!("resolving {}", root.display()))?;
        Ok(Self { root })
    }

    /// A cache at a given place.
    #[cfg(test)]
    pub(crate) fn at(root: &Path) -> Self {
        Self { root: root.into() }
    }

    /// Where the virtual environment called `name` is or will be.
    pub(crate) fn venv(&self, name: &str) -> PathBuf {
        self.root.join(format!("emulator-{name}"))
    }

    /// Where the file called `name` is or will be.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Waits for the lock called `name` and holds it until the file is dropped.
    pub(crate) fn lock(&self, name: &str) -> Result<File> {
        let path = self.root.join(format!("{name}.lock"));
        let file = File::create(&path).with_context(|| format!("opening {}", path.display()))?;
        file.lock().with_context(|| format!("locking {}", path.display()))?;
        Ok(file)
    }

    /// A new directory for the logs and data of one run; the oldest runs are removed.
    pub(crate) fn new_run(&self) -> Result<PathBuf> {
        let runs = self.root.join("runs");
        fs::create_dir_all(&runs).with_context(|| format!("making {}", runs.display()))?;
        let mut earlier: Vec<(SystemTime, PathBuf)> = fs::read_dir(&runs)
            .with_context(|| format!("reading {}", runs.display()))?
            .flatten()
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .collect();
        earlier.sort_by_key(|(modified, _)| std::cmp::Reverse(*modified));
        for (_, path) in earlier.iter().skip(KEPT_RUNS) {
            // Somebody else may be cleaning up too.
            let _ = fs::remove_dir_all(path);
        }
        Ok(TempDir::with_prefix_in("run-", &runs)
            .with_context(|| format!("making a directory in {}", runs.display()))?
            .keep())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_latest_runs_are_kept() {
        let root = TempDir::new().unwrap();
        let cache = Cache::at(root.path());
        for _ in 0..KEPT_RUNS + 3 {
            assert!(cache.new_run().unwrap().is_dir());
        }
        let kept = fs::read_dir(root.path().join("runs")).unwrap().count();
        assert_eq!(kept, KEPT_RUNS + 1);
    }
}
