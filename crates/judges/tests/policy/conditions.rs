//! Conditions: operators, absent keys, sets and variables.
//!
//! https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html

use ironward_judges::policy::{Carried, Request};
use serde_json::{Value as Json, json};

use crate::{Comes, by_own, role};
use Comes::{Allowed, Denied, Unknown};

/// What the request carries under the key of a case.
enum Has {
    Nothing,
    One(&'static str),
    Several(&'static [&'static str]),
    Maybe,
}
use Has::{Maybe, Nothing, One, Several};

#[track_caller]
fn check(cases: &[(&str, Json, Has, Comes)]) {
    for (operator, wanted, has, expected) in cases {
        let mut request = Request::new(role(), "s3:GetObject", "arn:aws:s3:::records/1");
        match has {
            Nothing => {}
            One(value) => request.context.set("test:key", *value),
            Several(values) => {
                let values = values.iter().map(|value| (*value).to_owned()).collect();
                request.context.set("test:key", Carried::Values(values));
            }
            Maybe => request.context.set("test:key", Carried::Maybe),
        }
        let condition = json!({*operator: {"Test:Key": wanted}});
        let statement = json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition});
        assert_eq!(by_own(statement, &request), *expected, "{operator} {wanted}");
    }
}

#[test]
fn texts() {
    check(&[
        ("StringEquals", json!("a"), One("a"), Allowed),
        ("StringEquals", json!("a"), One("A"), Denied),
        ("StringEquals", json!(["a", "b"]), One("b"), Allowed),
        ("StringEquals", json!("a*"), One("ab"), Denied),
        ("StringNotEquals", json!("a"), One("b"), Allowed),
        ("StringNotEquals", json!(["a", "b"]), One("b"), Denied),
        ("StringEqualsIgnoreCase", json!("a"), One("A"), Allowed),
        ("StringNotEqualsIgnoreCase", json!("a"), One("A"), Denied),
        ("StringLike", json!("a*"), One("ab"), Allowed),
        ("StringLike", json!("a?"), One("a"), Denied),
        ("StringNotLike", json!("a*"), One("ab"), Denied),
        ("StringNotLike", json!("a*"), One("b"), Allowed),
    ]);
}

#[test]
fn arns() {
    let trail = "arn:aws:cloudtrail:us-east-1:111122223333:trail/main";
    check(&[
        ("ArnLike", json!("arn:aws:cloudtrail:*:111122223333:trail/*"), One(trail), Allowed),
        ("ArnEquals", json!("arn:aws:cloudtrail:*:111122223333:trail/*"), One(trail), Allowed),
        ("ArnLike", json!("arn:aws:cloudtrail:*:999999999999:trail/*"), One(trail), Denied),
        // Component by component: a star doesn't reach over a colon.
        ("ArnLike", json!("arn:aws:cloudtrail:*:trail/main"), One(trail), Denied),
        ("ArnNotLike", json!("arn:aws:cloudtrail:*:*:trail/*"), One(trail), Denied),
        ("ArnNotEquals", json!("arn:aws:s3:::a"), One(trail), Allowed),
        ("StringLike", json!("arn:aws:cloudtrail:*:trail/main"), One(trail), Allowed),
    ]);
}

#[test]
fn numbers_dates_booleans_and_addresses() {
    check(&[
        ("NumericEquals", json!(7), One("7"), Allowed),
        ("NumericEquals", json!("7"), One("7.0"), Allowed),
        ("NumericNotEquals", json!("7"), One("8"), Allowed),
        ("NumericLessThan", json!("1.2"), One("1.1"), Allowed),
        ("NumericLessThan", json!("1.2"), One("1.2"), Denied),
        ("NumericLessThanEquals", json!("1.2"), One("1.2"), Allowed),
        ("NumericGreaterThan", json!("10"), One("9"), Denied),
        ("NumericGreaterThanEquals", json!("10"), One("10"), Allowed),
        ("NumericLessThan", json!("1.2"), One("new"), Denied),
        ("DateLessThan", json!("2026-01-01T00:00:00Z"), One("2025-12-31T23:59:59Z"), Allowed),
        ("DateGreaterThan", json!("2026-01-01T00:00:00Z"), One("2025-12-31T23:59:59Z"), Denied),
        ("DateGreaterThanEquals", json!("2026-01-01"), One("2026-01-01T00:00:00Z"), Allowed),
        ("DateEquals", json!("2026-01-01T00:00:00Z"), One("2026-01-01T00:00:00Z"), Allowed),
        ("DateNotEquals", json!("2026-01-01T00:00:00Z"), One("2026-01-01T00:00:00Z"), Denied),
        ("DateLessThanEquals", json!("2026-01-01T00:00:00Z"), One("some day"), Unknown),
        ("Bool", json!("true"), One("true"), Allowed),
        ("Bool", json!(false), One("false"), Allowed),
        ("Bool", json!("false"), One("true"), Denied),
        ("BinaryEquals", json!("QmlnIGZpc2g="), One("QmlnIGZpc2g="), Allowed),
        ("IpAddress", json!("203.0.113.0/24"), One("203.0.113.9"), Allowed),
        ("IpAddress", json!("203.0.113.0/24"), One("198.51.100.9"), Denied),
        ("IpAddress", json!("203.0.113.9"), One("203.0.113.9"), Allowed),
        ("IpAddress", json!("0.0.0.0/0"), One("198.51.100.9"), Allowed),
        ("IpAddress", json!("2001:db8::/32"), One("2001:db8::1"), Allowed),
        ("IpAddress", json!("2001:db8::/32"), One("203.0.113.9"), Denied),
        ("NotIpAddress", json!("203.0.113.0/24"), One("198.51.100.9"), Allowed),
    ]);
}

/// "If the key that you specify in a policy condition is not present in the request context, the values do not
/// match and the condition is false"; of what must not match, it is true.
#[test]
fn absent_keys() {
    check(&[
        ("StringEquals", json!("a"), Nothing, Denied),
        ("StringLike", json!("*"), Nothing, Denied),
        ("ArnLike", json!("*"), Nothing, Denied),
        ("Bool", json!("false"), Nothing, Denied),
        ("NumericLessThan", json!("9"), Nothing, Denied),
        ("IpAddress", json!("0.0.0.0/0"), Nothing, Denied),
        ("StringNotEquals", json!("a"), Nothing, Allowed),
        ("StringNotLike", json!("*"), Nothing, Allowed),
        ("ArnNotLike", json!("*"), Nothing, Allowed),
        ("NotIpAddress", json!("0.0.0.0/0"), Nothing, Allowed),
        ("StringEqualsIfExists", json!("a"), Nothing, Allowed),
        ("StringEqualsIfExists", json!("a"), One("b"), Denied),
        ("StringNotEqualsIfExists", json!("a"), Nothing, Allowed),
        ("StringNotEqualsIfExists", json!("a"), One("a"), Denied),
        ("BoolIfExists", json!("true"), Nothing, Allowed),
        ("ArnLikeIfExists", json!("arn:aws:s3:::*"), One("arn:aws:s3:::a"), Allowed),
        ("Null", json!("true"), Nothing, Allowed),
        ("Null", json!("true"), One("a"), Denied),
        ("Null", json!(false), One("a"), Allowed),
        ("Null", json!("false"), Nothing, Denied),
    ]);
}

/// What no document says isn't guessed.
#[test]
fn keys_that_may_be_there() {
    check(&[
        ("StringEquals", json!("a"), Maybe, Unknown),
        ("StringNotEquals", json!("a"), Maybe, Unknown),
        ("StringEqualsIfExists", json!("a"), Maybe, Unknown),
        ("Null", json!("true"), Maybe, Unknown),
        ("ForAllValues:StringEquals", json!("a"), Maybe, Unknown),
    ]);
}

/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
#[test]
fn keys_of_several_values() {
    check(&[
        ("ForAllValues:StringEquals", json!(["a", "b"]), Several(&["a", "b"]), Allowed),
        ("ForAllValues:StringEquals", json!(["a", "b"]), Several(&["a", "c"]), Denied),
        ("ForAllValues:StringEquals", json!("a"), Several(&[]), Allowed),
        ("ForAllValues:StringEquals", json!("a"), Nothing, Allowed),
        ("ForAnyValue:StringEquals", json!(["a", "b"]), Several(&["b", "c"]), Allowed),
        ("ForAnyValue:StringEquals", json!("a"), Several(&["b", "c"]), Denied),
        ("ForAnyValue:StringEquals", json!("a"), Nothing, Denied),
        ("ForAnyValue:StringLike", json!("a*"), Several(&["ab", "c"]), Allowed),
        ("ForAllValues:StringNotEquals", json!("a"), Several(&["b", "c"]), Allowed),
        ("ForAnyValue:StringNotEquals", json!("a"), Several(&["a"]), Denied),
        ("ForAnyValue:StringEqualsIfExists", json!("a"), Nothing, Unknown),
        ("StringEquals", json!("a"), Several(&["a", "b"]), Unknown),
    ]);
}

/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
#[test]
fn all_conditions_of_a_statement_hold() {
    let statement = |second: &str| {
        json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {
            "StringEquals": {"test:a": "1", "test:b": second},
        }})
    };
    let request = Request::new(role(), "s3:GetObject", "*").carrying("test:a", "1").carrying("test:b", "2");
    assert_eq!(by_own(statement("2"), &request), Allowed);
    assert_eq!(by_own(statement("3"), &request), Denied);
}

/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
#[test]
fn variables() {
    let request = Request::new(role(), "s3:GetObject", "arn:aws:s3:::records/111122223333/1")
        .carrying("aws:PrincipalAccount", "111122223333")
        .carrying("aws:ResourceAccount", "111122223333")
        .carrying("aws:userid", Carried::Maybe);
    let on = |resource: &str| json!({"Effect": "Allow", "Action": "*", "Resource": resource});
    let when = |operator: &str, value: &str| {
        json!({"Effect": "Allow", "Action": "*", "Resource": "*",
               "Condition": {operator: {"aws:ResourceAccount": value}}})
    };
    for (statement, expected) in [
        (on("arn:aws:s3:::records/${aws:PrincipalAccount}/*"), Allowed),
        (on("arn:aws:s3:::records/${AWS:principalaccount}/*"), Allowed),
        (on("arn:aws:s3:::records/${aws:PrincipalTag/team}/*"), Denied),
        (on("arn:aws:s3:::records/${aws:PrincipalTag/team, '111122223333'}/*"), Allowed),
        (on("arn:aws:s3:::records/${aws:userid}/*"), Unknown),
        (when("StringEquals", "${aws:PrincipalAccount}"), Allowed),
        (when("StringLike", "1111*"), Allowed),
        (when("StringEquals", "${aws:PrincipalTag/team}"), Denied),
        (when("StringNotEquals", "${aws:PrincipalAccount}"), Denied),
        (when("StringEquals", "${aws:userid}"), Unknown),
        (when("NumericEquals", "${aws:PrincipalAccount}"), Denied),
    ] {
        assert_eq!(by_own(statement.clone(), &request), expected, "{statement}");
    }
}
