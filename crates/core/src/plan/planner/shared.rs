//! What is used although it isn't this stack's.

use std::collections::BTreeMap;

use super::decide::{Attributes, Decision, PlanPass, Verdict, known_in};
use super::properties::{concealed, evaluate};
use super::{Input, PlanContext};
use crate::cloud::provider::{Observed, for_user, no_room, owner};
use crate::model::document::Node;
use crate::model::path::Path;
use crate::model::program::Resource;
use crate::model::schema::Ownership;
use crate::model::value::AttrRef;
use crate::plan::{PlanError, Remedy, sharing};
use crate::state::{Lineage, Record, Status};

impl PlanPass {
    /// Whether a declaration means something else than what the stack uses at its path: that is let go of,
    /// and the other looked for or made.
    pub(super) fn leaves(
        &self,
        scene: &PlanContext<'_>,
        resource: &Resource,
        record: &Record,
        seen: &Observed,
    ) -> Result<bool, PlanError> {
        let schema = resource.schema;
        let named = |name: &String| {
            let mut properties = schema.claims.iter().flat_map(|claim| claim.properties);
            properties.any(|property| property.split('.').next() == Some(name))
        };
        Ok(record.type_name != schema.type_name || {
            let declared = self.declared(scene, resource, record)?;
            sharing::differing(schema, &declared, seen).iter().any(named)
        })
    }

    /// The properties that a declaration gives what is another's.
    fn declared(
        &self,
        scene: &PlanContext<'_>,
        resource: &Resource,
        record: &Record,
    ) -> Result<BTreeMap<String, Node>, PlanError> {
        let input = scene.input;
        let known = |attr: &AttrRef| known_in(&self.attributes, attr);
        evaluate(input.program, input.default_tags, resource, &record.instance, Some(record), &known)
            .map(|properties| concealed(properties, &record.instance))
            .map_err(|untold| {
                let (path, property) = (resource.path.clone(), untold.property.clone());
                PlanError::new(untold.to_string(), Remedy::Correct { path, property })
            })
    }

    /// Decides about something that is another's: it is used as it is, or not at all.
    pub(super) fn share(
        &mut self,
        scene: &PlanContext<'_>,
        resource: &Resource,
        record: &Record,
        seen: &Observed,
    ) -> Result<(), PlanError> {
        let (input, path, schema) = (scene.input, &resource.path, resource.schema);
        if !resource.options.shared {
            let whose = seen.tags.as_ref().and_then(owner);
            let whose =
                whose.map_or_else(|| "is another's".to_owned(), |owner| format!("belongs to {owner}"));
            let message = format!(
                "{} is only used here, since it {whose}, and its declaration says no more that it is shared",
                record.physical_id
            );
            let remedy = Remedy::LeaveAlone { path: path.clone() };
            return Err(PlanError::new(message, remedy).with_hint(
                "write `.shared()` again to go on using it; for one of this stack's own, declare another name",
            ));
        }
        let declared = self.declared(scene, resource, record)?;
        // Where another declaration of this stack stands for it, that one says what it becomes.
        let differing = match beside(input, record) {
            Some(other) => {
                let other = self.declared(scene, other, record)?;
                let names = declared.keys().chain(other.keys().filter(|name| !declared.contains_key(*name)));
                names.filter(|name| declared.get(*name) != other.get(*name)).cloned().collect()
            }
            None => sharing::differing(schema, &declared, seen),
        };
        if let Some(property) = differing.first().filter(|_| schema.ownership == Ownership::Recorded) {
            let id = &record.physical_id;
            let message = format!("{id} is there already, and has another {property} than is declared here");
            let remedy = Remedy::Correct { path: path.clone(), property: property.clone() };
            return Err(PlanError::new(message, remedy).with_hint(format!(
                "declare it as it is; or remove it, where nothing needs it; or take it over with \
                 `.adopt(\"{id}\")`, which changes it"
            )));
        }
        let uses = record.status == Status::Ready && input.state.resources.contains_key(&record.path);
        let verdict = if uses && sharing::is_marked(schema, seen, &input.state.lineage) {
            Verdict::Noop
        } else {
            Verdict::Share
        };
        let mut decision = Decision::staying(verdict, record);
        if verdict == Verdict::Share {
            let mut says = sharing::says(seen, &differing);
            if let Some(tags) = seen.tags.as_ref().filter(|_| schema.ownership == Ownership::Tags) {
                says.push_str(&giving_way(tags, path, record, &input.state.lineage)?);
            }
            decision.reasons.push(says);
        }
        decision.renamed_from = Some(record.path.clone()).filter(|from| from != path);
        let attributes = Attributes { document: seen.attributes.clone(), complete: true };
        self.attributes.insert(path.clone(), attributes);
        self.decided.insert(path.clone(), decision);
        Ok(())
    }
}

/// Which tags of another's give way to the one that says who uses it, in words.
fn giving_way(
    tags: &BTreeMap<String, String>,
    path: &Path,
    record: &Record,
    lineage: &Lineage,
) -> Result<String, PlanError> {
    let giving = for_user(tags, lineage).map_err(|count| {
        let message = no_room(&record.physical_id, count, lineage);
        PlanError::new(message, Remedy::LeaveAlone { path: path.clone() }).with_hint(
            "declare fewer tags where it is made, or remove some that nobody needs; or make one of this stack's \
             own, of another name",
        )
    })?;
    Ok(giving
        .keys()
        .map(|key| format!("; its tag `{key}` goes, to make room for that of this stack"))
        .collect())
}

/// Another declaration of this stack that stands for the same thing.
fn beside<'a>(input: &Input<'a>, record: &Record) -> Option<&'a Resource> {
    let same = |other: &&Record| {
        other.instance != record.instance
            && other.type_name == record.type_name
            && other.physical_id == record.physical_id
            && sharing::alike(input.program, &other.path, &record.path)
    };
    let other = input.state.instances().find(same)?;
    input.program.resources.get(&other.path)
}
