//! What the emulators forget, as data.
//!
//! A property in these tables can be written, and is accepted, but is never reported back as it
//! was written. So nothing can be concluded from its absence: it is neither drift nor proof. Every
//! row is held by a test that fails as soon as the emulator reports the property.

mod localstack;
mod moto;
mod sandbox;

use crate::Emulator;

/// A property that can be written and that an emulator never reports back.
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
    /// What the emulator does instead.
    pub why: &'static str,
}

/// Every known gap of an emulator.
#[must_use]
pub fn of(emulator: Emulator) -> &'static [Gap] {
    match emulator {
        Emulator::Sandbox => sandbox::GAPS,
        Emulator::Moto => moto::GAPS,
        Emulator::LocalStack => localstack::GAPS,
    }
}

/// Whether a whole property is reported back, as far as `gaps` know.
///
/// False for a property in the table, for one that has a part there, and for a part of one there.
pub(crate) fn is_observable(gaps: &[Gap], cfn_type: &str, property: &str) -> bool {
    !gaps.iter().any(|gap| {
        gap.cfn_type == cfn_type && (is_part_of(gap.property, property) || is_part_of(property, gap.property))
    })
}

/// Whether a path is another one or leads on from it.
fn is_part_of(path: &str, whole: &str) -> bool {
    path.strip_prefix(whole).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Writes a table out: each property stands under its type, with what becomes of it.
macro_rules! gaps {
    ($($service:literal $cfn_type:literal { $($property:literal => $why:expr,)* })*) => {
        /// Every known gap.
        pub(super) const GAPS: &[super::Gap] = &[$($(
            super::Gap {
                service: $service,
                cfn_type: $cfn_type,
                property: $property,
                why: $why,
            },
        )*)*];
    };
}
use gaps;

/// It is as if it had never been written.
const DROPPED: &str = "accepted and dropped";
/// Whatever was written, the default is reported.
const DEFAULT: &str = "accepted and reported as the default";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_property_is_a_gap_in_the_whole() {
        let task = "AWS::ECS::TaskDefinition";
        let shows = |cfn_type, property| Emulator::Sandbox.shows(cfn_type, property);
        assert!(!shows(task, "ContainerDefinitions"));
        assert!(!shows(task, "ContainerDefinitions.Secrets"));
        assert!(shows(task, "ContainerDefinitions.Image"));
        assert!(shows(task, "Container"));
        assert!(shows("AWS::ECS::Service", "Volumes"));
    }

    #[test]
    fn no_gap_is_listed_twice() {
        for emulator in [Emulator::Sandbox, Emulator::Moto, Emulator::LocalStack] {
            let gaps = of(emulator);
            for (at, gap) in gaps.iter().enumerate() {
                let again =
                    gaps[at + 1..].iter().any(|g| (g.cfn_type, g.property) == (gap.cfn_type, gap.property));
                assert!(!again, "{emulator}: {} {}", gap.cfn_type, gap.property);
            }
        }
    }
}
