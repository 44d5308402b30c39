//! Listeners under test.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_elasticloadbalancingv2::Client;
use ironward_aws::acm::CertificateArn;
use ironward_aws::ec2::{Public, SecurityGroupId};
use ironward_aws::elbv2::{
    Action, FixedResponse, Listener, LoadBalancer, RedirectStatus, TargetGroupArn, Tls, TlsPolicy,
};
use ironward_core::program::DeclareError;
use ironward_core::stack::{Hipaa, Stack};
use serde_json::{Value as Json, json};

use super::tags_of;
use super::world::{World, certificate, target_group};
use crate::cloud::{Cloud, Emulator};
use crate::subject::Subject;
use crate::suite::conform;

/// What its default action does once it is edited.
#[derive(Clone, Copy)]
enum Edited {
    Forward,
    Respond,
    Redirect,
}

struct ListenerSubject {
    world: World,
    certificates: [String; 2],
    groups: [String; 2],
    edited: Edited,
}

impl ListenerSubject {
    async fn build(cloud: &Cloud, edited: Edited) -> Self {
        let world = World::build(cloud).await;
        let name = |number: u8| format!("{}-{number}", world.vpc);
        Self {
            certificates: [
                certificate(cloud, "one.example.com").await,
                certificate(cloud, "two.example.com").await,
            ],
            groups: [
                target_group(cloud, &world.vpc, &name(1)).await,
                target_group(cloud, &world.vpc, &name(2)).await,
            ],
            world,
            edited,
        }
    }

    fn action(&self, edit: Option<&str>) -> Action {
        let [one, two] = &self.groups;
        if edit != Some("DefaultActions") {
            return Action::forward(TargetGroupArn::new(one));
        }
        match self.edited {
            Edited::Forward => {
                Action::forward_weighted([(TargetGroupArn::new(one), 3), (TargetGroupArn::new(two), 1)])
            }
            Edited::Respond => {
                let response = FixedResponse::new("503").content_type("text/plain").message_body("closed");
                Action::respond(response)
            }
            Edited::Redirect => {
                Action::redirect_to_https(8443, RedirectStatus::Permanent).query("moved=1&#{query}")
            }
        }
    }
}

#[async_trait]
impl Subject for ListenerSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let groups = self.world.groups[..1].iter().map(SecurityGroupId::new);
        let one = LoadBalancer::internet_facing(self.world.subnets::<Public>(&[0, 1]), groups.clone());
        let one = stack.add("one", one)?;
        let other = LoadBalancer::internet_facing(self.world.subnets::<Public>(&[0, 1]), groups);
        let other = stack.add("other", other)?;
        let certificate = &self.certificates[usize::from(edit == Some("Certificates"))];
        let mut tls = Tls::new(CertificateArn::try_from(certificate.as_str()).unwrap());
        if edit == Some("SslPolicy") {
            tls = tls.policy(TlsPolicy::Tls13And12Restricted);
        }
        let port = if edit == Some("Port") { 8443 } else { 443 };
        let balancer = if edit == Some("LoadBalancerArn") { other.arn() } else { one.arn() };
        let mut listener = Listener::https(balancer, port, tls, self.action(edit)).tag("use", "test");
        if edit == Some("Tags") {
            listener = listener.tag("use", "edited").tag("more", "yes");
        }
        stack.add("subject", listener)?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        &["Port", "Certificates", "SslPolicy", "DefaultActions", "Tags"]
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["LoadBalancerArn"]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        let answer = Client::new(&cloud.sdk).describe_listeners().listener_arns(id).send().await.ok()?;
        let listener = answer.listeners().first()?.clone();
        let certificates: Vec<_> =
            listener.certificates().iter().map(|certificate| certificate.certificate_arn()).collect();
        let action = listener.default_actions().first()?;
        let groups: Vec<_> = action
            .forward_config()
            .map(|config| config.target_groups())
            .unwrap_or_default()
            .iter()
            .map(|group| (group.target_group_arn(), group.weight()))
            .collect();
        let action = json!([
            action.r#type().map(|kind| kind.as_str()),
            groups,
            action.fixed_response_config().map(|config| config.status_code()),
            action.redirect_config().map(|config| (config.protocol(), config.port(), config.query())),
        ]);
        Some(BTreeMap::from([
            ("Port", json!(listener.port())),
            ("Certificates", json!(certificates)),
            ("SslPolicy", json!(listener.ssl_policy())),
            ("DefaultActions", action),
            ("Tags", json!(tags_of(cloud, id).await)),
        ]))
    }

    async fn tags(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<String, String>> {
        Some(tags_of(cloud, id).await)
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        Client::new(&cloud.sdk).delete_listener().listener_arn(id).send().await.unwrap();
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        let request = Client::new(&cloud.sdk).modify_listener().listener_arn(id);
        request.ssl_policy("ELBSecurityPolicy-2016-08").send().await.unwrap();
        Some("SslPolicy")
    }

    fn unseen(&self, emulator: Emulator) -> &'static [&'static str] {
        match emulator {
            // The sandbox reports neither certificates nor policy, and of actions the kind only.
            Emulator::Sandbox => &["Certificates", "SslPolicy", "DefaultActions"],
            Emulator::Moto => &[],
        }
    }
}

#[tokio::test]
async fn listener_on_sandbox() {
    let cloud = Cloud::sandbox().await;
    let subject = ListenerSubject::build(&cloud, Edited::Respond).await;
    conform(&subject, cloud).await;
}

#[tokio::test]
async fn listener_on_moto() {
    for edited in [Edited::Forward, Edited::Respond, Edited::Redirect] {
        let cloud = Cloud::moto().await;
        let subject = ListenerSubject::build(&cloud, edited).await;
        conform(&subject, cloud).await;
    }
}
