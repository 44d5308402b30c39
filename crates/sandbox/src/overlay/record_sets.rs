//! A record set is kept as it was written. The emulator tells record sets apart by name and type alone and
//! keeps no alias and no routing of them, so that a set of weighted records would be one record.

use serde_json::json;
use winterbaume_core::MockResponse;

use super::{Memory, Part, edit_xml, xml};
use crate::call::Call;

pub(crate) struct RecordSets;

/// Stands between set identifier and name in what the emulator knows as the name. Route 53 writes
/// characters beyond ASCII as escapes, so no name holds it
/// (<https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html>).
const MARK: &str = "§.";

const RECORD_SET: &str = "ResourceRecordSet";

impl Part for RecordSets {
    fn request(&self, call: &mut Call, _memory: &mut Memory) -> Option<MockResponse> {
        if call.operation == "POST" && zone_of_records(call.path()).is_some() {
            let body = std::str::from_utf8(&call.request.body).ok()?;
            let known = xml::edit_each(body, RECORD_SET, |set| {
                let name = known_name(set)?;
                Some(xml::edit_each(set, "Name", |_| Some(name.clone())))
            });
            call.request.body = known.into();
        }
        None
    }

    fn response(&self, call: &Call, memory: &mut Memory, response: &mut MockResponse) {
        match (call.operation.as_str(), zone_of_records(call.path())) {
            ("POST", Some(zone)) => remember(call, memory, zone),
            ("GET", Some(zone)) => edit_xml(response, |body| {
                xml::edit_each(body, RECORD_SET, |set| {
                    Some(memory.get(&key(zone, set)?)?.as_str()?.to_owned())
                })
            }),
            ("DELETE", None) => {
                if let Some(zone) = call.path().strip_prefix(ZONES) {
                    memory.retain(|kept, _| !kept.starts_with(&prefix(zone)));
                }
            }
            _ => {}
        }
    }
}

const ZONES: &str = "/2013-04-01/hostedzone/";

/// The zone of a path that is about its record sets.
fn zone_of_records(path: &str) -> Option<&str> {
    path.strip_prefix(ZONES)?.trim_end_matches('/').strip_suffix("/rrset")
}

/// The name under which the emulator knows a record set: behind what tells it from others of its name and
/// type.
fn known_name(set: &str) -> Option<String> {
    let name = shown(xml::text(set, "Name")?);
    Some(match xml::text(set, "SetIdentifier") {
        Some(identifier) => {
            let hex: String = identifier.bytes().map(|byte| format!("{byte:02x}")).collect();
            format!("{hex}{MARK}{name}")
        }
        None => name,
    })
}

/// A name as Route 53 gives it back.
fn shown(name: &str) -> String {
    format!("{}.", name.trim_end_matches('.').to_lowercase())
}

/// A record set as Route 53 gives it back.
fn shown_set(set: &str) -> String {
    let name = |name: &str| Some(shown(name));
    xml::edit_each(&xml::edit_each(set, "Name", name), "DNSName", name)
}

/// Keeps what a batch wrote, and forgets what it deleted.
fn remember(call: &Call, memory: &mut Memory, zone: &str) {
    let Some(known) = std::str::from_utf8(&call.request.body).ok() else { return };
    let asked = call.asked_text();
    // Both are the same batch: only the names differ.
    let sets = |body| xml::all(body, "Change");
    for (known, asked) in sets(known).into_iter().zip(sets(asked)) {
        let (Some(set), Some(asked)) = (xml::text(known, RECORD_SET), xml::text(asked, RECORD_SET)) else {
            continue;
        };
        let Some(key) = key(zone, set) else { continue };
        match xml::text(known, "Action") {
            Some("DELETE") => memory.remove(&key),
            _ => memory.insert(key, json!(shown_set(asked))),
        };
    }
}

/// Where a record set is remembered, by what the emulator says of it.
fn key(zone: &str, set: &str) -> Option<String> {
    Some(format!("{}{}/{}", prefix(zone), xml::text(set, "Type")?, xml::text(set, "Name")?))
}

fn prefix(zone: &str) -> String {
    format!("record-set/{zone}/")
}
