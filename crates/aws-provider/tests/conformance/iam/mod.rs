//! IAM under test.

mod attachment;
pub(crate) mod role;
mod role_policy;

use ironward_core::apply::{Cancel, Outcome};
use ironward_core::program::Program;
use ironward_core::provider::DeletePolicy;

use crate::cloud::Cloud;

/// Plans and applies a program.
async fn apply(cloud: &Cloud, program: &Program) -> Outcome {
    let planned = cloud.engine.plan(program).await.unwrap();
    cloud.engine.apply(program, planned, DeletePolicy::default(), &Cancel::default()).await.unwrap()
}

/// The document in an answer of IAM's, URL-encoded or not.
fn document(text: &str) -> serde_json::Value {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' && text.starts_with('%') {
            let digits = [rest.next().unwrap(), rest.next().unwrap()];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    serde_json::from_slice(&bytes).unwrap()
}
