//! A new S3 bucket is closed to the public, locked if it was asked to be, and knows its region.

use winterbaume_core::{MockRequest, MockResponse};

use super::{Memory, Part, edit_xml};
use crate::call::Call;

pub(crate) struct BucketDefaults;

const BLOCKED: &str = "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls><BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>";
const VERSIONED: &str = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
const LOCKED: &str =
    "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>";

impl Part for BucketDefaults {
    fn follow_up(&self, call: &Call, _response: &MockResponse) -> Vec<MockRequest> {
        let Some(bucket) = created_bucket(call) else {
            return Vec::new();
        };
        let put =
            |what: &str, body: &str| call.another_rest("PUT", &format!("/{bucket}?{what}"), body.to_owned());
        let mut requests = vec![put("publicAccessBlock", BLOCKED)];
        let lock = call.request.headers.get("x-amz-bucket-object-lock-enabled");
        if lock.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"true")) {
            requests.push(put("versioning", VERSIONED));
            requests.push(put("object-lock", LOCKED));
        }
        requests
    }

    fn response(&self, call: &Call, _memory: &mut Memory, response: &mut MockResponse) {
        let asks_location = call.query().split('&').any(|part| part.starts_with("location"));
        if call.operation == "GET" && asks_location {
            // The first region has no name here, for historical reasons.
            let region = match call.region.as_str() {
                "us-east-1" => "",
                region => region,
            };
            edit_xml(response, |_| {
                format!(
                    r#"<?xml version="1.0" encoding="UTF-8"?><LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{region}</LocationConstraint>"#
                )
            });
        }
    }
}

/// The bucket that a request creates, if it does.
fn created_bucket(call: &Call) -> Option<&str> {
    let bucket = call.path().trim_matches('/');
    let creates = call.operation == "PUT"
        && !bucket.is_empty()
        && !bucket.contains('/')
        && call.query().split('&').all(|part| part.is_empty() || part.starts_with("x-id="));
    creates.then_some(bucket)
}
