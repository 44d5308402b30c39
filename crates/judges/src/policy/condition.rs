//! The conditions of a statement.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use std::cmp::Ordering;
use std::net::IpAddr;

use serde_json::Value as Json;

use super::pattern;
use super::request::{Carried, Context};
use super::truth::Truth;

/// One operator, one key and the values that it names.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Condition {
    operator: Operator,
    key: String,
    values: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Operator {
    test: Test,
    /// `StringNotEquals` and its like: no value matches.
    negated: bool,
    /// `…IfExists`: holds where the key isn't carried.
    if_exists: bool,
    set: Option<Set>,
}

/// How a key with several values is looked at.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Set {
    ForAllValues,
    ForAnyValue,
}

/// How one value is compared with one of the policy's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Test {
    Equals,
    EqualsIgnoreCase,
    Like,
    Arn,
    Bool,
    Binary,
    Address,
    Number(Order),
    Date(Order),
    /// Whether the key is absent.
    Null,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// The operators without prefix and suffix.
const OPERATORS: &[(&str, Test, bool)] = &[
    ("StringEquals", Test::Equals, false),
    ("StringNotEquals", Test::Equals, true),
    ("StringEqualsIgnoreCase", Test::EqualsIgnoreCase, false),
    ("StringNotEqualsIgnoreCase", Test::EqualsIgnoreCase, true),
    ("StringLike", Test::Like, false),
    ("StringNotLike", Test::Like, true),
    // "The ArnEquals and ArnLike condition operators behave identically."
    ("ArnEquals", Test::Arn, false),
    ("ArnLike", Test::Arn, false),
    ("ArnNotEquals", Test::Arn, true),
    ("ArnNotLike", Test::Arn, true),
    ("Bool", Test::Bool, false),
    ("BinaryEquals", Test::Binary, false),
    ("IpAddress", Test::Address, false),
    ("NotIpAddress", Test::Address, true),
    ("NumericEquals", Test::Number(Order::Equal), false),
    ("NumericNotEquals", Test::Number(Order::Equal), true),
    ("NumericLessThan", Test::Number(Order::Less), false),
    ("NumericLessThanEquals", Test::Number(Order::LessOrEqual), false),
    ("NumericGreaterThan", Test::Number(Order::Greater), false),
    ("NumericGreaterThanEquals", Test::Number(Order::GreaterOrEqual), false),
    ("DateEquals", Test::Date(Order::Equal), false),
    ("DateNotEquals", Test::Date(Order::Equal), true),
    ("DateLessThan", Test::Date(Order::Less), false),
    ("DateLessThanEquals", Test::Date(Order::LessOrEqual), false),
    ("DateGreaterThan", Test::Date(Order::Greater), false),
    ("DateGreaterThanEquals", Test::Date(Order::GreaterOrEqual), false),
    ("Null", Test::Null, false),
];

impl Operator {
    fn parse(text: &str) -> Option<Self> {
        let (set, rest) = match text.split_once(':') {
            Some(("ForAllValues", rest)) => (Some(Set::ForAllValues), rest),
            Some(("ForAnyValue", rest)) => (Some(Set::ForAnyValue), rest),
            Some(_) => return None,
            None => (None, text),
        };
        let (name, if_exists) = match rest.strip_suffix("IfExists") {
            Some(name) => (name, true),
            None => (rest, false),
        };
        let (_, test, negated) = OPERATORS.iter().find(|(known, ..)| *known == name)?;
        // "You can add IfExists to the end of any condition operator name except the Null condition."
        (*test != Test::Null || !if_exists).then_some(Self { test: *test, negated: *negated, if_exists, set })
    }
}

/// The conditions of a statement, which all have to hold.
pub(super) fn read(json: &Json) -> Result<Vec<Condition>, String> {
    let operators = json.as_object().ok_or("`Condition` isn't an object")?;
    let mut conditions = Vec::new();
    for (name, keys) in operators {
        let operator = Operator::parse(name).ok_or_else(|| format!("there is no operator `{name}`"))?;
        let keys = keys.as_object().ok_or_else(|| format!("`{name}` isn't an object"))?;
        for (key, values) in keys {
            let values = match values {
                Json::Array(values) => values.iter().map(scalar).collect::<Result<_, _>>()?,
                single => vec![scalar(single)?],
            };
            conditions.push(Condition { operator, key: key.clone(), values });
        }
    }
    Ok(conditions)
}

fn scalar(json: &Json) -> Result<String, String> {
    match json {
        Json::String(text) => Ok(text.clone()),
        Json::Bool(flag) => Ok(flag.to_string()),
        Json::Number(number) => Ok(number.to_string()),
        _ => Err("a condition's value is text, a number or a boolean".to_owned()),
    }
}

impl Condition {
    pub(super) fn holds(&self, context: &Context) -> Truth {
        let Operator { test, negated, if_exists, set } = self.operator;
        let carried = context.get(&self.key);
        if test == Test::Null {
            let absent = match carried {
                None => Truth::Yes,
                Some(Carried::Maybe) => Truth::Unknown,
                Some(Carried::Values(_)) => Truth::No,
            };
            return Truth::any(
                self.values.iter().map(|value| if value == "true" { absent } else { !absent }),
            );
        }
        let carried = match carried {
            Some(Carried::Maybe) => return Truth::Unknown,
            Some(Carried::Values(values)) => values.as_slice(),
            None => {
                return match set {
                    // "It also returns true if there are no keys in the request."
                    Some(Set::ForAllValues) => Truth::Yes,
                    // No document says what the two mean together.
                    Some(Set::ForAnyValue) if if_exists => Truth::Unknown,
                    Some(Set::ForAnyValue) => Truth::No,
                    None => (if_exists || negated).into(),
                };
            }
        };
        let one = |value: &String| {
            let matches = Truth::any(self.values.iter().map(|wanted| compare(test, wanted, value, context)));
            if negated { !matches } else { matches }
        };
        match (set, carried) {
            (Some(Set::ForAllValues), values) => Truth::all(values.iter().map(one)),
            (Some(Set::ForAnyValue), values) => Truth::any(values.iter().map(one)),
            (None, [value]) => one(value),
            // A key of several values takes one of the two.
            (None, _) => Truth::Unknown,
        }
    }
}

fn compare(test: Test, wanted: &str, value: &str, context: &Context) -> Truth {
    // Variables stand in texts and ARNs only:
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    let filled = match test {
        Test::Equals | Test::EqualsIgnoreCase | Test::Like | Test::Arn => filled(wanted, context),
        _ => Filled::Text(wanted.to_owned()),
    };
    let wanted = match filled {
        Filled::Text(text) => text,
        Filled::NoValue => return Truth::No,
        Filled::Unknown => return Truth::Unknown,
    };
    match test {
        Test::Equals | Test::Binary => (wanted == value).into(),
        Test::EqualsIgnoreCase => wanted.eq_ignore_ascii_case(value).into(),
        Test::Like => pattern::matches(&wanted, value).into(),
        Test::Arn => pattern::arn(&wanted, value).into(),
        Test::Bool => wanted.eq_ignore_ascii_case(value).into(),
        Test::Address => within(&wanted, value),
        Test::Number(order) => match (wanted.parse::<f64>(), value.parse::<f64>()) {
            (Ok(wanted), Ok(value)) => value.partial_cmp(&wanted).map_or(Truth::Unknown, |is| order.is(is)),
            _ => Truth::No,
        },
        Test::Date(order) => match (instant(&wanted), instant(value)) {
            (Some(wanted), Some(value)) => order.is(value.cmp(&wanted)),
            _ => Truth::Unknown,
        },
        Test::Null => Truth::Unknown,
    }
}

impl Order {
    fn is(self, ordering: Ordering) -> Truth {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
        .into()
    }
}

/// A date and time in UTC in a form that sorts; other forms of ISO 8601 aren't read.
fn instant(text: &str) -> Option<String> {
    match text.len() {
        10 => Some(format!("{text}T00:00:00Z")),
        20 if text.ends_with('Z') => Some(text.to_owned()),
        _ => None,
    }
}

/// Whether an address is in a range, `192.0.2.0/24`, or is the one that is named.
fn within(range: &str, address: &str) -> Truth {
    let (base, prefix) = match range.split_once('/') {
        Some((base, prefix)) => (base, prefix.parse::<u32>().ok()),
        None => (range, Some(128)),
    };
    let (Ok(base), Ok(address), Some(prefix)) = (base.parse(), address.parse(), prefix) else {
        return Truth::Unknown;
    };
    let same = |base: u128, address: u128, bits: u32| {
        let shift = bits.saturating_sub(prefix.min(bits));
        shift == 128 || base >> shift == address >> shift
    };
    match (base, address) {
        (IpAddr::V4(base), IpAddr::V4(address)) => {
            same(u32::from(base).into(), u32::from(address).into(), 32).into()
        }
        (IpAddr::V6(base), IpAddr::V6(address)) => same(base.into(), address.into(), 128).into(),
        _ => Truth::No,
    }
}

/// A text whose variables were looked up.
pub(super) enum Filled {
    Text(String),
    /// A variable isn't carried and has no default.
    NoValue,
    /// A variable may be carried, or isn't one that is judged here.
    Unknown,
}

/// Fills in `${key}` and `${key, 'default'}`.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>
pub(super) fn filled(text: &str, context: &Context) -> Filled {
    let (mut done, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once("${") {
        let Some((variable, tail)) = after.split_once('}') else { break };
        let (key, default) = match variable.split_once(',') {
            Some((key, default)) => (key.trim(), Some(default.trim().trim_matches('\''))),
            None => (variable, None),
        };
        done.push_str(before);
        match (context.get(key), default) {
            (Some(Carried::Values(values)), _) => match values.as_slice() {
                [value] => done.push_str(value),
                _ => return Filled::Unknown,
            },
            (Some(Carried::Maybe), _) => return Filled::Unknown,
            // `${*}`, `${?}` and `${$}` stand for the characters themselves.
            (None, None) if matches!(key, "*" | "?" | "$") => return Filled::Unknown,
            (None, Some(default)) => done.push_str(default),
            (None, None) => return Filled::NoValue,
        }
        rest = tail;
    }
    done.push_str(rest);
    Filled::Text(done)
}
