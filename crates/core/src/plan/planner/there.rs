//! What an instance has in the cloud. Its record says what was applied last, and that isn't all: an
//! operation that wasn't finished may have had its effect, what is taken over is recorded as it was
//! declared, and somebody may have changed it outside.

use std::borrow::Cow;

use serde_json::Value as Json;

use super::Input;
use crate::cloud::provider::{Observation, Observed};
use crate::model::document::Document;
use crate::model::schema::{Compare, Schema};
use crate::model::secret::holds_concealed;
use crate::plan::claims::{self, Claimed};
use crate::state::{Record, Status};

/// The documents that say what an instance has: what was recorded overlaid by what was seen, and what was
/// recorded where the last operation was finished. A finished one counts in any case, since the cloud may
/// say the same in other words.
pub(crate) fn there<'a>(input: &Input<'_>, schema: &Schema, record: &'a Record) -> Vec<Cow<'a, Document>> {
    let Ok(recorded) = record.upgraded(schema) else { return Vec::new() };
    let Some(Observation::Present(seen)) = input.observations.get(&record.instance) else {
        return vec![recorded];
    };
    let Some(overlaid) = overlaid(schema, &recorded, seen) else { return vec![recorded] };
    let trusted = record.status == Status::Ready;
    trusted.then_some(recorded).into_iter().chain([Cow::Owned(overlaid)]).collect()
}

/// What was recorded, with what was seen in its place; nothing where both say the same.
fn overlaid(schema: &Schema, recorded: &Document, seen: &Observed) -> Option<Document> {
    let mut overlaid: Option<Document> = None;
    for property in schema.properties.iter().filter(|property| property.compare != Compare::Tags) {
        let last = recorded.json(property.name);
        let json = match seen.properties.json(property.name) {
            Some(json) => json,
            None if seen.unset.contains(property.name) => &Json::Null,
            None => continue,
        };
        if json == last.unwrap_or(&Json::Null) || last.is_some_and(holds_concealed) {
            continue;
        }
        overlaid.get_or_insert_with(|| recorded.clone()).set(property.name, json.clone());
    }
    overlaid
}

/// What an instance has that only one of its type can have, where the facts of its type are known.
pub(super) fn held(input: &Input<'_>, schema: Option<&'static Schema>, record: &Record) -> Vec<Claimed> {
    let place = input.places.get(record.provider.as_deref().unwrap_or_default());
    let mut found = Vec::new();
    let Some((schema, place)) = schema.filter(|schema| !schema.claims.is_empty()).zip(place) else {
        return found;
    };
    for says in there(input, schema, record) {
        for claim in claims::recorded(schema, place, &says) {
            if !found.contains(&claim) {
                found.push(claim);
            }
        }
    }
    found
}
