//! Rows that no component gives anything to apply to, on estates that are written down.

use ironward_judges::{Estate, order};
use serde_json::{Value as Json, json};

/// A resource of a state that nothing depends on.
fn record(type_name: &str, name: &str, properties: Json, attributes: Json) -> (String, Json) {
    let record = json!({"path": name, "type": type_name, "instance": name, "properties": properties,
                        "attributes": attributes, "dependencies": []});
    (name.to_owned(), record)
}

fn role() -> (String, Json) {
    let attributes = json!({"RoleName": "app", "Arn": "arn:aws:iam::111122223333:role/app"});
    record("AWS::IAM::Role", "role", json!({}), attributes)
}

fn inline() -> (String, Json) {
    record("AWS::IAM::RolePolicy", "policy", json!({"RoleName": "app"}), json!({"Id": "app|1"}))
}

fn attached() -> (String, Json) {
    record("AWS::IAM::RolePolicyAttachment", "policy", json!({"RoleName": "app"}), json!({"Id": "app|1"}))
}

#[track_caller]
fn missed(resources: Vec<(String, Json)>, later: &str, earlier: &str) {
    let place = json!({"Arn": "arn:aws:logs:us-east-1:111122223333:log-group:place"});
    let mut all = resources;
    all.push(record("AWS::Logs::LogGroup", "place", json!({}), place));
    let state = json!({"resources": all.into_iter().collect::<serde_json::Map<_, _>>()});
    let missing = order::judge(&Estate::of_state(&state).unwrap()).missing;
    let found = missing.iter().any(|missing| missing.later == later && missing.earlier == earlier);
    assert!(found, "{later} without {earlier}: {missing:?}");
}

#[test]
fn a_service_whose_listener_forwards_by_its_shorter_form() {
    let targets = "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/app/1";
    let actions = json!([{"Type": "forward", "TargetGroupArn": targets}]);
    missed(
        vec![
            record(
                "AWS::ElasticLoadBalancingV2::TargetGroup",
                "targets",
                json!({}),
                json!({"TargetGroupArn": targets}),
            ),
            record(
                "AWS::ElasticLoadBalancingV2::Listener",
                "listener",
                json!({"DefaultActions": actions}),
                json!({}),
            ),
            record(
                "AWS::ECS::Service",
                "service",
                json!({"LoadBalancers": [{"TargetGroupArn": targets}]}),
                json!({}),
            ),
        ],
        "service",
        "listener",
    );
}

#[test]
fn roles_whose_policies_are_of_the_other_kind() {
    let arn = "arn:aws:iam::111122223333:role/app";
    let task = "arn:aws:ecs:us-east-1:111122223333:task-definition/app:1";
    let definition = || {
        record(
            "AWS::ECS::TaskDefinition",
            "task",
            json!({"TaskRoleArn": arn}),
            json!({"TaskDefinitionArn": task}),
        )
    };
    let of = |type_name: &str, properties: Json| record(type_name, "later", properties, json!({}));
    missed(
        vec![role(), attached(), definition(), of("AWS::ECS::Service", json!({"TaskDefinition": task}))],
        "later",
        "policy",
    );
    missed(
        vec![role(), inline(), of("AWS::RDS::DBInstance", json!({"MonitoringRoleArn": arn}))],
        "later",
        "policy",
    );
    missed(
        vec![role(), attached(), of("AWS::CloudTrail::Trail", json!({"CloudWatchLogsRoleArn": arn}))],
        "later",
        "policy",
    );
    let selection = json!({"BackupSelection": {"IamRoleArn": arn}});
    missed(vec![role(), inline(), of("AWS::Backup::BackupSelection", selection)], "later", "policy");
    missed(
        vec![role(), attached(), of("AWS::EC2::FlowLog", json!({"DeliverLogsPermissionArn": arn}))],
        "later",
        "policy",
    );
}

#[test]
fn a_load_balancer_with_a_connection_log() {
    let attributes = json!([{"Key": "connection_logs.s3.bucket", "Value": "logs"}]);
    missed(
        vec![
            record("AWS::S3::Bucket", "bucket", json!({}), json!({"BucketName": "logs"})),
            record("AWS::S3::BucketPolicy", "policy", json!({"Bucket": "logs"}), json!({"Bucket": "logs"})),
            record(
                "AWS::ElasticLoadBalancingV2::LoadBalancer",
                "later",
                json!({"LoadBalancerAttributes": attributes}),
                json!({}),
            ),
        ],
        "later",
        "policy",
    );
}
