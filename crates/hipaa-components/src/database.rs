//! `HipaaDatabase`: PostgreSQL for PHI.

use ironward_aws::ec2::{SecurityGroup, SecurityGroupId};
use ironward_aws::iam::{PolicyArn, Role, RolePolicyAttachment};
use ironward_aws::kms::CustomerKey;
use ironward_aws::logs::{LogGroup, LogGroupName};
use ironward_aws::place::Here;
use ironward_aws::policy::PolicyDocument;
use ironward_aws::rds::{
    BackupRetention, DbInstance, DbInstanceArn, DbInstanceClass, DbParameterGroup, DbSubnetGroup,
    DbiResourceId, DeclaredDbInstance, Engine, IsolatedSubnets, MasterUserSecret, SecretArn, StorageType,
};
use ironward_core::declare::Declaration;
use ironward_core::output::{Lower, Output, concat};
use ironward_core::program::DeclareError;
use ironward_core::stack::{Profile, Stack};

use crate::bucket::retype;
use crate::classification::{Classification, open};
use crate::environment::Environment;
use crate::retention::Retention;
use crate::vpc::{HipaaVpc, trust};

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

/// A PostgreSQL database in isolated subnets: encrypted, TLS only, with a master password that
/// Secrets Manager keeps, IAM authentication, monitoring, logs under our key and 35 days of
/// backups; in production with a standby in another zone, deletion protection and a final snapshot.
#[derive(Debug, Clone)]
pub struct HipaaDatabase {
    instance: DeclaredDbInstance,
    group: Output<SecurityGroupId>,
    database_name: String,
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
}

/// The port that the database listens on: not PostgreSQL's well-known one would hide little and
/// break tools, so it is that one.
pub const PORT: u16 = 5432;

const VERSION: &str = "16.6";
const FAMILY: &str = "postgres16";

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

    /// Sets the name of the database inside the instance; `fhir` unless set.
    pub fn database_name(mut self, name: &str) -> Self {
        name.clone_into(&mut self.database_name);
        self
    }

    /// Whether to declare `RDSOSMetrics`, the log group of enhanced monitoring; true unless set.
    /// It is one for all databases of an account and region: only one stack can declare it.
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
        let mut scope = open(stack, &self.name, "HipaaDatabase", Classification::Phi)?;
        if self.environment.is_production() {
            scope.production();
        }
        self.check(&scope)?;
        let group = SecurityGroup::in_vpc(self.vpc.id(), "Database: only the application may connect");
        let group = scope.add("security-group", group)?.id();
        let subnets = IsolatedSubnets::try_from(self.vpc.isolated_subnets().to_vec())
            .map_err(|error| scope.refuse(error.to_string(), Some("45 CFR 164.308(a)(7)(ii)(C)")))?;
        let subnets = DbSubnetGroup::new(subnets, "Isolated subnets of the database");
        let subnets = scope.add("db", subnets)?;
        let parameters = DbParameterGroup::new(FAMILY, "TLS only, sessions and statements logged")
            .parameters([
                ("rds.force_ssl", "1"),
                ("log_statement", "ddl"),
                ("log_connections", "1"),
                ("log_disconnections", "1"),
                ("log_min_duration_statement", "1000"),
            ]);
        let parameters = scope.add("parameters", parameters)?;
        let monitoring = self.monitoring(&mut scope)?;
        // RDS would make these groups itself, without a key and to be kept for ever. Their names
        // hold the instance's, so the instance takes the name of its subnet group, which is there
        // before both.
        let identifier = subnets.name();
        let mut logs = Vec::new();
        for kind in ["postgresql", "upgrade"] {
            let parts = ["/aws/rds/instance/".lower(), identifier.lower(), format!("/{kind}").lower()];
            let name: Output<LogGroupName> = retype(concat(parts));
            let group = LogGroup::new(self.retention.for_logs(), self.keys.logs.clone()).log_group_name(name);
            logs.push(scope.add(&format!("{kind}-log"), group)?);
        }
        let production = self.environment.is_production();
        let mut instance = DbInstance::new(
            self.keys.database.clone(),
            subnets.placement(),
            Engine::Postgres,
            self.class.clone(),
            self.storage.gib,
            "fhir_admin",
            BackupRetention::longest(),
            MasterUserSecret::new(self.keys.secrets.clone()),
        )
        .db_instance_identifier(retype(identifier))
        .db_name(&self.database_name)
        .engine_version(VERSION)
        .port(i64::from(PORT))
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
        .preferred_backup_window("03:00-04:00")
        .preferred_maintenance_window("mon:04:30-mon:05:30");
        if let Some(most) = self.storage.most {
            instance = instance.max_allocated_storage(most);
        }
        let configured = logs.iter().fold(instance.options(), |instance, group| instance.depends_on(group));
        let instance = scope.add("instance", configured)?;
        Ok(HipaaDatabase { instance, group, database_name: self.database_name })
    }

    fn check<P: Profile>(&self, scope: &Stack<P>) -> Result<(), DeclareError> {
        let Storage { gib, most } = self.storage;
        if !(20..=65_536).contains(&gib) {
            return Err(scope.refuse(format!("{gib} GiB can't be had: gp3 storage is 20 to 65536 GiB"), None));
        }
        match most {
            Some(most) if most * 10 < gib * 11 => Err(scope.refuse(
                format!("storage of {gib} GiB can't grow to {most} GiB: the limit is at least a tenth above"),
                None,
            )),
            _ => Ok(()),
        }
    }

    /// The role of enhanced monitoring, and the log group that it writes to.
    fn monitoring<P: Profile>(
        &self,
        scope: &mut Stack<P>,
    ) -> Result<Output<ironward_aws::iam::RoleArn>, DeclareError> {
        let here = scope.lookup("here", Here)?;
        if self.os_metrics_group {
            let group = LogGroup::new(self.retention.for_logs(), self.keys.logs.clone())
                .log_group_name(LogGroupName::new("RDSOSMetrics"));
            scope.add("os-metrics-log", group)?;
        }
        let role = Role::new(PolicyDocument::new().with(trust("monitoring.rds.amazonaws.com", &here)));
        let role = scope.add("monitoring-role", role.description("Enhanced monitoring of the database"))?;
        let policy = PolicyArn::aws_managed(&here, "service-role/AmazonRDSEnhancedMonitoringRole");
        scope.add("monitoring-policy", RolePolicyAttachment::new(role.name(), policy))?;
        Ok(role.arn())
    }
}
