//! What AWS Backup asks of values beyond the registry's schemas.

use std::collections::{BTreeMap, BTreeSet};

use ironward_core::document::Node;
use ironward_core::shape::{Bounds, Kind, Relation, Shape};

use crate::facts::{as_number, as_text, items, member};

const PLAN: &str = "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_CreateBackupPlan.html";
const INPUT: &str = "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupPlanInput.html";
const RULE: &str = "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupRuleInput.html";
const LIFECYCLE: &str = "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_Lifecycle.html";
const CONTINUOUS: &str = "https://docs.aws.amazon.com/aws-backup/latest/devguide/point-in-time-recovery.html";
const INDEX: &str = "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_IndexAction.html";
const SELECTION: &str =
    "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_CreateBackupSelection.html";
const SELECTED: &str = "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupSelection.html";
const CONDITION: &str = "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_Condition.html";
const LOCK: &str =
    "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultLockConfiguration.html";

/// What plans and rules are called.
const NAME: &str = r"^[a-zA-Z0-9_.-]{1,50}$";
/// Six fields of `cron`, or a `rate`.
const SCHEDULE: &str =
    r"^(cron\([^\s()]+( +[^\s()]+){5}\)|rate\([1-9][0-9]* (minute|minutes|hour|hours|day|days)\))$";
/// A hundred years: the longest that anything lasts, in days and in minutes.
const LONGEST: (f64, f64) = (36_500.0, 52_560_000.0);
/// The fewest days in cold storage.
const COLD: i64 = 90;
/// For how many days a continuous backup is kept at most.
const LONGEST_CONTINUOUS: i64 = 35;
/// The most resources that a selection names by patterns.
const MOST_PATTERNS: usize = 30;

/// Of a plan. Its name is made from its path when it is sent, so that the document has none.
pub(super) const BACKUP_PLAN: &[Shape] = &[
    Shape::new("BackupPlan").kinds(&[Kind::Object]).requires(&["BackupPlanRule"]).source(PLAN).corrects(),
    Shape::new("BackupPlan.BackupPlanName").pattern(NAME).source(INPUT),
    Shape::new("BackupPlan.BackupPlanRule.RuleName").pattern(NAME).source(RULE),
    Shape::new("BackupPlan.BackupPlanRule.TargetBackupVault").pattern(r"^[a-zA-Z0-9_-]{2,50}$").source(RULE),
    Shape::new("BackupPlan.BackupPlanRule.ScheduleExpression").pattern(SCHEDULE).source(RULE),
    Shape::new("BackupPlan.BackupPlanRule.StartWindowMinutes")
        .range(Bounds::between(60.0, LONGEST.1))
        .source(RULE),
    Shape::new("BackupPlan.BackupPlanRule.Lifecycle.DeleteAfterDays")
        .range(Bounds::between(1.0, LONGEST.0))
        .source(LIFECYCLE),
    Shape::new("BackupPlan.BackupPlanRule.Lifecycle.MoveToColdStorageAfterDays")
        .range(Bounds::least(1.0))
        .source(LIFECYCLE),
    Shape::new("BackupPlan.BackupPlanRule.CopyActions.Lifecycle.DeleteAfterDays")
        .range(Bounds::between(1.0, LONGEST.0))
        .source(LIFECYCLE),
    Shape::new("BackupPlan.BackupPlanRule.CopyActions.Lifecycle.MoveToColdStorageAfterDays")
        .range(Bounds::least(1.0))
        .source(LIFECYCLE),
    Shape::new("BackupPlan.BackupPlanRule.IndexActions").items(Bounds::most(1.0)).source(RULE),
    Shape::new("BackupPlan.BackupPlanRule.IndexActions.ResourceTypes")
        .items(Bounds::most(1.0))
        .values(&["EBS", "S3"])
        .source(INDEX),
];

/// Between the properties of a plan.
pub(super) const BACKUP_PLAN_RELATIONS: &[Relation] = &[
    Relation::new(&["BackupPlan"], names, RULE),
    Relation::new(&["BackupPlan"], windows, RULE),
    Relation::new(&["BackupPlan"], cold_storage, LIFECYCLE),
    Relation::new(&["BackupPlan"], continuous, CONTINUOUS),
];

/// Of a selection. Its name is made as that of a plan is.
pub(super) const BACKUP_SELECTION: &[Shape] = &[
    Shape::new("BackupSelection")
        .kinds(&[Kind::Object])
        .requires(&["IamRoleArn"])
        .source(SELECTION)
        .corrects(),
    Shape::new("BackupSelection.SelectionName").length(Bounds::between(1.0, 50.0)).source(SELECTED),
    Shape::new("BackupSelection.Resources").items(Bounds::most(500.0)).source(SELECTED),
    Shape::new("BackupSelection.NotResources").items(Bounds::most(500.0)).source(SELECTED),
    Shape::new("BackupSelection.ListOfTags.ConditionType").values(&["STRINGEQUALS"]).source(CONDITION),
];

/// Between the properties of a selection.
pub(super) const BACKUP_SELECTION_RELATIONS: &[Relation] =
    &[Relation::new(&["BackupSelection"], patterns, SELECTED)];

/// Of a vault.
pub(super) const BACKUP_VAULT: &[Shape] = &[
    Shape::new("LockConfiguration.MinRetentionDays").range(Bounds::between(1.0, LONGEST.0)).source(LOCK),
    Shape::new("LockConfiguration.MaxRetentionDays").range(Bounds::between(1.0, LONGEST.0)).source(LOCK),
    Shape::new("LockConfiguration.ChangeableForDays").range(Bounds::between(3.0, LONGEST.0)).source(LOCK),
];

/// Between the properties of a vault.
pub(super) const BACKUP_VAULT_RELATIONS: &[Relation] =
    &[Relation::new(&["LockConfiguration"], retention, LOCK)];

type Properties = BTreeMap<String, Node>;
type Misfit = Option<(&'static str, String)>;

/// The rules of a plan, each with its place.
fn rules(properties: &Properties) -> impl Iterator<Item = (String, &Node)> {
    let rules = properties.get("BackupPlan").and_then(|plan| member(plan, "BackupPlanRule"));
    let rules = rules.map(items).unwrap_or_default().iter().enumerate();
    rules.map(|(index, rule)| (format!("BackupPlan.BackupPlanRule[{index}]"), rule))
}

fn plan(message: String) -> Misfit {
    Some(("BackupPlan", message))
}

/// Each rule has a name of its own.
fn names(properties: &Properties) -> Misfit {
    let mut seen = BTreeSet::new();
    rules(properties).find_map(|(place, rule)| {
        let name = as_text(member(rule, "RuleName")?)?;
        if seen.insert(name) {
            return None;
        }
        plan(format!("`{place}.RuleName` is `{name}`, as that of an earlier rule: give it a name of its own"))
    })
}

/// A backup isn't over before it has to begin.
fn windows(properties: &Properties) -> Misfit {
    rules(properties).find_map(|(place, rule)| {
        let start = as_number(member(rule, "StartWindowMinutes")?)?;
        let completion = as_number(member(rule, "CompletionWindowMinutes")?)?;
        if completion > start {
            return None;
        }
        plan(format!(
            "`{place}.CompletionWindowMinutes` is {completion}, and a backup may begin until \
             `StartWindowMinutes`, {start}: it has to be more"
        ))
    })
}

/// What moves to cold storage stays there.
fn cold_storage(properties: &Properties) -> Misfit {
    let short = |place: &str, lifecycle: Option<&Node>| {
        let days = |name| as_number(member(lifecycle?, name)?);
        let (cold, end) = (days("MoveToColdStorageAfterDays")?, days("DeleteAfterDays")?);
        if cold.checked_add(COLD).is_some_and(|least| end >= least) {
            return None;
        }
        plan(format!(
            "`{place}.Lifecycle.DeleteAfterDays` is {end}, and recovery points that move to cold storage on day \
             {cold} stay there for {COLD} days at least: keep them longer, or move them earlier"
        ))
    };
    rules(properties).find_map(|(place, rule)| {
        let copies = member(rule, "CopyActions").map(items).unwrap_or_default();
        short(&place, member(rule, "Lifecycle")).or_else(|| {
            copies.iter().enumerate().find_map(|(index, copy)| {
                short(&format!("{place}.CopyActions[{index}]"), member(copy, "Lifecycle"))
            })
        })
    })
}

/// Continuous backups end, soon, and stay in warm storage until then.
fn continuous(properties: &Properties) -> Misfit {
    rules(properties).find_map(|(place, rule)| {
        if !matches!(member(rule, "EnableContinuousBackup")?, Node::Bool(true)) {
            return None;
        }
        let advice = format!("say `DeleteAfterDays`, 1 to {LONGEST_CONTINUOUS}");
        let lifecycle = match member(rule, "Lifecycle") {
            Some(Node::Unknown(_)) => return None,
            Some(lifecycle) => lifecycle,
            None => {
                return plan(format!("`{place}` lacks `Lifecycle`, and continuous backups end: {advice}"));
            }
        };
        if member(lifecycle, "MoveToColdStorageAfterDays").is_some_and(|node| !node.is_null()) {
            return plan(format!(
                "`{place}.Lifecycle.MoveToColdStorageAfterDays` is declared, and continuous backups don't move: \
                 leave it out, or make a rule of its own for what is kept"
            ));
        }
        match member(lifecycle, "DeleteAfterDays").filter(|node| !node.is_null()) {
            None => plan(format!(
                "`{place}.Lifecycle` lacks `DeleteAfterDays`, and continuous backups end: {advice}"
            )),
            Some(days) => {
                let days = as_number(days).filter(|days| *days > LONGEST_CONTINUOUS)?;
                plan(format!(
                    "`{place}.Lifecycle.DeleteAfterDays` is {days}, and continuous backups are kept for \
                     {LONGEST_CONTINUOUS} at most: make a rule of its own for what is kept longer"
                ))
            }
        }
    })
}

/// Few of the resources of a selection are named by patterns.
fn patterns(properties: &Properties) -> Misfit {
    let selection = properties.get("BackupSelection")?;
    ["Resources", "NotResources"].into_iter().find_map(|name| {
        let arns = items(member(selection, name)?).iter().filter_map(as_text);
        let count = arns.filter(|arn| arn.contains('*')).count();
        let message = || {
            format!(
                "`BackupSelection.{name}` has {count} patterns, and {MOST_PATTERNS} are the most: choose by \
                 tags, or in a selection of its own"
            )
        };
        (count > MOST_PATTERNS).then(|| ("BackupSelection", message()))
    })
}

/// The shortest retention isn't longer than the longest.
fn retention(properties: &Properties) -> Misfit {
    let lock = properties.get("LockConfiguration")?;
    let days = |name| as_number(member(lock, name)?);
    let (least, most) = (days("MinRetentionDays")?, days("MaxRetentionDays")?);
    let message = || {
        format!(
            "`LockConfiguration.MaxRetentionDays` is {most}, and `MinRetentionDays` {least}: it can't be less"
        )
    };
    (most < least).then(|| ("LockConfiguration", message()))
}
