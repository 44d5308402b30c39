//! What a planned stack costs an hour, by the list prices of what is billed by the hour.

use serde_json::Value as Json;

/// When the prices were looked up: list prices of US East (N. Virginia) in US dollars; other regions ask up to
/// twice as much.
pub(super) const AS_OF: &str = "June 2026";

/// What something of a type costs an hour.
struct Price {
    type_name: &'static str,
    dollars: f64,
    /// What is counted, and where the price stands.
    why: &'static str,
}

/// Whatever isn't here is free, billed by use, or a matter of cents for a day.
const PRICES: &[Price] = &[
    Price {
        type_name: "AWS::EC2::EIP",
        dollars: 0.005,
        why: "a public IPv4 address, https://aws.amazon.com/vpc/pricing/",
    },
    Price {
        type_name: "AWS::EC2::NatGateway",
        dollars: 0.045,
        why: "a gateway, whole hours, https://aws.amazon.com/vpc/pricing/",
    },
    Price {
        type_name: "AWS::EC2::VPCEndpoint",
        dollars: 0.01,
        why: "an interface endpoint in a zone, https://aws.amazon.com/privatelink/pricing/",
    },
    Price {
        type_name: "AWS::ECS::Service",
        dollars: 0.06,
        why: "a Fargate task of 1 vCPU and 4 GB, https://aws.amazon.com/fargate/pricing/",
    },
    Price {
        type_name: "AWS::ElasticLoadBalancingV2::LoadBalancer",
        dollars: 0.0405,
        why: "a balancer, one capacity unit, two addresses, https://aws.amazon.com/elasticloadbalancing/pricing/",
    },
    Price {
        type_name: "AWS::KMS::Key",
        dollars: 0.0014,
        why: "a key, a dollar a month, https://aws.amazon.com/kms/pricing/",
    },
    Price {
        type_name: "AWS::RDS::DBInstance",
        dollars: 0.07,
        why: "db.t4g.medium in one zone with 20 GiB, https://aws.amazon.com/rds/postgresql/pricing/",
    },
];

/// A line of the estimate.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub(super) type_name: &'static str,
    pub(super) count: usize,
    /// For all of them.
    pub(super) dollars: f64,
    pub(super) why: &'static str,
}

/// The lines of the estimate of a plan, by its events.
pub(super) fn estimate(planned: &[Json]) -> Vec<Line> {
    let line = |price: &'static Price| {
        let of_type = planned.iter().filter(|event| event["type"] == price.type_name);
        let count = of_type.map(billed).sum();
        let dollars = price.dollars * f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        (count > 0).then_some(Line { type_name: price.type_name, count, dollars, why: price.why })
    };
    PRICES.iter().filter_map(line).collect()
}

/// How often something is billed: an interface endpoint in each of its subnets, a gateway endpoint never, and
/// as many tasks as a service wants.
fn billed(event: &Json) -> usize {
    let property = |name: &str| {
        let diffs = event["diffs"].as_array().into_iter().flatten();
        diffs.filter(|diff| diff["property"] == name).map(|diff| &diff["after"]).next()
    };
    let listed = |name: &str| property(name).and_then(Json::as_array).map_or(0, Vec::len);
    match event["type"].as_str() {
        Some("AWS::EC2::VPCEndpoint") => listed("SubnetIds"),
        Some("AWS::ECS::Service") => {
            let wanted = property("DesiredCount").and_then(Json::as_u64).unwrap_or(1);
            usize::try_from(wanted).unwrap_or(usize::MAX)
        }
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_billed_by_the_hour_is_counted() {
        let endpoint = |subnets: Json| json!({"type": "AWS::EC2::VPCEndpoint", "diffs": [{"property": "SubnetIds", "after": subnets}]});
        let planned = [
            endpoint(json!(["a", "b"])),
            endpoint(json!(["a", "b"])),
            json!({"type": "AWS::EC2::VPCEndpoint", "diffs": [{"property": "RouteTableIds", "after": ["r"]}]}),
            json!({"type": "AWS::ECS::Service", "diffs": [{"property": "DesiredCount", "after": 3}]}),
            json!({"type": "AWS::EC2::VPC", "diffs": []}),
        ];
        let lines = estimate(&planned);
        let counts: Vec<_> = lines.iter().map(|line| (line.type_name, line.count)).collect();
        assert_eq!(counts, [("AWS::EC2::VPCEndpoint", 4), ("AWS::ECS::Service", 3)]);
        assert!((lines[0].dollars - 0.04).abs() < 1e-9, "{lines:?}");
    }
}
