//! Modifying one attribute of a subnet leaves the others: the emulator takes every modification for
//! one of `MapPublicIpOnLaunch`, and an absent value for false.

use winterbaume_core::MockResponse;

use super::{Memory, Part, body_text, ec2_error};
use crate::call::Call;

pub(crate) struct SubnetAttributes;

impl Part for SubnetAttributes {
    fn request(&self, call: &mut Call, _memory: &mut Memory) -> Option<MockResponse> {
        if is_about_others(call) {
            // Only whether the subnet exists is left to find out.
            call.request.body = "Action=DescribeSubnets&Version=2016-11-15".into();
        }
        None
    }

    fn response(&self, call: &Call, _memory: &mut Memory, response: &mut MockResponse) {
        if !is_about_others(call) {
            return;
        }
        let subnet = call.form().remove("SubnetId").unwrap_or_default();
        let listed = format!("<subnetId>{subnet}</subnetId>");
        *response = if body_text(response).is_some_and(|body| body.contains(&listed)) {
            MockResponse::xml(
                200,
                r#"<ModifySubnetAttributeResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><return>true</return></ModifySubnetAttributeResponse>"#,
            )
        } else {
            let message = format!("The subnet ID '{subnet}' does not exist");
            ec2_error("InvalidSubnetID.NotFound", &message)
        };
    }
}

fn is_about_others(call: &Call) -> bool {
    call.operation == "ModifySubnetAttribute" && !call.form().contains_key("MapPublicIpOnLaunch.Value")
}
