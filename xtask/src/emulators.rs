//! The emulators of AWS that the tests run against: set up, started, stopped.

use std::collections::HashMap;
use std::env;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::cache::Cache;
use crate::process::Group;
use crate::python::{self, Venv, Version};

const SUPERVISE: &str = include_str!("../emulators/supervise.py");

/// How long an emulator may take to answer; a cold disk is slow.
const START_DEADLINE: Duration = Duration::from_secs(90);

/// An emulator of AWS that runs as a Python program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ValueEnum)]
pub(crate) enum Emulator {
    /// moto in server mode: nearly every type, all in memory.
    Moto,
    /// LocalStack's community edition, without Docker.
    #[value(name = "localstack")]
    LocalStack,
}

/// Whether an emulator can be had on this machine.
#[derive(Debug)]
pub(crate) enum Setup {
    /// Installed.
    Ready(Venv),
    /// No Python on this machine can run it, for the reason given.
    NoPython(String),
}

impl Emulator {
    /// Every emulator.
    pub(crate) const ALL: [Self; 2] = [Self::Moto, Self::LocalStack];

    /// Its name as people write it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Moto => "moto",
            Self::LocalStack => "LocalStack",
        }
    }

    /// Its name on the command line and in paths.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Moto => "moto",
            Self::LocalStack => "localstack",
        }
    }

    /// The environment variable that gives tests its endpoint.
    pub(crate) fn variable(self) -> &'static str {
        match self {
            Self::Moto => "IRONWARD_TEST_MOTO",
            Self::LocalStack => "IRONWARD_TEST_LOCALSTACK",
        }
    }

    /// The endpoint that the caller's environment names instead of an emulator of ours.
    pub(crate) fn given_endpoint(self) -> Option<String> {
        env::var(self.variable()).ok().filter(|endpoint| !endpoint.is_empty())
    }

    fn pins(self) -> &'static str {
        match self {
            Self::Moto => include_str!("../emulators/moto.txt"),
            Self::LocalStack => include_str!("../emulators/localstack.txt"),
        }
    }

    /// The Python versions that the pins resolve on.
    fn pythons(self) -> (Version, Version) {
        match self {
            Self::Moto => (Version(3, 10), Version(3, 14)),
            Self::LocalStack => (Version(3, 12), Version(3, 13)),
        }
    }

    fn default_port(self) -> u16 {
        match self {
            Self::Moto => 5000,
            Self::LocalStack => 4566,
        }
    }

    fn health_path(self) -> &'static str {
        match self {
            Self::Moto => "/moto-api/data.json",
            Self::LocalStack => "/_localstack/health",
        }
    }

    /// The command that runs it on `port`, with its files under `directory`.
    fn command(self, venv: &Venv, port: u16, directory: &Path) -> Command {
        let mut command = python::bare(&venv.program("python"));
        command.args(["-c", SUPERVISE]);
        match self {
            Self::Moto => command
                .args(["moto.server", "-H", "127.0.0.1", "-p", &port.to_string()])
                // Otherwise AWS-managed policies don't exist, ...
                .env("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
                // ... certificates take a minute, ...
                .env("MOTO_ACM_VALIDATION_WAIT", "0")
                // ... and services never become steady.
                .env("MOTO_ECS_SERVICE_RUNNING", "2"),
            Self::LocalStack => command
                .arg("localstack.runtime.main")
                .env("GATEWAY_LISTEN", format!("127.0.0.1:{port}"))
                .env("SKIP_SSL_CERT_DOWNLOAD", "1")
                .env("DISABLE_EVENTS", "1")
                .env("DNS_ADDRESS", "0")
                // Also inside a container, where it would write to /var/lib otherwise.
                .env("OVERRIDE_IN_DOCKER", "0")
                .env("LOCALSTACK_VOLUME_DIR", directory.join("volume"))
                .env("FILESYSTEM_ROOT", directory.join("root"))
                .env("TMPDIR", directory.join("tmp"))
                // Its plugin cache keeps failures; one of our own is never stale.
                .env("XDG_CACHE_HOME", directory.join("cache")),
        };
        command
    }

    /// Installs it unless that was done before.
    ///
    /// # Errors
    ///
    /// If there is a Python for it but the installation fails.
    pub(crate) fn set_up(self, cache: &Cache) -> Result<Setup> {
        let _lock = cache.lock(&format!("setup-{}", self.name()))?;
        if let Some(venv) = Venv::existing(cache, self.name(), self.pins()) {
            return Ok(Setup::Ready(venv));
        }
        let (lowest, highest) = self.pythons();
        let search = python::find(lowest, highest);
        let Some(python) = search.chosen else {
            return Ok(Setup::NoPython(missing_python(lowest, highest, &search.versions)));
        };
        anstream::println!(
            "Installing {} with Python {} ({}); this takes a minute or two, once",
            self.title(),
            python.version,
            python.path.display()
        );
        Venv::make(cache, self.name(), &python, self.pins())
            .map(Setup::Ready)
            .with_context(|| format!("could not install {}; `cargo xtask setup` tries again", self.title()))
    }

    /// Starts it on a free port and waits until it answers; its output goes to a file in `run`.
    pub(crate) fn start(self, venv: &Venv, run: &Path) -> Result<Running> {
        let directory = self.directory(run)?;
        let log = run.join(format!("{}.log", self.name()));
        let output = File::create(&log).with_context(|| format!("creating {}", log.display()))?;
        let port = free_port()?;
        let mut command = self.command(venv, port, &directory);
        command
            .stdin(Stdio::piped())
            .stdout(output.try_clone().context("sharing the log file")?)
            .stderr(output);
        let mut running = Running { emulator: self, group: Group::spawn(&mut command)?, port, log };
        running.wait_until_healthy()?;
        Ok(running)
    }

    /// Runs it in the foreground until it ends or we do.
    pub(crate) fn serve(self, cache: &Cache, port: Option<u16>) -> Result<()> {
        let venv = match self.set_up(cache)? {
            Setup::Ready(venv) => venv,
            Setup::NoPython(reason) => bail!("{} cannot run: {reason}", self.title()),
        };
        let port = port.unwrap_or(self.default_port());
        if let Err(error) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            bail!("cannot listen on 127.0.0.1:{port} ({error}); choose another with --port N");
        }
        let directory = self.directory(&cache.new_run()?)?;
        anstream::println!(
            "{} on http://127.0.0.1:{port} until Ctrl-C. In another terminal:\n\
             \n  \
               export AWS_ENDPOINT_URL=http://127.0.0.1:{port} AWS_DEFAULT_REGION=us-east-1\n  \
               export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test\n  \
               {} sts get-caller-identity\n",
            self.title(),
            aws_cli(cache).as_deref().unwrap_or(Path::new("aws")).display()
        );
        let mut command = self.command(&venv, port, &directory);
        let status = Group::spawn(command.stdin(Stdio::piped()))?.wait()?;
        bail!("{} ended by itself ({status})", self.title());
    }

    /// Makes the directory of its files, with what it expects to be there.
    fn directory(self, run: &Path) -> Result<PathBuf> {
        let directory = run.join(self.name());
        for part in ["volume", "root", "tmp", "cache"] {
            let path = directory.join(part);
            fs::create_dir_all(&path).with_context(|| format!("making {}", path.display()))?;
        }
        Ok(directory)
    }
}

fn missing_python(lowest: Version, highest: Version, found: &[Version]) -> String {
    let wanted = format!("Python {lowest} to {highest} with venv and ensurepip");
    if found.is_empty() {
        return format!("no {wanted} found");
    }
    let found: Vec<String> = found.iter().map(Version::to_string).collect();
    format!("no {wanted} found, only {}", found.join(", "))
}

/// The pinned AWS command-line client, once moto is set up.
pub(crate) fn aws_cli(cache: &Cache) -> Option<PathBuf> {
    let moto = Emulator::Moto;
    let venv = Venv::existing(cache, moto.name(), moto.pins())?;
    Some(venv.program("aws"))
}

/// An emulator that answers; stopped when dropped.
#[derive(Debug)]
pub(crate) struct Running {
    emulator: Emulator,
    group: Group,
    port: u16,
    log: PathBuf,
}

impl Running {
    /// Where it listens.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What it wrote.
    pub(crate) fn log(&self) -> &Path {
        &self.log
    }

    fn wait_until_healthy(&mut self) -> Result<()> {
        let deadline = Instant::now() + START_DEADLINE;
        loop {
            if let Some(status) = self.group.try_wait()? {
                bail!("{} ended at its start ({status}){}", self.emulator.title(), self.tail());
            }
            if answers(self.port, self.emulator.health_path()) {
                return Ok(());
            }
            if Instant::now() > deadline {
                bail!(
                    "{} did not answer within {} s{}",
                    self.emulator.title(),
                    START_DEADLINE.as_secs(),
                    self.tail()
                );
            }
            sleep(Duration::from_millis(100));
        }
    }

    /// The end of the log, for a message.
    fn tail(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let last = &lines[lines.len().saturating_sub(15)..];
        format!("; the end of {}:\n{}", self.log.display(), last.join("\n"))
    }
}

/// A port that nobody listened on a moment ago.
fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("looking for a free port")?;
    Ok(listener.local_addr().context("looking for a free port")?.port())
}

/// Whether `GET path` is answered with 200.
fn answers(port: u16, path: &str) -> bool {
    let ask = || -> std::io::Result<bool> {
        let timeout = Duration::from_secs(2);
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut stream = TcpStream::connect_timeout(&address, timeout)?;
        stream.set_read_timeout(Some(timeout))?;
        stream.set_write_timeout(Some(timeout))?;
        let request = format!("GET {path} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\r\n");
        stream.write_all(request.as_bytes())?;
        let mut start = [0; 12]; // "HTTP/1.1 200"
        stream.read_exact(&mut start)?;
        Ok(start.ends_with(b" 200"))
    };
    ask().unwrap_or(false)
}

/// The emulators of one test run: each set up and started when first asked for.
#[derive(Debug)]
pub(crate) struct Fleet {
    cache: Cache,
    run: Option<PathBuf>,
    state: HashMap<Emulator, State>,
}

/// What became of an emulator in this run.
#[derive(Debug)]
pub(crate) enum State {
    /// Started by us.
    Started(Running),
    /// Named by the caller's environment.
    Given(String),
    /// Not to be had here; the tests that need it don't run.
    Absent(String),
    /// Should be there but is not.
    Broken(String),
}

impl State {
    /// Where it listens, if it runs.
    pub(crate) fn endpoint(&self) -> Option<String> {
        match self {
            Self::Started(running) => Some(running.endpoint()),
            Self::Given(endpoint) => Some(endpoint.clone()),
            Self::Absent(_) | Self::Broken(_) => None,
        }
    }
}

impl Fleet {
    /// A fleet of which nothing runs yet.
    pub(crate) fn new(cache: Cache) -> Self {
        Self { cache, run: None, state: HashMap::new() }
    }

    /// Sets `emulator` up and starts it, unless that was tried before.
    pub(crate) fn get(&mut self, emulator: Emulator) -> &State {
        if !self.state.contains_key(&emulator) {
            let state = self.start(emulator);
            match &state {
                State::Started(running) => anstream::println!(
                    "{} on {} (log: {})",
                    emulator.title(),
                    running.endpoint(),
                    running.log().display()
                ),
                State::Given(endpoint) => {
                    anstream::println!("{} is given by {}: {endpoint}", emulator.title(), emulator.variable())
                }
                State::Absent(reason) => {
                    anstream::println!("{}: not run ({reason})", emulator.title());
                }
                State::Broken(reason) => anstream::println!("{}: {reason}", emulator.title()),
            }
            self.state.insert(emulator, state);
        }
        &self.state[&emulator]
    }

    fn start(&mut self, emulator: Emulator) -> State {
        if let Some(endpoint) = emulator.given_endpoint() {
            return State::Given(endpoint);
        }
        let venv = match emulator.set_up(&self.cache) {
            Ok(Setup::Ready(venv)) => venv,
            Ok(Setup::NoPython(reason)) => return State::Absent(reason),
            Err(error) => return State::Broken(format!("{error:#}")),
        };
        let started = self.run_directory().and_then(|run| emulator.start(&venv, &run));
        match started {
            Ok(running) => State::Started(running),
            Err(error) => State::Broken(format!("{error:#}")),
        }
    }

    fn run_directory(&mut self) -> Result<PathBuf> {
        let run = match self.run.take() {
            Some(run) => run,
            None => self.cache.new_run()?,
        };
        Ok(self.run.insert(run).clone())
    }

    /// The variables through which tests find what runs.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        let mut variables: Vec<_> = self
            .state
            .iter()
            .filter_map(|(emulator, state)| Some((emulator.variable(), state.endpoint()?)))
            .collect();
        if let Some(aws) = aws_cli(&self.cache) {
            variables.push(("IRONWARD_TEST_AWS_CLI", aws.display().to_string()));
        }
        variables
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader};
    use std::thread;

    use super::*;

    #[test]
    fn pins_hold_the_versions_that_the_documentation_names() {
        assert!(Emulator::Moto.pins().contains("\nmoto==5.2.5 "));
        assert!(Emulator::LocalStack.pins().contains("\nlocalstack-core==2026.3.0 "));
    }

    #[test]
    fn every_requirement_is_exact_and_hashed() {
        for emulator in Emulator::ALL {
            let entries = emulator.pins().replace("\\\n", " ");
            for line in entries.lines().filter(|line| !line.starts_with('#')) {
                assert!(line.contains("==") && line.contains("--hash=sha256:"), "{line}");
            }
        }
    }

    #[test]
    fn a_missing_python_is_named_with_what_was_found() {
        let reason = missing_python(Version(3, 12), Version(3, 13), &[Version(3, 9), Version(3, 14)]);
        assert_eq!(reason, "no Python 3.12 to 3.13 with venv and ensurepip found, only 3.9, 3.14");
    }

    #[test]
    fn only_status_200_is_healthy() {
        for (status, healthy) in [("200 OK", true), ("503 Starting", false), ("", false)] {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
            let port = listener.local_addr().unwrap().port();
            let server = thread::spawn(move || {
                let (stream, _) = listener.accept().unwrap();
                // Closing before all was read would reset the connection.
                let lines = BufReader::new(&stream).lines();
                assert!(lines.map(Result::unwrap).any(|line| line.is_empty()));
                let answer = format!("HTTP/1.1 {status}\r\n\r\n");
                (&stream).write_all(answer.as_bytes()).unwrap();
            });
            assert_eq!(answers(port, "/"), healthy, "{status}");
            server.join().unwrap();
        }
    }
}
