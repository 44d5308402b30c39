use aws_sdk_route53::Client;
use aws_sdk_route53::types::{
    AliasTarget, Change, ChangeAction, ChangeBatch, CidrRoutingConfig, Coordinates, GeoLocation,
    GeoProximityLocation, HostedZoneConfig, ResourceRecord, ResourceRecordSet, ResourceRecordSetFailover,
    ResourceRecordSetRegion, RrType, Tag, TagResourceType, Vpc, VpcRegion,
};
use aws_types::SdkConfig;

use super::Echoes;
use crate::world::World;

pub(crate) struct Ids {
    public: String,
    private: String,
}

/// The properties of a record of a routing policy.
const ROUTED: [&str; 8] = [
    "CidrRoutingConfig",
    "Failover",
    "GeoLocation",
    "GeoProximityLocation",
    "HealthCheckId",
    "MultiValueAnswer",
    "Region",
    "Weight",
];

/// A record of each routing policy: all that tells those of a policy apart is their set identifier.
fn routed() -> Vec<ResourceRecordSet> {
    let set = |policy: &str, identifier: &str| {
        let value = ResourceRecord::builder().value("192.0.2.1").build().unwrap();
        ResourceRecordSet::builder()
            .name(format!("{policy}.Example.com"))
            .r#type(RrType::A)
            .ttl(60)
            .resource_records(value)
            .set_identifier(identifier)
    };
    let blocks = CidrRoutingConfig::builder().collection_id("c").location_name("l").build().unwrap();
    let here = Coordinates::builder().latitude("52.52").longitude("13.40").build().unwrap();
    let near = GeoProximityLocation::builder().coordinates(here).bias(-7).build();
    let sets = [
        set("weighted", "one").weight(3).health_check_id("hc-1"),
        set("weighted", "two & more").weight(7),
        set("failover", "one").failover(ResourceRecordSetFailover::Primary),
        set("failover", "two").failover(ResourceRecordSetFailover::Secondary),
        set("latency", "one").region(ResourceRecordSetRegion::EuCentral1),
        set("place", "one").geo_location(GeoLocation::builder().country_code("DE").build()),
        set("near", "one").geo_proximity_location(near),
        set("blocks", "one").cidr_routing_config(blocks),
        set("many", "one").multi_value_answer(true),
    ];
    sets.map(|set| set.build().unwrap()).to_vec()
}

fn records() -> [ResourceRecordSet; 2] {
    let value = ResourceRecord::builder().value("b.example.com.").build().unwrap();
    let plain = ResourceRecordSet::builder()
        .name("a.example.com")
        .r#type(RrType::Cname)
        .ttl(60)
        .resource_records(value);
    let target = AliasTarget::builder()
        .hosted_zone_id("Z1")
        .dns_name("lb.example.com.")
        .evaluate_target_health(true)
        .build();
    let alias =
        ResourceRecordSet::builder().name("l.example.com").r#type(RrType::A).alias_target(target.unwrap());
    [plain.build().unwrap(), alias.build().unwrap()]
}

async fn change(route53: &Client, zone: &str, action: ChangeAction) {
    let sets = records().into_iter().chain(routed());
    let changes = sets.map(|set| {
        let change = Change::builder().action(action.clone()).resource_record_set(set);
        change.build().unwrap()
    });
    let batch = ChangeBatch::builder().set_changes(Some(changes.collect())).build().unwrap();
    route53.change_resource_record_sets().hosted_zone_id(zone).change_batch(batch).send().await.unwrap();
}

pub(crate) async fn create(config: &SdkConfig) -> Ids {
    let route53 = Client::new(config);
    let comment = HostedZoneConfig::builder().comment("the zone").build();
    let zone = route53
        .create_hosted_zone()
        .name("example.com")
        .caller_reference("c")
        .hosted_zone_config(comment)
        .send()
        .await;
    let public = zone.unwrap().hosted_zone.unwrap().id;
    let vpc = Vpc::builder().vpc_region(VpcRegion::EuWest1).vpc_id("vpc-1").build();
    let zone = route53.create_hosted_zone().name("inner.example").caller_reference("p").vpc(vpc).send().await;
    let private = zone.unwrap().hosted_zone.unwrap().id;
    let short = public.rsplit('/').next().unwrap();
    route53
        .change_tags_for_resource()
        .resource_type(TagResourceType::Hostedzone)
        .resource_id(short)
        .add_tags(Tag::builder().key("a").value("b").build())
        .send()
        .await
        .unwrap();
    change(&route53, &public, ChangeAction::Upsert).await;
    Ids { public, private }
}

pub(crate) async fn read(config: &SdkConfig, ids: &Ids) -> Echoes {
    let route53 = Client::new(config);
    let zone = route53.get_hosted_zone().id(&ids.public).send().await.unwrap();
    assert_eq!(zone.delegation_set().unwrap().name_servers().len(), 4);
    let zone = zone.hosted_zone.unwrap();
    let private = route53.get_hosted_zone().id(&ids.private).send().await.unwrap();
    let short = ids.public.rsplit('/').next().unwrap();
    let tags = route53
        .list_tags_for_resource()
        .resource_type(TagResourceType::Hostedzone)
        .resource_id(short)
        .send()
        .await
        .unwrap();
    let sets = route53.list_resource_record_sets().hosted_zone_id(&ids.public).send().await.unwrap();
    let find = |name: &str| sets.resource_record_sets().iter().find(|set| set.name() == name).unwrap();
    let (plain, alias) = (find("a.example.com."), find("l.example.com."));
    let comment = zone.config().and_then(|config| config.comment());
    // Beside those that every zone has, each is there once, with all that it was given.
    assert_eq!(sets.resource_record_sets().len(), 2 + 2 + routed().len());
    let kept = routed().into_iter().all(|mut set| {
        set.name = format!("{}.", set.name.to_lowercase());
        sets.resource_record_sets().contains(&set)
    });
    let mut echoes = Echoes::default();
    echoes.of("AWS::Route53::RecordSet", &ROUTED.map(|property| (property, kept)));
    echoes.of(
        "AWS::Route53::HostedZone",
        &[
            ("HostedZoneConfig", comment == Some("the zone")),
            ("HostedZoneTags", tags.resource_tag_set().unwrap().tags().len() == 1),
            ("Name", zone.name() == "example.com."),
            ("VPCs", private.vpcs().iter().any(|vpc| vpc.vpc_id() == Some("vpc-1"))),
        ],
    );
    echoes.of(
        "AWS::Route53::RecordSet",
        &[
            ("AliasTarget", alias.alias_target().is_some()),
            ("Name", plain.name() == "a.example.com."),
            ("SetIdentifier", kept),
            ("ResourceRecords", plain.resource_records()[0].value() == "b.example.com."),
            ("TTL", plain.ttl() == Some(60)),
            ("Type", *plain.r#type() == RrType::Cname),
        ],
    );
    echoes
}

pub(crate) async fn delete(config: &SdkConfig, ids: &Ids) {
    let route53 = Client::new(config);
    change(&route53, &ids.public, ChangeAction::Delete).await;
    let left = route53.list_resource_record_sets().hosted_zone_id(&ids.public).send().await.unwrap();
    assert_eq!(left.resource_record_sets().len(), 2, "{left:?}");
    for id in [&ids.public, &ids.private] {
        route53.delete_hosted_zone().id(id).send().await.unwrap();
        let gone = route53.get_hosted_zone().id(id).send().await.unwrap_err();
        assert!(gone.into_service_error().is_no_such_hosted_zone());
    }
}

/// What programs of examples look up is there, the same in every sandbox; one that was deleted stays away.
#[tokio::test]
async fn a_sandbox_begins_with_the_zones_of_examples() {
    let zones = async |world: &World| {
        let found = Client::new(&world.config()).list_hosted_zones_by_name().send().await.unwrap();
        found.hosted_zones.into_iter().map(|zone| (zone.name, zone.id)).collect::<Vec<_>>()
    };
    let world = World::new().await;
    let first = zones(&world).await;
    let names: Vec<&str> = first.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["example.com.", "example.net.", "example.org."]);
    assert_eq!(zones(&World::new().await).await, first);
    assert_eq!(zones(&world.crash().await).await, first);

    let route53 = Client::new(&world.config());
    route53.delete_hosted_zone().id(&first[0].1).send().await.unwrap();
    assert_eq!(zones(&world.crash().await).await, first[1..]);
}
