//! One program for every environment; `CLINIC_ENVIRONMENT=production` chooses production. It is reached under
//! a name of the domain `CLINIC_DOMAIN`, whose zone is in Route 53.
//!
//! ```text
//! cargo run --example fhir_environments -- preview
//! ```

use std::process::ExitCode;

use ironward::aws::elbv2::JwtValidation;
use ironward::aws::peer_cidr;
use ironward::aws::route53::ExistingHostedZone;
use ironward::errors::BoxError;
use ironward::hipaa::{
    Access, DatabaseLogin, Environment, FhirImage, HipaaFhirServer, Retention, ServiceCertificate, Storage,
    Transport, three_tier,
};
use ironward::prelude::*;

// ANCHOR: development
/// For developers, from the networks of the office once these are connected (`private_route_tables` of the VPC): one
/// NAT gateway, no standby, no deletion protection, no locks. Another range, so that it can be peered with production.
fn development(stack: &mut Stack<Hipaa>, domain: &str) -> Result<HipaaFhirServer, DeclareError> {
    let zone = stack.lookup("zone", ExistingHostedZone::public(domain))?;
    let name = format!("fhir.dev.{domain}");
    HipaaFhirServer::builder("fhir")
        .environment(Environment::Development)
        .network(three_tier!("10.1.0.0/16", zones = 2))
        .database(DbInstanceClass::new("db.t4g.medium"), Storage::gib(20))
        .certificate(ServiceCertificate::requested_in_zone(&name, zone.id()))
        .access(Access::internal([peer_cidr!("10.200.0.0/16")]))
        .build(stack)
}
// ANCHOR_END: development

// ANCHOR: production
/// For patients: an image of our own that speaks TLS and logs in with IAM tokens, and a certificate
/// that is validated in our zone.
fn production(stack: &mut Stack<Hipaa>, domain: &str) -> Result<HipaaFhirServer, DeclareError> {
    let digest = "sha256:0f0e0d0c0b0a090807060504030201000f0e0d0c0b0a09080706050403020100";
    let image =
        FhirImage::custom("123456789012.dkr.ecr.us-east-1.amazonaws.com/fhir", digest, 8443, Transport::Tls);
    let zone = stack.lookup("zone", ExistingHostedZone::public(domain))?;
    let (name, issuer) = (format!("fhir.{domain}"), format!("https://sso.{domain}"));
    HipaaFhirServer::builder("fhir")
        .environment(Environment::Production)
        .network(three_tier!("10.0.0.0/16", zones = 3))
        .database(DbInstanceClass::new("db.r6g.xlarge"), Storage::gib(100).grow_to(500))
        .certificate(ServiceCertificate::requested_in_zone(&name, zone.id()))
        .access(Access::tokens(JwtValidation::new(issuer.as_str(), format!("{issuer}/oauth2/keys"))))
        .retention(Retention::years::<10>())
        .image(image.run_as(10_001).healthy_at("/fhir/metadata"))
        .database_login(DatabaseLogin::IamUser("fhir_app".to_owned()))
        .build(stack)
}
// ANCHOR_END: production

fn main() -> ExitCode {
    let domain = std::env::var("CLINIC_DOMAIN").unwrap_or_else(|_| "example.org".to_owned());
    let is_production = std::env::var("CLINIC_ENVIRONMENT").is_ok_and(|name| name == "production");
    ironward::run("fhir", move |stack: &mut Stack<Hipaa>| -> Result<(), BoxError> {
        let fhir = if is_production { production(stack, &domain)? } else { development(stack, &domain)? };
        stack.output("fhir_host", fhir.service().host())?;
        Ok(())
    })
}
