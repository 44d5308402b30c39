//! What stands in the way of a value, and by which reason: properties that no declaration sets by themselves,
//! properties that an emulator doesn't hold, and those that no value covers.

use serde_json::Value as Json;

use crate::cloud::Emulator;

/// Properties that have one value in every declaration.
pub const CONSTANTS: &[(&str, &str)] = &[
    ("AWS::CertificateManager::Certificate", "ValidationMethod"),
    ("AWS::EC2::EIP", "Domain"),
    ("AWS::ECS::Service", "LaunchType"),
    ("AWS::ECS::Service", "SchedulingStrategy"),
    ("AWS::ECS::TaskDefinition", "NetworkMode"),
    ("AWS::ECS::TaskDefinition", "RequiresCompatibilities"),
    ("AWS::ElasticLoadBalancingV2::Listener", "Protocol"),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", "Type"),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", "TargetType"),
];

/// Properties that no declaration sets by themselves: another one goes with them.
pub const TOGETHER: &[(&str, &str)] = &[
    ("AWS::EC2::FlowLog", "ResourceType"),
    ("AWS::EC2::SecurityGroupEgress", "PeerType"),
    ("AWS::EC2::SecurityGroupIngress", "PeerType"),
    ("AWS::EC2::VPCGatewayAttachment", "AttachmentType"),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", "HealthCheckProtocol"),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", "Protocol"),
    ("AWS::Route53::RecordSet", "Failover"),
];

/// A property that an emulator doesn't hold: it shows it otherwise than it was set, or fails at the values
/// or at the way back. Nothing can settle there.
pub struct Lost {
    pub emulator: Emulator,
    pub type_name: &'static str,
    /// The property, or a member of it with dots.
    pub property: &'static str,
}

const fn lost(emulator: Emulator, type_name: &'static str, property: &'static str) -> Lost {
    Lost { emulator, type_name, property }
}

pub const LOST: &[Lost] = &[
    lost(Emulator::Sandbox, "AWS::CloudTrail::Trail", "AggregationConfigurations"),
    lost(Emulator::Sandbox, "AWS::EC2::EIP", "Address"),
    lost(Emulator::Sandbox, "AWS::EC2::NatGateway", "SecondaryPrivateIpAddresses"),
    lost(Emulator::Sandbox, "AWS::ElasticLoadBalancingV2::TargetGroup", "HealthCheckProtocol"),
    lost(Emulator::Moto, "AWS::CloudTrail::Trail", "AggregationConfigurations"),
    lost(Emulator::Moto, "AWS::EC2::NatGateway", "AllocationId"),
    lost(Emulator::Moto, "AWS::EC2::NatGateway", "AvailabilityMode"),
    lost(Emulator::Moto, "AWS::EC2::NatGateway", "AvailabilityZoneAddresses"),
    lost(Emulator::Moto, "AWS::EC2::NatGateway", "ConnectivityType"),
    lost(Emulator::Moto, "AWS::EC2::NatGateway", "PrivateIpAddress"),
    lost(Emulator::Moto, "AWS::EC2::NatGateway", "SecondaryAllocationIds"),
    lost(Emulator::Moto, "AWS::EC2::NatGateway", "SecondaryPrivateIpAddresses"),
    lost(Emulator::Moto, "AWS::EC2::NatGateway", "SubnetId"),
    lost(Emulator::Moto, "AWS::EC2::NatGateway", "VpcId"),
    lost(Emulator::Moto, "AWS::EC2::Route", "CarrierGatewayId"),
    lost(Emulator::Moto, "AWS::EC2::Route", "CoreNetworkArn"),
    lost(Emulator::Moto, "AWS::EC2::Route", "DestinationPrefixListId"),
    lost(Emulator::Moto, "AWS::EC2::Route", "LocalGatewayId"),
    lost(Emulator::Moto, "AWS::EC2::Route", "OdbNetworkArn"),
    lost(Emulator::Moto, "AWS::EC2::Route", "TransitGatewayId"),
    lost(Emulator::Moto, "AWS::EC2::Route", "VpcEndpointId"),
    lost(Emulator::Moto, "AWS::EC2::VPC", "VpcEncryptionControl"),
    lost(Emulator::Moto, "AWS::EC2::VPCEndpoint", "RouteTableIds"),
    lost(Emulator::Moto, "AWS::EC2::VPCEndpoint", "ServiceName"),
    lost(Emulator::Moto, "AWS::EC2::VPCEndpoint", "ServiceRegion"),
    lost(Emulator::Moto, "AWS::EC2::VPCEndpoint", "VpcEndpointType"),
    lost(Emulator::Moto, "AWS::ECS::Service", "DeploymentConfiguration.BakeTimeInMinutes"),
    lost(Emulator::Moto, "AWS::ECS::Service", "DeploymentConfiguration.Strategy"),
    lost(Emulator::Moto, "AWS::ElasticLoadBalancingV2::Listener", "DefaultActions.Order"),
    lost(Emulator::Moto, "AWS::ElasticLoadBalancingV2::LoadBalancer", "Ipv4IpamPoolId"),
    lost(Emulator::Moto, "AWS::ElasticLoadBalancingV2::LoadBalancer", "MinimumLoadBalancerCapacity"),
    lost(Emulator::Moto, "AWS::IAM::Role", "Path"),
    lost(Emulator::Moto, "AWS::IAM::Role", "PermissionsBoundary"),
    lost(Emulator::Moto, "AWS::KMS::Key", "KeyPolicy"),
    lost(Emulator::Moto, "AWS::Logs::LogGroup", "ResourcePolicyDocument"),
    lost(Emulator::Moto, "AWS::RDS::DBInstance", "AssociatedRoles"),
    lost(Emulator::Moto, "AWS::RDS::DBInstance", "AvailabilityZone"),
    lost(Emulator::Moto, "AWS::RDS::DBInstance", "Domain"),
    lost(Emulator::Moto, "AWS::RDS::DBInstance", "DomainFqdn"),
    lost(Emulator::Moto, "AWS::RDS::DBInstance", "StorageEncrypted"),
    lost(Emulator::Moto, "AWS::Route53::RecordSet", "CidrRoutingConfig"),
    lost(Emulator::Moto, "AWS::Route53::RecordSet", "GeoProximityLocation"),
    lost(Emulator::Moto, "AWS::S3::Bucket", "LifecycleConfiguration.TransitionDefaultMinimumObjectSize"),
    lost(Emulator::Moto, "AWS::S3::Bucket", "ReplicationConfiguration.Rules.SourceSelectionCriteria"),
];

/// Whether an emulator doesn't hold a property, or a member that its value has.
pub fn is_lost(emulator: Emulator, type_name: &str, property: &str, value: Option<&Json>) -> bool {
    let its = LOST.iter().filter(|lost| lost.emulator == emulator && lost.type_name == type_name);
    its.map(|lost| lost.property.split_once('.').unwrap_or((lost.property, ""))).any(|(name, member)| {
        name == property && (member.is_empty() || value.is_some_and(|value| has(value, member)))
    })
}

/// Whether a value has a member; of a list, any item.
fn has(value: &Json, path: &str) -> bool {
    match (value, path.split_once('.')) {
        (Json::Array(items), _) => items.iter().any(|item| has(item, path)),
        (_, Some((first, rest))) => value.get(first).is_some_and(|inner| has(inner, rest)),
        (_, None) => value.get(path).is_some(),
    }
}

/// A property that no value covers.
pub struct Uncovered {
    pub type_name: &'static str,
    pub property: &'static str,
    /// Why, as a clause.
    pub reason: &'static str,
}

/// Every property of which no value has settled, neither on an emulator nor behind a stand-in.
pub const UNCOVERED: &[Uncovered] = &[];
