//! A server can't be built before it is said who may ask it.
use ironward_aws::rds::DbInstanceClass;
use ironward_core::stack::{Hipaa, Stack};
use ironward_hipaa_components::{Environment, HipaaFhirServer, ServiceCertificate, Storage, three_tier};

fn main() {
    let mut stack = Stack::<Hipaa>::new("server");
    let _ = HipaaFhirServer::builder("fhir")
        .environment(Environment::Production)
        .network(three_tier!("10.0.0.0/16", zones = 3))
        .database(DbInstanceClass::new("db.r6g.large"), Storage::gib(100))
        .certificate(ServiceCertificate::requested("fhir.example.org"))
        .build(&mut stack);
}
