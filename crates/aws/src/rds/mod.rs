//! Relational Database Service.

use ironward_core::schema::Schema;

ironward_core::identifiers! {
    /// The identifier of a database instance.
    DbInstanceId;
    /// The ARN of a database instance.
    DbInstanceArn;
    /// The name of a database subnet group.
    DbSubnetGroupName;
    /// The name of a database parameter group.
    DbParameterGroupName;
    /// The ARN of a secret.
    SecretArn;
}

/// The facts of this service's types.
#[must_use]
pub fn schemas() -> Vec<&'static Schema> {
    vec![]
}
