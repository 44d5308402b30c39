//! What AWS Backup asks of values beyond the registry's schemas.

use ironward_core::shape::{Kind, Shape};

const PLAN: &str = "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_CreateBackupPlan.html";
const SELECTION: &str =
    "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_CreateBackupSelection.html";

/// Of a plan. Its name is made from its path when it is sent, so that the document has none.
pub(super) const BACKUP_PLAN: &[Shape] =
    &[Shape::new("BackupPlan").kinds(&[Kind::Object]).requires(&["BackupPlanRule"]).source(PLAN).corrects()];

/// Of a selection. Its name is made as that of a plan is.
pub(super) const BACKUP_SELECTION: &[Shape] = &[Shape::new("BackupSelection")
    .kinds(&[Kind::Object])
    .requires(&["IamRoleArn"])
    .source(SELECTION)
    .corrects()];
