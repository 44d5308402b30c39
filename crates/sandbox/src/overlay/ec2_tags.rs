//! Flow logs and VPC endpoints have tags, and can be found by them.

use std::collections::BTreeMap;

use serde_json::json;
use winterbaume_core::{MockResponse, xml_escape};

use super::{Memory, Part, body_text, edit_xml, filters, list, tag_specification, tags, xml};
use crate::call::Call;

pub(crate) struct Ec2Tags;

/// A kind of resource whose tags the emulator drops.
struct Kind {
    create: &'static str,
    describe: &'static str,
    specification: &'static str,
    prefix: &'static str,
    id: &'static str,
    set: &'static str,
}

const KINDS: [Kind; 2] = [
    Kind {
        create: "CreateFlowLogs",
        describe: "DescribeFlowLogs",
        specification: "vpc-flow-log",
        prefix: "fl-",
        id: "flowLogId",
        set: "flowLogSet",
    },
    Kind {
        create: "CreateVpcEndpoint",
        describe: "DescribeVpcEndpoints",
        specification: "vpc-endpoint",
        prefix: "vpce-",
        id: "vpcEndpointId",
        set: "vpcEndpointSet",
    },
];

impl Part for Ec2Tags {
    fn request(&self, call: &mut Call, _memory: &mut Memory) -> Option<MockResponse> {
        // The emulator would find nothing: here the overlay filters, below.
        if KINDS.iter().any(|kind| kind.describe == call.operation) {
            call.drop_form_filters(is_tag_filter);
        }
        None
    }

    fn response(&self, call: &Call, memory: &mut Memory, response: &mut MockResponse) {
        let form = call.form();
        for kind in &KINDS {
            if call.operation == kind.create {
                let given = tag_specification(&form, kind.specification);
                for id in created(response, kind) {
                    put(memory, &id, &given);
                }
            }
            if call.operation == kind.describe {
                show(kind, &form, memory, response);
            }
        }
        if matches!(call.operation.as_str(), "CreateTags" | "DeleteTags") {
            for id in list(&form, "ResourceId") {
                if KINDS.iter().any(|kind| id.starts_with(kind.prefix)) {
                    let mut now = get(memory, &id);
                    let named = tags(&form, "");
                    if call.operation == "CreateTags" {
                        now.extend(named);
                    } else {
                        now.retain(|key, _| !named.is_empty() && !named.contains_key(key));
                    }
                    put(memory, &id, &now);
                }
            }
        }
    }
}

/// The ids in the answer to a creation.
fn created(response: &MockResponse, kind: &Kind) -> Vec<String> {
    let body = body_text(response).unwrap_or_default();
    let ids = match xml::text(body, "flowLogIdSet") {
        Some(set) => xml::all(set, "item"),
        None => xml::text(body, kind.id).into_iter().collect(),
    };
    ids.into_iter().map(str::to_owned).collect()
}

fn show(kind: &Kind, form: &BTreeMap<String, String>, memory: &Memory, response: &mut MockResponse) {
    let wanted: Vec<_> = filters(form).into_iter().filter(|(name, _)| is_tag_filter(name)).collect();
    edit_xml(response, |body| {
        xml::edit_each(body, kind.set, |items| {
            let mut shown = String::new();
            for item in xml::all(items, "item") {
                let tags = xml::text(item, kind.id).map(|id| get(memory, id)).unwrap_or_default();
                let matches = wanted.iter().all(|(name, values)| match name.strip_prefix("tag:") {
                    Some(key) => tags.get(key).is_some_and(|value| values.contains(value)),
                    None => values.iter().any(|key| tags.contains_key(key)),
                });
                if matches {
                    shown.push_str(&format!("<item>{item}{}</item>", render(&tags)));
                }
            }
            Some(shown)
        })
    });
}

fn render(tags: &BTreeMap<String, String>) -> String {
    let items: String = tags
        .iter()
        .map(|(key, value)| {
            format!("<item><key>{}</key><value>{}</value></item>", xml_escape(key), xml_escape(value))
        })
        .collect();
    format!("<tagSet>{items}</tagSet>")
}

fn is_tag_filter(name: &str) -> bool {
    name == "tag-key" || name.starts_with("tag:")
}

fn get(memory: &Memory, id: &str) -> BTreeMap<String, String> {
    memory
        .get(&format!("tags/{id}"))
        .and_then(|tags| serde_json::from_value(tags.clone()).ok())
        .unwrap_or_default()
}

fn put(memory: &mut Memory, id: &str, tags: &BTreeMap<String, String>) {
    memory.insert(format!("tags/{id}"), json!(tags));
}
