//! `AWS::IAM::RolePolicy` under test.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_iam::Client;
use ironward_aws::iam::{Role, RolePolicy, RolePolicyName};
use ironward_aws::policy::{Allow, PolicyDocument};
use ironward_core::program::DeclareError;
use ironward_core::stack::{Hipaa, Stack};
use serde_json::{Value as Json, json};

use super::{apply, document};
use crate::cloud::Cloud;
use crate::subject::Subject;
use crate::suite::conform;

struct RolePolicySubject;

#[async_trait]
impl Subject for RolePolicySubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let trust = PolicyDocument::trusting_service("ecs-tasks.amazonaws.com");
        let one = stack.add("one", Role::new(trust.clone()))?;
        let two = stack.add("two", Role::new(trust))?;
        let actions: &[&str] = match edit {
            Some("PolicyDocument") => &["s3:GetObject", "s3:PutObject"],
            _ => &["s3:GetObject"],
        };
        let allow =
            Allow::actions(actions.iter().copied()).on("arn:aws:s3:::conformance/${aws:userid}/a%20b+c*");
        let document = PolicyDocument::new().with(allow);
        let role = if edit == Some("RoleName") { two.name() } else { one.name() };
        let mut policy = RolePolicy::new(role, document);
        if edit == Some("PolicyName") {
            policy = policy.policy_name(RolePolicyName::new("conformance-edited"));
        }
        stack.add("subject", policy)?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        &["PolicyDocument"]
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["PolicyName", "RoleName"]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        let (role, policy) = id.split_once('|').unwrap();
        let request = Client::new(&cloud.sdk).get_role_policy().role_name(role).policy_name(policy);
        let answer = request.send().await.ok()?;
        Some(BTreeMap::from([("PolicyDocument", document(answer.policy_document()))]))
    }

    async fn tags(&self, _cloud: &Cloud, _id: &str) -> Option<BTreeMap<String, String>> {
        None
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        let (role, policy) = id.split_once('|').unwrap();
        let request = Client::new(&cloud.sdk).delete_role_policy().role_name(role).policy_name(policy);
        request.send().await.unwrap();
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        let (role, policy) = id.split_once('|').unwrap();
        put(cloud, role, policy).await;
        Some("PolicyDocument")
    }
}

async fn put(cloud: &Cloud, role: &str, policy: &str) {
    let document = json!({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
    });
    let request = Client::new(&cloud.sdk).put_role_policy().role_name(role).policy_name(policy);
    request.policy_document(document.to_string()).send().await.unwrap();
}

/// The API would overwrite it: a creation must look first.
#[tokio::test]
async fn a_policy_of_others_is_not_overwritten_on_moto() {
    let cloud = Cloud::moto().await;
    let mut stack = Stack::<Hipaa>::new("conformance");
    let trust = PolicyDocument::trusting_service("ecs-tasks.amazonaws.com");
    let role = stack.add("role", Role::new(trust)).unwrap();
    assert!(apply(&cloud, &stack.program()).await.is_complete());
    let state = cloud.engine.state().await.unwrap();
    let name = state.resources.values().next().unwrap().physical_id.clone();
    put(&cloud, &name, "theirs").await;

    let mut stack = Stack::<Hipaa>::new("conformance");
    let trust = PolicyDocument::trusting_service("ecs-tasks.amazonaws.com");
    stack.add("role", Role::new(trust)).unwrap();
    let document = PolicyDocument::new().with(Allow::actions(["s3:GetObject"]).on("*"));
    let policy = RolePolicy::new(role.name(), document).policy_name(RolePolicyName::new("theirs"));
    stack.add("policy", policy).unwrap();
    let outcome = apply(&cloud, &stack.program()).await;
    let failure = format!("{:?}", outcome.failures);
    assert!(failure.contains("theirs is there already; it isn't managed by this stack"), "{failure}");
    let request = Client::new(&cloud.sdk).get_role_policy().role_name(&name).policy_name("theirs");
    let kept = super::document(request.send().await.unwrap().policy_document());
    assert_eq!(kept["Statement"][0]["Action"], "s3:*");
}

#[tokio::test]
async fn role_policy_on_sandbox() {
    conform(&RolePolicySubject, Cloud::sandbox().await).await;
}

#[tokio::test]
async fn role_policy_on_moto() {
    conform(&RolePolicySubject, Cloud::moto().await).await;
}
