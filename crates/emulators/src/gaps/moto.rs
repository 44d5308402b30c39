//! moto 5.2.5.

use super::{DROPPED, gaps};

gaps! {
    "ec2" "AWS::EC2::Subnet" {
        "EnableDns64" => DROPPED,
    }
    "ecs" "AWS::ECS::Service" {
        "EnableECSManagedTags" => DROPPED,
    }
    "kms" "AWS::KMS::Key" {
        "RotationPeriodInDays" => DROPPED,
    }
    "rds" "AWS::RDS::DBInstance" {
        "EnablePerformanceInsights" => DROPPED,
        "PerformanceInsightsKMSKeyId" => DROPPED,
        "PerformanceInsightsRetentionPeriod" => DROPPED,
    }
    "s3" "AWS::S3::Bucket" {
        "NotificationConfiguration" => DROPPED,
    }
}
