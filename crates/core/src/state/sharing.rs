//! How a stack stands to what other stacks may use too.

use serde::{Deserialize, Serialize};

/// How a stack stands to something that other stacks may use too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Sharing {
    /// It made it.
    Made,
    /// It was there and nobody's: the stack takes care of it, and leaves it where it is in the end.
    Found,
    /// It is another's, or nobody can tell whose: the stack uses it as it is.
    Used,
}
