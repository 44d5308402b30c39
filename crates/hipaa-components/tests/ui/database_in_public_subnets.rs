//! A database in subnets with a route to the internet can't be written.
use ironward_aws::ec2::{Public, SubnetId};
use ironward_aws::rds::IsolatedSubnets;
use ironward_core::output::Output;

fn place(one: Output<SubnetId<Public>>, two: Output<SubnetId<Public>>) -> IsolatedSubnets {
    IsolatedSubnets::new(one, two)
}

fn main() {}
