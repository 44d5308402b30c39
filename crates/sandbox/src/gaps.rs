//! What the sandbox does not echo, as data.

/// A property that can be written and that the sandbox never reports back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Gap {
    /// The service's signing name, such as `rds`.
    pub service: &'static str,
    /// The resource type in the CloudFormation registry, such as `AWS::RDS::DBInstance`.
    pub cfn_type: &'static str,
    /// The property in the CloudFormation registry, such as `MonitoringInterval`.
    pub property: &'static str,
    /// What happens to it instead.
    pub why: &'static str,
}

/// Every known gap.
pub const GAPS: &[Gap] = &[];

/// Whether the sandbox reports a property back, as far as is known.
pub fn is_observable(cfn_type: &str, property: &str) -> bool {
    !GAPS.iter().any(|gap| gap.cfn_type == cfn_type && gap.property == property)
}
