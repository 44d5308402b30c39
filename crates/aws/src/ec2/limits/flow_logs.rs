//! Of flow logs.

use ironward_core::shape::{Relation, Shape};

use super::{Misfit, Properties};
use crate::facts::{as_text, declared, text};

const CREATE: &str = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html";

/// Of a flow log. What it writes has one field at least.
pub(in crate::ec2) const FLOW_LOG: &[Shape] = &[
    Shape::new("MaxAggregationInterval").values(&["60", "600"]).source(CREATE),
    Shape::new("LogFormat").pattern(r"\$\{[^{}]+\}").source(CREATE),
];

/// Between the properties of a flow log.
pub(in crate::ec2) const FLOW_LOG_RELATIONS: &[Relation] = &[
    Relation::new(
        &["DeliverLogsPermissionArn", "LogDestination", "LogDestinationType", "LogGroupName"],
        destination,
        CREATE,
    ),
    Relation::new(&["LogDestination", "LogDestinationType"], folder, CREATE),
];

/// Where logs go to; nothing where it isn't known.
fn kind(properties: &Properties) -> Option<&str> {
    properties.get("LogDestinationType").map_or(Some("cloud-watch-logs"), as_text)
}

/// A log group is named, with a role that may write to it; a bucket or a stream has an ARN.
fn destination(properties: &Properties) -> Misfit {
    let lacks = |name: &'static str| !declared(properties, name);
    let kind = kind(properties)?;
    if kind != "cloud-watch-logs" {
        let message = || format!("`LogGroupName` is declared, and logs go to {kind}: leave it out");
        let missing = || format!("`LogDestination` isn't declared, and logs to {kind} can't be without");
        return declared(properties, "LogGroupName")
            .then(|| ("LogGroupName", message()))
            .or_else(|| lacks("LogDestination").then(|| ("LogDestination", missing())));
    }
    if lacks("LogGroupName") && lacks("LogDestination") {
        let message = "`LogGroupName` isn't declared, nor is `LogDestination`, and logs to CloudWatch need one of \
                       them";
        return Some(("LogGroupName", message.to_owned()));
    }
    let message =
        "`DeliverLogsPermissionArn` isn't declared, and logs to CloudWatch need a role that may write them";
    lacks("DeliverLogsPermissionArn").then(|| ("DeliverLogsPermissionArn", message.to_owned()))
}

/// The service's own folder can't be named again.
fn folder(properties: &Properties) -> Misfit {
    let (kind, bucket) = (kind(properties)?, text(properties, "LogDestination")?);
    let reserved = kind == "s3" && bucket.split('/').skip(1).any(|folder| folder == "AWSLogs");
    let message = || {
        format!(
            "`LogDestination` is `{bucket}`, and the folder `AWSLogs` is the service's own: choose another"
        )
    };
    reserved.then(|| ("LogDestination", message()))
}
