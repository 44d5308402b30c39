//! Whether a service runs what it should.

use aws_sdk_ecs::types::{Deployment, DeploymentRolloutState, Service};
use ironward_core::provider::Readiness;

/// Where a service stands on its way to running `task_definition`.
///
/// A deployment that ECS gave up on has failed, and so has one that it rolled back: then another
/// task definition runs, as steadily as it may. Another deployment puts that right; a new service
/// would end the tasks that still run. A deployment that failed stays listed while its tasks go;
/// what has taken its place since isn't to blame for that.
pub(super) fn readiness(service: &Service, task_definition: &str) -> Readiness {
    if service.status() == Some("DRAINING") {
        return Readiness::Pending(format!("draining, {} tasks left", service.running_count()));
    }
    let deployments = service.deployments();
    let Some(primary) = deployments.iter().find(|deployment| deployment.status() == Some("PRIMARY")) else {
        return Readiness::Pending("no deployment yet".to_owned());
    };
    let wanted = |deployment: &&Deployment| {
        deployment.task_definition().is_none_or(|definition| definition == task_definition)
    };
    let failed =
        |deployment: &&Deployment| deployment.rollout_state() == Some(&DeploymentRolloutState::Failed);
    if failed(&primary) {
        return Readiness::Blocked(reason(primary));
    }
    if !wanted(&primary) {
        if let Some(failed) = deployments.iter().filter(wanted).find(failed) {
            return Readiness::Blocked(reason(failed));
        }
        if reason(primary).contains("rolling back") {
            return Readiness::Blocked(reason(primary));
        }
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

    #[test]
    fn an_older_failure_is_not_that_of_what_came_after_it() {
        use DeploymentRolloutState::{Completed, Failed, InProgress};
        let older = |task| {
            let failed = deployment(Some(Failed), task, "tasks failed to start");
            Deployment::builder()
                .status("ACTIVE")
                .set_rollout_state(failed.rollout_state().cloned())
                .rollout_state_reason("tasks failed to start")
                .task_definition(task)
                .build()
        };
        for task in ["t:2", "t:3"] {
            let check = |state| {
                readiness(&service(vec![deployment(Some(state), "t:3", "on its way"), older(task)]), "t:3")
            };
            assert!(matches!(check(InProgress), Readiness::Pending(_)), "{task}");
            assert_eq!(check(Completed), Readiness::Ready, "{task}");
        }
        // What is wanted failed, and what ran before is back.
        let back = deployment(Some(InProgress), "t:1", "ECS deployment ecs-svc/3 in progress.");
        let found = readiness(&service(vec![back, older("t:3")]), "t:3");
        assert_eq!(found, Readiness::Blocked("tasks failed to start".to_owned()));
    }
}
