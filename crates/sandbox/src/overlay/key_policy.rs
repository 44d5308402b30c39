//! A KMS key has the policy that it is created with.

use serde_json::{Value, json};
use winterbaume_core::{MockRequest, MockResponse};

use super::Part;
use crate::call::Call;

pub(crate) struct KeyPolicy;

impl Part for KeyPolicy {
    fn follow_up(&self, call: &Call, response: &MockResponse) -> Vec<MockRequest> {
        let asked = call.json();
        let (Some(policy), "CreateKey") = (asked["Policy"].as_str(), call.operation.as_str()) else {
            return Vec::new();
        };
        let answer: Value = serde_json::from_slice(&response.body).unwrap_or_default();
        let put = json!({
            "KeyId": answer["KeyMetadata"]["KeyId"],
            "PolicyName": "default",
            "Policy": policy,
        });
        vec![call.another_json("PutKeyPolicy", &put)]
    }
}
