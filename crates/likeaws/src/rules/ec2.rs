//! Networks.

use ironward_emulators::xml;

use crate::call::Call;
use crate::rule::{Calls, Does, Rule};

pub(super) fn rules() -> Vec<Rule> {
    vec![Rule {
        name: "default-policy-of-interface-endpoints",
        source: "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
        calls: Calls::Of("ec2", &["DescribeVpcEndpoints"]),
        does: Does::Rewrite(endpoint_policies),
    }]
}

/// AWS writes the policy of an interface endpoint in an order and a form of its own.
fn endpoint_policies(_call: &Call, answer: &str) -> Option<String> {
    const ALL: &str = "{&quot;Statement&quot;:[{&quot;Action&quot;:&quot;*&quot;,&quot;Effect&quot;:&quot;Allow&quot;,\
                       &quot;Principal&quot;:&quot;*&quot;,&quot;Resource&quot;:&quot;*&quot;}]}";
    Some(xml::edit_each(answer, "item", |item| {
        let is_interface = xml::text(item, "vpcEndpointType")?.trim().eq_ignore_ascii_case("interface");
        is_interface.then(|| xml::edit_each(item, "policyDocument", |_| Some(ALL.to_owned())))
    }))
}
