//! Actions, resources and principals.

use ironward_judges::policy::{Document, Policies, Principal, Request};
use serde_json::json;

use crate::{ACCOUNT, Comes, ROLE, by_own, of, read, role};
use Comes::{Allowed, Denied};

/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html,
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html
#[test]
fn actions() {
    let cases = [
        ("Action", "s3:GetObject", "s3:GetObject", Allowed),
        ("Action", "s3:getobject", "S3:GetObject", Allowed),
        ("Action", "s3:GetObject", "s3:GetObjectAcl", Denied),
        ("Action", "s3:Get*", "s3:GetObjectAcl", Allowed),
        ("Action", "s3:*Object", "s3:PutObject", Allowed),
        ("Action", "s3:?etObject", "s3:GetObject", Allowed),
        ("Action", "s3:?etObject", "s3:etObject", Denied),
        ("Action", "s3:*", "kms:Decrypt", Denied),
        ("Action", "*", "kms:Decrypt", Allowed),
        ("Action", "kms:GenerateDataKey*", "kms:GenerateDataKeyWithoutPlaintext", Allowed),
        ("Action", "kms:Create*", "kms:CreateGrant", Allowed),
        ("NotAction", "s3:*", "kms:Decrypt", Allowed),
        ("NotAction", "s3:*", "s3:GetObject", Denied),
        ("NotAction", "S3:GET*", "s3:GetObject", Denied),
    ];
    for (element, listed, action, expected) in cases {
        let statement = json!({"Effect": "Allow", element: listed, "Resource": "*"});
        let request = Request::new(role(), action, "arn:aws:s3:::records/1");
        assert_eq!(by_own(statement, &request), expected, "{element} {listed} for {action}");
    }
}

/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html,
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html
#[test]
fn resources() {
    let group = "arn:aws:logs:us-east-1:111122223333:log-group:app:log-stream:x";
    let cases = [
        ("Resource", "arn:aws:s3:::records/*", "arn:aws:s3:::records/a/b", Allowed),
        ("Resource", "arn:aws:s3:::records/*", "arn:aws:s3:::records", Denied),
        ("Resource", "arn:aws:s3:::records", "arn:aws:s3:::records", Allowed),
        ("Resource", "arn:aws:s3:::Records", "arn:aws:s3:::records", Denied),
        ("Resource", "arn:aws:s3:::rec*ds/1", "arn:aws:s3:::records/1", Allowed),
        ("Resource", "arn:aws:s3:::record?", "arn:aws:s3:::records", Allowed),
        ("Resource", "arn:aws:s3:::*", "arn:aws:s3:::records/1", Allowed),
        ("Resource", "*", group, Allowed),
        // A star at the end of a segment goes on over colons; one within a segment doesn't.
        ("Resource", "arn:aws:logs:us-east-1:111122223333:log-group:app:*", group, Allowed),
        ("Resource", "arn:aws:logs:us-east-1:111122223333:log-group:*", group, Allowed),
        ("Resource", "arn:aws:logs:*:log-group:app:log-stream:x", group, Allowed),
        ("Resource", "arn:aws:logs:us-e*x", group, Denied),
        ("Resource", "arn:aws:logs:us-east-1:111122223333:log-group:app", group, Denied),
        ("NotResource", "arn:aws:s3:::records/*", "arn:aws:s3:::records/1", Denied),
        ("NotResource", "arn:aws:s3:::records/*", "arn:aws:s3:::other/1", Allowed),
    ];
    for (element, listed, resource, expected) in cases {
        let statement = json!({"Effect": "Allow", "Action": "*", element: listed});
        let request = Request::new(role(), "s3:GetObject", resource);
        assert_eq!(by_own(statement, &request), expected, "{element} {listed} for {resource}");
    }
}

/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html,
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
#[test]
fn principals() {
    let trail = || Principal::Service("cloudtrail.amazonaws.com".into());
    let stranger = || Principal::Identity("arn:aws:iam::999999999999:role/app".into());
    let root = format!("arn:aws:iam::{ACCOUNT}:root");
    let cases = [
        ("Principal", json!({"Service": "cloudtrail.amazonaws.com"}), trail(), Allowed),
        ("Principal", json!({"Service": "logs.amazonaws.com"}), trail(), Denied),
        (
            "Principal",
            json!({"Service": ["logs.amazonaws.com", "cloudtrail.amazonaws.com"]}),
            trail(),
            Allowed,
        ),
        ("Principal", json!({"AWS": ROLE}), role(), Allowed),
        ("Principal", json!({"AWS": ROLE}), stranger(), Denied),
        ("Principal", json!({"AWS": ROLE}), trail(), Denied),
        ("Principal", json!({"AWS": "*"}), role(), Allowed),
        ("Principal", json!("*"), Principal::Anonymous, Allowed),
        ("Principal", json!({"AWS": "*"}), Principal::Anonymous, Allowed),
        ("Principal", json!({"Service": "cloudtrail.amazonaws.com"}), Principal::Anonymous, Denied),
        // The account passes the permission on; the identity's own policies have to grant it, too.
        ("Principal", json!({"AWS": root}), role(), Denied),
        ("Principal", json!({"AWS": ACCOUNT}), role(), Denied),
        ("NotPrincipal", json!({"AWS": ROLE}), role(), Denied),
        ("NotPrincipal", json!({"Service": "logs.amazonaws.com"}), trail(), Allowed),
    ];
    for (element, listed, principal, expected) in cases {
        let document =
            read(json!([{"Effect": "Allow", "Action": "kms:*", "Resource": "*", element: listed}]));
        let policies = Policies {
            resource: Some(&document),
            resource_decides: true,
            account: ACCOUNT,
            ..Policies::default()
        };
        let request =
            Request::new(principal.clone(), "kms:Decrypt", "arn:aws:kms:us-east-1:111122223333:key/1");
        assert_eq!(of(&policies.judge(&request)), expected, "{element} {listed} for {principal:?}");
    }
}

/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
#[test]
fn what_isnt_a_policy_is_refused() {
    let statement = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
    let with = |name: &str, value: serde_json::Value| {
        let mut changed = statement.clone();
        changed[name] = value;
        json!({"Statement": [changed]})
    };
    for wrong in [
        json!([]),
        json!({}),
        json!({"Statement": "all"}),
        json!({"Statement": [{"Effect": "Allow", "Resource": "*"}]}),
        with("Effect", json!("allow")),
        with("Actions", json!("*")),
        with("NotAction", json!("*")),
        with("NotResource", json!("*")),
        with("Action", json!(1)),
        with("Principal", json!("everyone")),
        with("Condition", json!({"StringEqual": {"aws:PrincipalAccount": "1"}})),
        with("Condition", json!({"NullIfExists": {"aws:PrincipalAccount": "true"}})),
        with("Condition", json!({"ForSomeValues:StringEquals": {"aws:TagKeys": "a"}})),
        with("Condition", json!({"StringEquals": {"aws:PrincipalAccount": {}}})),
    ] {
        assert!(Document::read(&wrong).is_err(), "{wrong}");
    }
    assert!(Document::read(&json!({"Version": "2012-10-17", "Statement": statement})).is_ok());
}
