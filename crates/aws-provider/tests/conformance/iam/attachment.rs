//! `AWS::IAM::RolePolicyAttachment` under test.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_iam::Client;
use ironward_aws::iam::{PolicyArn, Role, RolePolicyAttachment};
use ironward_aws::place::Here;
use ironward_aws::policy::PolicyDocument;
use ironward_core::program::DeclareError;
use ironward_core::stack::{Hipaa, Stack};
use serde_json::{Value as Json, json};

use crate::cloud::Cloud;
use crate::subject::Subject;
use crate::suite::conform;

struct AttachmentSubject;

#[async_trait]
impl Subject for AttachmentSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let here = stack.lookup("here", Here)?;
        let trust = PolicyDocument::trusting_service("monitoring.rds.amazonaws.com");
        let one = stack.add("one", Role::new(trust.clone()))?;
        let two = stack.add("two", Role::new(trust))?;
        // A second attachment shares the read of the first one's role.
        let beside = PolicyArn::aws_managed(&here, "ReadOnlyAccess");
        stack.add("beside", RolePolicyAttachment::new(one.name(), beside))?;
        let role = if edit == Some("RoleName") { two.name() } else { one.name() };
        let policy = match edit {
            Some("PolicyArn") => "SecurityAudit",
            _ => "service-role/AmazonRDSEnhancedMonitoringRole",
        };
        let policy = PolicyArn::aws_managed(&here, policy);
        stack.add("subject", RolePolicyAttachment::new(role, policy))?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        &[]
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["PolicyArn", "RoleName"]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        let (role, policy) = id.split_once('|').unwrap();
        let request = Client::new(&cloud.sdk).list_attached_role_policies().role_name(role);
        let attached = request.send().await.ok()?;
        attached
            .attached_policies()
            .iter()
            .any(|attached| attached.policy_arn() == Some(policy))
            .then(|| BTreeMap::from([("PolicyArn", json!(policy)), ("RoleName", json!(role))]))
    }

    async fn tags(&self, _cloud: &Cloud, _id: &str) -> Option<BTreeMap<String, String>> {
        None
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        let (role, policy) = id.split_once('|').unwrap();
        let request = Client::new(&cloud.sdk).detach_role_policy().role_name(role).policy_arn(policy);
        request.send().await.unwrap();
    }

    async fn disturb(&self, _cloud: &Cloud, _id: &str) -> Option<&'static str> {
        None
    }
}

#[tokio::test]
async fn attachment_on_sandbox() {
    conform(&AttachmentSubject, Cloud::sandbox().await).await;
}

#[tokio::test]
async fn attachment_on_moto() {
    conform(&AttachmentSubject, Cloud::moto().await).await;
}
