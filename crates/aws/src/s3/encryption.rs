//! How a bucket encrypts what is put into it.

use std::collections::BTreeMap;

use ironward_core::output::ToValue;
use ironward_core::value::Value;

use crate::kms::CustomerKey;

/// How a bucket encrypts what is put into it; the bucket's kind decides.
///
/// There is no way to make one but to declare a bucket, so no bucket is without.
#[derive(Debug, Clone)]
pub struct BucketEncryption(Option<CustomerKey>);

impl BucketEncryption {
    /// SSE-KMS with this key, through a bucket key.
    pub(super) fn kms(key: CustomerKey) -> Self {
        Self(Some(key))
    }

    /// SSE-S3.
    pub(super) fn s3() -> Self {
        Self(None)
    }
}

impl ToValue for BucketEncryption {
    fn to_value(&self) -> Value {
        let map = |members: Vec<(&str, Value)>| {
            Value::Map(
                members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<BTreeMap<_, _>>(),
            )
        };
        let rule = match &self.0 {
            Some(key) => map(vec![
                (
                    "ServerSideEncryptionByDefault",
                    map(vec![("SSEAlgorithm", "aws:kms".to_value()), ("KMSMasterKeyID", key.to_value())]),
                ),
                ("BucketKeyEnabled", true.to_value()),
            ]),
            None => {
                map(vec![("ServerSideEncryptionByDefault", map(vec![("SSEAlgorithm", "AES256".to_value())]))])
            }
        };
        map(vec![("ServerSideEncryptionConfiguration", Value::List(vec![rule]))])
    }
}
