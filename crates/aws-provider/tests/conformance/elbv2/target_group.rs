//! Target groups under test.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_elasticloadbalancingv2::Client;
use ironward_aws::elbv2::{Algorithm, Matcher, PlainHttpInsideVpc, TargetGroup, TargetGroupAttributes};
use ironward_core::program::DeclareError;
use ironward_core::stack::{Hipaa, Stack};
use serde_json::{Value as Json, json};

use super::tags_of;
use super::world::World;
use crate::cloud::{Cloud, Emulator};
use crate::subject::Subject;
use crate::suite::conform;

pub(crate) struct GroupSubject {
    world: World,
    emulator: Emulator,
}

impl GroupSubject {
    pub(crate) async fn on(cloud: &Cloud) -> Self {
        Self { world: World::build(cloud).await, emulator: cloud.emulator }
    }
}

#[async_trait]
impl Subject for GroupSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let port = if edit == Some("Port") { 9443 } else { 8443 };
        let mut group = match edit {
            Some("Protocol") => {
                let acknowledged = PlainHttpInsideVpc::no_phi_passes_here();
                TargetGroup::plain_http(self.world.vpc(), port, acknowledged)
            }
            _ => TargetGroup::https(self.world.vpc(), port),
        };
        let attributes = TargetGroupAttributes::new().deregistration_delay_seconds(30);
        group = group.tag("use", "test").health_check_path("/health").target_group_attributes(attributes);
        match edit {
            Some("HealthCheckPath") => group = group.health_check_path("/ready"),
            Some("HealthCheckPort") => group = group.health_check_port("9000"),
            Some("HealthCheckIntervalSeconds") => group = group.health_check_interval_seconds(20),
            Some("HealthCheckTimeoutSeconds") => group = group.health_check_timeout_seconds(7),
            Some("HealthyThresholdCount") => group = group.healthy_threshold_count(3),
            Some("UnhealthyThresholdCount") => group = group.unhealthy_threshold_count(4),
            Some("Matcher") => group = group.matcher(Matcher::http("200-299")),
            Some("TargetGroupAttributes") => {
                let attributes = TargetGroupAttributes::new()
                    .deregistration_delay_seconds(60)
                    .algorithm(Algorithm::LeastOutstandingRequests)
                    .sticky_seconds(600);
                group = group.target_group_attributes(attributes);
            }
            Some("Tags") => group = group.tag("use", "edited").tag("more", "yes"),
            _ => {}
        }
        stack.add("subject", group)?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        &[
            "HealthCheckPath",
            "HealthCheckPort",
            "HealthCheckIntervalSeconds",
            "HealthCheckTimeoutSeconds",
            "HealthyThresholdCount",
            "UnhealthyThresholdCount",
            "Matcher",
            "TargetGroupAttributes",
            "Tags",
        ]
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["Port", "Protocol"]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        let elb = Client::new(&cloud.sdk);
        let answer = elb.describe_target_groups().target_group_arns(id).send().await.ok()?;
        let group = answer.target_groups().first()?.clone();
        let answer = elb.describe_target_group_attributes().target_group_arn(id).send().await.ok()?;
        let attribute = |key: &str, otherwise: &str| {
            let found = answer.attributes().iter().find(|attribute| attribute.key() == Some(key));
            found.and_then(|found| found.value()).unwrap_or(otherwise).to_owned()
        };
        let attributes = json!([
            attribute("deregistration_delay.timeout_seconds", "300"),
            attribute("load_balancing.algorithm.type", "round_robin"),
            attribute("stickiness.enabled", "false"),
        ]);
        Some(BTreeMap::from([
            ("HealthCheckPath", json!(group.health_check_path())),
            ("HealthCheckPort", json!(group.health_check_port())),
            ("HealthCheckIntervalSeconds", json!(group.health_check_interval_seconds())),
            ("HealthCheckTimeoutSeconds", json!(group.health_check_timeout_seconds())),
            ("HealthyThresholdCount", json!(group.healthy_threshold_count())),
            ("UnhealthyThresholdCount", json!(group.unhealthy_threshold_count())),
            ("Matcher", json!(group.matcher().and_then(|matcher| matcher.http_code()))),
            ("TargetGroupAttributes", attributes),
            ("Tags", json!(tags_of(cloud, id).await)),
        ]))
    }

    async fn tags(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<String, String>> {
        Some(tags_of(cloud, id).await)
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        Client::new(&cloud.sdk).delete_target_group().target_group_arn(id).send().await.unwrap();
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        let request = Client::new(&cloud.sdk).modify_target_group().target_group_arn(id);
        request.health_check_path("/by-hand").send().await.unwrap();
        Some("HealthCheckPath")
    }

    fn unseen(&self, _emulator: Emulator) -> &'static [&'static str] {
        match self.emulator {
            // The sandbox reports these as their defaults, whatever they are set to.
            Emulator::Sandbox => &[
                "HealthCheckPort",
                "HealthCheckIntervalSeconds",
                "HealthCheckTimeoutSeconds",
                "HealthyThresholdCount",
                "UnhealthyThresholdCount",
                "Matcher",
            ],
            Emulator::Moto => &[],
        }
    }
}

#[tokio::test]
async fn target_group_on_sandbox() {
    let cloud = Cloud::sandbox().await;
    conform(&GroupSubject::on(&cloud).await, cloud).await;
}

#[tokio::test]
async fn target_group_on_moto() {
    let cloud = Cloud::moto().await;
    conform(&GroupSubject::on(&cloud).await, cloud).await;
}
