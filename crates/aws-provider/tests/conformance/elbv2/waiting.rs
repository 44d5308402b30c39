//! Waiting for a load balancer. Source: Elastic Load Balancing API Reference, `LoadBalancerState`.

use crate::waiting::End::{Failed, Unsettled, Well};
use crate::waiting::Look::Shows;
use crate::waiting::{End, Look, Sequence, Stage};

use super::load_balancer::BalancerSubject;
use super::world::World;
use crate::cloud::Emulator;

#[tokio::test]
async fn load_balancer() {
    let sequence = |looks: &'static [Look], told: &'static [&'static str], end: End| Sequence {
        after: "CreateLoadBalancer",
        read: "DescribeLoadBalancers",
        looks,
        told,
        end,
    };
    for wait in [
        sequence(
            &[Shows(&[("Code", "provisioning")]), Shows(&[("Code", "active")])],
            &["load balancer is provisioning"],
            Well,
        ),
        // It works, with less than the capacity that it should have.
        sequence(&[Shows(&[("Code", "active_impaired")])], &[], Well),
        sequence(
            &[
                Shows(&[("Code", "provisioning")]),
                Shows(&[("Code", "failed"), ("Reason", "Not enough IP space in subnet")]),
            ],
            &["load balancer is provisioning"],
            Failed("it failed: Not enough IP space in subnet"),
        ),
        sequence(
            &[Shows(&[("Code", "provisioning")])],
            &[],
            Unsettled("it wasn't ready after 600 s; it was last load balancer is provisioning"),
        ),
    ] {
        let stage = Stage::set().await;
        let subject =
            BalancerSubject { world: World::build(&stage.cloud).await, emulator: Emulator::Sandbox };
        stage.up(&subject, None, &wait).await;
    }
}
