//! `preview`, `up`, `destroy`, `drift` and `refresh`, and what they show.

use ironward_core::error::{ProviderError, ProviderErrorKind};
use serde_json::json;

use crate::bench::Bench;

#[test]
fn a_first_preview_off_a_terminal() {
    let bench = Bench::new();
    let ran = bench.run("preview").expect(0);
    bench.snapshot("first_preview_plain", &ran.seen());
    assert!(bench.world.ids().is_empty(), "a preview changed the cloud");
}

#[test]
fn a_first_preview_on_a_terminal() {
    let mut bench = Bench::new();
    bench.terminal = true;
    bench.snapshot("first_preview_terminal", &bench.run("preview").expect(0).seen());
}

#[test]
fn the_first_line_names_the_cloud() {
    let bench = Bench::new();
    std::fs::write(
        bench.path().join("Ironward.toml"),
        "[stack.live]\ncloud = \"aws\"\naccount = \"210987654321\"\nregion = \"eu-central-1\"\n",
    )
    .unwrap();
    let first = |typed: &str| bench.run(typed).expect(0).out.lines().next().unwrap().to_owned();
    assert_eq!(
        first("preview"),
        "clinic, stack sandbox: the embedded sandbox, us-east-1 (nothing leaves this machine)"
    );
    assert_eq!(first("preview --stack live"), "clinic, stack live: AWS account 210987654321, eu-central-1");
    for command in ["outputs", "state list", "drift", "refresh"] {
        assert_eq!(
            first(&format!("{command} --stack live --endpoint http://127.0.0.1:5000")),
            "clinic, stack live: the emulator at http://127.0.0.1:5000, eu-central-1"
        );
    }
    let graph = bench.run("graph").expect(0);
    assert!(graph.out.starts_with("digraph") && graph.err.starts_with("clinic, stack sandbox:"));
}

#[test]
fn up_shows_what_it_does_and_ends_with_outputs() {
    let bench = Bench::new();
    bench.snapshot("up_plain", &bench.run("up --yes").expect(0).seen());
    assert_eq!(bench.world.ids().len(), 4);
    bench.snapshot("up_again", &bench.run("up --yes").expect(0).seen());
    assert!(bench.run("preview --detailed-exitcode").expect(0).out.contains("nothing to do, 4 unchanged"));
}

#[test]
fn an_edit_of_every_kind_on_a_terminal() {
    let mut bench = Bench::applied();
    bench.terminal = true;
    bench.clinic.size = 200;
    bench.clinic.cidr = "10.1.0.0/16";
    bench.clinic.archive = false;
    bench.clinic.statement = json!([{"Effect": "Deny", "Action": "s3:Delete*", "Resource": "*"}]);
    bench.world.change("store-0004", "Versioning", "Suspended");
    let ran = bench.run("preview --detailed-exitcode").expect(2);
    bench.snapshot("edits_terminal", &ran.seen());
    bench.terminal = false;
    bench.snapshot("edits_plain", &bench.run("preview").expect(0).seen());
}

#[test]
fn colours_are_only_there_where_they_are_wanted() {
    let mut bench = Bench::new();
    bench.terminal = true;
    let with = |bench: &Bench, typed: &str, color: bool| {
        let (out, err) = (crate::bench::Sink::default(), crate::bench::Sink::default());
        let mut process_env = bench.process_env(typed, out.clone(), err);
        process_env.color = color;
        let clinic = bench.clinic.clone();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(ironward_cli::run_with("clinic", move |stack| clinic.declare(stack), process_env));
        out.text()
    };
    assert!(with(&bench, "preview", true).contains("\x1b[32m"));
    assert!(!with(&bench, "preview --no-color", true).contains('\x1b'));
    assert!(!with(&bench, "preview", false).contains('\x1b'));
}

#[test]
fn applying_without_yes_asks_and_shows_what_is_destroyed() {
    let mut bench = Bench::applied();
    bench.terminal = true;
    bench.clinic.archive = false;
    bench.answer = "no\n";
    let ran = bench.run("up").expect(1);
    assert!(
        ran.out.contains("This destroys:\n    data/archive Test::Data::Store store-0003 is deleted"),
        "{}",
        ran.seen()
    );
    assert!(ran.err.contains("not applied"), "{}", ran.seen());
    assert_eq!(bench.world.ids().len(), 4);
    bench.answer = "yes\n";
    bench.run("up").expect(0);
    assert_eq!(bench.world.ids().len(), 3);
}

#[test]
fn off_a_terminal_applying_without_yes_refuses() {
    let bench = Bench::new();
    let ran = bench.run("up").expect(1);
    assert!(ran.err.contains("nobody can be asked here") && ran.err.contains("`up --yes`"), "{}", ran.seen());
    assert!(bench.world.ids().is_empty());
    let bench = Bench::applied();
    let ran = bench.run("destroy").expect(1);
    assert!(ran.err.contains("`destroy --yes`"), "{}", ran.seen());
    assert_eq!(bench.world.ids().len(), 4);
}

#[test]
fn drift_names_resource_property_values_and_line_and_up_repairs_it() {
    let bench = Bench::applied();
    assert!(bench.run("drift --detailed-exitcode").expect(0).out.contains("0 of 4 resources"));
    bench.world.change("store-0004", "Versioning", "Suspended");
    bench.world.remove("network-0002");
    bench.run("drift").expect(0);
    bench.snapshot("drift", &bench.run("drift --detailed-exitcode").expect(2).seen());
    bench.run("up --yes").expect(0);
    bench.run("drift --detailed-exitcode").expect(0);
}

#[test]
fn a_failure_says_what_was_done_what_was_not_and_what_to_type() {
    let mut bench = Bench::new();
    let error =
        ProviderError::new(ProviderErrorKind::Denied, "test:CreateNetwork", "user clinic may not do that")
            .with_code("AccessDenied");
    bench.world.fail("create", "network/backup", error);
    bench.snapshot("failure_plain", &bench.run("up --yes").expect(1).seen());
    bench.terminal = true;
    bench.snapshot("failure_terminal", &bench.run("up --yes").expect(1).seen());
    bench.world.mend();
    bench.run("up --yes").expect(0);
    assert_eq!(bench.world.ids().len(), 4);
}

#[test]
fn destroy_takes_everything_down() {
    let bench = Bench::applied();
    bench.snapshot("destroy_plain", &bench.run("destroy --yes").expect(0).seen());
    assert!(bench.world.ids().is_empty());
    assert!(bench.run("destroy --yes").expect(0).out.contains("nothing to do"));
}

#[test]
fn protected_resources_are_named_and_taken_down_only_with_the_flag() {
    let mut bench = Bench::new();
    bench.clinic.protect = true;
    bench.run("up --yes").expect(0);
    bench.snapshot("destroy_protected", &bench.run("destroy --yes").expect(1).seen());
    assert_eq!(bench.world.ids().len(), 4);
    let ran = bench.run("destroy --yes --lift-protection").expect(0);
    bench.snapshot("destroy_lifted", &ran.seen());
    assert!(bench.world.ids().is_empty());
}

#[test]
fn refresh_drops_what_is_gone_and_changes_nothing() {
    let bench = Bench::applied();
    bench.world.remove("store-0003");
    bench.snapshot("refresh", &bench.run("refresh").expect(0).seen());
    assert_eq!(bench.world.ids().len(), 3);
    assert!(!bench.run("state list").expect(0).out.contains("data/archive"));
}

#[test]
fn a_first_interrupt_lets_running_operations_end_and_skips_the_rest() {
    let bench = Bench::new();
    bench.interrupt.ask();
    // Planning changes nothing, so it just ends.
    let ran = bench.run("preview").expect(130);
    assert!(ran.err.contains("interrupted; nothing was changed"), "{}", ran.seen());
}

#[tokio::test]
async fn an_apply_stops_in_good_order_and_goes_on_later() {
    let mut bench = Bench::new();
    bench.world.delay = std::time::Duration::from_millis(150);
    let (out, err) = (crate::bench::Sink::default(), crate::bench::Sink::default());
    let process_env = bench.process_env("up --yes", out.clone(), err.clone());
    let clinic = bench.clinic.clone();
    let interrupt = bench.interrupt.clone();
    let ask = async {
        while !out.text().contains("network/main  Test") {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        interrupt.ask();
    };
    let run = ironward_cli::run_with("clinic", move |stack| clinic.declare(stack), process_env);
    let (code, ()) = tokio::join!(run, ask);
    let text = out.text();
    assert_eq!(code, 1, "{text}{}", err.text());
    assert!(err.text().contains("stopping once running operations have ended"), "{}", err.text());
    assert!(text.contains("Stopped: 1 created, 3 not tried"), "{text}");
    assert!(text.contains("Type `up`: it goes on from here"), "{text}");
    assert_eq!(bench.world.ids().len(), 1);
}

#[tokio::test]
async fn a_second_interrupt_stops_at_once_and_nothing_is_made_twice() {
    let mut bench = Bench::new();
    bench.world.delay = std::time::Duration::from_millis(150);
    let (out, err) = (crate::bench::Sink::default(), crate::bench::Sink::default());
    let process_env = bench.process_env("up --yes", out.clone(), err.clone());
    let clinic = bench.clinic.clone();
    let interrupt = bench.interrupt.clone();
    let ask = async {
        while bench.world.ids().is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        interrupt.ask();
        interrupt.ask();
    };
    let run = ironward_cli::run_with("clinic", move |stack| clinic.declare(stack), process_env);
    let (code, ()) = tokio::join!(run, ask);
    assert_eq!(code, 130);
    assert!(err.text().contains("stopped at once"), "{}", err.text());
    bench.interrupt = ironward_cli::interrupt::Interrupt::new();
    bench.world.delay = std::time::Duration::ZERO;
    let dir = bench.path().to_owned();
    let bench = std::sync::Arc::new(bench);
    let again = std::sync::Arc::clone(&bench);
    tokio::task::spawn_blocking(move || again.run("up --yes").expect(0)).await.unwrap();
    assert_eq!(bench.world.ids().len(), 4, "{}", dir.display());
}
