//! `[stack.NAME.state]`: how the stack's state is kept.

use serde::Deserialize;

/// How the state of a stack is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct StateConfig {
    /// What protects its key.
    pub encryption: Encryption,
}

/// What protects the key of a state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encryption {
    /// A key file in the user's configuration directory.
    #[default]
    KeyFile,
    /// A passphrase: `IRONWARD_PASSPHRASE`, or what is typed when a terminal asks.
    Passphrase,
    /// Nothing: the state isn't encrypted.
    None,
}
