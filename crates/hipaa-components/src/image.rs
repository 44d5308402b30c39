//! The image of a FHIR server, and how it is spoken to.

/// The port on which a task with the TLS sidecar speaks TLS.
const TLS_PORT: u16 = 8443;

/// The same, where the server itself listens there: the containers of a task share their ports.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html
const OTHER_TLS_PORT: u16 = 8444;

/// Caddy 2.11.4 on Alpine, by the digest of its multi-platform index.
pub(crate) const TLS_SIDECAR: (&str, &str) = (
    "public.ecr.aws/docker/library/caddy",
    "sha256:5f5c8640aae01df9654968d946d8f1a56c497f1dd5c5cda4cf95ab7c14d58648",
);

/// HAPI FHIR 8.10.0-1, by the digest of its multi-platform index.
const HAPI: (&str, &str) =
    ("docker.io/hapiproject/hapi", "sha256:1be4d7ffe7a35a9fb46151851e5a20b25c5016f16c8ef8b59b0c807ad06a40c1");

/// What HAPI FHIR writes to, and how many MiB it may take of the task's memory.
// As its own chart for Kubernetes mounts it:
// https://github.com/hapifhir/hapi-fhir-jpaserver-starter/blob/4a22496/charts/hapi-fhir-jpaserver/templates/deployment.yaml
const HAPI_WRITES: [(&str, i64); 2] = [("/app/target", 64), ("/tmp", 512)];

/// How a load balancer speaks to the container.
///
/// Only the sidecar holds anything back, and only in front of HAPI FHIR, of which it lets `/fhir` and the
/// check of its health through. All else that an image serves can be asked for by whoever is let in, and
/// every plan says so: consoles, metrics and the like are the image's to close.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Transport {
    /// TLS, ended by a sidecar in the task; the server itself speaks plain HTTP on the loopback
    /// interface. The sidecar listens on 8443, and on 8444 where the server has 8443.
    Sidecar,
    /// TLS, by the server itself: protocol, certificate and paths are the image's matter. HAPI FHIR's
    /// image speaks none, and can't be had with it.
    Tls,
    /// Plain HTTP, straight to the server. Production refuses it.
    PlainHttp,
}

/// A FHIR server's image, pinned by digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FhirImage {
    reference: (String, String),
    port: u16,
    user: u32,
    transport: Transport,
    health_path: String,
    database_roots: Option<String>,
    application: Application,
    writes: Vec<(String, i64)>,
}

/// What speaks FHIR in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Application {
    /// HAPI FHIR's JPA server, of whose settings Ironward knows what they mean.
    Hapi,
    /// Something else.
    Other,
}

impl FhirImage {
    /// HAPI FHIR behind the TLS sidecar: it speaks plain HTTP on 8080 in a distroless image, as
    /// the user 65532. Check the digest against the registry before it serves patients, and
    /// prefer a copy in a registry of your own.
    #[must_use]
    pub fn hapi() -> Self {
        let (repository, digest) = HAPI;
        Self::hapi_of(repository, digest)
    }

    /// HAPI FHIR's JPA server in a registry of your own, such as a copy of the default image in ECR: its
    /// repository and its digest (`sha256:` and 64 hexadecimal digits). It gets the same settings.
    #[must_use]
    pub fn hapi_of(repository: &str, digest: &str) -> Self {
        Self {
            reference: (repository.to_owned(), digest.to_owned()),
            port: 8080,
            user: 65_532,
            transport: Transport::Sidecar,
            health_path: "/actuator/health/readiness".to_owned(),
            database_roots: None,
            application: Application::Hapi,
            writes: HAPI_WRITES.map(|(path, size)| (path.to_owned(), size)).into(),
        }
    }

    /// An image of your own: its repository, its digest (`sha256:` and 64 hexadecimal digits), the
    /// port that it listens on and how it is spoken to.
    #[must_use]
    pub fn custom(repository: &str, digest: &str, port: u16, transport: Transport) -> Self {
        Self {
            reference: (repository.to_owned(), digest.to_owned()),
            port,
            user: 65_532,
            transport,
            health_path: "/".to_owned(),
            database_roots: None,
            application: Application::Other,
            writes: Vec::new(),
        }
    }

    /// Sets how it is spoken to. HAPI FHIR can't be had with [`Transport::Tls`].
    #[must_use]
    pub fn with_transport(mut self, transport: Transport) -> Self {
        self.transport = transport;
        self
    }

    /// Sets the user that it runs as, 1 to 2147483647; a service with root (0) is refused
    /// (45 CFR 164.312(a)(1)).
    #[must_use]
    pub fn run_as(mut self, user: u32) -> Self {
        self.user = user;
        self
    }

    /// Sets the path that the load balancer asks for to see whether it is well.
    #[must_use]
    pub fn healthy_at(mut self, path: &str) -> Self {
        path.clone_into(&mut self.health_path);
        self
    }

    /// Lets it write below `path`, in so many MiB of the task's memory at most; nothing else of its file
    /// system can be written to.
    #[must_use]
    pub fn writes_to(mut self, path: &str, mebibytes: i64) -> Self {
        self.writes.push((path.to_owned(), mebibytes));
        self
    }

    /// Says that the image holds the root certificates of RDS at `path`, so that the server checks
    /// whom it speaks to: `sslmode=verify-full`. Unless set, the connection to the database is
    /// encrypted and the database isn't authenticated, since neither Java nor HAPI FHIR's image
    /// knows these certificates.
    ///
    /// Source: Amazon RDS User Guide, "Using SSL/TLS to encrypt a connection to a DB instance".
    #[must_use]
    pub fn with_database_roots(mut self, path: &str) -> Self {
        self.database_roots = Some(path.to_owned());
        self
    }

    /// The paths that may be asked for through the sidecar; all unless there is one, and it is known
    /// which serve FHIR.
    pub(crate) fn served(&self) -> Option<Vec<&str>> {
        let known = self.application == Application::Hapi && self.transport == Transport::Sidecar;
        known.then(|| vec!["/fhir", "/fhir/*", &self.health_path])
    }

    pub(crate) fn application(&self) -> Application {
        self.application
    }

    pub(crate) fn writes(&self) -> &[(String, i64)] {
        &self.writes
    }

    /// How a PostgreSQL driver is told to encrypt.
    pub(crate) fn database_tls(&self) -> String {
        match &self.database_roots {
            Some(path) => format!("sslmode=verify-full&sslrootcert={path}"),
            None => "sslmode=require".to_owned(),
        }
    }

    pub(crate) fn knows_database(&self) -> bool {
        self.database_roots.is_some()
    }

    pub(crate) fn reference(&self) -> &(String, String) {
        &self.reference
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn user(&self) -> u32 {
        self.user
    }

    pub(crate) fn transport(&self) -> Transport {
        self.transport
    }

    pub(crate) fn health_path(&self) -> &str {
        &self.health_path
    }

    /// The port of the sidecar.
    pub(crate) fn tls_port(&self) -> u16 {
        if self.port == TLS_PORT { OTHER_TLS_PORT } else { TLS_PORT }
    }

    /// The container and port that the load balancer speaks to.
    pub(crate) fn entrance(&self) -> (&'static str, u16) {
        match self.transport {
            Transport::Sidecar => ("tls", self.tls_port()),
            Transport::Tls | Transport::PlainHttp => ("fhir", self.port),
        }
    }

    /// Whether pulling it takes the internet: it, or the sidecar, isn't in a private ECR registry.
    pub(crate) fn is_public(&self) -> bool {
        self.transport == Transport::Sidecar || !self.reference.0.contains(".dkr.ecr.")
    }
}
