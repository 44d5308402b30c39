//! The key of a state, wrapped by KMS.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_kms::Client;
use aws_sdk_kms::primitives::Blob;
use ironward_aws_provider::Settings;
use ironward_aws_provider::call::Caller;
use ironward_core::clock::Clock;
use ironward_core::error::ProviderError;
use ironward_core::state::Lineage;
use ironward_core::store::StoreError;
use ironward_store::codec::keys::{DataKey, KeyWrapper};

/// The name in the encryption context under which the state's lineage stands.
const CONTEXT: &str = "ironward:lineage";

/// Wraps the keys of states under a KMS key. The lineage is in the encryption context, so that the
/// wrapped key of one state doesn't pass for another's, and CloudTrail shows whose key was used.
pub struct KmsWrapper {
    client: Client,
    caller: Caller,
    key: String,
}

impl KmsWrapper {
    /// Wraps under `key`: its id or ARN, or an alias. An alias must go on leading to the key that
    /// wrapped.
    pub async fn new(settings: &Settings, key: &str, clock: Arc<dyn Clock>) -> Self {
        let config = settings.of_service(&settings.sdk_config().await, "kms");
        let caller = Caller::new(clock, settings.emulated);
        Self { client: Client::new(&config), caller, key: key.to_owned() }
    }

    fn failed(&self, doing: &str, error: &ProviderError) -> StoreError {
        let hint = error.hint().unwrap_or_else(|| {
            format!("check that {} is the key of this state and that you may use it", self.key)
        });
        StoreError::new(format!("the key of this state can't be {doing} with {}: {error}", self.key))
            .with_hint(hint)
            .with_source(error.clone())
    }
}

#[async_trait]
impl KeyWrapper for KmsWrapper {
    fn kind(&self) -> &str {
        "aws-kms"
    }

    async fn wrap_key(&self, key: &DataKey, lineage: &Lineage) -> Result<Vec<u8>, StoreError> {
        let request = || {
            self.client
                .encrypt()
                .key_id(&self.key)
                .plaintext(Blob::new(key.expose().as_slice()))
                .encryption_context(CONTEXT, lineage.as_str())
                .send()
        };
        let answer = self.caller.call("kms:Encrypt", request).await;
        let answer = answer.map_err(|error| self.failed("wrapped", &error))?;
        Ok(answer.ciphertext_blob.map(Blob::into_inner).unwrap_or_default())
    }

    async fn unwrap_key(&self, wrapped: &[u8], lineage: &Lineage) -> Result<DataKey, StoreError> {
        // The key is named, or whoever can write `key.json` chooses the key.
        let request = || {
            self.client
                .decrypt()
                .key_id(&self.key)
                .ciphertext_blob(Blob::new(wrapped))
                .encryption_context(CONTEXT, lineage.as_str())
                .send()
        };
        let answer = self.caller.call("kms:Decrypt", request).await;
        let answer = answer.map_err(|error| self.failed("unwrapped", &error))?;
        let plain = answer.plaintext.map(|blob| zeroize::Zeroizing::new(blob.into_inner()));
        let bytes: Option<&[u8; 32]> = plain.as_deref().and_then(|bytes| bytes.as_slice().try_into().ok());
        bytes.map(DataKey::from_bytes).ok_or_else(|| {
            StoreError::new(format!("what {} unwrapped isn't the key of a state", self.key))
                .with_hint("put a good version of key.json in its place")
        })
    }
}
