//! The options on any resource.

use std::time::Duration;

use ironward_core::consent::Loss;
use ironward_core::declare::Accepted;
use ironward_core::schema::ReplaceOrder;
use serde_json::json;

use crate::support::lab::actions;
use crate::support::sketch::path;
use crate::support::types::{BOX, JOB, NAMED, STORE};
use crate::support::{Cloud, Lab, Look, is, of, sketch};

#[test]
fn ignored_changes_are_left_alone_also_when_their_aspect_is_updated() {
    let lab = Lab::new();
    let program = |size: i64, count: i64, label: &str| {
        sketch()
            .add("a", &BOX, [("Size", is(size)), ("Count", is(count)), ("Label", is(label))])
            .tune(|options| options.ignore_changes = vec!["Count"])
            .done()
    };
    lab.up(&program(1, 1, "x"));
    lab.cloud.tamper("a", "Count", 7);
    lab.cloud.clear();
    assert!(lab.plan(&program(1, 2, "x")).is_empty());
    // Size and Count share an API call; Count must keep what it has.
    lab.up(&program(2, 2, "x"));
    assert_eq!(lab.cloud.log(), ["update a size"]);
    assert_eq!(lab.cloud.property("a", "Count"), json!(7));
    lab.up(&program(2, 2, "y"));
    assert_eq!(lab.cloud.property("a", "Count"), json!(7));
}

#[test]
fn replace_on_changes_replaces() {
    let lab = Lab::new();
    let program = |label: &str| {
        sketch()
            .add("a", &BOX, [("Label", is(label))])
            .tune(|options| options.replace_on_changes = vec!["Label"])
            .done()
    };
    lab.up(&program("x"));
    assert_eq!(actions(&lab.plan(&program("y"))), ["replace a CreateFirst"]);
    lab.cloud.clear();
    lab.up(&program("y"));
    assert_eq!(lab.cloud.log(), ["create a", "delete a"]);
}

#[test]
fn what_is_protected_is_neither_deleted_nor_replaced() {
    let lab = Lab::new();
    let program =
        |zone: &str| sketch().add("a", &BOX, [("Zone", is(zone))]).tune(|o| o.protect = true).done();
    lab.up(&program("a"));
    let replaced = lab.problem(&program("b"));
    assert!(replaced.contains("would replace it (Zone can't be changed in place), and it is protected"));
    assert!(replaced.contains("options.rs:"), "{replaced}");
    let removed = lab.problem(&sketch().done());
    assert!(removed.contains("`a`: the plan would delete it, and it is protected"), "{removed}");
    lab.cloud.vanish("a");
    assert_eq!(actions(&lab.plan(&program("a"))), ["create a"]);
}

#[test]
fn protection_that_was_taken_away_is_recorded_first() {
    let lab = Lab::new();
    let program = |protect: bool| sketch().add("a", &BOX, []).tune(|o| o.protect = protect).done();
    lab.up(&program(true));
    lab.cloud.clear();
    let plan = lab.plan(&program(false));
    assert_eq!(actions(&plan), ["update a"]);
    assert_eq!(lab.up(&program(false)).counts, plan.counts());
    assert!(lab.cloud.log().is_empty());
    lab.up(&sketch().done());
    assert_eq!(lab.cloud.log(), ["delete a"]);
}

#[test]
fn destroy_names_what_is_protected_and_lifts_on_request() {
    let mut lab = Lab::new();
    let program = sketch()
        .add("a", &BOX, [])
        .tune(|options| options.protect = true)
        .add("b", &STORE, [("Guarded", is(true))])
        .add("c", &BOX, [])
        .done();
    lab.up(&program);
    let engine = lab.engine();
    let refused = crate::support::lab::block_on(engine.plan_destroy(&program, false)).unwrap_err();
    let text = refused.to_string();
    assert!(text.contains("`a`: is protected: the program protects it"), "{text}");
    assert!(text.contains("`b`: is protected: Guarded is on"), "{text}");
    assert!(!text.contains("`c`"), "{text}");
    lab.policy.lift_protection = true;
    assert_eq!(lab.destroy(&program).counts.deleted, 3);
    assert!(lab.cloud.objects().is_empty());
}

#[test]
fn what_holds_data_is_replaced_with_consent_only() {
    let lab = Lab::new();
    let program = |zone: &str, consent: bool| {
        sketch()
            .add("a", &STORE, [("Zone", is(zone))])
            .tune(|o| o.accepts.extend(consent.then(|| Accepted::new(Loss::Replace, "a test"))))
            .done()
    };
    lab.up(&program("a", false));
    let refused = lab.problem(&program("b", false));
    assert!(refused.contains("what it holds would be lost") && refused.contains(".accept(Loss::Replace"));
    lab.up(&program("b", true));
}

#[test]
fn what_is_retained_stays_and_is_forgotten() {
    let lab = Lab::new();
    let program = sketch().add("a", &BOX, []).tune(|options| options.retain_on_delete = true).done();
    lab.up(&program);
    lab.cloud.clear();
    let empty = sketch().done();
    assert_eq!(actions(&lab.plan(&empty)), ["forget a"]);
    let outcome = lab.apply(&empty);
    assert_eq!((outcome.counts.deleted, outcome.counts.forgotten), (0, 1));
    assert_eq!(outcome.remains.len(), 1);
    assert!(lab.cloud.log().is_empty());
    assert_eq!(lab.cloud.objects().len(), 1);
    assert!(lab.state().resources.is_empty());
    assert!(lab.plan(&empty).is_empty());
}

#[test]
fn what_is_retained_stays_also_when_it_is_replaced() {
    let lab = Lab::new();
    let program =
        |zone: &str| sketch().add("a", &BOX, [("Zone", is(zone))]).tune(|o| o.retain_on_delete = true).done();
    lab.up(&program("a"));
    lab.cloud.clear();
    let outcome = lab.apply(&program("b"));
    assert_eq!(lab.cloud.log(), ["create a"]);
    assert_eq!(outcome.remains.len(), 1);
    assert_eq!(lab.cloud.objects().len(), 2);
    assert!(lab.state().deposed.is_empty());
}

#[test]
fn what_is_retained_stays_also_when_its_replacement_was_interrupted() {
    let lab = Lab::new();
    let program =
        |zone: &str| sketch().add("a", &BOX, [("Zone", is(zone))]).tune(|o| o.retain_on_delete = true).done();
    lab.up(&program("a"));
    lab.cloud.clear();
    // Begin, Checkpoint, Done of the new one; the old one is deposed.
    assert!(!lab.apply_until_end(&program("b"), 4, crate::support::lab::End::Kill));
    assert_eq!(lab.state().deposed.len(), 1);
    assert_eq!(actions(&lab.plan(&program("b"))), ["forget a"]);
    lab.apply(&program("b"));
    assert_eq!(lab.cloud.log(), ["create a"]);
    assert_eq!(lab.cloud.objects().len(), 2);
}

#[test]
fn depends_on_orders_creations_and_deletions() {
    let lab = Lab::new();
    let program = sketch()
        .add("second", &BOX, [])
        .tune(|options| options.depends_on = vec![path("first")])
        .add("first", &BOX, [])
        .done();
    lab.up(&program);
    lab.cloud.assert_order(&["create first", "create second"]);
    lab.cloud.clear();
    lab.destroy(&program);
    lab.cloud.assert_order(&["delete second", "delete first"]);
}

#[test]
fn depends_on_a_component_waits_for_all_inside() {
    let lab = Lab::new();
    let program = sketch()
        .add("last", &BOX, [])
        .tune(|options| options.depends_on = vec![path("group")])
        .component("group", &[])
        .add("group/a", &BOX, [])
        .component("group/inner", &[])
        .add("group/inner/b", &BOX, [])
        .add("groups", &BOX, [("Parent", of("last", "Id"))])
        .done();
    lab.up(&program);
    lab.cloud.assert_order(&["create group/a", "create last", "create groups"]);
    lab.cloud.assert_order(&["create group/inner/b", "create last"]);
    lab.cloud.clear();
    lab.up(&sketch().done());
    lab.cloud.assert_order(&["delete groups", "delete last", "delete group/inner/b"]);
    lab.cloud.assert_order(&["delete last", "delete group/a"]);
}

#[test]
fn a_dependency_that_changes_nothing_in_the_cloud_is_recorded() {
    let lab = Lab::new();
    let program = |depends: bool| {
        sketch()
            .add("first", &BOX, [])
            .add("second", &BOX, [])
            .tune(|options| options.depends_on = if depends { vec![path("first")] } else { vec![] })
            .done()
    };
    lab.up(&program(false));
    lab.cloud.clear();
    assert!(lab.plan(&program(true)).is_empty());
    lab.apply(&program(true));
    assert!(lab.cloud.log().is_empty());
    lab.up(&sketch().done());
    assert_eq!(lab.cloud.log(), ["delete second", "delete first"]);
}

#[test]
fn a_dependency_can_be_turned_round() {
    let lab = Lab::new();
    let program = |first: &str, second: &str| {
        let add = |sketch: crate::support::sketch::Sketch, name: &str| {
            let on = if name == second { vec![path(first)] } else { vec![] };
            sketch.add(name, &BOX, [("Size", is(1))]).tune(|options| options.depends_on = on)
        };
        add(add(sketch(), "a"), "b").done()
    };
    lab.up(&program("a", "b"));
    lab.up(&program("b", "a"));
    lab.cloud.clear();
    lab.up(&sketch().done());
    assert_eq!(lab.cloud.log(), ["delete a", "delete b"]);
}

#[test]
fn a_renamed_resource_is_the_same_instance() {
    let lab = Lab::new();
    let before = sketch().add("old", &NAMED, []).add("user", &BOX, [("Parent", of("old", "Arn"))]).done();
    lab.up(&before);
    let object = lab.cloud.of("old");
    lab.cloud.clear();
    let after = sketch()
        .add("group-new", &NAMED, [])
        .tune(|options| options.renamed_from = Some(path("old")))
        .add("user", &BOX, [("Parent", of("group-new", "Arn"))])
        .done();
    let plan = lab.plan(&after);
    assert!(actions(&plan).is_empty(), "{plan:#?}");
    assert!(!plan.is_empty(), "a rename is something to apply");
    lab.up(&after);
    assert!(lab.cloud.log().is_empty());
    let state = lab.state();
    assert_eq!(state.resources[&path("group-new")].physical_id, object.id);
    assert!(state.violations().is_empty());
    lab.cloud.clear();
    lab.up(&sketch().done());
    assert_eq!(lab.cloud.log(), ["delete user", "delete group-new"]);
}

#[test]
fn a_renamed_resource_can_be_replaced_and_updated_in_the_same_run() {
    for (property, log) in
        [("Zone", vec!["create new", "delete new"]), ("Size", vec!["update new size,tags"])]
    {
        let lab = Lab::new();
        lab.up(&sketch().add("old", &BOX, [(property, is("1"))]).done());
        lab.cloud.clear();
        let after = sketch()
            .add("new", &BOX, [(property, is("2"))])
            .tune(|options| options.renamed_from = Some(path("old")))
            .done();
        lab.up(&after);
        assert_eq!(lab.cloud.log(), log);
    }
}

#[test]
fn a_renamed_resource_that_vanished_is_made_anew() {
    let lab = Lab::new();
    lab.up(&sketch().add("old", &BOX, []).done());
    lab.cloud.vanish("old");
    let after = sketch().add("new", &BOX, []).tune(|o| o.renamed_from = Some(path("old"))).done();
    lab.up(&after);
    assert_eq!(lab.state().resources.len(), 1);
}

#[test]
fn a_rename_out_of_something_that_is_declared_is_refused() {
    let lab = Lab::new();
    lab.up(&sketch().add("old", &BOX, []).done());
    let taken = sketch()
        .add("old", &BOX, [])
        .add("new", &BOX, [])
        .tune(|options| options.renamed_from = Some(path("old")))
        .done();
    assert!(lab.problem(&taken).contains("`new`: takes over `old`, which is still declared"));
    let twice = sketch()
        .add("one", &BOX, [])
        .tune(|options| options.renamed_from = Some(path("old")))
        .add("two", &BOX, [])
        .tune(|options| options.renamed_from = Some(path("old")))
        .done();
    let problem = lab.problem(&twice);
    assert!(problem.contains("`two`: takes over `old`, and so does `one`"), "{problem}");
}

#[test]
fn a_timeout_replaces_the_deadline_of_the_type() {
    let lab = Lab::new();
    lab.cloud.script("slow", std::iter::repeat_n(Look::Pending("booting"), 40));
    let program = |seconds: u64| {
        sketch()
            .add("slow", &JOB, [])
            .tune(|options| options.timeout = Some(Duration::from_secs(seconds)))
            .done()
    };
    // Forty looks, ten seconds apart: longer than the type's own 120 seconds.
    lab.up(&program(1000));
    let lab = Lab::new();
    lab.cloud.script("slow", std::iter::repeat_n(Look::Pending("booting"), 40));
    let outcome = lab.apply(&program(30));
    assert_eq!(outcome.failures.len(), 1);
    let message = outcome.failures[0].error.to_string();
    assert!(message.contains("30 s") && message.contains("booting"), "{message}");
    lab.cloud.heal();
    lab.up(&program(30));
    assert_eq!(lab.cloud.log(), ["create slow"]);
}

#[test]
fn a_timeout_bounds_a_call_that_hangs() {
    let lab = Lab::new();
    let program = sketch()
        .add("a", &BOX, [])
        .tune(|options| options.timeout = Some(Duration::from_millis(700)))
        .add("b", &BOX, [("Parent", of("a", "Id"))])
        .done();
    let outcome = lab.apply(&program);
    assert_eq!(outcome.failures.len(), 1);
    let message = outcome.failures[0].error.to_string();
    assert!(message.contains("longer than its timeout"), "{message}");
    assert_eq!(outcome.skipped.len(), 1);
    // The call had its effect and its answer was never heard: it is found again.
    let longer = sketch().add("a", &BOX, []).add("b", &BOX, [("Parent", of("a", "Id"))]).done();
    lab.up(&longer);
    assert_eq!(lab.cloud.log(), ["create a", "create b"]);
}

#[test]
fn a_timeout_bounds_deletions() {
    let lab = Lab::new();
    let program = |zone: &str| {
        sketch()
            .add("a", &JOB, [("Zone", is(zone))])
            .tune(|options| {
                options.timeout = Some(Duration::from_secs(20));
                options.replace_order = Some(ReplaceOrder::DeleteFirst);
            })
            .done()
    };
    lab.up(&program("a"));
    lab.cloud.slow_delete("a", 1000);
    let outcome = lab.apply(&program("b"));
    assert_eq!(outcome.failures.len(), 1);
    assert!(outcome.failures[0].error.to_string().contains("20 s"), "{:?}", outcome.failures);
}

#[test]
fn a_deletion_that_its_timeout_cuts_off_stays_open() {
    let lab = Lab::new();
    let program = |zone: &str, timeout: Option<Duration>| {
        sketch()
            .add("a", &BOX, [("Zone", is(zone))])
            .tune(|options| {
                options.timeout = timeout;
                options.replace_order = Some(ReplaceOrder::DeleteFirst);
            })
            .done()
    };
    lab.up(&program("a", None));
    assert_eq!(lab.apply(&program("b", Some(Duration::from_millis(700)))).failures.len(), 1);
    assert_eq!(lab.state().pending.len(), 1, "it may be going");
    lab.up(&program("b", None));
    assert_eq!(lab.cloud.log(), ["create a", "delete a", "create a"]);
}

#[test]
fn a_provider_alias_says_where() {
    let mut lab = Lab::new();
    let recovery = Cloud::new(std::sync::Arc::clone(&lab.clock));
    lab.aliases.insert("recovery".to_owned(), std::sync::Arc::clone(&recovery));
    let program = |alias: Option<&str>| {
        sketch()
            .add("a", &BOX, [])
            .tune(|options| options.provider = alias.map(str::to_owned))
            .add("b", &BOX, [])
            .done()
    };
    lab.up(&program(Some("recovery")));
    assert_eq!((lab.cloud.log().len(), recovery.log().len()), (1, 1));
    let plan = lab.plan(&program(None));
    assert_eq!(plan.change("a").unwrap().reasons, ["its provider changed"]);
    lab.up(&program(None));
    assert_eq!(recovery.log(), ["create a", "delete a"]);
    assert_eq!(lab.cloud.log(), ["create b", "create a"]);
}
