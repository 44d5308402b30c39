//! An EC2 resource asked for twice with one client token is made once.

use serde_json::{Value, json};
use winterbaume_core::MockResponse;

use super::{Memory, Part, body_text, ec2_error};
use crate::call::Call;

pub(crate) struct ClientToken;

impl Part for ClientToken {
    fn request(&self, call: &mut Call, memory: &mut Memory) -> Option<MockResponse> {
        let first = memory.get(&key(call)?)?;
        if first["asked"] != asked(call) {
            return Some(ec2_error(
                "IdempotentParameterMismatch",
                "The client token was used before with other parameters.",
            ));
        }
        let answer = first["answer"].as_str()?;
        Some(MockResponse::xml(200, answer.to_owned()))
    }

    fn response(&self, call: &Call, memory: &mut Memory, response: &mut MockResponse) {
        if let (Some(key), Some(answer)) = (key(call), body_text(response)) {
            memory.insert(key, json!({ "asked": asked(call), "answer": answer }));
        }
    }
}

/// What is asked for, apart from the order in which it is written.
fn asked(call: &Call) -> Value {
    json!(call.form())
}

/// Where the answer to a creation is remembered, if the caller gave a token.
fn key(call: &Call) -> Option<String> {
    let create = call.operation.starts_with("Create");
    let token = create.then(|| call.form().remove("ClientToken")).flatten()?;
    Some(format!("client-token/{}/{token}", call.operation))
}
