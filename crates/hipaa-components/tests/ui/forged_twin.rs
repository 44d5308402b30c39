//! A proof comes from a declared key.
use ironward_aws::kms::{CustomerKey, Key};
use ironward_aws::policy::PolicyDocument;
use ironward_core::stack::{Hipaa, Stack};

fn main() {
    let mut stack = Stack::<Hipaa>::new("twin");
    let key = stack.add("key", Key::new(PolicyDocument::new())).map(|key| key.customer_key());
    let _: Option<CustomerKey> = key.ok();
}
