use aws_sdk_kms::Client;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{KeySpec, KeyState, KeyUsageType, Tag};
use aws_types::SdkConfig;

use super::Echoes;

const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"é"}]}"#;

pub(crate) struct Ids {
    key: String,
    ciphertext: Blob,
}

pub(crate) async fn create(config: &SdkConfig) -> Ids {
    let kms = Client::new(config);
    let tag = Tag::builder().tag_key("a").tag_value("b c").build().unwrap();
    let key = kms
        .create_key()
        .description("the key")
        .multi_region(true)
        .policy(POLICY)
        .tags(tag)
        .send()
        .await
        .unwrap();
    let id = key.key_metadata.unwrap().key_id;
    kms.enable_key_rotation().key_id(&id).rotation_period_in_days(180).send().await.unwrap();
    kms.create_alias().alias_name("alias/a").target_key_id(&id).send().await.unwrap();
    let encrypted = kms.encrypt().key_id(&id).plaintext(Blob::new("secret")).send().await.unwrap();
    Ids { key: id, ciphertext: encrypted.ciphertext_blob.unwrap() }
}

pub(crate) async fn read(config: &SdkConfig, ids: &Ids) -> Echoes {
    let kms = Client::new(config);
    let id = &ids.key;
    let ciphertext = ids.ciphertext.clone();
    let decrypted = kms.decrypt().ciphertext_blob(ciphertext).send().await.unwrap();
    assert_eq!(decrypted.plaintext.unwrap().as_ref(), b"secret");
    let key = kms.describe_key().key_id(id).send().await.unwrap().key_metadata.unwrap();
    let rotation = kms.get_key_rotation_status().key_id(id).send().await.unwrap();
    let policy = kms.get_key_policy().key_id(id).send().await.unwrap();
    let tags = kms.list_resource_tags().key_id(id).send().await.unwrap();
    let by_alias = kms.describe_key().key_id("alias/a").send().await.unwrap();
    let aliases = kms.list_aliases().send().await.unwrap();
    let mut echoes = Echoes::default();
    echoes.of(
        "AWS::KMS::Key",
        &[
            ("Description", key.description() == Some("the key")),
            ("Enabled", key.enabled()),
            ("EnableKeyRotation", rotation.key_rotation_enabled()),
            ("KeyPolicy", policy.policy() == Some(POLICY)),
            ("KeySpec", key.key_spec() == Some(&KeySpec::SymmetricDefault)),
            ("KeyUsage", key.key_usage() == Some(&KeyUsageType::EncryptDecrypt)),
            ("MultiRegion", key.multi_region() == Some(true)),
            ("RotationPeriodInDays", rotation.rotation_period_in_days() == Some(180)),
            ("Tags", tags.tags().len() == 1 && tags.tags()[0].tag_value() == "b c"),
        ],
    );
    echoes.of(
        "AWS::KMS::Alias",
        &[
            ("AliasName", aliases.aliases().iter().any(|a| a.alias_name() == Some("alias/a"))),
            ("TargetKeyId", by_alias.key_metadata.unwrap().key_id == *id),
        ],
    );
    echoes
}

pub(crate) async fn delete(config: &SdkConfig, ids: &Ids) {
    let kms = Client::new(config);
    let id = &ids.key;
    kms.delete_alias().alias_name("alias/a").send().await.unwrap();
    assert!(kms.describe_key().key_id("alias/a").send().await.is_err());
    kms.schedule_key_deletion().key_id(id).pending_window_in_days(7).send().await.unwrap();
    let key = kms.describe_key().key_id(id).send().await.unwrap().key_metadata.unwrap();
    assert_eq!(key.key_state(), Some(&KeyState::PendingDeletion));
    assert!(key.deletion_date().is_some());
}
