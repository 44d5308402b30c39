//! Which property a service refuses: APIs name it in their messages, or repeat its value.

use crate::model::document::Node;
use crate::model::error::{ProviderError, ProviderErrorKind};
use crate::plan::diff::PropertyDiff;

/// The shortest value that is looked for in a message: shorter ones are in everything.
const TELLING: usize = 4;

/// The property that a refusal is about, where the message tells: by its name, or by its value.
pub(super) fn refused<'a>(diffs: &'a [PropertyDiff], error: &ProviderError) -> Option<&'a PropertyDiff> {
    if error.kind != ProviderErrorKind::Invalid {
        return None;
    }
    let message = error.message.to_lowercase();
    let named = diffs.iter().filter(|diff| has_word(&message, &diff.property.to_lowercase()));
    // `KmsKeyId` says more than a `Name` that stands there, too.
    named.max_by_key(|diff| diff.property.len()).or_else(|| {
        let telling = |diff: &&PropertyDiff| {
            let value = diff.after.as_ref().map(values).unwrap_or_default().into_iter();
            value.filter(|value| value.len() >= TELLING && has_word(&message, &value.to_lowercase())).max()
        };
        let length = |diff: &&PropertyDiff| telling(diff).map_or(0, |value| value.len());
        diffs.iter().filter(|diff| telling(diff).is_some()).max_by_key(length)
    })
}

/// The texts and numbers in a value; secrets aren't looked at.
fn values(node: &Node) -> Vec<String> {
    match node {
        Node::String(text) => vec![text.clone()],
        Node::Number(number) => vec![number.to_string()],
        Node::List(items) => items.iter().flat_map(values).collect(),
        Node::Map(members) => members.values().flat_map(values).collect(),
        Node::Null | Node::Bool(_) | Node::Unknown(_) | Node::Secret(_) => Vec::new(),
    }
}

/// Whether a text has a word, with no letter or digit on either side.
fn has_word(text: &str, word: &str) -> bool {
    let bounds = |at: usize| {
        let free = |character: Option<char>| character.is_none_or(|character| !character.is_alphanumeric());
        free(text[..at].chars().next_back()) && free(text[at + word.len()..].chars().next())
    };
    !word.is_empty() && text.match_indices(word).any(|(at, _)| bounds(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(property: &str, after: Node) -> PropertyDiff {
        PropertyDiff {
            property: property.to_owned(),
            before: None,
            after: Some(after),
            replaces: false,
            interrupts: None,
        }
    }

    fn of<'a>(diffs: &'a [PropertyDiff], message: &str) -> Option<&'a str> {
        let error = ProviderError::new(ProviderErrorKind::Invalid, "ec2:CreateSubnet", message);
        refused(diffs, &error).map(|diff| diff.property.as_str())
    }

    #[test]
    fn a_property_is_found_by_name_or_by_value() {
        let diffs = [
            diff("CidrBlock", Node::String("10.0.0.0/29".to_owned())),
            diff("Id", Node::String("x".to_owned())),
            diff("KmsKeyId", Node::String("alias/none".to_owned())),
            diff("AllocatedStorage", Node::Number(7.into())),
            diff("BackupRetentionPeriod", Node::Number(3600.into())),
        ];
        for (message, property) in [
            ("Value (10.0.0.0/29) for parameter cidrBlock is invalid.", Some("CidrBlock")),
            ("The CIDR '10.0.0.0/29' is invalid.", Some("CidrBlock")),
            // Not another range that begins with the same digits.
            ("The CIDR '10.0.0.0/290' is invalid.", None),
            ("Invalid Id: KmsKeyId must be of the account", Some("KmsKeyId")),
            ("Invalid storage size for engine postgres: 7", None),
            ("3600 isn't in the range 0 to 35", Some("BackupRetentionPeriod")),
            ("no reason was given", None),
        ] {
            assert_eq!(of(&diffs, message), property, "{message}");
        }
        let denied = ProviderError::new(ProviderErrorKind::Denied, "ec2:CreateSubnet", "cidrBlock");
        assert_eq!(refused(&diffs, &denied), None);
    }
}
