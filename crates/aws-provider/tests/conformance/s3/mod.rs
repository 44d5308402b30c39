//! Simple Storage Service under test.

pub(crate) mod bucket;
pub mod emptying;
mod policy;

use aws_sdk_s3::Client;
use ironward_aws::kms::{CustomerKey, Key};
use ironward_aws::place::Here;
use ironward_aws::policy::{Allow, PolicyDocument};
use ironward_core::program::DeclareError;
use ironward_core::stack::{Hipaa, Stack};

use crate::cloud::Cloud;

/// A client of its own; an endpoint of one's own has one host name.
fn client(cloud: &Cloud) -> Client {
    let path_style = cloud.sdk.endpoint_url().is_some();
    Client::from_conf(aws_sdk_s3::config::Builder::from(&cloud.sdk).force_path_style(path_style).build())
}

/// Declares a key to encrypt with.
pub fn customer_key(stack: &mut Stack<Hipaa>, name: &str) -> Result<CustomerKey, DeclareError> {
    let root = stack.lookup(&format!("here-{name}"), Here)?.account_root();
    let policy = PolicyDocument::new().with(Allow::actions(["kms:*"]).principal(root).on("*"));
    Ok(stack.add(name, Key::new(policy))?.customer_key())
}

/// A bucket name that no other run has used.
fn fresh_name(what: &str) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos();
    format!("{what}-{now}-{}", std::process::id())
}
