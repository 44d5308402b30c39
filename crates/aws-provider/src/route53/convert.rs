//! Record sets between property documents and the SDK.

use aws_sdk_route53::types::{
    AliasTarget, CidrRoutingConfig, Coordinates, GeoLocation, GeoProximityLocation, ResourceRecord,
    ResourceRecordSet, RrType,
};
use aws_smithy_types::error::operation::BuildError;
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::provider::Observed;

use super::api::{plain_name, zone_id};

/// A part of a request that can't be built.
pub(super) fn unbuilt(error: BuildError) -> ProviderError {
    ProviderError::new(ProviderErrorKind::Invalid, "route53:ChangeResourceRecordSets", error.to_string())
}

fn alias(target: &Document) -> Result<AliasTarget, ProviderError> {
    AliasTarget::builder()
        .hosted_zone_id(zone_id(&target.get::<String>("HostedZoneId")?))
        .dns_name(target.get::<String>("DNSName")?)
        .evaluate_target_health(target.opt("EvaluateTargetHealth")?.unwrap_or(false))
        .build()
        .map_err(unbuilt)
}

fn place(place: &Document) -> Result<GeoLocation, ProviderError> {
    Ok(GeoLocation::builder()
        .set_continent_code(place.opt("ContinentCode")?)
        .set_country_code(place.opt("CountryCode")?)
        .set_subdivision_code(place.opt("SubdivisionCode")?)
        .build())
}

fn proximity(place: &Document) -> Result<GeoProximityLocation, ProviderError> {
    let coordinates = place
        .opt::<Document>("Coordinates")?
        .map(|at| {
            Coordinates::builder()
                .latitude(at.get::<String>("Latitude")?)
                .longitude(at.get::<String>("Longitude")?)
                .build()
                .map_err(unbuilt)
        })
        .transpose()?;
    Ok(GeoProximityLocation::builder()
        .set_aws_region(place.opt("AWSRegion")?)
        .set_local_zone_group(place.opt("LocalZoneGroup")?)
        .set_coordinates(coordinates)
        .set_bias(place.opt("Bias")?)
        .build())
}

fn blocks(config: &Document) -> Result<CidrRoutingConfig, ProviderError> {
    CidrRoutingConfig::builder()
        .collection_id(config.get::<String>("CollectionId")?)
        .location_name(config.get::<String>("LocationName")?)
        .build()
        .map_err(unbuilt)
}

/// The record set that a property document describes.
pub(super) fn record_set(properties: &Document) -> Result<ResourceRecordSet, ProviderError> {
    let part = |name: &str| properties.opt::<Document>(name);
    let values: Vec<ResourceRecord> = properties
        .list::<String>("ResourceRecords")?
        .into_iter()
        .map(|value| ResourceRecord::builder().value(value).build().map_err(unbuilt))
        .collect::<Result<_, _>>()?;
    ResourceRecordSet::builder()
        .name(properties.get::<String>("Name")?)
        .r#type(RrType::from(properties.get::<String>("Type")?.as_str()))
        .set_alias_target(part("AliasTarget")?.as_ref().map(alias).transpose()?)
        .set_resource_records((!values.is_empty()).then_some(values))
        .set_ttl(properties.opt("TTL")?)
        .set_set_identifier(properties.opt("SetIdentifier")?)
        .set_weight(properties.opt("Weight")?)
        .set_failover(properties.parsed("Failover")?)
        .set_region(properties.parsed("Region")?)
        .set_geo_location(part("GeoLocation")?.as_ref().map(place).transpose()?)
        .set_geo_proximity_location(part("GeoProximityLocation")?.as_ref().map(proximity).transpose()?)
        .set_cidr_routing_config(part("CidrRoutingConfig")?.as_ref().map(blocks).transpose()?)
        .set_multi_value_answer(properties.opt("MultiValueAnswer")?)
        .set_health_check_id(properties.opt("HealthCheckId")?)
        .build()
        .map_err(unbuilt)
}

/// A name as declared, where what was seen differs from it in spelling only.
fn spelled(seen: &str, declared: Option<String>) -> String {
    declared.filter(|name| plain_name(name) == plain_name(seen)).unwrap_or_else(|| seen.to_owned())
}

/// A zone's id as declared, where what was seen differs from it by the prefix only.
fn zone_spelled(seen: &str, declared: Option<String>) -> String {
    declared.filter(|id| zone_id(id) == zone_id(seen)).unwrap_or_else(|| zone_id(seen).to_owned())
}

/// What was seen of a record set, with the spelling of its declaration.
pub(super) fn observed(
    attributes: Document,
    zone: &str,
    record: &ResourceRecordSet,
    declared: &Document,
) -> Result<Observed, ProviderError> {
    let target = declared.opt::<Document>("AliasTarget")?.unwrap_or_default();
    let (target_zone, target_name) = (target.opt("HostedZoneId")?, target.opt("DNSName")?);
    let alias = record.alias_target().map(|alias| {
        Document::new()
            .with("HostedZoneId", zone_spelled(alias.hosted_zone_id(), target_zone))
            .with("DNSName", spelled(alias.dns_name(), target_name))
            .with("EvaluateTargetHealth", alias.evaluate_target_health())
    });
    let values: Vec<&str> = record.resource_records().iter().map(ResourceRecord::value).collect();
    let place = record.geo_location().map(|place| {
        Document::new()
            .with("ContinentCode", place.continent_code())
            .with("CountryCode", place.country_code())
            .with("SubdivisionCode", place.subdivision_code())
    });
    let proximity = record.geo_proximity_location().map(|place| {
        let coordinates = place
            .coordinates()
            .map(|at| Document::new().with("Latitude", at.latitude()).with("Longitude", at.longitude()));
        Document::new()
            .with("AWSRegion", place.aws_region())
            .with("LocalZoneGroup", place.local_zone_group())
            .with("Coordinates", coordinates)
            .with("Bias", place.bias())
    });
    let blocks = record.cidr_routing_config().map(|config| {
        Document::new()
            .with("CollectionId", config.collection_id())
            .with("LocationName", config.location_name())
    });
    Ok(Observed::new(attributes)
        .with("HostedZoneId", zone_spelled(zone, declared.opt("HostedZoneId")?))
        .with("Name", spelled(record.name(), declared.opt("Name")?))
        .with("Type", record.r#type().as_str())
        .with("AliasTarget", alias)
        .with("ResourceRecords", (!values.is_empty()).then_some(values))
        .with("TTL", record.ttl())
        .with("SetIdentifier", record.set_identifier())
        .with("Weight", record.weight())
        .with("Failover", record.failover().map(|failover| failover.as_str()))
        .with("Region", record.region().map(|region| region.as_str()))
        .with("GeoLocation", place)
        .with("GeoProximityLocation", proximity)
        .with("CidrRoutingConfig", blocks)
        .with("MultiValueAnswer", record.multi_value_answer())
        .with("HealthCheckId", record.health_check_id()))
}
