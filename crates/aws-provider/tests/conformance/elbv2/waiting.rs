//! Waiting for a load balancer. Source: Elastic Load Balancing API Reference, `LoadBalancerState`.

use crate::waiting::End::{Failed, Unsettled, Well};
use crate::waiting::Look::Shows;
use crate::waiting::{Sequence, Stage};

use super::load_balancer::BalancerSubject;
use super::world::World;
use crate::cloud::Emulator;

#[tokio::test]
async fn load_balancer() {
    for (looks, told, end) in [
        (
            &[Shows(&[("Code", "provisioning")]), Shows(&[("Code", "active")])][..],
            &["load balancer is provisioning"][..],
            Well,
        ),
        // It works, with less than the capacity that it should have.
        (&[Shows(&[("Code", "active_impaired")])], &[], Well),
        (
            &[
                Shows(&[("Code", "provisioning")]),
                Shows(&[("Code", "failed"), ("Reason", "Not enough IP space in subnet")]),
            ],
            &["load balancer is provisioning"],
            Failed("it failed: Not enough IP space in subnet"),
        ),
        (
            &[Shows(&[("Code", "provisioning")])],
            &[],
            Unsettled("it wasn't ready after 600 s; it was last load balancer is provisioning"),
        ),
    ] {
        let stage = Stage::set().await;
        let subject =
            BalancerSubject { world: World::build(&stage.cloud).await, emulator: Emulator::Sandbox };
        let (after, read) = ("CreateLoadBalancer", "DescribeLoadBalancers");
        stage.up(&subject, None, &Sequence { after, read, looks, told, end }).await;
    }
}
