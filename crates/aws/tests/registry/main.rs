//! The declarations against the CloudFormation registry.
//!
//! `properties.tsv` is what the registry has; `cargo xtask registry` writes it anew. `hipaa.tsv` is
//! what the catalogue of HIPAA controls names.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs, unreachable_pub)]

mod samples;
mod table;

use std::collections::BTreeSet;
use std::fmt::Debug;

use ironward_aws::registry::{DIFFERENCES, Kind, OWN_TYPES};
use ironward_aws::{left_out, schemas};
use ironward_core::schema::{Change, Schema};

/// A property of a type, for messages.
type Place = (&'static str, &'static str);

#[track_caller]
fn none<T: Debug>(what: &str, found: Vec<T>) {
    assert!(
        found.is_empty(),
        "{what}:\n{}",
        found.iter().map(|one| format!("  {one:?}\n")).collect::<String>()
    );
}

/// The schemas of types that the registry has.
fn registered() -> Vec<&'static Schema> {
    let own = |schema: &Schema| OWN_TYPES.iter().any(|own| own.type_name == schema.type_name);
    schemas().into_iter().filter(|schema| !own(schema)).collect()
}

fn differences(kind: Kind) -> BTreeSet<Place> {
    DIFFERENCES
        .iter()
        .filter(|difference| difference.kind == kind)
        .map(|difference| (difference.type_name, difference.property))
        .collect()
}

/// What is left out as a whole, not a member of it.
fn left_out_properties() -> BTreeSet<Place> {
    left_out()
        .into_iter()
        .filter(|left| !left.property.contains('.'))
        .map(|left| (left.type_name, left.property))
        .collect()
}

#[test]
fn every_type_is_in_the_registry_or_said_to_be_ours() {
    let registry = table::registry();
    let unknown = registered().into_iter().filter(|schema| !registry.contains_key(schema.type_name));
    none("types without a schema in the registry", unknown.map(|schema| schema.type_name).collect());
    let declared: BTreeSet<_> = schemas().into_iter().map(|schema| schema.type_name).collect();
    let stale = OWN_TYPES
        .iter()
        .filter(|own| registry.contains_key(own.type_name) || !declared.contains(own.type_name));
    none("types that are listed as ours and aren't", stale.collect());
    none(
        "types in the table that aren't declared",
        registry.keys().filter(|name| !declared.contains(*name)).collect(),
    );
}

#[test]
fn every_writable_property_is_declared_or_left_out() {
    let (registry, left) = (table::registry(), left_out_properties());
    let mut neither = Vec::new();
    for schema in registered() {
        let writable = registry[schema.type_name].keys().filter(|property| !property.contains('.'));
        neither.extend(
            writable
                .filter(|property| schema.property(property).is_none())
                .map(|property| (schema.type_name, *property))
                .filter(|place| !left.contains(place)),
        );
    }
    none("neither declared nor left out with a reason", neither);
}

#[test]
fn nothing_is_both_declared_and_left_out() {
    let left = left_out_properties();
    let both = schemas()
        .into_iter()
        .flat_map(|schema| schema.properties.iter().map(|property| (schema.type_name, property.name)));
    none("both declared and left out", both.filter(|place| left.contains(place)).collect());
}

#[test]
fn what_is_left_out_exists_and_is_listed_once_with_a_reason() {
    let registry = table::registry();
    let exists = |(type_name, property): &Place| {
        registry.get(type_name).is_some_and(|properties| properties.contains_key(property))
    };
    let mut seen = BTreeSet::new();
    for left in left_out() {
        let place = (left.type_name, left.property);
        assert!(exists(&place), "{place:?} is left out and isn't in the registry");
        assert!(seen.insert(place), "{place:?} is left out twice");
        assert!(left.reason.len() > 10, "{place:?}: {:?} is no reason", left.reason);
    }
}

#[test]
fn what_the_registry_does_not_have_is_said_to_be_ours() {
    let (registry, ours) = (table::registry(), differences(Kind::Ours));
    let extra: BTreeSet<_> = registered()
        .into_iter()
        .flat_map(|schema| schema.properties.iter().map(|property| (schema.type_name, property.name)))
        .filter(|(type_name, property)| !registry[type_name].contains_key(property))
        .collect();
    none("declared, but neither in the registry nor said to be ours", extra.difference(&ours).collect());
    none("said to be ours, but in the registry or not declared", ours.difference(&extra).collect());
}

#[test]
fn replacements_are_those_of_the_registry_or_listed() {
    let registry = table::registry();
    let (mut in_place, mut replaced) = (BTreeSet::new(), BTreeSet::new());
    for schema in registered() {
        for property in schema.properties {
            let Some(marks) = registry[schema.type_name].get(property.name) else { continue };
            let place = (schema.type_name, property.name);
            let replaces = property.change == Change::Replace;
            if marks.create_only && !replaces {
                in_place.insert(place);
            } else if replaces && !marks.create_only && !marks.conditional {
                replaced.insert(place);
            }
        }
    }
    for (kind, found, what) in [
        (Kind::InPlace, in_place, "the registry replaces for it, the declaration updates it"),
        (Kind::Replaced, replaced, "the registry updates it, the declaration replaces for it"),
    ] {
        let listed = differences(kind);
        none(&format!("{what}, and no difference says why"), found.difference(&listed).collect());
        none(
            &format!("listed as a difference, but it isn't so that {what}"),
            listed.difference(&found).collect(),
        );
    }
}

#[test]
fn what_hipaa_controls_name_is_declared() {
    let left: BTreeSet<Place> = left_out().into_iter().map(|left| (left.type_name, left.property)).collect();
    let (mut unmet, mut unknown) = (Vec::new(), Vec::new());
    for named in table::named() {
        let schema = schemas().into_iter().find(|schema| schema.type_name == named.type_name).unwrap();
        let top = named.property.split('.').next().unwrap_or_default();
        let prefixes = named.property.match_indices('.').map(|(end, _)| &named.property[..end]);
        let is_left = prefixes.chain([named.property]).any(|path| left.contains(&(named.type_name, path)));
        let declared = schema.property(top).is_some() && !is_left;
        if !declared && !is_left {
            unknown.push((named.control, named.type_name, named.property));
        } else if declared != named.wanted {
            unmet.push((named.control, named.type_name, named.property));
        }
    }
    none("named by a control and not known", unknown);
    none("not as the control wants it", unmet);
}

/// The path itself and what it is a member of.
fn with_ancestors(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('.').map(|(end, _)| &path[..end]).chain([path])
}

#[test]
fn every_member_of_a_declared_property_is_declared_or_left_out() {
    let (samples, registry) = (samples::paths(), table::registry());
    let left: BTreeSet<Place> = left_out().into_iter().map(|left| (left.type_name, left.property)).collect();
    let is_left = |type_name, path| with_ancestors(path).any(|path| left.contains(&(type_name, path)));
    let (mut neither, mut both, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
    for schema in registered() {
        let seen = samples.get(schema.type_name).cloned().unwrap_or_default();
        let properties = &registry[schema.type_name];
        for path in properties.keys().filter(|path| path.contains('.')) {
            let top = path.split('.').next().unwrap_or_default();
            // Lists of tags and policy documents have one form for all types.
            let declared = schema.property(top).is_some() && top != "Tags" && top != "SecurityGroupIngress";
            if !declared || top == "SecurityGroupEgress" {
                continue;
            }
            match (seen.contains(*path), is_left(schema.type_name, path)) {
                (false, false) => neither.push((schema.type_name, *path)),
                (true, true) => both.push((schema.type_name, *path)),
                _ => {}
            }
        }
        // Below what has members to the registry, ours are among them.
        let has_members = |path: &str| properties.keys().any(|other| other.starts_with(&format!("{path}.")));
        unknown.extend(seen.into_iter().filter_map(|path| {
            let above = path.rsplit_once('.')?.0;
            (has_members(above) && !properties.contains_key(&*path)).then_some((schema.type_name, path))
        }));
    }
    none("members that are neither declared nor left out with a reason", neither);
    none("members that are both declared and left out", both);
    none("members that the registry doesn't have", unknown);
}
