//! KMS under test.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_kms::Client;
use aws_sdk_kms::types::KeyState;
use ironward_aws::kms::{Alias, AliasName, Key, KeySpec, KeyUsage};
use ironward_aws::place::Here;
use ironward_aws::policy::{Allow, PolicyDocument};
use ironward_core::declare::Declaration;
use ironward_core::program::DeclareError;
use ironward_core::stack::{Hipaa, Stack};
use serde_json::{Value as Json, json};

use crate::cloud::{Cloud, Emulator};
use crate::subject::Subject;
use crate::suite::conform;

pub(crate) struct KeySubject;

fn policy(stack: &mut Stack<Hipaa>, more: &[&str]) -> Result<PolicyDocument, DeclareError> {
    let here = stack.lookup("here", Here)?;
    let root = Allow::actions(["kms:*"]).sid("Administration").principal(here.account_root()).on("*");
    let mut policy = PolicyDocument::new().with(root);
    if !more.is_empty() {
        policy = policy
            .with(Allow::actions(more.iter().copied()).sid("Use").principal(here.account_root()).on("*"));
    }
    Ok(policy)
}

// ANCHOR: subject
#[async_trait]
impl Subject for KeySubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let policy =
            policy(stack, if edit == Some("KeyPolicy") { &["kms:Encrypt", "kms:Decrypt"] } else { &[] })?;
        let mut key =
            Key::new(policy).description("conformance").pending_window_in_days(7).tag("use", "test");
        match edit {
            Some("Description") => key = key.description("edited"),
            Some("Enabled") => key = key.enabled(false),
            Some("EnableKeyRotation") => key = key.enable_key_rotation(true),
            Some("Tags") => key = key.tag("use", "edited").tag("more", "yes"),
            Some("KeyUsage") => key = key.key_usage(KeyUsage::SignVerify).key_spec(KeySpec::Rsa2048),
            Some("MultiRegion") => key = key.multi_region(true),
            _ => {}
        }
        stack.add(
            "subject",
            key.options()
                .accept(ironward_core::consent::Loss::Replace, "the suite")
                .accept(ironward_core::consent::Loss::Recreate, "the suite"),
        )?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        &["Description", "Enabled", "EnableKeyRotation", "KeyPolicy", "Tags"]
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["KeyUsage", "MultiRegion"]
    }
    // ANCHOR_END: subject

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        let kms = Client::new(&cloud.sdk);
        let key = kms.describe_key().key_id(id).send().await.ok()?.key_metadata?;
        if key.key_state() == Some(&KeyState::PendingDeletion) {
            return None;
        }
        let rotation = kms.get_key_rotation_status().key_id(id).send().await;
        let policy = kms.get_key_policy().key_id(id).policy_name("default").send().await.ok()?;
        Some(BTreeMap::from([
            ("Description", json!(key.description())),
            ("Enabled", json!(key.enabled())),
            ("EnableKeyRotation", json!(rotation.is_ok_and(|rotation| rotation.key_rotation_enabled()))),
            ("KeyPolicy", serde_json::from_str(policy.policy()?).unwrap()),
            ("Tags", json!(self.tags(cloud, id).await)),
        ]))
    }

    async fn tags(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<String, String>> {
        let tags = Client::new(&cloud.sdk).list_resource_tags().key_id(id).send().await.unwrap();
        Some(tags.tags().iter().map(|tag| (tag.tag_key().to_owned(), tag.tag_value().to_owned())).collect())
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        let request = Client::new(&cloud.sdk).schedule_key_deletion().key_id(id).pending_window_in_days(7);
        request.send().await.unwrap();
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        let request = Client::new(&cloud.sdk).update_key_description().key_id(id).description("by hand");
        request.send().await.unwrap();
        Some("Description")
    }

    fn ends_twice(&self, _emulator: Emulator) -> bool {
        true
    }
}

struct AliasSubject;

#[async_trait]
impl Subject for AliasSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let policy = policy(stack, &[])?;
        let one = stack.add("one", Key::new(policy.clone()))?;
        let two = stack.add("two", Key::new(policy))?;
        let mut alias = Alias::new(if edit == Some("TargetKeyId") { two.id() } else { one.id() });
        if edit == Some("AliasName") {
            alias = alias.alias_name(AliasName::new("alias/conformance-edited"));
        }
        stack.add("subject", alias)?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        &["TargetKeyId"]
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["AliasName"]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        let mut pages = Client::new(&cloud.sdk).list_aliases().into_paginator().send();
        while let Some(page) = pages.next().await {
            for alias in page.unwrap().aliases() {
                if alias.alias_name() == Some(id) {
                    return Some(BTreeMap::from([("TargetKeyId", json!(alias.target_key_id()))]));
                }
            }
        }
        None
    }

    async fn tags(&self, _cloud: &Cloud, _id: &str) -> Option<BTreeMap<String, String>> {
        None
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        Client::new(&cloud.sdk).delete_alias().alias_name(id).send().await.unwrap();
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        let kms = Client::new(&cloud.sdk);
        let other = kms.create_key().send().await.unwrap().key_metadata.unwrap();
        kms.update_alias().alias_name(id).target_key_id(other.key_id()).send().await.unwrap();
        Some("TargetKeyId")
    }

    fn unseen(&self, _emulator: Emulator) -> &'static [&'static str] {
        &[]
    }
}

// ANCHOR: conform
#[tokio::test]
async fn key_on_sandbox() {
    conform(&KeySubject, Cloud::sandbox().await).await;
}

#[tokio::test]
async fn key_on_moto() {
    conform(&KeySubject, Cloud::moto().await).await;
}
// ANCHOR_END: conform

#[tokio::test]
async fn alias_on_sandbox() {
    conform(&AliasSubject, Cloud::sandbox().await).await;
}

#[tokio::test]
async fn alias_on_moto() {
    conform(&AliasSubject, Cloud::moto().await).await;
}

/// Source: KMS API Reference, "Key states of AWS KMS keys".
#[tokio::test]
async fn waiting_for_a_key() {
    use crate::waiting::End::{Unsettled, Well};
    use crate::waiting::Look::{Shows, Truth};
    use crate::waiting::{Look, Sequence, Stage};
    let sequence = |looks: &'static [Look], told: &'static [&'static str], end| Sequence {
        after: "CreateKey",
        read: "DescribeKey",
        looks,
        told,
        end,
    };
    for wait in [
        sequence(&[Shows(&[("KeyState", "Creating")]), Truth], &["key is Creating"], Well),
        sequence(
            &[Shows(&[("KeyState", "Creating")]), Shows(&[("KeyState", "Unavailable")])],
            &["key is Creating"],
            Unsettled("it is held up: the key is unavailable"),
        ),
        sequence(
            &[Shows(&[("KeyState", "Creating")])],
            &[],
            Unsettled("it wasn't ready after 300 s; it was last key is Creating"),
        ),
    ] {
        let stage = Stage::set().await;
        stage.up(&KeySubject, None, &wait).await;
    }
}
