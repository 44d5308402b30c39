//! What an apply did, and what it didn't.

use std::collections::BTreeMap;
use std::time::Duration;

use ironward_core::apply::Outcome;
use ironward_core::engine::RolledBack;
use ironward_core::path::Path;
use serde_json::Value as Json;

use super::plan::done;
use super::value::json;
use crate::console::Paint;
use crate::errors::Diagnostic;

/// A time as people read it: `0.4 s`, `12.3 s`, `3 min 05 s`.
pub(crate) fn elapsed(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds < 60 {
        format!("{:.1} s", duration.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

/// Of what was done, at most so many lines.
const DONE_SHOWN: usize = 12;

/// A line of the table.
struct Row {
    columns: [String; 4],
    /// What stands below it.
    notes: Vec<String>,
}

/// The counts, and the table of what was done, what failed and what wasn't tried.
pub(crate) fn summary(
    outcome: &Outcome,
    why_skipped: &BTreeMap<Path, String>,
    took: Duration,
    paint: Paint,
) -> Vec<String> {
    let counts = done(&outcome.counts);
    if outcome.is_complete() && !outcome.cancelled {
        return vec![format!("{} {counts}, in {}.", paint.good("Done:"), elapsed(took))];
    }
    let word = if outcome.failures.is_empty() { "Stopped:" } else { "Failed:" };
    let mut lines = vec![format!(
        "{} {counts}, {} not tried, after {}.",
        paint.error(word),
        outcome.skipped.len(),
        elapsed(took)
    )];
    let mut rows: Vec<Row> = Vec::new();
    let mut add = |status: &str, action: &str, path: &str, what: String, notes: Vec<String>| {
        rows.push(Row { columns: [status.to_owned(), action.to_owned(), path.to_owned(), what], notes });
    };
    let hidden = outcome.done.len().saturating_sub(DONE_SHOWN);
    if hidden > 0 {
        add("done", "", &format!("{hidden} others"), "see `state list`".to_owned(), Vec::new());
    }
    for (path, action) in outcome.done.iter().skip(hidden) {
        add("done", action.word(), path.as_str(), String::new(), Vec::new());
    }
    for failure in &outcome.failures {
        let what = format!("{} ({})", failure.type_name, failure.source);
        let diagnostic = Diagnostic::from(failure);
        let hint = diagnostic.hint.map(|hint| format!("hint: {hint}"));
        let notes = std::iter::once(diagnostic.message).chain(hint).collect();
        add("failed", failure.action.word(), failure.path.as_str(), what, notes);
    }
    for (path, action) in &outcome.skipped {
        let why = why_skipped.get(path).cloned().unwrap_or_default();
        add("not tried", action.word(), path.as_str(), why, Vec::new());
    }
    lines.extend(table(&rows, paint));
    lines
}

fn table(rows: &[Row], paint: Paint) -> Vec<String> {
    let width = |column: usize| rows.iter().map(|row| row.columns[column].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    let mut lines = Vec::new();
    for Row { columns: [status, action, path, what], notes } in rows {
        let mark = format!("{status:width$}", width = widths[0]);
        let mark = match status.as_str() {
            "failed" => paint.bad(&mark),
            "done" | "taken down" => paint.good(&mark),
            _ => paint.notice(&mark),
        };
        let action = match widths[1] {
            0 => String::new(),
            width => format!("  {action:width$}"),
        };
        lines.push(
            format!("  {mark}{action}  {path:width$}  {what}", width = widths[2]).trim_end().to_owned(),
        );
        lines.extend(notes.iter().map(|note| format!("      {note}")));
    }
    lines
}

/// What to type after a run that didn't do everything, or was rolled back.
pub(crate) fn next(outcome: &Outcome, command: &str, rolled_back: bool) -> String {
    let cause = if outcome.failures.is_empty() { "T" } else { "Correct the cause, then t" };
    let then = match rolled_back {
        true => "it begins with what is there now",
        false => "it goes on from here; what is done is recorded",
    };
    format!("{cause}ype `{command}`: {then}.")
}

/// What a rollback did.
pub(crate) fn rolled_back(back: &RolledBack, paint: Paint) -> Vec<String> {
    let counts =
        [(back.removed.len(), "taken down"), (back.kept.len(), "kept"), (back.failures.len(), "failed")];
    let counts: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let counts = if counts.is_empty() { "nothing had been made".to_owned() } else { counts.join(", ") };
    let title = format!("Rolled back: {counts}.");
    let title = if back.is_complete() { paint.bold(&title) } else { paint.error(&title) };
    let row = |status: &str, path: &Path, what: &str, notes| Row {
        columns: [status.to_owned(), String::new(), path.to_string(), what.to_owned()],
        notes,
    };
    let mut rows: Vec<Row> =
        back.removed.iter().map(|path| row("taken down", path, "", Vec::new())).collect();
    rows.extend(back.kept.iter().map(|(path, why)| row("kept", path, why, Vec::new())));
    rows.extend(back.failures.iter().map(|failure| {
        let diagnostic = Diagnostic::from(failure);
        let hint = diagnostic.hint.map(|hint| format!("hint: {hint}"));
        let notes = std::iter::once(diagnostic.message).chain(hint).collect();
        row("failed", &failure.path, &failure.type_name, notes)
    }));
    let mut lines = vec![title];
    lines.extend(table(&rows, paint));
    lines
}

/// The exported values.
pub(crate) fn outputs(outputs: &BTreeMap<String, Json>) -> Vec<String> {
    let width = outputs.keys().map(|name| name.chars().count()).max().unwrap_or(0);
    outputs
        .iter()
        .map(|(name, value)| {
            let value = match value {
                Json::String(text) => text.clone(),
                value => json(value),
            };
            format!("    {name:width$} = {value}")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_short() {
        assert_eq!(elapsed(Duration::from_millis(430)), "0.4 s");
        assert_eq!(elapsed(Duration::from_millis(12_340)), "12.3 s");
        assert_eq!(elapsed(Duration::from_secs(185)), "3 min 05 s");
    }
}
