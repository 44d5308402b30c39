//! `HipaaFhirServer`: all of it.

use std::marker::PhantomData;

use ironward_aws::elbv2::TlsPolicy;
use ironward_aws::rds::DbInstanceClass;
use ironward_core::program::DeclareError;
use ironward_core::stack::{Hipaa, Stack};

use crate::backup::BackupPlan;
use crate::bucket::{AccessLogBucket, AuditBucket, PhiBucket};
use crate::certificate::ServiceCertificate;
use crate::classification::{Classification, open};
use crate::database::{DatabaseKeys, HipaaDatabase, Storage};
use crate::environment::Environment;
use crate::image::FhirImage;
use crate::key::{HipaaKey, KeyUse};
use crate::network::NetworkPlan;
use crate::retention::Retention;
use crate::service::{DatabaseLogin, FhirService, Foundations, ServiceKeys};
use crate::trail::{AuditKeys, AuditTrail};
use crate::vpc::HipaaVpc;

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

impl EnvironmentGiven for Given {}
impl NetworkGiven for Given {}
impl DatabaseGiven for Given {}
impl CertificateGiven for Given {}

/// What the type of a builder knows.
type Known<E, N, D, C> = PhantomData<fn() -> (E, N, D, C)>;

/// What a [`HipaaFhirServer`] is built from; its type knows what was given.
#[derive(Debug, Clone)]
#[must_use = "nothing is declared before `build`"]
pub struct HipaaFhirServerBuilder<E = Missing, N = Missing, D = Missing, C = Missing> {
    parts: Parts,
    given: Known<E, N, D, C>,
}

#[derive(Debug, Clone)]
struct Parts {
    name: String,
    environment: Environment,
    network: Option<NetworkPlan>,
    database: Option<(DbInstanceClass, Storage)>,
    certificate: Option<ServiceCertificate>,
    retention: Retention,
    image: FhirImage,
    login: DatabaseLogin,
    tls: TlsPolicy,
    tasks: Option<i64>,
    os_metrics_group: bool,
    logged_exec: bool,
}

impl HipaaFhirServer {
    /// Starts a server that stands at `name`.
    pub fn builder(name: &str) -> HipaaFhirServerBuilder {
        let parts = Parts {
            name: name.to_owned(),
            environment: Environment::Production,
            network: None,
            database: None,
            certificate: None,
            retention: Retention::default(),
            image: FhirImage::hapi(),
            login: DatabaseLogin::ManagedSecret,
            tls: TlsPolicy::default(),
            tasks: None,
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

impl<E, N, D, C> HipaaFhirServerBuilder<E, N, D, C> {
    fn now<E2, N2, D2, C2>(self) -> HipaaFhirServerBuilder<E2, N2, D2, C2> {
        HipaaFhirServerBuilder { parts: self.parts, given: PhantomData }
    }

    /// Sets what the server is for.
    pub fn environment(mut self, environment: Environment) -> HipaaFhirServerBuilder<Given, N, D, C> {
        self.parts.environment = environment;
        self.now()
    }

    /// Sets the network's ranges.
    pub fn network(mut self, plan: NetworkPlan) -> HipaaFhirServerBuilder<E, Given, D, C> {
        self.parts.network = Some(plan);
        self.now()
    }

    /// Sets the size of the database.
    pub fn database(
        mut self,
        class: DbInstanceClass,
        storage: Storage,
    ) -> HipaaFhirServerBuilder<E, N, Given, C> {
        self.parts.database = Some((class, storage));
        self.now()
    }

    /// Sets where the certificate comes from.
    pub fn certificate(mut self, certificate: ServiceCertificate) -> HipaaFhirServerBuilder<E, N, D, Given> {
        self.parts.certificate = Some(certificate);
        self.now()
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

    /// Sets how many tasks run; two in production and one otherwise unless set.
    pub fn tasks(mut self, count: i64) -> Self {
        self.parts.tasks = Some(count);
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

impl<E, N, D, C> HipaaFhirServerBuilder<E, N, D, C> {
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
    {
        let Parts { name, environment, network, database, certificate, retention, .. } = self.parts.clone();
        let mut scope = open(stack, &name, "HipaaFhirServer", Classification::Phi)?;
        if environment.is_production() {
            scope.production();
        }
        let (Some(network), Some((class, storage)), Some(certificate)) = (network, database, certificate)
        else {
            return Err(scope.refuse("network, database and certificate must be given", None));
        };
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
            .build(&mut scope)?;
        let access_logs = AccessLogBucket::declare(&mut scope, "access-logs", retention)?;
        let data = PhiBucket::declare(&mut scope, "data", storage_key.clone(), &access_logs, retention)?;
        let audit = AuditBucket::declare(&mut scope, "audit", audit_key.clone(), &access_logs, retention)?;
        let audit_keys = AuditKeys { trail: audit_key, logs: logs_key.clone() };
        let trail = AuditTrail::declare(&mut scope, "trail", &audit, audit_keys, &[&data], retention)?;
        let keys =
            DatabaseKeys { database: database_key, secrets: secrets_key.clone(), logs: logs_key.clone() };
        let database = HipaaDatabase::builder("database", &vpc, keys, class, storage)
            .environment(environment)
            .retention(retention)
            .os_metrics_group(self.parts.os_metrics_group)
            .build(&mut scope)?;
        let on = Foundations { vpc: &vpc, database: &database, data: &data, access_logs: &access_logs };
        let keys = ServiceKeys { logs: logs_key, secrets: secrets_key, storage: storage_key };
        let mut service = FhirService::builder("service", on, keys, certificate)
            .environment(environment)
            .retention(retention)
            .image(self.parts.image)
            .database_login(self.parts.login)
            .tls_policy(self.parts.tls);
        if let Some(tasks) = self.parts.tasks {
            service = service.tasks(tasks);
        }
        if self.parts.logged_exec {
            service = service.logged_exec();
        }
        let service = service.build(&mut scope)?;
        let backup = BackupPlan::declare(&mut scope, "backup", backup_key, &[&database], retention)?;
        Ok(HipaaFhirServer { vpc, database, data, audit, trail, service, backup })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::three_tier;

    fn builder() -> HipaaFhirServerBuilder<Given, Given, Given, Given> {
        HipaaFhirServer::builder("fhir")
            .environment(Environment::Production)
            .network(three_tier!("10.0.0.0/16", zones = 2))
            .database(DbInstanceClass::new("db.r6g.large"), Storage::gib(100))
            .certificate(ServiceCertificate::requested("fhir.example.org"))
    }

    #[test]
    fn what_is_set_on_the_server_reaches_its_service() {
        let mut stack = Stack::new("clinic");
        builder().tasks(5).tls_policy(TlsPolicy::Tls13Only).build(&mut stack).unwrap();
        let program = stack.program();
        let property = |path: &str, name: &str| {
            let resource = program.resources.values().find(|r| r.path.as_str() == path).unwrap();
            let value = resource.properties[name].evaluate(&|_| ironward_core::value::Known::Later).unwrap();
            value.to_json().unwrap()
        };
        assert_eq!(property("fhir/service/service", "DesiredCount"), json!(5));
        assert_eq!(
            property("fhir/service/listener", "SslPolicy"),
            json!("ELBSecurityPolicy-TLS13-1-3-2021-06")
        );
    }

    #[test]
    fn production_runs_two_tasks_at_least() {
        let error = builder().tasks(1).build(&mut Stack::new("clinic")).unwrap_err().to_string();
        assert!(error.contains("at least two tasks") && error.contains("164.308(a)(7)(ii)(C)"), "{error}");
    }
}
