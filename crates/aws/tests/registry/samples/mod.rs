//! Declarations with everything that they can have, so that what they are lowered to shows every
//! member of their properties. Where members exclude each other there are several of one type.

mod backup;
mod ec2;
mod ecs;
mod elbv2;
mod others;
mod s3;

use std::collections::{BTreeMap, BTreeSet};

use ironward_aws::kms::{CustomerKey, Key};
use ironward_aws::policy::{Allow, PolicyDocument};
use ironward_core::declare::Declaration;
use ironward_core::output::Output;
use ironward_core::stack::{Hipaa, Stack};
use ironward_core::value::Value;
use serde_json::{Value as Json, json};

/// The paths of members by type.
pub type Paths = BTreeMap<&'static str, BTreeSet<String>>;

/// Every member that the samples have, as paths with dots; lists are passed through.
pub fn paths() -> Paths {
    let mut samples = Samples { found: Paths::new(), stack: Stack::new("samples") };
    backup::add(&mut samples);
    ec2::add(&mut samples);
    ecs::add(&mut samples);
    elbv2::add(&mut samples);
    others::add(&mut samples);
    s3::add(&mut samples);
    samples.found
}

pub struct Samples {
    found: Paths,
    pub stack: Stack<Hipaa>,
}

impl Samples {
    fn add<D: Declaration>(&mut self, declaration: &D) {
        let found = self.found.entry(D::SCHEMA.type_name).or_default();
        for (name, value) in declaration.properties() {
            walk(&value, &name, found);
        }
    }

    fn key(&mut self, name: &str) -> CustomerKey {
        let policy = PolicyDocument::new().with(Allow::actions(["kms:*"]).on("*"));
        self.stack.add(name, Key::new(policy)).unwrap().customer_key()
    }
}

/// An id of a kind that can't be made from text.
pub fn id<T>(text: &str) -> Output<T> {
    Output::from_value(Value::Literal(json!(text)))
}

fn walk(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Map(members) => {
            found.insert(path.to_owned());
            for (name, member) in members {
                walk(member, &format!("{path}.{name}"), found);
            }
        }
        Value::List(items) => {
            found.insert(path.to_owned());
            items.iter().for_each(|item| walk(item, path, found));
        }
        Value::Literal(json) => walk_json(json, path, found),
        _ => {
            found.insert(path.to_owned());
        }
    }
}

fn walk_json(json: &Json, path: &str, found: &mut BTreeSet<String>) {
    match json {
        // A member that is null is left out.
        Json::Null => return,
        Json::Object(members) => {
            for (name, member) in members {
                walk_json(member, &format!("{path}.{name}"), found);
            }
        }
        Json::Array(items) => items.iter().for_each(|item| walk_json(item, path, found)),
        _ => {}
    }
    found.insert(path.to_owned());
}
