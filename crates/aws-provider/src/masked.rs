//! Observations of a cloud that doesn't show everything.

use async_trait::async_trait;
use ironward_core::document::Document;
use ironward_core::fault::Fault;
use ironward_core::part::Part;
use ironward_core::provider::{
    Answers, Change, Contents, Found, Handler, Observation, Operation, Phase, Read, Removal, Target, Wait,
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

    fn plan_reads(&self, target: &Target<'_>) -> Vec<Read> {
        self.inner.plan_reads(target)
    }

    fn absorb(&self, target: &Target<'_>, answers: &Answers) -> Result<Observation, Fault> {
        let mut observation = self.inner.absorb(target, answers)?;
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

    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, Fault> {
        self.inner.create(operation, desired).await
    }

    async fn reconcile(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), Fault> {
        self.inner.reconcile(operation, change).await
    }

    async fn delete(&self, operation: &Operation<'_>, target: &Target<'_>) -> Result<Removal, Fault> {
        self.inner.delete(operation, target).await
    }

    async fn find(&self, operation: &Operation<'_>, desired: &Document) -> Result<Found, Fault> {
        self.inner.find(operation, desired).await
    }

    async fn parts(&self, target: &Target<'_>) -> Result<Vec<Part>, Fault> {
        self.inner.parts(target).await
    }

    fn leaves(&self, operation: &Operation<'_>, target: &Target<'_>) -> Removal {
        self.inner.leaves(operation, target)
    }

    async fn contents(&self, target: &Target<'_>) -> Result<Option<Contents>, Fault> {
        self.inner.contents(target).await
    }

    async fn restore(&self, operation: &Operation<'_>, target: &Target<'_>) -> Result<(), Fault> {
        self.inner.restore(operation, target).await
    }

    fn wait(&self, phase: Phase) -> Option<Wait> {
        self.inner.wait(phase)
    }
}
