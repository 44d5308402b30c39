//! A log of what children write, which goes where our own output goes all the same.

use std::env;
use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal, PipeReader, Read, Write};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustix::fs::fstat;
use rustix::termios::tcgetwinsize;

use crate::workspace::is_ci;

/// How long the last lines of a child that has ended may take.
const GRACE: Duration = Duration::from_secs(10);

/// Where it is written, while something is recorded.
static LOG: Mutex<Option<PathBuf>> = Mutex::new(None);

/// As long as this lives, what children write goes to a file, too.
#[derive(Debug)]
#[must_use]
pub(crate) struct Recording(());

impl Recording {
    /// Records into a file, which is made once there is something to record.
    pub(crate) fn into(path: PathBuf) -> Self {
        *LOG.lock().unwrap_or_else(PoisonError::into_inner) = Some(path);
        Self(())
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        *LOG.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Whether children shall write in colour though they write into a pipe: their lines go to a
/// terminal.
pub(crate) fn colors() -> bool {
    let choice = anstream::AutoStream::choice(&io::stdout());
    io::stdout().is_terminal() && choice != anstream::ColorChoice::Never
}

/// Records what was written already, where something is recorded.
pub(super) fn keep(text: &[u8]) -> Result<()> {
    match open()? {
        Some(log) => log.append(text).context("recording what a command wrote"),
        None => Ok(()),
    }
}

/// Lines of several streams in one file.
#[derive(Debug, Clone)]
struct Log(Arc<Mutex<File>>);

impl Log {
    fn append(&self, text: &[u8]) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write_all(text)
    }
}

fn open() -> Result<Option<Log>> {
    let path = LOG.lock().unwrap_or_else(PoisonError::into_inner).clone();
    path.map(|path| create(&path).with_context(|| format!("opening the log {}", path.display()))).transpose()
}

fn create(path: &Path) -> io::Result<Log> {
    if let Some(directory) = path.parent() {
        std::fs::create_dir_all(directory)?;
    }
    let file = OpenOptions::new().create(true).append(true).open(path)?;
    Ok(Log(Arc::new(Mutex::new(file))))
}

/// What stands between a child and our own streams.
#[derive(Debug)]
pub(super) struct Tee(Vec<JoinHandle<io::Result<()>>>);

impl Tee {
    /// Stands in the way of what `command` will write, where something is recorded.
    ///
    /// The command holds the ends that are written to: whoever waits for the last line has to
    /// give it other streams once it is started.
    pub(super) fn of(command: &mut Command) -> Result<Option<Self>> {
        let Some(log) = open()? else { return Ok(None) };
        look_like_a_terminal(command);
        let pipe = || io::pipe().context("making a pipe for what a command writes");
        let (out, into_out) = pipe()?;
        if one_file(io::stdout(), io::stderr()) {
            // A single pipe keeps the order of what goes to a single place.
            command.stderr(into_out.try_clone().context("sharing a pipe")?).stdout(into_out);
            return Ok(Some(Self(vec![spawn(move || pass_on(out, io::stdout(), &log))])));
        }
        let (errors, into_errors) = pipe()?;
        command.stdout(into_out).stderr(into_errors);
        let second = log.clone();
        Ok(Some(Self(vec![
            spawn(move || pass_on(out, io::stdout(), &log)),
            spawn(move || pass_on(errors, io::stderr(), &second)),
        ])))
    }

    /// Waits until all that was written is passed on.
    pub(super) fn finish(self) -> Result<()> {
        let deadline = Instant::now() + GRACE;
        for reader in self.0 {
            while !reader.is_finished() && Instant::now() < deadline {
                sleep(Duration::from_millis(5));
            }
            if !reader.is_finished() {
                anstream::eprintln!("xtask: a process outlives the command that started it");
                continue;
            }
            if let Ok(passed_on) = reader.join() {
                passed_on.context("passing on what a command wrote")?;
            }
        }
        Ok(())
    }
}

/// Whether two streams go to one place, such as the terminal.
fn one_file(one: impl AsFd, two: impl AsFd) -> bool {
    match (fstat(one), fstat(two)) {
        (Ok(one), Ok(two)) => (one.st_dev, one.st_ino) == (two.st_dev, two.st_ino),
        _ => false,
    }
}

/// Passes bytes on as they come, and before that whole lines into the log: those of another stream stand
/// between them, never in the middle of a word.
fn pass_on(mut from: PipeReader, mut to: impl Write, log: &Log) -> io::Result<()> {
    let (mut buffer, mut open_line) = ([0; 8192], Vec::new());
    loop {
        let read = match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => &buffer[..read],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        open_line.extend_from_slice(read);
        if let Some(end) = open_line.iter().rposition(|byte| *byte == b'\n') {
            let lines: Vec<u8> = open_line.drain(..=end).collect();
            log.append(&lines)?;
        }
        to.write_all(read)?;
        to.flush()?;
    }
    if !open_line.is_empty() {
        open_line.push(b'\n');
        log.append(&open_line)?;
    }
    Ok(())
}

/// Tells cargo what it would find out by itself if it wrote to the terminal.
fn look_like_a_terminal(command: &mut Command) {
    if !io::stderr().is_terminal() {
        return;
    }
    let mut set = |name: &str, value: &str| {
        if env::var_os(name).is_none() {
            command.env(name, value);
        }
    };
    if colors() {
        set("CARGO_TERM_COLOR", "always");
    }
    let dumb = env::var_os("TERM").is_none_or(|kind| kind == "dumb");
    if let Ok(size) = tcgetwinsize(io::stderr())
        && size.ws_col > 0
        && !dumb
        && !is_ci()
    {
        set("CARGO_TERM_PROGRESS_WHEN", "always");
        set("CARGO_TERM_PROGRESS_WIDTH", &size.ws_col.to_string());
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;

    #[test]
    fn bytes_go_on_as_they_are_and_lines_of_two_streams_into_one_log() {
        let directory = TempDir::new().unwrap();
        let path = directory.path().join("steps/unit.log");
        let log = create(&path).unwrap();
        let (from, mut into) = io::pipe().unwrap();
        let (seen, mut passed) = io::pipe().unwrap();
        let thread_log = log.clone();
        let reader = spawn(move || pass_on(from, &mut passed, &thread_log));
        let mut seen = seen;
        let mut expect = |text: &str| {
            let mut bytes = vec![0; text.len()];
            seen.read_exact(&mut bytes).unwrap();
            assert_eq!(bytes, text.as_bytes());
        };
        into.write_all(b"one\n\x1b[1mtw").unwrap();
        // What isn't a line yet is seen, and the log waits for the rest of it.
        expect("one\n\x1b[1mtw");
        log.append(b"of another stream\n").unwrap();
        into.write_all(b"o\nthree").unwrap();
        drop(into);
        expect("o\nthree");
        reader.join().unwrap().unwrap();
        let written = fs::read_to_string(&path).unwrap();
        assert_eq!(written, "one\nof another stream\n\x1b[1mtwo\nthree\n");
    }

    #[test]
    fn two_names_of_a_file_are_one_and_two_files_are_not() {
        let directory = TempDir::new().unwrap();
        let file = |name: &str| File::create(directory.path().join(name)).unwrap();
        assert!(one_file(file("a"), file("a")));
        assert!(!one_file(file("a"), file("b")));
    }
}
