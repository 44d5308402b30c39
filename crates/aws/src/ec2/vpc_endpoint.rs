//! `AWS::EC2::VPCEndpoint`.

use ironward_core::output::{IntoInput, Output};
use ironward_macros::{Choice, Properties, Resource};

use super::endpoint_policy::EndpointPolicy;
use super::tier::AnyId;
use super::{SecurityGroupId, ServiceName, VpcEndpointId, VpcId};
use crate::place::Region;
use crate::tags::Tags;

ironward_core::identifiers! {
    /// The ARN of a resource configuration of VPC Lattice.
    ResourceConfigurationArn;
    /// The ARN of a service network of VPC Lattice.
    ServiceNetworkArn;
}

/// A private path from a VPC to a service, without the internet (45 CFR 164.312(e)(1)).
///
/// A [`gateway`](VpcEndpoint::gateway) puts routes to S3 or DynamoDB into route tables; an
/// [`interface`](VpcEndpoint::interface) puts network interfaces into subnets and, by private
/// DNS, takes over the service's public name in the VPC, which must have DNS support and DNS
/// host names on. Without a policy every request may pass.
///
/// A replacement is made before the old endpoint goes, so that the service stays reachable:
/// what replaces an endpoint (another service, VPC, kind or region) doesn't collide with the old
/// one. Two endpoints with private DNS for the same service in one VPC do collide; where a
/// replacement of like by like is forced (`replace_on_changes`), say `delete_before_replace()`.
///
/// Source: Amazon EC2 API Reference, `CreateVpcEndpoint`, `ModifyVpcEndpoint`; CloudFormation
/// registry.
#[derive(Debug, Clone, Resource)]
#[resource(
    type = "AWS::EC2::VPCEndpoint",
    registry,
    relations = super::limits::VPC_ENDPOINT_RELATIONS,
    id = "Id",
    constructor = "pub(super)",
    tags,
    seconds = 90
)]
// CreateVpcEndpoint answers with the id; "there is already a conflicting DNS domain" where two
// interfaces take over the names of one service:
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html,
// https://repost.aws/knowledge-center/vpc-interface-configure-dns
#[identity(given)]
#[identity(value = "VpcId, ServiceName", when = "PrivateDnsEnabled: true")]
#[attribute(id: VpcEndpointId = "Id")]
#[attribute(dns_entries: Vec<String> = "DnsEntries", volatile)]
#[attribute(network_interfaces: Vec<String> = "NetworkInterfaceIds", volatile)]
#[attribute(creation_timestamp: String = "CreationTimestamp")]
pub struct VpcEndpoint {
    /// The VPC.
    #[property(create_only, network)]
    vpc_id: Output<VpcId>,
    /// What it leads to, and how.
    #[property(create_only)]
    vpc_endpoint_type: Output<VpcEndpointType>,
    /// The service, such as `com.amazonaws.us-east-1.s3`.
    #[property(create_only, no_setter)]
    service_name: Option<Output<ServiceName>>,
    /// The resource of VPC Lattice that it leads to, in place of a service.
    #[property(create_only, no_setter)]
    resource_configuration_arn: Option<Output<ResourceConfigurationArn>>,
    /// The service network of VPC Lattice that it leads to, in place of a service.
    #[property(create_only, no_setter)]
    service_network_arn: Option<Output<ServiceNetworkArn>>,
    /// The region of the service, where it is another.
    #[property(create_only)]
    service_region: Option<Output<Region>>,
    /// Which requests may pass; every one unless set.
    #[property(
        compare = "Policy",
        aspect = "policy",
        safeguard,
        default = "{\"Version\":\"2008-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\"}]}"
    )]
    policy_document: Option<EndpointPolicy>,
    /// The route tables that lead to a gateway.
    #[property(aspect = "placement", compare = "Set", default = "[]", no_setter, network)]
    route_table_ids: Vec<Output<AnyId>>,
    /// The subnets of an interface, one per availability zone.
    // DependencyViolation, for the network interfaces:
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSubnet.html
    #[property(aspect = "placement", compare = "Set", default = "[]", no_setter, holds, network)]
    subnet_ids: Vec<Output<AnyId>>,
    /// The security groups of an interface.
    // DependencyViolation, for the network interfaces:
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html
    #[property(aspect = "placement", compare = "Set", default = "[]", safeguard, no_setter, holds, network)]
    security_group_ids: Vec<Output<SecurityGroupId>>,
    /// Whether the service's public name leads to the interface; true unless set otherwise.
    #[property(aspect = "dns", safeguard)]
    private_dns_enabled: Option<Output<bool>>,
    /// The kind of addresses of an interface; IPv4 unless set otherwise.
    #[property(aspect = "dns")]
    ip_address_type: Option<Output<EndpointIpAddressType>>,
    /// The DNS records of an interface.
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DnsOptionsSpecification.html
    // What isn't specified is as if it weren't said:
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ec2-vpcendpoint-dnsoptionsspecification.html
    #[property(
        aspect = "dns",
        member("DnsRecordIpType", default = "\"not-specified\""),
        member("PrivateDnsOnlyForInboundResolverEndpoint", default = "\"NotSpecified\""),
        member("PrivateDnsSpecifiedDomains", set)
    )]
    dns_options: Option<DnsOptions>,
    /// Tags.
    #[property(compare = "Tags")]
    tags: Tags,
}

impl VpcEndpoint {
    /// Declares a gateway to S3 or DynamoDB for route tables of any tier.
    #[must_use]
    pub fn gateway(
        vpc: impl IntoInput<VpcId>,
        service: impl IntoInput<ServiceName>,
        route_tables: impl IntoIterator<Item = impl IntoInput<AnyId>>,
    ) -> Self {
        Self {
            service_name: Some(service.into_input()),
            route_table_ids: route_tables.into_iter().map(IntoInput::into_input).collect(),
            ..Self::new(vpc, VpcEndpointType::Gateway)
        }
    }

    /// Declares an interface to a service in subnets of any tier, with private DNS.
    #[must_use]
    pub fn interface(
        vpc: impl IntoInput<VpcId>,
        service: impl IntoInput<ServiceName>,
        subnets: impl IntoIterator<Item = impl IntoInput<AnyId>>,
        security_groups: impl IntoIterator<Item = impl IntoInput<SecurityGroupId>>,
    ) -> Self {
        Self {
            service_name: Some(service.into_input()),
            subnet_ids: subnets.into_iter().map(IntoInput::into_input).collect(),
            security_group_ids: security_groups.into_iter().map(IntoInput::into_input).collect(),
            ..Self::new(vpc, VpcEndpointType::Interface).private_dns_enabled(true)
        }
    }

    /// Declares a way to one resource that another account shares through VPC Lattice, such as a
    /// laboratory's database, in subnets of any tier.
    #[must_use]
    pub fn resource(
        vpc: impl IntoInput<VpcId>,
        configuration: impl IntoInput<ResourceConfigurationArn>,
        subnets: impl IntoIterator<Item = impl IntoInput<AnyId>>,
        security_groups: impl IntoIterator<Item = impl IntoInput<SecurityGroupId>>,
    ) -> Self {
        Self {
            resource_configuration_arn: Some(configuration.into_input()),
            subnet_ids: subnets.into_iter().map(IntoInput::into_input).collect(),
            security_group_ids: security_groups.into_iter().map(IntoInput::into_input).collect(),
            ..Self::new(vpc, VpcEndpointType::Resource)
        }
    }

    /// Declares a way to a service network of VPC Lattice, in subnets of any tier.
    #[must_use]
    pub fn service_network(
        vpc: impl IntoInput<VpcId>,
        network: impl IntoInput<ServiceNetworkArn>,
        subnets: impl IntoIterator<Item = impl IntoInput<AnyId>>,
        security_groups: impl IntoIterator<Item = impl IntoInput<SecurityGroupId>>,
    ) -> Self {
        Self {
            service_network_arn: Some(network.into_input()),
            subnet_ids: subnets.into_iter().map(IntoInput::into_input).collect(),
            security_group_ids: security_groups.into_iter().map(IntoInput::into_input).collect(),
            ..Self::new(vpc, VpcEndpointType::ServiceNetwork)
        }
    }

    /// Adds a route table of another tier to a gateway.
    #[must_use]
    pub fn route_table(mut self, route_table: impl IntoInput<AnyId>) -> Self {
        self.route_table_ids.push(route_table.into_input());
        self
    }
}

/// The kind of a VPC endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum VpcEndpointType {
    /// Routes in route tables.
    Gateway,
    /// Network interfaces in subnets.
    Interface,
    /// Network interfaces in subnets, to a resource of VPC Lattice.
    Resource,
    /// Network interfaces in subnets, to a service network of VPC Lattice.
    ServiceNetwork,
}

/// The kind of addresses of an interface endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum EndpointIpAddressType {
    /// IPv4.
    #[value("ipv4")]
    Ipv4,
    /// IPv6.
    #[value("ipv6")]
    Ipv6,
    /// Both.
    #[value("dualstack")]
    Dualstack,
}

/// The DNS records of an interface endpoint.
#[derive(Debug, Clone, Properties)]
pub struct DnsOptions {
    /// The kind of the records.
    dns_record_ip_type: Option<Output<DnsRecordIpType>>,
    /// Who sees the service's public name lead to the interface.
    private_dns_only_for_inbound_resolver_endpoint: Option<Output<PrivateDnsFor>>,
    /// For which domains of a resource or service network names are taken over.
    private_dns_preference: Option<Output<PrivateDnsPreference>>,
    /// These domains, where the preference is one of those that name some; up to 10.
    private_dns_specified_domains: Vec<Output<String>>,
}

/// For which domains of a resource or service network names are taken over in the VPC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum PrivateDnsPreference {
    /// Those whose owner has proved that they are theirs.
    #[value("VERIFIED_DOMAINS_ONLY")]
    VerifiedDomainsOnly,
    /// All.
    #[value("ALL_DOMAINS")]
    AllDomains,
    /// Those that are proved, and those that are specified.
    #[value("VERIFIED_DOMAINS_AND_SPECIFIED_DOMAINS")]
    VerifiedAndSpecifiedDomains,
    /// Those that are specified.
    #[value("SPECIFIED_DOMAINS_ONLY")]
    SpecifiedDomainsOnly,
}

/// The kind of an interface endpoint's DNS records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum DnsRecordIpType {
    /// IPv4.
    #[value("ipv4")]
    Ipv4,
    /// IPv6.
    #[value("ipv6")]
    Ipv6,
    /// Both.
    #[value("dualstack")]
    Dualstack,
    /// What the service says.
    #[value("service-defined")]
    ServiceDefined,
}

/// Who sees a service's public name lead to the interface endpoint, where a gateway to the same
/// service exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum PrivateDnsFor {
    /// Networks outside, through an inbound resolver endpoint.
    OnlyInboundResolver,
    /// Everyone in the VPC as well.
    AllResolvers,
}
