//! Tags given when a resource is created stay on it, where the emulator takes them only afterwards.

use serde_json::{Value, json};
use winterbaume_core::{MockRequest, MockResponse};

use super::{Part, body_text, xml};
use crate::call::Call;
use crate::service::Service;

pub(crate) struct CreationTags;

impl Part for CreationTags {
    fn follow_up(&self, call: &Call, response: &MockResponse) -> Vec<MockRequest> {
        let request = match call.service {
            Service::ElasticLoadBalancing => load_balancing(call, response),
            Service::CloudTrail => trail(call, response),
            Service::Backup => backup(call, response),
            _ => None,
        };
        request.into_iter().collect()
    }
}

fn load_balancing(call: &Call, response: &MockResponse) -> Option<MockRequest> {
    let arn = match call.operation.as_str() {
        "CreateLoadBalancer" => "LoadBalancerArn",
        "CreateTargetGroup" => "TargetGroupArn",
        "CreateListener" => "ListenerArn",
        "CreateRule" => "RuleArn",
        _ => return None,
    };
    let arn = xml::text(body_text(response)?, arn)?;
    let form = call.form();
    let mut fields = vec![("Action", "AddTags"), ("ResourceArns.member.1", arn)];
    let tags = form.iter().filter(|(name, _)| name.starts_with("Tags.member."));
    fields.extend(tags.map(|(name, value)| (name.as_str(), value.as_str())));
    (fields.len() > 2).then(|| call.another_form(&fields))
}

fn trail(call: &Call, response: &MockResponse) -> Option<MockRequest> {
    let asked = call.json();
    let tags = asked["TagsList"].as_array().filter(|tags| !tags.is_empty())?;
    let answer: Value = serde_json::from_slice(&response.body).ok()?;
    let body = json!({ "ResourceId": answer["TrailARN"], "TagsList": tags });
    (call.operation == "CreateTrail").then(|| call.another_json("AddTags", &body))
}

fn backup(call: &Call, response: &MockResponse) -> Option<MockRequest> {
    let asked = call.json();
    let (tags, arn) = match (call.operation.as_str(), call.path()) {
        ("PUT", "/backup/plans") => ("BackupPlanTags", "BackupPlanArn"),
        ("PUT", path) if path.starts_with("/backup-vaults/") => ("BackupVaultTags", "BackupVaultArn"),
        _ => return None,
    };
    let tags = asked[tags].as_object().filter(|tags| !tags.is_empty())?;
    let answer: Value = serde_json::from_slice(&response.body).ok()?;
    let path = format!("/tags/{}", answer[arn].as_str()?);
    Some(call.another_rest("POST", &path, json!({ "Tags": tags }).to_string()))
}
