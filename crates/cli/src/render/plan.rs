//! Plans for people.

use std::collections::BTreeMap;

use ironward_core::diff::PropertyDiff;
use ironward_core::document::Node;
use ironward_core::plan::{Action, Plan, ResourceChange};
use ironward_core::program::{Program, Source};
use ironward_core::schema::ReplaceOrder;
use ironward_core::state::Counts;
use serde::Serialize;
use serde_json::Value as Json;

use super::tree::Branch;
use super::value::{Leaf, leaves, text};
use crate::console::Paint;

/// How much of a plan is shown, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View {
    pub(crate) paint: Paint,
    /// Columns to fit into; nothing where lines may be of any length.
    pub(crate) width: Option<usize>,
    /// Whether components are drawn as a tree; otherwise every line names its whole path.
    pub(crate) tree: bool,
    /// Whether the properties of what is created are shown.
    pub(crate) whole: bool,
}

/// The word of what happens to a resource; none where nothing does.
pub(crate) fn word(change: &ResourceChange) -> Option<&'static str> {
    match &change.action {
        Action::Noop if change.renamed_from.is_some() => Some("move"),
        Action::Noop => None,
        action => Some(action.word()),
    }
}

/// Whether a plan has anything to do, moves included.
pub(crate) fn does_nothing(plan: &Plan) -> bool {
    plan.changes.iter().all(|change| word(change).is_none())
}

fn symbol(word: &str) -> char {
    match word {
        "create" => '+',
        "update" => '~',
        "adopt" => '^',
        "share" => '=',
        "restore" => '<',
        "replace" => '±',
        "delete" => '-',
        "forget" => 'x',
        _ => '>',
    }
}

impl View {
    /// What the plan would do.
    pub(crate) fn changes(self, plan: &Plan, program: &Program) -> Vec<String> {
        if !self.tree {
            return self.plain(plan);
        }
        let mut root = Branch::root();
        for change in plan.changes.iter().filter(|change| word(change).is_some()) {
            root.insert(&change.path, change);
        }
        let components: BTreeMap<&str, _> =
            program.components.iter().map(|(path, component)| (path.as_str(), component)).collect();
        // Where the component around it stands already.
        let place = |path: &str, source: &Source| {
            let around = path.rsplit_once('/').and_then(|(parent, _)| components.get(parent));
            match around {
                Some(component) if component.source == *source => String::new(),
                _ => format!("  {source}"),
            }
        };
        let rows = root.rows();
        let head = |prefix: &str, change: &ResourceChange, name: &str| {
            let word = word(change).unwrap_or_default();
            (format!("{} {word:7} ", symbol(word)), format!("{prefix}{name}").chars().count() + 10)
        };
        let name_end = rows
            .iter()
            .flat_map(|row| {
                row.branch.items.iter().map(|change| head(&row.prefix, change, row.branch.name).1)
            })
            .max()
            .unwrap_or(0)
            .min(46);
        let type_end = plan
            .changes
            .iter()
            .filter(|change| word(change).is_some())
            .map(|change| change.type_name.len())
            .max()
            .unwrap_or(0);
        let mut lines = Vec::new();
        for row in &rows {
            if row.branch.items.is_empty() {
                let mut line = format!("{}{}", self.paint.dim(&row.prefix), self.paint.bold(row.branch.name));
                if let Some(component) = components.get(row.branch.path.as_str()) {
                    line.push_str(
                        &self.paint.dim(&format!("  {}  {}", component.type_name, component.source)),
                    );
                }
                lines.push(line);
            }
            for change in &row.branch.items {
                let word = word(change).unwrap_or_default();
                let (mark, end) = head(&row.prefix, change, row.branch.name);
                let gap = " ".repeat(name_end.saturating_sub(end) + 2);
                let place = place(&row.branch.path, &change.source);
                // Nothing is lined up that has nothing beside it.
                let type_end = if place.is_empty() { 0 } else { type_end };
                lines.push(format!(
                    "{}{}{}{gap}{:type_end$}{}",
                    self.paint.dim(&row.prefix),
                    self.paint.action(word, &mark),
                    self.paint.bold(row.branch.name),
                    change.type_name,
                    self.paint.dim(&place),
                ));
                self.details(change, &format!("{}       ", row.below), &mut lines);
            }
        }
        lines
    }

    fn plain(self, plan: &Plan) -> Vec<String> {
        let mut lines = Vec::new();
        for change in &plan.changes {
            let Some(word) = word(change) else { continue };
            lines.push(format!(
                "{} {} {} ({})",
                self.paint.action(word, word),
                change.path,
                change.type_name,
                change.source
            ));
            self.details(change, "    ", &mut lines);
        }
        lines
    }

    fn details(self, change: &ResourceChange, indent: &str, lines: &mut Vec<String>) {
        // What is another's is told as it is.
        let because = if change.action == Action::Share { "" } else { "because " };
        let mut remarks: Vec<String> =
            change.reasons.iter().map(|reason| format!("{because}{reason}")).collect();
        if let Action::Replace { order } = change.action {
            remarks.push(match order {
                ReplaceOrder::CreateFirst => "the new one is made before the old one goes".to_owned(),
                ReplaceOrder::DeleteFirst => "the old one goes before the new one is made".to_owned(),
            });
        }
        if let Some(why) = &change.spares {
            remarks.push(format!("the old one stays in the cloud, unmanaged: {why}"));
        }
        if change.adopted {
            let id = change.physical_id.as_deref().unwrap_or_default();
            remarks.push(match change.action {
                Action::Replace { .. } => format!("{id} is there already: it is taken over and replaced"),
                _ if change.diffs.is_empty() => format!("{id} is there already, as declared"),
                _ => format!("{id} is there already (as it is now → as declared):"),
            });
        }
        if let Some(old) = &change.renamed_from {
            remarks.push(format!("moves here from `{old}`"));
        }
        for remark in remarks {
            lines.push(format!("{}{}", self.paint.dim(indent), self.paint.dim(&remark)));
        }
        let creates = change.action == Action::Create;
        if creates && !self.whole {
            return;
        }
        for diff in &change.diffs {
            for line in self.property(diff, creates, indent.chars().count()) {
                lines.push(format!("{}{line}", self.paint.dim(indent)));
            }
        }
    }

    fn property(self, diff: &PropertyDiff, creates: bool, indent: usize) -> Vec<String> {
        let room = self.width.map(|width| width.saturating_sub(indent).max(30));
        if creates {
            let value = diff.after.as_ref().map(text).unwrap_or_default();
            return vec![self.fit(&diff.property, &value, room)];
        }
        let leaf = |leaf: Leaf| {
            let side = |side: Option<String>| side.unwrap_or_else(|| "(not set)".to_owned());
            let mut value = format!("{} → {}", side(leaf.before), side(leaf.after));
            if diff.replaces {
                value.push_str("  (needs the replacement)");
            }
            // A difference is never cut off: it is what the reader decides on.
            self.fit(&leaf.name, &value, None)
        };
        let mut lines: Vec<String> = leaves(diff).into_iter().map(leaf).collect();
        lines.extend(diff.interrupts.map(|what| format!("    this {what}")));
        lines
    }

    fn fit(self, name: &str, value: &str, room: Option<usize>) -> String {
        let used = name.chars().count() + 2;
        let value = match room {
            Some(room) => console::truncate_str(value, room.saturating_sub(used).max(12), "…").into_owned(),
            None => value.to_owned(),
        };
        format!("{name}: {value}")
    }

    /// What was changed outside.
    pub(crate) fn drift(self, plan: &Plan) -> Vec<String> {
        let mut lines = Vec::new();
        for change in plan.changes.iter().filter(|change| change.has_drift()) {
            let going = matches!(change.action, Action::Restore { .. });
            let mark = match change.vanished {
                true => "! removed",
                false if going => "! going",
                false => "! changed",
            };
            lines.push(format!(
                "{} {} {} ({})",
                self.paint.outside(mark),
                self.paint.bold(change.path.as_str()),
                change.type_name,
                change.source
            ));
            if change.vanished || going {
                // The mark has said that already.
                for reason in change.reasons.iter().filter(|reason| *reason != "it was removed outside") {
                    lines.push(format!("    {reason}"));
                }
            }
            for leaf in change.drift.iter().flat_map(leaves) {
                let side = |side: Option<String>| side.unwrap_or_else(|| "(not set)".to_owned());
                lines.push(format!("    {}: {} → {}", leaf.name, side(leaf.before), side(leaf.after)));
            }
        }
        lines
    }

    /// The exported values that would change.
    pub(crate) fn outputs(
        self,
        before: &BTreeMap<String, Json>,
        after: &BTreeMap<String, Node>,
    ) -> Vec<String> {
        let mut lines = Vec::new();
        for (name, node) in after {
            let known = node.to_json();
            if known.is_none() || known.as_ref() != before.get(name) {
                lines.push(format!("    {name} = {}", text(node)));
            }
        }
        for name in before.keys().filter(|name| !after.contains_key(*name)) {
            lines.push(format!("    {name}: goes away"));
        }
        lines
    }
}

/// What a plan would do, counted in words.
pub(crate) fn tally(plan: &Plan) -> String {
    let counts = plan.counts();
    let moves = plan.changes.iter().filter(|change| word(change) == Some("move")).count();
    let mut parts: Vec<String> = [
        (counts.created, "to create"),
        (counts.adopted, "to adopt"),
        (counts.shared, "to share"),
        (counts.updated, "to update"),
        (counts.replaced, "to replace"),
        (counts.restored, "to bring back"),
        (counts.deleted, "to delete"),
        (counts.forgotten, "to let go of"),
        (moves, "to move"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!("{count} {what}"))
    .collect();
    if parts.is_empty() {
        parts.push("nothing to do".to_owned());
    }
    let unchanged = counts.unchanged - moves.min(counts.unchanged);
    if unchanged > 0 {
        parts.push(format!("{unchanged} unchanged"));
    }
    parts.join(", ")
}

/// What was done, counted in words.
pub(crate) fn done(counts: &Counts) -> String {
    let parts: Vec<String> = [
        (counts.created, "created"),
        (counts.adopted, "adopted"),
        (counts.shared, "shared"),
        (counts.updated, "updated"),
        (counts.replaced, "replaced"),
        (counts.restored, "brought back"),
        (counts.deleted, "deleted"),
        (counts.forgotten, "let go of"),
        (counts.unchanged, "unchanged"),
        (counts.failed, "failed"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!("{count} {what}"))
    .collect();
    if parts.is_empty() { "nothing to do".to_owned() } else { parts.join(", ") }
}

/// One operation of a plan, as an event.
#[derive(Debug, Serialize)]
pub(crate) struct Planned<'a> {
    event: &'static str,
    action: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<ReplaceOrder>,
    #[serde(rename = "type")]
    type_name: &'a str,
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    physical_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    renamed_from: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    reasons: &'a [String],
    diffs: &'a [PropertyDiff],
    source: &'a str,
}

/// What was changed outside, as an event.
#[derive(Debug, Serialize)]
pub(crate) struct Drifted<'a> {
    event: &'static str,
    #[serde(rename = "type")]
    type_name: &'a str,
    path: &'a str,
    vanished: bool,
    diffs: &'a [PropertyDiff],
    source: &'a str,
}

/// The operations of a plan as events, each after what it needs.
pub(crate) fn operations(plan: &Plan) -> impl Iterator<Item = Planned<'_>> {
    plan.changes.iter().filter_map(|change| {
        Some(Planned {
            event: "planned",
            action: word(change)?,
            order: match change.action {
                Action::Replace { order } => Some(order),
                _ => None,
            },
            type_name: &change.type_name,
            path: change.path.as_str(),
            physical_id: change.physical_id.as_deref(),
            renamed_from: change.renamed_from.as_ref().map(|path| path.as_str()),
            reasons: &change.reasons,
            diffs: &change.diffs,
            source: change.source.as_str(),
        })
    })
}

/// What was changed outside, as events.
pub(crate) fn drifted(plan: &Plan) -> impl Iterator<Item = Drifted<'_>> {
    plan.changes.iter().filter(|change| change.has_drift()).map(|change| Drifted {
        event: "drift",
        type_name: &change.type_name,
        path: change.path.as_str(),
        vanished: change.vanished,
        diffs: &change.drift,
        source: change.source.as_str(),
    })
}
