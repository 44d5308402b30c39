//! Looking at the lock of a stack, and taking it away.

use std::sync::Arc;
use std::time::Duration;

use ironward_core::clock::{Clock, Timestamp};
use ironward_core::store::{StoreError, StoreErrorKind};

use super::lease::{Condition, LOCK, Lease, ROUNDS, Site, Terms, millis, token};
use super::objects::{Object, Objects, Only, Put};

/// What is known of a lock.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LockStatus {
    /// The number of the holder, the first being 1.
    pub fence: u64,
    /// Who has it, or had it last.
    pub holder: String,
    /// Since when, by the holder's clock.
    pub since: Timestamp,
    /// The last sign of life, by the service's clock.
    pub renewed: Timestamp,
    /// For how long it is taken at a time.
    pub duration: Duration,
    /// Whether it is free.
    pub free: bool,
    /// Whether it was broken, and its former holder may still be at work.
    pub broken: bool,
}

impl LockStatus {
    /// Whether the holder seems to be gone. Only a run that watches the lock knows.
    #[must_use]
    pub fn seems_expired(&self, now: Timestamp) -> bool {
        !self.free && now.unix_millis().saturating_sub(self.renewed.unix_millis()) > millis(self.duration)
    }
}

fn status(lease: Lease, object: &Object) -> LockStatus {
    LockStatus {
        fence: lease.fence,
        duration: lease.duration(),
        free: lease.condition != Condition::Held,
        broken: lease.condition == Condition::Broken,
        holder: lease.holder,
        since: lease.since,
        renewed: object.modified,
    }
}

/// What is known of the lock of the stack whose objects these are; nothing where nobody ever had it.
///
/// # Errors
/// [`StoreError`] when it can't be read.
pub async fn lock_status(
    objects: Arc<dyn Objects>,
    clock: Arc<dyn Clock>,
) -> Result<Option<LockStatus>, StoreError> {
    let site = Site { objects, clock, stack: String::new() };
    let Some(object) = site.fetch(LOCK).await? else { return Ok(None) };
    Ok(Some(status(Lease::read(&site, &object)?, &object)))
}

/// Takes the lock of `stack` away from whoever has it, in the name of `breaker`, and says who had it;
/// nothing where it was free.
///
/// A holder that is still at work learns of it when it renews its lease, within a quarter of its
/// duration, or when it writes: until then it may go on changing the cloud. The next run fences it
/// off, and waits before it believes that something wasn't made. What that holder did in between
/// and couldn't record is found by tags and names, as after a kill.
///
/// # Errors
/// [`StoreError`] when it can't be read or written, or when it changed hands meanwhile.
pub async fn break_lock(
    objects: Arc<dyn Objects>,
    clock: Arc<dyn Clock>,
    stack: &str,
    breaker: &str,
) -> Result<Option<LockStatus>, StoreError> {
    let site = Site { objects, clock, stack: stack.to_owned() };
    let Some(object) = site.fetch(LOCK).await? else { return Ok(None) };
    let mut lease = Lease::read(&site, &object)?;
    if lease.condition != Condition::Held {
        return Ok(None);
    }
    let former = status(lease.clone(), &object);
    let unsettled = lease.duration() + Terms::default().settling;
    lease.condition = Condition::Broken;
    lease.fence += 1;
    lease.holder = breaker.to_owned();
    lease.since = site.clock.wall();
    lease.unsettled_ms = lease.unsettled_ms.max(millis(unsettled));
    lease.token = token()?;
    // A holder that lives renews it now and then: that doesn't save it.
    let (mut tag, mut kind) = (object.tag, StoreErrorKind::Contended);
    for _ in 0..ROUNDS {
        let there = match site.put(LOCK, &lease.write(), &Only::IfTag(tag)).await? {
            Put::Done(_) => return Ok(Some(former)),
            Put::Other(Some(there)) => there,
            Put::Other(None) => return Ok(None),
        };
        let other = Lease::read(&site, &there)?;
        kind = other.kind();
        if other.fence != former.fence {
            break;
        }
        tag = there.tag;
    }
    Err(StoreError::new(kind, format!("the lock of the state of `{stack}` changed hands meanwhile"))
        .with_hint("see `state lock status`"))
}
