//! Where a request is addressed: its credential scope and its URI.

use http::HeaderMap;

/// A credential scope: what a signature says about where it is valid.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Scope {
    pub(crate) service: String,
    pub(crate) region: String,
}

impl Scope {
    /// Reads `KEY/DATE/REGION/SERVICE/aws4_request`.
    fn parse(credential: &str) -> Option<Scope> {
        // From the right: an access key never has a slash in AWS, but it may here.
        let mut parts = credential.trim().rsplit('/');
        let (Some("aws4_request"), Some(service), Some(region)) = (parts.next(), parts.next(), parts.next())
        else {
            return None;
        };
        Some(Scope { service: service.to_owned(), region: region.to_owned() })
    }
}

pub(crate) fn signed_scope(headers: &HeaderMap) -> Option<Scope> {
    let value = headers.get(http::header::AUTHORIZATION)?.to_str().ok()?;
    let (_, rest) = value.split_once("Credential=")?;
    let credential = rest.split([',', ' ']).next()?;
    Scope::parse(credential)
}

pub(crate) fn presigned_scope(query: &str) -> Option<Scope> {
    form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == "X-Amz-Credential")
        .and_then(|(_, value)| Scope::parse(&value))
}

/// The operations that are called before there are credentials to sign with.
pub(crate) fn unsigned_scope(body: &[u8]) -> Option<Scope> {
    form_urlencoded::parse(body)
        .any(|(key, value)| key == "Action" && value.starts_with("AssumeRoleWith"))
        .then(|| Scope { service: "sts".to_owned(), region: "us-east-1".to_owned() })
}

/// A path and query, without the slash that ends the path.
pub(crate) fn without_last_slash(path_and_query: &str) -> String {
    let (path, query) = match path_and_query.split_once('?') {
        Some((path, query)) => (path, format!("?{query}")),
        None => (path_and_query, String::new()),
    };
    format!("{}{query}", path.strip_suffix('/').filter(|path| !path.is_empty()).unwrap_or(path))
}

pub(crate) fn is_region(name: &str) -> bool {
    (1..=32).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// A URI, in the parts that matter here.
pub(crate) struct Address<'a> {
    host: &'a str,
    pub(crate) path_and_query: &'a str,
}

impl<'a> Address<'a> {
    pub(crate) fn parse(uri: &'a str) -> Address<'a> {
        let rest = uri.split_once("://").map_or(uri, |(_, rest)| rest);
        let at = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path_and_query) = rest.split_at(at);
        Address {
            host: authority.split_once(':').map_or(authority, |(host, _)| host),
            path_and_query: if path_and_query.is_empty() { "/" } else { path_and_query },
        }
    }

    pub(crate) fn query(&self) -> &'a str {
        self.path_and_query.split_once('?').map_or("", |(_, query)| query)
    }

    /// Service and region from a host such as `kms.eu-west-1.amazonaws.com`.
    pub(crate) fn scope(&self) -> Option<Scope> {
        let name = self.host.strip_suffix(".amazonaws.com")?;
        let name = match self.bucket() {
            Some(bucket) => name.strip_prefix(bucket)?.strip_prefix('.')?,
            None => name,
        };
        let (service, region) = name.split_once('.').unwrap_or((name, "us-east-1"));
        Some(Scope { service: service.to_owned(), region: region.to_owned() })
    }

    /// The bucket of a virtual-hosted S3 address.
    pub(crate) fn bucket(&self) -> Option<&'a str> {
        let host = self.host;
        if let Some(name) = host.strip_suffix(".localhost") {
            return Some(name);
        }
        let name = host.strip_suffix(".amazonaws.com")?;
        [".s3.", ".s3-"]
            .iter()
            .filter_map(|mark| name.rfind(mark))
            .max()
            .map(|at| &name[..at])
            .or_else(|| name.strip_suffix(".s3"))
            .filter(|bucket| !bucket.is_empty())
    }
}
