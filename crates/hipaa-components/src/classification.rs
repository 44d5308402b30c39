//! What a component's resources may hold, and whose they are, as tags.

use ironward_core::consent::CLASSIFICATION_TAG;
use ironward_core::program::DeclareError;
use ironward_core::stack::{Profile, Stack};

/// What the resources of a component may hold. Everything that a component declares carries it as
/// the tag `data-classification` (45 CFR 164.310(d)(2)(iii): a record of where PHI is kept).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Classification {
    /// PHI, or what opens it: `phi`.
    Phi,
    /// Records of who did what: `audit`.
    Audit,
    /// Neither: `internal`.
    Internal,
}

impl Classification {
    /// The value of the tag.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Phi => "phi",
            Self::Audit => "audit",
            Self::Internal => "internal",
        }
    }
}

/// Opens a component whose resources are tagged with its path, as `owner`, and with what they may
/// hold.
#[track_caller]
pub(crate) fn open<P: Profile>(
    stack: &mut Stack<P>,
    name: &str,
    type_name: &str,
    classification: Classification,
) -> Result<Stack<P>, DeclareError> {
    let mut scope = stack.component(name, type_name)?;
    let owner = scope.scope().map_or_else(|| name.to_owned(), ToString::to_string);
    scope.tag("owner", &owner);
    scope.tag(CLASSIFICATION_TAG, classification.word());
    Ok(scope)
}
