//! What a request says, field by field, whatever the protocol that it is said in.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::call::Call;

/// The fields of a request.
///
/// | protocol | fields |
/// |---|---|
/// | query | as they are written: `Tags.Tag.1.Key` |
/// | JSON | the way to each scalar, lists counted from 1: `loadBalancers.1.targetGroupArn` |
/// | REST | what stands in a JSON body, in the same way, and `path` |
/// | S3 | `Bucket`, `Key`, and `body`, the text |
///
/// Every request has `region`.
#[derive(Debug, Clone, Default)]
pub struct Said {
    fields: BTreeMap<String, String>,
}

impl Said {
    /// What a call says.
    #[must_use]
    pub fn of(call: &Call) -> Self {
        let mut said = Self::default();
        let path = call.request.uri().path();
        if call.service == "s3" {
            let (bucket, key) =
                path.trim_start_matches('/').split_once('/').unwrap_or((path.trim_start_matches('/'), ""));
            said.put("Bucket", bucket);
            said.put("Key", key);
        }
        match call.json() {
            Value::Null if call.speaks_json() => {}
            Value::Null => said.fields.extend(call.form()),
            body => said.put_json("", &body),
        }
        said.put("path", path);
        said.put("body", &String::from_utf8_lossy(call.request.body()));
        said.put("region", call.region().unwrap_or("us-east-1"));
        said
    }

    /// These fields, in `us-east-1` unless they say otherwise.
    #[must_use]
    pub fn fields(fields: &[(&str, &str)]) -> Self {
        let mut said = Self::default();
        said.put("region", "us-east-1");
        for (name, value) in fields {
            said.put(name, value);
        }
        said
    }

    /// A field that isn't empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// A field that is a number.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<i64> {
        self.get(name)?.parse().ok()
    }

    /// Whether a field says this, in letters of either case.
    #[must_use]
    pub fn is(&self, name: &str, value: &str) -> bool {
        self.get(name).is_some_and(|said| said.eq_ignore_ascii_case(value))
    }

    /// The values of the fields of a pattern, in which `*` stands for anything: `Tags.*.Key`.
    pub fn all<'a>(&'a self, pattern: &'a str) -> impl Iterator<Item = &'a str> {
        let fields = self.fields.iter().filter(move |(name, _)| is_like(pattern, name));
        fields.map(|(_, value)| value.as_str())
    }

    /// The names of the fields of a pattern.
    pub fn names<'a>(&'a self, pattern: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.keys().map(String::as_str).filter(move |name| is_like(pattern, name))
    }

    fn put(&mut self, name: &str, value: &str) {
        self.fields.insert(name.to_owned(), value.to_owned());
    }

    fn put_json(&mut self, at: &str, value: &Value) {
        let below = |name: &str| if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
        match value {
            Value::Null => {}
            Value::Object(members) => {
                members.iter().for_each(|(name, value)| self.put_json(&below(name), value));
            }
            Value::Array(members) => {
                (1..).zip(members).for_each(|(n, value)| self.put_json(&below(&n.to_string()), value));
            }
            Value::String(text) => self.put(at, text),
            other => self.put(at, &other.to_string()),
        }
    }
}

/// Whether a text is of a pattern in which `*` stands for anything and `?` for one character, as IAM has it.
#[must_use]
pub fn is_like(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    // Where the last star stands, and the text that it has taken so far.
    let (mut at, mut read, mut star) = (0, 0, None);
    while read < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, read));
                at += 1;
            }
            Some(one) if *one == '?' || *one == text[read] => {
                at += 1;
                read += 1;
            }
            _ => {
                let Some((stood, taken)) = star else { return false };
                star = Some((stood, taken + 1));
                at = stood + 1;
                read = taken + 1;
            }
        }
    }
    pattern[at..].iter().all(|one| *one == '*')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::tests::request;

    fn said(service: &str, uri: &str, target: Option<&str>, body: &str) -> Said {
        Said::of(&Call::of(&request(service, "POST", uri, target, body)).unwrap())
    }

    #[test]
    fn fields_are_found_whatever_the_protocol() {
        let form = said("rds", "/", None, "Action=CreateDBInstance&Tags.Tag.1.Key=a%3Ab&AllocatedStorage=20");
        assert_eq!((form.get("Tags.Tag.1.Key"), form.number("AllocatedStorage")), (Some("a:b"), Some(20)));
        let json =
            said("ecs", "/", Some("E.CreateService"), r#"{"loadBalancers":[{"port":8080}],"wait":true}"#);
        assert_eq!(json.get("loadBalancers.1.port"), Some("8080"));
        assert!(json.is("wait", "True") && json.get("wait.x").is_none());
        let rest = said("backup", "/backup/plans/", None, r#"{"BackupPlan":{"Rules":[{"RuleName":"r"}]}}"#);
        assert_eq!(rest.get("BackupPlan.Rules.1.RuleName"), Some("r"));
        let s3 = said("s3", "/bucket/a/key?acl", None, "<A/>");
        let fields = ["Bucket", "Key", "body", "region"].map(|name| s3.get(name).unwrap());
        assert_eq!(fields, ["bucket", "a/key", "<A/>", "us-east-1"]);
    }

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, text) in [
            ("*", ""),
            ("a*c", "abbc"),
            ("arn:*:trail/*", "arn:aws:cloudtrail:r:1:trail/t"),
            ("Tags.*.Key", "Tags.Tag.1.Key"),
            ("kms:Generate*Key", "kms:GenerateDataKey"),
            ("a?c", "abc"),
        ] {
            assert!(is_like(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("a*c", "abd"), ("a", "ab"), ("a?", "a"), ("", "a"), ("*x", "xy")] {
            assert!(!is_like(pattern, text), "{pattern} {text}");
        }
    }
}
