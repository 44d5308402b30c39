//! What is inside of what is taken over: the program declares some of it, and some it doesn't.

use ironward_core::engine::EngineError;
use ironward_core::program::Program;
use ironward_core::provider::INSTANCE_TAG;
use ironward_core::value::Value;
use serde_json::{Value as Json, json};

use crate::support::lab::{End, actions};
use crate::support::sketch::path;
use crate::support::types::{BOX, SLOT};
use crate::support::{Lab, is, of, sketch};

/// A box that holds the slots k, l and m.
fn planted() -> Lab {
    let lab = Lab::new();
    for key in ["k", "l", "m"] {
        plant_slot(&lab, key);
    }
    lab.cloud.plant(&BOX, "box-there", &[("Peers", json!(["slot-k", "slot-l", "slot-m"]))], &[]);
    lab
}

fn plant_slot(lab: &Lab, key: &str) {
    let properties = [("Key", json!(key)), ("Parent", json!("box-there")), ("Zone", json!("inside"))];
    lab.cloud.plant(&SLOT, &format!("slot-{key}"), &properties, &[]);
}

/// Declares a box without peers, and its slots k and l.
fn program(adopts: bool) -> Program {
    let slot = |key: &str| [("Key", is(key)), ("Parent", of("a", "Id")), ("Zone", is("inside"))];
    sketch()
        .add("a", &BOX, [("Peers", Value::Literal(json!([])))])
        .tune(|options| options.adopt = adopts.then(|| "box-there".to_owned()))
        .add("k", &SLOT, slot("k"))
        .add("l", &SLOT, slot("l"))
        .done()
}

fn peers(lab: &Lab) -> Json {
    lab.cloud.get("box-there").unwrap().properties.get("Peers").cloned().unwrap_or_default()
}

#[test]
fn an_import_takes_over_what_the_program_declares_inside_and_leaves_the_rest() {
    let lab = planted();
    let planned = lab.plan_import(&program(false), &[("a", "box-there")]).unwrap();
    assert_eq!(actions(&planned.plan), ["adopt a", "adopt k", "adopt l"]);
    let left: Vec<_> = planned.left().iter().map(|left| (left.physical_id.as_str(), left.goes)).collect();
    assert_eq!(left, [("slot-m", true)]);
    assert!(lab.try_apply(&program(false), planned).unwrap().is_complete());
    // Nothing but the marks of the owner was written.
    assert_eq!(lab.cloud.take_log(), ["update a tags"]);
    assert_eq!(peers(&lab), json!(["slot-k", "slot-l", "slot-m"]));
    // What the declaration rules out is the next plan's business.
    let plan = lab.plan(&program(false));
    assert_eq!(actions(&plan), ["update a peers"]);
}

#[test]
fn what_is_taken_over_by_its_id_is_neither_left_nor_taken_away() {
    let lab = planted();
    let planned = lab.plan_import(&program(false), &[("a", "box-there"), ("l", "slot-l")]).unwrap();
    assert_eq!(actions(&planned.plan), ["adopt a", "adopt k", "adopt l"]);
    let left: Vec<_> = planned.left().iter().map(|left| left.physical_id.as_str()).collect();
    assert_eq!(left, ["slot-m"]);
    let mut declared = program(true);
    declared.resources.get_mut(&path("l")).unwrap().options.adopt = Some("slot-l".to_owned());
    let diffs = lab.plan(&declared).change("a").unwrap().diffs.clone();
    let peers: Vec<_> = diffs.iter().filter(|diff| diff.property == "Peers").collect();
    assert_eq!(peers[0].before, Some(json!(["slot-m"])));
}

#[test]
fn an_adoption_in_the_program_takes_over_what_it_declares_inside() {
    let lab = planted();
    let planned = lab.planned(&program(true));
    assert_eq!(actions(&planned.plan), ["adopt a", "adopt k", "adopt l"]);
    assert!(planned.left().is_empty());
    let diffs = &planned.plan.change("a").unwrap().diffs;
    let peers: Vec<_> = diffs.iter().filter(|diff| diff.property == "Peers").collect();
    assert_eq!(peers[0].before, Some(json!(["slot-m"])), "only what isn't declared goes");
}

/// What an import left that was killed after some entries.
fn killed(appends: usize) -> Lab {
    let lab = planted();
    let ids = std::collections::BTreeMap::from([(path("a"), "box-there".to_owned())]);
    let engine = lab.engine();
    let declared = program(false);
    lab.run_until_end(appends, End::Kill, async {
        let planned = engine.plan_import(&declared, &ids).await.unwrap();
        let _ = engine.apply(&declared, planned, lab.policy, &lab.cancel).await.unwrap();
    });
    assert_eq!(peers(&lab), json!(["slot-k", "slot-l", "slot-m"]), "after {appends}");
    lab
}

/// What of the declared slots isn't managed although the box is.
fn rest(lab: &Lab) -> Vec<&'static str> {
    // What was under way is settled first.
    let _ = lab.try_plan(&program(false));
    let resources = lab.state().resources;
    let is_there = |at: &str| resources.contains_key(&path(at));
    if is_there("a") { ["k", "l"].into_iter().filter(|at| !is_there(at)).collect() } else { Vec::new() }
}

#[test]
fn an_import_that_is_killed_at_any_entry_goes_on_and_takes_nothing_away() {
    let mut went_on = 0;
    for appends in 0..14 {
        let lab = killed(appends);
        let rest = rest(&lab);
        if !rest.is_empty() {
            let planned = lab.plan_alike(&program(false), &rest).unwrap();
            assert!(lab.try_apply(&program(false), planned).unwrap().is_complete());
            assert_eq!(peers(&lab), json!(["slot-k", "slot-l", "slot-m"]), "after {appends}");
            went_on += 1;
        }
        assert_eq!(lab.cloud.objects().len(), 4, "after {appends}");
    }
    assert!(went_on > 2, "{went_on}");
}

#[test]
fn after_an_import_that_was_killed_up_takes_away_only_what_is_not_declared() {
    for appends in 0..14 {
        let lab = killed(appends);
        if lab.state().resources.contains_key(&path("a")) {
            lab.up(&program(false));
            let left = peers(&lab);
            let left: Vec<&str> = left.as_array().unwrap().iter().filter_map(Json::as_str).collect();
            assert!(!lab.cloud.log().iter().any(|line| line.starts_with("create")), "after {appends}");
            assert!(left.is_empty() || left.contains(&"slot-k"), "after {appends}: {left:?}");
        }
    }
}

#[test]
fn what_is_managed_is_looked_into() {
    let lab = planted();
    let alone = sketch().add("a", &BOX, [("Peers", Value::Literal(json!(["slot-k", "slot-l", "slot-m"])))]);
    let planned = lab.plan_import(&alone.done(), &[("a", "box-there")]).unwrap();
    let alone = sketch().add("a", &BOX, [("Peers", Value::Literal(json!(["slot-k", "slot-l", "slot-m"])))]);
    assert!(lab.try_apply(&alone.done(), planned).unwrap().is_complete());
    lab.cloud.clear();
    // The box is the stack's own: what is in it and says what is declared is.
    assert_eq!(actions(&lab.plan(&program(false))), ["update a peers", "adopt k", "adopt l"]);
    let diffs = lab.plan(&program(false)).change("a").unwrap().diffs.clone();
    let gone: Vec<_> = diffs.iter().filter(|diff| diff.property == "Peers").collect();
    assert_eq!(gone[0].before, Some(json!(["slot-m"])));
    let planned = lab.plan_alike(&program(false), &["k", "l"]).unwrap();
    assert_eq!(actions(&planned.plan), ["adopt k", "adopt l"]);
    assert!(lab.try_apply(&program(false), planned).unwrap().is_complete());
    assert_eq!(lab.cloud.log(), Vec::<String>::new());
    assert!(lab.state().resources[&path("k")].physical_id == "slot-k");
}

#[test]
fn what_is_gone_meanwhile_is_made() {
    let lab = planted();
    lab.cloud.doom("slot-l", 1);
    let planned = lab.plan_import(&program(false), &[("a", "box-there")]).unwrap();
    assert_eq!(actions(&planned.plan), ["adopt a", "adopt k"]);
    assert_eq!(actions(&lab.plan(&program(true)))[2], "create l");
}

#[test]
fn what_says_the_same_as_nothing_is_refused() {
    let lab = planted();
    let program = sketch()
        .add("a", &BOX, [])
        .add("n", &SLOT, [("Key", is("n")), ("Parent", of("a", "Id")), ("Zone", is("inside"))])
        .done();
    match lab.plan_alike(&program, &["n"]) {
        Err(EngineError::Refused(problems)) => {
            assert!(problems[0].message.contains("nothing that there is says the same"), "{problems:#?}");
            assert_eq!(
                problems[0].hint.as_deref(),
                Some("leave it out of the import, or type `import n ID`")
            );
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_another_path_has_is_not_taken_over() {
    let lab = planted();
    let slot = |key: &str| [("Key", is(key)), ("Parent", is("box-there")), ("Zone", is("inside"))];
    let first = sketch().add("mine", &SLOT, slot("k")).done();
    let planned = lab.plan_import(&first, &[("mine", "slot-k")]).unwrap();
    assert!(lab.try_apply(&first, planned).unwrap().is_complete());
    let both = sketch()
        .add("mine", &SLOT, slot("k"))
        .add("a", &BOX, [])
        .add("l", &SLOT, [("Key", is("l")), ("Parent", of("a", "Id")), ("Zone", is("inside"))])
        .done();
    let planned = lab.plan_import(&both, &[("a", "box-there")]).unwrap();
    assert_eq!(actions(&planned.plan), ["adopt a", "adopt l"]);
    assert!(!lab.cloud.get("box-there").unwrap().tags.contains_key(INSTANCE_TAG));
}
