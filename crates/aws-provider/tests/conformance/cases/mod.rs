//! What users of other engines reported, tried here: two programs, one after the other, on both emulators.

mod in_use;
mod ranges;

use ironward_aws::acm::{Certificate, CertificateArn, IssuedCertificate};
use ironward_aws::cidr;
use ironward_aws::ec2::{DeclaredSubnet, Private, SecurityGroup, Subnet, SubnetId, Vpc, VpcId, ZoneName};
use ironward_aws::elbv2::{LoadBalancer, LoadBalancerArn};
use ironward_core::apply::Cancel;
use ironward_core::output::Output;
use ironward_core::plan::Action;
use ironward_core::program::{DeclareError, Program};
use ironward_core::provider::DeletePolicy;
use ironward_core::stack::{Hipaa, Stack};

use crate::cloud::Cloud;
use crate::suite::apply_once;

/// What a program declares, before a change and after it.
type Declare = fn(&mut Stack<Hipaa>, bool) -> Result<(), DeclareError>;

fn program(declare: Declare, after: bool) -> Program {
    let mut stack = Stack::<Hipaa>::new("cases");
    declare(&mut stack, after).unwrap();
    stack.program()
}

/// Makes what is declared before, changes it, and has nothing left to do. Says what the change replaced.
async fn changes(cloud: &Cloud, declare: Declare) -> Vec<String> {
    let [before, after] = [false, true].map(|after| program(declare, after));
    apply_once(cloud, &before).await;
    let planned = cloud.engine.plan(&after).await.unwrap_or_else(|error| panic!("no plan: {error}"));
    let replaced = planned.plan.changes.iter().filter_map(|change| match &change.action {
        Action::Replace { order } => Some(format!("{} {order:?}", change.path)),
        _ => None,
    });
    let replaced = replaced.collect();
    apply_once(cloud, &after).await;
    let planned = cloud.engine.plan(&after).await.unwrap_or_else(|error| panic!("no plan: {error}"));
    assert!(planned.plan.is_empty(), "{:#?}", planned.plan.changes);
    end(cloud, &after).await;
    replaced
}

/// Makes what is declared before, and is refused the change, with these words.
async fn refuses(cloud: &Cloud, declare: Declare) -> String {
    apply_once(cloud, &program(declare, false)).await;
    let refused = cloud.engine.plan(&program(declare, true)).await.expect_err("it plans what can't be");
    end(cloud, &program(declare, false)).await;
    refused.to_string()
}

/// What is called as the program says can't be there twice.
async fn end(cloud: &Cloud, program: &Program) {
    let planned = cloud.engine.plan_destroy(program, true).await.unwrap();
    let mut policy = DeletePolicy::default();
    policy.lift_protection = true;
    let outcome = cloud.engine.apply(program, planned, policy, &Cancel::default()).await.unwrap();
    assert!(outcome.is_complete(), "{:#?} {:?}", outcome.failures, outcome.skipped);
}

/// A network with two subnets.
type Network = (Output<VpcId>, [Output<SubnetId<Private>>; 2]);

fn network(s: &mut Stack<Hipaa>) -> Result<Network, DeclareError> {
    let vpc = s.add("vpc", Vpc::new(cidr!("10.61.0.0/16")))?.id();
    let mut subnet = |name: &str, range, zone: &str| -> Result<Output<SubnetId<Private>>, DeclareError> {
        let subnet: DeclaredSubnet<Private> =
            s.add(name, Subnet::new(vpc.clone(), range, ZoneName::new(zone)))?;
        Ok(subnet.id())
    };
    let one = subnet("east", cidr!("10.61.1.0/24"), "us-east-1a")?;
    let two = subnet("west", cidr!("10.61.2.0/24"), "us-east-1b")?;
    Ok((vpc, [one, two]))
}

/// A balancer in a network, and what its listeners need.
struct Front {
    vpc: Output<VpcId>,
    balancer: Output<LoadBalancerArn>,
    certificate: Output<CertificateArn>,
}

fn front(s: &mut Stack<Hipaa>) -> Result<Front, DeclareError> {
    let (vpc, subnets) = network(s)?;
    let group = s.add("balancer-group", SecurityGroup::in_vpc(vpc.clone(), "cases"))?;
    let balancer = s.add("balancer", LoadBalancer::internal(subnets, [group.id()]))?.arn();
    let asked = s.add("asked", Certificate::new("cases.example.org"))?;
    let certificate = s.add("issued", IssuedCertificate::new(asked.arn()))?.arn();
    Ok(Front { vpc, balancer, certificate })
}

/// A test on each emulator.
macro_rules! on_both {
    ($name:ident, $check:expr) => {
        mod $name {
            use super::*;

            #[tokio::test]
            async fn on_sandbox() {
                $check(Cloud::sandbox().await).await;
            }

            #[tokio::test]
            async fn on_moto() {
                $check(Cloud::moto().await).await;
            }
        }
    };
}
use on_both;
