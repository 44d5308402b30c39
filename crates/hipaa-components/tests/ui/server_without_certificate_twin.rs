//! With everything given it can.
use ironward_aws::elbv2::JwtValidation;
use ironward_aws::rds::DbInstanceClass;
use ironward_core::stack::{Hipaa, Stack};
use ironward_hipaa_components::{Access, Environment, HipaaFhirServer, ServiceCertificate, Storage, three_tier};

fn main() {
    let mut stack = Stack::<Hipaa>::new("server");
    let _ = HipaaFhirServer::builder("fhir")
        .environment(Environment::Production)
        .network(three_tier!("10.0.0.0/16", zones = 3))
        .database(DbInstanceClass::new("db.r6g.large"), Storage::gib(100))
        .certificate(ServiceCertificate::requested("fhir.example.org"))
        .access(Access::tokens(JwtValidation::new("https://sso.example.org", "https://sso.example.org/keys")))
        .build(&mut stack);
}
