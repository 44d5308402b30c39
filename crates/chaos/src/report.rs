//! Results on disk, one line each, and the table that they add up to.

use std::collections::HashSet;
use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::case::{Baseline, Outcome, Phase};

/// A line of a results file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Line {
    /// The first one: what the kill points were counted on.
    Baseline(Baseline),
    /// A case that ended.
    Outcome(Outcome),
}

/// The results so far, and the file that keeps them.
#[derive(Debug)]
pub struct Results {
    file: Option<File>,
    /// The baseline that the file begins with.
    pub baseline: Option<Baseline>,
    /// The cases that ended.
    pub outcomes: Vec<Outcome>,
}

impl Results {
    /// Results that no file keeps.
    #[must_use]
    pub fn unkept() -> Self {
        Self { file: None, baseline: None, outcomes: Vec::new() }
    }

    /// Reads the file, which needn't exist, and appends to it from now on.
    ///
    /// # Errors
    ///
    /// If it can't be read or isn't a results file.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let what = format!("opening {}", path.display());
        let file = OpenOptions::new().create(true).append(true).read(true).open(path);
        let file = file.map_err(Error::io(&what))?;
        let mut results = Self::unkept();
        for (index, line) in BufReader::new(&file).lines().enumerate() {
            let line = line.map_err(Error::io(&what))?;
            let parsed = serde_json::from_str(&line);
            match parsed.map_err(|source| Error::Results { path: path.into(), line: index + 1, source })? {
                Line::Baseline(baseline) => results.baseline = Some(baseline),
                Line::Outcome(outcome) => results.outcomes.push(outcome),
            }
        }
        results.file = Some(file);
        Ok(results)
    }

    /// Keeps the baseline.
    ///
    /// # Errors
    ///
    /// If it can't be written.
    pub fn begin(&mut self, baseline: Baseline) -> Result<(), Error> {
        self.append(&Line::Baseline(baseline.clone()))?;
        self.baseline = Some(baseline);
        Ok(())
    }

    /// Keeps the outcome of a case.
    ///
    /// # Errors
    ///
    /// If it can't be written.
    pub fn add(&mut self, outcome: Outcome) -> Result<(), Error> {
        self.append(&Line::Outcome(outcome.clone()))?;
        self.outcomes.push(outcome);
        Ok(())
    }

    /// The names of the cases that ended.
    #[must_use]
    pub fn done(&self) -> HashSet<String> {
        self.outcomes.iter().map(|outcome| outcome.case.clone()).collect()
    }

    fn append(&mut self, line: &Line) -> Result<(), Error> {
        let Some(file) = &mut self.file else { return Ok(()) };
        let mut text = serde_json::to_string(line)
            .map_err(|error| Error::io("keeping a result")(std::io::Error::other(error)))?;
        text.push('\n');
        file.write_all(text.as_bytes()).map_err(Error::io("keeping a result"))
    }
}

impl fmt::Display for Results {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| command | killed | kill points | not reached | recovered | orphans | duplicates |")?;
        writeln!(f, "|---|---|---|---|---|---|---|")?;
        for command in ["up", "destroy", "move"] {
            for phase in Phase::ALL {
                let words = match phase {
                    Phase::Before => "before the request",
                    Phase::During => "after the request, before the response",
                    Phase::After => "after the response",
                    Phase::Write => "at a write to the journal",
                };
                let is_of = |name: &str| {
                    name.starts_with(&format!("{command}:")) && name.ends_with(&format!(":{}", phase.name()))
                };
                self.row(f, command, words, &is_of)?;
            }
        }
        self.row(f, "either", "at a moment that is aimed at", &|name| name.starts_with("aimed:"))?;
        self.row(f, "both", "never: throttles, lost responses, 503s", &|name| name.starts_with("faults:"))?;
        self.row(f, "**all**", "", &|_| true)
    }
}

impl Results {
    fn row(
        &self,
        f: &mut fmt::Formatter<'_>,
        command: &str,
        words: &str,
        is_of: &dyn Fn(&str) -> bool,
    ) -> fmt::Result {
        let of: Vec<&Outcome> = self.outcomes.iter().filter(|outcome| is_of(&outcome.case)).collect();
        let count = |counts: &dyn Fn(&Outcome) -> bool| of.iter().filter(|outcome| counts(outcome)).count();
        writeln!(
            f,
            "| {command} | {words} | {} | {} | {} | {} | {} |",
            of.len(),
            count(&|outcome| !outcome.killed && !outcome.case.starts_with("faults:")),
            count(&|outcome| outcome.trouble.is_none()),
            count(&|outcome| !outcome.orphans.is_empty()),
            count(&|outcome| !outcome.duplicates.is_empty()),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(case: &str, orphans: &[&str]) -> Outcome {
        Outcome {
            case: case.into(),
            killed: true,
            trouble: None,
            duplicates: Vec::new(),
            orphans: orphans.iter().map(|orphan| (*orphan).into()).collect(),
            seconds: 1.0,
        }
    }

    #[test]
    fn results_are_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("results.jsonl");
        Results::open(&path).unwrap().add(outcome("up:1:after", &[])).unwrap();
        let results = Results::open(&path).unwrap();
        assert_eq!(results.outcomes, [outcome("up:1:after", &[])]);
    }

    #[test]
    fn an_orphan_is_in_its_row_and_in_the_sum() {
        let mut results = Results::unkept();
        results.add(outcome("up:1:after", &[])).unwrap();
        results.add(outcome("destroy:1:during", &["key: 2 instead of 1"])).unwrap();
        let table = results.to_string();
        assert!(table.contains("| up | after the response | 1 | 0 | 1 | 0 | 0 |"), "{table}");
        assert!(table.contains("| **all** |  | 2 | 0 | 2 | 1 | 0 |"), "{table}");
    }
}
