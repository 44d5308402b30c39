//! Where the declarations differ from the CloudFormation registry, and why.
//!
//! A declaration has every writable property of its type's schema, or the property is
//! [left out](LeftOut) with a reason. `crates/aws/tests/registry` holds this against the schemas.

use Kind::{InPlace, Ours, Replaced};

/// A writable property of the registry, or a member of one, that a declaration doesn't have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeftOut {
    /// The type, such as `AWS::RDS::DBInstance`.
    pub type_name: &'static str,
    /// The property, or a member such as `LifecycleConfiguration.Rules.ExpirationDate`; with a
    /// member, everything below it is left out too.
    pub property: &'static str,
    /// What kind of reason it is.
    pub ground: Ground,
    /// The reason, as a clause.
    pub reason: &'static str,
}

/// Why a property is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Ground {
    /// A safeguard of the declaration rules it out.
    Safeguard,
    /// A secret would pass through the program, its plans and its state.
    Secret,
    /// Another property, another type or a default says the same.
    Elsewhere,
    /// AWS has withdrawn it, or something newer takes its place.
    Retired,
    /// It belongs to another kind of the resource than the one that is declared.
    OtherKind,
    /// It is a step that is taken once, or a parameter of CloudFormation's own; nothing remains
    /// that could be compared.
    NoState,
    /// It is missing: nothing speaks against it, and nobody has built it.
    Missing,
}

impl LeftOut {
    const fn new(
        type_name: &'static str,
        property: &'static str,
        ground: Ground,
        reason: &'static str,
    ) -> Self {
        Self { type_name, property, ground, reason }
    }

    pub(crate) const fn safeguard(
        type_name: &'static str,
        property: &'static str,
        reason: &'static str,
    ) -> Self {
        Self::new(type_name, property, Ground::Safeguard, reason)
    }

    pub(crate) const fn secret(
        type_name: &'static str,
        property: &'static str,
        reason: &'static str,
    ) -> Self {
        Self::new(type_name, property, Ground::Secret, reason)
    }

    pub(crate) const fn elsewhere(
        type_name: &'static str,
        property: &'static str,
        reason: &'static str,
    ) -> Self {
        Self::new(type_name, property, Ground::Elsewhere, reason)
    }

    pub(crate) const fn retired(
        type_name: &'static str,
        property: &'static str,
        reason: &'static str,
    ) -> Self {
        Self::new(type_name, property, Ground::Retired, reason)
    }

    pub(crate) const fn other_kind(
        type_name: &'static str,
        property: &'static str,
        reason: &'static str,
    ) -> Self {
        Self::new(type_name, property, Ground::OtherKind, reason)
    }

    pub(crate) const fn no_state(
        type_name: &'static str,
        property: &'static str,
        reason: &'static str,
    ) -> Self {
        Self::new(type_name, property, Ground::NoState, reason)
    }

    pub(crate) const fn missing(
        type_name: &'static str,
        property: &'static str,
        reason: &'static str,
    ) -> Self {
        Self::new(type_name, property, Ground::Missing, reason)
    }
}

/// A type of ours that the registry doesn't have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct OwnType {
    /// The type.
    pub type_name: &'static str,
    /// Why there is one, as a clause.
    pub reason: &'static str,
}

/// The types that the registry doesn't have.
pub const OWN_TYPES: &[OwnType] = &[
    OwnType {
        type_name: "AWS::IAM::RolePolicyAttachment",
        reason: "the registry attaches policies in `ManagedPolicyArns` of the role; here each attachment can \
                 be waited for and refer to what depends on the role",
    },
    OwnType {
        type_name: "Ironward::ACM::IssuedCertificate",
        reason: "CloudFormation waits for issuance within the certificate; here the validation records are \
                 made between the two",
    },
];

/// A property that works otherwise than the registry says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The type.
    pub type_name: &'static str,
    /// The property.
    pub property: &'static str,
    /// What is different.
    pub kind: Kind,
    /// Why, as a clause.
    pub reason: &'static str,
}

/// How a property differs from the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// The registry doesn't have it.
    Ours,
    /// The registry replaces the resource for a change of it; here it is updated.
    InPlace,
    /// The registry says nothing of a replacement; here a change takes one.
    Replaced,
}

const fn differs(
    type_name: &'static str,
    property: &'static str,
    kind: Kind,
    reason: &'static str,
) -> Difference {
    Difference { type_name, property, kind, reason }
}

const CERTIFICATE: &str = "AWS::CertificateManager::Certificate";
const EGRESS: &str = "AWS::EC2::SecurityGroupEgress";
const INGRESS: &str = "AWS::EC2::SecurityGroupIngress";
const EIP: &str = "AWS::EC2::EIP";
const KEY: &str = "AWS::KMS::Key";
const RECORD: &str = "AWS::Route53::RecordSet";
const MODIFY_RULE: &str = "`ModifySecurityGroupRules` changes a rule where it stands";
const PEER: &str = "what kind of peer a rule has; the API changes the peer but not its kind";
const RULE_TAGS: &str = "the API tags rules; the owner is known by them";
const KEY_MATERIAL: &str = "the API sets it at creation only; CloudFormation refuses a change of it";
const RECORD_IDENTITY: &str =
    "Route 53 knows a record set by it; the new one is made before the old one goes";
const TAGS: &str = "tags stand under one name on every type";

/// The properties that work otherwise than the registry says.
pub const DIFFERENCES: &[Difference] = &[
    differs("AWS::Backup::BackupPlan", "Tags", Ours, TAGS),
    differs("AWS::Backup::BackupVault", "Tags", Ours, TAGS),
    differs(CERTIFICATE, "ValidationMethod", Replaced, "the API takes it with the request only"),
    differs(EIP, "Domain", Replaced, "the API takes it with the allocation only"),
    differs(EIP, "PublicIpv4Pool", Replaced, "the API takes it with the allocation only"),
    differs(EGRESS, "CidrIp", InPlace, MODIFY_RULE),
    differs(EGRESS, "CidrIpv6", InPlace, MODIFY_RULE),
    differs(EGRESS, "DestinationPrefixListId", InPlace, MODIFY_RULE),
    differs(EGRESS, "DestinationSecurityGroupId", InPlace, MODIFY_RULE),
    differs(EGRESS, "FromPort", InPlace, MODIFY_RULE),
    differs(EGRESS, "IpProtocol", InPlace, MODIFY_RULE),
    differs(EGRESS, "ToPort", InPlace, MODIFY_RULE),
    differs(EGRESS, "PeerType", Ours, PEER),
    differs(EGRESS, "Tags", Ours, RULE_TAGS),
    differs(INGRESS, "CidrIp", InPlace, MODIFY_RULE),
    differs(INGRESS, "CidrIpv6", InPlace, MODIFY_RULE),
    differs(INGRESS, "FromPort", InPlace, MODIFY_RULE),
    differs(INGRESS, "IpProtocol", InPlace, MODIFY_RULE),
    differs(INGRESS, "SourcePrefixListId", InPlace, MODIFY_RULE),
    differs(INGRESS, "SourceSecurityGroupId", InPlace, MODIFY_RULE),
    differs(INGRESS, "ToPort", InPlace, MODIFY_RULE),
    differs(INGRESS, "PeerType", Ours, PEER),
    differs(INGRESS, "Tags", Ours, RULE_TAGS),
    differs(
        "AWS::EC2::SubnetRouteTableAssociation",
        "RouteTableId",
        InPlace,
        "`ReplaceRouteTableAssociation` exchanges the table without a moment on the main one",
    ),
    differs(
        "AWS::EC2::VPCGatewayAttachment",
        "AttachmentType",
        Ours,
        "an attachment of another kind is another one; the registry reads the kind off the gateway",
    ),
    differs(
        "AWS::EC2::VPC",
        "VpcEncryptionControl",
        InPlace,
        "`ModifyVpcEncryptionControl` goes from monitoring to enforcing and back",
    ),
    differs(
        "AWS::EC2::VPC",
        "DefaultSecurityGroupClosed",
        Ours,
        "the security group that comes with the VPC is no resource of its own (45 CFR 164.312(a)(1))",
    ),
    differs(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        "TargetControlPort",
        Replaced,
        "the API sets it at creation only",
    ),
    differs(KEY, "KeySpec", Replaced, KEY_MATERIAL),
    differs(KEY, "KeyUsage", Replaced, KEY_MATERIAL),
    differs(KEY, "MultiRegion", Replaced, KEY_MATERIAL),
    differs(KEY, "Origin", Replaced, KEY_MATERIAL),
    differs("AWS::Logs::LogGroup", "LogGroupClass", Replaced, "the API sets it at creation only"),
    differs(
        "AWS::RDS::DBInstance",
        "SkipFinalSnapshot",
        Ours,
        "CloudFormation says it with the resource's `DeletionPolicy`",
    ),
    differs(RECORD, "Name", Replaced, RECORD_IDENTITY),
    differs(RECORD, "SetIdentifier", Replaced, RECORD_IDENTITY),
    differs(RECORD, "Type", Replaced, RECORD_IDENTITY),
];
