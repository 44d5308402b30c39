//! A NAT gateway asked for twice with one client token is made once.

use serde_json::json;
use winterbaume_core::MockResponse;

use super::{Memory, Part, body_text};
use crate::call::Call;

pub(crate) struct NatGatewayToken;

impl Part for NatGatewayToken {
    fn request(&self, call: &mut Call, memory: &mut Memory) -> Option<MockResponse> {
        let first = memory.get(&key(call)?)?.as_str()?;
        Some(MockResponse::xml(200, first.to_owned()))
    }

    fn response(&self, call: &Call, memory: &mut Memory, response: &mut MockResponse) {
        if let (Some(key), Some(body)) = (key(call), body_text(response)) {
            memory.insert(key, json!(body));
        }
    }
}

/// Where the answer to a creation is remembered, if the caller gave a token.
fn key(call: &Call) -> Option<String> {
    let create = call.operation == "CreateNatGateway";
    let token = create.then(|| call.form().remove("ClientToken")).flatten()?;
    Some(format!("nat-gateway-token/{token}"))
}
