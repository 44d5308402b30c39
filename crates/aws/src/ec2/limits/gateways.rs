//! Of NAT gateways, addresses, and what a network is attached to.

use std::net::Ipv4Addr;

use ironward_core::shape::{Bounds, Relation, Shape};

use super::{Misfit, Properties, not_one};
use crate::facts::{as_text, declared, items, text};

const CREATE_NAT: &str = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html";
const DRAIN: &str =
    "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateNatGatewayAddress.html";
const ALLOCATE: &str = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AllocateAddress.html";
const ATTACHMENT: &str = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcgatewayattachment.html";

/// Of a NAT gateway.
pub(in crate::ec2) const NAT_GATEWAY: &[Shape] =
    &[Shape::new("MaxDrainDurationSeconds").range(Bounds::between(1.0, 4_000.0)).source(DRAIN)];

/// Between the properties of a NAT gateway.
pub(in crate::ec2) const NAT_GATEWAY_RELATIONS: &[Relation] = &[
    Relation::new(&["AvailabilityMode", "AvailabilityZoneAddresses", "SubnetId", "VpcId"], place, CREATE_NAT),
    Relation::new(
        &["AllocationId", "AvailabilityMode", "ConnectivityType", "SecondaryAllocationIds"],
        addresses,
        CREATE_NAT,
    ),
    Relation::new(&["PrivateIpAddress", "SecondaryPrivateIpAddresses"], private_addresses, CREATE_NAT),
];

/// Of an address.
pub(in crate::ec2) const EIP_RELATIONS: &[Relation] =
    &[Relation::new(&["Address"], |properties| no_address("Address", text(properties, "Address")), ALLOCATE)];

/// Between the gateways that a network may be attached to.
pub(in crate::ec2) const GATEWAY_ATTACHMENT_RELATIONS: &[Relation] = &[Relation::new(
    GATEWAYS,
    |attachment| not_one(attachment, GATEWAYS, "it attaches one gateway"),
    ATTACHMENT,
)];

const GATEWAYS: &[&str] = &["InternetGatewayId", "VpnGatewayId"];

/// Whether a NAT gateway stands in all zones of its network; nothing where that isn't known.
fn is_regional(properties: &Properties) -> Option<bool> {
    match properties.get("AvailabilityMode") {
        None => Some(false),
        Some(mode) => as_text(mode).map(|mode| mode == "regional"),
    }
}

/// A NAT gateway stands in one subnet, or in all zones of a network.
fn place(properties: &Properties) -> Misfit {
    let regional = is_regional(properties)?;
    let (needs, a) =
        if regional { ("VpcId", "one of all zones") } else { ("SubnetId", "one of a single zone") };
    if !declared(properties, needs) {
        return Some((needs, format!("`{needs}` isn't declared, and {a} can't be without")));
    }
    let name = "AvailabilityZoneAddresses";
    let message = || format!("`{name}` is declared, and {a} takes none: leave it out");
    (!regional && declared(properties, name)).then(|| (name, message()))
}

/// A public one of a single zone has an address of the internet; a private one has none.
fn addresses(properties: &Properties) -> Misfit {
    if is_regional(properties)? {
        return None;
    }
    let kind = match properties.get("ConnectivityType") {
        None => "public",
        Some(kind) => as_text(kind)?,
    };
    if kind == "public" {
        let message = "`AllocationId` isn't declared, and a public NAT gateway can't be without";
        return (!declared(properties, "AllocationId")).then(|| ("AllocationId", message.to_owned()));
    }
    let public = ["AllocationId", "SecondaryAllocationIds"];
    let name = public.into_iter().find(|name| declared(properties, name))?;
    let message = format!("`{name}` is declared, and a {kind} NAT gateway takes none: leave it out");
    Some((name, message))
}

fn private_addresses(properties: &Properties) -> Misfit {
    let secondary = properties.get("SecondaryPrivateIpAddresses").map(items).unwrap_or_default();
    no_address("PrivateIpAddress", text(properties, "PrivateIpAddress")).or_else(|| {
        secondary.iter().find_map(|address| no_address("SecondaryPrivateIpAddresses", as_text(address)))
    })
}

fn no_address(name: &'static str, address: Option<&str>) -> Misfit {
    let address = address?;
    let message = || format!("`{name}` has `{address}`, which isn't an IPv4 address such as 10.0.0.8");
    address.parse::<Ipv4Addr>().is_err().then(|| (name, message()))
}
