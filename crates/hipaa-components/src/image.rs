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

/// The memory of a task, in MiB.
pub(crate) const TASK_MEMORY: i64 = 8192;

/// A path without what is behind its last folder.
fn folder(path: &str) -> &str {
    path.trim_end_matches('/')
}

/// Whether it is an absolute path that stands for itself, in a list of mounts as well as in the address of a
/// database.
fn is_path_of_a_file(path: &str) -> bool {
    let legal = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let is_name = |name: &str| !name.is_empty() && name != "." && name != ".." && name.chars().all(legal);
    path.strip_prefix('/').is_some_and(|rest| rest.split('/').all(is_name))
}

/// Whether it is the path of an address, with or without a query.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
fn is_path_of_an_address(path: &str) -> bool {
    let legal = |c: char| c.is_ascii_graphic() && !"\"#*<>\\^`{|}".contains(c);
    path.starts_with('/') && path.len() <= 1024 && path.chars().all(legal)
}

/// Whether it is the name of a repository, with its registry and without a digest.
fn is_repository(text: &str) -> bool {
    let legal = |c: char| c.is_ascii_alphanumeric() || "._-:/".contains(c);
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(legal)
        && !text.contains("//")
        && !text.ends_with(['/', ':'])
}

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
            writes: Vec::new(),
        }
    }

    /// An image of your own: its repository without a scheme, its digest (`sha256:` and 64 hexadecimal
    /// digits), the port that it listens on (1 to 65535) and how it is spoken to.
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

    /// Sets the path that the load balancer asks for to see whether it is well, such as `/health`.
    #[must_use]
    pub fn healthy_at(mut self, path: &str) -> Self {
        path.clone_into(&mut self.health_path);
        self
    }

    /// Lets it write below `path`, an absolute one, in so many MiB of the task's memory at most; nothing
    /// else of its file system can be written to. Each path is said once; of HAPI FHIR's own, `/tmp` and
    /// `/app/target`, this sets the size.
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
        let health = self.health_path.split('?').next().unwrap_or_default();
        known.then(|| vec!["/fhir", "/fhir/*", health])
    }

    pub(crate) fn application(&self) -> Application {
        self.application
    }

    /// What it writes to, and how many MiB that takes at most.
    pub(crate) fn writes(&self) -> Vec<(String, i64)> {
        let own: Vec<_> = self.writes.iter().map(|(path, size)| (folder(path).to_owned(), *size)).collect();
        let of_hapi = HAPI_WRITES.iter().filter(|(path, _)| {
            self.application == Application::Hapi && own.iter().all(|(other, _)| other != path)
        });
        of_hapi.map(|(path, size)| ((*path).to_owned(), *size)).chain(own.iter().cloned()).collect()
    }

    /// Why no task could run it as it is described: what to write instead, and the section of the law where
    /// it is one that forbids it.
    pub(crate) fn unsound(&self) -> Option<(String, Option<&'static str>)> {
        let why = |text: String| Some((text, None));
        let (repository, _) = &self.reference;
        if !is_repository(repository) {
            return why(format!(
                "`{repository}` is no repository of images: write its address without a scheme and without a \
                 digest, such as `123456789012.dkr.ecr.us-east-1.amazonaws.com/fhir`"
            ));
        }
        if self.port == 0 {
            return why("its image can't listen on port 0: give `FhirImage::custom` a port from 1 to 65535"
                .to_owned());
        }
        let health = &self.health_path;
        if !is_path_of_an_address(health) {
            return why(format!(
                "the load balancer can't ask for `{health}`: write the path alone, such as \
                 `.healthy_at(\"/health\")`"
            ));
        }
        if let Some(path) = self.database_roots.as_deref().filter(|path| !is_path_of_a_file(path)) {
            return Some((
                format!(
                    "`{path}` is no path of a file in the image: write an absolute one of letters, digits and \
                     `._-/`, such as `.with_database_roots(\"/opt/rds.pem\")`"
                ),
                Some("45 CFR 164.312(e)(2)(ii)"),
            ));
        }
        self.cant_be_written_to().map(|text| (text, None))
    }

    /// What is wrong with the folders that it writes to.
    fn cant_be_written_to(&self) -> Option<String> {
        for (index, (path, size)) in self.writes.iter().enumerate() {
            let path = folder(path);
            if !is_path_of_a_file(path) {
                return Some(format!(
                    "`{path}` is no folder that an image can write to: write an absolute path of letters, digits \
                     and `._-/`, such as `.writes_to(\"/tmp\", 64)`"
                ));
            }
            if !(1..TASK_MEMORY).contains(size) {
                return Some(format!(
                    "`{path}` can't have {size} MiB: it takes 1 at least, and the task has {TASK_MEMORY} MiB in all"
                ));
            }
            if self.writes.iter().skip(index + 1).any(|(other, _)| folder(other) == path) {
                return Some(format!("`{path}` is written to twice: say `.writes_to(\"{path}\", …)` once"));
            }
        }
        let all: i64 = self.writes().iter().map(|(_, size)| size).sum();
        let too_much = format!(
            "what its image writes to takes {all} MiB, and the task has {TASK_MEMORY} MiB in all: say less by \
             `.writes_to(…)`"
        );
        (all >= TASK_MEMORY).then_some(too_much)
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
