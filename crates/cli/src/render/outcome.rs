//! What an apply did, and what it didn't.

use std::collections::BTreeMap;
use std::time::Duration;

use ironward_core::execute::Outcome;
use ironward_core::path::Path;
use serde_json::Value as Json;

use super::plan::done;
use super::value::json;
use crate::console::Paint;
use crate::errors::Complaint;

/// A time as people read it: `0.4 s`, `12.3 s`, `3 min 05 s`.
pub(crate) fn elapsed(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds < 60 {
        format!("{:.1} s", duration.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

/// The counts, and the table of what failed and what wasn't tried.
pub(crate) fn summary(
    outcome: &Outcome,
    why_skipped: &BTreeMap<Path, String>,
    took: Duration,
    next: &str,
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
    let mut rows: Vec<[String; 4]> = Vec::new();
    let mut notes: Vec<Vec<String>> = Vec::new();
    for failure in &outcome.failures {
        rows.push([
            "failed".to_owned(),
            failure.action.to_owned(),
            failure.path.to_string(),
            format!("{} ({})", failure.type_name, failure.source),
        ]);
        let complaint = Complaint::from(&failure.fault);
        let mut note = vec![complaint.message];
        note.extend(complaint.hint.map(|hint| format!("hint: {hint}")));
        notes.push(note);
    }
    for (path, action) in &outcome.skipped {
        let why = why_skipped.get(path).map(String::as_str).unwrap_or_default();
        rows.push(["not tried".to_owned(), (*action).to_owned(), path.to_string(), why.to_owned()]);
        notes.push(Vec::new());
    }
    let widths: Vec<usize> =
        (0..3).map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0)).collect();
    for (row, note) in rows.iter().zip(notes) {
        let status = format!("{:width$}", row[0], width = widths[0]);
        let status = if row[0] == "failed" { paint.bad(&status) } else { paint.notice(&status) };
        lines.push(format!(
            "  {status}  {:action$}  {:path$}  {}",
            row[1],
            row[2],
            row[3],
            action = widths[1],
            path = widths[2]
        ));
        lines.extend(note.into_iter().map(|line| format!("      {line}")));
    }
    let cause = if outcome.failures.is_empty() { "T" } else { "Correct the cause, then t" };
    lines.push(format!("{cause}ype `{next}`: it goes on from here; what is done is recorded."));
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
