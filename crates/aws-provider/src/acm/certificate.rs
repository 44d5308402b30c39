//! The handler of `AWS::CertificateManager::Certificate`.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_acm::types::{
    CertificateDetail, CertificateOptions, CertificateStatus, DomainValidation, DomainValidationOption, Tag,
    ValidationMethod,
};
use ironward_aws::acm::Certificate;
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::provider::{
    Change, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Phase, Read, ReadResults,
    Readiness, Target, Wait,
};
use ironward_core::schema::Schema;

use super::api::{Acm, DESCRIBE, TAGS, same_name};

pub(super) struct CertificateHandler(pub(super) Arc<Acm>);

fn sdk_tag(key: String, value: Option<String>) -> Result<Tag, ProviderError> {
    Tag::builder().key(key).set_value(value).build().map_err(|error| {
        ProviderError::new(ProviderErrorKind::Invalid, "acm:AddTagsToCertificate", error.to_string())
    })
}

fn sdk_tags(tags: BTreeMap<String, String>) -> Result<Vec<Tag>, ProviderError> {
    tags.into_iter().map(|(key, value)| sdk_tag(key, Some(value))).collect()
}

// The SDK marks the preference as deprecated; the service still takes and reports it.
#[allow(deprecated)]
fn sdk_options(properties: &Document) -> Result<CertificateOptions, ProviderError> {
    let preference = properties.opt::<String>("CertificateTransparencyLoggingPreference")?;
    let preference = preference.as_deref().unwrap_or("ENABLED");
    Ok(CertificateOptions::builder().certificate_transparency_logging_preference(preference.into()).build())
}

fn sdk_validation(option: &Document) -> Result<DomainValidationOption, ProviderError> {
    DomainValidationOption::builder()
        .domain_name(option.get::<String>("DomainName")?)
        .validation_domain(option.get::<String>("ValidationDomain")?)
        .build()
        .map_err(|error| {
            ProviderError::new(ProviderErrorKind::Invalid, "acm:RequestCertificate", error.to_string())
        })
}

#[allow(deprecated)]
fn logging_preference(certificate: &CertificateDetail) -> Option<&str> {
    let preference = certificate.options()?.certificate_transparency_logging_preference()?;
    Some(preference.as_str())
}

/// The names of a certificate as they were declared, the domain name first.
fn declared_names(properties: &Document) -> Result<Vec<String>, ProviderError> {
    let mut names = vec![properties.get::<String>("DomainName")?];
    for name in properties.list::<String>("SubjectAlternativeNames")? {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

/// The alternative names as declared where they differ in spelling only; the service adds the
/// domain name to them.
fn alternative_names(certificate: &CertificateDetail, declared: &[String]) -> Vec<String> {
    let mut names = Vec::new();
    for seen in certificate.subject_alternative_names() {
        let spelled = declared.iter().find(|name| same_name(name, seen)).unwrap_or(seen);
        if !names.contains(spelled) {
            names.push(spelled.clone());
        }
    }
    names
}

fn record(validation: &DomainValidation) -> Option<Document> {
    let record = validation.resource_record()?;
    Some(
        Document::new()
            .with("Name", record.name())
            .with("Type", record.r#type().as_str())
            .with("Value", record.value()),
    )
}

/// The validation options in the order of the declared names, or nothing as long as a record is
/// missing.
fn validations(certificate: &CertificateDetail, declared: &[String]) -> Option<Vec<Document>> {
    let seen = certificate.domain_validation_options();
    let mut options = Vec::new();
    for name in declared {
        let validation = seen.iter().find(|validation| same_name(validation.domain_name(), name))?;
        options.push(
            Document::new()
                .with("DomainName", validation.domain_name())
                .with("ResourceRecord", record(validation)?),
        );
    }
    Some(options)
}

#[async_trait]
impl Handler for CertificateHandler {
    fn schema(&self) -> &'static Schema {
        Certificate::SCHEMA
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        vec![Read::new(DESCRIBE, target.physical_id), Read::new(TAGS, target.physical_id)]
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let arn = target.physical_id;
        let Some(certificate) = answers.get::<CertificateDetail>(DESCRIBE, arn)? else {
            return Ok(Observation::Absent);
        };
        let declared = declared_names(target.properties)?;
        let mut attributes = Document::new().with("CertificateArn", arn);
        let readiness = match validations(certificate, &declared) {
            Some(options) => {
                attributes.set("DomainValidationOptions", options);
                Readiness::Ready
            }
            None => match certificate.status() {
                Some(CertificateStatus::Failed) => {
                    let reason =
                        certificate.failure_reason().map_or("no reason given", |reason| reason.as_str());
                    Readiness::Failed(format!("the certificate can't be issued: {reason}"))
                }
                Some(CertificateStatus::PendingValidation) | None => {
                    Readiness::Pending("waiting for the names of the DNS records".to_owned())
                }
                Some(_) => Readiness::Ready,
            },
        };
        let mut names = alternative_names(certificate, &declared);
        if !target.properties.list::<String>("SubjectAlternativeNames")?.contains(&declared[0]) {
            names.retain(|name| *name != declared[0]);
        }
        let method = certificate.domain_validation_options().iter().find_map(|one| one.validation_method());
        let mut observed = Observed::new(attributes)
            .with_some("DomainName", certificate.domain_name())
            .with("SubjectAlternativeNames", names)
            // The service writes `RSA-2048` where it takes `RSA_2048`.
            .with_some(
                "KeyAlgorithm",
                certificate.key_algorithm().map(|algorithm| algorithm.as_str().replace('-', "_")),
            )
            .with_some("CertificateAuthorityArn", certificate.certificate_authority_arn())
            .with_some("ValidationMethod", method.map(ValidationMethod::as_str))
            .with_some("CertificateTransparencyLoggingPreference", logging_preference(certificate))
            .with_readiness(readiness);
        if let Some(tags) = answers.get::<BTreeMap<String, String>>(TAGS, arn)? {
            observed = observed.tagged(tags.clone());
        }
        Ok(Observation::Present(observed))
    }

    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let Self(acm) = self;
        let domain: String = desired.get("DomainName")?;
        let names = desired.opt::<Vec<String>>("SubjectAlternativeNames")?;
        let algorithm = desired.parsed("KeyAlgorithm")?;
        let authority: Option<String> = desired.opt("CertificateAuthorityArn")?;
        // Control is proved to public authorities only, and only they log what they sign.
        let method = authority.is_none().then_some(ValidationMethod::Dns);
        let options = sdk_options(desired)?;
        let options = authority.is_none().then_some(options);
        let validations: Vec<_> = desired
            .list::<Document>("DomainValidationOptions")?
            .iter()
            .map(sdk_validation)
            .collect::<Result<_, _>>()?;
        let validations = (!validations.is_empty()).then_some(validations);
        let tags = sdk_tags(operation.tags(desired))?;
        let token = operation.token("create");
        let request = || {
            acm.client
                .request_certificate()
                .domain_name(&domain)
                .set_validation_method(method.clone())
                .set_certificate_authority_arn(authority.clone())
                .idempotency_token(&token)
                .set_subject_alternative_names(names.clone())
                .set_key_algorithm(algorithm.clone())
                .set_domain_validation_options(validations.clone())
                .set_options(options.clone())
                .set_tags(Some(tags.clone()))
                .send()
        };
        let answer = acm.caller.make("acm:RequestCertificate", request).await?;
        answer.certificate_arn.ok_or_else(|| {
            ProviderError::new(
                ProviderErrorKind::Ambiguous,
                "acm:RequestCertificate",
                "the answer holds no ARN",
            )
        })
    }

    async fn reconcile(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        let Self(acm) = self;
        let arn = change.physical_id;
        if change.has("options") {
            let options = sdk_options(change.after)?;
            let request = || {
                acm.client.update_certificate_options().certificate_arn(arn).options(options.clone()).send()
            };
            acm.caller.call("acm:UpdateCertificateOptions", request).await?;
        }
        if change.has("tags") {
            let (set, gone) = change.tags(operation);
            let set = sdk_tags(set)?;
            let request = || {
                acm.client.add_tags_to_certificate().certificate_arn(arn).set_tags(Some(set.clone())).send()
            };
            acm.caller.call("acm:AddTagsToCertificate", request).await?;
            if !gone.is_empty() {
                let gone: Vec<Tag> =
                    gone.into_iter().map(|key| sdk_tag(key, None)).collect::<Result<_, _>>()?;
                let request = || {
                    acm.client
                        .remove_tags_from_certificate()
                        .certificate_arn(arn)
                        .set_tags(Some(gone.clone()))
                        .send()
                };
                acm.caller.call("acm:RemoveTagsFromCertificate", request).await?;
            }
        }
        Ok(())
    }

    async fn delete(
        &self,
        _operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        let request = || self.0.client.delete_certificate().certificate_arn(target.physical_id).send();
        self.0.caller.call("acm:DeleteCertificate", request).await?;
        Ok(DeleteOutcome::default())
    }

    async fn find(&self, operation: &Operation<'_>, desired: &Document) -> Result<Found, ProviderError> {
        let domain: String = desired.get("DomainName")?;
        for summary in self.0.of_domain(&domain).await? {
            let Some(arn) = summary.certificate_arn() else { continue };
            let carried = Arc::clone(&self.0).tags(arn.to_owned()).await?.unwrap_or_default();
            if operation.owns(&carried) {
                return Ok(Found::Ours { physical_id: arn.to_owned() });
            }
        }
        Ok(Found::Nothing)
    }

    fn wait(&self, phase: Phase) -> Option<Wait> {
        match phase {
            Phase::Created | Phase::Updated => Some(Wait::seconds(2, 3, 300)),
            Phase::Deleted => None,
        }
    }
}
