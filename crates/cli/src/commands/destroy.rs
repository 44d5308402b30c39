//! `destroy`: takes everything down.

use ironward_core::provider::DeletePolicy;

use super::Context;
use super::apply::{apply, confirm};
use crate::errors::Failure;
use crate::render::plan::does_nothing;

pub(super) async fn run(context: &mut Context, yes: bool, lift: bool) -> Result<u8, Failure> {
    context.lifts = lift;
    let program = context.program()?;
    let session = context.open().await?;
    let planned = context.watch(session.plan_destroy(&program, lift)).await?;
    context.show_plan(&planned, &program, false);
    if !yes && !does_nothing(&planned.plan) {
        confirm(context, &planned.plan).await?;
    }
    let mut policy = DeletePolicy::default();
    policy.lift_protection = lift;
    apply(context, &session, &program, planned, policy).await
}
