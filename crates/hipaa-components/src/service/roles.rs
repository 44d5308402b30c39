//! The roles of a service: one starts its tasks, the other is what the application may do.

use ironward_aws::iam::{PolicyArn, Role, RoleArn, RolePolicy, RolePolicyAttachment, service_trust};
use ironward_aws::kms::CustomerKey;
use ironward_aws::logs::DeclaredLogGroup;
use ironward_aws::place::FoundHere;
use ironward_aws::policy::{Allow, PolicyDocument};
use ironward_aws::s3::objects_of;
use ironward_core::declare::Located;
use ironward_core::output::{Output, ToValue, concat};
use ironward_core::path::Path;
use ironward_core::program::DeclareError;
use ironward_core::stack::{Profile, Stack};

use super::{DatabaseLogin, FhirServiceBuilder};
use crate::bucket::retype;

/// The roles, and their policies, which must be there before a task starts.
pub(super) struct Roles {
    pub(super) execution: Output<RoleArn>,
    pub(super) task: Output<RoleArn>,
    pub(super) policies: Vec<Path>,
}

/// What operators' sessions are encrypted with and written to.
pub(super) struct Sessions {
    pub(super) key: CustomerKey,
    pub(super) log: DeclaredLogGroup,
}

impl Roles {
    pub(super) fn declare<P: Profile>(
        service: &FhirServiceBuilder<'_>,
        scope: &mut Stack<P>,
        here: &FoundHere,
        sessions: Option<&Sessions>,
    ) -> Result<Self, DeclareError> {
        let trusted = service_trust("ecs-tasks.amazonaws.com", here);
        let execution =
            Role::new(trusted.clone()).description("Starts tasks: pulls images, reads secrets, writes logs");
        let execution = scope.add("execution-role", execution)?;
        let pull = PolicyArn::aws_managed(here, "service-role/AmazonECSTaskExecutionRolePolicy");
        let pull = scope.add("execution-policy", RolePolicyAttachment::new(execution.name(), pull))?;
        let mut policies = vec![pull.path().clone()];
        if service.login == DatabaseLogin::ManagedSecret {
            let secrets = read_secret(service);
            let secrets = scope.add("execution-secrets", RolePolicy::new(execution.name(), secrets))?;
            policies.push(secrets.path().clone());
        }
        let task = scope.add("task-role", Role::new(trusted).description("What the FHIR server may do"))?;
        let mut allowed = use_data(service);
        if let DatabaseLogin::IamUser(user) = &service.login {
            allowed = allowed.with(log_in(service, here, user));
        }
        if let Some(sessions) = sessions {
            allowed = hold_sessions(sessions).into_iter().fold(allowed, PolicyDocument::with);
        }
        let allowed = scope.add("task-policy", RolePolicy::new(task.name(), allowed))?;
        policies.push(allowed.path().clone());
        Ok(Self { execution: execution.arn(), task: task.arn(), policies })
    }
}

fn read_secret(service: &FhirServiceBuilder<'_>) -> PolicyDocument {
    let secret = retype::<_, String>(service.on.database.secret());
    PolicyDocument::new()
        .with(Allow::actions(["secretsmanager:GetSecretValue"]).on(secret))
        .with(Allow::actions(["kms:Decrypt"]).on(retype::<_, String>(service.keys.secrets.arn())))
}

fn use_data(service: &FhirServiceBuilder<'_>) -> PolicyDocument {
    let bucket = service.on.data.arn();
    let key = retype::<_, String>(service.keys.storage.arn());
    PolicyDocument::new()
        .with(Allow::actions(["s3:GetObject", "s3:PutObject"]).sid("Objects").on(objects_of(&bucket)))
        .with(Allow::actions(["s3:ListBucket"]).sid("Bucket").on(retype::<_, String>(bucket)))
        .with(Allow::actions(["kms:Decrypt", "kms:GenerateDataKey"]).sid("Key").on(key))
}

fn log_in(service: &FhirServiceBuilder<'_>, here: &FoundHere, user: &str) -> Allow {
    let login = concat([
        "arn:".to_value(),
        here.partition().to_value(),
        ":rds-db:".to_value(),
        here.region().to_value(),
        ":".to_value(),
        here.account().to_value(),
        ":dbuser:".to_value(),
        service.on.database.resource_id().to_value(),
        format!("/{user}").to_value(),
    ]);
    Allow::actions(["rds-db:connect"]).sid("Login").on(login)
}

/// What the agent in a task needs for sessions of operators.
/// Source: Amazon ECS Developer Guide, "Monitor Amazon ECS containers with ECS Exec",
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html>.
fn hold_sessions(sessions: &Sessions) -> [Allow; 4] {
    let channels = ["CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel"];
    let channels = channels.map(|action| format!("ssmmessages:{action}"));
    let write = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"];
    [
        Allow::actions(channels).sid("Sessions").on("*"),
        Allow::actions(["logs:DescribeLogGroups"]).sid("SessionLogs").on("*"),
        Allow::actions(write).sid("SessionLog").on(concat([sessions.log.arn().to_value(), ":*".to_value()])),
        Allow::actions(["kms:Decrypt"]).sid("SessionKey").on(retype::<_, String>(sessions.key.arn())),
    ]
}
