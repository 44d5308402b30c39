//! `preview`: what `up` would do.

use std::path::Path;

use super::{Context, saved};
use crate::arguments::LossArguments;
use crate::errors::Failure;
use crate::render::plan::does_nothing;

pub(super) async fn run(
    context: &mut Context,
    out: Option<&Path>,
    detailed: bool,
    losses: &LossArguments,
) -> Result<u8, Failure> {
    let program = context.program()?;
    let mut session = context.open().await?;
    session.accept(losses.consents());
    let planned = context.watch(session.plan(&program)).await?;
    context.counts = planned.plan.counts();
    context.show_plan(&planned, &program, true);
    let nothing = does_nothing(&planned.plan);
    if let Some(file) = out {
        saved::write(file, &context.target, &planned.plan, session.vault())?;
        let name = file.display();
        context.say(Some(format!(
            "the plan is saved in {name}; `{}` applies it",
            context.next(&format!("up {name}"))
        )));
    } else if !nothing {
        let next = context.next("up");
        context.console.line(&format!("Type `{next}` to apply it."));
    }
    let differs = !nothing || planned.plan.has_drift();
    Ok(if detailed && differs { 2 } else { 0 })
}
