//! A proof can't be made by a struct literal.
use ironward_aws::kms::{CustomerKey, KeyArn};
use ironward_core::output::Output;

fn forge(arn: Output<KeyArn>) -> CustomerKey {
    CustomerKey { arn }
}

fn main() {}
