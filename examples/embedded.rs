//! A program with a command line and a runtime of its own: it plans and applies through a session,
//! follows the events, and stops in good order.
//!
//! ```text
//! cargo run --example embedded
//! ```

#![allow(clippy::print_stdout)] // Its output is what it is for.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ironward::config::Config;
use ironward::core::apply::Cancel;
use ironward::core::event::Event;
use ironward::core::provider::DeletePolicy;
use ironward::errors::BoxError;
use ironward::hipaa::{AccessLogBucket, HipaaKey, KeyUse, PhiBucket, Retention};
use ironward::prelude::*;
use ironward::session::{Session, SessionOptions};
use ironward::target::Target;

fn declare(stack: &mut Stack<Hipaa>) -> Result<(), DeclareError> {
    let retention = Retention::years::<7>();
    let key = HipaaKey::declare(stack, "key", KeyUse::Storage)?;
    let logs = AccessLogBucket::declare(stack, "access-logs", retention)?;
    let records = PhiBucket::declare(stack, "records", key.customer_key(), &logs, retention)?;
    stack.output("records_bucket", records.name())
}

// ANCHOR: open
/// Opens the default stack of the directory, and prints what happens in it.
async fn open(directory: &Path) -> Result<Session, BoxError> {
    let config = Config::find(directory)?;
    let target = Target::resolve(&config, None, None, ironward::sandbox_served_at)?;
    println!("deploying to {}", target.describe());
    let events = |event: Event| match event {
        Event::Finished { path, action, duration_ms } => println!("{action} {path} took {duration_ms} ms"),
        Event::Failed { path, message, source, .. } => println!("{source}: {path} failed: {message}"),
        _ => {}
    };
    let options = SessionOptions::new("nightly job").with_events(Arc::new(events));
    Ok(Session::open(target, options).await?)
}
// ANCHOR_END: open

// ANCHOR: apply
#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let session = open(&std::env::current_dir()?).await?;
    let mut stack = Stack::<Hipaa>::new("clinic");
    declare(&mut stack)?;
    let program = stack.program();

    let planned = session.plan(&program).await?;
    if let Some(change) = planned.plan.changes.iter().find(|change| change.action.word() == "delete") {
        return Err(format!("a nightly job deletes nothing, and {} would go", change.path).into());
    }

    let cancel = Cancel::default();
    let late = cancel.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(1800)).await;
        late.cancel(); // what runs ends and is recorded; nothing new starts
    });
    let outcome = session.apply(&program, planned, DeletePolicy::default(), &cancel).await?;
    for failure in &outcome.failures {
        println!("{}: {} {}: {}", failure.source, failure.action, failure.path, failure.error);
    }
    println!("{} created, complete: {}", outcome.counts.created, outcome.is_complete());
    println!("records go to {}", outcome.outputs["records_bucket"]);
    Ok(())
}
// ANCHOR_END: apply
