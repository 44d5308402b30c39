//! What a value of a property may be: facts of a type that the plan holds every document against.

use std::collections::BTreeMap;
use std::panic::Location;

use crate::model::document::Node;

/// What a registry schema says of the values of a type.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Shapes {
    /// Of which type.
    pub type_name: &'static str,
    /// Where it is from, as a message names it: `the CloudFormation registry of 2026-10-20`.
    pub source: &'static str,
    /// What is said of each place, in the order of their paths.
    pub rows: &'static [Shape],
}

/// What a value at one place may be. What isn't said is free.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Shape {
    /// Where: a dot descends, and a list stands for each of its items. Nothing is the resource itself.
    pub path: &'static str,
    /// What kinds of values it takes; any where none is named.
    pub kinds: &'static [Kind],
    /// The values that it takes, as texts; any where none is named.
    pub values: &'static [&'static str],
    /// How many characters a text has.
    pub length: Bounds,
    /// How many items a list has.
    pub items: Bounds,
    /// What a number is.
    pub range: Bounds,
    /// What a text matches somewhere, in the syntax of the crate `regex-lite`.
    pub pattern: Option<&'static str>,
    /// The members that an object can't be without.
    pub requires: &'static [&'static str],
    /// The section of the law that asks for it.
    pub section: Option<&'static str>,
    /// Where it is documented, of what is written by hand.
    pub source: Option<&'static str>,
    /// Whether it stands in the place of what the schema says there, which is wrong.
    pub corrects: bool,
    /// Where it is written.
    pub origin: &'static Location<'static>,
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// True or false.
    Boolean,
    /// A number without a fraction.
    Integer,
    /// A number.
    Number,
    /// A text.
    String,
    /// A list.
    Array,
    /// An object.
    Object,
}

/// The least and the most that is allowed, both included.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub struct Bounds {
    /// The least.
    pub least: Option<f64>,
    /// The most.
    pub most: Option<f64>,
}

/// From what is declared to the property that doesn't fit and why, where one doesn't.
pub type Check = fn(&BTreeMap<String, Node>) -> Option<(&'static str, String)>;

/// What has to hold between properties.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Relation {
    /// The properties that it is about: it isn't looked at where all of them stay as they are.
    pub of: &'static [&'static str],
    /// The property that doesn't fit and why, where one doesn't. What isn't known yet fits.
    pub check: Check,
    /// Where it is documented.
    pub source: &'static str,
}

impl Shapes {
    /// What a schema says.
    #[must_use]
    pub const fn new(type_name: &'static str, source: &'static str, rows: &'static [Shape]) -> Self {
        Self { type_name, source, rows }
    }

    /// What is said of a place.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<&'static Shape> {
        let index = self.rows.binary_search_by(|row| row.path.cmp(path)).ok()?;
        self.rows.get(index)
    }
}

impl Shape {
    /// A place of which nothing is said yet.
    #[must_use]
    #[track_caller]
    pub const fn new(path: &'static str) -> Self {
        Self {
            path,
            kinds: &[],
            values: &[],
            length: Bounds::FREE,
            items: Bounds::FREE,
            range: Bounds::FREE,
            pattern: None,
            requires: &[],
            section: None,
            source: None,
            corrects: false,
            origin: Location::caller(),
        }
    }

    /// It is of one of these kinds.
    #[must_use]
    pub const fn kinds(self, kinds: &'static [Kind]) -> Self {
        Self { kinds, ..self }
    }

    /// It is one of these.
    #[must_use]
    pub const fn values(self, values: &'static [&'static str]) -> Self {
        Self { values, ..self }
    }

    /// A text has so many characters.
    #[must_use]
    pub const fn length(self, length: Bounds) -> Self {
        Self { length, ..self }
    }

    /// A list has so many items.
    #[must_use]
    pub const fn items(self, items: Bounds) -> Self {
        Self { items, ..self }
    }

    /// A number is in this range.
    #[must_use]
    pub const fn range(self, range: Bounds) -> Self {
        Self { range, ..self }
    }

    /// A text matches this somewhere.
    #[must_use]
    pub const fn pattern(self, pattern: &'static str) -> Self {
        Self { pattern: Some(pattern), ..self }
    }

    /// An object isn't without these members.
    #[must_use]
    pub const fn requires(self, requires: &'static [&'static str]) -> Self {
        Self { requires, ..self }
    }

    /// The law asks for it.
    #[must_use]
    pub const fn section(self, section: &'static str) -> Self {
        Self { section: Some(section), ..self }
    }

    /// It is documented there.
    #[must_use]
    pub const fn source(self, source: &'static str) -> Self {
        Self { source: Some(source), ..self }
    }

    /// What the schema says there is wrong, and this is right.
    #[must_use]
    pub const fn corrects(self) -> Self {
        Self { corrects: true, ..self }
    }
}

impl Relation {
    /// What has to hold between these properties, and where that is documented.
    #[must_use]
    pub const fn new(of: &'static [&'static str], check: Check, source: &'static str) -> Self {
        Self { of, check, source }
    }
}

impl Bounds {
    /// No bounds.
    pub const FREE: Self = Self { least: None, most: None };

    /// From the least to the most.
    #[must_use]
    pub const fn between(least: f64, most: f64) -> Self {
        Self { least: Some(least), most: Some(most) }
    }

    /// At least.
    #[must_use]
    pub const fn least(least: f64) -> Self {
        Self { least: Some(least), most: None }
    }

    /// At most.
    #[must_use]
    pub const fn most(most: f64) -> Self {
        Self { least: None, most: Some(most) }
    }

    /// Whether it is within.
    #[must_use]
    pub fn hold(&self, number: f64) -> bool {
        self.least.is_none_or(|least| number >= least) && self.most.is_none_or(|most| number <= most)
    }
}
