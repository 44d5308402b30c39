//! The lease: who may write, since when, and until when.
//!
//! `lock.json` holds who has it. Its fence number grows by one with each holder and is never used
//! again, since the object is never deleted. Nobody compares wall clocks: a holder counts its lease
//! from before it asked for it, and another one believes that it ended once it saw the same version
//! tag for as long as the lease lasts, each on a clock of its own.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ironward_core::clock::{Clock, Timestamp};
use ironward_core::store::{StoreError, StoreErrorKind};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::objects::{Object, Objects, Only, Put, Tag, fetch, put};
use super::segment::Author;
use crate::codec::vault::random;
use crate::codec::{FORMAT, text};

pub(super) const LOCK: &str = "lock.json";

/// The objects of one stack, and what works on them needs besides.
#[derive(Clone)]
pub(super) struct Site {
    pub(super) objects: Arc<dyn Objects>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) stack: String,
}

impl Site {
    pub(super) async fn fetch(&self, key: &str) -> Result<Option<Object>, StoreError> {
        fetch(&*self.objects, &*self.clock, key).await
    }

    pub(super) async fn put(&self, key: &str, bytes: &[u8], only: &Only) -> Result<Put, StoreError> {
        put(&*self.objects, &*self.clock, key, bytes, only).await
    }

    pub(super) fn place(&self) -> String {
        self.objects.place("")
    }
}

/// How long a lease lasts, and what follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// For how long it is taken at a time. It is renewed every quarter of that, and in the last third
    /// no call starts.
    pub duration: Duration,
    /// For how long after the end of another's lease its calls may still take effect.
    pub settling: Duration,
}

/// A minute; and 45 seconds, since a call that started at the last moment may be under way for a
/// minute, of which the last third of the lease is over by then.
impl Default for Terms {
    fn default() -> Self {
        Self { duration: Duration::from_secs(60), settling: Duration::from_secs(45) }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Condition {
    /// Somebody has it.
    Held,
    /// It is free, and nobody is left who may write.
    Released,
    /// It is free, and somebody may still be at work.
    Broken,
}

/// The contents of `lock.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lease {
    format: u32,
    pub(super) condition: Condition,
    pub(super) fence: u64,
    pub(super) holder: String,
    pub(super) since: Timestamp,
    duration_ms: u64,
    renewals: u64,
    /// For how long calls of those before may still take effect, from when this was written.
    pub(super) unsettled_ms: u64,
    /// Random: no two holders write the same bytes.
    pub(super) token: String,
    /// Where the state is kept now, once it was moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    moved: Option<String>,
}

/// Who takes a lease, in the bytes of it.
pub(super) fn token() -> Result<String, StoreError> {
    Ok(text::to_hex(&random::<16>()?))
}

pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// `2026-11-26 14:00:05 UTC`.
pub(super) fn moment(time: Timestamp) -> String {
    time.to_string().replace('T', " ").replace('Z', " UTC")
}

impl Lease {
    pub(super) fn read(site: &Site, object: &Object) -> Result<Self, StoreError> {
        let place = site.objects.place(LOCK);
        let lease: Self = serde_json::from_slice(&object.bytes).map_err(|error| {
            let message = format!("{place}: this isn't a lock; it was damaged: {error}");
            StoreError::new(StoreErrorKind::Corrupt, message).with_source(error).with_hint(
                "see that nobody works on this stack, then delete the object; the next run makes another",
            )
        })?;
        if lease.format == FORMAT {
            return Ok(lease);
        }
        let kind = if lease.format > FORMAT { StoreErrorKind::Newer } else { StoreErrorKind::Corrupt };
        let message = format!(
            "{place}: this lock has format {}, and this version of Ironward knows format {FORMAT}",
            lease.format
        );
        Err(StoreError::new(kind, message)
            .with_hint("use the version of Ironward that wrote it, or a newer one"))
    }

    pub(super) fn write(&self) -> Vec<u8> {
        // A struct of numbers and strings always has a JSON form.
        let mut bytes = serde_json::to_vec(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    pub(super) fn duration(&self) -> Duration {
        Duration::from_millis(self.duration_ms)
    }

    fn gone(&self, site: &Site) -> StoreError {
        let to = self.moved.clone().unwrap_or_default();
        let message = format!("the state in {} was moved to {to}", site.place());
        StoreError::new(StoreErrorKind::Moved { to }, message).with_hint(
            "write that place into the stack's `[stack.NAME.state]` in Ironward.toml; `state migrate` said how",
        )
    }

    /// What the one who has it is to others.
    pub(super) fn kind(&self) -> StoreErrorKind {
        match self.condition {
            Condition::Held => {
                StoreErrorKind::Locked { holder: Some(self.holder.clone()), since: Some(self.since) }
            }
            // It is free by now, and others were quicker all the same.
            Condition::Released | Condition::Broken => StoreErrorKind::Contended,
        }
    }

    fn locked(&self, site: &Site, modified: Timestamp) -> StoreError {
        let silent = site.clock.wall().unix_millis().saturating_sub(modified.unix_millis()) / 1000;
        let message = format!(
            "the state of `{}` is locked by {} since {}, last sign of life {silent} s ago",
            site.stack,
            self.holder,
            moment(self.since)
        );
        StoreError::new(self.kind(), message).with_hint("wait until it ends, or see `state lock status`")
    }
}

/// Whom a lease was taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Former {
    /// Whether it may still be at work.
    pub(super) lingers: bool,
    /// Who, where that is to be told.
    pub(super) holder: Option<String>,
    /// For how long from when the lease was taken its calls may still take effect.
    unsettled: Duration,
}

/// A lease that is held.
pub(super) struct HeldLease {
    site: Site,
    terms: Terms,
    author: Author,
    /// The time until which calls of former holders may take effect.
    unsettled: Duration,
    inner: Mutex<Inner>,
    lost: Notify,
    stop: Notify,
}

struct Inner {
    lease: Lease,
    tag: Tag,
    /// The time until which it is ours.
    until: Duration,
    /// Why it isn't any more.
    lost: Option<StoreError>,
}

/// A lease that isn't ours any more.
fn lost(reason: String) -> StoreError {
    StoreError::new(StoreErrorKind::LeaseLost, reason)
}

/// How often somebody else may be quicker before this gives up.
pub(super) const ROUNDS: u32 = 8;

/// Takes the lease of a stack. Where another's was never released, this waits until it has ended.
/// `tell` hears of that, once.
pub(super) async fn acquire(
    site: &Site,
    holder: &str,
    terms: Terms,
    tell: &(dyn Fn(&str) + Send + Sync),
) -> Result<(HeldLease, Former), StoreError> {
    let since = site.clock.wall();
    let token = token()?;
    let mut watched: Option<(Tag, Duration)> = None;
    let mut rounds = 0;
    loop {
        let found = site.fetch(LOCK).await?;
        let now = site.clock.now();
        let found = match found {
            Some(object) => Some((Lease::read(site, &object)?, object)),
            None => None,
        };
        let nobody = Former { lingers: true, holder: None, unsettled: Duration::ZERO };
        let (only, fence, former) = match found {
            // Of a stack that has a state, somebody deleted it.
            None => (Only::IfAbsent, 1, nobody),
            Some((lease, _)) if lease.moved.is_some() => return Err(lease.gone(site)),
            Some((lease, object)) => {
                let settles = Duration::from_millis(lease.unsettled_ms);
                let former = match lease.condition {
                    Condition::Released => Former { lingers: false, holder: None, unsettled: settles },
                    Condition::Broken => {
                        Former { lingers: true, holder: Some(lease.holder.clone()), unsettled: settles }
                    }
                    Condition::Held => match &watched {
                        Some((tag, _)) if *tag != object.tag => {
                            return Err(lease.locked(site, object.modified));
                        }
                        Some((_, from)) if now.saturating_sub(*from) >= lease.duration() => Former {
                            lingers: true,
                            holder: Some(lease.holder.clone()),
                            unsettled: settles.max(terms.settling),
                        },
                        _ => {
                            if watched.is_none() {
                                let locked = lease.locked(site, object.modified);
                                tell(&format!("{locked}; waiting for its next, or for the end of its lease"));
                            }
                            let from = watched.get_or_insert((object.tag, now)).1;
                            let left = (from + lease.duration()).saturating_sub(now);
                            site.clock.sleep(left.min(lease.duration() / 16)).await;
                            continue;
                        }
                    },
                };
                (Only::IfTag(object.tag), lease.fence + 1, former)
            }
        };
        let lease = Lease {
            format: FORMAT,
            condition: Condition::Held,
            fence,
            holder: holder.to_owned(),
            since,
            duration_ms: millis(terms.duration),
            renewals: 0,
            unsettled_ms: millis(former.unsettled),
            token: token.clone(),
            moved: None,
        };
        let sent = site.clock.now();
        match site.put(LOCK, &lease.write(), &only).await? {
            Put::Done(tag) => {
                let held = HeldLease {
                    site: site.clone(),
                    terms,
                    author: Author { fence, holder: holder.to_owned(), since },
                    unsettled: site.clock.now() + former.unsettled,
                    inner: Mutex::new(Inner { lease, tag, until: sent + terms.duration, lost: None }),
                    lost: Notify::new(),
                    stop: Notify::new(),
                };
                return Ok((held, former));
            }
            Put::Other(object) => {
                rounds += 1;
                watched = None;
                if let Some(object) = object.filter(|_| rounds >= ROUNDS) {
                    return Err(Lease::read(site, &object)?.locked(site, object.modified));
                }
            }
        }
    }
}

impl HeldLease {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn author(&self) -> &Author {
        &self.author
    }

    /// For how long from now calls of former holders may still take effect.
    pub(super) fn unsettled(&self) -> Duration {
        self.unsettled.saturating_sub(self.site.clock.now())
    }

    fn good_for(&self, margin: Duration) -> Result<Duration, StoreError> {
        let inner = self.lock();
        let left = inner.until.saturating_sub(self.site.clock.now() + margin);
        let reason = match &inner.lost {
            Some(reason) => reason.clone(),
            None if !left.is_zero() => return Ok(left),
            None => lost(format!("the lock of the state of `{}` wasn't renewed in time", self.site.stack)),
        };
        Err(reason.with_hint(
            "what was begun is on record: see `state lock status`, and run again once the lock is free",
        ))
    }

    /// Whether anything may be written: the lease is ours.
    pub(super) fn may_write(&self) -> Result<(), StoreError> {
        self.good_for(Duration::ZERO).map(drop)
    }

    /// Whether a call may start: the lease is ours for a while.
    pub(super) fn may_call(&self) -> Result<(), StoreError> {
        self.good_for(self.terms.duration / 3).map(drop)
    }

    /// Returns once no call may start any more.
    pub(super) async fn lapsed(&self) -> StoreError {
        loop {
            let lost = self.lost.notified();
            match self.good_for(self.terms.duration / 3) {
                Err(error) => return error,
                // A machine that was suspended wakes within it, and looks at the clock.
                Ok(left) => tokio::select! {
                    biased;
                    () = lost => {}
                    () = self.site.clock.sleep(left.min(self.terms.duration / 60)) => {}
                },
            }
        }
    }

    /// Says where the state is kept from now on: it is told with the next renewal or the release.
    pub(super) fn set_moved(&self, place: &str) {
        self.lock().lease.moved = Some(place.to_owned());
    }

    /// Takes note that the lease is another's.
    pub(super) fn lose(&self, reason: StoreError) {
        self.lock().lost.get_or_insert(reason);
        self.lost.notify_waiters();
    }

    /// That it was taken, and by whom.
    pub(super) fn taken(&self, by: Option<&Author>) -> StoreError {
        let by = by.map(|author| format!(" by {} since {}", author.holder, moment(author.since)));
        let by = by.unwrap_or_else(|| ", or somebody deleted parts of it".to_owned());
        lost(format!("the state of `{}` was taken over{by}", self.site.stack))
    }

    /// Renews the lease until it is told to stop or the lease is lost.
    async fn keep(&self) {
        loop {
            // A renewal that is under way isn't broken off: what it leaves has to be known.
            tokio::select! {
                biased;
                () = self.stop.notified() => return,
                () = self.site.clock.sleep(self.terms.duration / 4) => {}
            }
            let sent = self.site.clock.now();
            let (lease, tag) = {
                let inner = self.lock();
                (Lease { renewals: inner.lease.renewals + 1, ..inner.lease.clone() }, inner.tag.clone())
            };
            match self.put(&lease, &tag).await {
                Ok(tag) => {
                    let mut inner = self.lock();
                    (inner.lease.renewals, inner.tag) = (lease.renewals, tag);
                    inner.until = sent + self.terms.duration;
                }
                Err(reason) => return self.lose(reason),
            }
        }
    }

    /// Puts `lease` in the place of what has this tag, for as long as it is ours.
    async fn put(&self, lease: &Lease, tag: &Tag) -> Result<Tag, StoreError> {
        let only = Only::IfTag(tag.clone());
        loop {
            let trouble = match self.site.put(LOCK, &lease.write(), &only).await {
                Ok(Put::Done(tag)) => return Ok(tag),
                Ok(Put::Other(object)) => {
                    let other = object.and_then(|object| Lease::read(&self.site, &object).ok());
                    return Err(match other {
                        Some(Lease { condition: Condition::Broken, holder, since, .. }) => {
                            let (stack, when) = (&self.site.stack, moment(since));
                            lost(format!(
                                "the lock of the state of `{stack}` was taken away by {holder} at {when}"
                            ))
                        }
                        Some(Lease { fence, holder, since, .. }) => {
                            self.taken(Some(&Author { fence, holder, since }))
                        }
                        None => self.taken(None),
                    });
                }
                Err(error) => error,
            };
            if self.may_write().is_err() {
                let stack = &self.site.stack;
                return Err(lost(format!(
                    "the lock of the state of `{stack}` couldn't be renewed: {trouble}"
                ))
                .with_source(trouble));
            }
            self.site.clock.sleep(self.terms.duration / 30).await;
        }
    }

    /// Gives the lease back; nobody may be renewing it. `settled` says that nothing that this holder
    /// or another wrote can still arrive.
    pub(super) async fn release(&self, settled: bool) -> Result<(), StoreError> {
        let (lease, tag) = {
            let inner = self.lock();
            if inner.lost.is_some() {
                return Ok(());
            }
            let condition = if settled { Condition::Released } else { Condition::Broken };
            let unsettled_ms = millis(self.unsettled());
            (Lease { condition, unsettled_ms, ..inner.lease.clone() }, inner.tag.clone())
        };
        self.lose(lost(format!("the lock of the state of `{}` was given back", self.site.stack)));
        // Whatever else is there now is another's.
        self.site.put(LOCK, &lease.write(), &Only::IfTag(tag)).await.map(drop)
    }
}

/// The task that renews a lease. It ends when this is dropped.
pub(super) struct Keeper {
    held: Arc<HeldLease>,
    task: JoinHandle<()>,
}

impl Keeper {
    pub(super) fn new(held: &Arc<HeldLease>) -> Self {
        let keeping = Arc::clone(held);
        Self { held: Arc::clone(held), task: tokio::spawn(async move { keeping.keep().await }) }
    }

    /// Ends it between two renewals.
    pub(super) async fn end(mut self) {
        self.held.stop.notify_one();
        // It doesn't panic, and nobody else aborts it.
        let _ = (&mut self.task).await;
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.task.abort();
    }
}
