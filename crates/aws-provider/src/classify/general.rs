//! What errors mean that many services answer with.

use ironward_core::error::ProviderErrorKind::{
    AlreadyExists, Ambiguous, Denied, Invalid, NotFound, Quota, Throttled,
};

use super::Meaning;

/// Rows are tried in order, after those of the service; the first that fits decides.
#[rustfmt::skip]
pub(super) const MEANINGS: &[Meaning] = &[
    // Too many calls.
    ("*", "Throttling", "", Throttled),
    ("*", "ThrottlingException", "", Throttled),
    ("*", "ThrottledException", "", Throttled),
    ("*", "RequestThrottled", "", Throttled),
    ("*", "RequestThrottledException", "", Throttled),
    ("*", "RequestLimitExceeded", "", Throttled),
    ("*", "TooManyRequestsException", "", Throttled),
    ("*", "BandwidthLimitExceeded", "", Throttled),
    ("*", "SlowDown", "", Throttled),
    ("*", "PriorRequestNotComplete", "", Throttled),
    ("*", "EC2ThrottledException", "", Throttled),
    // No answer of the service itself: what became of the request isn't known.
    ("*", "RequestTimeout", "", Ambiguous),
    ("*", "RequestTimeoutException", "", Ambiguous),
    ("*", "InternalError", "", Ambiguous),
    ("*", "InternalFailure", "", Ambiguous),
    ("*", "InternalServerError", "", Ambiguous),
    // No permission, or no credentials.
    ("*", "AccessDenied", "", Denied),
    ("*", "AccessDeniedException", "", Denied),
    ("*", "UnauthorizedOperation", "", Denied),
    ("*", "AuthFailure", "", Denied),
    ("*", "InvalidClientTokenId", "", Denied),
    ("*", "UnrecognizedClientException", "", Denied),
    ("*", "ExpiredToken", "", Denied),
    ("*", "ExpiredTokenException", "", Denied),
    ("*", "SignatureDoesNotMatch", "", Denied),
    ("*", "NotAuthorized", "", Denied),
    // There already.
    ("*", "AlreadyExistsException", "", AlreadyExists),
    ("*", "ResourceAlreadyExistsException", "", AlreadyExists),
    // Not there.
    ("*", "NotFoundException", "", NotFound),
    ("*", "ResourceNotFoundException", "", NotFound),
    ("*", "NoSuchEntity", "", NotFound),
    // Limits.
    ("*", "LimitExceededException", "", Quota),
    ("*", "LimitExceeded", "", Quota),
    ("*", "ServiceQuotaExceededException", "", Quota),
    // Not acceptable.
    ("*", "ValidationError", "", Invalid),
    ("*", "ValidationException", "", Invalid),
    ("*", "InvalidParameterValue", "", Invalid),
    ("*", "InvalidParameterCombination", "", Invalid),
    ("*", "InvalidParameterException", "", Invalid),
    ("*", "InvalidParameterValueException", "", Invalid),
    ("*", "MalformedPolicyDocument", "", Invalid),
    ("*", "MalformedPolicyDocumentException", "", Invalid),
];
