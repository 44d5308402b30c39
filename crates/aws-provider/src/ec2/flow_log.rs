//! The handler of `AWS::EC2::FlowLog`.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ec2::operation::create_flow_logs::CreateFlowLogsOutput;
use aws_sdk_ec2::operation::delete_flow_logs::DeleteFlowLogsOutput;
use aws_sdk_ec2::types::{
    DestinationOptionsRequest, FlowLogsResourceType, ResourceType, TagFieldSpecificationRequest,
    TaggableResourceType, TrafficType,
};
use ironward_aws::ec2::FlowLog;
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::provider::{
    Change, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Read, ReadResults, Readiness,
    Target,
};
use ironward_core::schema::Schema;

use super::security_api::{FLOW_LOGS, Security, carried, filter, of_instance, refusal, specification};

pub(super) struct FlowLogHandler(pub(super) Arc<Security>);

const CREATE: &str = "ec2:CreateFlowLogs";

/// The kind of what has this id.
fn resource_type(id: &str) -> Option<&'static str> {
    match id.split('-').next()? {
        "vpc" => Some("VPC"),
        "subnet" => Some("Subnet"),
        "eni" => Some("NetworkInterface"),
        _ => None,
    }
}

fn destination_options(desired: &Document) -> Result<Option<DestinationOptionsRequest>, ProviderError> {
    let Some(options) = desired.opt::<Document>("DestinationOptions")? else { return Ok(None) };
    let request = DestinationOptionsRequest::builder()
        .set_file_format(options.parsed("FileFormat")?)
        .set_hive_compatible_partitions(options.opt("HiveCompatiblePartitions")?)
        .set_per_hour_partition(options.opt("PerHourPartition")?);
    Ok(Some(request.build()))
}

fn tag_fields(desired: &Document) -> Result<Option<Vec<TagFieldSpecificationRequest>>, ProviderError> {
    let mut requests = Vec::new();
    for field in desired.list::<Document>("TagFieldSpecifications")? {
        let request = TagFieldSpecificationRequest::builder()
            .set_resource_type(field.parsed::<TaggableResourceType>("ResourceType")?)
            .set_tag_keys(Some(field.list("TagKeys")?));
        requests.push(request.build());
    }
    Ok((!requests.is_empty()).then_some(requests))
}

#[async_trait]
impl Handler for FlowLogHandler {
    fn schema(&self) -> &'static Schema {
        FlowLog::SCHEMA
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        vec![Read::new(FLOW_LOGS, target.physical_id)]
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let id = target.physical_id;
        let Some(log) = answers.get::<aws_sdk_ec2::types::FlowLog>(FLOW_LOGS, id)? else {
            return Ok(Observation::Absent);
        };
        // A rate limit is over at some time; anything else that keeps records back stays.
        let readiness = match (log.deliver_logs_status(), log.deliver_logs_error_message()) {
            (Some("FAILED"), Some("Rate limited")) => Readiness::Ready,
            (Some("FAILED"), reason) => Readiness::Failed(format!(
                "records aren't delivered: {}",
                reason.unwrap_or("no reason given")
            )),
            _ => Readiness::Ready,
        };
        let options = log.destination_options().map(|options| {
            Document::new()
                .with("FileFormat", options.file_format().map(|format| format.as_str()))
                .with("HiveCompatiblePartitions", options.hive_compatible_partitions())
                .with("PerHourPartition", options.per_hour_partition())
        });
        let fields: Vec<Document> = log
            .tag_field_specifications()
            .iter()
            .map(|field| {
                Document::new()
                    .with("ResourceType", field.resource_type().map(|kind| kind.as_str()))
                    .with("TagKeys", field.tag_keys())
            })
            .collect();
        let destination = log.log_destination().map(|arn| arn.trim_end_matches(":*"));
        let observed = Observed::new(Document::new().with("Id", id))
            .with_some("ResourceId", log.resource_id())
            .with_some("ResourceType", log.resource_id().and_then(resource_type))
            .with_some("TrafficType", log.traffic_type().map(|kind| kind.as_str()))
            .with_some("LogDestinationType", log.log_destination_type().map(|kind| kind.as_str()))
            .with_some("LogDestination", destination)
            .with_some("LogGroupName", log.log_group_name())
            .with_some("DeliverLogsPermissionArn", log.deliver_logs_permission_arn())
            .with_some("DeliverCrossAccountRole", log.deliver_cross_account_role())
            .with_some("LogFormat", log.log_format())
            .with_some("MaxAggregationInterval", log.max_aggregation_interval())
            .with_some("DestinationOptions", options)
            .with_some("TagFieldSpecifications", (!fields.is_empty()).then_some(fields))
            .tagged(carried(log.tags()))
            .with_readiness(readiness);
        Ok(Observation::Present(observed))
    }

    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let Self(security) = self;
        let resource: String = desired.get("ResourceId")?;
        let kind: Option<FlowLogsResourceType> = desired.parsed("ResourceType")?;
        let traffic = desired.parsed("TrafficType")?.unwrap_or(TrafficType::All);
        let destination_type = desired.parsed("LogDestinationType")?;
        let destination: Option<String> = desired.opt("LogDestination")?;
        let group: Option<String> = desired.opt("LogGroupName")?;
        let role: Option<String> = desired.opt("DeliverLogsPermissionArn")?;
        let cross: Option<String> = desired.opt("DeliverCrossAccountRole")?;
        let format: Option<String> = desired.opt("LogFormat")?;
        let interval: Option<i32> = desired.opt("MaxAggregationInterval")?;
        let (options, fields) = (destination_options(desired)?, tag_fields(desired)?);
        let tags = specification(ResourceType::VpcFlowLog, operation.tags(desired));
        let token = operation.token("create");
        let request = || {
            security
                .client
                .create_flow_logs()
                .client_token(&token)
                .resource_ids(&resource)
                .set_resource_type(kind.clone())
                .traffic_type(traffic.clone())
                .set_log_destination_type(destination_type.clone())
                .set_log_destination(destination.clone())
                .set_log_group_name(group.clone())
                .set_deliver_logs_permission_arn(role.clone())
                .set_deliver_cross_account_role(cross.clone())
                .set_log_format(format.clone())
                .set_max_aggregation_interval(interval)
                .set_destination_options(options.clone())
                .set_tag_field_specifications(fields.clone())
                .tag_specifications(tags.clone())
                .send()
        };
        security
            .caller
            .make_accepted(CREATE, request, |answer: CreateFlowLogsOutput| {
                refusal(CREATE, answer.unsuccessful())?;
                answer.flow_log_ids().first().cloned().ok_or_else(|| {
                    ProviderError::new(
                        ProviderErrorKind::Ambiguous,
                        CREATE,
                        "the answer holds no flow log id",
                    )
                })
            })
            .await
    }

    async fn reconcile(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        if change.has("tags") { self.0.set_tags(operation, change).await } else { Ok(()) }
    }

    async fn delete(
        &self,
        _operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        let Self(security) = self;
        let action = "ec2:DeleteFlowLogs";
        let request = || security.client.delete_flow_logs().flow_log_ids(target.physical_id).send();
        security
            .caller
            .call_accepted(action, request, |answer: DeleteFlowLogsOutput| {
                refusal(action, answer.unsuccessful())
            })
            .await?;
        Ok(DeleteOutcome::default())
    }

    async fn find(&self, operation: &Operation<'_>, desired: &Document) -> Result<Found, ProviderError> {
        let Self(security) = self;
        let ours = security.flow_logs_with(of_instance(operation)).await?;
        let ours = ours.into_iter().find(|log| operation.owns(&carried(log.tags())));
        let found = match ours {
            Some(log) => Some(log),
            None => {
                // A flow log of the same resource to the same destination stands in the way.
                let resource: String = desired.get("ResourceId")?;
                let group: Option<String> = desired.opt("LogGroupName")?;
                let destination: Option<String> = desired.opt("LogDestination")?;
                let others = security.flow_logs_with(filter("resource-id", [resource.as_str()])).await?;
                others.into_iter().find(|log| {
                    log.resource_id() == Some(resource.as_str())
                        && match (&group, &destination) {
                            (Some(group), _) => log.log_group_name() == Some(group.as_str()),
                            (None, Some(arn)) => log.log_destination() == Some(arn.as_str()),
                            (None, None) => false,
                        }
                })
            }
        };
        Ok(match found.as_ref().and_then(|log| Some((log.flow_log_id()?, log.tags()))) {
            Some((id, tags)) => Found::by_tags(operation, id, &carried(tags)),
            None => Found::Nothing,
        })
    }
}
