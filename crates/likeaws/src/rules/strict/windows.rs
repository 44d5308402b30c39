//! Times that exclude each other.

use ironward_emulators::xml;

use super::Refuses::That;
use super::{Row, answered, case};
use crate::question::Question;
use crate::refusal::Refusal;

const SOURCE: &str = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.BackupWindow.html";
const OVERLAP: &str = "The backup window and maintenance window must not overlap.";

pub(super) const ROWS: &[Row] = &[
    Row {
        name: "windows-that-overlap",
        service: "rds",
        operations: &["CreateDBInstance"],
        source: SOURCE,
        asks: &[],
        refuses: That(|said, _| {
            overlap(said.get("PreferredBackupWindow")?, said.get("PreferredMaintenanceWindow")?)
                .then(|| Refusal::new("InvalidParameterValue", OVERLAP))
        }),
        refused: case(&[
            ("PreferredBackupWindow", "04:00-05:00"),
            ("PreferredMaintenanceWindow", "mon:04:30-mon:05:30"),
        ]),
        taken: case(&[
            ("PreferredBackupWindow", "03:30-04:30"),
            ("PreferredMaintenanceWindow", "mon:04:30-mon:05:30"),
        ]),
    },
    Row {
        name: "windows-that-come-to-overlap",
        service: "rds",
        operations: &["ModifyDBInstance"],
        source: SOURCE,
        asks: &[|said, _| {
            let id = said.get("DBInstanceIdentifier")?;
            said.names("Preferred*Window").next()?;
            Some(Question::form("rds", "DescribeDBInstances", [("DBInstanceIdentifier", id)]))
        }],
        refuses: That(|said, answers| {
            let has = |name| said.get(name).or_else(|| xml::text(&answers[0], name).map(str::trim));
            overlap(has("PreferredBackupWindow")?, has("PreferredMaintenanceWindow")?)
                .then(|| Refusal::new("InvalidParameterValue", OVERLAP))
        }),
        refused: answered(
            &[("DBInstanceIdentifier", "d"), ("PreferredBackupWindow", "05:00-05:30")],
            &["<D><PreferredMaintenanceWindow>mon:04:30-mon:05:30</PreferredMaintenanceWindow></D>"],
        ),
        taken: answered(
            &[("DBInstanceIdentifier", "d"), ("PreferredBackupWindow", "05:30-06:00")],
            &["<D><PreferredMaintenanceWindow>mon:04:30-mon:05:30</PreferredMaintenanceWindow></D>"],
        ),
    },
    Row {
        name: "short-windows",
        service: "rds",
        operations: &["CreateDBInstance", "ModifyDBInstance"],
        source: SOURCE,
        asks: &[],
        refuses: That(|said, _| {
            let windows = ["PreferredBackupWindow", "PreferredMaintenanceWindow"];
            let short = windows
                .iter()
                .filter_map(|name| said.get(name))
                .find(|window| window_of(window).is_some_and(|(_, length)| length < 30))?;
            let message = format!("The window must be at least 30 minutes: {short}");
            Some(Refusal::new("InvalidParameterValue", message))
        }),
        refused: case(&[("PreferredBackupWindow", "04:00-04:29")]),
        taken: case(&[("PreferredBackupWindow", "23:45-00:15")]),
    },
];

const DAY: u32 = 24 * 60;
const WEEK: u32 = 7 * DAY;

/// When a window begins, in minutes of the day or, where it names one, of the week; and how long it is.
fn window_of(window: &str) -> Option<(u32, u32)> {
    let (from, to) = window.split_once('-')?;
    let (from, to) = (minutes(from)?, minutes(to)?);
    let round = if window.len() > "00:00-00:00".len() { WEEK } else { DAY };
    Some((from, (to + round - from) % round))
}

fn minutes(text: &str) -> Option<u32> {
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let parts: Vec<&str> = text.trim().split(':').collect();
    let (day, time) = match parts.as_slice() {
        [day, rest @ ..] if rest.len() == 2 => {
            (DAYS.iter().position(|name| day.eq_ignore_ascii_case(name))?, rest)
        }
        rest => (0, rest),
    };
    let [hour, minute] = time else { return None };
    Some(u32::try_from(day).ok()? * DAY + hour.parse::<u32>().ok()? * 60 + minute.parse::<u32>().ok()?)
}

/// Whether a daily window and a weekly one have a minute in common.
fn overlap(daily: &str, weekly: &str) -> bool {
    let (Some((daily, daily_length)), Some((weekly, weekly_length))) = (window_of(daily), window_of(weekly))
    else {
        return false;
    };
    (0..7).any(|day| {
        let begins = daily + day * DAY;
        let behind = |from: u32, to: u32| (to + WEEK - from) % WEEK;
        behind(weekly, begins) < weekly_length || behind(begins, weekly) < daily_length
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_meet_on_the_day_of_the_weekly_one_and_over_midnight() {
        assert!(overlap("05:00-05:10", "wed:04:30-wed:05:30"));
        assert!(overlap("04:00-06:00", "wed:04:30-wed:05:30"));
        assert!(overlap("23:30-00:30", "sun:00:00-sun:01:00"));
        assert!(overlap("23:30-00:30", "mon:00:00-mon:01:00"));
        assert!(!overlap("05:30-06:00", "wed:04:30-wed:05:30"));
        assert!(!overlap("23:00-00:00", "sun:00:00-sun:01:00"));
    }
}
