//! What can go wrong with a sandbox.

use std::io;
use std::path::{Path, PathBuf};

/// Why a sandbox could not be opened, saved, served or reset.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// Another process has the directory open and does not serve it.
    #[error(
        "the sandbox in {} is in use by another process; wait until it ends, or give this stack another directory",
        dir.display()
    )]
    InUse {
        /// The directory of the sandbox.
        dir: PathBuf,
    },

    /// Another process serves the directory over HTTP: requests can go there.
    #[error(
        "the sandbox in {} is served at {endpoint}; send requests there, or stop that server",
        dir.display()
    )]
    Served {
        /// The directory of the sandbox.
        dir: PathBuf,
        /// Where it is served, as `http://HOST:PORT`.
        endpoint: String,
    },

    /// A saved file cannot be read back. Nothing was changed or dropped.
    #[error(
        "the sandbox file {} cannot be read: {reason}; put a good copy in its place, or reset the sandbox to start again with nothing",
        path.display()
    )]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },

    /// The operating system refused a file operation.
    #[error("could not {action} {}", path.display())]
    Io {
        /// What was tried, as a verb: `read`, `write`, `lock`.
        action: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// The operating system's answer.
        source: io::Error,
    },

    /// An emulated service's state has no serialised form.
    #[error("could not serialise the state of {service} in {region}")]
    Serialize {
        /// The service's signing name.
        service: &'static str,
        /// The region.
        region: String,
        /// What the serialiser said.
        source: serde_json::Error,
    },

    /// An emulated service didn't take what every sandbox begins with.
    #[error("could not give {service} of the sandbox what every sandbox begins with: {reason}")]
    Furnish {
        /// The service's signing name.
        service: &'static str,
        /// What does not fit.
        reason: String,
    },

    /// The runtime was shut down while a file was being written.
    #[error("the runtime stopped before the sandbox had finished with its files")]
    Stopped {
        /// What the runtime said.
        source: tokio::task::JoinError,
    },

    /// The listener that a sandbox is served on stopped working.
    #[error("could not accept connections for the sandbox")]
    Listen {
        /// The operating system's answer.
        source: io::Error,
    },
}

impl SandboxError {
    /// Names the file and the attempt behind an I/O error.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> SandboxError {
        let path = path.to_path_buf();
        move |source| SandboxError::Io { action, path, source }
    }
}
