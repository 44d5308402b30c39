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
use ironward_core::store::{StoreError, StoreErrorKind};
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
        let message = format!("the key of this state can't be {doing} with {}: {error}", self.key);
        StoreError::new(kind_of(error), message).with_hint(hint).with_source(error.clone())
    }
}

/// What a refusal of KMS is to a state. That a key is another one, isn't there, or is disabled, says that this
/// isn't the key that opens the state; anything else is trouble with the service.
// https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html#API_Decrypt_Errors
fn kind_of(error: &ProviderError) -> StoreErrorKind {
    match &*error.code {
        "IncorrectKeyException"
        | "InvalidCiphertextException"
        | "InvalidKeyUsageException"
        | "NotFoundException"
        | "DisabledException"
        | "KMSInvalidStateException" => StoreErrorKind::WrongKey,
        _ => error.kind.into(),
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
            let message = format!("what {} unwrapped isn't the key of a state", self.key);
            StoreError::new(StoreErrorKind::Corrupt, message)
                .with_hint("put a good version of key.json in its place")
        })
    }
}

#[cfg(test)]
mod tests {
    use ironward_core::error::ProviderErrorKind;

    use super::*;

    #[test]
    fn a_key_that_does_not_open_the_state_is_told_from_trouble_with_the_service() {
        let refusal = |kind, code: &str| ProviderError::new(kind, "kms:Decrypt", "no").with_code(code);
        let (other, denied) = (ProviderErrorKind::Other, ProviderErrorKind::Denied);
        for (kind, code, expected) in [
            (other, "IncorrectKeyException", StoreErrorKind::WrongKey),
            (other, "InvalidCiphertextException", StoreErrorKind::WrongKey),
            (ProviderErrorKind::NotFound, "NotFoundException", StoreErrorKind::WrongKey),
            (denied, "AccessDeniedException", StoreErrorKind::Denied),
            (ProviderErrorKind::Throttled, "ThrottlingException", StoreErrorKind::Unreachable),
            (ProviderErrorKind::Unreachable, "", StoreErrorKind::Unreachable),
        ] {
            assert_eq!(kind_of(&refusal(kind, code)), expected, "{code}");
        }
    }
}
