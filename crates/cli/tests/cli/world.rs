//! A cloud in memory, with two types, whose calls can be made slow or made to fail.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use ironward_aws_provider::Gate;
use ironward_cli::connect::{Connector, StateServices};
use ironward_cli::target::{Reach, StateAt, Target as Cloud};
use ironward_core::clock::Clock;
use ironward_core::declare::{Declaration, Located};
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::output::{IntoInput, Output, ToValue};
use ironward_core::path::Path;
use ironward_core::provider::{
    Change, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Phase, Place, Provider, Read,
    ReadResult, ReadResults, Readiness, Target, Wait, declared_tags,
};
use ironward_core::schema::{Attribute, Change as Takes, Compare, Ownership, Property, Schema};
use ironward_core::store::StoreError;
use ironward_core::value::Value;
use ironward_store::remote::MemoryObjects;
use serde::{Deserialize, Serialize};

static NETWORK: Schema = {
    let mut schema = Schema::new(
        "Test::Net::Network",
        "Id",
        &[
            Property::new("Cidr", Takes::Replace),
            Property::new("Label", Takes::Update("label")),
            compared(Property::new("Tags", Takes::Update("tags")), Compare::Tags),
        ],
        &[Attribute::new("Id")],
    );
    schema.ownership = Ownership::Tags;
    schema
};

static STORE: Schema = {
    let mut schema = Schema::new(
        "Test::Data::Store",
        "Id",
        &[
            Property::new("Size", Takes::Update("size")),
            Property::new("Network", Takes::Replace),
            compared(Property::new("Policy", Takes::Update("policy")), Compare::Policy),
            Property::new("Versioning", Takes::Update("versioning")),
            false_by_default(Property::new("DeletionProtection", Takes::Update("protection"))),
        ],
        &[
            Attribute::new("Id"),
            predicted(Attribute::new("Arn"), "arn:{partition}:test:{region}:{account}:store/{Size}"),
            Attribute::new("Endpoint"),
        ],
    );
    schema.protection = Some("DeletionProtection");
    schema
};

const fn compared(mut property: Property, compare: Compare) -> Property {
    property.compare = compare;
    property
}

const fn false_by_default(mut property: Property) -> Property {
    property.default = Some("false");
    property
}

const fn predicted(mut attribute: Attribute, template: &'static str) -> Attribute {
    attribute.predict = Some(template);
    attribute
}

/// A network.
#[derive(Debug, Clone, Default)]
pub(crate) struct Network(BTreeMap<String, Value>);

/// A store in a network.
#[derive(Debug, Clone, Default)]
pub(crate) struct Store(BTreeMap<String, Value>);

/// What stands at a path, of either type.
#[derive(Debug, Clone)]
pub(crate) struct Handle(Path);

impl Handle {
    pub(crate) fn attribute(&self, name: &str) -> Output<String> {
        Output::attribute(&self.0, name)
    }
}

impl Located for Handle {
    fn path(&self) -> &Path {
        &self.0
    }
}

impl Network {
    pub(crate) fn new(cidr: impl IntoInput<String>) -> Self {
        Self::default().with("Cidr", cidr.into_input().to_value())
    }
}

impl Store {
    pub(crate) fn new(size: i64) -> Self {
        Self::default().with("Size", size.to_value())
    }
}

macro_rules! declaration {
    ($type:ident, $schema:ident) => {
        impl $type {
            pub(crate) fn with(mut self, name: &str, value: impl ToValue) -> Self {
                self.0.insert(name.to_owned(), value.to_value());
                self
            }
        }

        impl Declaration for $type {
            const SCHEMA: &'static Schema = &$schema;
            type Handle = Handle;

            fn properties(&self) -> BTreeMap<String, Value> {
                self.0.clone()
            }

            fn handle(self, path: Path) -> Handle {
                Handle(path)
            }
        }
    };
}
declaration!(Network, NETWORK);
declaration!(Store, STORE);

/// One thing that exists.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Item {
    pub(crate) properties: Document,
    instance: String,
    /// How often it still says that it isn't ready.
    pending: u32,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Contents {
    items: BTreeMap<String, Item>,
    made: u32,
}

/// The cloud. Clones are the same cloud.
#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    contents: Arc<Mutex<Contents>>,
    faults: Arc<Mutex<BTreeMap<String, ProviderError>>>,
    file: Option<PathBuf>,
    buckets: Arc<Mutex<BTreeMap<String, MemoryObjects>>>,
    /// What every change takes.
    pub(crate) delay: Duration,
}

impl World {
    /// A bucket for states.
    pub(crate) fn bucket(&self, name: &str) -> MemoryObjects {
        self.buckets.lock().unwrap().entry(name.to_owned()).or_default().clone()
    }

    /// A cloud that is kept in a file, and slow.
    #[allow(dead_code, reason = "for the example")]
    pub(crate) fn kept(file: PathBuf, delay: Duration) -> Self {
        let contents = std::fs::read_to_string(&file).ok().and_then(|text| serde_json::from_str(&text).ok());
        let contents = Arc::new(Mutex::new(contents.unwrap_or_default()));
        Self { contents, file: Some(file), delay, ..Self::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Contents> {
        self.contents.lock().unwrap()
    }

    fn keep(&self) {
        if let Some(file) = &self.file {
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, serde_json::to_string(&*self.lock()).unwrap()).unwrap();
        }
    }

    /// Makes every call of `action` on `path` fail, such as `create` and `data/records`.
    pub(crate) fn fail(&self, action: &str, path: &str, error: ProviderError) {
        self.faults.lock().unwrap().insert(format!("{action} {path}"), error);
    }

    pub(crate) fn mend(&self) {
        self.faults.lock().unwrap().clear();
    }

    fn fault(&self, action: &str, path: &str) -> Result<(), ProviderError> {
        self.faults.lock().unwrap().get(&format!("{action} {path}")).cloned().map_or(Ok(()), Err)
    }

    /// The physical ids of what exists.
    pub(crate) fn ids(&self) -> Vec<String> {
        self.lock().items.keys().cloned().collect()
    }

    /// Changes something outside of any program.
    pub(crate) fn change(&self, id: &str, property: &str, value: impl ironward_core::document::IntoJson) {
        self.lock().items.get_mut(id).unwrap().properties.set(property, value);
    }

    /// Makes something outside of any program.
    pub(crate) fn plant(&self, id: &str, properties: Document) {
        let item = Item { properties, instance: String::new(), pending: 0 };
        self.lock().items.insert(id.to_owned(), item);
    }

    /// Removes something outside of any program.
    pub(crate) fn remove(&self, id: &str) {
        self.lock().items.remove(id).unwrap();
    }

    async fn work(&self) {
        if self.delay > Duration::ZERO {
            tokio::time::sleep(self.delay).await;
        }
    }
}

#[async_trait]
impl Connector for World {
    async fn connect(
        &self,
        _target: &Cloud,
        reach: &Reach,
        _clock: Arc<dyn Clock>,
        _gate: Gate,
    ) -> Result<Arc<dyn Provider>, ProviderError> {
        self.fault("connect", "")?;
        let account = reach.account.as_deref().unwrap_or("123456789012");
        Ok(Arc::new(Fake {
            place: Place::new("aws", &reach.region, account),
            world: self.clone(),
            handlers: [&NETWORK, &STORE].map(|schema| FakeHandler { schema, world: self.clone() }),
        }))
    }

    async fn state(&self, target: &Cloud, _clock: Arc<dyn Clock>) -> Result<StateServices, StoreError> {
        let mut services = StateServices::default();
        if let StateAt::Bucket(at) = &target.state {
            services.objects = Some(Arc::new(self.bucket(&at.bucket)));
        }
        Ok(services)
    }
}

struct Fake {
    place: Place,
    world: World,
    handlers: [FakeHandler; 2],
}

#[async_trait]
impl Provider for Fake {
    fn place(&self) -> &Place {
        &self.place
    }

    fn handler(&self, type_name: &str) -> Option<&dyn Handler> {
        let found = self.handlers.iter().find(|handler| handler.schema.type_name == type_name)?;
        Some(found)
    }

    async fn read(&self, operation: &'static str, items: &[String]) -> BTreeMap<String, ReadResult> {
        self.world.work().await;
        let error = self.world.fault("read", "").err();
        let mut contents = self.world.lock();
        let mut answer = |id: &String| {
            if let Some(error) = &error {
                return ReadResult::Failed(ProviderError { action: operation.to_owned(), ..error.clone() });
            }
            match contents.items.get_mut(id) {
                Some(item) => {
                    let found = ReadResult::found(item.clone());
                    item.pending = item.pending.saturating_sub(1);
                    found
                }
                None => ReadResult::Absent,
            }
        };
        items.iter().map(|id| (id.clone(), answer(id))).collect()
    }

    async fn look_up(&self, name: &str, _query: &Document) -> Result<Document, ProviderError> {
        Err(ProviderError::new(ProviderErrorKind::NotFound, name, "nothing fits"))
    }

    async fn check(&self) -> Result<(), ProviderError> {
        self.world.fault("check", "")
    }
}

struct FakeHandler {
    schema: &'static Schema,
    world: World,
}

#[async_trait]
impl Handler for FakeHandler {
    fn schema(&self) -> &'static Schema {
        self.schema
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        vec![Read::new("test:Describe", target.physical_id)]
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let Some(item) = answers.get::<Item>("test:Describe", target.physical_id)? else {
            return Ok(Observation::Absent);
        };
        let id = target.physical_id;
        let size: i64 = item.properties.opt("Size")?.unwrap_or_default();
        let Place { partition, region, account, .. } = target.place;
        let attributes = Document::new()
            .with("Id", id)
            .with("Arn", format!("arn:{partition}:test:{region}:{account}:store/{size}"))
            .with("Endpoint", format!("{id}.test:5432"));
        let mut observed = Observed::new(attributes);
        for property in self.schema.properties {
            observed = observed.with(property.name, item.properties.json(property.name).cloned());
        }
        if self.schema.ownership == Ownership::Tags {
            observed = observed.tagged(declared_tags(&item.properties));
        }
        if item.pending > 0 {
            observed = observed.with_readiness(Readiness::Pending("creating".to_owned()));
        }
        Ok(Observation::Present(observed))
    }

    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        self.world.work().await;
        self.world.fault("create", operation.path.as_str())?;
        let id = {
            let mut contents = self.world.lock();
            contents.made += 1;
            let kind = self.schema.type_name.rsplit("::").next().unwrap().to_lowercase();
            let id = format!("{kind}-{:04}", contents.made);
            let pending = if self.schema.type_name == STORE.type_name { 2 } else { 0 };
            let instance = operation.instance.to_string();
            contents.items.insert(id.clone(), Item { properties: desired.clone(), instance, pending });
            id
        };
        self.world.keep();
        Ok(id)
    }

    async fn reconcile(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        self.world.work().await;
        self.world.fault("update", operation.path.as_str())?;
        if let Some(item) = self.world.lock().items.get_mut(change.physical_id) {
            item.properties = change.after.clone();
        }
        self.world.keep();
        Ok(())
    }

    async fn delete(
        &self,
        operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        self.world.work().await;
        self.world.fault("delete", operation.path.as_str())?;
        let gone = self.world.lock().items.remove(target.physical_id);
        self.world.keep();
        let kept = gone.is_some_and(|item| item.properties.json("DeletionProtection").is_some());
        let remains =
            kept.then(|| format!("the final snapshot of {}, until you delete it", target.physical_id));
        Ok(DeleteOutcome { remains, ..DeleteOutcome::default() })
    }

    async fn find(&self, operation: &Operation<'_>, _desired: &Document) -> Result<Found, ProviderError> {
        let instance = operation.instance.to_string();
        let contents = self.world.lock();
        let mut ours = contents.items.iter().filter(|(_, item)| item.instance == instance);
        Ok(ours.next().map_or(Found::Nothing, |(id, _)| Found::Ours { physical_id: id.clone() }))
    }

    fn wait(&self, phase: Phase) -> Option<Wait> {
        (phase != Phase::Deleted).then_some(Wait::seconds(1, 2, 60))
    }
}
