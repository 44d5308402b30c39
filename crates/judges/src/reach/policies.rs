//! The policies of an estate, by what they belong to.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::estate::Estate;
use crate::policy::managed::{self, ManagedError};
use crate::policy::{Document, MalformedPolicy};

/// One policy.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The resource that holds it.
    pub path: String,
    /// What it says.
    pub document: Document,
    /// Whether it is of a VPC endpoint, where statements about everyone are right.
    pub is_of_endpoint: bool,
}

/// The policies of an estate.
#[derive(Debug, Clone, Default)]
pub struct Held {
    /// Of keys, buckets and roles (their trust), by ARN.
    resources: BTreeMap<String, Policy>,
    /// Of identities, by the ARN of the role.
    identities: BTreeMap<String, Vec<Policy>>,
    /// Permissions boundaries, by the ARN of the role.
    boundaries: BTreeMap<String, Policy>,
    /// Of VPC endpoints, by path: the service's name, and the policy where one is declared.
    endpoints: BTreeMap<String, (String, Option<Policy>)>,
    /// That of somebody who may do everything, as far as policies of resources let him.
    everything: Option<Document>,
}

/// A policy that can't be judged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// It isn't one.
    #[error("`{path}`: {error}")]
    Malformed {
        /// The resource that holds it.
        path: String,
        /// What is wrong.
        error: MalformedPolicy,
    },
    /// It is a managed policy that isn't known here.
    #[error("`{path}`: {error}")]
    Managed {
        /// The resource that attaches it.
        path: String,
        /// What is wrong.
        error: ManagedError,
    },
}

/// The types that hold a policy of a resource: the property, and the property that names whose it is, where
/// that isn't the resource itself.
/// Types that only some stacks have are here, too: a policy that isn't looked at isn't judged.
const RESOURCES: &[(&str, &str, Option<&str>)] = &[
    ("AWS::KMS::Key", "KeyPolicy", None),
    ("AWS::S3::BucketPolicy", "PolicyDocument", Some("Bucket")),
    ("AWS::IAM::Role", "AssumeRolePolicyDocument", None),
];

impl Held {
    /// Reads all policies of an estate.
    ///
    /// # Errors
    /// [`PolicyError`] when one can't be read.
    pub fn of(estate: &Estate) -> Result<Self, PolicyError> {
        let all = json!({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]});
        let mut held = Self { everything: Document::read(&all).ok(), ..Self::default() };
        for resource in estate.resources() {
            let read = |json: &Json| {
                let document = Document::read(json);
                document
                    .map(|document| Policy { path: resource.path.clone(), document, is_of_endpoint: false })
                    .map_err(|error| PolicyError::Malformed { path: resource.path.clone(), error })
            };
            let managed = |arn: &str| {
                managed::document(arn)
                    .map(|document| Policy { path: resource.path.clone(), document, is_of_endpoint: false })
                    .map_err(|error| PolicyError::Managed { path: resource.path.clone(), error })
            };
            let text = |name: &str| resource.properties[name].as_str().unwrap_or_default();
            for (_, property, whose) in RESOURCES.iter().filter(|row| row.0 == resource.type_name) {
                let owner = whose.map_or(Some(resource), |whose| {
                    estate.named(text(whose)).find(|named| named.attributes["Arn"].is_string())
                });
                if let Some(arn) = owner.and_then(|owner| owner.attributes["Arn"].as_str()) {
                    held.resources.insert(arn.to_owned(), read(&resource.properties[*property])?);
                }
            }
            let role = || {
                let mut roles = estate.named(text("RoleName"));
                let role = roles.find(|named| named.type_name == "AWS::IAM::Role");
                role.and_then(|role| role.attributes["Arn"].as_str()).unwrap_or_default().to_owned()
            };
            match resource.type_name.as_str() {
                "AWS::IAM::RolePolicy" => {
                    let policy = read(&resource.properties["PolicyDocument"])?;
                    held.identities.entry(role()).or_default().push(policy);
                }
                "AWS::IAM::RolePolicyAttachment" => {
                    let policy = managed(text("PolicyArn"))?;
                    held.identities.entry(role()).or_default().push(policy);
                }
                "AWS::IAM::Role" if resource.properties["PermissionsBoundary"].is_string() => {
                    let arn = resource.attributes["Arn"].as_str().unwrap_or_default().to_owned();
                    held.boundaries.insert(arn, managed(text("PermissionsBoundary"))?);
                }
                "AWS::EC2::VPCEndpoint" => {
                    let policy = match &resource.properties["PolicyDocument"] {
                        Json::Null => None,
                        document => Some(Policy { is_of_endpoint: true, ..read(document)? }),
                    };
                    held.endpoints.insert(resource.path.clone(), (text("ServiceName").to_owned(), policy));
                }
                _ => {}
            }
        }
        Ok(held)
    }

    /// The policy of the key, the bucket or the role that an ARN is of, or that it is inside of.
    pub(super) fn of_resource(&self, arn: &str) -> Option<&Policy> {
        let whole = arn.split_once('/').map_or(arn, |(whole, _)| whole);
        self.resources.get(arn).or_else(|| self.resources.get(whole))
    }

    pub(super) fn of_identity(&self, role: &str) -> impl Iterator<Item = &Policy> {
        self.identities.get(role).into_iter().flatten()
    }

    pub(super) fn boundary_of(&self, role: &str) -> Option<&Policy> {
        self.boundaries.get(role)
    }

    pub(super) fn everything(&self) -> impl Iterator<Item = &Document> {
        self.everything.iter()
    }

    /// The policies of the endpoints of a service, such as `ecr.api`.
    pub(super) fn endpoints_to<'a>(&'a self, service: &'a str) -> impl Iterator<Item = Option<&'a Policy>> {
        // `com.amazonaws.us-east-1.ecr.api`
        let of_service = move |name: &str| name.splitn(4, '.').nth(3) == Some(service);
        self.endpoints.values().filter(move |(name, _)| of_service(name)).map(|(_, policy)| policy.as_ref())
    }

    pub(super) fn endpoint_at(&self, path: &str) -> Option<&Policy> {
        self.endpoints.get(path).and_then(|(_, policy)| policy.as_ref())
    }

    /// All policies.
    pub fn policies(&self) -> impl Iterator<Item = &Policy> {
        self.resources
            .values()
            .chain(self.identities.values().flatten())
            .chain(self.boundaries.values())
            .chain(self.endpoints.values().filter_map(|(_, policy)| policy.as_ref()))
    }

    /// All policies, to be changed: for faults that are planted.
    pub(super) fn policies_mut(&mut self) -> impl Iterator<Item = &mut Policy> {
        self.resources
            .values_mut()
            .chain(self.identities.values_mut().flatten())
            .chain(self.boundaries.values_mut())
            .chain(self.endpoints.values_mut().filter_map(|(_, policy)| policy.as_mut()))
    }
}
