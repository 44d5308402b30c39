//! `refresh`: brings the recorded state up to date.

use serde::Serialize;

use super::Context;
use crate::errors::{Diagnostic, Failure};

/// What happened to one record.
#[derive(Serialize)]
struct RefreshEvent<'a> {
    event: &'static str,
    path: &'a str,
    outcome: &'static str,
}

pub(super) async fn run(context: &mut Context) -> Result<u8, Failure> {
    let program = context.program()?;
    let session = context.open().await?;
    let report = context.watch(session.refresh(&program)).await?;
    let total = session.state().await?.resources.len() + report.vanished.len();
    let groups = [
        (&report.updated, "updated", "its attributes were read anew"),
        (&report.vanished, "vanished", "is gone and was dropped from the state"),
    ];
    for (paths, outcome, words) in groups {
        for path in paths {
            context.console.event(&RefreshEvent { event: "refreshed", path: path.as_str(), outcome });
            context.console.line(&format!("{outcome:8}  {path}  {words}"));
        }
    }
    context.counts.updated = report.updated.len();
    context.counts.deleted = report.vanished.len();
    context.counts.failed = report.unreadable.len();
    context.counts.unchanged =
        total.saturating_sub(report.updated.len() + report.vanished.len() + report.unreadable.len());
    context.console.line(&format!(
        "Refreshed: {} updated, {} gone, {} unchanged; nothing in the cloud was changed.",
        report.updated.len(),
        report.vanished.len(),
        context.counts.unchanged
    ));
    if !report.vanished.is_empty() {
        let next = context.next("preview");
        context.console.line(&format!("Type `{next}` to see what `up` would make again."));
    }
    if report.unreadable.is_empty() {
        return Ok(0);
    }
    let diagnostics = report
        .unreadable
        .iter()
        .map(|(path, error)| {
            let mut diagnostic = Diagnostic::from(error);
            diagnostic.message = format!("`{path}` can't be read: {}", diagnostic.message);
            diagnostic.path = Some(path.to_string());
            diagnostic.source = program.source_of(path).map(ToString::to_string);
            diagnostic
        })
        .collect();
    Err(Failure { diagnostics, code: 1 })
}
