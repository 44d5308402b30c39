//! What AWS wants to be there before something else is made, and still to be there when that is deleted:
//! rows that a judge holds against the dependencies of a program.
//!
//! Only what no reference says: a resource that uses another's attribute waits for it anyway. Relations are
//! written as `ironward_judges::relation` describes.

mod containers;
mod data;
mod network;

/// One order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// The type that comes later.
    pub later: &'static str,
    /// A value of it and the pattern that one of it must match, or else the row doesn't apply.
    pub when: Option<(&'static str, &'static str)>,
    /// What comes earlier: a relation of the later one.
    pub earlier: &'static str,
    /// A value of the earlier one and the pattern that it must match, a template of the later one; others that
    /// the relation leads to don't count.
    pub only: Option<(&'static str, &'static str)>,
    /// What happens otherwise, as a clause.
    pub why: &'static str,
    /// The document that says so.
    pub source: &'static str,
}

impl Order {
    const fn new(
        later: &'static str,
        earlier: &'static str,
        why: &'static str,
        source: &'static str,
    ) -> Self {
        Self { later, when: None, earlier, only: None, why, source }
    }

    const fn when(self, value: &'static str, pattern: &'static str) -> Self {
        Self { when: Some((value, pattern)), ..self }
    }

    const fn only(self, value: &'static str, pattern: &'static str) -> Self {
        Self { only: Some((value, pattern)), ..self }
    }
}

/// All orders.
#[must_use]
pub fn orders() -> Vec<&'static Order> {
    [containers::ORDERS, data::ORDERS, network::ORDERS].into_iter().flatten().collect()
}
