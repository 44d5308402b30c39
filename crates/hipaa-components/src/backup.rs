//! `BackupPlan`: recovery points that outlast the database's own backups.

use ironward_aws::backup::{
    BackupPlan as Plan, BackupRule, BackupSelection, BackupVault, DeclaredBackupVault, Lifecycle,
    LockConfiguration, PlanDocument, SelectionDocument,
};
use ironward_aws::iam::{PolicyArn, Role, RolePolicyAttachment, service_trust};
use ironward_aws::kms::CustomerKey;
use ironward_aws::place::Here;
use ironward_core::declare::Declaration;
use ironward_core::output::Output;
use ironward_core::program::DeclareError;
use ironward_core::stack::{Profile, Stack};

use crate::bucket::{PhiBucket, retype};
use crate::classification::{Classification, open};
use crate::database::HipaaDatabase;
use crate::retention::Retention;
use crate::windows::DailyWindow;

/// When recovery points are begun unless something else is said: after the windows that a
/// [`HipaaDatabase`] has unless something else is said.
const BEGINS: DailyWindow = DailyWindow::of(6, 30, 60);

/// Minutes before its own backups and its maintenance in which no backup of a database begins.
// "Schedules, backup window": https://docs.aws.amazon.com/aws-backup/latest/devguide/plan-options-and-configuration.html
const KEPT_FREE: u16 = 60;

/// What the role of AWS Backup may do with databases, and what with buckets.
const FOR_DATABASES: [(&str, &str); 2] = [
    ("backup-policy", "service-role/AWSBackupServiceRolePolicyForBackup"),
    ("restore-policy", "service-role/AWSBackupServiceRolePolicyForRestores"),
];
// https://docs.aws.amazon.com/aws-backup/latest/devguide/s3-backups.html
const FOR_BUCKETS: [(&str, &str); 2] = [
    ("bucket-backup-policy", "AWSBackupServiceRolePolicyForS3Backup"),
    ("bucket-restore-policy", "AWSBackupServiceRolePolicyForS3Restore"),
];

/// A vault, a daily plan that keeps recovery points for the retention, and a selection of databases
/// and buckets by ARN (45 CFR 164.308(a)(7)(ii)(A)). Where the retention locks, so does the vault:
/// no recovery point is deleted before its time, but by who may take the lock off
/// (45 CFR 164.312(c)(1)).
///
/// A database's own backups give any point in time of the last 35 days; this plan gives one a day for
/// as long as records are kept. Recovery points of buckets are encrypted under the vault's key, those
/// of a database under the database's: who loses that key has lost them, too.
// Source of the last: AWS Backup Developer Guide, "Encryption for backups in AWS Backup".
#[derive(Debug, Clone)]
pub struct BackupPlan {
    vault: DeclaredBackupVault,
}

/// What a [`BackupPlan`] is built from.
#[derive(Debug, Clone)]
#[must_use = "nothing is declared before `build`"]
pub struct BackupPlanBuilder<'a> {
    name: String,
    key: CustomerKey,
    databases: Vec<&'a HipaaDatabase>,
    buckets: Vec<&'a PhiBucket>,
    begins: DailyWindow,
    retention: Retention,
}

impl BackupPlan {
    /// Starts a plan whose vault is encrypted with `key` and keeps recovery points for `retention`.
    pub fn builder<'a>(name: &str, key: CustomerKey, retention: Retention) -> BackupPlanBuilder<'a> {
        BackupPlanBuilder {
            name: name.to_owned(),
            key,
            databases: Vec::new(),
            buckets: Vec::new(),
            begins: BEGINS,
            retention,
        }
    }

    /// The vault.
    #[must_use]
    pub fn vault(&self) -> &DeclaredBackupVault {
        &self.vault
    }
}

impl<'a> BackupPlanBuilder<'a> {
    /// Backs up a database as well.
    pub fn database(mut self, database: &'a HipaaDatabase) -> Self {
        self.databases.push(database);
        self
    }

    /// Backs up a bucket as well.
    pub fn bucket(mut self, bucket: &'a PhiBucket) -> Self {
        self.buckets.push(bucket);
        self
    }

    /// Sets when a recovery point is begun every day; between 06:30 and 07:30 UTC unless set. The window
    /// takes 60 minutes at least.
    pub fn begins(mut self, window: DailyWindow) -> Self {
        self.begins = window;
        self
    }

    /// Declares the plan.
    ///
    /// # Errors
    /// [`DeclareError`] when the name is taken or isn't one, there is nothing to back up, or the window
    /// is too short or comes near one of a database's, in which backups can't begin.
    #[track_caller]
    pub fn build<P: Profile>(self, stack: &mut Stack<P>) -> Result<BackupPlan, DeclareError> {
        let mut scope = open(stack, &self.name, "BackupPlan", Classification::Phi)?;
        self.check(&scope)?;
        let here = scope.lookup("here", Here)?;
        let days = self.retention.in_days();
        let mut vault = BackupVault::new(self.key);
        if self.retention.locks() {
            let lock = LockConfiguration::governance(days)
                .map_err(|error| scope.refuse(error.to_string(), Some("45 CFR 164.312(c)(1)")))?;
            vault = vault.lock_configuration(lock);
        }
        let vault = scope.add("vault", vault)?;
        let lifecycle = Lifecycle::delete_after(days)
            .map_err(|error| scope.refuse(error.to_string(), Some("45 CFR 164.316(b)(2)(i)")))?;
        // Recovery points of RDS and S3 have no cold storage, so they stay warm.
        let daily = BackupRule::new("daily", vault.name())
            .schedule_expression(self.begins.cron())
            .start_window_minutes(i64::from(self.begins.minutes()))
            .completion_window_minutes(480_i64)
            .lifecycle(lifecycle);
        let plan = scope.add("plan", Plan::new(PlanDocument::new([daily])))?;
        let role = Role::new(service_trust("backup.amazonaws.com", &here));
        let role = scope.add("role", role.description("Makes and restores recovery points"))?;
        let mut needed: Vec<(&str, &str)> = Vec::new();
        if !self.databases.is_empty() {
            needed.extend(FOR_DATABASES);
        }
        if !self.buckets.is_empty() {
            needed.extend(FOR_BUCKETS);
        }
        let databases = self.databases.iter().map(|database| retype(database.arn()));
        let resources: Vec<Output<String>> =
            databases.chain(self.buckets.iter().map(|bucket| retype(bucket.arn()))).collect();
        let selection = SelectionDocument::new(role.arn()).resources(resources);
        let mut selection = BackupSelection::new(plan.id(), selection).options();
        for (name, policy) in needed {
            let policy = PolicyArn::aws_managed(&here, policy);
            let attached = scope.add(name, RolePolicyAttachment::new(role.name(), policy))?;
            selection = selection.depends_on(&attached);
        }
        scope.add("selection", selection)?;
        Ok(BackupPlan { vault })
    }

    fn check<P: Profile>(&self, scope: &Stack<P>) -> Result<(), DeclareError> {
        if self.databases.is_empty() && self.buckets.is_empty() {
            let message =
                "it backs up nothing: name a database or a bucket with `.database(…)` or `.bucket(…)`";
            return Err(scope.refuse(message, Some("45 CFR 164.308(a)(7)(ii)(A)")));
        }
        if self.begins.minutes() < 60 {
            let message = "backups begin within 60 minutes at least; give `.begins(…)` a longer window";
            return Err(scope.refuse(message, None));
        }
        for database in &self.databases {
            let (own, maintenance) = (database.backup_window(), database.maintenance_window());
            let of = if self.begins.comes_near(own, KEPT_FREE) {
                format!("its own backups ({own} UTC)")
            } else if self.begins.comes_near_weekly(maintenance, KEPT_FREE) {
                format!("its maintenance ({maintenance} UTC)")
            } else {
                continue;
            };
            let message = format!(
                "recovery points that begin within {} UTC come into the hour before {of}, in which no backup of \
                 the database can begin; say another `.begins(…)`",
                self.begins
            );
            return Err(scope.refuse(message, Some("45 CFR 164.308(a)(7)(ii)(A)")));
        }
        Ok(())
    }
}
