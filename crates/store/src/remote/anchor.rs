//! Anchors as objects, in another bucket than the state or under another prefix.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use ironward_core::clock::Clock;
use ironward_core::state::Lineage;
use ironward_core::store::{StoreError, StoreErrorKind};

use super::clock::BootClock;
use super::objects::{Object, ObjectError, Objects, Only, Put, Tag, fetch, put};
use crate::anchor::{Anchor, Head};

/// How often others may move an anchor while this does.
const ROUNDS: u32 = 8;

fn decode(bytes: &[u8], place: &str, lineage: &Lineage) -> Result<Head, StoreError> {
    Head::decode_for(bytes, lineage).map_err(|damage| {
        damage.at_place(place).with_hint(
            "put a good version of it in its place; or, if the state is known to be right, `state accept`",
        )
    })
}

/// An anchor that stands further than what is to be put there, by somebody else's hand.
fn moved(place: &str) -> StoreError {
    StoreError::new(StoreErrorKind::LeaseLost, format!("{place}: another process moved this anchor on"))
        .with_hint("see `state lock status`: this process was taken over")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Anchors as objects: `LINEAGE.json` for each state. Whoever may write the state's objects should
/// not be able to write these.
pub struct ObjectAnchor {
    objects: Arc<dyn Objects>,
    clock: Arc<dyn Clock>,
    /// What is known to be there.
    known: Mutex<BTreeMap<Lineage, Option<Tag>>>,
}

impl fmt::Debug for ObjectAnchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ObjectAnchor").field("place", &self.objects.place("")).finish_non_exhaustive()
    }
}

impl ObjectAnchor {
    /// Anchors among these objects.
    #[must_use]
    pub fn new(objects: Arc<dyn Objects>) -> Self {
        Self { objects, clock: Arc::new(BootClock), known: Mutex::default() }
    }

    fn key(lineage: &Lineage) -> String {
        format!("{}.json", lineage.as_str())
    }

    fn know(&self, lineage: &Lineage, object: Option<&Object>) -> Option<Tag> {
        let tag = object.map(|object| object.tag.clone());
        lock(&self.known).insert(lineage.clone(), tag.clone());
        tag
    }
}

#[async_trait]
impl Anchor for ObjectAnchor {
    fn place(&self, lineage: &Lineage) -> String {
        self.objects.place(&Self::key(lineage))
    }

    async fn get(&self, lineage: &Lineage) -> Result<Option<Head>, StoreError> {
        let found = fetch(&*self.objects, &*self.clock, &Self::key(lineage)).await?;
        self.know(lineage, found.as_ref());
        found.map(|object| decode(&object.bytes, &self.place(lineage), lineage)).transpose()
    }

    async fn put(&self, head: &Head) -> Result<(), StoreError> {
        let (lineage, key) = (&head.lineage, Self::key(&head.lineage));
        let known = lock(&self.known).get(lineage).cloned();
        let mut tag = match known {
            Some(tag) => tag,
            None => {
                let found = fetch(&*self.objects, &*self.clock, &key).await?;
                self.know(lineage, found.as_ref())
            }
        };
        for _ in 0..ROUNDS {
            let only = tag.map_or(Only::IfAbsent, Only::IfTag);
            match put(&*self.objects, &*self.clock, &key, head.encode().as_bytes(), &only).await? {
                Put::Done(tag) => {
                    lock(&self.known).insert(lineage.clone(), Some(tag));
                    return Ok(());
                }
                Put::Other(there) => {
                    if let Some(object) = &there
                        && decode(&object.bytes, &self.place(lineage), lineage)?.serial > head.serial
                    {
                        return Err(moved(&self.place(lineage)));
                    }
                    tag = self.know(lineage, there.as_ref());
                }
            }
        }
        Err(moved(&self.place(lineage)))
    }
}

/// Anchors as evidence: every head is an object of its own, `heads/LINEAGE/NUMBER`, and none is ever
/// replaced. In a bucket with object lock, where the objects are written with a retention, nobody
/// can take one away before its time.
pub struct EvidenceAnchor {
    objects: Arc<dyn Objects>,
    clock: Arc<dyn Clock>,
    /// The number of the last head that was read or put.
    known: Mutex<BTreeMap<Lineage, u64>>,
}

impl fmt::Debug for EvidenceAnchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EvidenceAnchor").field("place", &self.objects.place("")).finish_non_exhaustive()
    }
}

impl EvidenceAnchor {
    /// Evidence among these objects.
    #[must_use]
    pub fn new(objects: Arc<dyn Objects>) -> Self {
        Self { objects, clock: Arc::new(BootClock), known: Mutex::default() }
    }

    fn prefix(lineage: &Lineage) -> String {
        format!("heads/{}/", lineage.as_str())
    }

    /// Counted down, so that the newest is the first in a list.
    fn key(lineage: &Lineage, number: u64) -> String {
        format!("{}{:020}", Self::prefix(lineage), u64::MAX - number)
    }

    /// The newest head and its number.
    async fn newest(&self, lineage: &Lineage) -> Result<Option<(u64, Head)>, StoreError> {
        let prefix = Self::prefix(lineage);
        let mut attempt = 0;
        let listed = loop {
            match self.objects.list(&prefix, "", 1).await {
                Ok(listed) => break listed,
                Err(ObjectError::Ambiguous(_)) if attempt < ROUNDS => attempt += 1,
                Err(error) => return Err(error.into_store_error(&self.objects.place(&prefix))),
            }
        };
        let Some(first) = listed.first() else { return Ok(None) };
        let place = self.objects.place(&first.key);
        let number = first.key.strip_prefix(&prefix).and_then(|digits| digits.parse::<u64>().ok());
        let message = || format!("{place}: this is no head");
        let strange = || StoreError::new(StoreErrorKind::Corrupt, message()).with_hint("take it away");
        let number = u64::MAX - number.ok_or_else(strange)?;
        let object = fetch(&*self.objects, &*self.clock, &first.key).await?.ok_or_else(strange)?;
        Ok(Some((number, decode(&object.bytes, &place, lineage)?)))
    }
}

#[async_trait]
impl Anchor for EvidenceAnchor {
    fn place(&self, lineage: &Lineage) -> String {
        self.objects.place(&Self::prefix(lineage))
    }

    async fn get(&self, lineage: &Lineage) -> Result<Option<Head>, StoreError> {
        let newest = self.newest(lineage).await?;
        let number = newest.as_ref().map_or(0, |(number, _)| *number);
        lock(&self.known).insert(lineage.clone(), number);
        Ok(newest.map(|(_, head)| head))
    }

    async fn put(&self, head: &Head) -> Result<(), StoreError> {
        let lineage = &head.lineage;
        let known = lock(&self.known).get(lineage).copied();
        let mut last = match known {
            Some(last) => last,
            None => self.newest(lineage).await?.map_or(0, |(number, _)| number),
        };
        for _ in 0..ROUNDS {
            let key = Self::key(lineage, last + 1);
            let bytes = head.encode();
            match put(&*self.objects, &*self.clock, &key, bytes.as_bytes(), &Only::IfAbsent).await? {
                Put::Done(_) => {
                    lock(&self.known).insert(lineage.clone(), last + 1);
                    return Ok(());
                }
                Put::Other(_) => {
                    let newest = self.newest(lineage).await?;
                    if newest.as_ref().is_some_and(|(_, newest)| newest.serial > head.serial) {
                        return Err(moved(&self.place(lineage)));
                    }
                    last = newest.map_or(0, |(number, _)| number);
                }
            }
        }
        Err(moved(&self.place(lineage)))
    }
}
