//! The hosted zones that every sandbox has: those of the domains that are reserved for examples.
//!
//! A program looks its public zone up, since a registrar points to it and no stack makes it. Nobody
//! registers these names (<https://www.rfc-editor.org/rfc/rfc2606#section-3>), so whatever is shown
//! with them can be deployed to a sandbox that is empty.

use serde_json::{Map, Value, json};

use crate::overlay::Memory;

const NAMES: [&str; 3] = ["example.com", "example.net", "example.org"];

/// Remembers that the zones were given, so that one that was deleted stays deleted.
const GIVEN: &str = "example-zones";

/// Adds the zones to the state of Route 53 where it never had them, and says whether it did.
pub(crate) fn give(memory: &mut Memory, state: &mut Value) -> bool {
    if memory.insert(GIVEN.to_owned(), Value::Bool(true)).is_some() {
        return false;
    }
    if !state["hosted_zones"].is_object() {
        state["hosted_zones"] = Value::Object(Map::new());
    }
    let Some(zones) = state["hosted_zones"].as_object_mut() else { return false };
    for name in NAMES {
        let named = format!("{name}.");
        if zones.values().all(|zone| zone["name"] != named.as_str()) {
            let (id, zone) = zone(name);
            zones.insert(id, zone);
        }
    }
    true
}

/// A zone whose id is the same in every sandbox: a plan that was saved before anything else was names it.
fn zone(name: &str) -> (String, Value) {
    let letters: String = name.to_uppercase().split('.').collect();
    let id = format!("/hostedzone/Z0000000{letters}");
    let named = format!("{name}.");
    let servers: Vec<String> = ["com", "net", "org", "co.uk"]
        .iter()
        .enumerate()
        .map(|(n, domain)| format!("ns-{}.awsdns-{n:02}.{domain}", n * 512 + 1))
        .collect();
    let authority = format!("{} awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400", servers[0]);
    let zone = json!({
        "id": id,
        "name": named,
        "caller_reference": format!("ironward-sandbox {name}"),
        "resource_record_count": 2,
        "records": [
            { "name": named, "record_type": "SOA", "ttl": 900, "resource_records": [authority] },
            { "name": named, "record_type": "NS", "ttl": 172_800, "resource_records": servers },
        ],
        "vpcs": [],
        "comment": "A domain for examples, which every sandbox has",
        "delegation_set": { "id": format!("N0000000{letters}"), "caller_reference": null, "name_servers": servers },
    });
    (id, zone)
}
