//! Files that are whole or absent.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use ironward_core::store::{StoreError, StoreErrorKind};

/// An error of the operating system, with what was tried on what.
pub(crate) fn failed<'a>(doing: &'a str, path: &'a Path) -> impl FnOnce(io::Error) -> StoreError + 'a {
    move |error| {
        let hint = match error.kind() {
            ErrorKind::PermissionDenied => "check who owns the directory and its files",
            ErrorKind::StorageFull => "make room on the disk, then run again",
            _ => "check the disk and the directory, then run again",
        };
        let kind = match error.kind() {
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => StoreErrorKind::Denied,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreErrorKind::Full,
            _ => StoreErrorKind::Unreachable,
        };
        StoreError::new(kind, format!("can't {doing} {}: {error}", path.display()))
            .with_hint(hint)
            .with_source(error)
    }
}

/// Creates a directory that only its owner can enter.
pub(crate) fn create_directory(dir: &Path) -> Result<(), StoreError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).map_err(failed("create", dir))
}

/// Options that make new files readable and writable by their owner only.
pub(crate) fn private() -> OpenOptions {
    #[cfg_attr(not(unix), allow(unused_mut))]
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Reads a file; nothing where there is none.
pub(crate) fn read(path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("read", path)(error)),
    }
}

/// Puts a file in the place of another, so that after a power cut one of the two is there whole.
pub(crate) fn replace(path: &Path, contents: &[u8]) -> Result<File, StoreError> {
    let fresh = path.with_extension("new");
    let mut file =
        private().write(true).create(true).truncate(true).open(&fresh).map_err(failed("create", &fresh))?;
    file.write_all(contents).map_err(failed("write", &fresh))?;
    file.sync_all().map_err(failed("write", &fresh))?;
    fs::rename(&fresh, path).map_err(failed("replace", path))?;
    sync_directory(path.parent().unwrap_or(Path::new(".")))?;
    Ok(file)
}

/// Makes the names in a directory durable.
pub(crate) fn sync_directory(dir: &Path) -> Result<(), StoreError> {
    if cfg!(unix) {
        let file = File::open(dir).map_err(failed("open", dir))?;
        file.sync_all().map_err(failed("write", dir))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_operating_system_says_has_a_kind() {
        for (said, kind) in [
            (ErrorKind::PermissionDenied, StoreErrorKind::Denied),
            (ErrorKind::ReadOnlyFilesystem, StoreErrorKind::Denied),
            (ErrorKind::StorageFull, StoreErrorKind::Full),
            (ErrorKind::QuotaExceeded, StoreErrorKind::Full),
            (ErrorKind::NotADirectory, StoreErrorKind::Unreachable),
            (ErrorKind::Other, StoreErrorKind::Unreachable),
        ] {
            let error = failed("write", Path::new("state.json"))(said.into());
            assert_eq!(error.kind(), &kind, "{error}");
        }
    }
}
