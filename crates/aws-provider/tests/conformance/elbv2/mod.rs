//! Elastic Load Balancing, version 2 under test.

mod listener;
pub(crate) mod load_balancer;
mod sent;
pub(crate) mod target_group;
mod waiting;
pub(crate) mod world;

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::Client;

use crate::cloud::Cloud;

/// The tags of an ARN; nothing where it is gone.
async fn tags_of(cloud: &Cloud, arn: &str) -> BTreeMap<String, String> {
    let answer = Client::new(&cloud.sdk).describe_tags().resource_arns(arn).send().await.unwrap();
    let tags = answer.tag_descriptions().iter().flat_map(|described| described.tags());
    tags.map(|tag| (tag.key().unwrap().to_owned(), tag.value().unwrap().to_owned())).collect()
}
