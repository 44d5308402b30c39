//! The name of a deleted ECS service is free again.

use serde_json::Value;

use super::Part;
use crate::call::Call;

pub(crate) struct EcsServiceAgain;

impl Part for EcsServiceAgain {
    fn edits_state(&self, call: &Call) -> bool {
        call.operation == "CreateService"
    }

    fn edit_state(&self, call: &Call, state: &mut Value) -> bool {
        let asked = call.json();
        let cluster = asked["cluster"].as_str().unwrap_or("default");
        let cluster = cluster.rsplit('/').next().unwrap_or(cluster);
        let name = asked["serviceName"].as_str().unwrap_or_default();
        let key = format!("{cluster}/{name}");
        let Some(services) = state["services"].as_object_mut() else {
            return false;
        };
        let deleted = services.get(&key).is_some_and(|service| service["status"] == "INACTIVE");
        deleted && services.remove(&key).is_some()
    }
}
