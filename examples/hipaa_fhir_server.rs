//! The production FHIR server: keys, network, database, buckets, audit trail, service, backups.
//!
//! ```text
//! cargo run --example hipaa_fhir_server -- up --yes
//! ```
//!
//! Without an `Ironward.toml` it goes to the embedded sandbox. On AWS, `up` prints the DNS record
//! that validates the certificate and waits for it.

// ANCHOR: program
use ironward::aws::elbv2::JwtValidation;
use ironward::hipaa::{
    Access, Environment, HipaaFhirServer, Retention, ServiceCertificate, Storage, three_tier,
};
use ironward::prelude::*;

// ANCHOR: declare
fn declare(stack: &mut Stack<Hipaa>) -> Result<(), DeclareError> {
    // Only callers with a token of our identity provider get past the load balancer.
    let tokens = JwtValidation::new("https://sso.example.org", "https://sso.example.org/oauth2/keys");
    let fhir = HipaaFhirServer::builder("fhir")
        .environment(Environment::Production)
        .network(three_tier!("10.0.0.0/16", zones = 3))
        .database(DbInstanceClass::new("db.r6g.xlarge"), Storage::gib(100).grow_to(500))
        .certificate(ServiceCertificate::requested("fhir.example.org"))
        .access(Access::tokens(tokens))
        .retention(Retention::years::<7>())
        .build(stack)?;
    stack.output("fhir_host", fhir.service().host())?;
    stack.output("fhir_db_endpoint", fhir.database().endpoint())?;
    stack.output("data_bucket", fhir.data_bucket().name())?;
    Ok(())
}
// ANCHOR_END: declare

fn main() -> std::process::ExitCode {
    ironward::run("fhir", declare)
}
// ANCHOR_END: program
