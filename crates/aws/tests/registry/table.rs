//! The committed tables beside this file.

use std::collections::BTreeMap;

/// A writable property of the registry, or a member of one.
#[derive(Debug, Default)]
pub struct Marks {
    pub create_only: bool,
    /// Create-only under conditions that the schema doesn't state.
    pub conditional: bool,
}

/// What the registry has: types with their properties and members.
pub fn registry() -> BTreeMap<&'static str, BTreeMap<&'static str, Marks>> {
    let mut types: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
    for [type_name, property, marks] in rows(include_str!("properties.tsv")) {
        let has = |mark: &str| marks.split(',').any(|other| other == mark);
        let marks = Marks { create_only: has("create-only"), conditional: has("conditional") };
        types.entry(type_name).or_default().insert(property, marks);
    }
    types
}

/// A property that a HIPAA control names.
#[derive(Debug)]
pub struct Named {
    pub control: &'static str,
    pub type_name: &'static str,
    pub property: &'static str,
    /// Whether the control asks for it; it forbids it otherwise.
    pub wanted: bool,
}

/// What the catalogue of HIPAA controls names.
pub fn named() -> Vec<Named> {
    rows(include_str!("hipaa.tsv"))
        .map(|[control, type_name, property, verdict]| {
            assert!(matches!(verdict, "declared" | "absent"), "{control}: {verdict:?}");
            Named { control, type_name, property, wanted: verdict == "declared" }
        })
        .collect()
}

fn rows<const N: usize>(text: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    text.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let columns: Vec<_> = line.split('\t').collect();
        columns.try_into().unwrap_or_else(|columns: Vec<_>| panic!("{} columns: {line:?}", columns.len()))
    })
}
