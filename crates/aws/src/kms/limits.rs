//! What KMS asks of values beyond the registry's schemas.

use std::collections::BTreeMap;

use ironward_core::document::Node;
use ironward_core::shape::Relation;

use crate::facts::text;
use crate::policy_facts::{self, Element, Kind};

const CREATE: &str = "https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html";
const ROTATION: &str = "https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html";
const POLICY: &str = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html";
const QUOTAS: &str = "https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html";

/// The most characters of a key policy.
const LONGEST: usize = 32_768;

/// KMS takes a statement without an action or a resource, which then has no effect, and actions of any form:
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html>.
const KEY_POLICY: Kind = Kind {
    principal: Element::Wanted,
    resource: Element::Free,
    action: Element::Free,
    forms: false,
    names: false,
};

/// Between the properties of a key.
pub(super) const KEY_RELATIONS: &[Relation] = &[
    Relation::new(&["KeyPolicy"], policy, POLICY),
    Relation::new(&["KeyPolicy"], length, QUOTAS),
    Relation::new(&["KeySpec", "KeyUsage"], usage, CREATE),
    Relation::new(&["EnableKeyRotation", "KeySpec", "Origin"], rotation, ROTATION),
];

/// What keys of a kind can be used for; the first beginning that fits counts.
const USES: [(&str, &[&str]); 8] = [
    ("SYMMETRIC_DEFAULT", &["ENCRYPT_DECRYPT"]),
    ("HMAC_", &["GENERATE_VERIFY_MAC"]),
    ("RSA_", &["ENCRYPT_DECRYPT", "SIGN_VERIFY"]),
    ("ECC_NIST_P", &["SIGN_VERIFY", "KEY_AGREEMENT"]),
    ("ECC_NIST_EDWARDS", &["SIGN_VERIFY"]),
    ("ECC_SECG_", &["SIGN_VERIFY"]),
    ("ML_DSA_", &["SIGN_VERIFY"]),
    ("SM2", &["ENCRYPT_DECRYPT", "SIGN_VERIFY", "KEY_AGREEMENT"]),
];

type Properties = BTreeMap<String, Node>;
type Misfit = Option<(&'static str, String)>;

fn policy(properties: &Properties) -> Misfit {
    let message = policy_facts::misfit("KeyPolicy", properties.get("KeyPolicy")?, &KEY_POLICY)?;
    Some(("KeyPolicy", message))
}

fn length(properties: &Properties) -> Misfit {
    let advice = "say it in fewer statements, or name principals by a condition";
    let message = policy_facts::too_long("KeyPolicy", properties.get("KeyPolicy")?, LONGEST, advice)?;
    Some(("KeyPolicy", message))
}

/// What kind of key it is, where that is known.
fn spec(properties: &Properties) -> Option<&str> {
    if properties.contains_key("KeySpec") { text(properties, "KeySpec") } else { Some("SYMMETRIC_DEFAULT") }
}

/// A key is used for what its kind is made for, which is only a matter of course for symmetric ones.
fn usage(properties: &Properties) -> Misfit {
    let spec = spec(properties)?;
    let (_, uses) = USES.iter().find(|(beginning, _)| spec.starts_with(beginning))?;
    let listed: Vec<String> = uses.iter().map(|usage| format!("`{usage}`")).collect();
    let listed = listed.join(" or ");
    if !properties.contains_key("KeyUsage") {
        let message =
            || format!("`KeyUsage` isn't declared, and a key of {spec} can't be without: say {listed}");
        return (spec != "SYMMETRIC_DEFAULT").then(|| ("KeyUsage", message()));
    }
    let usage = text(properties, "KeyUsage").filter(|usage| !uses.contains(usage))?;
    let message =
        format!("`KeyUsage` is `{usage}`, and a key of {spec} has {listed}: take that, or another kind");
    Some(("KeyUsage", message))
}

/// Only what KMS made itself, and of symmetric keys, is rotated.
fn rotation(properties: &Properties) -> Misfit {
    if !matches!(properties.get("EnableKeyRotation")?, Node::Bool(true)) {
        return None;
    }
    let message = |what: String| {
        let message = format!(
            "`EnableKeyRotation` is true, and {what}: leave rotation out, or take a symmetric key of KMS's own"
        );
        Some(("EnableKeyRotation", message))
    };
    match (spec(properties), text(properties, "Origin")) {
        (_, Some("EXTERNAL")) => message("imported material isn't rotated".to_owned()),
        (Some(spec), _) if spec != "SYMMETRIC_DEFAULT" => message(format!("a key of {spec} isn't rotated")),
        _ => None,
    }
}
