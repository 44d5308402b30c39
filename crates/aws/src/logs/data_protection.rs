//! Which sensitive data CloudWatch Logs finds and masks.

use std::collections::BTreeMap;

use ironward_core::output::{IntoInput, Output, ToValue};
use ironward_core::value::Value;

/// Which sensitive data is found in a log group and masked for all who may not see it.
///
/// Source: Amazon CloudWatch Logs User Guide, "Understanding data protection policies".
#[derive(Debug, Clone)]
pub struct DataProtectionPolicy {
    name: String,
    identifiers: Vec<String>,
}

impl DataProtectionPolicy {
    /// A policy that audits and masks data of these kinds: names of managed data identifiers
    /// such as `Ssn-US`, `EmailAddress` or `HealthInsuranceClaimNumber-US`.
    #[must_use]
    pub fn mask(identifiers: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            name: "data-protection-policy".to_owned(),
            identifiers: identifiers.into_iter().map(Into::into).collect(),
        }
    }

    /// Names the policy.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }
}

impl ToValue for DataProtectionPolicy {
    fn to_value(&self) -> Value {
        let map = |members: Vec<(&str, Value)>| {
            Value::Map(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
        };
        let empty = || Value::Map(BTreeMap::new());
        let arn = |name: &String| format!("arn:aws:dataprotection::aws:data-identifier/{name}").to_value();
        let identifiers = Value::List(self.identifiers.iter().map(arn).collect());
        let statement = |sid: &str, operation: Value| {
            map(vec![
                ("Sid", sid.to_value()),
                ("DataIdentifier", identifiers.clone()),
                ("Operation", operation),
            ])
        };
        let audit = map(vec![("Audit", map(vec![("FindingsDestination", empty())]))]);
        let mask = map(vec![("Deidentify", map(vec![("MaskConfig", empty())]))]);
        map(vec![
            ("Name", self.name.to_value()),
            ("Version", "2021-06-01".to_value()),
            (
                "Statement",
                Value::List(vec![statement("audit-policy", audit), statement("redact-policy", mask)]),
            ),
        ])
    }
}

impl IntoInput<DataProtectionPolicy> for DataProtectionPolicy {
    fn into_input(self) -> Output<DataProtectionPolicy> {
        Output::known(&self)
    }
}
