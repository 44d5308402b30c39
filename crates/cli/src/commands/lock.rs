//! `state lock status` and `state lock break`: the lock of a state that is kept in a bucket.

use std::sync::Arc;
use std::time::Duration;

use ironward_core::clock::Timestamp;
use ironward_store::remote::{BootClock, LockStatus, Objects, break_lock, lock_status};
use serde::Serialize;

use super::{Context, apply};
use crate::arguments::LockCommand;
use crate::errors::Failure;
use crate::render::outcome::elapsed;
use crate::state_access::services;
use crate::target::StateAt;

/// What is known of a lock, as an event.
#[derive(Serialize)]
struct LockEvent<'a> {
    event: &'static str,
    held: bool,
    fence: u64,
    holder: &'a str,
    since: String,
    /// The last sign of life.
    renewed: String,
    lease_ms: u64,
    seems_gone: bool,
    broken: bool,
}

pub(super) async fn run(context: &mut Context, command: &LockCommand) -> Result<u8, Failure> {
    let objects = objects(context).await?;
    match command {
        LockCommand::Status => status(context, objects).await,
        LockCommand::Break { yes } => take_away(context, objects, *yes).await,
    }
}

async fn objects(context: &Context) -> Result<Arc<dyn Objects>, Failure> {
    if let StateAt::Directory(directory) = &context.target.state {
        return Err(Failure::new(
            format!("the state of the stack `{}` is in {}", context.target.stack, directory.display()),
            "its lock is the operating system's: it ends with the process that has it, however that ends",
        ));
    }
    let services = services(&context.target, &*context.connector).await?;
    services.objects.ok_or_else(|| {
        Failure::new("this state has no bucket", "this is a defect of Ironward: please report it")
    })
}

async fn status(context: &mut Context, objects: Arc<dyn Objects>) -> Result<u8, Failure> {
    let place = objects.place("");
    let Some(lock) = lock_status(objects, Arc::new(BootClock)).await? else {
        context.console.line(&format!("Nobody ever worked on a state in {place}."));
        return Ok(0);
    };
    let now = context.clock.wall();
    tell(context, &lock, now);
    if lock.free {
        let last = if lock.broken { "broken by" } else { "held last by" };
        context.console.line(&format!("Free; {last} {} (holder {}).", lock.holder, lock.fence));
        return Ok(0);
    }
    context.console.line(&format!("Held by {} (holder {}).", lock.holder, lock.fence));
    context.console.line(&format!("    since              {}", lock.since));
    let silent = Duration::from_millis(now.unix_millis().saturating_sub(lock.renewed.unix_millis()));
    context.console.line(&format!("    last sign of life  {} ago", elapsed(silent)));
    if lock.seems_expired(now) {
        let lease = elapsed(lock.duration);
        context.console.line(&format!(
            "Its lease of {lease} is over: the next command takes the lock over by itself, after it has \
             watched it for that long."
        ));
    } else {
        let next = context.next("state lock break");
        context.console.line(&format!(
            "It renews its lease; wait until it ends. If that machine must not go on, type `{next}`."
        ));
    }
    Ok(0)
}

fn tell(context: &mut Context, lock: &LockStatus, now: Timestamp) {
    context.console.event(&LockEvent {
        event: "lock",
        held: !lock.free,
        fence: lock.fence,
        holder: &lock.holder,
        since: lock.since.to_string(),
        renewed: lock.renewed.to_string(),
        lease_ms: u64::try_from(lock.duration.as_millis()).unwrap_or(u64::MAX),
        seems_gone: lock.seems_expired(now),
        broken: lock.broken,
    });
}

async fn take_away(context: &mut Context, objects: Arc<dyn Objects>, yes: bool) -> Result<u8, Failure> {
    let clock: Arc<BootClock> = Arc::new(BootClock);
    let Some(lock) = lock_status(Arc::clone(&objects), clock.clone()).await?.filter(|lock| !lock.free) else {
        context.console.line("The lock is free: nothing was changed.");
        return Ok(0);
    };
    context.console.line(&format!("Held by {} since {} (holder {}).", lock.holder, lock.since, lock.fence));
    if !yes {
        let risk = "If that process still works, it stops within a quarter of its lease, and what it began \
                    is settled by the next run.";
        context.console.line(risk);
        let hint = format!("type `{}`", context.next("state lock break --yes"));
        let refusal = ("nobody can be asked here, so nothing was changed", hint);
        apply::agree(context, "\nTake the lock away?", refusal).await?;
    }
    let breaker = context.signed();
    let broken = break_lock(objects, clock, &context.target.stack, &breaker).await?;
    let now = context.clock.wall();
    if let Some(lock) = &broken {
        tell(context, lock, now);
    }
    context
        .console
        .line("The lock is free. The next run waits before it believes that something wasn't made.");
    Ok(0)
}
