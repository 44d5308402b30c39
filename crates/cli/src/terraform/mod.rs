//! Reading what Terraform manages, so that it can be adopted.
//!
//! Of a state file nothing is kept but addresses, ids and names: the rest may hold secrets.

mod map;
mod matching;
mod read;

pub(crate) use matching::{Matched, Matching, matching};
pub(crate) use read::{StateFile, read};
