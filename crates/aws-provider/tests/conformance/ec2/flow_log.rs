//! `AWS::EC2::FlowLog` under test.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::Tag;
use ironward_aws::ec2::{
    AggregationInterval, DestinationOptions, FileFormat, FlowLog, FlowLogDestination, TagFieldSpecification,
    TrafficType, VpcId,
};
use ironward_aws::iam::RoleArn;
use ironward_aws::logs::LogGroupName;
use ironward_aws::s3::BucketArn;
use ironward_core::program::DeclareError;
use ironward_core::stack::{Hipaa, Stack};
use serde_json::{Value as Json, json};

use super::by_key;
use super::fixture::Network;
use crate::cloud::{Cloud, Emulator};
use crate::subject::Subject;
use crate::suite::{conform, edit_each, failure};

const ROLE: &str = "arn:aws:iam::123456789012:role/flow-logs";

pub(crate) struct FlowLogSubject {
    network: Network,
    groups: [String; 2],
    emulator: Emulator,
}

impl FlowLogSubject {
    pub(crate) async fn on(cloud: &Cloud) -> Self {
        let network = Network::make(cloud).await;
        let groups = [format!("/flow/one/{}", network.vpc), format!("/flow/two/{}", network.vpc)];
        for group in &groups {
            let logs = aws_sdk_cloudwatchlogs::Client::new(&cloud.sdk);
            logs.create_log_group().log_group_name(group).send().await.unwrap();
        }
        Self { network, groups, emulator: cloud.emulator }
    }
}

async fn log(cloud: &Cloud, id: &str) -> Option<aws_sdk_ec2::types::FlowLog> {
    let logs = Client::new(&cloud.sdk).describe_flow_logs().send().await.unwrap().flow_logs?;
    logs.into_iter().find(|log| log.flow_log_id() == Some(id))
}

#[async_trait]
impl Subject for FlowLogSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let group = &self.groups[usize::from(edit == Some("LogGroupName"))];
        let to = FlowLogDestination::log_group(LogGroupName::new(group), RoleArn::new(ROLE));
        let to = match edit {
            Some("LogDestination") => {
                FlowLogDestination::folder(BucketArn::new("arn:aws:s3:::kept"), "network/")
            }
            _ => to,
        };
        let vpc = VpcId::new(&self.network.vpc);
        let log = match edit {
            Some("ResourceId") => FlowLog::of_subnet(self.network.subnet(0), to),
            _ => FlowLog::of_vpc(vpc, to),
        };
        let mut log = log.tag("use", "test");
        match edit {
            Some("Tags") => log = log.tag("use", "edited").tag("more", "yes"),
            Some("TrafficType") => log = log.traffic_type(TrafficType::Reject),
            Some("MaxAggregationInterval") => {
                log = log.max_aggregation_interval(AggregationInterval::TenMinutes);
            }
            Some("LogFormat") => log = log.log_format("${version} ${srcaddr} ${dstaddr}"),
            Some("LogDestination") => {
                log = log
                    .destination_options(DestinationOptions::new(FileFormat::Parquet, true, false))
                    .deliver_cross_account_role(RoleArn::new("arn:aws:iam::123456789012:role/cross"))
                    .tag_field_specifications([TagFieldSpecification::new("instance", ["Name"])]);
            }
            _ => {}
        }
        stack.add("subject", log)?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        &["Tags"]
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["ResourceId", "TrafficType", "MaxAggregationInterval", "LogFormat", "LogGroupName"]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        let log = log(cloud, id).await?;
        if self.emulator == Emulator::Moto {
            assert!(self.groups.iter().any(|group| log.log_group_name() == Some(group)));
            assert_eq!(log.deliver_logs_permission_arn(), Some(ROLE));
        }
        Some(BTreeMap::from([("Tags", json!(by_key(log.tags())))]))
    }

    async fn tags(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<String, String>> {
        Some(by_key(log(cloud, id).await?.tags()))
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        Client::new(&cloud.sdk).delete_flow_logs().flow_log_ids(id).send().await.unwrap();
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        let tag = Tag::builder().key("use").value("by hand").build();
        Client::new(&cloud.sdk).create_tags().resources(id).tags(tag).send().await.unwrap();
        Some("Tags")
    }
}

#[tokio::test]
async fn flow_log_on_sandbox() {
    let cloud = Cloud::sandbox().await;
    conform(&FlowLogSubject::on(&cloud).await, cloud).await;
}

#[tokio::test]
async fn flow_log_on_moto() {
    let cloud = Cloud::moto().await;
    conform(&FlowLogSubject::on(&cloud).await, cloud).await;
}

/// No emulator shows the options of a destination, nor tags in records.
#[tokio::test]
async fn a_bucket_is_asked_for_with_its_options() {
    let (cloud, wire) = Cloud::wired().await;
    let subject = FlowLogSubject::on(&cloud).await;
    edit_each(&subject, cloud, &["LogDestination"]).await;
    let sent = wire.sent("CreateFlowLogs");
    assert_eq!(sent.len(), 3, "{sent:#?}");
    for part in [
        "LogDestinationType=cloud-watch-logs",
        "TrafficType=ALL",
        "MaxAggregationInterval=60",
        "ClientToken=",
    ] {
        assert!(sent[0].body.contains(part), "{part}: {}", sent[0].body);
    }
    for part in [
        "LogDestinationType=s3",
        "LogDestination=arn:aws:s3:::kept/network/",
        "DestinationOptions.FileFormat=parquet",
        "DestinationOptions.HiveCompatiblePartitions=true",
        "DestinationOptions.PerHourPartition=false",
        "DeliverCrossAccountRole=arn:aws:iam::123456789012:role/cross",
        "ResourceType=instance",
    ] {
        assert!(sent[1].body.contains(part), "{part}: {}", sent[1].body);
    }
    assert!(!sent[1].body.contains("LogGroupName"), "{}", sent[1].body);
}

/// A bucket that isn't there is refused within an answer that says that the call succeeded.
#[tokio::test]
async fn a_refusal_in_a_successful_answer_is_a_failure_on_moto() {
    let cloud = Cloud::moto().await;
    let network = Network::make(&cloud).await;
    let mut stack = Stack::<Hipaa>::new("conformance");
    let to = FlowLogDestination::bucket(BucketArn::new("arn:aws:s3:::no-such-bucket"));
    stack.add("subject", FlowLog::of_vpc(VpcId::new(&network.vpc), to)).unwrap();
    let failure = failure(&cloud, &stack.program()).await;
    assert!(failure.contains("no-such-bucket does not exist"), "{failure}");
}
