//! The FHIR server example as its user runs it: the first `up`, the second, an outside change made
//! with the AWS CLI, the repair, and the way down.
//!
//! The AWS CLI is the one in `IRONWARD_TEST_AWS_CLI`; `cargo xtask test` sets it.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value as Json;
use tempfile::TempDir;

/// An example, and the folder that it is run in.
pub(crate) struct Program {
    binary: PathBuf,
    pub(crate) folder: TempDir,
    /// What its environment has besides.
    pub(crate) environment: Vec<(&'static str, &'static str)>,
}

/// What a command printed, and how it ended.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) text: String,
}

impl Program {
    pub(crate) fn new(configuration: Option<&str>) -> Self {
        Self::of("hipaa_fhir_server", configuration)
    }

    pub(crate) fn of(example: &str, configuration: Option<&str>) -> Self {
        let tests = std::env::current_exe().unwrap();
        let binary = tests.ancestors().nth(2).unwrap().join("examples").join(example);
        assert!(binary.exists(), "{} isn't there: run `cargo build --examples` first", binary.display());
        Self::at(binary, configuration)
    }

    pub(crate) fn at(binary: PathBuf, configuration: Option<&str>) -> Self {
        let mut folder = tempfile::tempdir().unwrap();
        folder.disable_cleanup(std::env::var_os("IRONWARD_TEST_KEEP").is_some());
        if let Some(text) = configuration {
            std::fs::write(folder.path().join("Ironward.toml"), text).unwrap();
        }
        Self { binary, folder, environment: Vec::new() }
    }

    /// The folder that it is run in, which `cargo xtask test` keeps until it has looked through it
    /// for secrets.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn command(&self, typed: &str) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(typed.split(' ')).current_dir(self.folder.path());
        command.env_remove("AWS_PROFILE").env("XDG_CONFIG_HOME", self.folder.path().join("home"));
        command.envs(self.environment.iter().copied());
        command
    }

    pub(crate) fn run(&self, typed: &str) -> Ran {
        let Output { status, stdout, stderr } = self.command(typed).stdin(Stdio::null()).output().unwrap();
        let text = [stdout, stderr].concat();
        Ran { code: status.code(), text: String::from_utf8(text).unwrap() }
    }

    /// Runs a command that has to end with `code`.
    #[track_caller]
    pub(crate) fn expect(&self, code: i32, typed: &str) -> String {
        let ran = self.run(typed);
        assert_eq!(ran.code, Some(code), "`{typed}`:\n{}", ran.text);
        ran.text
    }

    /// An exported value, from the events of `outputs --json`.
    fn output(&self, name: &str) -> String {
        let Output { stdout, .. } = self.command("outputs --json").output().unwrap();
        let events = String::from_utf8(stdout).unwrap();
        let mut events = events.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
        let event = events.find(|event| event["name"] == name).unwrap();
        event["value"].as_str().unwrap().to_owned()
    }

    /// Serves the sandbox of this folder until the answer is dropped.
    pub(crate) fn serve(&self) -> Served {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = self
            .command(&format!("sandbox serve --port {port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let served = Served { child, endpoint: format!("http://127.0.0.1:{port}") };
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(started.elapsed() < Duration::from_secs(30), "the sandbox isn't served");
            std::thread::sleep(Duration::from_millis(50));
        }
        served
    }
}

/// A served sandbox.
pub(crate) struct Served {
    child: Child,
    pub(crate) endpoint: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        // When it has ended already, there is nothing to stop.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The AWS CLI at an endpoint.
pub(crate) struct AwsCli<'a> {
    pub(crate) endpoint: &'a str,
    pub(crate) region: &'a str,
    pub(crate) home: &'a Path,
}

impl AwsCli<'_> {
    #[track_caller]
    pub(crate) fn run(&self, arguments: &[&str]) -> Json {
        let cli = std::env::var("IRONWARD_TEST_AWS_CLI")
            .expect("IRONWARD_TEST_AWS_CLI isn't set: run `cargo xtask test`");
        let Output { status, stdout, stderr } = Command::new(cli)
            .args(["--endpoint-url", self.endpoint, "--output", "json"])
            .args(arguments)
            .env("HOME", self.home)
            .envs([("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")])
            .env("AWS_DEFAULT_REGION", self.region)
            .output()
            .unwrap();
        assert!(status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&stderr));
        serde_json::from_slice(&stdout).unwrap_or_default()
    }

    /// Suspends a bucket's versioning.
    pub(crate) fn suspend_versioning(&self, bucket: &str) {
        let suspended = "Status=Suspended";
        self.run(&[
            "s3api",
            "put-bucket-versioning",
            "--bucket",
            bucket,
            "--versioning-configuration",
            suspended,
        ]);
    }

    /// Revokes the one rule that lets the load balancer reach the service.
    fn revoke_balancer_to_service(&self) {
        let groups = self.run(&["ec2", "describe-security-groups"]);
        let group = groups["SecurityGroups"]
            .as_array()
            .unwrap()
            .iter()
            .find(|group| group["Description"].as_str().unwrap().starts_with("FHIR server:"))
            .unwrap();
        let group = group["GroupId"].as_str().unwrap();
        let rules = self.run(&["ec2", "describe-security-group-rules"]);
        let rule = rules["SecurityGroupRules"]
            .as_array()
            .unwrap()
            .iter()
            .find(|rule| rule["GroupId"] == group && rule["IsEgress"] == false)
            .unwrap();
        let rule = rule["SecurityGroupRuleId"].as_str().unwrap();
        self.run(&[
            "ec2",
            "revoke-security-group-ingress",
            "--group-id",
            group,
            "--security-group-rule-ids",
            rule,
        ]);
    }
}

/// The whole sequence of `count` resources in a region. `endpoint` is where the AWS CLI finds the cloud, once
/// it is up.
fn life(
    program: &Program,
    (source, count, region): (&str, usize, &str),
    endpoint: impl FnOnce() -> (String, Option<Served>),
) {
    let said = program.expect(0, "up --yes");
    assert!(said.contains(&format!("Done: {count} created")), "{said}");
    assert!(said.contains("Outputs:") && said.contains("fhir_host"), "{said}");
    let said = program.expect(0, "up --yes");
    assert!(said.contains(&format!("nothing to do, {count} unchanged")), "{said}");
    let said = program.expect(0, "drift --detailed-exitcode");
    assert!(said.contains(&format!("0 of {count} resources changed outside")), "{said}");

    let (endpoint, served) = endpoint();
    let cli = AwsCli { endpoint: &endpoint, region, home: program.folder.path() };
    let bucket = program.output("data_bucket");
    cli.suspend_versioning(&bucket);
    cli.revoke_balancer_to_service();
    let said = program.expect(2, "drift --detailed-exitcode");
    for part in [
        &format!("! changed fhir/data/bucket AWS::S3::Bucket ({source}:"),
        "VersioningConfiguration.Status: \"Enabled\" → \"Suspended\"",
        &format!("fhir/service/balancer-to-service-in AWS::EC2::SecurityGroupIngress ({source}:"),
    ] {
        assert!(said.contains(part), "`{part}` isn't in\n{said}");
    }
    let said = program.expect(0, "up --yes");
    assert!(said.contains("1 created") && said.contains("1 updated"), "{said}");
    program.expect(0, "drift --detailed-exitcode");
    let versioning = cli.run(&["s3api", "get-bucket-versioning", "--bucket", &bucket]);
    assert_eq!(versioning["Status"], "Enabled");

    let said = program.expect(1, "destroy --yes");
    for part in ["`fhir/database/instance`: is protected", "`fhir/service/load-balancer`: is protected"] {
        assert!(said.contains(part), "`{part}` isn't in\n{said}");
    }
    program.expect(0, "drift --detailed-exitcode");
    let said = program.expect(0, "destroy --yes --lift-protection");
    // All but the key without which nobody could read the final snapshot.
    assert!(said.contains(&format!("{} deleted", count - 1)), "{said}");
    let (_, remains) = said.split_once("What remains in the cloud, for its time:").unwrap();
    assert_eq!(remains.matches("can be brought back with `kms cancel-key-deletion`").count(), 6, "{said}");
    assert!(remains.contains("the final snapshot fhir-database-"), "{said}");
    assert!(
        remains.contains("what `fhir/database/instance` leaves behind can be read only with it"),
        "{said}"
    );
    let vpcs = cli.run(&["ec2", "describe-vpcs", "--filters", "Name=tag-key,Values=ironward:lineage"]);
    let ours =
        vpcs["Vpcs"].as_array().unwrap().iter().filter(|vpc| {
            vpc["Tags"].as_array().unwrap().iter().any(|tag| tag["Value"] == "fhir/network/vpc")
        });
    assert_eq!(ours.count(), 0);
    let said = program.expect(0, "state list");
    assert!(!said.contains("AWS::"), "{said}");
    drop(served);
}

mod sandbox {
    use super::*;

    #[test]
    fn the_example_lives_as_the_readme_says() {
        let program = Program::new(None);
        life(&program, ("examples/hipaa_fhir_server.rs", 115, "us-east-1"), || {
            let served = program.serve();
            (served.endpoint.clone(), Some(served))
        });
    }
}

mod moto {
    use super::*;

    #[test]
    fn the_example_lives_as_the_readme_says() {
        let moto = std::env::var("IRONWARD_TEST_MOTO")
            .expect("IRONWARD_TEST_MOTO isn't set: run `cargo xtask test --only moto`");
        // One of its own: what an account has one of in a region is shared with other stacks there.
        let region = "ap-southeast-2";
        // AWS Backup is served by a sandbox: moto answers 500 to `CreateBackupSelection`.
        let backup = Program::new(None);
        let served = backup.serve();
        let configuration = format!(
            "default = \"moto\"\n[stack.moto]\nregion = \"{region}\"\nendpoint = \"{moto}\"\n\
             [stack.moto.endpoints]\nbackup = \"{}\"\n",
            served.endpoint
        );
        let program = Program::of("peer_fhir_server", Some(&configuration));
        life(&program, ("examples/../tests/programs/peer_fhir_server.rs", 114, region), || (moto, None));
    }
}
