//! `state migrate`: keeping the state somewhere else from now on.

use ironward_store::{LocalStore, OpenState, RemoteStore};
use serde::Serialize;

use super::Context;
use crate::config::{DEFAULT_PREFIX, Encryption};
use crate::errors::Failure;
use crate::state_access::services;
use crate::target::{BucketAt, StateAt, Target};

/// A state that was moved, as an event.
#[derive(Serialize)]
struct MigratedEvent<'a> {
    event: &'static str,
    from: &'a str,
    to: &'a str,
    serial: u64,
    applies: u64,
}

pub(super) async fn run(context: &mut Context, to: &str, kms_key: Option<&str>) -> Result<u8, Failure> {
    let there = destination(&context.target, to, kms_key)?;
    move_state(context, there).await
}

/// The same stack, with its state at the place that was typed.
fn destination(target: &Target, to: &str, kms_key: Option<&str>) -> Result<Target, Failure> {
    let mut there = target.clone();
    let unencrypted = target.encryption == Encryption::None;
    if to == "local" {
        there = there.with_local_state();
        if let (Some(key), false) = (kms_key, unencrypted) {
            there.kms_key = Some(key.to_owned());
            there.encryption = Encryption::Kms;
        } else if target.encryption == Encryption::Kms {
            there.encryption = Encryption::KeyFile;
        }
    } else {
        let place = to.strip_prefix("s3://").filter(|place| !place.is_empty() && !place.starts_with('/'));
        let place = place.ok_or_else(|| {
            let message = format!("`--to {to}` isn't a place of a state");
            Failure::new(message, "write `s3://BUCKET/PREFIX`, or `local`")
        })?;
        let (bucket, prefix) = place.trim_end_matches('/').split_once('/').unwrap_or((place, DEFAULT_PREFIX));
        there.kms_key = kms_key.map(str::to_owned).or(there.kms_key);
        if there.kms_key.is_none() {
            let hint = "add `--kms-key KEY`: the objects of the bucket are encrypted by it";
            return Err(Failure::new("a state in a bucket needs a KMS key", hint));
        }
        if !unencrypted && there.encryption == Encryption::KeyFile {
            there.encryption = Encryption::Kms;
        }
        there.state = StateAt::Bucket(Box::new(BucketAt {
            bucket: bucket.trim_end_matches('/').to_owned(),
            prefix: prefix.to_owned(),
            evidence: None,
            reach: there.reach.clone(),
        }));
    }
    if there.state == target.state {
        let message = format!("the state is kept in {} already", target.state);
        return Err(Failure::new(message, "nothing was moved"));
    }
    Ok(there)
}

/// Moves the state of the stack to where `there` keeps it.
pub(super) async fn move_state(context: &mut Context, there: Target) -> Result<u8, Failure> {
    let Some(store) = context.recorded_store().await? else {
        let hint = "write the new place into Ironward.toml: the first `up` begins the state there";
        return Err(Failure::new("nothing is recorded for this stack yet, so nothing is to be moved", hint));
    };
    let here = services(&context.target, &*context.connector).await?;
    let packed = store.pack(&context.state_access.protection(&context.target, &here)?).await?;
    let cloud = store.cloud().await?;

    let services = services(&there, &*context.connector).await?;
    let protection = context.state_access.protection(&there, &services)?;
    match &there.state {
        StateAt::Directory(directory) => LocalStore::unpack(directory, &packed, &protection).await?,
        StateAt::Bucket(_) => {
            let remote = context.state_access.remote(&there, &services)?;
            RemoteStore::unpack(&remote, &packed, &protection, &context.signed()).await?;
        }
    }
    // It has to prove itself there before it ends here.
    let moved = context.state_access.open(&there, &*context.connector, &context.holder()).await?;
    let proven = prove(&*moved, cloud.as_deref()).await;
    moved.close().await?;
    let (serial, applies) = proven?;
    let (from, to) = (store.place(), moved.place());
    store.mark_moved(&to).await?;

    context.console.event(&MigratedEvent { event: "migrated", from: &from, to: &to, serial, applies });
    let count = if applies == 1 { "1 apply".to_owned() } else { format!("{applies} applies") };
    context.console.line(&format!(
        "Moved: the state, at serial {serial}, and its history of {count} are in {to} now. What is in {from} \
         stays as it is, and nothing opens it any more."
    ));
    context.console.line("Write this into Ironward.toml:");
    let lines = configuration(&there);
    context.console.line("");
    context.console.lines(&lines);
    Ok(0)
}

async fn prove(store: &dyn OpenState, cloud: Option<&str>) -> Result<(u64, u64), Failure> {
    let proof = store.proof().await?;
    if let Some(cloud) = cloud {
        store.bind(cloud).await?;
    }
    Ok((proof.serial, proof.applies))
}

/// What `Ironward.toml` says of such a state.
pub(super) fn configuration(target: &Target) -> Vec<String> {
    let mut lines = vec![format!("[stack.{}.state]", target.stack)];
    let usual = match &target.state {
        StateAt::Bucket(at) => {
            lines.push(format!("bucket = \"{}\"", at.bucket));
            if at.prefix != DEFAULT_PREFIX {
                lines.push(format!("prefix = \"{}\"", at.prefix));
            }
            if at.reach.region != target.reach.region {
                lines.push(format!("region = \"{}\"", at.reach.region));
            }
            Encryption::Kms
        }
        StateAt::Directory(_) => Encryption::KeyFile,
    };
    if let Some(key) = &target.kms_key {
        lines.push(format!("kms_key = \"{key}\""));
    }
    if target.encryption != usual {
        lines.push(format!("encryption = \"{}\"", target.encryption.word()));
    }
    lines
}
