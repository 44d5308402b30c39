//! Policies of VPC endpoints, and the names of the services that they lead to.

use std::collections::BTreeMap;

use ironward_core::output::{IntoInput, Output, ToValue, concat};
use ironward_core::value::Value;

use crate::place::{AccountId, Region};

ironward_core::identifiers! {
    /// The name of an endpoint service, such as `com.amazonaws.us-east-1.s3`.
    ServiceName;
}

/// The name of the endpoint service of an AWS service in a region of the partitions `aws` and
/// `aws-us-gov`: `service_name(&here.region(), "s3")` is `com.amazonaws.REGION.s3`.
#[must_use]
pub fn service_name(region: &Output<Region>, service: &str) -> Output<ServiceName> {
    let name = concat(["com.amazonaws.".to_value(), region.to_value(), ".".to_value(), service.to_value()]);
    Output::from_value(name.value().clone())
}

/// Which requests may pass a VPC endpoint.
///
/// It doesn't grant anything by itself: a request also needs what the caller's and the resource's
/// own policies grant. So its statements are about every caller, which a policy of a resource
/// can't be, and conditions say who may pass.
/// Source: AWS PrivateLink Guide, "Control access to VPC endpoints using endpoint policies".
#[derive(Debug, Clone, Default)]
pub struct EndpointPolicy {
    statements: Vec<EndpointStatement>,
}

/// One statement of an [`EndpointPolicy`]: requests that may pass.
#[derive(Debug, Clone)]
#[must_use = "a statement does nothing until it is part of a policy"]
pub struct EndpointStatement {
    actions: Vec<String>,
    resources: Vec<Output<String>>,
    conditions: BTreeMap<String, BTreeMap<String, Value>>,
}

impl EndpointPolicy {
    /// A policy that lets nothing pass yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets callers of this account pass to resources of this account, and nothing else: nobody
    /// can carry data out with credentials of their own.
    #[must_use]
    pub fn within_account(account: &Output<AccountId>) -> Self {
        Self::new().with(
            EndpointStatement::allow(["*"])
                .on("*")
                .when("StringEquals", "aws:PrincipalAccount", account)
                .when("StringEquals", "aws:ResourceAccount", account),
        )
    }

    /// Adds a statement.
    #[must_use]
    pub fn with(mut self, statement: EndpointStatement) -> Self {
        self.statements.push(statement);
        self
    }
}

impl EndpointStatement {
    /// Lets requests of these actions pass.
    pub fn allow(actions: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            actions: actions.into_iter().map(Into::into).collect(),
            resources: Vec::new(),
            conditions: BTreeMap::new(),
        }
    }

    /// Adds a resource, by ARN or pattern.
    pub fn on(mut self, resource: impl IntoInput<String>) -> Self {
        self.resources.push(resource.into_input());
        self
    }

    /// Adds a condition: an operator such as `StringEquals`, a key, and one value.
    pub fn when(mut self, operator: &str, key: &str, value: &impl ToValue) -> Self {
        let keys = self.conditions.entry(operator.to_owned()).or_default();
        keys.insert(key.to_owned(), value.to_value());
        self
    }

    fn lowered(&self) -> Value {
        let mut members = BTreeMap::from([
            ("Effect".to_owned(), "Allow".to_value()),
            ("Principal".to_owned(), "*".to_value()),
            ("Action".to_owned(), self.actions.to_value()),
            ("Resource".to_owned(), self.resources.to_value()),
        ]);
        if !self.conditions.is_empty() {
            let conditions = self
                .conditions
                .iter()
                .map(|(operator, keys)| (operator.clone(), Value::Map(keys.clone())))
                .collect();
            members.insert("Condition".to_owned(), Value::Map(conditions));
        }
        Value::Map(members)
    }
}

impl ToValue for EndpointPolicy {
    fn to_value(&self) -> Value {
        let statements = self.statements.iter().map(EndpointStatement::lowered).collect();
        Value::Map(BTreeMap::from([
            ("Version".to_owned(), "2012-10-17".to_value()),
            ("Statement".to_owned(), Value::List(statements)),
        ]))
    }
}
