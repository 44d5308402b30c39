//! What the answers of Elastic Container Service mean.

use ironward_core::error::ProviderErrorKind::{
    AlreadyExists, Ambiguous, Conflict, InUse, NotFound, Propagating,
};

use crate::classify::{Late, Meaning, Patience};

#[rustfmt::skip]
pub(super) const MEANINGS: &[Meaning] = &[
    ("*", "InvalidParameterException", "Unable to assume the service linked role", Propagating),
    ("*", "InvalidParameterException", "verify that the ECS service role", Propagating),
    ("*", "InvalidParameterException", "does not have an associated load balancer", Propagating),
    ("*", "InvalidParameterException", "still Draining", Propagating),
    ("*", "ClientException", "Role is not valid", Propagating),
    ("*", "UpdateInProgressException", "", Conflict),
    // Capacity providers: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html
    ("*", "ResourceInUseException", "", InUse),
    ("*", "ClusterContainsCapacityProviderException", "", InUse),
    ("*", "ClusterContainsContainerInstancesException", "", InUse),
    ("*", "ClusterContainsServicesException", "", InUse),
    ("*", "ClusterContainsTasksException", "", InUse),
    ("*", "DependencyViolation", "", InUse),
    ("*", "InvalidParameterException", "cannot be stopped while deployments are active", InUse),
    ("*", "InvalidParameterException", "Creation of service was not idempotent", AlreadyExists),
    ("*", "ClusterNotFoundException", "", NotFound),
    ("*", "NamespaceNotFoundException", "", NotFound),
    ("*", "ServiceNotFoundException", "", NotFound),
    ("*", "ServiceNotActiveException", "", NotFound),
    ("*", "ClientException", "Unable to describe task definition", NotFound),
    ("*", "ServerException", "", Ambiguous),
];

#[rustfmt::skip]
pub(super) const LATE: &[Late] = &[
    ("ecs:CreateService", &["ClusterNotFoundException"]),
    ("ecs:PutClusterCapacityProviders", &["ClusterNotFoundException"]),
];

pub(super) const PATIENCE: &[Patience] = &[
    // Tasks get 30 s to stop unless a container says more, up to 120 s, and their interfaces go after that:
    // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#container_definition_timeout
    Patience::minutes("ecs:DeleteCluster", InUse, 10, "its services and tasks have stopped"),
    Patience::minutes(
        "ecs:PutClusterCapacityProviders",
        InUse,
        10,
        "what runs on a capacity provider has stopped",
    ),
    Patience::minutes("ecs:DeleteService", InUse, 20, "the deployment under way has ended"),
    Patience::minutes("ecs:CreateService", Propagating, 10, "the service of that name has stopped")
        .saying("still Draining"),
];
