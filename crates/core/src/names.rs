//! Physical names and predicted attributes.

use crate::document::Node;
use crate::path::Path;
use crate::provider::Place;
use crate::schema::NameRule;
use crate::state::InstanceId;

/// The physical name of an instance: prefix, path, and the instance's eight digits, cut to the
/// rule's length.
#[must_use]
pub fn physical_name(rule: NameRule, path: &Path, instance: &InstanceId) -> String {
    let tail = format!("{}{}", rule.separator, instance.short());
    let room = rule.max.saturating_sub(rule.prefix.len() + tail.len());
    let mut body: String = path.segments().collect::<Vec<_>>().join(&rule.separator.to_string());
    if body.len() > room {
        body.truncate(room);
        body.truncate(body.trim_end_matches(['-', rule.separator]).len());
    }
    format!("{}{body}{tail}", rule.prefix)
}

/// Fills a prediction's template: `{partition}`, `{region}`, `{account}` and `{PropertyName}`.
/// Nothing comes out where a property that it needs isn't known.
#[must_use]
pub fn predict<'a>(
    template: &str,
    place: &Place,
    property: impl Fn(&str) -> Option<&'a Node>,
) -> Option<String> {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, tail) = after.split_once('}')?;
        text.push_str(before);
        match name {
            "partition" => text.push_str(&place.partition),
            "region" => text.push_str(&place.region),
            "account" => text.push_str(&place.account),
            _ => match property(name)? {
                Node::String(value) => text.push_str(value),
                Node::Number(value) => text.push_str(&value.to_string()),
                _ => return None,
            },
        }
        rest = tail;
    }
    text.push_str(rest);
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Lineage;

    #[test]
    fn names_keep_the_hash_within_the_limit() {
        let lineage = Lineage::from_random([7; 16]);
        let path = Path::parse("fhir/service/load-balancer").unwrap();
        let instance = InstanceId::derive(&lineage, &path, 1);
        let name = physical_name(NameRule::new(32), &path, &instance);
        assert!(name.len() <= 32 && name.ends_with(instance.short()), "{name}");
        assert!(name.starts_with("fhir-service-load-balan"), "{name}");
        let rule = NameRule { prefix: "/ironward/", separator: '/', ..NameRule::new(512) };
        let name = physical_name(rule, &path, &instance);
        assert_eq!(name, format!("/ironward/fhir/service/load-balancer/{}", instance.short()));
    }

    #[test]
    fn a_new_generation_has_another_name() {
        let lineage = Lineage::from_random([7; 16]);
        let path = Path::parse("a").unwrap();
        let name = |generation| {
            physical_name(NameRule::new(63), &path, &InstanceId::derive(&lineage, &path, generation))
        };
        assert_ne!(name(1), name(2));
    }

    #[test]
    fn predictions_need_their_properties() {
        let place = Place::new("aws", "us-east-1", "123456789012");
        let bucket = Node::String("b".into());
        let template = "arn:{partition}:s3:::{BucketName}";
        let filled = predict(template, &place, |name| (name == "BucketName").then_some(&bucket));
        assert_eq!(filled.as_deref(), Some("arn:aws:s3:::b"));
        assert_eq!(predict(template, &place, |_| None), None);
    }
}
