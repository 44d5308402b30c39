//! `drift`: what was changed outside.

use ironward_core::consent::{Consent, Paths};

use super::Context;
use crate::errors::Failure;
use crate::render::not_in_force::{Waiting, waiting};
use crate::render::plan::drifted;

pub(super) async fn run(context: &mut Context, detailed: bool) -> Result<u8, Failure> {
    let program = context.program()?;
    let mut session = context.open().await?;
    // Nothing is applied: what a repair would lose is no reason not to look.
    session.accept([Consent::by_command(Paths::everything())]);
    let planned = context.watch(session.plan(&program)).await?;
    let plan = &planned.plan;
    let mut found = 0;
    for event in drifted(plan) {
        context.console.event(&event);
        found += 1;
    }
    let recorded = planned.state().resources.len();
    context.counts.unchanged = recorded.saturating_sub(found);
    let paint = context.console.paint;
    if found > 0 {
        context.console.line("");
        context
            .console
            .line(&paint.bold("Changed outside since the last apply (as applied → as it is now):"));
        let lines = context.view(true).drift(plan);
        context.console.lines(&lines);
        context.console.line("");
    }
    let (declared, observed) = plan
        .changes
        .iter()
        .filter(|change| change.physical_id.is_some())
        .fold((0, 0), |(declared, observed), change| {
            (declared + change.declared, observed + change.observed)
        });
    context.console.line(&format!(
        "{} {found} of {recorded} resources changed outside; {observed} of {declared} declared properties could be read.",
        paint.bold("Drift:")
    ));
    if found > 0 {
        let next = context.next("up");
        context.console.line(&format!("Type `{next}` to repair it."));
    }
    let waiting = waiting(plan, planned.state());
    let incident = waiting.iter().any(Waiting::guards);
    show_waiting(context, &waiting);
    Ok(if detailed && (found > 0 || incident) { 2 } else { 0 })
}

/// What was set and isn't in force yet: no drift, unless it guards data.
pub(super) fn show_waiting(context: &mut Context, waiting: &[Waiting<'_>]) {
    for event in waiting {
        context.console.event(event);
    }
    if waiting.is_empty() {
        return;
    }
    let paint = context.console.paint;
    let (title, guards) = ("Set and not in force yet:", waiting.iter().any(Waiting::guards));
    context.console.line("");
    context.console.line(&if guards { paint.error(title) } else { paint.bold(title) });
    for row in waiting {
        context.console.lines(&row.lines());
    }
}
