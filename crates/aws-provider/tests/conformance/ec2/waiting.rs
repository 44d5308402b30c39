//! Waiting for parts of the network. Sources: EC2 API Reference, `Vpc`, `Subnet`,
//! `InternetGatewayAttachment`, `NatGateway` and `VpcEndpoint`.

use crate::waiting::End::{Failed, Unsettled, Well};
use crate::waiting::Look::{Shows, Truth};
use crate::waiting::{End, Look, Sequence, Stage};

use super::fixture::Network;
use super::gateways::{AttachmentSubject, PrivateNatSubject};
use super::subnet::SubnetSubject;
use super::vpc::VpcSubject;
use super::vpc_endpoint::InterfaceSubject;

#[tokio::test]
async fn nat_gateway() {
    let sequence = |looks: &'static [Look], told: &'static [&'static str], end: End| Sequence {
        after: "CreateNatGateway",
        read: "DescribeNatGateways",
        looks,
        told,
        end,
    };
    for wait in [
        sequence(
            &[
                Shows(&[("state", "pending")]),
                Shows(&[("state", "pending")]),
                Shows(&[("state", "available")]),
            ],
            &["the gateway is pending"],
            Well,
        ),
        sequence(
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
        sequence(
            &[Shows(&[("state", "pending")])],
            &[],
            Unsettled("it wasn't ready after 600 s; it was last the gateway is pending"),
        ),
    ] {
        let stage = Stage::set().await;
        stage.up(&PrivateNatSubject, None, &wait).await;
    }
    let sequence = |looks: &'static [Look], end: End| Sequence {
        after: "DeleteNatGateway",
        read: "DescribeNatGateways",
        looks,
        told: &["the gateway is deleting"],
        end,
    };
    for wait in [
        sequence(&[Shows(&[("state", "deleting")]), Shows(&[("state", "deleted")])], Well),
        sequence(&[Shows(&[("state", "deleting")]), Truth], Well),
        sequence(&[Shows(&[("state", "deleting")])], Unsettled("it wasn't gone after 1")),
    ] {
        let stage = Stage::set().await;
        stage.down(&PrivateNatSubject, &wait).await;
    }
}

#[tokio::test]
async fn interface_endpoint() {
    let sequence = |looks: &'static [Look], told: &'static [&'static str], end: End| Sequence {
        after: "CreateVpcEndpoint",
        read: "DescribeVpcEndpoints",
        looks,
        told,
        end,
    };
    for wait in [
        sequence(&[Shows(&[("state", "pending")]), Shows(&[("state", "available")])], &["pending"], Well),
        // Its owner accepts it, who isn't us.
        sequence(&[Shows(&[("state", "pendingAcceptance")])], &[], Well),
        sequence(
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
        sequence(&[Shows(&[("state", "rejected")])], &[], Failed("rejected")),
        sequence(&[Shows(&[("state", "expired")])], &[], Failed("expired")),
        sequence(
            &[Shows(&[("state", "pending")])],
            &[],
            Unsettled("it wasn't ready after 600 s; it was last pending"),
        ),
    ] {
        let stage = Stage::set().await;
        let subject = InterfaceSubject { network: Network::make(&stage.cloud).await };
        stage.up(&subject, None, &wait).await;
    }
    let sequence = |looks: &'static [Look], end: End| Sequence {
        after: "DeleteVpcEndpoints",
        read: "DescribeVpcEndpoints",
        looks,
        told: &["deleting"],
        end,
    };
    for wait in [
        sequence(&[Shows(&[("state", "deleting")]), Shows(&[("state", "deleted")])], Well),
        sequence(&[Shows(&[("state", "deleting")]), Truth], Well),
        sequence(&[Shows(&[("state", "deleting")])], Unsettled("it wasn't gone after 9")),
    ] {
        let stage = Stage::set().await;
        let subject = InterfaceSubject { network: Network::make(&stage.cloud).await };
        stage.down(&subject, &wait).await;
    }
}

#[tokio::test]
async fn vpc() {
    // Its ranges have states of their own.
    const PENDING: Look = Shows(&[("cidrBlockAssociationSet", ""), ("state", "pending")]);
    for (looks, told, end) in [
        (&[PENDING, PENDING, Truth] as &[Look], "the VPC is pending", Well),
        (
            &[PENDING],
            "the VPC is pending",
            Unsettled("it wasn't ready after 600 s; it was last the VPC is pending"),
        ),
    ] {
        let stage = Stage::set().await;
        let told = vec![told].leak();
        let wait = Sequence { after: "CreateVpc", read: "DescribeVpcs", looks, told, end };
        stage.up(&VpcSubject, None, &wait).await;
    }
    // It is there before the group that it brings along is.
    let stage = Stage::set().await;
    let wait = Sequence {
        after: "CreateVpc",
        read: "DescribeSecurityGroups",
        looks: &[Shows(&[("securityGroupInfo", "")]), Truth],
        told: &["its default security group isn't visible yet"],
        end: Well,
    };
    stage.up(&VpcSubject, None, &wait).await;
}

#[tokio::test]
async fn subnet() {
    let sequence = |looks: &'static [Look], told: &'static [&'static str], end: End| Sequence {
        after: "CreateSubnet",
        read: "DescribeSubnets",
        looks,
        told,
        end,
    };
    for wait in [
        sequence(
            &[Shows(&[("state", "pending")]), Shows(&[("state", "available")])],
            &["the subnet is pending"],
            Well,
        ),
        sequence(
            &[Shows(&[("state", "pending")]), Shows(&[("state", "failed-insufficient-capacity")])],
            &["the subnet is pending"],
            Failed("the subnet is failed-insufficient-capacity"),
        ),
        sequence(
            &[Shows(&[("state", "pending")])],
            &[],
            Unsettled("it wasn't ready after 600 s; it was last the subnet is pending"),
        ),
    ] {
        let stage = Stage::set().await;
        stage.up(&SubnetSubject, None, &wait).await;
    }
}

#[tokio::test]
async fn gateway_attachment() {
    let sequence = |looks: &'static [Look], told: &'static [&'static str], end: End| Sequence {
        after: "AttachInternetGateway",
        read: "DescribeInternetGateways",
        looks,
        told,
        end,
    };
    for wait in [
        sequence(
            &[Shows(&[("state", "attaching")]), Shows(&[("state", "available")])],
            &["the gateway is attaching"],
            Well,
        ),
        sequence(
            &[Shows(&[("state", "attaching")])],
            &[],
            Unsettled("it wasn't ready after 1200 s; it was last the gateway is attaching"),
        ),
    ] {
        let stage = Stage::set().await;
        stage.up(&AttachmentSubject, None, &wait).await;
    }
    let sequence = |looks: &'static [Look], end: End| Sequence {
        after: "DetachInternetGateway",
        read: "DescribeInternetGateways",
        looks,
        told: &["the gateway is detaching"],
        end,
    };
    for wait in [
        sequence(&[Shows(&[("state", "detaching")]), Shows(&[("state", "detached")])], Well),
        sequence(&[Shows(&[("state", "detaching")]), Truth], Well),
        sequence(&[Shows(&[("state", "detaching")])], Unsettled("it wasn't gone after 1200 s")),
    ] {
        let stage = Stage::set().await;
        stage.down(&AttachmentSubject, &wait).await;
    }
}
