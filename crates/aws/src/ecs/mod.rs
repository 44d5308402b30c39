//! Elastic Container Service.

use ironward_core::schema::Schema;

ironward_core::identifiers! {
    /// The ARN of a cluster.
    ClusterArn;
    /// The name of a cluster.
    ClusterName;
    /// The ARN of a task definition's revision.
    TaskDefinitionArn;
    /// The ARN of a service.
    ServiceArn;
}

/// The facts of this service's types.
#[must_use]
pub fn schemas() -> Vec<&'static Schema> {
    vec![]
}
