//! `import`: manages from now on what exists already.

mod show;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path as File;

use ironward_core::engine::{Imports, Planned};
use ironward_core::path::Path;
use ironward_core::plan::Action;
use ironward_core::program::Program;
use ironward_core::provider::DeletePolicy;

use super::Context;
use super::apply::{Applying, answers_yes, apply, can_ask, confirm};
use crate::arguments::{ImportArguments, OnFailure};
use crate::config::nearest;
use crate::errors::Failure;
use crate::session::Session;
use crate::terraform::{self, Answers, Matched, Matching, StateFile, Unmatched};

pub(super) async fn run(context: &mut Context, arguments: &ImportArguments) -> Result<u8, Failure> {
    let program = context.program()?;
    let ImportArguments { path, id, from_terraform, yes, .. } = arguments;
    match (path, id, from_terraform) {
        (_, _, Some(file)) => from_file(context, &program, arguments, file).await,
        (Some(path), Some(id), None) => {
            let path = declared(context, &program, path)?;
            let session = context.open().await?;
            context.again = Some("up".to_owned());
            let command = format!("import {path} {id}");
            let imports = Imports::from(BTreeMap::from([(path, id.clone())]));
            adopt(context, &session, &program, &imports, &[], &command, *yes).await
        }
        _ => Err(Failure::new(
            "there is nothing to import",
            "type `import PATH ID`, or `import --from-terraform FILE`",
        )),
    }
}

async fn from_file(
    context: &mut Context,
    program: &Program,
    arguments: &ImportArguments,
    file: &File,
) -> Result<u8, Failure> {
    let found = read(file)?;
    let mut answers = Answers {
        assigned: assignments(&arguments.map)?,
        skipped: arguments.skip.iter().map(|address| address.trim().to_owned()).collect(),
    };
    let session = context.open().await?;
    let state = session.state().await?;
    let matching = loop {
        let matching = terraform::matching(&found, program, &state, &answers).map_err(|error| {
            Failure::new(
                error.to_string(),
                "addresses are as `terraform state list` prints them, paths as `preview` does",
            )
        })?;
        let Some(guess) = matching.guesses.first() else { break matching };
        if !can_ask(context) {
            show::matching(context, file, &found, &matching);
            return Err(unconfirmed(context, file, &answers, &matching));
        }
        let Matched { address, path, physical_id } = guess;
        let id = physical_id.as_deref().unwrap_or_default();
        let question = format!(
            "\n{address} ({id}) may be `{path}`: nothing says so but that no other is left on both sides. Is \
             it? Only `yes` takes it over: "
        );
        if answers_yes(context, &question).await? {
            answers.assigned.insert(address.clone(), path.to_string());
        } else {
            answers.skipped.insert(address.clone());
        }
    };
    show::matching(context, file, &found, &matching);
    let command = command(file, &answers);
    let mut imports = Imports::default();
    for Matched { path, physical_id, .. } in matching.matched {
        match physical_id {
            Some(id) => drop(imports.ids.insert(path, id)),
            None => drop(imports.alike.insert(path)),
        }
    }
    if imports == Imports::default() {
        context.console.line("\nNothing is imported.");
        return Ok(0);
    }
    adopt(context, &session, program, &imports, &matching.unmatched, &command, arguments.yes).await
}

/// The command that says all that was answered.
fn command(file: &File, answers: &Answers) -> String {
    let mut command = format!("import --from-terraform {}", file.display());
    for (address, path) in &answers.assigned {
        command.push_str(&format!(" --map '{address}={path}'"));
    }
    for address in &answers.skipped {
        command.push_str(&format!(" --skip '{address}'"));
    }
    command
}

/// Refuses what is matched only by being the last of its type, and says what confirms it.
fn unconfirmed(context: &Context, file: &File, answers: &Answers, matching: &Matching) -> Failure {
    let mut confirmed = answers.clone();
    for Matched { address, path, .. } in &matching.guesses {
        confirmed.assigned.insert(address.clone(), path.to_string());
    }
    let which: Vec<String> = matching
        .guesses
        .iter()
        .map(|Matched { address, path, .. }| format!("`{address}` as `{path}`"))
        .collect();
    let command = context.next(&format!("{} --yes", command(file, &confirmed)));
    Failure::new(
        format!(
            "nothing was imported: only that no other is left on both sides speaks for {}, and `--yes` doesn't \
             confirm that",
            which.join(", ")
        ),
        format!("type `{command}` to confirm it; `--skip ADDRESS` leaves one to Terraform"),
    )
}

/// Plans, asks and applies; only what is imported is touched, and what that needs is made.
async fn adopt(
    context: &mut Context,
    session: &Session,
    program: &Program,
    imports: &Imports,
    unmatched: &[Unmatched],
    command: &str,
    yes: bool,
) -> Result<u8, Failure> {
    context.again.get_or_insert_with(|| command.to_owned());
    let planned = context.watch(session.engine().plan_imports(program, imports)).await?;
    context.show_plan(&planned, program, false);
    show::left(context, &planned);
    made_twice(context, &planned, unmatched, command)?;
    if !yes {
        confirm(context, &planned.plan, &format!("{command} --yes")).await?;
    }
    let applying = Applying { policy: DeletePolicy::default(), on_failure: OnFailure::Keep };
    apply(context, session, program, planned, applying).await
}

/// Refuses to make what may be there already.
fn made_twice(
    context: &Context,
    planned: &Planned,
    unmatched: &[Unmatched],
    command: &str,
) -> Result<(), Failure> {
    let makes = planned.plan.changes.iter().filter(|change| change.action == Action::Create);
    let made: BTreeSet<&Path> = makes.map(|change| &change.path).collect();
    for lost in unmatched {
        if let Some(path) = lost.candidates.iter().find(|path| made.contains(path)) {
            let address = &lost.address;
            let command = context.next(command);
            return Err(Failure::new(
                format!("`{path}` would be made for this import, and `{address}` may be that already"),
                format!(
                    "add `--map '{address}={path}'` if it is, or `--skip '{address}'` if it isn't, to \
                     `{command}`"
                ),
            ));
        }
    }
    Ok(())
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
    let failed = |what: String, hint: &str| {
        Failure::new(format!("can't import from {}: {what}", file.display()), hint)
    };
    let bytes = std::fs::read(file)
        .map_err(|error| failed(error.to_string(), "`terraform state pull > FILE` writes one"))?;
    terraform::read(&bytes).map_err(|error| failed(error.to_string(), error.hint()))
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
