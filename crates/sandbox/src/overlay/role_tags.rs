//! An IAM role says its tags wherever it is described.

use std::collections::BTreeMap;

use serde_json::json;
use winterbaume_core::{MockResponse, xml_escape};

use super::{Memory, Part, edit_xml, members, xml};
use crate::call::Call;

pub(crate) struct RoleTags;

impl Part for RoleTags {
    fn response(&self, call: &Call, memory: &mut Memory, response: &mut MockResponse) {
        let form = call.form();
        let role = form.get("RoleName").map(String::as_str).unwrap_or_default();
        let given = || {
            let keys = members(&form, "Tags", ".Key");
            let values = members(&form, "Tags", ".Value");
            keys.into_iter().zip(values)
        };
        match call.operation.as_str() {
            "CreateRole" => put(memory, role, &given().collect()),
            "TagRole" => {
                let mut tags = get(memory, role);
                tags.extend(given());
                put(memory, role, &tags);
            }
            "UntagRole" => {
                let gone = members(&form, "TagKeys", "");
                let mut tags = get(memory, role);
                tags.retain(|key, _| !gone.contains(key));
                put(memory, role, &tags);
            }
            "DeleteRole" => {
                memory.remove(&key(role));
            }
            _ => {}
        }
        let element = match call.operation.as_str() {
            "CreateRole" | "GetRole" => "Role",
            "GetAccountAuthorizationDetails" => "RoleDetailList",
            _ => return,
        };
        let tagged = |role: &str| {
            let tags = get(memory, xml::text(role, "RoleName")?);
            (!tags.is_empty() && !xml::has(role, "Tags")).then(|| format!("{role}{}", render(&tags)))
        };
        edit_xml(response, |body| {
            xml::edit_each(body, element, |inner| match element {
                "Role" => tagged(inner),
                _ => Some(xml::edit_each(inner, "member", tagged)),
            })
        });
    }
}

fn render(tags: &BTreeMap<String, String>) -> String {
    let members: String = tags
        .iter()
        .map(|(key, value)| {
            format!("<member><Key>{}</Key><Value>{}</Value></member>", xml_escape(key), xml_escape(value))
        })
        .collect();
    format!("<Tags>{members}</Tags>")
}

fn key(role: &str) -> String {
    format!("role-tags/{role}")
}

fn get(memory: &Memory, role: &str) -> BTreeMap<String, String> {
    memory.get(&key(role)).and_then(|tags| serde_json::from_value(tags.clone()).ok()).unwrap_or_default()
}

fn put(memory: &mut Memory, role: &str, tags: &BTreeMap<String, String>) {
    memory.insert(key(role), json!(tags));
}
