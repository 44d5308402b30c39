//! The flat attributes of Terraform before 0.12.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

/// How deep names may go: deeper than any type of a provider.
const DEPTH: usize = 24;

/// Attributes as they are today: `ingress.#` is how many members a list has, `tags.%` a map's, and
/// `ingress.123.from_port` an attribute of one of them.
pub(super) fn unfolded(flat: &Map<String, Json>) -> Map<String, Json> {
    let members: BTreeMap<&str, &Json> = flat.iter().map(|(name, json)| (name.as_str(), json)).collect();
    match level(&members, 0) {
        Json::Object(attributes) => attributes,
        _ => Map::new(),
    }
}

/// What stands below names that share a beginning.
fn level(members: &BTreeMap<&str, &Json>, depth: usize) -> Json {
    let is_list = members.contains_key("#");
    let mut firsts: BTreeSet<(Option<u64>, &str)> = BTreeSet::new();
    for name in members.keys() {
        let first = name.split('.').next().unwrap_or_default();
        if first != "#" && first != "%" {
            firsts.insert((first.parse().ok(), first));
        }
    }
    let mut values = Vec::new();
    for (_, first) in firsts {
        let below: BTreeMap<&str, &Json> = members
            .iter()
            .filter_map(|(name, json)| Some((name.strip_prefix(first)?.strip_prefix('.')?, *json)))
            .collect();
        let value = match members.get(first) {
            Some(json) => (*json).clone(),
            // The name of a tag may have dots.
            None if depth >= DEPTH || below.is_empty() => continue,
            None => level(&below, depth + 1),
        };
        values.push((first.to_owned(), value));
    }
    if is_list {
        values.into_iter().map(|(_, value)| value).collect::<Vec<_>>().into()
    } else {
        Json::Object(values.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn flat_names_unfold() {
        let flat = json!({
            "id": "sg-1", "ingress.#": "2", "ingress.77.from_port": "443", "ingress.77.cidr_blocks.#": "2",
            "ingress.77.cidr_blocks.0": "10.0.0.0/8", "ingress.77.cidr_blocks.1": "0.0.0.0/0",
            "ingress.9.from_port": "22", "ingress.9.cidr_blocks.#": "0", "tags.%": "1", "tags.Name": "web",
            "egress.#": "0", "owners.%": "1", "owners.a.b": "c"
        });
        let Json::Object(flat) = flat else { unreachable!() };
        assert_eq!(
            Json::Object(unfolded(&flat)),
            json!({
                "id": "sg-1", "tags": {"Name": "web"}, "egress": [], "owners": {"a": {"b": "c"}},
                "ingress": [
                    {"from_port": "22", "cidr_blocks": []},
                    {"from_port": "443", "cidr_blocks": ["10.0.0.0/8", "0.0.0.0/0"]}
                ]
            })
        );
    }

    #[test]
    fn more_than_ten_members_stay_in_order() {
        let mut flat = Map::from_iter([("l.#".to_owned(), json!("12"))]);
        flat.extend((0..12).map(|index| (format!("l.{index}"), json!(index))));
        assert_eq!(unfolded(&flat)["l"], json!((0..12).collect::<Vec<_>>()));
    }
}
