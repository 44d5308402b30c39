//! What stands in the way of a value, and by which reason: properties that no declaration sets by themselves,
//! properties that an emulator doesn't hold, and those that no value covers.

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

/// A property that an emulator takes and shows otherwise than it was set, so that nothing can settle
/// there.
pub struct Lost {
    pub emulator: Emulator,
    pub type_name: &'static str,
    pub property: &'static str,
}

const fn lost(emulator: Emulator, type_name: &'static str, property: &'static str) -> Lost {
    Lost { emulator, type_name, property }
}

pub const LOST: &[Lost] = &[];

/// Whether an emulator shows a property otherwise than it was set.
pub fn is_lost(emulator: Emulator, type_name: &str, property: &str) -> bool {
    LOST.iter().any(|lost| (lost.emulator, lost.type_name, lost.property) == (emulator, type_name, property))
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
