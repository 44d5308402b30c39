//! What is seen of something counts: what it holds, where it stands, and that it only lets go.

use std::sync::Arc;

use ironward_core::consent::Loss;
use ironward_core::declare::Accepted;
use ironward_core::error::ProviderErrorKind;
use ironward_core::plan::Action;
use ironward_core::value::Value;
use serde_json::json;

use crate::support::lab::actions;
use crate::support::sketch::{Sketch, path};
use crate::support::types::{BOX, HOST, NAMED, PLAIN, PORT, RANGE, SLOT, STORE};
use crate::support::{Cloud, Lab, adopted, is, of, retained, sketch};

#[test]
fn what_is_taken_over_lets_go_before_what_it_holds_goes() {
    let lab = Lab::new();
    lab.up(&sketch().add("g", &BOX, []).done());
    lab.cloud.plant(&BOX, "box-there", &[("Peers", json!([lab.cloud.of("g").id]))], &[]);
    let program = adopted(sketch().add("x", &BOX, [("Peers", Value::List(Vec::new()))]), "box-there");
    let outcome = lab.apply(&program.done());
    assert!(outcome.is_complete(), "{:?}", outcome.failures);
}

fn two_networks() -> Sketch {
    [("a", "in-a"), ("b", "in-b")].into_iter().fold(sketch(), |sketch, (net, range)| {
        let range_in = [("Network", of(net, "Id")), ("Cidr", is("10.0.0.0/24"))];
        sketch.add(net, &PLAIN, []).add(range, &RANGE, range_in)
    })
}

#[test]

fn what_is_taken_over_stands_in_the_network_in_which_it_is_seen() {
    let lab = Lab::new();
    lab.up(&two_networks().done());
    lab.cloud.plant(&HOST, "host-there", &[("Peers", json!([lab.cloud.of("in-a").id]))], &[]);
    let host = two_networks().add("host", &HOST, [("Peers", Value::List(vec![of("in-b", "Id")]))]);
    match lab.try_plan(&adopted(host, "host-there").done()) {
        Err(refused) => assert!(refused.to_string().contains("would replace it at once"), "{refused}"),
        Ok(planned) => panic!("{:?}", actions(&planned.plan)),
    }
}

#[test]

fn what_names_its_range_by_a_literal_stands_in_its_network() {
    let lab = Lab::new();
    lab.up(&two_networks().done());
    let host = |peer: Value| two_networks().add("host", &HOST, [("Peers", Value::List(vec![peer]))]).done();
    lab.up(&host(is(lab.cloud.of("in-a").id)));
    assert_eq!(actions(&lab.plan(&host(of("in-b", "Id")))), ["replace host CreateFirst"]);
}

fn port(sketch: Sketch, at: &str, port: i64) -> Sketch {
    sketch.add(at, &PORT, [("Parent", of("lb", "Id")), ("Port", is(port))])
}

fn lb() -> Sketch {
    sketch().add("lb", &BOX, [])
}

#[test]
fn what_stands_on_something_that_only_lets_go_of_a_port_stays() {
    let lab = Lab::new();
    let user = |sketch: Sketch| sketch.add("user", &BOX, [("Parent", of("p", "Id"))]);
    lab.up(&user(port(lb(), "p", 80)).done());
    let program = port(user(port(lb(), "p", 81)), "q", 80).done();
    assert_eq!(actions(&lab.plan(&program)), ["update p port", "create q"]);
}

#[test]
fn data_on_something_that_only_lets_go_of_a_port_is_not_to_be_lost() {
    let lab = Lab::new();
    let data = |sketch: Sketch| sketch.add("data", &STORE, [("Zone", of("p", "Id"))]).done();
    lab.up(&data(port(lb(), "p", 80)));
    let plan = lab.plan(&data(port(port(lb(), "p", 81), "q", 80)));
    assert_eq!(actions(&plan), ["update p port", "create q"]);
}

#[test]
fn ports_are_handed_on_in_a_chain_without_a_replacement() {
    let lab = Lab::new();
    let users = |sketch: Sketch| {
        let user = |sketch: Sketch, at: &str| {
            sketch.add(&format!("user-of-{at}"), &BOX, [("Peers", Value::List(vec![of(at, "Id")]))])
        };
        user(user(sketch, "p"), "q").done()
    };
    lab.up(&users(port(port(lb(), "p", 80), "q", 81)));
    let told = actions(&lab.plan(&users(port(port(port(lb(), "p", 81), "q", 82), "r", 80))));
    assert!(!told.iter().any(|told| told.starts_with("replace")), "{told:?}");
}

#[test]
fn what_says_the_same_by_chance_orders_nothing() {
    let lab = Lab::new();
    let before = sketch().add("s", &SLOT, [("Key", is("s")), ("Zone", is("a"))]);
    lab.up(&before.add("x", &SLOT, [("Key", is("web")), ("Link", of("s", "Id"))]).done());
    lab.cloud.plant(&BOX, "box-there", &[("Label", json!("slot-web"))], &[]);
    let after = sketch().add("s", &SLOT, [("Key", is("s")), ("Zone", is("b"))]);
    let a = after.add("a", &BOX, [("Label", is("slot-web")), ("Link", of("s", "Id"))]);
    if let Err(refused) = lab.try_plan(&adopted(a, "box-there").done()) {
        panic!("{refused:?}");
    }
}

#[test]
fn what_holds_nothing_needn_t_let_go_first() {
    let lab = Lab::new();
    let before = sketch().add("s", &SLOT, [("Key", is("s")), ("Zone", is("a"))]);
    lab.up(&before.add("x", &SLOT, [("Key", is("web")), ("Link", of("s", "Id"))]).done());
    lab.cloud.plant(&STORE, "store-there", &[("Link", json!("slot-web"))], &[]);
    let after = sketch().add("s", &SLOT, [("Key", is("s")), ("Zone", is("b"))]);
    let a = after.add("a", &STORE, [("Link", of("s", "Id"))]);
    if let Err(refused) = lab.try_plan(&adopted(a, "store-there").done()) {
        panic!("{refused:?}");
    }
}

#[test]
fn what_is_taken_over_here_stands_on_nothing_that_is_called_so_elsewhere() {
    let mut lab = Lab::new();
    lab.aliases.insert("west".to_owned(), Cloud::new(Arc::clone(&lab.clock)));
    let west = |sketch: Sketch| sketch.tune(|options| options.provider = Some("west".to_owned()));
    let s = |zone: &str| sketch().add("s", &SLOT, [("Key", is("s")), ("Zone", is(zone))]);
    assert!(lab.apply(&west(s("a").add("x", &SLOT, [("Key", is("web"))])).done()).is_complete());
    // It links to what is called `slot-web` here.
    lab.cloud.plant(&SLOT, "slot-web", &[], &[]);
    lab.cloud.plant(&BOX, "box-there", &[("Link", json!("slot-web"))], &[]);
    let program = adopted(
        west(s("a").add("x", &SLOT, [("Key", is("web"))])).add("a", &BOX, [("Link", is("slot-web"))]),
        "box-there",
    )
    .done();
    lab.cloud.fail("update", "a", ProviderErrorKind::Conflict);
    assert!(!lab.apply(&program).is_complete());
    let x = lab.state().resources[&path("x")].instance.clone();
    assert!(!lab.state().resources[&path("a")].dependencies.contains(&x), "it stands on what is elsewhere");
}

#[test]
fn what_says_the_same_by_chance_leaves_nothing_behind() {
    let lab = Lab::new();
    lab.up(&sketch().add("x", &SLOT, [("Key", is("web"))]).done());
    lab.cloud.plant(&BOX, "box-there", &[("Label", json!("slot-web"))], &[]);
    let program = |with: bool| {
        let x = if with { sketch().add("x", &SLOT, [("Key", is("web"))]) } else { sketch() };
        retained(adopted(x.add("a", &BOX, [("Label", is("slot-web"))]), "box-there")).done()
    };
    lab.cloud.fail("update", "a", ProviderErrorKind::Conflict);
    assert!(!lab.apply(&program(true)).is_complete());
    let plan = lab.plan(&sketch().done());
    assert_eq!(plan.change("x").unwrap().action, Action::Delete, "{:?}", plan.change("x").unwrap().reasons);
}

#[test]
fn what_says_the_same_by_chance_is_not_skipped() {
    let lab = Lab::new();
    lab.up(&sketch().add("x", &SLOT, [("Key", is("web"))]).done());
    lab.cloud.plant(&BOX, "box-there", &[("Label", json!("slot-web"))], &[]);
    let program = adopted(sketch().add("a", &BOX, [("Label", is("slot-web"))]), "box-there").done();
    lab.cloud.fail("update", "a", ProviderErrorKind::Conflict);
    let outcome = lab.apply(&program);
    assert!(outcome.skipped.is_empty(), "{:?}", outcome.skipped);
}

#[test]
fn a_network_is_one_of_the_same_provider() {
    let mut lab = Lab::new();
    lab.aliases.insert("west".to_owned(), Cloud::new(Arc::clone(&lab.clock)));
    let west = |sketch: Sketch| sketch.tune(|options| options.provider = Some("west".to_owned()));
    let there = || {
        let net = west(sketch().add("wnet", &PLAIN, []));
        west(net.add("wrange", &RANGE, [("Network", of("wnet", "Id")), ("Cidr", is("10.9.0.0/24"))]))
    };
    let here = |sketch: Sketch| {
        let net = sketch.add("apad", &PLAIN, []).add("net", &PLAIN, []);
        net.add("range", &RANGE, [("Network", of("net", "Id")), ("Cidr", is("10.0.0.0/24"))])
    };
    assert!(lab.apply(&sketch().add("apad", &PLAIN, []).done()).is_complete());
    let base = here(there()).done();
    assert!(lab.apply(&base).is_complete());
    let west_id = lab.state().resources[&path("wrange")].physical_id.clone();
    // Here, nobody manages what is called so.
    if lab.cloud.get(&west_id).is_none() {
        lab.cloud.plant(&RANGE, &west_id, &[], &[]);
    }
    let host = |peer: Value| here(there()).add("host", &HOST, [("Peers", Value::List(vec![peer]))]).done();
    assert!(lab.apply(&host(is(west_id))).is_complete());
    assert_eq!(actions(&lab.plan(&host(of("range", "Id")))), ["update host peers"]);
}

#[test]
fn what_stays_keeps_what_somebody_made_it_hold() {
    let lab = Lab::new();
    let g = || sketch().add("g1", &BOX, []).add("g2", &BOX, []);
    lab.up(&retained(g().add("x", &BOX, [("Peers", Value::List(vec![of("g1", "Id")]))])).done());
    let g2 = lab.cloud.of("g2").id;
    lab.cloud.tamper("x", "Peers", json!([g2]));
    let first = lab.apply(&sketch().done());
    let second = lab.apply(&sketch().done());
    assert!(second.is_complete(), "{:?} {:?}", first.failures.len(), second.failures);
}

#[test]
fn what_somebody_made_something_hold_goes_after_that_lets_go() {
    let lab = Lab::new();
    let x = |sketch: Sketch| sketch.add("x", &BOX, [("Peers", Value::List(vec![of("g1", "Id")]))]).done();
    lab.up(&x(sketch().add("g1", &BOX, []).add("g2", &BOX, [])));
    let g2 = lab.cloud.of("g2").id;
    lab.cloud.tamper("x", "Peers", json!([g2]));
    let outcome = lab.apply(&x(sketch().add("g1", &BOX, [])));
    assert!(outcome.is_complete(), "{:?}", outcome.failures);
}

#[test]
fn what_somebody_made_something_hold_goes_after_it() {
    let lab = Lab::new();
    let x = |sketch: Sketch| sketch.add("x", &BOX, [("Peers", Value::List(vec![of("g1", "Id")]))]).done();
    let program = x(sketch().add("g1", &BOX, []).add("g2", &BOX, []));
    lab.up(&program);
    let g2 = lab.cloud.of("g2").id;
    lab.cloud.tamper("x", "Peers", json!([g2]));
    let outcome = lab.destroy(&program);
    assert!(outcome.is_complete(), "{:?}", outcome.failures);
}

#[test]
fn what_is_taken_over_lets_go_before_what_is_replaced_at_once_goes() {
    let lab = Lab::new();
    lab.cloud.plant(&BOX, "g-there", &[("Zone", json!("a"))], &[]);
    lab.cloud.plant(&BOX, "x-there", &[("Peers", json!(["g-there"]))], &[]);
    let g = adopted(sketch().add("g", &BOX, [("Zone", is("b"))]), "g-there").tune(|options| {
        options.accepts.push(Accepted::new(Loss::Replace, "it goes"));
    });
    let program = adopted(g.add("x", &BOX, [("Peers", Value::List(vec![of("g", "Id")]))]), "x-there").done();
    let outcome = lab.apply(&program);
    assert!(outcome.is_complete(), "{:?} {:?}", outcome.failures, lab.cloud.log());
    lab.assert_settled(&program);
}

#[test]
fn what_is_taken_over_again_does_not_stand_on_itself() {
    let lab = Lab::new();
    lab.cloud.plant(&BOX, "box-there", &[("Peers", json!(["box-there"]))], &[]);
    let program = || {
        let itself = Value::List(vec![is("box-there")]);
        adopted(sketch().add("s", &BOX, [("Peers", itself)]), "box-there")
    };
    lab.up(&retained(program()).done());
    assert!(lab.apply(&sketch().done()).is_complete());
    lab.cloud.fail("update", "s", ProviderErrorKind::Invalid);
    assert!(!lab.apply(&program().done()).is_complete());
    let record = &lab.state().resources[&path("s")];
    assert!(!record.dependencies.contains(&record.instance), "{:?}", record.dependencies);
}

#[test]
fn what_is_called_as_something_else_does_not_stand_on_it() {
    let lab = Lab::new();
    lab.up(&sketch().add("a", &BOX, []).done());
    let id = lab.cloud.of("a").id;
    let program = || sketch().add("a", &BOX, []).add("n", &NAMED, [("Name", is(id.as_str()))]);
    lab.up(&program().done());
    lab.up(&program().add("b", &BOX, []).done());
    assert_eq!(lab.state().resources[&path("n")].dependencies.len(), 0);
}
