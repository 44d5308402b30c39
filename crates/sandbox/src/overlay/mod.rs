//! What AWS does and the emulators don't, where a resource would otherwise never become ready or
//! lack what AWS always gives.
//!
//! Each part stands in a file of its own and wraps the emulator's answers for one thing. A part
//! never hides that the emulator drops what a caller wrote: that is for [`crate::gaps`].

mod xml;

use std::collections::BTreeMap;

use serde_json::Value;
use winterbaume_core::MockResponse;

use crate::call::Call;
use crate::service::Service;

/// What the overlay remembers about one service in one region; saved with the service's state.
pub(crate) type Memory = BTreeMap<String, Value>;

/// One thing that the emulator is helped with.
pub(crate) trait Part: Send + Sync {
    /// Sees a request before the emulator does: may change it, or answer it.
    fn request(&self, _call: &mut Call, _memory: &mut Memory) -> Option<MockResponse> {
        None
    }

    /// Sees the emulator's answer to a request, when it is a success.
    fn response(&self, _call: &Call, _memory: &mut Memory, _response: &mut MockResponse) {}
}

/// The parts for a service, in the order in which they see a request.
pub(crate) fn parts(service: Service) -> &'static [&'static dyn Part] {
    match service {
        _ => &[],
    }
}
