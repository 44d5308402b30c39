//! Looking more than once: what was just made may not be visible yet, and what was just deleted
//! may still be shown.

use std::time::Duration;

use crate::cloud::observe::{Observations, Providers, observe};
use crate::cloud::provider::{Found, Handler, Observation, Operation};
use crate::model::clock::Clock;
use crate::model::document::Document;
use crate::model::error::ProviderError;
use crate::model::schema::Ownership;
use crate::state::Record;

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

/// Looks for the instance until something is found or the looks are used up. `scale` shortens
/// the pauses. A match without a mark, or with another instance's, may be a stale read of a deleted
/// predecessor: it is trusted only after all retries.
///
/// # Errors
/// The last look's [`ProviderError`]: then nothing is known.
pub(crate) async fn search(
    handler: &dyn Handler,
    operation: &Operation<'_>,
    desired: &Document,
    clock: &dyn Clock,
    scale: f64,
) -> Result<Found, ProviderError> {
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
/// The last look's [`ProviderError`].
pub(crate) async fn search_vacant(
    handler: &dyn Handler,
    operation: &Operation<'_>,
    desired: &Document,
    clock: &dyn Clock,
    scale: f64,
) -> Result<Found, ProviderError> {
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
