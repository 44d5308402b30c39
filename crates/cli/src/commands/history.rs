//! `history`: every apply so far, and what its chain proves.

use ironward_core::consent::Lost;
use ironward_core::history::{Apply, Command, FailedStep};
use ironward_core::state::Counts;
use serde::Serialize;

use super::Context;
use crate::arguments::HistoryCommand;
use crate::errors::Failure;

/// An apply, as an event.
#[derive(Serialize)]
struct ApplyEvent<'a> {
    event: &'static str,
    #[serde(flatten)]
    apply: &'a Apply,
    /// When it began, in words.
    at: String,
}

/// What was verified, as an event.
#[derive(Serialize)]
struct VerifiedEvent<'a> {
    event: &'static str,
    applies: u64,
    serial: u64,
    keyed: bool,
    anchored: bool,
    proven: &'a [String],
    unproven: &'a [String],
}

pub(super) async fn run(context: &mut Context, command: Option<&HistoryCommand>) -> Result<u8, Failure> {
    match command {
        None => list(context).await,
        Some(HistoryCommand::Verify) => verify(context).await,
    }
}

async fn list(context: &mut Context) -> Result<u8, Failure> {
    let applies = context.history().await?;
    if applies.is_empty() {
        let next = context.next("up");
        context.console.line(&format!("Nothing was applied yet; `{next}` begins."));
    }
    for apply in &applies {
        let at = apply.begun.began.to_string();
        context.console.event(&ApplyEvent { event: "apply", apply, at });
    }
    let rows: Vec<[String; 7]> = applies.iter().map(row).collect();
    let losses: Vec<String> = applies.iter().flat_map(lost).collect();
    let failures: Vec<String> = applies.iter().flat_map(failed).collect();
    let titles = ["", "began", "took", "by", "command", "ended", "what it did"].map(str::to_owned);
    let rows: Vec<&[String; 7]> =
        std::iter::once(&titles).filter(|_| !rows.is_empty()).chain(&rows).collect();
    let widths: Vec<usize> =
        (0..7).map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0)).collect();
    for (index, row) in rows.iter().enumerate() {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| match column {
            0 => format!("{cell:>width$}"),
            _ => format!("{cell:width$}"),
        });
        let line = cells.collect::<Vec<_>>().join("  ");
        let line =
            if index == 0 { context.console.paint.bold(line.trim_end()) } else { line.trim_end().to_owned() };
        context.console.line(&line);
    }
    if !losses.is_empty() {
        let title = context.console.paint.bold("What they were to lose, and who consented:");
        context.console.line("");
        context.console.line(&title);
        context.console.lines(&losses);
    }
    if !failures.is_empty() {
        let title = context.console.paint.bold("What failed, as CloudTrail and AWS Support find it:");
        context.console.line("");
        context.console.line(&title);
        context.console.lines(&failures);
    }
    Ok(0)
}

/// What failed in an apply.
fn failed(apply: &Apply) -> Vec<String> {
    let number = apply.begun.number;
    let line = |step: &FailedStep| {
        let ids = [
            step.request_id.as_ref().map(|id| format!("request id {id}")),
            step.extended_request_id.as_ref().map(|id| format!("extended request id {id}")),
        ];
        let code = Some(&step.code).filter(|code| !code.is_empty()).cloned();
        let parts: Vec<String> =
            std::iter::once(step.call.clone()).chain(code).chain(ids.into_iter().flatten()).collect();
        format!("    {number}  {}  {}  {}", step.action, step.path, parts.join(", "))
    };
    apply.failures.iter().map(line).collect()
}

/// What an apply was to lose.
fn lost(apply: &Apply) -> Vec<String> {
    let number = apply.begun.number;
    let line = |lost: &Lost| format!("    {number}  {}", crate::render::losses::line(lost));
    apply.begun.losses.iter().map(line).collect()
}

fn row(apply: &Apply) -> [String; 7] {
    let begun = &apply.begun;
    let took = apply.ended.map_or_else(String::new, |ended| {
        let millis = ended.unix_millis().saturating_sub(begun.began.unix_millis());
        crate::render::outcome::elapsed(std::time::Duration::from_millis(millis))
    });
    let by = match (begun.author.who.as_str(), begun.author.version.as_str()) {
        (who, "") => who.to_owned(),
        (who, version) => format!("{who} ({version})"),
    };
    [
        begun.number.to_string(),
        begun.began.to_string(),
        took,
        by,
        begun.command.to_string(),
        apply.verdict.to_string(),
        apply.counts.as_ref().map(|counts| counted(begun.command, counts)).unwrap_or_default(),
    ]
}

fn counted(command: Command, counts: &Counts) -> String {
    let (updated, deleted) = match command {
        Command::Move => ("moved", "deleted"),
        Command::Forget => ("updated", "let go of"),
        Command::Push => ("recorded", "deleted"),
        _ => ("updated", "deleted"),
    };
    let parts = [
        (counts.created, "created"),
        (counts.adopted, "adopted"),
        (counts.shared, "shared"),
        (counts.updated, updated),
        (counts.replaced, "replaced"),
        (counts.restored, "brought back"),
        (counts.deleted, deleted),
        (counts.forgotten, "let go of"),
        (counts.failed, "failed"),
    ];
    let parts: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    parts.join(", ")
}

async fn verify(context: &mut Context) -> Result<u8, Failure> {
    let Some(store) = context.recorded_store().await? else {
        let next = context.next("up");
        context.console.line(&format!("Nothing was applied yet; `{next}` begins."));
        return Ok(0);
    };
    let proof = store.proof().await?;
    let (proven, unproven) = (proof.proven(), proof.unproven());
    context.console.event(&VerifiedEvent {
        event: "verified",
        applies: proof.applies,
        serial: proof.serial,
        keyed: proof.keyed,
        anchored: proof.anchor.is_some(),
        proven: &proven,
        unproven: &unproven,
    });
    let paint = context.console.paint;
    context.console.line(&paint.bold("Proven:"));
    for sentence in proven {
        context.console.line(&format!("    {sentence}"));
    }
    if !unproven.is_empty() {
        context.console.line(&paint.bold("Not proven:"));
        for sentence in unproven {
            context.console.line(&format!("    {sentence}"));
        }
    }
    Ok(0)
}
