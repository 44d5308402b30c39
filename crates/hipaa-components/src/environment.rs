//! What an environment is for.

/// What an environment is for. Production has what keeps PHI available: standby copies, deletion
/// protection, one NAT gateway per zone; the safeguards of confidentiality are the same in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Environment {
    /// Serves patients.
    Production,
    /// Is built like production and serves tests, at less cost.
    Staging,
    /// Serves developers.
    Development,
}

impl Environment {
    /// Whether availability counts (45 CFR 164.308(a)(7)).
    #[must_use]
    pub fn is_production(self) -> bool {
        self == Self::Production
    }

    /// The name in tags.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Staging => "staging",
            Self::Development => "development",
        }
    }
}
