//! Waiting for services and clusters. Sources: ECS API Reference, `Deployment` and `Cluster`.

use crate::waiting::End::{Failed, Unsettled, Well};
use crate::waiting::Look::Shows;
use crate::waiting::{Sequence, Stage};

use super::cluster::ClusterSubject;
use super::service::ServiceSubject;

#[tokio::test]
async fn service() {
    for (looks, told, end) in [
        (
            &[Shows(&[("rolloutState", "IN_PROGRESS")]), Shows(&[("rolloutState", "COMPLETED")])][..],
            &["tasks of the deployment run"][..],
            Well,
        ),
        // Another deployment puts this right: a new service would end the tasks that still run.
        (
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
        (&[Shows(&[("rolloutState", "IN_PROGRESS")])], &[], Unsettled("it wasn't ready after 12")),
    ] {
        let stage = Stage::set().await;
        let subject = ServiceSubject::build(&stage.cloud).await;
        let (after, read) = ("CreateService", "DescribeServices");
        stage.up(&subject, None, &Sequence { after, read, looks, told, end }).await;
    }
}

#[tokio::test]
async fn cluster() {
    for (looks, told, end) in [
        (
            &[Shows(&[("status", "PROVISIONING")]), Shows(&[("status", "ACTIVE")])][..],
            &["cluster is provisioning"][..],
            Well,
        ),
        (
            &[Shows(&[("status", "ACTIVE"), ("attachmentsStatus", "UPDATE_FAILED")])],
            &[],
            Unsettled("the capacity providers can't be attached"),
        ),
        (&[Shows(&[("status", "FAILED")])], &[], Failed("the cluster failed")),
        (
            &[Shows(&[("status", "PROVISIONING")])],
            &[],
            Unsettled("it wasn't ready after 600 s; it was last cluster is provisioning"),
        ),
    ] {
        let stage = Stage::set().await;
        let (after, read) = ("CreateCluster", "DescribeClusters");
        stage.up(&ClusterSubject, None, &Sequence { after, read, looks, told, end }).await;
    }
}
