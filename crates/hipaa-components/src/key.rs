//! `HipaaKey`: one customer-managed key for one use.

use ironward_aws::kms::{Alias, CustomerKey, DeclaredKey, Key};
use ironward_aws::place::{FoundHere, Here};
use ironward_aws::policy::{Allow, PolicyDocument};
use ironward_core::declare::Declaration;
use ironward_core::output::{Output, ToValue, concat};
use ironward_core::program::DeclareError;
use ironward_core::stack::{Profile, Stack};

use crate::classification::{Classification, open};

/// What a key encrypts. Each use has a key of its own, so that one grant opens one kind of data
/// (45 CFR 164.312(a)(2)(iv)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyUse {
    /// Databases, their snapshots and Performance Insights.
    Database,
    /// Secrets, such as the database's master password.
    Secrets,
    /// Objects in buckets.
    Storage,
    /// Log groups.
    Logs,
    /// The audit trail and the bucket that keeps it.
    Audit,
    /// Recovery points of buckets. Those of a database are under the key of the database, whatever
    /// the vault's is.
    // "Resource types not fully managed by AWS Backup" inherit the source's key:
    // https://docs.aws.amazon.com/aws-backup/latest/devguide/encryption.html
    Backup,
    /// Operators' sessions in tasks.
    Sessions,
    /// Disks of tasks on Fargate.
    Tasks,
    /// The states of stacks, and the keys that they are encrypted under.
    State,
}

impl KeyUse {
    fn name(self) -> &'static str {
        match self {
            Self::Database => "databases",
            Self::Secrets => "secrets",
            Self::Storage => "objects",
            Self::Logs => "logs",
            Self::Audit => "the audit trail",
            Self::Backup => "recovery points",
            Self::Sessions => "sessions",
            Self::Tasks => "disks of tasks",
            Self::State => "states",
        }
    }

    fn classification(self) -> Classification {
        match self {
            Self::Audit => Classification::Audit,
            Self::State => Classification::Internal,
            Self::Database
            | Self::Secrets
            | Self::Storage
            | Self::Logs
            | Self::Backup
            | Self::Sessions
            | Self::Tasks => Classification::Phi,
        }
    }

    /// Whether its services make grants, by which they use it when nobody asks: RDS for as long as an
    /// instance runs, AWS Backup for as long as there is a vault.
    // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html,
    // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html,
    // https://docs.aws.amazon.com/aws-backup/latest/devguide/API_CreateBackupVault.html
    fn is_kept_by_grants(self) -> bool {
        matches!(self, Self::Database | Self::Secrets | Self::Backup)
    }

    /// The services through which principals of the account may use the key.
    fn through(self) -> &'static [&'static str] {
        match self {
            Self::Database => &["rds"],
            Self::Secrets => &["secretsmanager", "rds"],
            Self::Storage | Self::State | Self::Audit => &["s3"],
            Self::Logs | Self::Sessions | Self::Tasks => &[],
            Self::Backup => &["backup"],
        }
    }
}

/// A customer-managed KMS key with rotation, the longest waiting time before deletion, an alias,
/// and a policy: administrators of the account look after it and can't use it, and data is touched
/// through the services of its use only.
///
/// Who may write the policy can open the key to himself (`kms:PutKeyPolicy`): no policy prevents that,
/// and CloudTrail records it. So that right, and `kms:CreateGrant`, belong to few.
#[derive(Debug, Clone)]
pub struct HipaaKey {
    key: DeclaredKey,
}

/// What administrators of a key may do: look after it, and neither use it nor let anybody else, but
/// by writing another policy. Each action is named, since `kms:Create*` holds `CreateGrant`, by which
/// an administrator would let himself decrypt.
/// Source: AWS KMS Developer Guide, "Key policies", "Permissions for AWS services in key policies".
const ADMINISTRATION: &[&str] = &[
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListKeyRotations",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:RevokeGrant",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
];

/// What touches data. `DescribeKey` isn't among it: it carries no encryption context, so that a
/// condition on one never holds.
const USE: &[&str] = &["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"];

impl HipaaKey {
    /// Declares a key for `usage` as the component `name`.
    ///
    /// # Errors
    /// [`DeclareError`] when the name is taken or isn't one.
    #[track_caller]
    pub fn declare<P: Profile>(
        stack: &mut Stack<P>,
        name: &str,
        usage: KeyUse,
    ) -> Result<Self, DeclareError> {
        let mut scope = open(stack, name, "HipaaKey", usage.classification())?;
        let here = scope.lookup("here", Here)?;
        let key = Key::new(policy(usage, &here))
            .description(format!("Encrypts {} (Ironward)", usage.name()))
            .enable_key_rotation(true)
            .pending_window_in_days(30);
        let key = scope.add("key", key.options())?;
        scope.add("alias", Alias::new(key.id()))?;
        Ok(Self { key })
    }

    /// The proof that this key encrypts something.
    #[must_use]
    pub fn customer_key(&self) -> CustomerKey {
        self.key.customer_key()
    }

    /// The key itself.
    #[must_use]
    pub fn key(&self) -> &DeclaredKey {
        &self.key
    }
}

/// Every trail of this account, whatever its region.
pub(crate) fn any_trail(here: &FoundHere) -> Output<String> {
    concat([
        "arn:".to_value(),
        here.partition().to_value(),
        ":cloudtrail:*:".to_value(),
        here.account().to_value(),
        ":trail/*".to_value(),
    ])
}

fn service_name(service: &str, here: &FoundHere) -> Output<String> {
    concat([service.to_value(), ".".to_value(), here.region().to_value(), ".amazonaws.com".to_value()])
}

fn policy(usage: KeyUse, here: &FoundHere) -> PolicyDocument {
    let root = here.account_root();
    let administration =
        Allow::actions(ADMINISTRATION.iter().copied()).sid("Administration").principal(&root).on("*");
    let mut statements = vec![administration];
    let services: Vec<Output<String>> =
        usage.through().iter().map(|service| service_name(service, here)).collect();
    if usage.is_kept_by_grants() {
        statements.push(grants(services.clone(), here));
    }
    if !services.is_empty() {
        statements.push(through_services(services, here));
    }
    statements.extend(match usage {
        KeyUse::Logs => vec![by_logs(here)],
        KeyUse::Audit => by_trails(here).into(),
        KeyUse::State => vec![by_deployments(here)],
        KeyUse::Sessions => vec![by_sessions(here)],
        KeyUse::Tasks => by_fargate(here).into(),
        KeyUse::Database | KeyUse::Secrets | KeyUse::Storage | KeyUse::Backup => Vec::new(),
    });
    statements.into_iter().fold(PolicyDocument::new(), PolicyDocument::with)
}

/// Principals of the account use the key through the services of its use.
fn through_services(services: Vec<Output<String>>, here: &FoundHere) -> Allow {
    Allow::actions(USE.iter().copied())
        .sid("UseThroughServices")
        .principal(here.account_root())
        .on("*")
        .when("StringEquals", "kms:CallerAccount", here.account())
        .when("StringEquals", "kms:ViaService", services)
}

/// The services of its use keep a grant for as long as they need the key.
fn grants(services: Vec<Output<String>>, here: &FoundHere) -> Allow {
    Allow::actions(["kms:CreateGrant"])
        .sid("GrantsForServices")
        .principal(here.account_root())
        .on("*")
        .when("Bool", "kms:GrantIsForAWSResource", true)
        .when("StringEquals", "kms:ViaService", services)
}

/// CloudWatch Logs encrypts log groups of this account.
/// Source: CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using AWS KMS".
fn by_logs(here: &FoundHere) -> Allow {
    let any_group = concat([
        "arn:".to_value(),
        here.partition().to_value(),
        ":logs:".to_value(),
        here.region().to_value(),
        ":".to_value(),
        here.account().to_value(),
        ":log-group:*".to_value(),
    ]);
    Allow::actions(USE.iter().copied())
        .sid("LogDelivery")
        .service_of(service_name("logs", here))
        .on("*")
        .when("ArnLike", "kms:EncryptionContext:aws:logs:arn", any_group)
}

/// CloudTrail encrypts what it delivers, for trails of this account. It decrypts, too, since the
/// bucket has a bucket key: without that neither `CreateTrail` nor `UpdateTrail` goes through.
/// Source: AWS CloudTrail User Guide, "Configure AWS KMS key policies for CloudTrail",
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html>.
fn by_trails(here: &FoundHere) -> [Allow; 3] {
    let any_trail = || any_trail(here);
    let allow = |sid: &str, action: &str| {
        Allow::actions([action]).sid(sid).service("cloudtrail.amazonaws.com").on("*")
    };
    let encrypt = allow("TrailEncrypts", "kms:GenerateDataKey*")
        .when("StringLike", "aws:SourceArn", any_trail())
        .when("StringLike", "kms:EncryptionContext:aws:cloudtrail:arn", any_trail());
    let describe =
        allow("TrailDescribes", "kms:DescribeKey").when("StringLike", "aws:SourceArn", any_trail());
    [encrypt, allow("TrailDecrypts", "kms:Decrypt"), describe]
}

/// Whoever deploys wraps the key of a state by it; what was wrapped says for which state.
fn by_deployments(here: &FoundHere) -> Allow {
    Allow::actions(["kms:Decrypt", "kms:Encrypt"])
        .sid("WrapKeysOfStates")
        .principal(here.account_root())
        .on("*")
        .when("StringEquals", "kms:CallerAccount", here.account())
        .when("Null", "kms:EncryptionContext:ironward:lineage", false)
}

/// The operator makes the key of a session, and the agent in the task opens it; neither goes through a
/// service, and both say which session it is.
/// Source: Amazon ECS Developer Guide, "Monitor Amazon ECS containers with ECS Exec",
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html>; the encryption context,
/// <https://github.com/aws/amazon-ssm-agent/blob/mainline/agent/session/crypto/crypto.go>.
fn by_sessions(here: &FoundHere) -> Allow {
    Allow::actions(["kms:Decrypt", "kms:GenerateDataKey"])
        .sid("Sessions")
        .principal(here.account_root())
        .on("*")
        .when("StringEquals", "kms:CallerAccount", here.account())
        .when("Null", "kms:EncryptionContext:aws:ssm:SessionId", false)
}

/// Fargate encrypts the disks of tasks of this account's clusters.
/// Source: Amazon ECS Developer Guide, "Customer managed keys for AWS Fargate ephemeral storage",
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-create-storage-key.html>.
fn by_fargate(here: &FoundHere) -> [Allow; 2] {
    let allow = |sid: &str, action: &str| {
        Allow::actions([action]).sid(sid).service("fargate.amazonaws.com").on("*").when(
            "StringEquals",
            "kms:EncryptionContext:aws:ecs:clusterAccount",
            here.account(),
        )
    };
    let keys = allow("DiskKeys", "kms:GenerateDataKeyWithoutPlaintext");
    let grants = allow("DiskGrants", "kms:CreateGrant").when(
        "ForAllValues:StringEquals",
        "kms:GrantOperations",
        vec!["Decrypt".to_value()],
    );
    [keys, grants]
}
