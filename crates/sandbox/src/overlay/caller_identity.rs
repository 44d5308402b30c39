//! The sandbox says that it is one, so that clients can tell it from other emulators.

use winterbaume_core::MockResponse;

use super::{Memory, Part, edit_xml};
use crate::call::Call;

pub(crate) struct CallerIdentity;

impl Part for CallerIdentity {
    fn response(&self, call: &Call, _memory: &mut Memory, response: &mut MockResponse) {
        if call.operation == "GetCallerIdentity" {
            edit_xml(response, |body| body.replace(":user/moto<", ":user/ironward-sandbox<"));
        }
    }
}
