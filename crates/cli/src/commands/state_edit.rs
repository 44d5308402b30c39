//! `state mv`, `rm`, `pull` and `push`: operating on the recorded state. No cloud is called.

use std::path::Path as File;
use std::sync::Arc;

use ironward_core::history::Command;
use ironward_core::provider::USER_TAG;
use ironward_core::state::edit::{self, SurgeryError};
use ironward_core::state::{Entry, Sharing, State};
use ironward_store::OpenState;
use serde::Serialize;

use super::{Context, state};
use crate::errors::Failure;

/// Something that was done to a recorded resource, as an event.
#[derive(Serialize)]
struct RecordedEvent<'a> {
    event: &'static str,
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'a str>,
    #[serde(rename = "type")]
    type_name: &'a str,
    physical_id: &'a str,
}

/// The whole state, as an event.
#[derive(Serialize)]
struct StateEvent<'a> {
    event: &'static str,
    state: &'a State,
}

/// Opens the state for a change; nothing is begun where there is none.
async fn open(context: &mut Context) -> Result<(Arc<dyn OpenState>, State), Failure> {
    let Some(store) = context.recorded_store().await? else {
        let hint = format!("`{}` begins one", context.next("up"));
        return Err(Failure::new("nothing is recorded for this stack yet", hint));
    };
    let recorded = store.load().await?;
    Ok((store, recorded))
}

pub(super) async fn rename(context: &mut Context, from: &str, to: &str) -> Result<u8, Failure> {
    let (store, mut recorded) = open(context).await?;
    let before = recorded.clone();
    let entries = edit::rename(&recorded, from, to).map_err(|error| refused(context, &before, &error))?;
    context.counts.updated = entries.len();
    let apply = context.begun(&recorded, Command::Move);
    edit::record(&*store, &mut recorded, apply, entries).await?;
    for (path, record) in &before.resources {
        let Some(after) = recorded.record(&record.instance).filter(|after| after.path != *path) else {
            continue;
        };
        context.console.event(&RecordedEvent {
            event: "moved",
            path: path.as_str(),
            to: Some(after.path.as_str()),
            type_name: &record.type_name,
            physical_id: &record.physical_id,
        });
        context.console.line(&format!("moved {path} → {} ({})", after.path, record.physical_id));
    }
    let next = context.next("preview");
    context.say(Some(format!("the program must declare it there too: look with `{next}` before `up`")));
    Ok(0)
}

pub(super) async fn forget(context: &mut Context, path: &str) -> Result<u8, Failure> {
    let (store, mut recorded) = open(context).await?;
    let before = recorded.clone();
    let (entries, records) =
        edit::forget(&recorded, path).map_err(|error| refused(context, &before, &error))?;
    context.counts.forgotten = records.len();
    let apply = context.begun(&recorded, Command::Forget);
    edit::record(&*store, &mut recorded, apply, entries).await?;
    for record in &records {
        context.console.event(&RecordedEvent {
            event: "forgotten",
            path: record.path.as_str(),
            to: None,
            type_name: &record.type_name,
            physical_id: &record.physical_id,
        });
        let stays = match record.sharing {
            Some(Sharing::Used) => "it is another's, and stays",
            _ => "it stays in the cloud, unmanaged",
        };
        context.console.line(&format!(
            "forgotten {} ({} {}): {stays}",
            record.path, record.type_name, record.physical_id
        ));
        if record.sharing == Some(Sharing::Used) {
            let (id, tag) = (&record.physical_id, format!("{USER_TAG}{}", recorded.lineage.as_str()));
            context.say(Some(format!(
                "no cloud is called here: where its type has tags, {id} still carries `{tag}`, and its owner \
                 won't delete it; remove that tag from {id} where this stack needs it no more"
            )));
        }
        let users = recorded.resources.values().filter(|user| user.dependencies.contains(&record.instance));
        let users: Vec<&str> = users.map(|user| user.path.as_str()).collect();
        if !users.is_empty() {
            let users = users.join("`, `");
            context.say(Some(format!("`{users}` is built on it and stays managed")));
        }
    }
    if records.iter().any(|record| record.sharing == Some(Sharing::Used)) {
        let next = context.next("up");
        context.say(Some(format!("`{next}` uses it again where the program still declares it")));
    } else if let [record] = records.as_slice() {
        let next = context.next(&format!("import {} {}", record.path, record.physical_id));
        context.say(Some(format!("`{next}` takes it back")));
    }
    Ok(0)
}

/// Records that something that stayed is gone, or isn't to be remembered.
pub(super) async fn clear(context: &mut Context, entries: Vec<Entry>) -> Result<(), Failure> {
    let (store, mut recorded) = open(context).await?;
    context.counts.forgotten = entries.len();
    let apply = context.begun(&recorded, Command::Forget);
    Ok(edit::record(&*store, &mut recorded, apply, entries).await?)
}

pub(super) async fn pull(context: &mut Context) -> Result<u8, Failure> {
    let (_store, recorded) = open(context).await?;
    context.counts.unchanged = recorded.resources.len();
    context.console.event(&StateEvent { event: "state", state: &recorded });
    match serde_json::to_string_pretty(&recorded) {
        Ok(text) => context.console.line(&text),
        Err(error) => {
            let hint = "this is a defect of Ironward: please report it";
            return Err(Failure::new(format!("the state has no JSON form: {error}"), hint));
        }
    }
    Ok(0)
}

pub(super) async fn push(context: &mut Context, file: &File, force: bool) -> Result<u8, Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| {
        let hint = format!("`{}` prints one", context.next("state pull"));
        Failure::new(format!("can't read the state {}: {error}", file.display()), hint)
    })?;
    let (store, mut recorded) = open(context).await?;
    let entry =
        edit::replace(&recorded, &text, force).map_err(|error| refused(context, &recorded, &error))?;
    if let Entry::Pushed { state } = &entry {
        context.counts.updated = state.resources.len();
    }
    let apply = context.begun(&recorded, Command::Push);
    edit::record(&*store, &mut recorded, apply, vec![entry]).await?;
    let line = format!(
        "recorded {} resources, as serial {}; the state before is gone",
        recorded.resources.len(),
        recorded.serial
    );
    context.console.line(&line);
    let next = context.next("preview");
    context.say(Some(format!("look at what it means with `{next}` before `up`")));
    Ok(0)
}

/// What to do about a refusal.
fn refused(context: &Context, recorded: &State, error: &SurgeryError) -> Failure {
    let hint = match error {
        SurgeryError::Unknown(path) => return state::unknown(context, Some(recorded), path),
        SurgeryError::Taken { path, .. } => {
            format!(
                "move that away first, or let go of it with `{}`",
                context.next(&format!("state rm {path}"))
            )
        }
        SurgeryError::Unsettled { .. } => {
            format!("`{}` settles it; then try again", context.next("preview"))
        }
        SurgeryError::Serial { .. } => {
            "something was applied since it was pulled: pull and edit again and raise its serial, or add \
             `--force` to lose what came between"
                .to_owned()
        }
        SurgeryError::Lineage { .. } => "this is the state of another stack: see `--stack`".to_owned(),
        SurgeryError::Format { .. } => "use the version of Ironward that wrote it, or a newer one".to_owned(),
        _ => format!("`{}` prints what a state looks like", context.next("state pull")),
    };
    Failure::new(error.to_string(), hint)
}
