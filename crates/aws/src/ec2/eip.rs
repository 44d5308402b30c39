//! `AWS::EC2::EIP`.

use ironward_core::output::Output;
use ironward_macros::Resource;

use super::AllocationId;
use crate::tags::Tags;

ironward_core::identifiers! {
    /// An IPv4 address.
    Ipv4Address;
}

/// An Elastic IP address.
///
/// It is lost once released: who allows it in a firewall has to be told of the next one. It can't
/// be put on an instance here, since that would expose the instance to the internet
/// (45 CFR 164.312(e)(1)); a NAT gateway takes its allocation id. Releasing it waits while it is in
/// use.
///
/// Source: Amazon EC2 API Reference, `AllocateAddress`, `ReleaseAddress`; CloudFormation registry.
#[derive(Debug, Clone, Resource)]
#[resource(type = "AWS::EC2::EIP", registry, relations = super::limits::EIP_RELATIONS, id = "AllocationId", tags, seconds = 2)]
// AllocateAddress answers with the id:
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AllocateAddress.html
#[identity(given)]
#[attribute(allocation_id: AllocationId = "AllocationId")]
#[attribute(public_ip: Ipv4Address = "PublicIp")]
#[fixed("Domain" = "\"vpc\"", create_only)]
pub struct Eip {
    /// The zones from which AWS announces the address; the region unless set otherwise.
    #[property(create_only)]
    network_border_group: Option<Output<String>>,
    /// A pool of addresses of one's own to take it from; Amazon's unless set otherwise.
    #[property(name = "PublicIpv4Pool", create_only)]
    public_ipv4_pool: Option<Output<String>>,
    /// An IPAM pool to take it from. The API doesn't report it.
    #[property(create_only, write_only)]
    ipam_pool_id: Option<Output<String>>,
    /// The very address to take, out of a pool of one's own or one that was released before.
    #[property(create_only)]
    address: Option<Output<Ipv4Address>>,
    /// Tags.
    #[property(compare = "Tags")]
    tags: Tags,
}
