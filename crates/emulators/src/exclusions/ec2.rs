//! What excludes what in a network.

use super::ranges::{Range, same};
use super::{Excluded, Exclusion, Form, Question, field, question};
use crate::xml;

const ERRORS: &str = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html";

pub(super) const ROWS: &[Exclusion] = &[
    Exclusion {
        service: "ec2",
        operation: "CreateSubnet",
        source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html",
        ask: |form| filtered("DescribeSubnets", "vpc-id", field(form, "VpcId")?),
        refuse: overlapping_subnet,
    },
    Exclusion {
        service: "ec2",
        operation: "CreateSecurityGroup",
        source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html",
        ask: |form| filtered("DescribeSecurityGroups", "vpc-id", field(form, "VpcId")?),
        refuse: group_name_taken,
    },
    Exclusion {
        service: "ec2",
        operation: "AuthorizeSecurityGroupIngress",
        source: ERRORS,
        ask: |form| filtered("DescribeSecurityGroupRules", "group-id", field(form, "GroupId")?),
        refuse: |form, answer| rule_is_there(form, answer, false),
    },
    Exclusion {
        service: "ec2",
        operation: "AuthorizeSecurityGroupEgress",
        source: ERRORS,
        ask: |form| filtered("DescribeSecurityGroupRules", "group-id", field(form, "GroupId")?),
        refuse: |form, answer| rule_is_there(form, answer, true),
    },
    Exclusion {
        service: "ec2",
        operation: "CreateRoute",
        source: ERRORS,
        ask: |form| {
            Some(question("DescribeRouteTables", &[("RouteTableId.1", field(form, "RouteTableId")?)]))
        },
        refuse: route_is_there,
    },
    Exclusion {
        service: "ec2",
        operation: "AssociateRouteTable",
        source: ERRORS,
        ask: |form| filtered("DescribeRouteTables", "association.subnet-id", field(form, "SubnetId")?),
        refuse: subnet_has_table,
    },
    Exclusion {
        service: "ec2",
        operation: "CreateFlowLogs",
        source: ERRORS,
        ask: |form| filtered("DescribeFlowLogs", "resource-id", field(form, "ResourceId.1")?),
        refuse: flow_log_is_there,
    },
    Exclusion {
        service: "ec2",
        operation: "CreateNatGateway",
        source: "https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html",
        ask: |form| Some(question("DescribeAddresses", &[("AllocationId.1", field(form, "AllocationId")?)])),
        refuse: address_is_in_use,
    },
    Exclusion {
        service: "ec2",
        operation: "CreateNatGateway",
        source: "https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html",
        ask: |form| field(form, "AllocationId").map(|_| question("DescribeNatGateways", &[])),
        refuse: gateway_has_address,
    },
    Exclusion {
        service: "ec2",
        operation: "AttachInternetGateway",
        source: ERRORS,
        ask: |form| filtered("DescribeInternetGateways", "attachment.vpc-id", field(form, "VpcId")?),
        refuse: network_has_gateway,
    },
    Exclusion {
        service: "ec2",
        operation: "AttachInternetGateway",
        source: ERRORS,
        ask: |form| {
            let gateway = field(form, "InternetGatewayId")?;
            Some(question("DescribeInternetGateways", &[("InternetGatewayId.1", gateway)]))
        },
        refuse: gateway_is_attached,
    },
];

/// A question about what has one value in one filter.
fn filtered(action: &str, name: &str, value: &str) -> Option<Question> {
    Some(question(action, &[("Filter.1.Name", name), ("Filter.1.Value.1", value)]))
}

/// The items of a set in an answer.
fn items<'a>(answer: &'a str, set: &str) -> Vec<&'a str> {
    xml::text(answer, set).map(|set| xml::all(set, "item")).unwrap_or_default()
}

/// What stands in an element, if it isn't empty.
fn said<'a>(item: &'a str, name: &str) -> Option<&'a str> {
    xml::text(item, name).map(str::trim).filter(|text| !text.is_empty())
}

fn overlapping_subnet(form: &Form, answer: &str) -> Option<Excluded> {
    for asked in ["CidrBlock", "Ipv6CidrBlock"].iter().filter_map(|name| field(form, name)) {
        let Some(range) = Range::parse(asked) else { continue };
        let taken = items(answer, "subnetSet")
            .into_iter()
            .flat_map(|subnet| ["cidrBlock", "ipv6CidrBlock"].map(|name| said(subnet, name)))
            .flatten()
            .filter_map(Range::parse);
        if taken.into_iter().any(|taken| taken.overlaps(range)) {
            let message = format!("The CIDR '{asked}' conflicts with another subnet");
            return Some(Excluded::new("InvalidSubnet.Conflict", message));
        }
    }
    None
}

fn group_name_taken(form: &Form, answer: &str) -> Option<Excluded> {
    let (name, network) = (field(form, "GroupName")?, field(form, "VpcId")?);
    let taken = |group: &&&str| said(group, "groupName") == Some(name);
    items(answer, "securityGroupInfo").iter().find(taken)?;
    let message = format!("The security group '{name}' already exists for VPC '{network}'");
    Some(Excluded::new("InvalidGroup.Duplicate", message))
}

/// What two rules of one group and direction may not both be.
#[derive(Debug, PartialEq, Eq)]
struct Traffic<'a> {
    protocol: &'a str,
    ports: (&'a str, &'a str),
    peer: &'a str,
}

impl<'a> Traffic<'a> {
    fn new(protocol: &'a str, from: Option<&'a str>, to: Option<&'a str>, peer: &'a str) -> Self {
        // AWS answers with names, and takes numbers too.
        let protocol = match protocol {
            "6" => "tcp",
            "17" => "udp",
            "1" => "icmp",
            "58" => "icmpv6",
            other => other,
        };
        let ports = match protocol {
            "-1" => ("-1", "-1"),
            _ => (from.unwrap_or("-1"), to.unwrap_or("-1")),
        };
        Self { protocol, ports, peer }
    }

    fn is(&self, other: &Self) -> bool {
        (self.protocol, self.ports) == (other.protocol, other.ports) && same(self.peer, other.peer)
    }
}

/// The rules that a request asks for, each of one peer.
fn asked(form: &Form) -> Vec<Traffic<'_>> {
    const PEERS: [(&str, &str); 4] = [
        ("IpRanges", "CidrIp"),
        ("Ipv6Ranges", "CidrIpv6"),
        ("PrefixListIds", "PrefixListId"),
        ("Groups", "GroupId"),
    ];
    let mut rules = Vec::new();
    for n in 1.. {
        let of = |name: &str| field(form, &format!("IpPermissions.{n}.{name}"));
        let Some(protocol) = of("IpProtocol") else { break };
        for (list, member) in PEERS {
            let peers = (1..).map_while(|m| of(&format!("{list}.{m}.{member}")));
            rules.extend(peers.map(|peer| Traffic::new(protocol, of("FromPort"), of("ToPort"), peer)));
        }
    }
    if let (Some(protocol), Some(peer)) = (field(form, "IpProtocol"), field(form, "CidrIp")) {
        rules.push(Traffic::new(protocol, field(form, "FromPort"), field(form, "ToPort"), peer));
    }
    rules
}

/// The rule of an item of `DescribeSecurityGroupRules`.
fn known(rule: &str) -> Option<Traffic<'_>> {
    let group = || said(xml::text(rule, "referencedGroupInfo")?, "groupId");
    let peer =
        said(rule, "cidrIpv4").or_else(|| said(rule, "cidrIpv6")).or_else(|| said(rule, "prefixListId"));
    let peer = peer.or_else(group)?;
    Some(Traffic::new(said(rule, "ipProtocol")?, said(rule, "fromPort"), said(rule, "toPort"), peer))
}

fn rule_is_there(form: &Form, answer: &str, egress: bool) -> Option<Excluded> {
    let direction = if egress { "true" } else { "false" };
    let rules = items(answer, "securityGroupRuleSet");
    let rules = rules.into_iter().filter(|rule| said(rule, "isEgress") == Some(direction)).filter_map(known);
    let rules: Vec<_> = rules.collect();
    let asked = asked(form);
    let twice = asked.iter().find(|asked| rules.iter().any(|rule| rule.is(asked)))?;
    let Traffic { protocol, ports: (from, to), peer } = twice;
    let message = format!(
        "the specified rule \"peer: {peer}, {protocol}, from port: {from}, to port: {to}, ALLOW\" already exists"
    );
    Some(Excluded::new("InvalidPermission.Duplicate", message))
}

fn route_is_there(form: &Form, answer: &str) -> Option<Excluded> {
    const DESTINATIONS: [(&str, &str); 3] = [
        ("DestinationCidrBlock", "destinationCidrBlock"),
        ("DestinationIpv6CidrBlock", "destinationIpv6CidrBlock"),
        ("DestinationPrefixListId", "destinationPrefixListId"),
    ];
    let routes = items(answer, "routeSet");
    DESTINATIONS.iter().find_map(|(asked, known)| {
        let asked = field(form, asked)?;
        routes.iter().find(|route| said(route, known).is_some_and(|known| same(known, asked)))?;
        let message = format!("The route identified by {asked} already exists.");
        Some(Excluded::new("RouteAlreadyExists", message))
    })
}

/// To associate a subnet with the table that it has already changes nothing.
fn subnet_has_table(form: &Form, answer: &str) -> Option<Excluded> {
    let (subnet, table) = (field(form, "SubnetId")?, field(form, "RouteTableId")?);
    let associations =
        items(answer, "routeTableSet").into_iter().flat_map(|table| items(table, "associationSet"));
    let mut of_subnet = associations.filter(|association| said(association, "subnetId") == Some(subnet));
    of_subnet.find(|association| said(association, "routeTableId").is_some_and(|of| of != table))?;
    let message =
        format!("the specified association for route table {table} conflicts with an existing association");
    Some(Excluded::new("Resource.AlreadyAssociated", message))
}

/// A network may have several flow logs, of other traffic or to other destinations.
fn flow_log_is_there(form: &Form, answer: &str) -> Option<Excluded> {
    let asked = [
        ("TrafficType", "trafficType"),
        ("LogGroupName", "logGroupName"),
        ("LogDestination", "logDestination"),
    ];
    let is_same = |log: &&&str| {
        let destination = asked[1..].iter().any(|(of, known)| {
            field(form, of).is_some_and(|of| {
                said(log, known).is_some_and(|known| without_star(known) == without_star(of))
            })
        });
        let resource = said(log, "resourceId") == field(form, "ResourceId.1");
        resource && destination && field(form, asked[0].0) == said(log, asked[0].1)
    };
    items(answer, "flowLogSet").iter().find(is_same)?;
    let message = "Error. There is an existing Flow Log with the same configuration and log destination.";
    Some(Excluded::new("FlowLogAlreadyExists", message))
}

/// The ARN of a log group is written with and without `:*`.
fn without_star(destination: &str) -> &str {
    destination.strip_suffix(":*").unwrap_or(destination)
}

fn address_is_in_use(form: &Form, answer: &str) -> Option<Excluded> {
    let allocation = field(form, "AllocationId")?;
    let of = |address: &&&str| said(address, "allocationId") == Some(allocation);
    let addresses = items(answer, "addressesSet");
    said(addresses.iter().find(of)?, "associationId")?;
    Some(associated(allocation))
}

fn gateway_has_address(form: &Form, answer: &str) -> Option<Excluded> {
    let allocation = field(form, "AllocationId")?;
    let lives =
        |gateway: &&&str| !said(gateway, "state").is_some_and(|state| matches!(state, "deleted" | "failed"));
    let has = |address: &&str| said(address, "allocationId") == Some(allocation);
    items(answer, "natGatewaySet")
        .iter()
        .filter(lives)
        .find(|gateway| items(gateway, "natGatewayAddressSet").iter().any(has))?;
    Some(associated(allocation))
}

fn associated(allocation: &str) -> Excluded {
    let message = format!("Elastic IP address [{allocation}] is already associated");
    Excluded::new("Resource.AlreadyAssociated", message)
}

fn network_has_gateway(form: &Form, answer: &str) -> Option<Excluded> {
    let network = field(form, "VpcId")?;
    items(answer, "internetGatewaySet").iter().find(|gateway| {
        items(gateway, "attachmentSet").iter().any(|to| said(to, "vpcId") == Some(network))
    })?;
    let message = format!("Network {network} already has an internet gateway attached");
    Some(Excluded::new("InvalidParameterValue", message))
}

fn gateway_is_attached(form: &Form, answer: &str) -> Option<Excluded> {
    let gateway = field(form, "InternetGatewayId")?;
    let attached = items(answer, "internetGatewaySet").into_iter().find_map(|known| {
        let is_this = said(known, "internetGatewayId") == Some(gateway);
        let to = items(known, "attachmentSet").into_iter().find_map(|to| said(to, "vpcId"));
        if is_this { to } else { None }
    })?;
    let message = format!("resource {gateway} is already attached to network {attached}");
    Some(Excluded::new("Resource.AlreadyAssociated", message))
}

#[cfg(test)]
mod tests {
    use super::super::of;

    /// What the rows of an operation say to a request, given one answer to all their questions.
    fn refused(operation: &str, fields: &[(&str, &str)], answer: &str) -> Option<&'static str> {
        let form = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        of("ec2", operation).find_map(|row| {
            (row.ask)(&form)?;
            Some((row.refuse)(&form, answer)?.code)
        })
    }

    #[test]
    fn subnets_of_one_network_do_not_overlap() {
        let answer = "<R><subnetSet><item><cidrBlock>10.0.1.0/24</cidrBlock><tagSet><item><key>k</key></item></tagSet></item></subnetSet></R>";
        let asked = |range| refused("CreateSubnet", &[("VpcId", "vpc-1"), ("CidrBlock", range)], answer);
        assert_eq!(asked("10.0.0.0/20"), Some("InvalidSubnet.Conflict"));
        assert_eq!(asked("10.0.1.128/25"), Some("InvalidSubnet.Conflict"));
        assert_eq!(asked("10.0.2.0/24"), None);
    }

    #[test]
    fn a_rule_is_in_a_group_once() {
        let answer = "<R><securityGroupRuleSet><item><isEgress>false</isEgress><ipProtocol>tcp</ipProtocol>\
            <fromPort>443</fromPort><toPort>443</toPort><cidrIpv4>10.0.0.0/8</cidrIpv4></item><item><isEgress>false</isEgress>\
            <ipProtocol>-1</ipProtocol><fromPort>-1</fromPort><toPort>-1</toPort><referencedGroupInfo><groupId>sg-2</groupId>\
            </referencedGroupInfo></item></securityGroupRuleSet></R>";
        let asked = |operation, protocol, port, peer: (&str, &str)| {
            let fields = [
                ("GroupId", "sg-1"),
                ("IpPermissions.1.IpProtocol", protocol),
                ("IpPermissions.1.FromPort", port),
                ("IpPermissions.1.ToPort", port),
                peer,
            ];
            refused(operation, &fields, answer)
        };
        const INGRESS: &str = "AuthorizeSecurityGroupIngress";
        let range = |range| ("IpPermissions.1.IpRanges.1.CidrIp", range);
        let duplicate = Some("InvalidPermission.Duplicate");
        assert_eq!(asked(INGRESS, "tcp", "443", range("10.0.0.0/8")), duplicate);
        assert_eq!(asked(INGRESS, "6", "443", range("10.0.0.0/8")), duplicate);
        assert_eq!(asked(INGRESS, "tcp", "443", range("10.0.0.0/9")), None);
        assert_eq!(asked(INGRESS, "tcp", "80", range("10.0.0.0/8")), None);
        assert_eq!(asked("AuthorizeSecurityGroupEgress", "tcp", "443", range("10.0.0.0/8")), None);
        assert_eq!(asked(INGRESS, "-1", "", ("IpPermissions.1.Groups.1.GroupId", "sg-2")), duplicate);
    }

    #[test]
    fn a_table_has_one_route_to_a_destination() {
        let answer = "<R><routeTableSet><item><routeSet><item><destinationCidrBlock>0.0.0.0/0</destinationCidrBlock></item></routeSet></item></routeTableSet></R>";
        let asked =
            |to| refused("CreateRoute", &[("RouteTableId", "rtb-1"), ("DestinationCidrBlock", to)], answer);
        assert_eq!(asked("0.0.0.0/0"), Some("RouteAlreadyExists"));
        assert_eq!(asked("10.0.0.0/8"), None);
    }

    #[test]
    fn a_subnet_has_one_table() {
        let answer = "<R><routeTableSet><item><associationSet><item><routeTableId>rtb-1</routeTableId>\
            <subnetId>subnet-1</subnetId></item></associationSet></item></routeTableSet></R>";
        let asked = |table| {
            refused("AssociateRouteTable", &[("SubnetId", "subnet-1"), ("RouteTableId", table)], answer)
        };
        assert_eq!(asked("rtb-2"), Some("Resource.AlreadyAssociated"));
        assert_eq!(asked("rtb-1"), None);
    }

    #[test]
    fn a_network_has_one_gateway_and_a_gateway_one_network() {
        let answer = "<R><internetGatewaySet><item><internetGatewayId>igw-1</internetGatewayId><attachmentSet><item>\
            <vpcId>vpc-1</vpcId></item></attachmentSet></item></internetGatewaySet></R>";
        let asked = |network, gateway| {
            refused("AttachInternetGateway", &[("VpcId", network), ("InternetGatewayId", gateway)], answer)
        };
        assert_eq!(asked("vpc-1", "igw-2"), Some("InvalidParameterValue"));
        assert_eq!(asked("vpc-2", "igw-1"), Some("Resource.AlreadyAssociated"));
    }

    #[test]
    fn an_address_stands_at_one_gateway_that_lives() {
        let answer = |state| {
            format!(
                "<R><natGatewaySet><item><state>{state}</state><natGatewayAddressSet><item><allocationId>eipalloc-1\
                 </allocationId></item></natGatewayAddressSet></item></natGatewaySet></R>"
            )
        };
        let asked = |state| refused("CreateNatGateway", &[("AllocationId", "eipalloc-1")], &answer(state));
        assert_eq!(asked("available"), Some("Resource.AlreadyAssociated"));
        assert_eq!(asked("deleted"), None);
    }

    #[test]
    fn flow_logs_differ_in_traffic_or_destination() {
        let answer = "<R><flowLogSet><item><resourceId>vpc-1</resourceId><trafficType>ALL</trafficType><logDestination>arn:g:*</logDestination></item></flowLogSet></R>";
        let asked = |traffic, to| {
            let fields = [("ResourceId.1", "vpc-1"), ("TrafficType", traffic), ("LogDestination", to)];
            refused("CreateFlowLogs", &fields, answer)
        };
        assert_eq!(asked("ALL", "arn:g"), Some("FlowLogAlreadyExists"));
        assert_eq!(asked("REJECT", "arn:g"), None);
        assert_eq!(asked("ALL", "arn:h"), None);
    }
}
