//! A bucket that may hold PHI needs a key.
use ironward_aws::s3::{Bucket, Encrypted};

fn declare() -> Bucket<Encrypted> {
    Bucket::encrypted()
}

fn main() {}
