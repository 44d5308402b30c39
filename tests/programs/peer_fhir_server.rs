//! The production FHIR server as the example declares it, but for its peers: moto knows no listener that
//! checks tokens.

use std::process::ExitCode;

use ironward::aws::peer_cidr;
use ironward::hipaa::{
    Access, Environment, HipaaFhirServer, Retention, ServiceCertificate, Storage, three_tier,
};
use ironward::prelude::*;

fn declare(stack: &mut Stack<Hipaa>) -> Result<(), DeclareError> {
    let fhir = HipaaFhirServer::builder("fhir")
        .environment(Environment::Production)
        .network(three_tier!("10.0.0.0/16", zones = 3))
        .database(DbInstanceClass::new("db.r6g.xlarge"), Storage::gib(100).grow_to(500))
        .certificate(ServiceCertificate::requested("fhir.example.org"))
        .access(Access::peers([peer_cidr!("203.0.113.0/24")]))
        .retention(Retention::years::<7>())
        .build(stack)?;
    stack.output("fhir_host", fhir.service().host())?;
    stack.output("fhir_db_endpoint", fhir.database().endpoint())?;
    stack.output("data_bucket", fhir.data_bucket().name())?;
    Ok(())
}

fn main() -> ExitCode {
    ironward::run("fhir", declare)
}
