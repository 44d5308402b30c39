//! States in S3, as the processes of a program use them.

use crate::program::Program;

/// What `state bootstrap` says where it leaves the policy of the bucket out.
const NO_POLICY: &str = "the bucket has no policy here";

/// Makes a bucket for states, moves the state there, and configures it. `configuration` is what
/// `Ironward.toml` says besides. Returns what the making said.
fn move_to_bucket(program: &Program, bucket: &str, configuration: &str) -> String {
    let made = program.expect(0, &format!("state bootstrap --yes --bucket {bucket}"));
    let (_, typed) = made.split_once("state migrate --to ").unwrap();
    let (typed, _) = typed.split_once('`').unwrap();
    let said = program.expect(0, &format!("state migrate --to {typed}"));
    let (_, lines) = said.split_once("Write this into Ironward.toml:\n\n").unwrap();
    std::fs::write(program.folder.path().join("Ironward.toml"), format!("{configuration}\n{lines}")).unwrap();
    made
}

/// A state is made in the directory, moves into `bucket`, and goes on there to its end.
fn life(configuration: Option<&str>, bucket: &str) {
    let program = Program::of("records_bucket", configuration);
    program.expect(0, "up --yes");
    let history = program.expect(0, "history");
    let made = move_to_bucket(&program, bucket, configuration.unwrap_or_default());
    assert!(made.contains("AWS::S3::BucketPolicy") && !made.contains(NO_POLICY), "{made}");
    assert_eq!(program.expect(0, "history"), history);
    let said = program.expect(0, "up --yes");
    assert!(said.contains("nothing to do, 6 unchanged"), "{said}");
    program.expect(0, "drift --detailed-exitcode");
    let said = program.expect(0, "history verify");
    assert!(said.contains("the anchor at apply 1") && !said.contains("Not proven"), "{said}");
    // Each of them gave the lock back.
    let said = program.expect(0, "state lock status");
    assert!(said.contains("Free; held last by"), "{said}");
    program.expect(0, "destroy --yes --lift-protection");
    assert!(!program.expect(0, "state list").contains("AWS::"));
}

mod sandbox {
    #[test]
    fn a_state_moves_into_the_bucket_that_is_made_for_it() {
        super::life(None, "states-of-the-sandbox");
    }
}

mod localstack {
    #[test]
    fn a_state_moves_into_the_bucket_that_is_made_for_it() {
        let endpoint = std::env::var("IRONWARD_TEST_LOCALSTACK")
            .expect("IRONWARD_TEST_LOCALSTACK isn't set: run `cargo xtask test --only localstack`");
        let configuration =
            format!("default = \"localstack\"\n\n[stack.localstack]\nendpoint = \"{endpoint}\"\n");
        super::life(Some(&configuration), &format!("states-of-localstack-{}", std::process::id()));
    }
}

#[cfg(unix)]
mod moto {
    use std::fs::File;
    use std::path::Path;
    use std::process::{Child, Command, Stdio};
    use std::time::{Duration, Instant};

    use super::*;
    use crate::program::{AwsCli, Served};

    /// The FHIR server on moto, with its state in a bucket there.
    struct Scene {
        program: Program,
        moto: String,
        region: &'static str,
        _backup: (Program, Served),
    }

    impl Scene {
        /// In a region of its own: of `RDSOSMetrics` there is one for each.
        fn set(bucket: &str, region: &'static str) -> Self {
            let moto = std::env::var("IRONWARD_TEST_MOTO")
                .expect("IRONWARD_TEST_MOTO isn't set: run `cargo xtask test --only moto`");
            // AWS Backup is served by a sandbox: moto answers 500 to `CreateBackupSelection`.
            let backup = Program::new(None);
            let served = backup.serve();
            let configuration = format!(
                "default = \"moto\"\n[stack.moto]\nregion = \"{region}\"\nendpoint = \"{moto}\"\n\
                 [stack.moto.endpoints]\nbackup = \"{}\"\n",
                served.endpoint
            );
            let program = Program::of("peer_fhir_server", Some(&configuration));
            // There has to be a state before it can be moved.
            program.expect(0, "refresh");
            let bucket = format!("{bucket}-{}", std::process::id());
            let made = move_to_bucket(&program, &bucket, &configuration);
            // moto would let nobody in under the policy that closes a bucket to plain HTTP.
            assert!(!made.contains("AWS::S3::BucketPolicy") && made.contains(NO_POLICY), "{made}");
            let again = program.expect(0, &format!("state bootstrap --yes --bucket {bucket}"));
            assert!(again.contains(NO_POLICY), "{again}");
            Self { program, moto, region, _backup: (backup, served) }
        }

        /// Begins `up` and lets it come as far as a line of its output says.
        fn begin(&self, reaches: &str) -> Running {
            let output = self.program.folder.path().join("output");
            let file = File::create(&output).unwrap();
            let mut command = self.program.command("up --yes");
            command.stdin(Stdio::null()).stdout(file.try_clone().unwrap()).stderr(file);
            let mut running = Running { child: command.spawn().unwrap(), output };
            let started = Instant::now();
            while !running.said().contains(reaches) {
                assert!(started.elapsed() < Duration::from_secs(60), "{}", running.said());
                assert!(running.child.try_wait().unwrap().is_none(), "{}", running.said());
                std::thread::sleep(Duration::from_millis(5));
            }
            running
        }

        /// How many there are of what this state owns.
        fn count(&self, list: &str, of: &str) -> usize {
            let cli = AwsCli { endpoint: &self.moto, region: self.region, home: self.program.folder.path() };
            let shown = self.program.expect(0, "state show fhir/network/vpc");
            let (_, id) = shown.split_once("physical id  ").unwrap();
            let id = id.split_whitespace().next().unwrap();
            let vpc = cli.run(&["ec2", "describe-vpcs", "--vpc-ids", id]);
            let tags = vpc["Vpcs"][0]["Tags"].as_array().unwrap();
            let lineage = tags.iter().find(|tag| tag["Key"] == "ironward:lineage").unwrap();
            let owned = format!("Name=tag:ironward:lineage,Values={}", lineage["Value"].as_str().unwrap());
            let filter = if list == "describe-nat-gateways" { "--filter" } else { "--filters" };
            cli.run(&["ec2", list, filter, &owned])[of].as_array().unwrap().len()
        }

        fn assert_whole(&self) {
            self.program.expect(0, "preview --detailed-exitcode");
            for (list, of, count) in [
                ("describe-vpcs", "Vpcs", 1),
                ("describe-subnets", "Subnets", 9),
                ("describe-addresses", "Addresses", 3),
                ("describe-nat-gateways", "NatGateways", 3),
                ("describe-security-groups", "SecurityGroups", 4),
            ] {
                assert_eq!(self.count(list, of), count, "{of}");
            }
            let said = self.program.expect(0, "state list");
            assert_eq!(said.lines().filter(|line| line.starts_with("fhir/")).count(), 114, "{said}");
        }
    }

    struct Running {
        child: Child,
        output: std::path::PathBuf,
    }

    impl Running {
        fn said(&self) -> String {
            said(&self.output)
        }

        fn signal(&self, name: &str) {
            let status = Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap();
            assert!(status.success());
        }

        fn end(mut self) -> (Option<i32>, String) {
            let code = self.child.wait().unwrap().code();
            (code, said(&self.output))
        }
    }

    fn said(output: &Path) -> String {
        std::fs::read_to_string(output).unwrap()
    }

    #[test]
    fn of_two_processes_one_goes_on_and_the_other_says_who_has_the_lock() {
        let scene = Scene::set("two", "us-west-2");
        let first = scene.begin("done     fhir/network/vpc");
        let second = scene.program.run("up --yes");
        let (code, said) = first.end();
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains("Done: 114 created"), "{said}");
        // It waited until the first had ended, and had nothing to do, or gave up.
        assert!(second.text.contains("the state of `moto` is locked by "), "{}", second.text);
        assert!(
            second.text.contains("fhir up, process ") && second.text.contains(" since "),
            "{}",
            second.text
        );
        assert!(
            second.code == Some(1) || second.text.contains("nothing to do, 114 unchanged"),
            "{}",
            second.text
        );
        scene.assert_whole();
        scene.program.expect(0, "destroy --yes --lift-protection");
    }

    #[test]
    fn a_holder_that_was_paused_is_fenced() {
        let scene = Scene::set("paused", "eu-west-1");
        let first = scene.begin("done     fhir/network/vpc");
        first.signal("-STOP");
        // It takes the lock over once the lease is over, and waits for what may be under way.
        let said = scene.program.expect(0, "up --yes");
        assert!(said.contains("was taken over from"), "{said}");
        scene.assert_whole();
        first.signal("-CONT");
        let (code, said) = first.end();
        assert_eq!(code, Some(1), "{said}");
        let by_the_clock = said.contains("the lock of the state of `moto` wasn't renewed in time");
        assert!(by_the_clock || said.contains("the state of `moto` was taken over by"), "{said}");
        // And it changed nothing any more.
        scene.assert_whole();
        scene.program.expect(0, "destroy --yes --lift-protection");
    }
}
