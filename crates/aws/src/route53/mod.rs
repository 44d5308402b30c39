//! Route 53.

mod existing;
mod limits;
mod record_set;

pub use existing::{ExistingHostedZone, FoundHostedZone, ZoneKind};
pub use record_set::{
    AliasTarget, CidrRoutingConfig, Coordinates, DeclaredRecordSet, Failover, GeoLocation,
    GeoProximityLocation, RecordSet, RecordSetId, RecordType, property as record_set_property,
};

use ironward_core::declare::Declaration;
use ironward_core::schema::Schema;

use crate::registry::LeftOut;

ironward_core::identifiers! {
    /// The id of a hosted zone.
    HostedZoneId;
    /// The id of a health check.
    HealthCheckId;
}

/// The facts of this service's types.
#[must_use]
pub fn schemas() -> Vec<&'static Schema> {
    vec![RecordSet::SCHEMA]
}

/// Writable properties of the registry that the declarations don't have.
pub const LEFT_OUT: &[LeftOut] = &[LeftOut::safeguard(
    "AWS::Route53::RecordSet",
    "HostedZoneName",
    "several zones may have one name, public and private; `ExistingHostedZone` finds the id and refuses \
         to guess",
)];
