//! What AWS asks of policy documents, whatever type carries one. Only what is known is looked at.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use ironward_core::document::Node;
use ironward_core::secret;
use serde_json::Value as Json;

use crate::facts::{as_text, items};

/// The grammar of the language.
pub(crate) const GRAMMAR: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html";

/// What a service asks of the statements of its policies.
pub(crate) struct Kind {
    /// Whom a statement is about.
    pub(crate) principal: Element,
    /// What a statement is about.
    pub(crate) resource: Element,
    /// Whether there has to be an action.
    pub(crate) action: Element,
    /// Whether actions are held against their form.
    pub(crate) forms: bool,
    /// Whether the policy is one of IAM's own, which looks at names of statements, too.
    pub(crate) names: bool,
}

/// Whether statements have an element.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Element {
    /// They can't be without.
    Wanted,
    /// They can't have it, and why.
    Refused(&'static str),
    /// They may have it.
    Free,
}

/// What a policy document is read as.
enum Document<'n> {
    Known(Cow<'n, BTreeMap<String, Node>>),
    NotJson,
    Unknown,
}

/// Whether it stands for a secret, of which nothing is known.
fn is_concealed(members: &BTreeMap<String, Node>) -> bool {
    members.len() == 1 && members.contains_key(secret::MARK)
}

fn read(node: &Node) -> Document<'_> {
    match node {
        Node::Map(members) if is_concealed(members) => Document::Unknown,
        Node::Map(members) => Document::Known(Cow::Borrowed(members)),
        Node::String(text) => match serde_json::from_str::<Json>(text).map(Node::from) {
            Ok(Node::Map(members)) => Document::Known(Cow::Owned(members)),
            _ => Document::NotJson,
        },
        _ => Document::Unknown,
    }
}

/// The member of this name, by which case it may be written: some services take `effect`, too.
fn element<'n>(members: &'n BTreeMap<String, Node>, name: &str) -> Option<&'n Node> {
    let named = members.iter().find(|(is, _)| is.eq_ignore_ascii_case(name));
    named.map(|(_, node)| node).filter(|node| !node.is_null())
}

/// One thing, or a list of them.
fn each(node: &Node) -> &[Node] {
    if matches!(node, Node::List(_)) { items(node) } else { std::slice::from_ref(node) }
}

/// What of a policy document the service would refuse.
pub(crate) fn misfit(property: &str, node: &Node, kind: &Kind) -> Option<String> {
    let members = match read(node) {
        Document::Known(members) => members,
        Document::NotJson => {
            return Some(format!("`{property}` isn't a JSON object: a policy is one, with its statements"));
        }
        Document::Unknown => return None,
    };
    if let Some(version) = element(&members, "Version").and_then(as_text)
        && !["2012-10-17", "2008-10-17"].contains(&version)
    {
        return Some(format!(
            "`{property}.Version` is `{version}`; `2012-10-17` or `2008-10-17` is allowed: it is the \
             version of the language, not of the policy"
        ));
    }
    let Some(said) = element(&members, "Statement") else { return Some(empty(property)) };
    let statements = each(said);
    if statements.is_empty() {
        return Some(empty(property));
    }
    let mut names = BTreeSet::new();
    for (index, statement) in statements.iter().enumerate() {
        let place = match said {
            Node::List(_) => format!("{property}.Statement[{index}]"),
            _ => format!("{property}.Statement"),
        };
        let Node::Map(members) = statement else { continue };
        if is_concealed(members) {
            continue;
        }
        let found = of_statement(&place, members, kind)
            .or_else(|| if kind.names { of_name(&place, members, &mut names) } else { None });
        if found.is_some() {
            return found;
        }
    }
    None
}

fn empty(property: &str) -> String {
    format!("`{property}` has no statement, and a policy has one at least: say what it allows or refuses")
}

fn of_statement(place: &str, members: &BTreeMap<String, Node>, kind: &Kind) -> Option<String> {
    let Some(effect) = element(members, "Effect") else {
        return Some(format!("`{place}` lacks `Effect`: say `Allow` or `Deny`"));
    };
    if let Some(effect) = as_text(effect).filter(|effect| !["Allow", "Deny"].contains(effect)) {
        return Some(format!("`{place}.Effect` is `{effect}`; `Allow` or `Deny` is allowed"));
    }
    let wanted = [("Principal", kind.principal), ("Action", kind.action), ("Resource", kind.resource)];
    wanted
        .into_iter()
        .find_map(|(name, wanted)| of_element(place, members, name, wanted))
        .or_else(|| if kind.forms { of_actions(place, members) } else { None })
        .or_else(|| if kind.resource == Element::Wanted { of_resources(place, members) } else { None })
}

fn of_element(place: &str, members: &BTreeMap<String, Node>, name: &str, wanted: Element) -> Option<String> {
    let said = |name: &str| {
        let node = element(members, name)?;
        (!matches!(node, Node::List(items) if items.is_empty())).then(|| name.to_owned())
    };
    match (wanted, said(name).or_else(|| said(&format!("Not{name}")))) {
        (Element::Wanted, None) => {
            let what = match name {
                "Principal" => "whom it is about",
                "Action" => "which actions it is about",
                _ => "on what",
            };
            Some(format!("`{place}` lacks `{name}`: say {what}"))
        }
        (Element::Refused(why), Some(is)) => Some(format!("`{place}` has `{is}`, and {why}: take it out")),
        _ => None,
    }
}

/// The texts of an element and of its negation, with the name that each stands under.
fn texts<'n>(
    members: &'n BTreeMap<String, Node>,
    names: [&'static str; 2],
) -> impl Iterator<Item = (&'static str, &'n str)> {
    let named = move |name| element(members, name).map(|node| (name, node));
    names
        .into_iter()
        .filter_map(named)
        .flat_map(|(name, node)| each(node).iter().filter_map(as_text).map(move |text| (name, text)))
}

/// Actions are `*`, or a service and what it does. Whether the service has it isn't known here.
fn of_actions(place: &str, members: &BTreeMap<String, Node>) -> Option<String> {
    let is_part = |part: &str| {
        let legal = |c: char| c.is_ascii_alphanumeric() || "*?-_.".contains(c);
        !part.is_empty() && part.chars().all(legal)
    };
    let is_action = |text: &str| {
        let parts = text.split_once(':');
        text == "*" || parts.is_some_and(|(service, action)| is_part(service) && is_part(action))
    };
    let mut actions = texts(members, ["Action", "NotAction"]);
    actions.find(|(_, text)| !is_action(text)).map(|(name, text)| {
        format!(
            "`{place}.{name}` holds `{text}`, which is no action: write `SERVICE:ACTION`, such as \
             `s3:GetObject`, or `*`"
        )
    })
}

/// Resources are `*`, or ARNs, or patterns of them.
fn of_resources(place: &str, members: &BTreeMap<String, Node>) -> Option<String> {
    // What begins with a wildcard or a variable may stand for an ARN.
    let is_resource = |text: &str| text.starts_with("arn:") || text.contains(['*', '?', '$']);
    let mut resources = texts(members, ["Resource", "NotResource"]);
    resources.find(|(_, text)| !is_resource(text)).map(|(name, text)| {
        format!("`{place}.{name}` holds `{text}`, which is no ARN: name it by its ARN, or say `*`")
    })
}

/// Names of statements are letters and digits, and each is there once.
fn of_name<'n>(
    place: &str,
    members: &'n BTreeMap<String, Node>,
    names: &mut BTreeSet<&'n str>,
) -> Option<String> {
    let name = as_text(element(members, "Sid")?)?;
    if !name.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Some(format!("`{place}.Sid` is `{name}`; letters and digits alone are allowed"));
    }
    // The empty one is none.
    let again = !name.is_empty() && !names.insert(name);
    again.then(|| {
        format!("`{place}.Sid` is `{name}`, as that of an earlier statement: give it a name of its own")
    })
}

/// That a policy document is longer than `most`. What isn't known yet counts nothing, nor does white space, which
/// some services leave out when they count: nothing is refused that might be taken.
pub(crate) fn too_long(property: &str, node: &Node, most: usize, advice: &str) -> Option<String> {
    let length = match node {
        Node::String(text) => dense(text),
        node => written(node),
    };
    let least = if node.has_unknown() { "at least " } else { "" };
    (length > most).then(|| {
        format!(
            "`{property}` has {least}{length} characters without white space, and {most} are the most: {advice}"
        )
    })
}

fn dense(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

/// How long a value is as JSON.
fn written(node: &Node) -> usize {
    let quoted = |text: &str| dense(&Json::from(text).to_string());
    match node {
        Node::Bool(flag) => flag.to_string().len(),
        Node::Number(number) => number.to_string().len(),
        Node::String(text) => quoted(text),
        Node::List(items) => {
            let items: Vec<usize> = items.iter().map(written).collect();
            2 + items.iter().sum::<usize>() + items.len().saturating_sub(1)
        }
        Node::Map(members) if is_concealed(members) => 0,
        Node::Map(members) => {
            let there = members.iter().filter(|(_, node)| !node.is_null());
            let members: Vec<usize> = there.map(|(name, node)| quoted(name) + 1 + written(node)).collect();
            2 + members.iter().sum::<usize>() + members.len().saturating_sub(1)
        }
        Node::Null | Node::Unknown(_) | Node::Secret(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ROLE: Kind = Kind {
        principal: Element::Refused("it has none"),
        resource: Element::Wanted,
        action: Element::Wanted,
        forms: true,
        names: true,
    };

    fn unknown() -> Node {
        Node::Unknown(BTreeSet::new())
    }

    #[test]
    fn what_is_not_known_is_taken_for_right() {
        let mut statement = BTreeMap::from([
            ("Effect".to_owned(), Node::String("Allow".to_owned())),
            ("Action".to_owned(), unknown()),
            ("Resource".to_owned(), Node::List(vec![unknown()])),
        ]);
        let document = |statement: Node| Node::Map(BTreeMap::from([("Statement".to_owned(), statement)]));
        assert_eq!(misfit("P", &document(Node::List(vec![Node::Map(statement.clone())])), &ROLE), None);
        assert_eq!(misfit("P", &document(Node::List(vec![unknown()])), &ROLE), None);
        assert_eq!(misfit("P", &document(unknown()), &ROLE), None);
        assert_eq!(misfit("P", &unknown(), &ROLE), None);
        statement.remove("Action");
        let found = misfit("P", &document(Node::Map(statement)), &ROLE).unwrap();
        assert_eq!(found, "`P.Statement` lacks `Action`: say which actions it is about");
    }

    #[test]
    fn lengths_are_those_of_compact_json() {
        for document in [
            json!({"Version": "2012-10-17", "Statement": [{"a": 1, "b": true, "c": "a\"b", "d": []}, {}]}),
            json!({}),
            json!(["a", 2.5]),
        ] {
            assert_eq!(written(&Node::from(document.clone())), document.to_string().len(), "{document}");
        }
        let text = Node::String("{ \"a\" : 1 }".to_owned());
        assert_eq!(too_long("P", &text, 7, "x"), None);
        assert!(too_long("P", &text, 6, "x").unwrap().starts_with("`P` has 7 characters"));
        let open = Node::List(vec![unknown(), Node::Bool(true)]);
        assert!(too_long("P", &open, 2, "x").unwrap().starts_with("`P` has at least 7 characters"));
    }
}
