//! Replacements: their order, and how they spread.

use ironward_core::error::ProviderErrorKind;
use ironward_core::plan::Action;
use ironward_core::program::Program;
use ironward_core::schema::ReplaceOrder;
use ironward_core::value::Value;

use crate::support::lab::actions;
use crate::support::sketch::{Sketch, path};
use crate::support::types::{BOX, NAMED, PART, PLAIN, PORT, RANGE, SLOT, STORE};
use crate::support::{Lab, is, of, sketch};

#[test]
fn the_new_one_comes_first_then_its_users_then_the_old_one_goes() {
    let lab = Lab::new();
    let program = |zone: &str| {
        sketch()
            .add("a", &BOX, [("Zone", is(zone))])
            .add("b", &BOX, [("Parent", of("a", "Id"))])
            .add("c", &BOX, [("Link", of("a", "Id"))])
            .done()
    };
    lab.up(&program("x"));
    lab.cloud.clear();
    assert_eq!(
        actions(&lab.plan(&program("y"))),
        ["replace a CreateFirst", "replace b CreateFirst", "update c link"]
    );
    let outcome = lab.up(&program("y"));
    assert_eq!((outcome.counts.replaced, outcome.counts.updated, outcome.counts.deleted), (2, 1, 0));
    lab.cloud.assert_order(&["create a", "create b", "delete b", "delete a"]);
    lab.cloud.assert_order(&["create a", "update c link", "delete a"]);
}

#[test]
fn where_two_cannot_exist_the_old_one_goes_first() {
    let lab = Lab::new();
    let program = |zone: &str| sketch().add("a", &SLOT, [("Key", is("k")), ("Zone", is(zone))]).done();
    lab.up(&program("x"));
    lab.cloud.clear();
    assert_eq!(actions(&lab.plan(&program("y"))), ["replace a DeleteFirst"]);
    lab.up(&program("y"));
    assert_eq!(lab.cloud.log(), ["delete a", "create a"]);
}

#[test]
fn a_name_that_stays_makes_the_old_one_go_first() {
    let lab = Lab::new();
    let program = |zone: &str| sketch().add("a", &NAMED, [("Name", is("n")), ("Zone", is(zone))]).done();
    lab.up(&program("x"));
    lab.cloud.clear();
    assert_eq!(actions(&lab.plan(&program("y"))), ["replace a DeleteFirst"]);
    lab.up(&program("y"));
    assert_eq!(lab.cloud.log(), ["delete a", "create a"]);
    let renamed = sketch().add("a", &NAMED, [("Name", is("m")), ("Zone", is("y"))]).done();
    assert_eq!(actions(&lab.plan(&renamed)), ["replace a CreateFirst"]);
}

#[test]
fn delete_before_replace_turns_the_order() {
    let lab = Lab::new();
    let program = |zone: &str| {
        sketch()
            .add("a", &BOX, [("Zone", is(zone))])
            .tune(|options| options.replace_order = Some(ReplaceOrder::DeleteFirst))
            .done()
    };
    lab.up(&program("x"));
    lab.cloud.clear();
    lab.up(&program("y"));
    assert_eq!(lab.cloud.log(), ["delete a", "create a"]);
}

#[test]
fn what_goes_first_stays_until_its_successor_can_come() {
    let lab = Lab::new();
    let program = |zone: &str| {
        sketch()
            .add("a", &BOX, [("Zone", is(zone))])
            .add("b", &SLOT, [("Key", is("k")), ("Parent", of("a", "Id"))])
            .done()
    };
    lab.up(&program("x"));
    lab.cloud.clear();
    assert_eq!(actions(&lab.plan(&program("y"))), ["replace a CreateFirst", "replace b DeleteFirst"]);
    lab.up(&program("y"));
    lab.cloud.assert_order(&["create a", "delete b", "create b"]);
    // Where the new need can't be had, nothing has gone.
    lab.cloud.clear();
    lab.cloud.fail("create", "a", ProviderErrorKind::Quota);
    let outcome = lab.apply(&program("z"));
    assert!(!outcome.is_complete());
    assert!(!lab.cloud.log().contains(&"delete b".to_owned()), "{:?}", lab.cloud.log());
}

#[test]
fn what_excludes_its_successor_by_value_stays_until_that_can_come() {
    let lab = Lab::new();
    let port = |zone: &str, at: &str| {
        [("Parent", of("parent", "Id")), ("Port", is(80)), ("Zone", is(zone)), ("Target", of(at, "Id"))]
    };
    let program = |zone: &str, at: &str| {
        let both = sketch().add("parent", &BOX, []).add("one", &BOX, []);
        if at == "one" { both } else { both.add(at, &BOX, []) }.add("a", &PORT, port(zone, at)).done()
    };
    lab.up(&program("x", "one"));
    lab.cloud.clear();
    lab.cloud.fail("create", "two", ProviderErrorKind::Quota);
    assert!(!lab.apply(&program("y", "two")).is_complete());
    assert!(!lab.cloud.log().contains(&"delete a".to_owned()), "{:?}", lab.cloud.log());
    lab.cloud.clear();
    lab.up(&program("y", "two"));
    lab.cloud.assert_order(&["create two", "delete a", "create a"]);
}

/// A range that goes, and two in its place.
fn split(link: &str, need: Option<&str>) -> Program {
    let range = |at: &str, cidr: &str| {
        let needs = need.filter(|first| *first == at).map(|_| ("Link", of("need", "Id")));
        [("Network", of("net", "Id")), ("Cidr", is(cidr))].into_iter().chain(needs).collect::<Vec<_>>()
    };
    let program = sketch().add("net", &PLAIN, []).add("need", &BOX, []);
    let program = program.add("p1", &RANGE, range("p1", "10.0.1.0/24"));
    program
        .add("p2", &RANGE, range("p2", "10.0.2.0/24"))
        .add("data", &STORE, [("Link", of(link, "Id"))])
        .done()
}

fn whole() -> Program {
    let range = [("Network", of("net", "Id")), ("Cidr", is("10.0.0.0/16"))];
    let program = sketch().add("net", &PLAIN, []).add("old", &RANGE, range);
    program.add("data", &STORE, [("Link", of("old", "Id"))]).done()
}

#[test]
fn what_links_to_one_of_two_successors_stays() {
    for link in ["p1", "p2"] {
        let lab = Lab::new();
        lab.up(&whole());
        assert!(actions(&lab.plan(&split(link, None))).contains(&"update data link".to_owned()), "{link}");
        lab.up(&split(link, None));
    }
}

#[test]
fn what_makes_room_for_two_stays_until_both_can_come() {
    for needy in ["p1", "p2"] {
        let lab = Lab::new();
        lab.up(&whole());
        lab.cloud.clear();
        lab.cloud.fail("create", "need", ProviderErrorKind::Quota);
        assert!(!lab.apply(&split("p1", Some(needy))).is_complete());
        assert!(!lab.cloud.log().contains(&"delete old".to_owned()), "{needy}: {:?}", lab.cloud.log());
    }
}

#[test]
fn what_goes_first_waits_for_what_itself_waits_for_others_that_go() {
    let lab = Lab::new();
    let program = |zone: &str, parent: bool| {
        let slot = |key: &str, parent: bool| {
            let parent = parent.then(|| ("Parent", of("z", "Id")));
            [("Key", is(key)), ("Zone", is(zone))].into_iter().chain(parent).collect::<Vec<_>>()
        };
        let both = sketch().add("z", &SLOT, slot("z", false)).add("b", &SLOT, slot("b", parent));
        both.add("u", &SLOT, [("Key", is("u")), ("Parent", of("z", "Id"))]).done()
    };
    lab.up(&program("x", false));
    lab.cloud.clear();
    lab.cloud.fail("create", "z", ProviderErrorKind::Quota);
    assert!(!lab.apply(&program("y", true)).is_complete());
    assert!(!lab.cloud.log().contains(&"delete b".to_owned()), "{:?}", lab.cloud.log());
}

#[test]
fn a_part_that_goes_first_does_not_wait_for_the_whole_to_go() {
    let lab = Lab::new();
    let program = |zone: &str| {
        sketch()
            .add("whole", &BOX, [("Zone", is(zone))])
            .add("part", &PART, [("Whole", of("whole", "Id"))])
            .tune(|options| options.replace_order = Some(ReplaceOrder::DeleteFirst))
            .done()
    };
    lab.up(&program("x"));
    lab.cloud.clear();
    lab.up(&program("y"));
    lab.cloud.assert_order(&["create whole", "delete part", "create part"]);
    lab.cloud.assert_order(&["delete part", "delete whole"]);
}

/// `c` and `b` are built on `a`, whose id is the same after a replacement.
fn tower(zone: &str) -> Sketch {
    sketch()
        .add("a", &SLOT, [("Key", is("k")), ("Zone", is(zone))])
        .add("b", &SLOT, [("Key", is("l")), ("Parent", of("a", "Id"))])
        .add("c", &BOX, [("Parent", of("b", "Id"))])
        .add("linked", &BOX, [("Link", of("a", "Id"))])
}

#[test]
fn what_cannot_let_go_is_replaced_along() {
    let lab = Lab::new();
    lab.up(&tower("x").done());
    lab.cloud.clear();
    let plan = lab.plan(&tower("y").done());
    assert_eq!(actions(&plan), ["replace a DeleteFirst", "replace b DeleteFirst", "replace c DeleteFirst"]);
    let reasons = &plan.change("c").unwrap().reasons;
    assert_eq!(*reasons, ["`b` is deleted before it is replaced, and Parent can't let go of it"]);
    lab.up(&tower("y").done());
    assert_eq!(lab.cloud.log(), ["delete c", "delete b", "delete a", "create a", "create b", "create c"]);
}

#[test]
fn what_cannot_let_go_is_replaced_along_also_when_it_is_renamed() {
    let lab = Lab::new();
    lab.up(&tower("x").done());
    lab.cloud.clear();
    let after = sketch()
        .add("a", &SLOT, [("Key", is("k")), ("Zone", is("y"))])
        .add("bb", &SLOT, [("Key", is("l")), ("Parent", of("a", "Id"))])
        .tune(|options| options.renamed_from = Some(path("b")))
        .add("c", &BOX, [("Parent", of("bb", "Id"))])
        .add("linked", &BOX, [("Link", of("a", "Id"))])
        .done();
    lab.up(&after);
    lab.cloud.assert_order(&["delete c", "delete bb", "delete a", "create a", "create bb", "create c"]);
}

#[test]
fn a_protected_dependent_stops_the_cascade() {
    let lab = Lab::new();
    let program = |zone: &str| {
        sketch()
            .add("a", &SLOT, [("Key", is("k")), ("Zone", is(zone))])
            .add("b", &BOX, [("Parent", of("a", "Id"))])
            .tune(|options| options.protect = true)
            .done()
    };
    lab.up(&program("x"));
    let problem = lab.problem(&program("y"));
    assert!(
        problem.contains("`b`: the plan would replace it (`a` is deleted before it is replaced"),
        "{problem}"
    );
}

#[test]
fn create_before_replace_makes_what_it_needs_do_the_same() {
    let lab = Lab::new();
    let program = |zone: &str, ask: bool| {
        sketch()
            .add("needed", &BOX, [("Zone", is(zone))])
            .tune(|o| o.replace_order = (!ask).then_some(ReplaceOrder::DeleteFirst))
            .add("user", &BOX, [("Parent", of("needed", "Id"))])
            .tune(|o| o.replace_order = ask.then_some(ReplaceOrder::CreateFirst))
            .done()
    };
    lab.up(&program("x", true));
    assert_eq!(
        actions(&lab.plan(&program("y", false))),
        ["replace needed DeleteFirst", "replace user DeleteFirst"]
    );
    lab.cloud.clear();
    lab.up(&program("y", true));
    assert_eq!(lab.cloud.log(), ["create needed", "create user", "delete user", "delete needed"]);
}

#[test]
fn create_before_replace_over_what_goes_first_is_a_conflict_that_names_both() {
    let lab = Lab::new();
    let program = |zone: &str| {
        sketch()
            .add("needed", &SLOT, [("Key", is("k")), ("Zone", is(zone))])
            .add("user", &BOX, [("Parent", of("needed", "Id"))])
            .tune(|options| options.replace_order = Some(ReplaceOrder::CreateFirst))
            .done()
    };
    lab.up(&program("x"));
    let problem = lab.problem(&program("y"));
    assert!(problem.contains("`needed`: `user` must be created before its old instance goes"), "{problem}");
    assert!(problem.contains("two of its type can't exist side by side"), "{problem}");
    assert!(problem.contains("take `.create_before_replace()` off `user`"), "{problem}");
}

#[test]
fn two_wishes_that_contradict_are_a_conflict() {
    let lab = Lab::new();
    let program = |zone: &str| {
        sketch()
            .add("needed", &BOX, [("Zone", is(zone))])
            .tune(|options| options.replace_order = Some(ReplaceOrder::DeleteFirst))
            .add("user", &BOX, [("Parent", of("needed", "Id"))])
            .tune(|options| options.replace_order = Some(ReplaceOrder::CreateFirst))
            .done()
    };
    lab.up(&program("x"));
    let problem = lab.problem(&program("y"));
    assert!(problem.contains("`needed`") && problem.contains("`user`"), "{problem}");
    assert!(problem.contains(".delete_before_replace()"), "{problem}");
}

#[test]
fn a_type_that_cannot_be_created_first_says_so_of_itself() {
    let lab = Lab::new();
    let program = |zone: &str| {
        sketch()
            .add("a", &SLOT, [("Key", is("k")), ("Zone", is(zone))])
            .tune(|options| options.replace_order = Some(ReplaceOrder::CreateFirst))
            .done()
    };
    lab.up(&program("x"));
    let problem = lab.problem(&program("y"));
    assert!(problem.contains("`a`: can't be created before its old instance goes"), "{problem}");
}

#[test]
fn the_old_dependencies_order_the_deletions_the_new_ones_the_creations() {
    let lab = Lab::new();
    let before = sketch()
        .add("a", &SLOT, [("Key", is("a")), ("Zone", is("x"))])
        .add("b", &SLOT, [("Key", is("b")), ("Zone", is("x")), ("Parent", of("a", "Id"))])
        .done();
    lab.up(&before);
    lab.cloud.clear();
    let after = sketch()
        .add("b", &SLOT, [("Key", is("b")), ("Zone", is("y"))])
        .add("a", &SLOT, [("Key", is("a")), ("Zone", is("y")), ("Parent", of("b", "Id"))])
        .done();
    lab.up(&after);
    lab.cloud.assert_order(&["delete b", "delete a", "create a"]);
    lab.cloud.assert_order(&["delete b", "create b", "create a"]);
}

#[test]
fn a_deletion_between_old_and_new_cannot_close_a_circle() {
    // `middle` goes; `user` let go of it only by an update that needs the new `needed`, which
    // can't come before the old one goes, which can't go before `middle`.
    let lab = Lab::new();
    let peers = |of| Value::List(vec![of]);
    let before = sketch()
        .add("needed", &SLOT, [("Key", is("k")), ("Zone", is("x"))])
        .add("middle", &BOX, [("Parent", of("needed", "Id"))])
        .add("user", &BOX, [("Peers", peers(of("middle", "Id")))])
        .done();
    lab.up(&before);
    lab.cloud.clear();
    let after = sketch()
        .add("needed", &SLOT, [("Key", is("k")), ("Zone", is("y"))])
        .add("user", &BOX, [("Peers", peers(of("needed", "Id")))])
        .done();
    lab.up(&after);
    assert_eq!(
        lab.cloud.log(),
        ["delete user", "delete middle", "delete needed", "create needed", "create user"]
    );
}

#[test]
fn a_create_first_replacement_turns_round_where_it_would_close_a_circle() {
    let lab = Lab::new();
    let before = sketch()
        .add("needed", &SLOT, [("Key", is("k")), ("Zone", is("x"))])
        .add("gone", &BOX, [("Parent", of("needed", "Id"))])
        .add("between", &BOX, [])
        .add("user", &BOX, [("Parent", of("gone", "Id"))])
        .done();
    lab.up(&before);
    lab.cloud.clear();
    let after = sketch()
        .add("needed", &SLOT, [("Key", is("k")), ("Zone", is("y"))])
        .add("between", &BOX, [("Link", of("needed", "Id"))])
        .add("user", &BOX, [("Parent", of("between", "Id"))])
        .done();
    lab.up(&after);
    lab.cloud.assert_order(&["delete user", "delete gone", "delete needed", "create needed"]);
    lab.cloud.assert_order(&["update between link", "create user"]);
}

#[test]
fn an_update_lets_go_before_a_delete_first_replacement_that_it_no_longer_needs() {
    let lab = Lab::new();
    let program = |zone: &str, peers: Vec<Value>| {
        sketch()
            .add("slot", &SLOT, [("Key", is("k")), ("Zone", is(zone))])
            .add("user", &BOX, [("Peers", Value::List(peers)), ("Size", is(1))])
            .done()
    };
    lab.up(&program("x", vec![of("slot", "Id")]));
    lab.cloud.clear();
    lab.up(&program("y", vec![]));
    assert_eq!(lab.cloud.log(), ["update user peers", "delete slot", "create slot"]);
}

#[test]
fn dependents_of_a_replacement_know_its_new_instance() {
    let lab = Lab::new();
    let program = |zone: &str| {
        sketch()
            .add("slot", &SLOT, [("Key", is("k")), ("Zone", is(zone))])
            .add("linked", &BOX, [("Link", of("slot", "Id"))])
            .done()
    };
    lab.up(&program("x"));
    lab.up(&program("y"));
    // `linked` changed nothing, its id being the same; still it goes before the new slot.
    lab.cloud.clear();
    lab.up(&sketch().done());
    assert_eq!(lab.cloud.log(), ["delete linked", "delete slot"]);
}

#[test]
fn a_change_of_type_at_a_path_is_a_replacement() {
    let lab = Lab::new();
    lab.up(&sketch().add("a", &BOX, [("Size", is(1))]).done());
    lab.cloud.clear();
    let after = sketch().add("a", &NAMED, [("Size", is(1))]).done();
    let plan = lab.plan(&after);
    assert!(matches!(plan.change("a").unwrap().action, Action::Replace { .. }));
    assert_eq!(plan.change("a").unwrap().reasons, ["its type was Sim::Net::Box"]);
    lab.up(&after);
    assert_eq!(lab.cloud.log(), ["create a", "delete a"]);
}

#[test]
fn a_failed_deletion_of_the_old_one_is_made_up_for() {
    let lab = Lab::new();
    let program = |zone: &str| sketch().add("a", &BOX, [("Zone", is(zone))]).done();
    lab.up(&program("x"));
    lab.cloud.fail("delete", "a", ironward_core::error::ProviderErrorKind::Other);
    let outcome = lab.apply(&program("y"));
    assert_eq!((outcome.counts.replaced, outcome.counts.failed), (1, 1));
    assert_eq!(lab.state().deposed.len(), 1);
    let plan = lab.plan(&program("y"));
    assert_eq!(actions(&plan), ["delete a"]);
    assert_eq!(plan.changes[1].reasons, ["it was replaced and is still there"]);
    lab.cloud.clear();
    lab.up(&program("y"));
    assert_eq!(lab.cloud.log(), ["delete a"]);
}

#[test]
fn what_was_replaced_twice_without_a_deletion_goes_whole() {
    let lab = Lab::new();
    let program = |zone: &str| {
        sketch().add("a", &BOX, [("Zone", is(zone))]).add("b", &BOX, [("Parent", of("a", "Id"))]).done()
    };
    lab.up(&program("x"));
    for zone in ["y", "z"] {
        lab.cloud.fail_times("delete", "b", ironward_core::error::ProviderErrorKind::Other, 3);
        lab.apply(&program(zone));
        lab.cloud.heal();
    }
    assert!(lab.state().deposed.len() >= 3);
    lab.cloud.clear();
    lab.up(&program("z"));
    assert!(lab.cloud.log().iter().all(|line| line.starts_with("delete")));
}

#[test]
fn what_holds_on_by_an_id_that_stays_the_same_is_taken_down_too() {
    let lab = Lab::new();
    let slot = |at: &str, key: &str, user: &str| {
        sketch().add(at, &SLOT, [("Key", is(key))]).add("user", &BOX, [("Parent", of(user, "Id"))])
    };
    lab.up(&slot("a", "k", "a").done());
    // The key changes hands, and `user` refers to the same id.
    let after = sketch()
        .add("a", &SLOT, [("Key", is("l"))])
        .add("b", &SLOT, [("Key", is("k"))])
        .add("user", &BOX, [("Parent", of("b", "Id"))])
        .done();
    lab.cloud.clear();
    lab.up(&after);
    lab.cloud.assert_order(&["delete user", "delete a", "create b", "create user"]);
    assert!(lab.plan(&after).is_empty());
}
