//! A program outside the workspace that uses three services: keys, logs, buckets.
//!
//! With `OUTSIDE_WANTS_A_STREAM` it also declares a type of its own, and with `OUTSIDE_WANTS_A_GATEWAY` what this build of Ironward
//! leaves out.

mod stream;

use ironward::aws::ec2::InternetGateway;
use ironward::aws::logs::LogGroup;
use ironward::hipaa::{AccessLogBucket, HipaaKey, KeyUse, PhiBucket, Retention};
use ironward::prelude::*;

use stream::{LogStream, LogStreamName};

fn declare(stack: &mut Stack<Hipaa>) -> Result<(), DeclareError> {
    let retention = Retention::years::<7>();
    let key = HipaaKey::declare(stack, "key", KeyUse::Storage)?;
    let access_logs = AccessLogBucket::declare(stack, "access-logs", retention)?;
    let records = PhiBucket::declare(stack, "records", key.customer_key(), &access_logs, retention)?;
    let logs_key = HipaaKey::declare(stack, "logs-key", KeyUse::Logs)?;
    let logs = stack.add("logs", LogGroup::new(retention.for_logs(), logs_key.customer_key()))?;
    if let Ok(name) = std::env::var("OUTSIDE_WANTS_A_STREAM") {
        stack.add("stream", LogStream::new(logs.name(), LogStreamName::new(name)))?;
    }
    if std::env::var_os("OUTSIDE_WANTS_A_GATEWAY").is_some() {
        stack.add("gateway", InternetGateway::new())?;
    }
    stack.output("records_bucket", records.name())
}

// ANCHOR: main
fn main() -> std::process::ExitCode {
    ironward::run_with_services("outside", [&stream::SERVICE], declare)
}
// ANCHOR_END: main
