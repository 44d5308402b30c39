//! `FhirService`: a FHIR server on Fargate behind a TLS load balancer.

mod checks;
mod containers;
mod hapi;
mod roles;
mod ways;

use ironward_aws::ec2::{VpcEndpoint, service_name};
use ironward_aws::ecs::{
    Cluster, ClusterConfiguration, ContainerInsights, Cpu, DeclaredCluster, DeclaredService,
    DeploymentCircuitBreaker, DeploymentConfiguration, ExecuteCommandConfiguration,
    ManagedStorageConfiguration, NetworkConfiguration, PropagateTags, Service, ServiceLoadBalancer,
    TaskDefinition,
};
use ironward_aws::elbv2::{
    Action, DeclaredLoadBalancer, DesyncMitigation, Listener, LoadBalancer, LoadBalancerAttributes, Matcher,
    PlainHttpInsideVpc, TargetGroup, TargetGroupAttributes, Tls, TlsPolicy,
};
use ironward_aws::kms::CustomerKey;
use ironward_aws::logs::{LogGroup, LogGroupName};
use ironward_aws::place::{FoundHere, Here};
use ironward_core::declare::{Declaration, Located, WithOptions};
use ironward_core::output::{Output, ToValue, concat};
use ironward_core::path::Path;
use ironward_core::program::DeclareError;
use ironward_core::stack::{Profile, Stack};

use crate::access::{Access, Gate};
use crate::access_log::AccessLogBucket;
use crate::bucket::{PhiBucket, retype};
use crate::certificate::ServiceCertificate;
use crate::classification::{Classification, open};
use crate::database::HipaaDatabase;
use crate::environment::Environment;
use crate::image::{FhirImage, TASK_MEMORY, Transport};
use crate::key::{HipaaKey, KeyUse};
use crate::retention::Retention;
use crate::vpc::{At, HipaaVpc, to_service};

use self::roles::{Roles, Sessions};
use self::ways::Ways;

const HTTPS: i64 = 443;

/// A FHIR server on Fargate: in private subnets, without public addresses, behind a load balancer
/// that lets in whom its [`Access`] says and speaks TLS 1.2 or newer on both sides, with its secrets by
/// reference, its logs and disks encrypted, a file system that can't be written to, and deployments
/// that roll back by themselves.
///
/// RDS rotates the master secret every week. A task reads it when it starts; after a rotation its
/// new connections fail, its health check with them, and ECS replaces it by one that reads the new
/// secret. [`DatabaseLogin::IamUser`] avoids that for images that log in through IAM.
#[derive(Debug, Clone)]
pub struct FhirService {
    load_balancer: DeclaredLoadBalancer,
    service: DeclaredService,
}

/// How the server logs in to its database.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DatabaseLogin {
    /// With the name and password of the managed master secret: as a user who may do everything in the
    /// database, which every plan says (45 CFR 164.308(a)(4)(ii)(B)).
    ManagedSecret,
    /// As a database user of least privilege with an IAM token (45 CFR 164.312(d)); the image must
    /// make the token, and the user must exist with the role `rds_iam`.
    IamUser(String),
}

/// What a [`FhirService`] stands on.
#[derive(Debug, Clone, Copy)]
pub struct Foundations<'a> {
    /// The network.
    pub vpc: &'a HipaaVpc,
    /// The database.
    pub database: &'a HipaaDatabase,
    /// The bucket for bulk data.
    pub data: &'a PhiBucket,
    /// The bucket for the load balancer's access log.
    pub access_logs: &'a AccessLogBucket,
}

/// The keys of a [`FhirService`].
#[derive(Debug, Clone)]
pub struct ServiceKeys {
    /// Encrypts the log groups.
    pub logs: CustomerKey,
    /// Encrypts the database's master secret.
    pub secrets: CustomerKey,
    /// Encrypts the bulk data.
    pub storage: CustomerKey,
}

/// What a [`FhirService`] is built from.
#[derive(Debug, Clone)]
#[must_use = "nothing is declared before `build`"]
pub struct FhirServiceBuilder<'a> {
    name: String,
    on: Foundations<'a>,
    keys: ServiceKeys,
    certificate: ServiceCertificate,
    access: Access,
    public_name: Option<String>,
    image: FhirImage,
    login: DatabaseLogin,
    environment: Environment,
    retention: Retention,
    tls: TlsPolicy,
    tasks: Option<i64>,
    balancer_protection: Option<bool>,
    exec: bool,
}

impl FhirService {
    /// Starts a service on these foundations, reached under this certificate by those whom `access`
    /// lets in.
    pub fn builder<'a>(
        name: &str,
        on: Foundations<'a>,
        keys: ServiceKeys,
        certificate: ServiceCertificate,
        access: Access,
    ) -> FhirServiceBuilder<'a> {
        FhirServiceBuilder {
            name: name.to_owned(),
            on,
            keys,
            certificate,
            access,
            public_name: None,
            image: FhirImage::hapi(),
            login: DatabaseLogin::ManagedSecret,
            environment: Environment::Production,
            retention: Retention::default(),
            tls: TlsPolicy::default(),
            tasks: None,
            balancer_protection: None,
            exec: false,
        }
    }

    /// The load balancer's host name.
    #[must_use]
    pub fn host(&self) -> Output<String> {
        self.load_balancer.dns_name()
    }

    /// The load balancer.
    #[must_use]
    pub fn load_balancer(&self) -> &DeclaredLoadBalancer {
        &self.load_balancer
    }

    /// The ECS service.
    #[must_use]
    pub fn service(&self) -> &DeclaredService {
        &self.service
    }
}

impl FhirServiceBuilder<'_> {
    /// Sets the image; HAPI FHIR behind a TLS sidecar unless set.
    pub fn image(mut self, image: FhirImage) -> Self {
        self.image = image;
        self
    }

    /// Sets the name under which it is reached, such as `fhir.example.org`, without a scheme; that of a
    /// requested certificate unless set, where it isn't a wildcard. HAPI FHIR's links begin with it.
    pub fn public_name(mut self, name: &str) -> Self {
        self.public_name = Some(name.to_owned());
        self
    }

    /// Sets how the server logs in to its database; with the managed secret unless set.
    pub fn database_login(mut self, login: DatabaseLogin) -> Self {
        self.login = login;
        self
    }

    /// Sets what the service is for; production unless set.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// Sets how long its logs are kept; seven years unless set.
    pub fn retention(mut self, retention: Retention) -> Self {
        self.retention = retention;
        self
    }

    /// Sets the TLS policy of the listener.
    pub fn tls_policy(mut self, policy: TlsPolicy) -> Self {
        self.tls = policy;
        self
    }

    /// Sets how many tasks run, 0 to 5000; two in production and one otherwise unless set. None run with 0,
    /// which production refuses.
    pub fn tasks(mut self, count: i64) -> Self {
        self.tasks = Some(count);
        self
    }

    /// Whether the load balancer can't be deleted, not even to be replaced; so in production and not
    /// elsewhere unless set. A change of who may ask from the internet to inside, or back, replaces it: where
    /// it is protected, take that off, apply, and then change who may ask.
    pub fn balancer_protection(mut self, protected: bool) -> Self {
        self.balancer_protection = Some(protected);
        self
    }

    /// Lets operators open sessions in its tasks; each is encrypted under a key of its own and logged to
    /// an encrypted log group (45 CFR 164.312(b)). Its containers' file systems can then be written to.
    pub fn logged_exec(mut self) -> Self {
        self.exec = true;
        self
    }

    /// Declares the service.
    ///
    /// # Errors
    /// [`DeclareError`] when the name is taken or isn't one, production is asked for what only
    /// development may have, or nobody would ask callers who they are.
    #[track_caller]
    pub fn build<P: Profile>(self, stack: &mut Stack<P>) -> Result<FhirService, DeclareError> {
        let mut scope = open(stack, &self.name, "FhirService", Classification::Phi)?;
        self.check(&mut scope)?;
        let here = scope.lookup("here", Here)?;
        let certificate = self.certificate.clone().declare(&mut scope)?;
        let ways = Ways::declare(&self, &mut scope)?;
        let log = scope.add("log", self.log_group())?;
        let mut before = ways.rules.clone();
        let sessions = self.sessions(&mut scope, &here, &mut before)?;
        let cluster = self.cluster(&mut scope, sessions.as_ref(), &mut before)?;
        let balancer = scope.add("load-balancer", self.load_balancer(&ways))?;
        let targets = scope.add("target-group", self.target_group())?;
        let tls = Tls::new(certificate).policy(self.tls);
        let mut listener = Listener::https(balancer.arn(), HTTPS, tls, Action::forward(targets.arn()));
        match &self.access.0 {
            Gate::Tokens(validation) => listener = listener.validating_tokens(validation.clone()),
            Gate::SignIn(sign_in) => listener = listener.signing_in((**sign_in).clone()),
            _ => {}
        }
        if let Some(certificates) = self.access.mutual_authentication() {
            listener = listener.mutual_authentication(certificates);
        }
        let listener = scope.add("listener", listener)?;
        before.push(listener.path().clone());
        let roles = Roles::declare(&self, &mut scope, &here, sessions.as_ref())?;
        before.extend(roles.policies);
        let containers = self.containers(&scope, &here, &log)?;
        let task = TaskDefinition::fargate(
            self.family(&scope),
            roles.execution,
            roles.task,
            Cpu::Two,
            TASK_MEMORY,
            containers,
        );
        let task = scope.add("task", task)?;
        let (container, port) = self.image.entrance();
        let targets = ServiceLoadBalancer::new(targets.arn(), container, i64::from(port));
        let service = self.service(&cluster, &task.arn(), targets, &ways);
        before.extend(self.on.vpc.ways_out().iter().cloned());
        let service: WithOptions<Service> =
            before.into_iter().fold(service.options(), |service, path| service.depends_on(&At(path)));
        let service = scope.add("service", service)?;
        Ok(FhirService { load_balancer: balancer, service })
    }

    fn family<P: Profile>(&self, scope: &Stack<P>) -> String {
        scope.scope().map_or_else(|| self.name.clone(), |path| path.as_str().replace('/', "-"))
    }

    fn reached_under(&self) -> Option<&str> {
        self.public_name.as_deref().or(self.certificate.host())
    }

    fn log_group(&self) -> LogGroup {
        LogGroup::new(self.retention.for_logs(), self.keys.logs.clone())
    }

    /// What operators' sessions need, where there may be any: a key, a log, and a way for the agent.
    fn sessions<P: Profile>(
        &self,
        scope: &mut Stack<P>,
        here: &FoundHere,
        before: &mut Vec<Path>,
    ) -> Result<Option<Sessions>, DeclareError> {
        if !self.exec {
            return Ok(None);
        }
        let key = HipaaKey::declare(scope, "session-key", KeyUse::Sessions)?.customer_key();
        let log = scope.add("session-log", self.log_group())?;
        let vpc = self.on.vpc;
        let service = "ssmmessages";
        let endpoint = VpcEndpoint::interface(
            vpc.id(),
            service_name(&here.region(), service),
            vpc.private_subnets().to_vec(),
            [vpc.endpoint_group()],
        );
        let endpoint = scope.add("session-endpoint", endpoint.policy_document(to_service(service, here)))?;
        before.push(endpoint.path().clone());
        Ok(Some(Sessions { key, log }))
    }

    /// The cluster. Container Insights would make its log group itself once there are tasks, without a
    /// key and to be kept for ever; so the group is there before them.
    fn cluster<P: Profile>(
        &self,
        scope: &mut Stack<P>,
        sessions: Option<&Sessions>,
        before: &mut Vec<Path>,
    ) -> Result<DeclaredCluster, DeclareError> {
        let disks = HipaaKey::declare(scope, "disk-key", KeyUse::Tasks)?.customer_key();
        let storage = ManagedStorageConfiguration::new().fargate_ephemeral_storage_kms_key_id(disks);
        let mut configuration = ClusterConfiguration::new().managed_storage_configuration(storage);
        if let Some(sessions) = sessions {
            let exec = ExecuteCommandConfiguration::new(sessions.key.clone(), sessions.log.name());
            configuration = configuration.execute_command_configuration(exec);
        }
        let cluster =
            Cluster::new().cluster_settings(ContainerInsights::Enabled).configuration(configuration);
        let cluster = scope.add("cluster", cluster)?;
        let parts =
            ["/aws/ecs/containerinsights/".to_value(), cluster.name().to_value(), "/performance".to_value()];
        let name: Output<LogGroupName> = retype(concat(parts));
        let insights = scope.add("insights-log", self.log_group().log_group_name(name))?;
        before.push(insights.path().clone());
        Ok(cluster)
    }

    fn load_balancer(&self, ways: &Ways) -> WithOptions<LoadBalancer> {
        let (vpc, groups) = (self.on.vpc, [ways.balancer.clone()]);
        let balancer = if self.access.faces_internet() {
            LoadBalancer::internet_facing(vpc.public_subnets(), groups)
        } else {
            LoadBalancer::internal(vpc.private_subnets(), groups)
        };
        let protected = self.balancer_protection.unwrap_or(self.environment.is_production());
        let attributes = LoadBalancerAttributes::new()
            .access_logs(self.on.access_logs.name(), "load-balancer")
            .deletion_protection(protected)
            .drop_invalid_header_fields(true)
            .desync_mitigation(DesyncMitigation::Defensive);
        let balancer = balancer.load_balancer_attributes(attributes).options();
        if self.access.faces_internet() { balancer.depends_on(&At(vpc.way_in().clone())) } else { balancer }
    }

    fn target_group(&self) -> TargetGroup {
        let vpc = self.on.vpc.id();
        let port = i64::from(self.image.entrance().1);
        let group = match self.image.transport() {
            Transport::PlainHttp => {
                TargetGroup::plain_http(vpc, port, PlainHttpInsideVpc::no_phi_passes_here())
            }
            Transport::Sidecar | Transport::Tls => TargetGroup::https(vpc, port),
        };
        group
            .health_check_path(self.image.health_path())
            .matcher(Matcher::http("200"))
            .target_group_attributes(TargetGroupAttributes::new().deregistration_delay_seconds(60_i64))
    }

    fn service(
        &self,
        cluster: &DeclaredCluster,
        task: &Output<ironward_aws::ecs::TaskDefinitionArn>,
        targets: ServiceLoadBalancer,
        ways: &Ways,
    ) -> Service {
        let breaker = DeploymentConfiguration::new()
            .maximum_percent(200_i64)
            .minimum_healthy_percent(100_i64)
            .deployment_circuit_breaker(DeploymentCircuitBreaker::new(true, true));
        let network = NetworkConfiguration::private(self.on.vpc.private_subnets(), [ways.service.clone()]);
        let default_tasks = if self.environment.is_production() { 2 } else { 1 };
        Service::new(cluster.name(), task, network)
            .desired_count(self.tasks.unwrap_or(default_tasks))
            .platform_version("LATEST")
            .load_balancers([targets])
            .health_check_grace_period_seconds(300_i64)
            .deployment_configuration(breaker)
            .enable_execute_command(self.exec)
            .enable_ecs_managed_tags(true)
            .propagate_tags(PropagateTags::Service)
    }
}
