//! The command line of Ironward programs: [`run`] gives every program `preview`, `up`, `drift`,
//! `destroy` and the rest, and [`session`] gives a program that has a command line of its own
//! the same things as an async API.
//!
//! | module | holds |
//! |---|---|
//! | [`config`] | `Ironward.toml` |
//! | [`target`] | which cloud a command talks to |
//! | [`connect`] | providers for that cloud |
//! | [`state_access`] | where keys and anchors of states are |
//! | [`session`] | an opened stack: plan and apply |
//! | [`process_env`] | streams, arguments and time, for [`run_with`] |
//! | [`errors`] | what a user reads when something can't be done |

mod arguments;
pub mod clock;
mod commands;
pub mod config;
pub mod connect;
mod console;
pub mod errors;
pub mod interrupt;
pub mod process_env;
mod progress;
mod render;
pub mod session;
pub mod state_access;
pub mod target;
mod terraform;

use std::io::Write;
use std::path::Path;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;

use ironward_aws_provider::Recording;
use ironward_aws_provider::service::Service;
use ironward_core::program::Program;
use ironward_core::stack::{Profile, Stack};
use ironward_core::state::Counts;
use serde::Serialize;

use arguments::Arguments;
use commands::{Context, Parts};
use config::Config;
use connect::AwsConnector;
use console::Console;
use errors::{BoxError, Diagnostic, Failure};
use process_env::ProcessEnv;
use target::{Endpoint, Target};

/// Runs the command that was typed, for the program `program` that `declare` declares, on a
/// runtime of its own.
///
/// `declare` may be called more than once and must declare the same each time. The exit code is 0
/// for success; 1 for any error, and for an apply that a first Ctrl-C or SIGTERM ended in good order;
/// 130 for what was stopped at once or before it changed anything; and 2 where `--detailed-exitcode`
/// asks for it and there are changes or drift.
pub fn run<P, F, E>(program: &str, declare: F) -> ExitCode
where
    P: Profile,
    F: Fn(&mut Stack<P>) -> Result<(), E>,
    E: Into<BoxError>,
{
    on_own_runtime(program, AwsConnector::new(), &declares(program, declare))
}

/// The same for a program with resource types of its own: `services` serve them.
pub fn run_with_services<P, F, E>(
    program: &str,
    services: impl IntoIterator<Item = &'static Service>,
    declare: F,
) -> ExitCode
where
    P: Profile,
    F: Fn(&mut Stack<P>) -> Result<(), E>,
    E: Into<BoxError>,
{
    let connector = services.into_iter().fold(AwsConnector::new(), AwsConnector::with_service);
    on_own_runtime(program, connector, &declares(program, declare))
}

/// Runs a command in a given process environment, on the caller's runtime, and returns its exit code.
pub async fn run_with<P, F, E>(program: &str, declare: F, process_env: ProcessEnv) -> u8
where
    P: Profile,
    F: Fn(&mut Stack<P>) -> Result<(), E>,
    E: Into<BoxError>,
{
    command(program, &declares(program, declare), process_env).await
}

/// What `declare` declares, where a command wants it.
fn declares<P, F, E>(program: &str, declare: F) -> impl Fn(bool) -> Result<Option<Program>, BoxError>
where
    P: Profile,
    F: Fn(&mut Stack<P>) -> Result<(), E>,
    E: Into<BoxError>,
{
    let program = program.to_owned();
    move |wanted| {
        if !wanted {
            return Ok(None);
        }
        let mut stack = Stack::<P>::new(&program);
        declare(&mut stack).map_err(Into::into)?;
        Ok(Some(stack.program()))
    }
}

/// The part of [`run`] that knows nothing of the program's types, and so is compiled here, once, and
/// not again with each program.
fn on_own_runtime(program: &str, connector: AwsConnector, declare: &Declare<'_>) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let (runtime, mut process_env) = match (runtime, ProcessEnv::of_process()) {
        (Ok(runtime), Ok(process_env)) => (runtime, process_env),
        (Err(error), _) | (_, Err(error)) => {
            // Nothing more can be done about an error stream that is gone too.
            let _ = writeln!(std::io::stderr(), "error: {program} can't start: {error}");
            return ExitCode::from(1);
        }
    };
    process_env.connector = Arc::new(connector);
    runtime.spawn(interrupt::listen(process_env.interrupt.clone()));
    let code = runtime.block_on(command(program, declare, process_env));
    runtime.shutdown_background();
    ExitCode::from(code)
}

/// The end of every stream of events.
#[derive(Serialize)]
struct SummaryEvent {
    event: &'static str,
    #[serde(flatten)]
    counts: Counts,
    duration_ms: u64,
}

type Declare<'a> = dyn Fn(bool) -> Result<Option<Program>, BoxError> + 'a;

/// A command's whole run. It is boxed so that programs don't compile what is in it.
fn command<'a>(
    program: &'a str,
    declare: &'a Declare<'a>,
    process_env: ProcessEnv,
) -> Pin<Box<dyn Future<Output = u8> + 'a>> {
    Box::pin(answer(program, declare, process_env))
}

async fn answer(program: &str, declare: &Declare<'_>, process_env: ProcessEnv) -> u8 {
    let ProcessEnv { arguments, directory, input, output, errors, .. } = process_env;
    let clock = process_env.clock;
    let started = clock.now();
    let mut console =
        Console::new(output, errors, process_env.output_is_terminal, process_env.color, process_env.size);
    console.json = arguments.iter().any(|word| word == "--json");
    let parsed = match arguments::parse(program, &arguments) {
        Ok(parsed) => parsed,
        Err(error) if !error.use_stderr() => {
            console.json = false;
            console.write(&error.render().to_string());
            return exit_code(&mut console, 0);
        }
        Err(error) => {
            let failure = errors::of_usage(program, &error);
            return conclude(&mut console, Err(failure), Counts::default(), 0);
        }
    };
    console.paint.color &= !parsed.global.no_color;
    let target = match resolve(&parsed, &directory) {
        Ok(target) => target,
        Err(failure) => return conclude(&mut console, Err(failure), Counts::default(), 0),
    };
    let Arguments { global, command } = parsed;
    let mut context = Context::new(Parts {
        program_name: program.to_owned(),
        program: None,
        global,
        target,
        console,
        input,
        input_is_terminal: process_env.input_is_terminal,
        connector: process_env.connector,
        clock,
        interrupt: process_env.interrupt,
        state_access: process_env.state_access,
        ask_secret: process_env.ask_secret,
        words: command.words(),
    });
    context.announce(command.prints_a_document());
    let result = match declare(command.declares()) {
        Ok(declared) => {
            context.program = declared;
            match record(&context, &directory) {
                // Futures of commands hold everything that they work with.
                Ok(()) => Box::pin(commands::run(command, &mut context)).await,
                Err(failure) => Err(failure),
            }
        }
        Err(error) => Err(errors::of_program(&error)),
    };
    context.close().await;
    let took = context.clock.now().saturating_sub(started);
    let took = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let counts = context.counts;
    conclude(&mut context.console, result, counts, took)
}

/// Has every call recorded, where that is wanted.
fn record(context: &Context, directory: &Path) -> Result<(), Failure> {
    let Some(file) = context.global.record.as_ref().map(|file| directory.join(file)) else { return Ok(()) };
    let secrets = context.program.as_ref().map(Program::secrets).unwrap_or_default();
    let secrets: Vec<String> = secrets.into_iter().collect();
    let recording = Recording::into(&file, Arc::clone(&context.clock), &secrets).map_err(|error| {
        let message = format!("`--record {}`: {error}", file.display());
        Failure::new(message, "name a file that can be written; nothing was done")
    })?;
    context.connector.record(Arc::new(recording));
    Ok(())
}

fn resolve(parsed: &Arguments, directory: &Path) -> Result<Target, Failure> {
    let config = Config::find(directory)?;
    let endpoint = match &parsed.global.endpoint {
        Some(text) => Some(Endpoint::parse(text).map_err(|error| {
            let mut diagnostic = Diagnostic::from(&error);
            diagnostic.message = format!("`--endpoint`: {}", diagnostic.message);
            Failure::from(diagnostic)
        })?),
        None => None,
    };
    Ok(Target::resolve(&config, parsed.global.stack.as_deref(), endpoint, sandbox_served_at)?)
}

/// Where the sandbox of a directory is served by another process, if it is.
#[must_use]
pub fn sandbox_served_at(directory: &Path) -> Option<Endpoint> {
    #[cfg(feature = "sandbox")]
    {
        let served = ironward_sandbox::Sandbox::served_at(directory).ok().flatten()?;
        Endpoint::parse(&served).ok()
    }
    #[cfg(not(feature = "sandbox"))]
    {
        let _ = directory;
        None
    }
}

/// Shows how a command ended and gives its exit code.
fn conclude(console: &mut Console, result: Result<u8, Failure>, counts: Counts, duration_ms: u64) -> u8 {
    let code = match result {
        Ok(code) => code,
        Err(failure) => {
            for diagnostic in &failure.diagnostics {
                console.complain(diagnostic);
            }
            if failure.diagnostics.len() > 1 {
                console.remark(&format!("{} problems; nothing was changed", failure.diagnostics.len()));
            }
            failure.code
        }
    };
    console.event(&SummaryEvent { event: "summary", counts, duration_ms });
    exit_code(console, code)
}

fn exit_code(console: &mut Console, code: u8) -> u8 {
    match console.failure().map(str::to_owned) {
        Some(failure) => {
            console.remark(&format!("error: the results can't be written: {failure}"));
            code.max(1)
        }
        None => code,
    }
}
