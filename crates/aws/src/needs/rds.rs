//! What RDS needs, and who deploys a database.

use super::Carries::Text;
use super::{Carries, Need, Who};

const DATABASE: &str = "AWS::RDS::DBInstance";
const KEYS: &str = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html";
const SECRET: &str = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html";
const INSIGHTS: &str =
    "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.access-control.cmk-policy.html";
const MONITORING: &str =
    "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html";
const THROUGH_RDS: (&str, Carries) = ("kms:ViaService", Text("rds.{region}.amazonaws.com"));
const GRANT: &[(&str, Carries)] = &[THROUGH_RDS, ("kms:GrantIsForAWSResource", Text("true"))];

pub(super) const NEEDS: &[Need] = &[
    Need::new(
        "RDS is granted the storage's key",
        DATABASE,
        Who::Administrator,
        &["kms:CreateGrant"],
        "{KmsKeyId}",
        KEYS,
    )
    .carrying(GRANT),
    Need::new(
        "RDS looks at the storage's key",
        DATABASE,
        Who::Administrator,
        &["kms:DescribeKey"],
        "{KmsKeyId}",
        KEYS,
    )
    .carrying(&[THROUGH_RDS]),
    Need::new(
        "RDS is granted the key of Performance Insights",
        DATABASE,
        Who::Administrator,
        &["kms:CreateGrant"],
        "{PerformanceInsightsKMSKeyId}",
        INSIGHTS,
    )
    .carrying(GRANT),
    Need::new(
        "operators read Performance Insights",
        DATABASE,
        Who::Administrator,
        &["kms:Decrypt", "kms:GenerateDataKey"],
        "{PerformanceInsightsKMSKeyId}",
        INSIGHTS,
    )
    .carrying(&[
        THROUGH_RDS,
        ("kms:EncryptionContext:aws:pi:service", Text("rds")),
        ("kms:EncryptionContext:service", Text("pi")),
        ("kms:EncryptionContext:aws:rds:db-id", Text("{DbiResourceId}")),
    ]),
    Need::new(
        "the managed secret is encrypted",
        DATABASE,
        Who::Administrator,
        &["kms:GenerateDataKey", "kms:Decrypt"],
        "{MasterUserSecret.KmsKeyId}",
        SECRET,
    )
    .carrying(&[
        ("kms:ViaService", Text("secretsmanager.{region}.amazonaws.com")),
        ("kms:EncryptionContext:SecretARN", Text("{MasterUserSecret.SecretArn}")),
    ]),
    Need::new(
        "RDS is granted the managed secret's key",
        DATABASE,
        Who::Administrator,
        &["kms:CreateGrant"],
        "{MasterUserSecret.KmsKeyId}",
        SECRET,
    )
    .carrying(GRANT),
    Need::new(
        "RDS looks at the managed secret's key",
        DATABASE,
        Who::Administrator,
        &["kms:DescribeKey"],
        "{MasterUserSecret.KmsKeyId}",
        SECRET,
    )
    .carrying(&[THROUGH_RDS]),
    // The guide shows both keys in the role's trust policy.
    Need::new(
        "RDS takes the monitoring role",
        DATABASE,
        Who::Service("monitoring.rds.amazonaws.com"),
        &["sts:AssumeRole"],
        "{MonitoringRoleArn}",
        MONITORING,
    )
    .carrying(&[
        ("aws:SourceAccount", Text("{account}")),
        ("aws:SourceArn", Text("arn:{partition}:rds:{region}:{account}:db:{DBInstanceIdentifier}")),
    ]),
    Need::new(
        "the monitoring role writes metrics",
        DATABASE,
        Who::Role("{MonitoringRoleArn}"),
        &["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
        "arn:{partition}:logs:{region}:{account}:log-group:RDSOSMetrics:log-stream:{DbiResourceId}",
        MONITORING,
    ),
];
