//! What was just made may not be visible yet, and what is gone may still be shown. Found by the
//! schedules of `cargo xtask sim`.

use ironward_core::error::ProviderErrorKind;
use ironward_core::program::Program;
use ironward_core::provider::{INSTANCE_TAG, LINEAGE_TAG};
use ironward_core::schema::ReplaceOrder;
use serde_json::json;

use crate::support::lab::End;
use crate::support::sketch::path;
use crate::support::types::{BOX, JOB, NAMED, SLOT};
use crate::support::{Lab, Look, is, of, sketch};

#[test]
fn what_one_look_misses_is_not_made_twice() {
    let lab = Lab::new();
    let program = sketch().add("a", &BOX, []).done();
    lab.up(&program);
    lab.cloud.show("a", [Look::Absent, Look::Absent, Look::Absent]);
    assert!(lab.plan(&program).is_empty());
    // The refresh that believes the first look drops it from the state.
    lab.cloud.show("a", [Look::Absent, Look::Absent]);
    let engine = lab.engine();
    let refreshed = crate::support::lab::block_on(engine.refresh(&program)).unwrap();
    assert!(refreshed.vanished.is_empty() && lab.state().resources.len() == 1);
}

#[test]
fn an_interrupted_deletion_is_waited_for() {
    let lab = Lab::new();
    let program = sketch().add("a", &JOB, []).done();
    lab.up(&program);
    lab.cloud.slow_delete("a", 6);
    lab.cloud.lose_answer("delete", "a");
    assert_eq!(lab.apply(&sketch().done()).counts.failed, 1);
    assert_eq!(lab.state().pending.len(), 1, "it may be going");
    // The program wants it again, and what is going isn't what it wants.
    lab.up(&program);
    assert_eq!(lab.cloud.log(), ["create a", "delete a", "create a"]);
}

#[test]
fn a_deletion_that_takes_too_long_is_waited_for_by_the_next_run() {
    let lab = Lab::new();
    let program = sketch().add("a", &JOB, []).done();
    lab.up(&program);
    lab.cloud.slow_delete("a", 15);
    assert_eq!(lab.apply(&sketch().done()).counts.failed, 1);
    lab.up(&program);
    assert_eq!(lab.cloud.log(), ["create a", "delete a", "create a"]);
}

#[test]
fn an_interrupted_deletion_that_cannot_be_read_stays_open() {
    let lab = Lab::new();
    let program = sketch().add("a", &JOB, []).done();
    lab.up(&program);
    lab.cloud.slow_delete("a", 6);
    lab.cloud.lose_answer("delete", "a");
    assert_eq!(lab.apply(&sketch().done()).counts.failed, 1);
    lab.cloud.show("a", [Look::ProviderError(ProviderErrorKind::Unreachable)]);
    let refused = lab.try_plan(&program).unwrap_err().to_string();
    assert!(refused.contains("refused"), "{refused}");
    assert_eq!(lab.state().pending.len(), 1, "it may be going");
    lab.up(&program);
    assert_eq!(lab.cloud.log(), ["create a", "delete a", "create a"]);
}

#[test]
fn a_predecessor_that_is_gone_and_still_shown_does_not_belong_to_others() {
    let lab = Lab::new();
    let program = |zone: &str| sketch().add("a", &SLOT, [("Key", is("k")), ("Zone", is(zone))]).done();
    lab.up(&program("x"));
    lab.cloud.tag("a", LINEAGE_TAG, "ours");
    lab.cloud.tag("a", INSTANCE_TAG, "the one before");
    lab.cloud.fail("create", "a", ProviderErrorKind::Ambiguous);
    lab.cloud.haunt(2);
    lab.up(&program("y"));
    assert_eq!(lab.cloud.log(), ["create a", "delete a", "create a"]);
}

#[test]
fn a_predecessor_that_is_gone_and_still_shown_is_not_adopted() {
    let lab = Lab::new();
    let program = |zone: &str| sketch().add("a", &SLOT, [("Key", is("k")), ("Zone", is(zone))]).done();
    lab.up(&program("x"));
    lab.cloud.fail("create", "a", ProviderErrorKind::Ambiguous);
    lab.cloud.haunt(2);
    lab.up(&program("y"));
    assert_eq!(lab.cloud.log(), ["create a", "delete a", "create a"]);
}

#[test]
fn what_others_made_is_refused_also_when_our_own_creation_got_no_answer() {
    let lab = Lab::new();
    lab.cloud.plant(&SLOT, "slot-k", &[("Key", json!("k"))], &[]);
    lab.cloud.fail("create", "a", ProviderErrorKind::Ambiguous);
    let outcome = lab.apply(&sketch().add("a", &SLOT, [("Key", is("k"))]).done());
    let message = outcome.failures[0].error.to_string();
    assert!(message.contains("it isn't managed by this stack"), "{message}");
    assert!(lab.state().resources.is_empty() && lab.state().pending.is_empty());
}

#[test]
fn what_a_deletion_does_not_find_yet_is_deleted_all_the_same() {
    for misses in [1, 5] {
        let lab = Lab::new();
        lab.up(&sketch().add("a", &BOX, []).done());
        lab.cloud.fail_times("delete", "a", ProviderErrorKind::NotFound, misses);
        lab.up(&sketch().done());
        assert_eq!(lab.cloud.log(), ["create a", "delete a"]);
        assert!(lab.cloud.objects().is_empty(), "it is left behind");
    }
}

#[test]
fn what_is_gone_is_not_deleted_again() {
    let lab = Lab::new();
    lab.up(&sketch().add("a", &SLOT, [("Key", is("k"))]).done());
    lab.cloud.vanish("a");
    let planned = lab.planned(&sketch().done());
    lab.cloud.plant(&SLOT, "slot-k", &[("Key", json!("k"))], &[]);
    assert!(lab.try_apply(&sketch().done(), planned).unwrap().is_complete());
    assert!(lab.cloud.get("slot-k").is_some(), "it belongs to someone else");
}

#[test]
fn what_was_replaced_and_is_in_the_way_goes_first() {
    // Killed after the replacement was made, before what uses it let go; then taken back.
    for (kind, name) in [(&NAMED, Some("fixed")), (&SLOT, None)] {
        let program = |back: bool| {
            let made = match (back, name) {
                (false, _) => sketch().add("a", &BOX, [("Zone", is("z"))]),
                (true, Some(name)) => sketch().add("a", kind, [("Name", is(name))]),
                (true, None) => sketch().add("a", kind, [("Key", is("k"))]),
            };
            made.tune(|options| options.replace_order = name.map(|_| ReplaceOrder::CreateFirst))
                .add("link", &BOX, [("Link", of("a", "Id"))])
                .add("child", &BOX, [("Parent", of("a", "Id"))])
                .done()
        };
        let takes_back = |appends: usize| {
            let lab = Lab::new();
            lab.up(&program(true));
            lab.apply_until_end(&program(false), appends, End::Kill);
            let mut wanted = program(true);
            wanted.resources.values_mut().for_each(|resource| resource.options.replace_order = None);
            lab.up(&wanted);
        };
        (0..12).for_each(takes_back);
    }
}

#[test]
fn what_was_replaced_before_a_move_and_is_in_the_way_goes_first() {
    // Killed after the replacement at the new path was made; then taken back, and killed again.
    for (kind, name) in [(&NAMED, Some("fixed-a")), (&SLOT, None)] {
        let there = |from: Option<&str>| {
            let made = match name {
                Some(name) => sketch().add("a", kind, [("Name", is(name))]),
                None => sketch().add("a", kind, [("Key", is("k"))]),
            };
            let parent = if name.is_some() { of("a", "Arn") } else { of("a", "Id") };
            made.tune(|options| options.renamed_from = from.map(path))
                .add("link", &BOX, [("Link", of("a", "Id"))])
                .add("child", &BOX, [("Parent", parent)])
                .done()
        };
        let made = match name {
            Some(_) => sketch().add("b", kind, [("Name", is("fixed-b"))]),
            None => sketch().add("b", &BOX, []),
        };
        let moved = made
            .tune(|options| {
                options.renamed_from = Some(path("a"));
                options.replace_order = Some(ReplaceOrder::CreateFirst);
            })
            .add("link", &BOX, [("Link", of("b", "Id"))])
            .add("child", &BOX, [("Parent", of("b", if name.is_some() { "Arn" } else { "Id" }))])
            .done();
        for (moving, back) in (0..12).flat_map(|moving| (0..8).map(move |back| (moving, back))) {
            let lab = Lab::new();
            lab.up(&there(None));
            lab.apply_until_end(&moved, moving, End::Kill);
            lab.apply_until_end(&there(Some("b")), back, End::Kill);
            // Once it has moved, the program needn't say so any more.
            let open = lab.state().resources.contains_key(&path("b"));
            lab.up(&there(open.then_some("b")));
        }
    }
}

#[test]
fn what_was_replaced_at_a_path_that_is_declared_again_is_in_nobody_elses_way() {
    let lab = Lab::new();
    lab.up(&sketch().add("a", &SLOT, [("Key", is("k"))]).done());
    // `b` says where it stood before for as long as the program lives.
    let b = |zone: &str| {
        sketch()
            .add("b", &SLOT, [("Key", is("k")), ("Zone", is(zone))])
            .tune(|options| options.renamed_from = Some(path("a")))
    };
    lab.up(&b("x").done());
    lab.up(&b("x").add("a", &SLOT, [("Key", is("l"))]).done());
    lab.cloud.fail_times("delete", "a", ProviderErrorKind::Other, 2);
    let changed = |zone: &str| {
        b(zone)
            .add("a", &BOX, [])
            .tune(|options| options.replace_order = Some(ReplaceOrder::CreateFirst))
            .done()
    };
    assert_eq!(lab.apply(&changed("x")).failures.len(), 1);
    assert_eq!(lab.state().deposed.len(), 1);
    let outcome = lab.apply(&changed("y"));
    assert_eq!((outcome.counts.replaced, outcome.skipped.len()), (1, 0));
    lab.cloud.heal();
    lab.up(&changed("y"));
}

#[test]
fn what_was_built_on_something_that_vanished_goes_before_what_took_its_place() {
    // The new one has the old one's id, so that the child doesn't change.
    let program = |name: &str, former: Option<&str>| {
        sketch()
            .add(name, &SLOT, [("Key", is("k"))])
            .tune(|options| options.renamed_from = former.map(path))
            .add("child", &BOX, [("Parent", of(name, "Id"))])
            .done()
    };
    let (here, there) = (program("slot", None), program("new", Some("slot")));
    let (taken, empty) = (sketch().add("new", &SLOT, [("Key", is("other"))]).done(), sketch().done());
    // What is deployed before it vanishes, one after the other, and what makes it again.
    let lives: [(&[&Program], &Program); 4] = [
        (&[&here], &here),
        (&[&here], &there),
        (&[&here, &there], &there),
        (&[&taken, &empty, &taken, &empty, &here], &there),
    ];
    for (before, program) in lives {
        let mut made = 0;
        for appends in 0..10 {
            let lab = Lab::new();
            before.iter().for_each(|program| drop(lab.up(program)));
            lab.cloud.vanish("slot");
            lab.apply_until_end(program, appends, End::Kill);
            lab.cloud.fail("delete", "child", ProviderErrorKind::Other);
            let outcome = lab.destroy(program);
            assert_eq!(outcome.failures.len(), 1, "{outcome:#?}");
            made += usize::from(outcome.skipped.iter().any(|(path, _)| path.as_str() != "child"));
            lab.cloud.heal();
            assert!(lab.destroy(program).is_complete());
        }
        assert!(made > 3, "{made}");
    }
}

#[test]
fn a_broken_resource_goes_once_the_program_does_not_protect_it() {
    let lab = Lab::new();
    let program =
        |protect: bool| sketch().add("a", &JOB, []).tune(|options| options.protect = protect).done();
    lab.cloud.script("a", [Look::Failed("no capacity")]);
    assert_eq!(lab.apply(&program(true)).counts.failed, 1);
    let problem = &lab.problems(&program(true))[0];
    assert_eq!(problem.hint.as_deref(), Some("take the protection away if it shall go"));
    lab.up(&program(false));
    assert_eq!(lab.cloud.log(), ["create a", "create a", "delete a"]);
}
