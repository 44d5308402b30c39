//! The handler of `AWS::ElasticLoadBalancingV2::LoadBalancer`.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_elasticloadbalancingv2::types::{
    IpAddressType, IpamPools, LoadBalancer as Described, LoadBalancerAttribute, LoadBalancerStateEnum,
    LoadBalancerTypeEnum, MinimumLoadBalancerCapacity, RemoveIpamPoolEnum,
};
use ironward_aws::elbv2::LoadBalancer;
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::ProviderError;
use ironward_core::provider::{
    Change, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Phase, Read, ReadResults,
    Readiness, Target, Wait,
};
use ironward_core::schema::Schema;

use super::api::{CAPACITY, Elb, LOAD_BALANCER_ATTRIBUTES, LOAD_BALANCERS, TAGS, no_arn, sdk_tags, taken};
use super::attributes::{self, Keys, OF_LOAD_BALANCERS};

pub(super) struct LoadBalancerHandler(pub(super) Arc<Elb>);

/// The property that is read by a call of its own.
const CAPACITY_OF: &str = "MinimumLoadBalancerCapacity";
const ATTRIBUTES: &str = "LoadBalancerAttributes";
const CREATE: &str = "elasticloadbalancing:CreateLoadBalancer";

impl Elb {
    async fn load_balancer_named(&self, name: &str) -> Result<Option<String>, ProviderError> {
        let request = || self.client.describe_load_balancers().names(name).send();
        let answer = self.caller.find(LOAD_BALANCERS, request).await?;
        let described = answer.and_then(|answer| answer.load_balancers).unwrap_or_default();
        Ok(described.into_iter().find_map(|balancer| balancer.load_balancer_arn))
    }

    async fn set_load_balancer_attributes(&self, arn: &str, keys: Keys) -> Result<(), ProviderError> {
        let attributes: Vec<LoadBalancerAttribute> = keys
            .into_iter()
            .map(|(key, value)| LoadBalancerAttribute::builder().key(key).value(value).build())
            .collect();
        if attributes.is_empty() {
            return Ok(());
        }
        let request = || {
            self.client
                .modify_load_balancer_attributes()
                .load_balancer_arn(arn)
                .set_attributes(Some(attributes.clone()))
                .send()
        };
        self.caller.call("elasticloadbalancing:ModifyLoadBalancerAttributes", request).await?;
        Ok(())
    }
}

fn ipam_pools(properties: &Document) -> Result<Option<IpamPools>, ProviderError> {
    let pool: Option<String> = properties.opt("Ipv4IpamPoolId")?;
    Ok(pool.map(|pool| IpamPools::builder().ipv4_ipam_pool_id(pool).build()))
}

fn readiness(balancer: &Described) -> Readiness {
    let Some(state) = balancer.state() else { return Readiness::Ready };
    let reason = || state.reason().unwrap_or("the service gave no reason").to_owned();
    match state.code() {
        Some(LoadBalancerStateEnum::Provisioning) => {
            Readiness::Pending("load balancer is provisioning".to_owned())
        }
        Some(LoadBalancerStateEnum::Failed) => Readiness::Failed(reason()),
        _ => Readiness::Ready,
    }
}

#[async_trait]
impl Handler for LoadBalancerHandler {
    fn schema(&self) -> &'static Schema {
        LoadBalancer::SCHEMA
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        // A call of its own for each load balancer: only where something is declared.
        let capacity = target.properties.has(CAPACITY_OF).then_some(CAPACITY);
        [LOAD_BALANCERS, LOAD_BALANCER_ATTRIBUTES, TAGS]
            .into_iter()
            .chain(capacity)
            .map(|operation| Read::new(operation, target.physical_id))
            .collect()
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let arn = target.physical_id;
        let Some(balancer) = answers.get::<Described>(LOAD_BALANCERS, arn)? else {
            return Ok(Observation::Absent);
        };
        let full_name = arn.split_once(":loadbalancer/").map(|(_, name)| name);
        let attributes = Document::new()
            .with("LoadBalancerArn", arn)
            .with("LoadBalancerName", balancer.load_balancer_name())
            .with("LoadBalancerFullName", full_name)
            .with("DNSName", balancer.dns_name())
            .with("CanonicalHostedZoneID", balancer.canonical_hosted_zone_id());
        let subnets: Vec<&str> =
            balancer.availability_zones().iter().filter_map(|zone| zone.subnet_id()).collect();
        let mut observed = Observed::new(attributes)
            .with_some("Name", balancer.load_balancer_name())
            .with_some("Scheme", balancer.scheme().map(|scheme| scheme.as_str()))
            .with_some("Type", balancer.r#type().map(|kind| kind.as_str()))
            .with_some("IpAddressType", balancer.ip_address_type().map(|kind| kind.as_str()))
            .with("Subnets", subnets)
            .with("SecurityGroups", balancer.security_groups())
            .with_some("Ipv4IpamPoolId", balancer.ipam_pools().and_then(|pools| pools.ipv4_ipam_pool_id()))
            .with_readiness(readiness(balancer));
        let declared = attributes::declared(target.properties, ATTRIBUTES)?;
        if let Some(keys) = answers.get::<Keys>(LOAD_BALANCER_ATTRIBUTES, arn)? {
            observed = observed.with_some(ATTRIBUTES, attributes::seen(&declared, keys));
        }
        if target.properties.has(CAPACITY_OF)
            && let Some(units) = answers.get::<i32>(CAPACITY, arn)?
        {
            let reserved = (*units > 0).then(|| Document::new().with("CapacityUnits", *units));
            observed = observed.with(CAPACITY_OF, reserved);
        }
        if let Some(tags) = answers.get::<BTreeMap<String, String>>(TAGS, arn)? {
            observed = observed.tagged(tags.clone());
        }
        Ok(Observation::Present(observed))
    }

    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let Self(elb) = self;
        let name: String = desired.get("Name")?;
        // With the same settings the API hands out what has the name, whoever made it.
        if !name.ends_with(operation.instance.short()) && elb.load_balancer_named(&name).await?.is_some() {
            return Err(taken(CREATE, &name));
        }
        let subnets: Vec<String> = desired.list("Subnets")?;
        let groups: Vec<String> = desired.list("SecurityGroups")?;
        let scheme = desired.parsed("Scheme")?;
        let addresses = desired.parsed::<IpAddressType>("IpAddressType")?;
        let pools = ipam_pools(desired)?;
        let tags = sdk_tags(operation.tags(desired));
        let request = || {
            elb.client
                .create_load_balancer()
                .name(&name)
                .r#type(LoadBalancerTypeEnum::Application)
                .set_scheme(scheme.clone())
                .set_subnets(Some(subnets.clone()))
                .set_security_groups(Some(groups.clone()))
                .set_ip_address_type(addresses.clone())
                .set_ipam_pools(pools.clone())
                .set_tags(Some(tags.clone()))
                .send()
        };
        let answer = elb.caller.make(CREATE, request).await?;
        let made = answer.load_balancers.unwrap_or_default().into_iter().next();
        made.and_then(|balancer| balancer.load_balancer_arn).ok_or_else(|| no_arn(CREATE))
    }

    async fn reconcile(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        let Self(elb) = self;
        let (arn, after) = (change.physical_id, change.after);
        let addresses = after.parsed("IpAddressType")?.unwrap_or(IpAddressType::Ipv4);
        if change.has("ip_address_type") && addresses == IpAddressType::Ipv4 {
            // Before the subnets: new ones may have no IPv6.
            elb.set_ip_address_type(arn, addresses.clone()).await?;
        }
        if change.has("subnets") {
            let subnets: Vec<String> = after.list("Subnets")?;
            let request =
                || elb.client.set_subnets().load_balancer_arn(arn).set_subnets(Some(subnets.clone())).send();
            elb.caller.call("elasticloadbalancing:SetSubnets", request).await?;
        }
        if change.has("ip_address_type") && addresses != IpAddressType::Ipv4 {
            elb.set_ip_address_type(arn, addresses).await?;
        }
        if change.has("security_groups") {
            let groups: Vec<String> = after.list("SecurityGroups")?;
            let request = || {
                let request = elb.client.set_security_groups().load_balancer_arn(arn);
                request.set_security_groups(Some(groups.clone())).send()
            };
            elb.caller.call("elasticloadbalancing:SetSecurityGroups", request).await?;
        }
        if change.has("ipam_pool") {
            elb.set_ipam_pools(arn, ipam_pools(after)?).await?;
        }
        if change.has("capacity") {
            elb.set_capacity(arn, after.opt(CAPACITY_OF)?.as_ref()).await?;
        }
        if change.has("attributes") {
            let before = attributes::declared(change.before, ATTRIBUTES)?;
            let after = attributes::declared(after, ATTRIBUTES)?;
            let keys = attributes::to_set(&before, &after, OF_LOAD_BALANCERS);
            elb.set_load_balancer_attributes(arn, keys).await?;
        }
        if change.has("tags") {
            elb.retag(operation, change).await?;
        }
        Ok(())
    }

    async fn delete(
        &self,
        operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        let Self(elb) = self;
        let arn = target.physical_id;
        let protection = "deletion_protection.enabled".to_owned();
        if operation.policy.lift_protection {
            let off = Keys::from([(protection, "false".to_owned())]);
            elb.set_load_balancer_attributes(arn, off).await?;
        }
        let request = || elb.client.delete_load_balancer().load_balancer_arn(arn).send();
        elb.caller.call("elasticloadbalancing:DeleteLoadBalancer", request).await?;
        Ok(DeleteOutcome::default())
    }

    async fn find(&self, operation: &Operation<'_>, desired: &Document) -> Result<Found, ProviderError> {
        let Self(elb) = self;
        let name: String = desired.get("Name")?;
        let Some(arn) = elb.load_balancer_named(&name).await? else { return Ok(Found::Nothing) };
        let tags = Arc::clone(elb).tags_of(&arn).await?;
        Ok(Found::by_tags(operation, &arn, &tags))
    }

    fn wait(&self, phase: Phase) -> Option<Wait> {
        Some(match phase {
            Phase::Created => Wait::seconds(30, 10, 600),
            Phase::Updated => Wait::seconds(0, 5, 600),
            Phase::Deleted => Wait::seconds(0, 5, 300),
        })
    }
}

impl Elb {
    /// Takes addresses from this pool; from Amazon's own where there is none.
    async fn set_ipam_pools(&self, arn: &str, pools: Option<IpamPools>) -> Result<(), ProviderError> {
        let gone = pools.is_none().then(|| vec![RemoveIpamPoolEnum::Ipv4]);
        let request = || {
            let request = self.client.modify_ip_pools().load_balancer_arn(arn);
            request.set_ipam_pools(pools.clone()).set_remove_ipam_pools(gone.clone()).send()
        };
        self.caller.call("elasticloadbalancing:ModifyIpPools", request).await?;
        Ok(())
    }

    /// Reserves capacity; none gives it back.
    async fn set_capacity(&self, arn: &str, declared: Option<&Document>) -> Result<(), ProviderError> {
        let capacity = declared
            .map(|declared| -> Result<_, ProviderError> {
                let units = declared.opt("CapacityUnits")?;
                Ok(MinimumLoadBalancerCapacity::builder().set_capacity_units(units).build())
            })
            .transpose()?;
        let reset = capacity.is_none().then_some(true);
        let request = || {
            let request = self.client.modify_capacity_reservation().load_balancer_arn(arn);
            request
                .set_minimum_load_balancer_capacity(capacity.clone())
                .set_reset_capacity_reservation(reset)
                .send()
        };
        self.caller.call("elasticloadbalancing:ModifyCapacityReservation", request).await?;
        Ok(())
    }

    async fn set_ip_address_type(&self, arn: &str, kind: IpAddressType) -> Result<(), ProviderError> {
        let request =
            || self.client.set_ip_address_type().load_balancer_arn(arn).ip_address_type(kind.clone()).send();
        self.caller.call("elasticloadbalancing:SetIpAddressType", request).await?;
        Ok(())
    }
}
