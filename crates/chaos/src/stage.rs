//! A clean emulator, a clean folder, and the program in it.

use std::cell::Cell;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use bytes::Bytes;
use hyper::Request;
use ironward_likeaws::http;
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::time::sleep;

use crate::Error;
use crate::case::Step;
use crate::census::{Census, Cloud};
use crate::proxy::{Disturbance, Proxy};

/// After how long a command that hasn't ended counts as hanging.
const DEADLINE: Duration = Duration::from_secs(300);

/// How often a process and its journal are looked at.
const LOOK: Duration = Duration::from_millis(1);

/// Where the journal of the stack `moto` is, in the folder of the program.
const JOURNAL: &str = ".ironward/stacks/moto/journal.jsonl";

/// How a command of the program ended.
#[derive(Debug)]
pub struct Ended {
    /// Its exit code; none if it was killed.
    pub code: Option<i32>,
    /// How many calls it made.
    pub calls: usize,
    /// How many lines it was seen to write to its journal.
    pub lines: usize,
    /// What it printed.
    pub said: String,
}

impl Ended {
    /// The last lines of what it printed.
    #[must_use]
    pub fn tail(&self) -> String {
        let lines: Vec<&str> = self.said.lines().collect();
        lines[lines.len().saturating_sub(25)..].join("\n")
    }
}

/// When a program is killed by whoever watches it, and not by the proxy.
#[derive(Debug, Clone, Copy)]
pub enum Moment {
    /// Never.
    Never,
    /// When so many lines of its journal were seen.
    Line(usize),
    /// When a line of its output holds these words.
    Says(&'static str),
}

/// One job's emulators and proxy.
#[derive(Debug)]
pub struct Stage {
    program: PathBuf,
    moto: String,
    proxy: Proxy,
}

impl Stage {
    /// Prepares runs of `program` against the moto server at `host:port`.
    ///
    /// # Errors
    ///
    /// If no port can be had.
    pub async fn new(program: &Path, moto: &str) -> Result<Self, Error> {
        let proxy = Proxy::start(moto.to_owned()).await?;
        Ok(Self { program: program.into(), moto: moto.into(), proxy })
    }

    /// Empties the emulators, and makes a new folder.
    ///
    /// # Errors
    ///
    /// If an emulator doesn't answer.
    pub async fn set(&self) -> Result<Scene<'_>, Error> {
        let mut reset = Request::new(Bytes::new());
        *reset.method_mut() = hyper::Method::POST;
        *reset.uri_mut() = hyper::Uri::from_static("/moto-api/reset");
        http::text(&self.moto, reset).await?;
        let folder = tempfile::tempdir().map_err(Error::io("making a folder"))?;
        let configuration = format!(
            "default = \"moto\"\n\n[stack.moto]\nendpoint = \"{}\"\n\n[stack.moto.endpoints]\nbackup = \"{}\"\n",
            self.proxy.endpoint(),
            self.proxy.backup_endpoint()
        );
        fs::write(folder.path().join("Ironward.toml"), configuration).map_err(Error::io("configuring"))?;
        let sandbox = Sandbox::serve(&self.program).await?;
        self.proxy.send_backup_to(sandbox.address.clone());
        let cloud = Cloud { moto: self.moto.clone(), backup: sandbox.address.clone() };
        Ok(Scene { stage: self, folder, cloud, house: Cell::new("old"), _sandbox: sandbox })
    }
}

/// The program in a folder of its own, in front of empty emulators.
#[derive(Debug)]
pub struct Scene<'a> {
    stage: &'a Stage,
    folder: TempDir,
    cloud: Cloud,
    /// Which of its declarations the program that moves makes.
    house: Cell<&'static str>,
    _sandbox: Sandbox,
}

impl Scene<'_> {
    /// Makes the program that moves declare what it does from a step on; others don't ask.
    pub fn move_house(&self, step: Step) {
        if step == Step::Move {
            self.house.set("new");
        }
    }

    /// Runs a command without disturbing it.
    ///
    /// # Errors
    ///
    /// If it can't be started.
    pub async fn run(&self, typed: &str) -> Result<Ended, Error> {
        self.disturb(typed, Disturbance::None, Moment::Never).await
    }

    /// Runs a command and disturbs its calls, or kills it at a moment.
    ///
    /// # Errors
    ///
    /// If it can't be started.
    pub async fn disturb(
        &self,
        typed: &str,
        disturbance: Disturbance,
        moment: Moment,
    ) -> Result<Ended, Error> {
        let output = self.folder.path().join("output");
        let file = File::create(&output).map_err(Error::io("making a file"))?;
        let mut command = program(&self.stage.program, self.folder.path());
        command.env("HOUSE", self.house.get());
        command.args(typed.split(' ')).stdout(file.try_clone().map_err(Error::io("sharing a file"))?);
        command.stderr(file);
        let mut journal = Journal::open(self.folder.path().join(JOURNAL));
        let mut child = self.stage.proxy.spawn(&mut command, disturbance)?;
        let started = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().map_err(Error::io("waiting for the program"))? {
                break status;
            }
            journal.look();
            let hangs = started.elapsed() > DEADLINE;
            let has_come = match moment {
                Moment::Never => false,
                Moment::Line(line) => journal.lines >= line,
                Moment::Says(words) => says(&output, words),
            };
            if hangs || has_come || self.stage.proxy.strikes() {
                child.kill().map_err(Error::io("killing the program"))?;
            }
            sleep(LOOK).await;
        };
        self.stage.proxy.settle().await;
        let said = fs::read(&output).map_err(Error::io("reading the output"))?;
        Ok(Ended {
            code: status.code(),
            calls: self.stage.proxy.calls(),
            lines: journal.lines,
            said: String::from_utf8_lossy(&said).into_owned(),
        })
    }

    /// Counts what is in the emulators.
    ///
    /// # Errors
    ///
    /// If one doesn't answer.
    pub async fn count(&self) -> Result<Census, Error> {
        self.cloud.count().await
    }
}

/// Whether a line of a file holds these words, whatever stands between them.
fn says(file: &Path, words: &str) -> bool {
    let said = fs::read(file).unwrap_or_default();
    let said = String::from_utf8_lossy(&said);
    said.lines().any(|line| line.split_whitespace().collect::<Vec<_>>().join(" ").contains(words))
}

fn program(binary: &Path, folder: &Path) -> Command {
    let mut command = Command::new(binary);
    command.current_dir(folder).stdin(Stdio::null()).env_remove("AWS_PROFILE");
    command.env("HOME", folder).env("XDG_CONFIG_HOME", folder.join("home"));
    command.envs([("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")]);
    command.env("AWS_REGION", "us-east-1");
    command
}

/// Watches a journal grow.
///
/// A line counts when it is seen, up to a millisecond and a bit after it was written: the kill falls
/// between that write and whatever comes next, which may be the call that the line announces.
#[derive(Debug)]
struct Journal {
    path: PathBuf,
    offset: u64,
    lines: usize,
}

impl Journal {
    fn open(path: PathBuf) -> Self {
        let offset = fs::metadata(&path).map_or(0, |metadata| metadata.len());
        Self { path, offset, lines: 0 }
    }

    fn look(&mut self) {
        let length = fs::metadata(&self.path).map_or(0, |metadata| metadata.len());
        if length < self.offset {
            self.offset = 0; // A snapshot was made, and the journal begins anew.
        }
        if length == self.offset {
            return;
        }
        let mut new = Vec::new();
        let read = File::open(&self.path).and_then(|mut file| {
            file.seek(SeekFrom::Start(self.offset))?;
            file.read_to_end(&mut new)
        });
        if let Ok(read) = read {
            self.offset += read as u64;
            self.lines += new.iter().filter(|byte| **byte == b'\n').count();
        }
    }
}

/// A sandbox for AWS Backup, whose selections moto doesn't have; ended when dropped.
#[derive(Debug)]
struct Sandbox {
    child: Child,
    address: String,
    _folder: TempDir,
}

impl Sandbox {
    async fn serve(binary: &Path) -> Result<Self, Error> {
        let folder = tempfile::tempdir().map_err(Error::io("making a folder"))?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .and_then(|listener| listener.local_addr())
            .map_err(Error::io("looking for a free port"))?
            .port();
        let mut command = program(binary, folder.path());
        command.args(["sandbox", "serve", "--port", &port.to_string()]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().map_err(Error::io("starting the sandbox"))?;
        let sandbox = Self { child, address: format!("127.0.0.1:{port}"), _folder: folder };
        let started = Instant::now();
        while TcpStream::connect(&sandbox.address).await.is_err() {
            if started.elapsed() > Duration::from_secs(60) {
                let url = sandbox.address.clone();
                let reason = "the sandbox isn't served".into();
                return Err(ironward_likeaws::Error::NoAnswer { url, reason }.into());
            }
            sleep(Duration::from_millis(10)).await;
        }
        Ok(sandbox)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // When it has ended already, there is nothing to stop.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_a_journal_are_counted_over_a_snapshot() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        fs::write(&path, "an old line\n").unwrap();
        let mut journal = Journal::open(path.clone());
        journal.look();
        assert_eq!(journal.lines, 0);
        fs::write(&path, "an old line\na new one\nhalf").unwrap();
        journal.look();
        assert_eq!(journal.lines, 1);
        fs::write(&path, "anew\n").unwrap();
        journal.look();
        assert_eq!(journal.lines, 2);
    }
}
