//! The table at the end of a test run.

use std::fmt;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use anyhow::Result;

use super::Outcome;

/// How headings look.
pub(super) const HEADING: Style = Style::new().bold();

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Passed,
    NotRun,
    Failed,
}

/// A line of the table.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) verdict: Verdict,
    pub(super) note: String,
    took: Duration,
    /// Of that, what cargo took until everything was compiled.
    compiling: Duration,
}

impl Row {
    /// The row of a step that took so long, and compiled for so long of it.
    pub(super) fn new(
        name: &'static str,
        result: Result<Outcome>,
        took: Duration,
        compiling: Duration,
    ) -> Self {
        let (verdict, note) = match result {
            Ok(Outcome::Passed) => (Verdict::Passed, String::new()),
            Ok(Outcome::PassedWith(note)) => (Verdict::Passed, note),
            Ok(Outcome::NotRun(reason)) => (Verdict::NotRun, reason),
            Err(error) => (Verdict::Failed, format!("{error:#}")),
        };
        Self { name, verdict, note, took, compiling }
    }
}

/// All rows, and the whole time.
pub(super) struct Table<'a> {
    pub(super) rows: &'a [Row],
    pub(super) took: Duration,
}

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<13} {:<8} {:>7} {:>9} {:>7}", "step", "result", "seconds", "compiling", "running")?;
        let mut compiling = Duration::ZERO;
        for row in self.rows {
            compiling += row.compiling;
            let (word, color) = match row.verdict {
                Verdict::Passed => ("passed", AnsiColor::Green),
                Verdict::NotRun => ("not run", AnsiColor::Yellow),
                Verdict::Failed => ("FAILED", AnsiColor::Red),
            };
            let style = color.on_default();
            let (all, part) = (row.took.as_secs_f64(), row.compiling.as_secs_f64());
            write!(f, "{:<13} {style}{word:<8}{style:#}", row.name)?;
            write!(f, " {all:>7.1} {part:>9.1} {:>7.1}", all - part)?;
            // A failure's whole text stands above; its first line is enough here.
            match row.note.lines().next() {
                Some(note) => writeln!(f, "  {note}")?,
                None => writeln!(f)?,
            }
        }
        let (all, part) = (self.took.as_secs_f64(), compiling.as_secs_f64());
        writeln!(f, "{:<22} {all:>7.1} {part:>9.1} {:>7.1}", "all", all - part)
    }
}

/// How long cargo compiled, by what it said in the log of a step.
pub(super) fn compiled(log: &str) -> Duration {
    let log = anstream::adapter::strip_str(log).to_string();
    log.lines().filter_map(|line| finished(line.trim())).sum()
}

/// The time at the end of `Finished … target(s) in 1m 05s`.
fn finished(line: &str) -> Option<Duration> {
    let (_, time) = line.strip_prefix("Finished `")?.rsplit_once(" in ")?;
    let mut sum = 0.0;
    for word in time.split(' ') {
        let (number, unit) = word.split_at(word.len().checked_sub(1)?);
        let seconds = match unit {
            "h" => 3600.0,
            "m" => 60.0,
            "s" => 1.0,
            _ => return None,
        };
        sum += number.parse::<f64>().ok()? * seconds;
    }
    Some(Duration::from_secs_f64(sum))
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn a_step_that_did_not_run_never_reads_as_passed() {
        let row = |name, result, took, compiling| {
            Row::new(name, result, Duration::from_millis(took), Duration::from_millis(compiling))
        };
        let rows = [
            row("fmt", Ok(Outcome::Passed), 1234, 0),
            row("moto", Ok(Outcome::PassedWith("7 tests".into())), 9000, 2500),
            row("localstack", Ok(Outcome::NotRun("no Python".into())), 0, 0),
            row("doc", Err(anyhow!("first line\nsecond")), 61_000, 0),
        ];
        let table = Table { rows: &rows, took: Duration::from_secs(75) };
        assert_eq!(
            anstream::adapter::strip_str(&table.to_string()).to_string(),
            "step          result   seconds compiling running\n\
             fmt           passed       1.2       0.0     1.2\n\
             moto          passed       9.0       2.5     6.5  7 tests\n\
             localstack    not run      0.0       0.0     0.0  no Python\n\
             doc           FAILED      61.0       0.0    61.0  first line\n\
             all                       75.0       2.5    72.5\n"
        );
    }

    #[test]
    fn what_cargo_says_of_its_time_is_added_up() {
        let log = "   Compiling a v1.0.0\n\
                   \u{1b}[1m\u{1b}[92m    Finished\u{1b}[0m `test` profile [unoptimized + debuginfo] target(s) in 1m 05s\n\
                   test result: ok. 3 passed; finished in 9.00s\n\
                   \x20   Finished `dev` profile [unoptimized] target(s) in 0.52s\n";
        assert_eq!(compiled(log), Duration::from_millis(65_520));
    }
}
