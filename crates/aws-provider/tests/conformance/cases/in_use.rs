//! What is called as the program says is replaced while others use it.

use ironward_aws::ec2::{SecurityGroup, SecurityGroupIngress, Traffic};
use ironward_aws::elbv2::{Action, Listener, LoadBalancer, TargetGroup, TargetGroupName, Tls};
use ironward_aws::iam::{PolicyArn, Role, RoleName, RolePolicyAttachment};
use ironward_aws::place::Here;
use ironward_aws::policy::PolicyDocument;
use ironward_core::stack::{Hipaa, Stack};

use super::{Front, changes, front, network, on_both};
use crate::cloud::Cloud;

/// <https://github.com/hashicorp/terraform-provider-aws/issues/636>.
async fn a_target_group_of_a_listener(cloud: Cloud) {
    let declare = |s: &mut Stack<Hipaa>, after: bool| {
        let Front { vpc, balancer, certificate } = front(s)?;
        let targets = TargetGroup::https(vpc, if after { 9443_i64 } else { 8443 });
        let targets = s.add("targets", targets.name(TargetGroupName::new("cases-app")))?;
        let tls = Tls::new(certificate);
        s.add("listener", Listener::https(balancer, 443_i64, tls, Action::forward(targets.arn())))?;
        Ok(())
    };
    assert_eq!(changes(&cloud, declare).await, ["targets DeleteFirst", "listener DeleteFirst"]);
}

async fn a_group_that_rules_and_a_balancer_name(cloud: Cloud) {
    let declare = |s: &mut Stack<Hipaa>, after: bool| {
        let (vpc, subnets) = network(s)?;
        let group =
            SecurityGroup::in_vpc(vpc.clone(), if after { "of the application" } else { "application" });
        let group = s.add("group", group.group_name("cases-app"))?;
        let other = s.add("other", SecurityGroup::in_vpc(vpc.clone(), "database"))?;
        let rule = SecurityGroupIngress::from_group(
            other.id(),
            group.id(),
            Traffic::tcp(5432),
            "from the application",
        );
        s.add("rule", rule)?;
        s.add("balancer", LoadBalancer::internal(subnets, [group.id()]))?;
        Ok(())
    };
    let replaced = changes(&cloud, declare).await;
    assert_eq!(replaced, ["group DeleteFirst", "rule DeleteFirst", "balancer DeleteFirst"]);
}

async fn a_role_with_policies(cloud: Cloud) {
    let declare = |s: &mut Stack<Hipaa>, after: bool| {
        let here = s.lookup("here", Here)?;
        let role = Role::new(PolicyDocument::trusting_service("monitoring.rds.amazonaws.com"));
        let role =
            role.role_name(RoleName::new("cases-monitoring")).path(if after { "/clinic/" } else { "/" });
        let role = s.add("role", role)?;
        let policy = PolicyArn::aws_managed(&here, "service-role/AmazonRDSEnhancedMonitoringRole");
        s.add("attachment", RolePolicyAttachment::new(role.name(), policy))?;
        Ok(())
    };
    assert_eq!(changes(&cloud, declare).await, ["role DeleteFirst", "attachment DeleteFirst"]);
}

on_both!(target_group, a_target_group_of_a_listener);
on_both!(security_group, a_group_that_rules_and_a_balancer_name);
on_both!(role, a_role_with_policies);
