//! What waits for what in the FHIR server, with every option, and in each component alone.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "../common/programs.rs"]
mod programs;

mod raw;

use std::collections::{BTreeMap, BTreeSet};

use ironward_aws::orders::orders;
use ironward_judges::order;

use programs::{Choice, estate, estates};

/// Rows that no component gives anything to apply to; `raw` does.
const WITHOUT_A_COMPONENT: &[(&str, &str)] = &[
    (
        "AWS::ECS::Service",
        "LoadBalancers.*.TargetGroupArn<-AWS::ElasticLoadBalancingV2::Listener.DefaultActions.*.TargetGroupArn",
    ),
    ("AWS::ECS::Service", "TaskDefinition->TaskRoleArn<-AWS::IAM::RolePolicyAttachment.RoleName"),
    ("AWS::RDS::DBInstance", "MonitoringRoleArn<-AWS::IAM::RolePolicy.RoleName"),
    ("AWS::CloudTrail::Trail", "CloudWatchLogsRoleArn<-AWS::IAM::RolePolicyAttachment.RoleName"),
    ("AWS::Backup::BackupSelection", "BackupSelection.IamRoleArn<-AWS::IAM::RolePolicy.RoleName"),
    (
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "LoadBalancerAttributes[Key=connection_logs.s3.bucket].Value<-AWS::S3::BucketPolicy.Bucket",
    ),
    ("AWS::EC2::FlowLog", "DeliverLogsPermissionArn<-AWS::IAM::RolePolicyAttachment.RoleName"),
];

#[test]
fn everything_waits_for_what_aws_wants_before_it() {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut applied = BTreeSet::new();
    for (name, estate) in estates() {
        let report = order::judge(&estate);
        applied.extend(report.applied);
        for missing in report.missing {
            found.entry(missing.to_string()).or_default().push(name.clone());
        }
    }
    let lines: Vec<String> = found
        .iter()
        .map(|(missing, names)| format!("{missing} (in {} programs: {})", names.len(), names[0]))
        .collect();
    assert!(lines.is_empty(), "{} are missing:\n{}", lines.len(), lines.join("\n"));
    let rows = orders().into_iter().map(|order| (order.later, order.earlier));
    let never: Vec<_> =
        rows.filter(|row| !applied.contains(row) && !WITHOUT_A_COMPONENT.contains(row)).collect();
    assert!(never.is_empty(), "rows that never applied: {never:#?}");
}

/// Each dependency of one resource is taken away, which every row about it notices.
#[test]
fn a_dependency_that_is_taken_away_is_missed() {
    let sound = estate(&Choice::full().declare().unwrap());
    for (later, earlier) in [
        ("fhir/service/service", "fhir/service/listener"),
        ("fhir/trail/trail", "fhir/audit/policy"),
        ("fhir/database/instance", "fhir/database/monitoring-policy"),
        ("fhir/service/load-balancer", "fhir/network/internet-gateway-attachment"),
        ("fhir/backup/selection", "fhir/backup/backup-policy"),
        ("fhir/network/flow-log", "fhir/network/flow-log-policy"),
        ("fhir/data/bucket", "fhir/access-logs/policy"),
    ] {
        assert!(sound.at(later).is_some() && sound.at(earlier).is_some(), "{later}, {earlier}");
        let faulty = sound.edited(|resource| {
            if resource.path == later {
                resource.needs.clear();
            }
        });
        let missing = order::judge(&faulty).missing;
        let noticed = missing.iter().any(|missing| missing.later == later && missing.earlier == earlier);
        assert!(noticed, "{later} without {earlier}: {missing:?}");
    }
}

#[test]
fn every_row_has_a_document() {
    for order in orders() {
        assert!(order.source.starts_with("https://docs.aws.amazon.com/"), "{order:?}");
    }
}
