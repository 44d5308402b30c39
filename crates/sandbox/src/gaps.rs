//! What the sandbox forgets, as data.
//!
//! A property in this table can be written, and is accepted, but is never reported back. So nothing
//! can be concluded from its absence: it is neither drift nor proof. Every row is held by a test
//! that fails as soon as the emulator reports the property.

mod table;

pub use table::GAPS;

/// A property that can be written and that the sandbox never reports back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Gap {
    /// The service's signing name, such as `rds`.
    pub service: &'static str,
    /// The resource type in the CloudFormation registry, such as `AWS::RDS::DBInstance`.
    pub cfn_type: &'static str,
    /// The property in the CloudFormation registry, such as `MonitoringInterval`; where only a part
    /// of a property is lost, the path to it with dots: `BackupPlan.BackupPlanRule.Lifecycle`.
    pub property: &'static str,
    /// What the sandbox does instead.
    pub why: &'static str,
}

/// Whether the sandbox reports a whole property back, as far as is known.
///
/// False for a property in [`GAPS`], for one that has a part there, and for a part of one there.
///
/// # Examples
///
/// ```
/// use ironward_sandbox::gaps::is_observable;
///
/// assert!(is_observable("AWS::RDS::DBInstance", "StorageEncrypted"));
/// assert!(!is_observable("AWS::RDS::DBInstance", "MonitoringInterval"));
/// assert!(!is_observable("AWS::ECS::TaskDefinition", "ContainerDefinitions"));
/// ```
pub fn is_observable(cfn_type: &str, property: &str) -> bool {
    !GAPS.iter().any(|gap| {
        gap.cfn_type == cfn_type && (is_part_of(gap.property, property) || is_part_of(property, gap.property))
    })
}

/// Whether a path is another one or leads on from it.
fn is_part_of(path: &str, whole: &str) -> bool {
    path.strip_prefix(whole).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
