//! Of security groups and their rules.

use ironward_core::shape::{Bounds, Relation, Shape};

use super::{Misfit, Properties, no_range, no_range6, not_one};
use crate::facts::{declared, number, text};

const PERMISSION: &str = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html";
const RANGE: &str = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html";
const INTO: &str =
    "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html";
const OUT: &str =
    "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupEgress.html";

/// What names and descriptions are written in.
const LETTERS: &str = r"^[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]*$";

/// Of what is let in.
pub(in crate::ec2) const INGRESS: &[Shape] = &[
    Shape::new("Description").length(Bounds::most(255.0)).pattern(LETTERS).source(RANGE),
    Shape::new("FromPort").range(Bounds::most(65_535.0)).source(PERMISSION),
    Shape::new("ToPort").range(Bounds::most(65_535.0)).source(PERMISSION),
];

/// Of what is let out: the same.
pub(in crate::ec2) const EGRESS: &[Shape] = INGRESS;

/// Between the properties of what is let in.
pub(in crate::ec2) const INGRESS_RELATIONS: &[Relation] = &[
    Relation::new(&["IpProtocol"], protocol, PERMISSION),
    Relation::new(&["FromPort", "IpProtocol", "ToPort"], ports, PERMISSION),
    Relation::new(SOURCES, |rule| not_one(rule, SOURCES, "a rule has one source"), INTO),
    Relation::new(&["CidrIp"], |rule| no_range(rule, "CidrIp"), RANGE),
    Relation::new(&["CidrIpv6"], |rule| no_range6(rule, "CidrIpv6"), RANGE),
];

/// Between the properties of what is let out.
pub(in crate::ec2) const EGRESS_RELATIONS: &[Relation] = &[
    Relation::new(&["IpProtocol"], protocol, PERMISSION),
    Relation::new(&["FromPort", "IpProtocol", "ToPort"], ports, PERMISSION),
    Relation::new(TARGETS, |rule| not_one(rule, TARGETS, "a rule has one destination"), OUT),
    Relation::new(&["CidrIp"], |rule| no_range(rule, "CidrIp"), RANGE),
    Relation::new(&["CidrIpv6"], |rule| no_range6(rule, "CidrIpv6"), RANGE),
];

const SOURCES: &[&str] = &["CidrIp", "CidrIpv6", "SourcePrefixListId", "SourceSecurityGroupId"];
const TARGETS: &[&str] = &["CidrIp", "CidrIpv6", "DestinationPrefixListId", "DestinationSecurityGroupId"];

/// A protocol has one of four names, or a number.
fn protocol(properties: &Properties) -> Misfit {
    let name = text(properties, "IpProtocol")?;
    let is_named =
        ["tcp", "udp", "icmp", "icmpv6", "-1"].iter().any(|known| name.eq_ignore_ascii_case(known));
    let message = || {
        format!(
            "`IpProtocol` is `{name}`, which isn't a protocol: say tcp, udp, icmp or icmpv6, the number of another, \
             or -1 for all"
        )
    };
    (!is_named && name.parse::<u8>().is_err()).then(|| ("IpProtocol", message()))
}

/// What the two numbers of a rule mean: a range of ports, or a type and a code of ICMP.
fn ports(properties: &Properties) -> Misfit {
    let protocol = text(properties, "IpProtocol")?.to_lowercase();
    let is_icmp = match protocol.as_str() {
        "tcp" | "6" | "udp" | "17" => false,
        "icmp" | "1" | "icmpv6" | "58" => true,
        // Of all others every port is let through, whatever is said.
        _ => return None,
    };
    let missing = ["FromPort", "ToPort"].into_iter().find(|name| !declared(properties, name));
    match missing {
        // Without, all types of ICMPv6 are let through.
        Some(_) if matches!(protocol.as_str(), "icmpv6" | "58") => return None,
        Some(name) => {
            return Some((name, format!("`{name}` isn't declared, and {protocol} can't be without")));
        }
        None => {}
    }
    let (from, to) = (number(properties, "FromPort")?, number(properties, "ToPort")?);
    if is_icmp { message_types(from, to) } else { port_range(from, to) }
}

fn message_types(kind: i64, code: i64) -> Misfit {
    if kind == -1 && code != -1 {
        let message =
            format!("`ToPort` is {code}, and with all types, which `FromPort` -1 says, it is -1, too");
        return Some(("ToPort", message));
    }
    let odd = |number: &i64| !(-1..=255).contains(number);
    let message = |name: &str, number: i64, what: &str| {
        format!("`{name}` is {number}, and {what} of ICMP are 0 to 255, or -1 for all")
    };
    if odd(&kind) {
        return Some(("FromPort", message("FromPort", kind, "types")));
    }
    odd(&code).then(|| ("ToPort", message("ToPort", code, "codes")))
}

fn port_range(from: i64, to: i64) -> Misfit {
    // Both at -1 are every port.
    let alone = |one: i64, other: i64| one == -1 && other != -1;
    let message = |name: &str| format!("`{name}` is -1, and the other port isn't: say both from 0 to 65535");
    if alone(from, to) {
        return Some(("FromPort", message("FromPort")));
    }
    if alone(to, from) {
        return Some(("ToPort", message("ToPort")));
    }
    let message = || format!("`FromPort` is {from}, and `ToPort` {to}: the first port isn't above the last");
    (from > to).then(|| ("FromPort", message()))
}
