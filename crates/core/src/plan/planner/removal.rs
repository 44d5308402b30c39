//! What goes, and what may not go.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::losses::Consents;
use super::{Input, PlanContext};
use crate::cloud::provider::Observation;
use crate::model::consent::Loss;
use crate::model::document::Document;
use crate::model::path::Path;
use crate::model::program::Program;
use crate::model::schema::Schema;
use crate::plan::{Action, PlanError, Remedy, ResourceChange, sharing};
use crate::state::{Record, Status};

/// What the state holds and the program doesn't.
pub(super) fn leftovers(scene: &PlanContext<'_>, problems: &mut Vec<PlanError>) -> Vec<ResourceChange> {
    let input = scene.input;
    if input.only.is_some() {
        return Vec::new();
    }
    let leaves = |record: &&Record| scene.now_at(&record.path).is_none();
    let gone = input.state.resources.values().filter(leaves);
    let gone = gone.map(|record| removal(input, record, record.retain));
    let deposed = input.state.deposed.values().map(|record| {
        let mut change = removal(input, record, record.retain);
        change.reasons.push("it was replaced and is still there".to_owned());
        change
    });
    let changes: Vec<ResourceChange> = gone.chain(deposed).collect();
    for change in changes.iter().filter(|change| change.action == Action::Delete) {
        if let Some(Observation::Inaccessible(error)) = input.observations.get(&change.instance) {
            problems.push(PlanError::unreadable(error).at(&change.path, Some(&change.source)));
        }
    }
    changes
}

/// The end of an instance: it is forgotten where it is retained and there, and deleted otherwise.
pub(super) fn removal(input: &Input<'_>, record: &Record, retain: bool) -> ResourceChange {
    let seen = input.observations.get(&record.instance);
    let vanished = seen.is_some_and(Observation::is_gone);
    let shared = sharing::stays(input, record);
    let forgets = (retain || shared.is_some()) && !matches!(seen, Some(Observation::Absent));
    let gone = vanished.then(|| "it is gone already".to_owned());
    ResourceChange {
        path: record.path.clone(),
        type_name: record.type_name.clone(),
        action: if forgets { Action::Forget } else { Action::Delete },
        reasons: gone.or(shared).into_iter().collect(),
        instance: record.instance.clone(),
        generation: record.generation,
        replaces: Some(record.instance.clone()),
        physical_id: Some(record.physical_id.clone()),
        diffs: Vec::new(),
        drift: Vec::new(),
        not_in_force: Vec::new(),
        vanished,
        declared: 0,
        observed: 0,
        adopted: false,
        renamed_from: None,
        waits_for: BTreeSet::new(),
        spares: None,
        goes_with: None,
        provider: record.provider.clone(),
        source: record.source.clone(),
    }
}

/// Whether what is recorded stays in the cloud when it goes or is replaced: as its declaration says, or
/// as that said last where there is none any more.
pub(crate) fn retains(program: &Program, path: &Path, record: &Record) -> bool {
    let resource = program.resources.get(path);
    let declared = resource.map(|resource| {
        // A declaration of another type doesn't say that it goes.
        let other = resource.schema.type_name != record.type_name;
        resource.options.retain_on_delete || (other && record.retain)
    });
    declared.unwrap_or(record.retain) || sharing::outlives(program, resource, record)
}

/// Why a record may not be deleted.
pub(super) fn protection(record: &Record, schema: Option<&Schema>) -> Option<String> {
    if record.protect {
        return Some("the program protects it".to_owned());
    }
    let property = schema?.protection?;
    let (on, property) = match property.split_once(':') {
        Some((list, key)) => (listed(&record.properties, list, key), key),
        None => (record.properties.at(property), property),
    };
    let on = on.is_some_and(|value| value.as_bool() == Some(true) || value.as_str() == Some("true"));
    on.then(|| format!("{property} is on"))
}

/// The `Value` that stands beside `key` in a list of `Key` and `Value`.
fn listed<'a>(properties: &'a Document, list: &str, key: &str) -> Option<&'a Json> {
    let members = properties.json(list)?.as_array()?;
    members.iter().find(|member| member["Key"] == key)?.get("Value")
}

/// Why a change may not be made.
pub(super) fn refusal(input: &Input<'_>, consents: &Consents, change: &ResourceChange) -> Option<PlanError> {
    let goes = matches!(change.action, Action::Delete | Action::Replace { .. });
    if !goes || change.vanished || input.state.deposed.contains_key(&change.instance) {
        return None;
    }
    if change.adopted {
        let resource = input.program.resources.get(&change.path)?;
        let consents = consents.to(&change.path, Loss::Replace).is_some();
        return crate::plan::adopt::refusal(resource, change, consents);
    }
    let path = change.renamed_from.as_ref().unwrap_or(&change.path);
    let record = input.state.resources.get(path)?;
    if let Some(other) =
        sharing::stays(input, record).filter(|_| !retains(input.program, &change.path, record))
    {
        let remedy = Remedy::Release { path: change.path.clone() };
        let problem =
            PlanError::new(format!("the plan would {} it, and {other}", change.action.word()), remedy);
        let hint = "undo the change, or take the other stack down first";
        return Some(problem.at(&change.path, Some(&change.source)).with_hint(hint));
    }
    let declared = input.program.resources.get(&change.path);
    let schema = input.schemas.get(&record.type_name).copied();
    let why = change.reasons.first().map(|reason| format!(" ({reason})")).unwrap_or_default();
    let word = change.action.word();
    // What can't be changed any more can't have its protection taken away in a change of its own:
    // that the program doesn't protect it has to do.
    let broken = record.status == Status::Broken;
    let given_up = broken && declared.is_some_and(|resource| !resource.options.protect);
    let guarded = Record { protect: record.protect && !given_up, ..record.clone() };
    if let Some(protected) = protection(&guarded, schema) {
        let hint = if broken {
            "take the protection away if it shall go"
        } else {
            "take the protection away in a change of its own first, or undo the change"
        };
        return Some(
            PlanError::new(
                format!("the plan would {word} it{why}, and it is protected: {protected}"),
                Remedy::Unprotect { path: change.path.clone() },
            )
            .at(&change.path, Some(&change.source))
            .with_hint(hint),
        );
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    static LISTED: Schema = {
        let mut schema = Schema::new("Sim::Net::Balancer", "Id", &[], &[]);
        schema.protection = Some("Attributes:guard.enabled");
        schema
    };

    fn record(attributes: Json) -> Record {
        let record = json!({
            "path": "a", "type": "Sim::Net::Balancer", "schema_version": 1, "instance": "0123456789abcdef",
            "generation": 1, "physical_id": "a", "status": "ready", "properties": {"Attributes": attributes},
            "attributes": {}, "dependencies": [], "protect": false, "retain": false, "replace_order": null,
            "provider": null, "source": "main.rs:1",
        });
        serde_json::from_value(record).unwrap()
    }

    #[test]
    fn what_protects_is_named_as_the_api_names_it() {
        let on = record(json!([{"Key": "other", "Value": true}, {"Key": "guard.enabled", "Value": "true"}]));
        assert_eq!(protection(&on, Some(&LISTED)).as_deref(), Some("guard.enabled is on"));
        let off = record(json!([{"Key": "guard.enabled", "Value": false}]));
        assert_eq!(protection(&off, Some(&LISTED)), None);
    }
}
