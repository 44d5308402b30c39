//! Route 53 under test.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use aws_sdk_route53::Client;
use aws_sdk_route53::types::{
    Change, ChangeAction, ChangeBatch, HostedZoneConfig, ResourceRecord, ResourceRecordSet, RrType,
};
use ironward_aws::place::Region;
use ironward_aws::route53::{
    AliasTarget, CidrRoutingConfig, Coordinates, ExistingHostedZone, Failover, GeoLocation,
    GeoProximityLocation, HealthCheckId, HostedZoneId, RecordSet, RecordType,
};
use ironward_core::apply::Cancel;
use ironward_core::program::DeclareError;
use ironward_core::provider::DeletePolicy;
use ironward_core::stack::{Hipaa, Stack};
use serde_json::{Value as Json, json};

use crate::cloud::{Cloud, Emulator};
use crate::subject::Subject;
use crate::suite::{apply_once, conform};

/// A zone with a name of its own, and the name.
pub async fn zone(cloud: &Cloud, private: bool) -> (HostedZoneId, String) {
    let unique = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
    let name = format!("z{unique}.example");
    (zone_named(cloud, &name, private).await, name)
}

async fn zone_named(cloud: &Cloud, name: &str, private: bool) -> HostedZoneId {
    let unique = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
    let request = Client::new(&cloud.sdk)
        .create_hosted_zone()
        .name(name)
        .caller_reference(format!("conformance-{unique}"))
        .hosted_zone_config(HostedZoneConfig::builder().private_zone(private).build());
    let zone = request.send().await.unwrap().hosted_zone.unwrap();
    HostedZoneId::new(zone.id().trim_start_matches("/hostedzone/"))
}

/// The record set of a name in a zone.
pub async fn record(cloud: &Cloud, zone: &HostedZoneId, name: &str) -> Option<ResourceRecordSet> {
    let request = Client::new(&cloud.sdk).list_resource_record_sets().hosted_zone_id(zone.as_str());
    let page = request.send().await.unwrap();
    let wanted = name.trim_end_matches('.');
    page.resource_record_sets.into_iter().find(|record| record.name().trim_end_matches('.') == wanted)
}

#[derive(Clone, Copy, PartialEq)]
enum Form {
    Simple,
    Alias,
    Weighted,
    Failover,
}

pub(crate) struct RecordSubject {
    form: Form,
    zone: HostedZoneId,
    name: String,
}

impl RecordSubject {
    pub(crate) async fn simple(cloud: &Cloud) -> Self {
        Self::new(cloud, Form::Simple).await
    }

    pub(crate) async fn alias(cloud: &Cloud) -> Self {
        Self::new(cloud, Form::Alias).await
    }

    async fn new(cloud: &Cloud, form: Form) -> Self {
        let (zone, name) = zone(cloud, false).await;
        Self { form, zone, name }
    }

    async fn change(&self, cloud: &Cloud, action: ChangeAction, record: ResourceRecordSet) {
        let change = Change::builder().action(action).resource_record_set(record).build().unwrap();
        let batch = ChangeBatch::builder().changes(change).build().unwrap();
        let request = Client::new(&cloud.sdk)
            .change_resource_record_sets()
            .hosted_zone_id(self.zone.as_str())
            .change_batch(batch);
        request.send().await.unwrap();
    }

    async fn current(&self, cloud: &Cloud, id: &str) -> Option<ResourceRecordSet> {
        let mut parts = id.split('|').skip(1);
        let found = record(cloud, &self.zone, parts.next()?).await?;
        (found.set_identifier() == parts.nth(1)).then_some(found)
    }
}

#[async_trait]
impl Subject for RecordSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let label = if edit == Some("Name") { "edited" } else { "www" };
        let name = format!("{label}.{}", self.name);
        let ttl = if edit == Some("TTL") { 600 } else { 60 };
        let values: &[&str] =
            if edit == Some("ResourceRecords") { &["192.0.2.3"] } else { &["192.0.2.1", "192.0.2.2"] };
        let values = values.iter().copied();
        let zone = self.zone.clone();
        let record = match self.form {
            Form::Alias => {
                let target = AliasTarget::new(zone.clone(), format!("Target.{}", self.name));
                let target = target.evaluate_target_health(edit == Some("AliasTarget"));
                RecordSet::alias(zone, name, RecordType::A, target)
            }
            _ => RecordSet::simple(zone, name, RecordType::A, ttl, values),
        };
        let set = if edit == Some("SetIdentifier") { "two" } else { "one" };
        stack.add(
            "subject",
            match self.form {
                Form::Simple | Form::Alias => record,
                Form::Weighted => {
                    record.set_identifier(set).weight(if edit == Some("Weight") { 7 } else { 3 })
                }
                Form::Failover => record.set_identifier(set).failover(if edit == Some("Failover") {
                    Failover::Secondary
                } else {
                    Failover::Primary
                }),
            },
        )?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        match self.form {
            Form::Simple => &["TTL", "ResourceRecords"],
            Form::Alias => &["AliasTarget"],
            Form::Weighted => &["Weight", "TTL"],
            Form::Failover => &["Failover"],
        }
    }

    fn replacements(&self) -> &'static [&'static str] {
        match self.form {
            Form::Simple | Form::Alias => &["Name"],
            Form::Weighted | Form::Failover => &["Name", "SetIdentifier"],
        }
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        let record = self.current(cloud, id).await?;
        let values: Vec<&str> = record.resource_records().iter().map(ResourceRecord::value).collect();
        let alias =
            record.alias_target().map(|alias| json!([alias.dns_name(), alias.evaluate_target_health()]));
        Some(BTreeMap::from([
            ("TTL", json!(record.ttl())),
            ("ResourceRecords", json!(values)),
            ("AliasTarget", json!(alias)),
            ("Weight", json!(record.weight())),
            ("Failover", json!(record.failover().map(|failover| failover.as_str()))),
        ]))
    }

    async fn tags(&self, _cloud: &Cloud, _id: &str) -> Option<BTreeMap<String, String>> {
        None
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        let record = self.current(cloud, id).await.unwrap();
        self.change(cloud, ChangeAction::Delete, record).await;
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        let mut record = self.current(cloud, id).await?;
        record.ttl?;
        record.ttl = Some(1234);
        self.change(cloud, ChangeAction::Upsert, record).await;
        Some("TTL")
    }
}

#[tokio::test]
async fn simple_record_on_sandbox() {
    let cloud = Cloud::sandbox().await;
    conform(&RecordSubject::simple(&cloud).await, cloud).await;
}

#[tokio::test]
async fn simple_record_on_moto() {
    let cloud = Cloud::moto().await;
    conform(&RecordSubject::simple(&cloud).await, cloud).await;
}

#[tokio::test]
async fn alias_on_sandbox() {
    let cloud = Cloud::sandbox().await;
    conform(&RecordSubject::new(&cloud, Form::Alias).await, cloud).await;
}

#[tokio::test]
async fn alias_on_moto() {
    let cloud = Cloud::moto().await;
    conform(&RecordSubject::new(&cloud, Form::Alias).await, cloud).await;
}

#[tokio::test]
async fn weighted_record_on_sandbox() {
    let cloud = Cloud::sandbox().await;
    conform(&RecordSubject::new(&cloud, Form::Weighted).await, cloud).await;
}

#[tokio::test]
async fn weighted_record_on_moto() {
    let cloud = Cloud::moto().await;
    conform(&RecordSubject::new(&cloud, Form::Weighted).await, cloud).await;
}

#[tokio::test]
async fn failover_record_on_sandbox() {
    let cloud = Cloud::sandbox().await;
    conform(&RecordSubject::new(&cloud, Form::Failover).await, cloud).await;
}

#[tokio::test]
async fn failover_record_on_moto() {
    let cloud = Cloud::moto().await;
    conform(&RecordSubject::new(&cloud, Form::Failover).await, cloud).await;
}

/// A record of someone else's isn't overwritten. Moto accepts a second `CREATE`.
#[tokio::test]
async fn a_taken_name_is_refused() {
    let cloud = Cloud::sandbox().await;
    assert_eq!(cloud.emulator, Emulator::Sandbox);
    let subject = RecordSubject::simple(&cloud).await;
    let name = format!("www.{}", subject.name);
    let value = ResourceRecord::builder().value("198.51.100.1").build().unwrap();
    let taken = ResourceRecordSet::builder().name(&name).r#type(RrType::A).ttl(5).resource_records(value);
    subject.change(&cloud, ChangeAction::Create, taken.build().unwrap()).await;
    let mut stack = Stack::<Hipaa>::new("conformance");
    subject.declare(&mut stack, None).unwrap();
    let program = stack.program();
    let planned = cloud.engine.plan(&program).await.unwrap();
    let outcome =
        cloud.engine.apply(&program, planned, DeletePolicy::default(), &Cancel::default()).await.unwrap();
    assert!(!outcome.is_complete());
    assert_eq!(record(&cloud, &subject.zone, &name).await.unwrap().ttl(), Some(5), "it was overwritten");
}

#[tokio::test]
async fn every_property_is_sent() {
    let (cloud, wire) = Cloud::wired().await;
    let (zone, name) = zone(&cloud, false).await;
    let mut stack = Stack::<Hipaa>::new("conformance");
    let simple = |label: &str| {
        let name = format!("{label}.{name}");
        RecordSet::simple(zone.clone(), name, RecordType::A, 60, ["192.0.2.1"]).set_identifier(label)
    };
    let germany = GeoLocation::new().country_code("DE").subdivision_code("BE");
    let europe = GeoLocation::new().continent_code("EU");
    let near = GeoProximityLocation::new().coordinates(Coordinates::new("52.52", "13.40")).bias(-7);
    let blocks = CidrRoutingConfig::new("11111111-2222-3333-4444-555555555555", "berlin");
    let target = AliasTarget::new(HostedZoneId::new("Z35SXDOTRQ7X7K"), "lb.example.org");
    let alias = RecordSet::alias(
        zone.clone(),
        format!("alias.{name}"),
        RecordType::Aaaa,
        target.evaluate_target_health(true),
    );
    for (label, record) in [
        (
            "failover",
            simple("failover").failover(Failover::Primary).health_check_id(HealthCheckId::new("hc-1")),
        ),
        ("latency", simple("latency").region(Region::new("eu-central-1"))),
        ("country", simple("country").geo_location(germany)),
        ("continent", simple("continent").geo_location(europe)),
        ("near", simple("near").geo_proximity_location(near)),
        ("blocks", simple("blocks").cidr_routing_config(blocks)),
        ("many", simple("many").multi_value_answer(true).comment("why")),
        ("alias", alias),
    ] {
        stack.add(label, record).unwrap();
    }
    apply_once(&cloud, &stack.program()).await;
    let sent: Vec<String> = wire.sent("").into_iter().map(|sent| sent.body).collect();
    for part in [
        "<Failover>PRIMARY</Failover>",
        "<HealthCheckId>hc-1</HealthCheckId>",
        "<Region>eu-central-1</Region>",
        "<CountryCode>DE</CountryCode>",
        "<SubdivisionCode>BE</SubdivisionCode>",
        "<ContinentCode>EU</ContinentCode>",
        "<Latitude>52.52</Latitude>",
        "<Bias>-7</Bias>",
        "<LocationName>berlin</LocationName>",
        "<MultiValueAnswer>true</MultiValueAnswer>",
        "<Comment>why</Comment>",
        "<DNSName>lb.example.org</DNSName>",
        "<EvaluateTargetHealth>true</EvaluateTargetHealth>",
        "<HostedZoneId>Z35SXDOTRQ7X7K</HostedZoneId>",
        "<Action>CREATE</Action>",
    ] {
        assert!(sent.iter().any(|body| body.contains(part)), "{part} wasn't sent: {sent:#?}");
    }
}

async fn zone_is_found(cloud: Cloud) {
    let (zone, name) = zone(&cloud, false).await;
    let program = |lookup: ExistingHostedZone| {
        let mut stack = Stack::<Hipaa>::new("conformance");
        let found = stack.lookup("zone", lookup).unwrap();
        let host = format!("found.{name}");
        stack.add("record", RecordSet::simple(found.id(), host, RecordType::A, 60, ["192.0.2.1"])).unwrap();
        stack.program()
    };
    apply_once(&cloud, &program(ExistingHostedZone::public(&name))).await;
    assert!(record(&cloud, &zone, &format!("found.{name}")).await.is_some());
    apply_once(&cloud, &program(ExistingHostedZone::by_id(&zone))).await;
    assert!(cloud.engine.plan(&program(ExistingHostedZone::private(&name))).await.is_err());
    zone_named(&cloud, &name, false).await;
    let error = cloud.engine.plan(&program(ExistingHostedZone::public(&name))).await;
    assert!(error.is_err(), "two zones fit");
}

#[tokio::test]
async fn zone_is_found_on_sandbox() {
    zone_is_found(Cloud::sandbox().await).await;
}

#[tokio::test]
async fn zone_is_found_on_moto() {
    zone_is_found(Cloud::moto().await).await;
}
