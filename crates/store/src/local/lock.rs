//! The lock of a state directory.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ironward_core::clock::Timestamp;
use ironward_core::store::StoreError;

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
                let who = match who.trim() {
                    "" => "another process",
                    who => who,
                };
                return Err(StoreError::new(format!("the state in {} is in use by {who}", dir.display()))
                    .with_hint("wait until it ends, or stop it; then run again"));
            }
            Err(TryLockError::Error(error)) => return Err(failed("lock", &path)(error)),
        }
        let who = format!("`{holder}` (process {}), since {}\n", std::process::id(), now());
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(who.as_bytes()))
            .map_err(failed("write", &path))?;
        Ok(Self { file })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // The lock goes with the file handle; the name in it is only for people.
        let _ = self.file.set_len(0);
    }
}

fn now() -> String {
    Timestamp::from_unix(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()).to_string()
}
