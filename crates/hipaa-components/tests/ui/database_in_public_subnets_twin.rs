//! In isolated ones it can.
use ironward_aws::ec2::{Isolated, SubnetId};
use ironward_aws::rds::IsolatedSubnets;
use ironward_core::output::Output;

#[allow(dead_code)]
fn place(one: Output<SubnetId<Isolated>>, two: Output<SubnetId<Isolated>>) -> IsolatedSubnets {
    IsolatedSubnets::new(one, two)
}

fn main() {}
