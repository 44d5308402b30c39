//! `state remains`: what stays in the cloud and isn't managed.

use ironward_core::state::{Entry, Remainder, RemainsBecause, State};
use serde::Serialize;

use super::{Context, state_edit};
use crate::errors::Failure;

/// Something that remains, as an event.
#[derive(Serialize)]
struct RemainsEvent<'a> {
    event: &'static str,
    #[serde(flatten)]
    remainder: &'a Remainder,
}

pub(super) async fn run(context: &mut Context, forget: Option<&str>) -> Result<u8, Failure> {
    match forget {
        Some(path) => clear(context, path).await,
        None => {
            let state = context.recorded().await?;
            list(context, state.as_ref());
            Ok(0)
        }
    }
}

/// What remains, but for what the deletion of something is to leave that is still there.
fn remaining(state: &State) -> impl Iterator<Item = &Remainder> {
    state.remains.values().filter(|remainder| state.instances().all(|r| r.instance != remainder.instance))
}

fn list(context: &mut Context, state: Option<&State>) {
    let remaining: Vec<&Remainder> = state.into_iter().flat_map(remaining).collect();
    context.counts.unchanged = remaining.len();
    let width = remaining.iter().map(|remainder| remainder.path.as_str().len()).max().unwrap_or(0);
    for remainder in &remaining {
        // What it was like when it was let go of is the planner's affair.
        let told = &Remainder { record: None, ..(*remainder).clone() };
        context.console.event(&RemainsEvent { event: "remains", remainder: told });
        context.console.line(&format!("{:width$}  {}", remainder.path, remainder.what));
        let keys = state.into_iter().flat_map(State::instances);
        let keys: Vec<String> = keys
            .filter(|record| remainder.needs.contains(&record.instance))
            .map(|record| format!("`{}` ({})", record.path, record.physical_id))
            .collect();
        if !keys.is_empty() {
            let why = match remainder.because {
                RemainsBecause::Deleted => "can be read only with",
                _ => "stands on",
            };
            context.console.line(&format!("{:width$}  {why} {}", "", keys.join(", ")));
        }
    }
    if remaining.is_empty() {
        context.console.line("Nothing remains that isn't managed.");
    } else {
        next_step(context);
    }
}

/// Says what to do about what remains.
pub(super) fn next_step(context: &mut Context) {
    let (list, forget) = (context.next("state remains"), context.next("state remains --forget PATH"));
    context.say(Some(format!(
        "what has no end of its own stays until you delete it in the cloud, once nothing needs it any more; \
         then type `{forget}`; `{list}` lists it until then"
    )));
}

async fn clear(context: &mut Context, path: &str) -> Result<u8, Failure> {
    let state = context.recorded().await?;
    let gone: Vec<Remainder> = state
        .iter()
        .flat_map(remaining)
        .filter(|remainder| remainder.path.as_str() == path)
        .cloned()
        .collect();
    if gone.is_empty() {
        let next = context.next("state remains");
        return Err(Failure::new(
            format!("nothing is recorded to remain of `{path}`"),
            format!("`{next}` lists what does"),
        ));
    }
    let entries =
        gone.iter().map(|remainder| Entry::Cleared { instance: remainder.instance.clone() }).collect();
    state_edit::clear(context, entries).await?;
    for remainder in &gone {
        context.console.line(&format!("No longer remembered: {}", remainder.what));
    }
    Ok(0)
}
