//! What is used although it isn't this stack's.

use super::decide::{Attributes, Decision, Pass, Verdict, known_in};
use super::properties::{concealed, evaluate};
use super::{Input, Scene};
use crate::plan::{Problem, Remedy};
use crate::program::Resource;
use crate::provider::Observed;
use crate::schema::Ownership;
use crate::sharing;
use crate::state::{Record, Status};
use crate::value::AttrRef;

impl Pass {
    /// Decides about something that is another's: it is used as it is, or not at all.
    pub(super) fn share(
        &mut self,
        scene: &Scene<'_>,
        resource: &Resource,
        record: &Record,
        seen: &Observed,
    ) -> Result<(), Problem> {
        let (input, path, schema) = (scene.input, &resource.path, resource.schema);
        let known = |attr: &AttrRef| known_in(&self.attributes, attr);
        let properties = |resource: &Resource| {
            evaluate(input.program, input.default_tags, resource, &record.instance, Some(record), &known)
                .map(|properties| concealed(properties, &record.instance))
                .map_err(|untold| {
                    let property = untold.property.clone();
                    Problem::new(untold.to_string(), Remedy::Correct { path: path.clone(), property })
                })
        };
        let declared = properties(resource)?;
        // Where another declaration of this stack stands for it, that one says what it becomes.
        let differing = match beside(input, record) {
            Some(other) => {
                let other = properties(other)?;
                let names = declared.keys().chain(other.keys().filter(|name| !declared.contains_key(*name)));
                names.filter(|name| declared.get(*name) != other.get(*name)).cloned().collect()
            }
            None => sharing::differing(schema, &declared, seen),
        };
        if let Some(property) = differing.first().filter(|_| schema.ownership == Ownership::Recorded) {
            let id = &record.physical_id;
            let message = format!("{id} is there already, and has another {property} than is declared here");
            let remedy = Remedy::Correct { path: path.clone(), property: property.clone() };
            return Err(Problem::new(message, remedy).with_hint(format!(
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
            decision.reasons.push(sharing::says(seen, &differing));
        }
        decision.renamed_from = Some(record.path.clone()).filter(|from| from != path);
        let attributes = Attributes { document: seen.attributes.clone(), complete: true };
        self.attributes.insert(path.clone(), attributes);
        self.decided.insert(path.clone(), decision);
        Ok(())
    }
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
