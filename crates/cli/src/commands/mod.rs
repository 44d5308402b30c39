//! The commands, each in a file of its own.

mod apply;
mod bootstrap;
mod context;
mod destroy;
mod drift;
mod graph;
mod history;
mod import;
mod lock;
mod migrate;
mod outputs;
mod preview;
mod refresh;
mod remains;
mod rollback;
mod sandbox;
mod saved;
mod state;
mod state_edit;
mod up;

pub(crate) use context::{Context, Parts};

use crate::arguments::Command;
use crate::errors::Failure;

/// Runs a command and returns its exit code.
pub(crate) async fn run(command: Command, context: &mut Context) -> Result<u8, Failure> {
    match command {
        Command::Preview { out, detailed_exitcode, losses } => {
            preview::run(context, out.as_deref(), detailed_exitcode, &losses).await
        }
        Command::Up { plan, yes, on_failure, losses } => {
            up::run(context, plan.as_deref(), yes, on_failure, &losses).await
        }
        Command::Import(arguments) => import::run(context, &arguments).await,
        Command::Refresh => refresh::run(context).await,
        Command::Drift { detailed_exitcode } => drift::run(context, detailed_exitcode).await,
        Command::Destroy { yes, lift_protection, losses } => {
            destroy::run(context, yes, lift_protection, &losses).await
        }
        Command::Outputs => outputs::run(context).await,
        Command::State(command) => state::run(context, &command).await,
        Command::History { command } => history::run(context, command.as_ref()).await,
        Command::Graph { format } => graph::run(context, format),
        Command::Sandbox(command) => sandbox::run(context, &command).await,
    }
}
