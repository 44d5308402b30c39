//! Programs that can't be planned, and what is said about them.

use std::collections::BTreeMap;

use ironward_core::declare::Declaration;
use ironward_core::engine::EngineError;
use ironward_core::error::ProviderErrorKind;
use ironward_core::path::Path;
use ironward_core::plan::Remedy;
use ironward_core::schema::{Attribute, Schema};
use ironward_core::stack::{Hipaa, Stack};
use ironward_core::value::Value;

use crate::support::sketch::path;
use crate::support::types::{BOX, NAMED, SLOT};
use crate::support::{Lab, Look, is, of, sketch};

struct Box;

impl Declaration for Box {
    const SCHEMA: &'static Schema = &BOX;
    type Handle = Path;

    fn properties(&self) -> BTreeMap<String, Value> {
        BTreeMap::new()
    }

    fn handle(self, path: Path) -> Path {
        path
    }
}

#[test]
fn a_duplicate_path_names_both_lines() {
    let mut stack = Stack::<Hipaa>::new("lab");
    let first = line!() + 1;
    stack.add("a", Box).unwrap();
    let second = line!() + 1;
    let error = stack.add("a", Box).unwrap_err().to_string();
    let file = file!();
    assert_eq!(
        error,
        format!("{file}:{second}: `a` is declared already, at {file}:{first}; give one of them another name")
    );
    assert!(stack.component("a", "Group").is_err());
}

#[test]
fn what_a_component_declares_stands_at_the_line_of_the_component() {
    fn component(stack: &mut Stack<Hipaa>, at: u32) {
        let handle = stack.add("inner", Box).unwrap();
        assert_eq!(handle.as_str(), "group/inner");
        let program = stack.program();
        assert!(program.source_of(&handle).unwrap().as_str().ends_with(&format!(":{at}")));
    }
    let mut stack = Stack::<Hipaa>::new("lab");
    let at = line!() + 1;
    let mut group = stack.component("group", "Group").unwrap();
    component(&mut group, at);
}

#[test]
fn a_circle_is_named_whole() {
    let lab = Lab::new();
    let program = sketch()
        .add("start", &BOX, [])
        .add("a", &BOX, [("Parent", of("c", "Id")), ("Link", of("start", "Id"))])
        .add("b", &BOX, [("Link", of("a", "Id"))])
        .add("c", &BOX, [])
        .tune(|options| options.depends_on = vec![path("b")])
        .add("end", &BOX, [("Parent", of("c", "Id"))])
        .done();
    let problem = lab.problem(&program);
    for name in ["`a` (", "`b` (", "`c` ("] {
        assert!(problem.contains(name), "{problem}");
    }
    assert!(!problem.contains("`start`") && !problem.contains("`end`"), "{problem}");
    assert!(problem.contains("problems.rs:"), "{problem}");
    // Each needs the next: a needs c, c needs b, b needs a.
    let names: Vec<&str> = problem.split('`').skip(1).step_by(2).collect();
    let at = names.iter().position(|name| *name == "a").unwrap();
    assert_eq!(names[at + 1], "c", "{problem}");
    assert_eq!(names[0], names[3], "{problem}");
}

#[test]
fn a_circle_through_a_component_is_found() {
    let lab = Lab::new();
    let program = sketch()
        .component("group", &[])
        .add("group/a", &BOX, [])
        .tune(|options| options.depends_on = vec![path("group")])
        .done();
    assert!(lab.problem(&program).contains("`group/a`"), "{}", lab.problem(&program));
}

#[test]
fn a_resource_that_needs_itself_is_a_circle() {
    let lab = Lab::new();
    let program = sketch().add("a", &BOX, [("Label", of("a", "Id"))]).done();
    let problem = lab.problem(&program);
    assert!(problem.contains("circle: `a`"), "{problem}");
}

/// Of a type that the simulated cloud doesn't have.
static STRANGE: Schema = Schema::new("Sim::Far::Strange", "Id", &[], &[Attribute::new("Id")]);

#[test]
fn every_resource_without_a_handler_is_refused_before_anything_is_done() {
    let lab = Lab::new();
    let program = sketch().add("a", &BOX, []).add("one", &STRANGE, []).add(
        "other",
        &STRANGE,
        [("Link", of("a", "Id"))],
    );
    let problems: Vec<String> = lab.problems(&program.done()).iter().map(ToString::to_string).collect();
    assert_eq!(problems.len(), 2, "{problems:?}");
    for (problem, path) in problems.iter().zip(["`one`", "`other`"]) {
        assert!(problem.contains("this build has no handler for Sim::Far::Strange"), "{problem}");
        assert!(problem.contains(path) && problem.contains("problems.rs:"), "{problem}");
    }
}

#[test]
fn every_problem_is_reported() {
    let lab = Lab::new();
    lab.up(&sketch().add("kept", &BOX, []).tune(|options| options.protect = true).done());
    let program = sketch()
        .add("a", &BOX, [("Parent", of("nowhere", "Id"))])
        .add("b", &BOX, [])
        .tune(|options| options.provider = Some("moon".to_owned()))
        .add("c", &BOX, [("Label", of("elsewhere", "Id"))])
        .done();
    let problems: Vec<String> = lab.problems(&program).iter().map(ToString::to_string).collect();
    for (text, path) in [
        ("depends on `nowhere`, which this program doesn't declare", "`a`"),
        ("depends on `elsewhere`", "`c`"),
        ("names the provider `moon`, which this stack doesn't configure", "`b`"),
        ("it is protected", "`kept`"),
    ] {
        let found = problems.iter().any(|problem| problem.contains(text) && problem.contains(path));
        assert!(found, "`{text}` isn't in {problems:#?}");
    }
    assert_eq!(problems.len(), 4, "{problems:#?}");
}

#[test]
fn an_unknown_provider_says_what_to_configure() {
    let lab = Lab::new();
    let program = sketch().add("a", &BOX, []).tune(|o| o.provider = Some("moon".to_owned())).done();
    let problem = lab.problem(&program);
    assert!(problem.contains("add `[stack.NAME.providers.moon]` to Ironward.toml"), "{problem}");
    assert!(problem.contains("problems.rs:"), "{problem}");
}

#[test]
fn the_state_of_another_program_is_refused() {
    let lab = Lab::new();
    lab.up(&sketch().add("a", &BOX, []).done());
    let error = lab.try_plan(&sketch().named("other").done()).unwrap_err();
    assert!(matches!(&error, EngineError::OtherProgram { owner, program }
        if owner == "lab" && program == "other"));
    assert_eq!(error.to_string(), "this state belongs to the program `lab`, and this is `other`");
}

#[test]
fn what_cannot_be_read_blocks_the_plan_and_is_not_made_again() {
    let lab = Lab::new();
    let program = sketch().add("a", &BOX, []).add("b", &BOX, []).done();
    lab.up(&program);
    lab.cloud.show("a", std::iter::repeat_n(Look::ProviderError(ProviderErrorKind::Denied), 9));
    let problem = lab.problem(&program);
    assert!(problem.contains("`a`: can't be read: sim:DescribeBoxes: refused"), "{problem}");
    assert!(problem.contains("allow `sim:DescribeBoxes`"), "{problem}");
    // Nor is it deleted unseen.
    let without = sketch().add("b", &BOX, []).done();
    assert!(lab.problem(&without).contains("`a`: can't be read"), "{}", lab.problem(&without));
    lab.cloud.heal();
    assert!(lab.plan(&program).is_empty());
}

#[test]
fn an_attribute_that_does_not_exist_is_named() {
    let lab = Lab::new();
    lab.up(&sketch().add("a", &BOX, []).done());
    let program = sketch().add("a", &BOX, []).add("b", &BOX, [("Label", of("a", "Shape"))]).done();
    let problem = lab.problem(&program);
    assert!(problem.contains("`b`: property `Label`: `a.Shape` is not known although its resource exists"));
    let output = sketch().add("a", &BOX, []).output("shape", of("a", "Shape")).done();
    assert!(lab.problem(&output).contains("the output `shape`"));
}

#[test]
fn a_function_that_refuses_says_where() {
    let lab = Lab::new();
    let refuse = Value::apply("parse", is("x"), |_| Err("not a number".to_owned()));
    let program = sketch().add("a", &SLOT, [("Key", refuse)]).done();
    let problem = lab.problem(&program);
    assert!(
        problem.contains("`a`: property `Key`: `parse` can't use its argument: not a number"),
        "{problem}"
    );
}

#[test]
fn what_turns_out_wrong_only_at_apply_fails_that_resource() {
    let lab = Lab::new();
    let refuse = Value::apply("parse", of("a", "Id"), |_| Err("not a number".to_owned()));
    let program = sketch().add("a", &BOX, []).add("b", &BOX, [("Label", refuse)]).done();
    let outcome = lab.apply(&program);
    assert_eq!((outcome.counts.created, outcome.counts.failed), (1, 1));
    assert!(outcome.failures[0].error.to_string().contains("not a number"));
    assert!(lab.state().pending.is_empty());
}

#[test]
fn every_refusal_says_as_data_what_to_do_about_it() {
    let lab = Lab::new();
    let remedy = |program| *lab.problems(&program)[0].remedy.clone();
    let after =
        |needed: &str| sketch().add("a", &BOX, []).tune(|options| options.depends_on = vec![path(needed)]);
    let (a, b) = (path("a"), path("b"));
    assert_eq!(remedy(after("b").done()), Remedy::Declare { path: a.clone(), needed: b.clone() });
    assert_eq!(remedy(after("a").done()), Remedy::Part { path: a.clone(), needed: a.clone() });
    let circle = after("b").add("b", &BOX, []).tune(|options| options.depends_on = vec![path("a")]).done();
    let Remedy::Part { path: one, needed } = remedy(circle) else { panic!("it isn't parted") };
    assert!([(&a, &b), (&b, &a)].contains(&(&one, &needed)));
    let elsewhere =
        sketch().add("a", &BOX, []).tune(|options| options.provider = Some("moon".to_owned())).done();
    assert_eq!(remedy(elsewhere), Remedy::Configure { path: a.clone(), provider: "moon".to_owned() });
    let long = sketch().add("a", &NAMED, [("Name", is("n".repeat(99)))]).done();
    assert_eq!(remedy(long), Remedy::Correct { path: a.clone(), property: "Name".to_owned() });
    lab.up(&sketch().add("a", &BOX, []).done());
    let missing = sketch().add("a", &BOX, []).add("b", &BOX, [("Label", of("a", "Missing"))]).done();
    assert_eq!(remedy(missing), Remedy::Correct { path: b, property: "Label".to_owned() });
    let mut output = sketch().add("a", &BOX, []).done();
    output.outputs.insert("shown".to_owned(), of("a", "Missing"));
    assert_eq!(remedy(output), Remedy::CorrectOutput { name: "shown".to_owned() });
    lab.cloud.show("a", [Look::ProviderError(ProviderErrorKind::Denied)]);
    assert_eq!(remedy(sketch().add("a", &BOX, []).done()), Remedy::TryAgain);
}
