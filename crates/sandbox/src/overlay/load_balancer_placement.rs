//! A load balancer stands in the subnets and security groups that it is created in.

use winterbaume_core::{MockRequest, MockResponse};

use super::{Part, body_text, members, xml};
use crate::call::Call;

pub(crate) struct LoadBalancerPlacement;

impl Part for LoadBalancerPlacement {
    fn follow_up(&self, call: &Call, response: &MockResponse) -> Vec<MockRequest> {
        let arn = body_text(response).and_then(|body| xml::text(body, "LoadBalancerArn"));
        let ("CreateLoadBalancer", Some(arn)) = (call.operation.as_str(), arn) else {
            return Vec::new();
        };
        let form = call.form();
        let mut subnets = members(&form, "Subnets", "");
        subnets.extend(members(&form, "SubnetMappings", ".SubnetId"));
        let groups = members(&form, "SecurityGroups", "");
        [("SetSubnets", "Subnets", subnets), ("SetSecurityGroups", "SecurityGroups", groups)]
            .into_iter()
            .map(|(action, list, values)| {
                let names: Vec<_> = (1..=values.len()).map(|n| format!("{list}.member.{n}")).collect();
                let mut fields = vec![("Action", action), ("LoadBalancerArn", arn)];
                fields.extend(names.iter().map(String::as_str).zip(values.iter().map(String::as_str)));
                call.another_form(&fields)
            })
            .collect()
    }
}
