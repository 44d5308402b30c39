//! The handler of `AWS::ElasticLoadBalancingV2::Listener`.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, Certificate, FixedResponseActionConfig, ForwardActionConfig,
    Listener as Described, ProtocolEnum, RedirectActionConfig, TargetGroupStickinessConfig, TargetGroupTuple,
};
use ironward_aws::elbv2::Listener;
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::fault::Fault;
use ironward_core::provider::{
    Answers, Change, Found, Handler, Observation, Observed, Operation, Read, Removal, Target,
};
use ironward_core::schema::Schema;

use super::api::{Elb, LISTENERS, TAGS, no_arn, sdk_tags, taken};

pub(super) struct ListenerHandler(pub(super) Arc<Elb>);

const CREATE: &str = "elasticloadbalancing:CreateListener";

/// What a listener is made and changed with.
struct Settings {
    port: i32,
    protocol: Option<ProtocolEnum>,
    policy: Option<String>,
    certificates: Vec<Certificate>,
    actions: Vec<Action>,
}

impl Settings {
    fn of(properties: &Document) -> Result<Self, Fault> {
        let mut certificates = Vec::new();
        for certificate in properties.list::<Document>("Certificates")? {
            let arn: String = certificate.get("CertificateArn")?;
            certificates.push(Certificate::builder().certificate_arn(arn).build());
        }
        let actions = properties.list::<Document>("DefaultActions")?;
        Ok(Self {
            port: properties.get("Port")?,
            protocol: properties.parsed("Protocol")?,
            policy: properties.opt("SslPolicy")?,
            certificates,
            actions: actions.iter().map(sdk_action).collect::<Result<_, _>>()?,
        })
    }
}

fn sdk_action(action: &Document) -> Result<Action, Fault> {
    let forward = action.opt::<Document>("ForwardConfig")?.map(|config| sdk_forward(&config)).transpose()?;
    let fixed = action
        .opt::<Document>("FixedResponseConfig")?
        .map(|config| -> Result<_, Fault> {
            Ok(FixedResponseActionConfig::builder()
                .set_status_code(config.opt("StatusCode")?)
                .set_content_type(config.opt("ContentType")?)
                .set_message_body(config.opt("MessageBody")?)
                .build())
        })
        .transpose()?;
    let redirect = action
        .opt::<Document>("RedirectConfig")?
        .map(|config| -> Result<_, Fault> {
            Ok(RedirectActionConfig::builder()
                .set_protocol(config.opt("Protocol")?)
                .set_port(config.opt("Port")?)
                .set_host(config.opt("Host")?)
                .set_path(config.opt("Path")?)
                .set_status_code(config.parsed("StatusCode")?)
                .build())
        })
        .transpose()?;
    // A single group goes in both forms: older readers of the API know the short one only.
    let single = forward.as_ref().and_then(|config| match config.target_groups() {
        [group] if config.target_group_stickiness_config().is_none() => group.target_group_arn.clone(),
        _ => None,
    });
    Ok(Action::builder()
        .set_type(action.parsed::<ActionTypeEnum>("Type")?)
        .set_target_group_arn(single)
        .set_forward_config(forward)
        .set_fixed_response_config(fixed)
        .set_redirect_config(redirect)
        .build())
}

fn sdk_forward(config: &Document) -> Result<ForwardActionConfig, Fault> {
    let mut groups = Vec::new();
    for group in config.list::<Document>("TargetGroups")? {
        groups.push(
            TargetGroupTuple::builder()
                .set_target_group_arn(group.opt("TargetGroupArn")?)
                .set_weight(group.opt("Weight")?)
                .build(),
        );
    }
    let stickiness = config
        .opt::<Document>("TargetGroupStickinessConfig")?
        .map(|stickiness| -> Result<_, Fault> {
            Ok(TargetGroupStickinessConfig::builder()
                .set_enabled(stickiness.opt("Enabled")?)
                .set_duration_seconds(stickiness.opt("DurationSeconds")?)
                .build())
        })
        .transpose()?;
    Ok(ForwardActionConfig::builder()
        .set_target_groups(Some(groups))
        .set_target_group_stickiness_config(stickiness)
        .build())
}

/// An action as it is declared: a forward always with its groups and their weights.
fn declared_action(action: &Action) -> Document {
    let tuple = |arn: &str, weight: Option<i32>| {
        Document::new().with("TargetGroupArn", arn).with("Weight", weight.unwrap_or(1))
    };
    let mut groups: Vec<Document> = action
        .forward_config()
        .map(ForwardActionConfig::target_groups)
        .unwrap_or_default()
        .iter()
        .filter_map(|group| Some(tuple(group.target_group_arn()?, group.weight())))
        .collect();
    if groups.is_empty() {
        groups.extend(action.target_group_arn().map(|arn| tuple(arn, None)));
    }
    let stickiness = action.forward_config().and_then(|config| config.target_group_stickiness_config());
    let stickiness = stickiness.map(|stickiness| {
        Document::new()
            .with("Enabled", stickiness.enabled().unwrap_or(false))
            .with("DurationSeconds", stickiness.duration_seconds())
    });
    let forward = (!groups.is_empty()).then(|| {
        Document::new().with("TargetGroups", groups).with("TargetGroupStickinessConfig", stickiness)
    });
    let fixed = action.fixed_response_config().map(|config| {
        Document::new()
            .with("StatusCode", config.status_code())
            .with("ContentType", config.content_type())
            .with("MessageBody", config.message_body())
    });
    let redirect = action.redirect_config().map(|config| {
        Document::new()
            .with("Protocol", config.protocol())
            .with("Port", config.port())
            .with("Host", config.host())
            .with("Path", config.path())
            .with("StatusCode", config.status_code().map(|status| status.as_str()))
    });
    Document::new()
        .with("Type", action.r#type().map(|kind| kind.as_str()))
        .with("ForwardConfig", forward)
        .with("FixedResponseConfig", fixed)
        .with("RedirectConfig", redirect)
}

impl Elb {
    /// The listener of a load balancer on a port.
    async fn listener_at(&self, balancer: &str, port: i32) -> Result<Option<String>, Fault> {
        let mut marker = None;
        loop {
            let request = || {
                let request = self.client.describe_listeners().load_balancer_arn(balancer);
                request.set_marker(marker.clone()).send()
            };
            let Some(page) = self.caller.find(LISTENERS, request).await? else { return Ok(None) };
            let found = page.listeners().iter().find(|listener| listener.port() == Some(port));
            if let Some(arn) = found.and_then(|listener| listener.listener_arn()) {
                return Ok(Some(arn.to_owned()));
            }
            marker = page.next_marker().map(str::to_owned);
            if marker.is_none() {
                return Ok(None);
            }
        }
    }
}

#[async_trait]
impl Handler for ListenerHandler {
    fn schema(&self) -> &'static Schema {
        Listener::SCHEMA
    }

    fn plan_reads(&self, target: &Target<'_>) -> Vec<Read> {
        vec![Read::new(LISTENERS, target.physical_id), Read::new(TAGS, target.physical_id)]
    }

    fn absorb(&self, target: &Target<'_>, answers: &Answers) -> Result<Observation, Fault> {
        let arn = target.physical_id;
        let Some(listener) = answers.get::<Described>(LISTENERS, arn)? else {
            return Ok(Observation::Absent);
        };
        let certificates: Vec<Document> = listener
            .certificates()
            .iter()
            .map(|certificate| Document::new().with("CertificateArn", certificate.certificate_arn()))
            .collect();
        let actions: Vec<Document> = listener.default_actions().iter().map(declared_action).collect();
        let mut observed = Observed::new(Document::new().with("ListenerArn", arn))
            .report_some("LoadBalancerArn", listener.load_balancer_arn())
            .report_some("Port", listener.port())
            .report_some("Protocol", listener.protocol().map(|protocol| protocol.as_str()))
            .report("Certificates", certificates)
            .report("SslPolicy", listener.ssl_policy())
            .report("DefaultActions", actions);
        if let Some(tags) = answers.get::<BTreeMap<String, String>>(TAGS, arn)? {
            observed = observed.tagged(tags.clone());
        }
        Ok(Observation::Present(observed))
    }

    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, Fault> {
        let Self(elb) = self;
        let balancer: String = desired.get("LoadBalancerArn")?;
        let Settings { port, protocol, policy, certificates, actions } = Settings::of(desired)?;
        // With the same settings the API hands out the one that is there, whoever made it.
        if elb.listener_at(&balancer, port).await?.is_some() {
            return Err(taken(CREATE, &format!("{balancer} port {port}")));
        }
        let tags = sdk_tags(operation.tags(desired));
        let request = || {
            elb.client
                .create_listener()
                .load_balancer_arn(&balancer)
                .port(port)
                .set_protocol(protocol.clone())
                .set_ssl_policy(policy.clone())
                .set_certificates(Some(certificates.clone()))
                .set_default_actions(Some(actions.clone()))
                .set_tags(Some(tags.clone()))
                .send()
        };
        let answer = elb.caller.make(CREATE, request).await?;
        let made = answer.listeners.unwrap_or_default().into_iter().next();
        made.and_then(|listener| listener.listener_arn).ok_or_else(|| no_arn(CREATE))
    }

    async fn reconcile(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), Fault> {
        let Self(elb) = self;
        let arn = change.physical_id;
        if change.has("listener") {
            let Settings { port, protocol, policy, certificates, actions } = Settings::of(change.after)?;
            let request = || {
                elb.client
                    .modify_listener()
                    .listener_arn(arn)
                    .port(port)
                    .set_protocol(protocol.clone())
                    .set_ssl_policy(policy.clone())
                    .set_certificates(Some(certificates.clone()))
                    .set_default_actions(Some(actions.clone()))
                    .send()
            };
            elb.caller.call("elasticloadbalancing:ModifyListener", request).await?;
        }
        if change.has("tags") {
            elb.retag(operation, change).await?;
        }
        Ok(())
    }

    async fn delete(&self, _operation: &Operation<'_>, target: &Target<'_>) -> Result<Removal, Fault> {
        let Self(elb) = self;
        let request = || elb.client.delete_listener().listener_arn(target.physical_id).send();
        elb.caller.find("elasticloadbalancing:DeleteListener", request).await?;
        Ok(Removal::default())
    }

    async fn find(&self, operation: &Operation<'_>, desired: &Document) -> Result<Found, Fault> {
        let Self(elb) = self;
        let balancer: String = desired.get("LoadBalancerArn")?;
        let Some(arn) = elb.listener_at(&balancer, desired.get("Port")?).await? else {
            return Ok(Found::Nothing);
        };
        let tags = Arc::clone(elb).tags_of(&arn).await?;
        Ok(Found::by_tags(operation, &arn, &tags))
    }
}
