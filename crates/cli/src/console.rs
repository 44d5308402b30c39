//! Where a command writes: results to one stream, remarks and errors to another.

use std::io::{ErrorKind, Write};

use anstyle::{AnsiColor, Style};
use ironward_core::event::Event;
use serde::Serialize;

use crate::errors::Diagnostic;

/// Colours, or none. What is shown can be understood without.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paint {
    pub(crate) color: bool,
}

impl Paint {
    fn with(self, style: Style, text: &str) -> String {
        if self.color && !text.is_empty() { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    pub(crate) fn bold(self, text: &str) -> String {
        self.with(Style::new().bold(), text)
    }

    pub(crate) fn dim(self, text: &str) -> String {
        self.with(Style::new().dimmed(), text)
    }

    pub(crate) fn good(self, text: &str) -> String {
        self.with(AnsiColor::Green.on_default(), text)
    }

    pub(crate) fn notice(self, text: &str) -> String {
        self.with(AnsiColor::Yellow.on_default(), text)
    }

    pub(crate) fn unusual(self, text: &str) -> String {
        self.with(AnsiColor::Magenta.on_default(), text)
    }

    pub(crate) fn outside(self, text: &str) -> String {
        self.with(AnsiColor::Cyan.on_default(), text)
    }

    pub(crate) fn bad(self, text: &str) -> String {
        self.with(AnsiColor::Red.on_default(), text)
    }

    pub(crate) fn error(self, text: &str) -> String {
        self.with(AnsiColor::Red.on_default().bold(), text)
    }

    /// The colour of an operation, by its word.
    pub(crate) fn action(self, word: &str, text: &str) -> String {
        match word {
            "create" => self.good(text),
            "update" => self.notice(text),
            "replace" => self.unusual(text),
            "delete" | "forget" => self.bad(text),
            _ => self.outside(text),
        }
    }
}

/// The streams of a command.
pub(crate) struct Console {
    out: Box<dyn Write + Send>,
    err: Box<dyn Write + Send>,
    /// Whether people watch the results appear.
    pub(crate) terminal: bool,
    /// Whether results are events.
    pub(crate) json: bool,
    pub(crate) paint: Paint,
    /// Columns of the terminal.
    pub(crate) width: usize,
    /// Rows of the terminal.
    pub(crate) height: usize,
    closed: bool,
    failure: Option<String>,
}

impl Console {
    pub(crate) fn new(
        out: Box<dyn Write + Send>,
        err: Box<dyn Write + Send>,
        terminal: bool,
        color: bool,
        size: (usize, usize),
    ) -> Self {
        Self {
            out,
            err,
            terminal,
            json: false,
            paint: Paint { color },
            width: size.0.max(40),
            height: size.1.max(6),
            closed: false,
            failure: None,
        }
    }

    /// Writes results as they are. A reader that has gone away is no error: `| head` is fine.
    pub(crate) fn write(&mut self, text: &str) {
        if self.closed {
            return;
        }
        if let Err(error) = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush()) {
            self.closed = true;
            if error.kind() != ErrorKind::BrokenPipe {
                self.failure = Some(error.to_string());
            }
        }
    }

    /// Writes a line of results for people.
    pub(crate) fn line(&mut self, text: &str) {
        if !self.json {
            self.write(&format!("{text}\n"));
        }
    }

    pub(crate) fn lines(&mut self, lines: &[String]) {
        for line in lines {
            self.line(line);
        }
    }

    /// Writes an event, where results are events.
    pub(crate) fn event(&mut self, event: &impl Serialize) {
        if !self.json {
            return;
        }
        match serde_json::to_string(event) {
            Ok(text) => self.write(&format!("{text}\n")),
            Err(error) => self.failure = Some(error.to_string()),
        }
    }

    /// Writes a remark for people that is no result.
    pub(crate) fn remark(&mut self, text: &str) {
        // There is nowhere left to say that this failed.
        let _ = self.err.write_all(format!("{text}\n").as_bytes()).and_then(|()| self.err.flush());
    }

    /// Shows one thing that is wrong.
    pub(crate) fn complain(&mut self, diagnostic: &Diagnostic) {
        #[derive(Serialize)]
        struct ErrorEvent<'a> {
            event: &'static str,
            #[serde(flatten)]
            diagnostic: &'a Diagnostic,
        }
        self.event(&ErrorEvent { event: "error", diagnostic });
        let mut text =
            format!("{} {}", self.paint.error("error:"), diagnostic.message.replace('\n', "\n       "));
        if let Some(hint) = &diagnostic.hint {
            text.push_str(&format!("\n  {} {hint}", self.paint.outside("hint:")));
        }
        self.remark(&text);
    }

    /// Why results couldn't be written.
    pub(crate) fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }
}

/// An event of the engine that belongs into a stream of events; its summary comes from the command.
pub(crate) fn is_shown(event: &Event) -> bool {
    !matches!(event, Event::Summary { .. })
}
