//! Policy documents, typed, with outputs where they are needed.
//!
//! An anonymous grant can't be written: [`Allow`] has no way to name everyone, only [`Deny`] has
//! (45 CFR 164.312(a)(1)).

use std::collections::BTreeMap;

use ironward_core::output::{IntoInput, Output, ToValue};
use ironward_core::value::Value;
use serde_json::Value as Json;

/// A policy document of the 2012-10-17 language.
/// Source: IAM User Guide, "JSON policy element reference".
#[derive(Debug, Clone, Default)]
pub struct PolicyDocument {
    statements: Vec<Statement>,
}

/// One statement, made by [`Allow`] or [`Deny`].
#[derive(Debug, Clone)]
pub struct Statement {
    effect: &'static str,
    body: Body,
}

#[derive(Debug, Clone, Default)]
struct Body {
    sid: Option<String>,
    everyone: bool,
    principals: BTreeMap<&'static str, Vec<Output<String>>>,
    actions: Vec<String>,
    not_actions: Vec<String>,
    resources: Vec<Output<String>>,
    conditions: BTreeMap<String, BTreeMap<String, Value>>,
}

/// A statement that grants.
#[derive(Debug, Clone)]
#[must_use = "a statement does nothing until it is part of a document"]
pub struct Allow(Body);

/// A statement that refuses.
#[derive(Debug, Clone)]
#[must_use = "a statement does nothing until it is part of a document"]
pub struct Deny(Body);

impl PolicyDocument {
    /// A document without statements.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a statement.
    #[must_use]
    pub fn with(mut self, statement: impl Into<Statement>) -> Self {
        self.statements.push(statement.into());
        self
    }

    /// The trust policy of a role that an AWS service assumes, such as `ecs-tasks.amazonaws.com`.
    #[must_use]
    pub fn trusting_service(service: &str) -> Self {
        Self::new().with(Allow::actions(["sts:AssumeRole"]).service(service))
    }
}

impl ToValue for PolicyDocument {
    fn to_value(&self) -> Value {
        Value::Map(BTreeMap::from([
            ("Version".to_owned(), "2012-10-17".to_value()),
            ("Statement".to_owned(), Value::List(self.statements.iter().map(Statement::lowered).collect())),
        ]))
    }
}

impl Statement {
    fn lowered(&self) -> Value {
        let body = &self.body;
        let mut members = BTreeMap::from([("Effect".to_owned(), self.effect.to_value())]);
        let mut put = |name: &str, value: Value| {
            members.insert(name.to_owned(), value);
        };
        if let Some(sid) = &body.sid {
            put("Sid", sid.to_value());
        }
        if body.everyone {
            put("Principal", Value::Map(BTreeMap::from([("AWS".to_owned(), "*".to_value())])));
        } else if !body.principals.is_empty() {
            let principals =
                body.principals.iter().map(|(kind, names)| ((*kind).to_owned(), names.to_value())).collect();
            put("Principal", Value::Map(principals));
        }
        if !body.actions.is_empty() {
            put("Action", body.actions.to_value());
        }
        if !body.not_actions.is_empty() {
            put("NotAction", body.not_actions.to_value());
        }
        if !body.resources.is_empty() {
            put("Resource", body.resources.to_value());
        }
        if !body.conditions.is_empty() {
            let conditions = body
                .conditions
                .iter()
                .map(|(operator, keys)| (operator.clone(), Value::Map(keys.clone())))
                .collect();
            put("Condition", Value::Map(conditions));
        }
        Value::Map(members)
    }
}

impl From<Allow> for Statement {
    fn from(Allow(body): Allow) -> Self {
        Self { effect: "Allow", body }
    }
}

impl From<Deny> for Statement {
    fn from(Deny(body): Deny) -> Self {
        Self { effect: "Deny", body }
    }
}

macro_rules! statement {
    ($name:ident) => {
        impl $name {
            /// A statement about these actions.
            pub fn actions(actions: impl IntoIterator<Item = impl Into<String>>) -> Self {
                let actions = actions.into_iter().map(Into::into).collect();
                Self(Body { actions, ..Body::default() })
            }

            /// Names the statement; letters and digits only.
            pub fn sid(mut self, sid: &str) -> Self {
                self.0.sid = Some(sid.to_owned());
                self
            }

            /// Adds a service as principal, such as `cloudtrail.amazonaws.com`.
            pub fn service(mut self, service: &str) -> Self {
                self.0.principals.entry("Service").or_default().push(service.into_input());
                self
            }

            /// Adds a service whose name depends on the region as principal.
            pub fn service_of(mut self, service: Output<String>) -> Self {
                self.0.principals.entry("Service").or_default().push(service);
                self
            }

            /// Adds an account or role as principal, by ARN.
            pub fn principal(mut self, arn: impl IntoInput<String>) -> Self {
                self.0.principals.entry("AWS").or_default().push(arn.into_input());
                self
            }

            /// Adds a resource, by ARN or pattern.
            pub fn on(mut self, resource: impl IntoInput<String>) -> Self {
                self.0.resources.push(resource.into_input());
                self
            }

            /// Adds a condition: an operator such as `StringEquals`, a key such as
            /// `aws:SourceArn`, and one value or several. A boolean is written as text, the form in
            /// which services show it.
            pub fn when(mut self, operator: &str, key: &str, value: impl ToValue) -> Self {
                let value = match value.to_value() {
                    Value::Literal(Json::Bool(flag)) => flag.to_string().to_value(),
                    value => value,
                };
                let keys = self.0.conditions.entry(operator.to_owned()).or_default();
                keys.insert(key.to_owned(), value);
                self
            }
        }
    };
}
statement!(Allow);
statement!(Deny);

impl Deny {
    /// Refuses everyone.
    pub fn everyone(mut self) -> Self {
        self.0.everyone = true;
        self
    }

    /// A refusal of everything but these actions.
    pub fn all_but(actions: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let not_actions = actions.into_iter().map(Into::into).collect();
        Self(Body { not_actions, ..Body::default() })
    }
}
