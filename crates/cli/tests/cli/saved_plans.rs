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
fn a_plan_file_says_nothing_of_the_plan() {
    let bench = saved();
    let text = fs::read_to_string(bench.path().join("plan")).unwrap();
    assert!(text.contains("clinic") && text.contains("the sandbox in us-east-1"));
    for told in ["network", "records", "Test::", "create", "10.0"] {
        assert!(!text.contains(told), "{told}: {text}");
    }
}

#[test]
fn an_edited_plan_is_refused() {
    let bench = saved();
    let file = bench.path().join("plan");
    let text = fs::read_to_string(&file).unwrap();
    let edit = |edit: &dyn Fn(&mut Json)| {
        let mut json: Json = serde_json::from_str(&text).unwrap();
        edit(&mut json);
        // As our own writer would have written it, whose members are in this order.
        let names = ["ironward_plan", "program", "stack", "cloud", "sealed"];
        let members: Vec<String> = names.iter().map(|name| format!("  \"{name}\": {}", json[name])).collect();
        fs::write(&file, format!("{{\n{}\n}}\n", members.join(",\n"))).unwrap();
    };
    edit(&|_| {});
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
    edit(&|json| {
        let sealed = json["sealed"].as_str().unwrap();
        let (head, body) = sealed.split_once('\n').unwrap();
        let other = if body.starts_with("\"A") { 'B' } else { 'A' };
        json["sealed"] = format!("{head}\n\"{other}{}", &body[2..]).into();
    });
    refuses(&bench, &up(&bench), "its digest doesn't fit");
    // What stands in clear is bound to what is sealed.
    fs::write(bench.path().join("Ironward.toml"), "default = \"second\"\n[stack.second]\n").unwrap();
    fs::rename(bench.path().join(".ironward/stacks/sandbox"), bench.path().join(".ironward/stacks/second"))
        .unwrap();
    edit(&|json| json["stack"] = "second".into());
    refuses(&bench, &up(&bench), "its digest doesn't fit");
    fs::write(&file, format!("{text} ")).unwrap();
    refuses(&bench, &up(&bench), "was edited or damaged");
    fs::write(&file, &text[..text.len() / 2]).unwrap();
    refuses(&bench, &up(&bench), "isn't a saved plan");
    fs::remove_file(&file).unwrap();
    refuses(&bench, &up(&bench), "can't read the plan");
}
