//! Policies, as they come back: members in another order, lists of one as their member, accounts as ARNs.

use serde_json::{Map, Value};

use ironward_emulators::xml;

use super::{Change, Form, each, in_json};

pub(super) const FORMS: &[Form] = &[
    Form {
        name: "policies-of-buckets",
        service: "s3",
        operations: &["GET?policy"],
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html",
        change: Change::That(written_anew),
        before: r#"{"Version":"2012-10-17","Statement":[{"Sid":"a","Effect":"Allow","Principal":{"AWS":["123456789012"]},"Action":["s3:PutObject"],"Resource":["arn:b","arn:a"]}]}"#,
        after: r#"{"Statement":[{"Action":"s3:PutObject","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Resource":["arn:a","arn:b"],"Sid":"a"}],"Version":"2012-10-17"}"#,
    },
    Form {
        name: "policies-of-keys",
        service: "kms",
        operations: &["GetKeyPolicy"],
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
        change: Change::That(|answer| {
            in_json(answer, |value| {
                each(value, "Policy", &mut |policy| {
                    if let Some(anew) = policy.as_str().and_then(written_anew) {
                        *policy = Value::String(anew);
                    }
                });
            })
        }),
        before: r#"{"Policy":"{\"Statement\":[{\"Action\":[\"kms:Decrypt\"]}]}"}"#,
        after: r#"{"Policy":"{\"Statement\":[{\"Action\":\"kms:Decrypt\"}]}"}"#,
    },
    Form {
        name: "policies-of-endpoints",
        service: "ec2",
        operations: &["DescribeVpcEndpoints"],
        source: "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
        change: Change::That(|answer| {
            Some(xml::edit_each(answer, "policyDocument", |policy| {
                let text = policy.replace("&quot;", "\"").replace("&amp;", "&");
                Some(written_anew(&text)?.replace('&', "&amp;").replace('"', "&quot;"))
            }))
        }),
        before: "<E><policyDocument>{\"Version\":\"2008-10-17\",\"Statement\":[{\"Resource\":[\"*\"]}]}</policyDocument></E>",
        after: "<E><policyDocument>{&quot;Statement&quot;:[{&quot;Resource&quot;:&quot;*&quot;}],&quot;Version&quot;:&quot;2008-10-17&quot;}</policyDocument></E>",
    },
];

fn written_anew(policy: &str) -> Option<String> {
    let value: Value = serde_json::from_str(policy).ok()?;
    Some(anew(&value, "").to_string())
}

/// A value that stands under `name`, as it comes back.
fn anew(value: &Value, name: &str) -> Value {
    match value {
        Value::Object(members) => {
            let mut names: Vec<&String> = members.keys().collect();
            names.sort_unstable();
            let members = names.into_iter().map(|name| (name.clone(), anew(&members[name], name)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        Value::Array(members) if name == "Statement" => {
            Value::Array(members.iter().map(|member| anew(member, "")).collect())
        }
        Value::Array(members) if members.len() == 1 => anew(&members[0], name),
        Value::Array(members) => Value::Array(members.iter().rev().map(|one| anew(one, name)).collect()),
        Value::String(account) if name == "AWS" && is_account(account) => {
            Value::String(format!("arn:aws:iam::{account}:root"))
        }
        other => other.clone(),
    }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|one| one.is_ascii_digit())
}
