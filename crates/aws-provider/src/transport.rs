//! Nothing goes to AWS in clear (45 CFR 164.312(e)(1)), whoever named the endpoint: the stack, the environment
//! (`AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_STS`), a profile (`endpoint_url`), or a provider of credentials.
//!
//! Source: AWS SDKs and Tools Reference Guide, "Service-specific endpoints",
//! <https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>.

use std::error::Error;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;

/// A request that could be read on its way, and was not sent.
#[derive(Debug, thiserror::Error)]
#[error("not sent: the endpoint `{0}` is in clear, and this goes to AWS")]
pub(crate) struct InClear(String);

impl InClear {
    /// Whether an error comes of one.
    pub(crate) fn caused(error: &(dyn Error + 'static)) -> bool {
        std::iter::successors(Some(error), |&error| error.source()).any(|error| error.is::<Self>())
    }
}

/// A client that sends nothing in clear to another machine.
pub(crate) fn encrypted(inner: SharedHttpClient) -> SharedHttpClient {
    http_client_fn(move |settings, components| {
        SharedHttpConnector::new(Encrypted(inner.http_connector(settings, components)))
    })
}

#[derive(Debug)]
struct Encrypted(SharedHttpConnector);

impl HttpConnector for Encrypted {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        match in_clear(&request) {
            Some(refused) => HttpConnectorFuture::ready(Err(ConnectorError::user(refused.into()))),
            None => self.0.call(request),
        }
    }
}

fn in_clear(request: &HttpRequest) -> Option<InClear> {
    let address = request.uri();
    let Ok(uri) = address.parse::<http::Uri>() else { return Some(InClear(address.to_owned())) };
    let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let stays = match host.parse::<IpAddr>() {
        Ok(ip) => {
            let ip = ip.to_canonical();
            ip.is_loopback() || ip.is_unspecified() || (METADATA.contains(&ip) && !is_signed(request))
        }
        Err(_) => {
            let host = host.to_ascii_lowercase();
            host == "localhost" || host.ends_with(".localhost")
        }
    };
    // What comes before the path, without what may be asked there.
    let endpoint = || address.split_inclusive('/').take(3).collect::<String>();
    let encrypted = uri.scheme_str() == Some("https");
    (!encrypted && !stays).then(|| InClear(endpoint().trim_end_matches('/').to_owned()))
}

/// Where a machine or a container of AWS asks for its credentials: on the link, in clear.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
// https://docs.aws.amazon.com/eks/latest/userguide/pod-id-agent-config-ipv6.html
const METADATA: [IpAddr; 5] = [
    IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)),
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 2)),
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 23)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x23)),
];

/// Whether it is for a service, and not for credentials.
fn is_signed(request: &HttpRequest) -> bool {
    request.headers().get("authorization").is_some_and(|with| with.starts_with("AWS4-"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use aws_smithy_types::body::SdkBody;

    use super::*;

    fn refused(uri: &str, authorization: &str) -> Option<String> {
        let mut request = HttpRequest::new(SdkBody::empty());
        request.set_uri(uri).unwrap();
        request.headers_mut().insert("authorization", authorization.to_owned());
        in_clear(&request).map(|refused| refused.0)
    }

    const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=AKID/20260102/eu-west-1/kms/aws4_request";

    #[test]
    fn nothing_leaves_the_machine_in_clear() {
        for uri in [
            "https://kms.us-east-1.amazonaws.com/",
            "http://127.0.0.1:4566/",
            "http://[::1]:4566/",
            "http://localhost/",
            "http://LOCALHOST/",
            "http://[::ffff:127.0.0.1]/",
            "http://sts.localhost:1/",
        ] {
            assert_eq!(refused(uri, SIGNED), None, "{uri}");
        }
        for uri in [
            "http://10.0.0.7:4566",
            "HTTP://kms.us-east-1.amazonaws.com",
            "http://127.0.0.1.example.com",
            "http://127.0.0.1@example.com",
            "http://localhost.example.com",
            "http://2130706433",
            "http://169.254.169.254",
            "http://[fd00:ec2::254]",
        ] {
            assert!(refused(&format!("{uri}/a?b=secret"), SIGNED).is_some(), "{uri}");
        }
        let told = refused("http://10.0.0.7:4566/a?b=secret", SIGNED);
        assert_eq!(told.as_deref(), Some("http://10.0.0.7:4566"));
    }

    #[test]
    fn credentials_are_asked_for_on_the_link() {
        for uri in ["http://169.254.169.254/", "http://169.254.170.2/", "http://[fd00:ec2::23]/"] {
            assert_eq!(refused(uri, "a token"), None, "{uri}");
        }
        // A token for a role of the web would be read on its way.
        for uri in ["http://sts.example.com/", "http://169.254.1.1/", "http://[fd00:ec2::1]/"] {
            assert!(refused(uri, "").is_some(), "{uri}");
        }
    }
}
