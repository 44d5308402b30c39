//! `state bootstrap`: a bucket and a key for states, made by the library itself.

use std::sync::Arc;

use ironward_core::program::{DeclareError, Program};
use ironward_core::provider::DeletePolicy;
use ironward_core::stack::{Hipaa, Stack};
use ironward_emulators::Emulator;
use ironward_hipaa_components::StateBucket;

use super::{Context, apply, migrate};
use crate::arguments::OnFailure;
use crate::config::{DEFAULT_PREFIX, Encryption};
use crate::errors::Failure;
use crate::session::Session;
use crate::target::{BucketAt, StateAt, Target};

/// The name of the program that declares the bucket, in its history.
const PROGRAM: &str = "ironward-state";

/// `closed_to_http` is whether the bucket's policy refuses what doesn't come over TLS.
fn program(bucket: &str, closed_to_http: bool) -> Result<Program, DeclareError> {
    let mut stack = Stack::<Hipaa>::new(PROGRAM);
    let declare = if closed_to_http { StateBucket::declare } else { StateBucket::declare_without_policy };
    let state = declare(&mut stack, "state", bucket)?;
    stack.output("bucket", state.name())?;
    stack.output("kms_key", state.key().arn())?;
    Ok(stack.program())
}

pub(super) async fn run(context: &mut Context, bucket: Option<&str>, yes: bool) -> Result<u8, Failure> {
    let stack = context.target.clone();
    let here =
        Target { encryption: Encryption::KeyFile, kms_key: None, ..stack.clone().with_bootstrap_state() };
    context.target = here;
    let result = make(context, &stack, bucket, yes).await;
    context.target = stack;
    result
}

/// The emulator under which a bucket with the policy would be closed to everybody, if it is one.
///
/// # Errors
/// Where S3 of AWS would be asked over plain HTTP, which the policy refuses.
async fn blind_to_conditions(context: &Context, stack: &Target) -> Result<Option<Emulator>, Failure> {
    let reach = &stack.reach;
    let clock = Arc::clone(&context.clock);
    let emulator = context.connector.emulator_of_s3(stack, reach, clock).await?;
    let endpoint = reach.endpoints.get("s3").or(reach.endpoint.as_ref());
    match endpoint.filter(|endpoint| !reach.emulated && endpoint.as_str().starts_with("http://")) {
        Some(endpoint) => Err(Failure::new(
            format!("S3 would be asked at {endpoint}, and a bucket for states takes nothing over plain HTTP"),
            "write an `https://` address into Ironward.toml, or none; nothing was made",
        )),
        None => Ok(emulator.filter(|emulator| emulator.denies_unconditionally())),
    }
}

async fn make(context: &mut Context, stack: &Target, bucket: Option<&str>, yes: bool) -> Result<u8, Failure> {
    let blind = blind_to_conditions(context, stack).await?;
    let session = context.open().await?;
    let name = match bucket {
        Some(name) => name.to_owned(),
        None => usual_name(&session),
    };
    let program =
        program(&name, blind.is_none()).map_err(|error| crate::errors::of_program(&error.into()))?;
    let planned = context.watch(session.plan(&program)).await?;
    let quiet = crate::render::plan::does_nothing(&planned.plan);
    if !quiet {
        context.show_plan(&planned, &program, false);
        if !yes {
            apply::confirm(context, &planned.plan, "state bootstrap --yes").await?;
        }
    }
    let applying = apply::Applying { policy: DeletePolicy::default(), on_failure: OnFailure::Keep };
    let code = apply::apply(context, &session, &program, planned, applying).await?;
    if code != 0 {
        return Ok(code);
    }
    let outputs = session.state().await?.outputs;
    let output = |name: &str| outputs.get(name).and_then(|value| value.as_str()).map(str::to_owned);
    let (Some(bucket), Some(kms_key)) = (output("bucket"), output("kms_key")) else {
        let hint = "this is a defect of Ironward: please report it";
        return Err(Failure::new("the bucket was made, and its name or key isn't known", hint));
    };
    let reach = stack.reach.clone();
    let mut configured = stack.clone();
    configured.state = StateAt::Bucket(Box::new(BucketAt {
        bucket,
        prefix: DEFAULT_PREFIX.to_owned(),
        evidence: None,
        reach,
    }));
    (configured.kms_key, configured.encryption) = (Some(kms_key.clone()), Encryption::Kms);
    let lines = migrate::configuration(&configured);
    context.say(blind.map(|emulator| {
        format!(
            "the bucket has no policy here: {emulator} heeds no condition of one and would let nobody in; on AWS \
             the policy refuses what doesn't come over TLS"
        )
    }));
    context.console.line("");
    context.console.line(&format!(
        "The bucket is there. For a new stack, write this into Ironward.toml; for one that has a state, type \
         `{}` first:",
        context.next(&format!("state migrate --to {} --kms-key {kms_key}", configured.state))
    ));
    context.console.line("");
    context.console.lines(&lines);
    Ok(0)
}

/// Bucket names are of the whole world: account and region make it one's own.
fn usual_name(session: &Session) -> String {
    match session.engine().place() {
        Some(place) => format!("ironward-state-{}-{}", place.account, place.region),
        None => PROGRAM.to_owned(),
    }
}
