//! Looking more than once: what was just made may not be visible yet, and what was just deleted
//! may still be shown.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::adopt::known;
use crate::clock::Clock;
use crate::document::Document;
use crate::fault::Fault;
use crate::observe::{Observations, Providers, observe};
use crate::path::Path;
use crate::program::Program;
use crate::provider::{Found, Handler, Observation, Operation};
use crate::schema::Ownership;
use crate::state::{InstanceId, Record, State};
use crate::value::AttrRef;

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
