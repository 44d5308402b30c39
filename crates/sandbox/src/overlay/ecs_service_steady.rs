//! An ECS service runs what it should as soon as it is asked to: there are no containers to start.

use serde_json::{Value, json};
use winterbaume_core::MockResponse;

use super::{Memory, Part, edit_json};
use crate::call::Call;

pub(crate) struct EcsServiceSteady;

impl Part for EcsServiceSteady {
    fn response(&self, call: &Call, memory: &mut Memory, response: &mut MockResponse) {
        match call.operation.as_str() {
            "CreateService" | "UpdateService" | "DeleteService" => {
                edit_json(response, |answer| {
                    if let Some(service) = answer.get_mut("service") {
                        deploy(call, memory, service);
                        settle(memory, service);
                    }
                });
            }
            "DescribeServices" => edit_json(response, |answer| {
                for service in answer.get_mut("services").and_then(Value::as_array_mut).into_iter().flatten()
                {
                    settle(memory, service);
                }
            }),
            _ => {}
        }
    }
}

/// Counts deployments: each is an event in the service's history, and the last one is primary.
fn deploy(call: &Call, memory: &mut Memory, service: &Value) {
    let Some(key) = key(service) else { return };
    match call.operation.as_str() {
        "CreateService" => memory.insert(key, json!({ "number": 1, "at": now() })),
        "UpdateService" => {
            let number = memory.get(&key).and_then(|deployment| deployment["number"].as_u64()).unwrap_or(0);
            memory.insert(key, json!({ "number": number + 1, "at": now() }))
        }
        _ => memory.remove(&key),
    };
}

/// Completes what the emulator says about a service.
fn settle(memory: &Memory, service: &mut Value) {
    let status = service["status"].as_str().unwrap_or_default().to_owned();
    let name = service["serviceName"].as_str().unwrap_or_default().to_owned();
    let arn = service["serviceArn"].as_str().unwrap_or_default().to_owned();
    let created = service["createdAt"].clone();
    let deployment = key(service).and_then(|key| memory.get(&key));
    let Some(fields) = service.as_object_mut() else {
        return;
    };
    let desired = match status.as_str() {
        "ACTIVE" => fields.get("desiredCount").cloned().unwrap_or(json!(0)),
        _ => json!(0),
    };
    fields.insert("runningCount".into(), desired.clone());
    fields.insert("pendingCount".into(), json!(0));
    let number = deployment.map_or(1, |d| d["number"].as_u64().unwrap_or(1));
    let at = deployment.map_or(created, |d| d["at"].clone());
    if status == "ACTIVE" {
        let id = format!("ecs-svc/{}", id(&arn, number));
        let mut primary = json!({
            "id": id,
            "status": "PRIMARY",
            "desiredCount": desired,
            "runningCount": desired,
            "pendingCount": 0,
            "failedTasks": 0,
            "rolloutState": "COMPLETED",
            "rolloutStateReason": format!("ECS deployment {id} completed."),
            "createdAt": at,
            "updatedAt": at,
        });
        for copied in ["taskDefinition", "launchType"] {
            if let Some(value) = fields.get(copied) {
                primary[copied] = value.clone();
            }
        }
        fields.insert("deployments".into(), json!([primary]));
    }
    fields.insert(
        "events".into(),
        json!([{
            "id": format!("00000000-0000-4000-8000-{:012}", id(&arn, number) % 1_000_000_000_000),
            "createdAt": at,
            "message": format!("(service {name}) has reached a steady state."),
        }]),
    );
}

/// Where a service's deployments are counted.
fn key(service: &Value) -> Option<String> {
    Some(format!("ecs-deployment/{}", service["serviceArn"].as_str()?))
}

/// A number of 19 digits that stays the same for a deployment, as those of AWS look (FNV-1a).
fn id(arn: &str, number: u64) -> u64 {
    let hash = arn
        .bytes()
        .chain(number.to_be_bytes())
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    1_000_000_000_000_000_000 + hash % 8_000_000_000_000_000_000
}

fn now() -> f64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0.0, |since| since.as_secs_f64())
}
