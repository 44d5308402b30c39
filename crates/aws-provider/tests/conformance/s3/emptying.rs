//! Buckets that hold objects when they shall go.

use aws_sdk_s3::primitives::ByteStream;
use ironward_aws::s3::{Bucket, DefaultRetention, ObjectLockConfiguration, RetentionMode};
use ironward_core::apply::Cancel;
use ironward_core::declare::Declaration;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::provider::{DeleteOutcome, DeletePolicy, Operation, Provider, Target};
use ironward_core::stack::{Hipaa, Stack};
use ironward_core::state::Record;

use super::{client, customer_key};
use crate::cloud::Cloud;

/// Declares and creates a bucket, with or without a lock on new objects.
pub async fn bucket(cloud: &Cloud, locked: bool) -> Record {
    let mut stack = Stack::<Hipaa>::new("conformance");
    let mut bucket = Bucket::encrypted(customer_key(&mut stack, "key").unwrap());
    if locked {
        let retention = DefaultRetention::days(RetentionMode::Compliance, 1);
        bucket = bucket.object_lock_configuration(ObjectLockConfiguration::new(retention));
    }
    stack.add("subject", bucket.options()).unwrap();
    let program = stack.program();
    let planned = cloud.engine.plan(&program).await.unwrap();
    let outcome =
        cloud.engine.apply(&program, planned, DeletePolicy::default(), &Cancel::default()).await.unwrap();
    assert!(outcome.is_complete(), "{:#?}", outcome.failures);
    let state = cloud.engine.state().await.unwrap();
    state.resources.values().find(|record| record.path.as_str() == "subject").unwrap().clone()
}

pub async fn put(cloud: &Cloud, bucket: &str, key: &str) {
    let body = ByteStream::from_static(b"text");
    client(cloud).put_object().bucket(bucket).key(key).body(body).send().await.unwrap();
}

pub async fn delete(cloud: &Cloud, record: &Record, lift: bool) -> Result<DeleteOutcome, ProviderError> {
    let place = cloud.provider.place();
    let lineage = cloud.engine.state().await.unwrap().lineage;
    let mut operation = Operation::new(&record.path, &record.instance, &lineage, place);
    operation.policy.lift_protection = lift;
    let handler = cloud.provider.handler(&record.type_name).unwrap();
    handler.delete(&operation, &Target::of(place, record)).await
}

pub async fn is_there(cloud: &Cloud, bucket: &str) -> bool {
    client(cloud).head_bucket().bucket(bucket).send().await.is_ok()
}

async fn emptied_when_protection_is_lifted(cloud: Cloud) {
    let record = bucket(&cloud, false).await;
    let id = record.physical_id.as_str();
    put(&cloud, id, "twice").await;
    put(&cloud, id, "twice").await;
    put(&cloud, id, "marked").await;
    client(&cloud).delete_object().bucket(id).key("marked").send().await.unwrap();
    client(&cloud).create_multipart_upload().bucket(id).key("unfinished").send().await.unwrap();
    let error = delete(&cloud, &record, false).await.unwrap_err();
    assert_eq!((error.kind, error.code.as_str()), (ProviderErrorKind::Invalid, "BucketNotEmpty"), "{error}");
    assert!(is_there(&cloud, id).await);
    assert_eq!(delete(&cloud, &record, true).await.unwrap(), DeleteOutcome::default());
    assert!(!is_there(&cloud, id).await);
}

#[tokio::test]
async fn bucket_is_emptied_when_protection_is_lifted_on_sandbox() {
    emptied_when_protection_is_lifted(Cloud::sandbox().await).await;
}

#[tokio::test]
async fn bucket_is_emptied_when_protection_is_lifted_on_moto() {
    emptied_when_protection_is_lifted(Cloud::moto().await).await;
}

// Not on the sandbox: it deletes locked versions. moto has no read of an object's retention, so the
// date isn't seen here.
#[tokio::test]
async fn locked_objects_stay_on_moto() {
    let cloud = Cloud::moto().await;
    let record = bucket(&cloud, true).await;
    let id = record.physical_id.as_str();
    put(&cloud, id, "locked").await;
    let removal = delete(&cloud, &record, true).await.unwrap();
    let remains = removal.remains.unwrap();
    assert!(removal.stays && remains.contains("keeps 1 locked object until "), "{remains}");
    let versions = client(&cloud).list_object_versions().bucket(id).send().await.unwrap();
    assert_eq!(versions.versions().len(), 1);
}
