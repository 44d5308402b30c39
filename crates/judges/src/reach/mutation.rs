//! What every statement is for: without it, a need isn't granted or a danger is.

use crate::estate::Estate;
use crate::policy::Document;

use super::{Held, PolicyError, asked, findings};

/// A statement that was taken away, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mutation {
    /// The resource that holds the policy.
    pub path: String,
    /// The statement's name, or its number.
    pub statement: String,
    /// How many needs and dangers noticed.
    pub noticed: usize,
}

/// Takes each statement of each policy away, one at a time, and says what notices. AWS's own managed
/// policies aren't taken apart: whole attachments are.
///
/// # Errors
/// [`PolicyError`] when a policy can't be read.
pub fn dead_statements(estate: &Estate) -> Result<Vec<Mutation>, PolicyError> {
    let held = Held::of(estate)?;
    let asked = asked(estate);
    let before = findings(estate, &held, &asked);
    let mut mutations = Vec::new();
    for (number, policy) in held.policies().enumerate() {
        let is_attached = estate
            .at(&policy.path)
            .is_some_and(|resource| resource.type_name == "AWS::IAM::RolePolicyAttachment");
        let statements = if is_attached { 1 } else { policy.document.statements.len() };
        for index in 0..statements {
            let mut changed = held.clone();
            if let Some(other) = changed.policies_mut().nth(number) {
                let empty = Document { statements: Vec::new() };
                other.document = if is_attached { empty } else { policy.document.without(index) };
            }
            let after = findings(estate, &changed, &asked);
            let noticed = after.iter().filter(|finding| !before.contains(finding)).count();
            let sid = policy.document.statements.get(index).and_then(|statement| statement.sid.clone());
            let statement = match sid {
                _ if is_attached => "all".to_owned(),
                Some(sid) => sid,
                None => format!("number {}", index + 1),
            };
            mutations.push(Mutation { path: policy.path.clone(), statement, noticed });
        }
    }
    mutations.sort();
    Ok(mutations)
}
