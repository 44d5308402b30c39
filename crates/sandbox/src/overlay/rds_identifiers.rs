//! RDS knows instances, subnet groups and parameter groups by lower-case identifiers.

use winterbaume_core::MockResponse;

use super::{Memory, Part};
use crate::call::Call;

pub(crate) struct RdsIdentifiers;

const IDENTIFIERS: [&str; 5] = [
    "DBInstanceIdentifier",
    "DBParameterGroupName",
    "DBSnapshotIdentifier",
    "DBSubnetGroupName",
    "FinalDBSnapshotIdentifier",
];

impl Part for RdsIdentifiers {
    fn request(&self, call: &mut Call, _memory: &mut Memory) -> Option<MockResponse> {
        let form = call.form();
        for name in IDENTIFIERS {
            if let Some(value) = form.get(name)
                && value.chars().any(char::is_uppercase)
            {
                call.set_form_field(name, &value.to_lowercase());
            }
        }
        None
    }
}
