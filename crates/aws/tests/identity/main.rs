//! What identifies each type, what it holds and what it is part of, as one table: a change of it is
//! seen in `table.txt`.

#![allow(clippy::unwrap_used, missing_docs)]

use std::fmt::Write;

use ironward_aws::schemas;
use ironward_core::schema::{Change, Claim, ClaimKind, Collides, Schema, Scope};

fn claim(claim: &Claim) -> String {
    let kind = match claim.kind {
        ClaimKind::Name => "name",
        ClaimKind::Place => "place",
        ClaimKind::Value => "value",
        _ => "unknown",
    };
    let scope = match claim.scope {
        Scope::Region => "region",
        Scope::Account => "account",
        Scope::Partition => "partition",
        _ => "unknown",
    };
    let collides = match claim.collides {
        Collides::Equal => "",
        Collides::IgnoreCase => ", in any case",
        Collides::Ranges => ", as ranges",
        Collides::DnsName => ", as DNS names",
        _ => ", unknown",
    };
    let when = claim.when.map(|(name, value)| format!(", when {name} is {value}")).unwrap_or_default();
    format!("{kind} ({}) in the {scope}{collides}{when}", claim.properties.join(", "))
}

fn rows(schema: &Schema) -> String {
    let mut text = format!("{}\n", schema.type_name);
    if schema.claims.is_empty() {
        text.push_str("  an id that the service gives\n");
    }
    for row in schema.claims {
        writeln!(text, "  {}", claim(row)).unwrap();
    }
    if schema.leads {
        text.push_str("  stands for the key that it refers to\n");
    }
    if schema.opens {
        text.push_str("  opens what is encrypted under it\n");
    }
    if let Some(parent) = schema.part_of {
        writeln!(text, "  part of {parent}").unwrap();
    }
    for property in schema.properties.iter().filter(|property| property.holds) {
        writeln!(text, "  holds {}", property.name).unwrap();
    }
    text
}

#[test]
fn each_type_says_what_identifies_it() {
    let table: String = schemas().into_iter().map(rows).collect();
    let expected = include_str!("table.txt");
    let (mut was, mut is) = (expected.lines(), table.lines());
    loop {
        let (was, is) = (was.next(), is.next());
        assert_eq!(was, is, "the table isn't `tests/identity/table.txt`; it is\n{table}");
        if was.is_none() && is.is_none() {
            break;
        }
    }
}

#[test]
fn a_generated_name_is_claimed() {
    for schema in schemas() {
        let Some((property, _)) = schema.name_property() else { continue };
        let claimed =
            |claim: &Claim| claim.kind != ClaimKind::Value && claim.properties.contains(&property.name);
        assert!(schema.claims.iter().any(claimed), "{}: {}", schema.type_name, property.name);
    }
}

#[test]
fn only_what_can_be_updated_is_said_to_hold() {
    for schema in schemas() {
        for property in schema.properties.iter().filter(|property| property.holds) {
            assert!(
                matches!(property.change, Change::Update(_)),
                "{}: {} is assumed to hold, since it can't be changed in place",
                schema.type_name,
                property.name
            );
        }
    }
}
