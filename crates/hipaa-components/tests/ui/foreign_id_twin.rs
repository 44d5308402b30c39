//! The right one does.
use ironward_aws::ec2::{SecurityGroup, VpcId};
use ironward_core::output::Output;

#[allow(dead_code)]
fn declare(vpc: Output<VpcId>) -> SecurityGroup {
    SecurityGroup::in_vpc(vpc, "in a VPC")
}

fn main() {}
