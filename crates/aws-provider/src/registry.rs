//! The handlers, readers and lookups of a provider.

use std::any::Any;
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;

use ironward_core::error::ProviderError;
use ironward_core::provider::Handler;
use ironward_emulators::Emulator;

use crate::lookups::Resolver;
use crate::masked::Masked;
use crate::reads::{Batch, Each, Reader};

/// What the services install themselves in.
#[derive(Default)]
pub struct Registry {
    handlers: BTreeMap<&'static str, Box<dyn Handler>>,
    readers: BTreeMap<&'static str, Box<dyn Reader>>,
    resolvers: BTreeMap<&'static str, Arc<dyn Resolver>>,
    emulator: Option<Emulator>,
}

impl Registry {
    /// Says which emulator answers for what is installed from now on.
    pub(crate) fn behind(&mut self, emulator: Option<Emulator>) -> &mut Self {
        self.emulator = emulator;
        self
    }

    /// Adds the handler of a type. What an emulator doesn't show is left out of its observations.
    pub fn handler(&mut self, handler: impl Handler + 'static) {
        let name = handler.schema().type_name;
        let mut handler: Box<dyn Handler> = Box::new(handler);
        if let Some(emulator) = self.emulator {
            handler = Box::new(Masked { inner: handler, emulator });
        }
        self.handlers.insert(name, handler);
    }

    /// Adds a read of one item at a time: a method of a service's API, none for what isn't there.
    pub fn each<A, R, F, T>(&mut self, operation: &'static str, api: &Arc<A>, read: R)
    where
        A: Send + Sync + 'static,
        R: Fn(Arc<A>, String) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Option<T>, ProviderError>> + Send + 'static,
        T: Any + Send + Sync,
    {
        self.readers.insert(operation, Box::new(Each::new(operation, api, read)));
    }

    /// Adds a read of up to `size` items at a time: a method of a service's API that returns what
    /// exists, by item.
    pub fn batch<A, R, F, T>(&mut self, operation: &'static str, size: usize, api: &Arc<A>, read: R)
    where
        A: Send + Sync + 'static,
        R: Fn(Arc<A>, Vec<String>) -> F + Send + Sync + 'static,
        F: Future<Output = Result<BTreeMap<String, T>, ProviderError>> + Send + 'static,
        T: Any + Send + Sync,
    {
        self.readers.insert(operation, Box::new(Batch::new(operation, size, api, read)));
    }

    /// Adds a lookup.
    pub fn resolver(&mut self, resolver: impl Resolver + 'static) {
        self.resolvers.insert(resolver.name(), Arc::new(resolver));
    }

    pub(crate) fn handler_of(&self, type_name: &str) -> Option<&dyn Handler> {
        self.handlers.get(type_name).map(|handler| &**handler)
    }

    pub(crate) fn reader_of(&self, operation: &str) -> Option<&dyn Reader> {
        self.readers.get(operation).map(|reader| &**reader)
    }

    pub(crate) fn resolver_of(&self, name: &str) -> Option<&dyn Resolver> {
        self.resolvers.get(name).map(|resolver| &**resolver)
    }

    /// The registry names of every type that has a handler.
    pub fn types(&self) -> impl Iterator<Item = &'static str> {
        self.handlers.keys().copied()
    }
}
