//! Orders of databases, trails, buckets and backups.

use super::Order;

const DATABASE: &str = "AWS::RDS::DBInstance";
const TRAIL: &str = "AWS::CloudTrail::Trail";
const SELECTION: &str = "AWS::Backup::BackupSelection";
const MONITORING: &str =
    "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html";
const EXPORTS: &str = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Procedural.UploadtoCloudWatch.html";
const TRAIL_BUCKET: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html";
const TRAIL_LOGS: &str = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/send-cloudtrail-events-to-cloudwatch-logs.html";
const BUCKET_LOGS: &str =
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html";
const BACKUP: &str = "https://docs.aws.amazon.com/aws-backup/latest/devguide/iam-service-roles.html";
const NO_MONITORING: &str = "the role is tried when monitoring is turned on";
const ITS_OWN: &str = "RDS makes the group itself, without a key and to be kept for ever";
const NO_ROLE: &str = "the role is tried when the trail is made";
const NO_BACKUP: &str = "jobs of a role without its policies fail";

pub(super) const ORDERS: &[Order] = &[
    Order::new(
        DATABASE,
        "MonitoringRoleArn<-AWS::IAM::RolePolicyAttachment.RoleName",
        NO_MONITORING,
        MONITORING,
    ),
    Order::new(DATABASE, "MonitoringRoleArn<-AWS::IAM::RolePolicy.RoleName", NO_MONITORING, MONITORING),
    Order::new(DATABASE, "@AWS::Logs::LogGroup", ITS_OWN, EXPORTS)
        .when("EnableCloudwatchLogsExports.*", "*")
        .only("LogGroupName", "/aws/rds/instance/{DBInstanceIdentifier}/*"),
    Order::new(DATABASE, "@AWS::Logs::LogGroup", ITS_OWN, MONITORING)
        .when("MonitoringRoleArn", "*")
        .only("LogGroupName", "RDSOSMetrics"),
    Order::new(
        TRAIL,
        "S3BucketName<-AWS::S3::BucketPolicy.Bucket",
        "a bucket that the trail may not write to is refused",
        TRAIL_BUCKET,
    ),
    Order::new(TRAIL, "CloudWatchLogsRoleArn<-AWS::IAM::RolePolicy.RoleName", NO_ROLE, TRAIL_LOGS),
    Order::new(TRAIL, "CloudWatchLogsRoleArn<-AWS::IAM::RolePolicyAttachment.RoleName", NO_ROLE, TRAIL_LOGS),
    Order::new(
        "AWS::S3::Bucket",
        "LoggingConfiguration.DestinationBucketName<-AWS::S3::BucketPolicy.Bucket",
        "logs that come before the bucket's policy are lost",
        BUCKET_LOGS,
    ),
    Order::new(
        SELECTION,
        "BackupSelection.IamRoleArn<-AWS::IAM::RolePolicyAttachment.RoleName",
        NO_BACKUP,
        BACKUP,
    ),
    Order::new(SELECTION, "BackupSelection.IamRoleArn<-AWS::IAM::RolePolicy.RoleName", NO_BACKUP, BACKUP),
];
