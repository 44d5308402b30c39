//! Values that two can't have at the same time change hands.

use ironward_aws::cidr;
use ironward_aws::ec2::{
    Cidr, DeclaredSubnet, Eip, InternetGateway, NatGateway, Private, Public, Subnet, Vpc,
    VpcGatewayAttachment, ZoneName,
};
use ironward_aws::elbv2::{Action, Listener, TargetGroup, Tls};
use ironward_core::declare::Declaration;
use ironward_core::program::DeclareError;
use ironward_core::stack::{Hipaa, Stack};

use super::{Front, changes, front, on_both, refuses};
use crate::cloud::Cloud;

/// Two subnets of these ranges, the first of them in this zone.
fn subnets(s: &mut Stack<Hipaa>, [one, two]: [Cidr; 2], zone: &str) -> Result<(), DeclareError> {
    let vpc = s.add("vpc", Vpc::new(cidr!("10.60.0.0/16")))?;
    let _: DeclaredSubnet<Private> = s.add("one", Subnet::new(vpc.id(), one, ZoneName::new(zone)))?;
    let _: DeclaredSubnet<Private> = s.add("two", Subnet::new(vpc.id(), two, ZoneName::new("us-east-1b")))?;
    Ok(())
}

const A: Cidr = cidr!("10.60.1.0/24");
const B: Cidr = cidr!("10.60.2.0/24");

/// <https://github.com/pulumi/pulumi-awsx/issues/520>.
async fn the_zone_of_a_subnet(cloud: Cloud) {
    let replaced =
        changes(&cloud, |s, after| subnets(s, [A, B], if after { "us-east-1c" } else { "us-east-1a" })).await;
    assert_eq!(replaced, ["one DeleteFirst"]);
}

async fn the_size_of_a_subnet(cloud: Cloud) {
    let grown = |s: &mut Stack<Hipaa>, after: bool| {
        subnets(s, [if after { cidr!("10.60.0.0/23") } else { A }, B], "us-east-1a")
    };
    assert_eq!(changes(&cloud, grown).await, ["one DeleteFirst"]);
}

/// <https://github.com/aws/aws-cdk/issues/24708>.
async fn ranges_exchanged(cloud: Cloud) {
    let exchanged =
        |s: &mut Stack<Hipaa>, after: bool| subnets(s, if after { [B, A] } else { [A, B] }, "us-east-1a");
    assert_eq!(changes(&cloud, exchanged).await.len(), 2);
}

async fn addresses_exchanged(cloud: Cloud) {
    let exchanged = |s: &mut Stack<Hipaa>, after: bool| {
        let vpc = s.add("vpc", Vpc::new(cidr!("10.60.0.0/16")))?;
        let gateway = s.add("gateway", InternetGateway::new())?;
        let attachment = s.add("attachment", VpcGatewayAttachment::internet(vpc.id(), gateway.id()))?;
        let subnet: DeclaredSubnet<Public> =
            s.add("subnet", Subnet::new(vpc.id(), A, ZoneName::new("us-east-1a")))?;
        let addresses =
            [s.add("east", Eip::new())?.allocation_id(), s.add("west", Eip::new())?.allocation_id()];
        let [one, two] = if after { [1, 0] } else { [0, 1] };
        for (name, which) in [("one", one), ("two", two)] {
            let nat = NatGateway::public(subnet.id(), addresses[which].clone());
            s.add(name, nat.options().depends_on(&attachment))?;
        }
        Ok(())
    };
    assert_eq!(changes(&cloud, exchanged).await.len(), 2);
}

/// Both are changed in place, one at a time, and a balancer has one listener at a port.
async fn ports_exchanged(cloud: Cloud) {
    let exchanged = |s: &mut Stack<Hipaa>, after: bool| {
        let Front { vpc, balancer, certificate } = front(s)?;
        let targets = s.add("targets", TargetGroup::https(vpc, 8443_i64))?;
        for (name, before, then) in [("one", 443_i64, 8443_i64), ("two", 8443, 443)] {
            let (tls, action) = (Tls::new(certificate.clone()), Action::forward(targets.arn()));
            let port = if after { then } else { before };
            s.add(name, Listener::https(balancer.clone(), port, tls, action))?;
        }
        Ok(())
    };
    let refused = refuses(&cloud, exchanged).await;
    assert!(refused.contains("`one` and `two` exchange Port"), "{refused}");
}

on_both!(ports, ports_exchanged);
on_both!(zone, the_zone_of_a_subnet);
on_both!(size, the_size_of_a_subnet);
on_both!(exchange, ranges_exchanged);

/// On the sandbox alone: what moto shows of an address is that a NAT gateway which is gone has it still.
#[tokio::test]
async fn addresses_on_sandbox() {
    addresses_exchanged(Cloud::sandbox().await).await;
}
