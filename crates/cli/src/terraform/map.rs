//! Which resource type a Terraform type is, and how its physical id follows from attributes.
//!
//! Sources: the attribute references of the provider `hashicorp/aws`, and the physical ids of the
//! handlers in `ironward-aws-provider`.

use super::read::Instance;

/// A Terraform type that has a counterpart.
#[derive(Debug)]
pub(crate) struct Row {
    /// The Terraform type.
    pub(crate) terraform: &'static str,
    /// The registry name of the counterpart.
    pub(crate) type_name: &'static str,
    /// The parts of the physical id, joined by `|`; of each part the first attribute that is set.
    id: &'static [Part],
    /// By which properties it is recognised among declarations of its type: property, attribute.
    pub(crate) keys: &'static [(&'static str, &'static str)],
}

/// A part of a physical id.
#[derive(Debug)]
enum Part {
    /// The first of these attributes that is set.
    Of(&'static [&'static str]),
    /// As [`Part::Of`], and left out where none is set.
    Maybe(&'static str),
    /// Always this.
    Fixed(&'static str),
    /// A DNS name, in lower case and without the trailing dot.
    Name(&'static [&'static str]),
}
use Part::{Fixed, Maybe, Name, Of};

const fn row(
    terraform: &'static str,
    type_name: &'static str,
    id: &'static [Part],
    keys: &'static [(&'static str, &'static str)],
) -> Row {
    Row { terraform, type_name, id, keys }
}

const ID: &[Part] = &[Of(&["id"])];
const ARN: &[Part] = &[Of(&["arn", "id"])];
const NAME: &[Part] = &[Of(&["name", "id"])];
const BUCKET: &[Part] = &[Of(&["bucket", "id"])];

/// Every type that there is a handler for.
#[rustfmt::skip]
static ROWS: &[Row] = &[
    row("aws_acm_certificate", "AWS::CertificateManager::Certificate", ARN, &[("DomainName", "domain_name")]),
    row("aws_acm_certificate_validation", "Ironward::ACM::IssuedCertificate", &[Of(&["certificate_arn", "id"])], &[("CertificateArn", "certificate_arn")]),
    row("aws_alb", "AWS::ElasticLoadBalancingV2::LoadBalancer", ARN, &[("Name", "name")]),
    row("aws_alb_listener", "AWS::ElasticLoadBalancingV2::Listener", ARN, &[("LoadBalancerArn", "load_balancer_arn")]),
    row("aws_alb_target_group", "AWS::ElasticLoadBalancingV2::TargetGroup", ARN, &[("Name", "name")]),
    row("aws_backup_plan", "AWS::Backup::BackupPlan", ID, &[]),
    row("aws_backup_selection", "AWS::Backup::BackupSelection", &[Of(&["id"]), Of(&["plan_id"])], &[("BackupPlanId", "plan_id")]),
    row("aws_backup_vault", "AWS::Backup::BackupVault", NAME, &[("BackupVaultName", "name")]),
    row("aws_cloudtrail", "AWS::CloudTrail::Trail", &[Of(&["name"])], &[("TrailName", "name")]),
    row("aws_cloudwatch_log_group", "AWS::Logs::LogGroup", NAME, &[("LogGroupName", "name")]),
    row("aws_db_instance", "AWS::RDS::DBInstance", &[Of(&["identifier"])], &[("DBInstanceIdentifier", "identifier")]),
    row("aws_db_parameter_group", "AWS::RDS::DBParameterGroup", NAME, &[("DBParameterGroupName", "name")]),
    row("aws_db_subnet_group", "AWS::RDS::DBSubnetGroup", NAME, &[("DBSubnetGroupName", "name")]),
    row("aws_ecs_cluster", "AWS::ECS::Cluster", &[Of(&["name"])], &[("ClusterName", "name")]),
    row("aws_ecs_service", "AWS::ECS::Service", ID, &[("ServiceName", "name")]),
    row("aws_ecs_task_definition", "AWS::ECS::TaskDefinition", ARN, &[("Family", "family")]),
    row("aws_eip", "AWS::EC2::EIP", &[Of(&["allocation_id", "id"])], &[]),
    row("aws_flow_log", "AWS::EC2::FlowLog", ID, &[("ResourceId", "vpc_id"), ("ResourceId", "subnet_id")]),
    row("aws_iam_role", "AWS::IAM::Role", NAME, &[("RoleName", "name")]),
    row("aws_iam_role_policy", "AWS::IAM::RolePolicy", &[Of(&["role"]), Of(&["name"])], &[("RoleName", "role"), ("PolicyName", "name")]),
    row("aws_iam_role_policy_attachment", "AWS::IAM::RolePolicyAttachment", &[Of(&["role"]), Of(&["policy_arn"])], &[("RoleName", "role"), ("PolicyArn", "policy_arn")]),
    row("aws_internet_gateway", "AWS::EC2::InternetGateway", ID, &[]),
    row("aws_internet_gateway_attachment", "AWS::EC2::VPCGatewayAttachment", &[Fixed("IGW"), Of(&["vpc_id"])], &[("VpcId", "vpc_id")]),
    row("aws_kms_alias", "AWS::KMS::Alias", &[Of(&["name"])], &[("AliasName", "name"), ("TargetKeyId", "target_key_id")]),
    row("aws_kms_key", "AWS::KMS::Key", &[Of(&["key_id", "id"])], &[]),
    row("aws_lb", "AWS::ElasticLoadBalancingV2::LoadBalancer", ARN, &[("Name", "name")]),
    row("aws_lb_listener", "AWS::ElasticLoadBalancingV2::Listener", ARN, &[("LoadBalancerArn", "load_balancer_arn")]),
    row("aws_lb_target_group", "AWS::ElasticLoadBalancingV2::TargetGroup", ARN, &[("Name", "name")]),
    row("aws_nat_gateway", "AWS::EC2::NatGateway", ID, &[("SubnetId", "subnet_id"), ("AllocationId", "allocation_id")]),
    row("aws_route", "AWS::EC2::Route", &[Of(&["route_table_id"]), Of(&["destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id"])], &[("RouteTableId", "route_table_id"), ("DestinationCidrBlock", "destination_cidr_block"), ("DestinationIpv6CidrBlock", "destination_ipv6_cidr_block"), ("DestinationPrefixListId", "destination_prefix_list_id")]),
    row("aws_route53_record", "AWS::Route53::RecordSet", &[Of(&["zone_id"]), Name(&["fqdn", "name"]), Of(&["type"]), Maybe("set_identifier")], &[("Name", "fqdn"), ("Type", "type")]),
    row("aws_route_table", "AWS::EC2::RouteTable", ID, &[]),
    row("aws_route_table_association", "AWS::EC2::SubnetRouteTableAssociation", &[Of(&["subnet_id"])], &[("SubnetId", "subnet_id")]),
    row("aws_s3_bucket", "AWS::S3::Bucket", BUCKET, &[("BucketName", "bucket")]),
    row("aws_s3_bucket_policy", "AWS::S3::BucketPolicy", BUCKET, &[("Bucket", "bucket")]),
    row("aws_security_group", "AWS::EC2::SecurityGroup", ID, &[("GroupName", "name")]),
    row("aws_subnet", "AWS::EC2::Subnet", ID, &[("CidrBlock", "cidr_block"), ("VpcId", "vpc_id")]),
    row("aws_vpc", "AWS::EC2::VPC", ID, &[("CidrBlock", "cidr_block")]),
    row("aws_vpc_endpoint", "AWS::EC2::VPCEndpoint", ID, &[("ServiceName", "service_name"), ("VpcId", "vpc_id")]),
    row("aws_vpc_security_group_egress_rule", "AWS::EC2::SecurityGroupEgress", &[Of(&["security_group_rule_id", "id"])], &[("GroupId", "security_group_id"), ("DestinationSecurityGroupId", "referenced_security_group_id"), ("CidrIp", "cidr_ipv4")]),
    row("aws_vpc_security_group_ingress_rule", "AWS::EC2::SecurityGroupIngress", &[Of(&["security_group_rule_id", "id"])], &[("GroupId", "security_group_id"), ("SourceSecurityGroupId", "referenced_security_group_id"), ("CidrIp", "cidr_ipv4")]),
    row("aws_vpn_gateway_attachment", "AWS::EC2::VPCGatewayAttachment", &[Fixed("VGW"), Of(&["vpc_id"])], &[("VpcId", "vpc_id"), ("VpnGatewayId", "vpn_gateway_id")]),
];

/// Terraform types that are properties of another resource here.
const PARTS: &[(&str, &str)] = &[
    ("aws_s3_bucket_", "AWS::S3::Bucket"),
    ("aws_backup_vault_", "AWS::Backup::BackupVault"),
    ("aws_ecs_cluster_", "AWS::ECS::Cluster"),
    ("aws_kms_key_policy", "AWS::KMS::Key"),
    ("aws_default_security_group", "AWS::EC2::VPC"),
];

/// Why a Terraform type can't be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lost {
    /// It is a property of this type here: whoever imports that has it.
    PartOf(&'static str),
    /// There is no counterpart.
    Unknown,
}

/// The row of a Terraform type.
pub(crate) fn row_of(terraform: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.terraform == terraform)
}

/// Why a Terraform type has no row.
pub(crate) fn why_lost(terraform: &str) -> Lost {
    match PARTS.iter().find(|(start, _)| terraform.starts_with(start)) {
        Some((_, owner)) => Lost::PartOf(owner),
        _ => Lost::Unknown,
    }
}

impl Row {
    /// The attributes that are read; no others are.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = &'static str> {
        let of_id = self.id.iter().flat_map(|part| match part {
            Of(names) | Name(names) => names.iter(),
            Maybe(name) => std::slice::from_ref(name).iter(),
            Fixed(_) => [].iter(),
        });
        of_id.copied().chain(self.keys.iter().map(|(_, attribute)| *attribute))
    }

    /// The physical id of an instance; nothing where an attribute is missing.
    pub(crate) fn physical_id(&self, instance: &Instance) -> Option<String> {
        let first = |names: &[&str]| names.iter().find_map(|name| instance.ids.get(name)).cloned();
        let mut parts = Vec::new();
        for part in self.id {
            match part {
                Of(names) => parts.push(first(names)?),
                Maybe(name) => parts.extend(instance.ids.get(name).cloned()),
                Fixed(text) => parts.push((*text).to_owned()),
                Name(names) => parts.push(first(names)?.trim_end_matches('.').to_lowercase()),
            }
        }
        Some(parts.join("|"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    #[test]
    fn every_type_with_a_handler_has_a_row_and_every_key_is_a_property() {
        let schemas: BTreeMap<&str, _> =
            ironward_aws::schemas().into_iter().map(|schema| (schema.type_name, schema)).collect();
        let mapped: BTreeSet<&str> = ROWS.iter().map(|row| row.type_name).collect();
        let missing: Vec<_> = schemas.keys().filter(|name| !mapped.contains(*name)).collect();
        assert!(missing.is_empty(), "{missing:?}");
        for row in ROWS {
            let schema = schemas.get(row.type_name).unwrap_or_else(|| panic!("{}", row.type_name));
            for (property, _) in row.keys {
                assert!(schema.property(property).is_some(), "{}.{property}", row.type_name);
            }
        }
        assert!(ROWS.is_sorted_by_key(|row| row.terraform));
    }

    #[track_caller]
    fn id(terraform: &str, ids: &[(&'static str, &str)]) -> Option<String> {
        let instance = Instance {
            address: "a".to_owned(),
            type_name: terraform.to_owned(),
            ids: ids.iter().map(|(name, value)| (*name, (*value).to_owned())).collect(),
        };
        row_of(terraform).unwrap().physical_id(&instance)
    }

    #[test]
    fn ids_are_those_of_the_handlers() {
        for (terraform, ids, wanted) in [
            ("aws_vpc", &[("id", "vpc-1")][..], Some("vpc-1")),
            (
                "aws_route",
                &[("route_table_id", "rtb-1"), ("destination_cidr_block", "0.0.0.0/0")],
                Some("rtb-1|0.0.0.0/0"),
            ),
            ("aws_internet_gateway_attachment", &[("vpc_id", "vpc-1")], Some("IGW|vpc-1")),
            ("aws_vpn_gateway_attachment", &[("vpc_id", "vpc-1")], Some("VGW|vpc-1")),
            ("aws_iam_role_policy", &[("role", "r"), ("name", "p")], Some("r|p")),
            ("aws_backup_selection", &[("id", "s"), ("plan_id", "p")], Some("s|p")),
            ("aws_backup_selection", &[("id", "s")], None),
            (
                "aws_route53_record",
                &[("zone_id", "Z1"), ("fqdn", "WWW.example.org."), ("type", "A")],
                Some("Z1|www.example.org|A"),
            ),
            (
                "aws_route53_record",
                &[("zone_id", "Z1"), ("name", "a.b"), ("type", "A"), ("set_identifier", "x")],
                Some("Z1|a.b|A|x"),
            ),
            ("aws_db_instance", &[("identifier", "records")], Some("records")),
            ("aws_kms_key", &[("id", "1234"), ("key_id", "1234")], Some("1234")),
        ] {
            assert_eq!(id(terraform, ids).as_deref(), wanted, "{terraform}");
        }
    }

    #[test]
    fn parts_of_others_are_told_from_what_is_unknown() {
        assert_eq!(why_lost("aws_s3_bucket_versioning"), Lost::PartOf("AWS::S3::Bucket"));
        assert_eq!(why_lost("aws_lambda_function"), Lost::Unknown);
        assert_eq!(why_lost("random_password"), Lost::Unknown);
    }
}
