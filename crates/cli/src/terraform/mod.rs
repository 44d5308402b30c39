//! Reading what Terraform manages, so that it can be adopted.
//!
//! Of a state file nothing is kept but addresses, ids and names: the rest may hold secrets.

mod expand;
mod flat;
mod format;
mod matching;
mod read;
mod scene;

pub(crate) use matching::{Answers, Matched, Matching, Unmatched, matching};
pub(crate) use read::{StateFile, read};
