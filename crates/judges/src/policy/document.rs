//! Policy documents.

use serde_json::{Map, Value as Json};

use super::condition::{self, Condition};
use super::pattern;
use super::request::{Principal, Request};
use super::truth::Truth;

/// A policy document.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html>
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Its statements, in order.
    pub statements: Vec<Statement>,
}

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It grants.
    Allow,
    /// It refuses, whatever grants.
    Deny,
}

/// One statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// Its name, where it has one.
    pub sid: Option<String>,
    /// What it does.
    pub effect: Effect,
    principals: Option<Principals>,
    actions: Negatable,
    resources: Option<Negatable>,
    conditions: Vec<Condition>,
}

/// A list, or everything but it.
#[derive(Debug, Clone, PartialEq)]
struct Negatable {
    listed: Vec<String>,
    but: bool,
}

/// Whom a statement of a resource's policy is about: (`AWS`, ARN), (`Service`, name) or `*`.
#[derive(Debug, Clone, PartialEq)]
struct Principals {
    listed: Vec<(String, String)>,
    but: bool,
}

/// How a statement names who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Naming {
    /// By themselves, as their service, or as everyone.
    Directly,
    /// Through their account, whose own policies have to grant as well.
    ByAccount,
    /// Not at all.
    No,
}

/// A document that isn't one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a policy document: {0}")]
pub struct MalformedPolicy(String);

impl Document {
    /// Reads a document from its JSON form.
    ///
    /// # Errors
    /// [`MalformedPolicy`] when it holds something that the language doesn't have.
    pub fn read(json: &Json) -> Result<Self, MalformedPolicy> {
        let object = json.as_object().ok_or_else(|| wrong("it isn't an object"))?;
        only(object, &["Version", "Id", "Statement"])?;
        let statements = match &object.get("Statement") {
            Some(Json::Array(statements)) => statements.iter().map(Statement::read).collect(),
            Some(single @ Json::Object(_)) => Statement::read(single).map(|statement| vec![statement]),
            _ => Err(wrong("it has no `Statement`")),
        };
        statements.map(|statements| Self { statements })
    }

    /// Without the statement number `index`.
    #[must_use]
    pub fn without(&self, index: usize) -> Self {
        let kept = self.statements.iter().enumerate().filter(|(at, _)| *at != index);
        Self { statements: kept.map(|(_, statement)| statement.clone()).collect() }
    }
}

impl Statement {
    fn read(json: &Json) -> Result<Self, MalformedPolicy> {
        let object = json.as_object().ok_or_else(|| wrong("a statement isn't an object"))?;
        let members = ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction"];
        only(object, &[&members[..], &["Resource", "NotResource", "Condition"]].concat())?;
        let effect = match object.get("Effect").and_then(Json::as_str) {
            Some("Allow") => Effect::Allow,
            Some("Deny") => Effect::Deny,
            _ => return Err(wrong("`Effect` is neither `Allow` nor `Deny`")),
        };
        let principals = match (object.get("Principal"), object.get("NotPrincipal")) {
            (Some(_), Some(_)) => return Err(wrong("a statement has `Principal` and `NotPrincipal`")),
            (Some(listed), None) => Some(Principals { listed: principals(listed)?, but: false }),
            (None, Some(listed)) => Some(Principals { listed: principals(listed)?, but: true }),
            (None, None) => None,
        };
        let conditions = match object.get("Condition") {
            Some(conditions) => condition::read(conditions).map_err(|why| wrong(&why))?,
            None => Vec::new(),
        };
        Ok(Self {
            sid: object.get("Sid").and_then(Json::as_str).map(str::to_owned),
            effect,
            principals,
            actions: negatable(object, "Action", "NotAction")?.ok_or_else(|| wrong("no `Action`"))?,
            resources: negatable(object, "Resource", "NotResource")?,
            conditions,
        })
    }

    /// Whether the statement is about the request, whoever asks. A trust policy has no resource:
    /// it is about the role that it belongs to.
    pub(super) fn applies(&self, request: &Request) -> Truth {
        let action = self.actions.matches(&request.action, pattern::action);
        let fill = |listed: &str| condition::filled(listed, &request.context);
        let resource = self.resources.as_ref().map_or(Truth::Yes, |resources| {
            let any = resources.listed.iter().map(|listed| match fill(listed) {
                // A variable without a value matches nothing:
                // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
                condition::Filled::Text(text) => pattern::resource(&text, &request.resource).into(),
                condition::Filled::NoValue => Truth::No,
                condition::Filled::Unknown => Truth::Unknown,
            });
            let any = Truth::any(any);
            if resources.but { !any } else { any }
        });
        let conditions = self.conditions.iter().map(|condition| condition.holds(&request.context));
        action.and(resource).and(Truth::all(conditions))
    }

    /// How the statement names who asks. A statement of an identity's own policy names nobody and
    /// is about the identity.
    pub(super) fn names(&self, principal: &Principal) -> Naming {
        let Some(principals) = &self.principals else { return Naming::Directly };
        let named = principals.listed.iter().map(|(kind, name)| named(kind, name, principal));
        let best = named.fold(Naming::No, |best, naming| match (best, naming) {
            (Naming::Directly, _) | (_, Naming::Directly) => Naming::Directly,
            (Naming::ByAccount, _) | (_, Naming::ByAccount) => Naming::ByAccount,
            _ => Naming::No,
        });
        match (principals.but, best) {
            (false, naming) => naming,
            (true, Naming::No) => Naming::Directly,
            (true, _) => Naming::No,
        }
    }

    /// Whether it names everyone, whoever that may be.
    #[must_use]
    pub fn is_for_everyone(&self) -> bool {
        self.principals.as_ref().is_some_and(|principals| {
            principals.but || principals.listed.iter().any(|(_, name)| name.contains('*'))
        })
    }

    /// The actions that it lists, and whether it is about all others instead.
    #[must_use]
    pub fn actions(&self) -> (&[String], bool) {
        (&self.actions.listed, self.actions.but)
    }
}

impl Negatable {
    fn matches(&self, text: &str, matches: fn(&str, &str) -> bool) -> Truth {
        (self.listed.iter().any(|listed| matches(listed, text)) != self.but).into()
    }
}

fn named(kind: &str, name: &str, principal: &Principal) -> Naming {
    let directly = |holds: bool| if holds { Naming::Directly } else { Naming::No };
    match (kind, principal) {
        // "*" under `AWS` stands for everyone, services of AWS among them:
        // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
        ("*" | "AWS", _) if name == "*" => Naming::Directly,
        ("Service", Principal::Service(service)) => directly(name == service),
        ("AWS", Principal::Identity(arn)) if name == arn => Naming::Directly,
        // The account, by its number or its root: its administrators pass the permission on.
        ("AWS", Principal::Identity(_)) => {
            let account =
                name.strip_suffix(":root").map_or(name, |arn| arn.rsplit(':').next().unwrap_or(arn));
            match principal.account() {
                Some(own) if own == account => Naming::ByAccount,
                _ => Naming::No,
            }
        }
        _ => Naming::No,
    }
}

fn wrong(why: &str) -> MalformedPolicy {
    MalformedPolicy(why.to_owned())
}

fn only(object: &Map<String, Json>, members: &[&str]) -> Result<(), MalformedPolicy> {
    match object.keys().find(|name| !members.contains(&name.as_str())) {
        Some(name) => Err(MalformedPolicy(format!("it has an element `{name}`"))),
        None => Ok(()),
    }
}

fn negatable(
    object: &Map<String, Json>,
    name: &str,
    but: &str,
) -> Result<Option<Negatable>, MalformedPolicy> {
    match (object.get(name), object.get(but)) {
        (Some(_), Some(_)) => Err(MalformedPolicy(format!("a statement has `{name}` and `{but}`"))),
        (Some(listed), None) => Ok(Some(Negatable { listed: texts(listed)?, but: false })),
        (None, Some(listed)) => Ok(Some(Negatable { listed: texts(listed)?, but: true })),
        (None, None) => Ok(None),
    }
}

/// One text or a list of them.
fn texts(json: &Json) -> Result<Vec<String>, MalformedPolicy> {
    let text = |json: &Json| json.as_str().map(str::to_owned).ok_or_else(|| wrong("text is wanted"));
    match json {
        Json::Array(items) => items.iter().map(text).collect(),
        single => Ok(vec![text(single)?]),
    }
}

fn principals(json: &Json) -> Result<Vec<(String, String)>, MalformedPolicy> {
    match json {
        Json::String(star) if star == "*" => Ok(vec![("*".to_owned(), star.clone())]),
        Json::Object(kinds) => {
            let mut listed = Vec::new();
            for (kind, names) in kinds {
                listed.extend(texts(names)?.into_iter().map(|name| (kind.clone(), name)));
            }
            Ok(listed)
        }
        _ => Err(wrong("`Principal` is neither `*` nor an object")),
    }
}
