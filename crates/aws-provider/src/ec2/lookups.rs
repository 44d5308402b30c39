//! Lookups of zones, networks and images that exist already.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ec2::types::{
    AvailabilityZoneOptInStatus, AvailabilityZoneState, Filter, Image, RouteTable, Tag,
};
use ironward_aws::ec2::{
    AvailabilityZones, ExistingImage, ExistingSubnet, ExistingVpc, Isolated, Private, Tier,
};
use ironward_core::declare::Lookup;
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};

use super::network_api::{Network, ROUTE_TABLES, SUBNETS, VPCS, carried, filter};
use crate::lookups::Resolver;

pub(super) struct ZonesResolver(pub(super) Arc<Network>);
pub(super) struct VpcResolver(pub(super) Arc<Network>);
pub(super) struct SubnetResolver(pub(super) Arc<Network>);
pub(super) struct ImageResolver(pub(super) Arc<Network>);

/// What is asked for: an id, or tags.
struct Wanted {
    id: Option<String>,
    tags: BTreeMap<String, String>,
}

impl Wanted {
    fn of(query: &Document) -> Result<Self, ProviderError> {
        Ok(Self { id: query.opt("Id")?, tags: query.opt("Tags")?.unwrap_or_default() })
    }

    fn filters(&self, of_id: &str) -> Vec<Filter> {
        match &self.id {
            Some(id) => vec![filter(of_id, [id])],
            None => self.tags.iter().map(|(key, value)| filter(&format!("tag:{key}"), [value])).collect(),
        }
    }

    fn fits(&self, id: Option<&str>, tags: &[Tag]) -> bool {
        match &self.id {
            Some(wanted) => id == Some(wanted.as_str()),
            None => {
                let carried = carried(tags);
                self.tags.iter().all(|(key, value)| carried.get(key) == Some(value))
            }
        }
    }

    fn words(&self) -> String {
        match &self.id {
            Some(id) => format!("the id `{id}`"),
            None => {
                let tags: Vec<String> =
                    self.tags.iter().map(|(key, value)| format!("`{key}` = `{value}`")).collect();
                format!("the tags {}", tags.join(", "))
            }
        }
    }

    /// The one that was found.
    fn only<T>(&self, action: &str, what: &str, found: Vec<T>) -> Result<T, ProviderError> {
        let count = found.len();
        match <[T; 1]>::try_from(found) {
            Ok([one]) => Ok(one),
            Err(_) if count == 0 => {
                let message = format!("no {what} has {}", self.words());
                Err(ProviderError::new(ProviderErrorKind::NotFound, action, message))
            }
            Err(_) => {
                let message = format!("{count} {what}s have {}, and it must be one", self.words());
                Err(ProviderError::new(ProviderErrorKind::Invalid, action, message))
            }
        }
    }
}

#[async_trait]
impl Resolver for ZonesResolver {
    fn name(&self) -> &'static str {
        AvailabilityZones::NAME
    }

    async fn resolve(&self, _query: &Document) -> Result<Document, ProviderError> {
        let filters = vec![
            filter("state", ["available"]),
            filter("opt-in-status", ["opt-in-not-required"]),
            filter("zone-type", ["availability-zone"]),
        ];
        let request =
            || self.0.client.describe_availability_zones().set_filters(Some(filters.clone())).send();
        let answer = self.0.caller.call("ec2:DescribeAvailabilityZones", request).await?;
        let mut zones: Vec<(String, String)> = answer
            .availability_zones()
            .iter()
            .filter(|zone| zone.state().is_none_or(|state| *state == AvailabilityZoneState::Available))
            .filter(|zone| {
                let status = zone.opt_in_status();
                status.is_none_or(|status| *status == AvailabilityZoneOptInStatus::OptInNotRequired)
            })
            .filter(|zone| zone.zone_type().is_none_or(|kind| kind == "availability-zone"))
            .filter_map(|zone| Some((zone.zone_name()?.to_owned(), zone.zone_id()?.to_owned())))
            .collect();
        zones.sort();
        let (names, ids): (Vec<String>, Vec<String>) = zones.into_iter().unzip();
        Ok(Document::new().with("Names", names).with("Ids", ids))
    }
}

#[async_trait]
impl Resolver for VpcResolver {
    fn name(&self) -> &'static str {
        ExistingVpc::NAME
    }

    async fn resolve(&self, query: &Document) -> Result<Document, ProviderError> {
        let wanted = Wanted::of(query)?;
        let mut found = self.0.vpcs(wanted.filters("vpc-id")).await?;
        found.retain(|vpc| wanted.fits(vpc.vpc_id(), vpc.tags()));
        let vpc = wanted.only(VPCS, "VPC", found)?;
        Ok(Document::new().with("VpcId", vpc.vpc_id()).with("CidrBlock", vpc.cidr_block()))
    }
}

impl Network {
    /// The table that decides where a subnet's traffic goes: its own, or else the VPC's main one.
    async fn effective_table(&self, subnet: &str, vpc: &str) -> Result<RouteTable, ProviderError> {
        if let Some(table) = self.table_of(subnet).await? {
            return Ok(table);
        }
        let filters = vec![filter("vpc-id", [vpc]), filter("association.main", ["true"])];
        let is_main = |table: &RouteTable| {
            table.vpc_id() == Some(vpc)
                && table.associations().iter().any(|association| association.main() == Some(true))
        };
        self.tables(filters).await?.into_iter().find(is_main).ok_or_else(|| {
            let message = format!("the route table of the subnet {subnet} can't be seen");
            ProviderError::new(ProviderErrorKind::NotFound, ROUTE_TABLES, message)
        })
    }
}

/// The route of a table that a tier doesn't allow, in words.
pub(super) fn offence(tier: &str, table: &RouteTable) -> Option<String> {
    table.routes().iter().find_map(|route| {
        let to = route
            .destination_cidr_block()
            .or_else(|| route.destination_ipv6_cidr_block())
            .or_else(|| route.destination_prefix_list_id())
            .unwrap_or("somewhere");
        let gateway = route.gateway_id().filter(|gateway| gateway.starts_with("igw-"));
        let outward =
            gateway.or_else(|| route.nat_gateway_id()).or_else(|| route.egress_only_internet_gateway_id());
        let is_default = to == "0.0.0.0/0" || to == "::/0";
        let refused = if tier == Isolated::NAME {
            is_default || outward.is_some()
        } else {
            tier == Private::NAME && gateway.is_some()
        };
        let target = outward.or_else(|| route.gateway_id()).unwrap_or("another target");
        refused.then(|| format!("{to} to {target}"))
    })
}

#[async_trait]
impl Resolver for SubnetResolver {
    fn name(&self) -> &'static str {
        ExistingSubnet::<Isolated>::NAME
    }

    async fn resolve(&self, query: &Document) -> Result<Document, ProviderError> {
        let wanted = Wanted::of(query)?;
        let tier: String = query.get("Tier")?;
        let mut found = self.0.subnets(wanted.filters("subnet-id")).await?;
        found.retain(|subnet| wanted.fits(subnet.subnet_id(), subnet.tags()));
        let subnet = wanted.only(SUBNETS, "subnet", found)?;
        let id = subnet.subnet_id().unwrap_or_default();
        let table = self.0.effective_table(id, subnet.vpc_id().unwrap_or_default()).await?;
        if let Some(route) = offence(&tier, &table) {
            let table = table.route_table_id().unwrap_or_default();
            let message = format!(
                "the subnet {id} isn't {tier}: its route table {table} has a route from {route} \
                 (45 CFR 164.312(a)(1))"
            );
            return Err(ProviderError::new(ProviderErrorKind::Invalid, ROUTE_TABLES, message));
        }
        Ok(Document::new()
            .with("SubnetId", id)
            .with("VpcId", subnet.vpc_id())
            .with("CidrBlock", subnet.cidr_block())
            .with("AvailabilityZone", subnet.availability_zone()))
    }
}

#[async_trait]
impl Resolver for ImageResolver {
    fn name(&self) -> &'static str {
        ExistingImage::NAME
    }

    async fn resolve(&self, query: &Document) -> Result<Document, ProviderError> {
        let owner: String = query.get("Owner")?;
        let name: String = query.get("Name")?;
        let filters = vec![filter("name", [&name]), filter("state", ["available"])];
        let mut newest: Option<Image> = None;
        let mut token: Option<String> = None;
        loop {
            let request = || {
                self.0
                    .client
                    .describe_images()
                    .owners(&owner)
                    .set_filters(Some(filters.clone()))
                    .set_next_token(token.clone())
                    .send()
            };
            let page = self.0.caller.call("ec2:DescribeImages", request).await?;
            for image in page.images() {
                if newest.as_ref().is_none_or(|newest| newest.creation_date() < image.creation_date()) {
                    newest = Some(image.clone());
                }
            }
            token = page.next_token().filter(|token| !token.is_empty()).map(str::to_owned);
            if token.is_none() {
                break;
            }
        }
        let image = newest.ok_or_else(|| {
            let message = format!("`{owner}` has no available image whose name fits `{name}`");
            ProviderError::new(ProviderErrorKind::NotFound, "ec2:DescribeImages", message)
        })?;
        Ok(Document::new().with("ImageId", image.image_id()).with("Name", image.name()))
    }
}
