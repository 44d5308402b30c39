//! What is refused where it is declared, with what to write instead.

use ironward_aws::ec2::PeerCidr;
use ironward_aws::elbv2::{ClaimFormat, CognitoSignIn, JwtClaim, TrustStoreArn};

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
fn certificates_are_held_to_a_trust_store() {
    let store = |arn: &str| development().access(Access::client_certificates(TrustStoreArn::new(arn)));
    taken(store("arn:aws:elasticloadbalancing:us-east-1:123456789012:truststore/clinic/73e2d6bc24d8a067"));
    for wrong in ["", "clinic", "arn:aws:acm:us-east-1:123456789012:certificate/1", "s3://clinic/ca.pem"] {
        refused(store(wrong), &["`arn:aws:elasticloadbalancing:", "164.312(d)"]);
    }
}

#[test]
fn claims_of_tokens_can_be_checked() {
    let claims = |claims: Vec<JwtClaim>| {
        let tokens = JwtValidation::new("https://sso.example.org", "https://sso.example.org/keys");
        development().access(Access::tokens(tokens.additional_claims(claims)))
    };
    let claim = |name: &str, values: &[&str]| {
        JwtClaim::new(name, ClaimFormat::SingleString, values.iter().map(|value| (*value).to_owned()))
    };
    taken(claims(vec![claim("scope", &["system/*.read"])]));
    refused(claims(vec![claim("", &["a"])]), &["claim", "`scope`"]);
    for always in ["exp", "iss", "nbf", "iat"] {
        refused(claims(vec![claim(always, &["a"])]), &[always, "always"]);
    }
    for values in [&[] as &[&str], &["a"; 11]] {
        refused(claims(vec![claim("scope", values)]), &["`scope`", "1 to 10"]);
    }
    refused(claims(vec![claim("scope", &["a"]); 11]), &["11 claims", "10"]);
}

#[test]
fn a_database_has_a_class() {
    let class = |class: &str| development().database(DbInstanceClass::new(class), Storage::gib(20));
    taken(class("db.t4g.medium"));
    for wrong in ["", "t4g.medium", "db.", "db.t4g", "db..medium", "db.t4g medium.x"] {
        refused(class(wrong), &["`db.t4g.medium`"]);
    }
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

#[test]
fn numbers_that_mean_nothing_are_refused() {
    taken(development().tasks(0));
    refused(development().tasks(-3), &["-3 tasks", "`.tasks(1)`"]);
    refused(development().tasks(5001), &["5001 tasks", "5000"]);
    for transport in [Transport::Tls, Transport::Sidecar] {
        refused(builder().image(own(0, transport)), &["port 0", "1 to 65535"]);
    }
}

#[test]
fn folders_to_write_to_are_absolute_and_have_a_size() {
    let writes =
        |path: &str, mebibytes| builder().image(own(8443, Transport::Tls).writes_to(path, mebibytes));
    taken(writes("/var/cache/fhir", 64));
    for path in ["", "relative", "./cache", "/", "//", "/cache/../etc", "/a b", "/a:b"] {
        refused(writes(path, 64), &["`.writes_to(\"/tmp\", 64)`"]);
    }
    for mebibytes in [0, -5, 8192] {
        refused(writes("/cache", mebibytes), &["`/cache`", &mebibytes.to_string(), "8192 MiB"]);
    }
    let image = own(8443, Transport::Tls).writes_to("/cache", 64);
    for again in ["/cache", "/cache/"] {
        refused(builder().image(image.clone().writes_to(again, 32)), &["`/cache`", "twice"]);
    }
    let image = (0..9).fold(own(8443, Transport::Tls), |image, n| image.writes_to(&format!("/{n}"), 1000));
    refused(builder().image(image), &["9000 MiB", "8192 MiB"]);
}

/// HAPI's own folders can have another size.
#[test]
fn a_folder_of_hapi_is_resized() {
    let mut stack = Stack::new("clinic");
    builder().image(FhirImage::hapi().writes_to("/tmp", 1024)).build(&mut stack).unwrap();
    let containers = declared(&stack, "fhir/service/task", "ContainerDefinitions").unwrap();
    let server = containers.as_array().unwrap().iter().find(|one| one["Name"] == json!("fhir")).unwrap();
    let mounts = server["LinuxParameters"]["Tmpfs"].as_array().unwrap();
    let sizes: Vec<_> = mounts.iter().map(|mount| (&mount["ContainerPath"], &mount["Size"])).collect();
    assert_eq!(sizes, [(&json!("/app/target"), &json!(64)), (&json!("/tmp"), &json!(1024))]);
}

#[test]
fn texts_of_an_image_are_what_they_stand_for() {
    let image = || own(8443, Transport::Tls);
    for path in ["", "health", "https://fhir.example.org/health", "/he alth", "/x {", "/\"x"] {
        refused(builder().image(image().healthy_at(path)), &["`.healthy_at(\"/health\")`"]);
    }
    taken(builder().image(image().healthy_at("/fhir/metadata?_summary=true")));
    for path in ["", "rds.pem", "/rds.pem&sslmode=disable", "/a b"] {
        refused(
            builder().image(image().with_database_roots(path)),
            &["`.with_database_roots(\"/opt/rds.pem\")`", "164.312(e)(2)(ii)"],
        );
    }
    let digest = format!("sha256:{}", "0".repeat(64));
    for repository in ["", "https://registry.example.org/fhir", "fhir@sha256:00", "a b"] {
        let image = FhirImage::custom(repository, &digest, 8443, Transport::Tls);
        refused(builder().image(image), &["`123456789012.dkr.ecr.us-east-1.amazonaws.com/fhir`"]);
    }
}

#[test]
fn who_logs_in_to_the_database_is_one_user() {
    let user = |name: &str| builder().database_login(DatabaseLogin::IamUser(name.to_owned()));
    taken(user("fhir_app"));
    for wrong in ["", "*", "fhir?", "a/b", "a b"] {
        refused(user(wrong), &["`fhir_app`", "164.312(d)"]);
    }
    refused(user("fhir_admin"), &["the master user", "164.308(a)(4)(ii)(B)"]);
}

#[test]
fn logs_are_deleted_by_one_role() {
    let role = |arn: &str| builder().access_logs_deleted_by(RoleArn::new(arn));
    taken(role("arn:aws:iam::123456789012:role/emergency"));
    for wrong in ["", "*", "arn:aws:iam::123456789012:role/*", "arn:aws:iam::123456789012:user/a"] {
        refused(role(wrong), &["`arn:aws:iam::123456789012:role/emergency`", "164.312(c)(1)"]);
    }
}

#[test]
fn a_database_has_a_name() {
    let named = |name: &str| {
        let mut stack = Stack::<Hipaa>::new("clinic");
        let server = builder().build(&mut stack).unwrap();
        let key = HipaaKey::declare(&mut stack, "key", KeyUse::Database).unwrap().customer_key();
        let keys = DatabaseKeys { database: key.clone(), secrets: key.clone(), logs: key };
        let class = DbInstanceClass::new("db.r6g.large");
        let database = HipaaDatabase::builder("another", server.vpc(), keys, class, Storage::gib(100));
        let database = database.os_metrics_group(false).database_name(name).build(&mut stack);
        database.err().map(|error| error.to_string())
    };
    assert_eq!(named("clinic_2"), None);
    for wrong in ["", "2a", "a-b", "fhir?sslmode=disable", &"a".repeat(64)] {
        assert!(named(wrong).unwrap().contains("`.database_name(\"fhir\")`"), "{wrong}");
    }
}

#[test]
fn a_public_name_is_a_name_of_a_host() {
    taken(builder().public_name("fhir.example.org"));
    for wrong in
        ["", "https://fhir.example.org", "fhir.example.org/fhir", "fhir.example.org:443", "*.example.org"]
    {
        refused(builder().public_name(wrong), &["`.public_name(\"fhir.example.org\")`"]);
    }
    for wrong in ["", "https://fhir.example.org", "a b", "*", "fhir.*.org"] {
        let certificate = ServiceCertificate::requested(wrong);
        refused(
            builder().certificate(certificate),
            &["`ServiceCertificate::requested(\"fhir.example.org\")`"],
        );
    }
    // Nothing is reached under a wildcard.
    let mut stack = Stack::new("clinic");
    builder().certificate(ServiceCertificate::requested("*.example.org")).build(&mut stack).unwrap();
    let containers = declared(&stack, "fhir/service/task", "ContainerDefinitions").unwrap().to_string();
    assert!(!containers.contains("https://*."), "{containers}");
}

fn ranges(texts: &[&str]) -> Vec<PeerCidr> {
    texts.iter().map(|text| PeerCidr::parse(text).unwrap()).collect()
}

#[test]
fn somebody_can_come_from_the_ranges() {
    let kinds: [fn(Vec<PeerCidr>) -> Access; 2] =
        [|ranges| Access::peers(ranges), |ranges| Access::internal(ranges)];
    for access in kinds {
        let only = ["2001:db8::/32", "fd00::/8"];
        refused(development().access(access(ranges(&only))), &["IPv6", "IPv4", "164.312(a)(1)"]);
        let mut stack = Stack::new("clinic");
        let both = access(ranges(&["198.51.100.0/24", "2001:db8::/32"]));
        development().access(both).build(&mut stack).unwrap();
        let said = stack.program().remarks.iter().any(|remark| remark.text.contains("`2001:db8::/32`"));
        assert!(said, "{:?}", stack.program().remarks);
    }
}

#[test]
fn a_group_holds_sixty_rules_unless_aws_gives_more() {
    let many = |count: u32| {
        let range = |n: u32| PeerCidr::parse(&format!("198.{}.{}.0/24", 18 + n / 256, n % 256)).unwrap();
        let mut stack = Stack::new("clinic");
        let built = development().access(Access::peers((0..count).map(range))).build(&mut stack);
        let remarks = stack.program().remarks.into_iter().map(|remark| remark.text);
        let said: Vec<String> = remarks.filter(|text| text.contains("60")).collect();
        built.map(|_| said).map_err(|error| error.to_string())
    };
    assert_eq!(many(60), Ok(Vec::new()));
    let said = many(61).unwrap();
    assert!(said.len() == 1 && said[0].contains("61") && said[0].contains("L-0EA8095F"), "{said:?}");
    let refused = many(1001).unwrap_err();
    assert!(refused.contains("1001") && refused.contains("1000"), "{refused}");
}

#[test]
fn rules_are_named_by_their_ranges() {
    let rules = |access: Access| {
        let mut stack = Stack::new("clinic");
        development().access(access).build(&mut stack).unwrap();
        let mut rules: Vec<(String, serde_json::Value)> = Vec::new();
        for path in stack.program().resources.keys() {
            if !["peer-", "network-"].iter().any(|start| path.name().starts_with(start)) {
                continue;
            }
            let range = ["CidrIp", "CidrIpv6"].iter().find_map(|name| declared(&stack, path.as_str(), name));
            rules.push((path.name().to_owned(), range.unwrap()));
        }
        rules.sort_by(|(one, _), (other, _)| one.cmp(other));
        rules
    };
    let one = ["203.0.113.0/24", "198.51.100.7/32", "2001:db8:0:1::/64", "198.51.100.0/24"];
    // In another order, and one of them twice.
    let other =
        ["198.51.100.0/24", "198.51.100.7/32", "2001:db8:0:1::/64", "203.0.113.0/24", "198.51.100.7/32"];
    let rule = |name: &str, range: &str| (name.to_owned(), json!(range));
    let expected = [
        rule("peer-198-51-100-0-24-in", "198.51.100.0/24"),
        rule("peer-198-51-100-7-32-in", "198.51.100.7/32"),
        rule("peer-20010db800000001-64-in", "2001:db8:0:1::/64"),
        rule("peer-203-0-113-0-24-in", "203.0.113.0/24"),
    ];
    assert_eq!(rules(Access::peers(ranges(&one))), expected);
    assert_eq!(rules(Access::peers(ranges(&other))), expected);
    let longest = ["2001:db8:1:2:3:4:5:6/128", "255.255.255.255/32"];
    let expected = [
        rule("network-20010db8000100020003000400050006-128-in", longest[0]),
        rule("network-255-255-255-255-32-in", longest[1]),
    ];
    assert_eq!(rules(Access::internal(ranges(&longest))), expected);
}

#[test]
fn a_groups_description_is_true_whoever_may_ask() {
    let of = |access: Access| {
        let mut stack = Stack::new("clinic");
        development().access(access).build(&mut stack).unwrap();
        declared(&stack, "fhir/service/balancer-group", "GroupDescription").unwrap()
    };
    let text = json!("Load balancer: reached over HTTPS, as its rules say");
    assert_eq!(of(Access::peers(ranges(&["198.51.100.0/24"]))), text);
    assert_eq!(of(Access::internal(ranges(&["10.20.0.0/16"]))), text);
    let tokens = JwtValidation::new("https://sso.example.org", "https://sso.example.org/keys");
    assert_eq!(of(Access::tokens(tokens)), text);
}

/// The database's identifier is made from the path, and RDS takes 63 characters of it.
#[test]
fn a_name_leaves_room_for_that_of_the_database() {
    let named = |length: usize| {
        let mut builder = development();
        builder.parts.name = "a".repeat(length);
        builder
    };
    taken(named(42));
    refused(named(43), &["43 characters", "42", "63"]);
    // Also beyond what any path can have.
    refused(named(60), &["60 characters", "42"]);
    let mut twice = development();
    twice.parts.name = "fhir--two".to_owned();
    refused(twice, &["hyphens"]);
    // Within another component there is less room.
    let mut stack = Stack::<Hipaa>::new("clinic");
    let mut around = stack.component("ward", "Ward").unwrap();
    let error = named(38).build(&mut around).unwrap_err().to_string();
    assert!(error.contains("38 characters") && error.contains("37"), "{error}");
}
