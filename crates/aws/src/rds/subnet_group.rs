//! `AWS::RDS::DBSubnetGroup`.

use ironward_core::output::Output;
use ironward_macros::Resource;

use super::placement::IsolatedSubnets;
use super::{DbSubnetGroupArn, DbSubnetGroupName};
use crate::tags::Tags;

/// A group of subnets that databases stand in: isolated ones only, of two availability zones at
/// least (45 CFR 164.312(a)(1)).
///
/// The name is set at creation and is known in lower case. Subnets that a database uses can't be
/// taken out, and the group can't be deleted before its databases are gone.
///
/// Source: RDS API Reference, `CreateDBSubnetGroup`, `ModifyDBSubnetGroup`; CloudFormation
/// registry.
#[derive(Debug, Clone, Resource)]
#[resource(type = "AWS::RDS::DBSubnetGroup", registry, limits = super::limits::DB_SUBNET_GROUP, id = "DBSubnetGroupName", tags, seconds = 2)]
// "Stored as a lowercase string"; DBSubnetGroupAlreadyExists:
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html
#[identity(name = "DBSubnetGroupName", ignore_case)]
#[attribute(name: DbSubnetGroupName = "DBSubnetGroupName", predict = "{DBSubnetGroupName}")]
#[attribute(
    arn: DbSubnetGroupArn = "DBSubnetGroupArn",
    predict = "arn:{partition}:rds:{region}:{account}:subgrp:{DBSubnetGroupName}"
)]
pub struct DbSubnetGroup {
    /// The subnets.
    // "The new Subnets are not in the same Vpc as the existing subnet group":
    // https://github.com/hashicorp/terraform-provider-aws/issues/27459,
    // https://github.com/aws/aws-cdk/issues/26135
    #[property(aspect = "group", compare = "Set", safeguard, network)]
    subnet_ids: IsolatedSubnets,
    /// What the group is for.
    #[property(name = "DBSubnetGroupDescription", aspect = "group")]
    description: Output<String>,
    /// The name, in lower case, up to 255 characters: letters, digits, spaces and `._-`.
    // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html
    #[property(
        name = "DBSubnetGroupName",
        create_only,
        compare = "IgnoreCase",
        generated_name(max = 255, legal = " ._-", letter_first)
    )]
    db_subnet_group_name: Option<Output<DbSubnetGroupName>>,
    /// Tags.
    #[property(compare = "Tags")]
    tags: Tags,
}
