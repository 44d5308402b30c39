//! The handler of every type of the cloud in memory.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use ironward_core::clock::Clock;
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::part::{Part, Shown};
use ironward_core::provider::{
    Change, Contents, DeleteOutcome, Found, Handler, INSTANCE_TAG, LINEAGE_TAG, Observation, Observed,
    Operation, Phase, Read, ReadResults, Readiness, Target, Wait,
};
use ironward_core::schema::{Change as Takes, Compare, Ownership, Schema};
use serde_json::{Value as Json, json};

use super::world::{Look, Object, Seen, Shared, World, pause};

/// How long a call takes.
const CALL: Duration = Duration::from_secs(1);

/// The handler of one type.
#[derive(Debug)]
pub(super) struct Sim {
    pub(super) schema: &'static Schema,
    pub(super) shared: Arc<Shared>,
}

impl Sim {
    fn describe(&self) -> &'static str {
        match self.schema.type_name {
            "Sim::Net::Box" => "sim:DescribeBoxes",
            "Sim::Net::Named" => "sim:DescribeNamed",
            "Sim::Net::Slot" => "sim:DescribeSlots",
            "Sim::Data::Store" => "sim:DescribeStores",
            "Sim::Slow::Job" => "sim:DescribeJobs",
            _ => "sim:DescribePlain",
        }
    }

    /// Runs one changing call: half of its time passes, it has its effect or not, half passes.
    async fn call<T>(
        &self,
        verb: &'static str,
        operation: &Operation<'_>,
        effect: impl FnOnce(&mut World) -> Result<T, ProviderError> + Send,
    ) -> Result<T, ProviderError>
    where
        T: Send,
    {
        let guard = Active::new(&self.shared, verb);
        self.shared.clock.sleep(CALL / 2).await;
        let result = {
            let mut world = self.shared.lock();
            match world.strike(verb, operation.path.as_str()) {
                None => effect(&mut world),
                Some((error, true)) => effect(&mut world).and(Err(error)),
                Some((error, false)) => Err(error),
            }
        };
        self.shared.clock.sleep(CALL / 2).await;
        drop(guard);
        result
    }

    fn tagged(&self) -> bool {
        self.schema.ownership == Ownership::Tags
    }
}

/// Refuses more tags than something carries, of which the cloud's own are none.
fn full(tags: &BTreeMap<String, String>) -> Result<(), ProviderError> {
    if tags.keys().filter(|key| !key.starts_with("aws:")).count() <= 50 {
        return Ok(());
    }
    Err(ProviderError::new(ProviderErrorKind::Invalid, "sim:Tag", "more than 50 tags")
        .with_code("TooManyTags"))
}

/// Counts a call while it runs, also when it is dropped.
struct Active<'a> {
    shared: &'a Shared,
    verb: &'static str,
}

impl<'a> Active<'a> {
    fn new(shared: &'a Shared, verb: &'static str) -> Self {
        shared.lock().begin(verb);
        Self { shared, verb }
    }
}

impl Drop for Active<'_> {
    fn drop(&mut self) {
        self.shared.lock().end(self.verb);
    }
}

#[async_trait]
impl Handler for Sim {
    fn schema(&self) -> &'static Schema {
        self.schema
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        let mut reads = vec![Read::new(self.describe(), target.physical_id)];
        if self.tagged() {
            reads.push(Read::new("sim:ListTags", target.physical_id));
        }
        reads
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let Some(seen) = answers.get::<Seen>(self.describe(), target.physical_id)? else {
            return Ok(Observation::Absent);
        };
        if seen.object.reserved {
            return Ok(Observation::GoneButReserved { until: "Friday".to_owned() });
        }
        let mut observed = Observed::new(seen.object.attributes());
        for property in self.schema.properties {
            if property.write_only || property.change == Takes::Local || property.compare == Compare::Tags {
                continue;
            }
            observed = observed
                .with(property.name, seen.object.properties.get(property.name).cloned().unwrap_or_default());
        }
        if let Some(tags) =
            answers.get::<BTreeMap<String, String>>("sim:ListTags", target.physical_id).unwrap_or_default()
        {
            observed = observed.tagged(tags.clone());
        }
        let readiness = match &seen.look {
            Some(Look::Pending(doing)) => Readiness::Pending((*doing).to_owned()),
            Some(Look::Failed(reason)) => Readiness::Failed((*reason).to_owned()),
            _ => Readiness::Ready,
        };
        Ok(Observation::Present(observed.with_readiness(readiness)))
    }

    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        self.call("create", operation, |world| {
            let mut properties: BTreeMap<String, Json> = self
                .schema
                .properties
                .iter()
                .filter(|property| !property.after_create && property.change != Takes::Local)
                .filter_map(|property| Some((property.name.to_owned(), desired.json(property.name)?.clone())))
                .collect();
            properties.remove("Tags");
            world.check_references(&properties)?;
            full(&operation.tags(desired))?;
            world.made += 1;
            let short = self.schema.type_name.rsplit("::").next().unwrap_or_default().to_lowercase();
            let id = match properties.get("Key").and_then(Json::as_str) {
                Some(key) => format!("{short}-{key}"),
                None => match properties.get("Whole").and_then(Json::as_str) {
                    Some(whole) => format!("part-{whole}"),
                    None => format!("{short}-{}", world.made),
                },
            };
            let name = properties.get("Name");
            let taken = world.objects.contains_key(&id)
                || (name.is_some()
                    && world.objects.values().any(|object| object.properties.get("Name") == name));
            if taken {
                let error = ProviderError::new(
                    ProviderErrorKind::AlreadyExists,
                    "sim:create",
                    "something is there already",
                );
                return Err(error.with_code("Exists"));
            }
            let path = operation.path.to_string();
            let object = Object {
                schema: self.schema,
                id: id.clone(),
                looks: world.scripts.remove(&path).unwrap_or_default().into(),
                path,
                properties,
                tags: if self.tagged() { operation.tags(desired) } else { BTreeMap::new() },
                version: world.made,
                reserved: false,
                dying: None,
            };
            world.objects.insert(id.clone(), object);
            world.log.push(format!("create {}", operation.path));
            Ok(id)
        })
        .await
    }

    async fn reconcile(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        assert!(!change.aspects.is_empty(), "a reconcile of nothing");
        self.call("update", operation, |world| {
            let missing =
                || ProviderError::new(ProviderErrorKind::NotFound, "sim:update", change.physical_id);
            let mut object = world.objects.get(change.physical_id).cloned().ok_or_else(missing)?;
            for property in self.schema.properties {
                let Takes::Update(aspect) = property.change else { continue };
                if !change.has(aspect) || property.compare == Compare::Tags {
                    continue;
                }
                match change.after.json(property.name) {
                    Some(json) => object.properties.insert(property.name.to_owned(), json.clone()),
                    None => object.properties.remove(property.name),
                };
            }
            if change.has("tags") {
                let (set, gone) = change.tags(operation);
                // Most services have a call for each, and take them in this order.
                object.tags.extend(set);
                full(&object.tags)?;
                object.tags.retain(|key, _| !gone.contains(key));
            }
            world.check_references(&object.properties)?;
            world.made += 1;
            object.version = world.made;
            world.objects.insert(object.id.clone(), object);
            let aspects: Vec<&str> = change.aspects.iter().copied().collect();
            world.log.push(format!("update {} {}", operation.path, aspects.join(",")));
            Ok(())
        })
        .await
    }

    async fn delete(
        &self,
        operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        self.call("delete", operation, |world| {
            let id = target.physical_id;
            let missing = || ProviderError::new(ProviderErrorKind::NotFound, "sim:delete", id);
            let object = world.objects.get(id).ok_or_else(missing)?;
            if object.properties.get("Guarded") == Some(&json!(true)) && !operation.policy.lift_protection {
                return Err(ProviderError::new(ProviderErrorKind::Protected, "sim:delete", "it is guarded"));
            }
            let holders = world.holders(id);
            if !holders.is_empty() {
                return Err(ProviderError::new(
                    ProviderErrorKind::InUse,
                    "sim:delete",
                    format!("{id} is held by {holders:?}"),
                ));
            }
            let path = object.path.clone();
            world.objects.retain(|_, other| other.properties.get("Whole") != Some(&json!(id)));
            let removal = world.remains.remove(&path).unwrap_or_default();
            if !removal.stays {
                match world.slow_deletes.remove(&path) {
                    Some(looks) => world.objects.get_mut(id).ok_or_else(missing)?.dying = Some(looks),
                    None => world.ghost = world.objects.remove(id),
                }
            }
            world.log.push(format!("delete {}", operation.path));
            Ok(removal)
        })
        .await
    }

    async fn contents(&self, target: &Target<'_>) -> Result<Option<Contents>, ProviderError> {
        let count = self.shared.lock().rows.get(target.physical_id).copied();
        Ok(count.map(|count| Contents::exactly(count, "rows")))
    }

    async fn find(&self, operation: &Operation<'_>, desired: &Document) -> Result<Found, ProviderError> {
        pause().await;
        let mut world = self.shared.lock();
        world.finds += 1;
        if world.blind > 0 {
            world.blind -= 1;
            return Ok(Found::Nothing);
        }
        let of_type = |object: &&Object| object.schema.type_name == self.schema.type_name;
        let haunts = world.haunted > 0 && world.ghost.is_some();
        world.haunted -= usize::from(haunts);
        let ghost = world.ghost.as_ref().filter(|_| haunts);
        let mut objects = world.objects.values().chain(ghost).filter(of_type);
        if self.tagged() {
            let name = desired.json("Name");
            let called = |object: &Object| name.is_some() && object.properties.get("Name") == name;
            let found = objects.find(|object| operation.owns(&object.tags) || called(object));
            return Ok(
                found.map_or(Found::Nothing, |object| Found::by_tags(operation, &object.id, &object.tags))
            );
        }
        let name = desired.json("Name");
        let key = desired.json("Key").and_then(Json::as_str).map(|key| format!("slot-{key}"));
        let found = objects.find(|object| {
            key.as_deref() == Some(&object.id) || (name.is_some() && object.properties.get("Name") == name)
        });
        let Some(object) = found else { return Ok(Found::Nothing) };
        let physical_id = object.id.clone();
        let hash = operation.instance.short();
        if object.tags.contains_key(LINEAGE_TAG) {
            let owner = format!("instance {}", object.tags[INSTANCE_TAG]);
            return Ok(Found::Foreign { physical_id, owner });
        }
        let ours = name.and_then(Json::as_str).is_some_and(|name| name.contains(hash));
        Ok(if ours { Found::Ours { physical_id } } else { Found::Unmarked { physical_id } })
    }

    /// The slots in a box whose zone is `inside`; the box shows each among its peers.
    async fn parts(&self, target: &Target<'_>) -> Result<Vec<Part>, ProviderError> {
        pause().await;
        let world = self.shared.lock();
        let inside = world.objects.values().filter(|object| {
            object.properties.get("Parent") == Some(&json!(target.physical_id))
                && object.properties.get("Zone") == Some(&json!("inside"))
        });
        let part = |object: &Object| Part {
            type_name: object.schema.type_name,
            physical_id: object.id.clone(),
            says: Document::new()
                .with("Parent", target.physical_id)
                .with("Key", object.properties.get("Key").cloned().unwrap_or_default()),
            words: format!("the slot {}", object.id),
            shown: Some(Shown::Member("Peers", json!(object.id))),
        };
        Ok(inside.map(part).collect())
    }

    fn leaves(&self, operation: &Operation<'_>, _target: &Target<'_>) -> DeleteOutcome {
        self.shared.lock().remains.get(operation.path.as_str()).cloned().unwrap_or_default()
    }

    async fn restore(&self, operation: &Operation<'_>, target: &Target<'_>) -> Result<(), ProviderError> {
        self.call("restore", operation, |world| {
            let object = world.objects.get_mut(target.physical_id);
            object
                .map(|object| {
                    object.reserved = false;
                    object.properties.insert("Enabled".to_owned(), json!(false));
                })
                .ok_or_else(|| {
                    ProviderError::new(ProviderErrorKind::NotFound, "sim:restore", target.physical_id)
                })
        })
        .await
    }

    fn wait(&self, phase: Phase) -> Option<Wait> {
        match (self.schema.type_name, phase) {
            ("Sim::Net::Plain", _) => None,
            ("Sim::Slow::Job", Phase::Deleted) => Some(Wait::seconds(0, 5, 60)),
            ("Sim::Slow::Job", _) => Some(Wait::seconds(5, 10, 120)),
            (_, Phase::Deleted) => None,
            _ => Some(Wait::seconds(0, 2, 300)),
        }
    }
}
