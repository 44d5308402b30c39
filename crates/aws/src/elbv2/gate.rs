//! What a listener asks for before it does what it is there for.

use std::collections::BTreeMap;

use ironward_core::output::{Output, ToValue};
use ironward_core::value::Value;
use ironward_macros::{Choice, Properties};

use super::Action;
use super::address::{OF_SIGN_IN, OF_TOKENS, checked, checked_claims, refusal};

/// The actions of a listener: at most one that lets nobody pass without proof, then the one that
/// answers.
#[derive(Debug, Clone)]
pub(crate) struct DefaultActions {
    pub(super) gate: Option<Gate>,
    pub(super) action: Action,
}

#[derive(Debug, Clone)]
pub(crate) enum Gate {
    Jwt(JwtValidation),
    Cognito(Box<CognitoSignIn>),
}

impl ToValue for DefaultActions {
    fn to_value(&self) -> Value {
        let Some(gate) = &self.gate else { return Value::List(vec![self.action.to_value()]) };
        let (kind, name, config) = match gate {
            Gate::Jwt(config) => ("jwt-validation", "JwtValidationConfig", config.looked_at()),
            Gate::Cognito(config) => {
                ("authenticate-cognito", "AuthenticateCognitoConfig", config.looked_at())
            }
        };
        let first = BTreeMap::from([("Type".to_owned(), kind.to_value()), (name.to_owned(), config)]);
        let ordered = |action: Value, order: i64| match action {
            Value::Map(mut members) => {
                members.insert("Order".to_owned(), order.to_value());
                Value::Map(members)
            }
            other => other,
        };
        Value::List(vec![ordered(Value::Map(first), 1), ordered(self.action.to_value(), 2)])
    }
}

/// Lets only requests pass that carry a token which its issuer signed and which hasn't expired
/// (45 CFR 164.312(d)), as the backend services of SMART on FHIR do. The application still decides
/// what the bearer may read.
///
/// Both addresses are HTTPS: a plan that says another is refused, since whoever answers in the place of
/// the issuer could sign tokens.
///
/// Source: ELBv2 API Reference, `JwtValidationActionConfig`.
#[derive(Debug, Clone, Properties)]
pub struct JwtValidation {
    /// The issuer, such as `https://sso.example.org`, up to 256 characters.
    issuer: Output<String>,
    /// The URL with the issuer's keys, over HTTPS, up to 256 characters.
    jwks_endpoint: Output<String>,
    /// What else the token must say, up to 10 claims.
    additional_claims: Vec<JwtClaim>,
}

impl JwtValidation {
    /// Why no load balancer could check tokens so, as far as that is known before anything exists. A
    /// listener with it is refused while planning.
    #[must_use]
    pub fn refusal(&self) -> Option<String> {
        refusal(&self.looked_at())
    }

    pub(super) fn looked_at(&self) -> Value {
        checked_claims(checked(self.to_value(), OF_TOKENS))
    }
}

/// A claim that a token must have.
#[derive(Debug, Clone, Properties)]
pub struct JwtClaim {
    /// The claim, such as `scope`; not `exp`, `iss`, `nbf` or `iat`, which are always checked.
    name: Output<String>,
    /// The form of its value.
    format: ClaimFormat,
    /// What it may be, 1 to 10 values.
    #[property(required)]
    values: Vec<Output<String>>,
}

/// The form of a claim's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum ClaimFormat {
    /// One text.
    #[value("single-string")]
    SingleString,
    /// Texts with spaces between them, such as scopes.
    #[value("space-separated-values")]
    SpaceSeparatedValues,
    /// A list of texts.
    #[value("string-array")]
    StringArray,
}

/// Lets only people pass who have signed in through a user pool of Amazon Cognito
/// (45 CFR 164.312(d)).
///
/// Source: ELBv2 API Reference, `AuthenticateCognitoActionConfig`.
#[derive(Debug, Clone, Properties)]
pub struct CognitoSignIn {
    /// The ARN of the user pool.
    user_pool_arn: Output<String>,
    /// The id of the load balancer's client in the pool.
    user_pool_client_id: Output<String>,
    /// The pool's domain without `https://`, such as `auth.example.org`, or its prefix.
    user_pool_domain: Output<String>,
    /// Further parameters of the redirection to the pool, up to 10.
    authentication_request_extra_params: BTreeMap<String, Output<String>>,
    /// What is asked of the pool; `openid` unless set otherwise.
    scope: Option<Output<String>>,
    /// The name of the cookie with the session; `AWSELBAuthSessionCookie` unless set otherwise.
    session_cookie_name: Option<Output<String>>,
    /// Seconds after which one must sign in again, 1 to 604800 (45 CFR 164.312(a)(2)(iii)); seven days
    /// unless set otherwise.
    session_timeout: Option<Output<i64>>,
    /// What is done with who hasn't signed in; sent to sign in unless set otherwise.
    on_unauthenticated_request: Option<Output<OnUnauthenticated>>,
}

impl CognitoSignIn {
    /// Why nobody could sign in so, as far as that is known before anything exists. A listener with it is
    /// refused while planning.
    #[must_use]
    pub fn refusal(&self) -> Option<String> {
        refusal(&self.looked_at())
    }

    pub(super) fn looked_at(&self) -> Value {
        checked(self.to_value(), OF_SIGN_IN)
    }
}

/// What is done with requests of people who haven't signed in. They never pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum OnUnauthenticated {
    /// They are sent to sign in.
    #[value("authenticate")]
    Authenticate,
    /// They are refused.
    #[value("deny")]
    Deny,
}
