//! The contract between the engine and a cloud.

mod found;
mod marks;
mod removal;
mod room;

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::cloud::part::Part;
use crate::model::document::Document;
use crate::model::error::{ProviderError, ProviderErrorKind};
use crate::model::path::Path;
use crate::model::schema::Schema;
use crate::state::{InstanceId, Lineage, Record};

pub use found::Found;
pub use marks::{INSTANCE_TAG, LINEAGE_TAG, Mark, NAME_TAG, PATH_TAG, STACK_TAG, USER_TAG, declared_tags};
pub(crate) use marks::{is_mark, listed, name, owner, owner_and_place, place, user_tag};
pub use removal::{Contents, DeleteOutcome, DeletePolicy};
pub(crate) use room::{for_user, no_room, others, surplus};

/// A cloud: one account and region through one set of credentials.
#[async_trait]
pub trait Provider: Send + Sync {
    /// Where resources of this provider are made.
    fn place(&self) -> &Place;

    /// The handler of a type, by its registry name.
    fn handler(&self, type_name: &str) -> Option<&dyn Handler>;

    /// What to type to get a type or a lookup that this provider lacks, where it is known.
    fn how_to_get(&self, _name: &str) -> Option<String> {
        None
    }

    /// Performs one coalesced read: `operation` for all `items`. Every item gets an answer; an
    /// item that doesn't exist gets [`ReadResult::Absent`]. Pages and batch limits are the
    /// provider's business.
    async fn read(&self, operation: &'static str, items: &[String]) -> BTreeMap<String, ReadResult>;

    /// Resolves a lookup.
    ///
    /// # Errors
    /// [`ProviderError`] when nothing fits, more than one thing fits, or the call fails.
    async fn look_up(&self, name: &str, query: &Document) -> Result<Document, ProviderError>;

    /// Checks that the provider reaches the place it was configured for.
    ///
    /// # Errors
    /// [`ProviderError`] when it can't be reached, has no credentials, or is another account.
    async fn check(&self) -> Result<(), ProviderError>;
}

/// Where resources are made.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct Place {
    /// The partition, such as `aws` or `aws-us-gov`.
    pub partition: String,
    /// The region, such as `us-east-1`.
    pub region: String,
    /// The account, twelve digits.
    pub account: String,
}

impl Place {
    /// A place.
    pub fn new(partition: impl Into<String>, region: impl Into<String>, account: impl Into<String>) -> Self {
        Self { partition: partition.into(), region: region.into(), account: account.into() }
    }
}

/// One read that an observation needs: an operation, and what it is asked about. Reads of the
/// same operation are merged into as few calls as it allows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Read {
    /// The coalescing key, such as `ec2:DescribeSubnets`.
    pub operation: &'static str,
    /// The item, such as a subnet's id.
    pub item: String,
}

impl Read {
    /// A read of `item` through `operation`.
    pub fn new(operation: &'static str, item: impl Into<String>) -> Self {
        Self { operation, item: item.into() }
    }
}

/// The answer to one read.
#[derive(Clone)]
pub enum ReadResult {
    /// The provider's own description of the item.
    Found(Arc<dyn Any + Send + Sync>),
    /// It doesn't exist.
    Absent,
    /// The call failed.
    Failed(ProviderError),
}

impl ReadResult {
    /// An answer that holds `description`.
    pub fn found<T: Any + Send + Sync>(description: T) -> Self {
        Self::Found(Arc::new(description))
    }
}

impl std::fmt::Debug for ReadResult {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Found(_) => f.write_str("Found"),
            Self::Absent => f.write_str("Absent"),
            Self::Failed(error) => write!(f, "Failed({error})"),
        }
    }
}

/// The answers to a handler's reads.
#[derive(Debug, Clone, Default)]
pub struct ReadResults(BTreeMap<Read, ReadResult>);

impl ReadResults {
    /// Results by read.
    #[must_use]
    pub fn new(answers: BTreeMap<Read, ReadResult>) -> Self {
        Self(answers)
    }

    /// The description that `operation` gave of `item`; none when it doesn't exist.
    ///
    /// # Errors
    /// The call's [`ProviderError`], or one that says that the read wasn't planned.
    pub fn get<T: Any>(&self, operation: &'static str, item: &str) -> Result<Option<&T>, ProviderError> {
        let unplanned = || {
            let message = format!("the read of `{item}` was not planned or has another type");
            ProviderError::new(ProviderErrorKind::Other, operation, message)
        };
        match self.0.get(&Read::new(operation, item)).ok_or_else(unplanned)? {
            ReadResult::Found(any) => any.downcast_ref().map(Some).ok_or_else(unplanned),
            ReadResult::Absent => Ok(None),
            ReadResult::Failed(error) => Err(error.clone()),
        }
    }
}

/// What is known of a resource that a handler is asked about.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Target<'a> {
    /// Where resources are made.
    pub place: &'a Place,
    /// What the API calls it.
    pub physical_id: &'a str,
    /// The properties as last applied, or as being applied.
    pub properties: &'a Document,
    /// The attributes as last read; empty for one that was just created.
    pub attributes: &'a Document,
}

impl<'a> Target<'a> {
    /// The target that a record describes.
    #[must_use]
    pub fn of(place: &'a Place, record: &'a Record) -> Self {
        Self {
            place,
            physical_id: &record.physical_id,
            properties: &record.properties,
            attributes: &record.attributes,
        }
    }
}

/// What was seen of a resource.
#[derive(Debug, Clone, PartialEq)]
pub enum Observation {
    /// It exists.
    Present(Observed),
    /// It doesn't.
    Absent,
    /// It is on its way out and blocks its name or its data for a time: a key or a secret that
    /// is pending deletion.
    GoneButReserved {
        /// Until when, in words.
        until: String,
    },
    /// It can't be seen; nothing may be concluded.
    Inaccessible(ProviderError),
}

impl Observation {
    /// Whether it is seen to be gone, be it for a time still in the way of another.
    pub(crate) fn is_gone(&self) -> bool {
        matches!(self, Self::Absent | Self::GoneButReserved { .. })
    }
}

/// What the API reports of a resource that exists.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Observed {
    /// The properties that were reported, under canonical names.
    pub properties: Document,
    /// The properties that were reported as not set. What is neither here nor in `properties`
    /// is unobserved.
    pub unset: BTreeSet<String>,
    /// The attributes.
    pub attributes: Document,
    /// All tags, where the type has tags and they were read.
    pub tags: Option<BTreeMap<String, String>>,
    /// Where it stands on its way.
    pub readiness: Readiness,
    /// What was set and isn't in force yet. The properties say what was set: this is no drift.
    pub not_in_force: Vec<NotInForce>,
}

/// Something that was set and isn't in force yet.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct NotInForce {
    /// The property by which it was set.
    pub property: &'static str,
    /// What waits, in words; it follows the property's name.
    pub what: String,
    /// What it waits for, to follow "until".
    pub until: String,
    /// What to type where somebody has to do that; nothing where it comes by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
}

impl NotInForce {
    /// What a property set that waits until something happens.
    pub fn new(property: &'static str, what: impl Into<String>, until: impl Into<String>) -> Self {
        Self { property, what: what.into(), until: until.into(), command: None }
    }

    /// Adds what to type so that it happens.
    #[must_use]
    pub fn by(mut self, command: impl Into<String>) -> Self {
        self.command = Some(command.into());
        self
    }
}

impl Observed {
    /// An observation of something that has these attributes.
    #[must_use]
    pub fn new(attributes: Document) -> Self {
        Self { attributes, ..Self::default() }
    }

    /// Adds a property as the API reported it; nothing stands for "reported as not set".
    #[must_use]
    pub fn with(mut self, name: &str, value: impl crate::model::document::IntoJson) -> Self {
        let json = value.into_json();
        if json.is_null() {
            self.unset.insert(name.to_owned());
        } else {
            self.properties.set(name, json);
        }
        self
    }

    /// Adds a property where the API reported a value, and nothing where it was silent.
    #[must_use]
    pub fn with_some(self, name: &str, value: impl crate::model::document::IntoJson) -> Self {
        let json = value.into_json();
        if json.is_null() { self } else { self.with(name, json) }
    }

    /// Adds all tags, and those of them that aren't marks of states as the property `Tags`.
    #[must_use]
    pub fn tagged(mut self, tags: BTreeMap<String, String>) -> Self {
        let list: Vec<Document> = tags
            .iter()
            .filter(|(key, _)| !marks::is_mark(key))
            .map(|(key, value)| Document::new().with("Key", key).with("Value", value))
            .collect();
        self.properties.set("Tags", list);
        self.tags = Some(tags);
        self
    }

    /// Says that it isn't usable yet, or won't be.
    #[must_use]
    pub fn with_readiness(mut self, readiness: Readiness) -> Self {
        self.readiness = readiness;
        self
    }
}

/// Where a resource stands on its way to being usable, or gone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Readiness {
    /// Usable.
    #[default]
    Ready,
    /// Not yet; the text says what it is doing.
    Pending(String),
    /// It won't become usable; the text is the service's reason.
    Failed(String),
    /// It is there but held up, with what the service says: someone has to put that right, be it by
    /// a change of the program. A wait for it ends, and it is never replaced for this.
    Blocked(String),
}

/// What an operation waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The resource was just created.
    Created,
    /// It was just updated.
    Updated,
    /// It was just deleted.
    Deleted,
}

/// How to wait: before the first look, between looks, and for how long at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// Before the first look.
    pub delay: Duration,
    /// Between looks.
    pub interval: Duration,
    /// At most.
    pub deadline: Duration,
}

impl Wait {
    /// A wait in seconds.
    #[must_use]
    pub const fn seconds(delay: u64, interval: u64, deadline: u64) -> Self {
        Self {
            delay: Duration::from_secs(delay),
            interval: Duration::from_secs(interval),
            deadline: Duration::from_secs(deadline),
        }
    }
}

/// What an operation knows of the instance that it works on.
#[derive(Clone)]
#[non_exhaustive]
pub struct Operation<'a> {
    /// The resource's path.
    pub path: &'a Path,
    /// The instance; durable before the operation starts.
    pub instance: &'a InstanceId,
    /// The state that owns it.
    pub lineage: &'a Lineage,
    /// Where it is made.
    pub place: &'a Place,
    /// What deletions may do.
    pub policy: DeletePolicy,
    /// Which of the state's tags it writes.
    pub mark: Mark,
    /// The stack's name, where it has one.
    pub stack: Option<&'a str>,
    /// Whether it has a name that isn't of ours, and is left with it.
    pub named: bool,
    /// How many tags it may write beside those of others.
    pub room: usize,
}

impl<'a> Operation<'a> {
    /// An operation on an instance.
    #[must_use]
    pub fn new(path: &'a Path, instance: &'a InstanceId, lineage: &'a Lineage, place: &'a Place) -> Self {
        let (policy, mark) = (DeletePolicy::default(), Mark::Owner);
        let room = marks::MOST_TAGS;
        Self { path, instance, lineage, place, policy, mark, stack: None, named: false, room }
    }

    /// The idempotency token of a purpose: 32 hexadecimal digits, the same in every process.
    #[must_use]
    pub fn token(&self, purpose: &str) -> String {
        self.instance.token(purpose)
    }

    /// The tags that mark the owner.
    #[must_use]
    pub fn owner_tags(&self) -> BTreeMap<String, String> {
        Mark::Owner.tags(self.lineage, self.instance)
    }

    /// The declared tags of `properties` and those of the operation's mark; the owner's go with what people
    /// find it by, as far as it has room: a name, where it is declared, and the stack.
    #[must_use]
    pub fn tags(&self, properties: &Document) -> BTreeMap<String, String> {
        let mut tags = declared_tags(properties);
        tags.extend(self.mark.tags(self.lineage, self.instance));
        if self.mark == Mark::Owner {
            marks::add(marks::labels(self.path, self.stack, self.named), &mut tags, self.room);
        }
        tags
    }

    /// Whether tags say that this instance owns what carries them.
    #[must_use]
    pub fn owns(&self, tags: &BTreeMap<String, String>) -> bool {
        self.owner_tags().iter().all(|(key, value)| tags.get(key) == Some(value))
    }
}

/// A change in place.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Change<'a> {
    /// What the API calls the resource.
    pub physical_id: &'a str,
    /// The properties as the cloud is thought to have them.
    pub before: &'a Document,
    /// The properties as they shall be.
    pub after: &'a Document,
    /// The attributes as last read.
    pub attributes: &'a Document,
    /// What changes: the aspects of the type's schema.
    pub aspects: BTreeSet<&'static str>,
}

impl<'a> Change<'a> {
    /// A change of `aspects`.
    #[must_use]
    pub fn new(
        physical_id: &'a str,
        before: &'a Document,
        after: &'a Document,
        attributes: &'a Document,
        aspects: BTreeSet<&'static str>,
    ) -> Self {
        Self { physical_id, before, after, attributes, aspects }
    }

    /// Whether `aspect` changes.
    #[must_use]
    pub fn has(&self, aspect: &str) -> bool {
        self.aspects.contains(aspect)
    }

    /// Tags to set and keys to remove; the tags of the operation's mark are always set.
    #[must_use]
    pub fn tags(&self, operation: &Operation<'_>) -> (BTreeMap<String, String>, Vec<String>) {
        let set = operation.tags(self.after);
        let gone = declared_tags(self.before).into_keys().filter(|key| !set.contains_key(key)).collect();
        (set, gone)
    }
}

/// The reconciler of one resource type.
///
/// # Expected flow
/// `create` → wait for [`Phase::Created`] → `reconcile` of the aspects that creation leaves
/// out → wait for [`Phase::Updated`] → observe. Later runs observe and `reconcile` what differs.
/// In the end `delete` → wait for [`Phase::Deleted`].
///
/// # Guarantees to the handler
/// - The instance id is durable before `create` is called; tokens derive from it.
/// - The id that `create` returns is durable before anything else happens.
/// - `reconcile` is called with at least one aspect, and again with the same ones if the
///   process was killed.
///
/// # Assumptions about the handler
/// - `create` makes one call that brings the resource into being and nothing that could be
///   lost with its answer.
/// - `reconcile` and `delete` are idempotent.
/// - `delete` of what isn't there fails with [`ProviderErrorKind::NotFound`](crate::model::error::ProviderErrorKind): the engine
///   asks again before it believes that, since what was made a moment ago isn't found by every call.
///   Only a type that is waited for in [`Phase::Deleted`] may succeed instead: the wait looks.
/// - Ambiguous outcomes of `create` are returned as [`ProviderErrorKind::Ambiguous`](crate::model::error::ProviderErrorKind)
///   and never repeated: the engine looks first.
/// - No method keeps state of its own.
#[async_trait]
pub trait Handler: Send + Sync {
    /// The facts of the type.
    fn schema(&self) -> &'static Schema;

    /// The reads that an observation of `target` needs.
    fn reads(&self, target: &Target<'_>) -> Vec<Read>;

    /// Turns the answers to these reads into an observation.
    ///
    /// # Errors
    /// A read's [`ProviderError`]; the engine takes it as [`Observation::Inaccessible`].
    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError>;

    /// Brings the resource into being and returns its physical id.
    ///
    /// # Errors
    /// The call's [`ProviderError`].
    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError>;

    /// Makes the changed aspects as they shall be.
    ///
    /// # Errors
    /// The call's [`ProviderError`].
    async fn reconcile(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError>;

    /// Takes the resource down.
    ///
    /// # Errors
    /// The call's [`ProviderError`]: where there is nothing to take down, a
    /// [`ProviderErrorKind::NotFound`](crate::model::error::ProviderErrorKind), which the engine takes for an end once it
    /// stays the answer.
    async fn delete(
        &self,
        operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError>;

    /// Looks for an instance whose physical id was lost, by token, name or owner tags.
    ///
    /// # Errors
    /// The call's [`ProviderError`].
    async fn find(&self, operation: &Operation<'_>, desired: &Document) -> Result<Found, ProviderError>;

    /// What is inside of an instance and may be declared as resources of their own, where nothing but
    /// what it says tells which declaration is which. Where the instance is taken over, so is what
    /// the program declares of it.
    ///
    /// # Errors
    /// The call's [`ProviderError`].
    async fn parts(&self, _target: &Target<'_>) -> Result<Vec<Part>, ProviderError> {
        Ok(Vec::new())
    }

    /// What a deletion of `target` will leave behind, and the keys that open it, as far as it follows
    /// from what is known now. It is on record before the deletion is asked for, so that a process that
    /// dies before the answer leaves no trace unrecorded; what the deletion itself answers replaces it.
    fn leaves(&self, operation: &Operation<'_>, target: &Target<'_>) -> DeleteOutcome {
        let _ = (operation, target);
        DeleteOutcome::default()
    }

    /// What `target` holds; nothing where the type can't say. Asked of what holds data before a plan
    /// that loses it is shown.
    ///
    /// # Errors
    /// The call's [`ProviderError`].
    async fn contents(&self, target: &Target<'_>) -> Result<Option<Contents>, ProviderError> {
        let _ = target;
        Ok(None)
    }

    /// Takes a deletion back that is pending. Called for types that say so in
    /// [`Schema::restores`]; idempotent.
    ///
    /// # Errors
    /// The call's [`ProviderError`].
    async fn restore(&self, operation: &Operation<'_>, target: &Target<'_>) -> Result<(), ProviderError> {
        let _ = target;
        let what = format!("the deletion of {} can't be taken back", operation.path);
        Err(ProviderError::new(ProviderErrorKind::Other, "restore", what))
    }

    /// How to wait in a phase; none where nothing is to be waited for. Unless the type says
    /// otherwise, creations and updates wait until the resource is seen to be ready, and the
    /// answer to a deletion is trusted.
    fn wait(&self, phase: Phase) -> Option<Wait> {
        match phase {
            Phase::Created | Phase::Updated => Some(Wait::seconds(0, 2, 300)),
            Phase::Deleted => None,
        }
    }
}
