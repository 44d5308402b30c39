//! Why there is no plan, and what to do about it.

use std::fmt;

use crate::model::consent::Loss;
use crate::model::error::ProviderError;
use crate::model::path::Path;
use crate::model::program::Source;
use crate::state::InstanceId;

/// A reason why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlanError {
    /// What happened.
    pub message: String,
    /// The resource, where there is one.
    pub path: Option<Path>,
    /// Where the program declares it.
    pub source: Option<Source>,
    /// What to type or write next.
    pub hint: Option<String>,
    /// The same, for programs.
    pub remedy: Box<Remedy>,
}

/// What makes a plan out of a refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Remedy {
    /// To consent to a loss.
    Accept {
        /// Where.
        path: Path,
        /// What is lost.
        loss: Loss,
        /// The instance that holds it.
        instance: InstanceId,
    },
    /// To take its protection away, in the program or by `--lift-protection`.
    Unprotect {
        /// What is protected.
        path: Path,
    },
    /// To take one of two declarations out that mean one thing.
    TakeOut {
        /// The one that came second.
        path: Path,
    },
    /// To take `.create_before_replace()` away.
    LetDeleteFirst {
        /// From what.
        path: Path,
    },
    /// To let what keeps a value go, instead of letting it stay in the cloud.
    Release {
        /// What keeps it.
        path: Path,
    },
    /// To take `renamed_from` away.
    StayThere {
        /// From what.
        path: Path,
    },
    /// To consent to a kind of loss everywhere.
    AcceptAll {
        /// What is lost.
        loss: Loss,
    },
    /// To give a property another value in a change of its own first.
    GiveAnother {
        /// Whose.
        path: Path,
        /// Which.
        property: String,
    },
    /// To give a property another value: something that stays has this one.
    Change {
        /// Whose.
        path: Path,
        /// Which.
        property: String,
    },
    /// Not to take over what exists already.
    LeaveAlone {
        /// For what.
        path: Path,
    },
    /// To bring something in first: by an import, or by `up`.
    MakeFirst {
        /// What.
        path: Path,
    },
    /// To give a property, or what a lookup asks by, another value: a service would refuse this one, or it
    /// can't be told.
    Correct {
        /// Whose.
        path: Path,
        /// Which.
        property: String,
    },
    /// To correct the value that an output has.
    CorrectOutput {
        /// Its name.
        name: String,
    },
    /// To declare what something depends on, or to depend on something else.
    Declare {
        /// What depends on it.
        path: Path,
        /// What isn't declared.
        needed: Path,
    },
    /// To break a circle: to take one dependency away.
    Part {
        /// What depends.
        path: Path,
        /// On what.
        needed: Path,
    },
    /// To configure a provider, or to use one that is.
    Configure {
        /// What uses it.
        path: Path,
        /// Its alias.
        provider: String,
    },
    /// To build the program with a feature that it lacks.
    BuildIn {
        /// The type, or the lookup, that isn't built in.
        name: String,
    },
    /// To try again: something couldn't be read.
    TryAgain,
    /// To use a later version, which knows what this state was written by.
    UseLater,
    /// To report a defect of Ironward.
    Report,
}

impl PlanError {
    /// A problem of no resource in particular, and what to do about it.
    pub fn new(message: impl Into<String>, remedy: Remedy) -> Self {
        Self { message: message.into(), path: None, source: None, hint: None, remedy: Box::new(remedy) }
    }

    /// A problem of a resource that can't be read.
    pub(crate) fn unreadable(error: &ProviderError) -> Self {
        let message = format!("can't be read: {error}");
        Self { hint: error.hint(), ..Self::new(message, Remedy::TryAgain) }
    }

    /// A problem of a resource.
    #[must_use]
    pub fn at(mut self, path: &Path, source: Option<&Source>) -> Self {
        self.path = Some(path.clone());
        self.source = source.cloned();
        self
    }

    /// Adds what to do next.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(source) = &self.source {
            write!(f, "{source}: ")?;
        }
        if let Some(path) = &self.path {
            write!(f, "`{path}`: ")?;
        }
        f.write_str(&self.message)
    }
}
