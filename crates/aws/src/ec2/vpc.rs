//! `AWS::EC2::VPC`.

use ironward_core::output::Output;
use ironward_macros::{Choice, Resource};

use super::{Cidr, SecurityGroupId, VpcEncryptionControl, VpcId};
use crate::tags::Tags;

/// A virtual private cloud.
///
/// Its range has a prefix of 16 to 28 bits and can't be changed. The security group that comes
/// with it is closed: every rule of it is revoked, and drift of that is repaired, so that what is
/// placed without a group of its own can't talk (45 CFR 164.312(a)(1)). This shows as the
/// property `DefaultSecurityGroupClosed`, which is ours and not the registry's. Deleting a VPC
/// waits while anything is left in it.
///
/// Source: Amazon EC2 API Reference, `CreateVpc`, `ModifyVpcAttribute`,
/// `RevokeSecurityGroupIngress`, `RevokeSecurityGroupEgress`; CloudFormation registry.
#[derive(Debug, Clone, Resource)]
#[resource(type = "AWS::EC2::VPC", registry, limits = super::limits::VPC, relations = super::limits::VPC_RELATIONS, id = "VpcId", tags, seconds = 5)]
// CreateVpc answers with the id:
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html
#[identity(given)]
#[attribute(id: VpcId = "VpcId")]
#[attribute(cidr_block: Cidr = "CidrBlock", predict = "{CidrBlock}")]
#[attribute(default_security_group: SecurityGroupId = "DefaultSecurityGroup")]
#[fixed("DefaultSecurityGroupClosed" = "true", aspect = "default_security_group", after_create, safeguard)]
pub struct Vpc {
    /// The range of its addresses, with a prefix of 16 to 28 bits.
    #[property(create_only)]
    cidr_block: Output<Cidr>,
    /// Whether the resolver of AWS answers in it; true unless set otherwise. Private names of
    /// endpoints need it.
    #[property(aspect = "dns_support", after_create, default = "true")]
    enable_dns_support: Option<Output<bool>>,
    /// Whether what has a public address gets a public name; false unless set otherwise. Private
    /// names of endpoints need it.
    #[property(aspect = "dns_hostnames", after_create, default = "false")]
    enable_dns_hostnames: Option<Output<bool>>,
    /// Whether instances run on hardware of their own; shared unless set otherwise. A change
    /// replaces the VPC, though the API could go from dedicated to shared in place.
    #[property(create_only, default = "\"default\"")]
    instance_tenancy: Option<Output<Tenancy>>,
    /// Whether data may pass in clear (45 CFR 164.312(e)(2)(ii)); it may unless set.
    // An exclusion is enabled or disabled, and what isn't enabled isn't excluded; one that somebody else
    // enabled lets data pass in clear:
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEncryptionControl.html
    #[property(
        aspect = "encryption_control",
        after_create,
        safeguard,
        compare = "Whole",
        member("InternetGatewayExclusion", default = "\"disable\""),
        member("EgressOnlyInternetGatewayExclusion", default = "\"disable\""),
        member("NatGatewayExclusion", default = "\"disable\""),
        member("VirtualPrivateGatewayExclusion", default = "\"disable\""),
        member("VpcPeeringExclusion", default = "\"disable\""),
        member("LambdaExclusion", default = "\"disable\""),
        member("VpcLatticeExclusion", default = "\"disable\""),
        member("ElasticFileSystemExclusion", default = "\"disable\"")
    )]
    vpc_encryption_control: Option<VpcEncryptionControl>,
    /// Tags.
    #[property(compare = "Tags")]
    tags: Tags,
}

/// Whose hardware instances of a VPC run on unless they say otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum Tenancy {
    /// Shared hardware.
    #[value("default")]
    Default,
    /// Hardware of one customer.
    #[value("dedicated")]
    Dedicated,
}
