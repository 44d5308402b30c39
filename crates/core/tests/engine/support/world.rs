//! What exists in the cloud in memory, and the rules that it keeps.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ironward_core::clock::ManualClock;
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::provider::{DeleteOutcome, ReadResult};
use ironward_core::schema::Schema;
use serde_json::Value as Json;

/// What a read shows of an object instead of the truth.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Look {
    /// Not visible yet.
    Absent,
    /// On its way.
    Pending(&'static str),
    /// Failed for good; stays so.
    Failed(&'static str),
    /// The read is refused.
    ProviderError(ProviderErrorKind),
}

/// Something that exists.
#[derive(Debug, Clone)]
pub(crate) struct Object {
    pub(crate) schema: &'static Schema,
    pub(crate) id: String,
    /// The path of the resource that made it.
    pub(crate) path: String,
    pub(crate) properties: BTreeMap<String, Json>,
    pub(crate) tags: BTreeMap<String, String>,
    pub(super) version: u64,
    pub(super) looks: VecDeque<Look>,
    pub(super) reserved: bool,
    /// For how many looks it still goes.
    pub(super) dying: Option<u32>,
}

impl Object {
    pub(crate) fn arn(&self) -> Option<String> {
        let name = self.properties.get("Name")?.as_str()?;
        Some(format!("arn:aws:net:us-east-1:123456789012:named/{name}"))
    }

    /// Its attributes as an API reports them.
    pub(crate) fn attributes(&self) -> Document {
        let mut document = Document::new().with("Id", self.id.as_str());
        for attribute in self.schema.attributes {
            match attribute.name {
                "Arn" => document.set("Arn", self.arn()),
                "Version" => document.set("Version", i64::try_from(self.version).unwrap()),
                _ => {}
            }
        }
        document
    }

    fn is(&self, reference: &str) -> bool {
        self.id == reference || self.arn().as_deref() == Some(reference)
    }
}

#[derive(Debug)]
pub(super) struct Rule {
    pub(super) verb: Option<&'static str>,
    pub(super) path: Option<String>,
    /// Calls to let pass first.
    pub(super) skip: usize,
    /// Calls to fail; then it is spent.
    pub(super) times: usize,
    pub(super) kind: ProviderErrorKind,
    /// Whether the call has its effect all the same.
    pub(super) effect: bool,
}

#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) objects: BTreeMap<String, Object>,
    pub(super) made: u64,
    pub(super) log: Vec<String>,
    pub(super) reads: Vec<(&'static str, Vec<String>)>,
    pub(super) finds: usize,
    pub(super) lookups: BTreeMap<String, Document>,
    pub(super) looked_up: usize,
    pub(super) rules: Vec<Rule>,
    pub(super) scripts: BTreeMap<String, Vec<Look>>,
    pub(super) slow_deletes: BTreeMap<String, u32>,
    /// Searches that don't see yet what was made.
    pub(super) blind: usize,
    /// Searches that still see what was deleted last.
    pub(super) haunted: usize,
    /// What goes after so many reads.
    pub(super) doomed: Option<(String, usize)>,
    pub(super) ghost: Option<Object>,
    pub(super) active: BTreeMap<&'static str, usize>,
    pub(super) busiest: usize,
    pub(super) overlapped: bool,
    pub(super) remains: BTreeMap<String, DeleteOutcome>,
    /// How much is in what says that, by id.
    pub(super) rows: BTreeMap<String, u64>,
    pub(super) unreachable: bool,
}

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) world: Mutex<World>,
    pub(super) clock: Arc<ManualClock>,
}

impl Shared {
    pub(super) fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl World {
    pub(super) fn answer(&mut self, operation: &str, item: &str) -> ReadResult {
        if let Some((_, looks)) = self.doomed.as_mut().filter(|(id, _)| id == item) {
            if let Some(left) = looks.checked_sub(1) {
                *looks = left;
            } else {
                self.doomed = None;
                self.objects.remove(item);
            }
        }
        let Some(object) = self.objects.get_mut(item) else { return ReadResult::Absent };
        if operation == "sim:ListTags" {
            return ReadResult::found(object.tags.clone());
        }
        if let Some(Look::ProviderError(kind)) = object.looks.front() {
            let kind = *kind;
            object.looks.pop_front();
            return ReadResult::Failed(ProviderError::new(kind, operation, "refused"));
        }
        if object.dying.is_some() && object.looks.front() == Some(&Look::Absent) {
            object.looks.pop_front();
            return ReadResult::Absent;
        }
        if let Some(left) = object.dying {
            if left == 0 {
                self.objects.remove(item);
                return ReadResult::Absent;
            }
            object.dying = Some(left - 1);
            return ReadResult::found(Seen { object: object.clone(), look: Some(Look::Pending("deleting")) });
        }
        let look = match object.looks.front() {
            Some(Look::Failed(reason)) => Some(Look::Failed(reason)),
            _ => object.looks.pop_front(),
        };
        match look {
            Some(Look::Absent) => ReadResult::Absent,
            look => ReadResult::found(Seen { object: object.clone(), look }),
        }
    }

    /// Whether the call that begins fails, and whether it has its effect all the same.
    pub(super) fn strike(&mut self, verb: &'static str, path: &str) -> Option<(ProviderError, bool)> {
        let mut struck = None;
        for rule in &mut self.rules {
            let meant = rule.verb.is_none_or(|wanted| wanted == verb)
                && rule.path.as_deref().is_none_or(|wanted| wanted == path);
            if !meant || rule.times == 0 || struck.is_some() {
                continue;
            }
            if rule.skip > 0 {
                rule.skip -= 1;
                continue;
            }
            rule.times -= 1;
            let error =
                ProviderError::new(rule.kind, format!("sim:{verb}"), format!("{:?} by request", rule.kind));
            struck = Some((error.with_code("SimFault"), rule.effect));
        }
        struck
    }

    pub(super) fn begin(&mut self, verb: &'static str) {
        *self.active.entry(verb).or_default() += 1;
        self.busiest = self.busiest.max(self.active.values().sum());
        let active = |verb| self.active.get(verb).copied().unwrap_or(0) > 0;
        self.overlapped |= active("create") && active("delete");
    }

    pub(super) fn end(&mut self, verb: &'static str) {
        *self.active.entry(verb).or_default() -= 1;
    }

    fn resolve(&self, reference: &str) -> Option<&Object> {
        self.objects.values().find(|object| object.dying.is_none() && object.is(reference))
    }

    pub(super) fn check_references(&self, properties: &BTreeMap<String, Json>) -> Result<(), ProviderError> {
        let missing: Vec<&String> = ["Parent", "Link", "Peers"]
            .iter()
            .filter_map(|name| properties.get(*name))
            .flat_map(texts)
            .filter(|reference| self.resolve(reference).is_none())
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(ProviderError::new(
            ProviderErrorKind::Invalid,
            "sim:Check",
            format!("these don't exist: {missing:?}"),
        ))
    }

    /// Who holds `id`.
    pub(super) fn holders(&self, id: &str) -> Vec<String> {
        let Some(object) = self.objects.get(id) else { return Vec::new() };
        self.objects
            .values()
            .filter(|other| other.id != id && other.dying.is_none())
            .filter(|other| {
                ["Parent", "Peers"]
                    .iter()
                    .filter_map(|name| other.properties.get(*name))
                    .flat_map(texts)
                    .any(|reference| object.is(reference))
            })
            .map(|other| other.id.clone())
            .collect()
    }
}

fn texts(json: &Json) -> Vec<&String> {
    match json {
        Json::String(text) => vec![text],
        Json::Array(items) => items.iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

/// What a read reports.
pub(super) struct Seen {
    pub(super) object: Object,
    pub(super) look: Option<Look>,
}

/// Lets others run.
pub(super) async fn pause() {
    let mut paused = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut paused, true) {
            return std::task::Poll::Ready(());
        }
        context.waker().wake_by_ref();
        std::task::Poll::Pending
    })
    .await;
}
