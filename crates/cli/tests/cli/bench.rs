//! A place to run commands in, with captured streams.

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ironward_cli::interrupt::Interrupt;
use ironward_cli::process_env::ProcessEnv;
use ironward_cli::run_with;
use ironward_cli::state_access::StateAccess;
use ironward_core::clock::ManualClock;
use ironward_core::history::Author;
use ironward_core::program::DeclareError;
use ironward_core::stack::{Hipaa, Stack};
use ironward_store::codec::keys::{Cost, Passphrase};
use ironward_store::remote::Terms;
use serde_json::Value as Json;

use crate::programs::Clinic;
use crate::world::World;

/// A stream that is kept.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Sink {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: u8,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// The whole of what a user saw, without what differs from run to run.
    pub(crate) fn seen(&self) -> String {
        format!("exit code {}\n--- results ---\n{}--- remarks ---\n{}", self.code, self.out, self.err)
    }

    /// The events, each of which has to be JSON on a line of its own.
    #[track_caller]
    pub(crate) fn events(&self) -> Vec<Json> {
        self.out.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
    }

    #[track_caller]
    pub(crate) fn expect(self, code: u8) -> Self {
        assert_eq!(self.code, code, "{}", self.seen());
        self
    }
}

/// A directory, which `cargo xtask test` keeps until it has looked through it for secrets.
pub(crate) fn kept() -> tempfile::TempDir {
    let mut directory = tempfile::tempdir().unwrap();
    directory.disable_cleanup(std::env::var_os("IRONWARD_TEST_KEEP").is_some());
    directory
}

/// A directory, a cloud and a program.
pub(crate) struct Bench {
    pub(crate) dir: tempfile::TempDir,
    /// The user's own directory: nothing here touches the real one.
    pub(crate) home: tempfile::TempDir,
    /// The passphrase in the environment.
    pub(crate) passphrase: Option<&'static str>,
    /// What is typed where a passphrase is asked for.
    pub(crate) typed: &'static [&'static str],
    pub(crate) world: World,
    pub(crate) clinic: Clinic,
    pub(crate) interrupt: Interrupt,
    pub(crate) terminal: bool,
    pub(crate) answer: &'static str,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self {
            dir: kept(),
            home: kept(),
            passphrase: None,
            typed: &[],
            world: World::default(),
            clinic: Clinic::default(),
            interrupt: Interrupt::new(),
            terminal: false,
            answer: "",
        }
    }

    /// A bench whose program was applied.
    pub(crate) fn applied() -> Self {
        let bench = Self::new();
        bench.run("up --yes").expect(0);
        bench
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn state_file(&self) -> PathBuf {
        self.path().join(".ironward/stacks/sandbox/state.json")
    }

    pub(crate) fn run(&self, typed: &str) -> Ran {
        let clinic = self.clinic.clone();
        self.run_program("clinic", typed, move |stack| clinic.declare(stack))
    }

    pub(crate) fn run_program(
        &self,
        name: &str,
        typed: &str,
        declare: impl Fn(&mut Stack<Hipaa>) -> Result<(), DeclareError>,
    ) -> Ran {
        let (out, err) = (Sink::default(), Sink::default());
        let process_env = self.process_env(typed, out.clone(), err.clone());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let code = runtime.block_on(run_with(name, declare, process_env));
        Ran { code, out: out.text(), err: err.text() }
    }

    pub(crate) fn process_env(
        &self,
        typed: &str,
        out: impl Write + Send + 'static,
        err: impl Write + Send + 'static,
    ) -> ProcessEnv {
        let mut process_env = ProcessEnv::detached(typed.split_whitespace(), self.path(), out, err);
        process_env.connector = Arc::new(self.world.clone());
        process_env.clock = Arc::new(ManualClock::default());
        process_env.interrupt = self.interrupt.clone();
        process_env.output_is_terminal = self.terminal;
        process_env.input_is_terminal = self.terminal;
        process_env.input = Box::new(Cursor::new(self.answer));
        process_env.state_access = self.state_access();
        let typed = Mutex::new(self.typed.iter());
        process_env.ask_secret =
            Box::new(move |_| Ok(typed.lock().unwrap().next().copied().unwrap_or_default().to_owned()));
        process_env
    }

    pub(crate) fn state_access(&self) -> StateAccess {
        let author = Author { who: "ada@lab".to_owned(), version: "1.2.3".to_owned() };
        let mut state_access =
            StateAccess::in_directory(self.home.path().join("ironward")).with_author(author);
        state_access.cost = Cost { memory_kib: 64, passes: 1, lanes: 1 };
        state_access.lease = Terms { duration: Duration::from_secs(2), settling: Duration::ZERO };
        match self.passphrase {
            Some(passphrase) => state_access.with_passphrase(Passphrase::new(passphrase)),
            None => state_access,
        }
    }

    pub(crate) fn configure(&self, text: &str) {
        std::fs::write(self.path().join("Ironward.toml"), text).unwrap();
    }

    /// Compares with a reviewed snapshot, without what differs from run to run.
    #[track_caller]
    pub(crate) fn snapshot(&self, name: &str, text: &str) {
        let dir = self.path().display().to_string();
        let text = text.replace(&dir, "[dir]").replace(&self.home.path().display().to_string(), "[home]");
        insta::with_settings!({
            filters => vec![
                (r"[\w/.-]*/(\w+\.rs):\d+", "$1:[line]"),
                (r"\b[0-9a-f]{32}\b", "[lineage]"),
                (r"\b[0-9a-f]{16}\b", "[instance]"),
                (r"process \d+", "process [pid]"),
                (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "[time]"),
                (r#""duration_ms":\d+"#, r#""duration_ms":0"#),
                // How often the live view was drawn is a matter of time; it has tests of its own.
                (r"\x1b\[\d+A\r\x1b\[J", ""),
                (r"(?m)^[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] .*\n", ""),
                (r"(?m)^\d+ of \d+ done, .*\n", ""),
                (r"\b\d+\.\d s\b", "[time]"),
            ],
            omit_expression => true,
            snapshot_path => "../snapshots",
            prepend_module_to_snapshot => false,
        }, {
            insta::assert_snapshot!(name, text);
        });
    }
}
