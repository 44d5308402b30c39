//! `AWS::RDS::DBParameterGroup`.

use std::collections::BTreeMap;

use ironward_core::output::Output;
use ironward_macros::Resource;

use super::{DbParameterGroupArn, DbParameterGroupName};
use crate::tags::Tags;

/// A group of engine parameters for databases.
///
/// Parameters that aren't declared keep the engine's default, and one that is no longer declared
/// goes back to it. What the engine can change while it runs is applied at once; what it can't
/// waits until somebody restarts the database: the maintenance window doesn't, and Ironward doesn't
/// either. Until then it isn't in force, and `drift` says so. `rds.force_ssl` (PostgreSQL, SQL Server) and
/// `require_secure_transport` (MySQL, MariaDB) make clients use TLS (45 CFR 164.312(e)(1));
/// `log_statement`, `log_connections`, `log_disconnections` and `log_min_duration_statement` make
/// PostgreSQL record what is done (45 CFR 164.312(b)).
///
/// Name, family and description are set at creation. A group can't be deleted while a database
/// uses it.
///
/// Source: RDS API Reference, `CreateDBParameterGroup`, `ModifyDBParameterGroup`,
/// `ResetDBParameterGroup`; CloudFormation registry.
#[derive(Debug, Clone, Resource)]
#[resource(type = "AWS::RDS::DBParameterGroup", registry, id = "DBParameterGroupName", tags, seconds = 3)]
// "Stored as a lowercase string"; DBParameterGroupAlreadyExists:
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBParameterGroup.html
#[identity(name = "DBParameterGroupName", ignore_case)]
#[attribute(name: DbParameterGroupName = "DBParameterGroupName", predict = "{DBParameterGroupName}")]
#[attribute(
    arn: DbParameterGroupArn = "DBParameterGroupArn",
    predict = "arn:{partition}:rds:{region}:{account}:pg:{DBParameterGroupName}"
)]
pub struct DbParameterGroup {
    /// The engine and its major version, such as `postgres16`.
    #[property(create_only, compare = "IgnoreCase")]
    family: Output<String>,
    /// What the group is for.
    #[property(create_only)]
    description: Output<String>,
    /// Parameters and their values, as the engine writes them.
    // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithParamGroups.html
    #[property(
        compare = "Whole",
        after_create,
        safeguard,
        interrupts = "leaves static parameters as they are until somebody restarts the database"
    )]
    parameters: BTreeMap<String, Output<String>>,
    /// The name, in lower case, up to 255 characters: letters, digits and single hyphens.
    // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBParameterGroup.html
    #[property(
        name = "DBParameterGroupName",
        create_only,
        compare = "IgnoreCase",
        generated_name(max = 255, legal = "-", letter_first, single = "-", inner = "-")
    )]
    db_parameter_group_name: Option<Output<DbParameterGroupName>>,
    /// Tags.
    #[property(compare = "Tags")]
    tags: Tags,
}
