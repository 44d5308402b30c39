//! The handler of `AWS::ElasticLoadBalancingV2::Listener`.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_elasticloadbalancingv2::types::{
    Action, Certificate, Listener as Described, ListenerAttribute, MutualAuthenticationAttributes,
    ProtocolEnum,
};
use ironward_aws::elbv2::Listener;
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::ProviderError;
use ironward_core::provider::{
    Change, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Read, ReadResults, Target,
};
use ironward_core::schema::Schema;

use super::action::{declared_actions, sdk_action};
use super::api::{Elb, LISTENER_ATTRIBUTES, LISTENERS, TAGS, no_arn, sdk_tags, taken};
use super::attributes::{self, Keys, OF_LISTENERS};

pub(super) struct ListenerHandler(pub(super) Arc<Elb>);

const ATTRIBUTES: &str = "ListenerAttributes";
const CREATE: &str = "elasticloadbalancing:CreateListener";

/// What a listener is made and changed with.
struct Settings {
    port: i32,
    protocol: Option<ProtocolEnum>,
    policy: Option<String>,
    certificates: Vec<Certificate>,
    actions: Vec<Action>,
    clients: Option<MutualAuthenticationAttributes>,
}

impl Settings {
    fn of(properties: &Document) -> Result<Self, ProviderError> {
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
            clients: properties.opt("MutualAuthentication")?.as_ref().map(sdk_clients).transpose()?,
        })
    }
}

fn sdk_clients(declared: &Document) -> Result<MutualAuthenticationAttributes, ProviderError> {
    Ok(MutualAuthenticationAttributes::builder()
        .set_mode(declared.opt("Mode")?)
        .set_trust_store_arn(declared.opt("TrustStoreArn")?)
        .set_ignore_client_certificate_expiry(declared.opt("IgnoreClientCertificateExpiry")?)
        .set_advertise_trust_store_ca_names(declared.parsed("AdvertiseTrustStoreCaNames")?)
        .build())
}

fn declared_clients(seen: &MutualAuthenticationAttributes) -> Document {
    Document::new()
        .with("Mode", seen.mode())
        .with("TrustStoreArn", seen.trust_store_arn())
        .with("IgnoreClientCertificateExpiry", seen.ignore_client_certificate_expiry())
        .with("AdvertiseTrustStoreCaNames", seen.advertise_trust_store_ca_names().map(|on| on.as_str()))
}

impl Elb {
    async fn set_listener_attributes(&self, arn: &str, keys: Keys) -> Result<(), ProviderError> {
        let attributes: Vec<ListenerAttribute> = keys
            .into_iter()
            .map(|(key, value)| ListenerAttribute::builder().key(key).value(value).build())
            .collect();
        if attributes.is_empty() {
            return Ok(());
        }
        let request = || {
            let request = self.client.modify_listener_attributes().listener_arn(arn);
            request.set_attributes(Some(attributes.clone())).send()
        };
        self.caller.call("elasticloadbalancing:ModifyListenerAttributes", request).await?;
        Ok(())
    }

    /// The listener of a load balancer on a port.
    async fn listener_at(&self, balancer: &str, port: i32) -> Result<Option<String>, ProviderError> {
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

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        let mut reads = vec![Read::new(LISTENERS, target.physical_id), Read::new(TAGS, target.physical_id)];
        // A call of its own for each listener: only where something is declared.
        if target.properties.has(ATTRIBUTES) {
            reads.push(Read::new(LISTENER_ATTRIBUTES, target.physical_id));
        }
        reads
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let arn = target.physical_id;
        let Some(listener) = answers.get::<Described>(LISTENERS, arn)? else {
            return Ok(Observation::Absent);
        };
        let certificates: Vec<Document> = listener
            .certificates()
            .iter()
            .map(|certificate| Document::new().with("CertificateArn", certificate.certificate_arn()))
            .collect();
        let mut observed = Observed::new(Document::new().with("ListenerArn", arn))
            .with_some("LoadBalancerArn", listener.load_balancer_arn())
            .with_some("Port", listener.port())
            .with_some("Protocol", listener.protocol().map(|protocol| protocol.as_str()))
            .with("Certificates", certificates)
            .with("SslPolicy", listener.ssl_policy())
            .with("DefaultActions", declared_actions(listener.default_actions()))
            .with_some("MutualAuthentication", listener.mutual_authentication().map(declared_clients));
        if target.properties.has(ATTRIBUTES) {
            let declared = attributes::declared(target.properties, ATTRIBUTES)?;
            if let Some(keys) = answers.get::<Keys>(LISTENER_ATTRIBUTES, arn)? {
                observed = observed.with_some(ATTRIBUTES, attributes::seen(&declared, keys));
            }
        }
        if let Some(tags) = answers.get::<BTreeMap<String, String>>(TAGS, arn)? {
            observed = observed.tagged(tags.clone());
        }
        Ok(Observation::Present(observed))
    }

    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let Self(elb) = self;
        let balancer: String = desired.get("LoadBalancerArn")?;
        let Settings { port, protocol, policy, certificates, actions, clients } = Settings::of(desired)?;
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
                .set_mutual_authentication(clients.clone())
                .set_tags(Some(tags.clone()))
                .send()
        };
        let answer = elb.caller.make(CREATE, request).await?;
        let made = answer.listeners.unwrap_or_default().into_iter().next();
        made.and_then(|listener| listener.listener_arn).ok_or_else(|| no_arn(CREATE))
    }

    async fn reconcile(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        let Self(elb) = self;
        let arn = change.physical_id;
        if change.has("listener") {
            let Settings { port, protocol, policy, certificates, actions, clients } =
                Settings::of(change.after)?;
            let off = || MutualAuthenticationAttributes::builder().mode("off").build();
            let clients = clients.or_else(|| change.before.has("MutualAuthentication").then(off));
            let request = || {
                elb.client
                    .modify_listener()
                    .listener_arn(arn)
                    .port(port)
                    .set_protocol(protocol.clone())
                    .set_ssl_policy(policy.clone())
                    .set_certificates(Some(certificates.clone()))
                    .set_default_actions(Some(actions.clone()))
                    .set_mutual_authentication(clients.clone())
                    .send()
            };
            elb.caller.call("elasticloadbalancing:ModifyListener", request).await?;
        }
        if change.has("attributes") {
            let before = attributes::declared(change.before, ATTRIBUTES)?;
            let after = attributes::declared(change.after, ATTRIBUTES)?;
            elb.set_listener_attributes(arn, attributes::to_set(&before, &after, OF_LISTENERS)).await?;
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
        let request = || elb.client.delete_listener().listener_arn(target.physical_id).send();
        elb.caller.call("elasticloadbalancing:DeleteListener", request).await?;
        Ok(DeleteOutcome::default())
    }

    async fn find(&self, operation: &Operation<'_>, desired: &Document) -> Result<Found, ProviderError> {
        let Self(elb) = self;
        let balancer: String = desired.get("LoadBalancerArn")?;
        let Some(arn) = elb.listener_at(&balancer, desired.get("Port")?).await? else {
            return Ok(Found::Nothing);
        };
        let tags = Arc::clone(elb).tags_of(&arn).await?;
        Ok(Found::by_tags(operation, &arn, &tags))
    }
}
