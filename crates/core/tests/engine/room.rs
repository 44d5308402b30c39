//! No more tags are sent than something can carry: what only helps to find it gives way, and what can't be
//! carried is refused before anything is sent.

use ironward_core::program::Program;
use ironward_core::provider::{LINEAGE_TAG, NAME_TAG, PATH_TAG, STACK_TAG, USER_TAG};
use serde_json::{Value as Json, json};

use crate::support::lab::{actions, block_on};
use crate::support::sketch::path;
use crate::support::types::{BOX, BUCKET};
use crate::support::{Lab, Object, is, sketch};

/// Tags of these many keys that begin so.
fn many(start: &str, count: usize) -> Json {
    (0..count).map(|n| json!({"Key": format!("{start}{n}"), "Value": "v"})).collect()
}

fn tagged(size: i64, tags: Json) -> Program {
    sketch().add("a", &BOX, [("Size", is(size)), ("Tags", is(tags))]).done()
}

/// A bucket that others may use too.
fn shared(tags: Json) -> Program {
    sketch()
        .add("bucket", &BUCKET, [("Name", is("one")), ("Tags", is(tags))])
        .tune(|options| options.shared = true)
        .done()
}

fn there(lab: &Lab) -> Object {
    let mut objects = lab.cloud.objects().into_iter();
    objects.find(|object| object.properties.get("Name") == Some(&json!("one"))).unwrap()
}

fn carries(object: &Object, key: &str) -> bool {
    object.tags.keys().any(|there| there.starts_with(key))
}

#[test]
fn what_only_helps_to_find_it_gives_way_to_what_is_declared() {
    for (before, after, name, place) in
        [(45, 48, false, false), (45, 47, true, false), (46, 48, false, false)]
    {
        let lab = Lab::new();
        lab.up(&tagged(1, many("k", before)));
        lab.up(&tagged(1, many("k", after)));
        let object = lab.cloud.of("a");
        assert_eq!((carries(&object, NAME_TAG), carries(&object, PATH_TAG)), (name, place), "{after}");
        assert_eq!((object.tags.len(), carries(&object, LINEAGE_TAG)), (50, true), "{after}");
        // With the next change where there is room again.
        lab.up(&tagged(1, many("k", before)));
        assert!(carries(&lab.cloud.of("a"), PATH_TAG));
    }
}

#[test]
fn what_goes_makes_room_for_what_comes() {
    let lab = Lab::new();
    lab.up(&tagged(1, many("old", 48)));
    lab.up(&tagged(1, many("new", 48)));
    let object = lab.cloud.of("a");
    assert_eq!((object.tags.len(), carries(&object, "old")), (50, false));
}

#[test]
fn tags_of_others_stay_and_count() {
    let lab = Lab::new();
    lab.up(&tagged(1, many("k", 10)));
    for n in 0..4 {
        lab.cloud.tag("a", &format!("theirs{n}"), "v");
    }
    // The cloud's own don't count.
    lab.cloud.tag("a", "aws:made-by", "v");
    lab.up(&tagged(1, many("k", 44)));
    let object = lab.cloud.of("a");
    assert_eq!(
        (object.tags.len(), carries(&object, NAME_TAG), carries(&object, "theirs3")),
        (51, false, true)
    );
    lab.up(&tagged(1, many("j", 44)));
    lab.cloud.clear();
    let problem = lab.problem(&tagged(1, many("k", 45)));
    assert!(problem.contains("there would be 51"), "{problem}");
    assert!(problem.contains("`theirs0`") && problem.contains("take 1 away"), "{problem}");
    // What changes no tags has no need of room, nor has what leaves them as they are.
    lab.up(&tagged(2, many("j", 44)));
    let mut ignoring = tagged(3, many("k", 48));
    ignoring.resources[&path("a")].options.ignore_changes = vec!["Tags"];
    lab.apply(&ignoring);
    assert_eq!(lab.cloud.property("a", "Size"), json!(3));
}

#[test]
fn a_name_that_somebody_gave_it_counts_as_theirs() {
    let lab = Lab::new();
    lab.up(&tagged(1, many("k", 10)));
    lab.cloud.tag("a", NAME_TAG, "theirs");
    lab.up(&tagged(1, many("k", 47)));
    assert_eq!(lab.cloud.of("a").tags[NAME_TAG], "theirs");
    assert!(lab.problem(&tagged(1, many("k", 48))).contains("`Name`"));
}

#[test]
fn what_is_taken_over_has_room_for_the_tags_of_its_owner() {
    for (count, fits) in [(48, true), (49, false)] {
        let lab = Lab::new();
        let theirs: Vec<String> = (0..count).map(|n| format!("theirs{n}")).collect();
        let theirs: Vec<(&str, &str)> = theirs.iter().map(|key| (key.as_str(), "v")).collect();
        lab.cloud.plant(&BOX, "box-9", &[("Size", json!(1))], &theirs);
        let program = sketch()
            .add("a", &BOX, [("Size", is(1))])
            .tune(|options| options.adopt = Some("box-9".to_owned()))
            .done();
        if fits {
            lab.up(&program);
            assert!(carries(&lab.cloud.get("box-9").unwrap(), LINEAGE_TAG));
        } else {
            let problem = lab.problem(&program);
            assert!(problem.contains("there would be 51"), "{problem}");
        }
    }
}

#[test]
fn a_stack_that_uses_it_too_lets_only_what_helps_to_find_it_give_way() {
    let first = Lab::new();
    let second = first.beside();
    let program = shared(many("k", 45));
    let engine = first.engine().with_stack("development");
    let planned = block_on(engine.plan(&program)).unwrap();
    block_on(engine.apply(&program, planned, first.policy, &first.cancel)).unwrap();
    assert_eq!(there(&first).tags.len(), 50);
    let reasons = second.plan(&program).change("bucket").unwrap().reasons.join("");
    assert!(reasons.contains(&format!("its tag `{STACK_TAG}` goes")), "{reasons}");
    let outcome = second.apply(&program);
    assert!(outcome.is_complete(), "{outcome:#?}");
    second.assert_settled(&program);
    let object = there(&first);
    assert_eq!(
        (object.tags.len(), carries(&object, STACK_TAG), carries(&object, USER_TAG)),
        (50, false, true)
    );
    let engine = first.engine().with_stack("development");
    assert!(block_on(engine.plan(&program)).unwrap().plan.is_empty(), "nor does its maker write it again");
    second.destroy(&program);
    assert_eq!(there(&first).tags.len(), 49);
}

#[test]
fn where_a_stack_cant_say_that_it_uses_it_it_doesnt() {
    for (declared, named) in [(48, None), (47, Some("theirs"))] {
        let first = Lab::new();
        let second = first.beside();
        first.up(&shared(many("k", declared)));
        if let Some(name) = named {
            first.cloud.tag("bucket", NAME_TAG, name);
        }
        first.cloud.clear();
        let problem = second.problem(&shared(many("k", 1)));
        assert!(problem.contains("carries 50 tags already"), "{problem}");
        assert!(problem.contains(USER_TAG) && problem.contains("declare fewer"), "{problem}");
        assert!(second.state().resources.is_empty() && first.cloud.log().is_empty());
    }
}

#[test]
fn where_there_is_no_room_any_more_since_the_plan_nothing_is_sent() {
    let first = Lab::new();
    let second = first.beside();
    first.up(&shared(many("k", 20)));
    let planned = second.planned(&shared(json!([])));
    first.up(&shared(many("k", 48)));
    first.cloud.clear();
    let outcome = second.try_apply(&shared(json!([])), planned).unwrap();
    assert!(outcome.failures[0].error.message.contains("carries 50 tags already"), "{outcome:#?}");
    assert!(second.state().resources.is_empty() && first.cloud.log().is_empty());
}

#[test]
fn what_other_stacks_say_of_it_stays() {
    let first = Lab::new();
    let second = first.beside();
    first.up(&shared(many("k", 20)));
    second.apply(&shared(json!([])));
    first.up(&shared(many("j", 47)));
    let object = there(&first);
    assert_eq!(
        (object.tags.len(), carries(&object, USER_TAG), carries(&object, NAME_TAG)),
        (50, true, false)
    );
    let problem = first.problem(&shared(many("j", 48)));
    assert!(problem.contains(USER_TAG), "{problem}");
    assert_eq!(actions(&second.plan(&shared(json!([])))), Vec::<String>::new());
}
