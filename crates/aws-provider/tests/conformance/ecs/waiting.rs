//! Waiting for services and clusters. Sources: ECS API Reference, `Deployment` and `Cluster`.

use crate::waiting::End::{Failed, Unsettled, Well};
use crate::waiting::Look::Shows;
use crate::waiting::{End, Look, Sequence, Stage};

use super::cluster::ClusterSubject;
use super::service::ServiceSubject;

#[tokio::test]
async fn service() {
    let sequence = |looks: &'static [Look], told: &'static [&'static str], end: End| Sequence {
        after: "CreateService",
        read: "DescribeServices",
        looks,
        told,
        end,
    };
    for wait in [
        sequence(
            &[Shows(&[("rolloutState", "IN_PROGRESS")]), Shows(&[("rolloutState", "COMPLETED")])],
            &["tasks of the deployment run"],
            Well,
        ),
        // Another deployment puts this right: a new service would end the tasks that still run.
        sequence(
            &[
                Shows(&[("rolloutState", "IN_PROGRESS")]),
                Shows(&[
                    ("rolloutState", "FAILED"),
                    ("rolloutStateReason", "ECS deployment circuit breaker: tasks failed to start."),
                ]),
            ],
            &["tasks of the deployment run"],
            Unsettled("ECS deployment circuit breaker: tasks failed to start."),
        ),
        sequence(&[Shows(&[("rolloutState", "IN_PROGRESS")])], &[], Unsettled("it wasn't ready after 12")),
    ] {
        let stage = Stage::set().await;
        let subject = ServiceSubject::build(&stage.cloud).await;
        stage.up(&subject, None, &wait).await;
    }
}

#[tokio::test]
async fn update_of_a_service() {
    let sequence = |looks: &'static [Look], end: End| Sequence {
        after: "UpdateService",
        read: "DescribeServices",
        looks,
        told: &["tasks of the deployment run"],
        end,
    };
    for wait in [
        sequence(&[Shows(&[("rolloutState", "IN_PROGRESS")]), Shows(&[("rolloutState", "COMPLETED")])], Well),
        sequence(
            &[
                Shows(&[("rolloutState", "IN_PROGRESS")]),
                Shows(&[
                    ("rolloutState", "FAILED"),
                    ("rolloutStateReason", "ECS deployment circuit breaker: rolling back."),
                ]),
            ],
            Unsettled("ECS deployment circuit breaker: rolling back."),
        ),
    ] {
        let stage = Stage::set().await;
        let subject = ServiceSubject::build(&stage.cloud).await;
        stage.change(&subject, "DesiredCount", &wait).await;
    }
}

#[tokio::test]
async fn cluster() {
    let sequence = |looks: &'static [Look], told: &'static [&'static str], end: End| Sequence {
        after: "CreateCluster",
        read: "DescribeClusters",
        looks,
        told,
        end,
    };
    for wait in [
        sequence(
            &[Shows(&[("status", "PROVISIONING")]), Shows(&[("status", "ACTIVE")])],
            &["cluster is provisioning"],
            Well,
        ),
        sequence(
            &[Shows(&[("status", "ACTIVE"), ("attachmentsStatus", "UPDATE_FAILED")])],
            &[],
            Unsettled("the capacity providers can't be attached"),
        ),
        sequence(&[Shows(&[("status", "FAILED")])], &[], Failed("the cluster failed")),
        sequence(
            &[Shows(&[("status", "PROVISIONING")])],
            &[],
            Unsettled("it wasn't ready after 600 s; it was last cluster is provisioning"),
        ),
    ] {
        let stage = Stage::set().await;
        stage.up(&ClusterSubject, None, &wait).await;
    }
}
