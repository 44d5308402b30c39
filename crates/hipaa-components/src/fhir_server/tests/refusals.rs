//! What is refused where it is declared, with what to write instead.

use ironward_aws::elbv2::CognitoSignIn;

use super::*;

type Builder = HipaaFhirServerBuilder<Given, Given, Given, Given, Given>;

fn error(builder: Builder) -> Option<String> {
    builder.build(&mut Stack::new("clinic")).err().map(|error| error.to_string())
}

/// A server that is refused, with each of these in what is said.
#[track_caller]
fn refused(builder: Builder, holds: &[&str]) {
    let said = error(builder).unwrap_or_default();
    assert!(said.contains("tests/refusals.rs:"), "no place in {said:?}");
    for text in holds {
        assert!(said.contains(text), "no {text:?} in {said:?}");
    }
}

#[track_caller]
fn taken(builder: Builder) {
    assert_eq!(error(builder), None);
}

fn own(port: u16, transport: Transport) -> FhirImage {
    let digest = format!("sha256:{}", "0".repeat(64));
    FhirImage::custom("111122223333.dkr.ecr.us-east-1.amazonaws.com/fhir", &digest, port, transport)
}

fn development() -> Builder {
    builder().environment(Environment::Development)
}

#[test]
fn tokens_are_issued_and_their_keys_read_over_https() {
    let tokens =
        |issuer: &str, keys: &str| development().access(Access::tokens(JwtValidation::new(issuer, keys)));
    let (issuer, keys) = ("https://sso.example.org", "https://sso.example.org/keys");
    taken(tokens(issuer, keys));
    taken(tokens("https://sso.example.org:8443/realms/clinic", keys));
    for wrong in ["", " ", "http://sso.example.org", "sso.example.org", "https://", "https:///keys"] {
        refused(tokens(wrong, keys), &["the issuer", "`https://sso.example.org`", "164.312(d)"]);
        refused(tokens(issuer, wrong), &["keys", "`https://sso.example.org/keys`", "164.312(d)"]);
    }
    for wrong in ["https://a b.example.org", "https://me:word@sso.example.org", "https://sso.example.org/#x"]
    {
        refused(tokens(wrong, keys), &["the issuer"]);
        refused(tokens(issuer, wrong), &["keys"]);
    }
    let long = format!("https://sso.example.org/{}", "a".repeat(256));
    refused(tokens(&long, keys), &["the issuer", "256"]);
}

#[test]
fn people_sign_in_at_a_pool() {
    let sign_in = |pool: &str, client: &str, domain: &str| {
        development().access(Access::sign_in(CognitoSignIn::new(pool, client, domain)))
    };
    let pool = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_x";
    taken(sign_in(pool, "client", "ward"));
    taken(sign_in(pool, "client", "auth.example.org"));
    for wrong in ["", "us-east-1_x", "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_x"] {
        refused(sign_in(wrong, "client", "ward"), &["`arn:aws:cognito-idp:", "164.312(d)"]);
    }
    for wrong in ["", "http://auth.example.org", "https://auth.example.org", "auth.example.org/login"] {
        refused(sign_in(pool, "client", wrong), &["domain", "`auth.example.org`", "164.312(d)"]);
    }
    refused(sign_in(pool, "", "ward"), &["client", "164.312(d)"]);
    let timed = |seconds: i64| {
        development().access(Access::sign_in(CognitoSignIn::new(pool, "c", "ward").session_timeout(seconds)))
    };
    taken(timed(900));
    refused(timed(0), &["604800", "164.312(a)(2)(iii)"]);
}

#[test]
fn the_sidecar_has_a_port_of_its_own() {
    let mut stack = Stack::new("clinic");
    builder().image(own(8443, Transport::Sidecar)).build(&mut stack).unwrap();
    let containers = declared(&stack, "fhir/service/task", "ContainerDefinitions").unwrap();
    let caddy = containers.as_array().unwrap().iter().find(|one| one["Name"] == json!("tls")).unwrap();
    assert_eq!(caddy["PortMappings"][0]["ContainerPort"], json!(8444), "{caddy}");
    assert!(caddy.to_string().contains("https://:8444") && caddy.to_string().contains("127.0.0.1:8443"));
    assert_eq!(declared(&stack, "fhir/service/target-group", "Port"), Some(json!(8444)));
    let way = declared(&stack, "fhir/service/balancer-to-service-in", "FromPort");
    assert_eq!(way, Some(json!(8444)));
    let mut stack = Stack::new("clinic");
    builder().image(own(8080, Transport::Sidecar)).build(&mut stack).unwrap();
    assert_eq!(declared(&stack, "fhir/service/target-group", "Port"), Some(json!(8443)));
}

#[test]
fn hapi_speaks_no_tls_by_itself() {
    let image = FhirImage::hapi().with_transport(Transport::Tls);
    refused(builder().image(image), &["`Transport::Sidecar`", "`FhirImage::custom`", "164.312(e)(1)"]);
    let remarks = |image: FhirImage| {
        let mut stack = Stack::new("clinic");
        development().image(image).build(&mut stack).unwrap();
        let remarks = stack.program().remarks.into_iter().map(|remark| remark.text);
        remarks.filter(|text| text.contains("every path")).count()
    };
    assert_eq!(remarks(FhirImage::hapi()), 0);
    assert_eq!(remarks(FhirImage::hapi().with_transport(Transport::PlainHttp)), 1);
    assert_eq!(remarks(own(8443, Transport::Tls)), 1);
    assert_eq!(remarks(own(8080, Transport::Sidecar)), 1);
}

#[test]
fn nothing_runs_as_root() {
    let run_as = |user| builder().image(own(8443, Transport::Tls).run_as(user));
    taken(run_as(10_001));
    refused(run_as(0), &["root", "`.run_as(65532)`", "164.312(a)(1)"]);
    refused(run_as(u32::MAX), &["4294967295", "2147483647"]);
}
