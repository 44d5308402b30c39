//! Requests that take effect later.

use std::time::Duration;

use crate::rule::{Calls, Does, Rule};

/// The name of [`held_deletions`].
pub const HELD: &str = "held-deletions";

/// Deletions that arrive so much later: what was asked for at the same time is there before.
#[must_use]
pub fn held_deletions(time: Duration) -> Rule {
    Rule {
        name: HELD,
        source: "https://docs.aws.amazon.com/general/latest/gr/api-retries.html",
        calls: Calls::Deletions,
        does: Does::Hold(time),
    }
}
