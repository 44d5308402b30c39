//! `import`.

use ironward_core::document::Document;
use serde_json::json;

use crate::bench::Bench;

fn with_network() -> Bench {
    let bench = Bench::new();
    let properties = Document::new().with("Cidr", "10.0.0.0/16").with("Label", "by hand");
    bench.world.plant("network-by-hand", properties);
    bench
}

#[test]
fn one_thing_is_imported_and_nothing_else_is_touched() {
    let bench = with_network();
    bench.snapshot("import_one", &bench.run("import network/main network-by-hand --yes").expect(0).seen());
    assert_eq!(bench.world.ids(), ["network-by-hand"]);
    let ran = bench.run("up --yes").expect(0);
    assert!(ran.out.contains("3 created, 1 unchanged"), "{}", ran.seen());
    assert_eq!(bench.world.ids().len(), 4);
    let ran = bench.run("state import network/main network-by-hand --yes").expect(1);
    assert!(ran.err.contains("is managed already: it is `network-by-hand`"), "{}", ran.seen());
}

#[test]
fn an_import_asks_and_says_how_not_to() {
    let mut bench = with_network();
    let ran = bench.run("import network/main network-by-hand").expect(1);
    assert!(ran.err.contains("`import network/main network-by-hand --yes`"), "{}", ran.seen());
    bench.terminal = true;
    bench.answer = "no\n";
    bench.run("import network/main network-by-hand").expect(1);
    assert!(bench.run("state list").expect(0).out.contains("Nothing is deployed"));
    bench.answer = "yes\n";
    bench.snapshot("import_terminal", &bench.run("import network/main network-by-hand").expect(0).seen());
}

#[test]
fn what_cannot_be_imported_is_refused_with_a_way_on() {
    let bench = with_network();
    let refused = |typed: &str| bench.run(typed).expect(1).err;
    let text = refused("import network/mian network-by-hand --yes");
    assert!(
        text.contains("no resource `network/mian`") && text.contains("did you mean `network/main`?"),
        "{text}"
    );
    let text = refused("import network/main network-none --yes");
    assert!(text.contains("there is none in us-east-1 of account 123456789012"), "{text}");
    assert!(text.contains("programs.rs:"), "{text}");
    let text = refused("import network/backup network-by-hand --yes");
    assert!(text.contains("would replace it at once: its Cidr is \"10.0.0.0/16\""), "{text}");
    let text = refused("import data/records store-1 --yes");
    assert!(text.contains("there is none"), "{text}");
    let text = refused("import network/main");
    assert!(text.contains("<ID>"), "{text}");
    refused("import");
}

#[test]
fn an_import_that_fails_is_finished_by_up() {
    let bench = with_network();
    let error = ironward_core::error::ProviderError::new(
        ironward_core::error::ProviderErrorKind::Denied,
        "test:TagNetwork",
        "user clinic may not do that",
    );
    bench.world.fail("update", "network/main", error);
    let ran = bench.run("import network/main network-by-hand --yes").expect(1);
    assert!(ran.out.contains("Correct the cause, then type `up`"), "{}", ran.seen());
    bench.world.mend();
    bench.run("up --yes").expect(0);
    assert!(bench.world.ids().contains(&"network-by-hand".to_owned()));
}

#[test]
fn a_terraform_state_is_told_apart_and_never_quoted() {
    let bench = Bench::new();
    let file = bench.path().join("terraform.tfstate");
    let state = json!({"version": 4, "serial": 3, "lineage": "x", "outputs": {}, "resources": [
        {"mode": "managed", "type": "aws_vpc", "name": "main", "instances": [{"attributes": {"id": "vpc-1"}}]},
        {"module": "module.data", "mode": "managed", "type": "aws_db_instance", "name": "db",
         "instances": [{"index_key": "a", "attributes": {"identifier": "db", "password": "hunter2"}}]},
        {"mode": "managed", "type": "aws_s3_bucket_versioning", "name": "v", "instances": [{"attributes": {}}]},
        {"mode": "managed", "type": "random_password", "name": "p", "instances": [{"attributes": {"result": "hunter2"}}]},
        {"mode": "data", "type": "aws_ami", "name": "it", "instances": []}
    ]});
    std::fs::write(&file, state.to_string()).unwrap();
    let typed = format!("import --from-terraform {} --yes", file.display());
    let ran = bench.run(&typed).expect(0);
    bench.snapshot("import_terraform", &ran.seen());
    let events = bench.run(&format!("{typed} --json")).expect(0);
    assert!(events.events().iter().any(|event| event["event"] == "unmatched"), "{}", events.out);
    for text in [&ran.out, &ran.err, &events.out, &events.err] {
        assert!(!text.contains("hunter2"), "{text}");
    }
    let refused = |typed: &str| bench.run(typed).expect(1).err;
    let text = refused(&format!("{typed} --map aws_vpc.none=network/main"));
    assert!(text.contains("the Terraform state has no `aws_vpc.none`"), "{text}");
    let text = refused(&format!("{typed} --map aws_vpc.main=network/main"));
    assert!(text.contains("which is of type Test::Net::Network"), "{text}");
    let text = refused(&format!("{typed} --map aws_vpc.main"));
    assert!(text.contains("has no `=`"), "{text}");
    std::fs::write(&file, r#"{"version": 4, "resources": [{"mode": "hunter2", "type": 4}]}"#).unwrap();
    let text = refused(&typed);
    assert!(text.contains("isn't a Terraform state") && !text.contains("hunter2"), "{text}");
    assert!(
        !bench.path().join(".ironward/stacks/sandbox/state.json").exists()
            || bench.run("state list").expect(0).out.contains("Nothing")
    );
}
