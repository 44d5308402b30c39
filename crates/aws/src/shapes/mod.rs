//! What the CloudFormation registry says of values.
//!
//! Made by `cargo xtask registry` from the schemas in cfn-lint==1.58.0 (region us-east-1, schemas of 2026-10-20).
// @generated

mod backup;
mod certificatemanager;
mod cloudtrail;
mod ec2;
mod ecs;
mod elasticloadbalancingv2;
mod iam;
mod kms;
mod logs;
mod rds;
mod route53;
mod s3;

use ironward_core::shape::Shapes;

/// Where it is from.
const SOURCE: &str = "the CloudFormation registry of 2026-10-20";

/// What is said of each type.
static ALL: &[&Shapes] = &[
    &backup::BACKUP_PLAN,
    &backup::BACKUP_SELECTION,
    &backup::BACKUP_VAULT,
    &certificatemanager::CERTIFICATE,
    &cloudtrail::TRAIL,
    &ec2::EIP,
    &ec2::FLOW_LOG,
    &ec2::INTERNET_GATEWAY,
    &ec2::NAT_GATEWAY,
    &ec2::ROUTE,
    &ec2::ROUTE_TABLE,
    &ec2::SECURITY_GROUP,
    &ec2::SECURITY_GROUP_EGRESS,
    &ec2::SECURITY_GROUP_INGRESS,
    &ec2::SUBNET,
    &ec2::SUBNET_ROUTE_TABLE_ASSOCIATION,
    &ec2::VPC,
    &ec2::VPC_ENDPOINT,
    &ec2::VPC_GATEWAY_ATTACHMENT,
    &ecs::CLUSTER,
    &ecs::SERVICE,
    &ecs::TASK_DEFINITION,
    &elasticloadbalancingv2::LISTENER,
    &elasticloadbalancingv2::LOAD_BALANCER,
    &elasticloadbalancingv2::TARGET_GROUP,
    &iam::ROLE,
    &iam::ROLE_POLICY,
    &kms::ALIAS,
    &kms::KEY,
    &logs::LOG_GROUP,
    &rds::DB_INSTANCE,
    &rds::DB_PARAMETER_GROUP,
    &rds::DB_SUBNET_GROUP,
    &route53::RECORD_SET,
    &s3::BUCKET,
    &s3::BUCKET_POLICY,
];

/// What is said of a type. Of one that the registry doesn't have nothing compiles.
#[expect(clippy::panic, reason = "what calls it does so while it is compiled")]
pub(crate) const fn of(type_name: &str) -> &'static Shapes {
    let mut index = 0;
    while index < ALL.len() {
        if same(ALL[index].type_name, type_name) {
            return ALL[index];
        }
        index += 1;
    }
    panic!(
        "`registry` is said of a type that the registry doesn't have; `cargo xtask registry` reads it anew"
    )
}

const fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut index = 0;
    while index < one.len() && index < other.len() && one[index] == other[index] {
        index += 1;
    }
    index == one.len() && index == other.len()
}
