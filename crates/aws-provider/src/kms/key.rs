//! The handler of `AWS::KMS::Key`.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_kms::operation::get_key_rotation_status::GetKeyRotationStatusOutput;
use aws_sdk_kms::types::{KeyMetadata, KeyState, Tag};
use ironward_aws::kms::Key;
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::provider::{
    Change, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Read, ReadResults, Readiness,
    Target,
};
use ironward_core::schema::Schema;

use super::api::{DESCRIBE_KEY, KEY_POLICY, Kms, ROTATION, TAGS, is_going};

pub(super) struct KeyHandler(pub(super) Arc<Kms>);

impl Kms {
    async fn set_rotation(&self, key: &str, after: &Document) -> Result<(), ProviderError> {
        if after.opt::<bool>("EnableKeyRotation")?.unwrap_or(false) {
            let period = after.opt("RotationPeriodInDays")?;
            let request =
                || self.client.enable_key_rotation().key_id(key).set_rotation_period_in_days(period).send();
            self.caller.call("kms:EnableKeyRotation", request).await?;
        } else {
            let request = || self.client.disable_key_rotation().key_id(key).send();
            self.caller.call("kms:DisableKeyRotation", request).await?;
        }
        Ok(())
    }

    async fn set_enabled(&self, key: &str, enabled: bool) -> Result<(), ProviderError> {
        if enabled {
            self.caller.call("kms:EnableKey", || self.client.enable_key().key_id(key).send()).await?;
        } else {
            self.caller.call("kms:DisableKey", || self.client.disable_key().key_id(key).send()).await?;
        }
        Ok(())
    }
}

fn sdk_tags(tags: BTreeMap<String, String>) -> Result<Vec<Tag>, ProviderError> {
    tags.into_iter()
        .map(|(key, value)| {
            Tag::builder().tag_key(key).tag_value(value).build().map_err(|error| {
                ProviderError::new(ProviderErrorKind::Invalid, "kms:TagResource", error.to_string())
            })
        })
        .collect()
}

#[async_trait]
impl Handler for KeyHandler {
    fn schema(&self) -> &'static Schema {
        Key::SCHEMA
    }

    // ANCHOR: observe
    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        [DESCRIBE_KEY, KEY_POLICY, ROTATION, TAGS]
            .into_iter()
            .map(|operation| Read::new(operation, target.physical_id))
            .collect()
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let id = target.physical_id;
        let Some(key) = answers.get::<KeyMetadata>(DESCRIBE_KEY, id)? else { return Ok(Observation::Absent) };
        let state = key.key_state().cloned().unwrap_or(KeyState::Enabled);
        if matches!(state, KeyState::PendingDeletion | KeyState::PendingReplicaDeletion) {
            let until = key.deletion_date().map_or_else(|| "its deletion".to_owned(), ToString::to_string);
            return Ok(Observation::GoneButReserved { until });
        }
        // ANCHOR_END: observe
        let attributes = Document::new().with("KeyId", key.key_id()).with("Arn", key.arn());
        let readiness = match state {
            KeyState::Creating | KeyState::Updating => {
                Readiness::Pending(format!("key is {}", state.as_str()))
            }
            KeyState::Unavailable => Readiness::Blocked("the key is unavailable".to_owned()),
            _ => Readiness::Ready,
        };
        // ANCHOR: report
        let mut observed = Observed::new(attributes)
            .with("Description", key.description().unwrap_or_default())
            .with("Enabled", state != KeyState::Disabled)
            .with_some("KeySpec", key.key_spec().map(|spec| spec.as_str()))
            .with_some("KeyUsage", key.key_usage().map(|usage| usage.as_str()))
            .with_some("Origin", key.origin().map(|origin| origin.as_str()))
            .with_some("MultiRegion", key.multi_region())
            .with_readiness(readiness);
        if let Some(policy) = answers.get::<String>(KEY_POLICY, id)? {
            let policy: serde_json::Value = serde_json::from_str(policy).unwrap_or_default();
            observed = observed.with("KeyPolicy", policy);
        }
        // ANCHOR_END: report
        if let Some(rotation) = answers.get::<GetKeyRotationStatusOutput>(ROTATION, id)? {
            observed = observed
                .with("EnableKeyRotation", rotation.key_rotation_enabled())
                .with_some("RotationPeriodInDays", rotation.rotation_period_in_days());
        }
        if let Some(tags) = answers.get::<BTreeMap<String, String>>(TAGS, id)? {
            observed = observed.tagged(tags.clone());
        }
        Ok(Observation::Present(observed))
    }

    // ANCHOR: create
    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let Self(kms) = self;
        let policy = desired.json("KeyPolicy").map(ToString::to_string);
        let description: Option<String> = desired.opt("Description")?;
        let bypass: Option<bool> = desired.opt("BypassPolicyLockoutSafetyCheck")?;
        let multi_region: Option<bool> = desired.opt("MultiRegion")?;
        let (spec, usage, origin) =
            (desired.parsed("KeySpec")?, desired.parsed("KeyUsage")?, desired.parsed("Origin")?);
        let tags = sdk_tags(operation.tags(desired))?;
        let request = || {
            kms.client
                .create_key()
                .set_policy(policy.clone())
                .set_description(description.clone())
                .set_key_spec(spec.clone())
                .set_key_usage(usage.clone())
                .set_origin(origin.clone())
                .set_multi_region(multi_region)
                .set_bypass_policy_lockout_safety_check(bypass)
                .set_tags(Some(tags.clone()))
                .send()
        };
        let answer = kms.caller.make("kms:CreateKey", request).await?;
        answer.key_metadata().map(|key| key.key_id().to_owned()).ok_or_else(|| {
            ProviderError::new(ProviderErrorKind::Ambiguous, "kms:CreateKey", "the answer holds no key id")
        })
    }
    // ANCHOR_END: create

    async fn reconcile(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        let Self(kms) = self;
        let (key, after) = (change.physical_id, change.after);
        if change.has("key_policy") {
            let policy = after.json("KeyPolicy").map(ToString::to_string);
            let bypass: Option<bool> = after.opt("BypassPolicyLockoutSafetyCheck")?;
            let request = || {
                kms.client
                    .put_key_policy()
                    .key_id(key)
                    .policy_name("default")
                    .set_policy(policy.clone())
                    .set_bypass_policy_lockout_safety_check(bypass)
                    .send()
            };
            kms.caller.call("kms:PutKeyPolicy", request).await?;
        }
        // ANCHOR: reconcile
        if change.has("description") {
            let description: String = after.opt("Description")?.unwrap_or_default();
            let request = || kms.client.update_key_description().key_id(key).description(&description).send();
            kms.caller.call("kms:UpdateKeyDescription", request).await?;
        }
        // ANCHOR_END: reconcile
        let enabled = after.opt("Enabled")?.unwrap_or(true);
        if change.has("enabled") && enabled {
            kms.set_enabled(key, true).await?;
        }
        if change.has("rotation") {
            kms.set_rotation(key, after).await?;
        }
        if change.has("enabled") && !enabled {
            kms.set_enabled(key, false).await?;
        }
        if change.has("tags") {
            let (set, gone) = change.tags(operation);
            let set = sdk_tags(set)?;
            let request = || kms.client.tag_resource().key_id(key).set_tags(Some(set.clone())).send();
            kms.caller.call("kms:TagResource", request).await?;
            if !gone.is_empty() {
                let request =
                    || kms.client.untag_resource().key_id(key).set_tag_keys(Some(gone.clone())).send();
                kms.caller.call("kms:UntagResource", request).await?;
            }
        }
        Ok(())
    }

    // ANCHOR: delete
    async fn delete(
        &self,
        _operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        let Self(kms) = self;
        let key = target.physical_id;
        let window = target.properties.opt("PendingWindowInDays")?.unwrap_or(30);
        let request = || kms.client.schedule_key_deletion().key_id(key).pending_window_in_days(window).send();
        match kms.caller.call("kms:ScheduleKeyDeletion", request).await {
            Ok(answer) => {
                let until = answer
                    .deletion_date()
                    .map_or_else(|| format!("{window} days from now"), ToString::to_string);
                let remains =
                    format!("key {key} can be brought back with `kms cancel-key-deletion` until {until}");
                Ok(DeleteOutcome::leaving(remains))
            }
            Err(error) if is_going(&error) => Ok(DeleteOutcome::default()),
            Err(error) => Err(error),
        }
    }
    // ANCHOR_END: delete

    /// A key that was brought back is disabled; the update that follows enables it.
    ///
    /// <https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html>
    async fn restore(&self, _operation: &Operation<'_>, target: &Target<'_>) -> Result<(), ProviderError> {
        let Self(kms) = self;
        let key = target.physical_id;
        let request = || kms.client.cancel_key_deletion().key_id(key).send();
        match kms.caller.call("kms:CancelKeyDeletion", request).await {
            // It isn't pending any more.
            Err(error) if error.code == "KMSInvalidStateException" => Ok(()),
            answer => answer.map(drop),
        }
    }

    async fn find(&self, operation: &Operation<'_>, _desired: &Document) -> Result<Found, ProviderError> {
        let Self(kms) = self;
        for key in kms.keys().await? {
            let carried = match Arc::clone(kms).tags(key.clone()).await {
                Ok(carried) => carried.unwrap_or_default(),
                // Keys of AWS's own and keys that are closed to us aren't ours.
                Err(error) if error.kind == ProviderErrorKind::Denied => continue,
                Err(error) => return Err(error),
            };
            if operation.owns(&carried) {
                return Ok(Found::Ours { physical_id: key });
            }
        }
        Ok(Found::Nothing)
    }
}
