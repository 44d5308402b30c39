//! An ACM certificate names the DNS records that validate it, and one idempotency token makes one.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use winterbaume_core::MockResponse;

use super::{Memory, Part, body_text, edit_json};
use crate::call::Call;

pub(crate) struct CertificateValidation;

/// Certificates from ACM are valid for 13 months.
const VALIDITY: f64 = 395.0 * 24.0 * 3600.0;

impl Part for CertificateValidation {
    fn request(&self, call: &mut Call, memory: &mut Memory) -> Option<MockResponse> {
        let first = memory.get(&token(call)?).and_then(Value::as_str);
        if let Some(first) = first {
            return Some(MockResponse::json(200, first.to_owned()));
        }
        // The emulator remembers tokens too, and fails when what they made was deleted.
        let mut asked = call.json();
        asked.as_object_mut()?.remove("IdempotencyToken");
        call.request.body = asked.to_string().into();
        None
    }

    fn response(&self, call: &Call, memory: &mut Memory, response: &mut MockResponse) {
        if let (Some(token), Some(body)) = (token(call), body_text(response)) {
            memory.insert(token, json!(body));
        }
        match call.operation.as_str() {
            "DescribeCertificate" => edit_json(response, |answer| complete(&mut answer["Certificate"])),
            "DeleteCertificate" => {
                let asked = call.json();
                let gone = asked["CertificateArn"].as_str().unwrap_or_default();
                memory.retain(|key, first| {
                    !key.starts_with("acm-token/")
                        || !first.as_str().is_some_and(|first| first.contains(gone))
                });
            }
            _ => {}
        }
    }
}

fn token(call: &Call) -> Option<String> {
    let request = call.operation == "RequestCertificate";
    let asked = request.then(|| call.json())?;
    // AWS compares the domain as well: a token with another domain makes another certificate.
    let domain = asked["DomainName"].as_str()?;
    Some(format!("acm-token/{}/{domain}", asked["IdempotencyToken"].as_str()?))
}

fn complete(certificate: &mut Value) {
    let Some(domain) = certificate["DomainName"].as_str().map(str::to_owned) else {
        return;
    };
    let mut names = vec![domain];
    for name in certificate["SubjectAlternativeNames"].as_array().into_iter().flatten() {
        if let Some(name) = name.as_str().filter(|name| !names.iter().any(|n| n == name)) {
            names.push(name.to_owned());
        }
    }
    let options: Vec<_> = names.iter().map(|name| validation(name)).collect();
    certificate["DomainValidationOptions"] = json!(options);
    certificate["SubjectAlternativeNames"] = json!(names);
    if let (Some(created), "ISSUED") =
        (certificate["CreatedAt"].as_f64(), certificate["Status"].as_str().unwrap_or_default())
    {
        certificate["IssuedAt"] = json!(created);
        certificate["NotBefore"] = json!(created);
        certificate["NotAfter"] = json!(created + VALIDITY);
    }
}

fn validation(name: &str) -> Value {
    // A wildcard is validated by the record of the name that it stands below.
    let base = name.trim_start_matches("*.");
    let digest: String = Sha256::digest(base).iter().map(|byte| format!("{byte:02x}")).collect();
    json!({
        "DomainName": name,
        "ValidationDomain": name,
        "ValidationMethod": "DNS",
        "ValidationStatus": "SUCCESS",
        "ResourceRecord": {
            "Name": format!("_{}.{base}.", &digest[..32]),
            "Type": "CNAME",
            "Value": format!("_{}.acm-validations.aws.", &digest[32..]),
        },
    })
}
