//! Consent to what a plan loses: given by name, for a kind of loss, with a reason, and for a time.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::clock::Timestamp;
use crate::model::identity::InstanceId;
use crate::model::path::{InvalidName, Path};
use crate::model::program::Source;

/// The tag that says what kind of data something may hold, such as `phi`.
pub const CLASSIFICATION_TAG: &str = "data-classification";

/// What a plan takes away that can't be made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Loss {
    /// What holds data is deleted.
    Delete,
    /// What holds data is replaced by an empty one.
    Replace,
    /// What holds data, or what data stands on, is no longer managed.
    Forget,
    /// What held data is gone already, and an empty one takes its place.
    Recreate,
    /// A safeguard is lowered.
    Weaken,
}

impl Loss {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Delete, Self::Replace, Self::Forget, Self::Recreate, Self::Weaken];

    /// The word for it in a program: `Loss::Delete`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Delete => "Delete",
            Self::Replace => "Replace",
            Self::Forget => "Forget",
            Self::Recreate => "Recreate",
            Self::Weaken => "Weaken",
        }
    }

    /// What happens, in a few words.
    #[must_use]
    pub fn says(self) -> &'static str {
        match self {
            Self::Delete => "is deleted",
            Self::Replace => "is replaced by an empty one",
            Self::Forget => "is no longer managed",
            Self::Recreate => "is gone, and an empty one takes its place",
            Self::Weaken => "is less guarded",
        }
    }
}

/// A path, or everything at and below one: `fhir/data` or `fhir/**`; `**` alone is everything.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Paths {
    /// None for everything.
    root: Option<Path>,
    below: bool,
}

impl Paths {
    /// Parses `PATH`, `PATH/**` or `**`.
    ///
    /// # Errors
    /// [`InvalidName`] when the path breaks the rules.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        if text == "**" {
            return Ok(Self { root: None, below: true });
        }
        let (root, below) = text.strip_suffix("/**").map_or((text, false), |root| (root, true));
        Ok(Self { root: Some(Path::parse(root)?), below })
    }

    /// Whether `path` is among them.
    #[must_use]
    pub fn hold(&self, path: &Path) -> bool {
        match &self.root {
            None => true,
            Some(root) if self.below => path.below(root).is_some(),
            Some(root) => root == path,
        }
    }
}

impl Paths {
    /// Everything.
    #[must_use]
    pub fn everything() -> Self {
        Self { root: None, below: true }
    }

    /// Whether it is everything, whatever the path.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.root.is_none()
    }

    /// Whether it is this path and no other.
    pub(crate) fn is_just(&self, path: &Path) -> bool {
        !self.below && self.root.as_ref() == Some(path)
    }
}

impl From<Path> for Paths {
    fn from(path: Path) -> Self {
        Self { root: Some(path), below: false }
    }
}

impl fmt::Display for Paths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.root {
            None => f.write_str("**"),
            Some(root) if self.below => write!(f, "{root}/**"),
            Some(root) => write!(f, "{root}"),
        }
    }
}

impl TryFrom<String> for Paths {
    type Error = InvalidName;
    fn try_from(text: String) -> Result<Self, InvalidName> {
        Self::parse(&text)
    }
}

impl From<Paths> for String {
    fn from(paths: Paths) -> Self {
        paths.to_string()
    }
}

/// A day of the calendar, the last on which something holds, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day {
    year: u16,
    month: u8,
    day: u8,
}

/// A text that isn't a day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` isn't a day: write it as YYYY-MM-DD, such as 2027-03-31")]
pub struct InvalidDay(String);

impl Day {
    /// A day; months and days count from 1.
    ///
    /// # Errors
    /// [`InvalidDay`] when the calendar has no such day.
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, InvalidDay> {
        let leaps = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            2 if leaps => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => 0,
        };
        if year >= 1970 && (1..=days).contains(&day) {
            Ok(Self { year, month, day })
        } else {
            Err(InvalidDay(format!("{year:04}-{month:02}-{day:02}")))
        }
    }

    /// Parses `YYYY-MM-DD`.
    ///
    /// # Errors
    /// [`InvalidDay`] when the text isn't one.
    pub fn parse(text: &str) -> Result<Self, InvalidDay> {
        let invalid = || InvalidDay(text.to_owned());
        let parts: Vec<&str> = text.split('-').collect();
        let [year, month, day] = parts[..] else { return Err(invalid()) };
        if (year.len(), month.len(), day.len()) != (4, 2, 2) {
            return Err(invalid());
        }
        let number = |text: &str| text.parse::<u16>().map_err(|_| invalid());
        let small = |text: &str| text.parse::<u8>().map_err(|_| invalid());
        Self::new(number(year)?, small(month)?, small(day)?).map_err(|_| invalid())
    }

    /// The day of a moment, in UTC.
    #[must_use]
    pub fn of(moment: Timestamp) -> Self {
        let text = moment.to_string();
        let first = Self { year: 1970, month: 1, day: 1 };
        text.get(..10).and_then(|day| Self::parse(day).ok()).unwrap_or(first)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl TryFrom<String> for Day {
    type Error = InvalidDay;
    fn try_from(text: String) -> Result<Self, InvalidDay> {
        Self::parse(&text)
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

/// A consent to losses at some paths.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Consent {
    /// Where.
    pub paths: Paths,
    /// To which kind of loss; to every kind where none is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loss: Option<Loss>,
    /// Why; empty where nobody said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The last day on which it counts; without one it counts for as long as it is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// The line of the program that gives it; nothing for one that is given with a command.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}

impl Consent {
    /// A consent to every kind of loss at these paths, as a command gives it.
    #[must_use]
    pub fn by_command(paths: Paths) -> Self {
        Self { paths, loss: None, reason: String::new(), until: None, source: None }
    }

    /// A consent to one kind of loss at these paths, as a program gives it.
    #[must_use]
    pub fn of_program(paths: Paths, loss: Loss, reason: impl Into<String>) -> Self {
        Self { loss: Some(loss), reason: reason.into(), ..Self::by_command(paths) }
    }

    /// Whether it is one to this loss.
    #[must_use]
    pub fn covers(&self, path: &Path, loss: Loss) -> bool {
        self.loss.is_none_or(|given| given == loss) && self.paths.hold(path)
    }

    /// Whether it is past its last day.
    pub(crate) fn is_over(&self, today: Day) -> bool {
        self.until.is_some_and(|last| last < today)
    }
}

/// Something that a plan loses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Lost {
    /// The resource.
    pub path: Path,
    /// Its type's registry name.
    #[serde(rename = "type")]
    pub type_name: String,
    /// The instance that holds what is lost. A consent covers it and no other.
    pub instance: InstanceId,
    /// What the API calls it.
    pub physical_id: String,
    /// What happens to it.
    pub loss: Loss,
    /// How much it holds, where the cloud says: `1,300 objects`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holds: Option<String>,
    /// What kind of data it is tagged to hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub classification: Option<String>,
    /// Who consented; nothing where the stack's data is disposable, or everything is asked to go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent: Option<Consent>,
}

/// What the data of a stack is worth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DataValue {
    /// Nothing that holds data is lost without consent.
    #[default]
    Kept,
    /// All of it may go at any time: a sandbox, a test.
    Disposable,
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn paths_are_one_or_all_below() {
        let hold = |paths: &str, path: &str| Paths::parse(paths).unwrap().hold(&Path::parse(path).unwrap());
        for (paths, path, expected) in [
            ("fhir/data", "fhir/data", true),
            ("fhir/data", "fhir/data/x", false),
            ("fhir/**", "fhir", true),
            ("fhir/**", "fhir/data/x", true),
            ("fhir/**", "fhirs/data", false),
            ("**", "a/b", true),
        ] {
            assert_eq!(hold(paths, path), expected, "{paths} {path}");
            assert_eq!(Paths::parse(paths).unwrap().to_string(), paths);
        }
        for wrong in ["", "*", "fhir/*", "fhir/**/x", "/**", "A"] {
            assert!(Paths::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        for right in ["1970-01-01", "2024-02-29", "2026-11-30", "2000-02-29"] {
            assert_eq!(Day::parse(right).unwrap().to_string(), right);
        }
        for wrong in
            ["2026-02-29", "2100-02-29", "2026-13-01", "2026-00-10", "2026-1-1", "soon", "1969-12-31"]
        {
            assert!(Day::parse(wrong).is_err(), "{wrong}");
        }
        let day = Day::of(Timestamp::from_unix(Duration::from_secs(1_764_460_800)));
        assert_eq!(day.to_string(), "2025-11-30");
        assert!(Day::parse("2026-01-31").unwrap() < Day::parse("2026-02-01").unwrap());
    }
}
