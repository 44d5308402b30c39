//! What AWS does and an emulator doesn't, by service.

mod ec2;
mod excluding;
pub mod forms;
mod kms;
mod rds;
mod s3;
pub mod strict;
mod timing;

pub use excluding::excluding;
pub use timing::{HELD, held_deletions};

use crate::rule::Rule;

/// Every rule that gives an answer another form, or refuses a request.
#[must_use]
pub fn all() -> Vec<Rule> {
    let mut rules = answers();
    rules.extend(refusals());
    rules
}

/// The rules that give an answer another form.
#[must_use]
pub fn answers() -> Vec<Rule> {
    [rds::rules(), s3::rules(), ec2::rules(), forms::rules()].concat()
}

/// The rules that refuse a request.
#[must_use]
pub fn refusals() -> Vec<Rule> {
    [kms::rules(), vec![excluding()], strict::rules()].concat()
}

/// The rules of these names.
#[must_use]
pub fn named(names: &[&str]) -> Vec<Rule> {
    all().into_iter().filter(|rule| names.contains(&rule.name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_name_of_its_own_and_a_source() {
        let rules = all();
        let mut names: Vec<_> = rules.iter().map(|rule| rule.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), rules.len());
        for rule in rules {
            assert!(rule.source.starts_with("https://"), "{rule:?}");
        }
        assert_eq!(named(&["full-engine-versions"]).len(), 1);
    }
}
