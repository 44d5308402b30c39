//! Asking and applying, for `up` and `destroy`.

use std::collections::BTreeMap;
use std::io::BufRead;

use ironward_core::apply::Cancel;
use ironward_core::engine::Planned;
use ironward_core::path::Path;
use ironward_core::plan::{Action, Plan};
use ironward_core::program::Program;
use ironward_core::provider::DeletePolicy;
use serde::Serialize;
use serde_json::Value as Json;

use super::{Context, rollback};
use crate::arguments::OnFailure;
use crate::errors::Failure;
use crate::progress::Board;
use crate::render;
use crate::session::Session;

/// An exported value, as an event.
#[derive(Serialize)]
struct OutputEvent<'a> {
    event: &'static str,
    name: &'a str,
    value: &'a Json,
}

/// What the plan destroys, one line each.
fn destroyed(plan: &Plan) -> Vec<String> {
    plan.changes
        .iter()
        .filter_map(|change| {
            let what = match change.action {
                Action::Delete => "is deleted",
                Action::Replace { .. } if change.replaces.is_some() => {
                    "is replaced: the present one is deleted"
                }
                Action::Forget => "stays in the cloud and is no longer managed",
                _ => return None,
            };
            let id = change.physical_id.as_ref().map(|id| format!(" {id}")).unwrap_or_default();
            Some(format!("    {} {}{id} {what}", change.path, change.type_name))
        })
        .collect()
}

/// Asks whether to apply; without a person to ask, refuses.
/// `command` is what goes on without asking.
pub(super) async fn confirm(context: &mut Context, plan: &Plan, command: &str) -> Result<(), Failure> {
    let lost = destroyed(plan);
    if can_ask(context) && !lost.is_empty() {
        let title = context.console.paint.error("This destroys:");
        context.console.line(&format!("\n{title}"));
        context.console.lines(&lost);
    }
    let question = format!("\nApply to {}?", context.target.describe());
    let hint = format!("look at the plan above and type `{}`", context.next(command));
    agree(context, &question, ("nobody can be asked here, so nothing was applied", hint)).await
}

/// Whether there is a person to ask.
pub(super) fn can_ask(context: &Context) -> bool {
    context.input_is_terminal && context.console.terminal && !context.console.json
}

/// Asks a question that only `yes` answers; without a person to ask, refuses with this message and
/// this hint.
pub(super) async fn agree(
    context: &mut Context,
    question: &str,
    (refusal, hint): (&str, String),
) -> Result<(), Failure> {
    if !can_ask(context) {
        return Err(Failure::new(refusal, hint));
    }
    let question = format!("{question} Only `yes` goes on: ");
    if answers_yes(context, &question).await? { Ok(()) } else { Err(declined()) }
}

/// Asks a question; whether the answer was `yes`.
pub(super) async fn answers_yes(context: &mut Context, question: &str) -> Result<bool, Failure> {
    context.console.write(&context.console.paint.bold(question));
    let Some(mut input) = context.input.take() else { return Ok(false) };
    let answer = tokio::task::spawn_blocking(move || {
        let mut answer = String::new();
        input.read_line(&mut answer).map(|_| (answer, input))
    });
    let answer = tokio::select! {
        biased;
        () = context.interrupt.asked(1) => {
            context.console.line("");
            return Err(Failure::interrupted());
        }
        answer = answer => answer,
    };
    match answer {
        Ok(Ok((answer, input))) => {
            context.input = Some(input);
            Ok(answer.trim() == "yes")
        }
        _ => Ok(false),
    }
}

fn declined() -> Failure {
    Failure::new("not applied: the answer wasn't `yes`", "nothing was changed")
}

/// How a plan is applied.
pub(super) struct Applying {
    pub(super) policy: DeletePolicy,
    pub(super) on_failure: OnFailure,
}

/// Applies a plan and shows how it went. The exit code is 1 where anything is left to do, also
/// after a Ctrl-C.
pub(super) async fn apply(
    context: &mut Context,
    session: &Session,
    program: &Program,
    planned: Planned,
    applying: Applying,
) -> Result<u8, Failure> {
    let quiet = render::plan::does_nothing(&planned.plan);
    let steps: usize = planned
        .plan
        .changes
        .iter()
        .map(|change| match change.action {
            Action::Noop => 0,
            Action::Replace { .. } if change.replaces.is_some() => 2,
            _ => 1,
        })
        .sum();
    let started = context.clock.now();
    if !quiet {
        context.console.line("");
    }
    let (result, board) = stoppable(context, Board::new(steps), async |cancel| {
        session.apply(program, planned, applying.policy, cancel).await
    })
    .await?;
    let outcome = result?;
    context.counts = outcome.counts;
    let took = context.clock.now().saturating_sub(started);
    let paint = context.console.paint;
    if !quiet || !outcome.is_complete() {
        context.console.line("");
        context.console.lines(&render::outcome::summary(&outcome, board.skipped(), took, paint));
    }
    show_remains(context, &outcome.remains);
    if outcome.counts.forgotten > 0 && !outcome.remains.is_empty() {
        super::remains::next_step(context);
    }
    let undoes = applying.on_failure == OnFailure::Rollback && !outcome.failures.is_empty();
    if undoes && outcome.cancelled {
        context.say(Some("nothing is rolled back, since the run was cancelled".to_owned()));
    } else if undoes {
        rollback::run(context, session, program, &outcome).await?;
    }
    if !outcome.is_complete() {
        let next = again(context);
        let rolled_back = undoes && !outcome.cancelled;
        context.console.line(&render::outcome::next(&outcome, &next, rolled_back));
    }
    show_outputs(context, &outcome.outputs);
    Ok(u8::from(!outcome.is_complete()))
}

/// Runs work that changes the cloud. The first Ctrl-C asks it to start nothing new, the second
/// stops it at once.
pub(super) async fn stoppable<T>(
    context: &mut Context,
    board: Board,
    work: impl AsyncFnOnce(&Cancel) -> T,
) -> Result<(T, Board), Failure> {
    let cancel = Cancel::default();
    let interrupt = context.interrupt.clone();
    let (result, board) = context
        .show(board, async |stopping| {
            let stop = async {
                interrupt.asked(1).await;
                cancel.cancel();
                // Whoever shows it lives longer than this.
                let _ = stopping.send(());
                interrupt.asked(2).await;
            };
            tokio::select! {
                biased;
                () = stop => None,
                result = work(&cancel) => Some(result),
            }
        })
        .await;
    let Some(result) = result else {
        let mut failure = Failure::new(
            "stopped at once; calls that were under way may have had an effect",
            format!("type `{}`: it finds out and goes on from here", again(context)),
        );
        failure.code = 130;
        return Err(failure);
    };
    Ok((result, board))
}

/// The command that goes on.
fn again(context: &Context) -> String {
    match &context.again {
        Some(command) => context.next(command),
        None => context.next(if context.lifts { "destroy --lift-protection" } else { context.words }),
    }
}

/// Shows what deletions left behind.
pub(super) fn show_remains(context: &mut Context, remains: &[(Path, String)]) {
    if remains.is_empty() {
        return;
    }
    let title = context.console.paint.bold("What remains in the cloud, for its time:");
    context.console.line("");
    context.console.line(&title);
    for (path, what) in remains {
        context.console.line(&format!("    {path}  {what}"));
    }
}

/// Shows exported values.
pub(super) fn show_outputs(context: &mut Context, outputs: &BTreeMap<String, Json>) {
    for (name, value) in outputs {
        context.console.event(&OutputEvent { event: "output", name, value });
    }
    if !outputs.is_empty() {
        let title = context.console.paint.bold("Outputs:");
        context.console.line(&format!("\n{title}"));
        context.console.lines(&render::outcome::outputs(outputs));
    }
}
