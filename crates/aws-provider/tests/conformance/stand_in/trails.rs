//! The aggregation of a trail's events, which no emulator knows.
//!
//! Source: AWS CloudTrail API Reference, `PutEventConfiguration`, `GetEventConfiguration`.

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde_json::{Value as Json, json};

use super::{Call, Keeper, cloud, hold};
use crate::cloud::Emulator;
use crate::cloudtrail::TrailSubject;

/// The aggregation of each trail.
#[derive(Debug, Default)]
struct Trails(Mutex<BTreeMap<String, Json>>);

impl Keeper for Trails {
    /// The rest of a trail the sandbox shows as far as it is known to.
    fn is_sandbox(&self) -> bool {
        true
    }

    fn answer(&self, call: &Call) -> Option<(u16, String)> {
        if !call.operation.ends_with("EventConfiguration") {
            return None;
        }
        let request: Json = serde_json::from_str(&call.body).ok()?;
        let trail = request["TrailName"].as_str()?.to_owned();
        let mut trails = self.0.lock().unwrap();
        let of = "AggregationConfigurations";
        if call.operation == "PutEventConfiguration" && !request[of].is_null() {
            trails.insert(trail.clone(), request[of].clone());
        }
        let kept = trails.get(&trail).cloned().unwrap_or_else(|| json!([]));
        Some((200, json!({of: kept}).to_string()))
    }
}

#[tokio::test]
async fn trails_settle() {
    hold(&TrailSubject { emulator: Emulator::Sandbox }, cloud(Trails::default()).await).await;
}
