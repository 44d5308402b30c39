//! CloudTrail.

mod limits;
mod selectors;
mod trail;

pub use selectors::{
    AdvancedEventSelector, AdvancedFieldSelector, AggregatedCategory, AggregationConfiguration,
    AggregationTemplate, DataResource, DataResourceType, EventSelector, InsightCategory, InsightSelector,
    InsightType, ReadWriteType,
};
pub use trail::{DeclaredTrail, Trail, property as trail_property};

use ironward_core::declare::Declaration;
use ironward_core::schema::Schema;

use crate::registry::LeftOut;

ironward_core::identifiers! {
    /// The name of a trail.
    TrailName;
    /// The ARN of a trail.
    TrailArn;
}

/// Writable properties of the registry that the declarations don't have.
pub const LEFT_OUT: &[LeftOut] = &[
    LeftOut::safeguard(
        "AWS::CloudTrail::Trail",
        "EventSelectors.ExcludeManagementEventSources",
        "it would hide the use of keys that encrypt PHI (45 CFR 164.312(b))",
    ),
    LeftOut::other_kind(
        "AWS::CloudTrail::Trail",
        "IsOrganizationTrail",
        "a trail of an organization belongs to its management account, not to a workload's",
    ),
];

/// The facts of this service's types.
#[must_use]
pub fn schemas() -> Vec<&'static Schema> {
    vec![Trail::SCHEMA]
}
