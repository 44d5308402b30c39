//! Whether a policy lets a service of AWS do something: as much of IAM's logic as the rows need.
//!
//! Where a condition isn't understood, the answer is the one that refuses nothing.

use serde_json::Value;

use crate::said::is_like;

/// What a service asks for.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The names that its principal goes by: `logs.us-east-1.amazonaws.com`, `logs.amazonaws.com`.
    pub principals: &'a [&'a str],
    /// The action: `kms:Decrypt`.
    pub action: &'a str,
    /// What it is asked on; nothing for a policy whose resource is what it stands on.
    pub resource: Option<&'a str>,
    /// The keys that the call carries, and what they say. Every other key is absent.
    pub carries: &'a [(&'a str, &'a str)],
}

/// Whether the policy of a resource, or a role's trust, allows it.
///
/// It follows <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>: what is
/// denied isn't allowed, whatever else says so, and what nothing allows isn't either.
#[must_use]
pub fn allows(policy: &str, asked: &Asked<'_>) -> bool {
    let Ok(policy) = serde_json::from_str::<Value>(policy) else { return false };
    let statements = list(&policy["Statement"]);
    let of = |effect: &'static str| {
        statements.iter().filter(move |one| one["Effect"] == effect).filter(|one| is_about(one, asked))
    };
    let is_denied = of("Deny").any(|one| conditions(one, asked).all(|holds| holds == Some(true)));
    !is_denied && of("Allow").any(|one| conditions(one, asked).all(|holds| holds != Some(false)))
}

/// Whether some statement allows an action to whoever, in the account.
#[must_use]
pub fn lets_account(policy: &str, action: &str) -> bool {
    let Ok(policy) = serde_json::from_str::<Value>(policy) else { return false };
    list(&policy["Statement"]).iter().any(|one| {
        let principals = list(&one["Principal"]["AWS"]);
        one["Effect"] == "Allow"
            && (!principals.is_empty() || one["Principal"] == "*")
            && texts(&one["Action"]).any(|of| is_like(&of.to_lowercase(), &action.to_lowercase()))
    })
}

fn is_about(statement: &Value, asked: &Asked<'_>) -> bool {
    let acts = |name: &str| {
        texts(&statement[name]).any(|of| is_like(&of.to_lowercase(), &asked.action.to_lowercase()))
    };
    let action = if statement.get("NotAction").is_some() { !acts("NotAction") } else { acts("Action") };
    let resource = asked.resource.is_none_or(|resource| {
        let stands = |name: &str| texts(&statement[name]).any(|of| is_like(of, resource));
        if statement.get("NotResource").is_some() { !stands("NotResource") } else { stands("Resource") }
    });
    let who = |principal: &Value| {
        principal == "*"
            || texts(&principal["AWS"]).any(|of| of == "*")
            || texts(&principal["Service"]).any(|of| of == "*" || asked.principals.contains(&of))
            || texts(&principal["AWS"]).any(|of| asked.principals.contains(&of))
    };
    let principal = match statement.get("NotPrincipal") {
        Some(others) => !who(others),
        None => who(&statement["Principal"]),
    };
    action && resource && principal
}

/// What each condition comes to; nothing where it isn't understood.
fn conditions<'a>(statement: &'a Value, asked: &'a Asked<'_>) -> impl Iterator<Item = Option<bool>> + 'a {
    let operators = statement["Condition"].as_object().into_iter().flatten();
    operators.flat_map(move |(operator, keys)| {
        keys.as_object().into_iter().flatten().map(move |(key, wanted)| holds(operator, key, wanted, asked))
    })
}

fn holds(operator: &str, key: &str, wanted: &Value, asked: &Asked<'_>) -> Option<bool> {
    let carried =
        asked.carries.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| *value);
    let wanted: Vec<String> = list(wanted).iter().map(text_of).collect();
    let operator = operator.rsplit(':').next().unwrap_or(operator);
    if operator == "Null" {
        return Some(wanted.iter().any(|is_absent| (is_absent == "true") == carried.is_none()));
    }
    let (operator, if_exists) = match operator.strip_suffix("IfExists") {
        Some(operator) => (operator, true),
        None => (operator, false),
    };
    let matches: fn(&str, &str) -> bool = match operator {
        "StringEquals" | "StringNotEquals" => |wanted, carried| wanted == carried,
        "StringEqualsIgnoreCase" | "StringNotEqualsIgnoreCase" | "Bool" => {
            |wanted, carried| wanted.eq_ignore_ascii_case(carried)
        }
        "StringLike" | "StringNotLike" | "ArnLike" | "ArnNotLike" | "ArnEquals" | "ArnNotEquals" => is_like,
        _ => return None,
    };
    let negated = operator.contains("Not");
    Some(match carried {
        // A key that the call doesn't carry fails what it should say, and passes what it shouldn't.
        None => if_exists || negated,
        Some(carried) => wanted.iter().any(|wanted| matches(wanted, carried)) != negated,
    })
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A value, which stands for a list of one, or a list.
fn list(value: &Value) -> Vec<Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(values) => values.clone(),
        other => vec![other.clone()],
    }
}

fn texts(value: &Value) -> impl Iterator<Item = &str> {
    let one = value.as_str().into_iter();
    one.chain(value.as_array().into_iter().flatten().filter_map(Value::as_str))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ASKED: Asked<'_> = Asked {
        principals: &["cloudtrail.amazonaws.com"],
        action: "kms:GenerateDataKey",
        resource: None,
        carries: &[("aws:SourceArn", "arn:aws:cloudtrail:r:1:trail/t"), ("kms:EncryptionContext:a", "b")],
    };

    fn allowed(statements: Value) -> bool {
        allows(&json!({ "Statement": statements }).to_string(), &ASKED)
    }

    fn statement(effect: &str, action: Value, condition: Value) -> Value {
        json!({
            "Effect": effect, "Principal": { "Service": "cloudtrail.amazonaws.com" }, "Action": action,
            "Resource": "*", "Condition": condition,
        })
    }

    #[test]
    fn what_nothing_allows_or_something_denies_is_not_allowed() {
        let allow = statement("Allow", json!(["kms:Decrypt", "kms:GenerateDataKey*"]), json!({}));
        let deny = statement("Deny", json!("kms:*"), json!({}));
        assert!(allowed(json!([allow])));
        assert!(allowed(allow.clone()));
        assert!(!allowed(json!([allow, deny])));
        assert!(!allowed(json!([])));
        assert!(!allowed(statement("Allow", json!("kms:Decrypt"), json!({}))));
        let mut other = allow.clone();
        other["Principal"] = json!({ "Service": "logs.amazonaws.com" });
        assert!(!allowed(other));
    }

    #[test]
    fn conditions_are_held_against_what_the_call_carries() {
        for (condition, expected) in [
            (json!({ "ArnLike": { "aws:SourceArn": "arn:aws:cloudtrail:*:1:trail/*" } }), true),
            (json!({ "StringEquals": { "AWS:SourceArn": "arn:aws:cloudtrail:r:1:trail/other" } }), false),
            (json!({ "StringEquals": { "aws:SourceAccount": "1" } }), false),
            (json!({ "StringEqualsIfExists": { "aws:SourceAccount": "1" } }), true),
            (json!({ "StringNotEquals": { "aws:SourceAccount": "1" } }), true),
            (json!({ "Null": { "kms:EncryptionContext:a": "false" } }), true),
            (json!({ "Null": { "kms:EncryptionContext:a": false } }), true),
            (json!({ "Null": { "kms:EncryptionContext:c": "false" } }), false),
            (json!({ "IpAddress": { "aws:SourceIp": "10.0.0.0/8" } }), true),
        ] {
            let allow = statement("Allow", json!("kms:*"), condition.clone());
            assert_eq!(allowed(allow), expected, "{condition}");
        }
        // What isn't understood denies nothing.
        let deny =
            statement("Deny", json!("kms:*"), json!({ "IpAddress": { "aws:SourceIp": "10.0.0.0/8" } }));
        assert!(allowed(json!([statement("Allow", json!("kms:*"), json!({})), deny])));
    }

    #[test]
    fn the_account_keeps_its_hold_on_a_key() {
        let policy = |principal: Value, action: &str| {
            let statement =
                json!({ "Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*" });
            json!({ "Statement": [statement] }).to_string()
        };
        let root = json!({ "AWS": "arn:aws:iam::1:root" });
        assert!(lets_account(&policy(root.clone(), "kms:Put*"), "kms:PutKeyPolicy"));
        assert!(!lets_account(&policy(root, "kms:Describe*"), "kms:PutKeyPolicy"));
        assert!(!lets_account(
            &policy(json!({ "Service": "s3.amazonaws.com" }), "kms:*"),
            "kms:PutKeyPolicy"
        ));
    }
}
