//! `BackupPlan`: recovery points that outlast the database's own backups.

use ironward_aws::backup::{
    BackupPlan as Plan, BackupRule, BackupSelection, BackupVault, DeclaredBackupVault, Lifecycle,
    PlanDocument, SelectionDocument,
};
use ironward_aws::iam::{PolicyArn, Role, RolePolicyAttachment};
use ironward_aws::kms::CustomerKey;
use ironward_aws::place::Here;
use ironward_aws::policy::PolicyDocument;
use ironward_core::declare::Declaration;
use ironward_core::output::Output;
use ironward_core::program::DeclareError;
use ironward_core::stack::{Profile, Stack};

use crate::bucket::retype;
use crate::classification::{Classification, open};
use crate::database::HipaaDatabase;
use crate::retention::Retention;
use crate::vpc::trust;

/// A vault under its own key, a daily plan that keeps recovery points for the retention, and a
/// selection of databases by ARN (45 CFR 164.308(a)(7)(ii)(A)). The databases' own backups give any point in time of the last
/// 35 days; this plan gives one a day for as long as records are kept.
#[derive(Debug, Clone)]
pub struct BackupPlan {
    vault: DeclaredBackupVault,
}

impl BackupPlan {
    /// Declares the plan as the component `name` for these databases.
    ///
    /// # Errors
    /// [`DeclareError`] when the name is taken or isn't one.
    #[track_caller]
    pub fn declare<P: Profile>(
        stack: &mut Stack<P>,
        name: &str,
        key: CustomerKey,
        databases: &[&HipaaDatabase],
        retention: Retention,
    ) -> Result<Self, DeclareError> {
        let mut scope = open(stack, name, "BackupPlan", Classification::Phi)?;
        let here = scope.lookup("here", Here)?;
        let vault = scope.add("vault", BackupVault::new(key))?;
        let lifecycle = Lifecycle::delete_after(retention.in_days())
            .map_err(|error| scope.refuse(error.to_string(), Some("45 CFR 164.316(b)(2)(i)")))?;
        // RDS recovery points have no cold storage, so they stay warm.
        let daily = BackupRule::new("daily", vault.name())
            .schedule_expression("cron(0 5 * * ? *)")
            .start_window_minutes(60_i64)
            .completion_window_minutes(480_i64)
            .lifecycle(lifecycle);
        let plan = scope.add("plan", Plan::new(PlanDocument::new([daily])))?;
        let role = Role::new(PolicyDocument::new().with(trust("backup.amazonaws.com", &here)));
        let role = scope.add("role", role.description("Makes and restores recovery points"))?;
        let backup = PolicyArn::aws_managed(&here, "service-role/AWSBackupServiceRolePolicyForBackup");
        let backup = scope.add("backup-policy", RolePolicyAttachment::new(role.name(), backup))?;
        let restore = PolicyArn::aws_managed(&here, "service-role/AWSBackupServiceRolePolicyForRestores");
        let restore = scope.add("restore-policy", RolePolicyAttachment::new(role.name(), restore))?;
        let resources: Vec<Output<String>> =
            databases.iter().map(|database| retype(database.arn())).collect();
        let selection =
            BackupSelection::new(plan.id(), SelectionDocument::new(role.arn()).resources(resources));
        scope.add("selection", selection.options().depends_on(&backup).depends_on(&restore))?;
        Ok(Self { vault })
    }

    /// The vault.
    #[must_use]
    pub fn vault(&self) -> &DeclaredBackupVault {
        &self.vault
    }
}
