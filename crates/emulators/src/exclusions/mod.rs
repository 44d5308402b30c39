//! What AWS refuses because of what is there: values that exclude each other, names that are taken,
//! places that are occupied.
//!
//! Each [`Exclusion`] is a row: the request, the question whose answer tells, and what in that answer
//! stands in the way. Whoever stands in front of an emulator asks, and answers in its place.

mod balancing;
mod ec2;
mod ranges;

use std::collections::BTreeMap;

/// The fields of a request in the query protocol.
pub type Form = BTreeMap<String, String>;

/// The fields of a question in the query protocol, without its version.
pub type Question = Vec<(String, String)>;

/// A request that AWS refuses because of what is there.
#[derive(Debug, Clone, Copy)]
pub struct Exclusion {
    /// The service, as signatures name it.
    pub service: &'static str,
    /// The operation that is refused.
    pub operation: &'static str,
    /// The AWS document that says so.
    pub source: &'static str,
    /// What to ask first; nothing where this request can't be in conflict.
    pub ask: fn(&Form) -> Option<Question>,
    /// What the answer to the question has against the request.
    pub refuse: fn(&Form, &str) -> Option<Excluded>,
}

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excluded {
    /// The service's error code.
    pub code: &'static str,
    /// What it says besides.
    pub message: String,
}

impl Excluded {
    fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

/// The rows for an operation of a service, as signatures name it.
///
/// # Examples
///
/// ```
/// let rows = ironward_emulators::exclusions::of("ec2", "CreateSubnet");
/// assert_eq!(rows.count(), 1);
/// ```
pub fn of(service: &str, operation: &str) -> impl Iterator<Item = &'static Exclusion> {
    all().filter(move |row| row.service == service && row.operation == operation)
}

/// Every row.
pub fn all() -> impl Iterator<Item = &'static Exclusion> {
    ec2::ROWS.iter().chain(balancing::ROWS)
}

/// A question from an action and its other fields.
fn question(action: &str, fields: &[(&str, &str)]) -> Question {
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    std::iter::once(("Action".to_owned(), action.to_owned())).chain(fields).collect()
}

/// A field that isn't empty.
fn field<'a>(form: &'a Form, name: &str) -> Option<&'a str> {
    form.get(name).map(String::as_str).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_names_a_document_of_aws() {
        for row in all() {
            assert!(row.source.starts_with("https://docs.aws.amazon.com/"), "{row:?}");
        }
    }
}
