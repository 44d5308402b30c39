//! Subnets, and the ways out of a network.

use std::collections::BTreeSet;

use ironward_emulators::xml;

use super::Refuses::That;
use super::{Row, answered, said_in};
use crate::question::Question;
use crate::refusal::Refusal;
use crate::said::Said;

const LB_SUBNETS: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html";
const SET_SUBNETS: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSubnets.html";
const IN_A: &str = "<S><subnetSet><item><subnetId>subnet-1</subnetId><vpcId>vpc-a</vpcId><availabilityZone>a\
                    </availabilityZone></item></subnetSet></S>";
const IN_B: &str = "<S><subnetSet><item><subnetId>subnet-1</subnetId><vpcId>vpc-b</vpcId><availabilityZone>a\
                    </availabilityZone></item></subnetSet></S>";
const TWO_ZONES: &str = "<S><subnetSet><item><subnetId>subnet-1</subnetId><vpcId>vpc-a</vpcId><availabilityZone>a\
                         </availabilityZone></item><item><subnetId>subnet-2</subnetId><vpcId>vpc-a</vpcId>\
                         <availabilityZone>b</availabilityZone></item></subnetSet></S>";
const ONE_ZONE: &str = "<S><subnetSet><item><subnetId>subnet-1</subnetId><vpcId>vpc-a</vpcId><availabilityZone>a\
                        </availabilityZone></item><item><subnetId>subnet-2</subnetId><vpcId>vpc-a</vpcId>\
                        <availabilityZone>a</availabilityZone></item></subnetSet></S>";
const GATEWAY: &str = "<G><internetGatewaySet><item><internetGatewayId>igw-1</internetGatewayId><attachmentSet><item>\
                       <vpcId>vpc-a</vpcId></item></attachmentSet></item></internetGatewaySet></G>";
const NO_GATEWAY: &str = "<G><internetGatewaySet/></G>";

pub(super) const ROWS: &[Row] = &[
    Row {
        name: "subnet-groups-stay-in-their-network",
        service: "rds",
        operations: &["ModifyDBSubnetGroup"],
        source: "https://github.com/hashicorp/terraform-provider-aws/issues/27459",
        asks: &[subnet_group, subnets],
        refuses: That(|_, answers| {
            let has = said_in(&answers[0], "VpcId")?;
            vpcs(&answers[1]).iter().any(|vpc| *vpc != has).then(|| {
                const MESSAGE: &str = "The new Subnets are not in the same Vpc as the existing subnet group";
                Refusal::new("InvalidParameterValue", MESSAGE)
            })
        }),
        refused: answered(
            &[("DBSubnetGroupName", "g"), ("SubnetIds.SubnetIdentifier.1", "subnet-1")],
            &["<G><VpcId>vpc-a</VpcId></G>", IN_B],
        ),
        taken: answered(
            &[("DBSubnetGroupName", "g"), ("SubnetIds.SubnetIdentifier.1", "subnet-1")],
            &["<G><VpcId>vpc-a</VpcId></G>", IN_A],
        ),
    },
    Row {
        name: "subnet-groups-cover-two-zones",
        service: "rds",
        operations: &["CreateDBSubnetGroup", "ModifyDBSubnetGroup"],
        source: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html",
        asks: &[subnets],
        refuses: That(|_, answers| {
            let zones = zones(&answers[0]);
            let distinct: BTreeSet<_> = zones.iter().collect();
            (distinct.len() == 1).then(|| {
                let message = format!(
                    "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ \
                     coverage: {}. Add subnets to cover at least 2 AZs.",
                    zones[0]
                );
                Refusal::new("DBSubnetGroupDoesNotCoverEnoughAZs", message)
            })
        }),
        refused: answered(&[("SubnetIds.SubnetIdentifier.1", "subnet-1")], &[ONE_ZONE]),
        taken: answered(&[("SubnetIds.SubnetIdentifier.1", "subnet-1")], &[TWO_ZONES]),
    },
    Row {
        name: "balancers-stay-in-their-network",
        service: "elasticloadbalancing",
        operations: &["SetSubnets"],
        source: SET_SUBNETS,
        asks: &[balancer, subnets],
        refuses: That(|_, answers| {
            let has = said_in(&answers[0], "VpcId")?;
            let other = vpcs(&answers[1]).into_iter().find(|vpc| *vpc != has)?;
            let message = format!("The specified subnets are in {other}, and the load balancer is in {has}");
            Some(Refusal::new("InvalidSubnet", message))
        }),
        refused: answered(
            &[("LoadBalancerArn", "arn:l"), ("Subnets.member.1", "subnet-1")],
            &["<L><VpcId>vpc-a</VpcId></L>", IN_B],
        ),
        taken: answered(
            &[("LoadBalancerArn", "arn:l"), ("Subnets.member.1", "subnet-1")],
            &["<L><VpcId>vpc-a</VpcId></L>", IN_A],
        ),
    },
    Row {
        name: "groups-of-balancers-in-their-network",
        service: "elasticloadbalancing",
        operations: &["SetSecurityGroups"],
        source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSecurityGroups.html",
        asks: &[balancer, groups],
        refuses: That(|_, answers| {
            let has = said_in(&answers[0], "VpcId")?;
            group_vpcs(&answers[1]).iter().any(|vpc| *vpc != has).then(|| {
                Refusal::new("InvalidConfigurationRequest", "One or more security groups are invalid")
            })
        }),
        refused: answered(
            &[("LoadBalancerArn", "arn:l"), ("SecurityGroups.member.1", "sg-1")],
            &["<L><VpcId>vpc-a</VpcId></L>", GROUP_IN_B],
        ),
        taken: answered(
            &[("LoadBalancerArn", "arn:l"), ("SecurityGroups.member.1", "sg-1")],
            &["<L><VpcId>vpc-b</VpcId></L>", GROUP_IN_B],
        ),
    },
    Row {
        name: "balancers-stand-in-two-zones",
        service: "elasticloadbalancing",
        operations: &["CreateLoadBalancer", "SetSubnets"],
        source: LB_SUBNETS,
        asks: &[subnets],
        refuses: That(|said, answers| {
            let zones = zones(&answers[0]);
            let distinct: BTreeSet<_> = zones.iter().collect();
            if said.is("Type", "network") || zones.is_empty() {
                return None;
            }
            if distinct.len() == 1 {
                const MESSAGE: &str =
                    "At least two subnets in two different Availability Zones must be specified";
                return Some(Refusal::new("ValidationError", MESSAGE));
            }
            (distinct.len() < zones.len()).then(|| {
                const MESSAGE: &str =
                    "A load balancer cannot be attached to multiple subnets in the same Availability Zone";
                Refusal::new("InvalidConfigurationRequest", MESSAGE)
            })
        }),
        refused: answered(&[("Subnets.member.1", "subnet-1")], &[ONE_ZONE]),
        taken: answered(&[("Subnets.member.1", "subnet-1")], &[TWO_ZONES]),
    },
    Row {
        name: "balancers-on-the-internet-need-a-gateway",
        service: "elasticloadbalancing",
        operations: &["CreateLoadBalancer"],
        source: "https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/1545",
        asks: &[subnets, |said, answers| {
            if said.is("Scheme", "internal") { None } else { gateways(vpcs(&answers[0]).first()?) }
        }],
        refuses: That(|_, answers| {
            let vpc = *vpcs(&answers[0]).first()?;
            (!has_gateway(&answers[1], vpc))
                .then(|| Refusal::new("InvalidSubnet", format!("VPC {vpc} has no internet gateway")))
        }),
        refused: answered(
            &[("Scheme", "internet-facing"), ("Subnets.member.1", "subnet-1")],
            &[IN_A, NO_GATEWAY],
        ),
        taken: answered(&[("Scheme", "internet-facing"), ("Subnets.member.1", "subnet-1")], &[IN_A, GATEWAY]),
    },
    // EC2 makes it and lets it fail with this code; a refusal is the same to whoever waits for it.
    Row {
        name: "nat-gateways-need-a-gateway",
        service: "ec2",
        operations: &["CreateNatGateway"],
        source: "https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html",
        asks: &[subnets, |said, answers| {
            if said.is("ConnectivityType", "private") { None } else { gateways(vpcs(&answers[0]).first()?) }
        }],
        refuses: That(|_, answers| {
            let vpc = *vpcs(&answers[0]).first()?;
            let message = format!("Network {vpc} has no Internet gateway attached");
            (!has_gateway(&answers[1], vpc)).then(|| Refusal::new("Gateway.NotAttached", message))
        }),
        refused: answered(&[("SubnetId", "subnet-1")], &[IN_A, NO_GATEWAY]),
        taken: answered(&[("SubnetId", "subnet-1")], &[IN_A, GATEWAY]),
    },
    Row {
        name: "routes-through-attached-gateways",
        service: "ec2",
        operations: &["CreateRoute", "ReplaceRoute"],
        source: "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html",
        asks: &[
            |said, _| {
                said.get("GatewayId").filter(|gateway| gateway.starts_with("igw-"))?;
                Some(Question::form(
                    "ec2",
                    "DescribeRouteTables",
                    [("RouteTableId.1", said.get("RouteTableId")?)],
                ))
            },
            |_, answers| gateways(said_in(&answers[0], "vpcId")?),
        ],
        refuses: That(|said, answers| {
            let vpc = said_in(&answers[0], "vpcId")?;
            let (table, gateway) = (said.get("RouteTableId")?, said.get("GatewayId")?);
            let message =
                format!("route table {table} and network gateway {gateway} belong to different networks");
            let is_attached = has_gateway(&answers[1], vpc) && answers[1].contains(gateway);
            (!is_attached).then(|| Refusal::new("InvalidParameterValue", message))
        }),
        refused: answered(
            &[("RouteTableId", "rtb-1"), ("GatewayId", "igw-1")],
            &["<T><vpcId>vpc-a</vpcId></T>", NO_GATEWAY],
        ),
        taken: answered(
            &[("RouteTableId", "rtb-1"), ("GatewayId", "igw-1")],
            &["<T><vpcId>vpc-a</vpcId></T>", GATEWAY],
        ),
    },
    Row {
        name: "private-names-need-host-names",
        service: "ec2",
        operations: &["CreateVpcEndpoint"],
        source: "https://docs.aws.amazon.com/vpc/latest/privatelink/interface-endpoints.html",
        asks: &[|said, _| {
            if !said.is("PrivateDnsEnabled", "true") {
                return None;
            }
            let fields = [("VpcId", said.get("VpcId")?), ("Attribute", "enableDnsHostnames")];
            Some(Question::form("ec2", "DescribeVpcAttribute", fields))
        }],
        refuses: That(|said, answers| {
            let is_on = said_in(xml::text(&answers[0], "enableDnsHostnames")?, "value")? == "true";
            let message = format!(
                "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true \
                 for {}",
                said.get("VpcId")?
            );
            (!is_on).then(|| Refusal::new("InvalidParameter", message))
        }),
        refused: answered(
            &[("PrivateDnsEnabled", "true"), ("VpcId", "vpc-a")],
            &["<A><enableDnsHostnames><value>false</value></enableDnsHostnames></A>"],
        ),
        taken: answered(
            &[("PrivateDnsEnabled", "true"), ("VpcId", "vpc-a")],
            &["<A><enableDnsHostnames><value>true</value></enableDnsHostnames></A>"],
        ),
    },
    Row {
        name: "endpoints-have-one-subnet-in-a-zone",
        service: "ec2",
        operations: &["CreateVpcEndpoint"],
        source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html",
        asks: &[subnets],
        refuses: That(|_, answers| {
            let zones = zones(&answers[0]);
            let distinct: BTreeSet<_> = zones.iter().collect();
            (distinct.len() < zones.len()).then(|| {
                const MESSAGE: &str =
                    "Found another VPC endpoint subnet in the availability zone of the specified subnet.";
                Refusal::new("DuplicateSubnetsInSameZone", MESSAGE)
            })
        }),
        refused: answered(&[("SubnetId.1", "subnet-1"), ("SubnetId.2", "subnet-2")], &[ONE_ZONE]),
        taken: answered(&[("SubnetId.1", "subnet-1"), ("SubnetId.2", "subnet-2")], &[TWO_ZONES]),
    },
    Row {
        name: "databases-and-their-groups-in-one-network",
        service: "rds",
        operations: &["CreateDBInstance"],
        source: "https://github.com/hashicorp/terraform-provider-aws/issues/16419",
        asks: &[subnet_group, groups],
        refuses: That(|_, answers| groups_elsewhere(said_in(&answers[0], "VpcId")?, &answers[1])),
        refused: answered(
            &[("DBSubnetGroupName", "g"), ("VpcSecurityGroupIds.VpcSecurityGroupId.1", "sg-1")],
            &["<G><VpcId>vpc-a</VpcId></G>", GROUP_IN_B],
        ),
        taken: answered(
            &[("DBSubnetGroupName", "g"), ("VpcSecurityGroupIds.VpcSecurityGroupId.1", "sg-1")],
            &["<G><VpcId>vpc-b</VpcId></G>", GROUP_IN_B],
        ),
    },
    Row {
        name: "databases-keep-to-groups-of-their-network",
        service: "rds",
        operations: &["ModifyDBInstance"],
        source: "https://github.com/hashicorp/terraform-provider-aws/issues/16419",
        asks: &[
            |said, _| {
                said.names("VpcSecurityGroupIds.*").next()?;
                let fields = [("DBInstanceIdentifier", said.get("DBInstanceIdentifier")?)];
                Some(Question::form("rds", "DescribeDBInstances", fields))
            },
            groups,
        ],
        refuses: That(|_, answers| {
            groups_elsewhere(said_in(xml::text(&answers[0], "DBSubnetGroup")?, "VpcId")?, &answers[1])
        }),
        refused: answered(
            &[("DBInstanceIdentifier", "d"), ("VpcSecurityGroupIds.VpcSecurityGroupId.1", "sg-1")],
            &["<D><DBSubnetGroup><VpcId>vpc-a</VpcId></DBSubnetGroup></D>", GROUP_IN_B],
        ),
        taken: answered(
            &[("DBInstanceIdentifier", "d"), ("VpcSecurityGroupIds.VpcSecurityGroupId.1", "sg-1")],
            &["<D><DBSubnetGroup><VpcId>vpc-b</VpcId></DBSubnetGroup></D>", GROUP_IN_B],
        ),
    },
    Row {
        name: "services-and-their-groups-in-one-network",
        service: "ecs",
        operations: &["CreateService", "UpdateService"],
        source: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html",
        asks: &[subnets, groups],
        refuses: That(|said, answers| {
            let vpcs = vpcs(&answers[0]);
            let group = said.all("networkConfiguration.*.securityGroups.1").next()?;
            let message = format!(
                "Security group {group} does not appear to belong to the same VPC as the input subnets."
            );
            group_vpcs(&answers[1])
                .iter()
                .any(|vpc| !vpcs.contains(vpc))
                .then(|| Refusal::new("InvalidParameterException", message))
        }),
        refused: answered(
            &[
                ("networkConfiguration.awsvpcConfiguration.subnets.1", "subnet-1"),
                ("networkConfiguration.awsvpcConfiguration.securityGroups.1", "sg-1"),
            ],
            &[IN_A, GROUP_IN_B],
        ),
        taken: answered(
            &[
                ("networkConfiguration.awsvpcConfiguration.subnets.1", "subnet-1"),
                ("networkConfiguration.awsvpcConfiguration.securityGroups.1", "sg-1"),
            ],
            &[IN_B, GROUP_IN_B],
        ),
    },
];

const GROUP_IN_B: &str = "<G><securityGroupInfo><item><groupId>sg-1</groupId><vpcId>vpc-b</vpcId></item>\
                          </securityGroupInfo></G>";

/// The subnets that a request names, wherever it does.
fn subnets(said: &Said, _answers: &[String]) -> Option<Question> {
    const FIELDS: [&str; 6] = [
        "SubnetId",
        "SubnetId.*",
        "SubnetIds.SubnetIdentifier.*",
        "Subnets.member.*",
        "SubnetMappings.member.*.SubnetId",
        "networkConfiguration.awsvpcConfiguration.subnets.*",
    ];
    each("DescribeSubnets", "SubnetId", FIELDS.iter().flat_map(|field| said.all(field)))
}

/// The security groups that a request names.
fn groups(said: &Said, _answers: &[String]) -> Option<Question> {
    const FIELDS: [&str; 3] = [
        "VpcSecurityGroupIds.VpcSecurityGroupId.*",
        "SecurityGroups.member.*",
        "networkConfiguration.awsvpcConfiguration.securityGroups.*",
    ];
    each("DescribeSecurityGroups", "GroupId", FIELDS.iter().flat_map(|field| said.all(field)))
}

/// A question about several; nothing where there is none.
fn each<'a>(action: &'static str, name: &str, ids: impl Iterator<Item = &'a str>) -> Option<Question> {
    let fields: Vec<_> = (1..).zip(ids).map(|(n, id)| (format!("{name}.{n}"), id.to_owned())).collect();
    (!fields.is_empty()).then(|| Question::form("ec2", action, fields))
}

fn subnet_group(said: &Said, _answers: &[String]) -> Option<Question> {
    let group = said.get("DBSubnetGroupName")?;
    Some(Question::form("rds", "DescribeDBSubnetGroups", [("DBSubnetGroupName", group)]))
}

fn balancer(said: &Said, _answers: &[String]) -> Option<Question> {
    let fields = [("LoadBalancerArns.member.1", said.get("LoadBalancerArn")?)];
    Some(Question::form("elasticloadbalancing", "DescribeLoadBalancers", fields))
}

/// The internet gateways of a network.
fn gateways(vpc: &str) -> Option<Question> {
    let fields = [("Filter.1.Name", "attachment.vpc-id"), ("Filter.1.Value.1", vpc)];
    Some(Question::form("ec2", "DescribeInternetGateways", fields))
}

fn has_gateway(answer: &str, vpc: &str) -> bool {
    xml::all(answer, "attachmentSet").iter().any(|attached| said_in(attached, "vpcId") == Some(vpc))
}

fn items<'a>(answer: &'a str, set: &str) -> Vec<&'a str> {
    xml::text(answer, set).map(|set| xml::all(set, "item")).unwrap_or_default()
}

/// The networks of the subnets of an answer.
fn vpcs(answer: &str) -> Vec<&str> {
    items(answer, "subnetSet").into_iter().filter_map(|subnet| said_in(subnet, "vpcId")).collect()
}

/// Their zones.
fn zones(answer: &str) -> Vec<&str> {
    items(answer, "subnetSet").into_iter().filter_map(|subnet| said_in(subnet, "availabilityZone")).collect()
}

/// The networks of the security groups of an answer.
fn group_vpcs(answer: &str) -> Vec<&str> {
    items(answer, "securityGroupInfo").into_iter().filter_map(|group| said_in(group, "vpcId")).collect()
}

fn groups_elsewhere(vpc: &str, answer: &str) -> Option<Refusal> {
    let other = group_vpcs(answer).into_iter().find(|other| *other != vpc)?;
    let message = format!(
        "The DB instance and EC2 security group are in different VPCs. The DB instance is in {vpc} and the EC2 security \
         group is in {other}"
    );
    Some(Refusal::new("InvalidParameterCombination", message))
}
