//! A VPC comes with a security group of its own, and takes it along.

use serde_json::Value;
use winterbaume_core::{MockRequest, MockResponse};

use super::{Part, body_text, xml};
use crate::call::Call;

pub(crate) struct VpcDefaultSecurityGroup;

impl Part for VpcDefaultSecurityGroup {
    fn follow_up(&self, call: &Call, response: &MockResponse) -> Vec<MockRequest> {
        let vpc = body_text(response).and_then(|body| xml::text(body, "vpcId"));
        match (call.operation.as_str(), vpc) {
            ("CreateVpc", Some(vpc)) => vec![call.another_form(&[
                ("Action", "CreateSecurityGroup"),
                ("GroupName", "default"),
                ("Description", "default VPC security group"),
                ("VpcId", vpc),
            ])],
            _ => Vec::new(),
        }
    }

    fn edits_state(&self, call: &Call) -> bool {
        call.operation == "DeleteVpc"
    }

    fn edit_state(&self, call: &Call, state: &mut Value) -> bool {
        let vpc = call.form().remove("VpcId");
        let Some(groups) = state["security_groups"].as_object_mut() else {
            return false;
        };
        let before = groups.len();
        groups.retain(|_, group| {
            group["group_name"] != "default" || group["vpc_id"].as_str() != vpc.as_deref()
        });
        groups.len() != before
    }
}
