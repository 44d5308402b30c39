//! Looking for what a creation of unknown outcome may have made.

use std::time::Duration;

use crate::clock::Clock;
use crate::document::Document;
use crate::fault::Fault;
use crate::provider::{Found, Handler, Operation};
use crate::schema::Ownership;

/// How often to look before believing that there is nothing.
const LOOKS: u32 = 6;

/// The pause before the second look; it doubles from look to look, since what was just made may
/// take seconds until searches see it.
const PAUSE: Duration = Duration::from_millis(200);

/// Looks for the instance until something is found or the looks are used up. `scale` shortens
/// the pauses.
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
    for look in 1..LOOKS {
        if !matches!(result, Ok(Found::Nothing) | Err(_)) {
            break;
        }
        clock.sleep((PAUSE * (1 << (look - 1))).mul_f64(scale.clamp(0.0, 1.0))).await;
        result = handler.find(operation, desired).await;
    }
    result
}

/// Whether something of that natural key that carries no mark counts as ours once an intent for
/// it is on record.
pub(crate) fn adopts_unmarked(ownership: Ownership) -> bool {
    ownership == Ownership::Recorded
}
