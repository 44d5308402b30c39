//! ECS clusters and task definitions say their tags when they are described with them.

use serde_json::{Value, json};
use winterbaume_core::MockResponse;

use super::{Memory, Part, edit_json};
use crate::call::Call;

pub(crate) struct EcsTags;

impl Part for EcsTags {
    fn request(&self, call: &mut Call, memory: &mut Memory) -> Option<MockResponse> {
        let asked = call.json();
        let arn = asked["resourceArn"].as_str().filter(|arn| is_kept(arn))?;
        // The emulator loses what a cluster is created with.
        if call.operation != "ListTagsForResource" {
            return None;
        }
        let tags = memory.get(&key(arn))?;
        Some(MockResponse::json(200, json!({ "tags": tags }).to_string()))
    }

    fn response(&self, call: &Call, memory: &mut Memory, response: &mut MockResponse) {
        let asked = call.json();
        let wants_tags = asked["include"].as_array().is_some_and(|include| include.contains(&json!("TAGS")));
        match call.operation.as_str() {
            "CreateCluster" => edit_json(response, |answer| {
                remember(memory, &answer["cluster"]["clusterArn"], &asked["tags"]);
                answer["cluster"]["tags"] = list(&asked["tags"]);
            }),
            "RegisterTaskDefinition" => edit_json(response, |answer| {
                let arn = &answer["taskDefinition"]["taskDefinitionArn"];
                remember(memory, arn, &asked["tags"]);
                answer["tags"] = list(&asked["tags"]);
            }),
            "TagResource" => change(memory, &asked, |tags| {
                for tag in asked["tags"].as_array().into_iter().flatten() {
                    tags.retain(|present| present["key"] != tag["key"]);
                    tags.push(tag.clone());
                }
            }),
            "UntagResource" => change(memory, &asked, |tags| {
                let gone = asked["tagKeys"].as_array().cloned().unwrap_or_default();
                tags.retain(|present| !gone.contains(&present["key"]));
            }),
            "DescribeClusters" if wants_tags => edit_json(response, |answer| {
                for cluster in answer["clusters"].as_array_mut().into_iter().flatten() {
                    cluster["tags"] = recall(memory, &cluster["clusterArn"]);
                }
            }),
            "DescribeTaskDefinition" if wants_tags => edit_json(response, |answer| {
                answer["tags"] = recall(memory, &answer["taskDefinition"]["taskDefinitionArn"]);
            }),
            _ => {}
        }
    }
}

fn is_kept(arn: &str) -> bool {
    arn.contains(":cluster/") || arn.contains(":task-definition/")
}

fn key(arn: &str) -> String {
    format!("ecs-tags/{arn}")
}

fn list(tags: &Value) -> Value {
    match tags {
        Value::Array(_) => tags.clone(),
        _ => json!([]),
    }
}

fn remember(memory: &mut Memory, arn: &Value, tags: &Value) {
    if let Some(arn) = arn.as_str() {
        memory.insert(key(arn), list(tags));
    }
}

fn recall(memory: &Memory, arn: &Value) -> Value {
    arn.as_str().and_then(|arn| memory.get(&key(arn))).cloned().unwrap_or_else(|| json!([]))
}

fn change(memory: &mut Memory, asked: &Value, edit: impl FnOnce(&mut Vec<Value>)) {
    if let Some(arn) = asked["resourceArn"].as_str().filter(|arn| is_kept(arn)) {
        let tags = memory.entry(key(arn)).or_insert_with(|| json!([]));
        if let Some(tags) = tags.as_array_mut() {
            edit(tags);
        }
    }
}
