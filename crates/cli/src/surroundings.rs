//! What a command gets from the process around it, so that tests can hand in their own.

use std::ffi::OsString;
use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;

use ironward_core::clock::Clock;

use crate::clock::TokioClock;
use crate::connect::{AwsConnector, Connector};
use crate::interrupt::Interrupt;

/// Arguments, streams and the rest of a process's surroundings.
#[non_exhaustive]
pub struct Surroundings {
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
}

impl Surroundings {
    /// The surroundings of this process.
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
        })
    }

    /// Surroundings without a terminal, a person or an input, that write to the given streams.
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
        }
    }
}
