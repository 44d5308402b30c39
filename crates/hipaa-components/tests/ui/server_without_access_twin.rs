//! Once that is said it can.
use ironward_aws::peer_cidr;
use ironward_aws::rds::DbInstanceClass;
use ironward_core::stack::{Hipaa, Stack};
use ironward_hipaa_components::{
    Access, Environment, HipaaFhirServer, ServiceCertificate, Storage, three_tier,
};

fn main() {
    let mut stack = Stack::<Hipaa>::new("server");
    let _ = HipaaFhirServer::builder("fhir")
        .environment(Environment::Production)
        .network(three_tier!("10.0.0.0/16", zones = 3))
        .database(DbInstanceClass::new("db.r6g.large"), Storage::gib(100))
        .certificate(ServiceCertificate::requested("fhir.example.org"))
        .access(Access::internal([peer_cidr!("10.20.0.0/16")]))
        .build(&mut stack);
}
