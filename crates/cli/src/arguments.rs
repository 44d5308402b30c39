//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use ironward_core::consent::{Consent, Paths};

/// Everything that can be typed after the program's name.
#[derive(Debug, Clone, Parser)]
#[command(
    about = "Plans and applies the infrastructure that this program declares",
    version = concat!("(built with Ironward ", env!("CARGO_PKG_VERSION"), ")"),
    disable_help_subcommand = true,
    arg_required_else_help = false
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags of every command.
#[derive(Debug, Clone, Args)]
pub(crate) struct Global {
    /// The stack of Ironward.toml to work on
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) stack: Option<String>,
    /// Print one JSON event a line, and nothing else
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Print without colour
    #[arg(long, global = true)]
    pub(crate) no_color: bool,
    /// Talk to this address instead of the stack's own cloud
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) endpoint: Option<String>,
    /// Append every call to this file, one JSON object a line, without secrets and credentials
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) record: Option<PathBuf>,
}

/// The commands.
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Command {
    /// Show what `up` would do
    Preview {
        /// Save the plan, for `up FILE`
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Exit with 2 when there are changes or drift
        #[arg(long)]
        detailed_exitcode: bool,
        #[command(flatten)]
        losses: LossArguments,
    },
    /// Make the cloud as the program declares it
    Up {
        /// A plan that `preview --out` saved: nothing is applied unless it still holds
        #[arg(value_name = "PLAN")]
        plan: Option<PathBuf>,
        /// Don't ask
        #[arg(long)]
        yes: bool,
        /// What becomes of what a failed run made
        #[arg(long, value_enum, value_name = "WHAT", default_value_t = OnFailure::Keep)]
        on_failure: OnFailure,
        #[command(flatten)]
        losses: LossArguments,
    },
    /// Manage something from now on that exists already
    Import(ImportArguments),
    /// Bring the recorded state up to date with the cloud, and change nothing there
    Refresh,
    /// Show what was changed outside
    Drift {
        /// Exit with 2 when there is drift
        #[arg(long)]
        detailed_exitcode: bool,
    },
    /// Take everything down
    Destroy {
        /// Don't ask
        #[arg(long)]
        yes: bool,
        /// Take down what is protected too, and list what must remain
        #[arg(long)]
        lift_protection: bool,
        #[command(flatten)]
        losses: LossArguments,
    },
    /// Print the exported values of the last `up`
    Outputs,
    /// Look into the recorded state, and operate on it
    #[command(subcommand)]
    State(StateCommand),
    /// List every apply so far: when, who, what it did, and how it ended
    History {
        #[command(subcommand)]
        command: Option<HistoryCommand>,
    },
    /// Draw what depends on what
    Graph {
        /// The form of the drawing
        #[arg(long, value_enum, default_value_t = GraphFormat::Dot)]
        format: GraphFormat,
    },
    /// The embedded sandbox
    #[command(subcommand)]
    Sandbox(SandboxCommand),
}

/// What becomes of what a failed run made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnFailure {
    /// It stays, and the next `up` goes on from there
    Keep,
    /// It is taken down again
    Rollback,
}

/// What may be lost.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct LossArguments {
    /// Accept that data at this path is lost, `PATH` or `PATH/**`; may be given more than once
    #[arg(long, value_name = "PATH", value_parser = paths)]
    pub(crate) accept_loss: Vec<Paths>,
    /// Why it may be lost, for the history
    #[arg(long, value_name = "TEXT", requires = "accept_loss")]
    pub(crate) reason: Option<String>,
}

impl LossArguments {
    /// The consents that are given.
    pub(crate) fn consents(&self) -> Vec<Consent> {
        let consent = |paths: &Paths| {
            let mut consent = Consent::by_command(paths.clone());
            consent.reason = self.reason.clone().unwrap_or_default();
            consent
        };
        self.accept_loss.iter().map(consent).collect()
    }
}

fn paths(text: &str) -> Result<Paths, String> {
    Paths::parse(text).map_err(|error| error.to_string())
}

/// What is imported.
#[derive(Debug, Clone, Args)]
pub(crate) struct ImportArguments {
    /// The path of the declared resource, such as `fhir/network/vpc`
    #[arg(required_unless_present = "from_terraform", requires = "id")]
    pub(crate) path: Option<String>,
    /// What the API calls the thing that exists, such as `vpc-0abc`
    pub(crate) id: Option<String>,
    /// Import what a state file of Terraform or OpenTofu manages
    #[arg(long, value_name = "FILE", conflicts_with = "path")]
    pub(crate) from_terraform: Option<PathBuf>,
    /// Which declared resource an instance of Terraform is; may be given more than once
    #[arg(long, value_name = "ADDRESS=PATH", requires = "from_terraform")]
    pub(crate) map: Vec<String>,
    /// Leave an instance to Terraform; may be given more than once
    #[arg(long, value_name = "ADDRESS", requires = "from_terraform")]
    pub(crate) skip: Vec<String>,
    /// Don't ask whether to apply; what is matched only by being the last of its type is asked for
    /// all the same
    #[arg(long)]
    pub(crate) yes: bool,
}

/// The commands on the recorded state.
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum StateCommand {
    /// List the recorded resources
    List,
    /// List what stays in the cloud and isn't managed: what deletions left, and what was let go of
    Remains {
        /// Don't remember any more what the instance at this path left: it is gone
        #[arg(long, value_name = "PATH")]
        forget: Option<String>,
    },
    /// Show one recorded resource
    Show {
        /// Its path, such as `fhir/network/vpc`
        path: String,
    },
    /// Record a resource, or all of a component, under another path
    Mv {
        /// Its path
        from: String,
        /// The path that it shall have
        to: String,
    },
    /// Let go of a resource, or of all of a component: it stays in the cloud
    Rm {
        /// Its path
        path: String,
    },
    /// Manage something from now on that exists already: the same as `import`
    Import(ImportArguments),
    /// Print the whole state as JSON
    Pull,
    /// Put a state in the place of the recorded one, such as one that was pulled and edited
    Push {
        /// The file that holds it
        file: PathBuf,
        /// Take it also when it isn't newer than the recorded one
        #[arg(long)]
        force: bool,
    },
    /// Go on from this state although it is older than the last one known here: after restoring a
    /// backup on purpose
    Accept,
    /// The lock of a state that is kept in a bucket
    #[command(subcommand)]
    Lock(LockCommand),
    /// Keep the state somewhere else from now on
    Migrate {
        /// The bucket and the prefix, as `s3://BUCKET/PREFIX`, or `local` for the directory beside
        /// Ironward.toml
        #[arg(long, value_name = "PLACE")]
        to: String,
        /// The KMS key that protects it there: its ARN, its id, or `alias/NAME`
        #[arg(long, value_name = "KEY")]
        kms_key: Option<String>,
    },
    /// Make a bucket and a key for states, and say what to write into Ironward.toml
    Bootstrap {
        /// The name of the bucket
        #[arg(long, value_name = "NAME")]
        bucket: Option<String>,
        /// Don't ask
        #[arg(long)]
        yes: bool,
    },
}

/// The commands on the lock of a state.
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum LockCommand {
    /// Say who holds it, and since when
    Status,
    /// Take it away from whoever holds it, such as a machine that is gone
    Break {
        /// Don't ask
        #[arg(long)]
        yes: bool,
    },
}

/// The commands on the history.
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum HistoryCommand {
    /// Check that nothing in it was changed, cut off or put back
    Verify,
}

/// The commands on the embedded sandbox.
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum SandboxCommand {
    /// Serve the sandbox over HTTP, for the AWS CLI
    Serve {
        /// The port to listen on, on this machine only
        #[arg(long, value_name = "N")]
        port: u16,
    },
    /// Delete everything that the sandbox holds
    Reset,
}

/// Forms of the dependency graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum GraphFormat {
    /// Graphviz
    Dot,
    /// Mermaid
    Mermaid,
    /// A picture
    Svg,
    /// Nodes and edges
    Json,
}

impl Command {
    /// Whether it needs the program's declarations.
    pub(crate) fn declares(&self) -> bool {
        match self {
            Self::Preview { .. }
            | Self::Up { .. }
            | Self::Import(_)
            | Self::State(StateCommand::Import(_))
            | Self::Refresh
            | Self::Drift { .. }
            | Self::Destroy { .. }
            | Self::Graph { .. } => true,
            Self::Outputs | Self::State(_) | Self::History { .. } | Self::Sandbox(_) => false,
        }
    }

    /// Whether what it prints goes into a file as it is.
    pub(crate) fn prints_a_document(&self) -> bool {
        matches!(self, Self::Graph { .. } | Self::State(StateCommand::Pull))
    }

    /// The words that were typed, for whoever finds the state locked.
    pub(crate) fn words(&self) -> &'static str {
        match self {
            Self::Preview { .. } => "preview",
            Self::Up { .. } => "up",
            Self::Import(_) | Self::State(StateCommand::Import(_)) => "import",
            Self::Refresh => "refresh",
            Self::Drift { .. } => "drift",
            Self::Destroy { .. } => "destroy",
            Self::Outputs => "outputs",
            Self::State(StateCommand::List) => "state list",
            Self::State(StateCommand::Show { .. }) => "state show",
            Self::State(StateCommand::Remains { .. }) => "state remains",
            Self::State(StateCommand::Mv { .. }) => "state mv",
            Self::State(StateCommand::Rm { .. }) => "state rm",
            Self::State(StateCommand::Pull) => "state pull",
            Self::State(StateCommand::Push { .. }) => "state push",
            Self::State(StateCommand::Accept) => "state accept",
            Self::State(StateCommand::Lock(LockCommand::Status)) => "state lock status",
            Self::State(StateCommand::Lock(LockCommand::Break { .. })) => "state lock break",
            Self::State(StateCommand::Migrate { .. }) => "state migrate",
            Self::State(StateCommand::Bootstrap { .. }) => "state bootstrap",
            Self::History { command: None } => "history",
            Self::History { command: Some(HistoryCommand::Verify) } => "history verify",
            Self::Graph { .. } => "graph",
            Self::Sandbox(SandboxCommand::Serve { .. }) => "sandbox serve",
            Self::Sandbox(SandboxCommand::Reset) => "sandbox reset",
        }
    }
}

/// Parses what was typed after the program's name.
pub(crate) fn parse(program: &str, typed: &[OsString]) -> Result<Arguments, clap::Error> {
    let words = std::iter::once(OsString::from(program)).chain(typed.iter().cloned());
    let command = Arguments::command().display_name(program).bin_name(program);
    let matches = command.try_get_matches_from(words)?;
    Arguments::from_arg_matches(&matches)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn flags_of_every_command_may_stand_before_or_after_it() {
        for typed in [["--stack", "a", "preview"], ["preview", "--stack", "a"]] {
            let typed = typed.map(OsString::from);
            let arguments = parse("fhir", &typed).unwrap();
            assert_eq!(arguments.global.stack.as_deref(), Some("a"));
        }
    }
}
