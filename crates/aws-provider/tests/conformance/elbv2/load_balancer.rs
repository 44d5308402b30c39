//! Load balancers under test.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::LoadBalancerAttribute;
use ironward_aws::ec2::{Private, Public, SecurityGroupId};
use ironward_aws::elbv2::{DesyncMitigation, IpAddressType, LoadBalancer, LoadBalancerAttributes};
use ironward_core::apply::Cancel;
use ironward_core::output::Output;
use ironward_core::program::{DeclareError, Program};
use ironward_core::provider::DeletePolicy;
use ironward_core::stack::{Hipaa, Stack};
use ironward_core::value::Value;
use serde_json::{Value as Json, json};

use super::tags_of;
use super::world::World;
use crate::cloud::{Cloud, Emulator};
use crate::subject::Subject;
use crate::suite::conform;

pub(crate) struct BalancerSubject {
    pub(crate) world: World,
    pub(crate) emulator: Emulator,
}

fn attributes() -> LoadBalancerAttributes {
    LoadBalancerAttributes::new().drop_invalid_header_fields(true).idle_timeout_seconds(90)
}

#[async_trait]
impl Subject for BalancerSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let groups = match edit {
            Some("SecurityGroups") => &self.world.groups[1..],
            _ => &self.world.groups[..1],
        };
        let groups = groups.iter().map(SecurityGroupId::new);
        let mut balancer = match edit {
            Some("Scheme") => LoadBalancer::internal(self.world.subnets::<Private>(&[0, 1]), groups),
            Some("Subnets") => LoadBalancer::internet_facing(self.world.subnets::<Public>(&[2, 1]), groups),
            _ => LoadBalancer::internet_facing(self.world.subnets::<Public>(&[0, 1]), groups),
        };
        balancer = balancer.tag("use", "test").load_balancer_attributes(attributes());
        match edit {
            Some("IpAddressType") => balancer = balancer.ip_address_type(IpAddressType::Dualstack),
            Some("LoadBalancerAttributes") => {
                let bucket = Output::from_value(Value::Literal(json!("access-logs-of-the-test")));
                balancer = balancer.load_balancer_attributes(
                    attributes()
                        .desync_mitigation(DesyncMitigation::Strictest)
                        .access_logs(bucket, "lb")
                        .deletion_protection(true),
                );
            }
            Some("Tags") => balancer = balancer.tag("use", "edited").tag("more", "yes"),
            _ => {}
        }
        stack.add("subject", balancer)?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        match self.emulator {
            Emulator::Moto => {
                &["Subnets", "SecurityGroups", "IpAddressType", "LoadBalancerAttributes", "Tags"]
            }
            Emulator::Sandbox => &["Subnets", "SecurityGroups", "LoadBalancerAttributes", "Tags"],
        }
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["Scheme"]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        let elb = Client::new(&cloud.sdk);
        let answer = elb.describe_load_balancers().load_balancer_arns(id).send().await.ok()?;
        let balancer = answer.load_balancers().first()?.clone();
        let answer = elb.describe_load_balancer_attributes().load_balancer_arn(id).send().await.ok()?;
        // What nobody set may be missing or be there as the default; the default is read in both
        // cases.
        let attribute = |key: &str, otherwise: &str| {
            let found = answer.attributes().iter().find(|attribute| attribute.key() == Some(key));
            found.and_then(|found| found.value()).unwrap_or(otherwise).to_owned()
        };
        let attributes = json!([
            attribute("deletion_protection.enabled", "false"),
            attribute("access_logs.s3.enabled", "false"),
            attribute("access_logs.s3.prefix", ""),
            attribute("routing.http.desync_mitigation_mode", "defensive"),
            attribute("routing.http.drop_invalid_header_fields.enabled", "false"),
            attribute("idle_timeout.timeout_seconds", "60"),
        ]);
        let mut subnets: Vec<&str> =
            balancer.availability_zones().iter().filter_map(|zone| zone.subnet_id()).collect();
        subnets.sort_unstable();
        Some(BTreeMap::from([
            ("Subnets", json!(subnets)),
            ("SecurityGroups", json!(balancer.security_groups())),
            ("IpAddressType", json!(balancer.ip_address_type().map(|kind| kind.as_str()))),
            ("LoadBalancerAttributes", attributes),
            ("Tags", json!(tags_of(cloud, id).await)),
        ]))
    }

    async fn tags(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<String, String>> {
        Some(tags_of(cloud, id).await)
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        Client::new(&cloud.sdk).delete_load_balancer().load_balancer_arn(id).send().await.unwrap();
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        let off = LoadBalancerAttribute::builder()
            .key("routing.http.drop_invalid_header_fields.enabled")
            .value("false")
            .build();
        let request = Client::new(&cloud.sdk).modify_load_balancer_attributes().load_balancer_arn(id);
        request.attributes(off).send().await.unwrap();
        Some("LoadBalancerAttributes")
    }
}

#[tokio::test]
async fn load_balancer_on_sandbox() {
    let cloud = Cloud::sandbox().await;
    let world = World::build(&cloud).await;
    conform(&BalancerSubject { world, emulator: Emulator::Sandbox }, cloud).await;
}

#[tokio::test]
async fn load_balancer_on_moto() {
    let cloud = Cloud::moto().await;
    let world = World::build(&cloud).await;
    conform(&BalancerSubject { world, emulator: Emulator::Moto }, cloud).await;
}

fn protected(world: &World) -> Program {
    let mut stack = Stack::<Hipaa>::new("protected");
    let groups = world.groups[..1].iter().map(SecurityGroupId::new);
    let balancer = LoadBalancer::internet_facing(world.subnets::<Public>(&[0, 1]), groups);
    let attributes = LoadBalancerAttributes::new().deletion_protection(true);
    stack.add("subject", balancer.load_balancer_attributes(attributes)).unwrap();
    stack.program()
}

#[tokio::test]
async fn a_protected_load_balancer_is_not_destroyed_by_the_way() {
    let cloud = Cloud::sandbox().await;
    let program = protected(&World::build(&cloud).await);
    let planned = cloud.engine.plan(&program).await.unwrap();
    let outcome =
        cloud.engine.apply(&program, planned, DeletePolicy::default(), &Cancel::default()).await.unwrap();
    assert!(outcome.is_complete(), "{:#?}", outcome.failures);
    let refused = cloud.engine.plan_destroy(&program, false).await;
    let reason = format!("{:?}", refused.expect_err("the plan is refused"));
    assert!(reason.contains("deletion_protection.enabled is on"), "{reason}");
}
