//! Real signals to a real process.

use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ironward_cli::interrupt::listen;
use ironward_cli::process_env::ProcessEnv;
use ironward_cli::state_access::StateAccess;

use crate::bench::Bench;
use crate::programs::Clinic;
use crate::world::World;

/// Where the child finds what it shall work in.
const DIRECTORY: &str = "IRONWARD_TEST_SIGNALS";

/// Where it finds the keys of states.
const KEYS: &str = "IRONWARD_TEST_SIGNALS_KEYS";

/// The child: `up` on a slow cloud that is kept in a file. Alone, it has nothing to do.
#[test]
fn child() {
    let Some(directory) = std::env::var_os(DIRECTORY) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let mut process_env =
        ProcessEnv::detached(["up", "--yes"], Path::new(&directory), std::io::stdout(), std::io::stderr());
    process_env.state_access = StateAccess::in_directory(std::env::var_os(KEYS).unwrap());
    let file = Path::new(&directory).join(".ironward/cloud.json");
    process_env.connector = Arc::new(World::kept(file, Duration::from_millis(500)));
    runtime.spawn(listen(process_env.interrupt.clone()));
    let clinic = Clinic::default();
    let code =
        runtime.block_on(ironward_cli::run_with("clinic", move |stack| clinic.declare(stack), process_env));
    std::process::exit(i32::from(code));
}

struct Process {
    child: Child,
    output: std::path::PathBuf,
}

impl Process {
    fn start(bench: &Bench) -> Self {
        let output = bench.path().join("output");
        let file = std::fs::File::create(&output).unwrap();
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["signals::child", "--exact", "--nocapture"])
            .env(DIRECTORY, bench.path())
            .env(KEYS, bench.state_access().directory.unwrap())
            .stdout(Stdio::from(file.try_clone().unwrap()))
            .stderr(Stdio::from(file))
            .spawn()
            .unwrap();
        Self { child, output }
    }

    fn text(&self) -> String {
        std::fs::read_to_string(&self.output).unwrap()
    }

    #[track_caller]
    fn wait_for(&self, text: &str) {
        let started = Instant::now();
        while !self.text().contains(text) {
            assert!(started.elapsed() < Duration::from_secs(30), "no `{text}` in:\n{}", self.text());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn send(&self, signal: &str) {
        let kill = format!("kill -{signal} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    }

    fn end(mut self) -> (ExitStatus, String) {
        let status = self.child.wait().unwrap();
        (status, self.text())
    }
}

/// What the cloud holds, as the next process sees it.
fn afterwards(bench: Bench) -> Bench {
    let world = World::kept(bench.path().join(".ironward/cloud.json"), Duration::ZERO);
    Bench { world, ..bench }
}

#[test]
fn the_first_interrupt_and_termination_end_in_good_order() {
    for signal in ["INT", "TERM"] {
        let bench = Bench::new();
        let process = Process::start(&bench);
        process.wait_for("create   network/main");
        process.send(signal);
        let (status, text) = process.end();
        assert_eq!(status.code(), Some(1), "{signal}: {text}");
        // What was running ended and is recorded; nothing else was begun.
        assert!(text.contains("done     network/main"), "{signal}: {text}");
        assert!(text.contains("Stopped: 1 created, 3 not tried"), "{signal}: {text}");
        assert!(
            text.contains("not tried  create  network/backup  the run was cancelled"),
            "{signal}: {text}"
        );
        assert!(text.contains("Type `up`: it goes on from here"), "{signal}: {text}");
        let bench = afterwards(bench);
        assert_eq!(bench.world.ids().len(), 1);
        bench.run("up --yes").expect(0);
        assert_eq!(bench.world.ids().len(), 4);
    }
}

#[test]
fn the_second_stops_at_once_and_nothing_is_lost() {
    let bench = Bench::new();
    let process = Process::start(&bench);
    process.wait_for("create   network/main");
    process.send("INT");
    process.wait_for("stopping once running operations have ended");
    process.send("TERM");
    let (status, text) = process.end();
    assert_eq!(status.code(), Some(130), "{text}");
    assert!(text.contains("stopped at once") && !text.contains("done     network/main"), "{text}");
    let bench = afterwards(bench);
    bench.run("up --yes").expect(0);
    assert_eq!(bench.world.ids().len(), 4, "{:?}", bench.world.ids());
}

#[test]
fn a_process_that_is_killed_leaves_nothing_twice() {
    let bench = Bench::new();
    let process = Process::start(&bench);
    process.wait_for("create   network/backup");
    process.send("KILL");
    let (status, _) = process.end();
    assert_eq!(status.code(), None);
    let bench = afterwards(bench);
    bench.run("up --yes").expect(0);
    assert_eq!(bench.world.ids().len(), 4, "{:?}", bench.world.ids());
}
