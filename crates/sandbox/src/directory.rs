//! The directory of a persisted sandbox: its lock, and where it is served.
//!
//! ```text
//! lock                      locked while a process has the sandbox open
//! endpoint                  where the process that holds the lock serves it, if it does
//! state/SERVICE.REGION      a service's state in one region
//! objects/REGION/SHA256     a large S3 object body
//! ```

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::SandboxError;

const LOCK: &str = "lock";
const ENDPOINT: &str = "endpoint";

/// A sandbox directory that this process has to itself.
#[derive(Debug)]
pub(crate) struct Directory {
    path: PathBuf,
    // Released by the operating system when the file is closed, however the process ends.
    _lock: File,
}

impl Directory {
    /// Creates the directory where needed and takes its lock.
    pub(crate) fn lock(path: &Path) -> Result<Directory, SandboxError> {
        fs::create_dir_all(path).map_err(SandboxError::io("create", path))?;
        let lock = lock_file(path)?;
        // Whoever asks where a sandbox is served holds the lock for a moment.
        let mut attempts = 20;
        loop {
            match lock.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if attempts > 0 => {
                    attempts -= 1;
                    std::thread::sleep(Duration::from_millis(5));
                }
                Err(TryLockError::WouldBlock) => {
                    let dir = path.to_path_buf();
                    return Err(match read_endpoint(path)? {
                        Some(endpoint) => SandboxError::Served { dir, endpoint },
                        None => SandboxError::InUse { dir },
                    });
                }
                Err(TryLockError::Error(source)) => {
                    return Err(SandboxError::io("lock", &path.join(LOCK))(source));
                }
            }
        }
        let directory = Directory { path: path.to_path_buf(), _lock: lock };
        // Left by a server that was killed.
        directory.clear_endpoint()?;
        Ok(directory)
    }

    /// The directory itself.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes down where the sandbox is served.
    pub(crate) fn publish_endpoint(&self, endpoint: &str) -> Result<(), SandboxError> {
        replace(&self.path.join(ENDPOINT), endpoint.as_bytes())
    }

    /// Withdraws what [`Directory::publish_endpoint`] wrote.
    pub(crate) fn clear_endpoint(&self) -> Result<(), SandboxError> {
        remove_file(&self.path.join(ENDPOINT))
    }

    /// Removes everything but the lock.
    pub(crate) fn clear(&self) -> Result<(), SandboxError> {
        for name in ["state", "objects"] {
            let path = self.path.join(name);
            match fs::remove_dir_all(&path) {
                Err(source) if source.kind() != io::ErrorKind::NotFound => {
                    return Err(SandboxError::io("remove", &path)(source));
                }
                _ => {}
            }
        }
        sync_dir(&self.path)
    }
}

/// Where a live process serves the sandbox of a directory.
pub(crate) fn served_at(path: &Path) -> Result<Option<String>, SandboxError> {
    // Most directories are not served, and asking must not create one.
    let Some(endpoint) = read_endpoint(path)? else {
        return Ok(None);
    };
    let lock = lock_file(path)?;
    match lock.try_lock_shared() {
        // Nobody has it open: the server was killed.
        Ok(()) => Ok(None),
        Err(TryLockError::WouldBlock) => Ok(Some(endpoint)),
        Err(TryLockError::Error(source)) => Err(SandboxError::io("lock", &path.join(LOCK))(source)),
    }
}

/// Replaces a file so that a reader sees the old content or the new, whatever happens meanwhile.
pub(crate) fn replace(path: &Path, content: &[u8]) -> Result<(), SandboxError> {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(TEMPORARY);
    let temporary = path.with_file_name(name);
    let mut file = File::create(&temporary).map_err(SandboxError::io("create", &temporary))?;
    file.write_all(content).and_then(|()| file.sync_all()).map_err(SandboxError::io("write", &temporary))?;
    fs::rename(&temporary, path).map_err(SandboxError::io("replace", path))?;
    path.parent().map_or(Ok(()), sync_dir)
}

/// What an interrupted [`replace`] leaves behind ends with this.
pub(crate) const TEMPORARY: &str = ".new";

/// Removes a file that may be gone already.
pub(crate) fn remove_file(path: &Path) -> Result<(), SandboxError> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(SandboxError::io("remove", path)(source))
        }
        _ => Ok(()),
    }
}

fn lock_file(dir: &Path) -> Result<File, SandboxError> {
    let path = dir.join(LOCK);
    File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(SandboxError::io("open", &path))
}

fn read_endpoint(dir: &Path) -> Result<Option<String>, SandboxError> {
    let path = dir.join(ENDPOINT);
    match fs::read_to_string(&path) {
        Ok(endpoint) => Ok(Some(endpoint.trim().to_owned())),
        Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(SandboxError::io("read", &path)(source)),
    }
}

/// Makes renames in a directory durable. Only Unix can open a directory to ask for it.
fn sync_dir(path: &Path) -> Result<(), SandboxError> {
    if cfg!(unix) {
        File::open(path).and_then(|dir| dir.sync_all()).map_err(SandboxError::io("write", path))?;
    }
    Ok(())
}
