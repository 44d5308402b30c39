//! Kinds of buckets, as types: what a bucket may hold.

use std::fmt;
use std::marker::PhantomData;

mod sealed {
    pub trait Sealed {}
}

/// A kind of bucket.
pub trait BucketKind: sealed::Sealed + Send + Sync + 'static {
    /// The kind's name.
    const NAME: &'static str;
}

/// Encrypted with a customer-managed key: it may hold PHI.
#[derive(Debug, Clone, Copy)]
pub enum Encrypted {}

/// Takes access logs of load balancers and buckets. AWS can deliver these only to buckets with
/// SSE-S3 and without object lock, so it may hold no PHI.
#[derive(Debug, Clone, Copy)]
pub enum LogDelivery {}

impl sealed::Sealed for Encrypted {}
impl sealed::Sealed for LogDelivery {}

impl BucketKind for Encrypted {
    const NAME: &'static str = "encrypted";
}

impl BucketKind for LogDelivery {
    const NAME: &'static str = "log-delivery";
}

/// The name of a bucket of a kind.
///
/// There is no way to make one from text: it comes from a declaration or a lookup.
pub struct BucketName<K: BucketKind>(PhantomData<fn() -> K>);

impl<K: BucketKind> fmt::Debug for BucketName<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BucketName<{}>", K::NAME)
    }
}
