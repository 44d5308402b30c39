//! What load balancers ask of values beyond the registry's schemas. What their names may be is said by the rules that
//! make them.

mod actions;
mod attributes;
mod targets;

use std::collections::BTreeMap;

use ironward_core::document::Node;
use ironward_core::shape::{Bounds, Relation, Shape};

pub(super) use targets::{TARGET_GROUP, TARGET_GROUP_RELATIONS};

use crate::facts::{as_text, is_something, member};

const CREATE: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html";
const CREATE_LISTENER: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html";
const BALANCER_ATTRIBUTE: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html";
const LISTENER_ATTRIBUTE: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ListenerAttribute.html";
const MUTUAL: &str = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_MutualAuthenticationAttributes.html";
const FIXED: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_FixedResponseActionConfig.html";
const REDIRECT: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html";
const STICKINESS: &str = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupStickinessConfig.html";
const TUPLE: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupTuple.html";
const TOKENS: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_JwtValidationActionConfig.html";
const CLAIM: &str = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_JwtValidationActionAdditionalClaim.html";
const ACTIONS: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html";

/// What names of attributes are written in.
const KEY: &str = "^[a-zA-Z0-9._]+$";

/// Of a load balancer.
pub(super) const LOAD_BALANCER: &[Shape] = &[
    // Two, but on an Outpost and in a Local Zone, which take one.
    Shape::new("Subnets").items(Bounds::least(1.0)).source(CREATE),
    Shape::new("LoadBalancerAttributes.Key")
        .length(Bounds::most(256.0))
        .pattern(KEY)
        .source(BALANCER_ATTRIBUTE),
    Shape::new("LoadBalancerAttributes.Value").length(Bounds::most(1_024.0)).source(BALANCER_ATTRIBUTE),
];

/// Of a listener.
pub(super) const LISTENER: &[Shape] = &[
    Shape::new("Certificates")
        .items(Bounds::between(1.0, 1.0))
        .requires(&["CertificateArn"])
        .source(CREATE_LISTENER),
    Shape::new("DefaultActions.ForwardConfig.TargetGroupStickinessConfig.DurationSeconds")
        .range(Bounds::between(1.0, 604_800.0))
        .source(STICKINESS),
    Shape::new("DefaultActions.ForwardConfig.TargetGroups.Weight")
        .range(Bounds::between(0.0, 999.0))
        .source(TUPLE),
    Shape::new("DefaultActions.FixedResponseConfig.ContentType")
        .values(&["text/plain", "text/css", "text/html", "application/javascript", "application/json"])
        .source(FIXED),
    Shape::new("DefaultActions.RedirectConfig.Path").pattern("^/").source(REDIRECT),
    // It redirects from HTTPS, and so not to HTTP.
    Shape::new("DefaultActions.RedirectConfig.Protocol").values(&["HTTPS", "#{protocol}"]).source(REDIRECT),
    Shape::new("DefaultActions.JwtValidationConfig.AdditionalClaims")
        .items(Bounds::most(10.0))
        .source(TOKENS),
    Shape::new("DefaultActions.JwtValidationConfig.AdditionalClaims.Values")
        .items(Bounds::most(10.0))
        .length(Bounds::most(256.0))
        .source(CLAIM),
    Shape::new("DefaultActions.JwtValidationConfig.Issuer").length(Bounds::most(256.0)).source(TOKENS),
    Shape::new("DefaultActions.JwtValidationConfig.JwksEndpoint")
        .length(Bounds::most(256.0))
        .pattern("^(?i)https://")
        .source(TOKENS),
    Shape::new("ListenerAttributes.Key").length(Bounds::most(256.0)).pattern(KEY).source(LISTENER_ATTRIBUTE),
    Shape::new("MutualAuthentication.Mode").values(&["off", "passthrough", "verify"]).source(MUTUAL),
];

/// Between the properties of a load balancer.
pub(super) const LOAD_BALANCER_RELATIONS: &[Relation] = &[
    Relation::new(&["LoadBalancerAttributes"], attributes::of_balancer, BALANCER_ATTRIBUTE),
    Relation::new(&["LoadBalancerAttributes"], attributes::logs, BALANCER_ATTRIBUTE),
];

/// Between the properties of a listener.
pub(super) const LISTENER_RELATIONS: &[Relation] = &[
    Relation::new(&["DefaultActions"], actions::order, ACTIONS),
    Relation::new(&["DefaultActions"], actions::stickiness, STICKINESS),
    Relation::new(&["DefaultActions"], actions::redirect, REDIRECT),
    Relation::new(&["MutualAuthentication"], verified, MUTUAL),
    Relation::new(&["ListenerAttributes"], attributes::of_listener, LISTENER_ATTRIBUTE),
];

type Properties = BTreeMap<String, Node>;
type Misfit = Option<(&'static str, String)>;

/// Certificates of clients are held against those of a trust store.
fn verified(properties: &Properties) -> Misfit {
    let mutual = properties.get("MutualAuthentication")?;
    let verifies = as_text(member(mutual, "Mode")?)? == "verify";
    let store = member(mutual, "TrustStoreArn").is_some_and(is_something);
    (verifies && !store).then(|| {
        let message = "`MutualAuthentication.Mode` is verify, and no `TrustStoreArn` says against what: name a trust \
                       store";
        ("MutualAuthentication", message.to_owned())
    })
}

/// The port that a text names, from 1 to 65535.
fn is_port(text: &str) -> bool {
    text.parse::<u16>().is_ok_and(|port| port > 0)
}
