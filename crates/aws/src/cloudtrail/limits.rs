//! What CloudTrail asks of values beyond the registry's schemas.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use ironward_core::document::Node;
use ironward_core::shape::Relation;

use crate::facts::{as_text, items, member, text};

const CREATE: &str = "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html";
const SELECTORS: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html";
const SELECTOR: &str = "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html";
const FIELD: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html";

/// The most values of all advanced selectors of a trail.
const MOST_VALUES: usize = 500;
/// The most resources of all plain selectors of a trail.
const MOST_RESOURCES: usize = 250;

const OPERATORS: [&str; 6] =
    ["Equals", "StartsWith", "EndsWith", "NotEquals", "NotStartsWith", "NotEndsWith"];
/// Fields that are compared as a whole alone.
const WHOLE: [&str; 3] = ["eventCategory", "readOnly", "resources.type"];

/// Between the properties of a trail.
pub(super) const TRAIL_RELATIONS: &[Relation] = &[
    Relation::new(&["TrailName"], name, CREATE),
    Relation::new(&["CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn"], logs, CREATE),
    Relation::new(&["AdvancedEventSelectors", "EventSelectors"], either, SELECTORS),
    Relation::new(&["AdvancedEventSelectors"], values, SELECTORS),
    Relation::new(&["AdvancedEventSelectors"], fields, FIELD),
    Relation::new(&["EventSelectors"], resources, SELECTOR),
];

type Properties = BTreeMap<String, Node>;
type Misfit = Option<(&'static str, String)>;

fn name(properties: &Properties) -> Misfit {
    let name = text(properties, "TrailName")?;
    name.parse::<Ipv4Addr>().is_ok().then(|| {
        ("TrailName", format!("`TrailName` is `{name}`, which is an address: give it a name of another form"))
    })
}

/// Events go to a log group by a role.
fn logs(properties: &Properties) -> Misfit {
    let declared = |name: &str| properties.get(name).is_some_and(|node| !node.is_null());
    let (group, role) = ("CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn");
    let (there, lacking) = match (declared(group), declared(role)) {
        (true, false) => (group, role),
        (false, true) => (role, group),
        _ => return None,
    };
    Some((lacking, format!("`{lacking}` isn't declared, and `{there}` is: declare both, or neither")))
}

/// A trail has selectors of one of the two kinds.
fn either(properties: &Properties) -> Misfit {
    let declared = |name: &str| properties.get(name).is_some_and(|node| !items(node).is_empty());
    let message = "`EventSelectors` and `AdvancedEventSelectors` are declared, and a trail has one of them: \
                   say it all by `AdvancedEventSelectors`";
    (declared("EventSelectors") && declared("AdvancedEventSelectors"))
        .then(|| ("EventSelectors", message.to_owned()))
}

fn values(properties: &Properties) -> Misfit {
    let selectors = items(properties.get("AdvancedEventSelectors")?);
    let fields = selectors.iter().filter_map(|one| member(one, "FieldSelectors")).flat_map(items);
    let values = fields.flat_map(|field| OPERATORS.iter().filter_map(|operator| member(field, operator)));
    let count: usize = values.map(|values| items(values).len()).sum();
    let message = || {
        format!(
            "`AdvancedEventSelectors` has {count} values in all, and {MOST_VALUES} are the most: say it by \
             fewer, such as beginnings"
        )
    };
    (count > MOST_VALUES).then(|| ("AdvancedEventSelectors", message()))
}

/// Each selector says of which category of events it is, and some fields are compared as a whole.
fn fields(properties: &Properties) -> Misfit {
    let refused = |message: String| Some(("AdvancedEventSelectors", message));
    for (index, selector) in items(properties.get("AdvancedEventSelectors")?).iter().enumerate() {
        let Some(Node::List(conditions)) = member(selector, "FieldSelectors") else { continue };
        let place = format!("AdvancedEventSelectors[{index}].FieldSelectors");
        let mut categories = false;
        for (index, condition) in conditions.iter().enumerate() {
            // What isn't known yet may be the category.
            let Some(field) = member(condition, "Field").and_then(as_text) else {
                categories = true;
                continue;
            };
            categories |= field == "eventCategory";
            let declared = |operator: &&&str| {
                let node = member(condition, operator);
                node.is_some_and(|node| !node.is_null() && !matches!(node, Node::List(of) if of.is_empty()))
            };
            let other = OPERATORS.iter().filter(|operator| **operator != "Equals").find(declared);
            if let Some(operator) = other.filter(|_| WHOLE.contains(&field)) {
                return refused(format!(
                    "`{place}[{index}]` compares `{field}` by `{operator}`, and it has `Equals` alone"
                ));
            }
        }
        if !categories {
            return refused(format!(
                "`{place}` has no condition on `eventCategory`: say whether it is about `Management`, `Data` or \
                 `NetworkActivity`"
            ));
        }
    }
    None
}

fn resources(properties: &Properties) -> Misfit {
    let selectors = items(properties.get("EventSelectors")?);
    let resources = selectors.iter().filter_map(|one| member(one, "DataResources")).flat_map(items);
    let values: Vec<&Node> = resources.filter_map(|one| member(one, "Values")).flat_map(items).collect();
    // Not where all events of a service are recorded: `arn:aws:s3`.
    let is_all = |value: &&Node| as_text(value).is_none_or(|arn| arn.split(':').count() <= 3);
    let count = values.len();
    let message = || {
        format!(
            "`EventSelectors` names {count} resources in all, and {MOST_RESOURCES} are the most: take \
             `AdvancedEventSelectors`, which choose them by beginnings"
        )
    };
    (count > MOST_RESOURCES && !values.iter().any(is_all)).then(|| ("EventSelectors", message()))
}
