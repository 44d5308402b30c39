//! What values of properties mean, type by type: what a service answers for what was declared is no
//! difference, and what means something else is one.
//!
//! Each line is a declared value and one that the service shows for it.

#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::BTreeMap;

use ironward_aws::schemas;
use ironward_core::diff::{DiffInput, Difference, difference};
use ironward_core::document::{Document, Node};
use ironward_core::provider::Observed;
use ironward_core::schema::{Change, Meaning, Schema};
use serde_json::{Value as Json, json};

fn schema(type_name: &str) -> &'static Schema {
    schemas().into_iter().find(|schema| schema.type_name == type_name).unwrap()
}

fn document(json: &Json) -> Document {
    serde_json::from_value(json.clone()).unwrap()
}

/// What a plan finds where this was declared and applied, and the service shows that.
fn found(type_name: &str, declared: &Json, shown: &Json) -> Difference {
    let last = document(declared);
    let declared: BTreeMap<String, Node> = Node::from(declared.clone()).into_members();
    let mut observed = Observed::new(Document::new());
    observed.properties = document(shown);
    let silent = declared.keys().filter(|name| shown.get(name.as_str()).is_none());
    observed.unset =
        silent.filter_map(|name| schema(type_name).property(name)).map(|one| one.name.to_owned()).collect();
    let sides = DiffInput {
        last: &last,
        declared: &declared,
        observed: Some(&observed),
        incomplete: false,
        ignore: &[],
        replace_on: &[],
    };
    difference(schema(type_name), &sides)
}

#[track_caller]
fn same(type_name: &str, declared: Json, shown: Json) {
    let found = found(type_name, &declared, &shown);
    assert!(
        found.changes.is_empty() && found.drift.is_empty(),
        "{type_name}: {declared} is shown as {shown}, which is no difference: {found:#?}"
    );
}

#[track_caller]
fn other(type_name: &str, declared: Json, shown: Json) {
    let found = found(type_name, &declared, &shown);
    assert!(!found.changes.is_empty(), "{type_name}: {declared} isn't {shown}");
}

const BUCKET: &str = "AWS::S3::Bucket";
const DATABASE: &str = "AWS::RDS::DBInstance";

fn rules(rule: Json) -> Json {
    json!({"LifecycleConfiguration": {"Rules": [rule]}})
}

#[test]
fn an_empty_prefix_is_the_whole_bucket_and_false_is_silence() {
    same(BUCKET, rules(json!({"Id": "a", "Prefix": ""})), rules(json!({"Id": "a"})));
    same(BUCKET, rules(json!({"Id": "a"})), rules(json!({"Id": "a", "Prefix": ""})));
    same(BUCKET, rules(json!({"Id": "a", "ExpiredObjectDeleteMarker": false})), rules(json!({"Id": "a"})));
    other(BUCKET, rules(json!({"Id": "a", "Prefix": ""})), rules(json!({"Id": "a", "Prefix": "x/"})));
    other(BUCKET, rules(json!({"Id": "a", "ExpiredObjectDeleteMarker": true})), rules(json!({"Id": "a"})));
    other(BUCKET, rules(json!({"Id": "a"})), rules(json!({"Id": "a", "ExpiredObjectDeleteMarker": true})));
    let size = |size: &str| json!({"LifecycleConfiguration": {"Rules": [], "TransitionDefaultMinimumObjectSize": size}});
    same(BUCKET, size("all_storage_classes_128K"), json!({"LifecycleConfiguration": {"Rules": []}}));
    other(BUCKET, size("varies_by_storage_class"), json!({"LifecycleConfiguration": {"Rules": []}}));
}

#[test]
fn prefixes_of_reports_and_logs_may_be_empty() {
    let logs = |prefix: Option<&str>| json!({"LoggingConfiguration": {"DestinationBucketName": "b", "LogFilePrefix": prefix}});
    same(BUCKET, logs(Some("")), logs(None));
    other(BUCKET, logs(Some("x")), logs(None));
    for property in ["InventoryConfigurations", "MetricsConfigurations", "AnalyticsConfigurations"] {
        let one = |prefix: Option<&str>| json!({property: [{"Id": "a", "Prefix": prefix}]});
        same(BUCKET, one(Some("")), one(None));
        other(BUCKET, one(Some("x")), one(None));
    }
    let replica = |filter: Json| json!({"ReplicationConfiguration": {"Role": "r", "Rules": [{"Id": "a", "Filter": filter}]}});
    same(BUCKET, replica(json!({"Prefix": ""})), replica(json!({})));
    other(BUCKET, replica(json!({"Prefix": "x"})), replica(json!({})));
}

#[test]
fn lists_of_which_each_counts_have_no_order() {
    let moves = |list: &[&str]| {
        let list: Vec<Json> =
            list.iter().map(|class| json!({"StorageClass": class, "TransitionInDays": 90})).collect();
        rules(json!({"Id": "a", "Transitions": list}))
    };
    same(BUCKET, moves(&["GLACIER", "STANDARD_IA"]), moves(&["STANDARD_IA", "GLACIER"]));
    other(BUCKET, moves(&["GLACIER", "STANDARD_IA"]), moves(&["GLACIER"]));
    let cors = |methods: &[&str]| json!({"CorsConfiguration": {"CorsRules": [{"AllowedMethods": methods}]}});
    same(BUCKET, cors(&["PUT", "GET"]), cors(&["GET", "PUT"]));
    let selection = |list: &[&str]| json!({"BackupSelection": {"IamRoleArn": "r", "Resources": list}});
    same("AWS::Backup::BackupSelection", selection(&["a", "b"]), selection(&["b", "a"]));
    other("AWS::Backup::BackupSelection", selection(&["a", "b"]), selection(&["a", "c"]));
    let network =
        |subnets: &[&str]| json!({"NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": subnets}}});
    same("AWS::ECS::Service", network(&["s-1", "s-2"]), network(&["s-2", "s-1"]));
    let values = |values: &[&str]| json!({"EventSelectors": [{"DataResources": [{"Type": "AWS::S3::Object", "Values": values}]}]});
    same("AWS::CloudTrail::Trail", values(&["a", "b"]), values(&["b", "a"]));
    let environment = |list: Json| json!({"ContainerDefinitions": [{"Name": "app", "Environment": list}]});
    let (a, b) = (json!({"Name": "A", "Value": "1"}), json!({"Name": "B", "Value": "2"}));
    same("AWS::ECS::TaskDefinition", environment(json!([a, b])), environment(json!([b, a])));
}

#[test]
fn attributes_have_no_order() {
    let (idle, http2) = (json!({"Key": "idle", "Value": 90}), json!({"Key": "http2", "Value": true}));
    let (told, also) = (json!({"Key": "idle", "Value": "90"}), json!({"Key": "http2", "Value": "true"}));
    for (type_name, property) in [
        ("AWS::ElasticLoadBalancingV2::LoadBalancer", "LoadBalancerAttributes"),
        ("AWS::ElasticLoadBalancingV2::Listener", "ListenerAttributes"),
        ("AWS::ElasticLoadBalancingV2::TargetGroup", "TargetGroupAttributes"),
    ] {
        same(type_name, json!({property: [idle, http2]}), json!({property: [also, told]}));
        other(type_name, json!({property: [idle]}), json!({property: [also, told]}));
    }
}

#[test]
fn nothing_counts_twice_in_a_set() {
    let groups = |groups: &[&str]| json!({"VPCSecurityGroups": groups});
    same(DATABASE, groups(&["sg-1", "sg-1"]), groups(&["sg-1"]));
    other(DATABASE, groups(&["sg-1", "sg-2"]), groups(&["sg-1"]));
}

#[test]
fn the_version_that_was_asked_for_may_be_the_beginning_of_the_one_that_runs() {
    let version = |engine: &str, version: &str| json!({"Engine": engine, "EngineVersion": version});
    for (engine, declared, shown) in [
        ("oracle-se2", "19", "19.0.0.0.ru-2024-04.rur-2024-04.r1"),
        ("oracle-ee", "19.0.0.0.ru-2024-04.rur-2024-04.r1", "19.0.0.0.ru-2024-10.rur-2024-10.r1"),
        ("sqlserver-se", "15.00", "15.00.4375.4.v1"),
        ("sqlserver-ee", "15.00.4375.4.v1", "15.00.4385.2.v1"),
        ("postgres", "16", "16.4"),
        ("postgres", "16.4", "16.10"),
        ("mysql", "8.0", "8.0.39"),
        ("mysql", "8.0.35", "8.0.39"),
        ("mariadb", "10.11", "10.11.9"),
    ] {
        same(DATABASE, version(engine, declared), version(engine, shown));
    }
    for (engine, declared, shown) in [
        ("oracle-se2", "21", "19.0.0.0.ru-2024-04.rur-2024-04.r1"),
        ("sqlserver-se", "16.00", "15.00.4375.4.v1"),
        ("postgres", "16.4", "16.3"),
        ("postgres", "17", "16.4"),
        ("mysql", "8.4.3", "8.0.39"),
        ("mysql", "8.0.39", "8.4.3"),
        ("mariadb", "10.6.19", "10.11.9"),
    ] {
        other(DATABASE, version(engine, declared), version(engine, shown));
    }
}

#[test]
fn a_default_said_aloud_is_what_silence_says() {
    let log = |options: Json| json!({"DestinationOptions": options});
    let plain =
        json!({"FileFormat": "plain-text", "HiveCompatiblePartitions": false, "PerHourPartition": false});
    same("AWS::EC2::FlowLog", log(plain.clone()), json!({}));
    same(
        "AWS::EC2::FlowLog",
        log(json!({"PerHourPartition": false})),
        log(json!({"FileFormat": "plain-text"})),
    );
    other("AWS::EC2::FlowLog", log(json!({"PerHourPartition": true})), log(plain));
    let strategy = |item: Json| json!({"DefaultCapacityProviderStrategy": [item]});
    same(
        "AWS::ECS::Cluster",
        strategy(json!({"CapacityProvider": "FARGATE", "Weight": 0, "Base": 0})),
        strategy(json!({"CapacityProvider": "FARGATE"})),
    );
    let alias = |healthy: Option<bool>| json!({"AliasTarget": {"DNSName": "a.example", "EvaluateTargetHealth": healthy}});
    same("AWS::Route53::RecordSet", alias(Some(false)), alias(None));
    other("AWS::Route53::RecordSet", alias(Some(true)), alias(None));
    same("AWS::Route53::RecordSet", json!({"MultiValueAnswer": false}), json!({}));
    same("AWS::KMS::Key", json!({"RotationPeriodInDays": 365}), json!({}));
    other("AWS::KMS::Key", json!({"RotationPeriodInDays": 90}), json!({}));
    same("AWS::CloudTrail::Trail", json!({"S3KeyPrefix": ""}), json!({}));
    same("AWS::CloudTrail::Trail", json!({"SnsTopicName": ""}), json!({}));
    let dns = |options: Json| json!({"DnsOptions": options});
    same(
        "AWS::EC2::VPCEndpoint",
        dns(json!({"DnsRecordIpType": "not-specified"})),
        dns(json!({"PrivateDnsOnlyForInboundResolverEndpoint": "AllResolvers"})),
    );
    let container = |more: Json| json!({"ContainerDefinitions": [more]});
    same(
        "AWS::ECS::TaskDefinition",
        container(json!({"Name": "app", "Privileged": false, "Essential": true, "Cpu": 0})),
        container(json!({"Name": "app"})),
    );
    other(
        "AWS::ECS::TaskDefinition",
        container(json!({"Name": "app", "Essential": false})),
        container(json!({"Name": "app"})),
    );
    let mutual = |more: Json| json!({"MutualAuthentication": more});
    same(
        "AWS::ElasticLoadBalancingV2::Listener",
        mutual(json!({"Mode": "passthrough", "IgnoreClientCertificateExpiry": false})),
        mutual(json!({"Mode": "passthrough"})),
    );
}

/// An exclusion that nobody declared lets data pass in clear.
#[test]
fn what_is_excluded_from_encryption_is_what_is_declared() {
    let control = |exclusions: Json| {
        let mut control = json!({"Mode": "enforce"});
        let members = exclusions.as_object().cloned().unwrap_or_default();
        control.as_object_mut().into_iter().for_each(|control| control.extend(members.clone()));
        json!({"VpcEncryptionControl": control})
    };
    let lambda = |state: &str| control(json!({"LambdaExclusion": state}));
    same("AWS::EC2::VPC", lambda("disable"), control(json!({})));
    same("AWS::EC2::VPC", lambda("enable"), lambda("enable"));
    other("AWS::EC2::VPC", lambda("enable"), control(json!({})));
    other("AWS::EC2::VPC", control(json!({})), lambda("enable"));
}

#[test]
fn names_of_hosts_and_keys_of_roles_have_no_case() {
    let names = |names: &[&str]| json!({"SubjectAlternativeNames": names});
    same(
        "AWS::CertificateManager::Certificate",
        names(&["B.Example.com", "a.example.com"]),
        names(&["a.example.com", "b.example.com"]),
    );
    let tags = |key: &str| json!({"Tags": [{"Key": key, "Value": "x"}]});
    same("AWS::IAM::Role", tags("Environment"), tags("environment"));
    other("AWS::S3::Bucket", tags("Environment"), tags("environment"));
}

/// A row about a member is read as JSON, and its path starts where values of the property do.
#[test]
fn rows_of_members_can_be_read() {
    for schema in schemas() {
        for property in schema.properties {
            for member in property.members {
                if let Meaning::Default(text) = member.meaning {
                    let place = format!("{}: {}.{}", schema.type_name, property.name, member.path);
                    assert!(serde_json::from_str::<Json>(text).is_ok(), "{place} defaults to {text}");
                }
            }
            if let Some(default) = property.default {
                let place = format!("{}: {}", schema.type_name, property.name);
                assert!(serde_json::from_str::<Json>(default).is_ok(), "{place} defaults to {default}");
            }
            if let Some(majors) = property.majors {
                assert!(schema.property(majors.by).is_some(), "{}: {}", schema.type_name, majors.by);
            }
        }
    }
}

/// What refers to a part of a network by its name, can be changed, and doesn't keep the resource in one.
const IN_NO_NETWORK: [(&str, &str, &str); 10] = [
    ("AWS::EC2::Route", "VpcPeeringConnectionId", "leads elsewhere; its table says where it stands"),
    ("AWS::EC2::Route", "VpcEndpointId", "its table, which only creation sets, says where it stands"),
    ("AWS::EC2::SecurityGroup", "SecurityGroupEgress", "is always empty"),
    ("AWS::EC2::SecurityGroup", "SecurityGroupIngress", "is always empty"),
    ("AWS::EC2::SecurityGroupEgress", "DestinationSecurityGroupId", "may be of a peered VPC"),
    ("AWS::EC2::SecurityGroupIngress", "SourceSecurityGroupId", "may be of a peered VPC"),
    ("AWS::EC2::VPC", "DefaultSecurityGroupClosed", "is a switch"),
    ("AWS::EC2::VPC", "VpcEncryptionControl", "is a switch"),
    ("AWS::ECS::Service", "VpcLatticeConfigurations", "target groups of Lattice have no VPC of their own"),
    ("AWS::RDS::DBSubnetGroup", "DBSubnetGroupDescription", "is a text"),
];

#[test]
fn what_stands_in_a_vpc_says_so() {
    let words = ["Vpc", "VPC", "Subnet", "SecurityGroup", "RouteTable", "NetworkConfiguration"];
    let mut missed = Vec::new();
    for schema in schemas() {
        for property in schema.properties.iter().filter(|property| !property.network) {
            let refers = words.iter().any(|word| property.name.contains(word));
            let place = (schema.type_name, property.name);
            let excused = IN_NO_NETWORK.iter().any(|(of, name, _)| (*of, *name) == place);
            if refers && property.change != Change::Replace && !excused {
                missed.push(place);
            }
        }
    }
    assert_eq!(missed, [], "mark these with `network`, or say in IN_NO_NETWORK why not");
    for (of, name, _) in IN_NO_NETWORK {
        assert!(schema(of).property(name).is_some_and(|property| !property.network), "{of} {name}");
    }
    let network = schema("AWS::EC2::VPC").properties.iter().find(|property| property.network);
    assert!(network.is_none(), "a VPC stands in no network, it is one: {network:?}");
}
