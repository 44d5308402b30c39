//! A hosted zone that exists already.

use std::collections::BTreeMap;

use ironward_core::declare::{Located, Lookup};
use ironward_core::output::{Output, ToValue};
use ironward_core::path::Path;
use ironward_core::value::Value;

use super::HostedZoneId;

/// Looks up a hosted zone, by id or by name. A name must fit exactly one zone of its kind.
#[derive(Debug, Clone)]
pub struct ExistingHostedZone {
    key: &'static str,
    value: String,
    kind: Option<ZoneKind>,
}

/// Who a hosted zone answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ZoneKind {
    /// The internet.
    Public,
    /// VPCs that are associated with it.
    Private,
}

impl ExistingHostedZone {
    /// The public zone of this name.
    #[must_use]
    pub fn public(name: impl Into<String>) -> Self {
        Self { key: "Name", value: name.into(), kind: Some(ZoneKind::Public) }
    }

    /// The private zone of this name.
    #[must_use]
    pub fn private(name: impl Into<String>) -> Self {
        Self { key: "Name", value: name.into(), kind: Some(ZoneKind::Private) }
    }

    /// The zone of this id, of either kind.
    #[must_use]
    pub fn by_id(id: &HostedZoneId) -> Self {
        Self { key: "HostedZoneId", value: id.as_str().to_owned(), kind: None }
    }
}

/// A hosted zone that was found.
#[derive(Debug, Clone)]
pub struct FoundHostedZone {
    path: Path,
}

impl Lookup for ExistingHostedZone {
    const NAME: &'static str = "route53-hosted-zone";
    type Handle = FoundHostedZone;

    fn query(&self) -> BTreeMap<String, Value> {
        let mut query = BTreeMap::from([(self.key.to_owned(), self.value.to_value())]);
        if let Some(kind) = self.kind {
            query.insert("Private".to_owned(), (kind == ZoneKind::Private).to_value());
        }
        query
    }

    fn handle(self, path: Path) -> FoundHostedZone {
        FoundHostedZone { path }
    }
}

impl FoundHostedZone {
    /// The zone's id, without `/hostedzone/`.
    #[must_use]
    pub fn id(&self) -> Output<HostedZoneId> {
        Output::attribute(&self.path, "HostedZoneId")
    }

    /// The zone's name, without the trailing dot.
    #[must_use]
    pub fn name(&self) -> Output<String> {
        Output::attribute(&self.path, "Name")
    }
}

impl Located for FoundHostedZone {
    fn path(&self) -> &Path {
        &self.path
    }
}
