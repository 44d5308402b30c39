//! Objects: what a bucket offers, reduced to what a state needs of it.

use std::time::Duration;

use async_trait::async_trait;
use ironward_core::clock::{Clock, Timestamp};
use ironward_core::store::{StoreError, StoreErrorKind};

/// The version tag of an object: equal tags, equal contents.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tag(String);

impl Tag {
    /// The tag of this text, as the service writes it.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An object as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its contents.
    pub bytes: Vec<u8>,
    /// Its version tag.
    pub tag: Tag,
    /// When it was written, by the service's clock.
    pub modified: Timestamp,
}

/// An object in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its key.
    pub key: String,
    /// When it was written, by the service's clock.
    pub modified: Timestamp,
}

/// Under which condition an object is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Only {
    /// There is none of that key.
    IfAbsent,
    /// The one that is there has this tag.
    IfTag(Tag),
}

/// Why a request on an object wasn't done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ObjectError {
    /// There is no such object.
    #[error("there is no such object")]
    Absent,
    /// The condition of a write doesn't hold; nothing was written.
    #[error("the object isn't as it was thought to be")]
    Refused,
    /// Whether it was done isn't known: the answer was lost, or the service is in trouble.
    #[error("{0}")]
    Ambiguous(#[source] StoreError),
    /// It wasn't done.
    #[error("{0}")]
    Failed(#[source] StoreError),
}

impl ObjectError {
    /// The error for whoever needed it done.
    pub(crate) fn into_store_error(self, place: &str) -> StoreError {
        match self {
            Self::Ambiguous(error) | Self::Failed(error) => error,
            other => StoreError::new(StoreErrorKind::Contended, format!("{place}: {other}"))
                .with_source(other)
                .with_hint("see that nothing else works on these objects, then run again"),
        }
    }
}

/// A place for the objects of one stack, under keys of its own.
///
/// # Guarantees
/// What was written is seen by every read and every list that begins after the answer to the
/// write. Of several writes at once whose condition only one can meet, one is done.
#[async_trait]
pub trait Objects: Send + Sync {
    /// Where an object is, for messages; of an empty key, where all of them are.
    fn place(&self, key: &str) -> String;

    /// Reads an object.
    ///
    /// # Errors
    /// [`ObjectError::Absent`], or why it couldn't be read.
    async fn get(&self, key: &str) -> Result<Object, ObjectError>;

    /// Writes an object whole, under a condition.
    ///
    /// # Errors
    /// [`ObjectError::Refused`] when the condition doesn't hold, or why it wasn't, or may not have
    /// been, written.
    async fn put(&self, key: &str, bytes: &[u8], only: &Only) -> Result<Tag, ObjectError>;

    /// The first `limit` objects whose key begins with `prefix` and comes after `after`, in the order of
    /// their keys.
    ///
    /// # Errors
    /// Why they couldn't be listed.
    async fn list(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<Listed>, ObjectError>;

    /// Deletes objects; those that aren't there are deleted.
    ///
    /// # Errors
    /// Why they weren't, or may not have been, deleted.
    async fn delete(&self, keys: &[String]) -> Result<(), ObjectError>;
}

/// How often a request is tried whose outcome isn't known.
const TRIES: u32 = 6;

/// The pause before the second try; it doubles from try to try.
const PAUSE: Duration = Duration::from_millis(100);

fn pause(attempt: u32) -> Duration {
    PAUSE * (1 << attempt)
}

/// Reads an object; nothing where there is none.
pub(crate) async fn fetch(
    objects: &dyn Objects,
    clock: &dyn Clock,
    key: &str,
) -> Result<Option<Object>, StoreError> {
    let mut attempt = 0;
    loop {
        match objects.get(key).await {
            Ok(object) => return Ok(Some(object)),
            Err(ObjectError::Absent) => return Ok(None),
            Err(ObjectError::Ambiguous(_)) if attempt + 1 < TRIES => {}
            Err(error) => return Err(error.into_store_error(&objects.place(key))),
        }
        clock.sleep(pause(attempt)).await;
        attempt += 1;
    }
}

/// Lists all objects after a key.
pub(crate) async fn list(
    objects: &dyn Objects,
    clock: &dyn Clock,
    prefix: &str,
    after: &str,
) -> Result<Vec<Listed>, StoreError> {
    let mut attempt = 0;
    loop {
        match objects.list(prefix, after, usize::MAX).await {
            Ok(listed) => return Ok(listed),
            Err(ObjectError::Ambiguous(_)) if attempt + 1 < TRIES => {}
            Err(error) => return Err(error.into_store_error(&objects.place(prefix))),
        }
        clock.sleep(pause(attempt)).await;
        attempt += 1;
    }
}

/// How a write ended.
#[derive(Debug)]
pub(crate) enum Put {
    /// What is there is what was written.
    Done(Tag),
    /// Something else is there, or nothing where something was thought to be.
    Other(Option<Object>),
}

/// Writes an object. Where it isn't known whether that happened, what is there decides: equal bytes
/// are ours, since everything that is written is unlike anything that others write.
pub(crate) async fn put(
    objects: &dyn Objects,
    clock: &dyn Clock,
    key: &str,
    bytes: &[u8],
    only: &Only,
) -> Result<Put, StoreError> {
    let mut attempt = 0;
    loop {
        let trouble = match objects.put(key, bytes, only).await {
            Ok(tag) => return Ok(Put::Done(tag)),
            // An earlier try may have come first.
            Err(ObjectError::Refused) => None,
            Err(ObjectError::Ambiguous(error)) => Some(error),
            Err(error) => return Err(error.into_store_error(&objects.place(key))),
        };
        let there = fetch(objects, clock, key).await?;
        let unchanged = match (&there, only) {
            (Some(object), _) if object.bytes == bytes => return Ok(Put::Done(object.tag.clone())),
            (Some(object), Only::IfTag(tag)) => object.tag == *tag,
            (None, Only::IfAbsent) => true,
            _ => false,
        };
        match trouble {
            Some(error) if unchanged && attempt + 1 >= TRIES => return Err(error),
            Some(_) if unchanged => {}
            // What refused it is gone again.
            None if unchanged && attempt + 1 < TRIES => {}
            _ => return Ok(Put::Other(there)),
        }
        clock.sleep(pause(attempt)).await;
        attempt += 1;
    }
}
