//! Lookup of the addresses of a service behind a gateway endpoint.

use std::collections::BTreeMap;

use ironward_core::declare::{Located, Lookup};
use ironward_core::output::{Output, ToValue};
use ironward_core::path::Path;
use ironward_core::value::Value;

use super::PrefixListId;

/// Looks up the prefix list of a service that has a gateway endpoint in the stack's region: what a
/// security-group rule names to let traffic through to that service alone.
///
/// Source: Amazon EC2 API Reference, `DescribePrefixLists`.
#[derive(Debug, Clone)]
pub struct ServicePrefixList {
    service: String,
}

/// The prefix list of a service.
#[derive(Debug, Clone)]
pub struct FoundPrefixList {
    path: Path,
}

impl ServicePrefixList {
    /// The list of `s3` or `dynamodb`.
    #[must_use]
    pub fn of(service: &str) -> Self {
        Self { service: service.to_owned() }
    }
}

impl Lookup for ServicePrefixList {
    const NAME: &'static str = "service-prefix-list";
    type Handle = FoundPrefixList;

    fn query(&self) -> BTreeMap<String, Value> {
        BTreeMap::from([("Service".to_owned(), self.service.to_value())])
    }

    fn handle(self, path: Path) -> FoundPrefixList {
        FoundPrefixList { path }
    }
}

impl FoundPrefixList {
    /// The list's id.
    #[must_use]
    pub fn id(&self) -> Output<PrefixListId> {
        Output::attribute(&self.path, "PrefixListId")
    }
}

impl Located for FoundPrefixList {
    fn path(&self) -> &Path {
        &self.path
    }
}
