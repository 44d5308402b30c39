//! What errors mean, row by row where rows could hide one another, and how long each is waited for.

use std::collections::BTreeSet;

use ironward_core::error::ProviderErrorKind::{
    AlreadyExists, Ambiguous, Conflict, Denied, InUse, Invalid, Propagating, Protected,
};

use super::*;
use crate::service::built_in;

#[test]
fn the_first_row_that_fits_decides() {
    for (action, code, message, kind) in [
        ("kms", "ThrottlingException", "", ProviderErrorKind::Throttled),
        (
            "rds",
            "InvalidParameterCombination",
            "Cannot delete protected Cluster, disable deletion protection",
            Protected,
        ),
        ("rds", "InvalidParameterCombination", "storage too small", Invalid),
        ("ec2", "InvalidSubnetID.NotFound", "", NotFound),
        ("s3", "InvalidSubnetID.NotFound", "", Other),
        ("iam", "MalformedPolicyDocument", "Invalid principal in policy", Propagating),
        ("iam", "MalformedPolicyDocument", "Syntax errors in policy.", Invalid),
        ("elasticloadbalancing:CreateListener", "CertificateNotFound", "", Propagating),
        ("elasticloadbalancing:ModifyListener", "TargetGroupNotFound", "", NotFound),
        ("s3:CreateBucket", "InternalError", "We encountered an internal error.", Ambiguous),
        ("acm:DeleteCertificate", "ConflictException", "", Conflict),
        ("ecs:DeleteCluster", "ClusterContainsCapacityProviderException", "", InUse),
        ("elasticloadbalancing:CreateListener", "TrustStoreNotReady", "", Conflict),
        // A group that is in use can't be deleted; one whose last change is being applied can't be changed.
        ("rds:DeleteDBParameterGroup", "InvalidDBParameterGroupState", "", InUse),
        ("rds:ModifyDBParameterGroup", "InvalidDBParameterGroupState", "", Conflict),
        (
            "s3:PutReplicationConfiguration",
            "InvalidRequest",
            "Versioning must be 'Enabled' on the bucket",
            Propagating,
        ),
        ("logs:PutRetentionPolicy", "AlreadyExistsException", "", AlreadyExists),
    ] {
        assert_eq!(classify(action, code, message), kind, "{action} {code} {message}");
    }
}

#[test]
fn a_refusal_that_means_not_yet_is_no_lack_of_permission() {
    let key = "The specified KMS key does not exist or is not allowed to be used with Arn \
               'arn:aws:logs:eu-west-2:123456789012:log-group:flow'";
    for action in ["logs:CreateLogGroup", "logs:AssociateKmsKey"] {
        assert_eq!(classify(action, "AccessDeniedException", key), Propagating, "{action}");
        let user =
            "User: arn:aws:iam::123456789012:user/ada is not authorized to perform: logs:CreateLogGroup";
        assert_eq!(classify(action, "AccessDeniedException", user), Denied, "{action}");
    }
    let owned = "You do not have permission to access the specified resource.";
    assert_eq!(classify("ec2:ReleaseAddress", "AuthFailure", owned), InUse);
    let credentials = "AWS was not able to validate the provided access credentials";
    assert_eq!(classify("ec2:ReleaseAddress", "AuthFailure", credentials), Denied);
    assert_eq!(classify("ec2:DescribeVpcs", "AuthFailure", owned), Denied);
}

#[test]
fn what_is_built_on_what_was_just_made_waits_for_it() {
    for (action, code) in [
        ("cloudtrail:CreateTrail", "KmsKeyNotFoundException"),
        ("cloudtrail:CreateTrail", "S3BucketDoesNotExistException"),
        ("elasticloadbalancing:CreateLoadBalancer", "SubnetNotFound"),
        ("elasticloadbalancing:CreateLoadBalancer", "InvalidSubnet"),
        ("elasticloadbalancing:CreateLoadBalancer", "InvalidSecurityGroup"),
        ("ec2:CreateVpcEndpoint", "InvalidSecurityGroup.NotFound"),
        ("kms:EnableKeyRotation", "DisabledException"),
        ("rds:CreateDBSubnetGroup", "InvalidSubnet"),
    ] {
        assert!(Services::default().is_late(action, code), "{action} {code}");
    }
    assert!(!Services::default().is_late("elasticloadbalancing:DeleteLoadBalancer", "InvalidSubnet"));
}

#[test]
fn every_action_of_a_table_is_of_its_service_and_stands_there_once() {
    for service in built_in() {
        let actions = service.meanings.iter().map(|(action, ..)| *action);
        let actions = actions.chain(service.late.iter().map(|(action, _)| *action));
        let actions = actions.chain(service.patience.iter().map(|row| row.action));
        for action in actions.filter(|action| *action != "*") {
            assert_eq!(prefix_of(action), service.prefix, "{action}");
            let (_, verb) = action.split_once(':').unwrap();
            assert!(verb.starts_with(|first: char| first.is_ascii_uppercase()), "{action}");
        }
        let late: BTreeSet<&str> = service.late.iter().map(|(action, _)| *action).collect();
        assert_eq!(late.len(), service.late.len(), "{}: an action stands twice", service.prefix);
        let mut seen: Vec<&Meaning> = Vec::new();
        for row in service.meanings {
            let hidden = seen.iter().any(|above| {
                (above.0 == "*" || above.0 == row.0) && above.1 == row.1 && row.2.contains(above.2)
            });
            assert!(!hidden, "{}: {row:?} is never reached", service.prefix);
            seen.push(row);
        }
    }
}

#[test]
fn nobody_waits_long_for_what_others_hold() {
    let services = Services::default();
    let minutes =
        |action, kind, message| services.patience(action, kind, message).map(|row| row.seconds / 60);
    assert_eq!(minutes("iam:DeleteRole", InUse, "must detach all policies first"), Some(1));
    assert_eq!(minutes("ec2:DeleteVpc", InUse, "has dependencies"), Some(5));
    assert_eq!(minutes("ec2:DeleteSubnet", InUse, "has dependencies"), Some(20));
    let storage = "You can't currently modify the storage of this DB instance because the previous storage \
                   change is being optimized.";
    assert_eq!(minutes("rds:ModifyDBInstance", Conflict, storage), Some(390));
    assert_eq!(minutes("rds:ModifyDBInstance", Conflict, "Instance db is not available."), Some(80));
}

#[test]
fn times_are_spelled_in_the_unit_that_says_enough() {
    for (seconds, text) in [(8, "8 s"), (119, "119 s"), (1200, "20 min"), (390 * 60, "6 h")] {
        assert_eq!(spelled(Duration::from_secs(seconds)), text);
    }
}
