//! Certificate Manager under test.

mod waiting;

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use aws_sdk_acm::Client;
use aws_sdk_acm::types::Tag;
use ironward_aws::acm::{
    Certificate, CertificateAuthorityArn, ExistingCertificate, IssuedCertificate, KeyAlgorithm,
    TransparencyLogging, ValidationOption,
};
use ironward_core::program::DeclareError;
use ironward_core::stack::{Hipaa, Stack};
use serde_json::{Value as Json, json};

use crate::cloud::{Cloud, Emulator};
use crate::subject::Subject;
use crate::suite::{apply_once, conform};

async fn tags_of(cloud: &Cloud, arn: &str) -> Option<BTreeMap<String, String>> {
    let request = Client::new(&cloud.sdk).list_tags_for_certificate().certificate_arn(arn);
    let answer = request.send().await.unwrap();
    let pair = |tag: &Tag| (tag.key().to_owned(), tag.value().unwrap_or_default().to_owned());
    Some(answer.tags().iter().map(pair).collect())
}

async fn detail(cloud: &Cloud, arn: &str) -> Option<aws_sdk_acm::types::CertificateDetail> {
    let request = Client::new(&cloud.sdk).describe_certificate().certificate_arn(arn);
    request.send().await.ok()?.certificate
}

/// Moto has no `UpdateCertificateOptions`, so the options aren't edited there. Both emulators know
/// RSA keys of 2048 bits only, so the algorithm is checked as it is sent.
struct CertificateSubject(Emulator);

#[async_trait]
impl Subject for CertificateSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let domain =
            if edit == Some("DomainName") { "edited.example.com" } else { "Conformance.example.com" };
        let more: &[&str] =
            if edit == Some("SubjectAlternativeNames") { &["more.example.com"] } else { &["*.example.com"] };
        let mut certificate =
            Certificate::new(domain).subject_alternative_names(more.iter().copied()).tag("use", "test");
        match edit {
            Some("CertificateTransparencyLoggingPreference") => {
                certificate =
                    certificate.certificate_transparency_logging_preference(TransparencyLogging::Disabled);
            }
            Some("Tags") => certificate = certificate.tag("use", "edited").tag("more", "yes"),
            _ => {}
        }
        stack.add("subject", certificate)?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        match self.0 {
            Emulator::Sandbox => &["CertificateTransparencyLoggingPreference", "Tags"],
            Emulator::Moto => &["Tags"],
        }
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["DomainName", "SubjectAlternativeNames"]
    }

    #[allow(deprecated)]
    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        let certificate = detail(cloud, id).await?;
        let logging = certificate
            .options()
            .and_then(|options| options.certificate_transparency_logging_preference())
            .map(|preference| preference.as_str());
        Some(BTreeMap::from([
            ("CertificateTransparencyLoggingPreference", json!(logging)),
            ("Tags", json!(tags_of(cloud, id).await)),
        ]))
    }

    async fn tags(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<String, String>> {
        tags_of(cloud, id).await
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        Client::new(&cloud.sdk).delete_certificate().certificate_arn(id).send().await.unwrap();
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        let tag = Tag::builder().key("use").value("by hand").build().unwrap();
        let request = Client::new(&cloud.sdk).add_tags_to_certificate().certificate_arn(id).tags(tag);
        request.send().await.unwrap();
        Some("Tags")
    }
}

/// There is no object of this type: what is read and removed is the certificate.
struct IssuedSubject;

#[async_trait]
impl Subject for IssuedSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let domain = if edit == Some("CertificateArn") { "edited.example.com" } else { "issued.example.com" };
        let certificate = stack.add("certificate", Certificate::new(domain))?;
        stack.add("subject", IssuedCertificate::new(certificate.arn()))?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        &[]
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["CertificateArn"]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        detail(cloud, id).await.map(|_| BTreeMap::new())
    }

    async fn tags(&self, _cloud: &Cloud, _id: &str) -> Option<BTreeMap<String, String>> {
        None
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        Client::new(&cloud.sdk).delete_certificate().certificate_arn(id).send().await.unwrap();
    }

    async fn disturb(&self, _cloud: &Cloud, _id: &str) -> Option<&'static str> {
        None
    }

    fn ends_twice(&self, _emulator: Emulator) -> bool {
        true
    }
}

#[tokio::test]
async fn certificate_on_sandbox() {
    conform(&CertificateSubject(Emulator::Sandbox), Cloud::sandbox().await).await;
}

#[tokio::test]
async fn certificate_on_moto() {
    conform(&CertificateSubject(Emulator::Moto), Cloud::moto().await).await;
}

#[tokio::test]
async fn issued_certificate_on_sandbox() {
    conform(&IssuedSubject, Cloud::sandbox().await).await;
}

#[tokio::test]
async fn issued_certificate_on_moto() {
    conform(&IssuedSubject, Cloud::moto().await).await;
}

#[tokio::test]
async fn what_is_not_shown_is_sent() {
    let (cloud, wire) = Cloud::wired().await;
    let mut stack = Stack::<Hipaa>::new("conformance");
    let certificate = Certificate::new("sent.example.com")
        .key_algorithm(KeyAlgorithm::EcPrime256v1)
        .certificate_transparency_logging_preference(TransparencyLogging::Disabled)
        .domain_validation_options([ValidationOption::new("sent.example.com", "example.com")]);
    stack.add("certificate", certificate).unwrap();
    apply_once(&cloud, &stack.program()).await;
    let sent = wire.sent("RequestCertificate");
    let [sent] = &sent[..] else { panic!("one request: {sent:?}") };
    let sent: Json = serde_json::from_str(&sent.body).unwrap();
    assert_eq!(sent["KeyAlgorithm"], "EC_prime256v1");
    assert_eq!(sent["ValidationMethod"], "DNS");
    assert_eq!(sent["Options"]["CertificateTransparencyLoggingPreference"], "DISABLED");
    assert_eq!(
        sent["DomainValidationOptions"],
        json!([{"DomainName": "sent.example.com", "ValidationDomain": "example.com"}])
    );
    let token = sent["IdempotencyToken"].as_str().unwrap();
    assert!(token.len() <= 32 && token.chars().all(|c| c.is_ascii_alphanumeric()), "{token}");
}

#[tokio::test]
async fn a_private_authority_is_asked_without_proof() {
    let (cloud, wire) = Cloud::wired().await;
    let mut stack = Stack::<Hipaa>::new("conformance");
    let authority = "arn:aws:acm-pca:us-east-1:123456789012:certificate-authority/one";
    let certificate = Certificate::new("inside.example.com")
        .certificate_authority_arn(CertificateAuthorityArn::new(authority));
    stack.add("certificate", certificate).unwrap();
    apply_once(&cloud, &stack.program()).await;
    let sent: Json = serde_json::from_str(&wire.sent("RequestCertificate")[0].body).unwrap();
    assert_eq!(sent["CertificateAuthorityArn"], authority);
    assert!(sent.get("ValidationMethod").is_none() && sent.get("Options").is_none(), "{sent}");
}

async fn certificate_is_found(cloud: Cloud) {
    let unique = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
    let domain = format!("c{unique}.example.com");
    let program = || {
        let mut stack = Stack::<Hipaa>::new("conformance");
        stack.lookup("found", ExistingCertificate::by_domain(&domain)).unwrap();
        stack.program()
    };
    assert!(cloud.engine.plan(&program()).await.is_err(), "there is none");
    let acm = Client::new(&cloud.sdk);
    let request = || acm.request_certificate().domain_name(&domain).send();
    let arn = request().await.unwrap().certificate_arn.unwrap();
    let _ = cloud.engine.plan(&program()).await.unwrap_or_else(|error| panic!("{error}"));
    let mut stack = Stack::<Hipaa>::new("conformance");
    let by_arn = ExistingCertificate::by_arn(arn.as_str().try_into().unwrap());
    stack.lookup("found", by_arn).unwrap();
    let _ = cloud.engine.plan(&stack.program()).await.unwrap_or_else(|error| panic!("{error}"));
    request().await.unwrap();
    assert!(cloud.engine.plan(&program()).await.is_err(), "there are two");
}

#[tokio::test]
async fn certificate_is_found_on_sandbox() {
    certificate_is_found(Cloud::sandbox().await).await;
}

#[tokio::test]
async fn certificate_is_found_on_moto() {
    certificate_is_found(Cloud::moto().await).await;
}

#[cfg(feature = "route53")]
async fn records_are_written_before_issuance(cloud: Cloud) {
    use ironward_aws::route53::RecordSet;
    let (zone, name) = crate::route53::zone(&cloud, false).await;
    let mut stack = Stack::<Hipaa>::new("conformance");
    let domain = format!("portal.{name}");
    let other = format!("api.{name}");
    let certificate =
        stack.add("certificate", Certificate::new(domain).subject_alternative_names([other])).unwrap();
    let expected = certificate.validation_record(1);
    stack.add("validation", RecordSet::validating(zone.clone(), &expected)).unwrap();
    stack.add("issued", IssuedCertificate::new(certificate.arn())).unwrap();
    apply_once(&cloud, &stack.program()).await;
    let state = cloud.engine.state().await.unwrap();
    let of = |path: &str| state.resources.values().find(|record| record.path.as_str() == path).unwrap();
    assert_eq!(of("issued").physical_id, of("certificate").physical_id);
    let named = of("certificate").attributes.at("DomainValidationOptions.1.ResourceRecord").unwrap().clone();
    assert!(named["Name"].as_str().unwrap().contains("api."), "{named}");
    let written = crate::route53::record(&cloud, &zone, named["Name"].as_str().unwrap()).await.unwrap();
    assert_eq!(written.resource_records()[0].value(), named["Value"].as_str().unwrap());
}

#[cfg(feature = "route53")]
#[tokio::test]
async fn records_are_written_before_issuance_on_sandbox() {
    records_are_written_before_issuance(Cloud::sandbox().await).await;
}

#[cfg(feature = "route53")]
#[tokio::test]
async fn records_are_written_before_issuance_on_moto() {
    records_are_written_before_issuance(Cloud::moto().await).await;
}
