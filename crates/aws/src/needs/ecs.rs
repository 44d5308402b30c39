//! What Fargate tasks need.

use super::Carries::Text;
use super::{Carries, Need, Who};

const SERVICE: &str = "AWS::ECS::Service";
const CLUSTER: &str = "AWS::ECS::Cluster";
const TASKS: Who = Who::Service("ecs-tasks.amazonaws.com");
const FARGATE: Who = Who::Service("fargate.amazonaws.com");
const EXECUTION: Who = Who::Role("{TaskDefinition->ExecutionRoleArn}");
const TASK: Who = Who::Role("{TaskDefinition->TaskRoleArn}");
const PRIVATE_IMAGE: (&str, &str) = ("TaskDefinition->ContainerDefinitions.*.Image", "*.dkr.ecr.*");
const ROLES: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html";
const EXECUTION_ROLE: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html";
const REGISTRY: &str = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html";
const EXEC: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html";
const EXEC_LOG: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html#ecs-exec-logging";
const BUCKET_KEYS: &str = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html";
const DISKS: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-create-storage-key.html";
/// The guide shows both keys in the trust policies of task and execution roles.
const FROM: &[(&str, Carries)] = &[
    ("aws:SourceAccount", Text("{account}")),
    ("aws:SourceArn", Text("arn:{partition}:ecs:{region}:{account}:task/x")),
];
/// What the agents of both sides say of the session:
/// https://github.com/aws/amazon-ssm-agent/blob/mainline/agent/session/crypto/crypto.go
const SESSION: &[(&str, Carries)] = &[
    ("kms:EncryptionContext:aws:ssm:SessionId", Text("ecs-execute-command-1")),
    ("kms:EncryptionContext:aws:ssm:TargetId", Text("ecs:{Cluster}_1_1")),
];
const CLUSTER_OF_DISK: &[(&str, Carries)] = &[
    ("kms:EncryptionContext:aws:ecs:clusterAccount", Text("{account}")),
    ("kms:EncryptionContext:aws:ecs:clusterName", Text("{ClusterName}")),
    ("kms:GrantOperations", Text("Decrypt")),
];
/// Where the FHIR server keeps bulk data: its component says so in the environment.
const DATA_KEY: &str = "{TaskDefinition->ContainerDefinitions.*.Environment[Name=FHIR_DATA_BUCKET].Value->\
                        BucketEncryption.ServerSideEncryptionConfiguration.*.ServerSideEncryptionByDefault.\
                        KMSMasterKeyID}";
const SESSION_KEY: &str = "{Cluster->Configuration.ExecuteCommandConfiguration.KmsKeyId}";

pub(super) const NEEDS: &[Need] = &[
    Need::new(
        "ECS takes the execution role",
        SERVICE,
        TASKS,
        &["sts:AssumeRole"],
        "{TaskDefinition->ExecutionRoleArn}",
        ROLES,
    )
    .carrying(FROM),
    Need::new("ECS takes the task role", SERVICE, TASKS, &["sts:AssumeRole"], "{TaskDefinition->TaskRoleArn}", ROLES)
        .carrying(FROM),
    Need::new(
        "the execution role reads the secrets",
        SERVICE,
        EXECUTION,
        &["secretsmanager:GetSecretValue"],
        "{TaskDefinition->ContainerDefinitions.*.Secrets.*.ValueFrom|7}",
        EXECUTION_ROLE,
    )
    .through("secretsmanager"),
    Need::new(
        "the execution role decrypts the secrets",
        SERVICE,
        EXECUTION,
        &["kms:Decrypt"],
        "{TaskDefinition->ContainerDefinitions.*.Secrets.*.ValueFrom|7->MasterUserSecret.KmsKeyId}",
        EXECUTION_ROLE,
    )
    .carrying(&[
        ("kms:ViaService", Text("secretsmanager.{region}.amazonaws.com")),
        (
            "kms:EncryptionContext:SecretARN",
            Text("{TaskDefinition->ContainerDefinitions.*.Secrets.*.ValueFrom|7->MasterUserSecret.SecretArn}"),
        ),
    ]),
    Need::new(
        "the execution role logs in to the registry",
        SERVICE,
        EXECUTION,
        &["ecr:GetAuthorizationToken"],
        "*",
        REGISTRY,
    )
    .when(PRIVATE_IMAGE.0, PRIVATE_IMAGE.1)
    .through("ecr.api"),
    Need::new(
        "the execution role pulls the image",
        SERVICE,
        EXECUTION,
        &["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
        "arn:{partition}:ecr:{region}:{account}:repository/fhir",
        REGISTRY,
    )
    .when(PRIVATE_IMAGE.0, PRIVATE_IMAGE.1)
    .through("ecr.dkr"),
    // Layers come from a bucket of ECR's by addresses that ECR signs.
    Need::new(
        "layers of the image are downloaded",
        SERVICE,
        Who::Passing,
        &["s3:GetObject"],
        "arn:{partition}:s3:::prod-{region}-starport-layer-bucket/layer",
        REGISTRY,
    )
    .when(PRIVATE_IMAGE.0, PRIVATE_IMAGE.1)
    .through("s3"),
    Need::new(
        "the execution role writes the containers' logs",
        SERVICE,
        EXECUTION,
        &["logs:CreateLogStream", "logs:PutLogEvents"],
        "arn:{partition}:logs:{region}:{account}:log-group:\
         {TaskDefinition->ContainerDefinitions.*.LogConfiguration.Options.awslogs-group}:log-stream:fhir/fhir/1",
        EXECUTION_ROLE,
    )
    .through("logs"),
    Need::new(
        "the server reads and writes bulk data",
        SERVICE,
        TASK,
        &["s3:GetObject", "s3:PutObject"],
        "{TaskDefinition->ContainerDefinitions.*.Environment[Name=FHIR_DATA_BUCKET].Value->Arn}/export/1.ndjson",
        ROLES,
    )
    .through("s3"),
    Need::new(
        "the server lists bulk data",
        SERVICE,
        TASK,
        &["s3:ListBucket"],
        "{TaskDefinition->ContainerDefinitions.*.Environment[Name=FHIR_DATA_BUCKET].Value->Arn}",
        ROLES,
    )
    .through("s3"),
    // With a bucket key, what is encrypted is named by the bucket's ARN.
    Need::new("the server uses the key of bulk data", SERVICE, TASK, &["kms:Decrypt", "kms:GenerateDataKey"], DATA_KEY, BUCKET_KEYS)
        .carrying(&[
            ("kms:ViaService", Text("s3.{region}.amazonaws.com")),
            (
                "kms:EncryptionContext:aws:s3:arn",
                Text("{TaskDefinition->ContainerDefinitions.*.Environment[Name=FHIR_DATA_BUCKET].Value->Arn}"),
            ),
        ]),
    // A server that logs in with tokens gets its user in clear, and no password.
    Need::new(
        "the server logs in to its database",
        SERVICE,
        TASK,
        &["rds-db:connect"],
        "arn:{partition}:rds-db:{region}:{account}:dbuser:{@AWS::RDS::DBInstance->DbiResourceId}/\
         {TaskDefinition->ContainerDefinitions.*.Environment[Name=spring.datasource.username].Value}",
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html",
    ),
    Need::new(
        "the session agent opens its channels",
        SERVICE,
        TASK,
        &[
            "ssmmessages:CreateControlChannel",
            "ssmmessages:CreateDataChannel",
            "ssmmessages:OpenControlChannel",
            "ssmmessages:OpenDataChannel",
        ],
        "*",
        EXEC,
    )
    .when("EnableExecuteCommand", "true")
    .through("ssmmessages"),
    Need::new(
        "the session agent finds its log group",
        SERVICE,
        TASK,
        &["logs:DescribeLogGroups"],
        "*",
        EXEC_LOG,
    )
    .when("Cluster->Configuration.ExecuteCommandConfiguration.LogConfiguration.CloudWatchLogGroupName", "*")
    .through("logs"),
    Need::new(
        "the session agent writes the session's log",
        SERVICE,
        TASK,
        &["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        "arn:{partition}:logs:{region}:{account}:log-group:\
         {Cluster->Configuration.ExecuteCommandConfiguration.LogConfiguration.CloudWatchLogGroupName}:\
         log-stream:ecs-execute-command-1",
        EXEC_LOG,
    )
    .through("logs"),
    Need::new("the session agent opens the session's key", SERVICE, TASK, &["kms:Decrypt"], SESSION_KEY, EXEC_LOG)
        .carrying(SESSION)
        .through("kms"),
    Need::new(
        "an operator's session gets its key",
        SERVICE,
        Who::Administrator,
        &["kms:GenerateDataKey"],
        SESSION_KEY,
        EXEC_LOG,
    )
    .carrying(SESSION),
    Need::new(
        "Fargate encrypts the tasks' disks",
        CLUSTER,
        FARGATE,
        &["kms:GenerateDataKeyWithoutPlaintext", "kms:CreateGrant"],
        "{Configuration.ManagedStorageConfiguration.FargateEphemeralStorageKmsKeyId}",
        DISKS,
    )
    .carrying(CLUSTER_OF_DISK),
];
