//! `state`: looking into the recorded state, operating on it, and going on from an old one.

use ironward_core::provider::LINEAGE_TAG;
use ironward_core::state::{Record, Sharing, State, Status};
use serde::Serialize;

use super::{Context, bootstrap, import, lock, migrate, state_edit};
use crate::arguments::StateCommand;
use crate::config::nearest;
use crate::errors::Failure;
use crate::render::value::json;

/// A recorded resource, as an event.
#[derive(Serialize)]
struct ResourceEvent<'a> {
    event: &'static str,
    path: &'a str,
    #[serde(rename = "type")]
    type_name: &'a str,
    physical_id: &'a str,
    status: Status,
    deposed: bool,
}

/// A state that was accepted, as an event.
#[derive(Serialize)]
struct AcceptedEvent {
    event: &'static str,
    serial: u64,
    apply: u64,
}

/// A whole record, as an event.
#[derive(Serialize)]
struct RecordEvent<'a> {
    event: &'static str,
    #[serde(flatten)]
    record: &'a Record,
}

pub(super) async fn run(context: &mut Context, command: &StateCommand) -> Result<u8, Failure> {
    match command {
        StateCommand::List => {
            let state = context.recorded().await?;
            list(context, state.as_ref())
        }
        StateCommand::Remains { forget } => super::remains::run(context, forget.as_deref()).await,
        StateCommand::Show { path } => {
            let state = context.recorded().await?;
            show(context, state.as_ref(), path)
        }
        StateCommand::Mv { from, to } => state_edit::rename(context, from, to).await,
        StateCommand::Rm { path } => state_edit::forget(context, path).await,
        StateCommand::Import(arguments) => import::run(context, arguments).await,
        StateCommand::Pull => state_edit::pull(context).await,
        StateCommand::Push { file, force } => state_edit::push(context, file, *force).await,
        StateCommand::Accept => accept(context).await,
        StateCommand::Lock(command) => lock::run(context, command).await,
        StateCommand::Migrate { to, kms_key } => migrate::run(context, to, kms_key.as_deref()).await,
        StateCommand::Bootstrap { bucket, yes } => bootstrap::run(context, bucket.as_deref(), *yes).await,
    }
}

async fn accept(context: &mut Context) -> Result<u8, Failure> {
    let Some(state) = context.accept().await? else {
        return Err(Failure::new(
            format!("there is no state in {}", context.target.state),
            "restore the backup there first",
        ));
    };
    context.console.event(&AcceptedEvent { event: "accepted", serial: state.serial, apply: state.applies });
    context.console.line(&format!(
        "Accepted: the state goes on from here, at serial {}; the history tells of it as apply {}.",
        state.serial, state.applies
    ));
    let next = context.next("preview");
    context.console.line(&format!("Type `{next}` to see what the cloud has that this state doesn't know."));
    Ok(0)
}

fn list(context: &mut Context, state: Option<&State>) -> Result<u8, Failure> {
    let records: Vec<(&Record, bool)> = state
        .into_iter()
        .flat_map(|state| {
            let deposed = state.deposed.values().map(|record| (record, true));
            state.resources.values().map(|record| (record, false)).chain(deposed)
        })
        .collect();
    context.counts.unchanged = records.len();
    let widths = records.iter().fold((0, 0), |(path, kind), (record, _)| {
        (path.max(record.path.as_str().len()), kind.max(record.type_name.len()))
    });
    for (record, deposed) in &records {
        context.console.event(&ResourceEvent {
            event: "resource",
            path: record.path.as_str(),
            type_name: &record.type_name,
            physical_id: &record.physical_id,
            status: record.status,
            deposed: *deposed,
        });
        let status = match (record.status, deposed) {
            (_, true) => "  (replaced, still to be deleted)",
            (Status::Ready, _) => "",
            (Status::Incomplete, _) => "  (not finished)",
            (Status::Broken, _) => "  (broken: will be replaced)",
        };
        context.console.line(&format!(
            "{:path$}  {:kind$}  {}{status}",
            record.path,
            record.type_name,
            record.physical_id,
            path = widths.0,
            kind = widths.1
        ));
    }
    if let Some(pending) = state.map(|state| state.pending.len()).filter(|pending| *pending > 0) {
        context.console.line(&format!("{pending} unfinished operations: the next command settles them."));
    }
    if records.is_empty() {
        let next = context.next("up");
        context.console.line(&format!("Nothing is deployed; `{next}` begins."));
    }
    Ok(0)
}

fn show(context: &mut Context, state: Option<&State>, path: &str) -> Result<u8, Failure> {
    let found = state.and_then(|state| state.resources.values().find(|record| record.path.as_str() == path));
    let Some(record) = found else {
        return Err(unknown(context, state, path));
    };
    context.counts.unchanged = 1;
    context.console.event(&RecordEvent { event: "record", record });
    let paint = context.console.paint;
    context.console.line(&format!("{} {}", paint.bold(record.path.as_str()), record.type_name));
    let rows = [
        ("physical id", record.physical_id.clone()),
        ("instance", format!("{} (generation {})", record.instance, record.generation)),
        ("declared at", record.source.to_string()),
        ("protected", if record.protect { "yes".to_owned() } else { "no".to_owned() }),
    ];
    let shared = match record.sharing {
        Some(Sharing::Used) => Some(format!(
            "it is another's: this stack only uses it; its tag `{LINEAGE_TAG}`, where its type has tags, says whose"
        )),
        Some(Sharing::Found) => {
            Some("it was there before this stack, and stays when that comes down".to_owned())
        }
        Some(_) => Some("this stack made it; others may use it too".to_owned()),
        None => None,
    };
    for (name, value) in rows.into_iter().chain(shared.map(|shared| ("shared", shared))) {
        context.console.line(&format!("    {name:12} {value}"));
    }
    let properties = match record.sharing {
        Some(Sharing::Used) => "Declared here, which nothing is changed to",
        _ => "Properties",
    };
    for (title, document) in [(properties, &record.properties), ("Attributes", &record.attributes)] {
        if !document.is_empty() {
            context.console.line(&format!("{title}:"));
            for (name, value) in document.iter() {
                context.console.line(&format!("    {name}: {}", json(value)));
            }
        }
    }
    Ok(0)
}

/// Nothing is recorded at a path.
pub(super) fn unknown(context: &Context, state: Option<&State>, path: &str) -> Failure {
    let paths = state.into_iter().flat_map(|state| state.resources.keys()).map(|path| path.as_str());
    let hint = match nearest(path, paths) {
        Some(close) => format!("did you mean `{close}`? `{}` lists all", context.next("state list")),
        None => format!("`{}` lists what there is", context.next("state list")),
    };
    Failure::new(format!("nothing is recorded at `{path}`"), hint)
}
