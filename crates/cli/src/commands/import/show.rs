//! What of a state file is what, and what an import leaves.

use std::path::Path as File;

use ironward_core::engine::Planned;
use ironward_core::part::Left;
use ironward_core::path::Path;
use serde::Serialize;

use super::Context;
use crate::terraform::{Matched, Matching, StateFile};

/// What an instance of Terraform is, as an event.
#[derive(Serialize)]
struct MatchedEvent<'a> {
    event: &'static str,
    address: &'a str,
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    physical_id: Option<&'a str>,
}

/// An instance that isn't imported, as an event.
#[derive(Serialize)]
struct UnmatchedEvent<'a> {
    event: &'static str,
    address: &'a str,
    reason: &'a str,
    candidates: Vec<&'a str>,
}

/// Something that is left as it is, as an event.
#[derive(Serialize)]
struct LeftEvent<'a> {
    event: &'static str,
    #[serde(flatten)]
    left: &'a Left,
}

fn events(context: &mut Context, matching: &Matching) {
    let kinds =
        [("matched", &matching.matched), ("managed", &matching.managed), ("unconfirmed", &matching.guesses)];
    for (event, all) in kinds {
        for Matched { address, path, physical_id } in all {
            let (path, physical_id) = (path.as_str(), physical_id.as_deref());
            context.console.event(&MatchedEvent { event, address, path, physical_id });
        }
    }
    for lost in &matching.unmatched {
        context.console.event(&UnmatchedEvent {
            event: "unmatched",
            address: &lost.address,
            reason: &lost.reason,
            candidates: lost.candidates.iter().map(Path::as_str).collect(),
        });
    }
}

/// Shows what of the file is what.
pub(super) fn matching(context: &mut Context, file: &File, found: &StateFile, matching: &Matching) {
    events(context, matching);
    let paint = context.console.paint;
    if !matching.matched.is_empty() || !matching.managed.is_empty() {
        context.console.line("");
        context.console.line(&paint.bold(&format!("In {}:", file.display())));
    }
    let width = matching.matched.iter().chain(&matching.managed).map(|m| m.address.chars().count()).max();
    let width = width.unwrap_or(0).min(60);
    for Matched { address, path, physical_id } in &matching.matched {
        let id = physical_id.as_deref().unwrap_or("known by what it says");
        context.console.line(&format!("    {address:width$}  → {path}  ({id})"));
    }
    for Matched { address, path, .. } in &matching.managed {
        context.console.line(&format!("    {address:width$}  is `{path}` already"));
    }
    if !matching.guesses.is_empty() {
        context.console.line("");
        context.console.line(&paint.bold("Only that no other is left on both sides speaks for:"));
    }
    for Matched { address, path, physical_id } in &matching.guesses {
        let id = physical_id.as_deref().unwrap_or_default();
        context.console.line(&format!("    {address}  → {path}?  ({id})"));
        context.console.line(&format!("        --map '{address}={path}'"));
        context.console.line(&format!("        --skip '{address}'"));
    }
    if !matching.unmatched.is_empty() {
        context.console.line("");
        context.console.line(&paint.bold("Not imported:"));
    }
    for lost in &matching.unmatched {
        context.console.line(&format!("    {}  {}", lost.address, lost.reason));
        for candidate in &lost.candidates {
            context.console.line(&format!("        --map '{}={candidate}'", lost.address));
        }
    }
    for address in &found.deposed {
        context.console.line(&format!("    {address}  was replaced; let Terraform delete it first"));
    }
    if found.data_sources > 0 {
        context.console.line(&format!("    data sources: {} (read, not managed)", found.data_sources));
    }
}

/// Shows what an import leaves as it is inside of what it takes over.
pub(super) fn left(context: &mut Context, planned: &Planned) {
    let left = planned.left();
    if left.is_empty() {
        return;
    }
    for left in left {
        context.console.event(&LeftEvent { event: "left", left });
    }
    context.console.line("");
    let title = "Left as it is, since the program doesn't declare it:";
    context.console.line(&context.console.paint.bold(title));
    for Left { path, physical_id, words, goes, .. } in left {
        let then = if *goes { "; the next `up` takes it away" } else { "" };
        context.console.line(&format!("    {path}  {physical_id}  {words}{then}"));
    }
}
