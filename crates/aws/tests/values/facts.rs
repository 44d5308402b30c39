//! The facts themselves.

use std::collections::BTreeSet;

use ironward_aws::schemas;
use ironward_core::shape::Shape;

#[path = "../registry/table.rs"]
#[allow(dead_code)]
mod table;

/// What is said by hand is of properties and members that the registry has, or that are declared as ours; a limit
/// says where it is documented, and not the same place twice.
#[test]
fn what_is_said_by_hand_is_of_something_that_is_there() {
    let registry = table::registry();
    for schema in schemas() {
        let mut seen = BTreeSet::new();
        for limit in schema.limits {
            let place = format!("{}.{}", schema.type_name, limit.path);
            let top = limit.path.split('.').next().unwrap_or_default();
            let known = registry.get(schema.type_name).is_none_or(|known| known.contains_key(limit.path));
            let ours = schema.property(top).is_some() && !limit.path.contains('.');
            assert!(known || ours, "{place}: there is no such property");
            assert!(limit.source.is_some_and(|source| source.starts_with("https://")), "{place}: no source");
            assert!(seen.insert(limit.path), "{place} is said twice");
            assert!(!says_nothing(limit), "{place}: it says nothing");
        }
        for relation in schema.relations {
            for name in relation.of {
                assert!(
                    schema.property(name).is_some(),
                    "{}: a relation is about `{name}`",
                    schema.type_name
                );
            }
        }
    }
}

fn says_nothing(limit: &Shape) -> bool {
    let mut said = *limit;
    (said.source, said.section, said.corrects) = (None, None, false);
    let mut nothing = Shape::new(limit.path);
    nothing.origin = limit.origin;
    said == nothing
}

/// A pattern that isn't one would take everything.
#[test]
fn patterns_are_patterns() {
    for schema in schemas() {
        let theirs = schema.shapes.into_iter().flat_map(|shapes| shapes.rows);
        for pattern in theirs.chain(schema.limits).filter_map(|shape| shape.pattern) {
            assert!(regex_lite::Regex::new(pattern).is_ok(), "{}: {pattern}", schema.type_name);
        }
    }
}

/// Rows are found by halving.
#[test]
fn rows_are_in_order() {
    for shapes in schemas().into_iter().filter_map(|schema| schema.shapes) {
        assert!(shapes.rows.is_sorted_by(|a, b| a.path < b.path), "{}", shapes.type_name);
    }
}
