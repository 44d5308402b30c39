//! `up`: makes the cloud as the program declares it.

use std::path::Path;

use ironward_core::plan::{Action, Plan};
use ironward_core::provider::DeletePolicy;

use super::apply::{Applying, apply, confirm};
use super::drift::show_waiting;
use super::{Context, saved};
use crate::arguments::{LossArguments, OnFailure};
use crate::errors::Failure;
use crate::render::not_in_force::waiting;
use crate::render::plan::does_nothing;

pub(super) async fn run(
    context: &mut Context,
    plan: Option<&Path>,
    yes: bool,
    on_failure: OnFailure,
    losses: &LossArguments,
) -> Result<u8, Failure> {
    let program = context.program()?;
    let promised = match plan {
        Some(file) => Some((file, saved::read(file)?)),
        None => None,
    };
    if let Some((file, promised)) = &promised {
        // What can be told before the cloud is asked.
        promised.check_origin(file, &context.program_name, &context.target)?;
    }
    let mut session = context.open().await?;
    session.accept(losses.consents());
    let promised = match promised {
        Some((file, promised)) => Some((file, promised.open(file, session.vault())?)),
        None => None,
    };
    if let Some((file, promised)) = &promised {
        // Who approved the plan has approved what it says that it loses.
        session.accept(promised.consents(file)?);
    }
    let planned = context.watch(session.plan(&program)).await?;
    if let Some((file, promised)) = &promised {
        promised.check_plan(file, &planned.plan)?;
    }
    context.show_plan(&planned, &program, false);
    if !yes && !does_nothing(&planned.plan) {
        confirm(context, &planned.plan, "up --yes").await?;
    }
    let looks_again = may_wait(&planned.plan);
    let applying = Applying { policy: DeletePolicy::default(), on_failure };
    let code = apply(context, &session, &program, planned, applying).await?;
    if looks_again {
        // What it says is a remark: where it can't be told, the apply has ended all the same.
        if let Ok(planned) = session.plan(&program).await {
            show_waiting(context, &waiting(&planned.plan, planned.state()));
        }
    }
    Ok(code)
}

/// Whether something of a plan may not be in force once it is applied.
fn may_wait(plan: &Plan) -> bool {
    plan.changes.iter().any(|change| {
        let updates = matches!(change.action, Action::Update { .. });
        !change.not_in_force.is_empty()
            || (updates && change.diffs.iter().any(|diff| diff.interrupts.is_some()))
    })
}
