//! What stands in the way of a deletion that EC2 refuses without saying why.
//!
//! `DependencyViolation` names neither what depends nor whose it is: what GuardDuty put into a VPC, or the
//! network interfaces of a load balancer that is going.

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{NetworkInterface, VpcEndpoint};
use ironward_core::error::{ProviderError, ProviderErrorKind};

use super::network_api::filter;
use crate::call::Caller;

/// How many are named.
const NAMED: usize = 5;

/// Adds to a refusal what is still there that has this attribute, by the filter's name: `vpc-id`,
/// `subnet-id`, `group-id`. What can't be read isn't named.
pub(super) async fn named(
    client: &Client,
    caller: &Caller,
    mut error: ProviderError,
    by: &str,
    id: &str,
) -> ProviderError {
    if error.kind != ProviderErrorKind::InUse {
        return error;
    }
    let filters = [filter(by, [id])];
    let request = || client.describe_network_interfaces().set_filters(Some(filters.to_vec())).send();
    let answer = caller.call("ec2:DescribeNetworkInterfaces", request).await;
    let interfaces = answer.ok().and_then(|answer| answer.network_interfaces).unwrap_or_default();
    let mut found = Vec::new();
    if by == "vpc-id" {
        let request = || client.describe_vpc_endpoints().set_filters(Some(filters.to_vec())).send();
        let answer = caller.call("ec2:DescribeVpcEndpoints", request).await;
        let endpoints = answer.ok().and_then(|answer| answer.vpc_endpoints).unwrap_or_default();
        found.extend(endpoints.iter().filter_map(endpoint));
    }
    found.extend(interfaces.iter().filter_map(interface));
    if let Some(text) = listed(&found) {
        error.message = format!("{}; what is still there: {text}", error.message);
    }
    error
}

/// An endpoint, and who made it where it says so.
fn endpoint(endpoint: &VpcEndpoint) -> Option<String> {
    let (id, service) = (endpoint.vpc_endpoint_id()?, endpoint.service_name().unwrap_or("unknown"));
    // https://docs.aws.amazon.com/guardduty/latest/ug/runtime-monitoring-agent-resource-clean-up.html
    let guard = service.ends_with(".guardduty-data")
        || endpoint.tags().iter().any(|tag| tag.key() == Some("GuardDutyManaged"));
    let whose = if guard {
        ", made by GuardDuty's Runtime Monitoring: switch its automated agent off for this VPC, and \
         delete the endpoint"
    } else {
        ""
    };
    Some(format!("endpoint {id} for {service}{whose}"))
}

/// A network interface, and what it says that it is for. Those of endpoints go with them.
fn interface(interface: &NetworkInterface) -> Option<String> {
    let id = interface.network_interface_id()?;
    let what = interface.description().unwrap_or_default();
    if what.starts_with("VPC Endpoint Interface") {
        return None;
    }
    let what = if what.is_empty() { String::new() } else { format!(" ({what})") };
    Some(format!("network interface {id}{what}"))
}

fn listed(found: &[String]) -> Option<String> {
    let beyond = found.len().saturating_sub(NAMED);
    let named = found.iter().take(NAMED).cloned().collect::<Vec<_>>().join("; ");
    let more = if beyond > 0 { format!("; and {beyond} more") } else { String::new() };
    (!found.is_empty()).then(|| named + &more)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_put_into_a_network_is_named_with_whose_it_is() {
        let service = "com.amazonaws.us-east-1.guardduty-data";
        let guard = VpcEndpoint::builder().vpc_endpoint_id("vpce-1").service_name(service).build();
        let text = endpoint(&guard).unwrap();
        assert!(
            text.starts_with("endpoint vpce-1 for com.amazonaws.us-east-1.guardduty-data, made by GuardDuty"),
            "{text}"
        );
        let balancer =
            NetworkInterface::builder().network_interface_id("eni-1").description("ELB app/fhir/1");
        assert_eq!(interface(&balancer.build()).unwrap(), "network interface eni-1 (ELB app/fhir/1)");
        let part = NetworkInterface::builder()
            .network_interface_id("eni-2")
            .description("VPC Endpoint Interface vpce-1");
        assert_eq!(interface(&part.build()), None);
    }

    #[test]
    fn a_long_list_is_cut() {
        let found: Vec<String> = (1..=7).map(|n| format!("eni-{n}")).collect();
        assert_eq!(listed(&found).unwrap(), "eni-1; eni-2; eni-3; eni-4; eni-5; and 2 more");
        assert_eq!(listed(&[]), None);
    }
}
