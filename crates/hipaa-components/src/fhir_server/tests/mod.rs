//! What the parts of a server come to together.

mod moves;
mod refusals;

use ironward_aws::elbv2::JwtValidation;
use serde_json::json;

use super::*;
use crate::image::Transport;
use crate::three_tier;

fn builder() -> HipaaFhirServerBuilder<Given, Given, Given, Given, Given> {
    HipaaFhirServer::builder("fhir")
        .environment(Environment::Production)
        .network(three_tier!("10.0.0.0/16", zones = 2))
        .database(DbInstanceClass::new("db.r6g.large"), Storage::gib(100))
        .certificate(ServiceCertificate::requested("fhir.example.org"))
        .access(Access::tokens(JwtValidation::new("https://sso.example.org", "https://sso.example.org/keys")))
}

#[test]
fn what_is_set_on_the_server_reaches_its_service() {
    let mut stack = Stack::new("clinic");
    builder().tasks(5).tls_policy(TlsPolicy::Tls13Only).build(&mut stack).unwrap();
    let program = stack.program();
    let property = |path: &str, name: &str| {
        let resource = program.resources.values().find(|r| r.path.as_str() == path).unwrap();
        let value = resource.properties[name].evaluate(&|_| ironward_core::value::Known::Later).unwrap();
        value.to_json().unwrap()
    };
    assert_eq!(property("fhir/service/service", "DesiredCount"), json!(5));
    assert_eq!(property("fhir/service/listener", "SslPolicy"), json!("ELBSecurityPolicy-TLS13-1-3-2021-06"));
}

/// A property of a resource of a program, as far as it is known before it is applied.
fn declared(stack: &Stack<Hipaa>, path: &str, name: &str) -> Option<serde_json::Value> {
    let program = stack.program();
    let resource = program.resources.values().find(|resource| resource.path.as_str() == path)?;
    let later = |_: &_| ironward_core::value::Known::Value("known-after-apply".into());
    resource.properties.get(name)?.evaluate(&later).unwrap().to_json()
}

/// Those that the book shows.
#[test]
fn first_plans_have_these_figures() {
    let (two, three) = (three_tier!("10.0.0.0/16", zones = 2), three_tier!("10.0.0.0/16", zones = 3));
    for (environment, network, count) in [
        (Environment::Production, three, 115),
        (Environment::Production, two, 105),
        (Environment::Staging, three, 107),
        (Environment::Development, two, 101),
    ] {
        let mut stack = Stack::new("clinic");
        builder().environment(environment).network(network).build(&mut stack).unwrap();
        assert_eq!(stack.program().resources.len(), count, "{environment:?}");
    }
}

#[test]
fn an_image_that_asks_nobody_is_not_taken_at_its_word() {
    let access = Access::authenticated_by_image("it asks for a password");
    let error = builder().access(access).build(&mut Stack::new("clinic")).unwrap_err().to_string();
    assert!(error.contains("Access::tokens") && error.contains("164.312(d)"), "{error}");
    let nobody = builder().access(Access::peers([])).build(&mut Stack::new("clinic"));
    assert!(nobody.unwrap_err().to_string().contains("names nobody"));
}

#[test]
fn who_may_ask_is_asked_at_the_listener() {
    let mut stack = Stack::new("clinic");
    builder().build(&mut stack).unwrap();
    let actions = declared(&stack, "fhir/service/listener", "DefaultActions").unwrap();
    assert_eq!(actions[0]["Type"], json!("jwt-validation"), "{actions}");

    let mut stack = Stack::new("clinic");
    let inside = Access::internal([ironward_aws::peer_cidr!("10.20.0.0/16")]);
    builder().access(inside).build(&mut stack).unwrap();
    assert_eq!(declared(&stack, "fhir/service/load-balancer", "Scheme"), Some(json!("internal")));
    let open = stack
        .program()
        .resources
        .values()
        .any(|resource| resource.path.as_str() == "fhir/service/internet-to-balancer");
    assert!(!open);
}

/// Whoever connects a network of his own can add the way back to it, for each subnet of the load balancer.
#[test]
fn a_network_outside_is_led_back() {
    use ironward_aws::ec2::{Cidr, Route, TransitGatewayId};
    for (environment, tables) in [(Environment::Production, 2), (Environment::Development, 1)] {
        let mut stack = Stack::new("clinic");
        let inside = Access::internal([ironward_aws::peer_cidr!("10.200.0.0/16")]);
        let server = builder().environment(environment).access(inside).build(&mut stack).unwrap();
        let remarks = stack.program().remarks;
        assert!(remarks.iter().any(|remark| remark.text.contains("`HipaaVpc::private_route_tables`")));
        assert_eq!(server.vpc().private_route_tables().len(), tables);
        for (index, table) in server.vpc().private_route_tables().iter().enumerate() {
            let gateway = TransitGatewayId::new("tgw-0123456789abcdef0");
            let back = Route::to_transit_gateway(table.clone(), gateway, Cidr::parse("10.200.0.0/16"));
            stack.add(&format!("office-{index}"), back).unwrap();
        }
        let program = stack.program();
        let references = |path: &str| {
            let resource = program.resources.values().find(|resource| resource.path.as_str() == path);
            let values = resource.unwrap().properties.values().flat_map(|value| value.references());
            values.map(|attr| attr.path.to_string()).collect::<Vec<_>>()
        };
        let led_back: Vec<String> =
            (0..tables).flat_map(|index| references(&format!("office-{index}"))).collect();
        let mut subnets = references("fhir/service/load-balancer");
        subnets.retain(|path| path.contains("private-subnet-"));
        assert_eq!(subnets.len(), 2);
        for association in subnets {
            let table = references(&association).into_iter().find(|path| path.contains("private-table-"));
            assert!(led_back.contains(&table.unwrap()), "{association}");
        }
    }
}

#[test]
fn only_production_locks_unless_it_is_asked_for() {
    let locked = |environment, asked: Option<bool>| {
        let mut stack = Stack::new("clinic");
        let server = builder().environment(environment);
        let server = if let Some(asked) = asked { server.locks(asked) } else { server };
        server.build(&mut stack).unwrap();
        let vault = declared(&stack, "fhir/backup/vault", "LockConfiguration").is_some();
        let bucket = declared(&stack, "fhir/data/bucket", "ObjectLockConfiguration").is_some();
        assert_eq!(vault, bucket);
        vault
    };
    assert!(locked(Environment::Production, None) && locked(Environment::Production, Some(false)));
    assert!(!locked(Environment::Development, None) && locked(Environment::Development, Some(true)));
}

#[test]
fn a_retention_takes_no_lock_off_that_must_be() {
    let of = |environment, asked| {
        let server = builder().environment(environment).retention(Retention::default().unlocked());
        server.locks(asked).build(&mut Stack::new("clinic")).err().map(|error| error.to_string())
    };
    let refused = of(Environment::Production, false).unwrap();
    assert!(
        refused.contains("production locks what it keeps") && refused.contains("164.312(c)(1)"),
        "{refused}"
    );
    assert!(of(Environment::Development, true).unwrap().contains("`locks(true)` locks what it keeps"));
    assert_eq!(of(Environment::Development, false), None);
}

#[test]
fn backups_keep_clear_of_the_databases_windows() {
    use crate::windows::DailyWindow;
    let mut stack = Stack::<Hipaa>::new("clinic");
    let server = builder().build(&mut stack).unwrap();
    let key = HipaaKey::declare(&mut stack, "key", KeyUse::Backup).unwrap().customer_key();
    let mut refused = |name: &str, begins: DailyWindow| {
        let plan = BackupPlan::builder(name, key.clone(), Retention::default());
        let plan = plan.database(server.database()).begins(begins).build(&mut stack);
        plan.unwrap_err().to_string()
    };
    let error = refused("early", DailyWindow::of(5, 0, 60));
    assert!(error.contains("mon:04:30-mon:05:30") && error.contains("`.begins(…)`"), "{error}");
    assert!(refused("earlier", DailyWindow::of(2, 30, 60)).contains("its own backups"));
}

#[test]
fn with_images_of_its_own_nothing_leads_out() {
    let digest = format!("sha256:{}", "0".repeat(64));
    let image =
        FhirImage::custom("111122223333.dkr.ecr.us-east-1.amazonaws.com/fhir", &digest, 8443, Transport::Tls);
    let mut stack = Stack::new("clinic");
    builder().image(image).build(&mut stack).unwrap();
    let program = stack.program();
    let ways: Vec<&str> = program
        .resources
        .keys()
        .map(|path| path.as_str())
        .filter(|path| path.contains("nat-gateway") || path.contains("private-default-route"))
        .collect();
    assert!(ways.is_empty(), "{ways:?}");
}

#[test]
fn production_runs_two_tasks_at_least() {
    let error = builder().tasks(1).build(&mut Stack::new("clinic")).unwrap_err().to_string();
    assert!(error.contains("at least two tasks") && error.contains("164.308(a)(7)(ii)(C)"), "{error}");
}
