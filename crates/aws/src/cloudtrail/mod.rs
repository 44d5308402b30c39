//! CloudTrail.

mod selectors;
mod trail;

pub use selectors::{
    AdvancedEventSelector, AdvancedFieldSelector, DataResource, DataResourceType, EventSelector,
    InsightSelector, InsightType, ReadWriteType,
};
pub use trail::{DeclaredTrail, Trail, property as trail_property};

use ironward_core::declare::Declaration;
use ironward_core::schema::Schema;

ironward_core::identifiers! {
    /// The name of a trail.
    TrailName;
    /// The ARN of a trail.
    TrailArn;
}

/// Properties of the CloudFormation schemas that these declarations don't have, and why.
pub const UNSUPPORTED: &[(&str, &str, &str)] = &[
    (
        "AWS::CloudTrail::Trail",
        "AggregationConfigurations",
        "not implemented: summaries of data events, which single events are not",
    ),
    (
        "AWS::CloudTrail::Trail",
        "EventSelectors.ExcludeManagementEventSources",
        "it would hide the use of keys that encrypt PHI (45 CFR 164.312(b))",
    ),
    (
        "AWS::CloudTrail::Trail",
        "InsightSelectors.EventCategories",
        "insights are taken from management events, which is the default",
    ),
    (
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
