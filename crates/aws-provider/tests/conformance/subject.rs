//! What a type's own file says.

use std::collections::BTreeMap;

use async_trait::async_trait;
use ironward_core::program::DeclareError;
use ironward_core::stack::{Hipaa, Stack};
use serde_json::Value as Json;

use crate::cloud::{Cloud, Emulator};

/// A resource type under test. It is declared at the path `subject`, beside what it needs.
#[async_trait]
pub trait Subject: Sync {
    /// Declares the resource as it starts out, or with one property edited.
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError>;

    /// The properties that can be edited in place, by canonical name.
    fn updates(&self) -> &'static [&'static str];

    /// The properties whose edit replaces the resource, by canonical name.
    fn replacements(&self) -> &'static [&'static str];

    /// Reads the resource by raw SDK calls: its properties under canonical names as far as they
    /// can be edited, or nothing when it is gone (or on its way out).
    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>>;

    /// Reads its tags by raw SDK calls; nothing for types without tags.
    async fn tags(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<String, String>>;

    /// Removes the resource behind the engine's back.
    async fn remove(&self, cloud: &Cloud, id: &str);

    /// Changes a property behind the engine's back and says which; nothing where the API has no
    /// call for it.
    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str>;

    /// Whether a second deletion succeeds: the API still knows what was deleted, there is nothing
    /// to delete, or an emulator doesn't look.
    fn ends_twice(&self, _emulator: Emulator) -> bool {
        false
    }

    /// The properties that an emulator doesn't show: there the edit is checked by the plan and
    /// the request only, and `disturb` isn't expected to be seen.
    fn unseen(&self, _emulator: Emulator) -> &'static [&'static str] {
        &[]
    }
}
