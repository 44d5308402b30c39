//! Looking more than once: what was just made may not be visible yet, and what was just deleted
//! may still be shown.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value as Json;

use crate::clock::Clock;
use crate::document::Document;
use crate::fault::Fault;
use crate::observe::{Observations, Providers, observe};
use crate::program::Program;
use crate::provider::{Found, Handler, Observation, Operation};
use crate::schema::Ownership;
use crate::state::{InstanceId, Record, State};
use crate::value::Value;

/// How often to look before believing that there is nothing.
const LOOKS: u32 = 6;

/// The pause before the second look; it doubles from look to look, since what was just made may
/// take seconds until searches see it.
const PAUSE: Duration = Duration::from_millis(200);

/// The pauses between the looks.
pub(crate) fn pauses(scale: f64) -> impl Iterator<Item = Duration> {
    (0..LOOKS - 1).map(move |earlier| (PAUSE * (1 << earlier)).mul_f64(scale.clamp(0.0, 1.0)))
}

/// After how long whatever was done is seen by every look: as long as all looks take.
pub(crate) fn settles(scale: f64) -> Duration {
    pauses(scale).sum()
}

/// Pauses until whatever was done before is seen by every look.
pub(crate) async fn settle(clock: &dyn Clock, scale: f64) {
    clock.sleep(settles(scale)).await;
}

/// Observes `records`. That one of them is absent is believed once every look says so: whoever
/// takes something that was just made for gone makes it twice.
pub(crate) async fn observe_settled<'a>(
    providers: &Providers,
    records: impl IntoIterator<Item = &'a Record>,
    clock: &dyn Clock,
    scale: f64,
) -> Observations {
    let records: Vec<&Record> = records.into_iter().collect();
    let mut result = observe(providers, records.iter().copied()).await;
    for pause in pauses(scale) {
        let absent = |record: &&&Record| {
            result.by_instance.get(&record.instance).is_some_and(|seen| *seen == Observation::Absent)
        };
        let again: Vec<&Record> = records.iter().filter(absent).copied().collect();
        if again.is_empty() {
            break;
        }
        clock.sleep(pause).await;
        let more = observe(providers, again).await;
        result.reads += more.reads;
        result.by_instance.extend(more.by_instance);
    }
    result
}

/// Parts that are seen although what they are a part of isn't known to be there. They go along with that without
/// an entry of their own, and reads may still show them. What they stand on may by now be something else, which took
/// the place of that; parts of what nobody manages aren't meant.
pub(crate) fn bereft<'a>(
    providers: &Providers,
    program: &Program,
    state: &'a State,
    observations: &Observations,
) -> Vec<&'a Record> {
    let part_of = |record: &Record| {
        let provider = providers.get(record.provider.as_deref().unwrap_or_default());
        provider?.handler(&record.type_name)?.schema().part_of
    };
    let seen = |record: &Record| {
        matches!(observations.by_instance.get(&record.instance), Some(Observation::Present(_)))
    };
    let parts = state.instances().filter(|record| !record.dependencies.is_empty() && seen(record));
    let parts: Vec<(&Record, &str)> = parts.filter_map(|record| Some((record, part_of(record)?))).collect();
    if parts.is_empty() {
        return Vec::new();
    }
    let there =
        |record: &&Record| !observations.by_instance.get(&record.instance).is_some_and(Observation::is_gone);
    let living: BTreeMap<&InstanceId, &Record> =
        state.instances().filter(there).map(|record| (&record.instance, record)).collect();
    let managed = |record: &Record, property: &str| {
        let declared =
            program.resources.get(&record.path).and_then(|declared| declared.properties.get(property));
        let refers = |value: &Value| {
            value.references().iter().any(|reference| program.resources.contains_key(&reference.path))
        };
        declared.is_none_or(refers)
    };
    let alone = |(record, property): &(&Record, &str)| {
        let whole = record.properties.at(property).and_then(Json::as_str);
        let mut needed = record.dependencies.iter().map(|needed| living.get(needed));
        whole.is_some()
            && !needed.clone().flatten().any(|other| Some(other.physical_id.as_str()) == whole)
            && (needed.any(|other| other.is_none()) || managed(record, property))
    };
    parts.into_iter().filter(alone).map(|(record, _)| record).collect()
}

/// Looks for the instance until something is found or the looks are used up. `scale` shortens
/// the pauses. What carries no mark, or another instance's, may be a predecessor of that key that is
/// gone already, and is believed once whatever went before isn't shown any more.
///
/// # Errors
/// The last look's [`Fault`]: then nothing is known.
pub(crate) async fn search(
    handler: &dyn Handler,
    operation: &Operation<'_>,
    desired: &Document,
    clock: &dyn Clock,
    scale: f64,
) -> Result<Found, Fault> {
    let mut result = handler.find(operation, desired).await;
    for pause in pauses(scale) {
        if matches!(result, Ok(Found::Ours { .. })) {
            break;
        }
        clock.sleep(pause).await;
        result = handler.find(operation, desired).await;
    }
    result
}

/// Looks until nothing is found or the looks are used up.
///
/// # Errors
/// The last look's [`Fault`].
pub(crate) async fn search_vacant(
    handler: &dyn Handler,
    operation: &Operation<'_>,
    desired: &Document,
    clock: &dyn Clock,
    scale: f64,
) -> Result<Found, Fault> {
    let mut result = handler.find(operation, desired).await;
    for pause in pauses(scale) {
        if matches!(result, Ok(Found::Nothing | Found::Ours { .. })) {
            break;
        }
        clock.sleep(pause).await;
        result = handler.find(operation, desired).await;
    }
    result
}

/// Whether something of that natural key that carries no mark counts as ours once an intent for
/// it is on record.
pub(crate) fn adopts_unmarked(ownership: Ownership) -> bool {
    ownership == Ownership::Recorded
}
