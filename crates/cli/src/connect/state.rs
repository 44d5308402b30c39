//! What the state of a stack needs of AWS.

use std::sync::Arc;
use std::time::Duration;

use ironward_aws_state::{Bucket, KmsWrapper, S3Objects};
use ironward_core::clock::{Clock, Timestamp};
use ironward_core::error::ProviderError;
use ironward_core::store::StoreError;
use ironward_store::remote::{EvidenceAnchor, ObjectAnchor};

use super::{AwsConnector, StateServices};
use crate::config::Encryption;
use crate::target::{StateAt, Target};

impl AwsConnector {
    pub(super) async fn state_services(
        &self,
        target: &Target,
        clock: Arc<dyn Clock>,
    ) -> Result<StateServices, StoreError> {
        let mut services = StateServices::default();
        let refused = |cause: ProviderError| {
            let error = StoreError::new(cause.kind.into(), cause.to_string());
            let error = match cause.hint() {
                Some(hint) => error.with_hint(hint),
                None => error,
            };
            error.with_source(cause)
        };
        if let StateAt::Bucket(at) = &target.state {
            let settings = self.settings(target, &at.reach).await.map_err(refused)?;
            let within = |folder: &str, name: &str| {
                let bucket = Bucket::new(name, &format!("{}/{folder}", at.prefix));
                match &target.kms_key {
                    Some(key) => bucket.with_key(key),
                    None => bucket,
                }
            };
            let objects = S3Objects::connect(&settings, within(&target.stack, &at.bucket)).await?;
            let anchors = objects.beside(&format!("{}/anchors", at.prefix));
            services.objects = Some(Arc::new(objects));
            services.anchor = Some(match &at.evidence {
                None => Arc::new(ObjectAnchor::new(Arc::new(anchors))),
                Some(evidence) => {
                    let days = Duration::from_secs(u64::from(evidence.days) * 24 * 60 * 60);
                    let now = Duration::from_millis(clock.wall().unix_millis());
                    let until = Timestamp::from_unix(now + days);
                    let bucket = within("evidence", &evidence.bucket).retained_until(until);
                    let evidence = S3Objects::connect(&settings, bucket).await?;
                    Arc::new(EvidenceAnchor::new(Arc::new(evidence)))
                }
            });
        }
        if let (Encryption::Kms, Some(key)) = (target.encryption, &target.kms_key) {
            let reach = match &target.state {
                StateAt::Bucket(at) => &at.reach,
                StateAt::Directory(_) => &target.reach,
            };
            let settings = self.settings(target, reach).await.map_err(refused)?;
            services.wrapper = Some(Arc::new(KmsWrapper::new(&settings, key, clock).await));
        }
        Ok(services)
    }
}
