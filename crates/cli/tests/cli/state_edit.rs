//! `state mv`, `rm`, `pull` and `push`.

use ironward_core::declare::Declaration as _;
use ironward_core::stack::{Hipaa, Stack};
use serde_json::{Value as Json, json};

use crate::bench::Bench;
use crate::world::Network;

fn pulled(bench: &Bench) -> Json {
    let state = bench.run("state pull").expect(0).out;
    serde_json::from_str(&state).expect(&state)
}

#[test]
fn a_resource_is_moved_and_the_program_decides_what_that_means() {
    let bench = Bench::applied();
    let ran = bench.run("state mv data/archive data/old-archive").expect(0);
    assert!(ran.out.contains("moved data/archive → data/old-archive (store-0003)"), "{}", ran.seen());
    let plan = bench.run("preview").expect(0).out;
    assert!(plan.contains("1 to create, 1 to delete"), "{plan}");
    bench.run("state mv data/old-archive data/archive").expect(0);
    bench.run("preview --detailed-exitcode").expect(0);
}

#[test]
fn a_component_is_moved_with_what_is_inside() {
    let bench = Bench::applied();
    let ran = bench.run("state mv network net").expect(0);
    assert!(ran.out.contains("network/main → net/main") && ran.out.contains("network/backup → net/backup"));
}

#[test]
fn an_edit_refuses_with_a_way_on() {
    let bench = Bench::new();
    let refused = |bench: &Bench, typed: &str| bench.run(typed).expect(1).err;
    let text = refused(&bench, "state mv a b");
    assert!(
        text.contains("nothing is recorded for this stack yet") && text.contains("`up` begins one"),
        "{text}"
    );
    assert!(!bench.path().join(".ironward").exists());
    let bench = Bench::applied();
    let text = refused(&bench, "state mv data/archiv data/b");
    assert!(text.contains("nothing is recorded at `data/archiv`"), "{text}");
    assert!(text.contains("did you mean `data/archive`?"), "{text}");
    let text = refused(&bench, "state mv data/archive data/records");
    assert!(text.contains("`data/records` is taken by Test::Data::Store store-0004"), "{text}");
    assert!(text.contains("`state rm data/records`"), "{text}");
    let text = refused(&bench, "state mv data/archive Data");
    assert!(text.contains("not a valid name"), "{text}");
    let text = refused(&bench, "state rm data/record");
    assert!(text.contains("did you mean `data/records`?"), "{text}");
    bench.run("preview --detailed-exitcode").expect(0);
}

#[test]
fn what_is_let_go_of_stays_in_the_cloud_and_can_be_taken_back() {
    let bench = Bench::applied();
    let ran = bench.run("state rm network/main").expect(0);
    assert!(
        ran.out.contains("forgotten network/main (Test::Net::Network network-0001): it stays"),
        "{}",
        ran.seen()
    );
    assert!(
        ran.err.contains("`network/backup`, `data/records` is built on it")
            || ran.err.contains("is built on it"),
        "{}",
        ran.seen()
    );
    assert!(ran.err.contains("`import network/main network-0001` takes it back"), "{}", ran.seen());
    assert_eq!(bench.world.ids().len(), 4);
    bench.run("import network/main network-0001 --yes").expect(0);
    bench.run("preview --detailed-exitcode").expect(0);
    assert_eq!(bench.world.ids().len(), 4);
}

#[test]
fn a_state_is_pulled_edited_and_pushed() {
    let bench = Bench::applied();
    let file = bench.path().join("edited.json");
    let push = |state: &Json, flags: &str, code: u8| {
        std::fs::write(&file, state.to_string()).unwrap();
        bench.run(&format!("state push {} {flags}", file.display())).expect(code)
    };
    let mut state = pulled(&bench);
    let ran = push(&state, "", 1);
    assert!(ran.err.contains("it isn't newer") && ran.err.contains("--force"), "{}", ran.seen());
    let serial = state["serial"].as_u64().unwrap();
    state["serial"] = json!(serial + 1);
    state["resources"].as_object_mut().unwrap().remove("data/archive");
    let ran = push(&state, "", 0);
    assert!(ran.out.contains("recorded 3 resources"), "{}", ran.seen());
    assert_eq!(pulled(&bench)["resources"].as_object().unwrap().len(), 3);
    // What came between is lost only where that is asked for.
    push(&state, "", 1);
    push(&state, "--force", 0);
    let mut foreign = state.clone();
    foreign["lineage"] = json!("ffffffffffffffffffffffffffffffff");
    foreign["serial"] = json!(serial + 100);
    assert!(push(&foreign, "--force", 1).err.contains("this is the state of another stack"));
    let mut broken = state;
    broken["generations"] = json!({});
    broken["serial"] = json!(serial + 100);
    assert!(push(&broken, "", 1).err.contains("contradicts itself"));
    std::fs::write(&file, "{\"password\": \"hunter2\"").unwrap();
    let ran = bench.run(&format!("state push {}", file.display())).expect(1);
    assert!(ran.err.contains("it was cut off") && !ran.err.contains("hunter2"), "{}", ran.seen());
    let ran = bench.run("state push none.json").expect(1);
    assert!(ran.err.contains("can't read the state none.json"), "{}", ran.seen());
    bench.run("up --yes").expect(0);
}

#[test]
fn the_history_tells_of_edits_and_goes_on_over_a_push() {
    let bench = Bench::applied();
    bench.run("state mv data/archive data/b").expect(0);
    bench.run("state rm data/b").expect(0);
    let mut state = pulled(&bench);
    state["serial"] = json!(state["serial"].as_u64().unwrap() + 1);
    // Whatever the text says of the applies: the chain doesn't take that over.
    state["applies"] = json!(40);
    let file = bench.path().join("edited.json");
    std::fs::write(&file, state.to_string()).unwrap();
    bench.run(&format!("state push {}", file.display())).expect(0);
    let history = bench.run("history --json").expect(0).events();
    let applies: Vec<(u64, &str, &str)> = history
        .iter()
        .filter(|event| event["event"] == "apply")
        .map(|apply| {
            (
                apply["number"].as_u64().unwrap(),
                apply["command"].as_str().unwrap(),
                apply["verdict"].as_str().unwrap(),
            )
        })
        .collect();
    let wanted = [(1, "up"), (2, "move"), (3, "forget"), (4, "push")];
    assert_eq!(applies, wanted.map(|(number, command)| (number, command, "succeeded")));
    let told = bench.run("history").expect(0).out;
    for words in ["state mv ", "1 moved", "1 let go of", "3 recorded"] {
        assert!(told.contains(words), "{told}");
    }
    bench.run("history verify").expect(0);
    bench.run("up --yes").expect(0);
    assert_eq!(pulled(&bench)["applies"], json!(5));
    bench.run("history verify").expect(0);
}

#[test]
fn an_edit_tells_programs_what_it_did() {
    let bench = Bench::applied();
    let events = bench.run("state mv data/archive data/b --json").expect(0).events();
    let moved = events.iter().find(|event| event["event"] == "moved").unwrap();
    assert_eq!((&moved["path"], &moved["to"]), (&json!("data/archive"), &json!("data/b")));
    let events = bench.run("state pull --json").expect(0).events();
    assert!(events.iter().any(|event| event["event"] == "state" && event["state"]["format"] == 3));
}

/// What is at `path` belongs to another stack, and this one only uses it.
fn used(bench: &Bench, path: &str) {
    let mut state = pulled(bench);
    state["serial"] = json!(state["serial"].as_u64().unwrap() + 1);
    state["resources"][path]["sharing"] = json!("used");
    let file = bench.path().join("used.json");
    std::fs::write(&file, state.to_string()).unwrap();
    bench.run(&format!("state push {}", file.display())).expect(0);
}

#[test]
fn what_is_only_used_is_let_go_of_with_a_word_on_its_tag() {
    let bench = Bench::applied();
    used(&bench, "data/archive");
    let lineage = pulled(&bench)["lineage"].as_str().unwrap().to_owned();
    let ran = bench.run("state rm data/archive").expect(0);
    assert!(
        ran.out.contains("data/archive (Test::Data::Store store-0003): it is another's, and stays"),
        "{}",
        ran.seen()
    );
    assert!(ran.err.contains(&format!("`ironward:used-by:{lineage}`")), "{}", ran.seen());
    assert!(ran.err.contains("store-0003") && ran.err.contains("remove that tag"), "{}", ran.seen());
    assert!(ran.err.contains("uses it again") && !ran.err.contains("takes it back"), "{}", ran.seen());
    // It is no leftover of this stack's.
    let ran = bench.run("state remains").expect(0);
    assert!(ran.out.contains("Nothing remains that isn't managed."), "{}", ran.seen());
}

#[test]
fn what_is_only_used_is_shown_as_anothers() {
    let bench = Bench::applied();
    used(&bench, "data/archive");
    let shown = bench.run("state show data/archive").expect(0).out;
    assert!(shown.contains("another's: this stack only uses it"), "{shown}");
    assert!(shown.contains("ironward:lineage"), "{shown}");
    assert!(
        shown.contains("Declared here, which nothing is changed to:") && !shown.contains("Properties:"),
        "{shown}"
    );
}

#[test]
fn what_was_let_go_of_is_told_with_what_to_do_about_it() {
    let bench = Bench::applied();
    bench.run("state rm data/archive").expect(0);
    let ran = bench.run("state remains").expect(0);
    assert!(
        ran.err.contains("you delete it in the cloud") && ran.err.contains("`state remains --forget PATH`"),
        "{}",
        ran.seen()
    );
}

#[test]
fn a_run_that_lets_go_of_something_says_what_to_do_about_it() {
    let bench = Bench::new();
    let kept = |stack: &mut Stack<Hipaa>| {
        stack.add("kept", Network::new("10.0.0.0/16").options().retain_on_delete()).map(drop)
    };
    bench.run_program("clinic", "up --yes", kept).expect(0);
    let ran = bench.run_program("clinic", "up --yes", |_: &mut Stack<Hipaa>| Ok(())).expect(0);
    assert!(ran.out.contains("1 let go of") && ran.out.contains("stays, unmanaged"), "{}", ran.seen());
    assert!(ran.err.contains("you delete it in the cloud"), "{}", ran.seen());
    assert!(ran.err.contains("`state remains --forget PATH`"), "{}", ran.seen());
}
