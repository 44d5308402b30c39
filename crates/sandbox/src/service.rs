//! The services that the sandbox has, by the names under which requests are signed.

/// An emulated AWS service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Service {
    Acm,
    Backup,
    CloudTrail,
    CloudWatchLogs,
    Ec2,
    Ecs,
    ElasticLoadBalancing,
    Iam,
    Kms,
    Rds,
    Route53,
    S3,
    SecretsManager,
    Sts,
}

/// How a service says which operation a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// `X-Amz-Target: Prefix.Operation`, JSON both ways.
    Json,
    /// `Action=Operation` in a form, XML back.
    Query,
    /// Method and path.
    Rest,
}

impl Service {
    /// Every service of the sandbox.
    pub(crate) const ALL: [Service; 14] = [
        Service::Acm,
        Service::Backup,
        Service::CloudTrail,
        Service::CloudWatchLogs,
        Service::Ec2,
        Service::Ecs,
        Service::ElasticLoadBalancing,
        Service::Iam,
        Service::Kms,
        Service::Rds,
        Service::Route53,
        Service::S3,
        Service::SecretsManager,
        Service::Sts,
    ];

    /// The name in a SigV4 credential scope, in an endpoint's host and in a file name.
    pub(crate) fn signing_name(self) -> &'static str {
        match self {
            Service::Acm => "acm",
            Service::Backup => "backup",
            Service::CloudTrail => "cloudtrail",
            Service::CloudWatchLogs => "logs",
            Service::Ec2 => "ec2",
            Service::Ecs => "ecs",
            Service::ElasticLoadBalancing => "elasticloadbalancing",
            Service::Iam => "iam",
            Service::Kms => "kms",
            Service::Rds => "rds",
            Service::Route53 => "route53",
            Service::S3 => "s3",
            Service::SecretsManager => "secretsmanager",
            Service::Sts => "sts",
        }
    }

    /// The service of a signing name, where the sandbox has it.
    pub(crate) fn from_signing_name(name: &str) -> Option<Service> {
        Service::ALL.into_iter().find(|service| service.signing_name() == name)
    }

    /// The feature of this crate, and of `ironward`, that builds it in; none where it always is.
    pub(crate) fn feature(self) -> Option<&'static str> {
        Some(match self {
            Service::Acm => "acm",
            Service::Backup => "backup",
            Service::CloudTrail => "cloudtrail",
            Service::CloudWatchLogs => "logs",
            Service::Ec2 => "ec2",
            Service::Ecs => "ecs",
            Service::ElasticLoadBalancing => "elbv2",
            Service::Iam => "iam",
            Service::Kms => "kms",
            Service::Rds | Service::SecretsManager => "rds",
            Service::Route53 => "route53",
            Service::S3 => "s3",
            Service::Sts => return None,
        })
    }

    /// How requests name their operation.
    pub(crate) fn protocol(self) -> Protocol {
        match self {
            Service::Acm
            | Service::CloudTrail
            | Service::CloudWatchLogs
            | Service::Ecs
            | Service::Kms
            | Service::SecretsManager => Protocol::Json,
            Service::Ec2 | Service::ElasticLoadBalancing | Service::Iam | Service::Rds | Service::Sts => {
                Protocol::Query
            }
            Service::Backup | Service::Route53 | Service::S3 => Protocol::Rest,
        }
    }

    /// The region that holds the state which a request signed for `region` is about: services
    /// without regions keep everything in one.
    pub(crate) fn home_region(self, region: &str) -> &str {
        match self {
            Service::Iam | Service::Route53 => "us-east-1",
            _ => region,
        }
    }

    /// The host that the emulator recognises the region by.
    pub(crate) fn host(self, region: &str) -> String {
        match self {
            Service::Iam | Service::Route53 => format!("{}.amazonaws.com", self.signing_name()),
            _ => format!("{}.{region}.amazonaws.com", self.signing_name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Service;

    #[test]
    fn every_feature_that_is_named_exists() {
        for feature in Service::ALL.into_iter().filter_map(Service::feature) {
            let defined = format!("\n{feature} = [\"dep:winterbaume-");
            assert!(include_str!("../Cargo.toml").contains(&defined), "{feature}");
        }
    }
}
