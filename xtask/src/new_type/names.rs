//! Names of Rust for what the registry names.

/// Words of Rust's own, which nothing else can be called.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static",
    "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual",
    "where", "while", "yield",
];

/// `VPCEndpoint` as `vpc_endpoint`, and the way `Endpoint.Port` as `endpoint_port`.
pub(super) fn snake(name: &str) -> String {
    let parts: Vec<String> = name.split('.').map(part).collect();
    parts.join("_")
}

fn part(name: &str) -> String {
    let letters: Vec<char> = name.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    let at = |index: usize| letters.get(index).copied().unwrap_or('_');
    let mut text = String::new();
    for (index, c) in letters.iter().enumerate() {
        if index > 0 && c.is_uppercase() {
            let before = at(index - 1);
            // The `s` of `SubnetIDs` is the plural of a word in capitals, not the rest of another word.
            let plural = at(index + 1) == 's' && !at(index + 2).is_lowercase();
            let word = at(index + 1).is_lowercase() && !(plural && before.is_uppercase());
            if !before.is_uppercase() || word {
                text.push('_');
            }
        }
        text.extend(c.to_lowercase());
    }
    text
}

/// `vpc_endpoint` as `VpcEndpoint`: the name that the derive gives a field.
pub(super) fn pascal(snake: &str) -> String {
    let upper = |part: &str| {
        let mut letters = part.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    snake.split('_').map(upper).collect()
}

/// What the field or method is called that is `name` in snake case; `of` is the type's, for what is called as
/// Rust's own words.
pub(super) fn field(name: &str, of: &str) -> String {
    if KEYWORDS.contains(&name) { format!("{of}_{name}") } else { name.to_owned() }
}

/// What an attribute's name adds to the type's: `Arn` of `PolicyArn` and `ManagedPolicy`.
pub(super) fn own<'n>(type_name: &str, name: &'n str) -> &'n str {
    let overlaps =
        |end: &usize| type_name.ends_with(&name[..*end]) && name[*end..].starts_with(char::is_uppercase);
    let longest = (1..name.len()).rev().filter(|end| name.is_char_boundary(*end)).find(overlaps);
    &name[longest.unwrap_or(0)..]
}

/// The module of a type that is `name` in snake case.
pub(super) fn module(name: &str) -> String {
    if KEYWORDS.contains(&name) { format!("{name}_type") } else { name.to_owned() }
}

/// At most three of `names` that may be meant by `typed`, the nearest first.
pub(super) fn near<'n>(typed: &str, names: &[&'n str]) -> Vec<&'n str> {
    let typed = typed.to_lowercase();
    let mut found: Vec<(usize, &str)> = Vec::new();
    for name in names {
        let lower = name.to_lowercase();
        let (own, other) = (lower.rsplit("::").next(), typed.rsplit("::").next());
        let distance = if own == other { 0 } else { distance(&lower, &typed) };
        found.push((distance, name));
    }
    found.retain(|(distance, _)| *distance <= 4);
    found.sort();
    found.into_iter().take(3).map(|(_, name)| name).collect()
}

/// How many letters have to be changed, added or taken away to make one text of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, c) in one.chars().enumerate() {
        let mut next = vec![index + 1];
        for (column, d) in other.iter().enumerate() {
            let changed = row[column] + usize::from(c != *d);
            next.push(changed.min(row[column + 1] + 1).min(next[column] + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_those_of_fields() {
        for (name, expected) in [
            ("LogGroupName", "log_group_name"),
            ("DBInstanceClass", "db_instance_class"),
            ("KmsKeyId", "kms_key_id"),
            ("Ipv6CidrBlock", "ipv6_cidr_block"),
            ("S3BucketName", "s3_bucket_name"),
            ("VPCSecurityGroups", "vpc_security_groups"),
            ("SubnetIDs", "subnet_ids"),
            ("EnableIAMDatabaseAuthentication", "enable_iam_database_authentication"),
            ("EIP", "eip"),
            ("Endpoint.Port", "endpoint_port"),
        ] {
            assert_eq!(snake(name), expected);
        }
        assert_eq!(pascal("db_instance"), "DbInstance");
        assert_eq!(field("type", "flow_log"), "flow_log_type");
        assert_eq!(field("name", "flow_log"), "name");
        assert_eq!((module("macro").as_str(), module("topic").as_str()), ("macro_type", "topic"));
    }

    #[test]
    fn attributes_do_not_repeat_the_type() {
        for (type_name, name, expected) in [
            ("ManagedPolicy", "PolicyArn", "Arn"),
            ("Topic", "TopicArn", "Arn"),
            ("LogGroup", "Arn", "Arn"),
            ("MetricFilter", "FilterName", "Name"),
            ("Filter", "Filter", "Filter"),
            ("Key", "Keys", "Keys"),
        ] {
            assert_eq!(own(type_name, name), expected, "{type_name} {name}");
        }
    }

    #[test]
    fn near_names_are_found() {
        let names =
            ["AWS::SNS::Topic", "AWS::SNS::TopicPolicy", "AWS::IoT::TopicRule", "AWS::Logs::LogGroup"];
        assert_eq!(near("AWS::SNS::Topics", &names), ["AWS::SNS::Topic"]);
        assert_eq!(near("aws::sns::topic", &names), ["AWS::SNS::Topic"]);
        assert_eq!(near("AWS::CloudWatchLogs::LogGroup", &names), ["AWS::Logs::LogGroup"]);
        assert!(near("AWS::Nothing::Alike", &names).is_empty());
    }
}
