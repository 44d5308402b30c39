//! Further legal values, by type: each is an object of what is set together, and nothing takes a property
//! away. A value is tried on the subjects that declare all that it takes away, and what `when` says;
//! `Fn::GetAtt` names an attribute of what the subject declares beside itself.

use serde_json::{Value as Json, json};

/// What is set together, for subjects of a type.
pub fn of(type_name: &str) -> Vec<Json> {
    match type_name {
        "AWS::CertificateManager::Certificate" => certificate(),
        "AWS::CloudTrail::Trail" => trail(),
        "AWS::EC2::EIP" => address(),
        "AWS::EC2::FlowLog" => flow_log(),
        "AWS::EC2::NatGateway" => nat_gateway(),
        "AWS::EC2::Route" => route(),
        "AWS::EC2::SecurityGroupEgress" => egress(),
        "AWS::EC2::SecurityGroupIngress" => ingress(),
        "AWS::EC2::Subnet" => subnet(),
        "AWS::EC2::VPC" => vpc(),
        "AWS::EC2::VPCEndpoint" => endpoint(),
        "AWS::EC2::VPCGatewayAttachment" => {
            vec![json!({"when": {"VpnGatewayId": null}, "AttachmentType": "IGW"})]
        }
        "AWS::ECS::Cluster" => vec![json!({"ServiceConnectDefaults": {"Namespace": "inside"}})],
        "AWS::ECS::Service" => service(),
        "AWS::ElasticLoadBalancingV2::Listener" => listener(),
        "AWS::ElasticLoadBalancingV2::LoadBalancer" => balancer(),
        "AWS::ElasticLoadBalancingV2::TargetGroup" => vec![
            json!({"Name": "values-of-a-name"}),
            json!({"HealthCheckProtocol": "HTTP"}),
            json!({"Protocol": "HTTP", "HealthCheckProtocol": "HTTP"}),
        ],
        "AWS::IAM::Role" => {
            vec![json!({"PermissionsBoundary": "arn:aws:iam::aws:policy/ReadOnlyAccess"})]
        }
        "AWS::KMS::Key" => vec![json!({"BypassPolicyLockoutSafetyCheck": true})],
        "AWS::Logs::LogGroup" => log_group(),
        "AWS::RDS::DBInstance" => database(),
        "AWS::Route53::RecordSet" => record_set(),
        "AWS::S3::Bucket" => bucket(),
        _ => Vec::new(),
    }
}

fn certificate() -> Vec<Json> {
    vec![
        json!({"DomainValidationOptions":
            [{"DomainName": "Conformance.example.com", "ValidationDomain": "example.com"}]}),
        json!({"CertificateAuthorityArn":
            "arn:aws:acm-pca:us-east-1:123456789012:certificate-authority/11111111-2222-3333-4444-555555555555"}),
    ]
}

fn trail() -> Vec<Json> {
    let data = json!({"Field": "eventCategory", "Equals": ["Data"]});
    let objects = json!({"Field": "resources.type", "Equals": ["AWS::S3::Object"]});
    let tests = json!({"Field": "resources.ARN", "NotStartsWith": ["arn:aws:s3:::test", "arn:aws:s3:::try"]});
    vec![
        json!({"AdvancedEventSelectors": [{"Name": "objects", "FieldSelectors": [data, objects, tests]}]}),
        json!({"AdvancedEventSelectors": [{"FieldSelectors": [data, objects]}]}),
        json!({"AggregationConfigurations":
            [{"EventCategory": "Data", "Templates": ["API_ACTIVITY", "USER_ACTIONS"]}]}),
    ]
}

fn address() -> Vec<Json> {
    vec![
        json!({"PublicIpv4Pool": "ipv4pool-ec2-0123456789abcdef0"}),
        json!({"PublicIpv4Pool": "ipv4pool-ec2-0123456789abcdef0", "Address": "192.0.2.1"}),
        json!({"IpamPoolId": "ipam-pool-0123456789abcdef0"}),
    ]
}

fn flow_log() -> Vec<Json> {
    let bucket = |more: Json| {
        let mut set = json!({"LogGroupName": null, "DeliverLogsPermissionArn": null,
            "LogDestinationType": "s3", "LogDestination": "arn:aws:s3:::kept/network/"});
        let members = more.as_object().cloned().unwrap_or_default();
        set.as_object_mut().into_iter().for_each(|set| set.extend(members.clone()));
        set
    };
    vec![
        bucket(json!({})),
        bucket(json!({"DestinationOptions":
            {"FileFormat": "parquet", "HiveCompatiblePartitions": true, "PerHourPartition": false}})),
        json!({"DeliverCrossAccountRole": "arn:aws:iam::210987654321:role/cross"}),
        json!({"TagFieldSpecifications": [{"ResourceType": "instance", "TagKeys": ["Name", "Use"]}]}),
    ]
}

fn nat_gateway() -> Vec<Json> {
    let private = json!({"ConnectivityType": "private"});
    let more = json!({"Fn::GetAtt": ["more", "AllocationId"]});
    let regional = |addresses: Json| {
        json!({"SubnetId": null, "AllocationId": null, "AvailabilityMode": "regional",
            "VpcId": {"Fn::GetAtt": ["vpc", "VpcId"]}, "AvailabilityZoneAddresses": addresses})
    };
    vec![
        json!({"PrivateIpAddress": "10.0.0.8"}),
        json!({"when": private, "SecondaryPrivateIpAddresses": ["10.0.0.9", "10.0.0.10"]}),
        json!({"when": private, "SecondaryPrivateIpAddresses": ["10.0.0.9"], "MaxDrainDurationSeconds": 60}),
        json!({"MaxDrainDurationSeconds": 1}),
        json!({"MaxDrainDurationSeconds": 4000}),
        json!({"AllocationId": {"Fn::GetAtt": ["one", "AllocationId"]}, "SecondaryAllocationIds": [more],
            "SecondaryPrivateIpAddresses": ["10.0.0.9"]}),
        regional(json!(null)),
        regional(json!([{"AvailabilityZone": "us-east-1a", "AllocationIds": [more]}])),
    ]
}

fn route() -> Vec<Json> {
    let instead = |target: &str, id: &str| {
        let mut set = json!({"NatGatewayId": null});
        set[target] = json!(id);
        set
    };
    let core = "arn:aws:networkmanager::123456789012:core-network/core-network-0123456789abcdef0";
    let odb = "arn:aws:odb:us-east-1:123456789012:odb-network/odbnet-0123456789";
    let ranges = "2001:db8::/32";
    vec![
        instead("TransitGatewayId", "tgw-0123456789abcdef0"),
        instead("VpcPeeringConnectionId", "pcx-0123456789abcdef0"),
        instead("VpcEndpointId", "vpce-0123456789abcdef0"),
        instead("NetworkInterfaceId", "eni-0123456789abcdef0"),
        instead("CarrierGatewayId", "cagw-0123456789abcdef0"),
        instead("LocalGatewayId", "lgw-0123456789abcdef0"),
        instead("CoreNetworkArn", core),
        instead("OdbNetworkArn", odb),
        json!({"NatGatewayId": null, "DestinationCidrBlock": null, "DestinationIpv6CidrBlock": ranges,
            "EgressOnlyInternetGatewayId": "eigw-0123456789abcdef0"}),
        json!({"DestinationCidrBlock": null, "DestinationIpv6CidrBlock": ranges}),
        json!({"DestinationCidrBlock": null, "DestinationPrefixListId": "pl-0123456789abcdef0"}),
    ]
}

fn egress() -> Vec<Json> {
    vec![
        json!({"CidrIp": null, "PeerType": "ipv6", "CidrIpv6": "fd00:1::/64"}),
        json!({"CidrIp": null, "PeerType": "prefix-list", "DestinationPrefixListId": "pl-0123456789abcdef0"}),
    ]
}

fn ingress() -> Vec<Json> {
    vec![json!({"CidrIp": null, "PeerType": "prefix-list", "SourcePrefixListId": "pl-0123456789abcdef0"})]
}

fn subnet() -> Vec<Json> {
    let outpost = "arn:aws:outposts:us-east-1:123456789012:outpost/op-0123456789abcdef0";
    vec![
        json!({"Ipv6CidrBlock": "2001:db8:1234:1a00::/64", "CidrBlock": "10.0.8.0/24"}),
        json!({"OutpostArn": outpost, "CidrBlock": "10.0.9.0/24"}),
        json!({"OutpostArn": outpost, "CidrBlock": "10.0.9.0/24", "EnableLniAtDeviceIndex": 1}),
    ]
}

fn vpc() -> Vec<Json> {
    vec![
        json!({"VpcEncryptionControl": {"Mode": "monitor"}}),
        json!({"VpcEncryptionControl": {"Mode": "enforce"}}),
        json!({"VpcEncryptionControl": {"Mode": "enforce", "LambdaExclusion": "disable"}}),
        json!({"VpcEncryptionControl": {"Mode": "enforce", "InternetGatewayExclusion": "enable",
            "NatGatewayExclusion": "enable"}}),
    ]
}

fn endpoint() -> Vec<Json> {
    let resource = "arn:aws:vpc-lattice:us-east-1:123456789012:resourceconfiguration/rcfg-0123456789abcdef0";
    let network = "arn:aws:vpc-lattice:us-east-1:123456789012:servicenetwork/sn-0123456789abcdef0";
    vec![
        json!({"ServiceRegion": "us-east-1"}),
        json!({"DnsOptions": {"DnsRecordIpType": "ipv4"}}),
        json!({"DnsOptions": {"PrivateDnsOnlyForInboundResolverEndpoint": "AllResolvers"}}),
        json!({"PrivateDnsEnabled": null, "ServiceName": null, "VpcEndpointType": "Resource",
            "ResourceConfigurationArn": resource,
            "DnsOptions": {"PrivateDnsPreference": "SPECIFIED_DOMAINS_ONLY",
                "PrivateDnsSpecifiedDomains": ["lab.example.com", "ward.example.com"]}}),
        json!({"PrivateDnsEnabled": null, "ServiceName": null, "VpcEndpointType": "ServiceNetwork",
            "ServiceNetworkArn": network}),
    ]
}

fn service() -> Vec<Json> {
    let role = "arn:aws:iam::123456789012:role/infrastructure";
    let lattice = "arn:aws:vpc-lattice:us-east-1:123456789012:targetgroup/tg-0123456789abcdef0";
    vec![
        json!({"ServiceConnectConfiguration": {"Enabled": true, "Namespace": "inside"}}),
        json!({"ServiceConnectConfiguration": {"Enabled": true, "Namespace": "inside", "Services": [
            {"PortName": "https", "DiscoveryName": "ward", "ClientAliases": [{"Port": 8443, "DnsName": "ward"}]}]}}),
        json!({"VolumeConfigurations": [{"Name": "work", "ManagedEBSVolume":
            {"RoleArn": role, "SizeInGiB": 20, "VolumeType": "gp3", "Encrypted": true}}]}),
        json!({"VpcLatticeConfigurations":
            [{"PortName": "https", "RoleArn": role, "TargetGroupArn": lattice}]}),
        json!({"Monitoring": {"MetricConfigurations":
            [{"MetricNames": ["CPUUtilization", "MemoryUtilization"], "ResolutionSeconds": 20}]}}),
    ]
}

fn listener() -> Vec<Json> {
    let attribute = |key: &str, value: &str| json!({"Key": key, "Value": value});
    vec![
        json!({"ListenerAttributes": [attribute("routing.http.response.server.enabled", "false")]}),
        json!({"ListenerAttributes": [attribute("routing.http.response.server.enabled", "true"),
            attribute("routing.http.response.strict_transport_security.header_value", "max-age=31536000")]}),
    ]
}

fn balancer() -> Vec<Json> {
    vec![
        json!({"Name": "values-of-a-name"}),
        json!({"Ipv4IpamPoolId": "ipam-pool-0123456789abcdef0"}),
        json!({"MinimumLoadBalancerCapacity": {"CapacityUnits": 100}}),
    ]
}

fn log_group() -> Vec<Json> {
    let write = json!({"Effect": "Allow", "Principal": {"Service": "delivery.logs.amazonaws.com"},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"});
    vec![json!({"ResourcePolicyDocument": {"Version": "2012-10-17", "Statement": [write]}})]
}

fn database() -> Vec<Json> {
    let role = |feature: &str| json!({"FeatureName": feature, "RoleArn": format!("arn:aws:iam::123456789012:role/{feature}")});
    let volume = json!({"VolumeName": "RDSDBDATA2", "AllocatedStorage": 400, "StorageType": "gp3",
        "Iops": 12000, "StorageThroughput": 500, "MaxAllocatedStorage": 2000});
    // What of PostgreSQL's the other engines don't have.
    let engine = |name: &str, version: &str, more: Json| {
        let mut set = json!({"Engine": name, "EngineVersion": version, "DBParameterGroupName": null,
            "EnableCloudwatchLogsExports": null, "EnableIAMDatabaseAuthentication": null});
        let members = more.as_object().cloned().unwrap_or_default();
        set.as_object_mut().into_iter().for_each(|set| set.extend(members.clone()));
        set
    };
    let own = "bring-your-own-license";
    vec![
        json!({"ApplyImmediately": true}),
        json!({"ApplyImmediately": false}),
        json!({"AllowMajorVersionUpgrade": true}),
        // Nothing goes back to a lower version: on the way back there is another database.
        json!({"AllowMajorVersionUpgrade": true, "EngineVersion": "17.2", "DBParameterGroupName": null,
            "MasterUsername": "records"}),
        json!({"AssociatedRoles": [role("s3Import")]}),
        json!({"AssociatedRoles": [role("s3Import"), role("s3Export")], "CopyTagsToSnapshot": true}),
        json!({"CertificateRotationRestart": false}),
        json!({"DeleteAutomatedBackups": false}),
        json!({"SkipFinalSnapshot": true}),
        json!({"DatabaseInsightsMode": "advanced", "PerformanceInsightsRetentionPeriod": 465}),
        json!({"Domain": "d-0123456789", "DomainIAMRoleName": "rds-directory"}),
        json!({"DomainFqdn": "ad.example.com", "DomainOu": "OU=rds,DC=ad,DC=example,DC=com",
            "DomainAuthSecretArn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:ad-AbCdEf",
            "DomainDnsIps": ["10.0.0.10", "10.0.1.10"]}),
        json!({"LicenseModel": "postgresql-license"}),
        json!({"NetworkType": "IPV4"}),
        json!({"NetworkType": "DUAL"}),
        json!({"OptionGroupName": "default:postgres-16"}),
        json!({"ProcessorFeatures": [{"Name": "coreCount", "Value": "1"}, {"Name": "threadsPerCore", "Value": "1"}]}),
        engine(
            "oracle-se2",
            "19",
            json!({"LicenseModel": own, "DBName": "ORCL",
            "CharacterSetName": "WE8ISO8859P15", "NcharCharacterSetName": "UTF8"}),
        ),
        engine(
            "oracle-ee",
            "19",
            json!({"LicenseModel": own, "DBName": "ORCL",
            "AdditionalStorageVolumes": [volume]}),
        ),
        engine(
            "sqlserver-se",
            "15.00",
            json!({"LicenseModel": "license-included", "DBName": null,
            "Timezone": "Central European Standard Time"}),
        ),
    ]
}

fn record_set() -> Vec<Json> {
    let routed = |member: &str, value: Json| {
        let mut set = json!({"SetIdentifier": "one"});
        set[member] = value;
        set
    };
    vec![
        json!({"Comment": "why"}),
        json!({"HealthCheckId": "11111111-2222-3333-4444-555555555555"}),
        routed("Weight", json!(0)),
        routed("Weight", json!(255)),
        routed("MultiValueAnswer", json!(true)),
        routed("Region", json!("eu-central-1")),
        routed("Failover", json!("SECONDARY")),
        routed("GeoLocation", json!({"ContinentCode": "EU"})),
        routed("GeoLocation", json!({"CountryCode": "US", "SubdivisionCode": "NY"})),
        routed("GeoLocation", json!({"CountryCode": "*"})),
        routed("GeoProximityLocation", json!({"AWSRegion": "us-east-1", "Bias": -99})),
        routed("GeoProximityLocation", json!({"Coordinates": {"Latitude": "52.52", "Longitude": "13.40"}})),
        routed(
            "CidrRoutingConfig",
            json!({"CollectionId": "11111111-2222-3333-4444-555555555555", "LocationName": "berlin"}),
        ),
    ]
}

fn bucket() -> Vec<Json> {
    let replica = json!({"Fn::GetAtt": ["key", "Arn"]});
    let rule = json!({"Id": "dr", "Priority": 1, "Status": "Enabled", "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Enabled"},
        "SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}},
        "Destination": {"Bucket": "arn:aws:s3:::copies", "EncryptionConfiguration": {"ReplicaKmsKeyID": replica}}});
    vec![
        json!({"LoggingConfiguration": {"DestinationBucketName": {"Fn::GetAtt": ["logs", "BucketName"]}}}),
        json!({"LoggingConfiguration":
            {"DestinationBucketName": {"Fn::GetAtt": ["logs", "BucketName"]}, "LogFilePrefix": "data/"}}),
        json!({"ReplicationConfiguration":
            {"Role": "arn:aws:iam::123456789012:role/replication", "Rules": [rule]}}),
    ]
}
