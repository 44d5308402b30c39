//! `HipaaDatabase`: PostgreSQL for PHI.

mod checks;

use ironward_aws::ec2::{SecurityGroup, SecurityGroupId};
use ironward_aws::iam::{PolicyArn, Role, RoleArn, RolePolicyAttachment, service_trust};
use ironward_aws::kms::CustomerKey;
use ironward_aws::logs::{LogGroup, LogGroupName};
use ironward_aws::place::Here;
use ironward_aws::rds::{
    BackupRetention, DbInstance, DbInstanceArn, DbInstanceClass, DbParameterGroup, DbSubnetGroup,
    DbiResourceId, DeclaredDbInstance, Engine, IsolatedSubnets, MasterUserSecret, SecretArn, StorageType,
};
use ironward_core::declare::{Declaration, Located};
use ironward_core::output::{Output, ToValue, concat};
use ironward_core::path::Path;
use ironward_core::program::DeclareError;
use ironward_core::stack::{Profile, Stack};

use crate::bucket::retype;
use crate::classification::{Classification, open};
use crate::environment::Environment;
use crate::retention::Retention;
use crate::vpc::{At, HipaaVpc};
use crate::windows::{DailyWindow, Weekday, WeeklyWindow};

use self::checks::NAMED;
pub(crate) use self::checks::check_name;

/// The storage of a database: where it starts and how far it may grow by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Storage {
    gib: i64,
    most: Option<i64>,
}

impl Storage {
    /// So many GiB to start with, 20 to 65536.
    #[must_use]
    pub const fn gib(gib: i64) -> Self {
        Self { gib, most: None }
    }

    /// Lets it grow by itself up to so many GiB.
    #[must_use]
    pub const fn grow_to(mut self, gib: i64) -> Self {
        self.most = Some(gib);
        self
    }
}

/// The keys of a [`HipaaDatabase`], one for each kind of data.
#[derive(Debug, Clone)]
pub struct DatabaseKeys {
    /// Encrypts storage, snapshots and Performance Insights.
    pub database: CustomerKey,
    /// Encrypts the master secret.
    pub secrets: CustomerKey,
    /// Encrypts the log groups.
    pub logs: CustomerKey,
}

/// A major version of PostgreSQL. The region's newest minor version of it is what runs: RDS raises it
/// by itself, and ends those that it replaces.
/// Source: Amazon RDS for PostgreSQL Release Notes, "Release calendars".
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PostgresVersion {
    /// PostgreSQL 15, in standard support until 2028-02.
    V15,
    /// PostgreSQL 16, in standard support until 2029-02.
    #[default]
    V16,
    /// PostgreSQL 17, in standard support until 2030-02.
    V17,
}

impl PostgresVersion {
    /// The major version, as RDS writes it.
    #[must_use]
    pub fn major(self) -> &'static str {
        match self {
            Self::V15 => "15",
            Self::V16 => "16",
            Self::V17 => "17",
        }
    }

    fn family(self) -> String {
        format!("postgres{}", self.major())
    }
}

/// A PostgreSQL database in isolated subnets: encrypted, TLS only, with a master password that
/// Secrets Manager keeps, IAM authentication, monitoring, a record of statements, logs under our key
/// and 35 days of backups; in production with a standby in another zone, deletion protection and a
/// final snapshot.
#[derive(Debug, Clone)]
pub struct HipaaDatabase {
    instance: DeclaredDbInstance,
    group: Output<SecurityGroupId>,
    database_name: String,
    port: u16,
    windows: (DailyWindow, WeeklyWindow),
}

/// What a [`HipaaDatabase`] is built from.
#[derive(Debug, Clone)]
#[must_use = "nothing is declared before `build`"]
pub struct HipaaDatabaseBuilder<'a> {
    name: String,
    vpc: &'a HipaaVpc,
    keys: DatabaseKeys,
    class: DbInstanceClass,
    storage: Storage,
    environment: Environment,
    retention: Retention,
    database_name: String,
    os_metrics_group: bool,
    version: Option<PostgresVersion>,
    port: u16,
    statements: bool,
    windows: (DailyWindow, WeeklyWindow),
}

/// The port that the database listens on unless another is set: another than PostgreSQL's well-known
/// one would hide little and break tools.
pub const PORT: u16 = 5432;

/// When it is backed up and maintained unless something else is said. Backups of
/// [`BackupPlan`](crate::BackupPlan) come after both.
const WINDOWS: (DailyWindow, WeeklyWindow) =
    (DailyWindow::of(3, 0, 60), WeeklyWindow::on(Weekday::Monday, DailyWindow::of(4, 30, 60)));

/// The master user: who may do everything in the database.
pub(crate) const MASTER: &str = "fhir_admin";

/// What is recorded of sessions (45 CFR 164.312(b)).
const OF_SESSIONS: [(&str, &str); 5] = [
    ("rds.force_ssl", "1"),
    ("log_statement", "ddl"),
    ("log_connections", "1"),
    ("log_disconnections", "1"),
    ("log_min_duration_statement", "1000"),
];

/// What makes pgAudit record each statement that reads or writes, without the values in it
/// (45 CFR 164.312(b)). The library is loaded when the instance starts.
/// Source: Amazon RDS User Guide, "Using pgAudit to log database activity".
const OF_STATEMENTS: [(&str, &str); 3] = [
    ("shared_preload_libraries", "pg_stat_statements,pgaudit"),
    ("pgaudit.log", "ddl,read,role,write"),
    ("pgaudit.log_parameter", "0"),
];

impl HipaaDatabase {
    /// Starts a database in the isolated subnets of `vpc`.
    pub fn builder<'a>(
        name: &str,
        vpc: &'a HipaaVpc,
        keys: DatabaseKeys,
        class: DbInstanceClass,
        storage: Storage,
    ) -> HipaaDatabaseBuilder<'a> {
        HipaaDatabaseBuilder {
            name: name.to_owned(),
            vpc,
            keys,
            class,
            storage,
            environment: Environment::Production,
            retention: Retention::default(),
            database_name: "fhir".to_owned(),
            os_metrics_group: true,
            version: None,
            port: PORT,
            statements: true,
            windows: WINDOWS,
        }
    }

    /// The database's host name.
    #[must_use]
    pub fn endpoint(&self) -> Output<String> {
        self.instance.address()
    }

    /// The database's ARN.
    #[must_use]
    pub fn arn(&self) -> Output<DbInstanceArn> {
        self.instance.arn()
    }

    /// The id that IAM policies for database logins name.
    #[must_use]
    pub fn resource_id(&self) -> Output<DbiResourceId> {
        self.instance.resource_id()
    }

    /// The secret that holds the master user's name and password; RDS rotates it every week.
    #[must_use]
    pub fn secret(&self) -> Output<SecretArn> {
        self.instance.secret_arn()
    }

    /// The database's security group.
    #[must_use]
    pub fn security_group(&self) -> Output<SecurityGroupId> {
        self.group.clone()
    }

    /// The name of the database inside the instance.
    #[must_use]
    pub fn database_name(&self) -> &str {
        &self.database_name
    }

    /// The port that it listens on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// When it makes its own backups.
    #[must_use]
    pub fn backup_window(&self) -> DailyWindow {
        self.windows.0
    }

    /// When it is maintained.
    #[must_use]
    pub fn maintenance_window(&self) -> WeeklyWindow {
        self.windows.1
    }

    /// The instance itself.
    #[must_use]
    pub fn instance(&self) -> &DeclaredDbInstance {
        &self.instance
    }
}

impl HipaaDatabaseBuilder<'_> {
    /// Sets what the database is for; production unless set.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// Sets how long its logs are kept; seven years unless set.
    pub fn retention(mut self, retention: Retention) -> Self {
        self.retention = retention;
        self
    }

    /// Sets the name of the database inside the instance, up to 63 letters, digits and underscores, a letter
    /// first; `fhir` unless set.
    pub fn database_name(mut self, name: &str) -> Self {
        name.clone_into(&mut self.database_name);
        self
    }

    /// Sets the major version of PostgreSQL; 16 unless set. A later one upgrades the database in place, which stops it
    /// meanwhile; RDS never goes back to an earlier one.
    pub fn version(mut self, version: PostgresVersion) -> Self {
        self.version = Some(version);
        self
    }

    /// Sets the port that it listens on, 1150 to 65535; 5432 unless set.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Whether each statement that reads or writes is recorded, without the values in it; true unless
    /// set. It makes the log grow with the work of the database, and leaves a trace of who read what
    /// (45 CFR 164.312(b)).
    pub fn record_statements(mut self, record: bool) -> Self {
        self.statements = record;
        self
    }

    /// Sets when it makes its own backups; between 03:00 and 04:00 UTC unless set.
    pub fn backup_window(mut self, window: DailyWindow) -> Self {
        self.windows.0 = window;
        self
    }

    /// Sets when it is maintained; on Mondays between 04:30 and 05:30 UTC unless set.
    pub fn maintenance_window(mut self, window: WeeklyWindow) -> Self {
        self.windows.1 = window;
        self
    }

    /// Whether to declare `RDSOSMetrics`, the log group of enhanced monitoring; true unless set.
    /// It is one for all databases of an account and region, so it is shared: the first stack makes it, under
    /// its own key, the others use it as it is, and it stays for as long as one of them does.
    pub fn os_metrics_group(mut self, declare: bool) -> Self {
        self.os_metrics_group = declare;
        self
    }

    /// Declares the database.
    ///
    /// # Errors
    /// [`DeclareError`] when the name is taken or isn't one, or the storage can't be had.
    #[track_caller]
    pub fn build<P: Profile>(self, stack: &mut Stack<P>) -> Result<HipaaDatabase, DeclareError> {
        check_name(stack, &self.name, &[])?;
        let mut scope = open(stack, &self.name, "HipaaDatabase", Classification::Phi)?;
        if self.environment.is_production() {
            scope.production();
        }
        self.check(&mut scope)?;
        let group = SecurityGroup::in_vpc(self.vpc.id(), "Database: only the application may connect");
        let group = scope.add("security-group", group)?.id();
        let subnets = IsolatedSubnets::try_from(self.vpc.isolated_subnets().to_vec())
            .map_err(|error| scope.refuse(error.to_string(), Some("45 CFR 164.308(a)(7)(ii)(C)")))?;
        let subnets = DbSubnetGroup::new(subnets, "Isolated subnets of the database");
        let subnets = scope.add(NAMED, subnets)?;
        let mut recorded = OF_SESSIONS.to_vec();
        if self.statements {
            recorded.extend(OF_STATEMENTS);
        }
        let version = self.version.unwrap_or_default();
        let parameters = DbParameterGroup::new(version.family(), "TLS only, sessions and statements logged")
            .parameters(recorded);
        let parameters = scope.add("parameters", parameters)?;
        let (monitoring, mut before) = self.monitoring(&mut scope)?;
        // RDS would make these groups itself, without a key and to be kept for ever. Their names
        // hold the instance's, so the instance takes the name of its subnet group, which is there
        // before both.
        let identifier = subnets.name();
        for kind in ["postgresql", "upgrade"] {
            let parts =
                ["/aws/rds/instance/".to_value(), identifier.to_value(), format!("/{kind}").to_value()];
            let name: Output<LogGroupName> = retype(concat(parts));
            let group = LogGroup::new(self.retention.for_logs(), self.keys.logs.clone()).log_group_name(name);
            before.push(scope.add(&format!("{kind}-log"), group)?.path().clone());
        }
        let production = self.environment.is_production();
        let mut instance = DbInstance::new(
            self.keys.database.clone(),
            subnets.placement(),
            Engine::Postgres,
            self.class.clone(),
            self.storage.gib,
            MASTER,
            BackupRetention::longest(),
            MasterUserSecret::new(self.keys.secrets.clone()),
        )
        .db_instance_identifier(retype(identifier))
        .db_name(&self.database_name)
        .engine_version(version.major())
        .port(i64::from(self.port))
        .storage_type(StorageType::Gp3)
        .db_parameter_group_name(parameters.name())
        .vpc_security_groups([group.clone()])
        .multi_az(production)
        .deletion_protection(production)
        .skip_final_snapshot(!production)
        .delete_automated_backups(!production)
        .auto_minor_version_upgrade(true)
        .copy_tags_to_snapshot(true)
        .enable_iam_database_authentication(true)
        .enable_cloudwatch_logs_exports(["postgresql", "upgrade"])
        .monitoring_interval(60_i64)
        .monitoring_role_arn(monitoring)
        .enable_performance_insights(true)
        .performance_insights_kms_key_id(self.keys.database.clone())
        .performance_insights_retention_period(731_i64)
        .ca_certificate_identifier("rds-ca-rsa2048-g1")
        .preferred_backup_window(self.windows.0.to_string())
        .preferred_maintenance_window(self.windows.1.to_string());
        // Nobody's database is upgraded by a newer default.
        if self.version.is_some() {
            instance = instance.allow_major_version_upgrade(true);
        }
        if let Some(most) = self.storage.most {
            instance = instance.max_allocated_storage(most);
        }
        let configured =
            before.into_iter().fold(instance.options(), |instance, path| instance.depends_on(&At(path)));
        let instance = scope.add("instance", configured)?;
        Ok(HipaaDatabase {
            instance,
            group,
            database_name: self.database_name,
            port: self.port,
            windows: self.windows,
        })
    }

    /// The role of enhanced monitoring, the log group that it writes to, and what must be there before
    /// the database is.
    fn monitoring<P: Profile>(
        &self,
        scope: &mut Stack<P>,
    ) -> Result<(Output<RoleArn>, Vec<Path>), DeclareError> {
        let here = scope.lookup("here", Here)?;
        let mut before = Vec::new();
        if self.os_metrics_group {
            let group = LogGroup::new(self.retention.for_logs(), self.keys.logs.clone())
                .log_group_name(LogGroupName::new("RDSOSMetrics"))
                .options()
                .shared();
            before.push(scope.add("os-metrics-log", group)?.path().clone());
        }
        let role = Role::new(service_trust("monitoring.rds.amazonaws.com", &here));
        let role = scope.add("monitoring-role", role.description("Enhanced monitoring of the database"))?;
        let policy = PolicyArn::aws_managed(&here, "service-role/AmazonRDSEnhancedMonitoringRole");
        let policy = scope.add("monitoring-policy", RolePolicyAttachment::new(role.name(), policy))?;
        before.push(policy.path().clone());
        Ok((role.arn(), before))
    }
}
