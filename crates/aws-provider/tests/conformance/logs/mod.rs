//! CloudWatch Logs under test.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_cloudwatchlogs::Client;
use ironward_aws::kms::Key;
use ironward_aws::logs::{
    DataProtectionPolicy, FieldIndexPolicy, LogGroup, LogGroupClass, LogGroupName, LogRetention,
};
use ironward_aws::place::Here;
use ironward_aws::policy::{Allow, PolicyDocument};
use ironward_core::declare::Declaration;
use ironward_core::program::DeclareError;
use ironward_core::stack::{Hipaa, Stack};
use serde_json::{Value as Json, json};

use crate::cloud::{Cloud, Emulator};
use crate::subject::Subject;
use crate::suite::{ask, conform, edit_each, failure};

/// A log group. moto has no calls for the key of a group that is there, nor for policies and
/// deletion protection of groups, so there only the rest is edited.
pub(crate) struct LogGroupSubject {
    emulator: Emulator,
    name: String,
}

impl LogGroupSubject {
    pub(crate) fn on(cloud: &Cloud) -> Self {
        static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let name = format!("/named/{}/{count}", std::process::id());
        Self { emulator: cloud.emulator, name }
    }
}

async fn group(cloud: &Cloud, name: &str) -> Option<aws_sdk_cloudwatchlogs::types::LogGroup> {
    let logs = Client::new(&cloud.sdk);
    let groups = logs.describe_log_groups().log_group_name_prefix(name).send().await.unwrap().log_groups?;
    groups.into_iter().find(|group| group.log_group_name() == Some(name))
}

#[async_trait]
impl Subject for LogGroupSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let here = stack.lookup("here", Here)?;
        let policy =
            PolicyDocument::new().with(Allow::actions(["kms:*"]).principal(here.account_root()).on("*"));
        let one = stack.add("one", Key::new(policy.clone()))?;
        let two = stack.add("two", Key::new(policy))?;
        let key = if edit == Some("KmsKeyId") { two.customer_key() } else { one.customer_key() };
        let days = match edit {
            Some("RetentionInDays") => LogRetention::TEN_YEARS,
            _ => LogRetention::at_least(2555).unwrap(),
        };
        let mut group = LogGroup::new(days, key).tag("use", "test");
        match edit {
            Some("DataProtectionPolicy") => {
                group = group.data_protection_policy(DataProtectionPolicy::mask(["Ssn-US", "EmailAddress"]));
            }
            Some("FieldIndexPolicies") => {
                group = group.field_index_policies([FieldIndexPolicy::new(["requestId", "patientId"])]);
            }
            Some("DeletionProtectionEnabled") => group = group.deletion_protection_enabled(true),
            Some("LogGroupName") => group = group.log_group_name(LogGroupName::new(&self.name)),
            Some("LogGroupClass") => group = group.log_group_class(LogGroupClass::InfrequentAccess),
            Some("Tags") => group = group.tag("use", "edited").tag("more", "yes"),
            _ => {}
        }
        stack.add(
            "subject",
            group
                .options()
                .accept(ironward_core::consent::Loss::Replace, "the suite")
                .accept(ironward_core::consent::Loss::Recreate, "the suite"),
        )?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        match self.emulator {
            Emulator::Sandbox => &[
                "RetentionInDays",
                "KmsKeyId",
                "DataProtectionPolicy",
                "FieldIndexPolicies",
                "DeletionProtectionEnabled",
                "Tags",
            ],
            Emulator::Moto => &["RetentionInDays", "Tags"],
        }
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["LogGroupName", "LogGroupClass"]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        let group = group(cloud, id).await?;
        let logs = Client::new(&cloud.sdk);
        let mut read = BTreeMap::from([
            ("RetentionInDays", json!(group.retention_in_days())),
            ("Tags", json!(self.tags(cloud, id).await)),
        ]);
        if self.emulator == Emulator::Sandbox {
            let policy = logs.get_data_protection_policy().log_group_identifier(id).send().await.unwrap();
            read.insert("DataProtectionPolicy", json!(policy.policy_document()));
            let indexes = logs.describe_index_policies().log_group_identifiers(id).send().await.unwrap();
            let index = indexes.index_policies().first().and_then(|policy| policy.policy_document());
            read.insert("FieldIndexPolicies", json!(index));
        } else {
            assert!(group.kms_key_id().is_some(), "the group has its key: {group:?}");
        }
        Some(read)
    }

    async fn tags(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<String, String>> {
        let arn = group(cloud, id).await?.log_group_arn?;
        let tags = Client::new(&cloud.sdk).list_tags_for_resource().resource_arn(arn).send().await.unwrap();
        Some(tags.tags?.into_iter().collect())
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        Client::new(&cloud.sdk).delete_log_group().log_group_name(id).send().await.unwrap();
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        let logs = Client::new(&cloud.sdk);
        logs.put_retention_policy().log_group_name(id).retention_in_days(1).send().await.unwrap();
        Some("RetentionInDays")
    }

    fn unseen(&self, emulator: Emulator) -> &'static [&'static str] {
        match emulator {
            Emulator::Sandbox => &["KmsKeyId", "DeletionProtectionEnabled"],
            Emulator::Moto => &[],
        }
    }
}

#[tokio::test]
async fn log_group_on_sandbox() {
    let cloud = Cloud::sandbox().await;
    conform(&LogGroupSubject::on(&cloud), cloud).await;
}

#[tokio::test]
async fn log_group_on_moto() {
    let cloud = Cloud::moto().await;
    conform(&LogGroupSubject::on(&cloud), cloud).await;
}

/// A group that a service made by itself isn't taken over.
async fn a_group_of_others_is_refused(cloud: Cloud) {
    let subject = LogGroupSubject::on(&cloud);
    Client::new(&cloud.sdk).create_log_group().log_group_name(&subject.name).send().await.unwrap();
    let mut stack = Stack::<Hipaa>::new("conformance");
    subject.declare(&mut stack, Some("LogGroupName")).unwrap();
    let failure = failure(&cloud, &stack.program()).await;
    assert!(failure.contains("isn't managed by this stack"), "{failure}");
}

#[tokio::test]
async fn a_group_of_others_is_refused_on_sandbox() {
    a_group_of_others_is_refused(Cloud::sandbox().await).await;
}

#[tokio::test]
async fn a_group_of_others_is_refused_on_moto() {
    a_group_of_others_is_refused(Cloud::moto().await).await;
}

/// No emulator shows deletion protection or the class, nor a change of the key.
#[tokio::test]
async fn key_class_and_protection_are_asked_for_as_declared() {
    let (cloud, wire) = Cloud::wired().await;
    let subject = LogGroupSubject::on(&cloud);
    edit_each(&subject, cloud, &["KmsKeyId", "DeletionProtectionEnabled"]).await;
    let body = |operation: &str, index: usize| -> Json {
        serde_json::from_str(&wire.sent(operation)[index].body).unwrap()
    };
    let one = body("CreateLogGroup", 0)["kmsKeyId"].clone();
    assert!(one.as_str().unwrap().starts_with("arn:aws:kms:"), "{one}");
    assert_eq!(wire.sent("CreateLogGroup").len(), 1);
    let two = body("AssociateKmsKey", 0)["kmsKeyId"].clone();
    assert_ne!(one, two);
    assert_eq!(body("AssociateKmsKey", 1)["kmsKeyId"], one);
    assert_eq!(body("PutLogGroupDeletionProtection", 0)["deletionProtectionEnabled"], json!(true));
    assert_eq!(body("PutLogGroupDeletionProtection", 1)["deletionProtectionEnabled"], json!(false));
    let (cloud, wire) = Cloud::wired().await;
    let subject = LogGroupSubject::on(&cloud);
    let edited = Edited(&subject, "LogGroupClass");
    edit_each(&edited, cloud, &[]).await;
    let sent: Json = serde_json::from_str(&wire.sent("CreateLogGroup")[0].body).unwrap();
    assert_eq!(sent["logGroupClass"], json!("INFREQUENT_ACCESS"));
}

/// A subject that starts out edited.
struct Edited<'a>(&'a LogGroupSubject, &'static str);

#[async_trait]
impl Subject for Edited<'_> {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        self.0.declare(stack, edit.or(Some(self.1)))
    }
    fn updates(&self) -> &'static [&'static str] {
        &[]
    }
    fn replacements(&self) -> &'static [&'static str] {
        &[]
    }
    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        self.0.read(cloud, id).await
    }
    async fn tags(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<String, String>> {
        self.0.tags(cloud, id).await
    }
    async fn remove(&self, cloud: &Cloud, id: &str) {
        self.0.remove(cloud, id).await;
    }
    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        self.0.disturb(cloud, id).await
    }
}

/// No program declares a group without a retention; a state of before may have one.
#[tokio::test]
async fn a_retention_that_is_not_declared_is_taken_away() {
    let (cloud, wire) = Cloud::wired().await;
    ask(&cloud, "AWS::Logs::LogGroup", "/dns", json!({}), "retention").await;
    let sent: Json = serde_json::from_str(&wire.sent("DeleteRetentionPolicy")[0].body).unwrap();
    assert_eq!(sent, json!({"logGroupName": "/dns"}));
}

/// The emulators know resource policies of accounts only.
#[tokio::test]
async fn a_policy_of_the_group_is_asked_for_as_declared() {
    let (cloud, wire) = Cloud::wired().await;
    let policy = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Principal": {"Service": "route53.amazonaws.com"}, "Action": "logs:PutLogEvents", "Resource": "*"}]});
    let properties = json!({"ResourcePolicyDocument": policy});
    ask(&cloud, "AWS::Logs::LogGroup", "/dns", properties, "resource_policy").await;
    let sent: Json = serde_json::from_str(&wire.sent("PutResourcePolicy")[0].body).unwrap();
    assert_eq!(sent["resourceArn"], json!("arn:aws:logs:us-east-1:123456789012:log-group:/dns"));
    let document: Json = serde_json::from_str(sent["policyDocument"].as_str().unwrap()).unwrap();
    assert_eq!(document, policy);
}
