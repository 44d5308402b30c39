//! Calls that several handlers share: instances come in batches with their tags, groups one at a
//! time, since the API filters instances only.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_config::SdkConfig;
use aws_sdk_rds::Client;
use aws_sdk_rds::types::{DbInstance, DbParameterGroup, DbSubnetGroup, Filter};
use ironward_core::error::ProviderError;

use crate::call::Caller;
use crate::registry::Registry;

pub(super) const INSTANCES: &str = "rds:DescribeDBInstances";
pub(super) const SUBNET_GROUP: &str = "rds:DescribeDBSubnetGroups";
pub(super) const PARAMETER_GROUP: &str = "rds:DescribeDBParameterGroups";
pub(super) const PARAMETERS: &str = "rds:DescribeDBParameters";
pub(super) const TAGS: &str = "rds:ListTagsForResource";

pub(super) struct Rds {
    pub(super) client: Client,
    pub(super) caller: Caller,
}

pub(super) fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) -> Arc<Rds> {
    let rds = Arc::new(Rds { client: Client::new(config), caller: caller.clone() });
    registry.batch(INSTANCES, 50, &rds, Rds::instances);
    registry.each(SUBNET_GROUP, &rds, Rds::subnet_group);
    registry.each(PARAMETER_GROUP, &rds, Rds::parameter_group);
    registry.each(PARAMETERS, &rds, Rds::own_parameters);
    registry.each(TAGS, &rds, Rds::tags);
    rds
}

impl Rds {
    /// The instances of these identifiers that exist. A filter, unlike an identifier, doesn't fail
    /// when one of them is missing.
    pub(super) async fn instances(
        self: Arc<Self>,
        ids: Vec<String>,
    ) -> Result<BTreeMap<String, DbInstance>, ProviderError> {
        let filter = Filter::builder().name("db-instance-id").set_values(Some(ids)).build();
        let mut found = BTreeMap::new();
        let mut marker = None;
        loop {
            let request = || {
                self.client.describe_db_instances().filters(filter.clone()).set_marker(marker.clone()).send()
            };
            let page = self.caller.call(INSTANCES, request).await?;
            marker = page.marker().map(str::to_owned);
            for instance in page.db_instances.unwrap_or_default() {
                if let Some(id) = instance.db_instance_identifier() {
                    found.insert(id.to_lowercase(), instance);
                }
            }
            if marker.is_none() {
                return Ok(found);
            }
        }
    }

    pub(super) async fn subnet_group(
        self: Arc<Self>,
        name: String,
    ) -> Result<Option<DbSubnetGroup>, ProviderError> {
        let request = || self.client.describe_db_subnet_groups().db_subnet_group_name(&name).send();
        let answer = self.caller.find(SUBNET_GROUP, request).await?;
        Ok(answer.and_then(|answer| answer.db_subnet_groups?.into_iter().next()))
    }

    pub(super) async fn parameter_group(
        self: Arc<Self>,
        name: String,
    ) -> Result<Option<DbParameterGroup>, ProviderError> {
        let request = || self.client.describe_db_parameter_groups().db_parameter_group_name(&name).send();
        let answer = self.caller.find(PARAMETER_GROUP, request).await?;
        Ok(answer.and_then(|answer| answer.db_parameter_groups?.into_iter().next()))
    }
}

/// The name as the service knows it.
pub(super) fn lowered(name: String) -> String {
    name.to_lowercase()
}
