//! The programs of a scenario, from its parts.

use std::collections::BTreeSet;
use std::time::Duration;

use ironward_core::consent::Loss;
use ironward_core::declare::Accepted;
use ironward_core::program::{Moved, Program};
use ironward_core::schema::{Ownership, Schema};
use ironward_core::value::Value;

use crate::scenario::{Mark, Part, Placed};
use crate::sketch::{is, of, path, sketch};
use crate::types::{BOX, BUCKET, KEY, NAMED, PLAIN, SLOT, STORE, is_slow};

/// A program of `parts`, each under its name, below `here`; before, all stood below `there`. `turned`
/// lets references go the other way round, so that a second program may need the first one's dependents.
pub(crate) fn program(parts: &[Placed], turned: bool, here: &str, there: &str) -> Program {
    let mut result = sketch();
    let mut names: Vec<&Placed> = parts.iter().collect();
    if turned {
        names.reverse();
    }
    let mut whole: BTreeSet<&str> = BTreeSet::new();
    for (at, Placed { name, mark, part, former }) in names.iter().enumerate() {
        let refer = |other: &Placed| {
            let by_arn = other.part.kind.type_name == NAMED.type_name && part.by_arn;
            of(&format!("{here}{}", other.name), if by_arn { "Arn" } else { "Id" })
        };
        let target = |back: usize| at.checked_sub(back).map(|index| names[index]);
        let parent = part.parent.and_then(target).filter(|_| part.has("Parent"));
        let parent = match part.kind.type_name {
            // Ports of one parent and ranges of one network get in each other's way.
            "Sim::Net::Port" | "Sim::Net::Range" => names.first().copied().filter(|_| at > 0),
            "Sim::Net::Part" => names[..at].iter().rev().copied().find(|other| is_whole(other.part.kind)),
            _ => parent,
        };
        let kind = match part.kind.type_name {
            // A tie without a parent is a slot, and what else needs one isn't there without it.
            "Sim::Net::Tie" if parent.is_none() => &SLOT,
            "Sim::Net::Port" | "Sim::Net::Range" if parent.is_none() => &BOX,
            "Sim::Net::Part" if !parent.is_some_and(|parent| whole.insert(&parent.name)) => &PLAIN,
            _ => part.kind,
        };
        let has = |property: &str| kind.property(property).is_some();
        let mut properties: Vec<(&'static str, Value)> = vec![("Size", is(part.size))];
        if has("Zone") {
            properties.push(("Zone", is(format!("z{}", part.zone))));
        }
        let place = ["Parent", "Network", "Whole"].into_iter().find(|property| has(property));
        properties.extend(place.zip(parent).map(|(property, parent)| (property, refer(parent))));
        let link = part.link.and_then(target);
        // What holds data is encrypted under the nearest key.
        let key = names[..at].iter().rev().copied().find(|other| other.part.kind.type_name == KEY.type_name);
        let link = key.filter(|_| holds_data(kind)).or(link);
        if has("Link") {
            properties.extend(link.map(|link| ("Link", refer(link))));
        }
        if has("Target") {
            properties.extend(link.map(|target| ("Target", refer(target))));
        }
        if has("Peers") {
            let mut targets: Vec<&Placed> = part.peers.iter().filter_map(|back| target(*back)).collect();
            targets.dedup_by(|a, b| a.name == b.name);
            if !targets.is_empty() {
                let peers = targets.iter().map(|other| of(&format!("{here}{}", other.name), "Id")).collect();
                properties.push(("Peers", Value::List(peers)));
            }
        }
        properties.extend(known_by(kind, part, mark));
        if has("Secret") {
            properties.push(("Secret", is(part.secret)));
        }
        if has("Loud") && part.loud {
            properties.push(("Loud", is(true)));
        }
        if has("Guarded") && part.loud {
            properties.push(("Guarded", is(false)));
        }
        if has("Final") && part.leaves {
            properties.push(("Final", is(true)));
        }
        if let Some(tag) = part.tag.filter(|_| kind.ownership == Ownership::Tags) {
            let tag = serde_json::json!([{"Key": format!("k{tag}"), "Value": "v"}]);
            properties.push(("Tags", is(tag)));
        }
        result = result.add(&format!("{here}{name}"), kind, properties).tune(|options| {
            // What opens something stands on nothing.
            let after = part.after.and_then(target).filter(|_| !kind.opens);
            options.replace_order = part.order;
            options.depends_on = after.iter().map(|other| path(&format!("{here}{}", other.name))).collect();
            options.renamed_from = former.as_deref().map(|former| path(&format!("{there}{former}")));
            options.protect = part.protect && part.is_root() && !part.stands();
            options.retain_on_delete = part.retain;
            let consents = part.allow_replace.then(|| Accepted::new(Loss::Replace, "the simulator"));
            options.accepts.extend(consents);
            options.timeout = (part.hurry && !is_slow(kind)).then(|| Duration::from_secs(30));
        });
    }
    result.done()
}

/// What says what something is known by.
fn known_by(kind: &Schema, part: &Part, mark: &Mark) -> Option<(&'static str, Value)> {
    let Mark { text, number } = mark;
    match kind.type_name {
        "Sim::Net::Slot" | "Sim::Net::Tie" => Some(("Key", is(text.as_str()))),
        "Sim::Net::Range" => Some(("Cidr", is(format!("10.0.{}.0/{}", number * 4, 22 + part.zone)))),
        "Sim::Net::Port" => Some(("Port", is(1000 + number))),
        "Sim::Net::Named" | "Sim::Data::Bucket" if part.fixed_name => {
            Some(("Name", is(format!("fixed-{text}"))))
        }
        _ => None,
    }
}

fn holds_data(kind: &Schema) -> bool {
    [STORE.type_name, BUCKET.type_name].contains(&kind.type_name)
}

/// Whether something can have a part.
fn is_whole(kind: &Schema) -> bool {
    holds_data(kind) || kind.type_name == BOX.type_name
}

/// What says that all that stood below `there` stands below `here`.
pub(crate) fn moves<'a>(here: &str, there: &str, names: impl Iterator<Item = &'a str>) -> Vec<Moved> {
    let component = |prefix: &str| prefix.strip_suffix('/').map(path);
    if let (Some(to), Some(from)) = (component(here), component(there)) {
        return vec![Moved { from, to }];
    }
    let one =
        |name: &str| Moved { from: path(&format!("{there}{name}")), to: path(&format!("{here}{name}")) };
    names.map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_component_moves_at_once_and_what_stands_at_the_root_one_by_one() {
        let told = |here: &str, there: &str| {
            let moves = moves(here, there, ["x", "y"].into_iter());
            moves.iter().map(|moved| format!("{} {}", moved.from, moved.to)).collect::<Vec<_>>()
        };
        assert_eq!(told("b/", "a/"), ["a b"]);
        assert_eq!(told("c/", ""), ["x c/x", "y c/y"]);
    }
}
