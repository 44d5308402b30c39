//! Requests of web pages that come from elsewhere.

use ironward_core::output::Output;
use ironward_macros::{Choice, Properties};

/// What browsers may do with a bucket from pages of other origins; nothing unless declared. It
/// grants nothing by itself: every request still needs a permission.
///
/// Source: Amazon S3 API Reference, `PutBucketCors`.
#[derive(Debug, Clone, Properties)]
pub struct CorsConfiguration {
    /// The rules, up to 100; the first that fits decides.
    #[property(required)]
    cors_rules: Vec<CorsRule>,
}

/// One rule.
#[derive(Debug, Clone, Properties)]
pub struct CorsRule {
    /// The methods that may be used.
    #[property(required)]
    allowed_methods: Vec<CorsMethod>,
    /// The origins, each with at most one `*`.
    #[property(required)]
    allowed_origins: Vec<Output<String>>,
    /// The headers that a preflight request may ask for.
    allowed_headers: Vec<Output<String>>,
    /// The headers of the answer that the page may read.
    exposed_headers: Vec<Output<String>>,
    /// The rule's name, up to 255 characters.
    id: Option<Output<String>>,
    /// For how many seconds a browser may remember the answer.
    max_age: Option<Output<i64>>,
}

/// A method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum CorsMethod {
    /// Reading.
    #[value("GET")]
    Get,
    /// Writing.
    #[value("PUT")]
    Put,
    /// Writing by form.
    #[value("POST")]
    Post,
    /// Deleting.
    #[value("DELETE")]
    Delete,
    /// Asking whether it is there.
    #[value("HEAD")]
    Head,
}
