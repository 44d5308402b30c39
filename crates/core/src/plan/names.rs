//! Physical names and predicted attributes.

use crate::cloud::provider::Place;
use crate::model::document::Node;
use crate::model::path::Path;
use crate::model::schema::NameRule;
use crate::state::InstanceId;

/// The physical name of an instance: prefix, path, and the instance's eight digits, cut to the
/// rule's length. Where the path makes a name that isn't legal, it is changed as little as makes it so.
#[must_use]
pub fn physical_name(rule: NameRule, path: &Path, instance: &InstanceId) -> String {
    let tail = format!("{}{}", rule.separator, instance.short());
    let room = rule.max.saturating_sub(rule.prefix.len() + tail.len());
    let path = path.segments().collect::<Vec<_>>().join(&rule.separator.to_string());
    let named = |path: &str| format!("{}{}{tail}", rule.prefix, cut(path, room, rule.separator));
    let name = named(&path);
    if illegal(&rule, &name).is_none() {
        return name;
    }
    let mut path = path;
    path.dedup_by_char(rule.single);
    let name = named(&path);
    if reserved(&rule, &name).is_some() { named(&format!("x{}{path}", rule.separator)) } else { name }
}

fn cut(path: &str, room: usize, separator: char) -> &str {
    match path.get(..room) {
        Some(start) if start.len() < path.len() => start.trim_end_matches(['-', separator]),
        _ => path,
    }
}

/// Takes away what must not stand twice.
trait Dedup {
    fn dedup_by_char(&mut self, single: &str);
}

impl Dedup for String {
    fn dedup_by_char(&mut self, single: &str) {
        let mut before = None;
        self.retain(|c| {
            let again = before.is_some_and(|before| single.contains(before)) && single.contains(c);
            before = Some(c);
            !again
        });
    }
}

/// What of `reserved` a name begins with.
fn reserved(rule: &NameRule, name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    rule.reserved.iter().copied().find(|start| name.starts_with(start))
}

/// Why a service would refuse a name, where it would.
pub(crate) fn illegal(rule: &NameRule, name: &str) -> Option<String> {
    let length = name.chars().count();
    if length > rule.max {
        return Some(format!("has {length} characters, and {} are the most", rule.max));
    }
    if length < rule.min {
        return Some(format!("has {length} characters, and {} are the fewest", rule.min));
    }
    if let Some(start) = reserved(rule, name) {
        return Some(format!("begins with `{start}`, which the service keeps for itself"));
    }
    if let Some(legal) = rule.legal {
        let wrong = |c: char| !(c.is_ascii_alphanumeric() || legal.contains(c));
        if let Some(c) = name.chars().find(|c| wrong(*c)) {
            return Some(format!("holds `{c}`; letters, digits and `{legal}` are legal"));
        }
    }
    if rule.lower && name.chars().any(|c| c.is_ascii_uppercase()) {
        return Some("holds a capital, and only lower-case letters are legal".to_owned());
    }
    if rule.letter_first && !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Some("doesn't begin with a letter".to_owned());
    }
    if let Some(c) = name.chars().next().filter(|c| rule.inner.contains(*c)) {
        return Some(format!("begins with `{c}`"));
    }
    if let Some(c) = name.chars().last().filter(|c| rule.inner.contains(*c)) {
        return Some(format!("ends with `{c}`"));
    }
    let pairs = name.chars().zip(name.chars().skip(1));
    let twice = pairs.into_iter().find(|(a, b)| rule.single.contains(*a) && rule.single.contains(*b));
    twice.map(|(a, b)| format!("holds `{a}{b}`, and two of `{}` can't stand side by side", rule.single))
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
    fn every_path_makes_a_legal_name() {
        let lineage = Lineage::from_random([7; 16]);
        let rule = NameRule {
            legal: Some("-"),
            letter_first: true,
            reserved: &["internal-", "sg-"],
            single: "-",
            inner: "-",
            ..NameRule::new(32)
        };
        for (text, start) in [
            ("internal/alb", "x-internal-alb-"),
            ("sg/web", "x-sg-web-"),
            ("records--main", "records-main-"),
            ("internal/a--very-long-name-of-a-thing", "x-internal-a-very-long-"),
            ("sg--web", "x-sg-web-"),
            ("web/alb", "web-alb-"),
        ] {
            let path = Path::parse(text).unwrap();
            let instance = InstanceId::derive(&lineage, &path, 1);
            let name = physical_name(rule, &path, &instance);
            assert_eq!(illegal(&rule, &name), None, "{text}: {name}");
            assert!(name.starts_with(start) && name.ends_with(instance.short()), "{text}: {name}");
        }
    }

    #[test]
    fn a_name_is_refused_with_the_reason() {
        let rule = NameRule {
            min: 3,
            legal: Some("-."),
            lower: true,
            letter_first: false,
            reserved: &["xn--"],
            single: ".",
            inner: "-",
            ..NameRule::new(10)
        };
        for (name, why) in [
            ("ab", "2 characters"),
            ("abcdefghijk", "11 characters"),
            ("XN--abc", "begins with `xn--`"),
            ("a_b", "holds `_`"),
            ("Abc", "capital"),
            ("-abc", "begins with `-`"),
            ("abc-", "ends with `-`"),
            ("a..b", "side by side"),
        ] {
            assert!(illegal(&rule, name).is_some_and(|reason| reason.contains(why)), "{name}");
        }
        assert_eq!(illegal(&rule, "a--b.c"), None);
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
