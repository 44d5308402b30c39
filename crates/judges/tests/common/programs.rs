//! Programs to judge: the FHIR server in its options, and each component that stands alone.

// Each judge's tests use some of them.
#![allow(dead_code)]

use ironward_aws::ec2::PeerCidr;
use ironward_aws::elbv2::JwtValidation;
use ironward_aws::rds::DbInstanceClass;
use ironward_core::program::{DeclareError, Program};
use ironward_core::provider::Place;
use ironward_core::stack::{Hipaa, Stack};
use ironward_hipaa_components::{
    Access, AccessLogBucket, DatabaseLogin, Environment, FhirImage, HipaaFhirServer, HipaaKey, KeyUse,
    PhiBucket, Retention, ServiceCertificate, StateBucket, Storage, Transport, three_tier,
};
use ironward_judges::Estate;

/// What is chosen for a FHIR server.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    pub(crate) environment: Environment,
    pub(crate) by_token: bool,
    pub(crate) image: FhirImage,
    pub(crate) exec: bool,
    pub(crate) locks: bool,
    pub(crate) internal: bool,
}

impl Choice {
    /// A server of production with everything that can be had: an image in a private registry, logins with
    /// tokens, sessions.
    pub(crate) fn full() -> Self {
        Self {
            environment: Environment::Production,
            by_token: true,
            image: private(Transport::Tls),
            exec: true,
            locks: true,
            internal: false,
        }
    }

    /// The server of the example.
    pub(crate) fn plain() -> Self {
        Self { by_token: false, image: FhirImage::hapi(), exec: false, ..Self::full() }
    }

    /// A server for developers that only a network reaches.
    pub(crate) fn small() -> Self {
        Self { environment: Environment::Development, internal: true, locks: false, ..Self::plain() }
    }

    pub(crate) fn declare(&self) -> Result<Program, DeclareError> {
        let access = if self.internal {
            Access::internal([PeerCidr::parse("192.168.0.0/16").unwrap()])
        } else {
            Access::tokens(JwtValidation::new("https://sso.example.org", "https://sso.example.org/keys"))
        };
        let mut builder = HipaaFhirServer::builder("fhir")
            .environment(self.environment)
            .network(three_tier!("10.0.0.0/16", zones = 2))
            .database(DbInstanceClass::new("db.r6g.large"), Storage::gib(100))
            .certificate(ServiceCertificate::requested("fhir.example.org"))
            .access(access)
            .image(self.image.clone())
            .locks(self.locks);
        if self.by_token {
            builder = builder.database_login(DatabaseLogin::IamUser("fhir_app".to_owned()));
        }
        if self.exec {
            builder = builder.logged_exec();
        }
        let mut stack = Stack::<Hipaa>::new("clinic");
        builder.build(&mut stack)?;
        Ok(stack.program())
    }
}

pub(crate) fn private(transport: Transport) -> FhirImage {
    let digest = format!("sha256:{}", "a1".repeat(32));
    FhirImage::custom("111122223333.dkr.ecr.us-east-1.amazonaws.com/fhir", &digest, 8443, transport)
}

/// The FHIR server in every combination of what policies and orders depend on.
pub(crate) fn servers() -> Vec<(String, Program)> {
    let mut programs = Vec::new();
    for environment in [Environment::Production, Environment::Staging, Environment::Development] {
        for by_token in [false, true] {
            for (kind, image) in [
                ("HAPI", FhirImage::hapi()),
                ("a private image", private(Transport::Tls)),
                ("a private image over plain HTTP", private(Transport::PlainHttp)),
            ] {
                for exec in [false, true] {
                    for internal in [false, true] {
                        let choice = Choice {
                            environment,
                            by_token,
                            image: image.clone(),
                            exec,
                            locks: exec,
                            internal,
                        };
                        let Ok(program) = choice.declare() else {
                            // Production refuses plain HTTP, and nothing else is refused.
                            assert!(environment == Environment::Production && kind.ends_with("HTTP"));
                            continue;
                        };
                        let environment = environment.name();
                        let login = if by_token { "tokens" } else { "a password" };
                        let name =
                            format!("{environment}, {login}, {kind}, sessions {exec}, internal {internal}");
                        programs.push((name, program));
                    }
                }
            }
        }
    }
    programs
}

/// Each component that stands without the FHIR server.
pub(crate) fn alone() -> Vec<(String, Program)> {
    let retention = Retention::years::<7>();
    let mut records = Stack::<Hipaa>::new("clinic");
    let key = HipaaKey::declare(&mut records, "key", KeyUse::Storage).unwrap();
    let logs = AccessLogBucket::declare(&mut records, "access-logs", retention).unwrap();
    PhiBucket::declare(&mut records, "records", key.customer_key(), &logs, retention).unwrap();
    let mut states = Stack::<Hipaa>::new("states");
    StateBucket::declare(&mut states, "states", "clinic-states").unwrap();
    vec![("records".to_owned(), records.program()), ("states".to_owned(), states.program())]
}

/// All of them, as estates.
pub(crate) fn estates() -> Vec<(String, Estate)> {
    let programs = servers().into_iter().chain(alone());
    programs.map(|(name, program)| (name, estate(&program))).collect()
}

pub(crate) fn estate(program: &Program) -> Estate {
    Estate::of_program(program, &Place::new("aws", "us-east-1", "111122223333")).unwrap()
}
