//! When two values count as the same, for each way of comparing.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::model::schema::Compare;

/// Whether `declared` is satisfied by `observed`: of objects only the declared members count,
/// since services fill in others.
#[must_use]
pub fn same(how: Compare, declared: &Json, observed: &Json) -> bool {
    match how {
        Compare::Exact => covers(declared, observed),
        Compare::Whole => whole(declared, observed),
        Compare::Set => same_set(declared, observed),
        Compare::Policy => canonical_policy(declared) == canonical_policy(observed),
        Compare::IgnoreCase => fold(declared) == fold(observed),
        Compare::AtLeastVersion => version_reached(&text(declared), &text(observed), 1),
        Compare::AtLeast => match (declared.as_f64(), observed.as_f64()) {
            (Some(declared), Some(observed)) => observed >= declared,
            _ => covers(declared, observed),
        },
        Compare::KeyId => key_id(&text(declared)) == key_id(&text(observed)),
        Compare::LogGroupArn => {
            text(declared).trim_end_matches(":*") == text(observed).trim_end_matches(":*")
        }
        Compare::DnsName => dns_name(&text(declared)) == dns_name(&text(observed)),
        Compare::Tags => {
            let observed = tags(observed);
            tags(declared).iter().all(|(key, value)| observed.get(key) == Some(value))
        }
    }
}

fn covers(declared: &Json, observed: &Json) -> bool {
    match (declared, observed) {
        (Json::Object(declared), Json::Object(observed)) => {
            declared.iter().all(|(name, value)| match observed.get(name) {
                Some(other) => covers(value, other),
                None => is_empty(value),
            })
        }
        (Json::Array(declared), Json::Array(observed)) => {
            declared.len() == observed.len()
                && declared.iter().zip(observed).all(|(declared, observed)| covers(declared, observed))
        }
        (Json::Number(a), Json::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Json::Number(number), Json::String(text)) | (Json::String(text), Json::Number(number)) => {
            number.to_string() == *text
        }
        (Json::Bool(flag), Json::String(text)) | (Json::String(text), Json::Bool(flag)) => {
            flag.to_string() == *text
        }
        (a, b) => a == b,
    }
}

/// Whether both hold the same members, empty ones aside.
fn whole(declared: &Json, observed: &Json) -> bool {
    match (declared, observed) {
        (Json::Object(declared), Json::Object(observed)) => {
            let beside = |(name, value): (&String, &Json)| declared.contains_key(name) || is_empty(value);
            observed.iter().all(beside)
                && declared.iter().all(|(name, value)| match observed.get(name) {
                    Some(other) => whole(value, other),
                    None => is_empty(value),
                })
        }
        (Json::Array(declared), Json::Array(observed)) => {
            declared.len() == observed.len()
                && declared.iter().zip(observed).all(|(declared, observed)| whole(declared, observed))
        }
        (a, b) => covers(a, b),
    }
}

pub(crate) fn is_empty(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::Array(items) => items.is_empty(),
        Json::Object(members) => members.is_empty(),
        _ => false,
    }
}

fn same_set(declared: &Json, observed: &Json) -> bool {
    let (Some(declared), Some(observed)) = (declared.as_array(), observed.as_array()) else {
        return covers(declared, observed);
    };
    let (declared, mut left) = (once(declared), once(observed));
    declared.len() == left.len()
        && declared.iter().all(|item| match left.iter().position(|other| covers(item, other)) {
            Some(index) => {
                left.swap_remove(index);
                true
            }
            None => false,
        })
}

/// The items of a set, in which nothing counts twice.
fn once(items: &[Json]) -> Vec<&Json> {
    let mut seen: Vec<&Json> = Vec::with_capacity(items.len());
    for item in items {
        if !seen.contains(&item) {
            seen.push(item);
        }
    }
    seen
}

fn text(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn fold(value: &Json) -> Json {
    match value {
        Json::String(text) => Json::String(text.to_lowercase()),
        Json::Array(items) => Json::Array(items.iter().map(fold).collect()),
        other => other.clone(),
    }
}

/// The one form of all spellings of a DNS name.
pub(crate) fn dns_name(name: &str) -> String {
    name.trim_end_matches('.').replace("\\052", "*").to_lowercase()
}

fn key_id(key: &str) -> &str {
    key.rsplit_once(":key/").map_or(key, |(_, id)| id)
}

/// Whether a version is the declared one, one that it is the beginning of, or a later one of the same
/// major version, which is its first `major` parts: `16.4` is reached by `16.4.1` and `16.6` and not by
/// `17.1`, `16` by any 16, `19` by `19.0.0.0.ru-2024-04.rur-2024-04.r1`.
pub(crate) fn version_reached(declared: &str, observed: &str, major: usize) -> bool {
    let (declared, observed) = (version(declared), version(observed));
    let major = major.min(declared.len());
    declared.get(..major) == observed.get(..major) && observed >= declared
}

/// Whether what is observed is above what is declared, of what a service may raise by itself. A version that
/// begins with the declared one is that one.
pub(crate) fn exceeds(how: Compare, declared: &Json, observed: &Json) -> bool {
    match how {
        Compare::AtLeast => declared.as_f64().zip(observed.as_f64()).is_some_and(|(a, b)| b > a),
        Compare::AtLeastVersion => {
            let (declared, observed) = (version(&text(declared)), version(&text(observed)));
            observed > declared && !observed.starts_with(&declared)
        }
        _ => false,
    }
}

/// A part of a version: digits are a number, and what stands between digits and dots is text.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Text(String),
    Number(u64),
}

fn version(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    for piece in text.trim().split(['.', '-', '_']) {
        let mut rest = piece;
        while let Some(first) = rest.chars().next() {
            let digits = first.is_ascii_digit();
            let end = rest.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(rest.len());
            let (run, after) = rest.split_at(end);
            parts.push(match run.parse() {
                Ok(number) if digits => Part::Number(number),
                _ => Part::Text(run.to_lowercase()),
            });
            rest = after;
        }
    }
    parts
}

/// A list of `{Key, Value}`, or an object, as a map.
pub(crate) fn tags(value: &Json) -> BTreeMap<String, String> {
    match value {
        Json::Array(items) => items
            .iter()
            .filter_map(|tag| {
                Some((tag.get("Key")?.as_str()?.to_owned(), tag.get("Value")?.as_str()?.to_owned()))
            })
            .collect(),
        Json::Object(members) => members
            .iter()
            .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
            .collect(),
        _ => BTreeMap::new(),
    }
}

/// A policy document in the one form that all equivalent ones share: parsed where it is text,
/// statements as a list, one-element lists unwrapped, lists of texts sorted, account roots by
/// their account id, everyone as `*`, and the version that silence means.
///
/// Source: IAM User Guide, "IAM JSON policy elements: Version", "AWS JSON policy elements: Principal"
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>).
#[must_use]
pub fn canonical_policy(policy: &Json) -> Json {
    let parsed = match policy {
        Json::String(text) => serde_json::from_str(text).unwrap_or_else(|_| policy.clone()),
        other => other.clone(),
    };
    let Json::Object(mut document) = canonical(&parsed) else { return canonical(&parsed) };
    if let Some(statements) = document.remove("Statement") {
        let mut statements = match statements {
            Json::Array(items) => items,
            one => vec![one],
        };
        document.entry("Version").or_insert_with(|| Json::String("2008-10-17".to_owned()));
        for member in statements.iter_mut().filter_map(Json::as_object_mut) {
            for who in ["Principal", "NotPrincipal"] {
                if member.get(who).is_some_and(is_everyone) {
                    member.insert(who.to_owned(), Json::String("*".to_owned()));
                }
            }
        }
        statements.sort_by_key(Json::to_string);
        document.insert("Statement".to_owned(), Json::Array(statements));
    }
    Json::Object(document)
}

fn canonical(value: &Json) -> Json {
    match value {
        Json::Object(members) => {
            let members = members
                .iter()
                .filter(|(name, value)| !(name.as_str() == "Sid" && value.as_str() == Some("")));
            Json::Object(members.map(|(name, value)| (name.clone(), canonical(value))).collect())
        }
        Json::Array(items) => {
            let mut items: Vec<Json> = items.iter().map(canonical).collect();
            items.sort_by_key(Json::to_string);
            items.dedup();
            match <[Json; 1]>::try_from(items) {
                Ok([one]) => one,
                Err(items) => Json::Array(items),
            }
        }
        Json::String(text) => Json::String(account_of_root(text).unwrap_or(text).to_owned()),
        Json::Bool(flag) => Json::String(flag.to_string()),
        Json::Number(number) => Json::String(number.to_string()),
        Json::Null => Json::Null,
    }
}

/// A policy, written as `like` writes whatever of it means the same there: one text or a list of it, actions and
/// statements in one order or another.
pub(crate) fn policy_as(policy: &Json, like: &Json) -> Json {
    let parsed = match policy {
        Json::String(text) if !like.is_string() => {
            serde_json::from_str(text).unwrap_or_else(|_| policy.clone())
        }
        other => other.clone(),
    };
    if canonical_policy(&parsed) == canonical_policy(like) {
        return like.clone();
    }
    match (parsed, like) {
        (Json::Object(members), Json::Object(like)) => {
            let written = |(name, value): (String, Json)| {
                let value = like.get(&name).map_or_else(|| value.clone(), |like| policy_as(&value, like));
                (name, value)
            };
            Json::Object(members.into_iter().map(written).collect())
        }
        (Json::Array(items), Json::Array(like)) if items.iter().all(Json::is_object) => items_as(items, like),
        (parsed, _) => parsed,
    }
}

/// Statements in the order of those that mean the same in `like`, or carry the same `Sid`; the others follow.
fn items_as(mut items: Vec<Json>, like: &[Json]) -> Json {
    let mut ordered = Vec::new();
    for like in like {
        let sid = like.get("Sid").filter(|sid| sid.as_str().is_some_and(|sid| !sid.is_empty()));
        let means = items.iter().position(|item| canonical_policy(item) == canonical_policy(like));
        let found = means.or_else(|| items.iter().position(|item| sid.is_some() && item.get("Sid") == sid));
        if let Some(found) = found {
            ordered.push(policy_as(&items.remove(found), like));
        }
    }
    ordered.extend(items);
    Json::Array(ordered)
}

fn is_everyone(principal: &Json) -> bool {
    principal
        .as_object()
        .is_some_and(|members| members.len() == 1 && members.get("AWS").and_then(Json::as_str) == Some("*"))
}

fn account_of_root(text: &str) -> Option<&str> {
    let (arn, account) = text.strip_suffix(":root")?.rsplit_once(':')?;
    (arn.starts_with("arn:") && arn.ends_with(":iam:")).then_some(account)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(how: Compare, declared: Json, observed: Json, expected: bool) {
        assert_eq!(same(how, &declared, &observed), expected, "{how:?}: {declared} vs {observed}");
    }

    #[test]
    fn of_objects_only_declared_members_count() {
        check(Compare::Exact, json!({"A": 1}), json!({"A": 1, "B": 2}), true);
        check(Compare::Exact, json!({"A": 1}), json!({"A": 2}), false);
        check(Compare::Exact, json!({"A": []}), json!({}), true);
        check(Compare::Exact, json!([1, 2]), json!([2, 1]), false);
        check(Compare::Exact, json!("60"), json!(60), true);
    }

    #[test]
    fn of_whole_documents_every_member_counts() {
        check(Compare::Whole, json!({"A": [{"B": 1}]}), json!({"A": [{"B": 1, "C": []}]}), true);
        check(Compare::Whole, json!({"A": [{"B": 1}]}), json!({"A": [{"B": 1, "C": 2}]}), false);
        check(Compare::Whole, json!({"A": [{"B": 1, "C": 2}]}), json!({"A": [{"B": 1}]}), false);
        check(Compare::Whole, json!({"A": "60", "B": {}}), json!({"A": 60}), true);
    }

    #[test]
    fn sets_have_no_order_but_a_size() {
        check(Compare::Set, json!([1, 2]), json!([2, 1]), true);
        check(Compare::Set, json!([1, 1]), json!([1, 2]), false);
        check(Compare::Set, json!(["sg-1", "sg-1"]), json!(["sg-1"]), true);
        check(Compare::Set, json!([{"K": 1}]), json!([{"K": 1, "Server": true}]), true);
        check(Compare::Set, json!([1]), json!([1, 2]), false);
    }

    #[test]
    fn policies_compare_by_meaning() {
        let ours = json!({"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*",
            "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
            "Condition": {"Bool": {"aws:SecureTransport": false}},
        }]});
        let theirs = json!(
            r#"{"Statement":{"Action":"s3:GetObject","Effect":"Allow","Sid":"",
            "Principal":{"AWS":"123456789012"},"Resource":["*"],
            "Condition":{"Bool":{"aws:SecureTransport":"false"}}},"Version":"2012-10-17"}"#
        );
        check(Compare::Policy, ours.clone(), theirs, true);
        let deny = |version: Option<&str>, principal: Json| {
            let mut policy =
                json!({"Statement": [{"Effect": "Deny", "Action": "*", "Principal": principal}]});
            if let Some(version) = version {
                policy["Version"] = json!(version);
            }
            policy
        };
        check(Compare::Policy, deny(None, json!("*")), deny(Some("2008-10-17"), json!({"AWS": ["*"]})), true);
        check(Compare::Policy, deny(None, json!("*")), deny(Some("2012-10-17"), json!("*")), false);
        let mut other = ours.clone();
        other["Statement"][0]["Action"] = json!(["s3:GetObject", "s3:PutObject"]);
        check(Compare::Policy, ours, other, false);
    }

    #[test]
    fn what_a_service_raised_exceeds_what_is_declared() {
        for (declared, observed, expected) in [
            ("16", "16.4", false),
            ("16.2", "16.4", true),
            ("16.4", "16.4", false),
            ("16.4", "16.2", false),
            ("8.0.mysql_aurora.3.05.1", "8.0.mysql_aurora.3.05.2", true),
        ] {
            let (declared, observed) = (json!(declared), json!(observed));
            assert_eq!(exceeds(Compare::AtLeastVersion, &declared, &observed), expected, "{observed}");
        }
        assert!(exceeds(Compare::AtLeast, &json!(100), &json!(150)));
        assert!(!exceeds(Compare::AtLeast, &json!(150), &json!(150)));
        assert!(!exceeds(Compare::Exact, &json!(1), &json!(2)));
    }

    #[test]
    fn versions_are_reached_within_their_major() {
        const ORACLE: &str = "19.0.0.0.ru-2024-04.rur-2024-04.r1";
        for (declared, observed, major, expected) in [
            ("16.4", "16.4", 1, true),
            ("16.4", "16.6", 1, true),
            ("16.4", "16.10", 1, true),
            ("16.4", "16.3", 1, false),
            ("16", "16.3", 1, true),
            ("16.4", "17.1", 1, false),
            ("1", "16.3", 1, false),
            ("8.0", "8.0.36", 2, true),
            ("8.0.35", "8.0.36", 2, true),
            ("8.0.35", "8.4.3", 2, false),
            ("8", "8.4.3", 2, true),
            ("10.6", "10.11.2", 2, false),
            ("19", ORACLE, 1, true),
            (ORACLE, "19.0.0.0.ru-2024-10.rur-2024-10.r1", 1, true),
            ("19.0.0.0.ru-2024-07.rur-2024-07.r1", ORACLE, 1, false),
            ("21", ORACLE, 1, false),
            ("15.00", "15.00.4375.4.v1", 2, true),
            ("15.00.4375.4.v1", "15.00.4385.2.v1", 2, true),
            ("15.00.4375.4.v1", "15.00.4375.4.v2", 2, true),
            ("15.00", "16.00.4095.4.v1", 2, false),
            ("11.5", "11.5.9.0.sb00000000.r1", 2, true),
        ] {
            let reached = version_reached(declared, observed, major);
            assert_eq!(reached, expected, "{declared} by {observed}, {major}");
        }
    }

    #[test]
    fn names_of_keys_and_hosts_have_several_forms() {
        check(Compare::KeyId, json!("arn:aws:kms:r:1:key/abc"), json!("abc"), true);
        check(Compare::KeyId, json!("alias/a"), json!("arn:aws:kms:r:1:key/abc"), false);
        check(Compare::DnsName, json!("*.Example.com"), json!("\\052.example.com."), true);
        check(Compare::LogGroupArn, json!("arn:x"), json!("arn:x:*"), true);
    }

    #[test]
    fn tags_of_others_are_left_alone() {
        let tag = |key: &str, value: &str| json!({"Key": key, "Value": value});
        check(Compare::Tags, json!([tag("a", "1")]), json!([tag("b", "2"), tag("a", "1")]), true);
        check(Compare::Tags, json!([tag("a", "1")]), json!([tag("a", "2")]), false);
    }
}
