//! What deletions may do, what they leave behind, and what is lost with what they take down.

/// What deletions may do beyond the plain call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeletePolicy {
    /// Switch deletion protection off first, and empty buckets of what isn't locked.
    pub lift_protection: bool,
    /// Empty nothing all the same: a bucket that holds something stays.
    pub keep_contents: bool,
    /// The loss of what it holds is consented to: empty it first.
    pub contents_accepted: bool,
}

impl DeletePolicy {
    /// What takes down what was only just made: protection is no obstacle, and contents are.
    pub(crate) const UNDO: Self =
        Self { lift_protection: true, keep_contents: true, contents_accepted: false };
}

/// What a deletion left behind for its time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeleteOutcome {
    /// What remains and until when, in words: a key pending deletion, a final snapshot, locked
    /// objects, recovery points.
    pub remains: Option<String>,
    /// Whether the resource itself must stay for its time: nothing more can be done now. What it
    /// was built on stays with it.
    pub stays: bool,
    /// What the API calls the keys without which nobody can read what remains: they stay.
    pub opened_by: Vec<String>,
}

impl DeleteOutcome {
    /// A removal after which this remains for its time.
    pub fn leaving(remains: impl Into<String>) -> Self {
        Self { remains: Some(remains.into()), ..Self::default() }
    }

    /// A removal that can't be done now, for this reason.
    pub fn staying(remains: impl Into<String>) -> Self {
        Self { remains: Some(remains.into()), stays: true, ..Self::default() }
    }

    /// Says which keys open what remains.
    #[must_use]
    pub fn opened_by(mut self, keys: impl IntoIterator<Item = String>) -> Self {
        self.opened_by.extend(keys);
        self
    }
}

/// What a resource holds, as far as the cloud says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// How many.
    pub count: u64,
    /// Whether there may be more.
    pub at_least: bool,
    /// Of what, in the plural: `objects`.
    pub of: &'static str,
}

impl Contents {
    /// This many of something.
    #[must_use]
    pub fn exactly(count: u64, of: &'static str) -> Self {
        Self { count, at_least: false, of }
    }

    /// This many of something, or more.
    #[must_use]
    pub fn at_least(count: u64, of: &'static str) -> Self {
        Self { count, at_least: true, of }
    }

    /// Whether it holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0 && !self.at_least
    }
}

/// `1,300 objects`, `at least 1,000 objects`, `no objects`, `an unknown number of bytes`.
impl std::fmt::Display for Contents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let digits = self.count.to_string();
        let mut grouped = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        match (self.at_least, self.count) {
            (true, 0) => write!(f, "an unknown number of {}", self.of),
            (true, _) => write!(f, "at least {grouped} {}", self.of),
            (false, 0) => write!(f, "no {}", self.of),
            (false, _) => write!(f, "{grouped} {}", self.of),
        }
    }
}
