//! What can be said against a program before anything is read.

use std::collections::BTreeMap;

use super::properties::evaluate;
use crate::model::program::Program;
use crate::model::value::{AttrRef, Known};
use crate::plan::values::{self, Patterns};
use crate::plan::{PlanError, Remedy};
use crate::state::{InstanceId, Lineage};

/// Holds the declared values of a program against the facts of their types. What comes from other resources isn't
/// known yet and is taken for right.
#[must_use]
pub fn validate(program: &Program) -> Vec<PlanError> {
    let lineage = Lineage::from_random([0; 16]);
    let (patterns, tags) = (Patterns::default(), BTreeMap::new());
    let mut problems = Vec::new();
    for (path, resource) in &program.resources {
        let instance = InstanceId::derive(&lineage, path, 1);
        let known = |_: &AttrRef| Known::Later;
        match evaluate(program, &tags, resource, &instance, None, &known) {
            Ok(properties) => {
                let unfit = values::refused(resource, &properties, &BTreeMap::new(), None, &patterns);
                problems.extend(unfit.into_iter().map(|refusal| refusal.of(resource)));
            }
            Err(untold) => {
                let remedy = Remedy::Correct { path: path.clone(), property: untold.property.clone() };
                problems.push(PlanError::new(untold.to_string(), remedy).at(path, Some(&resource.source)));
            }
        }
    }
    problems
}
