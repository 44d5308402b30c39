use aws_sdk_acm::Client;
use aws_sdk_acm::types::{CertificateStatus, KeyAlgorithm, Tag, ValidationMethod};
use aws_types::SdkConfig;

use super::Echoes;

pub(crate) async fn create(config: &SdkConfig) -> String {
    let acm = Client::new(config);
    let request = async || {
        let tag = Tag::builder().key("a").value("b").build().unwrap();
        let certificate = acm
            .request_certificate()
            .domain_name("x.example.com")
            .subject_alternative_names("*.example.com")
            .validation_method(ValidationMethod::Dns)
            .idempotency_token("token")
            .key_algorithm(KeyAlgorithm::EcPrime256v1)
            .tags(tag)
            .send()
            .await;
        certificate.unwrap().certificate_arn.unwrap()
    };
    let arn = request().await;
    assert_eq!(request().await, arn, "one token, one certificate");
    arn
}

pub(crate) async fn read(config: &SdkConfig, arn: &String) -> Echoes {
    let acm = Client::new(config);
    let certificate = acm.describe_certificate().certificate_arn(arn).send().await.unwrap();
    let certificate = certificate.certificate.unwrap();
    assert_eq!(certificate.status(), Some(&CertificateStatus::Issued));
    assert!(certificate.not_after().is_some());
    let validations = certificate.domain_validation_options();
    assert_eq!(validations.len(), 2);
    let record = validations[1].resource_record().unwrap();
    assert!(record.name().ends_with(".example.com.") && !record.name().contains('*'), "{record:?}");
    let tags = acm.list_tags_for_certificate().certificate_arn(arn).send().await.unwrap();
    let mut echoes = Echoes::default();
    echoes.of(
        "AWS::CertificateManager::Certificate",
        &[
            ("DomainName", certificate.domain_name() == Some("x.example.com")),
            ("KeyAlgorithm", certificate.key_algorithm() == Some(&KeyAlgorithm::EcPrime256v1)),
            (
                "SubjectAlternativeNames",
                certificate.subject_alternative_names() == ["x.example.com", "*.example.com"],
            ),
            ("Tags", tags.tags().len() == 1),
            ("ValidationMethod", validations[0].validation_method() == Some(&ValidationMethod::Dns)),
        ],
    );
    echoes
}

pub(crate) async fn delete(config: &SdkConfig, arn: &String) {
    let acm = Client::new(config);
    acm.delete_certificate().certificate_arn(arn).send().await.unwrap();
    let gone = acm.describe_certificate().certificate_arn(arn).send().await.unwrap_err();
    assert!(gone.into_service_error().is_resource_not_found_exception());
    assert_ne!(create(config).await, *arn, "a token does not outlive what it made");
}
