//! What the registry says of the values of `ec2`.
//!
//! Made by `cargo xtask registry` from the schemas in cfn-lint==1.58.0 (region us-east-1, schemas of 2026-10-20).
// @generated

use super::SOURCE;
use ironward_core::shape::{Bounds, Kind, Shape, Shapes};

/// `AWS::EC2::EIP`.
pub(super) static EIP: Shapes = Shapes::new(
    "AWS::EC2::EIP",
    SOURCE,
    &[
        Shape::new("Address").kinds(&[Kind::String]),
        Shape::new("Domain").kinds(&[Kind::String]),
        Shape::new("InstanceId").kinds(&[Kind::String]),
        Shape::new("IpamPoolId").kinds(&[Kind::String]),
        Shape::new("NetworkBorderGroup").kinds(&[Kind::String]),
        Shape::new("PublicIpv4Pool").kinds(&[Kind::String]),
        Shape::new("Tags").kinds(&[Kind::Array]).requires(&["Key", "Value"]),
        Shape::new("Tags.Key").kinds(&[Kind::String]),
        Shape::new("Tags.Value").kinds(&[Kind::String]),
        Shape::new("TransferAddress").kinds(&[Kind::String]),
    ],
);

/// `AWS::EC2::FlowLog`.
pub(super) static FLOW_LOG: Shapes = Shapes::new(
    "AWS::EC2::FlowLog",
    SOURCE,
    &[
        Shape::new("").requires(&["ResourceId", "ResourceType"]),
        Shape::new("DeliverCrossAccountRole").kinds(&[Kind::String]),
        Shape::new("DeliverLogsPermissionArn").kinds(&[Kind::String]),
        Shape::new("DestinationOptions").kinds(&[Kind::Object]).requires(&[
            "FileFormat",
            "HiveCompatiblePartitions",
            "PerHourPartition",
        ]),
        Shape::new("DestinationOptions.FileFormat").kinds(&[Kind::String]).values(&["plain-text", "parquet"]),
        Shape::new("DestinationOptions.HiveCompatiblePartitions").kinds(&[Kind::Boolean]),
        Shape::new("DestinationOptions.PerHourPartition").kinds(&[Kind::Boolean]),
        Shape::new("LogDestination").kinds(&[Kind::String]),
        Shape::new("LogDestinationType").kinds(&[Kind::String]).values(&[
            "cloud-watch-logs",
            "s3",
            "kinesis-data-firehose",
        ]),
        Shape::new("LogFormat").kinds(&[Kind::String]),
        Shape::new("LogGroupName").kinds(&[Kind::String]),
        Shape::new("MaxAggregationInterval").kinds(&[Kind::Integer]),
        Shape::new("ResourceId").kinds(&[Kind::String]),
        Shape::new("ResourceType").kinds(&[Kind::String]).values(&[
            "NetworkInterface",
            "Subnet",
            "VPC",
            "TransitGateway",
            "TransitGatewayAttachment",
            "RegionalNatGateway",
        ]),
        Shape::new("TagFieldSpecifications")
            .kinds(&[Kind::Array])
            .items(Bounds::between(1.0, 3.0))
            .requires(&["ResourceType", "TagKeys"]),
        Shape::new("TagFieldSpecifications.ResourceType").kinds(&[Kind::String]).values(&[
            "auto-scaling-group",
            "instance",
            "network-interface",
        ]),
        Shape::new("TagFieldSpecifications.TagKeys")
            .kinds(&[Kind::Array])
            .length(Bounds::between(1.0, 128.0))
            .items(Bounds::between(1.0, 2.0)),
        Shape::new("Tags").kinds(&[Kind::Array]).requires(&["Key", "Value"]),
        Shape::new("Tags.Key").kinds(&[Kind::String]),
        Shape::new("Tags.Value").kinds(&[Kind::String]),
        Shape::new("TrafficType").kinds(&[Kind::String]).values(&["ACCEPT", "ALL", "REJECT"]),
    ],
);

/// `AWS::EC2::InternetGateway`.
pub(super) static INTERNET_GATEWAY: Shapes = Shapes::new(
    "AWS::EC2::InternetGateway",
    SOURCE,
    &[
        Shape::new("Tags").kinds(&[Kind::Array]).requires(&["Key", "Value"]),
        Shape::new("Tags.Key").kinds(&[Kind::String]).length(Bounds::between(1.0, 128.0)),
        Shape::new("Tags.Value").kinds(&[Kind::String]).length(Bounds::most(256.0)),
    ],
);

/// `AWS::EC2::NatGateway`.
pub(super) static NAT_GATEWAY: Shapes = Shapes::new(
    "AWS::EC2::NatGateway",
    SOURCE,
    &[
        Shape::new("AllocationId").kinds(&[Kind::String]),
        Shape::new("AvailabilityMode").kinds(&[Kind::String]).values(&["regional", "zonal"]),
        Shape::new("AvailabilityZoneAddresses").kinds(&[Kind::Array]).requires(&["AllocationIds"]),
        Shape::new("AvailabilityZoneAddresses.AllocationIds").kinds(&[Kind::Array]),
        Shape::new("AvailabilityZoneAddresses.AvailabilityZone").kinds(&[Kind::String]),
        Shape::new("AvailabilityZoneAddresses.AvailabilityZoneId").kinds(&[Kind::String]),
        Shape::new("ConnectivityType").kinds(&[Kind::String]).values(&["private", "public"]),
        Shape::new("MaxDrainDurationSeconds").kinds(&[Kind::Integer]),
        Shape::new("PrivateIpAddress").kinds(&[Kind::String]),
        Shape::new("SecondaryAllocationIds").kinds(&[Kind::Array]),
        Shape::new("SecondaryPrivateIpAddressCount")
            .kinds(&[Kind::Integer])
            .range(Bounds::between(1.0, 31.0)),
        Shape::new("SecondaryPrivateIpAddresses").kinds(&[Kind::Array]),
        Shape::new("SubnetId").kinds(&[Kind::String]),
        Shape::new("Tags").kinds(&[Kind::Array]).requires(&["Key", "Value"]),
        Shape::new("Tags.Key").kinds(&[Kind::String]),
        Shape::new("Tags.Value").kinds(&[Kind::String]),
        Shape::new("VpcId").kinds(&[Kind::String]),
    ],
);

/// `AWS::EC2::Route`.
pub(super) static ROUTE: Shapes = Shapes::new(
    "AWS::EC2::Route",
    SOURCE,
    &[
        Shape::new("").requires(&["RouteTableId"]),
        Shape::new("CarrierGatewayId").kinds(&[Kind::String]),
        Shape::new("CoreNetworkArn").kinds(&[Kind::String]),
        Shape::new("DestinationCidrBlock").kinds(&[Kind::String]),
        Shape::new("DestinationIpv6CidrBlock").kinds(&[Kind::String]),
        Shape::new("DestinationPrefixListId").kinds(&[Kind::String]),
        Shape::new("EgressOnlyInternetGatewayId").kinds(&[Kind::String]),
        Shape::new("GatewayId").kinds(&[Kind::String]),
        Shape::new("InstanceId").kinds(&[Kind::String]),
        Shape::new("LocalGatewayId").kinds(&[Kind::String]),
        Shape::new("NatGatewayId").kinds(&[Kind::String]),
        Shape::new("NetworkInterfaceId").kinds(&[Kind::String]),
        Shape::new("OdbNetworkArn").kinds(&[Kind::String]),
        Shape::new("RouteTableId").kinds(&[Kind::String]),
        Shape::new("TransitGatewayId").kinds(&[Kind::String]),
        Shape::new("VpcEndpointId").kinds(&[Kind::String]),
        Shape::new("VpcPeeringConnectionId").kinds(&[Kind::String]),
    ],
);

/// `AWS::EC2::RouteTable`.
pub(super) static ROUTE_TABLE: Shapes = Shapes::new(
    "AWS::EC2::RouteTable",
    SOURCE,
    &[
        Shape::new("").requires(&["VpcId"]),
        Shape::new("Tags").kinds(&[Kind::Array]).requires(&["Key", "Value"]),
        Shape::new("Tags.Key").kinds(&[Kind::String]),
        Shape::new("Tags.Value").kinds(&[Kind::String]),
        Shape::new("VpcId").kinds(&[Kind::String]),
    ],
);

/// `AWS::EC2::SecurityGroup`.
pub(super) static SECURITY_GROUP: Shapes = Shapes::new(
    "AWS::EC2::SecurityGroup",
    SOURCE,
    &[
        Shape::new("").requires(&["GroupDescription"]),
        Shape::new("GroupDescription")
            .kinds(&[Kind::String])
            .length(Bounds::between(0.0, 255.0))
            .pattern(r"^([a-z,A-Z,0-9,. _\-:/()#,@\[\]+=\&;\{\}!$*])*$"),
        Shape::new("GroupName").kinds(&[Kind::String]),
        Shape::new("SecurityGroupEgress").kinds(&[Kind::Array]).requires(&["IpProtocol"]),
        Shape::new("SecurityGroupEgress.CidrIp").kinds(&[Kind::String]),
        Shape::new("SecurityGroupEgress.CidrIpv6").kinds(&[Kind::String]),
        Shape::new("SecurityGroupEgress.Description").kinds(&[Kind::String]),
        Shape::new("SecurityGroupEgress.DestinationPrefixListId").kinds(&[Kind::String]),
        Shape::new("SecurityGroupEgress.DestinationSecurityGroupId").kinds(&[Kind::String]),
        Shape::new("SecurityGroupEgress.FromPort").kinds(&[Kind::Integer]).range(Bounds::least(-1.0)),
        Shape::new("SecurityGroupEgress.IpProtocol").kinds(&[Kind::String]),
        Shape::new("SecurityGroupEgress.ToPort").kinds(&[Kind::Integer]).range(Bounds::least(-1.0)),
        Shape::new("SecurityGroupIngress").kinds(&[Kind::Array]).requires(&["IpProtocol"]),
        Shape::new("SecurityGroupIngress.CidrIp").kinds(&[Kind::String]),
        Shape::new("SecurityGroupIngress.CidrIpv6").kinds(&[Kind::String]),
        Shape::new("SecurityGroupIngress.Description").kinds(&[Kind::String]),
        Shape::new("SecurityGroupIngress.FromPort").kinds(&[Kind::Integer]).range(Bounds::least(-1.0)),
        Shape::new("SecurityGroupIngress.IpProtocol").kinds(&[Kind::String]),
        Shape::new("SecurityGroupIngress.SourcePrefixListId").kinds(&[Kind::String]),
        Shape::new("SecurityGroupIngress.SourceSecurityGroupId").kinds(&[Kind::String]),
        Shape::new("SecurityGroupIngress.SourceSecurityGroupName").kinds(&[Kind::String]),
        Shape::new("SecurityGroupIngress.SourceSecurityGroupOwnerId").kinds(&[Kind::String]),
        Shape::new("SecurityGroupIngress.ToPort").kinds(&[Kind::Integer]).range(Bounds::least(-1.0)),
        Shape::new("Tags").kinds(&[Kind::Array]).requires(&["Key", "Value"]),
        Shape::new("Tags.Key").kinds(&[Kind::String]),
        Shape::new("Tags.Value").kinds(&[Kind::String]),
        Shape::new("VpcId").kinds(&[Kind::String]),
    ],
);

/// `AWS::EC2::SecurityGroupEgress`.
pub(super) static SECURITY_GROUP_EGRESS: Shapes = Shapes::new(
    "AWS::EC2::SecurityGroupEgress",
    SOURCE,
    &[
        Shape::new("").requires(&["GroupId", "IpProtocol"]),
        Shape::new("CidrIp").kinds(&[Kind::String]),
        Shape::new("CidrIpv6").kinds(&[Kind::String]),
        Shape::new("Description").kinds(&[Kind::String]),
        Shape::new("DestinationPrefixListId").kinds(&[Kind::String]),
        Shape::new("DestinationSecurityGroupId").kinds(&[Kind::String]),
        Shape::new("FromPort").kinds(&[Kind::Integer]).range(Bounds::least(-1.0)),
        Shape::new("GroupId").kinds(&[Kind::String]),
        Shape::new("IpProtocol").kinds(&[Kind::String]),
        Shape::new("ToPort").kinds(&[Kind::Integer]).range(Bounds::least(-1.0)),
    ],
);

/// `AWS::EC2::SecurityGroupIngress`.
pub(super) static SECURITY_GROUP_INGRESS: Shapes = Shapes::new(
    "AWS::EC2::SecurityGroupIngress",
    SOURCE,
    &[
        Shape::new("").requires(&["IpProtocol"]),
        Shape::new("CidrIp").kinds(&[Kind::String]),
        Shape::new("CidrIpv6").kinds(&[Kind::String]),
        Shape::new("Description").kinds(&[Kind::String]),
        Shape::new("FromPort").kinds(&[Kind::Integer]).range(Bounds::least(-1.0)),
        Shape::new("GroupId").kinds(&[Kind::String]),
        Shape::new("GroupName").kinds(&[Kind::String]),
        Shape::new("IpProtocol").kinds(&[Kind::String]),
        Shape::new("SourcePrefixListId").kinds(&[Kind::String]),
        Shape::new("SourceSecurityGroupId").kinds(&[Kind::String]),
        Shape::new("SourceSecurityGroupName").kinds(&[Kind::String]),
        Shape::new("SourceSecurityGroupOwnerId").kinds(&[Kind::String]),
        Shape::new("ToPort").kinds(&[Kind::Integer]).range(Bounds::least(-1.0)),
    ],
);

/// `AWS::EC2::Subnet`.
pub(super) static SUBNET: Shapes = Shapes::new(
    "AWS::EC2::Subnet",
    SOURCE,
    &[
        Shape::new("").requires(&["VpcId"]),
        Shape::new("AssignIpv6AddressOnCreation").kinds(&[Kind::Boolean]),
        Shape::new("AvailabilityZone").kinds(&[Kind::String]),
        Shape::new("AvailabilityZoneId").kinds(&[Kind::String]),
        Shape::new("CidrBlock").kinds(&[Kind::String]),
        Shape::new("EnableDns64").kinds(&[Kind::Boolean]),
        Shape::new("EnableLniAtDeviceIndex").kinds(&[Kind::Integer]),
        Shape::new("Ipv4IpamPoolId").kinds(&[Kind::String]),
        Shape::new("Ipv4NetmaskLength").kinds(&[Kind::Integer]),
        Shape::new("Ipv6CidrBlock").kinds(&[Kind::String]),
        Shape::new("Ipv6IpamPoolId").kinds(&[Kind::String]),
        Shape::new("Ipv6Native").kinds(&[Kind::Boolean]),
        Shape::new("Ipv6NetmaskLength").kinds(&[Kind::Integer]),
        Shape::new("MapPublicIpOnLaunch").kinds(&[Kind::Boolean]),
        Shape::new("OutpostArn").kinds(&[Kind::String]),
        Shape::new("PrivateDnsNameOptionsOnLaunch").kinds(&[Kind::Object]),
        Shape::new("PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsAAAARecord").kinds(&[Kind::Boolean]),
        Shape::new("PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsARecord").kinds(&[Kind::Boolean]),
        Shape::new("PrivateDnsNameOptionsOnLaunch.HostnameType").kinds(&[Kind::String]),
        Shape::new("Tags").kinds(&[Kind::Array]).requires(&["Key", "Value"]),
        Shape::new("Tags.Key").kinds(&[Kind::String]),
        Shape::new("Tags.Value").kinds(&[Kind::String]),
        Shape::new("VpcId").kinds(&[Kind::String]),
    ],
);

/// `AWS::EC2::SubnetRouteTableAssociation`.
pub(super) static SUBNET_ROUTE_TABLE_ASSOCIATION: Shapes = Shapes::new(
    "AWS::EC2::SubnetRouteTableAssociation",
    SOURCE,
    &[
        Shape::new("").requires(&["RouteTableId", "SubnetId"]),
        Shape::new("RouteTableId").kinds(&[Kind::String]),
        Shape::new("SubnetId").kinds(&[Kind::String]),
    ],
);

/// `AWS::EC2::VPC`.
pub(super) static VPC: Shapes = Shapes::new(
    "AWS::EC2::VPC",
    SOURCE,
    &[
        Shape::new("CidrBlock").kinds(&[Kind::String]),
        Shape::new("EnableDnsHostnames").kinds(&[Kind::Boolean]),
        Shape::new("EnableDnsSupport").kinds(&[Kind::Boolean]),
        Shape::new("InstanceTenancy").kinds(&[Kind::String]).values(&["dedicated", "default", "host"]),
        Shape::new("Ipv4IpamPoolId").kinds(&[Kind::String]),
        Shape::new("Ipv4NetmaskLength").kinds(&[Kind::Integer]),
        Shape::new("Tags").kinds(&[Kind::Array]).requires(&["Key", "Value"]),
        Shape::new("Tags.Key").kinds(&[Kind::String]),
        Shape::new("Tags.Value").kinds(&[Kind::String]),
        Shape::new("VpcEncryptionControl").kinds(&[Kind::Object]),
        Shape::new("VpcEncryptionControl.EgressOnlyInternetGatewayExclusion")
            .kinds(&[Kind::String])
            .values(&["enable", "disable"]),
        Shape::new("VpcEncryptionControl.ElasticFileSystemExclusion")
            .kinds(&[Kind::String])
            .values(&["enable", "disable"]),
        Shape::new("VpcEncryptionControl.InternetGatewayExclusion")
            .kinds(&[Kind::String])
            .values(&["enable", "disable"]),
        Shape::new("VpcEncryptionControl.LambdaExclusion")
            .kinds(&[Kind::String])
            .values(&["enable", "disable"]),
        Shape::new("VpcEncryptionControl.Mode").kinds(&[Kind::String]).values(&["monitor", "enforce"]),
        Shape::new("VpcEncryptionControl.NatGatewayExclusion")
            .kinds(&[Kind::String])
            .values(&["enable", "disable"]),
        Shape::new("VpcEncryptionControl.VirtualPrivateGatewayExclusion")
            .kinds(&[Kind::String])
            .values(&["enable", "disable"]),
        Shape::new("VpcEncryptionControl.VpcLatticeExclusion")
            .kinds(&[Kind::String])
            .values(&["enable", "disable"]),
        Shape::new("VpcEncryptionControl.VpcPeeringExclusion")
            .kinds(&[Kind::String])
            .values(&["enable", "disable"]),
    ],
);

/// `AWS::EC2::VPCEndpoint`.
pub(super) static VPC_ENDPOINT: Shapes =
    Shapes::new(
        "AWS::EC2::VPCEndpoint",
        SOURCE,
        &[
            Shape::new("").requires(&["VpcId"]),
            Shape::new("DnsOptions").kinds(&[Kind::Object]),
            Shape::new("DnsOptions.DnsRecordIpType").kinds(&[Kind::String]).values(&[
                "ipv4",
                "ipv6",
                "dualstack",
                "service-defined",
                "not-specified",
            ]),
            Shape::new("DnsOptions.PrivateDnsOnlyForInboundResolverEndpoint")
                .kinds(&[Kind::String])
                .values(&["OnlyInboundResolver", "AllResolvers", "NotSpecified"]),
            Shape::new("DnsOptions.PrivateDnsPreference").kinds(&[Kind::String]).values(&[
                "VERIFIED_DOMAINS_ONLY",
                "ALL_DOMAINS",
                "VERIFIED_DOMAINS_AND_SPECIFIED_DOMAINS",
                "SPECIFIED_DOMAINS_ONLY",
            ]),
            Shape::new("DnsOptions.PrivateDnsSpecifiedDomains")
                .kinds(&[Kind::Array])
                .length(Bounds::between(1.0, 255.0))
                .items(Bounds::between(1.0, 10.0)),
            Shape::new("IpAddressType").kinds(&[Kind::String]).values(&[
                "ipv4",
                "ipv6",
                "dualstack",
                "not-specified",
            ]),
            Shape::new("PolicyDocument").kinds(&[Kind::String, Kind::Object]),
            Shape::new("PrivateDnsEnabled").kinds(&[Kind::Boolean]),
            Shape::new("ResourceConfigurationArn").kinds(&[Kind::String]),
            Shape::new("RouteTableIds").kinds(&[Kind::Array]),
            Shape::new("SecurityGroupIds").kinds(&[Kind::Array]),
            Shape::new("ServiceName").kinds(&[Kind::String]),
            Shape::new("ServiceNetworkArn").kinds(&[Kind::String]),
            Shape::new("ServiceRegion").kinds(&[Kind::String]),
            Shape::new("SubnetIds").kinds(&[Kind::Array]),
            Shape::new("Tags").kinds(&[Kind::Array]).requires(&["Key", "Value"]),
            Shape::new("Tags.Key").kinds(&[Kind::String]),
            Shape::new("Tags.Value").kinds(&[Kind::String]),
            Shape::new("VpcEndpointType").kinds(&[Kind::String]).values(&[
                "Interface",
                "Gateway",
                "GatewayLoadBalancer",
                "ServiceNetwork",
                "Resource",
                "Tunnel",
            ]),
            Shape::new("VpcId").kinds(&[Kind::String]),
        ],
    );

/// `AWS::EC2::VPCGatewayAttachment`.
pub(super) static VPC_GATEWAY_ATTACHMENT: Shapes = Shapes::new(
    "AWS::EC2::VPCGatewayAttachment",
    SOURCE,
    &[
        Shape::new("").requires(&["VpcId"]),
        Shape::new("InternetGatewayId").kinds(&[Kind::String]),
        Shape::new("VpcId").kinds(&[Kind::String]),
        Shape::new("VpnGatewayId").kinds(&[Kind::String]),
    ],
);
