use aws_sdk_iam::Client;
use aws_sdk_iam::types::{EntityType, Tag};
use aws_types::SdkConfig;

use super::Echoes;

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[]}"#;
const MANAGED: &str = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";

fn tag(key: &str, value: &str) -> Tag {
    Tag::builder().key(key).value(value).build().unwrap()
}

pub(crate) async fn create(config: &SdkConfig) {
    let iam = Client::new(config);
    iam.create_role()
        .role_name("r")
        .path("/p/")
        .assume_role_policy_document(TRUST)
        .description("the role")
        .max_session_duration(7200)
        .permissions_boundary("arn:aws:iam::aws:policy/ReadOnlyAccess")
        .tags(tag("a", "b & c"))
        .tags(tag("gone", "x"))
        .send()
        .await
        .unwrap();
    iam.tag_role().role_name("r").tags(tag("d", "e")).send().await.unwrap();
    iam.untag_role().role_name("r").tag_keys("gone").send().await.unwrap();
    iam.put_role_policy().role_name("r").policy_name("in").policy_document(TRUST).send().await.unwrap();
    iam.attach_role_policy().role_name("r").policy_arn(MANAGED).send().await.unwrap();
    let unknown = "arn:aws:iam::aws:policy/NoSuchPolicy";
    let refused = iam.attach_role_policy().role_name("r").policy_arn(unknown).send().await;
    assert!(refused.unwrap_err().into_service_error().is_no_such_entity_exception());
}

pub(crate) async fn read(config: &SdkConfig, _: &()) -> Echoes {
    let iam = Client::new(config);
    let role = iam.get_role().role_name("r").send().await.unwrap().role.unwrap();
    let attached = iam.list_attached_role_policies().role_name("r").send().await.unwrap();
    let inline = iam.get_role_policy().role_name("r").policy_name("in").send().await.unwrap();
    let account = iam.get_account_authorization_details().filter(EntityType::Role).send().await.unwrap();
    let detail = &account.role_detail_list()[0];
    let tags = |tags: &[Tag]| {
        let mut tags: Vec<_> = tags.iter().map(|tag| format!("{}={}", tag.key(), tag.value())).collect();
        tags.sort();
        tags.join(" ") == "a=b & c d=e"
    };
    let mut echoes = Echoes::default();
    echoes.of(
        "AWS::IAM::Role",
        &[
            (
                "AssumeRolePolicyDocument",
                role.assume_role_policy_document().is_some_and(|d| d.contains("2012")),
            ),
            ("Description", role.description() == Some("the role")),
            (
                "ManagedPolicyArns",
                attached.attached_policies()[0].policy_arn() == Some(MANAGED)
                    && detail.attached_managed_policies()[0].policy_arn() == Some(MANAGED),
            ),
            ("MaxSessionDuration", role.max_session_duration() == Some(7200)),
            ("Path", role.path() == "/p/"),
            ("PermissionsBoundary", role.permissions_boundary().is_some()),
            (
                "Policies",
                inline.policy_document().contains("2012")
                    && detail.role_policy_list()[0].policy_name() == Some("in"),
            ),
            ("RoleName", role.role_name() == "r"),
            ("Tags", tags(role.tags()) && tags(detail.tags())),
        ],
    );
    echoes
}

pub(crate) async fn delete(config: &SdkConfig, _: &()) {
    let iam = Client::new(config);
    assert!(iam.delete_role().role_name("r").send().await.is_err(), "policies are attached");
    iam.detach_role_policy().role_name("r").policy_arn(MANAGED).send().await.unwrap();
    iam.delete_role_policy().role_name("r").policy_name("in").send().await.unwrap();
    iam.delete_role().role_name("r").send().await.unwrap();
    let gone = iam.get_role().role_name("r").send().await.unwrap_err();
    assert!(gone.into_service_error().is_no_such_entity_exception());
}
