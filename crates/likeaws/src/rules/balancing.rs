//! Load balancers.

use ironward_emulators::xml;

use crate::call::Call;
use crate::rule::{Calls, Does, Rule};

pub(super) fn rules() -> Vec<Rule> {
    vec![Rule {
        name: "zones-in-any-order",
        source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancer.html",
        calls: Calls::Of("elasticloadbalancing", &["DescribeLoadBalancers"]),
        does: Does::Rewrite(zones),
    }]
}

/// The zones of a balancer come in no order that was promised: in the reverse of the emulator's.
fn zones(_call: &Call, answer: &str) -> Option<String> {
    Some(xml::edit_each(answer, "AvailabilityZones", |zones| {
        let members = xml::all(zones, "member");
        Some(members.into_iter().rev().map(|member| format!("<member>{member}</member>")).collect())
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_come_in_reverse() {
        let request = hyper::Request::new(bytes::Bytes::new());
        let call = Call { service: String::new(), operation: String::new(), request };
        let answer =
            "<AvailabilityZones><member><z>a</z></member><member><z>b</z></member></AvailabilityZones>";
        let told =
            "<AvailabilityZones><member><z>b</z></member><member><z>a</z></member></AvailabilityZones>";
        assert_eq!(zones(&call, answer).unwrap(), told);
    }
}
