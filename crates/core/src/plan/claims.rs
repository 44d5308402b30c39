//! Who claims what: names, places, and values that exclude each other, as comparable keys.
//!
//! A type's schema says what only one instance can have at a time ([`Claim`]). Here these rows become
//! keys, of what is declared and of what is recorded alike, so that the planner can see that two paths
//! mean one thing.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use serde_json::Value as Json;

use crate::cloud::provider::Place;
use crate::model::compare::dns_name;
use crate::model::document::{Document, Node};
use crate::model::program::Resource;
use crate::model::schema::{Claim, Collides, Schema, Scope};
use crate::model::value::{AttrRef, Value};

/// One thing that is claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claimed {
    pub(crate) claim: &'static Claim,
    key: Key,
    /// The first and the last address, where ranges collide.
    range: Option<(u128, u128)>,
}

/// What has to be the same for two claims to collide.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    type_name: &'static str,
    row: usize,
    scope: String,
    parts: Vec<Part>,
}

/// The value of one property of a claim.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Part {
    Nothing,
    Known(String),
    /// What this attribute will be: two that wait for the same have the same.
    Of(AttrRef),
}

impl Claimed {
    /// Whether both can't exist side by side.
    pub(crate) fn collides(&self, other: &Self) -> bool {
        let overlap = match (self.range, other.range) {
            (Some((first, last)), Some((start, end))) => first <= end && start <= last,
            (None, None) => true,
            _ => false,
        };
        self.key == other.key && overlap
    }

    /// The properties and what they say, for a message: `Bucket records`.
    pub(crate) fn says(&self) -> String {
        let values = self.key.parts.iter().map(|part| match part {
            Part::Nothing => None,
            Part::Known(text) => Some(text.clone()),
            Part::Of(attr) => Some(format!("of `{}`", attr.path)),
        });
        let words = self.claim.properties.iter().zip(values.chain([None]));
        let mut said: Vec<String> =
            words.filter_map(|(property, value)| Some(format!("{property} {}", value?))).collect();
        if let (Some((first, _)), Some(property)) = (self.range, self.claim.properties.last()) {
            said.push(format!("{property} from {}", address(first)));
        }
        said.join(", ")
    }
}

/// What a declared resource claims, by its evaluated properties.
pub(crate) fn declared(
    resource: &Resource,
    place: &Place,
    properties: &BTreeMap<String, Node>,
) -> Vec<Claimed> {
    let value_of = |name: &str| {
        let node = properties.get(name.split('.').next().unwrap_or(name));
        match (node.and_then(|node| descend(node, name)), resource.properties.get(name)) {
            (Some(Node::Unknown(_)), Some(Value::Attr(attr))) => Some(Part::Of(attr.clone())),
            (Some(node), _) => node.to_json().as_ref().map(part),
            (None, _) => Some(Part::Nothing),
        }
    };
    of(resource.schema, place, &value_of)
}

/// What a recorded instance has.
pub(crate) fn recorded(schema: &'static Schema, place: &Place, properties: &Document) -> Vec<Claimed> {
    let value_of = |name: &str| Some(properties.at(name).map_or(Part::Nothing, part));
    of(schema, place, &value_of)
}

/// The claims of the rows of `schema` that say something. What can't be told yet isn't claimed yet.
fn of(schema: &'static Schema, place: &Place, value_of: &dyn Fn(&str) -> Option<Part>) -> Vec<Claimed> {
    let default_of = |name: &str| {
        let default = schema.property(name)?.default?;
        serde_json::from_str::<Json>(default).ok()
    };
    let with_default = |name: &str| match value_of(name) {
        Some(Part::Nothing) => Some(default_of(name).as_ref().map_or(Part::Nothing, part)),
        told => told,
    };
    let one = |(row, claim): (usize, &'static Claim)| {
        if let Some((property, wanted)) = claim.when {
            let wanted: Json = serde_json::from_str(wanted).ok()?;
            if with_default(property)? != part(&wanted) {
                return None;
            }
        }
        let mut parts: Vec<Part> =
            claim.properties.iter().map(|name| with_default(name)).collect::<Option<_>>()?;
        let telling = if parts.len() == 1 { &parts[..] } else { parts.get(1..)? };
        if telling.iter().all(|part| *part == Part::Nothing) {
            return None;
        }
        let mut range = None;
        match claim.collides {
            Collides::Equal => {}
            Collides::IgnoreCase => {
                if let Some(Part::Known(text)) = parts.last_mut() {
                    *text = text.to_lowercase();
                }
            }
            Collides::DnsName => {
                if let Some(Part::Known(text)) = parts.last_mut() {
                    *text = dns_name(text);
                }
            }
            Collides::Ranges => match parts.pop()? {
                Part::Known(text) => range = Some(addresses(&text)?),
                Part::Nothing | Part::Of(_) => return None,
            },
        }
        let key = Key { type_name: schema.type_name, row, scope: scope(claim.scope, place), parts };
        Some(Claimed { claim, key, range })
    };
    schema.claims.iter().enumerate().filter_map(one).collect()
}

fn scope(scope: Scope, place: &Place) -> String {
    match scope {
        Scope::Region => format!("{} {} {}", place.partition, place.account, place.region),
        Scope::Account => format!("{} {}", place.partition, place.account),
        Scope::Partition => place.partition.clone(),
    }
}

/// A value as it is compared.
fn part(json: &Json) -> Part {
    match json {
        Json::Null => Part::Nothing,
        Json::String(text) => Part::Known(text.clone()),
        other => Part::Known(other.to_string()),
    }
}

fn descend<'a>(node: &'a Node, name: &str) -> Option<&'a Node> {
    name.split('.').skip(1).try_fold(node, |node, member| match node {
        Node::Map(members) => members.get(member),
        _ => None,
    })
}

/// The first and the last address of a range in CIDR notation. Addresses of both kinds are told apart
/// by where they stand: those of four bytes are mapped into those of sixteen.
fn addresses(text: &str) -> Option<(u128, u128)> {
    let (address, prefix) = text.split_once('/')?;
    let prefix: u32 = prefix.parse().ok()?;
    let (bits, prefix) = match address.parse::<IpAddr>().ok()? {
        IpAddr::V4(address) => (address.to_ipv6_mapped().to_bits(), prefix + 96),
        IpAddr::V6(address) => (address.to_bits(), prefix),
    };
    let free = u128::MAX.checked_shr(prefix).unwrap_or(0);
    (prefix <= 128).then_some((bits & !free, bits | free))
}

fn address(bits: u128) -> IpAddr {
    IpAddr::V6(bits.into()).to_canonical()
}

/// Who has what, found by a claim in time that doesn't grow with how many there are.
#[derive(Debug)]
pub(crate) struct Index<T> {
    equal: HashMap<Key, Vec<T>>,
    /// Sorted by the first address, each with the greatest last address up to there.
    ranges: HashMap<Key, Vec<(u128, u128, u128, T)>>,
}

impl<T: Clone> Index<T> {
    pub(crate) fn new(claims: impl IntoIterator<Item = (Claimed, T)>) -> Self {
        let mut index = Self { equal: HashMap::new(), ranges: HashMap::new() };
        for (claimed, who) in claims {
            match claimed.range {
                None => index.equal.entry(claimed.key).or_default().push(who),
                Some((first, last)) => {
                    index.ranges.entry(claimed.key).or_default().push((first, last, last, who));
                }
            }
        }
        for group in index.ranges.values_mut() {
            group.sort_by_key(|(first, ..)| *first);
            let mut reached = 0;
            for (_, last, up_to_here, _) in group {
                reached = reached.max(*last);
                *up_to_here = reached;
            }
        }
        index
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.equal.is_empty() && self.ranges.is_empty()
    }

    /// All whose claims collide with this one.
    pub(crate) fn hits(&self, claimed: &Claimed) -> Vec<T> {
        let Some((start, end)) = claimed.range else {
            return self.equal.get(&claimed.key).cloned().unwrap_or_default();
        };
        let Some(group) = self.ranges.get(&claimed.key) else { return Vec::new() };
        let from = group.partition_point(|(first, ..)| *first <= end);
        let near = group[..from].iter().rev().take_while(|(_, _, up_to_here, _)| *up_to_here >= start);
        near.filter(|(_, last, ..)| *last >= start).map(|(.., who)| who.clone()).collect()
    }

    /// All whose claims say exactly the same as this one.
    pub(crate) fn same(&self, claimed: &Claimed) -> Vec<T> {
        let Some(range) = claimed.range else { return self.hits(claimed) };
        let group = self.ranges.get(&claimed.key).into_iter().flatten();
        group.filter(|(first, last, ..)| (*first, *last) == range).map(|(.., who)| who.clone()).collect()
    }
}

/// The first claim of one list that collides with one of another.
pub(crate) fn collision<'a>(these: &'a [Claimed], those: &[Claimed]) -> Option<&'a Claimed> {
    these.iter().find(|one| those.iter().any(|other| one.collides(other)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::schema::{Change, ClaimKind, Property};

    static NET: Schema = {
        let mut schema = Schema::new(
            "Test::Net",
            "Id",
            &[Property::new("Vpc", Change::Replace), Property::new("Range", Change::Replace)],
            &[],
        );
        const RANGE: Claim = {
            let mut claim = Claim::new(ClaimKind::Value, &["Vpc", "Range"]);
            claim.collides = Collides::Ranges;
            claim
        };
        schema.claims = &[RANGE];
        schema
    };

    static ROUTE: Schema = {
        let mut schema = Schema::new(
            "Test::Route",
            "Id",
            &[
                Property::new("Table", Change::Replace),
                Property::new("To", Change::Replace),
                Property::new("To6", Change::Replace),
            ],
            &[],
        );
        schema.claims = &[Claim::new(ClaimKind::Place, &["Table", "To", "To6"])];
        schema
    };

    fn of_net(vpc: &str, range: &str) -> Vec<Claimed> {
        net(&json!({"Vpc": vpc, "Range": range}))
    }

    fn net(json: &Json) -> Vec<Claimed> {
        let document: Document = serde_json::from_value(json.clone()).unwrap();
        recorded(&NET, &Place::new("aws", "us-east-1", "1"), &document)
    }

    fn route(json: Json) -> Vec<Claimed> {
        let document: Document = serde_json::from_value(json).unwrap();
        recorded(&ROUTE, &Place::new("aws", "us-east-1", "1"), &document)
    }

    #[test]
    fn ranges_collide_where_they_share_an_address() {
        for (a, b, collide) in [
            ("10.0.0.0/24", "10.0.0.0/24", true),
            ("10.0.0.0/16", "10.0.7.0/24", true),
            ("10.0.0.0/24", "10.0.1.0/24", false),
            ("10.0.0.128/25", "10.0.0.0/25", false),
            ("fd00::/64", "fd00::1:0/112", true),
            ("10.0.0.0/8", "::ffff:0:0/96", true),
            ("10.0.0.0/8", "fd00::/8", false),
            ("0.0.0.0/0", "10.0.0.0/8", true),
        ] {
            let (a, b) = (of_net("v", a), of_net("v", b));
            assert_eq!(collision(&a, &b).is_some(), collide, "{a:?} {b:?}");
        }
        assert!(collision(&of_net("v", "10.0.0.0/24"), &of_net("w", "10.0.0.0/24")).is_none());
        assert!(of_net("v", "nonsense").is_empty());
    }

    #[test]
    fn what_says_nothing_claims_nothing() {
        assert!(route(json!({"Table": "t"})).is_empty());
        assert_eq!(route(json!({"Table": "t", "To6": "::/0"})).len(), 1);
        let (a, b) = (route(json!({"Table": "t", "To": "x"})), route(json!({"Table": "t", "To6": "x"})));
        assert!(collision(&a, &b).is_none());
        assert_eq!(a[0].says(), "Table t, To x");
        assert_eq!(of_net("v", "10.0.7.0/24")[0].says(), "Vpc v, Range from 10.0.7.0");
    }

    #[test]
    fn an_index_finds_what_collides_also_behind_wider_ranges() {
        let ranges = ["10.0.0.0/8", "10.1.0.0/16", "10.2.0.0/24", "11.0.0.0/8", "10.3.0.0/16"];
        let index = Index::new(
            ranges.iter().flat_map(|range| of_net("v", range)).enumerate().map(|(who, claim)| (claim, who)),
        );
        let hits = |range: &str| {
            let mut found = index.hits(&of_net("v", range)[0]);
            found.sort_unstable();
            found
        };
        assert_eq!(hits("10.2.0.128/25"), [0, 2]);
        assert_eq!(hits("10.0.0.0/7"), [0, 1, 2, 3, 4]);
        assert_eq!(hits("12.0.0.0/8"), Vec::<usize>::new());
        assert_eq!(index.same(&of_net("v", "10.1.0.0/16")[0]), [1]);
        assert!(index.same(&of_net("v", "10.1.0.0/17")[0]).is_empty());
    }
}
