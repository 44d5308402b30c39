"""Rules of Amazon EC2."""

import ipaddress
from typing import Any

from rules.rule import DOCS, Holds, Rule, exactly_one, matches, one_of

EC2_API = f"{DOCS}AWSEC2/latest/APIReference/"

TARGETS = (
    "CarrierGatewayId", "CoreNetworkArn", "EgressOnlyInternetGatewayId", "GatewayId", "InstanceId",
    "LocalGatewayId", "NatGatewayId", "NetworkInterfaceId", "OdbNetworkArn", "TransitGatewayId",
    "VpcEndpointId", "VpcPeeringConnectionId",
)  # fmt: skip

DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")

TAGGED = {
    "ec2:AllocateAddress": "elastic-ip",
    "ec2:AuthorizeSecurityGroupEgress": "security-group-rule",
    "ec2:AuthorizeSecurityGroupIngress": "security-group-rule",
    "ec2:CreateFlowLogs": "vpc-flow-log",
    "ec2:CreateInternetGateway": "internet-gateway",
    "ec2:CreateNatGateway": "natgateway",
    "ec2:CreateRouteTable": "route-table",
    "ec2:CreateSecurityGroup": "security-group",
    "ec2:CreateSubnet": "subnet",
    "ec2:CreateVpc": "vpc",
    "ec2:CreateVpcEncryptionControl": "vpc-encryption-control",
    "ec2:CreateVpcEndpoint": "vpc-endpoint",
}

RULES_OF_GROUPS = (
    "ec2:AuthorizeSecurityGroupEgress",
    "ec2:AuthorizeSecurityGroupIngress",
    "ec2:RevokeSecurityGroupEgress",
    "ec2:RevokeSecurityGroupIngress",
)  # fmt: skip

GROUP_TEXT = r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]"


def network(shortest: int, longest: int) -> Holds:
    """A range of IPv4 addresses whose prefix has so many bits."""

    def holds(text: str, _: str) -> bool:
        try:
            return shortest <= ipaddress.IPv4Network(text, strict=True).prefixlen <= longest
        except ValueError:
            return False

    return holds


def ports(permission: dict[str, Any], _: str) -> bool:
    low, high = permission.get("FromPort"), permission.get("ToPort")
    if permission["IpProtocol"] not in ("tcp", "udp", "6", "17"):
        return True
    return low is not None and high is not None and 0 <= low <= high <= 65535


def endpoint_service(parameters: dict[str, Any], region: str) -> bool:
    name = parameters.get("ServiceName", "")
    prefixes = tuple(
        f"{begin}.{region}."
        for begin in ("com.amazonaws", "com.amazonaws.vpce", "aws.api", "cn.com.amazonaws")
    )
    return not name or name.startswith(prefixes) or "ServiceRegion" in parameters


def flow_destination(parameters: dict[str, Any], _: str) -> bool:
    """Logs in CloudWatch need a role, and those elsewhere take none."""
    kind = parameters.get("LogDestinationType", "cloud-watch-logs")
    if kind == "cloud-watch-logs":
        return "DeliverLogsPermissionArn" in parameters and (
            "LogGroupName" in parameters or "LogDestination" in parameters
        )
    return "LogDestination" in parameters and "LogGroupName" not in parameters


RULES = [
    Rule(
        ("ec2:CreateVpc",),
        "CidrBlock",
        "a range from /16 to /28 that begins at its first address",
        f"{DOCS}vpc/latest/userguide/vpc-cidr-blocks.html",
        network(16, 28),
        "10.0.0.0/16",
        "10.0.0.0/8",
    ),
    Rule(
        ("ec2:CreateSubnet",),
        "CidrBlock",
        "a range from /16 to /28 that begins at its first address",
        f"{DOCS}vpc/latest/userguide/subnet-sizing.html",
        network(16, 28),
        "10.0.0.0/24",
        "10.0.0.0/29",
    ),
    Rule(
        ("ec2:CreateSecurityGroup",),
        "GroupName",
        f"at most 255 of {GROUP_TEXT}, and not `sg-` at the beginning",
        f"{EC2_API}API_CreateSecurityGroup.html",
        matches(rf"(?!sg-){GROUP_TEXT}{{1,255}}"),
        "web",
        "sg-web",
    ),
    Rule(
        ("ec2:CreateSecurityGroup",),
        "GroupDescription",
        f"at most 255 of {GROUP_TEXT}",
        f"{EC2_API}API_CreateSecurityGroup.html",
        matches(rf"{GROUP_TEXT}{{1,255}}"),
        "the web",
        "the “web”",
    ),
    *(
        Rule(
            RULES_OF_GROUPS,
            f"IpPermissions[].{member}[].Description",
            f"at most 255 of {GROUP_TEXT}",
            f"{EC2_API}API_IpRange.html",
            matches(rf"{GROUP_TEXT}{{0,255}}"),
            "the web",
            "a 'quoted' word",
        )
        for member in ("IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs")
    ),
    Rule(
        RULES_OF_GROUPS,
        "IpPermissions[]",
        "both ports for TCP and UDP, the first not above the last",
        f"{EC2_API}API_IpPermission.html",
        ports,
        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443},
        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 80},
    ),
    Rule(
        ("ec2:CreateRoute", "ec2:ReplaceRoute"),
        "",
        "exactly one destination",
        f"{EC2_API}API_CreateRoute.html",
        exactly_one(*DESTINATIONS),
        {"DestinationCidrBlock": "0.0.0.0/0"},
        {},
    ),
    Rule(
        ("ec2:CreateRoute",),
        "",
        "exactly one target",
        f"{EC2_API}API_CreateRoute.html",
        exactly_one(*TARGETS),
        {"NatGatewayId": "nat-1"},
        {"NatGatewayId": "nat-1", "GatewayId": "igw-1"},
    ),
    Rule(
        ("ec2:CreateVpcEndpoint",),
        "",
        "a service of the request's own region",
        f"{EC2_API}API_CreateVpcEndpoint.html",
        endpoint_service,
        {"ServiceName": "com.amazonaws.us-east-1.s3"},
        {"ServiceName": "com.amazonaws.eu-west-1.s3"},
    ),
    Rule(
        ("ec2:CreateVpcEndpoint",),
        "",
        "no private DNS, subnets or security groups for a gateway endpoint",
        f"{EC2_API}API_CreateVpcEndpoint.html",
        lambda value, _: (
            value.get("VpcEndpointType", "Gateway") != "Gateway"
            or not (value.get("PrivateDnsEnabled") or value.get("SubnetIds") or value.get("SecurityGroupIds"))
        ),
        {"VpcEndpointType": "Interface", "PrivateDnsEnabled": True},
        {"VpcEndpointType": "Gateway", "PrivateDnsEnabled": True},
    ),
    Rule(
        ("ec2:CreateFlowLogs",),
        "MaxAggregationInterval",
        "60 or 600 seconds",
        f"{EC2_API}API_CreateFlowLogs.html",
        one_of(60, 600),
        60,
        300,
    ),
    Rule(
        ("ec2:CreateFlowLogs",),
        "",
        "a role with a log group, a destination elsewhere",
        f"{EC2_API}API_CreateFlowLogs.html",
        flow_destination,
        {"LogGroupName": "a", "DeliverLogsPermissionArn": "b"},
        {"LogGroupName": "a"},
    ),
    Rule(
        ("ec2:CreateNatGateway",),
        "",
        "an address for a public gateway of a zone, none for a private one",
        f"{EC2_API}API_CreateNatGateway.html",
        lambda value, _: (
            value.get("AvailabilityMode") == "regional"
            or (value.get("ConnectivityType", "public") == "public") == ("AllocationId" in value)
        ),
        {"AllocationId": "eipalloc-1"},
        {"ConnectivityType": "private", "AllocationId": "eipalloc-1"},
    ),
    Rule(
        ("ec2:ModifyVpcAttribute",),
        "",
        "one attribute at a time",
        f"{EC2_API}API_ModifyVpcAttribute.html",
        exactly_one("EnableDnsHostnames", "EnableDnsSupport", "EnableNetworkAddressUsageMetrics"),
        {"EnableDnsSupport": {}},
        {"EnableDnsSupport": {}, "EnableDnsHostnames": {}},
    ),
    Rule(
        ("ec2:ModifySubnetAttribute",),
        "",
        "one attribute at a time, but for both of DNS names",
        f"{EC2_API}API_ModifySubnetAttribute.html",
        lambda value, _: len(value.keys() - {"SubnetId"}) == 1,
        {"SubnetId": "a", "MapPublicIpOnLaunch": {}},
        {"SubnetId": "a", "MapPublicIpOnLaunch": {}, "AssignIpv6AddressOnCreation": {}},
    ),
    *(
        Rule(
            (action,),
            "TagSpecifications[].ResourceType",
            f"`{resource}`",
            f"{EC2_API}API_TagSpecification.html",
            one_of(resource),
            resource,
            "instance",
        )
        for action, resource in TAGGED.items()
    ),
]
