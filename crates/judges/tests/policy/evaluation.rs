//! What several policies say together.
//!
//! https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html

use ironward_judges::policy::{Document, Policies, Principal, Request};
use serde_json::json;

use crate::{ACCOUNT, Comes, of, read, role};
use Comes::{Allowed, Denied, Unknown};

const BUCKET: &str = "arn:aws:s3:::records/1";
const KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/1";

fn own(effect: &str, action: &str) -> Document {
    read(json!([{"Effect": effect, "Action": action, "Resource": "*"}]))
}

fn resource(effect: &str, principal: serde_json::Value) -> Document {
    read(json!([{"Effect": effect, "Principal": principal, "Action": "*", "Resource": "*"}]))
}

fn judged(policies: &Policies<'_>, principal: Principal, action: &str, on: &str) -> Comes {
    of(&Policies { account: ACCOUNT, ..policies.clone() }.judge(&Request::new(principal, action, on)))
}

#[test]
fn nothing_is_denied_and_a_denial_wins() {
    let (allow, deny) = (own("Allow", "*"), own("Deny", "s3:*"));
    let none = Policies::default();
    assert_eq!(judged(&none, role(), "s3:GetObject", BUCKET), Denied);
    let both = Policies { identity: vec![&allow, &deny], ..Policies::default() };
    assert_eq!(judged(&both, role(), "s3:GetObject", BUCKET), Denied);
    assert_eq!(judged(&both, role(), "kms:Decrypt", KEY), Allowed);
    let refused = resource("Deny", json!("*"));
    let both = Policies { identity: vec![&allow], resource: Some(&refused), ..Policies::default() };
    assert_eq!(judged(&both, role(), "s3:GetObject", BUCKET), Denied);
}

/// Within an account, one of the two is enough for a bucket.
#[test]
fn a_bucket_or_the_identity_grants() {
    let (allow, bucket) = (own("Allow", "*"), resource("Allow", json!({"AWS": crate::ROLE})));
    let identity = Policies { identity: vec![&allow], ..Policies::default() };
    assert_eq!(judged(&identity, role(), "s3:GetObject", BUCKET), Allowed);
    let by_bucket = Policies { resource: Some(&bucket), ..Policies::default() };
    assert_eq!(judged(&by_bucket, role(), "s3:GetObject", BUCKET), Allowed);
    assert_eq!(judged(&by_bucket, Principal::Anonymous, "s3:GetObject", BUCKET), Denied);
    let service = Principal::Service("logging.s3.amazonaws.com".into());
    assert_eq!(judged(&identity, service, "s3:PutObject", BUCKET), Denied);
}

/// https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html: "You can use IAM policies to control
/// access to a KMS key only if the key policy explicitly allows it."
#[test]
fn a_key_decides() {
    let allow = own("Allow", "kms:*");
    let root = resource("Allow", json!({"AWS": format!("arn:aws:iam::{ACCOUNT}:root")}));
    let named = resource("Allow", json!({"AWS": crate::ROLE}));
    let of_key = |identity: Vec<&Document>, key: &Document| {
        let policies = Policies {
            identity: identity.clone(),
            resource: Some(key),
            resource_decides: true,
            ..Policies::default()
        };
        judged(&policies, role(), "kms:Decrypt", KEY)
    };
    assert_eq!(of_key(vec![&allow], &root), Allowed);
    assert_eq!(of_key(vec![], &root), Denied);
    assert_eq!(of_key(vec![], &named), Allowed);
    let other = resource("Allow", json!({"AWS": "arn:aws:iam::111122223333:role/other"}));
    assert_eq!(of_key(vec![&allow], &other), Denied);
    let without = Policies { identity: vec![&allow], resource_decides: true, ..Policies::default() };
    assert_eq!(judged(&without, role(), "kms:Decrypt", KEY), Denied);
}

/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
#[test]
fn two_accounts_agree() {
    let stranger = || Principal::Identity("arn:aws:iam::999999999999:role/app".into());
    let (allow, bucket) =
        (own("Allow", "*"), resource("Allow", json!({"AWS": "arn:aws:iam::999999999999:root"})));
    let both = Policies { identity: vec![&allow], resource: Some(&bucket), ..Policies::default() };
    assert_eq!(judged(&both, stranger(), "s3:GetObject", BUCKET), Allowed);
    let only_own = Policies { identity: vec![&allow], ..Policies::default() };
    assert_eq!(judged(&only_own, stranger(), "s3:GetObject", BUCKET), Denied);
    let only_bucket = Policies { resource: Some(&bucket), ..Policies::default() };
    assert_eq!(judged(&only_bucket, stranger(), "s3:GetObject", BUCKET), Denied);
}

/// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
#[test]
fn a_boundary_bounds() {
    let (allow, boundary) = (own("Allow", "*"), own("Allow", "s3:*"));
    let bounded = Policies { identity: vec![&allow], boundary: Some(&boundary), ..Policies::default() };
    assert_eq!(judged(&bounded, role(), "s3:GetObject", BUCKET), Allowed);
    assert_eq!(judged(&bounded, role(), "sqs:SendMessage", "*"), Denied);
    let alone = Policies { boundary: Some(&boundary), ..Policies::default() };
    assert_eq!(judged(&alone, role(), "s3:GetObject", BUCKET), Denied, "it grants nothing by itself");
}

/// https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
#[test]
fn an_endpoint_lets_pass() {
    let allow = own("Allow", "*");
    let way = |condition: serde_json::Value| {
        read(
            json!([{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": condition}]),
        )
    };
    let (open, ours, absent) = (
        way(json!({})),
        way(json!({"StringEquals": {"aws:ResourceAccount": ACCOUNT}})),
        way(json!({"StringEquals": {"aws:PrincipalOrgID": "o-1"}})),
    );
    let through = |endpoint: &Document, account: &str| {
        let policies = Policies {
            identity: vec![&allow],
            endpoint: Some(endpoint),
            account: ACCOUNT,
            ..Policies::default()
        };
        let request = Request::new(role(), "s3:PutObject", BUCKET).carrying("aws:ResourceAccount", account);
        of(&policies.judge(&request))
    };
    assert_eq!(through(&open, ACCOUNT), Allowed);
    assert_eq!(through(&ours, ACCOUNT), Allowed);
    assert_eq!(through(&ours, "999999999999"), Denied);
    assert_eq!(through(&absent, ACCOUNT), Denied);
    let ungranted = Policies { endpoint: Some(&open), ..Policies::default() };
    assert_eq!(judged(&ungranted, role(), "s3:PutObject", BUCKET), Denied, "it grants nothing by itself");
}

/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
#[test]
fn a_trust_policy_says_who_takes_the_role() {
    let trust = read(json!([{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"},
        "Action": "sts:AssumeRole", "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}}}]));
    let policies =
        Policies { resource: Some(&trust), resource_decides: true, account: ACCOUNT, ..Policies::default() };
    let service = |name: &str| Request::new(Principal::Service(name.into()), "sts:AssumeRole", crate::ROLE);
    let tasks = service("ecs-tasks.amazonaws.com");
    assert_eq!(of(&policies.judge(&tasks.clone().carrying("aws:SourceAccount", ACCOUNT))), Allowed);
    assert_eq!(of(&policies.judge(&tasks.clone())), Denied, "a key that isn't carried is never met");
    let maybe = tasks.carrying("aws:SourceAccount", ironward_judges::policy::Carried::Maybe);
    assert_eq!(of(&policies.judge(&maybe)), Unknown);
    let other = service("ec2.amazonaws.com").carrying("aws:SourceAccount", ACCOUNT);
    assert_eq!(of(&policies.judge(&other)), Denied);
}

#[test]
fn what_may_be_refused_isnt_allowed() {
    let allow = own("Allow", "*");
    let deny = read(json!([{"Effect": "Deny", "Action": "*", "Resource": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]));
    let policies = Policies { identity: vec![&allow, &deny], account: ACCOUNT, ..Policies::default() };
    let request = Request::new(role(), "s3:GetObject", BUCKET);
    assert_eq!(of(&policies.judge(&request)), Allowed);
    assert_eq!(of(&policies.judge(&request.clone().carrying("aws:SecureTransport", "false"))), Denied);
    let maybe = request.carrying("aws:SecureTransport", ironward_judges::policy::Carried::Maybe);
    assert_eq!(of(&policies.judge(&maybe)), Unknown);
}
