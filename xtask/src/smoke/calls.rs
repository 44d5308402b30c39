//! What a record of calls says: how many there were, and which of them AWS refused.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value as Json;

/// The lines of a record, as the program's `--record` writes it; none where there is no file yet.
pub(super) fn read(record: &Path) -> Result<Vec<Json>> {
    if !record.exists() {
        return Ok(Vec::new());
    }
    let text = fs::read_to_string(record).with_context(|| format!("reading {}", record.display()))?;
    let line = |line: &str| serde_json::from_str(line).with_context(|| format!("not a call: {line}"));
    text.lines().map(line).collect()
}

/// Calls that were refused alike: how many, and what AWS said of the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusals {
    pub(super) count: usize,
    pub(super) message: String,
    pub(super) request_id: String,
}

/// The refused calls, by action and code.
pub(super) fn refused(calls: &[Json]) -> BTreeMap<(String, String), Refusals> {
    let mut found: BTreeMap<_, Refusals> = BTreeMap::new();
    for call in calls.iter().filter(|call| call["status"].as_u64().is_none_or(|status| status >= 400)) {
        let text = |name: &str| call[name].as_str().unwrap_or_default().to_owned();
        let code = match (call["code"].as_str(), call["status"].as_u64()) {
            (Some(code), _) => code.to_owned(),
            (None, Some(status)) => format!("HTTP {status}"),
            (None, None) => "no answer".to_owned(),
        };
        let refusals = found.entry((action(call), code)).or_insert_with(|| Refusals {
            count: 0,
            message: text("message"),
            request_id: text("request_id"),
        });
        refusals.count += 1;
    }
    found
}

/// What was called, as `service:Operation`; of a service by paths, `service:METHOD /path?part`.
pub(super) fn action(call: &Json) -> String {
    let service = call["service"].as_str().unwrap_or("unsigned");
    let target = call["headers"]["x-amz-target"].as_str().and_then(|target| target.rsplit('.').next());
    let of_form = || {
        let fields = call["body"].as_str().unwrap_or_default().split('&');
        fields.filter_map(|field| field.strip_prefix("Action=")).next()
    };
    match target.or_else(of_form) {
        Some(operation) => format!("{service}:{operation}"),
        None => {
            let part = |name: &str| call[name].as_str().unwrap_or_default();
            let (path, query) = part("target").split_once('?').unwrap_or((part("target"), ""));
            // What of a bucket is meant is a name without a value.
            let of = query.split('&').find(|name| !name.is_empty() && !name.contains('='));
            let of = of.map(|name| format!("?{name}")).unwrap_or_default();
            format!("{service}:{} {path}{of}", part("method"))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn refusals_are_told_by_what_was_called_and_why() {
        let form = |status: u16, code: Option<&str>| {
            json!({"service": "ec2", "headers": {}, "body": "Action=CreateVpc&Version=1", "status": status,
                "code": code, "message": "too many", "request_id": "r-1"})
        };
        let calls = [
            form(200, None),
            form(400, Some("VpcLimitExceeded")),
            form(400, Some("VpcLimitExceeded")),
            json!({"service": "kms", "headers": {"x-amz-target": "TrentService.CreateKey"}, "status": 500}),
            json!({"service": "s3", "method": "GET", "target": "/b/?policy&x-id=A", "headers": {}, "status": null}),
        ];
        let refused = refused(&calls);
        let told: Vec<_> =
            refused.iter().map(|((action, code), r)| (action.as_str(), code.as_str(), r.count)).collect();
        assert_eq!(
            told,
            [
                ("ec2:CreateVpc", "VpcLimitExceeded", 2),
                ("kms:CreateKey", "HTTP 500", 1),
                ("s3:GET /b/?policy", "no answer", 1),
            ]
        );
        let first = &refused[&("ec2:CreateVpc".to_owned(), "VpcLimitExceeded".to_owned())];
        assert_eq!((first.message.as_str(), first.request_id.as_str()), ("too many", "r-1"));
    }
}
