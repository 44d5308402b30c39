//! The history of a stack: every apply, who ran it, what it was to do and how it ended.
//!
//! An apply is two entries of the journal, [`Entry::ApplyBegan`] and [`Entry::ApplyEnded`], so that one
//! that was interrupted shows: it began and never ended. A store keeps what follows from them, an
//! [`Apply`] each, beyond the journal's compaction.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::clock::Timestamp;
use crate::model::consent::{DataValue, Lost};
use crate::model::error::ProviderError;
use crate::model::path::Path;
use crate::state::{Counts, Deed, Entry, State};

/// Who applies, for the history.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// The person and machine, such as `ada@lab`; empty where it isn't known.
    pub who: String,
    /// The version of the program; empty where it has none.
    pub version: String,
}

/// What an apply was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Command {
    /// To make the cloud as declared.
    Up,
    /// To take everything down.
    Destroy,
    /// To bring the recorded attributes up to date.
    Refresh,
    /// To take over what exists, and nothing else.
    Import,
    /// To take down what a failed apply made.
    Rollback,
    /// To record resources under other paths.
    Move,
    /// To let go of resources that stay in the cloud.
    Forget,
    /// To put another version of the state in its place.
    Push,
    /// To go on from this state although the anchor knows a newer one.
    Accept,
}

impl Command {
    /// Whether it is about everything that the program declares, its outputs included.
    pub(crate) fn is_whole(self) -> bool {
        matches!(self, Self::Up | Self::Destroy)
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Up => "up",
            Self::Destroy => "destroy",
            Self::Refresh => "refresh",
            Self::Import => "import",
            Self::Rollback => "rollback",
            Self::Move => "state mv",
            Self::Forget => "state rm",
            Self::Push => "state push",
            Self::Accept => "state accept",
        })
    }
}

/// The beginning of an apply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// Its number; the first has 1.
    pub number: u64,
    /// Who runs it.
    #[serde(flatten)]
    pub author: Author,
    /// When it began.
    pub began: Timestamp,
    /// The program's name.
    pub program: String,
    /// What it was asked for.
    pub command: Command,
    /// The SHA-256 of the plan's canonical JSON, as 64 hexadecimal digits; nothing where there is
    /// no plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// What it was to do.
    pub planned: Counts,
    /// What the data of the stack is worth from then on, where it said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<DataValue>,
    /// What it was to lose, each with the consent to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub losses: Vec<Lost>,
}

impl Begun {
    /// The beginning of the next apply of `state`, without a plan.
    #[must_use]
    pub fn new(state: &State, command: Command, author: Author, began: Timestamp) -> Self {
        Self {
            number: state.applies + 1,
            author,
            began,
            program: state.program.clone(),
            command,
            plan: None,
            planned: Counts::default(),
            data: None,
            losses: Vec::new(),
        }
    }
}

/// The end of an apply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// The apply's number.
    pub number: u64,
    /// When it ended.
    pub ended: Timestamp,
    /// How.
    pub verdict: Verdict,
    /// What was done.
    pub counts: Counts,
    /// What failed; nothing in a history that was written before it was recorded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<FailedStep>,
}

/// One step of an apply that failed: enough to find the request in CloudTrail and to name it to AWS
/// Support, long after the terminal is closed. What the service said isn't kept: it may repeat what was
/// sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FailedStep {
    /// The resource.
    pub path: Path,
    /// What was tried.
    pub action: Deed,
    /// The API action, such as `kms:CreateKey`.
    pub call: String,
    /// The wire code; empty when the request got no answer.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// What the service calls the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// S3's second id of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extended_request_id: Option<String>,
}

impl FailedStep {
    /// What failed where.
    #[must_use]
    pub fn new(path: Path, action: Deed, error: &ProviderError) -> Self {
        Self {
            path,
            action,
            call: error.action.clone(),
            code: error.code.clone(),
            request_id: error.request_id.as_deref().map(str::to_owned),
            extended_request_id: error.extended_request_id.as_deref().map(str::to_owned),
        }
    }
}

/// How an apply ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Verdict {
    /// Everything that was planned was done.
    Succeeded,
    /// Something failed.
    Failed,
    /// It was cancelled before everything was started.
    Cancelled,
    /// It began and never ended: the process was killed, or the state couldn't be written.
    Interrupted,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
        })
    }
}

/// One apply of the history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Apply {
    /// How it began.
    #[serde(flatten)]
    pub begun: Begun,
    /// When it ended; nothing where it was interrupted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<Timestamp>,
    /// How it ended.
    pub verdict: Verdict,
    /// What was done; nothing where it was interrupted, since nobody counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counts: Option<Counts>,
    /// What failed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<FailedStep>,
}

impl Apply {
    /// An apply that never ended.
    #[must_use]
    pub fn interrupted(begun: Begun) -> Self {
        Self { begun, ended: None, verdict: Verdict::Interrupted, counts: None, failures: Vec::new() }
    }

    /// An apply that ended.
    #[must_use]
    pub fn ended(begun: Begun, end: Ended) -> Self {
        let Ended { ended, verdict, counts, failures, .. } = end;
        Self { begun, ended: Some(ended), verdict, counts: Some(counts), failures }
    }

    /// The apply that `entry` concludes, where one was `running`: it ends, or another begins and
    /// the one before never will. Stores add it to the history once the entry is durable.
    #[must_use]
    pub fn concluded(running: Option<&Begun>, entry: &Entry) -> Option<Self> {
        let begun = running?.clone();
        match entry {
            Entry::ApplyEnded { end } => Some(Self::ended(begun, end.clone())),
            Entry::ApplyBegan { .. } => Some(Self::interrupted(begun)),
            _ => None,
        }
    }
}
