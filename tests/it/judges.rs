//! What the examples deploy, before the judges: the recorded state of each, with the ids and ARNs that the
//! sandbox gave.

use ironward_judges::{Estate, order, reach};
use serde_json::Value as Json;

use crate::program::Program;
use crate::upgrades::old;

/// Each example in each of its environments, but for those that are no command line.
const EXAMPLES: &[(&str, &[(&str, &str)])] = &[
    ("records_bucket", &[]),
    ("hipaa_fhir_server", &[]),
    ("fhir_environments", &[("CLINIC_ENVIRONMENT", "development")]),
    ("fhir_environments", &[("CLINIC_ENVIRONMENT", "production")]),
];

/// Deploys an example into a sandbox of its own and reads its state.
fn deployed(example: &str, environment: &[(&'static str, &'static str)]) -> Estate {
    let mut program = Program::of(example, None);
    program.environment.extend(environment);
    program.expect(0, "up --yes");
    pulled(&program)
}

fn pulled(program: &Program) -> Estate {
    let output = program.command("state pull").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let from = text.find('{').unwrap_or_else(|| panic!("no state in\n{text}"));
    let mut states = serde_json::Deserializer::from_str(&text[from..]).into_iter::<Json>();
    Estate::of_state(&states.next().unwrap().unwrap()).unwrap()
}

#[test]
fn every_example_can_do_what_it_needs_in_the_right_order() {
    for (example, environment) in EXAMPLES {
        let estate = deployed(example, environment);
        let findings: Vec<String> =
            reach::judge(&estate).unwrap().findings.iter().map(ToString::to_string).collect();
        assert_eq!(findings, Vec::<String>::new(), "{example} {environment:?}");
        let missing: Vec<String> = order::judge(&estate).missing.iter().map(ToString::to_string).collect();
        assert_eq!(missing, Vec::<String>::new(), "{example} {environment:?}");
    }
}

/// What the judges would have said of the server before its policies were held against AWS's guides: a
/// state that was written then.
#[test]
fn the_server_of_before_is_flagged() {
    let estate = pulled(&old("fhir", "hipaa_fhir_server", &[]));
    let found = reach::judge(&estate).unwrap().findings;
    for (path, row) in [
        ("fhir/trail/trail", "CloudTrail looks at its key"),
        ("fhir/trail/trail", "CloudTrail uses the bucket's bucket key"),
        ("fhir/trail/trail", "CloudTrail takes its role"),
        ("fhir/backup/selection", "AWS Backup takes its role"),
        ("fhir/database-key/key", "an administrator grants the use of the key"),
        ("fhir/data/bucket", "an object is stored under another key"),
        ("fhir/data/bucket", "a locked object is deleted before its time"),
        ("fhir/network/s3", "data leaves through the endpoint to another account's bucket"),
    ] {
        assert!(found.iter().any(|one| one.path == path && one.row == row), "{path}: {row}: {found:#?}");
    }
    let missing = order::judge(&estate).missing;
    for (later, earlier) in [
        ("fhir/service/load-balancer", "fhir/network/internet-gateway-attachment"),
        ("fhir/service/load-balancer", "fhir/network/public-default-route"),
        ("fhir/service/service", "fhir/network/private-default-route-1"),
        ("fhir/service/service", "fhir/network/ecr-api"),
        ("fhir/service/service", "fhir/data/policy"),
        ("fhir/database/instance", "fhir/database/monitoring-policy"),
        ("fhir/database/instance", "fhir/database/os-metrics-log"),
    ] {
        let there = missing.iter().any(|one| one.later == later && one.earlier == earlier);
        assert!(there, "{later} without {earlier}: {missing:#?}");
    }
}

mod lint {
    use ironward_judges::template;

    use super::*;

    #[test]
    fn every_example_is_a_template_without_errors() {
        let linter = std::env::var("IRONWARD_TEST_CFN_LINT")
            .expect("IRONWARD_TEST_CFN_LINT isn't set: run `cargo xtask test --only lint`");
        for (example, environment) in EXAMPLES {
            let diagnostics = template::lint(&linter, &deployed(example, environment)).unwrap();
            let diagnostics: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
            assert_eq!(diagnostics, Vec::<String>::new(), "{example} {environment:?}");
        }
    }
}
