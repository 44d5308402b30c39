//! The id of one type doesn't fit where another's is wanted.
use ironward_aws::ec2::{SecurityGroup, SecurityGroupId};
use ironward_core::output::Output;

fn declare(group: Output<SecurityGroupId>) -> SecurityGroup {
    SecurityGroup::in_vpc(group, "in a security group")
}

fn main() {}
