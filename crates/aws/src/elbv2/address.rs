//! What a load balancer is told of those whom it asks about callers, held to what can be.

use ironward_core::value::{EvalError, Known, Value};
use serde_json::Value as Json;

use crate::hosts::is_host_name;

/// The most characters of an issuer and of the address of its keys.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_JwtValidationActionConfig.html
const LONGEST: usize = 256;

/// The most claims, and the most values of one.
const MOST_CLAIMS: usize = 10;

/// The claims that are checked in any case.
const ALWAYS: [&str; 4] = ["exp", "iss", "nbf", "iat"];

/// Seven days: the longest time after which people must sign in again, in seconds.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AuthenticateCognitoActionConfig.html
const LONGEST_SESSION: i64 = 604_800;

/// A look at a value once it is known.
type Check = fn(&Json) -> Result<(), String>;

/// What is looked at of a check of tokens, and by what.
pub(super) const OF_TOKENS: &[(&str, &str, Check)] =
    &[("Issuer", "issuer", issuer), ("JwksEndpoint", "jwks_endpoint", keys)];

/// What is looked at of a sign-in.
pub(super) const OF_SIGN_IN: &[(&str, &str, Check)] = &[
    ("UserPoolArn", "user_pool_arn", pool),
    ("UserPoolClientId", "user_pool_client_id", client),
    ("UserPoolDomain", "user_pool_domain", domain),
    ("SessionTimeout", "session_timeout", session),
];

/// What is looked at of clients' certificates.
pub(super) const OF_CERTIFICATES: &[(&str, &str, Check)] = &[("TrustStoreArn", "trust_store", trust_store)];

/// The same value, whose members are refused while planning where they can't be right.
pub(super) fn checked(value: Value, checks: &'static [(&str, &str, Check)]) -> Value {
    let Value::Map(mut members) = value else { return value };
    for (member, name, check) in checks {
        if let Some(value) = members.remove(*member) {
            let looked_at = Value::apply(name, value, |json| check(&json).map(|()| json));
            members.insert((*member).to_owned(), looked_at);
        }
    }
    Value::Map(members)
}

/// Why a value can't be used, as far as that is known before anything exists.
pub(super) fn refusal(value: &Value) -> Option<String> {
    match value.evaluate(&|_| Known::Later) {
        Ok(_) => None,
        Err(EvalError::Refused { reason, .. }) => Some(reason),
        Err(other) => Some(other.to_string()),
    }
}

fn issuer(json: &Json) -> Result<(), String> {
    let text = text(json);
    match https(text, "?#") {
        Ok(()) => Ok(()),
        Err(why) => Err(format!(
            "the issuer of tokens is an HTTPS address such as `https://sso.example.org`, and `{text}` {why}"
        )),
    }
}

fn keys(json: &Json) -> Result<(), String> {
    let text = text(json);
    match https(text, "#") {
        Ok(()) => Ok(()),
        Err(why) => Err(format!(
            "the issuer's keys are read from an HTTPS address such as `https://sso.example.org/keys`, and \
             `{text}` {why}: who answers in its place could sign tokens"
        )),
    }
}

/// The same claims, refused while planning where a load balancer can't check them. How many there are, and how
/// many values each has, is told by the name that is looked at.
pub(super) fn checked_claims(mut value: Value) -> Value {
    let Value::Map(members) = &mut value else { return value };
    if let Some(Value::List(claims)) = members.get_mut("AdditionalClaims") {
        let count = claims.len();
        claims.iter_mut().for_each(|claim| check_claim(claim, count));
    }
    value
}

fn check_claim(value: &mut Value, claims: usize) {
    let Value::Map(members) = value else { return };
    let values = match members.get("Values") {
        Some(Value::List(values)) => values.len(),
        _ => 0,
    };
    if let Some(name) = members.remove("Name") {
        let looked_at = Value::apply("additional_claims", name, move |json| {
            claim(text(&json), values, claims).map(|()| json)
        });
        members.insert("Name".to_owned(), looked_at);
    }
}

fn claim(name: &str, values: usize, claims: usize) -> Result<(), String> {
    if claims > MOST_CLAIMS {
        return Err(format!(
            "a load balancer checks up to {MOST_CLAIMS} claims of a token, not {claims} claims"
        ));
    }
    if name.trim().is_empty() {
        return Err(
            "a claim that a token must have has a name, such as `scope`, and this one has none".to_owned()
        );
    }
    if ALWAYS.contains(&name) {
        return Err(format!("the claim `{name}` is always checked: take it out of the additional ones"));
    }
    if !(1..=MOST_CLAIMS).contains(&values) {
        return Err(format!("the claim `{name}` has {values} values, and 1 to {MOST_CLAIMS} can be checked"));
    }
    Ok(())
}

fn trust_store(json: &Json) -> Result<(), String> {
    let text = text(json);
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let is_store = matches!(parts.as_slice(), ["arn", _, "elasticloadbalancing", _, _, store]
        if store.strip_prefix("truststore/").is_some_and(|id| !id.is_empty()));
    if is_store {
        return Ok(());
    }
    Err(format!(
        "clients' certificates are held to a trust store, named by its ARN, such as \
         `arn:aws:elasticloadbalancing:us-east-1:123456789012:truststore/clinic/73e2d6bc24d8a067`, and `{text}` \
         isn't one"
    ))
}

fn pool(json: &Json) -> Result<(), String> {
    let text = text(json);
    let parts: Vec<&str> = text.split(':').collect();
    let is_pool = match parts.as_slice() {
        ["arn", partition, "cognito-idp", region, account, pool] => {
            !partition.is_empty()
                && !region.is_empty()
                && account.len() == 12
                && account.bytes().all(|byte| byte.is_ascii_digit())
                && pool.strip_prefix("userpool/").is_some_and(|id| !id.is_empty())
        }
        _ => false,
    };
    if is_pool {
        return Ok(());
    }
    Err(format!(
        "people sign in at a user pool, named by its ARN, such as \
         `arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Ab1`, and `{text}` isn't one"
    ))
}

fn client(json: &Json) -> Result<(), String> {
    let text = text(json);
    // https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolClientType.html
    let legal = |c: char| c.is_ascii_alphanumeric() || "_+".contains(c);
    if (1..=128).contains(&text.len()) && text.chars().all(legal) {
        return Ok(());
    }
    Err(format!(
        "the load balancer is a client of the user pool, named by its id, such as \
         `1example23456789`, and `{text}` isn't one"
    ))
}

fn domain(json: &Json) -> Result<(), String> {
    let text = text(json);
    if is_host_name(text) {
        return Ok(());
    }
    Err(format!(
        "the domain of a user pool is its name alone, such as `auth.example.org`, or the prefix of one of \
         Amazon's, and `{text}` is neither; the load balancer always goes there over HTTPS"
    ))
}

fn session(json: &Json) -> Result<(), String> {
    match json.as_i64() {
        Some(seconds) if (1..=LONGEST_SESSION).contains(&seconds) => Ok(()),
        _ => Err(format!(
            "one stays signed in for 1 to {LONGEST_SESSION} seconds, not {json}: say `.session_timeout(900)`, \
             for instance (45 CFR 164.312(a)(2)(iii))"
        )),
    }
}

fn text(json: &Json) -> &str {
    json.as_str().unwrap_or_default()
}

/// Why a text isn't an HTTPS address of a host without a user's name and without any of these characters.
fn https(text: &str, without: &str) -> Result<(), &'static str> {
    let Some(rest) = text.strip_prefix("https://") else { return Err("isn't one") };
    if text.chars().count() > LONGEST {
        return Err("has more than 256 characters");
    }
    let legal = |c: char| c.is_ascii_graphic() && !"\"<>\\^`{|}".contains(c);
    if !rest.chars().all(legal) {
        return Err("holds a character that stands in no address");
    }
    if rest.contains(|c| without.contains(c)) {
        return Err("goes on behind its path");
    }
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    let (host, port) = host.split_once(':').map_or((host, None), |(host, port)| (host, Some(port)));
    if !is_host_name(host) {
        return Err("names no host");
    }
    match port.map(str::parse::<u16>) {
        None | Some(Ok(1..)) => Ok(()),
        Some(_) => Err("has no such port"),
    }
}

#[cfg(test)]
mod tests {
    use ironward_core::output::Output;
    use ironward_core::path::Path;

    use super::*;
    use crate::elbv2::{CognitoSignIn, JwtValidation};

    const ISSUER: &str = "https://sso.example.org";
    const KEYS: &str = "https://sso.example.org/keys";
    const POOL: &str = "arn:aws-us-gov:cognito-idp:us-gov-west-1:123456789012:userpool/us-gov-west-1_x";

    fn issued(issuer: &str) -> Option<String> {
        JwtValidation::new(issuer, KEYS).refusal()
    }

    fn kept(keys: &str) -> Option<String> {
        JwtValidation::new(ISSUER, keys).refusal()
    }

    #[test]
    fn addresses_are_of_hosts_over_https() {
        for text in [ISSUER, "https://sso.example.org/realms/a", "https://sso:8443/keys"] {
            assert_eq!((issued(text), kept(text)), (None, None), "{text}");
        }
        assert_eq!(kept("https://sso.example.org/keys?v=2"), None);
        for text in ["", "http://sso.example.org", "HTTPS://sso.example.org", "https://", "https://a_b/"] {
            assert!(issued(text).is_some_and(|why| why.contains("`https://sso.example.org`")), "{text}");
            assert!(kept(text).is_some(), "{text}");
        }
        for text in
            ["https://a:0/", "https://a:70000", "https://a:", "https://me@a", "https://a/ b", "https://a/#b"]
        {
            assert!(kept(text).is_some(), "{text}");
        }
        assert!(issued("https://sso.example.org/?tenant=a").is_some());
        let long = |letters: usize| format!("https://a/{}", "b".repeat(letters));
        assert!(issued(&long(246)).is_none() && issued(&long(247)).is_some());
    }

    /// What is known only after an apply is looked at then.
    #[test]
    fn outputs_are_looked_at_once_they_are_known() {
        let later: Output<String> = Output::attribute(&Path::parse("pool").unwrap(), "Issuer");
        let validation = JwtValidation::new(later, KEYS);
        assert_eq!(validation.refusal(), None);
        let found = |_: &_| Known::Value("http://sso.example.org".into());
        assert!(validation.looked_at().evaluate(&found).is_err());
    }

    #[test]
    fn pools_clients_and_domains_are_told_apart() {
        let refused =
            |pool: &str, client: &str, domain: &str| CognitoSignIn::new(pool, client, domain).refusal();
        assert_eq!(refused(POOL, "1example23", "ward"), None);
        for text in [
            "",
            "us-east-1_x",
            "arn:aws:cognito-idp:us-east-1:1:userpool/x",
            "arn:aws:iam::123456789012:role/x",
        ] {
            assert!(refused(text, "1example23", "ward").is_some(), "{text}");
        }
        assert!(refused(POOL, "a b", "ward").is_some() && refused(POOL, "a", "https://ward").is_some());
        let timed = |seconds: i64| CognitoSignIn::new(POOL, "a", "ward").session_timeout(seconds).refusal();
        assert_eq!((timed(1), timed(604_800)), (None, None));
        assert!(timed(0).is_some() && timed(604_801).is_some());
    }
}
