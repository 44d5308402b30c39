//! What a command gets from the process around it, so that tests can hand in their own.

use std::ffi::OsString;
use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;

use ironward_core::clock::Clock;
use ironward_core::history::Author;
use ironward_store::codec::keys::Passphrase;

use crate::clock::TokioClock;
use crate::connect::{AwsConnector, Connector};
use crate::interrupt::Interrupt;
use crate::state_access::StateAccess;

/// Asks a person for something that isn't shown while it is typed.
pub type AskSecret = Box<dyn Fn(&str) -> std::io::Result<String> + Send>;

/// Arguments, streams and the rest of a process's environment.
#[non_exhaustive]
pub struct ProcessEnv {
    /// What was typed after the program's name.
    pub arguments: Vec<OsString>,
    /// The directory in which it was typed.
    pub directory: PathBuf,
    /// Where answers are read from.
    pub input: Box<dyn BufRead + Send>,
    /// Where results go.
    pub output: Box<dyn Write + Send>,
    /// Where remarks and errors go.
    pub errors: Box<dyn Write + Send>,
    /// Whether a person reads the results as they appear.
    pub output_is_terminal: bool,
    /// Whether a person can answer.
    pub input_is_terminal: bool,
    /// Whether colours are wanted.
    pub color: bool,
    /// Columns and rows of the terminal.
    pub size: (usize, usize),
    /// Who makes the providers.
    pub connector: Arc<dyn Connector>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Who asks to stop.
    pub interrupt: Interrupt,
    /// Where keys and anchors of states are, and who this is.
    pub state_access: StateAccess,
    /// Asks for a passphrase, where a person can answer.
    pub ask_secret: AskSecret,
}

impl ProcessEnv {
    /// The environment of this process.
    ///
    /// # Errors
    /// The operating system's, when the process has no working directory.
    pub fn of_process() -> std::io::Result<Self> {
        let output = std::io::stdout();
        let output_is_terminal = output.is_terminal();
        let (rows, columns) = console::Term::stdout().size();
        Ok(Self {
            arguments: std::env::args_os().skip(1).collect(),
            directory: std::env::current_dir()?,
            input: Box::new(std::io::BufReader::new(std::io::stdin())),
            color: anstream::AutoStream::choice(&output) != anstream::ColorChoice::Never,
            output: Box::new(output),
            errors: Box::new(std::io::stderr()),
            output_is_terminal,
            input_is_terminal: std::io::stdin().is_terminal(),
            size: (usize::from(columns), usize::from(rows)),
            connector: Arc::new(AwsConnector::new()),
            clock: Arc::new(TokioClock::new()),
            interrupt: Interrupt::new(),
            state_access: state_access_of_process(),
            ask_secret: Box::new(|question| {
                let terminal = console::Term::stderr();
                terminal.write_str(question)?;
                terminal.read_secure_line()
            }),
        })
    }

    /// ProcessEnv without a terminal, a person or an input, that write to the given streams. They
    /// keep keys and anchors nowhere: hand a [`StateAccess`] in.
    #[must_use]
    pub fn detached(
        arguments: impl IntoIterator<Item = impl Into<OsString>>,
        directory: impl Into<PathBuf>,
        output: impl Write + Send + 'static,
        errors: impl Write + Send + 'static,
    ) -> Self {
        Self {
            arguments: arguments.into_iter().map(Into::into).collect(),
            directory: directory.into(),
            input: Box::new(std::io::empty()),
            output: Box::new(output),
            errors: Box::new(errors),
            output_is_terminal: false,
            input_is_terminal: false,
            color: false,
            size: (100, 40),
            connector: Arc::new(AwsConnector::new()),
            clock: Arc::new(TokioClock::new()),
            interrupt: Interrupt::new(),
            state_access: StateAccess::default(),
            ask_secret: Box::new(|_| Err(std::io::ErrorKind::Unsupported.into())),
        }
    }
}

/// Keys and anchors in the configuration directory of the user whose process this is:
/// `$XDG_CONFIG_HOME/ironward`, else `~/.config/ironward`, on macOS
/// `~/Library/Application Support/ironward`.
pub(crate) fn state_access_of_process() -> StateAccess {
    let text = |name: &str| std::env::var(name).ok().filter(|text| !text.is_empty());
    let home = || text("HOME").map(PathBuf::from);
    let configuration = match text("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute()) {
        Some(directory) => Some(directory),
        None if cfg!(target_os = "macos") => home().map(|home| home.join("Library/Application Support")),
        None => home().map(|home| home.join(".config")),
    };
    let user = text("USER").or_else(|| text("LOGNAME")).unwrap_or_default();
    let host = text("HOSTNAME").or_else(|| std::fs::read_to_string("/etc/hostname").ok());
    let who = match host.as_deref().map(str::trim) {
        Some(host) if !host.is_empty() && user.is_empty() => host.to_owned(),
        Some(host) if !host.is_empty() => format!("{user}@{host}"),
        _ => user,
    };
    StateAccess {
        directory: configuration.map(|directory| directory.join("ironward")),
        passphrase: text("IRONWARD_PASSPHRASE").map(|text| Arc::new(Passphrase::new(text))),
        // Cargo tells a program that it runs; others may set it.
        author: Author { who, version: text("CARGO_PKG_VERSION").unwrap_or_default() },
        ..StateAccess::default()
    }
}
