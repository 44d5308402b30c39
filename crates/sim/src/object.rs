//! What exists, and the requests that change it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use ironward_core::document::Document;
use ironward_core::provider::DeleteOutcome;
use ironward_core::schema::{Change as Takes, Compare, Schema};
use ironward_core::state::InstanceId;
use serde_json::Value as Json;

/// Something that exists.
#[derive(Debug, Clone)]
pub(crate) struct Object {
    pub(crate) schema: &'static Schema,
    pub(crate) id: String,
    pub(crate) owner: Owner,
    pub(crate) properties: BTreeMap<String, Json>,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) token: String,
    pub(crate) version: u64,
    /// Until when reads and searches may miss it.
    pub(crate) settled: Duration,
    /// When it is usable, or failed.
    pub(crate) ready: Duration,
    /// Whether it fails instead of becoming usable.
    pub(crate) fails: bool,
    pub(crate) going: Option<Going>,
    /// The keys that what it holds was ever encrypted under.
    pub(crate) sealed: BTreeSet<String>,
    /// The process that let go of it.
    pub(crate) released_by: u64,
}

/// Who made an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Owner {
    /// An instance of ours, at this path.
    Ours(InstanceId, String),
    /// One of ours once, at this path, and no longer managed.
    Released(String),
    /// Someone else.
    Foreign,
}

#[derive(Debug, Clone)]
pub(crate) struct Going {
    pub(crate) gone: Duration,
    /// Whether the deletion fails in the end, and the object stays.
    pub(crate) fails: bool,
}

/// How far an object got, as a read shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    Ready,
    Pending(&'static str),
    Failed(&'static str),
    /// Its deletion is pending.
    Reserved,
}

/// What reads report.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) object: Object,
    pub(crate) standing: Standing,
}

/// A request that changes something.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) verb: Verb,
    pub(crate) schema: &'static Schema,
    pub(crate) path: String,
    pub(crate) instance: InstanceId,
    pub(crate) id: String,
    pub(crate) properties: BTreeMap<String, Json>,
    pub(crate) tags: BTreeMap<String, String>,
    /// Names of properties to unset, in an update.
    pub(crate) unset: Vec<String>,
    pub(crate) untag: Vec<String>,
    pub(crate) token: String,
    pub(crate) lifts: bool,
    /// Whether a deletion leaves a snapshot.
    pub(crate) leaves: bool,
    /// The fence of the process that sends it.
    pub(crate) sender: u64,
}

impl Request {
    /// Whether another one is the same, sent again.
    pub(crate) fn is_as(&self, other: &Self) -> bool {
        self.verb == other.verb && self.instance == other.instance
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verb {
    Create,
    Update,
    Restore,
    Delete,
}

impl Verb {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Restore => "restore",
            Self::Delete => "delete",
        }
    }
}

/// The answer to a request that succeeded.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    Made(String),
    Done,
    Removed(DeleteOutcome),
}

impl Object {
    fn arn(&self) -> Option<String> {
        let named = self.schema.attributes.iter().any(|attribute| attribute.name == "Arn");
        let name = self.properties.get("Name").filter(|_| named)?.as_str()?;
        Some(format!("arn:aws:net:us-east-1:123456789012:named/{name}"))
    }

    /// Its attributes as an API reports them.
    pub(crate) fn attributes(&self) -> Document {
        let mut document = Document::new().with("Id", self.id.as_str());
        for attribute in self.schema.attributes {
            match attribute.name {
                "Arn" => document.set("Arn", self.arn()),
                "Version" => document.set("Version", i64::try_from(self.version).unwrap_or(i64::MAX)),
                _ => {}
            }
        }
        document
    }

    /// Whether it could hold data, and is known to hold none.
    pub(crate) fn is_empty(&self) -> bool {
        self.schema.type_name == "Sim::Data::Store"
            && self.properties.get("Size").and_then(Json::as_u64) == Some(0)
    }

    /// Notes the keys that it is encrypted under now.
    pub(crate) fn seal(&mut self) {
        if self.schema.stateful && !self.schema.opens {
            let link = self.properties.get("Link").into_iter().flat_map(texts);
            self.sealed.extend(link.filter(|id| id.starts_with("key-")).cloned());
        }
    }

    pub(crate) fn is(&self, reference: &str) -> bool {
        self.id == reference || self.arn().as_deref() == Some(reference)
    }

    pub(crate) fn refers_to(&self, other: &Object, names: &[&str]) -> bool {
        names
            .iter()
            .filter_map(|name| self.properties.get(*name))
            .flat_map(texts)
            .any(|reference| other.is(reference))
    }

    /// Whether it is a part of another one, which takes it along when it goes.
    pub(crate) fn is_part_of(&self, whole: &Object) -> bool {
        self.schema.part_of.is_some_and(|property| self.refers_to(whole, &[property]))
    }

    pub(crate) fn path(&self) -> Option<&str> {
        match &self.owner {
            Owner::Ours(_, path) => Some(path),
            Owner::Released(_) | Owner::Foreign => None,
        }
    }

    pub(crate) fn is_of(&self, instance: &InstanceId) -> bool {
        matches!(&self.owner, Owner::Ours(owner, _) if owner == instance)
    }

    pub(crate) fn is_going(&self) -> bool {
        self.going.is_some()
    }

    pub(crate) fn standing(&self, now: Duration) -> Standing {
        match &self.going {
            Some(_) => Standing::Pending("deleting"),
            None if now < self.ready => Standing::Pending("creating"),
            None if self.fails => Standing::Failed("no capacity"),
            None => Standing::Ready,
        }
    }
}

/// The texts in a property: one, or those of a list.
pub(crate) fn texts(json: &Json) -> Vec<&String> {
    match json {
        Json::String(text) => vec![text],
        Json::Array(items) => items.iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

/// What a creation sets: everything that isn't left to a reconcile or to later operations.
pub(crate) fn created_with(schema: &Schema, desired: &Document) -> BTreeMap<String, Json> {
    schema
        .properties
        .iter()
        .filter(|property| !property.after_create && property.change != Takes::Local)
        .filter(|property| property.compare != Compare::Tags)
        .filter_map(|property| Some((property.name.to_owned(), desired.json(property.name)?.clone())))
        .collect()
}
