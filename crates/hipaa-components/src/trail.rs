//! `AuditTrail`: who did what in the account.

use ironward_aws::cloudtrail::{
    DataResource, DataResourceType, DeclaredTrail, EventSelector, ReadWriteType, Trail,
};
use ironward_aws::iam::{Role, RolePolicy};
use ironward_aws::kms::CustomerKey;
use ironward_aws::logs::LogGroup;
use ironward_aws::place::Here;
use ironward_aws::policy::{Allow, PolicyDocument};
use ironward_core::declare::Declaration;
use ironward_core::output::{Lower, Output, concat};
use ironward_core::program::DeclareError;
use ironward_core::stack::{Profile, Stack};

use crate::bucket::{AuditBucket, PhiBucket};
use crate::classification::{Classification, open};
use crate::retention::Retention;
use crate::vpc::trust;

/// A multi-region CloudTrail with digest files, encrypted, kept in a locked bucket and streamed
/// to a log group, that records every read and write of the PHI buckets (45 CFR 164.312(b)).
#[derive(Debug, Clone)]
pub struct AuditTrail {
    trail: DeclaredTrail,
}

/// The keys of an [`AuditTrail`].
#[derive(Debug, Clone)]
pub struct AuditKeys {
    /// Encrypts the trail's files.
    pub trail: CustomerKey,
    /// Encrypts the log group.
    pub logs: CustomerKey,
}

impl AuditTrail {
    /// Declares the trail as the component `name`, delivering to `bucket` and recording what
    /// happens to objects in `watched`.
    ///
    /// # Errors
    /// [`DeclareError`] when the name is taken or isn't one.
    #[track_caller]
    pub fn declare<P: Profile>(
        stack: &mut Stack<P>,
        name: &str,
        bucket: &AuditBucket,
        keys: AuditKeys,
        watched: &[&PhiBucket],
        retention: Retention,
    ) -> Result<Self, DeclareError> {
        let mut scope = open(stack, name, "AuditTrail", Classification::Audit)?;
        let here = scope.lookup("here", Here)?;
        let group = scope.add("log-group", LogGroup::new(retention.for_logs(), keys.logs))?;
        let role = Role::new(PolicyDocument::new().with(trust("cloudtrail.amazonaws.com", &here)));
        let role = scope.add("role", role.description("Streams the audit trail to its log group"))?;
        let writes = Allow::actions(["logs:CreateLogStream", "logs:PutLogEvents"])
            .on(concat([group.arn().lower(), ":log-stream:*".lower()]));
        let policy = RolePolicy::new(role.name(), PolicyDocument::new().with(writes));
        let policy = scope.add("role-policy", policy)?;
        let mut selector = EventSelector::new(ReadWriteType::All, true);
        if !watched.is_empty() {
            let objects: Vec<Output<String>> =
                watched.iter().map(|bucket| concat([bucket.arn().lower(), "/".lower()])).collect();
            selector = selector.data_resources([DataResource::new(DataResourceType::S3Object, objects)]);
        }
        let trail = Trail::new(bucket.name(), keys.trail)
            .cloud_watch_logs(group.arn(), role.arn())
            .event_selectors([selector]);
        let trail = scope.add("trail", trail.options().depends_on(&policy))?;
        Ok(Self { trail })
    }

    /// The trail.
    #[must_use]
    pub fn trail(&self) -> &DeclaredTrail {
        &self.trail
    }
}
