//! What has to hold within the lifecycle rules of a bucket.

use ironward_core::document::Node;

use super::{Misfit, Properties, said, twice};
use crate::facts::{as_number, as_text, items, member};

pub(super) const RULES: &str =
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html";
pub(super) const MOVES: &str =
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html";

/// Days before objects can move to the classes of infrequent access, and that they stay there.
const INFREQUENT_DAYS: i64 = 30;
const INFREQUENT: [&str; 2] = ["STANDARD_IA", "ONEZONE_IA"];
const ARCHIVES: [&str; 4] = ["GLACIER", "Glacier", "GLACIER_IR", "DEEP_ARCHIVE"];

const ACTIONS: [&str; 10] = [
    "AbortIncompleteMultipartUpload",
    "ExpirationDate",
    "ExpirationInDays",
    "ExpiredObjectDeleteMarker",
    "NoncurrentVersionExpiration",
    "NoncurrentVersionExpirationInDays",
    "NoncurrentVersionTransition",
    "NoncurrentVersionTransitions",
    "Transition",
    "Transitions",
];

/// The rules, each with its place.
fn rules(properties: &Properties) -> impl Iterator<Item = (String, &Node)> {
    let rules = properties.get("LifecycleConfiguration").and_then(|node| member(node, "Rules"));
    let rules = rules.map(items).unwrap_or_default().iter().enumerate();
    rules.map(|(index, rule)| (format!("LifecycleConfiguration.Rules[{index}]"), rule))
}

fn refused(message: String) -> Misfit {
    Some(("LifecycleConfiguration", message))
}

/// Each rule has a name of its own.
pub(super) fn names(properties: &Properties) -> Misfit {
    let (index, id) = twice(items(member(properties.get("LifecycleConfiguration")?, "Rules")?), "Id")?;
    refused(format!(
        "`LifecycleConfiguration.Rules[{index}].Id` is `{id}`, as that of an earlier rule: give it a name of its \
         own"
    ))
}

/// A rule does something.
pub(super) fn actions(properties: &Properties) -> Misfit {
    let is_empty = |node: &Node| matches!(node, Node::List(items) if items.is_empty());
    rules(properties).find_map(|(place, rule)| {
        let acts = ACTIONS.iter().any(|name| said(rule, name).is_some_and(|node| !is_empty(node)));
        if acts || !matches!(rule, Node::Map(_)) {
            return None;
        }
        refused(format!("`{place}` does nothing: say when objects move or end, or leave it out"))
    })
}

/// What isn't chosen by tags or sizes has neither.
pub(super) fn filters(properties: &Properties) -> Misfit {
    let is_by = |rule: &Node, name: &str| {
        let filter = said(rule, name);
        filter.is_some_and(|node| !matches!(node, Node::List(items) if items.is_empty()))
    };
    rules(properties).find_map(|(place, rule)| {
        let by = |names: &[&'static str]| names.iter().copied().find(|name| is_by(rule, name));
        let sizes = ["ObjectSizeGreaterThan", "ObjectSizeLessThan"];
        if said(rule, "AbortIncompleteMultipartUpload").is_some()
            && let Some(filter) = by(&["TagFilters", sizes[0], sizes[1]])
        {
            return refused(format!(
                "`{place}` has `AbortIncompleteMultipartUpload` and `{filter}`, and uploads that aren't complete \
                 have neither tags nor a size: make a rule of its own for them"
            ));
        }
        if !matches!(said(rule, "ExpiredObjectDeleteMarker"), Some(Node::Bool(true))) {
            return None;
        }
        if let Some(other) = ["ExpirationInDays", "ExpirationDate"].iter().find(|name| is_by(rule, name)) {
            return refused(format!(
                "`{place}` has `ExpiredObjectDeleteMarker` and `{other}`, of which a rule has one: make a rule \
                 of its own for each"
            ));
        }
        by(&["TagFilters"]).and_then(|filter| {
            refused(format!(
                "`{place}` has `ExpiredObjectDeleteMarker` and `{filter}`, and delete markers have no tags: make \
                 a rule of its own for them"
            ))
        })
    })
}

/// A move: where to, and after how many days.
struct Move<'n> {
    place: String,
    class: &'n str,
    days: i64,
}

fn moves_of<'n>(place: &str, rule: &'n Node, name: &str) -> Vec<Move<'n>> {
    let moves = member(rule, name).map(items).unwrap_or_default().iter().enumerate();
    let read = |(index, node)| {
        let class = as_text(member(node, "StorageClass")?)?;
        let days = as_number(member(node, "TransitionInDays")?)?;
        Some(Move { place: format!("{place}.{name}[{index}]"), class, days })
    };
    moves.filter_map(read).collect()
}

/// Objects move to infrequent access when they are old enough, and stay there for long enough.
pub(super) fn moves(properties: &Properties) -> Misfit {
    rules(properties).find_map(|(place, rule)| {
        ["Transitions", "NoncurrentVersionTransitions"].into_iter().find_map(|name| {
            let moves = moves_of(&place, rule, name);
            let infrequent = || moves.iter().filter(|one| INFREQUENT.contains(&one.class));
            if let Some(Move { place, class, days }) = infrequent().find(|one| one.days < INFREQUENT_DAYS) {
                return refused(format!(
                    "`{place}.TransitionInDays` is {days}, and objects move to {class} after {INFREQUENT_DAYS} \
                     days at the earliest: let it be later, or take another class"
                ));
            }
            let archives = moves.iter().filter(|one| name == "Transitions" && ARCHIVES.contains(&one.class));
            archives.clone().find_map(|one| {
                let first = infrequent().find(|first| one.days < first.days.saturating_add(INFREQUENT_DAYS))?;
                refused(format!(
                    "`{}.TransitionInDays` is {}, and objects that move to {} on day {} stay there for \
                     {INFREQUENT_DAYS} days: let it be later, or leave one of the moves out",
                    one.place, one.days, first.class, first.days
                ))
            })
        })
    })
}

/// Objects move before they end.
pub(super) fn ends(properties: &Properties) -> Misfit {
    rules(properties).find_map(|(place, rule)| {
        let last = |name| moves_of(&place, rule, name).into_iter().max_by_key(|one| one.days);
        let early = |end: i64, name: &str, last: Option<Move<'_>>| {
            let last = last.filter(|last| end <= last.days)?;
            refused(format!(
                "`{place}.{name}` is {end}, and by `{}` objects move on day {}: let them end later, or leave \
                 the move out",
                last.place, last.days
            ))
        };
        let current = member(rule, "ExpirationInDays").and_then(as_number);
        let noncurrent = member(rule, "NoncurrentVersionExpiration")
            .filter(|_| !keeps_newer(rule))
            .and_then(|node| as_number(member(node, "NoncurrentDays")?));
        current.and_then(|end| early(end, "ExpirationInDays", last("Transitions"))).or_else(|| {
            let name = "NoncurrentVersionExpiration.NoncurrentDays";
            early(noncurrent?, name, last("NoncurrentVersionTransitions"))
        })
    })
}

/// Whether some noncurrent versions stay whatever their age: then the days alone don't say which end first.
fn keeps_newer(rule: &Node) -> bool {
    let moves = member(rule, "NoncurrentVersionTransitions").map(items).unwrap_or_default();
    let all = moves.iter().chain(member(rule, "NoncurrentVersionExpiration"));
    all.into_iter().any(|node| said(node, "NewerNoncurrentVersions").is_some())
}
