//! The proof that a customer-managed key encrypts something.

use ironward_core::output::{Output, ToValue};
use ironward_core::value::Value;

use super::{DeclaredKey, KeyArn};

/// Proof of a customer-managed KMS key: what a store that may hold PHI is encrypted with
/// (45 CFR 164.312(a)(2)(iv)).
///
/// It comes from a declared [`Key`](super::Key); there is no way to make one from text, by
/// default, or by reading it from a file, so a key of AWS's own can't take its place.
#[derive(Debug, Clone)]
pub struct CustomerKey {
    arn: Output<KeyArn>,
}

impl CustomerKey {
    /// The key's ARN.
    #[must_use]
    pub fn arn(&self) -> Output<KeyArn> {
        self.arn.clone()
    }
}

impl ToValue for CustomerKey {
    fn to_value(&self) -> Value {
        self.arn.to_value()
    }
}

impl From<&DeclaredKey> for CustomerKey {
    fn from(key: &DeclaredKey) -> Self {
        Self { arn: key.arn() }
    }
}

impl DeclaredKey {
    /// The proof that this key encrypts something.
    #[must_use]
    pub fn customer_key(&self) -> CustomerKey {
        CustomerKey::from(self)
    }
}
