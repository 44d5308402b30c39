//! Clients' certificates.

use std::collections::BTreeMap;

use ironward_core::output::{IntoInput, Output, ToValue};
use ironward_core::value::Value;

use super::address::{OF_CERTIFICATES, checked, refusal};

ironward_core::identifiers! {
    /// The ARN of a trust store.
    TrustStoreArn;
}

/// Whether clients must show a certificate (45 CFR 164.312(d)).
///
/// Source: ELBv2 API Reference, `MutualAuthenticationAttributes`.
#[derive(Debug, Clone)]
pub struct MutualAuthentication(BTreeMap<&'static str, Value>);

impl MutualAuthentication {
    /// Only clients connect whose certificate an authority of this trust store has signed.
    #[must_use]
    pub fn verify(trust_store: impl IntoInput<TrustStoreArn>) -> Self {
        let store: Output<TrustStoreArn> = trust_store.into_input();
        Self(BTreeMap::from([("Mode", "verify".to_value()), ("TrustStoreArn", store.to_value())]))
    }

    /// Certificates are handed to the targets in a header, and the targets verify them.
    #[must_use]
    pub fn passthrough() -> Self {
        Self(BTreeMap::from([("Mode", "passthrough".to_value())]))
    }

    /// Lets clients connect whose certificate has expired; none may unless this is said.
    #[must_use]
    pub fn ignore_client_certificate_expiry(mut self) -> Self {
        self.0.insert("IgnoreClientCertificateExpiry", true.to_value());
        self
    }

    /// Tells clients the names of the trust store's authorities, so that they can pick a
    /// certificate.
    #[must_use]
    pub fn advertise_trust_store_ca_names(mut self) -> Self {
        self.0.insert("AdvertiseTrustStoreCaNames", "on".to_value());
        self
    }

    /// Why no certificate could be held to it, as far as that is known before anything exists. A listener
    /// with it is refused while planning.
    #[must_use]
    pub fn refusal(&self) -> Option<String> {
        refusal(&self.to_value())
    }
}

impl ToValue for MutualAuthentication {
    fn to_value(&self) -> Value {
        let members = self.0.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        checked(Value::Map(members.collect()), OF_CERTIFICATES)
    }
}
