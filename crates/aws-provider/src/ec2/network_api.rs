//! The client of EC2 for the network, and its coalesced reads: by filters of up to 200 values, which
//! leave out what isn't there, where a list of ids would fail the whole call.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_config::SdkConfig;
use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{
    Address, AttachmentStatus, Filter, InternetGateway, NatGateway, ResourceType, RouteTable, SecurityGroup,
    Subnet, Tag, TagSpecification, Vpc, VpcAttachment, VpcAttributeName, VpnGateway, VpnState,
};
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::provider::{Change, Found, INSTANCE_TAG, Operation};

use crate::call::Caller;
use crate::registry::Registry;

pub(super) const ADDRESSES: &str = "ec2:DescribeAddresses";
pub(super) const ATTACHED_GATEWAYS: &str = "ec2:DescribeInternetGateways?attachment.vpc-id";
pub(super) const ATTACHED_VPN_GATEWAYS: &str = "ec2:DescribeVpnGateways?attachment.vpc-id";
pub(super) const DEFAULT_GROUPS: &str = "ec2:DescribeSecurityGroups?group-name=default";
pub(super) const DNS_HOSTNAMES: &str = "ec2:DescribeVpcAttribute?enableDnsHostnames";
pub(super) const DNS_SUPPORT: &str = "ec2:DescribeVpcAttribute?enableDnsSupport";
pub(super) const INTERNET_GATEWAYS: &str = "ec2:DescribeInternetGateways";
pub(super) const NAT_GATEWAYS: &str = "ec2:DescribeNatGateways";
pub(super) const ROUTE_TABLES: &str = "ec2:DescribeRouteTables";
pub(super) const SUBNET_TABLES: &str = "ec2:DescribeRouteTables?association.subnet-id";
pub(super) const SUBNETS: &str = "ec2:DescribeSubnets";
pub(super) const VPCS: &str = "ec2:DescribeVpcs";

/// The most values of one filter.
const VALUES: usize = 200;

pub(super) struct Network {
    pub(super) client: Client,
    pub(super) caller: Caller,
}

pub(super) fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) -> Arc<Network> {
    let network = Arc::new(Network { client: Client::new(config), caller: caller.clone() });
    // moto finds a table by its subnets only where the filter names all or none but its own, so that
    // tables with several subnets each hide one another.
    let subnets = if caller.is_emulated() { 1 } else { VALUES };
    registry.batch(ADDRESSES, VALUES, &network, Network::addresses_by_id);
    registry.batch(ATTACHED_GATEWAYS, VALUES, &network, Network::gateways_by_vpc);
    registry.batch(ATTACHED_VPN_GATEWAYS, VALUES, &network, Network::vpn_gateways_by_vpc);
    registry.batch(DEFAULT_GROUPS, VALUES, &network, Network::default_groups_by_vpc);
    registry.each(DNS_HOSTNAMES, &network, Network::dns_hostnames);
    registry.each(DNS_SUPPORT, &network, Network::dns_support);
    registry.batch(INTERNET_GATEWAYS, VALUES, &network, Network::gateways_by_id);
    registry.batch(NAT_GATEWAYS, VALUES, &network, Network::nat_gateways_by_id);
    registry.batch(ROUTE_TABLES, VALUES, &network, Network::tables_by_id);
    registry.batch(SUBNET_TABLES, subnets, &network, Network::tables_by_subnet);
    registry.batch(SUBNETS, VALUES, &network, Network::subnets_by_id);
    registry.batch(VPCS, VALUES, &network, Network::vpcs_by_id);
    network
}

/// A method that reads all pages of a description by filters.
macro_rules! pages {
    ($method:ident, $operation:ident, $set_filters:ident, $items:ident: $item:ty, $action:expr) => {
        impl Network {
            pub(super) async fn $method(&self, filters: Vec<Filter>) -> Result<Vec<$item>, ProviderError> {
                let mut found = Vec::new();
                let mut token: Option<String> = None;
                loop {
                    let request = || {
                        self.client
                            .$operation()
                            .$set_filters(Some(filters.clone()))
                            .set_next_token(token.clone())
                            .send()
                    };
                    let page = self.caller.call($action, request).await?;
                    token = page.next_token().filter(|token| !token.is_empty()).map(str::to_owned);
                    found.extend(page.$items.unwrap_or_default());
                    if token.is_none() {
                        return Ok(found);
                    }
                }
            }
        }
    };
}
pages!(vpcs, describe_vpcs, set_filters, vpcs: Vpc, VPCS);
pages!(subnets, describe_subnets, set_filters, subnets: Subnet, SUBNETS);
pages!(gateways, describe_internet_gateways, set_filters, internet_gateways: InternetGateway, INTERNET_GATEWAYS);
pages!(nat_gateways, describe_nat_gateways, set_filter, nat_gateways: NatGateway, NAT_GATEWAYS);
pages!(tables, describe_route_tables, set_filters, route_tables: RouteTable, ROUTE_TABLES);
pages!(groups, describe_security_groups, set_filters, security_groups: SecurityGroup, "ec2:DescribeSecurityGroups");

/// A read of many items by one filter, keyed by one of their members.
macro_rules! keyed {
    ($method:ident, $pages:ident, $item:ty, $filter:literal, $key:ident) => {
        async fn $method(
            self: Arc<Self>,
            ids: Vec<String>,
        ) -> Result<BTreeMap<String, $item>, ProviderError> {
            let found = self.$pages(vec![filter($filter, ids)]).await?;
            Ok(found.into_iter().filter_map(|item| Some((item.$key().map(str::to_owned)?, item))).collect())
        }
    };
}

impl Network {
    keyed!(vpcs_by_id, vpcs, Vpc, "vpc-id", vpc_id);
    keyed!(subnets_by_id, subnets, Subnet, "subnet-id", subnet_id);
    keyed!(gateways_by_id, gateways, InternetGateway, "internet-gateway-id", internet_gateway_id);
    keyed!(nat_gateways_by_id, nat_gateways, NatGateway, "nat-gateway-id", nat_gateway_id);
    keyed!(tables_by_id, tables, RouteTable, "route-table-id", route_table_id);
    keyed!(addresses_by_id, addresses, Address, "allocation-id", allocation_id);

    /// Elastic IP addresses; this description has no pages.
    pub(super) async fn addresses(&self, filters: Vec<Filter>) -> Result<Vec<Address>, ProviderError> {
        let request = || self.client.describe_addresses().set_filters(Some(filters.clone())).send();
        Ok(self.caller.call(ADDRESSES, request).await?.addresses.unwrap_or_default())
    }

    /// The gateway that is attached to each VPC.
    async fn gateways_by_vpc(
        self: Arc<Self>,
        vpcs: Vec<String>,
    ) -> Result<BTreeMap<String, InternetGateway>, ProviderError> {
        let mut found = BTreeMap::new();
        for gateway in self.gateways(vec![filter("attachment.vpc-id", vpcs)]).await? {
            for attachment in gateway.attachments() {
                if let Some(vpc) = attachment.vpc_id() {
                    found.insert(vpc.to_owned(), gateway.clone());
                }
            }
        }
        Ok(found)
    }

    /// The gateway that is attached to one VPC.
    pub(super) async fn gateway_of(&self, vpc: &str) -> Result<Option<InternetGateway>, ProviderError> {
        let found = self.gateways(vec![filter("attachment.vpc-id", [vpc])]).await?;
        let is_its = |gateway: &InternetGateway| {
            gateway.attachments().iter().any(|attachment| attachment.vpc_id() == Some(vpc))
        };
        Ok(found.into_iter().find(is_its))
    }

    /// Virtual private gateways; this description has no pages, and shows detached ones for a while.
    async fn vpn_gateways(&self, vpcs: Vec<String>) -> Result<Vec<VpnGateway>, ProviderError> {
        let by_vpc = filter("attachment.vpc-id", vpcs);
        let request = || self.client.describe_vpn_gateways().filters(by_vpc.clone()).send();
        let answer = self.caller.call("ec2:DescribeVpnGateways", request).await?;
        let deleted = |gateway: &VpnGateway| gateway.state() == Some(&VpnState::Deleted);
        Ok(answer.vpn_gateways.unwrap_or_default().into_iter().filter(|gateway| !deleted(gateway)).collect())
    }

    /// The virtual private gateway that is attached to each VPC.
    async fn vpn_gateways_by_vpc(
        self: Arc<Self>,
        vpcs: Vec<String>,
    ) -> Result<BTreeMap<String, VpnGateway>, ProviderError> {
        let mut found = BTreeMap::new();
        for gateway in self.vpn_gateways(vpcs).await? {
            for attachment in gateway.vpc_attachments().iter().filter(|attachment| holds(attachment)) {
                if let Some(vpc) = attachment.vpc_id() {
                    found.insert(vpc.to_owned(), gateway.clone());
                }
            }
        }
        Ok(found)
    }

    /// The virtual private gateway that is attached to one VPC.
    pub(super) async fn vpn_gateway_of(&self, vpc: &str) -> Result<Option<VpnGateway>, ProviderError> {
        let is_its = |gateway: &VpnGateway| {
            let mut attachments = gateway.vpc_attachments().iter();
            attachments.any(|attachment| attachment.vpc_id() == Some(vpc) && holds(attachment))
        };
        Ok(self.vpn_gateways(vec![vpc.to_owned()]).await?.into_iter().find(is_its))
    }

    async fn default_groups_by_vpc(
        self: Arc<Self>,
        vpcs: Vec<String>,
    ) -> Result<BTreeMap<String, SecurityGroup>, ProviderError> {
        let filters = vec![filter("vpc-id", vpcs), filter("group-name", ["default"])];
        let groups = self.groups(filters).await?.into_iter();
        let defaults = groups.filter(|group| group.group_name() == Some("default"));
        Ok(defaults.filter_map(|group| Some((group.vpc_id().map(str::to_owned)?, group))).collect())
    }

    /// The security group that came with a VPC.
    pub(super) async fn default_group(&self, vpc: &str) -> Result<Option<SecurityGroup>, ProviderError> {
        let filters = vec![filter("vpc-id", [vpc]), filter("group-name", ["default"])];
        let is_it =
            |group: &SecurityGroup| group.vpc_id() == Some(vpc) && group.group_name() == Some("default");
        Ok(self.groups(filters).await?.into_iter().find(is_it))
    }

    /// The route table that each subnet is associated with.
    async fn tables_by_subnet(
        self: Arc<Self>,
        subnets: Vec<String>,
    ) -> Result<BTreeMap<String, RouteTable>, ProviderError> {
        let mut found = BTreeMap::new();
        for table in self.tables(vec![filter("association.subnet-id", subnets)]).await? {
            for association in table.associations() {
                if let Some(subnet) = association.subnet_id() {
                    found.insert(subnet.to_owned(), table.clone());
                }
            }
        }
        Ok(found)
    }

    /// The route table that one subnet is associated with.
    pub(super) async fn table_of(&self, subnet: &str) -> Result<Option<RouteTable>, ProviderError> {
        let found = self.tables(vec![filter("association.subnet-id", [subnet])]).await?;
        let is_its = |table: &RouteTable| {
            table.associations().iter().any(|association| association.subnet_id() == Some(subnet))
        };
        Ok(found.into_iter().find(is_its))
    }

    async fn dns_support(self: Arc<Self>, vpc: String) -> Result<Option<bool>, ProviderError> {
        let request = || {
            let describe = self.client.describe_vpc_attribute().vpc_id(&vpc);
            describe.attribute(VpcAttributeName::EnableDnsSupport).send()
        };
        let found = self.caller.find("ec2:DescribeVpcAttribute", request).await?;
        Ok(found.and_then(|answer| answer.enable_dns_support?.value))
    }

    async fn dns_hostnames(self: Arc<Self>, vpc: String) -> Result<Option<bool>, ProviderError> {
        let request = || {
            let describe = self.client.describe_vpc_attribute().vpc_id(&vpc);
            describe.attribute(VpcAttributeName::EnableDnsHostnames).send()
        };
        let found = self.caller.find("ec2:DescribeVpcAttribute", request).await?;
        Ok(found.and_then(|answer| answer.enable_dns_hostnames?.value))
    }

    /// Sets the tags of anything that has an id.
    pub(super) async fn set_tags(
        &self,
        operation: &Operation<'_>,
        change: &Change<'_>,
    ) -> Result<(), ProviderError> {
        let (set, gone) = change.tags(operation);
        let set = tags(set);
        let id = change.physical_id;
        let request = || self.client.create_tags().resources(id).set_tags(Some(set.clone())).send();
        self.caller.call("ec2:CreateTags", request).await?;
        if !gone.is_empty() {
            let gone: Vec<Tag> = gone.into_iter().map(|key| Tag::builder().key(key).build()).collect();
            let request = || self.client.delete_tags().resources(id).set_tags(Some(gone.clone())).send();
            self.caller.call("ec2:DeleteTags", request).await?;
        }
        Ok(())
    }
}

/// Whether a gateway is attached, or on its way on or off.
fn holds(attachment: &VpcAttachment) -> bool {
    attachment.state() != Some(&AttachmentStatus::Detached)
}

/// A filter by any of these values.
pub(super) fn filter(name: &str, values: impl IntoIterator<Item = impl Into<String>>) -> Filter {
    let values = values.into_iter().map(Into::into).collect();
    Filter::builder().name(name).set_values(Some(values)).build()
}

/// The filter by the instance that owns something.
pub(super) fn owned_by(operation: &Operation<'_>) -> Vec<Filter> {
    vec![filter(&format!("tag:{INSTANCE_TAG}"), [operation.instance.as_str()])]
}

/// The first of these that the operation's instance owns.
pub(super) fn ours<'a>(
    operation: &Operation<'_>,
    candidates: impl IntoIterator<Item = (Option<&'a str>, &'a [Tag])>,
) -> Found {
    candidates
        .into_iter()
        .find_map(|(id, tags)| operation.owns(&carried(tags)).then_some(id?))
        .map_or(Found::Nothing, |id| Found::Ours { physical_id: id.to_owned() })
}

/// Tags as the API takes them.
pub(super) fn tags(tags: BTreeMap<String, String>) -> Vec<Tag> {
    tags.into_iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// Tags of something that is about to be made.
pub(super) fn specification(kind: ResourceType, given: BTreeMap<String, String>) -> TagSpecification {
    TagSpecification::builder().resource_type(kind).set_tags(Some(tags(given))).build()
}

/// Tags as the API reports them.
pub(super) fn carried(tags: &[Tag]) -> BTreeMap<String, String> {
    let pair = |tag: &Tag| Some((tag.key()?.to_owned(), tag.value().unwrap_or_default().to_owned()));
    tags.iter().filter_map(pair).collect()
}

/// The id in an answer that must hold one.
pub(super) fn made(action: &str, id: Option<&str>) -> Result<String, ProviderError> {
    id.map(str::to_owned)
        .ok_or_else(|| ProviderError::new(ProviderErrorKind::Ambiguous, action, "the answer holds no id"))
}
