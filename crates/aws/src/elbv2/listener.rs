//! `AWS::ElasticLoadBalancingV2::Listener`.

use std::collections::BTreeMap;

use ironward_core::output::{IntoInput, Output, ToValue};
use ironward_core::value::Value;
use ironward_macros::{Choice, Resource};

use super::gate::{CognitoSignIn, DefaultActions, Gate, JwtValidation};
use super::{Action, ListenerArn, ListenerAttributes, LoadBalancerArn, MutualAuthentication};
use crate::acm::CertificateArn;
use crate::tags::Tags;

/// A listener that speaks HTTPS. There is none that speaks HTTP in clear (45 CFR 164.312(e)(1)).
///
/// The load balancer is set at creation; port, certificate, policy and action can be changed in
/// place. On another load balancer the old one goes first, once that is there: a target group serves the
/// listeners of one load balancer only.
///
/// Source: ELBv2 API Reference, `CreateListener`, `ModifyListener`; CloudFormation registry.
#[derive(Debug, Clone, Resource)]
#[resource(
    type = "AWS::ElasticLoadBalancingV2::Listener",
    registry,
    limits = super::limits::LISTENER,
    relations = super::limits::LISTENER_RELATIONS,
    id = "ListenerArn",
    tags,
    part_of = "LoadBalancerArn",
    delete_first,
    seconds = 2,
    constructor = "pub(crate)"
)]
// "Deleting a load balancer also deletes its listeners":
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteLoadBalancer.html
// DuplicateListener, "a listener with the specified port already exists":
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html
// TargetGroupAssociationLimit, "you can use a target group with only one load balancer":
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html,
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html
#[identity(given)]
#[identity(value = "LoadBalancerArn, Port")]
#[attribute(arn: ListenerArn = "ListenerArn")]
#[fixed("Protocol" = "\"HTTPS\"", aspect = "listener", safeguard)]
pub struct Listener {
    /// The load balancer that listens.
    #[property(create_only, interrupts = "closes the port for as long as the new one takes")]
    load_balancer_arn: Output<LoadBalancerArn>,
    /// The port, 1 to 65535.
    #[property(aspect = "listener")]
    port: Output<i64>,
    /// The certificate that it shows to clients: exactly one; others are another resource's job.
    // ResourceInUseException:
    // https://docs.aws.amazon.com/acm/latest/APIReference/API_DeleteCertificate.html
    #[property(aspect = "listener", required, safeguard, holds)]
    certificates: Vec<DefaultCertificate>,
    /// The protocols and ciphers that clients may use.
    #[property(aspect = "listener", safeguard)]
    ssl_policy: Output<TlsPolicy>,
    /// What is done with requests that no rule is about.
    // ResourceInUse, for target groups:
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteTargetGroup.html
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html,
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AuthenticateCognitoActionConfig.html
    #[property(
        aspect = "listener",
        no_setter,
        holds,
        member("ForwardConfig.TargetGroupStickinessConfig.Enabled", default = "false"),
        member("RedirectConfig.Host", default = "\"#{host}\""),
        member("RedirectConfig.Path", default = "\"/#{path}\""),
        member("RedirectConfig.Query", default = "\"#{query}\""),
        member("AuthenticateCognitoConfig.SessionCookieName", default = "\"AWSELBAuthSessionCookie\""),
        member("AuthenticateCognitoConfig.Scope", default = "\"openid\""),
        member("AuthenticateCognitoConfig.SessionTimeout", default = "604800"),
        member("AuthenticateCognitoConfig.OnUnauthenticatedRequest", default = "\"authenticate\""),
        member("JwtValidationConfig.AdditionalClaims.Values", set)
    )]
    default_actions: DefaultActions,
    /// Whether clients must show a certificate (45 CFR 164.312(d)); they needn't unless set.
    // TrustStoreInUse:
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteTrustStore.html
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_MutualAuthenticationAttributes.html
    #[property(
        aspect = "listener",
        safeguard,
        default = "{\"Mode\": \"off\"}",
        holds,
        member("IgnoreClientCertificateExpiry", default = "false"),
        member("AdvertiseTrustStoreCaNames", default = "\"off\"")
    )]
    mutual_authentication: Option<MutualAuthentication>,
    /// Its attributes: headers that it renames, sets or takes away.
    #[property(aspect = "attributes", after_create, compare = "Set")]
    listener_attributes: Option<ListenerAttributes>,
    /// Tags.
    #[property(compare = "Tags")]
    tags: Tags,
}

impl Listener {
    /// Declares a listener on this port with a certificate and a policy of TLS 1.2 or newer.
    #[must_use]
    pub fn https(
        load_balancer: impl IntoInput<LoadBalancerArn>,
        port: impl IntoInput<i64>,
        tls: Tls,
        default_action: Action,
    ) -> Self {
        let certificate = DefaultCertificate(tls.certificate);
        let actions = DefaultActions { gate: None, action: default_action };
        Self::new(load_balancer, port, [certificate], tls.policy, actions)
    }

    /// Lets only requests pass that carry a valid token; in place of signing in through Cognito.
    #[must_use]
    pub fn validating_tokens(mut self, validation: JwtValidation) -> Self {
        self.default_actions.gate = Some(Gate::Jwt(validation));
        self
    }

    /// Lets only people pass who have signed in through Cognito; in place of a check of tokens.
    #[must_use]
    pub fn signing_in(mut self, sign_in: CognitoSignIn) -> Self {
        self.default_actions.gate = Some(Gate::Cognito(Box::new(sign_in)));
        self
    }
}

/// What a listener needs to speak TLS.
#[derive(Debug, Clone)]
pub struct Tls {
    certificate: Output<CertificateArn>,
    policy: TlsPolicy,
}

impl Tls {
    /// TLS 1.2 and 1.3 with this certificate.
    #[must_use]
    pub fn new(certificate: impl IntoInput<CertificateArn>) -> Self {
        Self { certificate: certificate.into_input(), policy: TlsPolicy::default() }
    }

    /// With another policy.
    #[must_use]
    pub fn policy(mut self, policy: TlsPolicy) -> Self {
        self.policy = policy;
        self
    }
}

/// A security policy; only those of TLS 1.2 or newer exist here (45 CFR 164.312(e)(2)(ii)).
/// Source: User Guide for Application Load Balancers, "Security policies".
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum TlsPolicy {
    /// TLS 1.2 and 1.3, the policy that public rule sets ask for by name.
    #[default]
    #[value("ELBSecurityPolicy-TLS13-1-2-2021-06")]
    Tls13And12,
    /// TLS 1.2 and 1.3, of 1.2 only ciphers with forward secrecy and authentication.
    #[value("ELBSecurityPolicy-TLS13-1-2-Res-2021-06")]
    Tls13And12Restricted,
    /// As the restricted one, with key exchange that withstands quantum computers where the client
    /// can do it; what AWS recommends since September 2025.
    #[value("ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09")]
    Tls13And12RestrictedPostQuantum,
    /// TLS 1.3 only.
    #[value("ELBSecurityPolicy-TLS13-1-3-2021-06")]
    Tls13Only,
    /// TLS 1.2 and 1.3 with cryptography validated under FIPS 140-3.
    #[value("ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04")]
    Fips,
}

#[derive(Debug, Clone)]
pub(crate) struct DefaultCertificate(Output<CertificateArn>);

impl ToValue for DefaultCertificate {
    fn to_value(&self) -> Value {
        Value::Map(BTreeMap::from([("CertificateArn".to_owned(), self.0.to_value())]))
    }
}
