//! What stands around a load balancer: a network and certificates, by raw SDK calls.

use aws_sdk_ec2::Client as Ec2;
use aws_sdk_elasticloadbalancingv2::Client as Elb;
use aws_sdk_elasticloadbalancingv2::types::{ProtocolEnum, TargetTypeEnum};
use ironward_aws::ec2::{SubnetId, Tier, VpcId};
use ironward_core::output::Output;
use ironward_core::value::Value;
use serde_json::json;

use crate::cloud::Cloud;

/// A network with three subnets in three zones and two security groups.
pub(crate) struct World {
    pub(crate) vpc: String,
    subnets: Vec<String>,
    pub(crate) groups: Vec<String>,
}

impl World {
    pub(crate) async fn build(cloud: &Cloud) -> Self {
        let ec2 = Ec2::new(&cloud.sdk);
        let vpc = ec2.create_vpc().cidr_block("10.7.0.0/16").send().await.unwrap().vpc.unwrap();
        let vpc = vpc.vpc_id.unwrap();
        let (mut subnets, mut groups) = (Vec::new(), Vec::new());
        for (number, zone) in ["us-east-1a", "us-east-1b", "us-east-1c"].into_iter().enumerate() {
            let request = ec2.create_subnet().vpc_id(&vpc).cidr_block(format!("10.7.{number}.0/24"));
            let subnet = request.availability_zone(zone).send().await.unwrap().subnet.unwrap();
            subnets.push(subnet.subnet_id.unwrap());
        }
        for name in ["one", "two"] {
            let request = ec2.create_security_group().vpc_id(&vpc).group_name(name).description(name);
            groups.push(request.send().await.unwrap().group_id.unwrap());
        }
        Self { vpc, subnets, groups }
    }

    pub(crate) fn subnet_ids(&self) -> Vec<String> {
        self.subnets.clone()
    }

    pub(crate) fn vpc(&self) -> VpcId {
        VpcId::new(&self.vpc)
    }

    /// Subnets by number, of whatever tier.
    pub(crate) fn subnets<T: Tier>(&self, numbers: &[usize]) -> Vec<Output<SubnetId<T>>> {
        let subnet =
            |number: &usize| Output::from_value(Value::Literal(json!(self.subnets[*number].clone())));
        numbers.iter().map(subnet).collect()
    }
}

/// A certificate's ARN.
pub(crate) async fn certificate(cloud: &Cloud, domain: &str) -> String {
    let acm = aws_sdk_acm::Client::new(&cloud.sdk);
    acm.request_certificate().domain_name(domain).send().await.unwrap().certificate_arn.unwrap()
}

/// A target group's ARN.
pub(crate) async fn target_group(cloud: &Cloud, vpc: &str, name: &str) -> String {
    let request = Elb::new(&cloud.sdk).create_target_group().name(name).vpc_id(vpc).port(8443);
    let made = request.protocol(ProtocolEnum::Https).target_type(TargetTypeEnum::Ip).send().await.unwrap();
    made.target_groups.unwrap().remove(0).target_group_arn.unwrap()
}
