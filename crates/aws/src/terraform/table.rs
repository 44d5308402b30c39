//! The table: one row for each type of Terraform that is something here, or of which there is
//! something to say.
//!
//! Rows are sorted by their first word. To add one, say what an instance is ([`Is`]), by which
//! attributes it is known, and what its blocks are; the tests of the module above hold each name
//! against the declarations.

use super::Source::{Always as Eq, Around as Up, Member, Own};
use super::{Block, BlockIs, Is, Part, Properties, Resource, Row, Source};

type Keys = &'static [(&'static str, Source)];

const fn known(type_name: &'static str, id: &'static [Part], keys: Keys, within: Keys) -> Resource {
    Resource { type_name, id, keys, within, alike: false }
}

const fn alike(type_name: &'static str, id: &'static [Part], keys: Keys) -> Resource {
    Resource { type_name, id, keys, within: &[], alike: true }
}

const fn row(terraform: &'static str, type_name: &'static str, id: &'static [Part], keys: Keys) -> Row {
    row_in(terraform, type_name, id, keys, &[])
}

const fn row_in(
    terraform: &'static str,
    type_name: &'static str,
    id: &'static [Part],
    keys: Keys,
    within: Keys,
) -> Row {
    Row { terraform, is: Is::Resource(known(type_name, id, keys, within)), blocks: &[] }
}

const fn part(
    terraform: &'static str,
    type_name: &'static str,
    id: &'static [Part],
    properties: &'static [&'static str],
) -> Row {
    Row { terraform, is: Is::Properties(Properties { type_name, id, properties }), blocks: &[] }
}

const fn of_bucket(terraform: &'static str, properties: &'static [&'static str]) -> Row {
    part(terraform, BUCKET, OF_BUCKET, properties)
}

const fn blocks(terraform: &'static str, blocks: &'static [Block]) -> Row {
    Row { terraform, is: Is::Blocks, blocks }
}

const fn nothing(terraform: &'static str, why: &'static str) -> Row {
    Row { terraform, is: Is::Nothing(why), blocks: &[] }
}

const fn property(at: &'static str, name: &'static str) -> Block {
    Block { at, each: None, when: None, unless: &[], is: BlockIs::Property(name) }
}

const fn inside(at: &'static str, resource: Resource) -> Block {
    Block { at, each: None, when: None, unless: &[], is: BlockIs::Resource(resource) }
}

const fn each(at: &'static str, list: &'static str, resource: Resource) -> Block {
    Block { each: Some(list), ..inside(at, resource) }
}

const fn when(block: Block, attribute: &'static str, value: &'static str) -> Block {
    Block { when: Some((attribute, value)), ..block }
}

impl Row {
    const fn with(self, blocks: &'static [Block]) -> Self {
        Self { terraform: self.terraform, is: self.is, blocks }
    }
}

const ID: &[Part] = &[Part::Of(&[Own("id")])];
const ARN: &[Part] = &[Part::Of(&[Own("arn"), Own("id")])];
const NAME: &[Part] = &[Part::Of(&[Own("name"), Own("id")])];
const OF_BUCKET: &[Part] = &[Part::Of(&[Own("bucket"), Own("id")])];
const OF_CLUSTER: &[Part] = &[Part::Of(&[Own("cluster_name"), Own("id")])];
const OF_VAULT: &[Part] = &[Part::Of(&[Own("backup_vault_name"), Own("id")])];
const OF_VPC: &[Part] = &[Part::Of(&[Own("vpc_id")])];
const OF_ENDPOINT: &[Part] = &[Part::Of(&[Own("vpc_endpoint_id")])];

const BUCKET: &str = "AWS::S3::Bucket";
const BALANCER: &str = "AWS::ElasticLoadBalancingV2::LoadBalancer";
const LISTENER: &str = "AWS::ElasticLoadBalancingV2::Listener";
const TARGETS: &str = "AWS::ElasticLoadBalancingV2::TargetGroup";
const GATEWAY: &str = "AWS::EC2::VPCGatewayAttachment";
const ENDPOINT: &str = "AWS::EC2::VPCEndpoint";
const INGRESS: &str = "AWS::EC2::SecurityGroupIngress";
const EGRESS: &str = "AWS::EC2::SecurityGroupEgress";
const ROUTE: &str = "AWS::EC2::Route";
const ATTACHMENT: &str = "AWS::IAM::RolePolicyAttachment";

/// The keys of a rule of a security group, all of which say what it is.
macro_rules! rule {
    ($group:expr, $protocol:literal, $kind:literal, $peer:literal = $value:expr) => {
        &[
            ("GroupId", $group),
            ("PeerType", Eq($kind)),
            ("IpProtocol", Own($protocol)),
            ("FromPort", Own("from_port")),
            ("ToPort", Own("to_port")),
            ($peer, $value),
        ]
    };
}

/// The rules of a block, or of an `aws_security_group_rule`: one for each peer that it names.
macro_rules! rules {
    ($type_name:expr, $at:literal, $id:expr, $group:expr, $peer:literal, $list:literal) => {
        [
            each(
                $at,
                "cidr_blocks",
                alike($type_name, $id, rule!($group, "protocol", "ipv4", "CidrIp" = Member)),
            ),
            each(
                $at,
                "ipv6_cidr_blocks",
                alike($type_name, $id, rule!($group, "protocol", "ipv6", "CidrIpv6" = Member)),
            ),
            each(
                $at,
                "prefix_list_ids",
                alike($type_name, $id, rule!($group, "protocol", "prefix-list", $list = Member)),
            ),
            each(
                $at,
                "security_groups",
                alike($type_name, $id, rule!($group, "protocol", "group", $peer = Member)),
            ),
            each(
                $at,
                "source_security_group_id",
                alike($type_name, $id, rule!($group, "protocol", "group", $peer = Member)),
            ),
            each($at, "self", alike($type_name, $id, rule!($group, "protocol", "group", $peer = $group))),
        ]
    };
}

const RULE_ID: &[Part] = &[Part::Of(&[Own("security_group_rule_id")])];
const ITS_GROUP: Source = Own("security_group_id");
const IN: [Block; 6] =
    rules!(INGRESS, "ingress", &[], Up("id"), "SourceSecurityGroupId", "SourcePrefixListId");
const OUT: [Block; 6] =
    rules!(EGRESS, "egress", &[], Up("id"), "DestinationSecurityGroupId", "DestinationPrefixListId");
const ONE_IN: [Block; 6] =
    rules!(INGRESS, "", RULE_ID, ITS_GROUP, "SourceSecurityGroupId", "SourcePrefixListId");
const ONE_OUT: [Block; 6] =
    rules!(EGRESS, "", RULE_ID, ITS_GROUP, "DestinationSecurityGroupId", "DestinationPrefixListId");

/// Rules inline in a group.
const INLINE_RULES: &[Block] = &[IN[0], IN[1], IN[2], IN[3], IN[5], OUT[0], OUT[1], OUT[2], OUT[3], OUT[5]];

/// The rules that one `aws_security_group_rule` is.
#[rustfmt::skip]
const SEVERAL_RULES: &[Block] = &[
    when(ONE_IN[0], "type", "ingress"), when(ONE_IN[1], "type", "ingress"), when(ONE_IN[2], "type", "ingress"),
    when(ONE_IN[4], "type", "ingress"), when(ONE_IN[5], "type", "ingress"),
    when(ONE_OUT[0], "type", "egress"), when(ONE_OUT[1], "type", "egress"), when(ONE_OUT[2], "type", "egress"),
    when(ONE_OUT[4], "type", "egress"), when(ONE_OUT[5], "type", "egress"),
];

const NEW_RULE_ID: &[Part] = &[Part::Of(&[Own("security_group_rule_id"), Own("id")])];

/// One rule, by the kind of peer that it names.
macro_rules! single {
    ($type_name:expr, $peer:literal, $list:literal) => {
        &[
            each(
                "",
                "cidr_ipv4",
                alike($type_name, NEW_RULE_ID, rule!(ITS_GROUP, "ip_protocol", "ipv4", "CidrIp" = Member)),
            ),
            each(
                "",
                "cidr_ipv6",
                alike($type_name, NEW_RULE_ID, rule!(ITS_GROUP, "ip_protocol", "ipv6", "CidrIpv6" = Member)),
            ),
            each(
                "",
                "prefix_list_id",
                alike(
                    $type_name,
                    NEW_RULE_ID,
                    rule!(ITS_GROUP, "ip_protocol", "prefix-list", $list = Member),
                ),
            ),
            each(
                "",
                "referenced_security_group_id",
                alike($type_name, NEW_RULE_ID, rule!(ITS_GROUP, "ip_protocol", "group", $peer = Member)),
            ),
        ]
    };
}

/// Routes inline in a table. What AWS puts there by itself is none.
const INLINE_ROUTES: &[Block] = &[Block {
    at: "route",
    each: None,
    when: None,
    unless: &[("gateway_id", "local"), ("gateway_id", "vpce-"), ("vpc_endpoint_id", "vpce-")],
    is: BlockIs::Resource(known(
        ROUTE,
        &[
            Part::Of(&[Up("id")]),
            Part::Of(&[Own("cidr_block"), Own("ipv6_cidr_block"), Own("destination_prefix_list_id")]),
        ],
        &[
            ("DestinationCidrBlock", Own("cidr_block")),
            ("DestinationIpv6CidrBlock", Own("ipv6_cidr_block")),
            ("DestinationPrefixListId", Own("destination_prefix_list_id")),
        ],
        &[("RouteTableId", Up("id"))],
    )),
}];

/// The gateway of a VPC is attached by an attribute.
const ATTACHED: &[Block] = &[each(
    "",
    "vpc_id",
    known(
        GATEWAY,
        &[Part::Of(&[Eq("IGW")]), Part::Of(&[Member])],
        &[("VpcId", Member)],
        &[("InternetGatewayId", Own("id"))],
    ),
)];
const VPN_ATTACHED: &[Block] = &[each(
    "",
    "vpc_id",
    known(
        GATEWAY,
        &[Part::Of(&[Eq("VGW")]), Part::Of(&[Member])],
        &[("VpcId", Member)],
        &[("VpnGatewayId", Own("id"))],
    ),
)];

/// Policies inside of a role and attached to it.
const OF_ROLE: &[Block] = &[
    inside(
        "inline_policy",
        known(
            "AWS::IAM::RolePolicy",
            &[Part::Of(&[Up("name"), Up("id")]), Part::Of(&[Own("name")])],
            &[("PolicyName", Own("name"))],
            &[("RoleName", Up("name"))],
        ),
    ),
    inside(
        "managed_policy_arns",
        known(
            ATTACHMENT,
            &[Part::Of(&[Up("name"), Up("id")]), Part::Of(&[Member])],
            &[("PolicyArn", Member)],
            &[("RoleName", Up("name"))],
        ),
    ),
];

/// What of a bucket may stand inline.
const OF_INLINE_BUCKET: &[Block] = &[
    inside(
        "policy",
        known(
            "AWS::S3::BucketPolicy",
            &[Part::Of(&[Up("bucket"), Up("id")])],
            &[("Bucket", Up("bucket"))],
            &[],
        ),
    ),
    property("acceleration_status", "AccelerateConfiguration"),
    property("acl", "AccessControl"),
    property("cors_rule", "CorsConfiguration.CorsRules"),
    property("grant", "AccessControl"),
    property("lifecycle_rule", "LifecycleConfiguration.Rules"),
    property("logging", "LoggingConfiguration"),
    property("object_lock_configuration", "ObjectLockConfiguration"),
    property("object_lock_enabled", "ObjectLockEnabled"),
    property("replication_configuration", "ReplicationConfiguration"),
    property("server_side_encryption_configuration", "BucketEncryption.ServerSideEncryptionConfiguration"),
    property("versioning", "VersioningConfiguration"),
    property("website", "WebsiteConfiguration"),
];

const SUBNET: Keys = &[("CidrBlock", Own("cidr_block"))];
const IN_VPC: Keys = &[("VpcId", Own("vpc_id"))];
const VPC: Keys = &[("CidrBlock", Own("cidr_block"))];
const IN_VAIN: &str = "there are no users and groups of IAM here: policies are attached to roles";

/// What each type of Terraform is.
#[rustfmt::skip]
pub static TABLE: &[Row] = &[
    row("aws_acm_certificate", "AWS::CertificateManager::Certificate", ARN, &[("DomainName", Own("domain_name"))]),
    row("aws_acm_certificate_validation", "Ironward::ACM::IssuedCertificate", &[Part::Of(&[Own("certificate_arn"), Own("id")])], &[("CertificateArn", Own("certificate_arn"))]),
    row("aws_alb", BALANCER, ARN, &[("Name", Own("name"))]),
    row_in("aws_alb_listener", LISTENER, ARN, &[("Port", Own("port"))], &[("LoadBalancerArn", Own("load_balancer_arn"))]),
    row("aws_alb_target_group", TARGETS, ARN, &[("Name", Own("name"))]),
    row("aws_backup_plan", "AWS::Backup::BackupPlan", ID, &[]),
    row_in("aws_backup_selection", "AWS::Backup::BackupSelection", &[Part::Of(&[Own("id")]), Part::Of(&[Own("plan_id")])], &[], &[("BackupPlanId", Own("plan_id"))]),
    row("aws_backup_vault", "AWS::Backup::BackupVault", NAME, &[("BackupVaultName", Own("name"))]),
    part("aws_backup_vault_lock_configuration", "AWS::Backup::BackupVault", OF_VAULT, &["LockConfiguration"]),
    part("aws_backup_vault_notifications", "AWS::Backup::BackupVault", OF_VAULT, &["Notifications"]),
    part("aws_backup_vault_policy", "AWS::Backup::BackupVault", OF_VAULT, &["AccessPolicy"]),
    row("aws_cloudtrail", "AWS::CloudTrail::Trail", &[Part::Of(&[Own("name")])], &[("TrailName", Own("name"))]),
    part("aws_cloudwatch_log_data_protection_policy", "AWS::Logs::LogGroup", &[Part::Of(&[Own("log_group_name"), Own("id")])], &["DataProtectionPolicy"]),
    row("aws_cloudwatch_log_group", "AWS::Logs::LogGroup", NAME, &[("LogGroupName", Own("name"))]),
    part("aws_cloudwatch_log_index_policy", "AWS::Logs::LogGroup", &[Part::Of(&[Own("log_group_name"), Own("id")])], &["FieldIndexPolicies"]),
    row("aws_db_instance", "AWS::RDS::DBInstance", &[Part::Of(&[Own("identifier")])], &[("DBInstanceIdentifier", Own("identifier"))]),
    part("aws_db_instance_role_association", "AWS::RDS::DBInstance", &[Part::Of(&[Own("db_instance_identifier")])], &["AssociatedRoles"]),
    row("aws_db_parameter_group", "AWS::RDS::DBParameterGroup", NAME, &[("DBParameterGroupName", Own("name"))]),
    row("aws_db_subnet_group", "AWS::RDS::DBSubnetGroup", NAME, &[("DBSubnetGroupName", Own("name"))]),
    row_in("aws_default_route_table", "AWS::EC2::RouteTable", &[Part::Of(&[Own("default_route_table_id"), Own("id")])], &[], &[("VpcId", Own("vpc_id"))]).with(INLINE_ROUTES),
    part("aws_default_security_group", "AWS::EC2::VPC", OF_VPC, &["DefaultSecurityGroupClosed"]).with(INLINE_RULES),
    row_in("aws_default_subnet", "AWS::EC2::Subnet", ID, SUBNET, IN_VPC),
    row("aws_default_vpc", "AWS::EC2::VPC", ID, VPC),
    row("aws_ecs_cluster", "AWS::ECS::Cluster", &[Part::Of(&[Own("name")])], &[("ClusterName", Own("name"))]),
    part("aws_ecs_cluster_capacity_providers", "AWS::ECS::Cluster", OF_CLUSTER, &["CapacityProviders", "DefaultCapacityProviderStrategy"]),
    row_in("aws_ecs_service", "AWS::ECS::Service", ID, &[("ServiceName", Own("name"))], &[("TaskDefinition", Own("task_definition"))]),
    row("aws_ecs_task_definition", "AWS::ECS::TaskDefinition", ARN, &[("Family", Own("family"))]),
    row("aws_eip", "AWS::EC2::EIP", &[Part::Of(&[Own("allocation_id"), Own("id")])], &[]),
    row_in("aws_flow_log", "AWS::EC2::FlowLog", ID, &[], &[("ResourceId", Own("vpc_id")), ("ResourceId", Own("subnet_id"))]),
    blocks("aws_iam_policy_attachment", &[each("", "roles", known(ATTACHMENT, &[Part::Of(&[Member]), Part::Of(&[Own("policy_arn")])], &[("PolicyArn", Own("policy_arn"))], &[("RoleName", Member)]))]),
    row("aws_iam_role", "AWS::IAM::Role", NAME, &[("RoleName", Own("name"))]).with(OF_ROLE),
    blocks("aws_iam_role_policies_exclusive", &[each("", "policy_names", known("AWS::IAM::RolePolicy", &[Part::Of(&[Own("role_name")]), Part::Of(&[Member])], &[("PolicyName", Member)], &[("RoleName", Own("role_name"))]))]),
    row_in("aws_iam_role_policy", "AWS::IAM::RolePolicy", &[Part::Of(&[Own("role")]), Part::Of(&[Own("name")])], &[("PolicyName", Own("name"))], &[("RoleName", Own("role"))]),
    row_in("aws_iam_role_policy_attachment", ATTACHMENT, &[Part::Of(&[Own("role")]), Part::Of(&[Own("policy_arn")])], &[("PolicyArn", Own("policy_arn"))], &[("RoleName", Own("role"))]),
    blocks("aws_iam_role_policy_attachments_exclusive", &[each("", "policy_arns", known(ATTACHMENT, &[Part::Of(&[Own("role_name")]), Part::Of(&[Member])], &[("PolicyArn", Member)], &[("RoleName", Own("role_name"))]))]),
    nothing("aws_iam_user_policy", IN_VAIN),
    nothing("aws_iam_user_policy_attachment", IN_VAIN),
    row("aws_internet_gateway", "AWS::EC2::InternetGateway", ID, &[]).with(ATTACHED),
    row_in("aws_internet_gateway_attachment", GATEWAY, &[Part::Of(&[Eq("IGW")]), Part::Of(&[Own("vpc_id")])], &[("VpcId", Own("vpc_id"))], &[("InternetGatewayId", Own("internet_gateway_id"))]),
    row_in("aws_kms_alias", "AWS::KMS::Alias", &[Part::Of(&[Own("name")])], &[("AliasName", Own("name"))], &[("TargetKeyId", Own("target_key_id"))]),
    row("aws_kms_key", "AWS::KMS::Key", &[Part::Of(&[Own("key_id"), Own("id")])], &[]),
    part("aws_kms_key_policy", "AWS::KMS::Key", &[Part::Of(&[Own("key_id")])], &["KeyPolicy"]),
    row("aws_lb", BALANCER, ARN, &[("Name", Own("name"))]),
    row_in("aws_lb_listener", LISTENER, ARN, &[("Port", Own("port"))], &[("LoadBalancerArn", Own("load_balancer_arn"))]),
    part("aws_lb_listener_certificate", LISTENER, &[Part::Of(&[Own("listener_arn")])], &["Certificates"]),
    row("aws_lb_target_group", TARGETS, ARN, &[("Name", Own("name"))]),
    nothing("aws_main_route_table_association", "no table is the main one here: each subnet has an association of its own (AWS::EC2::SubnetRouteTableAssociation)"),
    row("aws_nat_gateway", "AWS::EC2::NatGateway", ID, &[("SubnetId", Own("subnet_id")), ("AllocationId", Own("allocation_id"))]),
    row_in("aws_route", ROUTE, &[Part::Of(&[Own("route_table_id")]), Part::Of(&[Own("destination_cidr_block"), Own("destination_ipv6_cidr_block"), Own("destination_prefix_list_id")])], &[("DestinationCidrBlock", Own("destination_cidr_block")), ("DestinationIpv6CidrBlock", Own("destination_ipv6_cidr_block")), ("DestinationPrefixListId", Own("destination_prefix_list_id"))], &[("RouteTableId", Own("route_table_id"))]),
    row_in("aws_route53_record", "AWS::Route53::RecordSet", &[Part::Of(&[Own("zone_id")]), Part::Name(&[Own("fqdn"), Own("name")]), Part::Of(&[Own("type")]), Part::Maybe(Own("set_identifier"))], &[("Name", Own("fqdn"))], &[("HostedZoneId", Own("zone_id")), ("Type", Own("type")), ("SetIdentifier", Own("set_identifier"))]),
    row_in("aws_route_table", "AWS::EC2::RouteTable", ID, &[], IN_VPC).with(INLINE_ROUTES),
    row_in("aws_route_table_association", "AWS::EC2::SubnetRouteTableAssociation", &[Part::Of(&[Own("subnet_id")])], &[("SubnetId", Own("subnet_id"))], &[("RouteTableId", Own("route_table_id"))]),
    row("aws_s3_bucket", BUCKET, OF_BUCKET, &[("BucketName", Own("bucket"))]).with(OF_INLINE_BUCKET),
    of_bucket("aws_s3_bucket_abac", &["AbacStatus"]),
    of_bucket("aws_s3_bucket_accelerate_configuration", &["AccelerateConfiguration"]),
    of_bucket("aws_s3_bucket_acl", &["AccessControl"]),
    of_bucket("aws_s3_bucket_analytics_configuration", &["AnalyticsConfigurations"]),
    of_bucket("aws_s3_bucket_cors_configuration", &["CorsConfiguration"]),
    of_bucket("aws_s3_bucket_intelligent_tiering_configuration", &["IntelligentTieringConfigurations"]),
    of_bucket("aws_s3_bucket_inventory", &["InventoryConfigurations"]),
    of_bucket("aws_s3_bucket_lifecycle_configuration", &["LifecycleConfiguration"]),
    of_bucket("aws_s3_bucket_logging", &["LoggingConfiguration"]),
    of_bucket("aws_s3_bucket_metadata_configuration", &["MetadataConfiguration"]),
    of_bucket("aws_s3_bucket_metric", &["MetricsConfigurations"]),
    of_bucket("aws_s3_bucket_notification", &["NotificationConfiguration"]),
    nothing("aws_s3_bucket_object", "it is an object in a bucket, and stays there"),
    of_bucket("aws_s3_bucket_object_lock_configuration", &["ObjectLockConfiguration", "ObjectLockEnabled"]),
    of_bucket("aws_s3_bucket_ownership_controls", &["OwnershipControls"]),
    row("aws_s3_bucket_policy", "AWS::S3::BucketPolicy", OF_BUCKET, &[("Bucket", Own("bucket"))]),
    of_bucket("aws_s3_bucket_public_access_block", &["PublicAccessBlockConfiguration"]),
    of_bucket("aws_s3_bucket_replication_configuration", &["ReplicationConfiguration"]),
    nothing("aws_s3_bucket_request_payment_configuration", "CloudFormation doesn't know who pays for requests, and Ironward leaves it as it is"),
    of_bucket("aws_s3_bucket_server_side_encryption_configuration", &["BucketEncryption"]),
    of_bucket("aws_s3_bucket_versioning", &["VersioningConfiguration"]),
    of_bucket("aws_s3_bucket_website_configuration", &["WebsiteConfiguration"]),
    nothing("aws_s3_object", "it is an object in a bucket, and stays there"),
    row_in("aws_security_group", "AWS::EC2::SecurityGroup", ID, &[("GroupName", Own("name"))], IN_VPC).with(INLINE_RULES),
    blocks("aws_security_group_rule", SEVERAL_RULES),
    row_in("aws_subnet", "AWS::EC2::Subnet", ID, SUBNET, IN_VPC),
    row("aws_vpc", "AWS::EC2::VPC", ID, VPC),
    row_in("aws_vpc_endpoint", ENDPOINT, ID, &[("ServiceName", Own("service_name"))], IN_VPC),
    part("aws_vpc_endpoint_policy", ENDPOINT, OF_ENDPOINT, &["PolicyDocument"]),
    part("aws_vpc_endpoint_private_dns", ENDPOINT, OF_ENDPOINT, &["PrivateDnsEnabled"]),
    part("aws_vpc_endpoint_route_table_association", ENDPOINT, OF_ENDPOINT, &["RouteTableIds"]),
    part("aws_vpc_endpoint_security_group_association", ENDPOINT, OF_ENDPOINT, &["SecurityGroupIds"]),
    part("aws_vpc_endpoint_subnet_association", ENDPOINT, OF_ENDPOINT, &["SubnetIds"]),
    row_in("aws_vpc_security_group_egress_rule", EGRESS, NEW_RULE_ID, &[], &[("GroupId", ITS_GROUP)]).with(single!(EGRESS, "DestinationSecurityGroupId", "DestinationPrefixListId")),
    row_in("aws_vpc_security_group_ingress_rule", INGRESS, NEW_RULE_ID, &[], &[("GroupId", ITS_GROUP)]).with(single!(INGRESS, "SourceSecurityGroupId", "SourcePrefixListId")),
    Row { terraform: "aws_vpn_gateway", is: Is::Nothing("Ironward has no VPN gateways; Terraform keeps it"), blocks: VPN_ATTACHED },
    row_in("aws_vpn_gateway_attachment", GATEWAY, &[Part::Of(&[Eq("VGW")]), Part::Of(&[Own("vpc_id")])], &[("VpcId", Own("vpc_id"))], &[("VpnGatewayId", Own("vpn_gateway_id"))]),
];
