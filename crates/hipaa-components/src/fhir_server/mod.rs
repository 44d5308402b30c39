//! `HipaaFhirServer`: all of it.

#[cfg(test)]
mod tests;

use std::marker::PhantomData;

use ironward_aws::elbv2::TlsPolicy;
use ironward_aws::iam::RoleArn;
use ironward_aws::rds::DbInstanceClass;
use ironward_core::output::{IntoInput, Output};
use ironward_core::program::DeclareError;
use ironward_core::stack::{Hipaa, Stack};

use crate::access::Access;
use crate::access_log::AccessLogBucket;
use crate::backup::BackupPlan;
use crate::bucket::{AuditBucket, PhiBucket};
use crate::certificate::ServiceCertificate;
use crate::classification::{Classification, open};
use crate::database::{DatabaseKeys, HipaaDatabase, PostgresVersion, Storage, check_name};
use crate::environment::Environment;
use crate::image::FhirImage;
use crate::key::{HipaaKey, KeyUse};
use crate::network::NetworkPlan;
use crate::retention::Retention;
use crate::service::{DatabaseLogin, FhirService, Foundations, ServiceKeys};
use crate::trail::AuditTrail;
use crate::vpc::{HipaaVpc, WaysOut};

/// A FHIR server with everything that the HIPAA Security Rule asks of its infrastructure: keys,
/// network, database, buckets, audit trail, service and backups.
#[derive(Debug, Clone)]
pub struct HipaaFhirServer {
    vpc: HipaaVpc,
    database: HipaaDatabase,
    data: PhiBucket,
    audit: AuditBucket,
    trail: AuditTrail,
    service: FhirService,
    backup: BackupPlan,
}

/// The name of the server's database.
const DATABASE: &str = "database";

/// Something that must be given wasn't yet.
#[derive(Debug, Clone, Copy)]
pub enum Missing {}

/// Something that must be given was.
#[derive(Debug, Clone, Copy)]
pub enum Given {}

/// The environment was given.
#[diagnostic::on_unimplemented(
    message = "a `HipaaFhirServer` can't be built before its environment is given",
    label = "call `.environment(Environment::…)` first",
    note = "45 CFR 164.308(a)(7) asks more of production than of development"
)]
pub trait EnvironmentGiven {}

/// The network was given.
#[diagnostic::on_unimplemented(
    message = "a `HipaaFhirServer` can't be built before its network is given",
    label = "call `.network(three_tier!(…))` first",
    note = "45 CFR 164.312(e)(1) asks that PHI is guarded on networks; its tiers keep it apart"
)]
pub trait NetworkGiven {}

/// The database was given.
#[diagnostic::on_unimplemented(
    message = "a `HipaaFhirServer` can't be built before its database is given",
    label = "call `.database(DbInstanceClass::…, Storage::gib(…))` first"
)]
pub trait DatabaseGiven {}

/// The certificate was given.
#[diagnostic::on_unimplemented(
    message = "a `HipaaFhirServer` can't be built without a certificate: it speaks TLS only",
    label = "call `.certificate(ServiceCertificate::…)` first",
    note = "45 CFR 164.312(e)(2)(ii): encryption of PHI in transit"
)]
pub trait CertificateGiven {}

/// Who may ask was given.
#[diagnostic::on_unimplemented(
    message = "a `HipaaFhirServer` can't be built before it is said who may ask it",
    label = "call `.access(Access::…)` first: `tokens`, `client_certificates`, `sign_in`, `internal`, `peers` or \
             `authenticated_by_image`",
    note = "45 CFR 164.312(d) asks that whoever seeks access to PHI is the one he claims to be"
)]
pub trait AccessGiven {}

impl EnvironmentGiven for Given {}
impl NetworkGiven for Given {}
impl DatabaseGiven for Given {}
impl CertificateGiven for Given {}
impl AccessGiven for Given {}

/// What the type of a builder knows.
type Known<E, N, D, C, A> = PhantomData<fn() -> (E, N, D, C, A)>;

/// What a [`HipaaFhirServer`] is built from; its type knows what was given.
#[derive(Debug, Clone)]
#[must_use = "nothing is declared before `build`"]
pub struct HipaaFhirServerBuilder<E = Missing, N = Missing, D = Missing, C = Missing, A = Missing> {
    parts: Parts,
    given: Known<E, N, D, C, A>,
}

#[derive(Debug, Clone)]
struct Parts {
    name: String,
    environment: Environment,
    network: Option<NetworkPlan>,
    database: Option<(DbInstanceClass, Storage)>,
    certificate: Option<ServiceCertificate>,
    access: Option<Access>,
    public_name: Option<String>,
    version: Option<PostgresVersion>,
    locks: Option<bool>,
    may_delete_logs: Option<Output<RoleArn>>,
    retention: Retention,
    image: FhirImage,
    login: DatabaseLogin,
    tls: TlsPolicy,
    tasks: Option<i64>,
    balancer_protection: Option<bool>,
    os_metrics_group: bool,
    logged_exec: bool,
}

impl HipaaFhirServer {
    /// Starts a server that stands at `name`, which has up to 42 characters, fewer within other components:
    /// the identifier of its database is made from the path.
    pub fn builder(name: &str) -> HipaaFhirServerBuilder {
        let parts = Parts {
            name: name.to_owned(),
            environment: Environment::Production,
            network: None,
            database: None,
            certificate: None,
            access: None,
            public_name: None,
            version: None,
            locks: None,
            may_delete_logs: None,
            retention: Retention::default(),
            image: FhirImage::hapi(),
            login: DatabaseLogin::ManagedSecret,
            tls: TlsPolicy::default(),
            tasks: None,
            balancer_protection: None,
            os_metrics_group: true,
            logged_exec: false,
        };
        HipaaFhirServerBuilder { parts, given: PhantomData }
    }

    /// The network.
    #[must_use]
    pub fn vpc(&self) -> &HipaaVpc {
        &self.vpc
    }

    /// The database.
    #[must_use]
    pub fn database(&self) -> &HipaaDatabase {
        &self.database
    }

    /// The bucket for bulk data.
    #[must_use]
    pub fn data_bucket(&self) -> &PhiBucket {
        &self.data
    }

    /// The bucket that keeps the audit trail.
    #[must_use]
    pub fn audit_bucket(&self) -> &AuditBucket {
        &self.audit
    }

    /// The audit trail.
    #[must_use]
    pub fn trail(&self) -> &AuditTrail {
        &self.trail
    }

    /// The service.
    #[must_use]
    pub fn service(&self) -> &FhirService {
        &self.service
    }

    /// The backup plan.
    #[must_use]
    pub fn backup(&self) -> &BackupPlan {
        &self.backup
    }
}

impl<E, N, D, C, A> HipaaFhirServerBuilder<E, N, D, C, A> {
    fn now<E2, N2, D2, C2, A2>(self) -> HipaaFhirServerBuilder<E2, N2, D2, C2, A2> {
        HipaaFhirServerBuilder { parts: self.parts, given: PhantomData }
    }

    /// Sets what the server is for.
    pub fn environment(mut self, environment: Environment) -> HipaaFhirServerBuilder<Given, N, D, C, A> {
        self.parts.environment = environment;
        self.now()
    }

    /// Sets the network's ranges.
    pub fn network(mut self, plan: NetworkPlan) -> HipaaFhirServerBuilder<E, Given, D, C, A> {
        self.parts.network = Some(plan);
        self.now()
    }

    /// Sets the size of the database.
    pub fn database(
        mut self,
        class: DbInstanceClass,
        storage: Storage,
    ) -> HipaaFhirServerBuilder<E, N, Given, C, A> {
        self.parts.database = Some((class, storage));
        self.now()
    }

    /// Sets where the certificate comes from.
    pub fn certificate(
        mut self,
        certificate: ServiceCertificate,
    ) -> HipaaFhirServerBuilder<E, N, D, Given, A> {
        self.parts.certificate = Some(certificate);
        self.now()
    }

    /// Sets who may ask.
    pub fn access(mut self, access: Access) -> HipaaFhirServerBuilder<E, N, D, C, Given> {
        self.parts.access = Some(access);
        self.now()
    }

    /// Sets the name under which it is reached, such as `fhir.example.org`, without a scheme; that of a
    /// requested certificate unless set, where it isn't a wildcard.
    pub fn public_name(mut self, name: &str) -> Self {
        self.parts.public_name = Some(name.to_owned());
        self
    }

    /// Sets the major version of PostgreSQL; 16 unless set. A later one upgrades the database in place, which stops it
    /// meanwhile; RDS never goes back to an earlier one.
    pub fn postgres(mut self, version: PostgresVersion) -> Self {
        self.parts.version = Some(version);
        self
    }

    /// Whether data, audit trail, access logs and recovery points are locked for the retention. In
    /// production they are (45 CFR 164.312(c)(1)) and this changes nothing; elsewhere they aren't unless
    /// set, so that nothing outlasts a server that is taken down.
    pub fn locks(mut self, locks: bool) -> Self {
        self.parts.locks = Some(locks);
        self
    }

    /// Lets one role delete access logs before their time, for emergencies; nobody may delete one unless
    /// set, where what is kept is locked. Whoever may change the bucket's lifecycle or policy isn't bound by
    /// that: see [`holds_phi`](crate::access_log::AccessLogBucketBuilder::holds_phi).
    pub fn access_logs_deleted_by(mut self, role: impl IntoInput<RoleArn>) -> Self {
        self.parts.may_delete_logs = Some(role.into_input());
        self
    }

    /// Sets how long records are kept; seven years unless set.
    pub fn retention(mut self, retention: Retention) -> Self {
        self.parts.retention = retention;
        self
    }

    /// Sets the image; HAPI FHIR behind a TLS sidecar unless set.
    pub fn image(mut self, image: FhirImage) -> Self {
        self.parts.image = image;
        self
    }

    /// Sets how the server logs in to its database; with the managed secret unless set.
    pub fn database_login(mut self, login: DatabaseLogin) -> Self {
        self.parts.login = login;
        self
    }

    /// Sets the TLS policy of the listener.
    pub fn tls_policy(mut self, policy: TlsPolicy) -> Self {
        self.parts.tls = policy;
        self
    }

    /// Sets how many tasks run, 0 to 5000; two in production and one otherwise unless set.
    pub fn tasks(mut self, count: i64) -> Self {
        self.parts.tasks = Some(count);
        self
    }

    /// Whether the load balancer can't be deleted, not even to be replaced; so in production and not
    /// elsewhere unless set. A change of who may ask from the internet to inside, or back, replaces it: where
    /// it is protected, take that off, apply, and then change who may ask.
    pub fn balancer_protection(mut self, protected: bool) -> Self {
        self.parts.balancer_protection = Some(protected);
        self
    }

    /// Lets operators open logged sessions in its tasks.
    pub fn logged_exec(mut self) -> Self {
        self.parts.logged_exec = true;
        self
    }

    /// Whether to declare `RDSOSMetrics`, which is one for all databases of an account and region;
    /// true unless set.
    pub fn os_metrics_group(mut self, declare: bool) -> Self {
        self.parts.os_metrics_group = declare;
        self
    }
}

impl<E, N, D, C, A> HipaaFhirServerBuilder<E, N, D, C, A> {
    /// Declares the server.
    ///
    /// # Errors
    /// [`DeclareError`] when the name is taken or isn't one, or a part can't be built as asked.
    #[track_caller]
    pub fn build(self, stack: &mut Stack<Hipaa>) -> Result<HipaaFhirServer, DeclareError>
    where
        E: EnvironmentGiven,
        N: NetworkGiven,
        D: DatabaseGiven,
        C: CertificateGiven,
        A: AccessGiven,
    {
        let Parts { name, environment, network, database, certificate, access, retention, .. } =
            self.parts.clone();
        check_name(stack, &name, &[DATABASE])?;
        let mut scope = open(stack, &name, "HipaaFhirServer", Classification::Phi)?;
        if environment.is_production() {
            scope.production();
        }
        let (Some(network), Some((class, storage)), Some(certificate), Some(access)) =
            (network, database, certificate, access)
        else {
            return Err(scope.refuse("network, database, certificate and access must be given", None));
        };
        let asked = self.parts.locks.unwrap_or(false);
        let locks = environment.is_production() || asked;
        if locks && !retention.locks() {
            let why = if asked { "`locks(true)`" } else { "production" };
            let message =
                format!("{why} locks what it keeps, and its retention says `unlocked()`: take that away");
            return Err(scope.refuse(message, Some("45 CFR 164.312(c)(1)")));
        }
        let retention = if locks { retention } else { retention.unlocked() };
        scope.tag("environment", environment.name());
        let mut key =
            |name: &str, usage| HipaaKey::declare(&mut scope, name, usage).map(|key| key.customer_key());
        let database_key = key("database-key", KeyUse::Database)?;
        let secrets_key = key("secrets-key", KeyUse::Secrets)?;
        let storage_key = key("storage-key", KeyUse::Storage)?;
        let logs_key = key("logs-key", KeyUse::Logs)?;
        let audit_key = key("audit-key", KeyUse::Audit)?;
        let backup_key = key("backup-key", KeyUse::Backup)?;
        let vpc = HipaaVpc::builder("network", network, logs_key.clone())
            .environment(environment)
            .retention(retention)
            .ways_out(if self.parts.image.is_public() {
                WaysOut::NatGateways
            } else {
                WaysOut::EndpointsOnly
            })
            .build(&mut scope)?;
        let mut access_logs = AccessLogBucket::builder("access-logs", retention).holds_phi();
        if let Some(role) = self.parts.may_delete_logs {
            access_logs = access_logs.may_be_deleted_by(role);
        }
        let access_logs = access_logs.build(&mut scope)?;
        let data = PhiBucket::declare(&mut scope, "data", storage_key.clone(), &access_logs, retention)?;
        let audit = AuditBucket::declare(&mut scope, "audit", audit_key, &access_logs, retention)?;
        let trail = AuditTrail::declare(&mut scope, "trail", &audit, logs_key.clone(), &[&data], retention)?;
        let keys =
            DatabaseKeys { database: database_key, secrets: secrets_key.clone(), logs: logs_key.clone() };
        let mut database = HipaaDatabase::builder(DATABASE, &vpc, keys, class, storage)
            .environment(environment)
            .retention(retention)
            .os_metrics_group(self.parts.os_metrics_group);
        if let Some(version) = self.parts.version {
            database = database.version(version);
        }
        let database = database.build(&mut scope)?;
        let on = Foundations { vpc: &vpc, database: &database, data: &data, access_logs: &access_logs };
        let keys = ServiceKeys { logs: logs_key, secrets: secrets_key, storage: storage_key };
        let mut service = FhirService::builder("service", on, keys, certificate, access)
            .environment(environment)
            .retention(retention)
            .image(self.parts.image)
            .database_login(self.parts.login)
            .tls_policy(self.parts.tls);
        if let Some(name) = &self.parts.public_name {
            service = service.public_name(name);
        }
        if let Some(tasks) = self.parts.tasks {
            service = service.tasks(tasks);
        }
        if let Some(protected) = self.parts.balancer_protection {
            service = service.balancer_protection(protected);
        }
        if self.parts.logged_exec {
            service = service.logged_exec();
        }
        let service = service.build(&mut scope)?;
        let backup = BackupPlan::builder("backup", backup_key, retention)
            .database(&database)
            .bucket(&data)
            .build(&mut scope)?;
        Ok(HipaaFhirServer { vpc, database, data, audit, trail, service, backup })
    }
}
