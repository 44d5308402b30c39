//! What a resource that exists differs in from what is declared, and what that takes.

use std::collections::BTreeMap;

use super::decide::Verdict;
use crate::cloud::provider::{Observed, Readiness};
use crate::model::document::Node;
use crate::model::program::Resource;
use crate::model::schema::Schema;
use crate::plan::diff::{DiffInput, Difference, PropertyDiff, difference, redacted};
use crate::plan::{PlanError, Remedy, adopt};
use crate::state::{Record, State, Status};

/// What was found.
pub(super) struct Assessment {
    pub(super) verdict: Verdict,
    pub(super) difference: Difference,
    pub(super) reason: Option<String>,
}

/// What is to be done about a resource that exists.
pub(super) fn judge(
    state: &State,
    resource: &Resource,
    record: &Record,
    observed: Option<&Observed>,
    properties: &BTreeMap<String, Node>,
) -> Result<Assessment, PlanError> {
    if record.type_name != resource.schema.type_name {
        return Ok(Assessment {
            verdict: Verdict::Replace,
            difference: creation(resource.schema, properties),
            reason: Some(format!("its type was {}", record.type_name)),
        });
    }
    let last = record.upgraded(resource.schema).map_err(|why| PlanError::new(why, Remedy::UseLater))?;
    let observed = observed.map(|seen| redacted(seen, &last, properties, &record.instance));
    let observed = observed.as_deref();
    let mut difference = difference(
        resource.schema,
        &DiffInput {
            last: &last,
            declared: properties,
            observed,
            incomplete: record.status != Status::Ready,
            ignore: &resource.options.ignore_changes,
            replace_on: &resource.options.replace_on_changes,
        },
    );
    if record.status != Status::Ready {
        let mark = adopt::unmarked(resource.schema, observed, &state.lineage, &record.instance);
        difference.aspects.extend(mark);
    }
    let label = adopt::mislabelled(resource.schema, observed, &resource.path, !difference.aspects.is_empty());
    difference.aspects.extend(label);
    let recovered = observed.is_some_and(|observed| observed.readiness == Readiness::Ready);
    let (verdict, reason) = if record.status == Status::Broken && !recovered {
        (Verdict::Replace, Some("it ended in a state from which it can't recover".to_owned()))
    } else if record.provider != resource.options.provider {
        (Verdict::Replace, Some("its provider changed".to_owned()))
    } else if !difference.replacing.is_empty() {
        (Verdict::Replace, Some(format!("{} can't be changed in place", difference.replacing.join(", "))))
    } else if difference.changes.is_empty()
        && record.status == Status::Ready
        && !options_changed(resource, record)
    {
        match label {
            None => (Verdict::Noop, None),
            Some(_) => (Verdict::Update, Some("its tags name the path that it had before".to_owned())),
        }
    } else {
        (Verdict::Update, None)
    };
    Ok(Assessment { verdict, difference, reason })
}

/// Options that the record holds, so that a later run knows them without the program.
pub(crate) fn options_changed(resource: &Resource, record: &Record) -> bool {
    record.protect != resource.options.protect
        || record.retain != resource.options.retain_on_delete
        || record.replace_order != resource.options.replace_order
        || record.schema_version != resource.schema.version
}

/// Everything that is declared, as the difference from nothing.
pub(super) fn creation(schema: &Schema, properties: &BTreeMap<String, Node>) -> Difference {
    let mut difference = Difference { declared: properties.len(), ..Difference::default() };
    for property in schema.properties {
        if let Some(node) = properties.get(property.name) {
            difference.changes.push(PropertyDiff {
                property: property.name.to_owned(),
                before: None,
                after: Some(node.clone()),
                replaces: false,
                interrupts: None,
            });
        }
    }
    difference
}
