//! What `cargo build --timings` and the shell's `times` say, read.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value as Json;

/// What kind of crate a unit belongs to, in the order of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    /// The AWS SDK: its services, and what they share.
    Sdk,
    /// The emulators of the embedded sandbox.
    Emulators,
    /// Ironward.
    Ours,
    /// Everything else.
    Rest,
}

impl Group {
    /// The group of a crate.
    pub(super) fn of(name: &str) -> Self {
        match name {
            _ if name.starts_with("aws-lc") => Self::Rest,
            _ if name.starts_with("aws-") => Self::Sdk,
            _ if name.starts_with("winterbaume") => Self::Emulators,
            _ if name.starts_with("ironward") => Self::Ours,
            _ => Self::Rest,
        }
    }

    /// Its name in the table.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Sdk => "AWS SDK",
            Self::Emulators => "emulators of the sandbox",
            Self::Ours => "Ironward",
            Self::Rest => "everything else",
        }
    }
}

/// How long each crate took, its build script included: for as long as its compiler ran, which on a
/// busy machine is longer than it worked.
pub(super) fn seconds_by_crate(html: &str) -> Result<BTreeMap<String, f64>> {
    let (_, rest) = html.split_once("UNIT_DATA = ").context("the report of `--timings` has no UNIT_DATA")?;
    let mut units = serde_json::Deserializer::from_str(rest).into_iter::<Json>();
    let units = units.next().context("UNIT_DATA is empty")?.context("reading UNIT_DATA")?;
    let mut crates = BTreeMap::new();
    for unit in units.as_array().context("UNIT_DATA is no list")? {
        let (Some(name), Some(seconds)) = (unit["name"].as_str(), unit["duration"].as_f64()) else {
            bail!("a unit of UNIT_DATA has no name or no duration: {unit}");
        };
        *crates.entry(name.to_owned()).or_default() += seconds;
    }
    Ok(crates)
}

/// The sum of each group.
pub(super) fn seconds_by_group(crates: &BTreeMap<String, f64>) -> BTreeMap<Group, f64> {
    let mut groups = BTreeMap::new();
    for (name, seconds) in crates {
        *groups.entry(Group::of(name)).or_default() += seconds;
    }
    groups
}

/// The CPU time of the commands that a shell ran, user and system together, from the second line of
/// its `times`.
pub(super) fn cpu_of_times(text: &str) -> Result<Duration> {
    let line = text.lines().nth(1).context("`times` wrote no second line")?;
    let mut sum = 0.0;
    for word in line.split_whitespace() {
        let (minutes, seconds) = word.split_once('m').context("`times` wrote a time without minutes")?;
        let seconds = seconds.trim_end_matches('s').replace(',', ".");
        sum += minutes.parse::<f64>()? * 60.0 + seconds.parse::<f64>()?;
    }
    Ok(Duration::from_secs_f64(sum))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTML: &str = r#"<script>
        const UNIT_DATA = [
          {"i": 0, "name": "aws-sdk-kms", "version": "1.0.0", "mode": "todo", "duration": 3.5},
          {"i": 1, "name": "aws-lc-sys", "version": "0.1.0", "target": " build script", "duration": 0.25},
          {"i": 2, "name": "aws-lc-sys", "version": "0.1.0", "target": " build script (run)", "duration": 1.0},
          {"i": 3, "name": "ironward-core", "version": "0.1.0", "duration": 2.0},
          {"i": 4, "name": "winterbaume-ec2-generated", "version": "0.2.0", "duration": 4.0}
        ];
        const CONCURRENCY_DATA = [];
        </script>"#;

    #[test]
    fn units_are_added_up_by_crate_and_by_group() {
        let crates = seconds_by_crate(HTML).unwrap();
        assert_eq!(crates["aws-lc-sys"], 1.25);
        let groups: Vec<_> = seconds_by_group(&crates).into_iter().collect();
        let expected = [(Group::Sdk, 3.5), (Group::Emulators, 4.0), (Group::Ours, 2.0), (Group::Rest, 1.25)];
        assert_eq!(groups, expected);
    }

    #[test]
    fn a_report_that_is_none_is_refused() {
        assert!(seconds_by_crate("<html>").is_err());
        assert!(seconds_by_crate("UNIT_DATA = [{\"name\": \"a\"}]").is_err());
    }

    #[test]
    fn the_times_of_a_shell_are_added_up() {
        let dash = "0m0.00s 0m0.01s\n2m3.50s 0m6.25s\n";
        assert_eq!(cpu_of_times(dash).unwrap(), Duration::from_millis(129_750));
        let bash = "0m0,001s 0m0,002s\n0m1,500s 0m0,250s\n";
        assert_eq!(cpu_of_times(bash).unwrap(), Duration::from_millis(1750));
        assert!(cpu_of_times("0m0.00s 0m0.01s\n").is_err());
    }
}
