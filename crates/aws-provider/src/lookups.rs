//! Lookups: finding what exists already.

use async_trait::async_trait;
use ironward_core::document::Document;
use ironward_core::error::ProviderError;
use ironward_core::provider::Place;

/// Resolves one kind of lookup.
#[async_trait]
pub trait Resolver: Send + Sync {
    /// The name that `ironward_core::declare::Lookup::NAME` carries.
    fn name(&self) -> &'static str;

    /// Finds the one thing that fits.
    ///
    /// # Errors
    /// [`ProviderError`] when nothing fits, more than one thing does, or the call fails.
    async fn resolve(&self, query: &Document) -> Result<Document, ProviderError>;
}

/// Answers where the stack is deployed.
pub(crate) struct Here(pub(crate) Place);

#[async_trait]
impl Resolver for Here {
    fn name(&self) -> &'static str {
        "here"
    }

    async fn resolve(&self, _query: &Document) -> Result<Document, ProviderError> {
        Ok(Document::new()
            .with("AccountId", &self.0.account)
            .with("Region", &self.0.region)
            .with("Partition", &self.0.partition))
    }
}
