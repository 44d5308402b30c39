//! `FhirService`: a FHIR server on Fargate behind a TLS load balancer.

use std::num::NonZeroU32;

use ironward_aws::ec2::{
    SecurityGroup, SecurityGroupEgress, SecurityGroupId, SecurityGroupIngress, ServicePrefixList, Traffic,
};
use ironward_aws::ecs::{
    AwsLogs, Cluster, ClusterConfiguration, Container, ContainerInsights, Cpu, DeclaredService,
    DeploymentCircuitBreaker, DeploymentConfiguration, ExecuteCommandConfiguration, Image, ImageDigest,
    NetworkConfiguration, NonRootUser, PortMapping, PropagateTags, Secret, Service, ServiceLoadBalancer,
    TaskDefinition,
};
use ironward_aws::elbv2::{
    Action, DeclaredLoadBalancer, DesyncMitigation, Listener, LoadBalancer, LoadBalancerAttributes, Matcher,
    PlainHttpInsideVpc, TargetGroup, TargetGroupAttributes, Tls, TlsPolicy,
};
use ironward_aws::iam::{DeclaredRole, PolicyArn, Role, RoleName, RolePolicy, RolePolicyAttachment};
use ironward_aws::kms::CustomerKey;
use ironward_aws::logs::{DeclaredLogGroup, LogGroup, LogGroupName};
use ironward_aws::place::{FoundHere, Here};
use ironward_aws::policy::{Allow, PolicyDocument};
use ironward_core::declare::{Configured, Declaration, Located};
use ironward_core::output::{Lower, Output, concat};
use ironward_core::path::Path;
use ironward_core::program::DeclareError;
use ironward_core::stack::{Profile, Stack};

use crate::bucket::{AccessLogBucket, PhiBucket, retype};
use crate::certificate::ServiceCertificate;
use crate::classification::{Classification, open};
use crate::database::{HipaaDatabase, PORT as DATABASE_PORT};
use crate::environment::Environment;
use crate::image::{FhirImage, TLS_PORT, TLS_SIDECAR, Transport};
use crate::retention::Retention;
use crate::vpc::{HipaaVpc, trust};

const HTTPS: u16 = 443;

/// A FHIR server on Fargate: in private subnets, without public addresses, behind a load balancer
/// that speaks TLS 1.2 or newer on both sides, with its secrets by reference, its logs encrypted,
/// and deployments that roll back by themselves.
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
    /// With the name and password of the managed master secret.
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
    /// Encrypts the log groups and interactive sessions.
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
    image: FhirImage,
    login: DatabaseLogin,
    environment: Environment,
    retention: Retention,
    tls: TlsPolicy,
    tasks: Option<i64>,
    exec: bool,
}

impl FhirService {
    /// Starts a service on these foundations, reached under this certificate.
    pub fn builder<'a>(
        name: &str,
        on: Foundations<'a>,
        keys: ServiceKeys,
        certificate: ServiceCertificate,
    ) -> FhirServiceBuilder<'a> {
        FhirServiceBuilder {
            name: name.to_owned(),
            on,
            keys,
            certificate,
            image: FhirImage::hapi(),
            login: DatabaseLogin::ManagedSecret,
            environment: Environment::Production,
            retention: Retention::default(),
            tls: TlsPolicy::default(),
            tasks: None,
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

struct Groups {
    balancer: Output<SecurityGroupId>,
    service: Output<SecurityGroupId>,
    rules: Vec<Path>,
}

struct Logs {
    application: DeclaredLogGroup,
    sessions: Option<DeclaredLogGroup>,
    insights: DeclaredLogGroup,
}

impl FhirServiceBuilder<'_> {
    /// Sets the image; HAPI FHIR behind a TLS sidecar unless set.
    pub fn image(mut self, image: FhirImage) -> Self {
        self.image = image;
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

    /// Sets how many tasks run; two in production and one otherwise unless set.
    pub fn tasks(mut self, count: i64) -> Self {
        self.tasks = Some(count);
        self
    }

    /// Lets operators open sessions in its tasks; each is logged to an encrypted log group
    /// (45 CFR 164.312(b)).
    pub fn logged_exec(mut self) -> Self {
        self.exec = true;
        self
    }

    /// Declares the service.
    ///
    /// # Errors
    /// [`DeclareError`] when the name is taken or isn't one, or production is asked for what only
    /// development may have.
    #[track_caller]
    pub fn build<P: Profile>(self, stack: &mut Stack<P>) -> Result<FhirService, DeclareError> {
        let mut scope = open(stack, &self.name, "FhirService", Classification::Phi)?;
        self.check(&mut scope)?;
        let here = scope.lookup("here", Here)?;
        let certificate = self.certificate.clone().declare(&mut scope)?;
        let groups = self.groups(&mut scope)?;
        let trusted = PolicyDocument::new().with(trust("ecs-tasks.amazonaws.com", &here));
        let execution =
            Role::new(trusted).description("Starts tasks: pulls images, reads secrets, writes logs");
        let execution = scope.add("execution-role", execution)?;
        // Container Insights would make its log group itself, without a key and to be kept for
        // ever. The group's name holds the cluster's, so the cluster takes the name of the role,
        // which is there before both.
        let cluster_logs = self.logs(&mut scope, &execution.name())?;
        let mut cluster = Cluster::new()
            .cluster_name(retype(execution.name()))
            .cluster_settings(ContainerInsights::Enabled);
        if let Some(group) = &cluster_logs.sessions {
            let exec = ExecuteCommandConfiguration::new(self.keys.logs.clone(), group.name());
            cluster = cluster.configuration(ClusterConfiguration::new().execute_command_configuration(exec));
        }
        let cluster = cluster.options().depends_on(&cluster_logs.insights);
        let cluster = scope.add("cluster", cluster)?;
        let balancer = LoadBalancer::internet_facing(self.on.vpc.public_subnets(), [groups.balancer.clone()])
            .load_balancer_attributes(
                LoadBalancerAttributes::new()
                    .access_logs(self.on.access_logs.name(), "load-balancer")
                    .deletion_protection(self.environment.is_production())
                    .drop_invalid_header_fields(true)
                    .desync_mitigation(DesyncMitigation::Defensive),
            );
        let balancer = scope.add("load-balancer", balancer)?;
        let targets = self.target_group().health_check_path(self.image.health_path());
        let targets = targets
            .matcher(Matcher::http("200"))
            .target_group_attributes(TargetGroupAttributes::new().deregistration_delay_seconds(60_i64));
        let targets = scope.add("target-group", targets)?;
        let listener = Listener::https(
            balancer.arn(),
            i64::from(HTTPS),
            Tls::new(certificate).policy(self.tls),
            Action::forward(targets.arn()),
        );
        let listener = scope.add("listener", listener)?;
        let roles = self.roles(&mut scope, &here, &execution, &cluster_logs)?;
        let (container, port) = self.image.entrance();
        let task = TaskDefinition::fargate(
            self.family(&scope),
            roles.execution,
            roles.task,
            Cpu::Two,
            8192_i64,
            self.containers(&scope, &here, &cluster_logs)?,
        );
        let task = scope.add("task", task)?;
        let breaker = DeploymentConfiguration::new()
            .maximum_percent(200_i64)
            .minimum_healthy_percent(100_i64)
            .deployment_circuit_breaker(DeploymentCircuitBreaker::new(true, true));
        let network = NetworkConfiguration::private(self.on.vpc.private_subnets(), [groups.service.clone()]);
        let default_tasks = if self.environment.is_production() { 2 } else { 1 };
        let service = Service::new(cluster.name(), task.arn(), network)
            .desired_count(self.tasks.unwrap_or(default_tasks))
            .platform_version("LATEST")
            .load_balancers([ServiceLoadBalancer::new(targets.arn(), container, i64::from(port))])
            .health_check_grace_period_seconds(300_i64)
            .deployment_configuration(breaker)
            .enable_execute_command(self.exec)
            .enable_ecs_managed_tags(true)
            .propagate_tags(PropagateTags::Service);
        let mut service: Configured<Service> = service.options().depends_on(&listener);
        for needed in groups.rules.iter().chain(&roles.policies) {
            service = service.depends_on(&At(needed.clone()));
        }
        let service = scope.add("service", service)?;
        Ok(FhirService { load_balancer: balancer, service })
    }

    fn check<P: Profile>(&self, scope: &mut Stack<P>) -> Result<(), DeclareError> {
        let production = self.environment.is_production();
        if let Transport::PlainHttp = self.image.transport() {
            if production {
                return Err(scope.refuse(
                    "production can't speak plain HTTP between load balancer and task; use an image that speaks \
                     TLS, or the TLS sidecar",
                    Some("45 CFR 164.312(e)(1)"),
                ));
            }
            scope.remark(
                "what passes between load balancer and task isn't encrypted; no PHI may be stored here",
                Some("45 CFR 164.312(e)(1)"),
            );
        }
        if !self.image.knows_database() {
            scope.remark(
                "the server encrypts its connections to the database and doesn't check whom it speaks to; \
                 an image with the root certificates of RDS does (`FhirImage::with_database_roots`)",
                Some("45 CFR 164.312(e)(2)(ii)"),
            );
        }
        if production && self.tasks.is_some_and(|tasks| tasks < 2) {
            return Err(scope.refuse(
                "production runs at least two tasks, so that one can fail",
                Some("45 CFR 164.308(a)(7)(ii)(C)"),
            ));
        }
        Ok(())
    }

    fn family<P: Profile>(&self, scope: &Stack<P>) -> String {
        scope.scope().map_or_else(|| self.name.clone(), |path| path.as_str().replace('/', "-"))
    }

    fn target_group(&self) -> TargetGroup {
        let vpc = self.on.vpc.id();
        let (_, port) = self.image.entrance();
        match self.image.transport() {
            Transport::PlainHttp => {
                TargetGroup::plain_http(vpc, i64::from(port), PlainHttpInsideVpc::no_phi_passes_here())
            }
            Transport::Sidecar | Transport::Tls => TargetGroup::https(vpc, i64::from(port)),
        }
    }

    /// The security groups, and every way between them as a rule of its own.
    fn groups<P: Profile>(&self, scope: &mut Stack<P>) -> Result<Groups, DeclareError> {
        let vpc = self.on.vpc.id();
        let balancer = SecurityGroup::in_vpc(&vpc, "Load balancer: reached from the internet over HTTPS");
        let balancer = scope.add("balancer-group", balancer)?.id();
        let service = SecurityGroup::in_vpc(&vpc, "FHIR server: reached from the load balancer only");
        let service = scope.add("service-group", service)?.id();
        let (database, endpoints) = (self.on.database.security_group(), self.on.vpc.endpoint_group());
        let port = Traffic::tcp(self.image.entrance().1);
        let https = Traffic::tcp(HTTPS);
        let sql = Traffic::tcp(DATABASE_PORT);
        let mut rules = Vec::new();
        let mut ingress = |scope: &mut Stack<P>, name: &str, rule: SecurityGroupIngress| {
            scope.add(name, rule).map(|rule| rules.push(rule.path().clone()))
        };
        ingress(
            scope,
            "internet-to-balancer",
            SecurityGroupIngress::https_from_internet(&balancer, "HTTPS from the internet"),
        )?;
        ingress(
            scope,
            "balancer-to-service-in",
            SecurityGroupIngress::from_group(&service, &balancer, port, "From the load balancer"),
        )?;
        ingress(
            scope,
            "service-to-database-in",
            SecurityGroupIngress::from_group(&database, &service, sql, "PostgreSQL from the FHIR server"),
        )?;
        ingress(
            scope,
            "service-to-endpoints-in",
            SecurityGroupIngress::from_group(&endpoints, &service, https, "HTTPS from the FHIR server"),
        )?;
        let mut egress = |scope: &mut Stack<P>, name: &str, rule: SecurityGroupEgress| {
            scope.add(name, rule).map(|rule| rules.push(rule.path().clone()))
        };
        egress(
            scope,
            "balancer-to-service-out",
            SecurityGroupEgress::to_group(&balancer, &service, port, "To the FHIR server"),
        )?;
        egress(
            scope,
            "service-to-database-out",
            SecurityGroupEgress::to_group(&service, &database, sql, "To the database"),
        )?;
        egress(
            scope,
            "service-to-endpoints-out",
            SecurityGroupEgress::to_group(&service, &endpoints, https, "To AWS services"),
        )?;
        let s3 = scope.lookup("s3-prefixes", ServicePrefixList::of("s3"))?;
        egress(
            scope,
            "service-to-s3-out",
            SecurityGroupEgress::to_prefix_list(&service, s3.id(), https, "To S3 through its endpoint"),
        )?;
        if self.image.is_public() {
            egress(
                scope,
                "service-to-registry-out",
                SecurityGroupEgress::https_to_internet(&service, "To the public image registry"),
            )?;
        }
        Ok(Groups { balancer, service, rules })
    }

    fn logs<P: Profile>(
        &self,
        scope: &mut Stack<P>,
        cluster: &Output<RoleName>,
    ) -> Result<Logs, DeclareError> {
        let group = || LogGroup::new(self.retention.for_logs(), self.keys.logs.clone());
        let application = scope.add("log", group())?;
        let sessions = if self.exec { Some(scope.add("session-log", group())?) } else { None };
        let name: Output<LogGroupName> =
            retype(concat(["/aws/ecs/containerinsights/".lower(), cluster.lower(), "/performance".lower()]));
        let insights = scope.add("insights-log", group().log_group_name(name))?;
        Ok(Logs { application, sessions, insights })
    }

    fn roles<P: Profile>(
        &self,
        scope: &mut Stack<P>,
        here: &FoundHere,
        execution: &DeclaredRole,
        logs: &Logs,
    ) -> Result<Roles, DeclareError> {
        let pull = PolicyArn::aws_managed(here, "service-role/AmazonECSTaskExecutionRolePolicy");
        let pull = scope.add("execution-policy", RolePolicyAttachment::new(execution.name(), pull))?;
        let mut policies = vec![pull.path().clone()];
        let database = self.on.database;
        if self.login == DatabaseLogin::ManagedSecret {
            let secrets = PolicyDocument::new()
                .with(
                    Allow::actions(["secretsmanager:GetSecretValue"])
                        .on(retype::<_, String>(database.secret())),
                )
                .with(Allow::actions(["kms:Decrypt"]).on(retype::<_, String>(self.keys.secrets.arn())));
            let secrets = scope.add("execution-secrets", RolePolicy::new(execution.name(), secrets))?;
            policies.push(secrets.path().clone());
        }
        let trusted = PolicyDocument::new().with(trust("ecs-tasks.amazonaws.com", here));
        let task = scope.add("task-role", Role::new(trusted).description("What the FHIR server may do"))?;
        let data = self.on.data;
        let objects = concat([data.arn().lower(), "/*".lower()]);
        let mut allowed = PolicyDocument::new()
            .with(Allow::actions(["s3:GetObject", "s3:PutObject"]).sid("Objects").on(objects))
            .with(Allow::actions(["s3:ListBucket"]).sid("Bucket").on(retype::<_, String>(data.arn())))
            .with(
                Allow::actions(["kms:Decrypt", "kms:GenerateDataKey"])
                    .sid("Key")
                    .on(retype::<_, String>(self.keys.storage.arn())),
            );
        if let DatabaseLogin::IamUser(user) = &self.login {
            let login = concat([
                "arn:".lower(),
                here.partition().lower(),
                ":rds-db:".lower(),
                here.region().lower(),
                ":".lower(),
                here.account().lower(),
                ":dbuser:".lower(),
                database.resource_id().lower(),
                format!("/{user}").lower(),
            ]);
            allowed = allowed.with(Allow::actions(["rds-db:connect"]).sid("Login").on(login));
        }
        if let Some(sessions) = &logs.sessions {
            let channels =
                ["CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel"];
            let channels = channels.map(|action| format!("ssmmessages:{action}"));
            allowed = allowed
                .with(Allow::actions(channels).sid("Sessions").on("*"))
                .with(
                    Allow::actions(["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"])
                        .sid("SessionLog")
                        .on(concat([sessions.arn().lower(), ":*".lower()])),
                )
                .with(
                    Allow::actions(["kms:Decrypt"])
                        .sid("SessionKey")
                        .on(retype::<_, String>(self.keys.logs.arn())),
                );
        }
        let allowed = scope.add("task-policy", RolePolicy::new(task.name(), allowed))?;
        policies.push(allowed.path().clone());
        Ok(Roles { execution: execution.arn(), task: task.arn(), policies })
    }

    fn containers<P: Profile>(
        &self,
        scope: &Stack<P>,
        here: &FoundHere,
        logs: &Logs,
    ) -> Result<Vec<Container>, DeclareError> {
        let log = |prefix: &str| AwsLogs::new(logs.application.name(), here.region(), prefix);
        let image = |reference: &(String, String)| {
            let (repository, digest) = reference;
            let digest = ImageDigest::new(digest).map_err(|error| scope.refuse(error.to_string(), None))?;
            Ok::<_, DeclareError>(Image::by_digest(repository, &digest))
        };
        let database = self.on.database;
        let url = concat([
            "jdbc:postgresql://".lower(),
            database.endpoint().lower(),
            format!(":{DATABASE_PORT}/{}?{}", database.database_name(), self.image.database_tls()).lower(),
        ]);
        let server =
            Container::new("fhir", image(self.image.reference())?, user(self.image.user()), log("fhir"))
                .writable_root_filesystem()
                .environment("spring.datasource.url", url)
                .environment("spring.datasource.driver-class-name", "org.postgresql.Driver")
                .environment("management.endpoint.health.probes.enabled", "true")
                // Without it the check knows nothing of the database, and no task that lost its
                // login to a rotation of the secret would ever be replaced.
                .environment("management.endpoint.health.group.readiness.include", "readinessState,db")
                .environment("FHIR_DATA_BUCKET", retype::<_, String>(self.on.data.name()))
                .environment("AWS_REGION", retype::<_, String>(here.region()));
        let server = match &self.login {
            DatabaseLogin::ManagedSecret => server
                .secret("spring.datasource.username", Secret::key(database.secret(), "username"))
                .secret("spring.datasource.password", Secret::key(database.secret(), "password")),
            DatabaseLogin::IamUser(name) => server.environment("spring.datasource.username", name.as_str()),
        };
        let port = self.image.port();
        if self.image.transport() != Transport::Sidecar {
            return Ok(vec![server.port(PortMapping::tcp(port))]);
        }
        let (repository, digest) = TLS_SIDECAR;
        let sidecar = image(&(repository.to_owned(), digest.to_owned()))?;
        let sidecar = Container::new("tls", sidecar, user(1000), log("tls"))
            .writable_root_filesystem()
            .port(PortMapping::tcp(TLS_PORT))
            .environment("XDG_DATA_HOME", format!("{SCRATCH}/data"))
            .environment("XDG_CONFIG_HOME", format!("{SCRATCH}/config"))
            .environment("CADDYFILE", terminate_tls(port))
            .entry_point(["/bin/sh", "-c"])
            .command([START_CADDY.replace("SCRATCH", SCRATCH)]);
        Ok(vec![server, sidecar])
    }
}

struct Roles {
    execution: Output<ironward_aws::iam::RoleArn>,
    task: Output<ironward_aws::iam::RoleArn>,
    policies: Vec<Path>,
}

/// Where any user of the sidecar may write.
const SCRATCH: &str = "/tmp";

const START_CADDY: &str = "printf '%s' \"$CADDYFILE\" > SCRATCH/Caddyfile && \
     exec caddy run --config SCRATCH/Caddyfile --adapter caddyfile";

/// Stands for a resource that is known by its path.
struct At(Path);

impl Located for At {
    fn path(&self) -> &Path {
        &self.0
    }
}

fn user(id: u32) -> NonRootUser {
    NonRootUser::id(NonZeroU32::new(id).unwrap_or(NonZeroU32::MAX))
}

/// Ends TLS inside the task with a certificate that Caddy makes and renews for itself; load
/// balancers encrypt to targets without checking whose certificate it is.
fn terminate_tls(port: u16) -> String {
    format!(
        "{{\n  admin off\n  auto_https disable_redirects\n  default_sni localhost\n}}\n\
         https://localhost:{TLS_PORT}, https://:{TLS_PORT} {{\n  tls internal {{\n    on_demand\n  }}\n  \
         reverse_proxy 127.0.0.1:{port}\n}}\n"
    )
}
