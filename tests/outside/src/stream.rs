//! A resource type that Ironward doesn't have: `AWS::Logs::LogStream`, with its service.

use std::sync::Arc;

// ANCHOR: declaration
use async_trait::async_trait;
use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::types::LogStream as Stream;
use ironward::aws::logs::LogGroupName;
use ironward::core::declare::Declaration;
use ironward::core::document::Document;
use ironward::core::error::ProviderError;
use ironward::core::output::Output;
use ironward::core::provider::{
    Change, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Read, ReadResults, Target,
};
use ironward::core::schema::Schema;
use ironward::core::shape::{Bounds, Shape};
use ironward::provider::call::Caller;
use ironward::provider::registry::Registry;
use ironward::provider::service::Service;
use ironward::provider::SdkConfig;
use ironward_macros::Resource;

const API: &str = "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html";

/// What CloudWatch Logs asks of a stream's name.
const LIMITS: &[Shape] =
    &[Shape::new("LogStreamName").length(Bounds::between(1.0, 512.0)).pattern("^[^:*]*$").source(API)];

ironward_core::identifiers! {
    /// The name of a log stream.
    LogStreamName;
}

/// A stream of a log group, for a writer that doesn't make its own.
///
/// Source: CloudWatch Logs API Reference, `CreateLogStream`.
#[derive(Debug, Clone, Resource)]
#[resource(type = "AWS::Logs::LogStream", id = "LogStreamName", seconds = 1, part_of = "LogGroupName", limits = LIMITS)]
#[identity(place = "LogGroupName, LogStreamName")]
#[attribute(name: LogStreamName = "LogStreamName", predict = "{LogStreamName}")]
pub struct LogStream {
    /// The group.
    #[property(create_only)]
    log_group_name: Output<LogGroupName>,
    /// The name, up to 512 characters but colons and asterisks.
    #[property(create_only)]
    log_stream_name: Output<LogStreamName>,
}
// ANCHOR_END: declaration

// ANCHOR: handler
/// The read that an observation needs.
const STREAM: &str = "logs:DescribeLogStreams";

/// The client, and what calls are made through.
struct Logs {
    client: Client,
    caller: Caller,
}

impl Logs {
    /// The stream of an item `GROUP:STREAM`; neither name has a colon.
    async fn stream(self: Arc<Self>, item: String) -> Result<Option<Stream>, ProviderError> {
        let (group, name) = item.split_once(':').unwrap_or_default();
        let request =
            || self.client.describe_log_streams().log_group_name(group).log_stream_name_prefix(name).send();
        let Some(page) = self.caller.find(STREAM, request).await? else { return Ok(None) };
        Ok(page.log_streams.unwrap_or_default().into_iter().find(|one| one.log_stream_name() == Some(name)))
    }
}

struct StreamHandler(Arc<Logs>);

/// The group and the name that a document says.
fn names(document: &Document) -> Result<(String, String), ProviderError> {
    Ok((document.get("LogGroupName")?, document.get("LogStreamName")?))
}

#[async_trait]
impl Handler for StreamHandler {
    fn schema(&self) -> &'static Schema {
        LogStream::SCHEMA
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        let (group, name) = names(target.properties).unwrap_or_default();
        vec![Read::new(STREAM, format!("{group}:{name}"))]
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let (group, name) = names(target.properties)?;
        let Some(_) = answers.get::<Stream>(STREAM, &format!("{group}:{name}"))? else {
            return Ok(Observation::Absent);
        };
        let observed = Observed::new(Document::new().with("LogStreamName", &name))
            .with("LogGroupName", group.as_str())
            .with("LogStreamName", name.as_str());
        Ok(Observation::Present(observed))
    }

    async fn create(&self, _operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let Self(logs) = self;
        let (group, name) = names(desired)?;
        let request = || logs.client.create_log_stream().log_group_name(&group).log_stream_name(&name).send();
        logs.caller.make("logs:CreateLogStream", request).await?;
        Ok(name)
    }

    /// There is nothing to change in place.
    async fn reconcile(&self, _operation: &Operation<'_>, _change: &Change<'_>) -> Result<(), ProviderError> {
        Ok(())
    }

    async fn delete(&self, _operation: &Operation<'_>, target: &Target<'_>) -> Result<DeleteOutcome, ProviderError> {
        let Self(logs) = self;
        let (group, name) = names(target.properties)?;
        let request = || logs.client.delete_log_stream().log_group_name(&group).log_stream_name(&name).send();
        logs.caller.call("logs:DeleteLogStream", request).await?;
        Ok(DeleteOutcome::default())
    }

    async fn find(&self, operation: &Operation<'_>, desired: &Document) -> Result<Found, ProviderError> {
        let (group, name) = names(desired)?;
        match Arc::clone(&self.0).stream(format!("{group}:{name}")).await? {
            Some(_) => Ok(Found::by_name(operation, &name)),
            None => Ok(Found::Nothing),
        }
    }
}
// ANCHOR_END: handler

// ANCHOR: service
/// What Ironward has to know of the service: the name of its SDK crate, its actions in IAM, and what it serves.
pub static SERVICE: Service = Service::new("cloudwatchlogs", "logs", install);

fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) {
    let logs = Arc::new(Logs { client: Client::new(config), caller: caller.clone() });
    registry.each(STREAM, &logs, Logs::stream);
    registry.handler(StreamHandler(logs));
}
// ANCHOR_END: service
