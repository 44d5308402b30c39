//! Who can do what: every need of the tables is granted, and every danger refused.

mod ask;
mod mutation;
mod policies;

pub use mutation::{Mutation, dead_statements};
pub use policies::{Held, Policy, PolicyError};

use ironward_aws::needs::{Carries, DANGERS, Danger, Need, Who, needs};

use crate::estate::{Estate, Resource};
use crate::policy::{Effect, Request, Verdict};
use crate::relation::{expression, matches};

use ask::{requests, verdict};

/// Something that doesn't hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The resource.
    pub path: String,
    /// The row of the table.
    pub row: String,
    /// What is wrong, with the request.
    pub text: String,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}: {}", self.path, self.row, self.text)
    }
}

/// What was judged.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// What doesn't hold, in order.
    pub findings: Vec<Finding>,
    /// The rows that applied to something.
    pub applied: Vec<&'static str>,
}

/// Judges an estate by all rows.
///
/// # Errors
/// [`PolicyError`] when a policy in it can't be read.
pub fn judge(estate: &Estate) -> Result<Report, PolicyError> {
    let held = Held::of(estate)?;
    let asked = asked(estate);
    let mut findings = findings(estate, &held, &asked);
    findings.extend(too_wide(&held));
    findings.sort();
    let mut applied: Vec<&str> = asked.iter().map(|asked| asked.row).collect();
    applied.sort_unstable();
    applied.dedup();
    Ok(Report { findings, applied })
}

/// A request that a row stands for.
struct Asked<'a> {
    subject: &'a Resource,
    row: &'static str,
    question: Question,
    request: Request,
}

/// What needs and dangers have in common.
#[derive(Clone, Copy)]
struct Question {
    who: Who,
    actions: &'static [&'static str],
    on: &'static str,
    carries: &'static [(&'static str, Carries)],
    through: Through,
    /// Whether it must be allowed, or else refused.
    wanted: bool,
}

/// The VPC endpoint on the way.
#[derive(Clone, Copy)]
enum Through {
    None,
    /// Those of a service.
    Service(&'static str),
    /// The resource that is asked about.
    Itself,
}

/// The requests of all rows, whatever the policies say.
fn asked(estate: &Estate) -> Vec<Asked<'_>> {
    let mut asked = Vec::new();
    let mut ask = |row, of, when, question| {
        for subject in subjects(estate, of, when) {
            let requests = requests(estate, subject, &question);
            asked.extend(requests.into_iter().map(|request| Asked { subject, row, question, request }));
        }
    };
    for &Need { name, of, when, who, actions, on, carries, through, .. } in needs() {
        let through = through.map_or(Through::None, Through::Service);
        ask(name, of, when, Question { who, actions, on, carries, through, wanted: true });
    }
    for &Danger { name, of, when, who, actions, on, carries, .. } in DANGERS {
        let through = if who == Who::Passing { Through::Itself } else { Through::None };
        ask(name, of, when, Question { who, actions, on, carries, through, wanted: false });
    }
    asked
}

/// The needs that aren't granted and the dangers that may be.
fn findings(estate: &Estate, held: &Held, asked: &[Asked<'_>]) -> Vec<Finding> {
    let found = asked.iter().filter_map(|asked| {
        let why = match (asked.question.wanted, verdict(estate, held, asked)) {
            (true, Verdict::Allowed) | (false, Verdict::Denied(_)) => return None,
            (true, Verdict::Denied(why)) => why.to_owned(),
            (true, Verdict::Unknown(why)) => format!("can't be said: {why}"),
            (false, Verdict::Allowed) => "is allowed".to_owned(),
            (false, Verdict::Unknown(why)) => format!("may be allowed: {why}"),
        };
        let Request { principal, action, resource, .. } = &asked.request;
        let text = format!("{principal:?} {action} on {resource}: {why}");
        Some(Finding { path: asked.subject.path.clone(), row: asked.row.to_owned(), text })
    });
    found.collect()
}

fn subjects<'a>(
    estate: &'a Estate,
    of: &'a str,
    when: Option<(&'static str, &'static str)>,
) -> impl Iterator<Item = &'a Resource> {
    estate.of_type(of).filter(move |resource| {
        when.is_none_or(|(value, pattern)| {
            expression(estate, resource, value).iter().any(|text| matches(pattern, text))
        })
    })
}

/// Statements that grant to everyone, or everything, whatever their conditions.
fn too_wide(held: &Held) -> Vec<Finding> {
    let mut found = Vec::new();
    for policy in held.policies().filter(|policy| !policy.is_of_endpoint) {
        for (index, statement) in policy.document.statements.iter().enumerate() {
            if statement.effect == Effect::Deny {
                continue;
            }
            let name = statement.sid.clone().unwrap_or_else(|| format!("number {}", index + 1));
            let mut say = |text: String| {
                let row = "a statement is too wide".to_owned();
                found.push(Finding { path: policy.path.clone(), row, text });
            };
            if statement.is_for_everyone() {
                say(format!("`{name}` grants to everyone"));
            }
            let (actions, all_but) = statement.actions();
            if all_but || actions.iter().any(|action| action == "*" || action.ends_with(":*")) {
                say(format!("`{name}` grants every action of a service"));
            }
        }
    }
    found
}
