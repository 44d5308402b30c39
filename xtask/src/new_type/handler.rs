//! The handler of a new type, as source.

use super::model::NewType;
use crate::tidy::{UNDECIDED, UNDESCRIBED, UNWRITTEN};

/// The file of the handler: it compiles, and every call of it says that nothing is done.
pub(super) fn source(new: &NewType) -> String {
    let NewType { name, service, ident, .. } = new;
    format!(
        "//! The handler of `{name}`.

use async_trait::async_trait;
use ironward_aws::{service}::{ident};
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::{{ProviderError, ProviderErrorKind}};
use ironward_core::provider::{{
    Change, DeleteOutcome, Found, Handler, Observation, Operation, Read, ReadResults, Target,
}};
use ironward_core::schema::Schema;

pub(super) struct {ident}Handler;

fn unwritten(what: &str) -> ProviderError {{
    let message = \"the handler of {name} {UNWRITTEN}\";
    ProviderError::new(ProviderErrorKind::Other, what, message)
}}

#[async_trait]
impl Handler for {ident}Handler {{
    fn schema(&self) -> &'static Schema {{
        {ident}::SCHEMA
    }}

    fn reads(&self, _target: &Target<'_>) -> Vec<Read> {{
        Vec::new()
    }}

    fn observe(&self, _target: &Target<'_>, _answers: &ReadResults) -> Result<Observation, ProviderError> {{
        Err(unwritten(\"observe\"))
    }}

    async fn create(&self, _operation: &Operation<'_>, _desired: &Document) -> Result<String, ProviderError> {{
        Err(unwritten(\"create\"))
    }}

    async fn reconcile(&self, _operation: &Operation<'_>, _change: &Change<'_>) -> Result<(), ProviderError> {{
        Err(unwritten(\"reconcile\"))
    }}

    async fn delete(
        &self,
        _operation: &Operation<'_>,
        _target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {{
        Err(unwritten(\"delete\"))
    }}

    async fn find(&self, _operation: &Operation<'_>, _desired: &Document) -> Result<Found, ProviderError> {{
        Err(unwritten(\"find\"))
    }}
}}
"
    )
}

/// The provider's module of a service that isn't there yet.
pub(super) fn module(new: &NewType) -> String {
    let NewType { service, module, ident, .. } = new;
    format!(
        "//! {UNDESCRIBED}

mod {module};

use aws_config::SdkConfig;

use crate::call::Caller;
use crate::registry::Registry;
use crate::service::Service;

/// The service.
// {UNDECIDED}: the name of its SDK crate without `aws-sdk-`, the service as IAM writes it, its quotas, and what its
// errors mean.
pub(crate) static SERVICE: Service = Service::new({service:?}, {service:?}, install);

fn install(registry: &mut Registry, _config: &SdkConfig, _caller: &Caller) {{
    registry.handler({module}::{ident}Handler);
}}
"
    )
}

#[cfg(test)]
mod tests {
    use super::super::model::tests::sample;
    use super::*;

    #[test]
    fn every_call_says_that_it_is_not_written() {
        let text = source(&sample());
        assert!(text.contains("\"the handler of AWS::Logs::DBThing isn't written yet\""), "{text}");
        assert_eq!(text.matches("Err(unwritten(").count(), 5);
        for text in [text, module(&sample())] {
            assert!(text.parse::<proc_macro2::TokenStream>().is_ok(), "{text}");
        }
    }
}
