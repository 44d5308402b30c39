//! `import`: manages from now on what exists already.

use std::collections::BTreeMap;
use std::path::Path as File;

use ironward_core::path::Path;
use ironward_core::program::Program;
use ironward_core::provider::DeletePolicy;
use serde::Serialize;

use super::Context;
use super::apply::{Applying, apply, confirm};
use crate::arguments::{ImportArguments, OnFailure};
use crate::config::nearest;
use crate::errors::Failure;
use crate::session::Session;
use crate::terraform::{self, Matched, Matching, StateFile};

/// What an instance of Terraform is, as an event.
#[derive(Serialize)]
struct MatchedEvent<'a> {
    event: &'static str,
    address: &'a str,
    path: &'a str,
    physical_id: &'a str,
}

/// An instance that isn't imported, as an event.
#[derive(Serialize)]
struct UnmatchedEvent<'a> {
    event: &'static str,
    address: &'a str,
    reason: &'a str,
    candidates: Vec<&'a str>,
}

pub(super) async fn run(context: &mut Context, arguments: &ImportArguments) -> Result<u8, Failure> {
    let program = context.program()?;
    let ImportArguments { path, id, from_terraform, map, yes } = arguments;
    match (path, id, from_terraform) {
        (_, _, Some(file)) => {
            let found = read(file)?;
            let assigned = assignments(map)?;
            let session = context.open().await?;
            let state = session.state().await?;
            let matching = terraform::matching(&found, &program, &state, &assigned).map_err(|error| {
                Failure::new(
                    error.to_string(),
                    "addresses are as `terraform state list` prints them, paths as `preview` does",
                )
            })?;
            show(context, file, &found, &matching);
            let command = format!("import --from-terraform {}", file.display());
            let command = map.iter().fold(command, |command, pair| format!("{command} --map '{pair}'"));
            let ids: BTreeMap<Path, String> = matching
                .matched
                .into_iter()
                .map(|Matched { path, physical_id, .. }| (path, physical_id))
                .collect();
            if ids.is_empty() {
                context.console.line("\nNothing is imported.");
                return Ok(0);
            }
            adopt(context, &session, &program, &ids, &command, *yes).await
        }
        (Some(path), Some(id), None) => {
            let path = declared(context, &program, path)?;
            let session = context.open().await?;
            context.again = Some("up".to_owned());
            let command = format!("import {path} {id}");
            adopt(context, &session, &program, &BTreeMap::from([(path, id.clone())]), &command, *yes).await
        }
        _ => Err(Failure::new(
            "there is nothing to import",
            "type `import PATH ID`, or `import --from-terraform FILE`",
        )),
    }
}

/// Plans, asks and applies; only what is imported is touched.
async fn adopt(
    context: &mut Context,
    session: &Session,
    program: &Program,
    ids: &BTreeMap<Path, String>,
    command: &str,
    yes: bool,
) -> Result<u8, Failure> {
    context.again.get_or_insert_with(|| command.to_owned());
    let planned = context.watch(session.engine().plan_import(program, ids)).await?;
    context.show_plan(&planned, program, false);
    if !yes {
        confirm(context, &planned.plan, &format!("{command} --yes")).await?;
    }
    let applying = Applying { policy: DeletePolicy::default(), on_failure: OnFailure::Keep };
    apply(context, session, program, planned, applying).await
}

fn declared(context: &Context, program: &Program, path: &str) -> Result<Path, Failure> {
    let paths = || program.resources.keys();
    if let Some(found) = paths().find(|declared| declared.as_str() == path) {
        return Ok(found.clone());
    }
    let hint = match nearest(path, paths().map(|path| path.as_str())) {
        Some(close) => format!("did you mean `{close}`?"),
        None => format!("`{}` shows what it declares", context.next("preview")),
    };
    Err(Failure::new(format!("the program declares no resource `{path}`"), hint))
}

fn read(file: &File) -> Result<StateFile, Failure> {
    let hint = "`terraform state pull > FILE` writes one";
    let failed = |what: String| Failure::new(format!("can't import from {}: {what}", file.display()), hint);
    let text = std::fs::read_to_string(file).map_err(|error| failed(error.to_string()))?;
    terraform::read(&text).map_err(|error| failed(error.to_string()))
}

/// The assignments by address. Keys of instances may hold any character, paths none of them.
fn assignments(map: &[String]) -> Result<BTreeMap<String, String>, Failure> {
    let mut assigned = BTreeMap::new();
    for pair in map {
        let Some((address, path)) = pair.rsplit_once('=') else {
            let hint = "write it as `--map 'aws_vpc.main=fhir/network/vpc'`";
            return Err(Failure::new(format!("`--map {pair}` has no `=`"), hint));
        };
        if assigned.insert(address.trim().to_owned(), path.trim().to_owned()).is_some() {
            let hint = "an instance is one resource: leave one of the two out";
            return Err(Failure::new(format!("`{address}` is assigned twice"), hint));
        }
    }
    Ok(assigned)
}

/// Shows what of the file is what.
fn show(context: &mut Context, file: &File, found: &StateFile, matching: &Matching) {
    let event = |matched: &Matched, event: &'static str, context: &mut Context| {
        context.console.event(&MatchedEvent {
            event,
            address: &matched.address,
            path: matched.path.as_str(),
            physical_id: &matched.physical_id,
        });
    };
    for matched in &matching.matched {
        event(matched, "matched", context);
    }
    for managed in &matching.managed {
        event(managed, "managed", context);
    }
    for lost in &matching.unmatched {
        context.console.event(&UnmatchedEvent {
            event: "unmatched",
            address: &lost.address,
            reason: &lost.reason,
            candidates: lost.candidates.iter().map(Path::as_str).collect(),
        });
    }
    let paint = context.console.paint;
    if !matching.matched.is_empty() || !matching.managed.is_empty() {
        context.console.line("");
        context.console.line(&paint.bold(&format!("In {}:", file.display())));
    }
    let width = matching.matched.iter().chain(&matching.managed).map(|m| m.address.chars().count()).max();
    let width = width.unwrap_or(0).min(60);
    for Matched { address, path, physical_id } in &matching.matched {
        context.console.line(&format!("    {address:width$}  → {path}  ({physical_id})"));
    }
    for Matched { address, path, .. } in &matching.managed {
        context.console.line(&format!("    {address:width$}  is `{path}` already"));
    }
    if !matching.unmatched.is_empty() {
        context.console.line("");
        context.console.line(&paint.bold("Not imported:"));
    }
    for lost in &matching.unmatched {
        context.console.line(&format!("    {}  {}", lost.address, lost.reason));
        for candidate in &lost.candidates {
            context.console.line(&format!("        --map '{}={candidate}'", lost.address));
        }
    }
    for address in &found.deposed {
        context.console.line(&format!("    {address}  was replaced; let Terraform delete it first"));
    }
    if found.data_sources > 0 {
        context.console.line(&format!("    data sources: {} (read, not managed)", found.data_sources));
    }
}
