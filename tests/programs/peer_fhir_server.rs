//! The production FHIR server as the example declares it, but for its peers: moto knows no listener that
//! checks tokens. Variables make of it what one server is on its way there: in development, another version
//! of PostgreSQL, and inside alone.

use std::env;
use std::process::ExitCode;

use ironward::aws::peer_cidr;
use ironward::hipaa::{
    Access, Environment, HipaaFhirServer, PostgresVersion, Retention, ServiceCertificate, Storage, three_tier,
};
use ironward::prelude::*;

fn declare(stack: &mut Stack<Hipaa>) -> Result<(), DeclareError> {
    let says = |name: &str, value: &str| env::var(name).is_ok_and(|said| said == value);
    let environment = match says("CLINIC_ENVIRONMENT", "development") {
        true => Environment::Development,
        false => Environment::Production,
    };
    let peers = [peer_cidr!("203.0.113.0/24")];
    let access = match says("CLINIC_ACCESS", "internal") {
        true => Access::internal([peer_cidr!("10.0.0.0/16")]),
        false => Access::peers(peers),
    };
    let mut fhir = HipaaFhirServer::builder("fhir")
        .environment(environment)
        .network(three_tier!("10.0.0.0/16", zones = 3))
        .database(DbInstanceClass::new("db.r6g.xlarge"), Storage::gib(100).grow_to(500))
        .certificate(ServiceCertificate::requested("fhir.example.org"))
        .access(access)
        .retention(Retention::years::<7>());
    if says("CLINIC_POSTGRES", "17") {
        fhir = fhir.postgres(PostgresVersion::V17);
    }
    if says("CLINIC_BALANCER", "replaceable") {
        fhir = fhir.balancer_protection(false);
    }
    let fhir = fhir.build(stack)?;
    stack.output("fhir_host", fhir.service().host())?;
    stack.output("fhir_db_endpoint", fhir.database().endpoint())?;
    stack.output("data_bucket", fhir.data_bucket().name())?;
    Ok(())
}

fn main() -> ExitCode {
    ironward::run("fhir", declare)
}
