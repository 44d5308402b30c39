//! A small clinic: VPC, database, bucket, ECS service, one plain security group, an output, two environments.
use std::num::NonZeroU32;

use ironward::aws::ec2::{SecurityGroup, SecurityGroupEgress, SecurityGroupIngress, Traffic};
use ironward::aws::ecs::{
    AwsLogs, Cluster, Container, ContainerInsights, Cpu, Image, ImageDigest, NetworkConfiguration,
    NonRootUser, Secret as EcsSecret, Service, TaskDefinition,
};
use ironward::aws::iam::{Role, RolePolicy};
use ironward::aws::logs::{LogGroup, LogRetention};
use ironward::aws::place::Here;
use ironward::aws::policy::{Allow, PolicyDocument};
use ironward::errors::BoxError;
use ironward::hipaa::{
    AccessLogBucket, DatabaseKeys, Environment, HipaaDatabase, HipaaKey, HipaaVpc, KeyUse, PhiBucket,
    Retention, Storage, three_tier,
};
use ironward::prelude::*;

fn declare(stack: &mut Stack<Hipaa>, environment: Environment) -> Result<(), BoxError> {
    stack.remark("we accept this", None);
    let retention = Retention::years::<7>();
    let logs = HipaaKey::declare(stack, "logs-key", KeyUse::Logs)?.customer_key();
    let storage = HipaaKey::declare(stack, "storage-key", KeyUse::Storage)?.customer_key();
    let secrets = HipaaKey::declare(stack, "secrets-key", KeyUse::Secrets)?.customer_key();
    let keys = DatabaseKeys {
        database: HipaaKey::declare(stack, "database-key", KeyUse::Database)?.customer_key(),
        secrets,
        logs: logs.clone(),
    };
    let vpc = HipaaVpc::builder("network", three_tier!("10.0.0.0/16", zones = 2), logs.clone())
        .environment(environment)
        .build(stack)?;
    let database = HipaaDatabase::builder(
        "database",
        &vpc,
        keys,
        DbInstanceClass::new("db.t4g.medium"),
        Storage::gib(20),
    )
    .environment(environment)
    .database_name("clinic")
    .build(stack)?;
    let access = AccessLogBucket::declare(stack, "access-logs", retention)?;
    let records = PhiBucket::declare(stack, "records", storage, &access, retention)?;

    // A plain group for the worker.
    let group = stack.add("worker-group", SecurityGroup::in_vpc(vpc.id(), "The worker 4"))?;
    stack.add(
        "worker-to-db",
        SecurityGroupEgress::to_group(
            group.id(),
            database.security_group(),
            Traffic::POSTGRES,
            "To the database",
        ),
    )?;
    stack.add(
        "db-from-worker",
        SecurityGroupIngress::from_group(
            database.security_group(),
            group.id(),
            Traffic::POSTGRES,
            "From the worker",
        ),
    )?;

    // The worker itself.
    let here = stack.lookup("here", Here)?;
    let log = stack.add("worker-log", LogGroup::new(LogRetention::Days2557, logs))?;
    let execution = stack
        .add("execution-role", Role::new(PolicyDocument::trusting_service("ecs-tasks.amazonaws.com")))?;
    let read = Allow::actions(["secretsmanager:GetSecretValue"]).on(database.secret().as_text());
    stack.add("execution-policy", RolePolicy::new(execution.name(), PolicyDocument::new().with(read)))?;
    let role =
        stack.add("task-role", Role::new(PolicyDocument::trusting_service("ecs-tasks.amazonaws.com")))?;
    let cluster = stack.add("cluster", Cluster::new().cluster_settings(ContainerInsights::Enabled))?;
    let digest = ImageDigest::new(&format!("sha256:{}", "0".repeat(64)))?;
    let image = Image::by_digest("123456789012.dkr.ecr.us-east-1.amazonaws.com/worker", &digest);
    let user = NonRootUser::id(NonZeroU32::new(10001).ok_or("zero")?);
    let container = Container::new("worker", image, user, AwsLogs::new(log.name(), here.region(), "worker"))
        .environment("BUCKET", records.name().as_text())
        .secret("PGPASSWORD", EcsSecret::key(database.secret(), "password"));
    let task = stack.add(
        "worker-task",
        TaskDefinition::fargate("worker", execution.arn(), role.arn(), Cpu::Quarter, 512, [container]),
    )?;
    let network = NetworkConfiguration::private(vpc.private_subnets(), [group.id()]);
    let count = if environment == Environment::Production { 2 } else { 1 };
    stack.add("worker", Service::new(cluster.name(), task.arn(), network).desired_count(count))?;
    stack.output("records_bucket", records.name())?;
    stack.output("database", database.endpoint())?;
    Ok(())
}

fn main() -> std::process::ExitCode {
    let environment = match std::env::var("CLINIC_ENVIRONMENT").as_deref() {
        Ok("production") => Environment::Production,
        _ => Environment::Development,
    };
    ironward::run("clinic", move |stack: &mut Stack<Hipaa>| declare(stack, environment))
}
