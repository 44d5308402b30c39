//! A security group keeps its description, which the emulator looks for under another name.

use winterbaume_core::MockResponse;

use super::{Memory, Part};
use crate::call::Call;

pub(crate) struct SecurityGroupDescription;

impl Part for SecurityGroupDescription {
    fn request(&self, call: &mut Call, _memory: &mut Memory) -> Option<MockResponse> {
        if call.operation == "CreateSecurityGroup"
            && let Some(description) = call.form().remove("GroupDescription")
        {
            call.set_form_field("Description", &description);
        }
        None
    }
}
