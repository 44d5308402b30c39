//! Looking more than once: what was just made may not be visible yet, and what was just deleted
//! may still be shown.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::clock::Clock;
use crate::document::Document;
use crate::fault::Fault;
use crate::observe::{Observations, Providers, observe};
use crate::provider::{Found, Handler, Observation, Operation};
use crate::schema::Ownership;
use crate::state::{InstanceId, Record, State};

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

/// Parts that are seen although something that they stand on isn't there, and it may be their whole. They go along
/// with that without an entry of their own, and reads may still show them.
pub(crate) fn bereft<'a>(
    providers: &Providers,
    state: &'a State,
    observations: &Observations,
) -> Vec<&'a Record> {
    let whole = |record: &'a Record| {
        let provider = providers.get(record.provider.as_deref().unwrap_or_default());
        let handler = provider.and_then(|provider| provider.handler(&record.type_name));
        let id = record.properties.at(handler?.schema().part_of?)?.as_str()?;
        let seen = observations.by_instance.get(&record.instance);
        matches!(seen, Some(Observation::Present(_))).then_some((record, id))
    };
    let parts: Vec<(&Record, &str)> = state.instances().filter_map(whole).collect();
    if parts.is_empty() {
        return Vec::new();
    }
    let there =
        |record: &&Record| !observations.by_instance.get(&record.instance).is_some_and(Observation::is_gone);
    let living: BTreeMap<&InstanceId, &Record> =
        state.instances().filter(there).map(|record| (&record.instance, record)).collect();
    let alone = |(record, whole): &(&Record, &str)| {
        let mut needed = record.dependencies.iter().map(|needed| living.get(needed));
        !needed.clone().flatten().any(|other| other.physical_id == *whole)
            && needed.any(|other| other.is_none())
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
