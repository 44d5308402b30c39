//! How many properties have a value that settles: what `cargo xtask values` prints and writes into the book.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use ironward_aws::schemas;

use super::table::UNCOVERED;

/// The least number of properties that must have a value that settles.
const WANTED: usize = 330;

type Place = (&'static str, &'static str);

/// What the lines of a report say of a property.
#[derive(Debug, Default)]
struct Tally {
    settled: usize,
    refused: usize,
    open: usize,
    shown: bool,
}

fn properties() -> BTreeSet<Place> {
    let all = schemas().into_iter();
    all.flat_map(|schema| schema.properties.iter().map(|property| (schema.type_name, property.name)))
        .collect()
}

fn uncovered() -> BTreeSet<Place> {
    UNCOVERED.iter().map(|row| (row.type_name, row.property)).collect()
}

fn tallies(report: &str) -> BTreeMap<Place, Tally> {
    let mut tallies: BTreeMap<Place, Tally> =
        properties().into_iter().map(|place| (place, Tally::default())).collect();
    for line in report.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        let [_, type_name, property, _, _, came, text] = columns[..] else { panic!("no line: {line}") };
        let place = tallies.iter_mut().find(|((of, name), _)| (*of, *name) == (type_name, property));
        let (_, tally) = place.unwrap_or_else(|| panic!("no such property: {line}"));
        match came {
            "settled" => tally.settled += 1,
            "refused" => tally.refused += 1,
            _ => tally.open += 1,
        }
        tally.shown |= came == "settled" && text == "shown";
    }
    tallies
}

/// The counts of a whole run, as the book has them.
fn counts(tallies: &BTreeMap<Place, Tally>) -> Result<String, std::fmt::Error> {
    let covered = |tally: &&Tally| tally.settled > 0;
    let sum = |of: fn(&Tally) -> usize| tallies.values().map(of).sum::<usize>();
    let mut text = String::new();
    writeln!(
        text,
        "{} of {} properties have a value that settles, {} of them where the cloud shows what they are.",
        tallies.values().filter(covered).count(),
        tallies.len(),
        tallies.values().filter(|tally| tally.shown).count()
    )?;
    writeln!(
        text,
        "{} values settled, {} were refused by a handler or an emulator, and {} were open.\n",
        sum(|tally| tally.settled),
        sum(|tally| tally.refused),
        sum(|tally| tally.open)
    )?;
    writeln!(text, "| type | properties | settle | and are shown |\n|---|---:|---:|---:|")?;
    let types: BTreeSet<&str> = tallies.keys().map(|(type_name, _)| *type_name).collect();
    for type_name in types {
        let its: Vec<&Tally> =
            tallies.iter().filter(|((of, _), _)| *of == type_name).map(|(_, tally)| tally).collect();
        let settle = its.iter().filter(|tally| tally.settled > 0).count();
        let shown = its.iter().filter(|tally| tally.shown).count();
        writeln!(text, "| `{type_name}` | {} | {settle} | {shown} |", its.len())?;
    }
    if UNCOVERED.is_empty() {
        return Ok(text);
    }
    writeln!(text, "\nNo value covers these:\n\n| property | why |\n|---|---|")?;
    for row in UNCOVERED {
        writeln!(text, "| `{}` `{}` | {} |", row.type_name, row.property, row.reason)?;
    }
    Ok(text)
}

#[test]
fn what_no_value_covers_is_listed_once_with_a_reason() {
    let properties = properties();
    for row in UNCOVERED {
        assert!(properties.contains(&(row.type_name, row.property)), "{} {}", row.type_name, row.property);
        assert!(row.reason.len() > 10, "{} {}: {:?}", row.type_name, row.property, row.reason);
    }
    let places: Vec<Place> = UNCOVERED.iter().map(|row| (row.type_name, row.property)).collect();
    assert!(places.is_sorted_by(|one, other| one < other), "out of order, or twice: {places:?}");
    let rest = properties.len() - places.len();
    assert!(rest >= WANTED, "{rest} of {} properties have a value that settles", properties.len());
}

/// With `IRONWARD_TEST_VALUES_COUNT`, the report of a whole run, it is held against the list; the counts go
/// into the file `IRONWARD_TEST_VALUES_TABLE`.
#[test]
fn every_property_settles_or_is_listed() {
    let Some(file) = std::env::var_os("IRONWARD_TEST_VALUES_COUNT") else { return };
    let tallies = tallies(&std::fs::read_to_string(file).unwrap());
    let (covered, rest): (Vec<_>, Vec<_>) = tallies.iter().partition(|(_, tally)| tally.settled > 0);
    let (covered, rest) = (
        covered.into_iter().map(|(place, _)| *place).collect::<BTreeSet<_>>(),
        rest.into_iter().map(|(place, _)| *place).collect::<BTreeSet<_>>(),
    );
    let listed = uncovered();
    let text = counts(&tallies).unwrap();
    if let Some(file) = std::env::var_os("IRONWARD_TEST_VALUES_TABLE") {
        std::fs::write(file, &text).unwrap();
    }
    let unlisted: Vec<_> = rest.difference(&listed).collect();
    let stale: Vec<_> = covered.intersection(&listed).collect();
    assert!(unlisted.is_empty(), "{text}\nno value of these settles, and no reason is listed: {unlisted:#?}");
    assert!(stale.is_empty(), "{text}\na value of these settles, and yet they are listed: {stale:#?}");
}
