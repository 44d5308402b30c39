use aws_sdk_route53::Client;
use aws_sdk_route53::types::{
    AliasTarget, Change, ChangeAction, ChangeBatch, HostedZoneConfig, ResourceRecord, ResourceRecordSet,
    RrType, Tag, TagResourceType, Vpc, VpcRegion,
};
use aws_types::SdkConfig;

use super::Echoes;

pub(crate) struct Ids {
    public: String,
    private: String,
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
    let changes = records().map(|set| {
        let change = Change::builder().action(action.clone()).resource_record_set(set);
        change.build().unwrap()
    });
    let batch = ChangeBatch::builder().set_changes(Some(changes.to_vec())).build().unwrap();
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
    let mut echoes = Echoes::default();
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
    for id in [&ids.public, &ids.private] {
        route53.delete_hosted_zone().id(id).send().await.unwrap();
        let gone = route53.get_hosted_zone().id(id).send().await.unwrap_err();
        assert!(gone.into_service_error().is_no_such_hosted_zone());
    }
}
