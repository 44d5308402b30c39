//! Every example, in every environment that it has, as its reader runs it: in an empty directory, in the embedded
//! sandbox, with nothing made by hand before.

use std::path::Path;

use aws_types::SdkConfig;
use ironward_aws_provider::Settings;
use ironward_sandbox::Sandbox;
use serde_json::Value as Json;

use crate::leftovers::Search;
use crate::program::Program;

/// An example with a command line, and what chooses between its environments.
struct Example {
    name: &'static str,
    environment: Option<&'static str>,
}

const EXAMPLES: &[Example] = &[
    Example { name: "records_bucket", environment: None },
    Example { name: "hipaa_fhir_server", environment: None },
    Example { name: "fhir_environments", environment: Some("development") },
    Example { name: "fhir_environments", environment: Some("production") },
];

/// Examples without a command line; each has a test of its own.
const EMBEDDED: &str = "embedded";

/// How `fhir_environments` is told which environment it is for.
const VARIABLE: &str = "CLINIC_ENVIRONMENT";

impl Example {
    fn find(name: &str, environment: Option<&str>) -> &'static Self {
        EXAMPLES.iter().find(|row| row.name == name && row.environment == environment).unwrap()
    }

    fn program(&self, configuration: Option<&str>) -> Program {
        let mut program = Program::of(self.name, configuration);
        program.environment.extend(self.environment.map(|environment| (VARIABLE, environment)));
        program
    }

    /// Up, up again, drift, and down to what is said to remain.
    fn lives(&self) {
        let program = self.program(None);
        let said = program.expect(0, "up --yes");
        let created = counted(&said, "created");
        let said = program.expect(0, "up --yes");
        assert!(said.contains(&format!("nothing to do, {created} unchanged")), "{said}");
        let said = program.expect(0, "drift --detailed-exitcode");
        assert!(said.contains(&format!("0 of {created} resources changed outside")), "{said}");
        let lineage = lineage(&program, "");
        let said = program.expect(0, "destroy --yes --lift-protection");
        assert!(counted(&said, "deleted") > 0, "{said}");
        // What is left of `up` is either gone or said to remain.
        let kept = Vec::from_iter(
            program.expect(0, "state list").lines().filter(|l| l.contains("AWS::")).map(str::to_owned),
        );
        assert!(kept.is_empty(), "{kept:#?}");
        only_what_is_said_remains(&program, &lineage, &said);
    }
}

/// The number before a word of the summary.
#[track_caller]
fn counted(said: &str, word: &str) -> usize {
    let summary = said.lines().find(|line| line.starts_with("Done:")).unwrap_or_else(|| panic!("{said}"));
    let words = Vec::from_iter(summary.split([' ', ',']));
    let at = words.iter().position(|found| found.trim_end_matches('.') == word);
    at.and_then(|at| words[at - 1].parse().ok()).unwrap_or_else(|| panic!("`{word}` isn't in {summary}"))
}

/// The lineage of a stack, by its state.
fn lineage(program: &Program, stack: &str) -> String {
    let pulled = program.expect(0, format!("{stack}state pull").trim_start());
    let from = pulled.find('{').unwrap_or_else(|| panic!("{pulled}"));
    let state =
        serde_json::Deserializer::from_str(&pulled[from..]).into_iter::<Json>().next().unwrap().unwrap();
    state["lineage"].as_str().unwrap().to_owned()
}

/// Looks into the sandbox of a program's folder: of a stack nothing is there but what its last command said.
fn only_what_is_said_remains(program: &Program, lineage: &str, said: &str) {
    let remains = said.split_once("What remains in the cloud").map_or("", |(_, remains)| remains);
    let left = left_in(program.path(), lineage);
    let unsaid: Vec<&String> = left.iter().filter(|what| !remains.contains(name_in(what))).collect();
    assert!(unsaid.is_empty(), "{unsaid:#?} isn't in\n{said}");
}

/// What something found is called: the last word, and of a key the one before its state.
fn name_in(found: &str) -> &str {
    let mut words = found.rsplit(' ');
    let last = words.next().unwrap_or_default();
    if found.starts_with("key ") { words.next().unwrap_or_default() } else { last }
}

/// What the sandbox of a folder has that is of a stack, or is nobody's.
fn left_in(folder: &Path, lineage: &str) -> Vec<String> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let sandbox = Sandbox::open(&folder.join(".ironward/sandbox")).await.unwrap();
        let mut settings = Settings::new("us-east-1");
        settings.emulated = true;
        settings.http_client = Some(sandbox.http_client());
        let sdk: SdkConfig = settings.sdk_config().await;
        // Nothing else was ever made in it, whatever it is called.
        Search { sdk: &sdk, backup: &sdk, lineage, prefix: "" }.all().await
    })
}

/// Development beside production in one account and region: both come up, and go in the order of `down`.
fn beside_each_other(down: [&'static str; 2]) {
    let configuration = "default = \"development\"\n[stack.development]\n[stack.production]\n";
    let mut program = Program::of("fhir_environments", Some(configuration));
    let mut typed = |stack: &'static str, command: &str| {
        program.environment = vec![(VARIABLE, stack)];
        program.expect(0, &format!("--stack {stack} {command}"))
    };
    for stack in ["development", "production"] {
        typed(stack, "up --yes");
    }
    let settled = |typed: &mut dyn FnMut(&'static str, &str) -> String, stack| {
        let said = typed(stack, "up --yes");
        assert!(said.contains("nothing to do"), "{said}");
        typed(stack, "drift --detailed-exitcode");
    };
    for stack in ["development", "production"] {
        settled(&mut typed, stack);
    }
    let mut said = typed(down[0], "destroy --yes --lift-protection");
    // What the other one stands on is still there.
    settled(&mut typed, down[1]);
    said += &typed(down[1], "destroy --yes --lift-protection");
    for stack in down {
        let kept = typed(stack, "state list");
        assert!(!kept.contains("AWS::"), "{kept}");
    }
    for stack in down {
        let lineage = lineage(&program, &format!("--stack {stack} "));
        only_what_is_said_remains(&program, &lineage, &said);
    }
}

#[test]
fn every_example_is_tried() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let files = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path());
    let sources = files.filter(|file| file.extension().is_some_and(|extension| extension == "rs"));
    for source in sources {
        let name = source.file_stem().unwrap().to_str().unwrap();
        if name == "build" || name == EMBEDDED {
            continue;
        }
        let tried = Vec::from_iter(EXAMPLES.iter().filter(|row| row.name == name));
        assert!(!tried.is_empty(), "{name} isn't in the table");
        let chooses = std::fs::read_to_string(&source).unwrap().contains(VARIABLE);
        assert!(tried.iter().all(|row| row.environment.is_some() == chooses), "{name} and {VARIABLE}");
    }
}

mod sandbox {
    use super::*;

    #[test]
    fn the_bucket_for_records() {
        Example::find("records_bucket", None).lives();
    }

    #[test]
    fn the_fhir_server() {
        Example::find("hipaa_fhir_server", None).lives();
    }

    #[test]
    fn the_fhir_server_for_developers() {
        Example::find("fhir_environments", Some("development")).lives();
    }

    #[test]
    fn the_fhir_server_for_patients() {
        Example::find("fhir_environments", Some("production")).lives();
    }

    #[test]
    fn development_leaves_production_alone() {
        beside_each_other(["development", "production"]);
    }

    #[test]
    fn production_leaves_development_alone() {
        beside_each_other(["production", "development"]);
    }

    /// A program with a runtime of its own goes through the same directory twice.
    #[test]
    fn the_program_that_embeds_a_session() {
        let program = Program::of(EMBEDDED, None);
        let first = program.expect(0, "");
        assert!(first.contains("complete: true") && first.contains("records go to "), "{first}");
        let again = program.expect(0, "");
        assert!(again.contains("0 created, complete: true"), "{again}");
    }
}
