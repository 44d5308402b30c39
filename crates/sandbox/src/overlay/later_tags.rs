//! Tags that are set on what is there already show there: also on addresses, NAT gateways and databases.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Part, list, tags};
use crate::call::Call;
use crate::service::Service;

pub(crate) struct LaterTags;

/// Kinds of EC2 whose later tags the emulator drops: how their ids begin, and where its state has them.
const KINDS: [(&str, &str); 2] = [("eipalloc-", "elastic_ips"), ("nat-", "nat_gateways")];

impl Part for LaterTags {
    fn edits_state(&self, call: &Call) -> bool {
        matches!(
            call.operation.as_str(),
            "CreateTags" | "DeleteTags" | "AddTagsToResource" | "RemoveTagsFromResource"
        )
    }

    fn edit_state(&self, call: &Call, state: &mut Value) -> bool {
        let form = call.form();
        if call.service == Service::Rds {
            of_databases(call, &form, state)
        } else {
            of_network(call, &form, state)
        }
    }
}

/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html>: without tags, all of them go.
fn of_network(call: &Call, form: &BTreeMap<String, String>, state: &mut Value) -> bool {
    let named = tags(form, "");
    let mut edited = false;
    for id in list(form, "ResourceId") {
        let kind = KINDS.iter().find(|(prefix, _)| id.starts_with(prefix));
        let there =
            kind.and_then(|(_, kind)| state.get_mut(kind)?.get_mut(&id)?.get_mut("tags")?.as_object_mut());
        let Some(there) = there else { continue };
        if call.operation == "CreateTags" {
            there.extend(named.iter().map(|(key, value)| (key.clone(), json!(value))));
        } else {
            there.retain(|key, _| !named.is_empty() && !named.contains_key(key));
        }
        edited = true;
    }
    edited
}

fn of_databases(call: &Call, form: &BTreeMap<String, String>, state: &mut Value) -> bool {
    let Some(arn) = form.get("ResourceName") else { return false };
    let databases = state.get_mut("db_instances").and_then(Value::as_object_mut);
    let database =
        databases.into_iter().flat_map(|all| all.values_mut()).find(|one| one["arn"] == json!(arn));
    let Some(there) = database.and_then(|one| one.get_mut("tags")?.as_array_mut()) else { return false };
    let given: Vec<(String, String)> = (1..)
        .map_while(|n| {
            let key = form.get(&format!("Tags.Tag.{n}.Key"))?.clone();
            Some((key, form.get(&format!("Tags.Tag.{n}.Value")).cloned().unwrap_or_default()))
        })
        .collect();
    let taken: Vec<&String> = (1..).map_while(|n| form.get(&format!("TagKeys.member.{n}"))).collect();
    let keeps = |tag: &Value| {
        let key = tag["key"].as_str().unwrap_or_default();
        taken.iter().all(|taken| *taken != key) && given.iter().all(|(given, _)| given != key)
    };
    there.retain(keeps);
    there.extend(given.iter().map(|(key, value)| json!({"key": key, "value": value})));
    call.operation == "AddTagsToResource" || !taken.is_empty()
}
