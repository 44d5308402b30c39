//! Tags by which people find things: a name, the path, the stack.

use ironward_core::program::Program;
use ironward_core::provider::{NAME_TAG, PATH_TAG, STACK_TAG};
use serde_json::{Value as Json, json};

use crate::support::lab::{actions, block_on};
use crate::support::sketch::path;
use crate::support::types::BOX;
use crate::support::{Lab, is, sketch};

fn tagged(at: &str, size: i64, tags: Json) -> Program {
    sketch().add(at, &BOX, [("Size", is(size)), ("Tags", is(tags))]).done()
}

fn plain(size: i64) -> Program {
    sketch().add("net/a", &BOX, [("Size", is(size))]).done()
}

#[test]
fn everything_carries_a_name_its_path_and_the_stack() {
    let lab = Lab::new();
    let engine = lab.engine().with_stack("development");
    let planned = block_on(engine.plan(&plain(1))).unwrap();
    block_on(engine.apply(&plain(1), planned, lab.policy, &lab.cancel)).unwrap();
    let tags = lab.cloud.of("net/a").tags;
    let carried = |key: &str| tags.get(key).map(String::as_str);
    assert_eq!(
        (carried(NAME_TAG), carried(PATH_TAG), carried(STACK_TAG)),
        (Some("net-a"), Some("net/a"), Some("development"))
    );
    lab.assert_settled(&plain(1));
}

#[test]
fn a_declared_name_counts_and_one_that_is_declared_no_more_is_the_paths() {
    let lab = Lab::new();
    let named = |tags: Json| tagged("net/a", 1, tags);
    lab.up(&named(json!([{"Key": "Name", "Value": "front"}])));
    assert_eq!(lab.cloud.of("net/a").tags[NAME_TAG], "front");
    lab.up(&named(json!([])));
    assert_eq!(lab.cloud.of("net/a").tags[NAME_TAG], "net-a");
}

#[test]
fn a_name_that_differs_in_case_alone_is_a_name() {
    let lab = Lab::new();
    lab.up(&tagged("net/a", 1, json!([{"Key": "name", "Value": "front"}])));
    assert!(!lab.cloud.of("net/a").tags.contains_key(NAME_TAG));
}

#[test]
fn no_more_tags_are_written_than_fit() {
    let lab = Lab::new();
    let many: Vec<Json> = (0..47).map(|n| json!({"Key": format!("k{n}"), "Value": "v"})).collect();
    lab.up(&tagged("a", 1, Json::from(many)));
    let tags = lab.cloud.of("a").tags;
    assert_eq!((tags.len(), tags.contains_key(NAME_TAG), tags.contains_key(PATH_TAG)), (50, true, false));
}

#[test]
fn what_was_made_before_gets_them_with_its_next_change() {
    let lab = Lab::new();
    lab.up(&plain(1));
    for key in [NAME_TAG, PATH_TAG] {
        lab.cloud.untag("net/a", key);
    }
    lab.assert_settled(&plain(1));
    lab.cloud.clear();
    assert_eq!(actions(&lab.plan(&plain(2))), ["update net/a size,tags"]);
    lab.up(&plain(2));
    assert_eq!(lab.cloud.of("net/a").tags[NAME_TAG], "net-a");
}

#[test]
fn a_name_that_somebody_gave_it_stays() {
    let lab = Lab::new();
    lab.up(&plain(1));
    lab.cloud.tag("net/a", NAME_TAG, "theirs");
    lab.assert_settled(&plain(1));
    let moved = sketch()
        .add("net/b", &BOX, [("Size", is(1))])
        .tune(|options| options.renamed_from = Some(path("net/a")))
        .done();
    assert_eq!(
        lab.plan(&moved).change("net/b").unwrap().reasons,
        ["its tags name the path that it had before"]
    );
    lab.up(&moved);
    let tags = &lab.cloud.objects()[0].tags;
    assert_eq!((&tags[NAME_TAG][..], &tags[PATH_TAG][..]), ("theirs", "net/b"));
}

#[test]
fn a_plan_shows_those_tags_that_change() {
    let lab = Lab::new();
    let tags = |value: &str| json!([{"Key": "owner", "Value": value}]);
    lab.up(&plain(1));
    let shown = |tags: &Json| {
        let change = lab.plan(&tagged("net/a", 1, tags.clone())).change("net/a").cloned().unwrap();
        let diff = change.diffs.into_iter().next().unwrap();
        assert!(change.drift.iter().all(|drift| drift.before.is_some()));
        (diff.before, diff.after.and_then(|node| node.to_json()), change.drift.into_iter().next())
    };
    // Its name and its path aren't declared, and nobody takes them away.
    assert_eq!(shown(&tags("us")), (Some(json!([])), Some(tags("us")), None));
    lab.up(&tagged("net/a", 1, tags("us")));
    lab.cloud.tag("net/a", "theirs", "x");
    assert_eq!(shown(&tags("them")), (Some(tags("us")), Some(tags("them")), None));
    assert_eq!(shown(&json!([])), (Some(tags("us")), None, None));
    // Where the name is declared, it is shown.
    let named = json!([{"Key": "Name", "Value": "front"}, {"Key": "owner", "Value": "us"}]);
    let before = json!([{"Key": "Name", "Value": "net-a"}, {"Key": "owner", "Value": "us"}]);
    assert_eq!(shown(&named), (Some(before), Some(named), None));
    lab.cloud.tag("net/a", "owner", "somebody");
    let (before, _, drift) = shown(&tags("us"));
    let drift = drift.unwrap();
    assert_eq!((before, drift.before), (Some(tags("somebody")), Some(tags("us"))));
    assert_eq!(drift.after.and_then(|node| node.to_json()), Some(tags("somebody")));
}
