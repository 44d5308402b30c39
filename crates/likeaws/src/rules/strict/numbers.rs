//! Numbers, choices, and pairs of them that don't go together.

use std::ops::RangeInclusive;

use ironward_emulators::xml;

use super::Refuses::{That, Value};
use super::{Row, case};
use crate::refusal::Refusal;
use crate::said::Said;

pub(super) const ROWS: &[Row] = &[
    Row {
        name: "fargate-pairs",
        service: "ecs",
        operations: &["RegisterTaskDefinition"],
        source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html",
        asks: &[],
        refuses: That(fargate),
        refused: case(&[("requiresCompatibilities.1", "FARGATE"), ("cpu", "256"), ("memory", "16384")]),
        taken: case(&[("requiresCompatibilities.1", "FARGATE"), ("cpu", "256"), ("memory", "2048")]),
    },
    Row {
        name: "fargate-network",
        service: "ecs",
        operations: &["RegisterTaskDefinition"],
        source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html",
        asks: &[],
        refuses: That(|said, _| {
            (said.is("requiresCompatibilities.1", "FARGATE") && !said.is("networkMode", "awsvpc")).then(
                || {
                    Refusal::new(
                        "ClientException",
                        "Fargate only supports network mode \u{2018}awsvpc\u{2019}.",
                    )
                },
            )
        }),
        refused: case(&[("requiresCompatibilities.1", "FARGATE"), ("networkMode", "bridge")]),
        taken: case(&[("requiresCompatibilities.1", "FARGATE"), ("networkMode", "awsvpc")]),
    },
    Row {
        name: "fargate-needs-its-role",
        service: "ecs",
        operations: &["RegisterTaskDefinition"],
        source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html",
        asks: &[],
        refuses: That(execution_role),
        refused: case(&[
            ("requiresCompatibilities.1", "FARGATE"),
            ("containerDefinitions.1.logConfiguration.logDriver", "awslogs"),
        ]),
        taken: case(&[
            ("requiresCompatibilities.1", "FARGATE"),
            ("containerDefinitions.1.logConfiguration.logDriver", "awslogs"),
            ("executionRoleArn", "arn:aws:iam::123456789012:role/execution"),
        ]),
    },
    Row {
        name: "variable-and-secret-of-one-name",
        service: "ecs",
        operations: &["RegisterTaskDefinition"],
        source: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html",
        asks: &[],
        refuses: That(shared_variable),
        refused: case(&[
            ("containerDefinitions.1.environment.1.name", "PASSWORD"),
            ("containerDefinitions.1.secrets.1.name", "PASSWORD"),
        ]),
        taken: case(&[
            ("containerDefinitions.1.environment.1.name", "PASSWORD"),
            ("containerDefinitions.2.secrets.1.name", "PASSWORD"),
        ]),
    },
    Row {
        name: "fargate-storage",
        service: "ecs",
        operations: &["RegisterTaskDefinition"],
        source: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EphemeralStorage.html",
        asks: &[],
        refuses: Value(
            &["ephemeralStorage.sizeInGiB"],
            |size| outside(size, 21..=200),
            "ClientException",
            "Ephemeral storage size {} is invalid. The value must be between 21 and 200 GiB.",
        ),
        refused: case(&[("ephemeralStorage.sizeInGiB", "20")]),
        taken: case(&[("ephemeralStorage.sizeInGiB", "21")]),
    },
    Row {
        name: "desired-count",
        service: "ecs",
        operations: &["CreateService", "UpdateService"],
        source: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html",
        asks: &[],
        refuses: Value(
            &["desiredCount"],
            |count| outside(count, 0..=5_000),
            "InvalidParameterException",
            "The desired count {} is not between 0 and 5000.",
        ),
        refused: case(&[("desiredCount", "-1")]),
        taken: case(&[("desiredCount", "0")]),
    },
    Row {
        name: "deployment-that-cannot-go-on",
        service: "ecs",
        operations: &["CreateService", "UpdateService"],
        source: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html",
        asks: &[],
        refuses: That(|said, _| {
            let most = said.number("deploymentConfiguration.maximumPercent")?;
            let least = said.number("deploymentConfiguration.minimumHealthyPercent")?;
            (most <= 100 && least >= 100).then(|| {
                Refusal::new(
                    "InvalidParameterException",
                    "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.",
                )
            })
        }),
        refused: case(&[
            ("deploymentConfiguration.maximumPercent", "100"),
            ("deploymentConfiguration.minimumHealthyPercent", "100"),
        ]),
        taken: case(&[
            ("deploymentConfiguration.maximumPercent", "100"),
            ("deploymentConfiguration.minimumHealthyPercent", "50"),
        ]),
    },
    Row {
        name: "days-of-object-lock",
        service: "s3",
        operations: &["PUT?object-lock"],
        source: "https://docs.aws.amazon.com/AmazonS3/latest/API/API_DefaultRetention.html",
        asks: &[],
        refuses: That(|said, _| {
            let body = said.get("body")?;
            let days = |name, each: i64| Some(xml::text(body, name)?.trim().parse::<i64>().ok()? * each);
            let days = days("Days", 1).or_else(|| days("Years", 365))?;
            // A hundred years, whichever way they are said.
            (!(1..=36_500).contains(&days))
                .then(|| Refusal::new("InvalidArgument", "Default retention period is too large for 'Days'"))
        }),
        refused: case(&[("body", "<R><DefaultRetention><Days>36525</Days></DefaultRetention></R>")]),
        taken: case(&[("body", "<R><DefaultRetention><Days>36500</Days></DefaultRetention></R>")]),
    },
    Row {
        name: "transitions-to-infrequent-access",
        service: "s3",
        operations: &["PUT?lifecycle"],
        source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html",
        asks: &[],
        refuses: That(early_transition),
        refused: case(&[(
            "body",
            "<R><Rule><Transition><Days>7</Days><StorageClass>STANDARD_IA</StorageClass></Transition></Rule></R>",
        )]),
        taken: case(&[(
            "body",
            "<R><Rule><Transition><Days>7</Days><StorageClass>GLACIER</StorageClass></Transition></Rule></R>",
        )]),
    },
    Row {
        name: "days-until-a-key-goes",
        service: "kms",
        operations: &["ScheduleKeyDeletion"],
        source: "https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html",
        asks: &[],
        refuses: Value(
            &["PendingWindowInDays"],
            |days| outside(days, 7..=30),
            "ValidationException",
            "PendingWindowInDays must be between 7 and 30 (inclusive): {}",
        ),
        refused: case(&[("PendingWindowInDays", "6")]),
        taken: case(&[("PendingWindowInDays", "7")]),
    },
    Row {
        name: "days-until-a-key-turns",
        service: "kms",
        operations: &["EnableKeyRotation"],
        source: "https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html",
        asks: &[],
        refuses: Value(
            &["RotationPeriodInDays"],
            |days| outside(days, 90..=2_560),
            "ValidationException",
            "1 validation error detected: Value '{}' at 'rotationPeriodInDays' failed to satisfy constraint: Member \
             must be between 90 and 2560",
        ),
        refused: case(&[("RotationPeriodInDays", "89")]),
        taken: case(&[("RotationPeriodInDays", "90")]),
    },
    Row {
        name: "length-of-sessions",
        service: "iam",
        operations: &["CreateRole", "UpdateRole"],
        source: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html",
        asks: &[],
        refuses: Value(
            &["MaxSessionDuration"],
            |seconds| outside(seconds, 3_600..=43_200),
            "ValidationError",
            "1 validation error detected: Value '{}' at 'maxSessionDuration' failed to satisfy constraint: Member \
             must have value between 3600 and 43200",
        ),
        refused: case(&[("MaxSessionDuration", "43201")]),
        taken: case(&[("MaxSessionDuration", "43200")]),
    },
    Row {
        name: "days-that-logs-are-kept",
        service: "logs",
        operations: &["PutRetentionPolicy"],
        source: "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html",
        asks: &[],
        refuses: Value(
            &["retentionInDays"],
            |days| !RETENTIONS.iter().any(|possible| possible.to_string() == days),
            "InvalidParameterException",
            "1 validation error detected: Value '{}' at 'retentionInDays' failed to satisfy constraint: Member must \
             satisfy enum value set: [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, \
             2557, 2922, 3288, 3653]",
        ),
        refused: case(&[("retentionInDays", "2555")]),
        taken: case(&[("retentionInDays", "2557")]),
    },
    Row {
        name: "days-that-databases-are-kept",
        service: "rds",
        operations: &["CreateDBInstance", "ModifyDBInstance"],
        source: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html",
        asks: &[],
        refuses: Value(
            &["BackupRetentionPeriod"],
            |days| outside(days, 0..=35),
            "InvalidParameterValue",
            "Invalid backup retention period: {}. The period must be between 0 and 35 days.",
        ),
        refused: case(&[("BackupRetentionPeriod", "36")]),
        taken: case(&[("BackupRetentionPeriod", "35")]),
    },
    Row {
        name: "interval-of-monitoring",
        service: "rds",
        operations: &["CreateDBInstance", "ModifyDBInstance"],
        source: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html",
        asks: &[],
        refuses: Value(
            &["MonitoringInterval"],
            |seconds| !["0", "1", "5", "10", "15", "30", "60"].contains(&seconds),
            "InvalidParameterValue",
            "Invalid MonitoringInterval: {}. Valid values are 0, 1, 5, 10, 15, 30, 60.",
        ),
        refused: case(&[("MonitoringInterval", "45")]),
        taken: case(&[("MonitoringInterval", "30")]),
    },
    Row {
        name: "monitoring-needs-its-role",
        service: "rds",
        operations: &["CreateDBInstance"],
        source: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html",
        asks: &[],
        refuses: That(|said, _| {
            let is_on = said.number("MonitoringInterval").is_some_and(|seconds| seconds > 0);
            (is_on && said.get("MonitoringRoleArn").is_none()).then(|| {
                Refusal::new(
                    "InvalidParameterCombination",
                    "A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0.",
                )
            })
        }),
        refused: case(&[("MonitoringInterval", "60")]),
        taken: case(&[("MonitoringInterval", "60"), ("MonitoringRoleArn", "arn:aws:iam::1:role/m")]),
    },
    Row {
        name: "days-of-performance-insights",
        service: "rds",
        operations: &["CreateDBInstance", "ModifyDBInstance"],
        source: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html",
        asks: &[],
        refuses: Value(
            &["PerformanceInsightsRetentionPeriod"],
            |days| {
                let days: i64 = days.parse().unwrap_or_default();
                days != 7 && days != 731 && (days % 31 != 0 || !(31..=713).contains(&days))
            },
            "InvalidParameterValue",
            "Invalid Performance Insights retention period: {}. Valid values are 7, month * 31 where month is a number \
             of months from 1-23, and 731.",
        ),
        refused: case(&[("PerformanceInsightsRetentionPeriod", "94")]),
        taken: case(&[("PerformanceInsightsRetentionPeriod", "93")]),
    },
    Row {
        name: "health-checks-that-overlap",
        service: "elasticloadbalancing",
        operations: &["CreateTargetGroup", "ModifyTargetGroup"],
        source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",
        asks: &[],
        refuses: That(|said, _| {
            let (timeout, interval) =
                (said.number("HealthCheckTimeoutSeconds")?, said.number("HealthCheckIntervalSeconds")?);
            (timeout >= interval).then(|| {
                let message = format!(
                    "Health check timeout '{timeout}' must be smaller than the interval '{interval}'"
                );
                Refusal::new("ValidationError", message)
            })
        }),
        refused: case(&[("HealthCheckTimeoutSeconds", "30"), ("HealthCheckIntervalSeconds", "30")]),
        taken: case(&[("HealthCheckTimeoutSeconds", "29"), ("HealthCheckIntervalSeconds", "30")]),
    },
    Row {
        name: "idle-timeout",
        service: "elasticloadbalancing",
        operations: &["ModifyLoadBalancerAttributes"],
        source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html",
        asks: &[],
        refuses: That(|said, _| {
            let wrong = said.names("Attributes.member.*.Key").find_map(|name| {
                let value = said.get(&name.replace(".Key", ".Value"))?;
                (said.is(name, "idle_timeout.timeout_seconds") && outside(value, 1..=4_000)).then_some(value)
            })?;
            let message = format!(
                "Load balancer attribute value for 'idle_timeout.timeout_seconds' must be between '1' and '4000': {wrong}"
            );
            Some(Refusal::new("ValidationError", message))
        }),
        refused: case(&[
            ("Attributes.member.1.Key", "idle_timeout.timeout_seconds"),
            ("Attributes.member.1.Value", "4001"),
        ]),
        taken: case(&[
            ("Attributes.member.1.Key", "idle_timeout.timeout_seconds"),
            ("Attributes.member.1.Value", "4000"),
        ]),
    },
    Row {
        name: "days-in-cold-storage",
        service: "backup",
        operations: &["PUT /backup/plans", "PUT /backup/plans/", "POST /backup/plans/*"],
        source: "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_Lifecycle.html",
        asks: &[],
        refuses: That(|said, _| {
            said.names("BackupPlan.Rules.*.Lifecycle.MoveToColdStorageAfterDays").find_map(|name| {
                let (cold, kept) =
                    (said.number(name)?, said.number(&name.replace("MoveToColdStorage", "Delete"))?);
                (kept < cold + 90).then(|| {
                    const MESSAGE: &str = "Invalid lifecycle. DeleteAfterDays cannot be less than 90 days apart from \
                                           MoveToColdStorageAfterDays";
                    Refusal::new("InvalidParameterValueException", MESSAGE)
                })
            })
        }),
        refused: case(&[
            ("BackupPlan.Rules.1.Lifecycle.MoveToColdStorageAfterDays", "30"),
            ("BackupPlan.Rules.1.Lifecycle.DeleteAfterDays", "119"),
        ]),
        taken: case(&[
            ("BackupPlan.Rules.1.Lifecycle.MoveToColdStorageAfterDays", "30"),
            ("BackupPlan.Rules.1.Lifecycle.DeleteAfterDays", "120"),
        ]),
    },
    Row {
        name: "window-to-start-a-backup",
        service: "backup",
        operations: &["PUT /backup/plans", "PUT /backup/plans/", "POST /backup/plans/*"],
        source: "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupRuleInput.html",
        asks: &[],
        refuses: Value(
            &["BackupPlan.Rules.*.StartWindowMinutes"],
            |minutes| outside(minutes, 60..=i64::MAX),
            "InvalidParameterValueException",
            "Start window {} must be at least 60 minutes.",
        ),
        refused: case(&[("BackupPlan.Rules.1.StartWindowMinutes", "59")]),
        taken: case(&[("BackupPlan.Rules.1.StartWindowMinutes", "60")]),
    },
];

/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
const RETENTIONS: &[u16] = &[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/// Memory that goes with each share of a processor: units, least MiB, most MiB, in steps of.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html>
const FARGATE: &[(i64, i64, i64, i64)] = &[
    (256, 512, 1_024, 512),
    (256, 2_048, 2_048, 1),
    (512, 1_024, 4_096, 1_024),
    (1_024, 2_048, 8_192, 1_024),
    (2_048, 4_096, 16_384, 1_024),
    (4_096, 8_192, 30_720, 1_024),
    (8_192, 16_384, 61_440, 4_096),
    (16_384, 32_768, 122_880, 8_192),
];

fn outside(text: &str, range: RangeInclusive<i64>) -> bool {
    text.parse().is_ok_and(|number: i64| !range.contains(&number))
}

fn fargate(said: &Said, _answers: &[String]) -> Option<Refusal> {
    let is_fargate = said.all("requiresCompatibilities.*").any(|launch| launch == "FARGATE");
    let (cpu, memory) = (said.number("cpu")?, said.number("memory")?);
    let fits = FARGATE.iter().any(|(units, least, most, step)| {
        cpu == *units && (*least..=*most).contains(&memory) && (memory - least) % step == 0
    });
    (is_fargate && !fits).then(|| {
        let message = format!(
            "No Fargate configuration exists for given values: {cpu} CPU, {memory} memory. See the Amazon ECS \
             documentation for the valid values."
        );
        Refusal::new("ClientException", message)
    })
}

fn execution_role(said: &Said, _answers: &[String]) -> Option<Refusal> {
    let is_fargate = said.all("requiresCompatibilities.*").any(|launch| launch == "FARGATE");
    let logs =
        said.all("containerDefinitions.*.logConfiguration.logDriver").any(|driver| driver == "awslogs");
    let secrets = said.names("containerDefinitions.*.secrets.*.valueFrom").next().is_some();
    if !is_fargate || said.get("executionRoleArn").is_some() || !(logs || secrets) {
        return None;
    }
    let what = if logs { "log driver awslogs" } else { "pulling secrets" };
    let message = format!("Fargate requires task definition to have execution role ARN to support {what}.");
    Some(Refusal::new("ClientException", message))
}

fn shared_variable(said: &Said, _answers: &[String]) -> Option<Refusal> {
    said.names("containerDefinitions.*.secrets.*.name").find_map(|name| {
        let (container, _) = name.split_once(".secrets.")?;
        let secret = said.get(name)?;
        let pattern = format!("{container}.environment.*.name");
        said.all(&pattern).find(|variable| *variable == secret)?;
        let message = format!(
            "The secret name must be unique and not shared with any new or existing environment variables set on \
             the container, such as '{secret}'."
        );
        Some(Refusal::new("ClientException", message))
    })
}

fn early_transition(said: &Said, _answers: &[String]) -> Option<Refusal> {
    let body = said.get("body")?;
    let transitions = xml::all(body, "Rule").into_iter().flat_map(|rule| xml::all(rule, "Transition"));
    let mut early = transitions.filter(|transition| {
        let class = xml::text(transition, "StorageClass").unwrap_or_default().trim();
        let days = xml::text(transition, "Days").and_then(|days| days.trim().parse::<i64>().ok());
        ["STANDARD_IA", "ONEZONE_IA"].contains(&class) && days.is_some_and(|days| days < 30)
    });
    let class = xml::text(early.next()?, "StorageClass")?;
    let message = format!(
        "'Days' in Transition action must be greater than or equal to 30 for storageClass '{}'",
        class.trim()
    );
    Some(Refusal::new("InvalidArgument", message))
}
