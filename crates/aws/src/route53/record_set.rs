//! `AWS::Route53::RecordSet`.

use ironward_core::output::{IntoInput, Output};
use ironward_macros::{Choice, Properties, Resource};

use super::{HealthCheckId, HostedZoneId};
use crate::place::Region;

ironward_core::identifiers! {
    /// What identifies a record set: zone, name, type and set identifier, joined by `|`.
    RecordSetId;
}

/// Records of one name and type in a hosted zone.
///
/// What it answers is either a list of values with a time to live ([`RecordSet::simple`]) or an alias
/// ([`RecordSet::alias`]). Several record sets of one name and type differ by `SetIdentifier` and
/// one way of routing: weight, failover, region, place, address block or several values at once.
///
/// Creation refuses a name that is taken, so that no one else's record is overwritten; later
/// changes are made in place. A change of name, type, zone or set identifier replaces it, the old
/// one first: a record with a set identifier can't stand beside one without, nor a `CNAME` beside
/// anything, and the record that validates a renewed certificate is often the same again. A record
/// set has no tags. Changes reach every name server within about a minute; that isn't waited for.
///
/// Source: Route 53 API Reference, `ChangeResourceRecordSets`, `ListResourceRecordSets`,
/// `ResourceRecordSet`; CloudFormation registry.
#[derive(Debug, Clone, Resource)]
#[resource(
    type = "AWS::Route53::RecordSet",
    registry,
    limits = super::limits::RECORDS,
    relations = super::limits::RECORDS_RELATIONS,
    id = "Id",
    delete_first,
    shareable,
    seconds = 2,
    constructor = "pub(crate)"
)]
// A zone has one set of a name, type and identifier:
// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
#[identity(place = "HostedZoneId, Type, SetIdentifier, Name", scope = "account", dns_name)]
#[attribute(id: RecordSetId = "Id")]
pub struct RecordSet {
    /// The zone that it is in.
    #[property(create_only)]
    hosted_zone_id: Output<HostedZoneId>,
    /// The full name, with or without the trailing dot; `*` as the first label answers for all
    /// names that have no records of their own.
    #[property(create_only, compare = "DnsName")]
    name: Output<String>,
    /// The type.
    #[property(create_only, name = "Type")]
    record_type: Output<RecordType>,
    /// What it points to, for an alias.
    // https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html
    #[property(aspect = "record", no_setter, member("EvaluateTargetHealth", default = "false"))]
    alias_target: Option<AliasTarget>,
    /// The values, up to 400; texts (`TXT`) stand in quotes, each up to 255 characters.
    #[property(aspect = "record", compare = "Set", no_setter)]
    resource_records: Vec<Output<String>>,
    /// For how many seconds resolvers may keep the answer, 0 to 2147483647.
    #[property(aspect = "record", name = "TTL", no_setter)]
    ttl: Option<Output<i64>>,
    /// What tells it apart from others of its name and type, 1 to 128 characters.
    #[property(create_only)]
    set_identifier: Option<Output<String>>,
    /// Its share among the weighted record sets of the name, 0 to 255.
    #[property(aspect = "record")]
    weight: Option<Output<i64>>,
    /// Whether it is the primary or the secondary of a failover pair
    /// (45 CFR 164.308(a)(7)(ii)(C)).
    #[property(aspect = "record", safeguard)]
    failover: Option<Output<Failover>>,
    /// The region whose latency decides.
    #[property(aspect = "record")]
    region: Option<Output<Region>>,
    /// Where the queries come from that it answers.
    #[property(aspect = "record")]
    geo_location: Option<GeoLocation>,
    /// Where the resource is, for routing by distance.
    // https://docs.aws.amazon.com/Route53/latest/APIReference/API_GeoProximityLocation.html
    #[property(aspect = "record", member("Bias", default = "0"))]
    geo_proximity_location: Option<GeoProximityLocation>,
    /// The address blocks that it answers.
    #[property(aspect = "record")]
    cidr_routing_config: Option<CidrRoutingConfig>,
    /// Whether up to eight healthy record sets are answered together.
    // https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html
    #[property(aspect = "record", default = "false")]
    multi_value_answer: Option<Output<bool>>,
    /// The health check without whose success it isn't answered.
    #[property(aspect = "record", safeguard)]
    health_check_id: Option<Output<HealthCheckId>>,
    /// A comment on the change, up to 256 characters; the service keeps it with the change and not
    /// with the record.
    #[property(local)]
    comment: Option<Output<String>>,
}

impl RecordSet {
    /// Declares records with values, kept by resolvers for `ttl` seconds.
    #[must_use]
    pub fn simple(
        zone: impl IntoInput<HostedZoneId>,
        name: impl IntoInput<String>,
        record_type: impl IntoInput<RecordType>,
        ttl: impl IntoInput<i64>,
        values: impl IntoIterator<Item = impl IntoInput<String>>,
    ) -> Self {
        let mut record = Self::new(zone, name, record_type);
        record.ttl = Some(ttl.into_input());
        record.resource_records = values.into_iter().map(IntoInput::into_input).collect();
        record
    }

    /// Declares an alias: it answers what its target answers.
    #[must_use]
    pub fn alias(
        zone: impl IntoInput<HostedZoneId>,
        name: impl IntoInput<String>,
        record_type: impl IntoInput<RecordType>,
        target: AliasTarget,
    ) -> Self {
        let mut record = Self::new(zone, name, record_type);
        record.alias_target = Some(target);
        record
    }

    /// Declares the record that validates a certificate. It must stand for as long as the
    /// certificate is renewed.
    #[must_use]
    pub fn validating(zone: impl IntoInput<HostedZoneId>, record: &crate::acm::ValidationRecord) -> Self {
        Self::simple(zone, &record.name, &record.record_type, 300, [&record.value])
    }
}

/// What an alias points to.
#[derive(Debug, Clone, Properties)]
pub struct AliasTarget {
    /// The zone of the target: that of the service, such as a load balancer's
    /// `CanonicalHostedZoneID`, or the record's own.
    hosted_zone_id: Output<HostedZoneId>,
    /// The target's DNS name.
    #[property(name = "DNSName")]
    dns_name: Output<String>,
    /// Whether the alias fails over when its target is unhealthy; not, unless set.
    evaluate_target_health: Option<Output<bool>>,
}

/// Where queries come from: a continent, a country, or a part of one.
#[derive(Debug, Clone, Properties)]
pub struct GeoLocation {
    /// The continent's code of two letters.
    continent_code: Option<Output<String>>,
    /// The country's code of two letters; `*` for wherever no other record fits.
    country_code: Option<Output<String>>,
    /// The subdivision's code of up to three characters.
    subdivision_code: Option<Output<String>>,
}

/// Where a resource is: one of region, local zone group or coordinates.
#[derive(Debug, Clone, Properties)]
pub struct GeoProximityLocation {
    /// The region.
    #[property(name = "AWSRegion")]
    aws_region: Option<Output<Region>>,
    /// The local zone group.
    local_zone_group: Option<Output<String>>,
    /// Coordinates.
    coordinates: Option<Coordinates>,
    /// How much the area around it grows or shrinks, -99 to 99.
    bias: Option<Output<i64>>,
}

/// Coordinates in degrees with up to two decimals.
#[derive(Debug, Clone, Properties)]
pub struct Coordinates {
    /// The latitude, -90 to 90.
    latitude: Output<String>,
    /// The longitude, -180 to 180.
    longitude: Output<String>,
}

/// Which address blocks are answered.
#[derive(Debug, Clone, Properties)]
pub struct CidrRoutingConfig {
    /// The id of the collection of blocks.
    collection_id: Output<String>,
    /// The location in the collection, or `*`.
    location_name: Output<String>,
}

/// The type of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum RecordType {
    /// An IPv4 address.
    A,
    /// An IPv6 address.
    #[value("AAAA")]
    Aaaa,
    /// The authorities that may issue certificates.
    #[value("CAA")]
    Caa,
    /// Another name.
    #[value("CNAME")]
    Cname,
    /// A digest of a zone's key.
    #[value("DS")]
    Ds,
    /// An HTTPS service.
    #[value("HTTPS")]
    Https,
    /// A mail server.
    #[value("MX")]
    Mx,
    /// A rewriting rule.
    #[value("NAPTR")]
    Naptr,
    /// A name server.
    #[value("NS")]
    Ns,
    /// A name for an address.
    #[value("PTR")]
    Ptr,
    /// The start of a zone.
    #[value("SOA")]
    Soa,
    /// Who may send mail.
    #[value("SPF")]
    Spf,
    /// A service.
    #[value("SRV")]
    Srv,
    /// A host's key fingerprints.
    #[value("SSHFP")]
    Sshfp,
    /// A service binding.
    #[value("SVCB")]
    Svcb,
    /// A certificate association.
    #[value("TLSA")]
    Tlsa,
    /// Text.
    #[value("TXT")]
    Txt,
}

/// The part of a record set in a failover pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum Failover {
    /// Answered while it is healthy.
    #[value("PRIMARY")]
    Primary,
    /// Answered while the primary isn't.
    #[value("SECONDARY")]
    Secondary,
}
