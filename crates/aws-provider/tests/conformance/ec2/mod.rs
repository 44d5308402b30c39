//! Elastic Compute Cloud: the network under test.

pub(crate) mod fixture;
pub(crate) mod flow_log;
pub(crate) mod gateways;
mod lookups;
mod network;
mod network_wire;
pub(crate) mod routing;
mod security_group;
mod security_group_rule;
pub(crate) mod subnet;
pub(crate) mod vpc;
pub(crate) mod vpc_endpoint;
mod vpn;
mod waiting;

use std::collections::BTreeMap;

use aws_sdk_ec2::types::Tag;

/// Tags as the SDK has them, by key.
fn by_key(tags: &[Tag]) -> BTreeMap<String, String> {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    tags.iter().map(|tag| (text(tag.key()), text(tag.value()))).collect()
}
