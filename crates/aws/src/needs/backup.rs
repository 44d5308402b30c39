//! What AWS Backup needs.

use super::Carries::Text;
use super::{Carries, Need, Who};

const SELECTION: &str = "AWS::Backup::BackupSelection";
const ROLE: Who = Who::Role("{BackupSelection.IamRoleArn}");
const ROLES: &str = "https://docs.aws.amazon.com/aws-backup/latest/devguide/iam-service-roles.html";
const ENCRYPTION: &str = "https://docs.aws.amazon.com/aws-backup/latest/devguide/encryption.html";
const S3: &str = "https://docs.aws.amazon.com/aws-backup/latest/devguide/s3-backups.html";
const VAULT: &str = "https://docs.aws.amazon.com/aws-backup/latest/devguide/create-a-vault.html";
const GRANT: &[(&str, Carries)] =
    &[("kms:ViaService", Text("rds.{region}.amazonaws.com")), ("kms:GrantIsForAWSResource", Text("true"))];
const DATABASE: (&str, &str) = ("BackupSelection.Resources.*", "arn:*:rds:*:db:*");
const BUCKET: (&str, &str) = ("BackupSelection.Resources.*", "arn:*:s3:::*");
const THROUGH_BACKUP: (&str, Carries) = ("kms:ViaService", Text("backup.{region}.amazonaws.com"));
/// The key of each selected bucket.
const BUCKET_KEY: &str = "{BackupSelection.Resources.*->BucketEncryption.ServerSideEncryptionConfiguration.*.\
                          ServerSideEncryptionByDefault.KMSMasterKeyID}";

pub(super) const NEEDS: &[Need] = &[
    // The guide's trust policy has no condition.
    Need::new(
        "AWS Backup takes its role",
        SELECTION,
        Who::Service("backup.amazonaws.com"),
        &["sts:AssumeRole"],
        "{BackupSelection.IamRoleArn}",
        ROLES,
    ),
    Need::new(
        "the backup role makes snapshots of databases",
        SELECTION,
        ROLE,
        &["rds:CreateDBSnapshot"],
        "arn:{partition}:rds:{region}:{account}:snapshot:awsbackup:job-1",
        ROLES,
    )
    .when(DATABASE.0, DATABASE.1),
    Need::new(
        "the backup role looks at databases",
        SELECTION,
        ROLE,
        &[
            "rds:DescribeDBInstances",
            "rds:DescribeDBSnapshots",
            "rds:ListTagsForResource",
            "tag:GetResources",
        ],
        "*",
        ROLES,
    )
    .when(DATABASE.0, DATABASE.1),
    Need::new(
        "the backup role restores databases",
        SELECTION,
        ROLE,
        &["rds:RestoreDBInstanceFromDBSnapshot", "rds:DescribeDBInstances", "rds:AddTagsToResource"],
        "*",
        ROLES,
    )
    .when(DATABASE.0, DATABASE.1),
    // Recovery points of RDS inherit the key of the database.
    Need::new(
        "restored databases are granted the database's key",
        SELECTION,
        ROLE,
        &["kms:CreateGrant"],
        "{BackupSelection.Resources.*->KmsKeyId}",
        ENCRYPTION,
    )
    .carrying(GRANT),
    Need::new(
        "the backup role looks at the database's key",
        SELECTION,
        ROLE,
        &["kms:DescribeKey"],
        "{BackupSelection.Resources.*->KmsKeyId}",
        ENCRYPTION,
    )
    .carrying(&[("kms:ViaService", Text("rds.{region}.amazonaws.com"))]),
    Need::new(
        "the backup role reads selected buckets",
        SELECTION,
        ROLE,
        &["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectVersionTagging", "s3:GetObjectVersionAcl"],
        "{BackupSelection.Resources.*->Arn}/record",
        S3,
    )
    .when(BUCKET.0, BUCKET.1),
    Need::new(
        "the backup role looks at selected buckets",
        SELECTION,
        ROLE,
        &[
            "s3:GetInventoryConfiguration",
            "s3:PutInventoryConfiguration",
            "s3:ListBucketVersions",
            "s3:ListBucket",
            "s3:GetBucketVersioning",
            "s3:GetBucketLocation",
            "s3:GetBucketAcl",
            "s3:PutBucketNotification",
            "s3:GetBucketNotification",
            "s3:GetBucketTagging",
        ],
        "{BackupSelection.Resources.*->Arn}",
        S3,
    )
    .when(BUCKET.0, BUCKET.1),
    Need::new(
        "the backup role decrypts selected buckets",
        SELECTION,
        ROLE,
        &["kms:Decrypt", "kms:DescribeKey"],
        BUCKET_KEY,
        S3,
    )
    .carrying(&[("kms:ViaService", Text("s3.{region}.amazonaws.com"))]),
    Need::new(
        "the backup role restores buckets",
        SELECTION,
        ROLE,
        &["s3:PutObject", "s3:PutObjectTagging", "s3:PutObjectVersionAcl"],
        "{BackupSelection.Resources.*->Arn}/record",
        S3,
    )
    .when(BUCKET.0, BUCKET.1),
    Need::new(
        "the backup role encrypts what it restores",
        SELECTION,
        ROLE,
        &["kms:GenerateDataKey"],
        BUCKET_KEY,
        S3,
    )
    .carrying(&[("kms:ViaService", Text("s3.{region}.amazonaws.com"))]),
    Need::new(
        "the vault is granted its key",
        "AWS::Backup::BackupVault",
        Who::Administrator,
        &["kms:CreateGrant"],
        "{EncryptionKeyArn}",
        VAULT,
    )
    .carrying(&[THROUGH_BACKUP, ("kms:GrantIsForAWSResource", Text("true"))]),
    Need::new(
        "the vault uses its key",
        "AWS::Backup::BackupVault",
        Who::Administrator,
        &["kms:GenerateDataKey", "kms:Decrypt", "kms:DescribeKey"],
        "{EncryptionKeyArn}",
        VAULT,
    )
    .carrying(&[THROUGH_BACKUP]),
];
