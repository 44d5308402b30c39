//! States that earlier versions wrote, under today's programs. What lies in `tests/fixtures` is opened, plans
//! nothing but what the components declare by now, and has a history that verifies across the seam.

use std::fs;
use std::path::{Path, PathBuf};

use crate::program::{AwsCli, Program};

/// The passphrase of the fixtures that have one.
const PASSPHRASE: (&str, &str) = ("IRONWARD_PASSPHRASE", "correct-9tQ4vX7kLm2ZwR8n-horse");
const PRODUCTION: (&str, &str) = ("CLINIC_ENVIRONMENT", "production");

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/state-52a01e2").join(name)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Today's program in a copy of a fixture.
pub(crate) fn old(name: &str, example: &str, environment: &[(&'static str, &'static str)]) -> Program {
    let mut program = Program::of(example, None);
    copy(&fixture(name), program.path());
    program.environment = environment.to_vec();
    program
}

/// A change from outside, for the program to repair: a bucket that keeps no versions any more.
fn suspend_versioning(program: &Program, bucket: &str) {
    let served = program.serve();
    let cli = AwsCli { endpoint: &served.endpoint, region: "us-east-1", home: program.path() };
    let buckets = cli.run(&["s3api", "list-buckets"]);
    let names = buckets["Buckets"].as_array().unwrap().iter().filter_map(|bucket| bucket["Name"].as_str());
    let name = names.into_iter().find(|name| name.starts_with(bucket)).unwrap();
    cli.suspend_versioning(name);
}

/// A state whose program did all that it declares.
struct Whole<'a> {
    fixture: &'a str,
    example: &'a str,
    environment: &'a [(&'static str, &'static str)],
    bucket: &'a str,
    resources: usize,
    applies: usize,
    /// What today's components can't change in place.
    anew: &'a [&'a str],
    /// What they don't declare any more.
    goes: &'a [&'a str],
}

impl Whole<'_> {
    fn open(&self) -> Program {
        old(self.fixture, self.example, self.environment)
    }

    /// What is planned, what is proven, and both again after two further applies: of what today's components
    /// declare otherwise, and of a repair.
    fn crosses_the_seam(&self) {
        let (program, resources) = (self.open(), self.resources);
        let nothing = format!("nothing to do, {resources} unchanged");
        self.plans(&program.expect(2, "preview --detailed-exitcode"));
        self.verifies(&program, self.applies);

        program.expect(0, "up --yes");
        let said = program.expect(0, "preview --detailed-exitcode");
        assert!(said.contains(&nothing), "{said}");
        self.verifies(&program, self.applies + 1);

        suspend_versioning(&program, self.bucket);
        let said = program.expect(0, "up --yes");
        assert!(said.contains(&format!("Done: 1 updated, {} unchanged", resources - 1)), "{said}");
        self.verifies(&program, self.applies + 2);
        let said = program.expect(0, "preview --detailed-exitcode");
        assert!(said.contains(&nothing), "{said}");
    }

    /// Only these are made anew, and only those go.
    #[track_caller]
    fn plans(&self, said: &str) {
        let step = |line: &str| {
            let mut words = line.split(' ');
            Some((words.next()?.to_owned(), words.next()?.to_owned()))
        };
        for (deed, expected) in [("replace", self.anew), ("delete", self.goes), ("forget", &[])] {
            let steps = said.lines().filter_map(step).filter(|(word, _)| word == deed);
            let paths: Vec<String> = steps.map(|(_, path)| path).collect();
            assert_eq!(paths, expected, "{deed}: {said}");
        }
    }

    #[track_caller]
    fn verifies(&self, program: &Program, applies: usize) {
        let said = program.expect(0, "history verify");
        let counted =
            if applies == 1 { "1 apply, ".to_owned() } else { format!("{applies} applies, unbroken since") };
        assert!(said.contains(&counted), "`{counted}` isn't in\n{said}");
        assert!(said.contains(&format!("the anchor at apply {applies}")), "{said}");
        let listed = program.expect(0, "history");
        assert!(listed.contains("1  2026-11-29T") && listed.contains("ada@lab (0.1.0)"), "{listed}");
    }
}

mod sandbox {
    use super::*;

    const SERVER: Whole<'static> = Whole {
        fixture: "fhir",
        example: "hipaa_fhir_server",
        environment: &[],
        bucket: "fhir-data-bucket",
        resources: 115,
        applies: 1,
        anew: &["fhir/service/task", "fhir/backup/selection"],
        goes: &[],
    };

    const CLINIC: Whole<'static> = Whole {
        fixture: "clinic",
        example: "small_clinic",
        environment: &[PRODUCTION],
        bucket: "records-bucket",
        resources: 68,
        applies: 2,
        anew: &[],
        goes: &[],
    };

    #[test]
    fn the_production_server_goes_on() {
        SERVER.crosses_the_seam();
    }

    #[test]
    fn the_production_server_goes_on_in_a_bucket() {
        Whole { fixture: "fhir-in-s3", ..SERVER }.crosses_the_seam();
    }

    #[test]
    fn the_clinic_goes_on_in_clear() {
        CLINIC.crosses_the_seam();
    }

    #[test]
    fn the_clinic_goes_on_in_a_bucket() {
        Whole { fixture: "clinic-in-s3", ..CLINIC }.crosses_the_seam();
    }

    #[test]
    fn the_development_server_goes_on_under_a_passphrase() {
        let example = "fhir_environments";
        let server = Whole { fixture: "development", example, ..SERVER };
        // It faces no internet any more.
        let anew: &[&str] = &[
            "fhir/service/load-balancer",
            "fhir/service/listener",
            "fhir/service/task",
            "fhir/backup/selection",
        ];
        let goes: &[&str] = &["fhir/service/internet-to-balancer"];
        Whole { environment: &[PASSPHRASE], resources: 101, anew, goes, ..server }.crosses_the_seam();
    }

    /// Its only apply failed: the sandbox had no DbiResourceId, which the policy of the server's role names.
    #[test]
    fn what_failed_is_gone_on_with() {
        let program = old("production", "fhir_environments", &[PRODUCTION]);
        let said = program.expect(0, "history");
        assert!(said.contains("failed"), "{said}");
        let ran = program.run("preview");
        // The database that was made then has no such id in its sandbox still.
        let without = ran.text.contains("DbiResourceId` is not known although its resource exists");
        assert!(ran.code == Some(0) || without, "{}", ran.text);
        let said = program.expect(0, "state list");
        assert!(said.matches("AWS::").count() >= 106, "{said}");
        program.expect(0, "history verify");
    }

    /// The process was killed among its creations, and half of the last line of its journal is missing.
    #[test]
    fn what_was_cut_off_is_gone_on_with() {
        let program = old("fhir-interrupted", "hipaa_fhir_server", &[]);
        let said = program.expect(0, "preview");
        assert!(said.contains("the last line of the journal") && said.contains("it was dropped"), "{said}");
        let said = program.expect(0, "history");
        assert!(said.contains("interrupted"), "{said}");
        let said = program.expect(0, "up --yes");
        assert!(said.contains("Done: ") && !said.contains(" deleted"), "{said}");
        let said = program.expect(0, "preview --detailed-exitcode");
        assert!(said.contains("nothing to do, 115 unchanged"), "{said}");
        let said = program.expect(0, "history verify");
        assert!(said.contains("2 applies, unbroken since"), "{said}");
        let said = program.expect(0, "destroy --yes --lift-protection");
        assert!(said.contains("114 deleted"), "{said}");
    }

    /// The same in a bucket, where an entry is there whole or not at all, and the lock ends with its lease.
    #[test]
    fn what_was_cut_off_in_a_bucket_is_gone_on_with() {
        let program = old("clinic-in-s3-interrupted", "small_clinic", &[PRODUCTION]);
        let said = program.expect(0, "history");
        assert!(said.contains("interrupted"), "{said}");
        let said = program.expect(0, "up --yes");
        assert!(said.contains("network/nat-gateway-2") && said.contains("Done: "), "{said}");
        assert!(!said.contains(" deleted") && !said.contains(" replaced"), "{said}");
        let said = program.expect(0, "preview --detailed-exitcode");
        assert!(said.contains("nothing to do, 68 unchanged"), "{said}");
        let said = program.expect(0, "history verify");
        assert!(said.contains("3 applies, unbroken since"), "{said}");
    }

    /// A plan is a comparison, and what a plan says grows from version to version: it is applied, or refused with
    /// what to type, and then it is applied when that was typed.
    #[test]
    fn a_saved_plan_is_applied_or_refused_by_name() {
        let program = old("clinic-planned", "small_clinic", &[PRODUCTION]);
        let ran = program.run("up production.plan --yes");
        if ran.code != Some(0) {
            assert!(
                ran.text.contains("production.plan") && ran.text.contains("nothing was applied"),
                "{}",
                ran.text
            );
            assert!(ran.text.contains("save it again with `preview --out FILE`"), "{}", ran.text);
            let said = program.expect(0, "history");
            assert!(!said.contains("updated"), "{said}");
            program.expect(0, "preview --out production.plan");
            program.expect(0, "up production.plan --yes");
        }
        let said = program.expect(0, "preview --detailed-exitcode");
        assert!(said.contains("nothing to do, 68 unchanged"), "{said}");
        program.expect(0, "history verify");
    }

    /// The bucket of a state has a state of its own.
    #[test]
    fn the_bucket_of_states_is_made_no_second_time() {
        let program = old("fhir-in-s3", "hipaa_fhir_server", &[]);
        let said = program.expect(0, "state bootstrap --yes --bucket states-of-the-server");
        assert!(!said.contains(" created"), "{said}");
    }
}

mod moto {
    use super::*;

    /// The objects of a state, in a bucket of today's moto. The cloud that they speak of is gone.
    #[test]
    fn a_state_in_a_bucket_is_read() {
        let moto = std::env::var("IRONWARD_TEST_MOTO")
            .expect("IRONWARD_TEST_MOTO isn't set: run `cargo xtask test --only moto`");
        let program = old("clinic-on-moto", "small_clinic", &[PASSPHRASE, PRODUCTION]);
        let objects = program.path().join("bucket/ironward/moto");
        // It belongs to the emulator that wrote it, wherever today's is.
        fs::write(objects.join("cloud"), format!("the emulator at {moto} in us-east-1\n")).unwrap();
        let configuration = format!(
            "default = \"moto\"\n\n[stack.moto]\nendpoint = \"{moto}\"\n\n[stack.moto.state]\nencryption = \"passphrase\"\n"
        );
        fs::write(program.path().join("Ironward.toml"), &configuration).unwrap();
        let bucket = format!("states-of-before-{}", std::process::id());
        let said = program.expect(0, &format!("state bootstrap --yes --bucket {bucket}"));
        let (_, key) = said.split_once("--kms-key ").unwrap();
        let key = key.split(['`', ' ', '\n']).next().unwrap();
        let cli = AwsCli { endpoint: &moto, region: "us-east-1", home: program.path() };
        // moto is asked over plain HTTP, which the policy of the bucket forbids.
        cli.run(&["s3api", "delete-bucket-policy", "--bucket", &bucket]);
        let objects = program.path().join("bucket");
        let (from, to) = (objects.to_str().unwrap(), format!("s3://{bucket}"));
        cli.run(&["s3", "cp", "--recursive", "--quiet", from, &to]);
        let configuration = format!("{configuration}bucket = \"{bucket}\"\nkms_key = \"{key}\"\n");
        fs::write(program.path().join("Ironward.toml"), configuration).unwrap();

        let said = program.expect(0, "history verify");
        assert!(said.contains("2 applies, unbroken since"), "{said}");
        let said = program.expect(0, "state list");
        assert_eq!(said.matches("AWS::").count(), 68, "{said}");
    }
}
