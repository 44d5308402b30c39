//! One request, recognised: which service, region and operation it is.

use std::borrow::Cow;
use std::collections::BTreeMap;

use bytes::Bytes;
use http::HeaderMap;
use serde_json::Value;
use winterbaume_core::{MockRequest, MockResponse};

use crate::address::{Address, is_region, presigned_scope, signed_scope, unsigned_scope, without_last_slash};
use crate::refusal::refusal;
use crate::service::{Protocol, Service};

/// A request whose service, region and operation are known, addressed as the emulators expect.
pub(crate) struct Call {
    /// The service that the request is for.
    pub(crate) service: Service,
    /// The region that holds the state in question.
    pub(crate) region: String,
    /// The operation's name; for REST services the method.
    pub(crate) operation: String,
    /// The request, with its URI rewritten to the service's own host and path style. The overlay
    /// may rewrite its body too.
    pub(crate) request: MockRequest,
    /// The body as the caller sent it.
    asked: Bytes,
}

impl Call {
    /// Recognises a request by its credential scope or, unsigned, by its host.
    ///
    /// # Errors
    ///
    /// The answer to send where the request is for no service of the sandbox.
    pub(crate) fn recognise(mut request: MockRequest) -> Result<Call, Box<MockResponse>> {
        let address = Address::parse(&request.uri);
        let scope = signed_scope(&request.headers)
            .or_else(|| presigned_scope(address.query()))
            .or_else(|| address.scope())
            .or_else(|| unsigned_scope(&request.body))
            .ok_or_else(|| {
                Box::new(refusal(
                    &request,
                    403,
                    "MissingAuthenticationToken",
                    "The sandbox tells services apart by the signature's credential scope, and this request has none.",
                ))
            })?;
        let Some(service) = Service::from_signing_name(&scope.service) else {
            let message = format!("The sandbox has no service '{}'.", scope.service);
            return Err(Box::new(refusal(&request, 501, "NotImplemented", &message)));
        };
        if !is_region(&scope.region) {
            let message = "The signature's credential scope names no region.";
            return Err(Box::new(refusal(&request, 400, "InvalidRegion", message)));
        }
        let region = service.home_region(&scope.region).to_owned();
        let path = match address.bucket().filter(|_| service == Service::S3) {
            Some(bucket) => format!("/{bucket}{}", address.path_and_query),
            None => address.path_and_query.to_owned(),
        };
        let path = match service {
            // Some clients end collections with a slash, as the service model once did.
            Service::Backup => without_last_slash(&path),
            _ => path,
        };
        let uri = format!("https://{}{path}", service.host(&region));
        let operation = operation(service, &request);
        request.uri = uri;
        let asked = request.body.clone();
        if service.protocol() == Protocol::Query {
            request.body = encode(form_urlencoded::parse(&asked));
        }
        Ok(Call { asked, service, region, operation, request })
    }

    /// The form of a query-protocol request, as the caller sent it.
    pub(crate) fn form(&self) -> BTreeMap<String, String> {
        form_urlencoded::parse(&self.asked).into_owned().collect()
    }

    /// The body of a JSON request, as the caller sent it; null where it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.asked).unwrap_or(Value::Null)
    }

    /// The body as the caller sent it, where it is text.
    pub(crate) fn asked_text(&self) -> &str {
        std::str::from_utf8(&self.asked).unwrap_or_default()
    }

    /// The path of the request, without the query.
    pub(crate) fn path(&self) -> &str {
        let address = Address::parse(&self.request.uri);
        address.path_and_query.split_once('?').map_or(address.path_and_query, |(path, _)| path)
    }

    /// The query of the request, empty where there is none.
    pub(crate) fn query(&self) -> &str {
        Address::parse(&self.request.uri).query()
    }

    /// Sets a field of the form that the emulator is to see.
    pub(crate) fn set_form_field(&mut self, name: &str, value: &str) {
        let fields: Vec<_> =
            form_urlencoded::parse(&self.request.body).filter(|(field, _)| field != name).collect();
        let value = (Cow::from(name), Cow::from(value));
        self.request.body = encode(fields.into_iter().chain([value]));
    }

    /// Takes EC2 filters out of the form that the emulator is to see.
    pub(crate) fn drop_form_filters(&mut self, drop: impl Fn(&str) -> bool) {
        let form = self.form();
        let mut kept = 0;
        let mut fields = Vec::new();
        for (name, value) in &form {
            if !name.starts_with("Filter.") {
                fields.push((name.clone(), value.clone()));
            }
        }
        for n in 1.. {
            let prefix = format!("Filter.{n}.");
            let Some(name) = form.get(&format!("{prefix}Name")) else {
                break;
            };
            if !drop(name) {
                kept += 1;
                let of_this = form.iter().filter_map(|(field, value)| {
                    let field = field.strip_prefix(&prefix)?;
                    Some((format!("Filter.{kept}.{field}"), value.clone()))
                });
                fields.extend(of_this);
            }
        }
        self.request.body = encode(fields);
    }

    /// Another request to the same service in the query protocol.
    pub(crate) fn another_form<K: AsRef<str>, V: AsRef<str>>(&self, fields: &[(K, V)]) -> MockRequest {
        let fields = fields.iter().map(|(name, value)| (name.as_ref(), value.as_ref()));
        MockRequest { body: encode(fields), ..self.request.clone() }
    }

    /// Another request to the same service in the JSON protocol.
    pub(crate) fn another_json(&self, operation: &str, body: &Value) -> MockRequest {
        let mut request = self.request.clone();
        if let Ok(target) = format!("Sandbox.{operation}").parse() {
            request.headers.insert("x-amz-target", target);
        }
        request.body = body.to_string().into();
        request
    }

    /// Another request to the same service by method and path.
    pub(crate) fn another_rest(&self, method: &str, path: &str, body: String) -> MockRequest {
        MockRequest {
            method: method.to_owned(),
            uri: format!("https://{}{path}", self.service.host(&self.region)),
            headers: HeaderMap::new(),
            body: body.into(),
        }
    }

    /// Whether the operation leaves everything as it is.
    pub(crate) fn is_read_only(&self) -> bool {
        const READS: [&str; 17] = [
            "Assume",
            "BatchGet",
            "Check",
            "Decode",
            "Decrypt",
            "Describe",
            "Encrypt",
            "Filter",
            "GenerateDataKey",
            "GenerateMac",
            "GenerateRandom",
            "Get",
            "Head",
            "List",
            "Lookup",
            "Search",
            "Simulate",
        ];
        match self.service.protocol() {
            Protocol::Json | Protocol::Query => {
                self.service == Service::Sts || READS.iter().any(|read| self.operation.starts_with(read))
            }
            Protocol::Rest => {
                matches!(self.operation.as_str(), "GET" | "HEAD")
                    // Route 53 reads the tags of several zones with a POST to the resource type.
                    || (self.service == Service::Route53
                        && self.operation == "POST"
                        && self.path().split('/').rev().nth(1) == Some("tags"))
            }
        }
    }
}

/// A form as the emulators read it: they take a plus sign for one.
fn encode<I, K, V>(fields: I) -> Bytes
where
    I: IntoIterator,
    I::Item: std::borrow::Borrow<(K, V)>,
    K: AsRef<str>,
    V: AsRef<str>,
{
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish().replace('+', "%20").into()
}

/// The operation's name where the protocol gives one, else the method.
fn operation(service: Service, request: &MockRequest) -> String {
    match service.protocol() {
        Protocol::Json => request
            .headers
            .get("x-amz-target")
            .and_then(|value| value.to_str().ok())
            .and_then(|target| target.rsplit('.').next())
            .unwrap_or_default()
            .to_owned(),
        Protocol::Query => form_urlencoded::parse(&request.body)
            .find(|(key, _)| key == "Action")
            .map(|(_, value)| value.into_owned())
            .unwrap_or_default(),
        Protocol::Rest => request.method.to_ascii_uppercase(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn request(
        method: &str,
        uri: &str,
        scope: Option<&str>,
        target: Option<&str>,
        body: &str,
    ) -> MockRequest {
        let mut headers = HeaderMap::new();
        if let Some(scope) = scope {
            let value = format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=x");
            headers.insert(http::header::AUTHORIZATION, value.parse().unwrap());
        }
        if let Some(target) = target {
            headers.insert("x-amz-target", target.parse().unwrap());
        }
        MockRequest { method: method.to_owned(), uri: uri.to_owned(), headers, body: body.to_owned().into() }
    }

    /// Recognises a request and prints it as `service region operation uri read|write`.
    fn check(request: MockRequest, expected: &str) {
        let seen = match Call::recognise(request) {
            Ok(call) => format!(
                "{} {} {} {} {}",
                call.service.signing_name(),
                call.region,
                call.operation,
                call.request.uri,
                if call.is_read_only() { "read" } else { "write" }
            ),
            Err(answer) => format!("refused {}", answer.status),
        };
        assert_eq!(seen, expected);
    }

    #[test]
    fn requests_are_recognised_by_scope_and_then_by_host() {
        let local = "http://127.0.0.1:4700";
        check(
            request(
                "POST",
                &format!("{local}/"),
                Some("AK/20260101/eu-west-1/kms/aws4_request"),
                Some("TrentService.CreateKey"),
                "{}",
            ),
            "kms eu-west-1 CreateKey https://kms.eu-west-1.amazonaws.com/ write",
        );
        check(
            request(
                "POST",
                &format!("{local}/"),
                Some("AK/20260101/eu-west-1/iam/aws4_request"),
                None,
                "Action=GetRole&RoleName=a",
            ),
            "iam us-east-1 GetRole https://iam.amazonaws.com/ read",
        );
        check(
            request(
                "PUT",
                &format!("{local}/b/k?x-id=PutObject"),
                Some("AK/20260101/us-west-2/s3/aws4_request"),
                None,
                "",
            ),
            "s3 us-west-2 PUT https://s3.us-west-2.amazonaws.com/b/k?x-id=PutObject write",
        );
        check(
            request(
                "PUT",
                "http://my.bucket.localhost:4700/?versioning",
                Some("AK/20260101/us-west-2/s3/aws4_request"),
                None,
                "",
            ),
            "s3 us-west-2 PUT https://s3.us-west-2.amazonaws.com/my.bucket/?versioning write",
        );
        check(
            request("GET", "https://logs.s3.us-west-2.amazonaws.com/?policy", None, None, ""),
            "s3 us-west-2 GET https://s3.us-west-2.amazonaws.com/logs/?policy read",
        );
        check(
            request(
                "GET",
                &format!("{local}/b/k?X-Amz-Credential=AK%2F20260101%2Feu-west-1%2Fs3%2Faws4_request"),
                None,
                None,
                "",
            ),
            "s3 eu-west-1 GET https://s3.eu-west-1.amazonaws.com/b/k?X-Amz-Credential=AK%2F20260101%2Feu-west-1%2Fs3%2Faws4_request read",
        );
        check(
            request(
                "POST",
                &format!("{local}/2013-04-01/tags/hostedzone"),
                Some("AK/20260101/us-east-1/route53/aws4_request"),
                None,
                "",
            ),
            "route53 us-east-1 POST https://route53.amazonaws.com/2013-04-01/tags/hostedzone read",
        );
        check(
            request(
                "POST",
                &format!("{local}/2013-04-01/tags/hostedzone/Z1"),
                Some("AK/20260101/us-east-1/route53/aws4_request"),
                None,
                "",
            ),
            "route53 us-east-1 POST https://route53.amazonaws.com/2013-04-01/tags/hostedzone/Z1 write",
        );
    }

    #[test]
    fn what_is_no_service_of_the_sandbox_is_refused() {
        check(request("GET", "http://127.0.0.1:1/", None, None, ""), "refused 403");
        check(
            request("POST", "http://127.0.0.1:1/", Some("AK/20260101/us-east-1/sqs/aws4_request"), None, ""),
            "refused 501",
        );
        check(
            request("POST", "http://127.0.0.1:1/", Some("AK/20260101/../kms/aws4_request"), None, ""),
            "refused 400",
        );
    }
}
