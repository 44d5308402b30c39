//! What Route 53 asks of values beyond the registry's schemas.

mod names;
mod records;

use std::collections::BTreeMap;

use ironward_core::document::Node;
use ironward_core::shape::{Bounds, Relation, Shape};

use crate::facts::{as_text, declared, is_something, is_true, member, named, text};

const RECORD_SET: &str = "https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html";
const NAMES: &str = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html";
const TYPES: &str = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html";
const GEO: &str = "https://docs.aws.amazon.com/Route53/latest/APIReference/API_GeoLocation.html";

/// Of a set of records.
pub(super) const RECORDS: &[Shape] = &[
    Shape::new("TTL").range(Bounds::between(0.0, 2_147_483_647.0)).source(RECORD_SET),
    Shape::new("Weight").range(Bounds::between(0.0, 255.0)).source(RECORD_SET),
    Shape::new("SetIdentifier").length(Bounds::least(1.0)).source(RECORD_SET),
    Shape::new("GeoLocation.ContinentCode").values(&["AF", "AN", "AS", "EU", "OC", "NA", "SA"]).source(GEO),
];

/// Between the properties of a set of records.
pub(super) const RECORDS_RELATIONS: &[Relation] = &[
    Relation::new(&["AliasTarget", "ResourceRecords", "TTL"], content, RECORD_SET),
    Relation::new(OF_ROUTING, routing, RECORD_SET),
    Relation::new(&["AliasTarget", "MultiValueAnswer"], several, RECORD_SET),
    Relation::new(&["GeoLocation"], place, GEO),
    Relation::new(&["Name"], |set| names::misfit("Name", text(set, "Name")?), NAMES),
    Relation::new(&["ResourceRecords", "Type"], records::count, TYPES),
    Relation::new(&["ResourceRecords", "Type"], records::values, TYPES),
];

type Properties = BTreeMap<String, Node>;
type Misfit = Option<(&'static str, String)>;

/// What says which of several sets of a name answers; a multivalue answer is one where it is true.
const OF_ROUTING: &[&str] = &[
    "SetIdentifier",
    "MultiValueAnswer",
    "Weight",
    "Failover",
    "Region",
    "GeoLocation",
    "GeoProximityLocation",
    "CidrRoutingConfig",
];

/// A set has values that are kept for a time, or is an alias, which has the target's.
fn content(properties: &Properties) -> Misfit {
    let own = ["ResourceRecords", "TTL"];
    if declared(properties, "AliasTarget") {
        let name = own.into_iter().find(|name| declared(properties, name))?;
        let message = format!("`{name}` is declared, and an alias has what its target has: leave it out");
        return Some((name, message));
    }
    let name = own.into_iter().find(|name| !declared(properties, name))?;
    Some((name, format!("`{name}` isn't declared, and what isn't an alias can't be without")))
}

/// One policy at most says which set of a name answers, and tells the sets apart by an identifier.
fn routing(properties: &Properties) -> Misfit {
    let told_apart = declared(properties, "SetIdentifier");
    let multivalue = match properties.get("MultiValueAnswer") {
        None => false,
        Some(Node::Bool(flag)) => *flag,
        Some(_) => return None,
    };
    let policies = OF_ROUTING.iter().copied().skip(2);
    let mut there: Vec<&'static str> = policies.filter(|name| declared(properties, name)).collect();
    there.extend(multivalue.then_some("MultiValueAnswer"));
    match there.as_slice() {
        [] if told_apart => {
            let message =
                "`SetIdentifier` is declared, and no policy of routing that would need it: leave it out";
            Some(("SetIdentifier", message.to_owned()))
        }
        [] => None,
        [one] if !told_apart => {
            let message = format!("`SetIdentifier` isn't declared, and `{one}` can't be without");
            Some(("SetIdentifier", message))
        }
        [_] => None,
        [.., last] => {
            let message = format!(
                "{} are declared, and a set has one policy of routing: choose one",
                named(&there, "and")
            );
            Some((last, message))
        }
    }
}

/// Several answers are values of their own.
fn several(properties: &Properties) -> Misfit {
    let both = is_true(properties, "MultiValueAnswer") && declared(properties, "AliasTarget");
    both.then(|| {
        let message =
            "`MultiValueAnswer` is true, and an alias can't be one of several answers: leave it out";
        ("MultiValueAnswer", message.to_owned())
    })
}

/// A continent, or a country, and of a country perhaps a part.
fn place(properties: &Properties) -> Misfit {
    let place = properties.get("GeoLocation")?;
    let has = |name: &str| member(place, name).is_some_and(is_something);
    let (continent, country) = ("ContinentCode", "CountryCode");
    if has(continent) && (has(country) || has("SubdivisionCode")) {
        let message = "`GeoLocation` has a continent and what is smaller: leave `ContinentCode` out";
        return Some(("GeoLocation", message.to_owned()));
    }
    if has("SubdivisionCode") && !has(country) {
        let message = "`GeoLocation` has a `SubdivisionCode`, and no `CountryCode` says of what: say it";
        return Some(("GeoLocation", message.to_owned()));
    }
    let code = as_text(member(place, country)?)?;
    let fits = code == "*" || (code.len() == 2 && code.chars().all(|c| c.is_ascii_alphabetic()));
    let message = || {
        format!(
            "`GeoLocation.CountryCode` is `{code}`; the two letters of a country or `*` for all others are allowed"
        )
    };
    (!fits).then(|| ("GeoLocation", message()))
}
