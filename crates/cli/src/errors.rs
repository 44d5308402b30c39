//! What a user reads when something can't be done: what happened, where, and what to type next.

use std::error::Error;

use ironward_core::engine::EngineError;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::plan::PlanError;
use ironward_core::program::DeclareError;
use ironward_core::store::StoreError;
use serde::Serialize;

use crate::config::ConfigError;

/// Any error, as it is passed around before it is shown.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Diagnostic {
    /// What happened; it begins with `file:line: ` where it has a place in the user's source.
    pub message: String,
    /// The resource's path, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The place in the user's source or configuration, as `file:line`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What to type or write next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// What the service calls the request that it refused; the message names it, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// S3's second id of that request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extended_request_id: Option<String>,
}

/// Why a command ends without having done its work.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// Everything that is wrong.
    pub diagnostics: Vec<Diagnostic>,
    /// The exit code.
    pub code: u8,
}

impl Diagnostic {
    /// A diagnostic without a place.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            path: None,
            source: None,
            hint: None,
            request_id: None,
            extended_request_id: None,
        }
    }

    /// Adds what to do next.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl Failure {
    /// A failure for one reason.
    pub(crate) fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Diagnostic::new(message).with_hint(hint).into()
    }

    /// What a first Ctrl-C ends while nothing is being applied.
    pub(crate) fn interrupted() -> Self {
        let diagnostic = Diagnostic::new("interrupted; nothing was changed");
        Self { diagnostics: vec![diagnostic], code: 130 }
    }
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        Self { diagnostics: vec![diagnostic], code: 1 }
    }
}

impl From<&PlanError> for Diagnostic {
    fn from(problem: &PlanError) -> Self {
        Self {
            path: problem.path.as_ref().map(ToString::to_string),
            source: problem.source.as_ref().map(ToString::to_string),
            hint: problem.hint.clone(),
            ..Self::new(problem.to_string())
        }
    }
}

impl From<&ProviderError> for Diagnostic {
    fn from(error: &ProviderError) -> Self {
        let hint = match error.kind {
            // Without a code the service was never asked: there was nothing to sign with.
            ProviderErrorKind::Denied if error.code.is_empty() => Some(
                "give this process AWS credentials: set AWS_PROFILE, or log in with `aws sso login`"
                    .to_owned(),
            ),
            _ => error.hint(),
        };
        Self {
            hint,
            request_id: error.request_id.as_deref().map(str::to_owned),
            extended_request_id: error.extended_request_id.as_deref().map(str::to_owned),
            ..Self::new(error.to_string())
        }
    }
}

impl From<&ironward_core::apply::OperationError> for Diagnostic {
    fn from(failure: &ironward_core::apply::OperationError) -> Self {
        let diagnostic = Self::from(&failure.error);
        Self {
            path: Some(failure.path.to_string()),
            source: Some(failure.source.to_string()),
            hint: failure
                .hint()
                .filter(|_| failure.error.kind == ProviderErrorKind::Invalid)
                .or(diagnostic.hint.clone()),
            ..diagnostic
        }
    }
}

impl From<&StoreError> for Diagnostic {
    fn from(error: &StoreError) -> Self {
        Self { hint: error.hint().map(str::to_owned), ..Self::new(error.to_string()) }
    }
}

impl From<&ConfigError> for Diagnostic {
    fn from(error: &ConfigError) -> Self {
        Self { hint: error.hint(), source: error.place(), ..Self::new(error.to_string()) }
    }
}

impl From<&DeclareError> for Diagnostic {
    fn from(error: &DeclareError) -> Self {
        let (source, path, hint) = match error {
            DeclareError::Name { source_line, .. } => (Some(source_line), None, None),
            DeclareError::Duplicate { path, second, .. } => (
                Some(second),
                Some(path.to_string()),
                Some("paths are identities: each stands for one resource"),
            ),
            DeclareError::DuplicateOutput { source_line, .. } => {
                (Some(source_line), None, Some("give one of the two another name"))
            }
            DeclareError::Component { source_line, component, .. } => {
                (Some(source_line), Some(component.clone()), None)
            }
            _ => (None, None, None),
        };
        Self {
            path,
            source: source.map(ToString::to_string),
            hint: hint.map(str::to_owned),
            ..Self::new(error.to_string())
        }
    }
}

/// An error that a program's own code returned.
pub(crate) fn of_program(error: &BoxError) -> Failure {
    if let Some(error) = error.downcast_ref::<DeclareError>() {
        return Diagnostic::from(error).into();
    }
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !message.ends_with(&text) {
            message = format!("{message}: {text}");
        }
        cause = error.source();
    }
    Diagnostic::new(message).into()
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        match &error {
            EngineError::Refused(problems) => {
                Self { diagnostics: problems.iter().map(Diagnostic::from).collect(), code: 1 }
            }
            EngineError::Store(store) => Diagnostic::from(store).into(),
            EngineError::Provider(cause) => Diagnostic::from(cause).into(),
            EngineError::OtherProgram { .. } => Diagnostic::new(error.to_string())
                .with_hint("run that program, or give this one a stack of its own in Ironward.toml")
                .into(),
            _ => Diagnostic::new(error.to_string()).into(),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Diagnostic::from(&error).into()
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Diagnostic::from(&error).into()
    }
}

impl From<ProviderError> for Failure {
    fn from(error: ProviderError) -> Self {
        Diagnostic::from(&error).into()
    }
}

/// A usage error of the command line, in our own words.
pub(crate) fn of_usage(program: &str, error: &clap::Error) -> Failure {
    let text = error.to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let message: Vec<&str> = text
        .lines()
        .map(str::trim_end)
        .take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"))
        .collect();
    let (tips, message): (Vec<&str>, Vec<&str>) =
        message.into_iter().partition(|line| line.trim_start().starts_with("tip:"));
    let mut hint = format!("type `{program} --help` for what there is");
    if let Some(tip) = tips.first() {
        let tip = tip.trim_start().trim_start_matches("tip:").trim().replace('\'', "`");
        hint = format!("{tip}; {hint}");
    }
    Failure::new(message.join("\n").trim_end().replace('\'', "`"), hint)
}
