//! With one it can be written.
use ironward_aws::kms::CustomerKey;
use ironward_aws::s3::{Bucket, Encrypted};

#[allow(dead_code)]
fn declare(key: CustomerKey) -> Bucket<Encrypted> {
    Bucket::encrypted(key)
}

fn main() {}
