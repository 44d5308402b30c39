//! Child processes that never outlive this one.
//!
//! Every child leads a process group of its own. The groups are listed in one
//! place, so that a signal or an early return ends them all.

mod recording;

use std::fmt;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};

pub(crate) use recording::{Recording, colors};

/// How long a group has between the polite signal and the last one.
const GRACE: Duration = Duration::from_secs(2);

static GROUPS: Mutex<Vec<Pid>> = Mutex::new(Vec::new());

fn groups() -> MutexGuard<'static, Vec<Pid>> {
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends every child and this process on Ctrl-C, SIGTERM or SIGHUP.
pub(crate) fn end_children_on_signals() -> Result<()> {
    ctrlc::set_handler(|| {
        // The lock is kept to the end: nobody starts another child meanwhile.
        let groups = groups();
        end_groups(&groups);
        anstream::eprintln!("\nxtask: interrupted; everything it had started is stopped");
        std::process::exit(130);
    })
    .context("installing the handler for Ctrl-C")
}

fn end_groups(groups: &[Pid]) {
    for group in groups {
        let _ = kill_process_group(*group, Signal::TERM);
    }
    let deadline = Instant::now() + GRACE;
    // A group that nobody reaps stays visible; only time can tell it from a busy one.
    while groups.iter().any(|group| test_kill_process_group(*group).is_ok()) && Instant::now() < deadline {
        sleep(Duration::from_millis(20));
    }
    for group in groups {
        let _ = kill_process_group(*group, Signal::KILL);
    }
}

/// A child and everything it starts; ended when dropped.
#[derive(Debug)]
pub(crate) struct Group {
    child: Child,
    id: Pid,
    /// Kept apart because waiting for the child would close it.
    _stdin: Option<ChildStdin>,
}

impl Group {
    /// Starts `command` as the leader of a new process group.
    pub(crate) fn spawn(command: &mut Command) -> Result<Self> {
        let mut groups = groups();
        let mut child = command
            .process_group(0)
            .spawn()
            .with_context(|| format!("could not start `{}`; is it installed and on PATH?", Shown(command)))?;
        let id = Pid::from_child(&child);
        groups.push(id);
        let stdin = child.stdin.take();
        Ok(Self { child, id, _stdin: stdin })
    }

    /// The exit status, once the leader has ended.
    pub(crate) fn try_wait(&mut self) -> Result<Option<ExitStatus>> {
        self.child.try_wait().context("waiting for a child process")
    }

    /// The first line that the leader writes to its standard output, which must be a pipe.
    pub(crate) fn first_line(&mut self) -> Result<String> {
        let output = self.child.stdout.take().context("standard output is no pipe")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line).context("reading what a child process says")?;
        match line.trim_end() {
            "" => bail!("it ended without a word on its standard output"),
            line => Ok(line.to_owned()),
        }
    }

    /// Waits until the leader has ended.
    pub(crate) fn wait(&mut self) -> Result<ExitStatus> {
        self.child.wait().context("waiting for a child process")
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let _ = kill_process_group(self.id, Signal::TERM);
        let deadline = Instant::now() + GRACE;
        while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < deadline {
            sleep(Duration::from_millis(20));
        }
        // Also what the leader left behind.
        let _ = kill_process_group(self.id, Signal::KILL);
        let _ = self.child.wait();
        groups().retain(|group| *group != self.id);
    }
}

/// Runs `command` to its end without input, its output going where ours goes, and into the log of
/// a [`Recording`].
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let tee = recording::Tee::of(command.stdin(Stdio::null()))?;
    let spawned = Group::spawn(command);
    if tee.is_some() {
        command.stdout(Stdio::inherit()).stderr(Stdio::inherit());
    }
    // What the leader left behind ends here, too.
    let status = spawned.and_then(|mut group| group.wait());
    if let Some(tee) = tee {
        tee.finish()?;
    }
    let status = status?;
    if !status.success() {
        bail!("`{}` failed ({status})", Shown(command));
    }
    Ok(())
}

/// Runs `command` to its end without input and returns what it wrote to standard output.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("could not start `{}`", Shown(command)))?;
    recording::keep(&output.stdout)?;
    recording::keep(&output.stderr)?;
    if !output.status.success() {
        bail!(
            "`{}` failed ({}):\n{}",
            Shown(command),
            output.status,
            String::from_utf8_lossy(&output.stderr).trim_end()
        );
    }
    String::from_utf8(output.stdout)
        .with_context(|| format!("`{}` wrote something that is not UTF-8", Shown(command)))
}

/// A command as one would type it.
pub(crate) struct Shown<'a>(pub(crate) &'a Command);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.get_program().to_string_lossy())?;
        for argument in self.0.get_args() {
            write!(f, " {}", argument.to_string_lossy())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Read;

    use tempfile::TempDir;

    use super::*;

    #[test]
    fn a_dropped_group_takes_its_descendants_along() {
        let mut command = Command::new("sh");
        command
            .args(["-c", "trap '' TERM; sleep 600 & echo started; wait; sleep 600"])
            .stdout(Stdio::piped());
        let mut group = Group::spawn(&mut command).unwrap();
        let mut output = group.child.stdout.take().unwrap();
        output.read_exact(&mut [0; 8]).unwrap();
        assert!(group.try_wait().unwrap().is_none());
        drop(group);
        // The pipe ends when the last of those who hold it has ended.
        assert_eq!(output.read_to_end(&mut Vec::new()).unwrap(), 0);
    }

    #[test]
    fn what_a_child_says_first_is_read_while_it_runs() {
        let started = |program: &str| {
            let mut command = Command::new("sh");
            Group::spawn(command.args(["-c", program]).stdin(Stdio::piped()).stdout(Stdio::piped())).unwrap()
        };
        let mut group = started("echo http://127.0.0.1:1; cat");
        assert_eq!(group.first_line().unwrap(), "http://127.0.0.1:1");
        assert!(group.try_wait().unwrap().is_none());
        let error = started("exit 3").first_line().unwrap_err().to_string();
        assert!(error.contains("without a word"), "{error}");
    }

    #[test]
    fn what_a_command_writes_is_recorded_even_if_it_fails() {
        let directory = TempDir::new().unwrap();
        let path = directory.path().join("step.log");
        let recording = Recording::into(path.clone());
        assert!(!path.exists());
        let started = Instant::now();
        let mut fails = Command::new("sh");
        let error = run(fails.args(["-c", "echo to-out; echo to-errors >&2; sleep 600 & exit 3"]));
        assert!(error.unwrap_err().to_string().contains("exit status: 3"));
        output(Command::new("sh").args(["-c", "echo asked"])).unwrap();
        drop(recording);
        run(&mut Command::new("true")).unwrap();
        let log = fs::read_to_string(&path).unwrap();
        for line in ["to-out", "to-errors", "asked"] {
            // Other tests record theirs meanwhile.
            assert_eq!(log.lines().filter(|other| *other == line).count(), 1, "{line} in {log}");
        }
        assert!(started.elapsed() < Duration::from_secs(5), "what the command left behind was waited for");
    }

    #[test]
    fn a_failure_names_the_command_and_what_it_said() {
        let error = output(Command::new("sh").args(["-c", "echo why >&2; exit 3"])).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("sh -c") && text.ends_with("why"), "{text}");
        let error = run(&mut Command::new("no-such-program-here")).unwrap_err();
        assert!(error.to_string().contains("no-such-program-here"), "{error}");
    }
}
