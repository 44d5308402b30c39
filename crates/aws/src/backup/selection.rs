//! `AWS::Backup::BackupSelection`.

use std::collections::BTreeMap;

use ironward_core::output::{IntoInput, Output, ToValue};
use ironward_core::value::Value;
use ironward_macros::{Properties, Resource};

use super::BackupPlanId;
use crate::iam::RoleArn;

ironward_core::identifiers! {
    /// What identifies a selection: its own id and the plan's, joined by `|`.
    BackupSelectionId;
}

/// What a backup plan backs up (45 CFR 164.308(a)(7)(ii)(A)).
///
/// Resources are named by ARN or chosen by tags. The API can't change a selection: every change
/// replaces it, and the new one, under a name of its own, is there before the old one goes.
///
/// Source: AWS Backup API Reference, `CreateBackupSelection`, `BackupSelection`; CloudFormation
/// registry.
#[derive(Debug, Clone, Resource)]
#[resource(
    type = "AWS::Backup::BackupSelection",
    registry,
    limits = super::limits::BACKUP_SELECTION,
    relations = super::limits::BACKUP_SELECTION_RELATIONS,
    id = "Id",
    seconds = 5
)]
// CreateBackupSelection answers with the id:
// https://docs.aws.amazon.com/aws-backup/latest/devguide/API_CreateBackupSelection.html
#[identity(given)]
#[attribute(id: BackupSelectionId = "Id")]
#[attribute(selection_id: String = "SelectionId")]
pub struct BackupSelection {
    /// The plan.
    #[property(create_only, safeguard)]
    backup_plan_id: Output<BackupPlanId>,
    /// The selection itself.
    // Lists of which each counts, in any order:
    // https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupSelection.html
    #[property(
        create_only,
        safeguard,
        member("Resources", set),
        member("NotResources", set),
        member("ListOfTags", set),
        member("Conditions.StringEquals", set),
        member("Conditions.StringNotEquals", set),
        member("Conditions.StringLike", set),
        member("Conditions.StringNotLike", set)
    )]
    backup_selection: SelectionDocument,
}

/// What is selected.
#[derive(Debug, Clone, Properties)]
pub struct SelectionDocument {
    /// The role that AWS Backup takes on.
    iam_role_arn: Output<RoleArn>,
    /// The name, unique in the plan, up to 50 characters; made from the resource's path unless
    /// given.
    selection_name: Option<Output<String>>,
    /// ARNs of what is backed up; `*` at the end or in place of parts stands for anything. What
    /// fits one of them and all `Conditions` is selected.
    resources: Vec<Output<String>>,
    /// ARNs of what isn't backed up although it fits.
    not_resources: Vec<Output<String>>,
    /// Tags one of which selects a resource.
    list_of_tags: Vec<TagCondition>,
    /// Conditions all of which must hold.
    conditions: Option<Conditions>,
}

/// A tag that selects what carries it.
#[derive(Debug, Clone)]
pub struct TagCondition {
    key: Output<String>,
    value: Output<String>,
}

impl TagCondition {
    /// Selects what carries this tag with this value.
    #[must_use]
    pub fn equals(key: impl IntoInput<String>, value: impl IntoInput<String>) -> Self {
        Self { key: key.into_input(), value: value.into_input() }
    }
}

impl ToValue for TagCondition {
    fn to_value(&self) -> Value {
        Value::Map(BTreeMap::from([
            ("ConditionType".to_owned(), "STRINGEQUALS".to_value()),
            ("ConditionKey".to_owned(), self.key.to_value()),
            ("ConditionValue".to_owned(), self.value.to_value()),
        ]))
    }
}

/// Conditions on tags, by operator; all of them must hold.
#[derive(Debug, Clone, Properties)]
pub struct Conditions {
    /// The tag has this value.
    string_equals: Vec<ConditionParameter>,
    /// The tag has another value.
    string_not_equals: Vec<ConditionParameter>,
    /// The tag's value fits this pattern; `*` stands for anything.
    string_like: Vec<ConditionParameter>,
    /// The tag's value doesn't fit this pattern.
    string_not_like: Vec<ConditionParameter>,
}

/// One condition on a tag.
#[derive(Debug, Clone, Properties)]
pub struct ConditionParameter {
    /// The tag, as `aws:ResourceTag/KEY`.
    condition_key: Output<String>,
    /// The value or pattern.
    condition_value: Output<String>,
}
