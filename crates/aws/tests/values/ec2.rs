use serde_json::json;

use super::Subject;

#[test]
fn a_network() {
    Subject::new("AWS::EC2::VPC", json!({"CidrBlock": "10.0.0.0/16", "EnableDnsHostnames": true}))
        .takes(&json!({"CidrBlock": "10.0.0.0/28", "InstanceTenancy": "dedicated"}))
        // EC2 clears what is set after the prefix.
        .takes(&json!({"CidrBlock": "100.68.0.18/18"}))
        .takes(&json!({"EnableDnsHostnames": false, "EnableDnsSupport": false}))
        .refuses(
            &json!({"CidrBlock": "10.0.0.0/15"}),
            "`CidrBlock` is a /15, and a VPC is a /16 to /28: take a smaller range",
        )
        .refuses(
            &json!({"CidrBlock": "10.0.0.0/29"}),
            "`CidrBlock` is a /29, and a VPC is a /16 to /28: take a larger range",
        )
        .refuses(
            &json!({"CidrBlock": "10.0.0.0"}),
            "`CidrBlock` is `10.0.0.0`, which isn't an IPv4 range such as 10.0.0.0/16",
        )
        .refuses(
            &json!({"EnableDnsSupport": false}),
            "`EnableDnsHostnames` is true, and `EnableDnsSupport` is false: names need it",
        )
        .refuses(
            &json!({"InstanceTenancy": "host"}),
            r#"`InstanceTenancy` is `"host"`; `default` or `dedicated` is allowed"#,
        );
}

#[test]
fn a_subnet() {
    let six = json!({"Ipv6CidrBlock": "2001:db8:1234:1a00::/64", "AssignIpv6AddressOnCreation": true});
    Subject::new(
        "AWS::EC2::Subnet",
        json!({"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16", "AvailabilityZone": "us-east-1a"}),
    )
    .takes(&json!({"CidrBlock": "10.0.0.240/28", "EnableLniAtDeviceIndex": 1}))
    .takes(&six)
    .refuses(
        &json!({"CidrBlock": "10.0.0.0/29"}),
        "`CidrBlock` is a /29, and a subnet is a /16 to /28: take a larger range",
    )
    // A range may have been given to it beside its declaration.
    .takes(&json!({"AssignIpv6AddressOnCreation": true}))
    .refuses(
        &json!({"Ipv6CidrBlock": "10.0.0.0/16"}),
        "`Ipv6CidrBlock` is `10.0.0.0/16`, which isn't an IPv6 range such as 2001:db8::/32",
    )
    .refuses(&json!({"EnableLniAtDeviceIndex": 0}), "`EnableLniAtDeviceIndex` is `0`; at least 1 is allowed");
}

#[test]
fn a_route() {
    let taken =
        json!({"RouteTableId": "rtb-1", "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1"});
    Subject::new("AWS::EC2::Route", taken)
        .takes(&json!({"NatGatewayId": null, "VpcEndpointId": "vpce-1"}))
        .takes(&json!({"DestinationCidrBlock": null, "DestinationPrefixListId": "pl-1"}))
        // Translated addresses go through a NAT gateway, too.
        .takes(&json!({"DestinationCidrBlock": null, "DestinationIpv6CidrBlock": "64:ff9b::/96"}))
        .refuses(
            &json!({"DestinationCidrBlock": null}),
            "none of `DestinationCidrBlock`, `DestinationIpv6CidrBlock` and `DestinationPrefixListId` is declared, \
             and a route has one destination",
        )
        .refuses(
            &json!({"DestinationPrefixListId": "pl-1"}),
            "`DestinationCidrBlock` and `DestinationPrefixListId` are declared, and a route has one destination: \
             leave one out",
        )
        .refuses(
            &json!({"GatewayId": "igw-1"}),
            "`GatewayId` and `NatGatewayId` are declared, and a route has one target: leave one out",
        )
        .refuses(
            &json!({"NatGatewayId": null}),
            "none of `GatewayId`, `NatGatewayId`, `EgressOnlyInternetGatewayId`, `TransitGatewayId`, \
             `VpcPeeringConnectionId`, `VpcEndpointId`, `NetworkInterfaceId`, `CarrierGatewayId`, `LocalGatewayId`, \
             `CoreNetworkArn` and `OdbNetworkArn` is declared, and a route has one target",
        )
        .refuses(
            &json!({"DestinationCidrBlock": "anywhere"}),
            "`DestinationCidrBlock` is `anywhere`, which isn't an IPv4 range such as 10.0.0.0/16",
        )
        .refuses(
            &json!({"DestinationCidrBlock": null, "DestinationIpv6CidrBlock": "::"}),
            "`DestinationIpv6CidrBlock` is `::`, which isn't an IPv6 range such as 2001:db8::/32",
        )
        .refuses(
            &json!({"NatGatewayId": null, "EgressOnlyInternetGatewayId": "eigw-1"}),
            "`EgressOnlyInternetGatewayId` is declared with a range of IPv4, and an egress-only internet gateway \
             carries IPv6 alone: take a NAT gateway",
        );
}

#[test]
fn a_nat_gateway() {
    let regional = json!({"AvailabilityMode": "regional", "VpcId": "vpc-1", "SubnetId": null, "AllocationId": null,
        "AvailabilityZoneAddresses": [{"AvailabilityZone": "us-east-1a", "AllocationIds": ["eipalloc-1"]}]});
    Subject::new("AWS::EC2::NatGateway", json!({"SubnetId": "subnet-1", "AllocationId": "eipalloc-1"}))
        .takes(&regional)
        .takes(&json!({"ConnectivityType": "private", "AllocationId": null, "PrivateIpAddress": "10.0.0.8"}))
        .takes(&json!({"MaxDrainDurationSeconds": 1}))
        .takes(&json!({"MaxDrainDurationSeconds": 4_000, "SecondaryAllocationIds": ["eipalloc-2"]}))
        .refuses(
            &json!({"MaxDrainDurationSeconds": 4_001}),
            "`MaxDrainDurationSeconds` is `4001`; 1 to 4000 is allowed",
        )
        .refuses(
            &json!({"AllocationId": null}),
            "`AllocationId` isn't declared, and a public NAT gateway can't be without",
        )
        .refuses(
            &json!({"ConnectivityType": "private"}),
            "`AllocationId` is declared, and a private NAT gateway takes none: leave it out",
        )
        .refuses(
            &json!({"ConnectivityType": "private", "AllocationId": null, "SecondaryAllocationIds": ["eipalloc-2"]}),
            "`SecondaryAllocationIds` is declared, and a private NAT gateway takes none: leave it out",
        )
        .refuses(
            &json!({"SubnetId": null}),
            "`SubnetId` isn't declared, and one of a single zone can't be without",
        )
        .refuses(
            &json!({"AvailabilityMode": "regional"}),
            "`VpcId` isn't declared, and one of all zones can't be without",
        )
        .refuses(
            &json!({"AvailabilityZoneAddresses": [{"AvailabilityZone": "us-east-1a", "AllocationIds": ["a"]}]}),
            "`AvailabilityZoneAddresses` is declared, and one of a single zone takes none: leave it out",
        )
        .refuses(
            &json!({"PrivateIpAddress": "10.0.0"}),
            "`PrivateIpAddress` has `10.0.0`, which isn't an IPv4 address such as 10.0.0.8",
        )
        .refuses(
            &json!({"SecondaryPrivateIpAddresses": ["10.0.0.9", "10.0.0.256"]}),
            "`SecondaryPrivateIpAddresses` has `10.0.0.256`, which isn't an IPv4 address such as 10.0.0.8",
        );
}

#[test]
fn an_address_and_an_attachment() {
    Subject::new("AWS::EC2::EIP", json!({"Address": "192.0.2.1"})).refuses(
        &json!({"Address": "192.0.2"}),
        "`Address` has `192.0.2`, which isn't an IPv4 address such as 10.0.0.8",
    );
    Subject::new("AWS::EC2::VPCGatewayAttachment", json!({"VpcId": "vpc-1", "InternetGatewayId": "igw-1"}))
        .takes(&json!({"InternetGatewayId": null, "VpnGatewayId": "vgw-1"}))
        .refuses(
            &json!({"VpnGatewayId": "vgw-1"}),
            "`InternetGatewayId` and `VpnGatewayId` are declared, and it attaches one gateway: leave one out",
        )
        .refuses(
            &json!({"InternetGatewayId": null}),
            "none of `InternetGatewayId` and `VpnGatewayId` is declared, and it attaches one gateway",
        );
}

#[test]
fn an_endpoint() {
    let interface = json!({"VpcId": "vpc-1", "VpcEndpointType": "Interface", "SubnetIds": ["subnet-1"],
        "ServiceName": "com.amazonaws.us-east-1.logs", "SecurityGroupIds": ["sg-1"], "RouteTableIds": [],
        "PrivateDnsEnabled": true});
    Subject::new("AWS::EC2::VPCEndpoint", interface)
        .takes(&json!({"VpcEndpointType": "Resource", "ServiceName": null, "ResourceConfigurationArn": "arn:1",
            "DnsOptions": {"PrivateDnsPreference": "SPECIFIED_DOMAINS_ONLY", "PrivateDnsSpecifiedDomains": ["a.org"]}}))
        .takes(&json!({"VpcEndpointType": "ServiceNetwork", "ServiceName": null, "ServiceNetworkArn": "arn:1"}))
        .refuses(
            &json!({"RouteTableIds": ["rtb-1"]}),
            "`RouteTableIds` has route tables, and an endpoint of the type Interface stands in subnets: leave them out",
        )
        .refuses(
            &json!({"ResourceConfigurationArn": "arn:1"}),
            "`ResourceConfigurationArn` is declared, and the type is Interface: an endpoint of the type `Resource` or \
             `Tunnel` reaches it",
        )
        .refuses(
            &json!({"ServiceNetworkArn": "arn:1"}),
            "`ServiceNetworkArn` is declared, and the type is Interface: an endpoint of the type `ServiceNetwork` \
             reaches it",
        )
        .refuses(
            &json!({"DnsOptions": {"PrivateDnsPreference": "ALL_DOMAINS"}}),
            "`DnsOptions.PrivateDnsPreference` is declared, and an endpoint of the type Interface has none: leave it out",
        )
        .refuses(
            &json!({"VpcEndpointType": "Resource", "ResourceConfigurationArn": "arn:1",
                "DnsOptions": {"PrivateDnsPreference": "ALL_DOMAINS", "PrivateDnsSpecifiedDomains": ["a.org"]}}),
            "`DnsOptions.PrivateDnsSpecifiedDomains` is declared, and the preference ALL_DOMAINS takes none: prefer \
             SPECIFIED_DOMAINS_ONLY or VERIFIED_DOMAINS_AND_SPECIFIED_DOMAINS",
        );
    let gateway = json!({"VpcId": "vpc-1", "VpcEndpointType": "Gateway", "RouteTableIds": ["rtb-1"],
        "ServiceName": "com.amazonaws.us-east-1.s3"});
    Subject::new("AWS::EC2::VPCEndpoint", gateway)
        .takes(&json!({"SubnetIds": [], "PrivateDnsEnabled": false}))
        .refuses(
            &json!({"SubnetIds": ["subnet-1"]}),
            "`SubnetIds` isn't empty, and a gateway stands in route tables: leave it out",
        )
        .refuses(
            &json!({"SecurityGroupIds": ["sg-1"]}),
            "`SecurityGroupIds` isn't empty, and a gateway stands in route tables: leave it out",
        )
        .refuses(
            &json!({"PrivateDnsEnabled": true}),
            "`PrivateDnsEnabled` is true, and a gateway takes over no names: leave it out",
        );
}

#[test]
fn a_flow_log() {
    let taken = json!({"ResourceType": "VPC", "ResourceId": "vpc-1", "LogGroupName": "flows",
        "DeliverLogsPermissionArn": "arn:aws:iam::123456789012:role/flows", "MaxAggregationInterval": 60});
    let bucket = |arn: &str| {
        json!({"LogGroupName": null, "DeliverLogsPermissionArn": null, "LogDestinationType": "s3",
            "LogDestination": arn})
    };
    let mut named = bucket("arn:aws:s3:::kept");
    named["LogGroupName"] = json!("flows");
    let mut nowhere = bucket("");
    nowhere["LogDestination"] = json!(null);
    Subject::new("AWS::EC2::FlowLog", taken)
        .takes(&json!({"MaxAggregationInterval": 600, "LogFormat": "${srcaddr} ${dstaddr}"}))
        .takes(&json!({"LogGroupName": null,
            "LogDestination": "arn:aws:logs:us-east-1:123456789012:log-group:flows"}))
        .takes(&bucket("arn:aws:s3:::kept/network/"))
        .refuses(
            &json!({"MaxAggregationInterval": 300}),
            "`MaxAggregationInterval` is `300`; `60` or `600` is allowed",
        )
        .refuses(
            &json!({"LogFormat": "srcaddr dstaddr"}),
            r#"`LogFormat` is `"srcaddr dstaddr"`; it has to match `\$\{[^{}]+\}`"#,
        )
        .refuses(
            &json!({"LogGroupName": null}),
            "`LogGroupName` isn't declared, nor is `LogDestination`, and logs to CloudWatch need one of them",
        )
        .refuses(
            &json!({"DeliverLogsPermissionArn": null}),
            "`DeliverLogsPermissionArn` isn't declared, and logs to CloudWatch need a role that may write them",
        )
        .refuses(&named, "`LogGroupName` is declared, and logs go to s3: leave it out")
        .refuses(&nowhere, "`LogDestination` isn't declared, and logs to s3 can't be without")
        .refuses(
            &bucket("arn:aws:s3:::kept/AWSLogs/"),
            "`LogDestination` is `arn:aws:s3:::kept/AWSLogs/`, and the folder `AWSLogs` is the service's own: choose \
             another",
        );
}

#[test]
fn what_is_let_in() {
    let rule = json!({"GroupId": "sg-1", "PeerType": "ipv4", "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443,
        "CidrIp": "10.0.0.0/16", "Description": "HTTPS"});
    let icmp = |protocol: &str, kind: i64, code: i64| json!({"IpProtocol": protocol, "FromPort": kind, "ToPort": code});
    Subject::new("AWS::EC2::SecurityGroupIngress", rule)
        .takes(&icmp("udp", 0, 65_535))
        .takes(&icmp("icmp", 8, -1))
        .takes(&icmp("1", -1, -1))
        .takes(&icmp("icmpv6", 128, 0))
        .takes(&icmp("-1", -1, -1))
        .takes(&icmp("50", 0, 0))
        .takes(&icmp("tcp", -1, -1))
        .takes(&json!({"CidrIp": null, "CidrIpv6": "::/0"}))
        .takes(&json!({"CidrIp": "100.68.0.18/18", "Description": "a".repeat(255)}))
        .refuses(
            &json!({"IpProtocol": "http"}),
            "`IpProtocol` is `http`, which isn't a protocol: say tcp, udp, icmp or icmpv6, the number of another, or \
             -1 for all",
        )
        .refuses(
            &json!({"IpProtocol": "256"}),
            "`IpProtocol` is `256`, which isn't a protocol: say tcp, udp, icmp or icmpv6, the number of another, or \
             -1 for all",
        )
        .refuses(&json!({"ToPort": 65_536}), "`ToPort` is `65536`; at most 65535 is allowed")
        .refuses(
            &json!({"ToPort": 80}),
            "`FromPort` is 443, and `ToPort` 80: the first port isn't above the last",
        )
        .refuses(
            &json!({"FromPort": -1}),
            "`FromPort` is -1, and the other port isn't: say both from 0 to 65535",
        )
        .refuses(&json!({"ToPort": -1}), "`ToPort` is -1, and the other port isn't: say both from 0 to 65535")
        .refuses(
            &icmp("icmp", -1, 0),
            "`ToPort` is 0, and with all types, which `FromPort` -1 says, it is -1, too",
        )
        .refuses(
            &icmp("icmp", 256, 0),
            "`FromPort` is 256, and types of ICMP are 0 to 255, or -1 for all",
        )
        .refuses(
            &icmp("icmpv6", 128, 256),
            "`ToPort` is 256, and codes of ICMP are 0 to 255, or -1 for all",
        )
        .refuses(
            &json!({"SourceSecurityGroupId": "sg-2"}),
            "`CidrIp` and `SourceSecurityGroupId` are declared, and a rule has one source: leave one out",
        )
        .refuses(
            &json!({"CidrIp": null}),
            "none of `CidrIp`, `CidrIpv6`, `SourcePrefixListId` and `SourceSecurityGroupId` is declared, and a rule \
             has one source",
        )
        .refuses(
            &json!({"CidrIp": "10.0.0.1"}),
            "`CidrIp` is `10.0.0.1`, which isn't an IPv4 range such as 10.0.0.0/16",
        )
        .refuses(
            &json!({"CidrIp": null, "CidrIpv6": "0.0.0.0/0"}),
            "`CidrIpv6` is `0.0.0.0/0`, which isn't an IPv6 range such as 2001:db8::/32",
        )
        .refuses(
            &json!({"Description": "a".repeat(256)}),
            "`Description` has 256 characters; at most 255 characters are allowed",
        )
        .refuses(
            &json!({"Description": "it's"}),
            r#"`Description` is `"it's"`; it has to match `^[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]*$`"#,
        );
}

#[test]
fn what_is_let_out() {
    let rule = json!({"GroupId": "sg-1", "PeerType": "prefix-list", "IpProtocol": "tcp", "FromPort": 443,
        "ToPort": 443, "DestinationPrefixListId": "pl-1", "Description": "S3"});
    Subject::new("AWS::EC2::SecurityGroupEgress", rule)
        .takes(&json!({"DestinationPrefixListId": null, "DestinationSecurityGroupId": "sg-2"}))
        .refuses(
            &json!({"CidrIp": "10.0.0.0/8"}),
            "`CidrIp` and `DestinationPrefixListId` are declared, and a rule has one destination: leave one out",
        )
        .refuses(
            &json!({"FromPort": 8_443}),
            "`FromPort` is 8443, and `ToPort` 443: the first port isn't above the last",
        );
}
