//! `preview --out` and `up PLAN`.

use std::fs;

use serde_json::Value as Json;

use crate::bench::Bench;

#[track_caller]
fn refuses(bench: &Bench, typed: &str, what: &str) {
    let before = bench.world.ids();
    let ran = bench.run(typed).expect(1);
    assert!(ran.err.contains(what), "{}", ran.seen());
    assert!(ran.err.contains("hint:"), "{}", ran.seen());
    assert_eq!(bench.world.ids(), before, "something was applied");
}

fn saved() -> Bench {
    let bench = Bench::new();
    bench.run(&format!("preview --out {}", bench.path().join("plan").display())).expect(0);
    bench
}

fn up(bench: &Bench) -> String {
    format!("up {} --yes", bench.path().join("plan").display())
}

#[test]
fn a_plan_that_still_holds_is_applied() {
    let bench = saved();
    bench.run(&up(&bench)).expect(0);
    assert_eq!(bench.world.ids().len(), 4);
}

#[test]
fn a_plan_is_applied_once() {
    let bench = saved();
    bench.run(&up(&bench)).expect(0);
    refuses(&bench, &up(&bench), "was made from serial 0 of the state, which has serial");
}

#[test]
fn a_changed_program_is_told() {
    let mut bench = saved();
    bench.clinic.size = 101;
    refuses(&bench, &up(&bench), "is no longer what would be done: `data/records`");
}

#[test]
fn an_outside_change_is_told() {
    let bench = Bench::applied();
    bench.run(&format!("preview --out {}", bench.path().join("plan").display())).expect(0);
    bench.world.change("network-0002", "Label", "by hand");
    refuses(&bench, &up(&bench), "is no longer what would be done: `network/backup`");
}

#[test]
fn a_plan_of_another_program_stack_cloud_or_state_is_refused() {
    let bench = saved();
    let clinic = bench.clinic.clone();
    let ran = bench.run_program("other", &up(&bench), move |stack| clinic.declare(stack)).expect(1);
    assert!(ran.err.contains("is of the program `clinic`, and this is `other`"), "{}", ran.err);
    fs::write(bench.path().join("Ironward.toml"), "[stack.second]\n").unwrap();
    refuses(
        &bench,
        &format!("{} --stack second", up(&bench)),
        "is of the stack `sandbox`, and this is `second`",
    );
    refuses(
        &bench,
        &format!("{} --endpoint http://127.0.0.1:1", up(&bench)),
        "was made for the sandbox in us-east-1",
    );
    fs::remove_dir_all(bench.path().join(".ironward")).unwrap();
    refuses(&bench, &up(&bench), "another state (its lineage differs)");
}

#[test]
fn an_edited_plan_is_refused() {
    let bench = saved();
    let file = bench.path().join("plan");
    let text = fs::read_to_string(&file).unwrap();
    let mut json: Json = serde_json::from_str(&text).unwrap();
    json["plan"]["changes"][0]["type"] = "Test::Other".into();
    fs::write(&file, json.to_string()).unwrap();
    refuses(&bench, &up(&bench), "its digest doesn't fit");
    fs::write(&file, &text[..text.len() / 2]).unwrap();
    refuses(&bench, &up(&bench), "isn't a saved plan");
    fs::remove_file(&file).unwrap();
    refuses(&bench, &up(&bench), "can't read the plan");
}
