//! What a rule asks of the emulator before it judges.

use bytes::Bytes;
use hyper::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderValue};
use hyper::{Method, Request};
use serde_json::Value;

use crate::call::Call;

/// A question to a service in the account and the region of a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Question {
    /// In the query protocol: the service, the action, its fields.
    Form(&'static str, &'static str, Vec<(String, String)>),
    /// In JSON: the service, the target (`TrentService.DescribeKey`), the body.
    Json(&'static str, &'static str, Value),
    /// A `GET`: the service, and the path with its query.
    Get(&'static str, String),
}

/// The versions of the query protocols; Elastic Load Balancing tells its two by them.
const VERSIONS: &[(&str, &str)] = &[
    ("ec2", "2016-11-15"),
    ("elasticloadbalancing", "2015-12-01"),
    ("iam", "2010-05-08"),
    ("rds", "2014-10-31"),
    ("sts", "2011-06-15"),
];

impl Question {
    /// A question in the query protocol.
    pub(crate) fn form<K: Into<String>, V: Into<String>>(
        service: &'static str,
        action: &'static str,
        fields: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let fields = fields.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self::Form(service, action, fields.collect())
    }

    /// The request, signed as the call is; nothing where the call isn't.
    #[must_use]
    pub fn request(&self, call: &Call) -> Option<Request<Bytes>> {
        let (service, method, path, kind, body) = match self {
            Self::Form(service, action, fields) => {
                let version = VERSIONS.iter().find(|(of, _)| of == service).map(|(_, version)| *version)?;
                let mut form = form_urlencoded::Serializer::new(String::new());
                form.extend_pairs(fields).append_pair("Action", action).append_pair("Version", version);
                (*service, Method::POST, "/", "application/x-www-form-urlencoded", form.finish())
            }
            Self::Json(service, _, body) => {
                (*service, Method::POST, "/", "application/x-amz-json-1.1", body.to_string())
            }
            Self::Get(service, path) => {
                (*service, Method::GET, path.as_str(), "application/xml", String::new())
            }
        };
        let signed = call.request.headers().get(AUTHORIZATION)?.to_str().ok()?;
        let signed =
            signed.replace(&format!("/{}/aws4_request", call.service), &format!("/{service}/aws4_request"));
        let mut request = Request::new(Bytes::from(body));
        *request.method_mut() = method;
        *request.uri_mut() = path.parse().ok()?;
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, signed.parse().ok()?);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        headers.insert(HOST, format!("{service}.amazonaws.com").parse().ok()?);
        if let Self::Json(_, target, _) = self {
            headers.insert("x-amz-target", HeaderValue::from_static(target));
        }
        headers.remove(CONTENT_LENGTH);
        Some(request)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::call::tests::request;

    #[test]
    fn a_question_is_recognised_as_what_it_asks() {
        let asking = Call::of(&request("rds", "POST", "/", None, "Action=CreateDBInstance")).unwrap();
        for (question, service, operation) in [
            (Question::form("ec2", "DescribeSubnets", [("SubnetId.1", "s")]), "ec2", "DescribeSubnets"),
            (Question::Json("kms", "TrentService.DescribeKey", json!({})), "kms", "DescribeKey"),
            (Question::Get("s3", "/b?policy".into()), "s3", "GET?policy"),
        ] {
            let asked = Call::of(&question.request(&asking).unwrap()).unwrap();
            assert_eq!((asked.service.as_str(), asked.operation.as_str()), (service, operation));
            assert_eq!(asked.region(), Some("us-east-1"));
        }
    }
}
