//! What a role says of the service that assumes it.

use crate::place::FoundHere;
use crate::policy::{Allow, PolicyDocument};

/// Services that say on behalf of which account they assume a role, each with the guide whose trust
/// policy asks for it.
///
/// No list of AWS's says which services do. A condition on a key that a call doesn't carry is never
/// met, so the trust of a service that isn't here has none: CloudTrail and AWS Backup, for two, whose
/// guides show the condition in policies of buckets and keys, and not in a trust.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html,
// https://docs.aws.amazon.com/aws-backup/latest/devguide/iam-service-roles.html
const SAY_FOR_WHOM: &[(&str, &str)] = &[
    (
        "ecs-tasks.amazonaws.com",
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html",
    ),
    (
        "monitoring.rds.amazonaws.com",
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html",
    ),
    (
        "vpc-flow-logs.amazonaws.com",
        "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html",
    ),
];

/// The trust policy of a role that an AWS service assumes: on behalf of this account only, where the
/// service says on whose behalf it acts. Nobody can hand a role to a service in another account, so
/// the others are no less closed (IAM User Guide, "The confused deputy problem").
#[must_use]
pub fn service_trust(service: &str, here: &FoundHere) -> PolicyDocument {
    let assume = Allow::actions(["sts:AssumeRole"]).service(service);
    let says = SAY_FOR_WHOM.iter().any(|(name, _)| *name == service);
    let assume = if says { assume.when("StringEquals", "aws:SourceAccount", here.account()) } else { assume };
    PolicyDocument::new().with(assume)
}

#[cfg(test)]
mod tests {
    use ironward_core::output::ToValue;
    use ironward_core::stack::{Hipaa, Stack};
    use ironward_core::value::Known;

    use super::*;
    use crate::place::Here;

    #[test]
    fn only_what_a_service_sends_is_asked_for() {
        let here = Stack::<Hipaa>::new("clinic").lookup("here", Here).unwrap();
        let conditional = |service: &str| {
            let known = |_: &_| Known::Value("111122223333".into());
            let trust = service_trust(service, &here).to_value().evaluate(&known).unwrap();
            !trust.to_json().unwrap()["Statement"][0]["Condition"].is_null()
        };
        assert!(conditional("ecs-tasks.amazonaws.com"));
        assert!(conditional("vpc-flow-logs.amazonaws.com"));
        assert!(!conditional("cloudtrail.amazonaws.com"));
        assert!(!conditional("backup.amazonaws.com"));
    }

    #[test]
    fn every_row_has_its_guide() {
        assert!(SAY_FOR_WHOM.iter().all(|(_, guide)| guide.starts_with("https://docs.aws.amazon.com/")));
    }
}
