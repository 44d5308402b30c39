//! The handler of `AWS::ElasticLoadBalancingV2::TargetGroup`.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_elasticloadbalancingv2::types::{
    Matcher, ProtocolEnum, TargetGroup as Described, TargetGroupAttribute,
};
use ironward_aws::elbv2::TargetGroup;
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::ProviderError;
use ironward_core::provider::{
    Change, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Read, ReadResults, Target,
};
use ironward_core::schema::Schema;

use super::api::{Elb, TAGS, TARGET_GROUP_ATTRIBUTES, TARGET_GROUPS, no_arn, sdk_tags, taken};
use super::attributes::{self, Keys, OF_TARGET_GROUPS};

pub(super) struct TargetGroupHandler(pub(super) Arc<Elb>);

const ATTRIBUTES: &str = "TargetGroupAttributes";
const CREATE: &str = "elasticloadbalancing:CreateTargetGroup";

/// How the health of targets is checked.
struct HealthCheck {
    protocol: Option<ProtocolEnum>,
    path: Option<String>,
    port: Option<String>,
    interval: Option<i32>,
    timeout: Option<i32>,
    healthy: Option<i32>,
    unhealthy: Option<i32>,
    matcher: Option<Matcher>,
}

impl HealthCheck {
    fn of(properties: &Document) -> Result<Self, ProviderError> {
        let matcher =
            properties.opt::<Document>("Matcher")?.map(|matcher| -> Result<Matcher, ProviderError> {
                Ok(Matcher::builder()
                    .set_http_code(matcher.opt("HttpCode")?)
                    .set_grpc_code(matcher.opt("GrpcCode")?)
                    .build())
            });
        Ok(Self {
            protocol: properties.parsed("HealthCheckProtocol")?,
            path: properties.opt("HealthCheckPath")?,
            port: properties.opt("HealthCheckPort")?,
            interval: properties.opt("HealthCheckIntervalSeconds")?,
            timeout: properties.opt("HealthCheckTimeoutSeconds")?,
            healthy: properties.opt("HealthyThresholdCount")?,
            unhealthy: properties.opt("UnhealthyThresholdCount")?,
            matcher: matcher.transpose()?,
        })
    }

    /// The same with what the service assumes where nothing is declared. For gRPC it assumes
    /// another path and other codes.
    fn with_defaults(self, grpc: bool) -> Self {
        let matcher = if grpc {
            Matcher::builder().grpc_code("12").build()
        } else {
            Matcher::builder().http_code("200").build()
        };
        let path = if grpc { "/AWS.ALB/healthcheck" } else { "/" };
        Self {
            protocol: self.protocol,
            path: self.path.or_else(|| Some(path.to_owned())),
            port: self.port.or_else(|| Some("traffic-port".to_owned())),
            interval: self.interval.or(Some(30)),
            timeout: self.timeout.or(Some(5)),
            healthy: self.healthy.or(Some(5)),
            unhealthy: self.unhealthy.or(Some(2)),
            matcher: self.matcher.or(Some(matcher)),
        }
    }
}

impl Elb {
    async fn target_group_named(&self, name: &str) -> Result<Option<String>, ProviderError> {
        let request = || self.client.describe_target_groups().names(name).send();
        let answer = self.caller.find(TARGET_GROUPS, request).await?;
        let described = answer.and_then(|answer| answer.target_groups).unwrap_or_default();
        Ok(described.into_iter().find_map(|group| group.target_group_arn))
    }

    async fn set_health_check(&self, arn: &str, check: &HealthCheck) -> Result<(), ProviderError> {
        let request = || {
            self.client
                .modify_target_group()
                .target_group_arn(arn)
                .set_health_check_protocol(check.protocol.clone())
                .set_health_check_path(check.path.clone())
                .set_health_check_port(check.port.clone())
                .set_health_check_interval_seconds(check.interval)
                .set_health_check_timeout_seconds(check.timeout)
                .set_healthy_threshold_count(check.healthy)
                .set_unhealthy_threshold_count(check.unhealthy)
                .set_matcher(check.matcher.clone())
                .send()
        };
        self.caller.call("elasticloadbalancing:ModifyTargetGroup", request).await?;
        Ok(())
    }

    async fn set_target_group_attributes(&self, arn: &str, keys: Keys) -> Result<(), ProviderError> {
        let attributes: Vec<TargetGroupAttribute> = keys
            .into_iter()
            .map(|(key, value)| TargetGroupAttribute::builder().key(key).value(value).build())
            .collect();
        if attributes.is_empty() {
            return Ok(());
        }
        let request = || {
            let request = self.client.modify_target_group_attributes().target_group_arn(arn);
            request.set_attributes(Some(attributes.clone())).send()
        };
        self.caller.call("elasticloadbalancing:ModifyTargetGroupAttributes", request).await?;
        Ok(())
    }
}

#[async_trait]
impl Handler for TargetGroupHandler {
    fn schema(&self) -> &'static Schema {
        TargetGroup::SCHEMA
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        [TARGET_GROUPS, TARGET_GROUP_ATTRIBUTES, TAGS]
            .into_iter()
            .map(|operation| Read::new(operation, target.physical_id))
            .collect()
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let arn = target.physical_id;
        let Some(group) = answers.get::<Described>(TARGET_GROUPS, arn)? else {
            return Ok(Observation::Absent);
        };
        let full_name = arn.rsplit_once(':').map(|(_, name)| name);
        let attributes = Document::new()
            .with("TargetGroupArn", arn)
            .with("TargetGroupName", group.target_group_name())
            .with("TargetGroupFullName", full_name);
        let matcher = group.matcher().map(|matcher| {
            Document::new().with("HttpCode", matcher.http_code()).with("GrpcCode", matcher.grpc_code())
        });
        let mut observed = Observed::new(attributes)
            .with_some("Name", group.target_group_name())
            .with_some("VpcId", group.vpc_id())
            .with_some("Port", group.port())
            .with_some("Protocol", group.protocol().map(|protocol| protocol.as_str()))
            .with_some("ProtocolVersion", group.protocol_version())
            .with_some("TargetType", group.target_type().map(|kind| kind.as_str()))
            .with_some("IpAddressType", group.ip_address_type().map(|kind| kind.as_str()))
            .with_some("HealthCheckProtocol", group.health_check_protocol().map(|p| p.as_str()))
            .with_some("HealthCheckPath", group.health_check_path())
            .with_some("HealthCheckPort", group.health_check_port())
            .with_some("HealthCheckIntervalSeconds", group.health_check_interval_seconds())
            .with_some("HealthCheckTimeoutSeconds", group.health_check_timeout_seconds())
            .with_some("HealthyThresholdCount", group.healthy_threshold_count())
            .with_some("UnhealthyThresholdCount", group.unhealthy_threshold_count())
            .with_some("Matcher", matcher);
        let declared = attributes::declared(target.properties, ATTRIBUTES)?;
        if let Some(keys) = answers.get::<Keys>(TARGET_GROUP_ATTRIBUTES, arn)? {
            observed = observed.with_some(ATTRIBUTES, attributes::seen(&declared, keys));
        }
        if let Some(tags) = answers.get::<BTreeMap<String, String>>(TAGS, arn)? {
            observed = observed.tagged(tags.clone());
        }
        Ok(Observation::Present(observed))
    }

    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let Self(elb) = self;
        let name: String = desired.get("Name")?;
        // With the same settings the API hands out what has the name, whoever made it.
        if !name.ends_with(operation.instance.short()) && elb.target_group_named(&name).await?.is_some() {
            return Err(taken(CREATE, &name));
        }
        let vpc: String = desired.get("VpcId")?;
        let port: i32 = desired.get("Port")?;
        let (protocol, kind) = (desired.parsed("Protocol")?, desired.parsed("TargetType")?);
        let version: Option<String> = desired.opt("ProtocolVersion")?;
        let addresses = desired.parsed("IpAddressType")?;
        let control: Option<i32> = desired.opt("TargetControlPort")?;
        let check = HealthCheck::of(desired)?;
        let tags = sdk_tags(operation.tags(desired));
        let request = || {
            elb.client
                .create_target_group()
                .name(&name)
                .vpc_id(&vpc)
                .port(port)
                .set_protocol(protocol.clone())
                .set_protocol_version(version.clone())
                .set_target_type(kind.clone())
                .set_target_control_port(control)
                .set_ip_address_type(addresses.clone())
                .set_health_check_protocol(check.protocol.clone())
                .set_health_check_path(check.path.clone())
                .set_health_check_port(check.port.clone())
                .set_health_check_interval_seconds(check.interval)
                .set_health_check_timeout_seconds(check.timeout)
                .set_healthy_threshold_count(check.healthy)
                .set_unhealthy_threshold_count(check.unhealthy)
                .set_matcher(check.matcher.clone())
                .set_tags(Some(tags.clone()))
                .send()
        };
        let answer = elb.caller.make(CREATE, request).await?;
        let made = answer.target_groups.unwrap_or_default().into_iter().next();
        made.and_then(|group| group.target_group_arn).ok_or_else(|| no_arn(CREATE))
    }

    async fn reconcile(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        let Self(elb) = self;
        let (arn, after) = (change.physical_id, change.after);
        if change.has("health_check") {
            let grpc = after.opt::<String>("ProtocolVersion")?.as_deref() == Some("GRPC");
            elb.set_health_check(arn, &HealthCheck::of(after)?.with_defaults(grpc)).await?;
        }
        if change.has("attributes") {
            let before = attributes::declared(change.before, ATTRIBUTES)?;
            let after = attributes::declared(after, ATTRIBUTES)?;
            let keys = attributes::to_set(&before, &after, OF_TARGET_GROUPS);
            elb.set_target_group_attributes(arn, keys).await?;
        }
        if change.has("tags") {
            elb.retag(operation, change).await?;
        }
        Ok(())
    }

    async fn delete(
        &self,
        _operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        let Self(elb) = self;
        let request = || elb.client.delete_target_group().target_group_arn(target.physical_id).send();
        elb.caller.call("elasticloadbalancing:DeleteTargetGroup", request).await?;
        Ok(DeleteOutcome::default())
    }

    async fn find(&self, operation: &Operation<'_>, desired: &Document) -> Result<Found, ProviderError> {
        let Self(elb) = self;
        let name: String = desired.get("Name")?;
        let Some(arn) = elb.target_group_named(&name).await? else { return Ok(Found::Nothing) };
        let tags = Arc::clone(elb).tags_of(&arn).await?;
        Ok(Found::by_tags(operation, &arn, &tags))
    }
}
