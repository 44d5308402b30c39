//! Real kills: the FHIR server example as a process, an emulator behind a proxy, and SIGKILL.
//!
//! [`case`] runs one kill point from a clean emulator to its verdict, [`proxy`] counts the calls and
//! strikes, [`census`] asks the emulator what is there, and [`report`] keeps and adds up the results.

#![forbid(unsafe_code)]

pub mod case;
pub mod census;
pub mod proxy;
pub mod report;
pub mod stage;

use std::path::PathBuf;

/// What keeps the harness itself from going on; a defect of the program under test is a verdict instead.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or a process of ours.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// Why it failed.
        source: std::io::Error,
    },
    /// An emulator, or a port in front of one, can't be had.
    #[error(transparent)]
    Http(#[from] ironward_likeaws::Error),
    /// A run that nobody disturbed failed, so that nothing can be compared with it.
    #[error("`{command}` failed undisturbed:\n{said}")]
    Undisturbed {
        /// What was run.
        command: String,
        /// The end of its output.
        said: String,
    },
    /// A results file that isn't one.
    #[error("{}: line {line} isn't a result: {source}", path.display())]
    Results {
        /// Its path.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// Why it can't be read.
        source: serde_json::Error,
    },
    /// A kill point that can't be read.
    #[error(
        "`{0}` is no case; write COMMAND:N:PHASE such as up:217:after, aimed:final-snapshot, or faults:SEED"
    )]
    Name(String),
}

impl Error {
    /// Says what was tried when `source` happened.
    pub fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        |source| Self::Io { what, source }
    }
}
