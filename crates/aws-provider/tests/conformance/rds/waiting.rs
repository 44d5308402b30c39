//! Waiting for a database. Source: RDS User Guide, "Viewing Amazon RDS DB instance status".

use crate::waiting::End::{Failed, Unsettled, Well};
use crate::waiting::Look::Shows;
use crate::waiting::{Sequence, Stage};

use super::instance::InstanceSubject;

const STATUS: &str = "DBInstanceStatus";

const fn made(
    looks: &'static [crate::waiting::Look],
    told: &'static [&'static str],
    end: crate::waiting::End,
) -> Sequence {
    Sequence { after: "CreateDBInstance", read: "DescribeDBInstances", looks, told, end }
}

#[tokio::test]
async fn creation() {
    for sequence in [
        made(
            &[
                Shows(&[(STATUS, "creating")]),
                Shows(&[(STATUS, "backing-up")]),
                Shows(&[(STATUS, "modifying")]),
                Shows(&[(STATUS, "available")]),
            ],
            &["the database is creating", "the database is backing-up", "the database is modifying"],
            Well,
        ),
        made(&[Shows(&[(STATUS, "storage-optimization")])], &[], Well),
        made(
            &[Shows(&[(STATUS, "creating")]), Shows(&[(STATUS, "failed")])],
            &["the database is creating"],
            Failed("it failed: the database is failed: it failed and RDS can't recover it"),
        ),
        made(&[Shows(&[(STATUS, "incompatible-restore")])], &[], Failed("incompatible-restore")),
        made(
            &[Shows(&[(STATUS, "creating")]), Shows(&[(STATUS, "insufficient-capacity")])],
            &[],
            Failed("AWS has no room for this class in the zone"),
        ),
        made(
            &[Shows(&[(STATUS, "creating")])],
            &["the database is creating"],
            Unsettled("it wasn't ready after 2"),
        ),
    ] {
        let stage = Stage::set().await;
        let subject = InstanceSubject::on(&stage.cloud).await;
        stage.up(&subject, None, &sequence).await;
    }
}

/// What keeps the data never leads to another database.
#[tokio::test]
async fn a_database_that_is_held_up_is_not_replaced() {
    for (looks, why) in [
        (&[Shows(&[(STATUS, "storage-full")])], "the database is storage-full: its storage is full"),
        (
            &[Shows(&[
                (STATUS, "incompatible-network"),
                (
                    "StatusInfos",
                    "<DBInstanceStatusInfo><Message>No free addresses</Message></DBInstanceStatusInfo>",
                ),
            ])],
            "RDS can't recover it in its VPC: No free addresses",
        ),
        (&[Shows(&[(STATUS, "incompatible-parameters")])], "a parameter doesn't fit"),
        (&[Shows(&[(STATUS, "incompatible-option-group")])], "its option group doesn't fit"),
        (
            &[Shows(&[(STATUS, "inaccessible-encryption-credentials-recoverable")])],
            "its KMS key can't be used",
        ),
    ] {
        let stage = Stage::set().await;
        let subject = InstanceSubject::on(&stage.cloud).await;
        stage.up(&subject, None, &made(looks, &[], Unsettled(why))).await;
    }
}

#[tokio::test]
async fn modification() {
    let modified = |looks, told, end| Sequence {
        after: "ModifyDBInstance",
        read: "DescribeDBInstances",
        looks,
        told,
        end,
    };
    for sequence in [
        // It says `available` for some seconds after it accepted the change: the first look comes after
        // a minute.
        modified(
            &[
                Shows(&[(STATUS, "modifying")]),
                Shows(&[(STATUS, "rebooting")]),
                Shows(&[(STATUS, "available")]),
            ],
            &["the database is modifying", "the database is rebooting"],
            Well,
        ),
        modified(
            &[Shows(&[(STATUS, "modifying")]), Shows(&[(STATUS, "storage-full")])],
            &["the database is modifying"],
            Unsettled("the database is storage-full: its storage is full"),
        ),
        modified(
            &[Shows(&[(STATUS, "modifying")])],
            &["the database is modifying"],
            Unsettled("it wasn't ready after 4800 s"),
        ),
    ] {
        let stage = Stage::set().await;
        let subject = InstanceSubject::on(&stage.cloud).await;
        stage.change(&subject, "DBInstanceClass", &sequence).await;
    }
}

#[tokio::test]
async fn deletion() {
    let mut sequence = Sequence {
        after: "DeleteDBInstance",
        read: "DescribeDBInstances",
        looks: &[Shows(&[(STATUS, "deleting")]), Shows(&[(STATUS, "deleting")]), crate::waiting::Look::Truth],
        told: &["the database is deleting"],
        end: Well,
    };
    let stage = Stage::set().await;
    stage.down(&InstanceSubject::on(&stage.cloud).await, &sequence).await;
    sequence.looks = &[Shows(&[(STATUS, "deleting")])];
    sequence.end = Unsettled("it wasn't gone after 3");
    let stage = Stage::set().await;
    stage.down(&InstanceSubject::on(&stage.cloud).await, &sequence).await;
}
