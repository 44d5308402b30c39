//! The handler of `AWS::EC2::VPCEndpoint`.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ec2::operation::delete_vpc_endpoints::DeleteVpcEndpointsOutput;
use aws_sdk_ec2::types::{
    DnsOptions, DnsOptionsSpecification, DnsRecordIpType, IpAddressType, ResourceType, VpcEndpointType,
};
use ironward_aws::ec2::VpcEndpoint;
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::provider::{
    Change, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Phase, Read, ReadResults,
    Readiness, Target, Wait,
};
use ironward_core::schema::Schema;

use super::security_api::{ENDPOINTS, Security, carried, of_instance, refusal, specification};

pub(super) struct VpcEndpointHandler(pub(super) Arc<Security>);

type Endpoint = aws_sdk_ec2::types::VpcEndpoint;

const CREATE: &str = "ec2:CreateVpcEndpoint";
/// Options, and what says nothing of them.
const NO_RECORDS: (&str, &str) = ("DnsRecordIpType", "not-specified");
const NO_INBOUND: (&str, &str) = ("PrivateDnsOnlyForInboundResolverEndpoint", "NotSpecified");
const ONLY_INBOUND: &str = "OnlyInboundResolver";
const ALL_RESOLVERS: &str = "AllResolvers";

/// The policy that an endpoint has unless another is set.
fn policy(properties: &Document) -> String {
    let default = VpcEndpoint::SCHEMA.property("PolicyDocument").and_then(|property| property.default);
    properties
        .json("PolicyDocument")
        .map_or_else(|| default.unwrap_or_default().to_owned(), ToString::to_string)
}

fn state(endpoint: &Endpoint) -> String {
    endpoint.state().map(|state| state.as_str().to_lowercase()).unwrap_or_default()
}

fn reason(endpoint: &Endpoint) -> String {
    let last = endpoint.last_error().and_then(|error| error.message());
    let reason = endpoint.failure_reason().or(last).unwrap_or("the service gave no reason");
    format!("the endpoint is {}: {reason}", state(endpoint))
}

fn dns_options(properties: &Document) -> Result<Option<DnsOptionsSpecification>, ProviderError> {
    let Some(options) = properties.opt::<Document>("DnsOptions")? else { return Ok(None) };
    let specified = |(name, nothing): (&str, &str)| -> Result<Option<String>, ProviderError> {
        Ok(options.opt(name)?.filter(|value| value != nothing))
    };
    let (records, inbound) = (specified(NO_RECORDS)?, specified(NO_INBOUND)?);
    let request = DnsOptionsSpecification::builder()
        .set_dns_record_ip_type(records.as_deref().map(DnsRecordIpType::from))
        .set_private_dns_preference(options.opt("PrivateDnsPreference")?)
        .set_private_dns_specified_domains(options.opt("PrivateDnsSpecifiedDomains")?)
        .set_private_dns_only_for_inbound_resolver_endpoint(inbound.map(|who| who == ONLY_INBOUND));
    Ok(Some(request.build()))
}

/// What takes DNS options back.
fn undone(options: DnsOptionsSpecification) -> DnsOptionsSpecification {
    let inbound = options.private_dns_only_for_inbound_resolver_endpoint();
    DnsOptionsSpecification::builder()
        .set_dns_record_ip_type(options.dns_record_ip_type().map(|_| DnsRecordIpType::Ipv4))
        .set_private_dns_only_for_inbound_resolver_endpoint(inbound.map(|_| false))
        .build()
}

/// The options that an endpoint has, but for those that were declared as not specified.
fn shown_dns(options: &DnsOptions, declared: &Document) -> Document {
    let inbound = options.private_dns_only_for_inbound_resolver_endpoint();
    let specified = |(name, nothing): (&str, &str)| declared.json(name).is_none_or(|value| value != nothing);
    let records = options.dns_record_ip_type().filter(|_| specified(NO_RECORDS));
    let inbound = inbound.filter(|_| specified(NO_INBOUND));
    Document::new()
        .with(NO_RECORDS.0, records.map(|kind| kind.as_str()))
        .with(NO_INBOUND.0, inbound.map(|only| if only { ONLY_INBOUND } else { ALL_RESOLVERS }))
        .with("PrivateDnsPreference", options.private_dns_preference())
        .with("PrivateDnsSpecifiedDomains", options.private_dns_specified_domains.clone())
}

fn group_ids(endpoint: &Endpoint) -> Option<Vec<String>> {
    let groups = endpoint.groups.as_ref()?;
    Some(groups.iter().filter_map(|group| group.group_id.clone()).collect())
}

/// What to add and what to remove to come from what is there to what is declared.
fn steps(there: Option<Vec<String>>, declared: Vec<String>) -> (Option<Vec<String>>, Option<Vec<String>>) {
    let there = there.unwrap_or_default();
    let add: Vec<String> = declared.iter().filter(|id| !there.contains(id)).cloned().collect();
    let gone: Vec<String> = there.into_iter().filter(|id| !declared.contains(id)).collect();
    ((!add.is_empty()).then_some(add), (!gone.is_empty()).then_some(gone))
}

impl Security {
    /// Changes where an endpoint stands. What is there is read first: adding what is there
    /// already is an error.
    async fn place_endpoint(self: &Arc<Self>, id: &str, after: &Document) -> Result<(), ProviderError> {
        let mut found = Arc::clone(self).endpoints(vec![id.to_owned()]).await?;
        let Some(endpoint) = found.remove(id) else {
            return Err(ProviderError::new(
                ProviderErrorKind::NotFound,
                ENDPOINTS,
                format!("there is no endpoint {id}"),
            ));
        };
        let groups = group_ids(&endpoint);
        let (tables, no_tables) = steps(endpoint.route_table_ids, after.list("RouteTableIds")?);
        let (subnets, no_subnets) = steps(endpoint.subnet_ids, after.list("SubnetIds")?);
        let (groups, no_groups) = steps(groups, after.list("SecurityGroupIds")?);
        if [&tables, &no_tables, &subnets, &no_subnets, &groups, &no_groups].iter().all(|step| step.is_none())
        {
            return Ok(());
        }
        let request = || {
            self.client
                .modify_vpc_endpoint()
                .vpc_endpoint_id(id)
                .set_add_route_table_ids(tables.clone())
                .set_remove_route_table_ids(no_tables.clone())
                .set_add_subnet_ids(subnets.clone())
                .set_remove_subnet_ids(no_subnets.clone())
                .set_add_security_group_ids(groups.clone())
                .set_remove_security_group_ids(no_groups.clone())
                .send()
        };
        self.caller.call("ec2:ModifyVpcEndpoint", request).await?;
        Ok(())
    }
}

#[async_trait]
impl Handler for VpcEndpointHandler {
    fn schema(&self) -> &'static Schema {
        VpcEndpoint::SCHEMA
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        vec![Read::new(ENDPOINTS, target.physical_id)]
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let id = target.physical_id;
        let Some(endpoint) = answers.get::<Endpoint>(ENDPOINTS, id)? else { return Ok(Observation::Absent) };
        let readiness = match state(endpoint).as_str() {
            "deleted" => return Ok(Observation::Absent),
            // Its network interfaces still hold subnets and security groups.
            "deleting" => Readiness::Pending("deleting".to_owned()),
            "pending" => Readiness::Pending("pending".to_owned()),
            "failed" | "rejected" | "expired" => Readiness::Failed(reason(endpoint)),
            // `pendingacceptance` waits for the owner of the service, who isn't us.
            _ => Readiness::Ready,
        };
        let entries: Vec<String> = endpoint
            .dns_entries()
            .iter()
            .map(|entry| {
                let zone = entry.hosted_zone_id().unwrap_or_default();
                format!("{zone}:{}", entry.dns_name().unwrap_or_default())
            })
            .collect();
        let attributes = Document::new()
            .with("Id", id)
            .with("DnsEntries", entries)
            .with("NetworkInterfaceIds", endpoint.network_interface_ids())
            .with("CreationTimestamp", endpoint.creation_timestamp().map(ToString::to_string));
        let policy = endpoint.policy_document().and_then(|text| serde_json::from_str(text).ok());
        let policy: Option<serde_json::Value> = policy;
        let address_type = endpoint.ip_address_type().map(IpAddressType::as_str);
        let declared: Document = target.properties.opt("DnsOptions")?.unwrap_or_default();
        let observed = Observed::new(attributes)
            .with_some("VpcId", endpoint.vpc_id())
            .with_some("ServiceName", endpoint.service_name())
            .with_some("ResourceConfigurationArn", endpoint.resource_configuration_arn())
            .with_some("ServiceNetworkArn", endpoint.service_network_arn())
            .with_some("VpcEndpointType", endpoint.vpc_endpoint_type().map(VpcEndpointType::as_str))
            .with_some("ServiceRegion", endpoint.service_region())
            .with_some("PolicyDocument", policy)
            .with_some("RouteTableIds", endpoint.route_table_ids.clone())
            .with_some("SubnetIds", endpoint.subnet_ids.clone())
            .with_some("SecurityGroupIds", group_ids(endpoint))
            .with_some("PrivateDnsEnabled", endpoint.private_dns_enabled())
            .with_some("IpAddressType", address_type.filter(|kind| *kind != "not-specified"))
            .with_some("DnsOptions", endpoint.dns_options().map(|options| shown_dns(options, &declared)))
            .tagged(carried(endpoint.tags()))
            .with_readiness(readiness);
        Ok(Observation::Present(observed))
    }

    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let Self(security) = self;
        let lists = |name: &str| -> Result<Option<Vec<String>>, ProviderError> {
            Ok(Some(desired.list::<String>(name)?).filter(|ids| !ids.is_empty()))
        };
        let vpc: String = desired.get("VpcId")?;
        let service: Option<String> = desired.opt("ServiceName")?;
        let resource: Option<String> = desired.opt("ResourceConfigurationArn")?;
        let network: Option<String> = desired.opt("ServiceNetworkArn")?;
        let region: Option<String> = desired.opt("ServiceRegion")?;
        let kind: Option<VpcEndpointType> = desired.parsed("VpcEndpointType")?;
        let policy = desired.json("PolicyDocument").map(ToString::to_string);
        let (tables, subnets) = (lists("RouteTableIds")?, lists("SubnetIds")?);
        let groups = lists("SecurityGroupIds")?;
        let private_dns: Option<bool> = desired.opt("PrivateDnsEnabled")?;
        let address_type: Option<IpAddressType> = desired.parsed("IpAddressType")?;
        let dns = dns_options(desired)?;
        let tags = specification(ResourceType::VpcEndpoint, operation.tags(desired));
        let token = operation.token("create");
        let request = || {
            security
                .client
                .create_vpc_endpoint()
                .client_token(&token)
                .vpc_id(&vpc)
                .set_service_name(service.clone())
                .set_resource_configuration_arn(resource.clone())
                .set_service_network_arn(network.clone())
                .set_service_region(region.clone())
                .set_vpc_endpoint_type(kind.clone())
                .set_policy_document(policy.clone())
                .set_route_table_ids(tables.clone())
                .set_subnet_ids(subnets.clone())
                .set_security_group_ids(groups.clone())
                .set_private_dns_enabled(private_dns)
                .set_ip_address_type(address_type.clone())
                .set_dns_options(dns.clone())
                .tag_specifications(tags.clone())
                .send()
        };
        let answer = security.caller.make(CREATE, request).await?;
        answer.vpc_endpoint.and_then(|endpoint| endpoint.vpc_endpoint_id).ok_or_else(|| {
            ProviderError::new(ProviderErrorKind::Ambiguous, CREATE, "the answer holds no endpoint id")
        })
    }

    async fn reconcile(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        let Self(security) = self;
        let (id, after) = (change.physical_id, change.after);
        if change.has("policy") {
            let policy = policy(after);
            let request =
                || security.client.modify_vpc_endpoint().vpc_endpoint_id(id).policy_document(&policy).send();
            security.caller.call("ec2:ModifyVpcEndpoint", request).await?;
        }
        if change.has("placement") {
            security.place_endpoint(id, after).await?;
        }
        if change.has("dns") {
            let private_dns: Option<bool> = after.opt("PrivateDnsEnabled")?;
            // What was set and isn't declared any more goes back to what a new endpoint has.
            let address_type: Option<IpAddressType> = after.parsed("IpAddressType")?;
            let was_set = change.before.has("IpAddressType");
            let address_type = address_type.or_else(|| was_set.then_some(IpAddressType::Ipv4));
            let dns = match dns_options(after)? {
                None => dns_options(change.before)?.map(undone),
                declared => declared,
            };
            let request = || {
                security
                    .client
                    .modify_vpc_endpoint()
                    .vpc_endpoint_id(id)
                    .set_private_dns_enabled(private_dns)
                    .set_ip_address_type(address_type.clone())
                    .set_dns_options(dns.clone())
                    .send()
            };
            security.caller.call("ec2:ModifyVpcEndpoint", request).await?;
        }
        if change.has("tags") {
            security.set_tags(operation, change).await?;
        }
        Ok(())
    }

    async fn delete(
        &self,
        _operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        let Self(security) = self;
        let action = "ec2:DeleteVpcEndpoints";
        let request = || security.client.delete_vpc_endpoints().vpc_endpoint_ids(target.physical_id).send();
        security
            .caller
            .call_accepted(action, request, |answer: DeleteVpcEndpointsOutput| {
                refusal(action, answer.unsuccessful())
            })
            .await?;
        Ok(DeleteOutcome::default())
    }

    async fn find(&self, operation: &Operation<'_>, _desired: &Document) -> Result<Found, ProviderError> {
        let Self(security) = self;
        for endpoint in security.endpoints_with(Some(of_instance(operation))).await? {
            let going = matches!(state(&endpoint).as_str(), "deleting" | "deleted");
            if let Some(id) = endpoint.vpc_endpoint_id()
                && !going
                && operation.owns(&carried(endpoint.tags()))
            {
                return Ok(Found::Ours { physical_id: id.to_owned() });
            }
        }
        Ok(Found::Nothing)
    }

    fn wait(&self, phase: Phase) -> Option<Wait> {
        Some(match phase {
            Phase::Created | Phase::Updated => Wait::seconds(1, 5, 600),
            Phase::Deleted => Wait::seconds(2, 10, 900),
        })
    }
}
