//! `HipaaKey`: one customer-managed key for one use.

use ironward_aws::kms::{Alias, CustomerKey, DeclaredKey, Key};
use ironward_aws::place::{FoundHere, Here};
use ironward_aws::policy::{Allow, PolicyDocument};
use ironward_core::declare::Declaration;
use ironward_core::output::{Lower, Output, concat};
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
    /// Recovery points.
    Backup,
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
            Self::State => "states",
        }
    }

    fn classification(self) -> Classification {
        match self {
            Self::Audit => Classification::Audit,
            Self::State => Classification::Internal,
            Self::Database | Self::Secrets | Self::Storage | Self::Logs | Self::Backup => Classification::Phi,
        }
    }

    /// The services through which principals of the account may use the key.
    fn through(self) -> &'static [&'static str] {
        match self {
            Self::Database => &["rds"],
            Self::Secrets => &["secretsmanager", "rds"],
            Self::Storage | Self::State => &["s3"],
            Self::Logs => &[],
            Self::Audit => &["s3"],
            Self::Backup => &["backup", "rds"],
        }
    }
}

/// A customer-managed KMS key with rotation, the longest waiting time before deletion, an alias,
/// and a policy that lets the account administer it and only the services of its use touch data.
#[derive(Debug, Clone)]
pub struct HipaaKey {
    key: DeclaredKey,
}

/// What administrators of a key may do: everything but use it.
const ADMINISTRATION: &[&str] = &[
    "kms:CancelKeyDeletion",
    "kms:Create*",
    "kms:Delete*",
    "kms:Describe*",
    "kms:Disable*",
    "kms:Enable*",
    "kms:Get*",
    "kms:List*",
    "kms:Put*",
    "kms:Revoke*",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:Update*",
];

const USE: &[&str] =
    &["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"];

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

fn service_name(service: &str, here: &FoundHere) -> Output<String> {
    concat([service.lower(), ".".lower(), here.region().lower(), ".amazonaws.com".lower()])
}

fn policy(usage: KeyUse, here: &FoundHere) -> PolicyDocument {
    let root = here.account_root();
    let administration =
        Allow::actions(ADMINISTRATION.iter().copied()).sid("Administration").principal(&root).on("*");
    let mut policy = PolicyDocument::new().with(administration);
    let services: Vec<Output<String>> =
        usage.through().iter().map(|service| service_name(service, here)).collect();
    if !services.is_empty() {
        let use_it = Allow::actions(USE.iter().copied())
            .sid("UseThroughServices")
            .principal(&root)
            .on("*")
            .when("StringEquals", "kms:CallerAccount", here.account())
            .when("StringEquals", "kms:ViaService", services.clone());
        let grant = Allow::actions(["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"])
            .sid("GrantsForServices")
            .principal(&root)
            .on("*")
            .when("Bool", "kms:GrantIsForAWSResource", true)
            .when("StringEquals", "kms:ViaService", services);
        policy = policy.with(use_it).with(grant);
    }
    match usage {
        KeyUse::Logs => {
            let any_group = concat([
                "arn:".lower(),
                here.partition().lower(),
                ":logs:".lower(),
                here.region().lower(),
                ":".lower(),
                here.account().lower(),
                ":log-group:*".lower(),
            ]);
            let logs = Allow::actions(USE.iter().copied())
                .sid("LogDelivery")
                .service_of(service_name("logs", here))
                .on("*")
                .when("ArnLike", "kms:EncryptionContext:aws:logs:arn", any_group);
            policy.with(logs)
        }
        KeyUse::Audit => {
            let any_trail = concat([
                "arn:".lower(),
                here.partition().lower(),
                ":cloudtrail:*:".lower(),
                here.account().lower(),
                ":trail/*".lower(),
            ]);
            let trail = Allow::actions(["kms:DescribeKey", "kms:GenerateDataKey*"])
                .sid("TrailDelivery")
                .service("cloudtrail.amazonaws.com")
                .on("*")
                .when("StringEquals", "aws:SourceAccount", here.account())
                .when("StringLike", "kms:EncryptionContext:aws:cloudtrail:arn", any_trail);
            policy.with(trail)
        }
        KeyUse::State => {
            // Whoever deploys wraps the key of a state by it; what was wrapped says for which state.
            let wrap = Allow::actions(["kms:Decrypt", "kms:Encrypt"])
                .sid("WrapKeysOfStates")
                .principal(&root)
                .on("*")
                .when("StringEquals", "kms:CallerAccount", here.account())
                .when("Null", "kms:EncryptionContext:ironward:lineage", false);
            policy.with(wrap)
        }
        KeyUse::Database | KeyUse::Secrets | KeyUse::Storage | KeyUse::Backup => policy,
    }
}
