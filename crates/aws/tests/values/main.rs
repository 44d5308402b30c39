//! What a plan says of values that a service would refuse: a document of each type that is taken, and changes of it
//! that aren't.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs, unreachable_pub)]

mod acm;
mod backup;
mod cloudtrail;
mod ec2;
mod ecs;
mod elbv2;
mod facts;
mod iam;
mod kms;
mod logs;
mod rds;
mod route53;
mod s3;

use std::collections::BTreeMap;
use std::panic::Location;

use ironward_aws::schemas;
use ironward_core::declare::Options;
use ironward_core::path::Path;
use ironward_core::planner::validate;
use ironward_core::program::{Program, Resource, Source};
use ironward_core::schema::Schema;
use ironward_core::value::Value;
use serde_json::Value as Json;

pub fn schema(type_name: &str) -> &'static Schema {
    schemas().into_iter().find(|schema| schema.type_name == type_name).unwrap()
}

/// What is said of a document of a type.
pub fn said(type_name: &str, document: &Json) -> Vec<String> {
    let path = Path::parse("it").unwrap();
    let members = document.as_object().unwrap().iter();
    let properties: BTreeMap<String, Value> =
        members.map(|(name, json)| (name.clone(), Value::Literal(json.clone()))).collect();
    let (options, source) = (Options::default(), Source::from(Location::caller()));
    let resource = Resource { path: path.clone(), schema: schema(type_name), properties, options, source };
    let mut program = Program::default();
    program.resources.insert(path, resource);
    validate(&program).into_iter().map(|problem| problem.message).collect()
}

/// A text that makes a policy as long as this, white space aside: it is `policy` of a text.
pub fn filler(length: usize, policy: impl Fn(&str) -> Json) -> String {
    let text = policy("").to_string();
    let empty = text.chars().filter(|c| !c.is_whitespace()).count();
    "s".repeat(length - empty)
}

/// A type, and a document of it that is taken.
pub struct Subject {
    pub type_name: &'static str,
    pub taken: Json,
}

impl Subject {
    /// What has one value alone is in it, whether it is said or not.
    #[track_caller]
    pub fn new(type_name: &'static str, mut taken: Json) -> Self {
        for property in schema(type_name).properties {
            if let Some(fixed) = property.fixed
                && taken.get(property.name).is_none()
            {
                taken[property.name] = serde_json::from_str(fixed).unwrap();
            }
        }
        assert_eq!(said(type_name, &taken), Vec::<String>::new(), "{type_name}");
        Self { type_name, taken }
    }

    fn with(&self, change: &Json) -> Json {
        let mut document = self.taken.clone();
        for (name, json) in change.as_object().unwrap() {
            if json.is_null() {
                document.as_object_mut().unwrap().remove(name);
            } else {
                document[name] = json.clone();
            }
        }
        document
    }

    /// A change that is taken, too.
    #[track_caller]
    pub fn takes(&self, change: &Json) -> &Self {
        assert_eq!(said(self.type_name, &self.with(change)), Vec::<String>::new(), "{change}");
        self
    }

    /// A change, of which all that is said is this.
    #[track_caller]
    pub fn refuses(&self, change: &Json, message: &str) -> &Self {
        assert_eq!(said(self.type_name, &self.with(change)), [message], "{change}");
        self
    }
}
