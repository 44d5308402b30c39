//! Waiting for gateways and endpoints. Sources: EC2 API Reference, `NatGateway` and `VpcEndpoint`.

use crate::waiting::End::{Failed, Unsettled, Well};
use crate::waiting::Look::{Shows, Truth};
use crate::waiting::{Sequence, Stage};

use super::fixture::Network;
use super::gateways::PrivateNatSubject;
use super::vpc_endpoint::InterfaceSubject;
use crate::cloud::Emulator;

#[tokio::test]
async fn nat_gateway() {
    for (looks, told, end) in [
        (
            &[
                Shows(&[("state", "pending")]),
                Shows(&[("state", "pending")]),
                Shows(&[("state", "available")]),
            ][..],
            &["the gateway is pending"][..],
            Well,
        ),
        (
            &[
                Shows(&[("state", "pending")]),
                Shows(&[
                    ("state", "failed"),
                    ("failureCode", "InsufficientFreeAddressesInSubnet"),
                    ("failureMessage", "Subnet has insufficient free addresses to create this NAT gateway"),
                ]),
            ],
            &["the gateway is pending"],
            Failed("InsufficientFreeAddressesInSubnet: Subnet has insufficient free addresses"),
        ),
        (
            &[Shows(&[("state", "pending")])],
            &[],
            Unsettled("it wasn't ready after 600 s; it was last the gateway is pending"),
        ),
    ] {
        let stage = Stage::set().await;
        let (after, read) = ("CreateNatGateway", "DescribeNatGateways");
        let sequence = Sequence { after, read, looks: looks, told, end };
        stage.up(&PrivateNatSubject(Emulator::Sandbox), None, &sequence).await;
    }
    for (looks, end) in [
        (&[Shows(&[("state", "deleting")]), Shows(&[("state", "deleted")])][..], Well),
        (&[Shows(&[("state", "deleting")]), Truth], Well),
        (&[Shows(&[("state", "deleting")])], Unsettled("it wasn't gone after 1")),
    ] {
        let stage = Stage::set().await;
        let (after, read, told) = ("DeleteNatGateway", "DescribeNatGateways", &["the gateway is deleting"]);
        let sequence = Sequence { after, read, looks, told, end };
        stage.down(&PrivateNatSubject(Emulator::Sandbox), &sequence).await;
    }
}

#[tokio::test]
async fn interface_endpoint() {
    for (looks, told, end) in [
        (&[Shows(&[("state", "pending")]), Shows(&[("state", "available")])][..], &["pending"][..], Well),
        // Its owner accepts it, who isn't us.
        (&[Shows(&[("state", "pendingAcceptance")])], &[], Well),
        (
            &[
                Shows(&[("state", "pending")]),
                Shows(&[
                    ("state", "failed"),
                    ("lastError", "<code>InsufficientFreeAddresses</code><message>No addresses</message>"),
                ]),
            ],
            &["pending"],
            Failed("No addresses"),
        ),
        (&[Shows(&[("state", "rejected")])], &[], Failed("rejected")),
        (&[Shows(&[("state", "expired")])], &[], Failed("expired")),
        (
            &[Shows(&[("state", "pending")])],
            &[],
            Unsettled("it wasn't ready after 600 s; it was last pending"),
        ),
    ] {
        let stage = Stage::set().await;
        let (after, read) = ("CreateVpcEndpoint", "DescribeVpcEndpoints");
        let subject = InterfaceSubject { network: Network::make(&stage.cloud).await };
        stage.up(&subject, None, &Sequence { after, read, looks, told, end }).await;
    }
    for (looks, end) in [
        (&[Shows(&[("state", "deleting")]), Shows(&[("state", "deleted")])][..], Well),
        (&[Shows(&[("state", "deleting")]), Truth], Well),
        (&[Shows(&[("state", "deleting")])], Unsettled("it wasn't gone after 9")),
    ] {
        let stage = Stage::set().await;
        let (after, read, told) = ("DeleteVpcEndpoints", "DescribeVpcEndpoints", &["deleting"]);
        let subject = InterfaceSubject { network: Network::make(&stage.cloud).await };
        stage.down(&subject, &Sequence { after, read, looks, told, end }).await;
    }
}
