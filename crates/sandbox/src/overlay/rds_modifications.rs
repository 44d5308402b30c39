//! A modification of an RDS instance changes whatever it names, not only what the emulator reads.

use serde_json::{Value, json};

use super::Part;
use crate::call::Call;

pub(crate) struct RdsModifications;

impl Part for RdsModifications {
    fn edits_state(&self, call: &Call) -> bool {
        call.operation == "ModifyDBInstance"
    }

    fn edit_state(&self, call: &Call, state: &mut Value) -> bool {
        let form = call.form();
        let id = form.get("DBInstanceIdentifier").map(|id| id.to_lowercase());
        let Some(instance) = id.and_then(|id| state["db_instances"].get_mut(id)) else {
            return false;
        };
        let before = instance.clone();
        for (parameter, field) in [
            ("CACertificateIdentifier", "ca_certificate_identifier"),
            ("DBSubnetGroupName", "db_subnet_group_name"),
            ("LicenseModel", "license_model"),
        ] {
            if let Some(value) = form.get(parameter) {
                instance[field] = json!(value);
            }
        }
        for (parameter, field) in
            [("CopyTagsToSnapshot", "copy_tags_to_snapshot"), ("PubliclyAccessible", "publicly_accessible")]
        {
            if let Some(value) = form.get(parameter) {
                instance[field] = json!(value == "true");
            }
        }
        if let Some(port) = form.get("DBPortNumber").and_then(|port| port.parse::<u16>().ok()) {
            instance["port"] = json!(port);
        }
        if let Some(group) = form.get("DBParameterGroupName") {
            instance["db_parameter_group_names"] = json!([group]);
        }
        let groups: Vec<_> = form
            .iter()
            .filter(|(name, _)| name.starts_with("VpcSecurityGroupIds."))
            .map(|(_, group)| group)
            .collect();
        if !groups.is_empty() {
            instance["vpc_security_group_ids"] = json!(groups);
        }
        *instance != before
    }
}
