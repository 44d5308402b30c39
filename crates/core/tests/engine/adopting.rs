//! Taking over what exists already.

use ironward_core::consent::Loss;
use ironward_core::declare::Accepted;
use ironward_core::engine::EngineError;
use ironward_core::error::ProviderErrorKind;
use ironward_core::plan::{Action, Remedy};
use ironward_core::program::Program;
use ironward_core::provider::{INSTANCE_TAG, LINEAGE_TAG, PATH_TAG, STACK_TAG};
use ironward_core::schema::Schema;
use ironward_core::state::{Entry, JournalAction, Status};
use ironward_core::value::Value;
use serde_json::json;

use crate::support::lab::{End, actions};
use crate::support::sketch::path;
use crate::support::types::{BOX, KEY, NAMED, SLOT, STORE};
use crate::support::{Lab, Look, is, of, sketch};

fn adopting(
    schema: &'static Schema,
    id: &'static str,
    properties: impl IntoIterator<Item = (&'static str, Value)>,
) -> Program {
    sketch().add("a", schema, properties).tune(|options| options.adopt = Some(id.to_owned())).done()
}

fn planted() -> Lab {
    let lab = Lab::new();
    let properties = [("Size", json!(5)), ("Zone", json!("z")), ("Label", json!("theirs"))];
    lab.cloud.plant(&BOX, "box-there", &properties, &[("team", "x")]);
    lab
}

fn owned(lab: &Lab, id: &str) -> bool {
    lab.cloud.get(id).unwrap().tags.contains_key(INSTANCE_TAG)
}

#[test]
fn what_exists_is_taken_over_and_made_as_declared() {
    let lab = planted();
    let program = adopting(&BOX, "box-there", [("Size", is(7)), ("Zone", is("z"))]);
    let plan = lab.plan(&program);
    let change = plan.change("a").unwrap();
    let Action::Adopt { aspects } = &change.action else { panic!("{change:#?}") };
    // The owner's tags are written, and nothing that isn't declared is touched.
    assert_eq!(aspects.iter().copied().collect::<Vec<_>>(), ["size", "tags"]);
    assert_eq!(change.diffs.len(), 1);
    assert_eq!((change.diffs[0].before.clone(), change.adopted), (Some(json!(5)), true));
    assert_eq!(plan.counts().adopted, 1);
    let outcome = lab.up(&program);
    assert_eq!(outcome.counts.adopted, 1);
    assert_eq!(lab.cloud.take_log(), ["update a size,tags"]);
    let object = lab.cloud.get("box-there").unwrap();
    assert_eq!((&object.properties["Label"], &object.tags["team"]), (&json!("theirs"), &"x".to_owned()));
    assert_eq!(object.tags[LINEAGE_TAG], lab.state().lineage.as_str());
    assert_eq!(lab.state().resources[&path("a")].status, Status::Ready);
    // From now on the option says nothing, also where it names something else.
    let other = adopting(&BOX, "box-other", [("Size", is(7)), ("Zone", is("z"))]);
    assert!(lab.plan(&other).is_empty());
    lab.up(&sketch().done());
    assert_eq!(lab.cloud.log(), ["delete a"]);
}

#[test]
fn the_intent_and_what_is_there_are_recorded_before_it_is_changed() {
    let lab = planted();
    let program = adopting(&BOX, "box-there", [("Size", is(7)), ("Zone", is("z"))]);
    // The apply, the program's name, the intent, the adoption: nothing was called.
    lab.apply_until_end(&program, 4, End::Kill);
    assert!(lab.cloud.log().is_empty());
    let entries = lab.store.entries();
    assert!(
        matches!(&entries[2], Entry::Begin { action: JournalAction::Adopt, record } if record.physical_id == "box-there")
    );
    assert!(matches!(&entries[3], Entry::Done { record } if record.status == Status::Incomplete));
}

#[test]
fn an_adoption_can_be_killed_at_every_entry() {
    let program = || {
        sketch()
            .add("a", &BOX, [("Size", is(7)), ("Zone", is("z")), ("Secret", is("s"))])
            .tune(|options| options.adopt = Some("box-there".to_owned()))
            .add("b", &BOX, [("Parent", of("a", "Id"))])
            .done()
    };
    for end in [End::Kill, End::Refuse] {
        for appends in 0..12 {
            let lab = planted();
            lab.apply_until_end(&program(), appends, end);
            lab.up(&program());
            assert!(owned(&lab, "box-there"), "after {appends}");
            assert_eq!(lab.cloud.objects().len(), 2, "after {appends}");
        }
    }
}

#[test]
fn what_is_not_there_is_a_problem_at_its_line() {
    let lab = planted();
    let problem = lab.problem(&adopting(&BOX, "box-none", [("Size", is(7))]));
    assert!(
        problem.contains("can't adopt Sim::Net::Box `box-none`: there is none in us-east-1 of account"),
        "{problem}"
    );
    assert!(problem.contains("adopting.rs:"), "{problem}");
    lab.cloud.plant(&BOX, "box-going", &[], &[]);
    let program = adopting(&BOX, "box-going", []);
    lab.cloud.reserve("planted");
    let _ = lab.try_plan(&program);
    assert!(lab.state().resources.is_empty());
}

#[test]
fn what_another_state_owns_is_refused() {
    let lab = Lab::new();
    lab.cloud.plant(&BOX, "box-1", &[], &[(LINEAGE_TAG, "feed"), (INSTANCE_TAG, "0123")]);
    let problem = lab.problem(&adopting(&BOX, "box-1", []));
    assert!(problem.contains("it belongs to the Ironward state feed"), "{problem}");
    assert!(problem.contains("state rm PATH") && !problem.contains("0123"), "{problem}");
    let mark = [(LINEAGE_TAG, "feed"), (INSTANCE_TAG, "0123"), (STACK_TAG, "west"), (PATH_TAG, "net/a")];
    lab.cloud.plant(&BOX, "box-2", &[], &mark);
    let problem = lab.problem(&adopting(&BOX, "box-2", []));
    let says = "it belongs to the stack `west` (Ironward state feed), where it is `net/a`";
    assert!(problem.contains(says) && problem.contains("state rm net/a"), "{problem}");
}

#[test]
fn what_this_stack_has_already_is_refused() {
    let lab = Lab::new();
    lab.up(&sketch().add("first", &BOX, []).add("slot", &SLOT, [("Key", is("k"))]).done());
    let id = lab.cloud.of("first").id;
    let program = |at: &'static str, schema: &'static Schema, id: &str| {
        sketch()
            .add("first", &BOX, [])
            .add("slot", &SLOT, [("Key", is("k"))])
            .add(at, schema, if schema.type_name == SLOT.type_name { vec![("Key", is("k"))] } else { vec![] })
            .tune(|options| options.adopt = Some(id.to_owned()))
            .done()
    };
    let problem = lab.problem(&program("second", &BOX, &id));
    assert!(problem.contains("this stack manages it already, as `first`"), "{problem}");
    assert!(problem.contains("state mv first second"), "{problem}");
    let problem = lab.problem(&program("second", &SLOT, "slot-k"));
    assert!(problem.contains("this stack manages it already, as `slot`"), "{problem}");
    // A copy that carries the tags of the first.
    let object = lab.cloud.of("first");
    let tags: Vec<(&str, &str)> = object.tags.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    lab.cloud.plant(&BOX, "box-copy", &[], &tags);
    let problem = lab.problem(&program("second", &BOX, "box-copy"));
    assert!(problem.contains("its tags say that it is `first` of this stack"), "{problem}");
}

#[test]
fn one_thing_is_adopted_once() {
    let lab = planted();
    let program = sketch()
        .add("a", &BOX, [])
        .tune(|options| options.adopt = Some("box-there".to_owned()))
        .add("b", &BOX, [])
        .tune(|options| options.adopt = Some("box-there".to_owned()))
        .done();
    assert!(lab.problem(&program).contains("`b`: can't adopt Sim::Net::Box `box-there`: `a` adopts it too"));
}

#[test]
fn what_would_be_replaced_is_refused_without_consent() {
    let lab = planted();
    let program = |consents: bool, protects: bool| {
        sketch()
            .add("a", &BOX, [("Zone", is("other"))])
            .tune(|options| {
                options.adopt = Some("box-there".to_owned());
                options.accepts.extend(consents.then(|| Accepted::new(Loss::Replace, "a test")));
                options.protect = protects;
            })
            .done()
    };
    let problem = lab.problem(&program(false, false));
    assert!(
        problem.contains("adopting `box-there` would replace it at once: its Zone is \"z\""),
        "{problem}"
    );
    assert!(lab.problem(&program(true, true)).contains("never replaced"));
    assert_eq!(actions(&lab.plan(&program(true, false))), ["replace a CreateFirst"]);
    lab.up(&program(true, false));
    assert_eq!(lab.cloud.log(), ["create a", "delete a"]);
    assert!(lab.cloud.get("box-there").is_none());
}

#[test]
fn a_consented_replacement_can_be_killed_at_every_entry() {
    for appends in 0..11 {
        let lab = planted();
        let program = sketch()
            .add("a", &BOX, [("Zone", is("other"))])
            .tune(|options| {
                options.adopt = Some("box-there".to_owned());
                options.accepts.push(Accepted::new(Loss::Replace, "a test"));
            })
            .done();
        lab.apply_until_end(&program, appends, End::Kill);
        lab.up(&program);
        assert_eq!(lab.cloud.objects().len(), 1, "after {appends}");
    }
}

#[test]
fn what_stood_on_something_gone_goes_before_what_is_taken_over_in_its_place() {
    let lab = Lab::new();
    let program = |taken: bool| {
        let zone = if taken { "new" } else { "old" };
        sketch()
            .add("a", &SLOT, [("Key", is("k")), ("Zone", is(zone))])
            .tune(|options| {
                options.adopt = taken.then(|| "slot-k".to_owned());
                options.accepts.push(Accepted::new(Loss::Replace, "a test"));
            })
            .add("b", &BOX, [("Parent", of("a", "Id")), ("Zone", is(zone))])
            .done()
    };
    lab.up(&program(false));
    lab.cloud.vanish("a");
    lab.cloud.fail("create", "a", ProviderErrorKind::Denied);
    assert_eq!(lab.apply(&program(false)).counts.failed, 1);
    lab.cloud.plant(&SLOT, "slot-k", &[("Key", json!("k")), ("Zone", json!("theirs"))], &[]);
    lab.cloud.take_log();
    lab.up(&program(true));
    assert_eq!(lab.cloud.log(), ["delete b", "delete a", "create a", "create b"]);
}

#[test]
fn a_name_that_is_not_declared_stays() {
    let lab = Lab::new();
    lab.cloud.plant(&NAMED, "named-1", &[("Name", json!("by-hand"))], &[]);
    let program = adopting(&NAMED, "named-1", [("Size", is(1))]);
    let plan = lab.plan(&program);
    assert_eq!(actions(&plan), ["adopt a"]);
    lab.up(&program);
    assert_eq!(lab.cloud.get("named-1").unwrap().properties["Name"], json!("by-hand"));
    lab.up(&adopting(&NAMED, "named-1", [("Size", is(2))]));
    assert_eq!(lab.cloud.get("named-1").unwrap().properties["Name"], json!("by-hand"));
}

#[test]
fn what_refers_to_something_adopted_sees_it_in_the_plan() {
    let lab = Lab::new();
    lab.cloud.plant(&BOX, "box-1", &[], &[]);
    lab.cloud.plant(&BOX, "box-2", &[("Parent", json!("box-1"))], &[]);
    let program = sketch()
        .add("parent", &BOX, [])
        .tune(|options| options.adopt = Some("box-1".to_owned()))
        .add("child", &BOX, [("Parent", of("parent", "Id"))])
        .tune(|options| options.adopt = Some("box-2".to_owned()))
        .done();
    let plan = lab.plan(&program);
    assert!(plan.changes.iter().all(|change| change.diffs.is_empty()), "{plan:#?}");
    lab.up(&program);
    lab.cloud.clear();
    lab.up(&sketch().done());
    assert_eq!(lab.cloud.log(), ["delete child", "delete parent"]);
}

#[test]
fn what_the_api_never_shows_is_written_once() {
    let lab = planted();
    let program = adopting(&BOX, "box-there", [("Zone", is("z")), ("Secret", is("s"))]);
    assert_eq!(actions(&lab.plan(&program)), ["adopt a"]);
    lab.up(&program);
    assert_eq!(lab.cloud.log(), ["update a secret,tags"]);
}

#[test]
fn an_adoption_that_fails_half_way_is_finished_by_the_next_run() {
    let lab = planted();
    let program = adopting(&BOX, "box-there", [("Size", is(7)), ("Zone", is("z"))]);
    lab.cloud.fail("update", "a", ironward_core::error::ProviderErrorKind::Denied);
    let outcome = lab.apply(&program);
    assert_eq!((outcome.counts.adopted, outcome.failures.len()), (0, 1));
    assert_eq!(actions(&lab.plan(&program)), ["update a size,tags"]);
    lab.up(&program);
    assert!(owned(&lab, "box-there"));
}

#[test]
fn an_import_touches_nothing_else() {
    let lab = planted();
    let before = sketch().add("other", &BOX, [("Size", is(1))]).done();
    lab.up(&before);
    lab.cloud.clear();
    let program = sketch()
        .add("other", &BOX, [("Size", is(2))])
        .add("new", &BOX, [])
        .add("a", &BOX, [("Size", is(7)), ("Zone", is("z")), ("Link", of("other", "Id"))])
        .done();
    let planned = lab.plan_import(&program, &[("a", "box-there")]).unwrap();
    assert_eq!(actions(&planned.plan), ["adopt a"]);
    assert!(lab.try_apply(&program, planned).unwrap().is_complete());
    assert_eq!(lab.cloud.take_log(), ["update a link,size,tags"]);
    assert_eq!(actions(&lab.plan(&program)), ["update other size", "create new"]);
    lab.up(&program);
    assert_eq!(lab.state().resources[&path("a")].dependencies.len(), 1);
}

fn import_problems(
    lab: &Lab,
    program: &Program,
    ids: &[(&str, &str)],
) -> Vec<ironward_core::plan::PlanError> {
    match lab.plan_import(program, ids) {
        Err(EngineError::Refused(problems)) => problems,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_import_makes_what_it_needs_and_nothing_else() {
    let lab = planted();
    let program = sketch()
        .add("ground", &BOX, [("Zone", is("g"))])
        .add("key", &BOX, [("Parent", of("ground", "Id"))])
        .add("a", &BOX, [("Zone", is("z")), ("Link", of("key", "Id"))])
        .add("other", &BOX, [])
        .add("bad", &STORE, [("Zone", is("y"))])
        .done();
    let planned = lab.plan_import(&program, &[("a", "box-there")]).unwrap();
    assert_eq!(actions(&planned.plan), ["create ground", "create key", "adopt a"]);
    assert_eq!(planned.plan.change("key").unwrap().reasons, ["`a` needs it"]);
    assert_eq!(planned.plan.change("ground").unwrap().reasons, ["`key` needs it"]);
    assert!(lab.try_apply(&program, planned).unwrap().is_complete());
    assert_eq!(lab.cloud.take_log(), ["create ground", "create key", "update a link,tags"]);
    assert_eq!(actions(&lab.plan(&program)), ["create other", "create bad"]);
}

#[test]
fn an_import_that_makes_what_it_needs_can_be_killed_at_every_entry() {
    for appends in 0..12 {
        let lab = planted();
        let program = sketch()
            .add("key", &BOX, [])
            .add("a", &BOX, [("Zone", is("z")), ("Link", of("key", "Id"))])
            .tune(|options| options.adopt = Some("box-there".to_owned()))
            .done();
        let ids = std::collections::BTreeMap::from([(path("a"), "box-there".to_owned())]);
        let engine = lab.engine();
        lab.run_until_end(appends, End::Kill, async {
            let planned = engine.plan_import(&program, &ids).await.unwrap();
            let _ = engine.apply(&program, planned, lab.policy, &lab.cancel).await.unwrap();
        });
        lab.up(&program);
        assert_eq!(lab.cloud.objects().len(), 2, "after {appends}");
    }
}

#[test]
fn an_import_stands_on_what_only_creation_sets() {
    let lab = planted();
    let program = sketch()
        .add("parent", &BOX, [])
        .add("a", &BOX, [("Zone", is("z")), ("Parent", of("parent", "Id"))])
        .done();
    let found = import_problems(&lab, &program, &[("a", "box-there")]);
    let found = format!("{} / {}", found[0], found[0].hint.as_deref().unwrap_or_default());
    assert!(found.starts_with(&program.resources[&path("a")].source.to_string()), "{found}");
    assert!(found.contains("its Parent comes from `parent`, which isn't managed yet"), "{found}");
    assert!(found.contains("import `parent` first, or with it"), "{found}");
    let found = import_problems(&lab, &program, &[("none", "box-there")]);
    assert!(found[0].message.contains("isn't a declared resource"), "{found:#?}");
    // Both at once is enough.
    let lab = Lab::new();
    lab.cloud.plant(&BOX, "box-parent", &[], &[]);
    lab.cloud.plant(&BOX, "box-there", &[("Zone", json!("z")), ("Parent", json!("box-parent"))], &[]);
    let planned = lab.plan_import(&program, &[("a", "box-there"), ("parent", "box-parent")]).unwrap();
    assert!(lab.try_apply(&program, planned).unwrap().is_complete());
    let found = import_problems(&lab, &program, &[("a", "box-there")]);
    assert!(found[0].message.contains("is managed already: it is `box-there`"), "{found:#?}");
}

#[test]
fn what_is_gone_and_still_shown_is_not_adopted() {
    let lab = planted();
    let program = sketch()
        .add("a", &BOX, [("Zone", is("z"))])
        .tune(|options| options.adopt = Some("box-there".to_owned()))
        .done();
    lab.cloud.doom("box-there", 1);
    let problem = lab.problem(&program);
    assert!(problem.contains("can't adopt Sim::Net::Box `box-there`: there is none"), "{problem}");
}

#[test]
fn an_import_leaves_what_was_renamed_alone() {
    let lab = planted();
    lab.up(&sketch().add("old", &BOX, [("Zone", is("x"))]).done());
    let renamed = sketch()
        .add("new", &BOX, [("Zone", is("z"))])
        .tune(|options| options.renamed_from = Some(path("old")))
        .done();
    match lab.plan_import(&renamed, &[("new", "box-there")]) {
        Err(EngineError::Refused(problems)) => {
            assert!(problems[0].message.contains("is managed already"), "{problems:#?}");
            assert_eq!(
                problems[0].hint.as_deref(),
                Some("type `state rm old` first, if `box-there` shall take its place")
            );
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_import_stands_on_nothing_that_is_gone() {
    let lab = planted();
    let parent = |program: ironward_sim::sketch::Sketch| program.add("parent", &BOX, [("Zone", is("x"))]);
    lab.up(&parent(sketch()).done());
    lab.cloud.vanish("parent");
    let program = parent(sketch())
        .add("a", &BOX, [("Zone", is("z"))])
        .tune(|options| options.depends_on.push(path("parent")))
        .done();
    match lab.plan_import(&program, &[("a", "box-there")]) {
        Err(EngineError::Refused(problems)) => {
            let found = problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
            assert!(found.contains("`parent`, which it needs, is gone"), "{found}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_import_stands_on_nothing_unfinished() {
    let lab = planted();
    lab.cloud.script("parent", [Look::Failed("no capacity")]);
    let parent = |program: ironward_sim::sketch::Sketch| program.add("parent", &BOX, [("Zone", is("x"))]);
    assert_eq!(lab.apply(&parent(sketch()).done()).counts.failed, 1);
    let program = parent(sketch())
        .add("a", &BOX, [("Zone", is("y"))])
        .tune(|options| options.depends_on.push(path("parent")))
        .done();
    match lab.plan_import(&program, &[("a", "box-there")]) {
        Err(EngineError::Refused(problems)) => {
            let found = problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
            assert!(found.contains("`parent`, which it needs, isn't finished"), "{found}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_import_stands_on_nothing_of_another_type() {
    let lab = planted();
    lab.up(&sketch().add("parent", &KEY, []).done());
    let program = sketch()
        .add("parent", &BOX, [])
        .add("a", &BOX, [("Zone", is("z"))])
        .tune(|options| options.depends_on.push(path("parent")))
        .done();
    let problems = import_problems(&lab, &program, &[("a", "box-there")]);
    let says = "`parent`, which it needs, is a Sim::Data::Key yet, and declared as Sim::Net::Box";
    assert!(problems[0].to_string().contains(says), "{problems:?}");
    assert_eq!(*problems[0].remedy, Remedy::MakeFirst { path: path("parent") });
}

/// What an import leaves as it is stands on what it is recorded to stand on.
#[test]
fn what_an_import_is_encrypted_under_is_what_its_alias_leads_to() {
    let lab = Lab::new();
    let under = |key: &str| {
        let keys = sketch().add("old", &KEY, []).add("new", &KEY, []).add("alias", &BOX, []);
        keys.tune(|options| options.depends_on.push(path(key)))
    };
    lab.up(&under("old").done());
    lab.cloud.plant(&STORE, "store-there", &[], &[]);
    let data = under("new").add("data", &STORE, []);
    let program = data.tune(|options| options.depends_on.push(path("alias"))).done();
    let planned = lab.plan_import(&program, &[("data", "store-there")]).unwrap();
    assert!(lab.try_apply(&program, planned).unwrap().is_complete());
    let state = lab.state();
    let keys = [&path("old")].map(|key| state.resources[key].instance.clone()).into();
    assert_eq!(state.resources[&path("data")].opened_by, keys);
}

#[test]
fn an_import_makes_nothing_in_the_place_of_what_it_leaves_as_it_is() {
    for (retain, vanishes) in [(true, false), (false, false), (false, true), (true, true)] {
        let lab = planted();
        let key = [("Key", is("k"))];
        let slot = |at: &str| sketch().add(at, &SLOT, key.clone());
        lab.up(&slot("old").tune(|options| options.retain_on_delete = retain).done());
        if vanishes {
            lab.cloud.vanish("old");
        }
        // What is declared at another path moves there with the next `up`, and not with an import.
        let program = slot("new").add("a", &BOX, [("Zone", is("z")), ("Link", of("new", "Id"))]).done();
        match lab.plan_import(&program, &[("a", "box-there")]) {
            Err(EngineError::Refused(problems)) => {
                let says = "`new`: needs Key k, which `old` has, and that isn't a part of the import";
                assert!(problems[0].to_string().contains(says), "{problems:?}");
                assert_eq!(*problems[0].remedy, Remedy::MakeFirst { path: path("new") });
            }
            other => panic!("{other:?}"),
        }
    }
}
