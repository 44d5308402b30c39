//! What stands in a network goes to another one by replacement, or not at all.

use ironward_core::document::Document;
use ironward_core::plan::Remedy;
use ironward_core::program::Program;
use ironward_core::value::Value;

use crate::support::lab::actions;
use crate::support::sketch::{Sketch, path};
use crate::support::types::{BOX, HOST, PLAIN, RANGE, STORE};
use crate::support::{Lab, is, of, sketch};

/// A network, and in it a range and a host.
fn network(zone: &str) -> Sketch {
    sketch()
        .add("net", &PLAIN, [("Zone", is(zone))])
        .add("range", &RANGE, [("Network", of("net", "Id")), ("Cidr", is("10.0.0.0/24"))])
        .add("host", &HOST, [("Peers", Value::List(vec![of("range", "Id")]))])
}

#[test]
fn what_stands_in_a_network_that_is_replaced_is_replaced() {
    let lab = Lab::new();
    let program = |zone: &str| network(zone).add("user", &BOX, [("Link", of("host", "Id"))]).done();
    lab.up(&program("x"));
    lab.cloud.clear();
    let plan = lab.plan(&program("y"));
    let expected = [
        "replace net CreateFirst",
        "replace range CreateFirst",
        "replace host CreateFirst",
        "update user link",
    ];
    assert_eq!(actions(&plan), expected);
    assert_eq!(
        plan.change("host").unwrap().reasons,
        ["Peers leads to another network, and it can't move there"]
    );
    assert!(plan.change("host").unwrap().diffs.iter().all(|diff| diff.replaces));
    lab.up(&program("y"));
    lab.cloud.assert_order(&["create net", "create range", "create host", "update user link", "delete host"]);
    lab.cloud.assert_order(&["delete host", "delete range", "delete net"]);
}

#[test]
fn another_place_in_the_same_network_is_an_update() {
    let lab = Lab::new();
    let program = |cidr: &str| {
        sketch()
            .add("net", &PLAIN, [])
            .add("range", &RANGE, [("Network", of("net", "Id")), ("Cidr", is(cidr))])
            .add("host", &HOST, [("Peers", Value::List(vec![of("range", "Id")]))])
            .done()
    };
    lab.up(&program("10.0.0.0/24"));
    assert_eq!(
        actions(&lab.plan(&program("10.0.1.0/24"))),
        ["replace range CreateFirst", "update host peers"]
    );
    lab.up(&program("10.0.1.0/24"));
}

#[test]
fn a_second_network_that_is_there_is_another_one_too() {
    let lab = Lab::new();
    let program = |at: &str| {
        let mut sketch = sketch();
        for (net, range) in [("a", "in-a"), ("b", "in-b")] {
            sketch = sketch.add(net, &PLAIN, []).add(
                range,
                &RANGE,
                [("Network", of(net, "Id")), ("Cidr", is("10.0.0.0/24"))],
            );
        }
        sketch.add("host", &HOST, [("Peers", Value::List(vec![of(at, "Id")]))]).done()
    };
    lab.up(&program("in-a"));
    assert_eq!(actions(&lab.plan(&program("in-b"))), ["replace host CreateFirst"]);
    lab.up(&program("in-b"));
    lab.up(&program("in-a"));
}

#[test]
fn a_network_that_was_found_is_another_one_than_what_is_made() {
    let lab = Lab::new();
    lab.cloud.plant(&RANGE, "range-old", &[], &[]);
    lab.cloud.offer("old", Document::new().with("Id", "range-old"));
    let found = || sketch().lookup("found", "range", is("old"));
    let in_found = found().add("host", &HOST, [("Peers", Value::List(vec![of("found", "Id")]))]).done();
    lab.apply(&in_found);
    let host = |program: &Program| actions(&lab.plan(program)).pop();
    assert_eq!(host(&network("x").done()).as_deref(), Some("replace host CreateFirst"));
    let mut beside = found().done();
    beside.resources = network("x").done().resources;
    assert_eq!(host(&beside).as_deref(), Some("replace host CreateFirst"));
}

#[test]
fn a_network_that_data_stands_in_stays() {
    let lab = Lab::new();
    let program = |zone: &str| network(zone).add("data", &STORE, [("Zone", of("host", "Id"))]).done();
    lab.up(&program("x"));
    lab.cloud.clear();
    let problems = lab.problems(&program("y"));
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(matches!(*problems[0].remedy, Remedy::Accept { .. }), "{problems:?}");
    let hint = problems[0].hint.clone().unwrap();
    assert!(hint.contains("declare a second one beside it"), "{hint}");
    assert_eq!(lab.cloud.log(), Vec::<String>::new(), "nothing was torn down");
}

#[test]
fn what_lookups_find_in_one_network_is_of_one_network() {
    let lab = Lab::new();
    let offer = |id: &str, network: &str| {
        lab.cloud.plant(&RANGE, id, &[], &[]);
        lab.cloud.offer(id, Document::new().with("Id", id).with("Network", network));
    };
    for (id, network) in [("one", "here"), ("two", "here"), ("three", "there")] {
        offer(id, network);
    }
    let program = |found: &[&str]| {
        let sketch = ["one", "two", "three"]
            .into_iter()
            .fold(sketch(), |sketch, id| sketch.lookup(&format!("in-{id}"), "range", is(id)));
        let peers = found.iter().map(|id| of(&format!("in-{id}"), "Id"));
        sketch.add("host", &HOST, [("Peers", Value::List(peers.collect()))]).done()
    };
    lab.apply(&program(&["one"]));
    assert_eq!(actions(&lab.plan(&program(&["two"]))), ["update host peers"]);
    assert_eq!(actions(&lab.plan(&program(&["three"]))), ["replace host CreateFirst"]);
    lab.apply(&program(&["one", "two"]));
    assert_eq!(actions(&lab.plan(&program(&["two"]))), ["update host peers"]);
    assert_eq!(actions(&lab.plan(&program(&["three"]))), ["replace host CreateFirst"]);
}

#[test]
fn what_is_found_in_a_network_of_this_stack_is_in_that() {
    let lab = Lab::new();
    lab.up(&network("x").done());
    let net = lab.cloud.of("net").id;
    for (id, network) in [("mine", net.as_str()), ("other", "elsewhere")] {
        lab.cloud.plant(&RANGE, id, &[], &[]);
        lab.cloud.offer(id, Document::new().with("Id", id).with("Network", network));
    }
    let program = |found: &str| {
        let mut program = network("x").lookup("found", "range", is(found)).done();
        let peers = Value::List(vec![of("found", "Id")]);
        program.resources[&path("host")].properties.insert("Peers".to_owned(), peers);
        program
    };
    assert_eq!(actions(&lab.plan(&program("mine"))), ["update host peers"]);
    assert_eq!(actions(&lab.plan(&program("other"))), ["replace host CreateFirst"]);
    lab.apply(&program("mine"));
    assert_eq!(actions(&lab.plan(&network("x").done())), ["update host peers"]);
    assert_eq!(
        actions(&lab.plan(&network("y").done())).last().map(String::as_str),
        Some("replace host CreateFirst")
    );
}
