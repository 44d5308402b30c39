//! What was let go of still has what it had, and stands on what it stood on; what vanished has nothing.

use ironward_core::consent::{Consent, Loss, Paths};
use ironward_core::declare::Accepted;
use ironward_core::plan::{Action, Remedy};
use ironward_core::program::{Moved, Program};
use ironward_core::provider::DeleteOutcome;
use ironward_core::state::{Entry, InstanceId, JournalAction, Record, Remainder, RemainsBecause};
use ironward_core::store::StateStore;
use ironward_core::value::Value;

use crate::support::lab::{End, block_on};
use crate::support::sketch::{Sketch, path};
use crate::support::types::{BOX, KEY, NAMED, SLOT, STORE};
use crate::support::{Lab, is, of, sketch};

fn consents(to: &str) -> Vec<Consent> {
    vec![Consent::by_command(Paths::parse(to).unwrap())]
}

#[test]
fn what_is_made_may_be_called_as_something_was_that_vanished() {
    let lab = Lab::new();
    lab.up(&sketch().add("a", &SLOT, [("Key", is("k"))]).done());
    lab.cloud.vanish("a");
    // The one that vanished comes after the one that takes its name.
    let program = sketch().add("b", &SLOT, [("Key", is("k"))]).add(
        "a",
        &SLOT,
        [("Key", is("l")), ("Link", of("b", "Id"))],
    );
    let program = program.done();
    let outcome = lab.up(&program);
    assert_eq!(outcome.counts.created, 2);
    assert_eq!(lab.state().resources[&path("b")].physical_id, "slot-k");
    assert!(lab.plan(&program).is_empty());
}

#[test]
fn what_is_made_may_be_called_as_something_was_that_vanished_and_is_of_another_type_now() {
    let lab = Lab::new();
    lab.up(&sketch().add("a", &SLOT, [("Key", is("k"))]).done());
    lab.cloud.vanish("a");
    let program =
        sketch().add("b", &SLOT, [("Key", is("k"))]).add("a", &BOX, [("Parent", of("b", "Id"))]).done();
    assert_eq!(lab.up(&program).counts.created, 2);
    assert_eq!(lab.state().resources[&path("b")].physical_id, "slot-k");
}

#[test]
fn what_vanished_and_left_the_program_counts_as_deleted_although_its_end_is_on_record_before() {
    let lab = Lab::new();
    lab.up(&sketch().add("a", &BOX, []).done());
    lab.cloud.vanish("a");
    let program = sketch().add("b", &BOX, []).add("c", &BOX, [("Parent", of("b", "Id"))]).done();
    let outcome = lab.up(&program);
    assert_eq!((outcome.counts.created, outcome.counts.deleted), (2, 1));
}

#[test]
fn nothing_stays_of_what_is_retained_and_vanished() {
    for destroys in [false, true] {
        let lab = Lab::new();
        let ground = sketch().add("ground", &BOX, []);
        let program = ground.add("a", &BOX, [("Parent", of("ground", "Id"))]);
        let program = program.tune(|options| options.retain_on_delete = true).done();
        lab.up(&program);
        lab.cloud.vanish("a");
        let outcome = if destroys { lab.destroy(&program) } else { lab.up(&sketch().done()) };
        assert_eq!((outcome.counts.deleted, outcome.counts.forgotten), (2, 0));
        assert!(lab.state().remains.is_empty(), "{:?}", lab.state().remains);
    }
}

#[test]
fn what_was_let_go_of_stands_on_what_is_made_again_after_a_move() {
    let lab = Lab::new();
    let before = sketch().add("a", &SLOT, [("Key", is("k"))]).add("user", &BOX, [("Parent", of("a", "Id"))]);
    lab.up(&before.tune(|options| options.retain_on_delete = true).done());
    // A first run moves it and lets its user go; then it vanishes and is made again.
    let moved = |size: i64| {
        let mut program = sketch().add("b", &SLOT, [("Key", is("k")), ("Size", is(size))]).done();
        program.moves.push(Moved { from: path("a"), to: path("b") });
        program
    };
    assert!(lab.apply(&moved(1)).is_complete());
    lab.cloud.vanish("a");
    assert!(lab.apply(&moved(2)).is_complete());
    let gone: Program = sketch().done();
    let plan = lab.plan(&gone);
    assert_eq!(plan.change("b").unwrap().action, Action::Forget, "{plan:#?}");
}

#[test]
fn what_was_let_go_of_stands_on_what_is_made_again_after_something_else() {
    let lab = Lab::new();
    let retained = |sketch: Sketch| sketch.tune(|options| options.retain_on_delete = true);
    let slot = || sketch().add("a", &SLOT, [("Key", is("k"))]);
    lab.up(&retained(slot().add("user", &BOX, [("Parent", of("a", "Id"))])).done());
    // It vanishes, another type stands at its path for a while, and stays in the cloud.
    lab.cloud.vanish("a");
    assert!(lab.apply(&retained(sketch().add("a", &BOX, [])).done()).is_complete());
    assert!(lab.apply(&slot().done()).is_complete());
    let gone: Program = sketch().done();
    let plan = lab.plan(&gone);
    assert_eq!(plan.change("a").unwrap().action, Action::Forget, "{plan:#?}");
}

#[test]
fn what_is_let_go_of_stands_on_what_is_made_again_in_the_same_run() {
    let lab = Lab::new();
    let before = sketch().add("a", &SLOT, [("Key", is("k"))]).add("user", &BOX, [("Parent", of("a", "Id"))]);
    let retained = |sketch: Sketch| sketch.tune(|options| options.retain_on_delete = true);
    lab.up(&retained(before).done());
    let moved = sketch().add("b", &SLOT, [("Key", is("k"))]);
    let moved = moved.tune(|options| options.renamed_from = Some(path("a")));
    lab.up(&retained(moved.add("user", &BOX, [("Parent", of("b", "Id"))])).done());
    // While it is let go of, what it stands on is recorded as gone.
    let mut state = lab.state();
    let (user, gone) = (state.resources[&path("user")].clone(), state.resources[&path("b")].instance.clone());
    state.apply(Entry::Deleted { instance: gone.clone() });
    state.apply(Entry::Remains { remainder: Box::new(Remainder::let_go(&user)) });
    let left = &state.remains[&user.instance];
    assert_eq!(left.needs, state.resources[&path("user")].dependencies);
    // It may come back to where it was last, or to where it was first.
    assert!(left.needs.contains(&gone) && left.needs.len() == 2, "{left:?}");
}

#[test]
fn a_key_that_is_taken_over_while_its_data_is_worked_on_still_opens_that() {
    let lab = Lab::new();
    let under = |key: &str| {
        let keys = sketch().add("old", &KEY, []).tune(|options| options.retain_on_delete = true);
        keys.add("new", &KEY, []).add("data", &STORE, [("Link", of(key, "Id"))]).done()
    };
    lab.up(&under("old"));
    lab.up(&under("new"));
    let mut state = lab.state();
    let (key, data) = (state.resources[&path("old")].clone(), state.resources[&path("data")].clone());
    assert!(data.opened_by.contains(&key.instance));
    state.apply(Entry::Remains { remainder: Box::new(Remainder::let_go(&key)) });
    state.apply(Entry::Forgotten { instance: key.instance.clone() });
    // An update of the data has begun by now.
    let instance = InstanceId::derive(&state.lineage, &key.path, key.generation + 1);
    let again = Record { instance, ..key };
    state.apply(Entry::Begin { action: JournalAction::Adopt, record: Box::new(again.clone()) });
    state.apply(Entry::Done { record: Box::new(again.clone()) });
    // So has its deletion, which knows the key as it was when it began.
    let mut left = Remainder::let_go(&data);
    (left.because, left.record) = (RemainsBecause::Deleted, None);
    state.apply(Entry::Remains { remainder: Box::new(left) });
    assert!(state.remains[&data.instance].needs.contains(&again.instance));
    state.apply(Entry::Done { record: Box::new(data) });
    assert!(state.resources[&path("data")].opened_by.contains(&again.instance));
}

#[test]
fn a_consent_doesn_t_take_down_what_something_stands_on() {
    let mut lab = Lab::new();
    let program = sketch().add("data", &STORE, []).add("user", &BOX, [("Parent", of("data", "Id"))]);
    lab.up(&program.tune(|options| options.retain_on_delete = true).done());
    lab.consents = consents("data");
    let plan = lab.plan(&sketch().done());
    let change = plan.change("data").unwrap();
    assert_eq!(change.action, Action::Forget);
    assert_eq!(change.reasons, ["`user` stays in the cloud and stands on it"]);
    assert!(plan.losses.is_empty());
}

#[test]
fn what_was_replaced_while_it_was_empty_is_asked_about_once_something_is_in_it() {
    let lab = Lab::new();
    let store = |zone: &str| sketch().add("data", &STORE, [("Zone", is(zone))]).done();
    lab.up(&store("a"));
    let old = lab.cloud.of("data").id;
    lab.cloud.fill(&old, 0);
    lab.cloud.fail("delete", "data", ironward_core::error::ProviderErrorKind::Conflict);
    let outcome = lab.apply(&store("b"));
    assert!(!outcome.is_complete());
    assert!(lab.plan(&store("b")).losses.is_empty(), "it is empty still");
    lab.cloud.fill(&old, 3);
    let problem = lab.problem(&store("b"));
    assert!(problem.contains("`data`: the plan would delete it"), "{problem}");
    assert!(problem.contains("what it holds would be lost: 3 rows"), "{problem}");
    let mut accepting = store("b");
    accepting.resources[0].options.accepts.push(Accepted::new(Loss::Replace, "three test rows"));
    lab.up(&accepting);
    assert!(lab.cloud.get(&old).is_none());
}

#[test]
fn what_is_taken_over_only_to_be_replaced_goes_before_another_has_its_name() {
    let lab = Lab::new();
    lab.cloud.plant(&NAMED, "named-there", &[("Name", "n".into()), ("Zone", "z".into())], &[]);
    let mut program = sketch()
        .add("b", &NAMED, [("Name", is("n"))])
        .add("a", &NAMED, [("Name", is("m")), ("Zone", is("y"))])
        .tune(|options| options.adopt = Some("named-there".to_owned()))
        .done();
    program.resources[&path("a")].options.accepts.push(Accepted::new(Loss::Replace, "it isn't ours"));
    let plan = lab.plan(&program);
    assert_eq!(plan.change("b").unwrap().waits_for.len(), 1, "{plan:#?}");
    lab.up(&program);
    assert!(lab.plan(&program).is_empty());
}

#[test]
fn the_name_of_what_was_let_go_of_is_taken() {
    let lab = Lab::new();
    let program =
        sketch().add("a", &SLOT, [("Key", is("k"))]).tune(|options| options.retain_on_delete = true);
    lab.up(&program.done());
    assert!(lab.apply(&sketch().done()).is_complete());
    let again = |at: &str| sketch().add(at, &SLOT, [("Key", is("k"))]);
    for at in ["a", "other"] {
        let problem = lab.problem(&again(at).done());
        let says = format!(
            "`{at}`: needs Key k, which slot-k has: that was let go of at `a`, and stays in the cloud"
        );
        assert!(problem.contains(&says), "{problem}");
        assert!(problem.contains("`.adopt(\"slot-k\")`"), "{problem}");
        assert!(problem.contains("`state remains --forget a`"), "{problem}");
        let problems = lab.problems(&again(at).done());
        assert!(matches!(*problems[0].remedy, Remedy::Change { .. }), "{problems:?}");
    }
    let taken = again("other").tune(|options| options.adopt = Some("slot-k".to_owned())).done();
    lab.up(&taken);
    assert!(lab.state().remains.is_empty());
}

#[test]
fn a_key_that_a_snapshot_isn_t_under_goes_with_what_left_it() {
    let mut lab = Lab::new();
    let program = sketch()
        .add("other", &KEY, [])
        .add("key", &KEY, [])
        .add("data", &STORE, [("Link", of("key", "Id"))])
        .tune(|options| options.depends_on = vec![path("other")])
        .done();
    lab.up(&program);
    let key = lab.cloud.of("key").id;
    lab.cloud.leave("data", DeleteOutcome::leaving("a snapshot is kept").opened_by([key.clone()]));
    lab.policy.lift_protection = true;
    let outcome = lab.destroy(&program);
    assert_eq!((outcome.counts.deleted, outcome.counts.forgotten), (2, 1));
    assert_eq!(lab.cloud.objects().iter().map(|object| object.id.clone()).collect::<Vec<_>>(), [key]);
}

/// A store under a key, taken off it again: only what it holds still needs the key.
fn once_sealed(lab: &Lab) -> Sketch {
    let keyless = |link: Option<Value>| {
        sketch().add("key", &KEY, []).add("data", &STORE, link.map(|link| ("Link", link)))
    };
    lab.up(&keyless(Some(of("key", "Id"))).done());
    lab.up(&keyless(None).done());
    keyless(None)
}

#[test]
fn what_something_that_was_let_go_of_stands_on_keeps_the_keys_that_it_was_under() {
    let mut lab = Lab::new();
    let program = once_sealed(&lab).add("user", &BOX, [("Parent", of("data", "Id"))]);
    lab.up(&program.clone().tune(|options| options.retain_on_delete = true).done());
    let mut left = program.done();
    left.resources.shift_remove(&path("user"));
    assert!(lab.apply(&left).is_complete());
    let key = lab.cloud.of("key").id;
    lab.policy.lift_protection = true;
    let outcome = lab.destroy(&left);
    assert_eq!((outcome.counts.deleted, outcome.counts.forgotten), (0, 2));
    assert_eq!(lab.cloud.of("key").id, key);
}

#[test]
fn what_is_let_go_of_on_the_way_keeps_the_keys_that_it_was_under() {
    let mut lab = Lab::new();
    // The snapshot needs the second key, which was built on what was once under the first.
    let program = once_sealed(&lab)
        .add("second", &KEY, [])
        .tune(|options| options.depends_on.push(path("data")))
        .add("database", &STORE, [("Link", of("second", "Id"))])
        .done();
    lab.up(&program);
    let (key, second) = (lab.cloud.of("key").id, lab.cloud.of("second").id);
    lab.cloud.leave("database", DeleteOutcome::leaving("a snapshot is kept").opened_by([second]));
    lab.policy.lift_protection = true;
    let outcome = lab.destroy(&program);
    assert_eq!((outcome.counts.deleted, outcome.counts.forgotten), (1, 3));
    assert_eq!(lab.cloud.of("key").id, key);
}

#[test]
fn what_stays_for_its_time_keeps_the_keys_that_it_was_under() {
    let mut lab = Lab::new();
    let program = once_sealed(&lab).done();
    lab.cloud.leave("data", DeleteOutcome::staying("locked objects"));
    lab.policy.lift_protection = true;
    assert_eq!(lab.destroy(&program).counts.deleted, 0);
    let left: Vec<String> = lab.state().resources.keys().map(ToString::to_string).collect();
    assert_eq!(left, ["data", "key"]);
}

#[test]
fn a_key_that_was_built_on_what_it_once_opened_outlives_it() {
    let mut lab = Lab::new();
    once_sealed(&lab);
    let program = sketch()
        .add("data", &STORE, [])
        .add("between", &BOX, [("Parent", of("data", "Id"))])
        .add("key", &KEY, [])
        .tune(|options| options.depends_on.push(path("between")))
        .done();
    lab.up(&program);
    let key = lab.cloud.of("key").id;
    lab.cloud.leave("data", DeleteOutcome::leaving("a snapshot is kept"));
    lab.policy.lift_protection = true;
    lab.cloud.clear();
    let outcome = lab.destroy(&program);
    assert_eq!(lab.cloud.log(), ["delete between", "delete data"]);
    assert_eq!((outcome.counts.deleted, outcome.counts.forgotten), (2, 1));
    assert_eq!(lab.cloud.of("key").id, key, "it opens the snapshot");
}

#[test]
fn what_is_taken_over_again_only_to_be_replaced_keeps_what_it_stands_on() {
    let lab = Lab::new();
    let ground = || sketch().add("ground", &BOX, []);
    let program = ground().add("a", &BOX, [("Parent", of("ground", "Id"))]);
    lab.up(&program.tune(|options| options.retain_on_delete = true).done());
    let old = lab.cloud.of("a").id;
    assert!(lab.apply(&ground().done()).is_complete());
    let mut again = ground().add("a", &BOX, [("Zone", is("z"))]).tune(|options| {
        options.retain_on_delete = true;
        options.adopt = Some(old.clone());
        options.accepts.push(Accepted::new(Loss::Replace, "it stays"));
    });
    assert!(lab.apply(&again.done()).is_complete());
    again = sketch().add("a", &BOX, [("Zone", is("z"))]).tune(|options| options.retain_on_delete = true);
    let plan = lab.plan(&again.done());
    assert_eq!(plan.change("ground").unwrap().action, Action::Forget, "{plan:#?}");
}

#[test]
fn what_was_about_to_be_let_go_of_and_stays_managed_stands_on_what_it_is_declared_to() {
    let lab = Lab::new();
    let program = sketch().add("ground", &BOX, []).add("a", &BOX, [("Link", of("ground", "Id"))]);
    lab.up(&program.tune(|options| options.retain_on_delete = true).done());
    // `Remains` is on record, and the process dies.
    assert!(!lab.apply_until_end(&sketch().add("ground", &BOX, []).done(), 2, End::Kill));
    assert_eq!(lab.state().remains.len(), 1);
    let alone = sketch().add("ground", &BOX, []).add("a", &BOX, []);
    lab.up(&alone.tune(|options| options.retain_on_delete = true).done());
    assert!(lab.state().resources[&path("a")].dependencies.is_empty());
}

#[test]
fn what_is_taken_over_again_keeps_the_keys_that_it_was_under() {
    let mut lab = Lab::new();
    let program = once_sealed(&lab).tune(|options| options.retain_on_delete = true).done();
    lab.up(&program);
    let (key, data) = (lab.cloud.of("key").id, lab.cloud.of("data").id);
    assert!(lab.apply(&sketch().add("key", &KEY, []).done()).is_complete());
    let again = |sketch: Sketch| {
        sketch.add("data", &STORE, []).tune(|options| options.adopt = Some(data.clone())).done()
    };
    lab.up(&again(sketch().add("key", &KEY, [])));
    lab.consents = consents("**");
    assert!(lab.apply(&again(sketch())).is_complete());
    assert_eq!(lab.cloud.of("key").id, key, "it opens what is in the store");
}

#[test]
fn a_key_opens_what_a_deletion_left_whose_end_nobody_saw() {
    let mut lab = Lab::new();
    let program = sketch().add("key", &KEY, []).add("data", &STORE, [("Link", of("key", "Id"))]).done();
    lab.up(&program);
    // A run told what the deletion would leave, and the next one couldn't read whether it had its effect.
    let state = lab.state();
    let remainder = Remainder {
        what: "a snapshot is kept".to_owned(),
        because: RemainsBecause::Deleted,
        needs: [state.resources[&path("key")].instance.clone()].into(),
        record: None,
        ..Remainder::let_go(&state.resources[&path("data")])
    };
    block_on(lab.store.append(&Entry::Remains { remainder: Box::new(remainder) })).unwrap();
    lab.cloud.vanish("data");
    lab.policy.lift_protection = true;
    let key = lab.cloud.of("key").id;
    let outcome = lab.destroy(&program);
    assert_eq!((outcome.counts.deleted, outcome.counts.forgotten), (1, 1));
    assert_eq!(lab.cloud.of("key").id, key);
}
