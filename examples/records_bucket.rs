//! A bucket for health records, with its key and its access log: the first program of the book.
//!
//! ```text
//! cargo run --example records_bucket -- up --yes
//! ```

// ANCHOR: program
use ironward::hipaa::{AccessLogBucket, HipaaKey, KeyUse, PhiBucket, Retention};
use ironward::prelude::*;

fn declare(stack: &mut Stack<Hipaa>) -> Result<(), DeclareError> {
    let retention = Retention::years::<7>();
    let key = HipaaKey::declare(stack, "key", KeyUse::Storage)?;
    let logs = AccessLogBucket::declare(stack, "access-logs", retention)?;
    let records = PhiBucket::declare(stack, "records", key.customer_key(), &logs, retention)?;
    stack.output("records_bucket", records.name())
}

fn main() -> std::process::ExitCode {
    ironward::run("clinic", declare)
}
// ANCHOR_END: program
