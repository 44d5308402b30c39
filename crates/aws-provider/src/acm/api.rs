//! What Certificate Manager is asked: certificates and their tags one at a time.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_config::SdkConfig;
use aws_sdk_acm::Client;
use aws_sdk_acm::types::{CertificateDetail, CertificateSummary, Filters, KeyAlgorithm};
use ironward_core::error::ProviderError;

use crate::call::Caller;
use crate::registry::Registry;

pub(super) const DESCRIBE: &str = "acm:DescribeCertificate";
pub(super) const TAGS: &str = "acm:ListTagsForCertificate";

/// Without a filter only RSA keys of 2048 bits and less are listed.
const ALL_KEYS: [KeyAlgorithm; 7] = [
    KeyAlgorithm::Rsa1024,
    KeyAlgorithm::Rsa2048,
    KeyAlgorithm::Rsa3072,
    KeyAlgorithm::Rsa4096,
    KeyAlgorithm::EcPrime256v1,
    KeyAlgorithm::EcSecp384r1,
    KeyAlgorithm::EcSecp521r1,
];

pub(super) struct Acm {
    pub(super) client: Client,
    pub(super) caller: Caller,
}

pub(super) fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) -> Arc<Acm> {
    let acm = Arc::new(Acm { client: Client::new(config), caller: caller.clone() });
    registry.each(DESCRIBE, &acm, Acm::describe);
    registry.each(TAGS, &acm, Acm::tags);
    acm
}

impl Acm {
    pub(super) async fn describe(
        self: Arc<Self>,
        arn: String,
    ) -> Result<Option<CertificateDetail>, ProviderError> {
        let request = || self.client.describe_certificate().certificate_arn(&arn).send();
        Ok(self.caller.find(DESCRIBE, request).await?.and_then(|answer| answer.certificate))
    }

    pub(super) async fn tags(
        self: Arc<Self>,
        arn: String,
    ) -> Result<Option<BTreeMap<String, String>>, ProviderError> {
        let request = || self.client.list_tags_for_certificate().certificate_arn(&arn).send();
        let answer = self.caller.find(TAGS, request).await?;
        Ok(answer.map(|answer| {
            let tag = |tag: &aws_sdk_acm::types::Tag| {
                (tag.key().to_owned(), tag.value().unwrap_or_default().to_owned())
            };
            answer.tags().iter().map(tag).collect()
        }))
    }

    /// Every certificate whose domain name is this.
    pub(super) async fn of_domain(&self, domain: &str) -> Result<Vec<CertificateSummary>, ProviderError> {
        let mut found = Vec::new();
        let mut token = None;
        let filters = Filters::builder().set_key_types(Some(ALL_KEYS.to_vec())).build();
        loop {
            let request = || {
                self.client.list_certificates().includes(filters.clone()).set_next_token(token.clone()).send()
            };
            let page = self.caller.call("acm:ListCertificates", request).await?;
            found.extend(
                page.certificate_summary_list()
                    .iter()
                    .filter(|summary| summary.domain_name().is_some_and(|name| same_name(name, domain)))
                    .cloned(),
            );
            token = page.next_token().map(str::to_owned);
            if token.is_none() {
                return Ok(found);
            }
        }
    }
}

/// Whether two DNS names are the same.
pub(super) fn same_name(one: &str, other: &str) -> bool {
    one.trim_end_matches('.').eq_ignore_ascii_case(other.trim_end_matches('.'))
}
