//! What is seen of something counts: what it holds, where it stands, and that it only lets go.

use ironward_core::value::Value;
use serde_json::json;

use crate::support::lab::actions;
use crate::support::sketch::Sketch;
use crate::support::types::{BOX, HOST, PLAIN, PORT, RANGE, STORE};
use crate::support::{Lab, adopted, is, of, sketch};

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
