//! The table at the end.

use std::fmt;
use std::time::Duration;

use serde_json::Value as Json;

use super::calls;

/// One step, and how it went.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) step: &'static str,
    pub(super) result: Result<(), String>,
    pub(super) took: Duration,
    /// The calls that were made in it.
    pub(super) calls: Vec<Json>,
}

/// All steps.
pub(super) struct Table<'a>(pub(super) &'a [Row]);

impl Table<'_> {
    /// The steps that failed.
    pub(super) fn failed(&self) -> Vec<&'static str> {
        self.0.iter().filter(|row| row.result.is_err()).map(|row| row.step).collect()
    }
}

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<20} {:<8} {:>7} {:>7} {:>7}", "step", "result", "seconds", "calls", "refused")?;
        for Row { step, result, took, calls } in self.0 {
            let word = if result.is_ok() { "passed" } else { "failed" };
            let refused: usize = calls::refused(calls).values().map(|refusals| refusals.count).sum();
            write!(f, "{step:<20} {word:<8} {:>7} {:>7} {refused:>7}", took.as_secs(), calls.len())?;
            match result {
                Ok(()) => writeln!(f)?,
                Err(reason) => writeln!(f, "  {reason}")?,
            }
        }
        let mut heading =
            Some("\nrefused calls: how often, what, the code, the first request's id, what it said");
        for Row { step, calls, .. } in self.0 {
            for ((action, code), refusals) in calls::refused(calls) {
                if let Some(heading) = heading.take() {
                    writeln!(f, "{heading}")?;
                }
                let calls::Refusals { count, message, request_id } = refusals;
                writeln!(f, "{step:<20} {count:>3} × {action}  {code}  {request_id}  {message}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn it_shows_each_step_and_what_was_refused() {
        let refused = json!({"service": "rds", "headers": {}, "body": "Action=CreateDBInstance", "status": 400,
            "code": "InvalidParameterCombination", "message": "no such version", "request_id": "r-7"});
        let fine = json!({"service": "rds", "headers": {}, "status": 200});
        let rows = [
            Row {
                step: "deploy",
                result: Err("exit status: 1".to_owned()),
                took: Duration::from_secs(61),
                calls: vec![fine, refused],
            },
            Row { step: "destroy", result: Ok(()), took: Duration::from_secs(5), calls: Vec::new() },
        ];
        let table = Table(&rows);
        assert_eq!(table.failed(), ["deploy"]);
        let expected = "\
step                 result   seconds   calls refused
deploy               failed        61       2       1  exit status: 1
destroy              passed         5       0       0

refused calls: how often, what, the code, the first request's id, what it said
deploy                 1 × rds:CreateDBInstance  InvalidParameterCombination  r-7  no such version
";
        assert_eq!(table.to_string(), expected);
    }
}
