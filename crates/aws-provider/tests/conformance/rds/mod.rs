//! RDS under test.

mod as_rds;
pub(crate) mod instance;
mod parameter_group;
mod sent;
mod subnet_group;
mod waiting;

use aws_sdk_ec2::types::Filter;
use ironward_aws::ec2::{Isolated, SubnetId};
use ironward_aws::kms::Key;
use ironward_aws::place::Here;
use ironward_aws::policy::{Allow, PolicyDocument};
use ironward_aws::rds::{DbSubnetGroup, IsolatedPlacement, IsolatedSubnets};
use ironward_core::output::Output;
use ironward_core::program::DeclareError;
use ironward_core::stack::{Hipaa, Stack};
use ironward_core::value::Value;
use serde_json::json;

use crate::cloud::Cloud;

/// Three subnets of one VPC that are made behind the engine's back, and the VPC's security group
/// and another one.
struct Network {
    subnets: Vec<String>,
    groups: Vec<String>,
}

impl Network {
    async fn make(cloud: &Cloud) -> Self {
        let ec2 = aws_sdk_ec2::Client::new(&cloud.sdk);
        let vpc = ec2.create_vpc().cidr_block("10.77.0.0/16").send().await.unwrap().vpc.unwrap();
        let vpc = vpc.vpc_id().unwrap();
        let mut subnets = Vec::new();
        for (third, zone) in ["us-east-1a", "us-east-1b", "us-east-1c"].into_iter().enumerate() {
            let request = ec2.create_subnet().vpc_id(vpc).availability_zone(zone);
            let subnet = request.cidr_block(format!("10.77.{third}.0/24")).send().await.unwrap();
            subnets.push(subnet.subnet.unwrap().subnet_id.unwrap());
        }
        let own = Filter::builder().name("vpc-id").values(vpc).build();
        let groups = ec2.describe_security_groups().filters(own).send().await.unwrap();
        let own = groups.security_groups().first().and_then(|group| group.group_id.clone());
        let request = ec2.create_security_group().vpc_id(vpc).group_name("conformance").description("other");
        let other = request.send().await.unwrap().group_id;
        Self { subnets, groups: [own, other].into_iter().flatten().collect() }
    }

    /// The id of a subnet, vouched for as an isolated one.
    fn isolated(&self, index: usize) -> Output<SubnetId<Isolated>> {
        Output::from_value(Value::Literal(json!(self.subnets[index])))
    }

    fn group(&self) -> DbSubnetGroup {
        DbSubnetGroup::new(IsolatedSubnets::new(self.isolated(0), self.isolated(1)), "conformance")
    }

    fn placement(&self, stack: &mut Stack<Hipaa>) -> Result<IsolatedPlacement, DeclareError> {
        Ok(stack.add("group", self.group())?.placement())
    }
}

/// A key that the account administers.
fn key(stack: &mut Stack<Hipaa>) -> Result<Key, DeclareError> {
    let here = stack.lookup("here", Here)?;
    let root = Allow::actions(["kms:*"]).principal(here.account_root()).on("*");
    Ok(Key::new(PolicyDocument::new().with(root)).pending_window_in_days(7))
}
