//! Errors of cloud calls, classified.

use std::fmt;

/// What kind of failure a cloud call met, and so what may be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProviderErrorKind {
    /// Too many calls: the request had no effect; wait and repeat.
    Throttled,
    /// Something that was just made isn't visible everywhere yet: wait and repeat.
    Propagating,
    /// Another operation on the same resource is under way: wait and repeat.
    Conflict,
    /// Something still depends on it: wait and repeat while that goes.
    InUse,
    /// The request may or may not have had an effect: look before repeating.
    Ambiguous,
    /// It isn't there.
    NotFound,
    /// Something of that name is there already.
    AlreadyExists,
    /// The credentials don't allow it, or there are none.
    Denied,
    /// A limit of the account.
    Quota,
    /// The request isn't acceptable as it is.
    Invalid,
    /// Deletion protection is on.
    Protected,
    /// The cloud can't be reached.
    Unreachable,
    /// Anything else.
    Other,
}

impl ProviderErrorKind {
    /// Whether repeating the same request is safe and may help.
    #[must_use]
    pub fn is_retryable(self) -> bool {
        matches!(self, Self::Throttled | Self::Propagating | Self::Conflict | Self::InUse)
    }
}

/// The code of a [`ProviderError`] that says that AWS would have been asked in clear.
pub const ENDPOINT_IN_CLEAR: &str = "EndpointInClear";

/// The code of a [`ProviderError`] that says that the credentials belong to another account than the one
/// that is asked for.
pub const OTHER_ACCOUNT: &str = "OtherAccount";

/// A failed cloud call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ProviderError {
    /// The kind.
    pub kind: ProviderErrorKind,
    /// The API action, such as `kms:CreateKey`.
    pub action: String,
    /// The wire code, such as `MalformedPolicyDocumentException`; empty when the request got
    /// no answer.
    pub code: String,
    /// What the service said.
    pub message: String,
    /// What the service calls the request; nothing when it got no answer. Never empty.
    pub request_id: Option<Box<str>>,
    /// S3's second id of the request, `x-amz-id-2`, which AWS Support asks for as well. Never empty.
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/get-request-ids.html
    pub extended_request_id: Option<Box<str>>,
}

impl ProviderError {
    /// A failure of `action`.
    pub fn new(kind: ProviderErrorKind, action: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            kind,
            action: action.into(),
            code: String::new(),
            message: message.into(),
            request_id: None,
            extended_request_id: None,
        }
    }

    /// Adds what the service calls the request, where it says so.
    #[must_use]
    pub fn with_request_id(mut self, id: Option<&str>) -> Self {
        self.request_id = id.filter(|id| !id.is_empty()).map(Box::from);
        self
    }

    /// Adds S3's second id of the request, where there is one.
    #[must_use]
    pub fn with_extended_request_id(mut self, id: Option<&str>) -> Self {
        self.extended_request_id = id.filter(|id| !id.is_empty()).map(Box::from);
        self
    }

    /// Adds the wire code.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = code.into();
        self
    }

    /// What to do next, as far as the kind tells.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        if let Some(hint) = self.hint_of_code() {
            return Some(hint.to_owned());
        }
        Some(match self.kind {
            ProviderErrorKind::Denied => {
                format!("allow `{}` for the credentials in use, then run again", self.action)
            }
            ProviderErrorKind::Quota => "ask for a higher limit in Service Quotas, then run again".to_owned(),
            ProviderErrorKind::Unreachable => {
                "check the network and the stack's `endpoint`, then run again".to_owned()
            }
            ProviderErrorKind::Throttled => "run again in a minute".to_owned(),
            ProviderErrorKind::Protected => {
                "run `destroy --lift-protection` if it really shall go".to_owned()
            }
            _ => return None,
        })
    }

    /// What helps against codes that no permission and no second attempt helps against.
    fn hint_of_code(&self) -> Option<&'static str> {
        Some(match self.code.as_str() {
            OTHER_ACCOUNT => {
                "use credentials of that account, such as with AWS_PROFILE, or correct the stack's `account`"
            }
            ENDPOINT_IN_CLEAR => {
                "write `https://…` where that endpoint is set (the environment's AWS_ENDPOINT_URL…, the \
                 profile's `endpoint_url`), or take it out there; an emulator is the `endpoint` of a stack \
                 without `cloud = \"aws\"`"
            }
            "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => {
                "log in again, such as with `aws sso login`, then run again"
            }
            // Regions that an account hasn't opted in to don't know its credentials.
            "UnrecognizedClientException"
            | "InvalidClientTokenId"
            | "AuthFailure"
            | "SignatureDoesNotMatch" => {
                "check the credentials in use, and that their account has opted in to this region"
            }
            "PermanentRedirect" | "AuthorizationHeaderMalformed" => {
                "it is in another region: correct the stack's `region`, or reach it by a provider alias"
            }
            _ => return None,
        })
    }
}

impl fmt::Display for ProviderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.action)?;
        if !self.code.is_empty() {
            write!(f, "{}: ", self.code)?;
        }
        f.write_str(&self.message)?;
        let Some(id) = &self.request_id else { return Ok(()) };
        write!(f, " (request id {id}")?;
        if let Some(extended) = &self.extended_request_id {
            write!(f, ", extended request id {extended}")?;
        }
        f.write_str(")")
    }
}

impl From<crate::model::document::ShapeError> for ProviderError {
    fn from(error: crate::model::document::ShapeError) -> Self {
        Self::new(ProviderErrorKind::Invalid, "declaration", error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_says_what_the_service_calls_the_request() {
        let error = ProviderError::new(
            ProviderErrorKind::Other,
            "s3:PutBucketPolicy",
            "We encountered an internal error.",
        );
        let said = "s3:PutBucketPolicy: InternalError: We encountered an internal error.";
        let error = error.with_code("InternalError");
        for (id, extended, expected) in [
            (None, None, said.to_owned()),
            (Some(""), Some(""), said.to_owned()),
            (Some("4442587FB7D0A2F9"), None, format!("{said} (request id 4442587FB7D0A2F9)")),
            (
                Some("4442587FB7D0A2F9"),
                Some("vlR7Pnp="),
                format!("{said} (request id 4442587FB7D0A2F9, extended request id vlR7Pnp=)"),
            ),
        ] {
            let error = error.clone().with_request_id(id).with_extended_request_id(extended);
            assert_eq!(error.to_string(), expected);
        }
    }

    #[test]
    fn credentials_and_regions_are_not_put_right_by_permissions() {
        for (code, expected) in [
            (OTHER_ACCOUNT, "AWS_PROFILE"),
            ("AccessDenied", "allow `s3:GetBucketPolicy`"),
            ("ExpiredToken", "log in again"),
            ("UnrecognizedClientException", "opted in to this region"),
            ("PermanentRedirect", "another region"),
        ] {
            let hint = ProviderError::new(ProviderErrorKind::Denied, "s3:GetBucketPolicy", "no")
                .with_code(code)
                .hint();
            assert!(hint.as_deref().is_some_and(|hint| hint.contains(expected)), "{code}: {hint:?}");
        }
    }
}
