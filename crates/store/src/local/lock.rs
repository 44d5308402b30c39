//! The lock of a state directory.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ironward_core::clock::Timestamp;
use ironward_core::store::{StoreError, StoreErrorKind};

use super::disk::{failed, private};

/// The operating system's lock on a directory. It ends with the process, however that ends.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
}

/// How often the lock is tried, and how long between two tries. A holder that is just ending, or a
/// child that was begun meanwhile and hasn't closed its copy of the file yet, is gone in no time.
const TRIES: u32 = 8;
const PAUSE: Duration = Duration::from_millis(25);

fn patiently(file: &File) -> Result<(), TryLockError> {
    for _ in 1..TRIES {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            ended => return ended,
        }
    }
    file.try_lock()
}

impl Lock {
    /// Takes the lock and writes down who holds it.
    pub(crate) fn take(dir: &Path, holder: &str) -> Result<Self, StoreError> {
        let path = dir.join("lock");
        let mut file = private()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(failed("open", &path))?;
        match patiently(&file) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut who = String::new();
                // What it says only makes the message better.
                let _ = file.read_to_string(&mut who);
                return Err(in_use(dir, who.trim(), &file));
            }
            Err(TryLockError::Error(error)) => return Err(failed("lock", &path)(error)),
        }
        let who =
            format!("`{holder}` (process {}), since {}\n", std::process::id(), moment(SystemTime::now()));
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(who.as_bytes()))
            .map_err(failed("write", &path))?;
        Ok(Self { file })
    }
}

/// The complaint about a lock that another process has, which wrote `who` into its file.
fn in_use(dir: &Path, who: &str, file: &File) -> StoreError {
    let told = if who.is_empty() { "another process" } else { who };
    let name = who.rsplit_once(", since ").map_or(who, |(name, _)| name);
    let holder = (!who.is_empty()).then(|| name.to_owned());
    // The holder wrote it when it took the lock, and nobody since.
    let modified = file.metadata().and_then(|metadata| metadata.modified()).ok();
    let since = modified.filter(|_| holder.is_some()).map(moment);
    let message = format!("the state in {} is in use by {told}", dir.display());
    StoreError::new(StoreErrorKind::Locked { holder, since }, message)
        .with_hint("wait until it ends, or stop it; then run again")
}

impl Drop for Lock {
    fn drop(&mut self) {
        // The lock goes with the file handle; the name in it is only for people.
        let _ = self.file.set_len(0);
    }
}

fn moment(time: SystemTime) -> Timestamp {
    Timestamp::from_unix(time.duration_since(UNIX_EPOCH).unwrap_or_default())
}
