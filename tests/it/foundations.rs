//! The part of the FHIR server that LocalStack's community edition has: network, keys, buckets,
//! roles and log groups, up, drift, an edit, and down.

use aws_types::SdkConfig;
use ironward::hipaa::{
    AccessLogBucket, AuditBucket, Environment, HipaaKey, HipaaVpc, KeyUse, PhiBucket, Retention, three_tier,
};
use ironward::prelude::*;
use ironward::testing::TestStack;
use ironward_aws::iam::{PolicyArn, Role, RolePolicy, RolePolicyAttachment};
use ironward_aws::logs::LogGroup;
use ironward_aws::place::Here;
use ironward_aws::policy::{Allow, PolicyDocument};
use ironward_core::plan::Action;

use crate::leftovers::s3;

/// The program; `edited` gives the role another description and takes the attachment away.
fn declare(stack: &mut Stack<Hipaa>, edited: bool) -> Result<(), DeclareError> {
    let retention = Retention::years::<7>();
    let logs = HipaaKey::declare(stack, "logs-key", KeyUse::Logs)?.customer_key();
    let storage = HipaaKey::declare(stack, "storage-key", KeyUse::Storage)?.customer_key();
    let audit = HipaaKey::declare(stack, "audit-key", KeyUse::Audit)?.customer_key();
    HipaaVpc::builder("network", three_tier!("10.40.0.0/16", zones = 2), logs.clone())
        .environment(Environment::Development)
        .retention(retention)
        .build(stack)?;
    let access = AccessLogBucket::declare(stack, "access-logs", retention)?;
    let data = PhiBucket::declare(stack, "data", storage, &access, retention)?;
    AuditBucket::declare(stack, "audit", audit, &access, retention)?;
    stack.add("log", LogGroup::new(retention.for_logs(), logs))?;
    let here = stack.lookup("here", Here)?;
    let trusted = Allow::actions(["sts:AssumeRole"]).service("ecs-tasks.amazonaws.com");
    let description = if edited { "Reads records" } else { "Reads and writes records" };
    let role = Role::new(PolicyDocument::new().with(trusted)).description(description);
    let role = stack.add("role", role)?;
    let list = Allow::actions(["s3:ListBucket"]).on(Output::<String>::from_value(data.arn().value().clone()));
    stack.add("role-policy", RolePolicy::new(role.name(), PolicyDocument::new().with(list)))?;
    if !edited {
        let managed = PolicyArn::aws_managed(&here, "ReadOnlyAccess");
        stack.add("role-attachment", RolePolicyAttachment::new(role.name(), managed))?;
    }
    stack.output("bucket", data.name())
}

fn changed(plan: &ironward_core::plan::Plan) -> Vec<String> {
    let changes = plan.changes.iter().filter(|change| change.action != Action::Noop);
    changes.map(|change| format!("{} {}", change.action, change.path)).collect()
}

async fn settled(stack: &TestStack<Hipaa>, edited: bool) {
    let plan = stack.plan(|stack: &mut Stack<Hipaa>| declare(stack, edited)).await.unwrap();
    let open: Vec<_> =
        plan.changes.iter().filter(|c| c.action != Action::Noop || !c.drift.is_empty()).collect();
    assert!(open.is_empty(), "{open:#?}");
}

async fn life(mut stack: TestStack<Hipaa>) {
    let outcome = stack.up(|stack: &mut Stack<Hipaa>| declare(stack, false)).await.unwrap();
    assert_eq!(outcome.counts.created, 49, "{:?}", outcome.counts);
    settled(&stack, false).await;
    let sdk = stack.sdk_config().await;
    let bucket = outcome.outputs["bucket"].as_str().unwrap().to_owned();
    read_back(&sdk, &bucket).await;

    // Behind the stack's back.
    s3(&sdk).delete_public_access_block().bucket(&bucket).send().await.unwrap();
    let plan = stack.plan(|stack: &mut Stack<Hipaa>| declare(stack, false)).await.unwrap();
    assert_eq!(changed(&plan), ["update data/bucket"]);
    let drift: Vec<&str> =
        plan.change("data/bucket").unwrap().drift.iter().map(|diff| diff.property.as_str()).collect();
    assert_eq!(drift, ["PublicAccessBlockConfiguration"]);
    let _ = stack.up(|stack: &mut Stack<Hipaa>| declare(stack, false)).await.unwrap();
    settled(&stack, false).await;

    let plan = stack.plan(|stack: &mut Stack<Hipaa>| declare(stack, true)).await.unwrap();
    assert_eq!(changed(&plan), ["update role", "delete role-attachment"]);
    let _ = stack.up(|stack: &mut Stack<Hipaa>| declare(stack, true)).await.unwrap();
    settled(&stack, true).await;

    let lineage = stack.state().await.unwrap().lineage.as_str().to_owned();
    let remains = stack.finish().await.unwrap();
    assert_eq!(remains.len(), 3, "three keys: {remains:?}");
    nothing_is_left(&sdk, &lineage, &bucket).await;
}

async fn read_back(sdk: &SdkConfig, bucket: &str) {
    let encryption = s3(sdk).get_bucket_encryption().bucket(bucket).send().await.unwrap();
    let rule = &encryption.server_side_encryption_configuration().unwrap().rules()[0];
    let default = rule.apply_server_side_encryption_by_default().unwrap();
    assert_eq!(default.sse_algorithm().as_str(), "aws:kms");
    let iam = aws_sdk_iam::Client::new(sdk);
    let roles = iam.list_roles().send().await.unwrap();
    let role = roles.roles().iter().find(|role| role.role_name().starts_with("role-")).unwrap();
    let policies = iam.list_role_policies().role_name(role.role_name()).send().await.unwrap();
    assert_eq!(policies.policy_names().len(), 1);
    let attached = iam.list_attached_role_policies().role_name(role.role_name()).send().await.unwrap();
    assert_eq!(attached.attached_policies().len(), 1);
}

async fn nothing_is_left(sdk: &SdkConfig, lineage: &str, bucket: &str) {
    assert!(s3(sdk).head_bucket().bucket(bucket).send().await.is_err(), "the bucket is still there");
    let vpcs = aws_sdk_ec2::Client::new(sdk).describe_vpcs().send().await.unwrap();
    let ours = |vpc: &&aws_sdk_ec2::types::Vpc| vpc.tags().iter().any(|tag| tag.value() == Some(lineage));
    assert_eq!(vpcs.vpcs().iter().filter(ours).count(), 0);
    let kms = aws_sdk_kms::Client::new(sdk);
    for key in kms.list_keys().send().await.unwrap().keys() {
        let id = key.key_id().unwrap();
        let tags = kms.list_resource_tags().key_id(id).send().await;
        if tags.is_ok_and(|tags| tags.tags().iter().any(|tag| tag.tag_value() == lineage)) {
            let about = kms.describe_key().key_id(id).send().await.unwrap();
            let state = about.key_metadata().unwrap().key_state().unwrap().clone();
            assert_eq!(state.as_str(), "PendingDeletion", "{id}");
        }
    }
}

mod sandbox {
    use super::*;

    #[tokio::test]
    async fn network_keys_buckets_roles_and_logs() {
        life(TestStack::in_process("foundations").await.unwrap()).await;
    }
}

mod localstack {
    use ironward::target::Endpoint;

    use super::*;

    #[tokio::test]
    async fn network_keys_buckets_roles_and_logs() {
        let endpoint = std::env::var("IRONWARD_TEST_LOCALSTACK")
            .expect("IRONWARD_TEST_LOCALSTACK isn't set: run `cargo xtask test --only localstack`");
        life(TestStack::at("foundations", &Endpoint::parse(&endpoint).unwrap()).await.unwrap()).await;
    }
}
