//! Known and unknown values, predictions, lookups, outputs, tags.

use ironward_core::document::Document;
use ironward_core::value::Value;
use serde_json::json;

use crate::support::lab::actions;
use crate::support::types::{BOX, NAMED};
use crate::support::{Lab, is, of, sketch};

#[test]
fn what_is_not_known_yet_is_named() {
    let lab = Lab::new();
    let label = Value::Concat(vec![is("id:"), of("a", "Id")]);
    let program = sketch().add("a", &BOX, []).add("b", &BOX, [("Label", label)]).output("id", of("a", "Id"));
    let program = program.done();
    let plan = lab.plan(&program);
    let json = serde_json::to_value(&plan).unwrap();
    assert_eq!(json["changes"][1]["diffs"][0]["after"], json!({"$unknown": ["a.Id"]}));
    assert_eq!(json["outputs"]["id"], json!({"$unknown": ["a.Id"]}));
    lab.up(&program);
    assert_eq!(lab.cloud.property("b", "Label"), json!(format!("id:{}", lab.cloud.of("a").id)));
}

#[test]
fn predictions_make_values_known_before_apply_and_keep_the_order() {
    let lab = Lab::new();
    let program = sketch()
        .add("user", &BOX, [("Parent", of("thing", "Arn")), ("Label", of("thing", "Id"))])
        .add("thing", &NAMED, [("Name", is("fixed"))])
        .done();
    let plan = lab.plan(&program);
    let change = plan.change("user").unwrap();
    let parent = change.diffs.iter().find(|diff| diff.property == "Parent").unwrap();
    let arn = json!("arn:aws:net:us-east-1:123456789012:named/fixed");
    assert_eq!(parent.after.as_ref().unwrap().to_json(), Some(arn));
    assert!(
        change
            .diffs
            .iter()
            .any(|diff| diff.property == "Label" && diff.after.as_ref().unwrap().has_unknown())
    );
    lab.up(&program);
    lab.cloud.assert_order(&["create thing", "create user"]);
}

#[test]
fn generated_names_are_stable_and_unique() {
    let lab = Lab::new();
    let program =
        |zone: &str| sketch().add("group-a", &NAMED, [("Zone", is(zone))]).add("b", &NAMED, []).done();
    lab.up(&program("x"));
    let first = lab.cloud.property("group-a", "Name");
    assert!(first.as_str().unwrap().starts_with("group-a-"), "{first}");
    lab.up(&program("x"));
    assert_eq!(lab.cloud.property("group-a", "Name"), first);
    lab.up(&program("y"));
    assert_ne!(lab.cloud.property("group-a", "Name"), first);
}

#[test]
fn an_update_that_may_change_an_attribute_makes_it_unknown() {
    let lab = Lab::new();
    let program = |size: i64| {
        sketch().add("a", &BOX, [("Size", is(size))]).add("b", &BOX, [("Count", of("a", "Version"))]).done()
    };
    lab.up(&program(1));
    lab.cloud.clear();
    assert_eq!(actions(&lab.plan(&program(2))), ["update a size", "update b size"]);
    lab.up(&program(2));
    assert_eq!(lab.cloud.log(), ["update a size", "update b size"]);
}

#[test]
fn an_unknown_that_turns_out_as_it_was_changes_nothing() {
    let lab = Lab::new();
    let parity = |resource: &str| {
        Value::apply("parity", of(resource, "Version"), |json| Ok(json!(json.as_i64().unwrap_or(0) > 0)))
    };
    let program = |size: i64| {
        sketch().add("a", &BOX, [("Size", is(size))]).add("b", &BOX, [("Label", parity("a"))]).done()
    };
    lab.up(&program(1));
    lab.cloud.clear();
    let outcome = lab.up(&program(2));
    assert_eq!(lab.cloud.log(), ["update a size"]);
    assert_eq!((outcome.counts.updated, outcome.counts.unchanged), (1, 1));
}

#[test]
fn lookups_come_first_and_are_pinned_in_the_plan() {
    let lab = Lab::new();
    lab.cloud.offer("zones", Document::new().with("First", "zone-a"));
    let program = sketch()
        .lookup("zones", "Sim::Zones", is("zones"))
        .add("a", &BOX, [("Zone", of("zones", "First"))])
        .output("zone", of("zones", "First"))
        .done();
    let planned = lab.planned(&program);
    assert_eq!(serde_json::to_value(&planned.plan).unwrap()["lookups"]["zones"]["First"], json!("zone-a"));
    let diff = &planned.plan.change("a").unwrap().diffs[0];
    assert_eq!(diff.after.as_ref().unwrap().to_json(), Some(json!("zone-a")));
    // What is found now doesn't matter any more.
    lab.cloud.offer("zones", Document::new().with("First", "zone-b"));
    let before = lab.cloud.looked_up();
    let outcome = lab.try_apply(&program, planned).unwrap();
    assert_eq!(lab.cloud.looked_up(), before);
    assert_eq!(lab.cloud.property("a", "Zone"), json!("zone-a"));
    assert_eq!(outcome.outputs["zone"], json!("zone-a"));
}

#[test]
fn a_lookup_that_finds_nothing_is_a_problem_at_its_line() {
    let lab = Lab::new();
    let program = sketch()
        .lookup("one", "Sim::Zones", is("missing"))
        .add("a", &BOX, [])
        .lookup("two", "Sim::Zones", of("a", "Id"))
        .done();
    let problems: Vec<String> = lab.problems(&program).iter().map(ToString::to_string).collect();
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(
        problems[0].contains("values.rs:") && problems[0].contains("`one`: the lookup of Sim::Zones failed")
    );
    assert!(problems[1].contains("`Name` isn't known before apply"), "{problems:?}");
}

#[test]
fn outputs_are_recorded_when_they_change() {
    let lab = Lab::new();
    let program =
        |text: &str| sketch().add("a", &BOX, []).output("text", is(text)).output("id", of("a", "Id"));
    let outcome = lab.up(&program("one").done());
    assert_eq!(outcome.outputs["text"], json!("one"));
    assert_eq!(lab.state().outputs, outcome.outputs);
    lab.up(&program("two").done());
    assert_eq!(lab.state().outputs["text"], json!("two"));
    lab.up(&sketch().add("a", &BOX, []).done());
    assert!(lab.state().outputs.is_empty());
}

#[test]
fn a_failed_apply_keeps_the_former_outputs() {
    let lab = Lab::new();
    lab.up(&sketch().add("a", &BOX, []).output("text", is("one")).done());
    lab.cloud.fail("create", "b", ironward_core::error::ProviderErrorKind::Denied);
    lab.apply(&sketch().add("a", &BOX, []).add("b", &BOX, []).output("text", is("two")).done());
    assert_eq!(lab.state().outputs["text"], json!("one"));
}

#[test]
fn tags_of_stack_and_components_are_merged_once() {
    let mut lab = Lab::new();
    lab.tags = [("environment", "test"), ("team", "stack")]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into();
    let declared = json!([{"Key": "name", "Value": "x"}, {"Key": "level", "Value": "resource"}]);
    let program = sketch()
        .component("outer", &[("level", "outer"), ("team", "outer"), ("phi", "yes")])
        .component("outer/inner", &[("level", "inner"), ("team", "inner")])
        .add("outer/inner/a", &BOX, [("Tags", is(declared))])
        .add("outer/b", &BOX, [])
        .add("outer/c", &NAMED, [])
        .done();
    lab.up(&program);
    let tags = |path: &str| {
        let mut tags = lab.cloud.of(path).tags;
        tags.retain(|key, _| !key.starts_with("ironward:") && key != "Name");
        tags.into_iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>()
    };
    assert_eq!(
        tags("outer/inner/a"),
        ["environment=test", "level=resource", "name=x", "phi=yes", "team=inner"]
    );
    assert_eq!(tags("outer/b"), ["environment=test", "level=outer", "phi=yes", "team=outer"]);
    assert!(tags("outer/c").is_empty());
    assert_eq!(lab.cloud.of("outer/b").tags.len(), 8, "the owner's two tags are there, a name and the path");
    lab.tags.remove("environment");
    lab.cloud.clear();
    lab.up(&program);
    assert_eq!(tags("outer/b"), ["level=outer", "phi=yes", "team=outer"]);
    assert_eq!(lab.cloud.log().len(), 2);
}

#[test]
fn tags_that_are_not_known_yet_are_not_lost() {
    let lab = Lab::new();
    let tag =
        |value: Value| Value::apply("tag", value, |json| Ok(json!([{"Key": "made-from", "Value": json}])));
    let program = sketch().add("a", &BOX, []).add("b", &BOX, [("Tags", tag(of("a", "Id")))]).done();
    let plan = lab.plan(&program);
    let diff = plan.change("b").unwrap().diffs.iter().find(|diff| diff.property == "Tags");
    assert!(diff.is_some_and(|diff| diff.after.as_ref().unwrap().has_unknown()), "{plan:#?}");
    lab.up(&program);
    assert_eq!(lab.cloud.of("b").tags["made-from"], lab.cloud.of("a").id);
}

#[test]
fn what_runs_above_what_is_declared_is_said() {
    let lab = Lab::new();
    let program = sketch().add("a", &BOX, [("Room", is(100))]).done();
    lab.up(&program);
    assert!(lab.plan(&program).outgrown.is_empty());
    lab.cloud.tamper("a", "Room", 150);
    let plan = lab.plan(&program);
    assert!(plan.is_empty() && !plan.has_drift(), "there is nothing to do");
    let said = &plan.outgrown[0];
    assert_eq!((said.property.as_str(), said.declared.as_str(), said.runs.as_str()), ("Room", "100", "150"));
}
