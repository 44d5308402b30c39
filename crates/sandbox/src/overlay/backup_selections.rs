//! Backup selections are kept between runs: the emulator leaves them out of its state.

use serde_json::{Value, json};
use winterbaume_core::MockResponse;

use super::{Memory, Part};
use crate::call::Call;

pub(crate) struct BackupSelections;

impl Part for BackupSelections {
    fn request(&self, call: &mut Call, memory: &mut Memory) -> Option<MockResponse> {
        let (plan, selection) = place(call.path())?;
        let answer = match (call.operation.as_str(), selection) {
            // The emulator goes on answering for a selection that was deleted in the same run, and
            // deletes what isn't there.
            ("GET", Some(selection)) => match memory.get(&key(plan, selection)) {
                Some(kept) => kept.clone(),
                None => return Some(absent(selection)),
            },
            ("GET", None) => json!({ "BackupSelectionsList": list(memory, plan) }),
            ("DELETE", Some(selection)) => match memory.remove(&key(plan, selection)) {
                Some(_) => json!({}),
                None => return Some(absent(selection)),
            },
            _ => return None,
        };
        Some(MockResponse::rest_json(200, answer.to_string()))
    }

    fn response(&self, call: &Call, memory: &mut Memory, response: &mut MockResponse) {
        if let ("PUT", Some((plan, None))) = (call.operation.as_str(), place(call.path())) {
            let Ok(mut answer) = serde_json::from_slice::<Value>(&response.body) else {
                return;
            };
            let id = answer["SelectionId"].as_str().unwrap_or_default().to_owned();
            let asked = call.json();
            answer["BackupSelection"] = asked["BackupSelection"].clone();
            answer["CreatorRequestId"] = asked["CreatorRequestId"].clone();
            memory.insert(key(plan, &id), answer);
        }
        if call.operation == "DELETE"
            && let Some(plan) = call.path().strip_prefix("/backup/plans/")
        {
            memory.retain(|kept, _| !kept.starts_with(&key(plan, "")));
        }
    }
}

fn absent(selection: &str) -> MockResponse {
    let error = json!({
        "__type": "ResourceNotFoundException",
        "code": "ResourceNotFoundException",
        "message": format!("there is no selection {selection}"),
    });
    MockResponse::rest_json(404, error.to_string())
}

/// The plan, and the selection if one is named, of a path that is about selections.
fn place(path: &str) -> Option<(&str, Option<&str>)> {
    let (plan, rest) = path.strip_prefix("/backup/plans/")?.split_once('/')?;
    match rest.strip_prefix("selections")? {
        "" => Some((plan, None)),
        rest => Some((plan, Some(rest.strip_prefix('/')?))),
    }
}

fn list(memory: &Memory, plan: &str) -> Vec<Value> {
    let prefix = key(plan, "");
    memory
        .range(prefix.clone()..)
        .take_while(|(key, _)| key.starts_with(&prefix))
        .map(|(_, selection)| {
            json!({
                "SelectionId": selection["SelectionId"],
                "SelectionName": selection["BackupSelection"]["SelectionName"],
                "BackupPlanId": selection["BackupPlanId"],
                "CreationDate": selection["CreationDate"],
                "CreatorRequestId": selection["CreatorRequestId"],
                "IamRoleArn": selection["BackupSelection"]["IamRoleArn"],
            })
        })
        .collect()
}

fn key(plan: &str, selection: &str) -> String {
    format!("backup-selection/{plan}/{selection}")
}
