//! A network for the tests, made by raw SDK calls.

use aws_sdk_ec2::Client;
use ironward_aws::ec2::{Isolated, RouteTableId, SubnetId};
use ironward_core::output::Output;
use ironward_core::value::Value;
use serde_json::json;

use crate::cloud::Cloud;

/// A VPC with two subnets and two route tables.
pub struct Network {
    pub vpc: String,
    subnets: [String; 2],
    route_tables: [String; 2],
}

impl Network {
    pub async fn make(cloud: &Cloud) -> Self {
        let ec2 = Client::new(&cloud.sdk);
        let vpc = ec2.create_vpc().cidr_block("10.4.0.0/16").send().await.unwrap().vpc.unwrap();
        let vpc = vpc.vpc_id.unwrap();
        let (mut subnets, mut route_tables) =
            ([String::new(), String::new()], [String::new(), String::new()]);
        for (index, zone) in ["us-east-1a", "us-east-1b"].into_iter().enumerate() {
            let cidr = format!("10.4.{index}.0/24");
            let subnet = ec2.create_subnet().vpc_id(&vpc).cidr_block(cidr).availability_zone(zone);
            subnets[index] = subnet.send().await.unwrap().subnet.unwrap().subnet_id.unwrap();
            let table = ec2.create_route_table().vpc_id(&vpc).send().await.unwrap().route_table.unwrap();
            route_tables[index] = table.route_table_id.unwrap();
        }
        Self { vpc, subnets, route_tables }
    }

    pub fn subnet(&self, index: usize) -> Output<SubnetId<Isolated>> {
        Output::from_value(Value::Literal(json!(self.subnets[index])))
    }

    pub fn route_table(&self, index: usize) -> Output<RouteTableId<Isolated>> {
        Output::from_value(Value::Literal(json!(self.route_tables[index])))
    }
}
