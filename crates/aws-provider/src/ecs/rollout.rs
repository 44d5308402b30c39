//! Whether a service runs what it should.

use aws_sdk_ecs::types::{Deployment, DeploymentRolloutState, Service};
use ironward_core::provider::Readiness;

/// Where a service stands on its way to running `task_definition`.
///
/// A deployment that ECS gave up on has failed, and so has one that it rolled back: then another
/// task definition runs, as steadily as it may. Another deployment puts that right; a new service
/// would end the tasks that still run.
pub(super) fn readiness(service: &Service, task_definition: &str) -> Readiness {
    if service.status() == Some("DRAINING") {
        return Readiness::Pending(format!("draining, {} tasks left", service.running_count()));
    }
    let deployments = service.deployments();
    let failed =
        |deployment: &&Deployment| deployment.rollout_state() == Some(&DeploymentRolloutState::Failed);
    if let Some(failed) = deployments.iter().find(failed) {
        return Readiness::Blocked(reason(failed));
    }
    let Some(primary) = deployments.iter().find(|deployment| deployment.status() == Some("PRIMARY")) else {
        return Readiness::Pending("no deployment yet".to_owned());
    };
    let rolled_back = reason(primary).contains("rolling back")
        && primary.task_definition().is_some_and(|runs| runs != task_definition);
    if rolled_back {
        return Readiness::Blocked(reason(primary));
    }
    let steady = match primary.rollout_state() {
        Some(state) => *state == DeploymentRolloutState::Completed,
        None => deployments.len() == 1 && primary.running_count() == primary.desired_count(),
    };
    if steady {
        return Readiness::Ready;
    }
    let (running, desired) = (primary.running_count(), primary.desired_count());
    Readiness::Pending(format!("{running} of {desired} tasks of the deployment run"))
}

fn reason(deployment: &Deployment) -> String {
    deployment.rollout_state_reason().unwrap_or("the service gave no reason").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deployment(state: Option<DeploymentRolloutState>, task: &str, reason: &str) -> Deployment {
        Deployment::builder()
            .status("PRIMARY")
            .set_rollout_state(state)
            .rollout_state_reason(reason)
            .task_definition(task)
            .running_count(1)
            .desired_count(2)
            .build()
    }

    fn service(deployments: Vec<Deployment>) -> Service {
        Service::builder().status("ACTIVE").set_deployments(Some(deployments)).build()
    }

    #[test]
    fn a_completed_rollout_is_ready_and_a_failed_one_is_not() {
        use DeploymentRolloutState::{Completed, Failed, InProgress};
        let check = |state, expected: fn(&Readiness) -> bool| {
            let found = readiness(&service(vec![deployment(state, "t:2", "why")]), "t:2");
            assert!(expected(&found), "{found:?}");
        };
        check(Some(Completed), |found| *found == Readiness::Ready);
        check(Some(InProgress), |found| matches!(found, Readiness::Pending(_)));
        check(Some(Failed), |found| *found == Readiness::Blocked("why".to_owned()));
        check(None, |found| matches!(found, Readiness::Pending(_)));
    }

    #[test]
    fn a_rollback_is_a_failure_although_it_completes() {
        let reason = "ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1.";
        let back = deployment(Some(DeploymentRolloutState::Completed), "t:1", reason);
        let found = readiness(&service(vec![back.clone()]), "t:2");
        assert_eq!(found, Readiness::Blocked(reason.to_owned()));
        assert_eq!(readiness(&service(vec![back]), "t:1"), Readiness::Ready);
    }
}
