//! The keys that data was ever under outlive it, by whatever way it came under them.

use std::sync::Arc;

use ironward_core::error::ProviderErrorKind;
use ironward_core::plan::Action;
use ironward_core::program::Program;
use ironward_core::provider::DeleteOutcome;
use ironward_core::value::Value;
use serde_json::json;

use crate::support::lab::End;
use crate::support::sketch::{Sketch, path};
use crate::support::types::{BOX, KEY, STORE};
use crate::support::{Cloud, Lab, adopted, consents, is, of, retained, sketch, state_rm};

/// Data under the keys that an alias leads to.
fn aliased(keys: &[&str], key: &str) -> Program {
    let keys = keys.iter().fold(sketch(), |sketch, key| sketch.add(key, &KEY, []));
    let alias = keys.add("alias", &BOX, [("Link", of(key, "Id"))]);
    alias.add("data", &STORE, [("Link", of("alias", "Id"))]).done()
}

#[test]
fn a_key_that_data_was_under_by_an_alias_outlives_the_alias_leading_elsewhere() {
    let mut lab = Lab::new();
    lab.up(&aliased(&["one"], "one"));
    lab.up(&aliased(&["one", "two"], "two"));
    lab.up(&aliased(&["one", "two", "three"], "three"));
    let keys = ["one", "two"].map(|key| lab.cloud.of(key).id);
    lab.consents = consents("**");
    assert!(lab.apply(&aliased(&["three"], "three")).is_complete());
    assert_eq!(keys.map(|key| lab.cloud.get(&key).is_some()), [true, true]);
}

#[test]
fn a_key_that_is_replaced_twice_under_an_alias_opens_what_is_there() {
    let mut lab = Lab::new();
    let program = |zone: &str| {
        let key = sketch().add("key", &KEY, [("Zone", is(zone))]);
        let alias = key.add("alias", &BOX, [("Link", of("key", "Id"))]);
        alias.add("data", &STORE, [("Link", of("alias", "Id"))]).done()
    };
    lab.consents = consents("**");
    let keys = ["a", "b", "c"].map(|zone| {
        assert!(lab.apply(&program(zone)).is_complete());
        lab.cloud.of("key").id
    });
    assert_eq!(keys.map(|key| lab.cloud.get(&key).is_some()), [true, true, true]);
}

#[test]
fn a_key_that_an_alias_led_to_when_a_run_was_killed_opens_what_is_there() {
    for appends in 0..40 {
        let mut lab = Lab::new();
        lab.up(&aliased(&["one"], "one"));
        let ended = lab.apply_until_end(&aliased(&["one", "two"], "two"), appends, End::Kill);
        if lab.cloud.log().contains(&"update alias link".to_owned()) {
            let two = lab.cloud.of("two").id;
            lab.consents = consents("**");
            assert!(lab.apply(&aliased(&["three"], "three")).is_complete());
            assert!(lab.cloud.get(&two).is_some(), "killed after {appends}");
        }
        if ended {
            break;
        }
    }
}

#[test]
fn a_snapshot_needs_the_keys_that_its_data_was_under_by_an_alias() {
    let mut lab = Lab::new();
    lab.up(&aliased(&["one", "two"], "one"));
    lab.up(&aliased(&["one", "two"], "two"));
    let two = lab.cloud.of("two").id;
    lab.cloud.leave("data", DeleteOutcome::leaving("a snapshot is kept"));
    lab.policy.lift_protection = true;
    lab.destroy(&aliased(&["one", "two"], "two"));
    assert!(lab.cloud.get(&two).is_some(), "it opens the snapshot");
}

#[test]
fn a_key_that_data_is_declared_to_be_built_on_counts_whenever_that_is_declared() {
    let lab = Lab::new();
    let program = |on: &str| {
        let keys = sketch().add("one", &KEY, []).add("two", &KEY, []);
        keys.add("data", &STORE, []).tune(|options| options.depends_on = vec![path(on)]).done()
    };
    lab.up(&program("one"));
    lab.up(&program("two"));
    assert_eq!(lab.state().resources[&path("data")].opened_by.len(), 2);
}

fn there_under(lab: &Lab, key: &str) {
    let key = lab.cloud.of(key).id;
    lab.cloud.plant(&STORE, "store-there", &[("Link", json!(key))], &[]);
}

#[test]
fn a_key_that_data_was_under_when_it_was_taken_over_outlives_its_change() {
    let mut lab = Lab::new();
    let keys = || sketch().add("one", &KEY, []).add("two", &KEY, []);
    lab.up(&keys().done());
    let one = lab.cloud.of("one").id;
    there_under(&lab, "one");
    let data =
        |sketch: Sketch| adopted(sketch.add("data", &STORE, [("Link", of("two", "Id"))]), "store-there");
    lab.up(&data(keys()).done());
    lab.consents = consents("**");
    lab.apply(&data(sketch().add("two", &KEY, [])).done());
    assert!(lab.cloud.get(&one).is_some(), "it opens what is in the store");
}

#[test]
fn a_run_that_is_killed_while_it_takes_data_over_keeps_its_key() {
    for appends in 0..10 {
        let mut lab = Lab::new();
        let key = || sketch().add("key", &KEY, []);
        lab.up(&key().done());
        let id = lab.cloud.of("key").id;
        there_under(&lab, "key");
        let data = |sketch: Sketch, link: Option<Value>| {
            adopted(sketch.add("data", &STORE, link.map(|link| ("Link", link))), "store-there").done()
        };
        let ended = lab.apply_until_end(&data(key(), Some(of("key", "Id"))), appends, End::Kill);
        if !lab.state().resources.contains_key(&path("data")) {
            continue;
        }
        lab.consents = consents("**");
        assert!(lab.apply(&data(sketch(), None)).is_complete());
        assert!(lab.cloud.get(&id).is_some(), "killed after {appends}");
        if ended {
            break;
        }
    }
}

#[test]
fn a_key_that_somebody_put_data_under_outlives_its_repair() {
    let mut lab = Lab::new();
    let data = |sketch: Sketch| sketch.add("data", &STORE, [("Link", of("one", "Id"))]).done();
    let keys = || sketch().add("one", &KEY, []).add("two", &KEY, []);
    lab.up(&data(keys()));
    let two = lab.cloud.of("two").id;
    lab.cloud.tamper("data", "Link", two.clone());
    lab.up(&data(keys()));
    lab.consents = consents("**");
    lab.apply(&data(sketch().add("one", &KEY, [])));
    assert!(lab.cloud.get(&two).is_some(), "what was written meanwhile is under it");
}

fn keys(names: &[&str]) -> Sketch {
    names.iter().fold(sketch(), |sketch, key| sketch.add(key, &KEY, []))
}

#[test]
fn a_rollback_takes_the_key_down_whose_alias_failed() {
    let lab = Lab::new();
    lab.up(&sketch().add("data", &STORE, []).done());
    lab.cloud.fail("create", "alias", ProviderErrorKind::Invalid);
    let program = aliased(&["key"], "key");
    let outcome = lab.apply(&program);
    assert!(!outcome.is_complete());
    let back = lab.roll_back(&program, &outcome);
    assert!(back.kept.is_empty(), "{:?} {:?}", back.kept, lab.cloud.log());
}

#[test]
fn a_key_whose_alias_failed_is_deleted() {
    let mut lab = Lab::new();
    let before = sketch().add("data", &STORE, []).done();
    lab.up(&before);
    lab.cloud.fail("create", "alias", ProviderErrorKind::Invalid);
    assert!(!lab.apply(&aliased(&["key"], "key")).is_complete());
    lab.consents = consents("**");
    let plan = lab.plan(&before);
    assert_eq!(plan.change("key").unwrap().action, Action::Delete);
}

#[test]
fn a_key_at_a_path_that_is_used_again_is_another_key() {
    let mut lab = Lab::new();
    let data = |sketch: Sketch, link: bool| {
        sketch.add("data", &STORE, link.then(|| ("Link", of("key", "Id")))).done()
    };
    lab.up(&data(keys(&["key"]), true));
    lab.consents = consents("key");
    assert!(lab.apply(&data(sketch(), false)).is_complete());
    assert!(lab.cloud.objects().len() == 1, "{:?}", lab.cloud.log());
    lab.consents = Vec::new();
    lab.up(&data(keys(&["key"]), false));
    lab.consents = consents("**");
    let plan = lab.plan(&data(sketch(), false));
    assert_eq!(
        plan.change("key").unwrap().action,
        Action::Delete,
        "{:?}",
        plan.change("key").unwrap().reasons
    );
}

#[test]
fn a_key_that_is_called_the_same_elsewhere_is_another_key() {
    let mut lab = Lab::new();
    lab.aliases.insert("west".to_owned(), Cloud::new(Arc::clone(&lab.clock)));
    let west = |sketch: Sketch| sketch.tune(|options| options.provider = Some("west".to_owned()));
    let there = || {
        let key = west(sketch().add("west-key", &KEY, []));
        west(key.add("west-data", &STORE, [("Link", of("west-key", "Id"))]))
    };
    lab.up(&there().add("here", &KEY, []).done());
    let state = lab.state();
    assert_eq!(state.resources[&path("here")].physical_id, state.resources[&path("west-key")].physical_id);
    assert_eq!(state.resources[&path("west-data")].opened_by.len(), 1, "1");
    lab.up(&there().add("here", &KEY, []).done());
    assert_eq!(lab.state().resources[&path("west-data")].opened_by.len(), 1, "2");
    lab.consents = consents("**");
    let plan = lab.plan(&there().done());
    assert_eq!(plan.change("here").unwrap().action, Action::Delete);
}

#[test]
fn a_key_that_leaves_in_the_plan_that_takes_its_data_over_stays() {
    let mut lab = Lab::new();
    lab.up(&keys(&["one", "two"]).done());
    let one = lab.cloud.of("one").id;
    lab.cloud.plant(&STORE, "store-there", &[("Link", json!(one))], &[]);
    lab.consents = consents("**");
    let program =
        adopted(keys(&["two"]).add("data", &STORE, [("Link", of("two", "Id"))]), "store-there").done();
    let outcome = lab.apply(&program);
    assert!(outcome.is_complete(), "{:?}", outcome.failures);
    assert!(lab.cloud.get(&one).is_some(), "{:?}", lab.cloud.log());
}

#[test]
fn a_key_that_leaves_in_the_plan_that_repairs_stays() {
    let mut lab = Lab::new();
    let data = |sketch: Sketch| sketch.add("data", &STORE, [("Link", of("one", "Id"))]).done();
    lab.up(&data(keys(&["one", "two"])));
    let two = lab.cloud.of("two").id;
    lab.cloud.tamper("data", "Link", two.clone());
    lab.consents = consents("**");
    let outcome = lab.apply(&data(keys(&["one"])));
    assert!(outcome.is_complete(), "{:?}", outcome.failures);
    assert!(lab.cloud.get(&two).is_some(), "{:?}", lab.cloud.log());
}

#[test]
fn a_key_that_somebody_put_retained_data_under_stays() {
    let mut lab = Lab::new();
    let data = |sketch: Sketch| retained(sketch.add("data", &STORE, [("Link", of("one", "Id"))]));
    lab.up(&data(keys(&["one", "two"])).done());
    let two = lab.cloud.of("two").id;
    lab.cloud.tamper("data", "Link", two.clone());
    lab.consents = consents("**");
    let outcome = lab.apply(&sketch().done());
    assert!(outcome.is_complete(), "{:?}", outcome.failures);
    println!("{:?}", lab.cloud.log());
    assert!(lab.cloud.get(&two).is_some(), "{:?}", lab.cloud.log());
}

#[test]
fn a_key_that_somebody_put_data_under_opens_its_snapshot() {
    let mut lab = Lab::new();
    let data = |sketch: Sketch| sketch.add("data", &STORE, [("Link", of("one", "Id"))]).done();
    lab.up(&data(keys(&["one", "two"])));
    let two = lab.cloud.of("two").id;
    lab.cloud.tamper("data", "Link", two.clone());
    lab.cloud.leave("data", DeleteOutcome::leaving("a snapshot is kept"));
    lab.policy.lift_protection = true;
    lab.consents = consents("**");
    lab.destroy(&data(keys(&["one", "two"])));
    assert!(lab.cloud.get(&two).is_some(), "{:?}", lab.cloud.log());
}

#[test]
fn a_key_to_which_somebody_led_an_alias_is_a_key_of_the_data() {
    let mut lab = Lab::new();
    lab.up(&aliased(&["one", "two"], "one"));
    let two = lab.cloud.of("two").id;
    lab.cloud.tamper("alias", "Link", two.clone());
    lab.up(&aliased(&["one", "two"], "one"));
    lab.consents = consents("**");
    let outcome = lab.apply(&aliased(&["one"], "one"));
    assert!(outcome.is_complete(), "{:?}", outcome.failures);
    assert!(lab.cloud.get(&two).is_some(), "{:?}", lab.cloud.log());
}

#[test]
fn the_key_of_an_alias_that_is_taken_over_with_its_data_stays() {
    let mut lab = Lab::new();
    lab.up(&keys(&["one", "two"]).done());
    let two = lab.cloud.of("two").id;
    lab.cloud.plant(&BOX, "box-alias", &[("Link", json!(two))], &[]);
    lab.cloud.plant(&STORE, "store-there", &[("Link", json!("box-alias"))], &[]);
    let program = |names: &[&str]| {
        let alias = adopted(keys(names).add("alias", &BOX, [("Link", of("one", "Id"))]), "box-alias");
        adopted(alias.add("data", &STORE, [("Link", of("alias", "Id"))]), "store-there").done()
    };
    lab.up(&program(&["one", "two"]));
    lab.consents = consents("**");
    let outcome = lab.apply(&program(&["one"]));
    assert!(outcome.is_complete(), "{:?}", outcome.failures);
    assert!(lab.cloud.get(&two).is_some(), "{:?}", lab.cloud.log());
}

#[test]
fn the_key_of_an_alias_that_is_taken_over_and_was_named_by_a_literal_stays() {
    let mut lab = Lab::new();
    lab.cloud.plant(&BOX, "box-alias", &[], &[]);
    lab.up(&keys(&["one", "two"]).add("data", &STORE, [("Link", is("box-alias"))]).done());
    let two = lab.cloud.of("two").id;
    lab.cloud.tamper("planted", "Link", two.clone());
    let program = |names: &[&str]| {
        let alias = adopted(keys(names).add("alias", &BOX, [("Link", of("one", "Id"))]), "box-alias");
        alias.add("data", &STORE, [("Link", of("alias", "Id"))]).done()
    };
    lab.up(&program(&["one", "two"]));
    lab.consents = consents("**");
    let outcome = lab.apply(&program(&["one"]));
    assert!(outcome.is_complete(), "{:?}", outcome.failures);
    assert!(lab.cloud.get(&two).is_some(), "{:?}", lab.cloud.log());
}

#[test]
fn a_key_whose_alias_is_named_by_a_literal_is_a_key_of_the_data() {
    let mut lab = Lab::new();
    let alias = |names: &[&str], key: &str| keys(names).add("alias", &BOX, [("Link", of(key, "Id"))]);
    lab.up(&alias(&["one", "two"], "one").done());
    let id = lab.cloud.of("alias").id;
    let program =
        |names: &[&str], key: &str| alias(names, key).add("data", &STORE, [("Link", is(id.as_str()))]).done();
    lab.up(&program(&["one", "two"], "one"));
    let one = lab.cloud.of("one").id;
    lab.up(&program(&["one", "two"], "two"));
    lab.consents = consents("**");
    let outcome = lab.apply(&program(&["two"], "two"));
    assert!(outcome.is_complete(), "{:?}", outcome.failures);
    assert!(lab.cloud.get(&one).is_some(), "{:?}", lab.cloud.log());
}

#[test]
fn data_that_is_taken_over_is_under_a_key_that_was_let_go_of() {
    let mut lab = Lab::new();
    lab.up(&keys(&["one", "two"]).done());
    let one = lab.cloud.of("one").id;
    state_rm(&lab, "one");
    lab.cloud.plant(&STORE, "store-there", &[("Link", json!(one))], &[]);
    let data = |sketch: Sketch| {
        adopted(sketch.add("data", &STORE, [("Link", of("two", "Id"))]), "store-there").done()
    };
    assert!(lab.apply(&data(keys(&["two"]))).is_complete());
    assert!(lab.apply(&data(adopted(keys(&["two"]).add("again", &KEY, []), &one))).is_complete());
    lab.consents = consents("**");
    assert!(lab.apply(&data(keys(&["two"]))).is_complete());
    assert!(lab.cloud.get(&one).is_some(), "{:?}", lab.cloud.log());
}
