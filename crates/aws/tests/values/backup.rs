use serde_json::{Value as Json, json};

use super::Subject;

fn rule(change: &Json) -> Json {
    let mut rule = json!({"RuleName": "daily", "TargetBackupVault": "vault"});
    for (name, json) in change.as_object().unwrap() {
        rule[name] = json.clone();
    }
    json!({"BackupPlan": {"BackupPlanRule": [rule]}})
}

fn lifecycle(cold: i64, end: i64) -> Json {
    json!({"Lifecycle": {"MoveToColdStorageAfterDays": cold, "DeleteAfterDays": end}})
}

fn plan() -> Subject {
    Subject::new("AWS::Backup::BackupPlan", rule(&json!({})))
}

#[test]
fn a_plan() {
    let schedule =
        r"^(cron\([^\s()]+( +[^\s()]+){5}\)|rate\([1-9][0-9]* (minute|minutes|hour|hours|day|days)\))$";
    plan()
        .takes(&rule(&json!({"ScheduleExpression": "cron(0 5 ? * MON-FRI *)"})))
        .takes(&rule(&json!({"ScheduleExpression": "cron(0/15 5,17 L * ? 2026-2030)"})))
        .takes(&rule(&json!({"ScheduleExpression": "rate(12 hours)"})))
        .takes(&rule(&json!({"StartWindowMinutes": 60, "CompletionWindowMinutes": 61})))
        .takes(&rule(&json!({"RuleName": "A.rule_of-fifty", "IndexActions": [{"ResourceTypes": ["S3"]}]})))
        .refuses(
            &rule(&json!({"ScheduleExpression": "cron(0 5 * * *)"})),
            &format!("`BackupPlan.BackupPlanRule[0].ScheduleExpression` is `\"cron(0 5 * * *)\"`; it has to match `{schedule}`"),
        )
        .refuses(
            &rule(&json!({"ScheduleExpression": "daily"})),
            &format!("`BackupPlan.BackupPlanRule[0].ScheduleExpression` is `\"daily\"`; it has to match `{schedule}`"),
        )
        .refuses(
            &rule(&json!({"StartWindowMinutes": 30})),
            "`BackupPlan.BackupPlanRule[0].StartWindowMinutes` is `30`; 60 to 52560000 is allowed",
        )
        .refuses(
            &rule(&json!({"StartWindowMinutes": 120, "CompletionWindowMinutes": 120})),
            "`BackupPlan.BackupPlanRule[0].CompletionWindowMinutes` is 120, and a backup may begin until \
             `StartWindowMinutes`, 120: it has to be more",
        )
        .refuses(
            &rule(&json!({"RuleName": "every day"})),
            "`BackupPlan.BackupPlanRule[0].RuleName` is `\"every day\"`; it has to match `^[a-zA-Z0-9_.-]{1,50}$`",
        )
        .refuses(
            &rule(&json!({"TargetBackupVault": "my.vault"})),
            "`BackupPlan.BackupPlanRule[0].TargetBackupVault` is `\"my.vault\"`; it has to match `^[a-zA-Z0-9_-]{2,50}$`",
        )
        .refuses(
            &json!({"BackupPlan": {"BackupPlanRule": [{"RuleName": "a", "TargetBackupVault": "vault"},
                {"RuleName": "a", "TargetBackupVault": "vault"}]}}),
            "`BackupPlan.BackupPlanRule[1].RuleName` is `a`, as that of an earlier rule: give it a name of its own",
        )
        .refuses(
            &json!({"BackupPlan": {"BackupPlanName": "my plan",
                "BackupPlanRule": [{"RuleName": "a", "TargetBackupVault": "vault"}]}}),
            "`BackupPlan.BackupPlanName` is `\"my plan\"`; it has to match `^[a-zA-Z0-9_.-]{1,50}$`",
        )
        .refuses(
            &rule(&json!({"IndexActions": [{"ResourceTypes": ["EC2"]}]})),
            "`BackupPlan.BackupPlanRule[0].IndexActions[0].ResourceTypes[0]` is `\"EC2\"`; `EBS` or `S3` is allowed",
        );
}

#[test]
fn how_long_recovery_points_are_kept() {
    let vault = "arn:aws:backup:us-west-2:123456789012:backup-vault:elsewhere";
    let copy = |mut with: Json| {
        with["DestinationBackupVaultArn"] = json!(vault);
        rule(&json!({"CopyActions": [with]}))
    };
    let continuous = |lifecycle: Json| rule(&json!({"EnableContinuousBackup": true, "Lifecycle": lifecycle}));
    plan()
        .takes(&rule(&lifecycle(1, 91)))
        .takes(&copy(lifecycle(30, 120)))
        .takes(&continuous(json!({"DeleteAfterDays": 35, "MoveToColdStorageAfterDays": null})))
        .takes(&rule(&json!({"Lifecycle": {"DeleteAfterDays": 36_500}})))
        .refuses(
            &rule(&lifecycle(0, 91)),
            "`BackupPlan.BackupPlanRule[0].Lifecycle.MoveToColdStorageAfterDays` is `0`; at least 1 is allowed",
        )
        .refuses(
            &rule(&json!({"Lifecycle": {"DeleteAfterDays": 36_501}})),
            "`BackupPlan.BackupPlanRule[0].Lifecycle.DeleteAfterDays` is `36501`; 1 to 36500 is allowed",
        )
        .refuses(
            &rule(&lifecycle(30, 119)),
            "`BackupPlan.BackupPlanRule[0].Lifecycle.DeleteAfterDays` is 119, and recovery points that move to cold \
             storage on day 30 stay there for 90 days at least: keep them longer, or move them earlier",
        )
        .refuses(
            &copy(lifecycle(1, 90)),
            "`BackupPlan.BackupPlanRule[0].CopyActions[0].Lifecycle.DeleteAfterDays` is 90, and recovery points that \
             move to cold storage on day 1 stay there for 90 days at least: keep them longer, or move them earlier",
        )
        .refuses(
            &continuous(json!({"DeleteAfterDays": 36})),
            "`BackupPlan.BackupPlanRule[0].Lifecycle.DeleteAfterDays` is 36, and continuous backups are kept for 35 \
             at most: make a rule of its own for what is kept longer",
        )
        .refuses(
            &continuous(json!({})),
            "`BackupPlan.BackupPlanRule[0].Lifecycle` lacks `DeleteAfterDays`, and continuous backups end: say \
             `DeleteAfterDays`, 1 to 35",
        )
        .refuses(
            &rule(&json!({"EnableContinuousBackup": true})),
            "`BackupPlan.BackupPlanRule[0]` lacks `Lifecycle`, and continuous backups end: say `DeleteAfterDays`, 1 to \
             35",
        )
        .refuses(
            &continuous(lifecycle(1, 91)["Lifecycle"].clone()),
            "`BackupPlan.BackupPlanRule[0].Lifecycle.MoveToColdStorageAfterDays` is declared, and continuous backups \
             don't move: leave it out, or make a rule of its own for what is kept",
        );
}

#[test]
fn a_selection() {
    let selection = |change: &Json| {
        let mut selection = json!({"IamRoleArn": "arn:aws:iam::123456789012:role/backup"});
        for (name, json) in change.as_object().unwrap() {
            selection[name] = json.clone();
        }
        json!({"BackupPlanId": "plan", "BackupSelection": selection})
    };
    let arns = |count: usize, end: &str| -> Vec<String> {
        (0..count).map(|one| format!("arn:aws:s3:::b{one}{end}")).collect()
    };
    Subject::new("AWS::Backup::BackupSelection", selection(&json!({"Resources": ["*"]})))
        .takes(&selection(&json!({"Resources": arns(500, ""), "SelectionName": "s".repeat(50)})))
        .takes(&selection(&json!({"NotResources": arns(30, "*")})))
        .refuses(
            &selection(&json!({"Resources": arns(501, "")})),
            "`BackupSelection.Resources` has 501 items; at most 500 items are allowed",
        )
        .refuses(
            &selection(&json!({"NotResources": arns(31, "*")})),
            "`BackupSelection.NotResources` has 31 patterns, and 30 are the most: choose by tags, or in a selection of \
             its own",
        )
        .refuses(
            &selection(&json!({"SelectionName": "s".repeat(51)})),
            "`BackupSelection.SelectionName` has 51 characters; 1 to 50 characters are allowed",
        )
        .refuses(
            &selection(&json!({"ListOfTags":
                [{"ConditionType": "STRINGLIKE", "ConditionKey": "use", "ConditionValue": "phi"}]})),
            "`BackupSelection.ListOfTags[0].ConditionType` is `\"STRINGLIKE\"`; `STRINGEQUALS` is allowed",
        );
}

#[test]
fn a_vault() {
    let key = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555";
    let lock = |least: i64, most: i64, changeable: i64| {
        json!({"LockConfiguration":
            {"MinRetentionDays": least, "MaxRetentionDays": most, "ChangeableForDays": changeable}})
    };
    Subject::new("AWS::Backup::BackupVault", json!({"BackupVaultName": "vault", "EncryptionKeyArn": key}))
        .takes(&lock(1, 1, 3))
        .takes(&lock(2557, 36_500, 36_500))
        .refuses(&lock(0, 10, 3), "`LockConfiguration.MinRetentionDays` is `0`; 1 to 36500 is allowed")
        .refuses(
            &lock(1, 36_501, 3),
            "`LockConfiguration.MaxRetentionDays` is `36501`; 1 to 36500 is allowed",
        )
        .refuses(&lock(1, 10, 2), "`LockConfiguration.ChangeableForDays` is `2`; 3 to 36500 is allowed")
        .refuses(
            &lock(31, 30, 3),
            "`LockConfiguration.MaxRetentionDays` is 30, and `MinRetentionDays` 31: it can't be less",
        );
}
