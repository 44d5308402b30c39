//! Objects in memory, for tests: as strict as a bucket, and as troublesome as a test wants.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use ironward_core::clock::Timestamp;
use ironward_core::store::{StoreError, StoreErrorKind};
use sha2::{Digest, Sha256};

use super::objects::{Listed, Object, ObjectError, Objects, Only, Tag};
use crate::codec::text::to_hex;

/// What a test is told of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Request {
    /// A read.
    Get(String),
    /// A write.
    Put(String),
    /// A list.
    List(String),
    /// A deletion.
    Delete(Vec<String>),
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Fate {
    /// It is done.
    #[default]
    Done,
    /// It isn't done, and nobody knows.
    Lost,
    /// It is done, and its answer is lost.
    Unanswered,
    /// Its answer is lost, and it is done later: when [`MemoryObjects::deliver`] is called.
    Late,
    /// It is refused, and not done.
    Failed,
}

/// Decides what becomes of requests. It may take its time.
#[async_trait]
pub trait Weather: Send + Sync {
    /// What becomes of this request.
    async fn meet(&self, request: &Request) -> Fate;
}

type Bucket = BTreeMap<String, (Vec<u8>, Timestamp)>;
type Held = (String, Vec<u8>, Only);

#[derive(Default)]
struct Inner {
    bucket: Bucket,
    now: Duration,
    late: Vec<Held>,
    requests: Vec<Request>,
}

/// Objects in memory. Clones share them; each has its own weather. Tags follow from the contents,
/// as those of a bucket may.
#[derive(Clone, Default)]
pub struct MemoryObjects {
    inner: Arc<Mutex<Inner>>,
    weather: Option<Arc<dyn Weather>>,
}

fn tag(bytes: &[u8]) -> Tag {
    Tag::new(to_hex(&Sha256::digest(bytes)))
}

fn lost() -> ObjectError {
    let error = StoreError::new(StoreErrorKind::Unreachable, "the answer was lost");
    ObjectError::Ambiguous(error.with_hint("run again"))
}

impl Inner {
    fn write(&mut self, key: &str, bytes: &[u8], only: &Only) -> Result<Tag, ObjectError> {
        let there = self.bucket.get(key).map(|(bytes, _)| tag(bytes));
        let fits = match only {
            Only::IfAbsent => there.is_none(),
            Only::IfTag(wanted) => there.as_ref() == Some(wanted),
        };
        if !fits {
            return Err(ObjectError::Refused);
        }
        let now = Timestamp::from_unix(self.now);
        self.bucket.insert(key.to_owned(), (bytes.to_vec(), now));
        Ok(tag(bytes))
    }
}

impl fmt::Debug for MemoryObjects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryObjects").field("objects", &self.lock().bucket.len()).finish_non_exhaustive()
    }
}

impl MemoryObjects {
    /// No objects yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same objects, under a weather.
    #[must_use]
    pub fn under(&self, weather: Arc<dyn Weather>) -> Self {
        Self { inner: Arc::clone(&self.inner), weather: Some(weather) }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves the service's clock on.
    pub fn pass(&self, time: Duration) {
        self.lock().now += time;
    }

    /// Does a write that was held back; false when there is none.
    pub fn deliver(&self) -> bool {
        let mut inner = self.lock();
        if inner.late.is_empty() {
            return false;
        }
        let (key, bytes, only) = inner.late.remove(0);
        // Nobody waits for the answer.
        let _ = inner.write(&key, &bytes, &only);
        true
    }

    /// Every object, by key.
    #[must_use]
    pub fn all(&self) -> BTreeMap<String, Vec<u8>> {
        self.lock().bucket.iter().map(|(key, (bytes, _))| (key.clone(), bytes.clone())).collect()
    }

    /// Puts an object in its place, whatever is there; or takes it away.
    pub fn set(&self, key: &str, bytes: Option<Vec<u8>>) {
        let mut inner = self.lock();
        let now = Timestamp::from_unix(inner.now);
        match bytes {
            Some(bytes) => inner.bucket.insert(key.to_owned(), (bytes, now)),
            None => inner.bucket.remove(key),
        };
    }

    /// The requests since the last time that this was asked.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        std::mem::take(&mut self.lock().requests)
    }

    async fn meet(&self, request: Request) -> Result<Fate, ObjectError> {
        let fate = match &self.weather {
            Some(weather) => weather.meet(&request).await,
            None => Fate::Done,
        };
        self.lock().requests.push(request);
        match fate {
            Fate::Lost => Err(lost()),
            Fate::Failed => {
                let error = StoreError::new(StoreErrorKind::Denied, "access denied");
                Err(ObjectError::Failed(error.with_hint("allow it")))
            }
            fate => Ok(fate),
        }
    }
}

fn answer<T>(fate: Fate, result: Result<T, ObjectError>) -> Result<T, ObjectError> {
    if fate == Fate::Done { result } else { Err(lost()) }
}

#[async_trait]
impl Objects for MemoryObjects {
    fn place(&self, key: &str) -> String {
        format!("memory/{key}")
    }

    async fn get(&self, key: &str) -> Result<Object, ObjectError> {
        let fate = self.meet(Request::Get(key.to_owned())).await?;
        let found = self.lock().bucket.get(key).cloned();
        let object = |(bytes, modified): (Vec<u8>, Timestamp)| Object { tag: tag(&bytes), bytes, modified };
        answer(fate, found.map(object).ok_or(ObjectError::Absent))
    }

    async fn put(&self, key: &str, bytes: &[u8], only: &Only) -> Result<Tag, ObjectError> {
        let fate = self.meet(Request::Put(key.to_owned())).await?;
        let mut inner = self.lock();
        if fate == Fate::Late {
            inner.late.push((key.to_owned(), bytes.to_vec(), only.clone()));
            return Err(lost());
        }
        answer(fate, inner.write(key, bytes, only))
    }

    async fn list(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<Listed>, ObjectError> {
        let fate = self.meet(Request::List(prefix.to_owned())).await?;
        let inner = self.lock();
        let matching = inner.bucket.iter().filter(|(key, _)| key.starts_with(prefix) && key.as_str() > after);
        let listed = matching.map(|(key, (_, modified))| Listed { key: key.clone(), modified: *modified });
        answer(fate, Ok(listed.take(limit).collect()))
    }

    async fn delete(&self, keys: &[String]) -> Result<(), ObjectError> {
        let fate = self.meet(Request::Delete(keys.to_vec())).await?;
        let mut inner = self.lock();
        for key in keys {
            inner.bucket.remove(key);
        }
        answer(fate, Ok(()))
    }
}
