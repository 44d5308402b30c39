//! `cargo xtask aws-smoke`: the development FHIR server in a real account, from `up` to `destroy`.
//!
//! No test run calls it: it costs money and wants credentials. `--dry-run` goes the same way on moto, and that is
//! a step of every test run. Each step is a command of the example, as its user types it, with `--record`.

mod calls;
mod costs;
mod table;

use std::fs;
use std::io::{self, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use cargo_metadata::Metadata;
use clap::Args;
use serde_json::Value as Json;

use crate::cache::Cache;
use crate::emulators::{Emulator, Fleet, aws_cli};
use crate::process::{Group, output, run};
use crate::workspace::{cargo, lock_in_ci};
use table::{Row, Table};

const EXAMPLE: &str = "fhir_environments";

/// What the trial takes, in hours, by the typical times of the types: half an hour up, the rest down, half of
/// each for the database.
const HOURS: f64 = 1.0;

/// What is typed after `cargo xtask aws-smoke`.
#[derive(Debug, Clone, Args)]
pub(crate) struct Arguments {
    /// The account, twelve digits: credentials of another one are refused
    #[arg(long, value_name = "ID", required_unless_present = "dry_run")]
    account: Option<String>,
    /// A domain with a public hosted zone in the account: the certificate is validated there
    #[arg(long, value_name = "NAME", required_unless_present = "dry_run")]
    domain: Option<String>,
    /// The region.
    #[arg(long, default_value = "us-east-1")]
    region: String,
    /// Leave everything up; `--destroy-only` takes it down later
    #[arg(long)]
    keep: bool,
    /// Only take down what an earlier trial left
    #[arg(long, conflicts_with = "keep")]
    destroy_only: bool,
    /// Go the same way on moto, without an account and without a question
    #[arg(long, conflicts_with_all = ["account", "domain"])]
    dry_run: bool,
}

impl Arguments {
    /// Those of the step of a test run.
    pub(crate) fn of_the_dry_run() -> Self {
        let region = "us-east-1".to_owned();
        Self { account: None, domain: None, region, keep: false, destroy_only: false, dry_run: true }
    }
}

/// Builds the example and goes through the trial.
pub(crate) fn smoke(root: &Path, metadata: &Metadata, cache: &Cache, arguments: &Arguments) -> Result<()> {
    if let Some(account) = &arguments.account
        && !(account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()))
    {
        bail!("`--account {account}`: an account is twelve digits");
    }
    let mut build = cargo(root, "build");
    // The set of packages of the tests; another one would compile the SDK again.
    run(lock_in_ci(&mut build).args(["--workspace", "--example", EXAMPLE]))?;
    let program = metadata.target_directory.join("debug/examples").join(EXAMPLE).into_std_path_buf();
    match arguments.dry_run {
        true => on_moto(program, cache, arguments),
        false => on_aws(program, cache, arguments),
    }
}

/// In the account. The folder holds the state, so a trial that was cut off is gone on with.
fn on_aws(program: PathBuf, cache: &Cache, arguments: &Arguments) -> Result<()> {
    let (Some(account), Some(domain)) = (&arguments.account, &arguments.domain) else {
        bail!("name `--account` and `--domain`");
    };
    let region = &arguments.region;
    let folder = cache.file("smoke").join(format!("{account}-{region}"));
    let cloud =
        format!("cloud = \"aws\"\naccount = \"{account}\"\nregion = \"{region}\"\ndata = \"disposable\"\n");
    let trial = Trial::new(program, folder, cloud, domain)?;
    anstream::println!(
        "The state and the record are in {}. After Ctrl-C, `--destroy-only` takes down what is there.",
        trial.folder.display()
    );
    trial.go(arguments, || {
        anstream::print!("This makes them in AWS account {account}, {region}. Type the account to go on: ");
        io::stdout().flush()?;
        let mut typed = String::new();
        io::stdin().read_line(&mut typed)?;
        if typed.trim() != account {
            bail!("that isn't {account}; nothing was made");
        }
        Ok(())
    })
}

/// The same on moto, but for AWS Backup, which a sandbox answers for: moto's answer to `CreateBackupSelection` is
/// 500.
fn on_moto(program: PathBuf, cache: &Cache, arguments: &Arguments) -> Result<()> {
    let mut fleet = Fleet::new(Cache::open()?);
    let Some(moto) = fleet.get(Emulator::Moto).endpoint() else { bail!("moto can't be had here") };
    let run = cache.new_run()?;
    let aside = run.join("backup");
    fs::create_dir_all(&aside).with_context(|| format!("making {}", aside.display()))?;
    let backup = Served::start(&program, &aside)?;
    let domain = "smoke.example.org";
    let cli = aws_cli(cache).context("the AWS CLI comes with moto: run `cargo xtask setup`")?;
    let mut zone = Command::new(cli);
    zone.args(["--endpoint-url", &moto, "route53", "create-hosted-zone", "--name", domain])
        .args(["--caller-reference", &stamp()])
        .envs([("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")])
        .env("AWS_DEFAULT_REGION", &arguments.region);
    output(&mut zone)?;
    let cloud = format!(
        "region = \"{}\"\nendpoint = \"{moto}\"\n[stack.smoke.endpoints]\nbackup = \"{}\"\n",
        arguments.region, backup.endpoint
    );
    let mut trial = Trial::new(program, run.join("smoke"), cloud, domain)?;
    let home = trial.folder.join("home").display().to_string();
    trial.environment.push(("XDG_CONFIG_HOME", home));
    trial.go(arguments, || Ok(()))
}

/// Seconds since 1970, which no other run has.
fn stamp() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{}-{}", since.as_secs(), std::process::id())
}

/// A sandbox that the example serves, until it is dropped.
struct Served {
    endpoint: String,
    _group: Group,
}

impl Served {
    fn start(program: &Path, folder: &Path) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("looking for a free port")?;
        let port = listener.local_addr().context("looking for a free port")?.port();
        drop(listener);
        let mut command = Command::new(program);
        command.args(["sandbox", "serve", "--port", &port.to_string()]).current_dir(folder);
        let group = Group::spawn(command.stdin(Stdio::null()).stdout(Stdio::null()))?;
        let started = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            if started.elapsed() > Duration::from_secs(30) {
                bail!("the sandbox for AWS Backup isn't served");
            }
            sleep(Duration::from_millis(50));
        }
        Ok(Self { endpoint: format!("http://127.0.0.1:{port}"), _group: group })
    }
}

/// The example in a folder of its own, and where its calls are recorded.
struct Trial {
    program: PathBuf,
    folder: PathBuf,
    record: PathBuf,
    /// What `Ironward.toml` says of the cloud.
    cloud: String,
    environment: Vec<(&'static str, String)>,
}

impl Trial {
    fn new(program: PathBuf, folder: PathBuf, cloud: String, domain: &str) -> Result<Self> {
        fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
        let record = folder.join(format!("calls-{}.jsonl", stamp()));
        let environment =
            vec![("CLINIC_ENVIRONMENT", "development".to_owned()), ("CLINIC_DOMAIN", domain.to_owned())];
        let trial = Self { program, folder, record, cloud, environment };
        trial.configure("as deployed")?;
        Ok(trial)
    }

    /// Writes `Ironward.toml`. The edition is a tag of everything, so that another one is an update of nearly
    /// every type and needs no edit of the program.
    fn configure(&self, edition: &str) -> Result<()> {
        let path = self.folder.join("Ironward.toml");
        let text = format!(
            "default = \"smoke\"\n\n[stack.smoke]\n{}\n[stack.smoke.tags]\nedition = \"{edition}\"\n",
            self.cloud
        );
        fs::write(&path, text).with_context(|| format!("writing {}", path.display()))
    }

    fn command(&self, typed: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.args(typed.split(' ')).arg("--record").arg(&self.record).current_dir(&self.folder);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// A step: its row, whatever comes of it.
    fn step(&self, step: &'static str, work: impl FnOnce() -> Result<()>) -> Result<Row> {
        anstream::println!("\n== {step}");
        let before = calls::read(&self.record)?.len();
        let started = Instant::now();
        let result = work().map_err(|error| format!("{error:#}"));
        let took = started.elapsed();
        let calls = calls::read(&self.record)?.split_off(before);
        Ok(Row { step, result, took, calls })
    }

    fn typed(&self, step: &'static str, typed: &str) -> Result<Row> {
        self.step(step, || run(&mut self.command(typed)))
    }

    /// What `up` would do, as events.
    fn planned(&self) -> Result<Vec<Json>> {
        let events = output(&mut self.command("preview --json"))?;
        let events = events.lines().filter_map(|line| serde_json::from_str::<Json>(line).ok());
        Ok(events.filter(|event| event["event"] == "planned").collect())
    }

    /// The whole trial; `ask` comes between the plan with its price and everything else.
    fn go(&self, arguments: &Arguments, ask: impl FnOnce() -> Result<()>) -> Result<()> {
        let mut rows = Vec::new();
        if arguments.destroy_only {
            ask()?;
        } else {
            let planned = self.planned()?;
            told(&planned);
            ask()?;
            self.up_and_about(&mut rows)?;
        }
        if arguments.keep {
            anstream::println!("\nEverything is left up, and costs as said: `--destroy-only` takes it down.");
        } else {
            // Also after a failure, and once more where something held it up.
            rows.push(self.typed("destroy", "destroy --yes --lift-protection")?);
            if rows.last().is_some_and(|row| row.result.is_err()) {
                rows.push(self.typed("destroy again", "destroy --yes --lift-protection")?);
            }
        }
        let table = Table(&rows);
        anstream::println!("\n{table}\nEvery call is in {}.", self.record.display());
        let failed = table.failed();
        if !failed.is_empty() {
            bail!(
                "failed: {}; `--destroy-only` takes down what is left in {}",
                failed.join(", "),
                self.folder.display()
            );
        }
        Ok(())
    }

    /// Up to the first step that fails.
    fn up_and_about(&self, rows: &mut Vec<Row>) -> Result<()> {
        let steps = [
            ("deploy", "up --yes"),
            ("plan again", "preview --detailed-exitcode"),
            ("drift", "drift --detailed-exitcode"),
            ("update", "up --yes"),
            ("plan after update", "preview --detailed-exitcode"),
            ("drift after update", "drift --detailed-exitcode"),
        ];
        for (step, typed) in steps {
            if step == "update" {
                self.configure("as updated")?;
            }
            let row = self.typed(step, typed)?;
            let failed = row.result.is_err();
            rows.push(row);
            if failed {
                break;
            }
        }
        Ok(())
    }
}

/// Says what a plan costs.
fn told(planned: &[Json]) {
    let lines = costs::estimate(planned);
    anstream::println!("{} to create. What is billed by the hour, in US dollars:", planned.len());
    for costs::Line { type_name, count, dollars, why } in &lines {
        anstream::println!("{dollars:>8.3}  {count:>2} × {type_name}: {why}");
    }
    let hourly: f64 = lines.iter().map(|line| line.dollars).sum();
    anstream::println!(
        "{hourly:>8.3}  an hour by the list prices of US East (N. Virginia), {}. A trial takes about {HOURS} \
         hours: some {:.2}, and a few cents for requests, logs and storage. What `destroy` must leave (keys for \
         their waiting period, what a retention holds) it lists.",
        costs::AS_OF,
        // Gateways are billed by whole hours.
        hourly * (HOURS + 1.0)
    );
}
