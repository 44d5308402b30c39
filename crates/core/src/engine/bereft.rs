//! Parts whose wholes may be gone.

use std::collections::{BTreeMap, BTreeSet};

use crate::cloud::observe::{Observations, Providers};
use crate::cloud::provider::Observation;
use crate::model::path::Path;
use crate::model::program::Program;
use crate::model::value::AttrRef;
use crate::plan::adopt::known;
use crate::state::{InstanceId, Record, State};

/// Parts that are seen although what they are a part of isn't known to be there. They go along with that without
/// an entry of their own, and reads may still show them. What they stand on may by now be something else, which took
/// the place of that; parts of what nobody manages aren't meant.
pub(super) fn bereft<'a>(
    providers: &Providers,
    program: &Program,
    state: &'a State,
    observations: &Observations,
) -> Vec<&'a Record> {
    let part_of = |record: &'a Record| {
        let provider = providers.get(record.provider.as_deref().unwrap_or_default());
        let property = provider?.handler(&record.type_name)?.schema().part_of?;
        let seen = observations.by_instance.get(&record.instance);
        let whole = record.properties.at(property)?.as_str()?;
        matches!(seen, Some(Observation::Present(_))).then_some((record, property, whole))
    };
    let parts: Vec<_> = state.instances().filter_map(part_of).collect();
    if parts.is_empty() {
        return Vec::new();
    }
    let is_gone =
        |record: &Record| observations.by_instance.get(&record.instance).is_some_and(Observation::is_gone);
    let (gone, living): (Vec<&Record>, Vec<&Record>) = state.instances().partition(|record| is_gone(record));
    let gone: BTreeSet<&str> = gone.into_iter().map(|record| record.physical_id.as_str()).collect();
    let living: BTreeMap<&InstanceId, &Record> =
        living.into_iter().map(|record| (&record.instance, record)).collect();
    // What it is declared to be a part of: something that is managed and there, and called so, or nothing of ours.
    let known = |attr: &AttrRef| known(program, state, &BTreeMap::new(), &BTreeMap::new(), attr);
    let is_known = |record: &Record, property: &'static str, whole: &str| {
        let declared = program.resources.get(&record.path);
        let Some(value) = declared.and_then(|declared| declared.properties.get(property)) else {
            return record.dependencies.is_empty();
        };
        if declared.is_some_and(|declared| declared.options.ignore_changes.contains(&property)) {
            return true;
        }
        let there = |path: &Path| {
            !program.resources.contains_key(path)
                || state.resources.get(path).is_some_and(|record| !is_gone(record))
        };
        let referred = value.references();
        let named = value.evaluate(&known).ok().and_then(|node| node.to_json());
        referred.iter().all(|reference| there(&reference.path))
            && (referred.is_empty() || named.is_none_or(|named| named.as_str() == Some(whole)))
    };
    let alone = |(record, property, whole): &(&Record, &'static str, &str)| {
        let mut needed = record.dependencies.iter().filter_map(|needed| living.get(needed));
        !needed.any(|other| other.physical_id == *whole)
            && (gone.contains(whole) || !is_known(record, property, whole))
    };
    parts.into_iter().filter(alone).map(|(record, ..)| record).collect()
}
