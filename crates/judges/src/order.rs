//! What has to be there before what.

use std::fmt;

use ironward_aws::orders::{Order, orders};

use crate::estate::{Estate, Resource};
use crate::relation::{expression, fill, matches, walk};

/// A dependency that AWS wants and that isn't declared, not even indirectly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// What comes later.
    pub later: String,
    /// What comes earlier.
    pub earlier: String,
    /// The row.
    pub order: &'static Order,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { later, earlier, order } = self;
        write!(f, "`{later}` doesn't wait for `{earlier}`: {} ({})", order.why, order.source)
    }
}

/// What was judged.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The dependencies that aren't there. Deletion goes in the opposite order, so they are missing twice.
    pub missing: Vec<Missing>,
    /// The relations of the rows that applied to something.
    pub applied: Vec<(&'static str, &'static str)>,
}

/// Judges an estate by all orders.
#[must_use]
pub fn judge(estate: &Estate) -> Report {
    let mut report = Report::default();
    for order in orders() {
        for later in estate.of_type(order.later).filter(|later| applies(estate, later, order)) {
            let there = estate.needed_by(&later.path);
            for earlier in earlier(estate, later, order) {
                report.applied.push((order.later, order.earlier));
                if !there.contains(earlier.path.as_str()) {
                    let (later, earlier) = (later.path.clone(), earlier.path.clone());
                    report.missing.push(Missing { later, earlier, order });
                }
            }
        }
    }
    report.applied.sort_unstable();
    report.applied.dedup();
    report
}

fn applies(estate: &Estate, later: &Resource, order: &Order) -> bool {
    order.when.is_none_or(|(value, pattern)| {
        expression(estate, later, value).iter().any(|text| matches(pattern, text))
    })
}

/// What the row puts before `later`; itself never.
fn earlier<'a>(estate: &'a Estate, later: &'a Resource, order: &Order) -> Vec<&'a Resource> {
    let mut found = walk(estate, later, order.earlier);
    found.retain(|earlier| {
        !std::ptr::eq(*earlier, later)
            && order.only.is_none_or(|(value, pattern)| {
                let patterns = fill(estate, later, pattern);
                let texts = expression(estate, earlier, value);
                texts.iter().any(|text| patterns.iter().any(|pattern| matches(pattern, text)))
            })
    });
    found
}
