//! What CloudWatch Logs asks of values beyond the registry's schemas.

use std::collections::BTreeMap;

use ironward_core::document::Node;
use ironward_core::shape::Relation;

use crate::facts::{as_text, items, member, text};
use crate::policy_facts::too_long;

const INDEX: &str =
    "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutIndexPolicy.html";
const PROTECTION: &str =
    "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutDataProtectionPolicy.html";
const RESOURCE: &str =
    "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html";

/// The most fields of an index policy, and the most characters of each.
const FIELDS: (usize, usize) = (20, 100);
/// The most characters of a data protection policy.
const LONGEST_PROTECTION: usize = 30_720;
/// The most characters of a resource policy.
const LONGEST_RESOURCE: usize = 51_200;

/// Between the properties of a log group.
pub(super) const LOG_GROUP_RELATIONS: &[Relation] = &[
    Relation::new(&["FieldIndexPolicies"], index, INDEX),
    Relation::new(&["FieldIndexPolicies", "LogGroupClass"], class, INDEX),
    Relation::new(&["DataProtectionPolicy"], protection, PROTECTION),
    Relation::new(&["DataProtectionPolicy"], protection_length, PROTECTION),
    Relation::new(&["ResourcePolicyDocument"], resource_length, RESOURCE),
];

type Properties = BTreeMap<String, Node>;
type Misfit = Option<(&'static str, String)>;

/// A group has one index policy, of so many fields.
fn index(properties: &Properties) -> Misfit {
    let policies = items(properties.get("FieldIndexPolicies")?);
    let refused = |message: String| Some(("FieldIndexPolicies", message));
    if policies.len() > 1 {
        let count = policies.len();
        return refused(format!(
            "`FieldIndexPolicies` has {count} policies, and a log group has one: put the fields into it"
        ));
    }
    let (most, longest) = FIELDS;
    let Some(Node::List(fields)) = member(policies.first()?, "Fields") else { return None };
    if fields.is_empty() || fields.len() > most {
        let count = fields.len();
        return refused(format!(
            "`FieldIndexPolicies[0].Fields` has {count} fields, and 1 to {most} can be found by index"
        ));
    }
    let long = fields.iter().filter_map(as_text).find(|field| field.chars().count() > longest)?;
    refused(format!(
        "`FieldIndexPolicies[0].Fields` holds `{long}`, and the name of a field has {longest} characters at most"
    ))
}

fn class(properties: &Properties) -> Misfit {
    let class = text(properties, "LogGroupClass").filter(|class| *class != "STANDARD")?;
    let policies = items(properties.get("FieldIndexPolicies")?);
    let message = || {
        format!(
            "`FieldIndexPolicies` is declared, and a log group of the class {class} has no indexes: leave it \
             out, or take STANDARD"
        )
    };
    (!policies.is_empty()).then(|| ("FieldIndexPolicies", message()))
}

/// A policy finds data and masks the same data.
fn protection(properties: &Properties) -> Misfit {
    let Node::List(statements) = member(properties.get("DataProtectionPolicy")?, "Statement")? else {
        return None;
    };
    let data = |statement| member(statement, "DataIdentifier");
    let refused = |message: &str| Some(("DataProtectionPolicy", message.to_owned()));
    if let Some(index) = statements
        .iter()
        .position(|statement| matches!(data(statement), Some(Node::List(names)) if names.is_empty()))
    {
        let place = format!("DataProtectionPolicy.Statement[{index}].DataIdentifier");
        return refused(&format!("`{place}` is empty: say which data is to be found"));
    }
    let [audit, mask] = statements.as_slice() else {
        return refused(
            "`DataProtectionPolicy` has two statements, one with `Audit` and one with `Deidentify`: write both",
        );
    };
    match (data(audit), data(mask)) {
        (Some(found), Some(masked)) if !found.has_unknown() && !masked.has_unknown() && found != masked => {
            refused(
                "`DataProtectionPolicy` doesn't mask what it finds: both statements have the same \
                 `DataIdentifier`",
            )
        }
        _ => None,
    }
}

fn protection_length(properties: &Properties) -> Misfit {
    let property = "DataProtectionPolicy";
    let advice = "find fewer kinds of data";
    Some((property, too_long(property, properties.get(property)?, LONGEST_PROTECTION, advice)?))
}

fn resource_length(properties: &Properties) -> Misfit {
    let property = "ResourcePolicyDocument";
    let advice = "say it in fewer statements";
    Some((property, too_long(property, properties.get(property)?, LONGEST_RESOURCE, advice)?))
}
