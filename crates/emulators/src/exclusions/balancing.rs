//! What excludes what at a load balancer.

use super::{Excluded, Exclusion, Form, Question, field, question};
use crate::xml;

const SERVICE: &str = "elasticloadbalancing";

pub(super) const ROWS: &[Exclusion] = &[
    Exclusion {
        service: SERVICE,
        operation: "CreateListener",
        source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html",
        ask: |form| about(form, "DescribeListeners", "LoadBalancerArn", "LoadBalancerArn"),
        refuse: |form, answer| {
            const MESSAGE: &str = "A listener already exists on this port for this load balancer";
            taken(form, answer, ("Port", "Listeners", "Port"), "DuplicateListener", MESSAGE)
        },
    },
    Exclusion {
        service: SERVICE,
        operation: "CreateRule",
        source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html",
        ask: |form| about(form, "DescribeRules", "ListenerArn", "ListenerArn"),
        refuse: |form, answer| {
            const MESSAGE: &str = "Priority is currently in use";
            taken(form, answer, ("Priority", "Rules", "Priority"), "PriorityInUse", MESSAGE)
        },
    },
    Exclusion {
        service: SERVICE,
        operation: "CreateTargetGroup",
        source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html",
        ask: |form| about(form, "DescribeTargetGroups", "Name", "Names.member.1"),
        refuse: |form, answer| {
            const MESSAGE: &str = "A target group with the same name exists, but with different settings";
            let name = ("Name", "TargetGroups", "TargetGroupName");
            taken(form, answer, name, "DuplicateTargetGroupName", MESSAGE)
        },
    },
    Exclusion {
        service: SERVICE,
        operation: "CreateLoadBalancer",
        source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html",
        ask: |form| about(form, "DescribeLoadBalancers", "Name", "Names.member.1"),
        refuse: |form, answer| {
            const MESSAGE: &str = "A load balancer with the same name exists, but with different settings";
            let name = ("Name", "LoadBalancers", "LoadBalancerName");
            taken(form, answer, name, "DuplicateLoadBalancerName", MESSAGE)
        },
    },
];

/// A question about the value of a field.
fn about(form: &Form, action: &str, of: &str, field_asked: &str) -> Option<Question> {
    Some(question(action, &[(field_asked, field(form, of)?)]))
}

/// Refuses a value that a member of the answer's list has. AWS takes a repetition whose settings are all
/// the same for the same request; no emulator compares them, and to make a second one would be worse.
fn taken(
    form: &Form,
    answer: &str,
    (asked, list, known): (&str, &str, &str),
    code: &'static str,
    message: &str,
) -> Option<Excluded> {
    let asked = field(form, asked)?;
    let members = xml::text(answer, list).map(|list| xml::all(list, "member")).unwrap_or_default();
    members.into_iter().find(|member| xml::text(member, known).is_some_and(|known| known.trim() == asked))?;
    Some(Excluded::new(code, message))
}

#[cfg(test)]
mod tests {
    use super::super::of;
    use super::*;

    #[test]
    fn a_port_has_one_listener() {
        let row = of(SERVICE, "CreateListener").next().unwrap();
        let form = |port: &str| {
            let fields = [("LoadBalancerArn", "arn:l"), ("Port", port)];
            fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
        };
        let answer = "<R><Listeners><member><Port>443</Port><DefaultActions><member><Order>1</Order></member></DefaultActions></member></Listeners></R>";
        assert_eq!((row.refuse)(&form("443"), answer).unwrap().code, "DuplicateListener");
        assert_eq!((row.refuse)(&form("80"), answer), None);
    }
}
