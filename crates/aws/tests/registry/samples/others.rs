//! Types of which only few properties have members.

use ironward_aws::acm::{Certificate, ValidationOption};
use ironward_aws::cloudtrail::{
    AdvancedEventSelector, AdvancedFieldSelector, AggregatedCategory, AggregationConfiguration,
    AggregationTemplate, DataResource, DataResourceType, EventSelector, InsightCategory, InsightSelector,
    InsightType, ReadWriteType, Trail,
};
use ironward_aws::iam::RoleArn;
use ironward_aws::logs::{FieldIndexPolicy, LogGroup, LogRetention};
use ironward_aws::place::Region;
use ironward_aws::rds::{
    AdditionalStorageVolume, AssociatedRole, BackupRetention, DbInstance, DbInstanceClass, DbSubnetGroup,
    Engine, IsolatedSubnets, MasterUserSecret, ProcessorFeature, StorageType,
};
use ironward_aws::route53::{
    AliasTarget, CidrRoutingConfig, Coordinates, GeoLocation, GeoProximityLocation, HostedZoneId, RecordSet,
    RecordType,
};
use ironward_aws::s3::Bucket;

use super::{Samples, id};

pub fn add(samples: &mut Samples) {
    let options = [ValidationOption::new("a.example.com", "example.com")];
    samples.add(&Certificate::new("a.example.com").domain_validation_options(options));
    log_group(samples);
    trail(samples);
    database(samples);
    record(samples);
}

fn log_group(samples: &mut Samples) {
    let key = samples.key("logs-key");
    let index = [FieldIndexPolicy::new(["requestId"])];
    samples.add(&LogGroup::new(LogRetention::Days3653, key).field_index_policies(index));
}

fn trail(samples: &mut Samples) {
    let key = samples.key("trail-key");
    let bucket = samples.stack.add("trail-bucket", Bucket::encrypted(key.clone())).unwrap();
    let objects = DataResource::new(DataResourceType::S3Object, ["arn:aws:s3:::b/"]);
    let simple = EventSelector::new(ReadWriteType::All, true).data_resources([objects]);
    let text = || ["Data"];
    let field = AdvancedFieldSelector::new("eventCategory")
        .equals(text())
        .starts_with(text())
        .ends_with(text())
        .not_equals(text())
        .not_starts_with(text())
        .not_ends_with(text());
    let insights =
        InsightSelector::new(InsightType::ApiCallRateInsight).event_categories([InsightCategory::Data]);
    let templates = [AggregationTemplate::UserActions];
    let trail = Trail::new(bucket.name(), key)
        .event_selectors([simple])
        .advanced_event_selectors([AdvancedEventSelector::new([field]).name("objects")])
        .insight_selectors([insights])
        .aggregation_configurations([AggregationConfiguration::new(AggregatedCategory::Data, templates)]);
    samples.add(&trail);
}

fn database(samples: &mut Samples) {
    let key = samples.key("db-key");
    let subnets = IsolatedSubnets::new(id("subnet-1"), id("subnet-2"));
    let group = samples.stack.add("subnets", DbSubnetGroup::new(subnets, "sample")).unwrap();
    let volume = AdditionalStorageVolume::new("RDSDBDATA2")
        .allocated_storage(400)
        .iops(12000)
        .max_allocated_storage(2000)
        .storage_throughput(500)
        .storage_type(StorageType::Gp3);
    let instance = DbInstance::new(
        key.clone(),
        group.placement(),
        Engine::OracleEnterprise,
        DbInstanceClass::new("db.r6g.large"),
        100,
        "ward",
        BackupRetention::longest(),
        MasterUserSecret::new(key),
    )
    .processor_features([ProcessorFeature::new("coreCount", "1")])
    .associated_roles([AssociatedRole::new("s3Import", RoleArn::new("arn:role"))])
    .additional_storage_volumes([volume]);
    samples.add(&instance);
}

fn record(samples: &mut Samples) {
    let zone = || HostedZoneId::new("Z1");
    let target = AliasTarget::new(zone(), "balancer.example.com").evaluate_target_health(true);
    samples.add(&RecordSet::alias(zone(), "a.example.com", RecordType::A, target));
    let place = GeoLocation::new().continent_code("EU").country_code("DE").subdivision_code("BY");
    let near = GeoProximityLocation::new()
        .aws_region(Region::new("us-east-1"))
        .local_zone_group("us-east-1-bos-1")
        .coordinates(Coordinates::new("52.52", "13.40"))
        .bias(1);
    let record = RecordSet::simple(zone(), "b.example.com", RecordType::A, 60, ["192.0.2.1"])
        .geo_location(place)
        .geo_proximity_location(near)
        .cidr_routing_config(CidrRoutingConfig::new("c", "l"));
    samples.add(&record);
}
