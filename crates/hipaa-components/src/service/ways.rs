//! The security groups of a service, and every way between them as a rule of its own.

use ironward_aws::ec2::security_group_property::GroupDescription;
use ironward_aws::ec2::{
    SecurityGroup, SecurityGroupEgress, SecurityGroupId, SecurityGroupIngress, ServicePrefixList, Traffic,
};
use ironward_core::declare::{Declaration, Located};
use ironward_core::output::Output;
use ironward_core::path::Path;
use ironward_core::program::DeclareError;
use ironward_core::stack::{Profile, Stack};

use super::FhirServiceBuilder;

const HTTPS: u16 = 443;

/// The groups, and the rules that must be there before anything runs.
pub(super) struct Ways {
    pub(super) balancer: Output<SecurityGroupId>,
    pub(super) service: Output<SecurityGroupId>,
    pub(super) rules: Vec<Path>,
}

impl Ways {
    pub(super) fn declare<P: Profile>(
        service: &FhirServiceBuilder<'_>,
        scope: &mut Stack<P>,
    ) -> Result<Self, DeclareError> {
        let vpc = service.on.vpc.id();
        // No group's description can be changed: this one is true whoever may ask, and a group with another is
        // not made anew for it.
        let balancer = SecurityGroup::in_vpc(&vpc, "Load balancer: reached over HTTPS, as its rules say");
        let balancer = balancer.options().ignore_changes(GroupDescription);
        let balancer = scope.add("balancer-group", balancer)?.id();
        let group = SecurityGroup::in_vpc(&vpc, "FHIR server: reached from the load balancer only");
        let group = scope.add("service-group", group)?.id();
        let mut ways = Self { balancer, service: group, rules: Vec::new() };
        ways.in_and_through(service, scope)?;
        ways.out(service, scope)?;
        Ok(ways)
    }

    fn add<P: Profile, D: Declaration>(
        &mut self,
        scope: &mut Stack<P>,
        name: &str,
        rule: D,
    ) -> Result<(), DeclareError>
    where
        D::Handle: Located,
    {
        let rule = scope.add(name, rule)?;
        self.rules.push(rule.path().clone());
        Ok(())
    }

    /// From callers to the load balancer, and from there to the database.
    fn in_and_through<P: Profile>(
        &mut self,
        service: &FhirServiceBuilder<'_>,
        scope: &mut Stack<P>,
    ) -> Result<(), DeclareError> {
        let (balancer, group) = (self.balancer.clone(), self.service.clone());
        let (database, endpoints) = (service.on.database.security_group(), service.on.vpc.endpoint_group());
        let port = Traffic::tcp(service.image.entrance().1);
        let (https, sql) = (Traffic::tcp(HTTPS), Traffic::tcp(service.on.database.port()));
        for (name, way) in service.access.ways_in() {
            self.add(scope, &name, way.rule(&balancer, https))?;
        }
        for (name, to, from, traffic, text) in [
            ("balancer-to-service-in", &group, &balancer, port, "From the load balancer"),
            ("service-to-database-in", &database, &group, sql, "PostgreSQL from the FHIR server"),
            ("service-to-endpoints-in", &endpoints, &group, https, "HTTPS from the FHIR server"),
        ] {
            self.add(scope, name, SecurityGroupIngress::from_group(to, from, traffic, text))?;
        }
        for (name, from, to, traffic, text) in [
            ("balancer-to-service-out", &balancer, &group, port, "To the FHIR server"),
            ("service-to-database-out", &group, &database, sql, "To the database"),
            ("service-to-endpoints-out", &group, &endpoints, https, "To AWS services"),
        ] {
            self.add(scope, name, SecurityGroupEgress::to_group(from, to, traffic, text))?;
        }
        Ok(())
    }

    /// Out of the VPC: to S3, to who can say who callers are, and to public registries.
    fn out<P: Profile>(
        &mut self,
        service: &FhirServiceBuilder<'_>,
        scope: &mut Stack<P>,
    ) -> Result<(), DeclareError> {
        let (balancer, group) = (self.balancer.clone(), self.service.clone());
        let s3 = scope.lookup("s3-prefixes", ServicePrefixList::of("s3"))?;
        let to_s3 = SecurityGroupEgress::to_prefix_list(
            &group,
            s3.id(),
            Traffic::tcp(HTTPS),
            "To S3 through its endpoint",
        );
        self.add(scope, "service-to-s3-out", to_s3)?;
        if service.access.asks_issuer() {
            let rule = SecurityGroupEgress::https_to_internet(&balancer, "To who knows the callers");
            self.add(scope, "balancer-to-issuer-out", rule)?;
        }
        if service.image.is_public() {
            let rule = SecurityGroupEgress::https_to_internet(&group, "To the public image registry");
            self.add(scope, "service-to-registry-out", rule)?;
        }
        Ok(())
    }
}
