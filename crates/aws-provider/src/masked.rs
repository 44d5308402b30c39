//! Observations of a cloud that doesn't show everything.

use async_trait::async_trait;
use ironward_core::document::Document;
use ironward_core::error::ProviderError;
use ironward_core::part::Part;
use ironward_core::provider::{
    Change, Contents, DeleteOutcome, Found, Handler, Observation, Operation, Phase, Read, ReadResults,
    Target, Wait,
};
use ironward_core::schema::Schema;
use ironward_emulators::Emulator;

/// A handler whose observations leave out the properties that an emulator is known not to show:
/// what an API is silent about must not read as "not set".
pub(crate) struct Masked {
    pub(crate) inner: Box<dyn Handler>,
    pub(crate) emulator: Emulator,
}

#[async_trait]
impl Handler for Masked {
    fn schema(&self) -> &'static Schema {
        self.inner.schema()
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        self.inner.reads(target)
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let mut observation = self.inner.observe(target, answers)?;
        if let Observation::Present(observed) = &mut observation {
            let shown = |property: &str| self.emulator.shows(self.schema().type_name, property);
            let mut properties = Document::new();
            for (name, json) in observed.properties.iter().filter(|(name, _)| shown(name)) {
                properties.set(name, json.clone());
            }
            observed.properties = properties;
            observed.unset.retain(|name| shown(name));
        }
        Ok(observation)
    }

    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        self.inner.create(operation, desired).await
    }

    async fn reconcile(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        self.inner.reconcile(operation, change).await
    }

    async fn delete(
        &self,
        operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        self.inner.delete(operation, target).await
    }

    async fn find(&self, operation: &Operation<'_>, desired: &Document) -> Result<Found, ProviderError> {
        self.inner.find(operation, desired).await
    }

    async fn parts(&self, target: &Target<'_>) -> Result<Vec<Part>, ProviderError> {
        self.inner.parts(target).await
    }

    fn leaves(&self, operation: &Operation<'_>, target: &Target<'_>) -> DeleteOutcome {
        self.inner.leaves(operation, target)
    }

    async fn contents(&self, target: &Target<'_>) -> Result<Option<Contents>, ProviderError> {
        self.inner.contents(target).await
    }

    async fn restore(&self, operation: &Operation<'_>, target: &Target<'_>) -> Result<(), ProviderError> {
        self.inner.restore(operation, target).await
    }

    fn wait(&self, phase: Phase) -> Option<Wait> {
        self.inner.wait(phase)
    }
}
