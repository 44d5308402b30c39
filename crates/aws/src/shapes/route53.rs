//! What the registry says of the values of `route53`.
//!
//! Made by `cargo xtask registry` from the schemas in cfn-lint==1.58.0 (region us-east-1, schemas of 2026-10-20).
// @generated

use super::SOURCE;
use ironward_core::shape::{Bounds, Kind, Shape, Shapes};

/// `AWS::Route53::RecordSet`.
pub(super) static RECORD_SET: Shapes = Shapes::new(
    "AWS::Route53::RecordSet",
    SOURCE,
    &[
        Shape::new("").requires(&["Name", "Type"]),
        Shape::new("AliasTarget").kinds(&[Kind::Object]).requires(&["DNSName", "HostedZoneId"]),
        Shape::new("AliasTarget.DNSName").kinds(&[Kind::String]).length(Bounds::most(1024.0)),
        Shape::new("AliasTarget.EvaluateTargetHealth").kinds(&[Kind::Boolean]),
        Shape::new("AliasTarget.HostedZoneId").kinds(&[Kind::String]).length(Bounds::most(44.0)),
        Shape::new("CidrRoutingConfig").kinds(&[Kind::Object]).requires(&["CollectionId", "LocationName"]),
        Shape::new("CidrRoutingConfig.CollectionId")
            .kinds(&[Kind::String])
            .pattern(r"^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$"),
        Shape::new("CidrRoutingConfig.LocationName")
            .kinds(&[Kind::String])
            .length(Bounds::between(1.0, 16.0))
            .pattern(r"[0-9A-Za-z_\-\*]+"),
        Shape::new("Comment").kinds(&[Kind::String]).length(Bounds::most(256.0)),
        Shape::new("Failover").kinds(&[Kind::String]).values(&["PRIMARY", "SECONDARY"]),
        Shape::new("GeoLocation").kinds(&[Kind::Object]),
        Shape::new("GeoLocation.ContinentCode").kinds(&[Kind::String]).length(Bounds::between(2.0, 2.0)),
        Shape::new("GeoLocation.CountryCode").kinds(&[Kind::String]).length(Bounds::between(1.0, 2.0)),
        Shape::new("GeoLocation.SubdivisionCode").kinds(&[Kind::String]).length(Bounds::between(1.0, 3.0)),
        Shape::new("GeoProximityLocation").kinds(&[Kind::Object]),
        Shape::new("GeoProximityLocation.AWSRegion")
            .kinds(&[Kind::String])
            .length(Bounds::between(1.0, 64.0)),
        Shape::new("GeoProximityLocation.Bias").kinds(&[Kind::Integer]).range(Bounds::between(-99.0, 99.0)),
        Shape::new("GeoProximityLocation.Coordinates")
            .kinds(&[Kind::Object])
            .requires(&["Latitude", "Longitude"]),
        Shape::new("GeoProximityLocation.Coordinates.Latitude")
            .kinds(&[Kind::String])
            .pattern(r"[-+]?[0-9]{1,2}(\.[0-9]{0,2})?"),
        Shape::new("GeoProximityLocation.Coordinates.Longitude")
            .kinds(&[Kind::String])
            .pattern(r"[-+]?[0-9]{1,3}(\.[0-9]{0,2})?"),
        Shape::new("GeoProximityLocation.LocalZoneGroup")
            .kinds(&[Kind::String])
            .length(Bounds::between(1.0, 64.0)),
        Shape::new("HealthCheckId").kinds(&[Kind::String]).length(Bounds::most(64.0)),
        Shape::new("HostedZoneId").kinds(&[Kind::String]).length(Bounds::most(44.0)),
        Shape::new("HostedZoneName").kinds(&[Kind::String]).length(Bounds::most(256.0)),
        Shape::new("MultiValueAnswer").kinds(&[Kind::Boolean]),
        Shape::new("Name").kinds(&[Kind::String]).length(Bounds::most(1024.0)),
        Shape::new("Region").kinds(&[Kind::String]),
        Shape::new("ResourceRecords").kinds(&[Kind::Array]).length(Bounds::most(4000.0)),
        Shape::new("SetIdentifier").kinds(&[Kind::String]).length(Bounds::between(0.0, 128.0)),
        Shape::new("TTL").kinds(&[Kind::String]),
        Shape::new("Type").kinds(&[Kind::String]),
        Shape::new("Weight").kinds(&[Kind::Integer]),
    ],
);
