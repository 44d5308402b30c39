//! One thing, one owner: what moves from path to path, what changes hands, and what two want.

use ironward_core::program::{Moved, Program};
use ironward_core::provider::{NAME_TAG, PATH_TAG};
use ironward_core::schema::{Ownership, Schema};
use ironward_core::value::Value;

use crate::support::lab::actions;
use crate::support::sketch::path;
use crate::support::types::{BOX, BUCKET, NAMED, SLOT, TIE};
use crate::support::{Lab, is, of, sketch};

/// A root and, at `at`, one of `schema` that is told from others by what it says.
fn one(at: &str, schema: &'static Schema) -> Program {
    let says: Vec<(&'static str, Value)> = match schema.type_name {
        "Sim::Net::Tie" => vec![("Parent", of("root", "Id")), ("Key", is("k"))],
        "Sim::Net::Slot" => vec![("Key", is("k"))],
        _ => vec![("Name", is("n"))],
    };
    sketch().add("root", &BOX, []).add(at, schema, says).done()
}

#[test]
fn what_means_the_same_thing_at_another_path_moves_there() {
    for schema in [&NAMED, &SLOT, &TIE, &BUCKET] {
        let lab = Lab::new();
        lab.up(&one("a", schema));
        let before = lab.cloud.objects();
        lab.cloud.clear();
        let plan = lab.plan(&one("b", schema));
        let change = plan.change("b").unwrap();
        assert_eq!(change.renamed_from, Some(path("a")), "{}", schema.type_name);
        assert!(plan.change("a").is_none(), "{}", schema.type_name);
        lab.up(&one("b", schema));
        // Where there are tags, they say where it stands.
        let tagged = schema.ownership == Ownership::Tags;
        assert_eq!(lab.cloud.log().len(), usize::from(tagged), "{}: {:?}", schema.type_name, lab.cloud.log());
        assert_eq!(lab.cloud.objects().len(), before.len());
        assert!(lab.plan(&one("b", schema)).is_empty());
    }
}

#[test]
fn what_moves_and_changes_is_changed_where_it_comes() {
    let lab = Lab::new();
    let program = |at: &str, size: i64, zone: &str| {
        sketch().add(at, &BUCKET, [("Name", is("n")), ("Size", is(size)), ("Zone", is(zone))]).done()
    };
    lab.up(&program("a", 1, "x"));
    lab.cloud.clear();
    assert_eq!(actions(&lab.plan(&program("b", 2, "x"))), ["update b size,tags"]);
    lab.up(&program("b", 2, "x"));
    assert_eq!(lab.cloud.take_log(), ["update b size,tags"]);
    // What it holds is lost as if it hadn't moved.
    assert!(lab.problem(&program("c", 2, "y")).contains("what it holds would be lost"));
}

#[test]
fn what_is_built_on_what_moves_stays() {
    let lab = Lab::new();
    let program = |at: &str, size: i64| {
        sketch()
            .add(at, &SLOT, [("Key", is("k"))])
            .add("user", &TIE, [("Parent", of(at, "Id")), ("Key", is("l")), ("Size", is(size))])
            .done()
    };
    lab.up(&program("a", 1));
    lab.cloud.clear();
    lab.up(&program("b", 2));
    assert_eq!(lab.cloud.log(), ["update user size"]);
    assert!(lab.plan(&program("b", 2)).is_empty());
}

#[test]
fn two_declarations_of_one_thing_are_refused_by_their_paths() {
    let lab = Lab::new();
    for schema in [&NAMED, &SLOT, &BUCKET] {
        let key = if schema.type_name == SLOT.type_name { "Key" } else { "Name" };
        let program = sketch().add("web", schema, [(key, is("n"))]).add("billing", schema, [(key, is("n"))]);
        let problem = lab.problem(&program.done());
        assert!(problem.contains("`web`: declares what `billing` declares too, at "), "{problem}");
        assert!(problem.contains(&format!("one {} of {key} n", schema.type_name)), "{problem}");
    }
    // Also where their place isn't known yet.
    let tie = |key: &str| [("Parent", of("root", "Id")), ("Key", is(key))];
    let program = |other: &str| {
        sketch().add("root", &BOX, []).add("a", &TIE, tie("k")).add("b", &TIE, tie(other)).done()
    };
    assert!(lab.problem(&program("k")).contains("`b`: declares what `a` declares too"));
    lab.up(&program("l"));
}

#[test]
fn names_that_change_hands_do_so_in_order() {
    let lab = Lab::new();
    let program = |a: &str, b: &str| {
        sketch().add("a", &NAMED, [("Name", is(a))]).add("b", &NAMED, [("Name", is(b))]).done()
    };
    lab.up(&program("x", "y"));
    lab.cloud.clear();
    // One hands its name on.
    lab.up(&program("y", "z"));
    lab.cloud.assert_order(&["delete b", "create a"]);
    lab.cloud.clear();
    // Both exchange theirs.
    lab.up(&program("z", "y"));
    lab.cloud.assert_order(&["delete a", "create b"]);
    lab.cloud.assert_order(&["delete b", "create a"]);
    assert!(lab.plan(&program("z", "y")).is_empty());
}

#[test]
fn what_stays_in_the_cloud_keeps_its_name() {
    let lab = Lab::new();
    let before = sketch()
        .add("a", &NAMED, [("Name", is("x")), ("Zone", is("1"))])
        .tune(|options| options.retain_on_delete = true)
        .done();
    lab.up(&before);
    let after = sketch()
        .add("a", &NAMED, [("Name", is("y")), ("Zone", is("1"))])
        .tune(|options| options.retain_on_delete = true)
        .add("b", &NAMED, [("Name", is("x"))])
        .done();
    let problem = lab.problem(&after);
    assert!(
        problem.contains("`b`: needs Name x, which the instance before `a` has, and that stays in the cloud"),
        "{problem}"
    );
}

#[test]
fn what_vanished_is_recorded_as_gone_before_something_is_called_the_same() {
    let lab = Lab::new();
    let slot = |at: &str, zone: &str| sketch().add(at, &SLOT, [("Key", is("k")), ("Zone", is(zone))]).done();
    let mut before = slot("a", "1");
    before.resources[0].options.retain_on_delete = true;
    before.resources.extend(sketch().add("b", &BOX, []).done().resources);
    lab.up(&before);
    lab.cloud.vanish("a");
    lab.up(&slot("b", "1"));
}

fn renamed(pairs: &[(&str, &str)]) -> Program {
    let mut program = sketch();
    for (at, former) in pairs {
        program = program.add(at, &BOX, [("Label", is("same"))]);
        if !former.is_empty() {
            program = program.tune(|options| options.renamed_from = Some(path(former)));
        }
    }
    program.done()
}

/// Which object stands at each path of the state.
fn places(lab: &Lab) -> Vec<(String, String)> {
    let state = lab.state();
    state.resources.iter().map(|(path, record)| (path.to_string(), record.physical_id.clone())).collect()
}

#[test]
fn renames_go_in_chains_and_in_circles_once() {
    let lab = Lab::new();
    lab.up(&renamed(&[("a", ""), ("b", ""), ("c", "")]));
    let before = places(&lab);
    let id = |at: &str| before.iter().find(|(path, _)| path == at).unwrap().1.clone();
    lab.cloud.clear();
    // a → b → c, and c → a.
    let circle = renamed(&[("b", "a"), ("c", "b"), ("a", "c")]);
    lab.up(&circle);
    let after = [("a".to_owned(), id("c")), ("b".to_owned(), id("a")), ("c".to_owned(), id("b"))];
    assert_eq!(places(&lab), after);
    assert!(lab.plan(&circle).is_empty(), "a circle that was gone through once is at its end");
    lab.up(&circle);
    assert_eq!(places(&lab), after);
    // a → d, b → a: a chain onto a path that something left.
    let chain = renamed(&[("d", "a"), ("a", "b"), ("c", "")]);
    lab.up(&chain);
    let after = [("a".to_owned(), id("a")), ("c".to_owned(), id("b")), ("d".to_owned(), id("c"))];
    assert_eq!(places(&lab), after);
    assert!(lab.plan(&chain).is_empty());
    let log = lab.cloud.log();
    assert!(log.iter().all(|call| call.ends_with(" tags")), "nothing but tags was changed: {log:?}");
    assert_eq!(lab.cloud.get(&id("c")).unwrap().tags[PATH_TAG], "d");
}

#[test]
fn components_move_with_all_inside_also_over_several_changes() {
    let lab = Lab::new();
    let moved = |from: &str, to: &str| Moved { from: path(from), to: path(to) };
    let program = |prefix: &str, moves: Vec<Moved>| {
        let at = |name: &str| format!("{prefix}{name}");
        let mut program = sketch().add(&at("x"), &BOX, []).add(&at("in/y"), &BOX, []).done();
        program.moves = moves;
        program
    };
    lab.up(&program("old/", vec![]));
    lab.cloud.clear();
    let history = vec![moved("old", "new"), moved("new", "wrapped/new")];
    let ids = |lab: &Lab| places(lab).into_iter().map(|(_, id)| id).collect::<Vec<_>>();
    let before = ids(&lab);
    lab.up(&program("new/", history[..1].to_vec()));
    assert_eq!(ids(&lab), before);
    lab.up(&program("wrapped/new/", history.clone()));
    assert_eq!(ids(&lab), before);
    let log = lab.cloud.log();
    assert!(log.iter().all(|call| call.ends_with(" tags")), "{log:?}");
    // A state that saw none of it gets there at once.
    let late = Lab::new();
    late.up(&program("old/", vec![]));
    late.cloud.clear();
    late.up(&program("wrapped/new/", history));
    assert_eq!(late.cloud.log(), ["update wrapped/new/in/y tags", "update wrapped/new/x tags"]);
    let tags = late.cloud.objects().into_iter().map(|object| object.tags[NAME_TAG].clone());
    let names: std::collections::BTreeSet<String> = tags.collect();
    assert_eq!(names, ["wrapped-new-in-y", "wrapped-new-x"].map(str::to_owned).into());
}

#[test]
fn a_rename_from_what_is_declared_says_what_to_do() {
    let lab = Lab::new();
    lab.up(&renamed(&[("a", "")]));
    let problem = lab.problem(&renamed(&[("a", ""), ("b", "a")]));
    assert!(problem.contains("`b`: takes over `a`, which is still declared"), "{problem}");
    assert!(problem.contains("say where what is declared at `a` stood before"), "{problem}");
    let both = lab.problem(&renamed(&[("c", "a"), ("b", "a")]));
    assert!(both.contains("takes over `a`, and so does"), "{both}");
}

#[test]
fn a_circle_is_gone_through_once_also_where_what_moved_was_replaced_or_made_so() {
    let circle = |zone: &str| {
        let one = |program: ironward_sim::sketch::Sketch, at: &str, former: &str| {
            let program = program.add(at, &BOX, [("Zone", is(zone))]);
            program.tune(|options| options.renamed_from = Some(path(former)))
        };
        one(one(sketch(), "a", "b"), "b", "a").done()
    };
    let lab = Lab::new();
    lab.up(&renamed(&[("a", ""), ("b", "")]));
    // Both are replaced as they move.
    lab.up(&circle("1"));
    assert!(lab.plan(&circle("1")).is_empty());
    let made = Lab::new();
    made.up(&circle("1"));
    assert!(made.plan(&circle("1")).is_empty(), "nothing has stood elsewhere");
}

#[test]
fn what_is_retained_and_replaced_keeps_its_name_unless_it_is_released() {
    let lab = Lab::new();
    let program = |zone: &str, retain: bool| {
        let program = sketch().add("a", &NAMED, [("Name", is("x")), ("Zone", is(zone))]);
        program.tune(|options| options.retain_on_delete = retain).done()
    };
    lab.up(&program("1", true));
    let problem = lab.problem(&program("2", true));
    assert!(problem.contains("needs Name x, which the instance before it has"), "{problem}");
    lab.up(&program("2", false));
    assert_eq!(lab.cloud.objects().len(), 1);
}

#[test]
fn what_is_needed_by_what_stays_keeps_its_name() {
    let lab = Lab::new();
    let before = sketch()
        .add("a", &NAMED, [("Name", is("x")), ("Zone", is("1"))])
        .add("kept", &BOX, [("Parent", of("a", "Id"))])
        .tune(|options| options.retain_on_delete = true)
        .done();
    lab.up(&before);
    lab.apply(&sketch().add("a", &NAMED, [("Name", is("x")), ("Zone", is("1"))]).done());
    let problem = lab.problem(&sketch().add("a", &NAMED, [("Name", is("x")), ("Zone", is("2"))]).done());
    assert!(problem.contains("needs Name x, which `a` keeps: `kept` stays in the cloud"), "{problem}");
    let other = sketch().add("a", &NAMED, [("Name", is("y")), ("Zone", is("2"))]).done();
    assert!(lab.apply(&other).is_complete());
}
