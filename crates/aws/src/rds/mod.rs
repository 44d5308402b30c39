//! Relational Database Service.

mod backup_retention;
mod choices;
mod instance;
mod left_out;
mod limits;
mod parameter_group;
mod placement;
pub mod safeguards;
pub mod storage;
mod subnet_group;
pub mod versions;
mod windows;

pub use backup_retention::{BackupRetention, Days, IllegalRetention, RetentionDays};
pub use choices::{
    DatabaseInsightsMode, Engine, EngineLifecycleSupport, LicenseModel, NetworkType, StorageType,
};
pub use instance::{
    AdditionalStorageVolume, AssociatedRole, DbInstance, DeclaredDbInstance, MasterUserSecret,
    ProcessorFeature, property as instance_property,
};
pub use left_out::LEFT_OUT;
pub use parameter_group::{DbParameterGroup, DeclaredDbParameterGroup, property as parameter_group_property};
pub use placement::{IsolatedPlacement, IsolatedSubnets, TooFewSubnets};
pub use subnet_group::{DbSubnetGroup, DeclaredDbSubnetGroup, property as subnet_group_property};

use ironward_core::declare::Declaration;
use ironward_core::schema::Schema;

ironward_core::identifiers! {
    /// The identifier of a database instance: lower-case letters, digits and hyphens.
    DbInstanceId;
    /// The ARN of a database instance.
    DbInstanceArn;
    /// The id that a database instance keeps when it is renamed, `db-…`: what IAM policies for
    /// `rds-db:connect` name.
    DbiResourceId;
    /// A class of database instances, such as `db.r6g.xlarge`.
    DbInstanceClass;
    /// The name of a database subnet group.
    DbSubnetGroupName;
    /// The ARN of a database subnet group.
    DbSubnetGroupArn;
    /// The name of a database parameter group.
    DbParameterGroupName;
    /// The ARN of a database parameter group.
    DbParameterGroupArn;
    /// The name of a database option group.
    DbOptionGroupName;
    /// The ARN of a secret.
    SecretArn;
}

/// The facts of this service's types.
#[must_use]
pub fn schemas() -> Vec<&'static Schema> {
    vec![DbInstance::SCHEMA, DbParameterGroup::SCHEMA, DbSubnetGroup::SCHEMA]
}
