//! The handler of `AWS::EC2::VPC`.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ec2::types::{self as sdk, AttributeBooleanValue, ResourceType, VpcState};
use ironward_aws::ec2::Vpc;
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::part::{Part, Shown};
use ironward_core::provider::{
    Change, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Phase, Read, ReadResults,
    Readiness, Target, Wait,
};
use ironward_core::schema::Schema;

use super::encryption_control;
use super::in_the_way;
use super::network_api::{
    DEFAULT_GROUPS, DNS_HOSTNAMES, DNS_SUPPORT, Network, VPCS, carried, made, ours, owned_by, specification,
};
use super::security_api::Security;
use super::security_group_rule::part;

pub(super) struct VpcHandler(pub(super) Arc<Network>, pub(super) Arc<Security>);

impl Network {
    async fn set_dns_support(&self, vpc: &str, on: bool) -> Result<(), ProviderError> {
        let value = AttributeBooleanValue::builder().value(on).build();
        let request =
            || self.client.modify_vpc_attribute().vpc_id(vpc).enable_dns_support(value.clone()).send();
        self.caller.call("ec2:ModifyVpcAttribute", request).await.map(|_| ())
    }

    async fn set_dns_hostnames(&self, vpc: &str, on: bool) -> Result<(), ProviderError> {
        let value = AttributeBooleanValue::builder().value(on).build();
        let request =
            || self.client.modify_vpc_attribute().vpc_id(vpc).enable_dns_hostnames(value.clone()).send();
        self.caller.call("ec2:ModifyVpcAttribute", request).await.map(|_| ())
    }

    /// Revokes every rule of the security group that came with a VPC.
    async fn close_default_group(&self, vpc: &str) -> Result<(), ProviderError> {
        let missing = || {
            let message = format!("the default security group of {vpc} can't be seen");
            ProviderError::new(ProviderErrorKind::NotFound, "ec2:DescribeSecurityGroups", message)
        };
        let group = self.default_group(vpc).await?.ok_or_else(missing)?;
        let id = group.group_id();
        if !group.ip_permissions().is_empty() {
            let request = || {
                let revoke = self.client.revoke_security_group_ingress().set_group_id(id.map(str::to_owned));
                revoke.set_ip_permissions(group.ip_permissions.clone()).send()
            };
            self.caller.find("ec2:RevokeSecurityGroupIngress", request).await?;
        }
        if !group.ip_permissions_egress().is_empty() {
            let request = || {
                let revoke = self.client.revoke_security_group_egress().set_group_id(id.map(str::to_owned));
                revoke.set_ip_permissions(group.ip_permissions_egress.clone()).send()
            };
            self.caller.find("ec2:RevokeSecurityGroupEgress", request).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Handler for VpcHandler {
    fn schema(&self) -> &'static Schema {
        Vpc::SCHEMA
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        [VPCS, DNS_SUPPORT, DNS_HOSTNAMES, DEFAULT_GROUPS]
            .into_iter()
            .map(|operation| Read::new(operation, target.physical_id))
            .collect()
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let id = target.physical_id;
        let Some(vpc) = answers.get::<sdk::Vpc>(VPCS, id)? else { return Ok(Observation::Absent) };
        let group = answers.get::<sdk::SecurityGroup>(DEFAULT_GROUPS, id)?;
        let readiness = match (vpc.state(), group) {
            (Some(VpcState::Pending), _) => Readiness::Pending("the VPC is pending".to_owned()),
            (_, None) => Readiness::Pending("its default security group isn't visible yet".to_owned()),
            _ => Readiness::Ready,
        };
        let attributes = Document::new()
            .with("VpcId", vpc.vpc_id())
            .with("CidrBlock", vpc.cidr_block())
            .with("DefaultSecurityGroup", group.and_then(|group| group.group_id()));
        let closed =
            group.map(|group| group.ip_permissions().is_empty() && group.ip_permissions_egress().is_empty());
        let observed = Observed::new(attributes)
            .with_some("CidrBlock", vpc.cidr_block())
            .with_some("InstanceTenancy", vpc.instance_tenancy().map(|tenancy| tenancy.as_str()))
            .with_some("EnableDnsSupport", answers.get::<bool>(DNS_SUPPORT, id)?.copied())
            .with_some("EnableDnsHostnames", answers.get::<bool>(DNS_HOSTNAMES, id)?.copied())
            .with_some("DefaultSecurityGroupClosed", closed)
            .with_some("VpcEncryptionControl", vpc.encryption_control().and_then(encryption_control::view))
            .tagged(carried(vpc.tags()))
            .with_readiness(readiness);
        Ok(Observation::Present(observed))
    }

    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let Self(network, _) = self;
        let range: String = desired.get("CidrBlock")?;
        let tenancy: Option<sdk::Tenancy> = desired.parsed("InstanceTenancy")?;
        let tags = specification(ResourceType::Vpc, operation.tags(desired));
        let request = || {
            network
                .client
                .create_vpc()
                .cidr_block(&range)
                .set_instance_tenancy(tenancy.clone())
                .tag_specifications(tags.clone())
                .send()
        };
        let answer = network.caller.make("ec2:CreateVpc", request).await?;
        made("ec2:CreateVpc", answer.vpc().and_then(|vpc| vpc.vpc_id()))
    }

    async fn reconcile(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        let Self(network, _) = self;
        let (vpc, after) = (change.physical_id, change.after);
        let support = after.opt("EnableDnsSupport")?.unwrap_or(true);
        let hostnames = after.opt("EnableDnsHostnames")?.unwrap_or(false);
        if change.has("default_security_group") {
            network.close_default_group(vpc).await?;
        }
        // Names of hosts need the resolver, so it goes on first and off last.
        if change.has("dns_support") && support {
            network.set_dns_support(vpc, true).await?;
        }
        if change.has("dns_hostnames") {
            network.set_dns_hostnames(vpc, hostnames).await?;
        }
        if change.has("dns_support") && !support {
            network.set_dns_support(vpc, false).await?;
        }
        if change.has("encryption_control") {
            network.set_encryption_control(vpc, after.opt("VpcEncryptionControl")?.as_ref()).await?;
        }
        if change.has("tags") {
            network.set_tags(operation, change).await?;
        }
        Ok(())
    }

    async fn delete(
        &self,
        _operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        let (network, id) = (&self.0, target.physical_id);
        let request = || network.client.delete_vpc().vpc_id(id).send();
        match network.caller.call("ec2:DeleteVpc", request).await {
            Ok(_) => Ok(DeleteOutcome::default()),
            Err(error) => Err(in_the_way::named(&network.client, &network.caller, error, "vpc-id", id).await),
        }
    }

    async fn find(&self, operation: &Operation<'_>, _desired: &Document) -> Result<Found, ProviderError> {
        let found = self.0.vpcs(owned_by(operation)).await?;
        Ok(ours(operation, found.iter().map(|vpc| (vpc.vpc_id(), vpc.tags()))))
    }

    /// The rules of the security group that came with it.
    async fn parts(&self, target: &Target<'_>) -> Result<Vec<Part>, ProviderError> {
        let Self(_, security) = self;
        let Some(group) = target.attributes.opt::<String>("DefaultSecurityGroup")? else {
            return Ok(Vec::new());
        };
        let mut rules = Arc::clone(security).rules(vec![group.clone()]).await?;
        let shown = || Shown::Otherwise("DefaultSecurityGroupClosed", true.into());
        let rules = rules.remove(&group).unwrap_or_default();
        Ok(rules.iter().filter_map(|rule| part(rule, Some(shown()))).collect())
    }

    fn wait(&self, phase: Phase) -> Option<Wait> {
        match phase {
            Phase::Created | Phase::Updated => Some(Wait::seconds(1, 2, 600)),
            Phase::Deleted => None,
        }
    }
}
