//! The containers of a service's task.

use std::num::NonZeroU32;

use ironward_aws::ecs::{
    AwsLogs, Container, Image, ImageDigest, LinuxParameters, LogMode, NonRootUser, PortMapping, Secret, Tmpfs,
};
use ironward_aws::logs::DeclaredLogGroup;
use ironward_aws::place::FoundHere;
use ironward_core::output::{ToValue, concat};
use ironward_core::program::DeclareError;
use ironward_core::stack::{Profile, Stack};

use super::{DatabaseLogin, FhirServiceBuilder, hapi};
use crate::bucket::retype;
use crate::image::{Application, FhirImage, TLS_SIDECAR, Transport};

/// Where the sidecar writes, and how many MiB of the task's memory that takes at most.
const SCRATCH: (&str, i64) = ("/tmp", 16);

/// The user that the sidecar runs as.
const OF_SIDECAR: NonZeroU32 = match NonZeroU32::new(1000) {
    Some(user) => user,
    None => NonZeroU32::MIN,
};

const START_CADDY: &str = "printf '%s' \"$CADDYFILE\" > SCRATCH/Caddyfile && \
     exec caddy run --config SCRATCH/Caddyfile --adapter caddyfile";

impl FhirServiceBuilder<'_> {
    /// The server, and the sidecar that ends TLS for it where it can't.
    pub(super) fn containers<P: Profile>(
        &self,
        scope: &Stack<P>,
        here: &FoundHere,
        log: &DeclaredLogGroup,
    ) -> Result<Vec<Container>, DeclareError> {
        // A line that can't be delivered doesn't hold up an answer.
        let logs = |prefix: &str| AwsLogs::new(log.name(), here.region(), prefix).mode(LogMode::NonBlocking);
        let image = |reference: &(String, String)| {
            let (repository, digest) = reference;
            let digest = ImageDigest::new(digest).map_err(|error| scope.refuse(error.to_string(), None))?;
            Ok::<_, DeclareError>(Image::by_digest(repository, &digest))
        };
        let user = NonRootUser::id(self.user(scope)?);
        let server = Container::new("fhir", image(self.image.reference())?, user, logs("fhir"));
        let server = self.configured(self.confined(server, &self.image.writes()), here);
        let port = self.image.port();
        if self.image.transport() != Transport::Sidecar {
            return Ok(vec![server.port(PortMapping::tcp(port))]);
        }
        let (repository, digest) = TLS_SIDECAR;
        let sidecar = image(&(repository.to_owned(), digest.to_owned()))?;
        let (path, size) = SCRATCH;
        let sidecar = Container::new("tls", sidecar, NonRootUser::id(OF_SIDECAR), logs("tls"))
            .port(PortMapping::tcp(self.image.tls_port()))
            .environment("XDG_DATA_HOME", format!("{path}/data"))
            .environment("XDG_CONFIG_HOME", format!("{path}/config"))
            .environment("CADDYFILE", terminate_tls(&self.image))
            .entry_point(["/bin/sh", "-c"])
            .command([START_CADDY.replace("SCRATCH", path)]);
        Ok(vec![server, self.confined(sidecar, &[(path.to_owned(), size)])])
    }

    /// A container that writes to nothing but these paths, which are in memory and end with it.
    ///
    /// Operators' sessions need a file system that can be written to: their agent makes folders in it.
    // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
    fn confined(&self, container: Container, writes: &[(String, i64)]) -> Container {
        let container = if self.exec { container.writable_root_filesystem() } else { container };
        if writes.is_empty() {
            return container;
        }
        let parameters = writes.iter().fold(LinuxParameters::new(), |parameters, (path, size)| {
            parameters.tmpfs(Tmpfs::new(path.as_str(), *size))
        });
        container.linux_parameters(parameters)
    }

    fn configured(&self, server: Container, here: &FoundHere) -> Container {
        let database = self.on.database;
        let url = concat([
            "jdbc:postgresql://".to_value(),
            database.endpoint().to_value(),
            format!(":{}/{}?{}", database.port(), database.database_name(), self.image.database_tls())
                .to_value(),
        ]);
        let mut server = server
            .environment("spring.datasource.url", url)
            .environment("spring.datasource.driver-class-name", "org.postgresql.Driver")
            .environment("FHIR_DATA_BUCKET", retype::<_, String>(self.on.data.name()))
            .environment("AWS_REGION", retype::<_, String>(here.region()));
        if self.image.application() == Application::Hapi {
            for (name, value) in hapi::settings(self.reached_under()) {
                server = server.environment(name, value);
            }
        }
        match &self.login {
            DatabaseLogin::ManagedSecret => server
                .secret("spring.datasource.username", Secret::key(database.secret(), "username"))
                .secret("spring.datasource.password", Secret::key(database.secret(), "password")),
            DatabaseLogin::IamUser(name) => server.environment("spring.datasource.username", name.as_str()),
        }
    }
}

/// Ends TLS inside the task with a certificate that Caddy makes and renews for itself; load
/// balancers encrypt to targets without checking whose certificate it is. Only what serves FHIR, and the
/// check of its health, can be asked for, where it is known what that is.
fn terminate_tls(image: &FhirImage) -> String {
    let (port, tls_port) = (image.port(), image.tls_port());
    let pass = match image.served() {
        None => format!("  reverse_proxy 127.0.0.1:{port}\n"),
        Some(paths) => format!(
            "  @served path {}\n  handle @served {{\n    reverse_proxy 127.0.0.1:{port}\n  }}\n  \
             handle {{\n    respond 404\n  }}\n",
            paths.join(" ")
        ),
    };
    format!(
        "{{\n  admin off\n  auto_https disable_redirects\n  default_sni localhost\n}}\n\
         https://localhost:{tls_port}, https://:{tls_port} {{\n  tls internal {{\n    on_demand\n  }}\n{pass}}}\n"
    )
}
