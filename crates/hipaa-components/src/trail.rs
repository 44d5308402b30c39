//! `AuditTrail`: who did what in the account.

use ironward_aws::cloudtrail::{AdvancedEventSelector, AdvancedFieldSelector, DeclaredTrail, Trail};
use ironward_aws::iam::{Role, RolePolicy, service_trust};
use ironward_aws::kms::CustomerKey;
use ironward_aws::logs::LogGroup;
use ironward_aws::place::Here;
use ironward_aws::policy::{Allow, PolicyDocument};
use ironward_aws::s3::BucketArn;
use ironward_core::declare::Declaration;
use ironward_core::output::{Output, ToValue, concat};
use ironward_core::program::DeclareError;
use ironward_core::stack::{Profile, Stack};

use crate::bucket::{AuditBucket, PhiBucket};
use crate::classification::{Classification, open};
use crate::retention::Retention;

/// A multi-region CloudTrail with digest files, encrypted, kept in a bucket for it and streamed
/// to a log group, that records every read and write of the PHI buckets, and whatever is done with
/// the records themselves but for their delivery (45 CFR 164.312(b)).
#[derive(Debug, Clone)]
pub struct AuditTrail {
    trail: DeclaredTrail,
}

impl AuditTrail {
    /// Declares the trail as the component `name`: delivered to `bucket` under its key, sent to a log
    /// group under the key `logs`, and recording what happens to objects in `watched`.
    ///
    /// # Errors
    /// [`DeclareError`] when the name is taken or isn't one.
    #[track_caller]
    pub fn declare<P: Profile>(
        stack: &mut Stack<P>,
        name: &str,
        bucket: &AuditBucket,
        logs: CustomerKey,
        watched: &[&PhiBucket],
        retention: Retention,
    ) -> Result<Self, DeclareError> {
        let mut scope = open(stack, name, "AuditTrail", Classification::Audit)?;
        let here = scope.lookup("here", Here)?;
        let group = scope.add("log-group", LogGroup::new(retention.for_logs(), logs))?;
        let role = Role::new(service_trust("cloudtrail.amazonaws.com", &here));
        let role = scope.add("role", role.description("Streams the audit trail to its log group"))?;
        let writes = Allow::actions(["logs:CreateLogStream", "logs:PutLogEvents"])
            .on(concat([group.arn().to_value(), ":log-stream:*".to_value()]));
        let policy = RolePolicy::new(role.name(), PolicyDocument::new().with(writes));
        let policy = scope.add("role-policy", policy)?;
        let trail = Trail::new(bucket.name(), bucket.key())
            .cloud_watch_logs(group.arn(), role.arn())
            .advanced_event_selectors(selectors(bucket, watched));
        let trail = scope.add("trail", trail.options().depends_on(&policy))?;
        Ok(Self { trail })
    }

    /// The trail.
    #[must_use]
    pub fn trail(&self) -> &DeclaredTrail {
        &self.trail
    }
}

/// What is recorded: all that is done to the account, and what is done with objects. Deliveries of the
/// trail itself are left out, since each would be the cause of the next.
/// Source: AWS CloudTrail User Guide, "Logging data events".
fn selectors(records: &AuditBucket, watched: &[&PhiBucket]) -> Vec<AdvancedEventSelector> {
    let is = |field: &str, value: &str| AdvancedFieldSelector::new(field).equals([value]);
    let in_buckets =
        |arns: Vec<Output<String>>| AdvancedFieldSelector::new("resources.ARN").starts_with(arns);
    let of_objects = |name: &str, more: Vec<AdvancedFieldSelector>| {
        let mut fields = vec![is("eventCategory", "Data"), is("resources.type", "AWS::S3::Object")];
        fields.extend(more);
        AdvancedEventSelector::new(fields).name(name)
    };
    let objects = |arn: Output<BucketArn>| concat([arn.to_value(), "/".to_value()]);
    let mut selectors = vec![
        AdvancedEventSelector::new([is("eventCategory", "Management")]).name("Management events"),
        of_objects(
            "Uses of the audit trail",
            vec![
                in_buckets(vec![objects(records.arn())]),
                AdvancedFieldSelector::new("eventName").not_equals(["PutObject"]),
            ],
        ),
    ];
    if !watched.is_empty() {
        let arns = watched.iter().map(|bucket| objects(bucket.arn())).collect();
        selectors.push(of_objects("Uses of PHI", vec![in_buckets(arns)]));
    }
    selectors
}
