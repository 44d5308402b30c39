//! What all policies together say of a request.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>

use super::document::{Document, Effect, Naming};
use super::request::{Principal, Request};
use super::truth::Truth;

/// The policies that have a say in a request.
#[derive(Debug, Clone, Default)]
pub struct Policies<'a> {
    /// The identity's own: inline and attached. None where a service or nobody asks.
    pub identity: Vec<&'a Document>,
    /// The identity's permissions boundary, where it has one.
    pub boundary: Option<&'a Document>,
    /// That of the resource, where it has one.
    pub resource: Option<&'a Document>,
    /// That of the VPC endpoint that the request passes, where it passes one with a policy.
    pub endpoint: Option<&'a Document>,
    /// Whether the resource's own policy has to grant, as that of a KMS key and the trust policy of
    /// a role have to:
    /// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html>
    pub resource_decides: bool,
    /// The account of the resource.
    pub account: &'a str,
}

/// What becomes of a request, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is let through.
    Allowed,
    /// It is refused.
    Denied(&'static str),
    /// It depends on what AWS doesn't document.
    Unknown(&'static str),
}

impl Verdict {
    /// Whether the request is let through for certain.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        *self == Self::Allowed
    }

    /// Whether the request is refused for certain.
    #[must_use]
    pub fn is_denied(&self) -> bool {
        matches!(self, Self::Denied(_))
    }
}

/// What one document says.
#[derive(Debug, Clone, Copy)]
struct Said {
    denies: Truth,
    /// It grants to whoever asks.
    grants: Truth,
    /// It grants to the account of whoever asks.
    grants_account: Truth,
}

fn said(document: &Document, request: &Request) -> Said {
    let mut said = Said { denies: Truth::No, grants: Truth::No, grants_account: Truth::No };
    for statement in &document.statements {
        let naming = statement.names(&request.principal);
        if naming == Naming::No {
            continue;
        }
        let applies = statement.applies(request);
        match (statement.effect, naming) {
            (Effect::Deny, _) => said.denies = said.denies.or(applies),
            (Effect::Allow, Naming::ByAccount) => said.grants_account = said.grants_account.or(applies),
            (Effect::Allow, _) => said.grants = said.grants.or(applies),
        }
    }
    said
}

impl Policies<'_> {
    /// What becomes of a request.
    #[must_use]
    pub fn judge(&self, request: &Request) -> Verdict {
        let identity: Vec<Said> = self.identity.iter().map(|policy| said(policy, request)).collect();
        let one = |policy: Option<&Document>| policy.map(|policy| said(policy, request));
        let (boundary, resource, endpoint) = (one(self.boundary), one(self.resource), one(self.endpoint));
        let denials = identity.iter().copied().chain([boundary, resource, endpoint].into_iter().flatten());
        let denied = Truth::any(denials.map(|said| said.denies));
        if denied == Truth::Yes {
            return Verdict::Denied("a statement refuses it");
        }
        let own = Truth::any(identity.iter().map(|said| said.grants));
        let own = own.and(boundary.map_or(Truth::Yes, |said| said.grants));
        let (directly, by_account) =
            resource.map_or((Truth::No, Truth::No), |said| (said.grants, said.grants_account));
        let (granted, why) = match &request.principal {
            Principal::Service(_) | Principal::Anonymous => {
                (directly, "the resource's policy grants it to nobody like this")
            }
            // A resource that decides names the identity itself, or its account and then the
            // account's own policies grant as well.
            Principal::Identity(_) if self.resource_decides => {
                (directly.or(by_account.and(own)), "the resource's policy and the identity's don't grant it")
            }
            // Another account's resource: both accounts have to agree.
            // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
            Principal::Identity(_) if request.principal.account() != Some(self.account) => {
                (directly.or(by_account).and(own), "not both accounts grant it")
            }
            Principal::Identity(_) => (directly.or(own), "no policy grants it"),
        };
        let passes = endpoint.map_or(Truth::Yes, |said| said.grants.or(said.grants_account));
        match (granted, passes, denied) {
            (Truth::No, ..) => Verdict::Denied(why),
            (_, Truth::No, _) => Verdict::Denied("the VPC endpoint's policy doesn't let it pass"),
            (Truth::Yes, Truth::Yes, Truth::No) => Verdict::Allowed,
            (Truth::Unknown, ..) => Verdict::Unknown("a condition on what the call isn't known to carry"),
            (_, Truth::Unknown, _) => Verdict::Unknown("a condition of the VPC endpoint's policy"),
            _ => Verdict::Unknown("a condition of a statement that refuses"),
        }
    }

    /// What the VPC endpoint's policy alone says: for requests whose other policies are AWS's own.
    #[must_use]
    pub fn passes(&self, request: &Request) -> Verdict {
        let Some(endpoint) = self.endpoint.map(|policy| said(policy, request)) else {
            return Verdict::Allowed;
        };
        match (endpoint.grants, endpoint.denies) {
            (_, Truth::Yes) | (Truth::No, _) => {
                Verdict::Denied("the VPC endpoint's policy doesn't let it pass")
            }
            (Truth::Yes, Truth::No) => Verdict::Allowed,
            _ => Verdict::Unknown("a condition of the VPC endpoint's policy"),
        }
    }
}
