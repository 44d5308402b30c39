//! A program outside the workspace that uses three services: keys, logs, buckets.
//!
//! With `OUTSIDE_WANTS_A_GATEWAY` it also declares what this build of Ironward leaves out.

use ironward::aws::ec2::InternetGateway;
use ironward::aws::logs::LogGroup;
use ironward::hipaa::{AccessLogBucket, HipaaKey, KeyUse, PhiBucket, Retention};
use ironward::prelude::*;

fn declare(stack: &mut Stack<Hipaa>) -> Result<(), DeclareError> {
    let retention = Retention::years::<7>();
    let key = HipaaKey::declare(stack, "key", KeyUse::Storage)?;
    let access_logs = AccessLogBucket::declare(stack, "access-logs", retention)?;
    let records = PhiBucket::declare(stack, "records", key.customer_key(), &access_logs, retention)?;
    let logs_key = HipaaKey::declare(stack, "logs-key", KeyUse::Logs)?;
    stack.add("logs", LogGroup::new(retention.for_logs(), logs_key.customer_key()))?;
    if std::env::var_os("OUTSIDE_WANTS_A_GATEWAY").is_some() {
        stack.add("gateway", InternetGateway::new())?;
    }
    stack.output("records_bucket", records.name())
}

fn main() -> std::process::ExitCode {
    ironward::run("outside", declare)
}
