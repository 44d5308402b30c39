//! `destroy`: takes everything down.

use ironward_core::provider::DeletePolicy;

use super::Context;
use super::apply::{Applying, apply, confirm};
use crate::arguments::{LossArguments, OnFailure};
use crate::errors::Failure;
use crate::render::plan::does_nothing;

pub(super) async fn run(
    context: &mut Context,
    yes: bool,
    lift: bool,
    losses: &LossArguments,
) -> Result<u8, Failure> {
    context.lifts = lift;
    let program = context.program()?;
    let mut session = context.open().await?;
    session.accept(losses.consents());
    let planned = context.watch(session.plan_destroy(&program, lift)).await?;
    context.show_plan(&planned, &program, false);
    if !yes && !does_nothing(&planned.plan) {
        confirm(context, &planned.plan, "destroy --yes").await?;
    }
    let mut policy = DeletePolicy::default();
    policy.lift_protection = lift;
    let applying = Applying { policy, on_failure: OnFailure::Keep };
    apply(context, &session, &program, planned, applying).await
}
