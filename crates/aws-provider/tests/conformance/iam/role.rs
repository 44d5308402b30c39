//! `AWS::IAM::Role` under test.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_iam::Client;
use ironward_aws::iam::{PolicyArn, Role, RoleName};
use ironward_aws::place::Here;
use ironward_aws::policy::{Allow, PolicyDocument};
use ironward_core::declare::Declaration;
use ironward_core::program::DeclareError;
use ironward_core::stack::{Hipaa, Stack};
use serde_json::{Value as Json, json};

use super::{apply, document};
use crate::cloud::{Cloud, Emulator};
use crate::subject::Subject;
use crate::suite::conform;

pub(crate) struct RoleSubject;

#[async_trait]
impl Subject for RoleSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let here = stack.lookup("here", Here)?;
        let mut trust = PolicyDocument::trusting_service("ecs-tasks.amazonaws.com");
        if edit == Some("AssumeRolePolicyDocument") {
            let root = Allow::actions(["sts:AssumeRole"]).sid("People").principal(here.account_root());
            trust = trust.with(root.when("Bool", "aws:MultiFactorAuthPresent", "true"));
        }
        let mut role =
            Role::new(trust).description("conformance").max_session_duration(3600).tag("use", "test");
        match edit {
            Some("Description") => role = role.description("edited: ä & <b>"),
            Some("MaxSessionDuration") => role = role.max_session_duration(7200),
            Some("PermissionsBoundary") => {
                role = role.permissions_boundary(PolicyArn::aws_managed(&here, "ReadOnlyAccess"));
            }
            Some("Tags") => role = role.tag("use", "edited").tag("more", "yes"),
            Some("Path") => role = role.path("/conformance/"),
            Some("RoleName") => role = role.role_name(RoleName::new("conformance-role-edited")),
            _ => {}
        }
        stack.add("subject", role.options())?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        &["AssumeRolePolicyDocument", "Description", "MaxSessionDuration", "PermissionsBoundary", "Tags"]
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["Path", "RoleName"]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        let role = Client::new(&cloud.sdk).get_role().role_name(id).send().await.ok()?.role?;
        let boundary = role.permissions_boundary().and_then(|boundary| boundary.permissions_boundary_arn());
        Some(BTreeMap::from([
            ("AssumeRolePolicyDocument", document(role.assume_role_policy_document()?)),
            ("Description", json!(role.description())),
            ("MaxSessionDuration", json!(role.max_session_duration())),
            ("PermissionsBoundary", json!(boundary)),
            ("Tags", json!(self.tags(cloud, id).await)),
        ]))
    }

    async fn tags(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<String, String>> {
        let tags = Client::new(&cloud.sdk).list_role_tags().role_name(id).send().await.unwrap();
        Some(tags.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect())
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        Client::new(&cloud.sdk).delete_role().role_name(id).send().await.unwrap();
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        let request = Client::new(&cloud.sdk).update_role().role_name(id).max_session_duration(10800);
        request.description("conformance").send().await.unwrap();
        Some("MaxSessionDuration")
    }

    fn unseen(&self, emulator: Emulator) -> &'static [&'static str] {
        match emulator {
            Emulator::Sandbox => &["Description", "PermissionsBoundary"],
            Emulator::Moto => &[],
        }
    }
}

/// A boundary that someone takes away is drift, although IAM reports only its absence.
#[tokio::test]
async fn a_boundary_that_goes_is_noticed_on_moto() {
    let cloud = Cloud::moto().await;
    let program = |subject: &RoleSubject| {
        let mut stack = Stack::<Hipaa>::new("conformance");
        subject.declare(&mut stack, Some("PermissionsBoundary")).unwrap();
        stack.program()
    };
    assert!(apply(&cloud, &program(&RoleSubject)).await.is_complete());
    let state = cloud.engine.state().await.unwrap();
    let role = state.resources.values().next().unwrap().physical_id.clone();
    let iam = Client::new(&cloud.sdk);
    iam.delete_role_permissions_boundary().role_name(&role).send().await.unwrap();
    let planned = cloud.engine.plan(&program(&RoleSubject)).await.unwrap();
    let change = planned.plan.change("subject").unwrap();
    let drifted: Vec<&str> = change.drift.iter().map(|diff| diff.property.as_str()).collect();
    assert_eq!(drifted, ["PermissionsBoundary"], "{change:#?}");
    assert!(apply(&cloud, &program(&RoleSubject)).await.is_complete());
    let role = iam.get_role().role_name(&role).send().await.unwrap().role.unwrap();
    assert!(role.permissions_boundary().is_some());
}

#[tokio::test]
async fn role_on_sandbox() {
    conform(&RoleSubject, Cloud::sandbox().await).await;
}

#[tokio::test]
async fn role_on_moto() {
    conform(&RoleSubject, Cloud::moto().await).await;
}
