//! `AccessLogBucket`.

use ironward_aws::iam::RoleArn;
use ironward_aws::place::{FoundHere, Here};
use ironward_aws::policy::{Allow, PolicyDocument};
use ironward_aws::s3::{
    AbortIncompleteMultipartUpload, Bucket, BucketArn, BucketName, BucketPolicy, DeclaredBucket,
    LifecycleConfiguration, LifecycleRule, LogDelivery, NoncurrentVersionExpiration, RuleStatus,
    no_deletions, objects_of, tls_only,
};
use ironward_core::output::{IntoInput, Output, ToValue, concat};
use ironward_core::program::DeclareError;
use ironward_core::stack::{Profile, Stack};
use ironward_core::value::Known;

use crate::bucket::retype;
use crate::classification::{Classification, open};
use crate::retention::Retention;

/// A bucket for access logs of load balancers and other buckets.
///
/// AWS delivers these only to buckets with SSE-S3 and without object lock; so it has these, public
/// access blocked, TLS required and old logs removed after the retention.
/// [`PhiBucket`](crate::PhiBucket) can't be made of it.
///
/// A log holds the address of each request. In front of a FHIR server that is PHI: a search is
/// `GET /Patient?name=…&birthdate=…`. So such a bucket says so: [`holds_phi`](AccessLogBucketBuilder::holds_phi).
#[derive(Debug, Clone)]
pub struct AccessLogBucket {
    bucket: DeclaredBucket<LogDelivery>,
    ready: Output<BucketName<LogDelivery>>,
}

/// What an [`AccessLogBucket`] is built from.
#[derive(Debug, Clone)]
#[must_use = "nothing is declared before `build`"]
pub struct AccessLogBucketBuilder {
    name: String,
    retention: Retention,
    phi: bool,
    may_delete: Option<Output<RoleArn>>,
}

impl AccessLogBucket {
    /// Declares a bucket for logs without PHI as the component `name`.
    ///
    /// # Errors
    /// [`DeclareError`] when the name is taken or isn't one.
    #[track_caller]
    pub fn declare<P: Profile>(
        stack: &mut Stack<P>,
        name: &str,
        retention: Retention,
    ) -> Result<Self, DeclareError> {
        Self::builder(name, retention).build(stack)
    }

    /// Starts a bucket that keeps logs for `retention`.
    pub fn builder(name: &str, retention: Retention) -> AccessLogBucketBuilder {
        AccessLogBucketBuilder { name: name.to_owned(), retention, phi: false, may_delete: None }
    }

    /// The bucket's name, once its policy lets logs be delivered.
    #[must_use]
    pub fn name(&self) -> Output<BucketName<LogDelivery>> {
        self.ready.clone()
    }

    /// The bucket's ARN.
    #[must_use]
    pub fn arn(&self) -> Output<BucketArn> {
        self.bucket.arn()
    }
}

impl AccessLogBucketBuilder {
    /// Says that addresses of requests hold PHI, as those of FHIR searches do: the bucket is tagged
    /// so, and every plan says that its encryption is S3's own (45 CFR 164.310(d)(2)(iii),
    /// 164.312(a)(2)(iv)). Where what is kept is locked, its policy lets nobody delete a log
    /// (45 CFR 164.312(c)(1)); locks of S3 can't be had here.
    ///
    /// S3 itself deletes logs when the bucket's lifecycle says so, and no policy binds it. Whoever may
    /// change that (`s3:PutLifecycleConfiguration`) or the policy can have logs deleted early; whoever may
    /// write (`s3:PutObject`) can put something in the place of a log, whose version before stays for 30
    /// days. The policy refuses nobody the first, since a longer retention is set by the same call. `drift`
    /// finds another lifecycle, `up` sets it back, and the audit trail records the call; give these rights to
    /// few.
    pub fn holds_phi(mut self) -> Self {
        self.phi = true;
        self
    }

    /// Lets one role delete logs all the same, for emergencies; nobody may unless set. An ARN with a
    /// wildcard is refused. [`holds_phi`](Self::holds_phi) says what else ends a log.
    pub fn may_be_deleted_by(mut self, role: impl IntoInput<RoleArn>) -> Self {
        self.may_delete = Some(role.into_input());
        self
    }

    /// Declares the bucket.
    ///
    /// # Errors
    /// [`DeclareError`] when the name is taken or isn't one.
    #[track_caller]
    pub fn build<P: Profile>(self, stack: &mut Stack<P>) -> Result<AccessLogBucket, DeclareError> {
        let classification = if self.phi { Classification::Phi } else { Classification::Internal };
        let mut scope = open(stack, &self.name, "AccessLogBucket", classification)?;
        if let Some(role) = self.may_delete.as_ref().and_then(known)
            && !is_one_role(&role)
        {
            let message = format!(
                "`{role}` isn't one role that may delete logs: write its ARN, such as \
                 `arn:aws:iam::123456789012:role/emergency`"
            );
            return Err(scope.refuse(message, Some("45 CFR 164.312(c)(1)")));
        }
        let here = scope.lookup("here", Here)?;
        let rule = LifecycleRule::new("retention", RuleStatus::Enabled)
            .expiration_in_days(self.retention.in_days())
            .noncurrent_version_expiration(NoncurrentVersionExpiration::new(30_i64))
            .abort_incomplete_multipart_upload(AbortIncompleteMultipartUpload::new(7_i64));
        let bucket = Bucket::log_delivery().lifecycle_configuration(LifecycleConfiguration::new([rule]));
        let bucket = scope.add("bucket", bucket)?;
        let [of_buckets, of_balancers] = deliveries(&bucket.arn(), &here);
        let mut policy =
            PolicyDocument::new().with(tls_only(bucket.arn())).with(of_buckets).with(of_balancers);
        if self.phi {
            scope.remark(
                "access logs hold the addresses of requests, and so what is searched for: AWS delivers them \
                 only under keys of S3 and without a lock; let clients search by `POST …/_search`",
                Some("45 CFR 164.312(a)(2)(iv)"),
            );
            if self.retention.locks() {
                policy = policy.with(no_deletions(bucket.arn(), self.may_delete.map(retype)));
            }
        }
        let policy = scope.add("policy", BucketPolicy::on(bucket.name(), policy))?;
        Ok(AccessLogBucket { ready: retype(policy.bucket()), bucket })
    }
}

/// An ARN, as far as it is known before anything exists.
fn known(role: &Output<RoleArn>) -> Option<String> {
    let node = role.value().evaluate(&|_| Known::Later).ok()?;
    node.to_json()?.as_str().map(str::to_owned)
}

/// Whether an ARN is that of one role: one that stands for several would let all of them delete.
fn is_one_role(arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let is_role = matches!(parts.as_slice(), ["arn", _, "iam", "", account, role]
        if account.len() == 12 && role.len() > 5 && role.starts_with("role/"));
    is_role && !arn.contains(['*', '?'])
}

/// Who may deliver: S3 for buckets of this account, and load balancers for this account, whose id is a
/// folder of each log's name. A condition besides is in none of the guide's examples for load balancers.
/// Source: Amazon S3 User Guide, "Enabling Amazon S3 server access logging"; User Guide for
/// Application Load Balancers, "Enable access logs for your Application Load Balancer",
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html>.
fn deliveries(bucket: &Output<BucketArn>, here: &FoundHere) -> [Allow; 2] {
    let of_this_account =
        concat([bucket.to_value(), "/*AWSLogs/".to_value(), here.account().to_value(), "/*".to_value()]);
    let deliver = |sid: &str, service: &str, on: Output<String>| {
        Allow::actions(["s3:PutObject"]).sid(sid).service(service).on(on)
    };
    [
        deliver("BucketLogs", "logging.s3.amazonaws.com", objects_of(bucket)).when(
            "StringEquals",
            "aws:SourceAccount",
            here.account(),
        ),
        deliver("LoadBalancerLogs", "logdelivery.elasticloadbalancing.amazonaws.com", of_this_account),
    ]
}
