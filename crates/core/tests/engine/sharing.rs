//! What a cloud has one of is shared by the stacks that need it, and goes under none of them.

use ironward_core::consent::{Consent, Paths};
use ironward_core::error::ProviderErrorKind;
use ironward_core::plan::Action;
use ironward_core::program::Program;
use ironward_core::provider::{LINEAGE_TAG, USER_TAG};
use ironward_core::state::{Deed, Sharing};
use serde_json::json;

use crate::support::lab::{actions, block_on};
use crate::support::sketch::{Sketch, path};
use crate::support::types::{BOX, BUCKET, KEY, NAMED};
use crate::support::{Lab, Look, Object, is, of, sketch};

/// A bucket that others may use too, under a key, and something on it.
fn program(size: i64) -> Program {
    sketch()
        .add("key", &KEY, [])
        .add("bucket", &BUCKET, [("Name", is("one")), ("Size", is(size)), ("Link", of("key", "Id"))])
        .tune(|options| options.shared = true)
        .add("user", &BOX, [("Link", of("bucket", "Id"))])
        .done()
}

/// A name in a directory, that others may use too: the type has no tags.
fn name(size: i64) -> Program {
    sketch()
        .add("name", &NAMED, [("Name", is("one")), ("Size", is(size))])
        .tune(|options| options.shared = true)
        .done()
}

fn lifted(mut lab: Lab) -> Lab {
    lab.policy.lift_protection = true;
    lab
}

/// What is called so, whoever made it.
fn there(lab: &Lab) -> Option<Object> {
    lab.cloud.objects().into_iter().find(|object| object.properties.get("Name") == Some(&json!("one")))
}

fn users(lab: &Lab) -> usize {
    there(lab).unwrap().tags.keys().filter(|key| key.starts_with(USER_TAG)).count()
}

fn settled(lab: &Lab, program: &Program) {
    let plan = lab.plan(program);
    assert!(plan.is_empty() && !plan.has_drift(), "{:#?}", actions(&plan));
}

#[test]
fn the_second_stack_uses_what_the_first_one_made() {
    let first = lifted(Lab::new());
    let second = lifted(first.beside());
    first.apply(&program(1));
    settled(&first, &program(1));
    let made = there(&first).unwrap();

    let plan = second.plan(&program(2));
    let change = plan.change("bucket").unwrap();
    assert_eq!((&change.action, plan.counts().shared), (&Action::Share, 1));
    let lineage = first.state().lineage.as_str().to_owned();
    assert_eq!(
        change.reasons,
        [format!(
            "shared: it exists and belongs to the Ironward state {lineage}; it is used and not changed; there it \
             has another Size than is declared here"
        )]
    );
    let outcome = second.apply(&program(2));
    assert!(outcome.is_complete(), "{outcome:#?}");
    assert_eq!((outcome.counts.shared, outcome.counts.created), (1, 2));
    settled(&second, &program(2));
    settled(&second, &program(3));
    settled(&first, &program(1));
    let shared = there(&first).unwrap();
    assert_eq!((&shared.properties, &shared.tags[LINEAGE_TAG]), (&made.properties, &lineage));
    assert_eq!(users(&first), 1);
    assert_eq!(second.state().resources[&path("bucket")].sharing, Some(Sharing::Used));
    assert_eq!(first.state().resources[&path("bucket")].sharing, Some(Sharing::Made));

    // The user leaves, and then the maker takes it down.
    let outcome = second.destroy(&program(2));
    assert!(outcome.is_complete() && outcome.remains.is_empty(), "{outcome:#?}");
    assert_eq!((second.state().resources.len(), second.state().remains.len()), (0, 0));
    assert_eq!(users(&first), 0);
    let outcome = first.destroy(&program(1));
    assert!(outcome.is_complete(), "{outcome:#?}");
    assert!(there(&first).is_none());
}

#[test]
fn what_another_stack_uses_outlives_the_one_that_made_it() {
    let first = lifted(Lab::new());
    let second = lifted(first.beside());
    first.apply(&program(1));
    second.apply(&program(1));
    let planned = block_on(first.engine().plan_destroy(&program(1), true)).unwrap();
    let change = planned.plan.change("bucket").unwrap();
    let user = second.state().lineage.as_str().to_owned();
    assert_eq!(
        (&change.action, &change.reasons[..]),
        (&Action::Forget, &[format!("the Ironward state {user} uses it too")][..])
    );
    // What it holds can be read only with its key.
    assert_eq!(planned.plan.change("key").unwrap().action, Action::Forget);
    let outcome = first.destroy(&program(1));
    assert!(outcome.is_complete(), "{outcome:#?}");
    assert_eq!(outcome.remains.len(), 2, "{:?}", outcome.remains);
    assert!(there(&first).is_some());
    settled(&second, &program(1));
    let outcome = second.destroy(&program(1));
    assert!(outcome.is_complete() && outcome.remains.is_empty(), "{outcome:#?}");
    assert!(there(&first).is_some(), "whoever didn't make it doesn't take it down");

    // Who made it takes it back, and then it goes.
    let plan = first.plan(&program(1));
    assert_eq!(plan.change("bucket").unwrap().action.deed(), Deed::Adopt);
    first.apply(&program(1));
    settled(&first, &program(1));
    first.destroy(&program(1));
    assert!(there(&first).is_none());
}

#[test]
fn what_another_stack_begins_to_use_after_the_plan_stays() {
    let first = lifted(Lab::new());
    let second = lifted(first.beside());
    first.apply(&program(1));
    let planned = block_on(first.engine().plan_destroy(&program(1), true)).unwrap();
    assert_eq!(planned.plan.change("bucket").unwrap().action, Action::Delete);
    second.apply(&program(1));
    let outcome = first.try_apply(&program(1), planned).unwrap();
    assert!(outcome.is_complete(), "{outcome:#?}");
    // What it holds can be read only with its key.
    assert_eq!((outcome.counts.deleted, outcome.counts.forgotten), (1, 2));
    let user = second.state().lineage.as_str().to_owned();
    let told = outcome.remains.iter().find(|(at, _)| *at == path("bucket")).unwrap();
    assert!(told.1.contains(&format!("the Ironward state {user} uses it too")), "{told:?}");
    assert!(there(&first).is_some());
    settled(&second, &program(1));
    // As after a plan that knew.
    second.destroy(&program(1));
    first.apply(&program(1));
    first.destroy(&program(1));
    assert!(there(&first).is_none());
}

/// A bucket in a zone, which it leaves by a replacement alone.
fn zoned(name: &str, zone: &str) -> Program {
    sketch()
        .add("bucket", &BUCKET, [("Name", is(name)), ("Zone", is(zone))])
        .tune(|options| options.shared = true)
        .done()
}

#[test]
fn what_another_stack_begins_to_use_after_the_plan_is_not_replaced_under_it() {
    // The same name can't be there twice, so that the old one goes first; another one can.
    for (name, done) in [("one", false), ("two", true)] {
        let mut first = Lab::new();
        let second = first.beside();
        first.consents = vec![Consent::by_command(Paths::parse("**").unwrap())];
        first.apply(&zoned("one", "x"));
        let planned = first.planned(&zoned(name, "y"));
        second.apply(&zoned("one", "x"));
        let outcome = first.try_apply(&zoned(name, "y"), planned).unwrap();
        assert_eq!(outcome.is_complete(), done, "{outcome:#?}");
        let told: Vec<String> = outcome
            .remains
            .iter()
            .map(|(_, what)| what.clone())
            .chain(outcome.failures.iter().map(|failure| failure.error.message.clone()))
            .collect();
        assert!(told.iter().any(|text| text.contains("uses it too")), "{told:?}");
        assert!(there(&first).is_some());
        settled(&second, &zoned("one", "x"));
        if done {
            settled(&first, &zoned(name, "y"));
        }
    }
}

#[test]
fn what_cannot_be_looked_at_is_not_deleted() {
    let lab = lifted(Lab::new());
    lab.apply(&program(1));
    let planned = block_on(lab.engine().plan_destroy(&program(1), true)).unwrap();
    lab.cloud.show("bucket", [Look::ProviderError(ProviderErrorKind::Denied)]);
    let outcome = lab.try_apply(&program(1), planned).unwrap();
    let told: Vec<&str> = outcome.failures.iter().map(|failure| &failure.error.message[..]).collect();
    assert!(told.len() == 1 && told[0].contains("whether other stacks use it"), "{told:?}");
    assert!(there(&lab).is_some());
    lab.destroy(&program(1));
    assert!(there(&lab).is_none());
}

#[test]
fn what_another_stack_uses_is_not_replaced() {
    let first = Lab::new();
    let second = first.beside();
    let program = |zone: &str| {
        sketch()
            .add("bucket", &BUCKET, [("Name", is("one")), ("Zone", is(zone))])
            .tune(|options| options.shared = true)
            .done()
    };
    first.apply(&program("x"));
    second.apply(&program("x"));
    let problems = first.problems(&program("y"));
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert!(told.iter().any(|text| text.contains("uses it too")), "{told:?}");
    settled(&second, &program("y"));
}

#[test]
fn what_is_nobodys_is_taken_over_and_stays_in_the_end() {
    let lab = lifted(Lab::new());
    lab.cloud.plant(&BUCKET, "one", &[("Name", json!("one")), ("Size", json!(7))], &[]);
    let plan = lab.plan(&program(1));
    assert_eq!(plan.change("bucket").unwrap().action.deed(), Deed::Adopt);
    lab.apply(&program(1));
    settled(&lab, &program(1));
    assert_eq!(there(&lab).unwrap().properties["Size"], json!(1));
    let outcome = lab.destroy(&program(1));
    assert!(outcome.is_complete(), "{outcome:#?}");
    assert!(there(&lab).is_some());
}

#[test]
fn what_carries_no_tags_is_used_as_it_is_and_left_where_it_is() {
    let first = Lab::new();
    let second = first.beside();
    first.apply(&name(1));
    settled(&first, &name(1));
    assert_eq!(actions(&second.plan(&name(1))), ["share name"]);
    second.apply(&name(1));
    settled(&second, &name(1));
    let id = second.state().resources[&path("name")].physical_id.clone();
    // Nobody can tell who uses it.
    let outcome = first.destroy(&name(1));
    assert_eq!(outcome.remains.len(), 1, "{:?}", outcome.remains);
    settled(&second, &name(1));
    second.destroy(&name(1));
    assert!(first.cloud.get(&id).is_some());
    // It is there for whoever comes next, be it the same.
    first.apply(&name(1));
    settled(&first, &name(1));
}

#[test]
fn what_carries_no_tags_and_says_something_else_is_refused() {
    let first = Lab::new();
    let second = first.beside();
    first.apply(&name(1));
    let problem = second.problem(&name(2));
    assert!(problem.contains("has another Size than is declared here"), "{problem}");
    assert!(problem.contains("`.adopt("), "{problem}");
    second.apply(&name(1));
    let problem = second.problem(&name(2));
    assert!(problem.contains("has another Size than is declared here"), "{problem}");
    settled(&first, &name(1));
}

#[test]
fn what_another_stack_made_since_the_plan_is_used_all_the_same() {
    for (size, fits) in [(1, true), (2, false)] {
        let first = Lab::new();
        let second = first.beside();
        let planned = second.planned(&name(size));
        assert_eq!(actions(&planned.plan), ["create name"]);
        first.apply(&name(1));
        let outcome = second.try_apply(&name(size), planned).unwrap();
        assert_eq!((outcome.counts.shared, outcome.counts.failed), (usize::from(fits), usize::from(!fits)));
        if !fits {
            let error = &outcome.failures[0].error.message;
            assert!(error.contains("has another Size than is declared here"), "{error}");
            assert!(second.state().resources.is_empty());
            continue;
        }
        settled(&second, &name(1));
    }
}

#[test]
fn what_its_maker_took_away_is_made_anew_by_who_uses_it() {
    let first = Lab::new();
    let second = first.beside();
    first.apply(&program(1));
    second.apply(&program(1));
    first.cloud.vanish("bucket");
    let plan = second.plan(&program(1));
    assert_eq!(plan.change("bucket").unwrap().action, Action::Create);
    second.apply(&program(1));
    settled(&second, &program(1));
    assert_eq!(second.state().resources[&path("bucket")].sharing, Some(Sharing::Made));
}

#[test]
fn a_run_that_failed_leaves_what_is_anothers() {
    let first = Lab::new();
    let second = first.beside();
    first.apply(&program(1));
    second.cloud.fail("create", "user", ironward_core::error::ProviderErrorKind::Invalid);
    let outcome = second.apply(&program(1));
    assert!(!outcome.is_complete());
    let back = second.roll_back(&program(1), &outcome);
    assert!(back.kept.contains(&(path("bucket"), "it is another's".to_owned())), "{:?}", back.kept);
    assert!(there(&first).is_some());
}

#[test]
fn two_declarations_of_one_stack_may_stand_for_one_thing() {
    let lab = Lab::new();
    let program = |sizes: [i64; 2]| {
        let shared = |sketch: Sketch, at: &str, size: i64| {
            sketch
                .add(at, &NAMED, [("Name", is("one")), ("Size", is(size))])
                .tune(|options| options.shared = true)
        };
        shared(shared(sketch(), "name", sizes[0]), "wildcard", sizes[1]).done()
    };
    let outcome = lab.apply(&program([1, 1]));
    assert!(outcome.is_complete(), "{outcome:#?}");
    assert_eq!((outcome.counts.created, outcome.counts.shared), (1, 1));
    settled(&lab, &program([1, 1]));
    assert_eq!(lab.cloud.objects().len(), 1);
    assert!(lab.state().violations().is_empty());
    // Where they say different things, one of them can't be.
    for sizes in [[1, 2], [2, 1]] {
        let problem = lab.problem(&program(sizes));
        assert!(problem.contains("has another Size"), "{problem}");
    }
    let outcome = lab.apply(&program([2, 2]));
    assert_eq!(outcome.counts.updated, 1);
    settled(&lab, &program([2, 2]));
    lab.destroy(&program([1, 1]));
    assert!(lab.state().resources.is_empty());
}

/// The same declarations, none of which says any more that others may use it too.
fn kept_to_itself(mut program: Program) -> Program {
    for resource in program.resources.values_mut() {
        resource.options.shared = false;
    }
    program
}

#[test]
fn what_others_use_stays_whatever_its_maker_declares_by_now() {
    let gone = sketch().add("key", &KEY, []).done();
    // It was declared so once and is no more; it never was, or before states recorded it.
    for (made, then) in [(program(1), program(2)), (kept_to_itself(program(1)), program(1))] {
        let then = kept_to_itself(then);
        let first = lifted(Lab::new());
        let second = lifted(first.beside());
        first.apply(&made);
        second.apply(&program(1));
        first.apply(&then);
        let user = second.state().lineage.as_str().to_owned();
        let change = first.plan(&gone).change("bucket").cloned().unwrap();
        assert_eq!(change.action, Action::Forget);
        assert!(change.reasons[0].contains(&user), "{:?}", change.reasons);
        let outcome = first.destroy(&then);
        assert!(outcome.is_complete(), "{outcome:#?}");
        assert_eq!(outcome.remains.len(), 2, "with its key: {:?}", outcome.remains);
        assert!(there(&first).is_some());
        second.destroy(&program(1));
        first.apply(&program(1));
        first.apply(&kept_to_itself(program(1)));
        first.destroy(&kept_to_itself(program(1)));
        assert!(there(&first).is_none(), "nobody uses it any more");
    }
}

#[test]
fn what_others_use_is_not_replaced_whatever_its_maker_declares_by_now() {
    let mut first = lifted(Lab::new());
    let second = lifted(first.beside());
    first.consents = vec![Consent::by_command(Paths::parse("**").unwrap())];
    first.apply(&kept_to_itself(zoned("one", "x")));
    second.apply(&zoned("one", "x"));
    let mut moved = kept_to_itself(zoned("one", "y"));
    for program in [&kept_to_itself(zoned("one", "y")), &{
        let mut resource = moved.resources.shift_remove(&path("bucket")).unwrap();
        resource.path = path("elsewhere");
        resource.options.renamed_from = Some(path("bucket"));
        moved.resources.insert(resource.path.clone(), resource);
        moved
    }] {
        let problem = first.problem(program);
        assert!(problem.contains("uses it too"), "{problem}");
    }
}

#[test]
fn what_carries_no_tags_stays_shared_once_it_was() {
    let lab = lifted(Lab::new());
    lab.apply(&name(1));
    lab.apply(&kept_to_itself(name(2)));
    lab.destroy(&kept_to_itself(name(2)));
    assert!(there(&lab).is_some(), "others may use it");
    // Nor does it matter whether anything of it changed since it was declared so.
    let lab = lifted(Lab::new());
    let beside = |program: Program| {
        let mut program = program;
        program.resources.extend(sketch().add("other", &BOX, []).done().resources);
        program
    };
    lab.apply(&kept_to_itself(name(1)));
    lab.apply(&beside(name(1)));
    assert!(there(&lab).is_some());
    lab.apply(&sketch().done());
    assert!(there(&lab).is_some(), "others may use it");
}

#[test]
fn a_user_that_no_longer_shares_is_told_whose_it_is() {
    let first = Lab::new();
    let second = first.beside();
    first.apply(&program(1));
    second.apply(&program(1));
    let lineage = first.state().lineage.as_str().to_owned();
    for size in [1, 2] {
        let problems = second.problems(&kept_to_itself(program(size)));
        assert_eq!(problems.len(), 1, "{problems:?}");
        let told = problems[0].to_string();
        assert!(told.contains(&format!("it belongs to the Ironward state {lineage}")), "{told}");
        assert!(problems[0].hint.as_ref().unwrap().contains("`.shared()`"), "{problems:?}");
    }
    settled(&second, &program(1));
}

#[test]
fn a_user_that_declares_another_name_lets_go_of_the_first() {
    for shared in [true, false] {
        let first = Lab::new();
        let second = first.beside();
        first.apply(&zoned("one", "x"));
        second.apply(&zoned("one", "x"));
        let other = zoned("two", "x");
        let other = if shared { other } else { kept_to_itself(other) };
        let plan = second.plan(&other);
        assert_eq!(plan.change("bucket").unwrap().action.word(), "replace");
        let outcome = second.apply(&other);
        assert!(outcome.is_complete() && outcome.remains.is_empty(), "{outcome:#?}");
        settled(&second, &other);
        assert_eq!(users(&first), 0);
        settled(&first, &zoned("one", "x"));
        assert_eq!(first.cloud.objects().len(), 2);
        let sharing = second.state().resources[&path("bucket")].sharing;
        assert_eq!(sharing, shared.then_some(Sharing::Made));
    }
}

#[test]
fn what_was_left_to_others_is_not_replaced_into() {
    let mut first = Lab::new();
    first.consents = vec![Consent::by_command(Paths::parse("**").unwrap())];
    let second = first.beside();
    let shared = |sketch: Sketch, at: &str, name: &str| {
        sketch.add(at, &BUCKET, [("Name", is(name))]).tune(|options| options.shared = true)
    };
    first.apply(&shared(shared(sketch(), "x", "one"), "y", "two").done());
    second.apply(&shared(sketch(), "z", "one").done());
    first.apply(&shared(sketch(), "y", "two").done());
    let problem = first.problem(&shared(sketch(), "y", "one").done());
    assert!(problem.contains("that was let go of at `x`"), "{problem}");
    // Declared anew, it is found.
    let both = shared(shared(sketch(), "y", "two"), "w", "one").done();
    let outcome = first.apply(&both);
    assert!(outcome.is_complete(), "{outcome:#?}");
    settled(&first, &both);
}

#[test]
fn two_declarations_that_stand_for_one_thing_go_to_another_together() {
    let lab = Lab::new();
    let program = |name: &str| {
        let shared = |sketch: Sketch, at: &str| {
            sketch.add(at, &NAMED, [("Name", is(name))]).tune(|options| options.shared = true)
        };
        shared(shared(sketch(), "name"), "wildcard").done()
    };
    lab.apply(&program("one"));
    let outcome = lab.apply(&program("two"));
    assert!(outcome.is_complete(), "{outcome:#?}");
    settled(&lab, &program("two"));
    let ids: Vec<String> = lab.state().resources.values().map(|record| record.physical_id.clone()).collect();
    assert_eq!(ids[0], ids[1]);
    assert_eq!(lab.cloud.get(&ids[0]).unwrap().properties["Name"], json!("two"));
    assert!(there(&lab).is_some(), "others may use it");
}
