//! The policy language, case by case: a table for each kind, with the address of its document.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod conditions;
mod elements;
mod evaluation;

use ironward_judges::policy::{Document, Policies, Principal, Request, Verdict};
use serde_json::{Value as Json, json};

pub(crate) const ACCOUNT: &str = "111122223333";
pub(crate) const ROLE: &str = "arn:aws:iam::111122223333:role/app";

/// What comes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comes {
    Allowed,
    Denied,
    Unknown,
}

pub(crate) fn of(verdict: &Verdict) -> Comes {
    match verdict {
        Verdict::Allowed => Comes::Allowed,
        Verdict::Denied(_) => Comes::Denied,
        Verdict::Unknown(_) => Comes::Unknown,
    }
}

pub(crate) fn read(statements: Json) -> Document {
    Document::read(&json!({"Version": "2012-10-17", "Statement": statements})).unwrap()
}

/// Judges a request of the role by one statement of its own.
pub(crate) fn by_own(statement: Json, request: &Request) -> Comes {
    let document = read(json!([statement]));
    of(&Policies { identity: vec![&document], account: ACCOUNT, ..Policies::default() }.judge(request))
}

pub(crate) fn role() -> Principal {
    Principal::Identity(ROLE.to_owned())
}
