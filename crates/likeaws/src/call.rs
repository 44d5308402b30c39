//! A request, recognised: which service and operation it is for, and its parameters.

use std::collections::BTreeMap;

use bytes::Bytes;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::{HeaderMap, Request};
use serde_json::Value;

/// A request to a service.
#[derive(Debug, Clone)]
pub struct Call {
    /// The service, as the signature names it.
    pub service: String,
    /// The operation: its name, or for REST the method with what is asked of the path, such as `GET?lifecycle` for
    /// a bucket and `GET /backup-vaults/` elsewhere.
    pub operation: String,
    /// The request.
    pub request: Request<Bytes>,
}

impl Call {
    /// Recognises a signed request; nothing for others, such as questions to the emulator itself.
    #[must_use]
    pub fn of(request: &Request<Bytes>) -> Option<Self> {
        let service = service(request.headers())?.to_owned();
        let operation = operation(&service, request);
        Some(Self { service, operation, request: request.clone() })
    }

    /// The region that the request is signed for.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        Some(scope(self.request.headers())?.region)
    }

    /// The fields of a request in the query protocol.
    #[must_use]
    pub fn form(&self) -> BTreeMap<String, String> {
        form_urlencoded::parse(self.request.body()).into_owned().collect()
    }

    /// The body of a JSON request; null where it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(self.request.body()).unwrap_or(Value::Null)
    }

    /// Whether the request takes something away.
    #[must_use]
    pub fn is_deletion(&self) -> bool {
        const VERBS: [&str; 9] = [
            "DELETE",
            "Delete",
            "Deregister",
            "Detach",
            "Disassociate",
            "Release",
            "Remove",
            "Revoke",
            "Terminate",
        ];
        VERBS.iter().any(|verb| self.operation.starts_with(verb))
    }

    /// Whether the service speaks JSON.
    #[must_use]
    pub fn speaks_json(&self) -> bool {
        let headers = self.request.headers();
        let is_json = |kind: &&str| kind.contains("json");
        let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        headers.contains_key("x-amz-target") || self.service == "backup" || kind.filter(is_json).is_some()
    }

    /// Another request to the same service, in the query protocol.
    #[must_use]
    pub fn another_form<K: AsRef<str>, V: AsRef<str>>(&self, fields: &[(K, V)]) -> Request<Bytes> {
        let version = self.form().remove("Version").unwrap_or_default();
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields).append_pair("Version", &version);
        self.another(form.finish())
    }

    /// The same head with another body.
    fn another(&self, body: String) -> Request<Bytes> {
        let mut request = self.request.clone().map(|_| Bytes::from(body));
        request.headers_mut().remove(hyper::header::CONTENT_LENGTH);
        request
    }
}

/// The service that a request is signed for, by its headers.
#[must_use]
pub fn service(headers: &HeaderMap) -> Option<&str> {
    Some(scope(headers)?.service)
}

/// What a request is signed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope<'a> {
    /// The region.
    pub region: &'a str,
    /// The service.
    pub service: &'a str,
}

/// What a request is signed for, by its headers: the scope of
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>.
#[must_use]
pub fn scope(headers: &HeaderMap) -> Option<Scope<'_>> {
    let signed = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let mut parts = signed.split_once("Credential=")?.1.split('/').skip(2);
    Some(Scope { region: parts.next()?, service: parts.next()? })
}

fn operation(service: &str, request: &Request<Bytes>) -> String {
    let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
    if let Some(operation) = target.and_then(|target| target.rsplit('.').next()) {
        return operation.to_owned();
    }
    let mut form = form_urlencoded::parse(request.body());
    if let Some((_, action)) = form.find(|(name, _)| name == "Action") {
        return action.into_owned();
    }
    let method = request.method();
    if service == "s3" {
        let query = request.uri().query().unwrap_or_default();
        let names = query.split('&').map(|field| field.split('=').next().unwrap_or_default());
        let asked = names.into_iter().find(|name| !name.is_empty() && *name != "x-id");
        return asked.map_or(method.to_string(), |asked| format!("{method}?{asked}"));
    }
    format!("{method} {}", request.uri().path())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A request as an SDK sends it: the head, and the text of its body.
    pub(crate) fn request(
        service: &str,
        method: &str,
        uri: &str,
        target: Option<&str>,
        body: &str,
    ) -> Request<Bytes> {
        let signed = format!(
            "AWS4-HMAC-SHA256 Credential=AKID/20260102/us-east-1/{service}/aws4_request, Signature=x"
        );
        let mut request = Request::builder().method(method).uri(uri).header(AUTHORIZATION, signed);
        if let Some(target) = target {
            request = request.header("x-amz-target", target);
        }
        request.body(Bytes::from(body.to_owned())).unwrap()
    }

    #[test]
    fn the_operation_is_named_whatever_the_protocol() {
        for (request, service, operation) in [
            (request("ec2", "POST", "/", None, "Action=CreateVpc&Version=1"), "ec2", "CreateVpc"),
            (request("kms", "POST", "/", Some("TrentService.Encrypt"), "{}"), "kms", "Encrypt"),
            (request("s3", "GET", "/b?lifecycle", None, ""), "s3", "GET?lifecycle"),
            (request("s3", "PUT", "/b/k?x-id=PutObject", None, "data"), "s3", "PUT"),
            (request("backup", "GET", "/backup-vaults/", None, ""), "backup", "GET /backup-vaults/"),
        ] {
            let call = Call::of(&request).unwrap();
            assert_eq!((call.service.as_str(), call.operation.as_str()), (service, operation));
        }
        assert!(Call::of(&Request::new(Bytes::new())).is_none());
    }

    #[test]
    fn what_takes_away_is_told_from_what_makes() {
        let deletes = |action: &str| {
            let body = format!("Action={action}");
            Call::of(&request("ec2", "POST", "/", None, &body)).unwrap().is_deletion()
        };
        assert!(
            deletes("DeleteRoute")
                && deletes("DisassociateRouteTable")
                && deletes("RevokeSecurityGroupIngress")
        );
        assert!(!deletes("CreateRoute") && !deletes("DescribeRouteTables"));
        assert!(Call::of(&request("s3", "DELETE", "/b?policy", None, "")).unwrap().is_deletion());
    }
}
