use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::types::LogGroupClass;
use aws_types::SdkConfig;

use super::Echoes;

const KEY: &str = "arn:aws:kms:eu-west-1:123456789012:key/k";

pub(crate) async fn create(config: &SdkConfig) {
    let logs = Client::new(config);
    logs.create_log_group()
        .log_group_name("/a")
        .kms_key_id(KEY)
        .log_group_class(LogGroupClass::InfrequentAccess)
        .deletion_protection_enabled(true)
        .tags("a", "b")
        .send()
        .await
        .unwrap();
    logs.put_retention_policy().log_group_name("/a").retention_in_days(2192).send().await.unwrap();
    let again = logs.create_log_group().log_group_name("/a").send().await.unwrap_err();
    assert!(again.into_service_error().is_resource_already_exists_exception());
}

pub(crate) async fn read(config: &SdkConfig, _: &()) -> Echoes {
    let logs = Client::new(config);
    let groups = logs.describe_log_groups().log_group_name_prefix("/a").send().await.unwrap();
    let group = &groups.log_groups()[0];
    let arn = group.log_group_arn().unwrap();
    let tags = logs.list_tags_for_resource().resource_arn(arn).send().await.unwrap();
    let mut echoes = Echoes::default();
    echoes.of(
        "AWS::Logs::LogGroup",
        &[
            ("DeletionProtectionEnabled", group.deletion_protection_enabled() == Some(true)),
            ("KmsKeyId", group.kms_key_id() == Some(KEY)),
            ("LogGroupClass", group.log_group_class() == Some(&LogGroupClass::InfrequentAccess)),
            ("LogGroupName", group.log_group_name() == Some("/a")),
            ("RetentionInDays", group.retention_in_days() == Some(2192)),
            ("Tags", tags.tags().unwrap().get("a").is_some_and(|value| value == "b")),
        ],
    );
    echoes
}

pub(crate) async fn delete(config: &SdkConfig, _: &()) {
    let logs = Client::new(config);
    logs.delete_log_group().log_group_name("/a").send().await.unwrap();
    assert!(logs.describe_log_groups().send().await.unwrap().log_groups().is_empty());
}
