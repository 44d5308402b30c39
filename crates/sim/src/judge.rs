//! The judge of every instant: what must never happen, whatever goes wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use ironward_core::path::Path;
use ironward_core::schema::ReplaceOrder;
use ironward_core::state::InstanceId;

/// What holds in and after every schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Law {
    /// Each declared resource exists exactly once, and no instance ever exists twice.
    ExactlyOnce,
    /// Nothing that we made is unmanaged, at no instant.
    NothingUnmanaged,
    /// In the end the state holds what the cloud holds, and both what is declared.
    StateIsCloud,
    /// Nothing is made or changed before what it needs is usable, and nothing is deleted before
    /// what was built on it.
    Order,
    /// In the end there is nothing left to do.
    EmptyPlan,
    /// What is on disk can be read back and leads to the state.
    History,
    /// No call changes anything before its intent is durable, and nothing is done with what was
    /// made before its id is.
    IntentFirst,
    /// What others made is neither changed nor deleted nor adopted.
    ForeignUntouched,
    /// What is protected isn't deleted.
    Protected,
    /// Once nothing goes wrong any more, one run gets to its end.
    Progress,
    /// Two processes never write one state.
    OneWriter,
    /// Nothing that the program declares before and after is ever absent in between, except where the
    /// plan said so.
    Present,
    /// Nothing that holds data is replaced, recreated or deleted without consent.
    Consented,
    /// What is let go of keeps what it stands on, and data the keys that open it.
    Kept,
    /// Each refusal carries its remedy, and with that there is a plan.
    Remedied,
}

impl Law {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 15] = [
        Self::ExactlyOnce,
        Self::NothingUnmanaged,
        Self::StateIsCloud,
        Self::Order,
        Self::EmptyPlan,
        Self::History,
        Self::IntentFirst,
        Self::ForeignUntouched,
        Self::Protected,
        Self::Progress,
        Self::OneWriter,
        Self::Present,
        Self::Consented,
        Self::Kept,
        Self::Remedied,
    ];

    /// Its number in the book, from 1.
    #[must_use]
    pub fn number(self) -> usize {
        Self::ALL.iter().position(|law| *law == self).unwrap_or(0) + 1
    }

    /// What it says, in a few words.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::ExactlyOnce => "each declared resource exists exactly once",
            Self::NothingUnmanaged => "nothing that we made is unmanaged",
            Self::StateIsCloud => "state equals cloud",
            Self::Order => "dependencies are respected at every instant",
            Self::EmptyPlan => "a further plan is empty",
            Self::History => "the history verifies",
            Self::IntentFirst => "no call before its intent is durable",
            Self::ForeignUntouched => "what others made stays untouched",
            Self::Protected => "what is protected isn't deleted",
            Self::Progress => "a run without trouble gets to its end",
            Self::OneWriter => "one writer at a time",
            Self::Present => "what is declared before and after is there in between",
            Self::Consented => "no data is lost without consent",
            Self::Kept => "what stays keeps what it needs",
            Self::Remedied => "a refusal carries its remedy",
        }
    }
}

impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invariant {}, {}", self.number(), self.title())
    }
}

/// A law that was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Which.
    pub law: Law,
    /// When, in virtual time.
    pub at: Duration,
    /// How.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} (at {:.3} s)", self.law, self.message, self.at.as_secs_f64())
    }
}

/// What one process may do, by its program and its plan.
#[derive(Debug, Default)]
pub(crate) struct Expected {
    /// The instances that the plan which is carried out takes down.
    pub(crate) leaving: BTreeSet<InstanceId>,
    /// The ids of what it is asked to take over.
    pub(crate) asked: BTreeSet<String>,
    /// While it rolls back: the instances that it made where nothing was.
    pub(crate) made: Option<BTreeSet<InstanceId>>,
    /// The instances of what was there before and is declared from now on, and their paths.
    pub(crate) continuing: BTreeMap<InstanceId, Path>,
    /// Of these, those that the plan replaces: which comes first, and by which instance.
    pub(crate) replaced: BTreeMap<InstanceId, (ReplaceOrder, InstanceId)>,
    /// The paths of what held data and is gone, where nobody consented to an empty one.
    pub(crate) lost: BTreeSet<String>,
}

/// Collects what is wrong, and tells what happens where someone listens.
#[derive(Debug, Default)]
pub(crate) struct Judge {
    pub(crate) violations: Vec<Violation>,
    /// Ids and names of what went outside.
    pub(crate) vanished: BTreeSet<String>,
    /// What held data and went outside, by the path where it is missed, until somebody consents to an empty one.
    pub(crate) bereaved: BTreeMap<InstanceId, Path>,
    /// Of what went outside, what held nothing.
    pub(crate) empty: BTreeSet<InstanceId>,
    /// The instances whose loss was consented to, in this process or before.
    pub(crate) consented: BTreeSet<InstanceId>,
    /// Of these, those that were named.
    pub(crate) named: BTreeSet<InstanceId>,
    /// The instances that were replaced by a declaration which says that they stay.
    pub(crate) kept: BTreeSet<InstanceId>,
    /// What the process that runs is expected to do.
    pub(crate) expected: Expected,
    listens: bool,
    lines: Vec<String>,
}

impl Judge {
    pub(crate) fn new(listens: bool) -> Self {
        Self { listens, ..Self::default() }
    }

    /// Notes what happened, as a line of the story.
    pub(crate) fn tell(&mut self, at: Duration, line: impl FnOnce() -> String) {
        if self.listens {
            self.lines.push(format!("{:>10.3}  {}", at.as_secs_f64(), line()));
        }
    }

    pub(crate) fn breaks(&mut self, law: Law, at: Duration, message: String) {
        self.tell(at, || format!("VIOLATION of {law}: {message}"));
        self.violations.push(Violation { law, at, message });
    }

    pub(crate) fn story(&mut self) -> Vec<String> {
        std::mem::take(&mut self.lines)
    }
}
