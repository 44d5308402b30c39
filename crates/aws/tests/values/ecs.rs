use serde_json::{Value as Json, json};

use super::Subject;

fn container(change: &Json) -> Json {
    let mut container = json!({"Name": "app", "Image": "example.com/app:1", "Essential": true});
    for (name, json) in change.as_object().unwrap() {
        container[name] = json.clone();
    }
    json!({"ContainerDefinitions": [container]})
}

#[test]
fn a_task_definition() {
    let app = container(&json!({}))["ContainerDefinitions"].clone();
    let taken = json!({"ContainerDefinitions": app, "Family": "app", "Cpu": "256", "Memory": "512", "NetworkMode": "awsvpc",
        "RequiresCompatibilities": ["FARGATE"], "ExecutionRoleArn": "arn:aws:iam::123456789012:role/execution",
        "TaskRoleArn": "arn:aws:iam::123456789012:role/task"});
    Subject::new("AWS::ECS::TaskDefinition", taken)
        .takes(&container(&json!({"Memory": 512, "StopTimeout": 120})))
        .takes(&json!({"Cpu": "16384", "Memory": "122880"}))
        .refuses(
            &json!({"Memory": "16384"}),
            "`Memory` is 16384, and Fargate has 512, 1024 or 2048 MiB for 256 CPU units",
        )
        .refuses(
            &json!({"Memory": "1536"}),
            "`Memory` is 1536, and Fargate has 512, 1024 or 2048 MiB for 256 CPU units",
        )
        .refuses(
            &json!({"Cpu": "8192", "Memory": "17408"}),
            "`Memory` is 17408, and Fargate has 16384 to 61440 MiB in steps of 4096 for 8192 CPU units",
        )
        .refuses(
            &json!({"Cpu": "300"}),
            "`Cpu` is 300, and Fargate has 256, 512, 1024, 2048, 4096, 8192, 16384 units",
        )
        .refuses(
            &container(&json!({"Memory": 1024})),
            "`Memory` of the container `app` is 1024, and that of its task 512",
        )
        .refuses(
            &container(&json!({"HealthCheck": {"Command": ["CMD", "true"], "Interval": 2}})),
            "`ContainerDefinitions[0].HealthCheck.Interval` is `2`; 5 to 300 is allowed",
        )
        .refuses(
            &container(&json!({"PortMappings": [{"ContainerPort": 70_000}]})),
            "`ContainerDefinitions[0].PortMappings[0].ContainerPort` is `70000`; 1 to 65535 is allowed",
        );
}

#[test]
fn a_service() {
    Subject::new(
        "AWS::ECS::Service",
        json!({"DesiredCount": 2, "Cluster": "c", "TaskDefinition": "t", "NetworkConfiguration":
        {"AwsvpcConfiguration": {"Subnets": ["subnet-1"], "SecurityGroups": ["sg-1"]}}}),
    )
    .refuses(&json!({"DesiredCount": -4}), "`DesiredCount` is `-4`; at least 0 is allowed")
    .refuses(&json!({"DesiredCount": "many"}), r#"`DesiredCount` is `"many"`; a whole number is allowed"#);
}
