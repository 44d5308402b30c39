//! Whether calls that change the cloud may still be sent.

use std::fmt;
use std::sync::{Arc, OnceLock};

use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::store::StoreError;

type Ask = Box<dyn Fn() -> Result<(), StoreError> + Send + Sync>;

/// A gate before every call that changes the cloud, for states that are held under a lease: a process
/// that was stopped and wakes up later sends nothing any more, wherever it was stopped. Clones are one
/// gate. It is open until [`ask`](Self::ask) says whom to ask, which may be after a provider was
/// connected with it.
#[derive(Clone, Default)]
pub struct Gate(Arc<OnceLock<Ask>>);

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.get().is_some() { "Gate(asks)" } else { "Gate(open)" })
    }
}

impl Gate {
    /// Asks `may_call` from now on, such as that of a state store; false when another is asked
    /// already.
    pub fn ask(&self, may_call: impl Fn() -> Result<(), StoreError> + Send + Sync + 'static) -> bool {
        self.0.set(Box::new(may_call)).is_ok()
    }

    /// Lets a call through or refuses it. What is refused may be the repetition of a call that had
    /// its effect, so its outcome counts as unknown.
    pub(crate) fn pass(&self, action: &'static str) -> Result<(), ProviderError> {
        match self.0.get() {
            None => Ok(()),
            Some(ask) => ask().map_err(|error| {
                ProviderError::new(ProviderErrorKind::Ambiguous, action, format!("it wasn't sent: {error}"))
            }),
        }
    }
}
