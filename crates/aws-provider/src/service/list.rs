//! The one list of services.

use super::Service;

/// A service, whether it is built in or not.
struct Listed {
    /// The feature of this crate, and of `ironward`, that builds it in.
    feature: &'static str,
    /// The name of its SDK crate without `aws-sdk-`.
    name: &'static str,
    /// The second part of the registry names of its types.
    types: &'static [&'static str],
    /// The names of its lookups.
    lookups: &'static [&'static str],
    /// Nothing where it isn't built in.
    service: Option<&'static Service>,
}

const LIST: &[Listed] = &[
    Listed {
        feature: "acm",
        name: "acm",
        types: &["ACM", "CertificateManager"],
        lookups: &["acm-certificate"],
        #[cfg(feature = "acm")]
        service: Some(&crate::acm::SERVICE),
        #[cfg(not(feature = "acm"))]
        service: None,
    },
    Listed {
        feature: "backup",
        name: "backup",
        types: &["Backup"],
        lookups: &[],
        #[cfg(feature = "backup")]
        service: Some(&crate::backup::SERVICE),
        #[cfg(not(feature = "backup"))]
        service: None,
    },
    Listed {
        feature: "cloudtrail",
        name: "cloudtrail",
        types: &["CloudTrail"],
        lookups: &[],
        #[cfg(feature = "cloudtrail")]
        service: Some(&crate::cloudtrail::SERVICE),
        #[cfg(not(feature = "cloudtrail"))]
        service: None,
    },
    Listed {
        feature: "ec2",
        name: "ec2",
        types: &["EC2"],
        lookups: &[
            "availability-zones",
            "existing-image",
            "existing-subnet",
            "existing-vpc",
            "service-prefix-list",
        ],
        #[cfg(feature = "ec2")]
        service: Some(&crate::ec2::SERVICE),
        #[cfg(not(feature = "ec2"))]
        service: None,
    },
    Listed {
        feature: "ecs",
        name: "ecs",
        types: &["ECS"],
        lookups: &[],
        #[cfg(feature = "ecs")]
        service: Some(&crate::ecs::SERVICE),
        #[cfg(not(feature = "ecs"))]
        service: None,
    },
    Listed {
        feature: "elbv2",
        name: "elasticloadbalancingv2",
        types: &["ElasticLoadBalancingV2"],
        lookups: &[],
        #[cfg(feature = "elbv2")]
        service: Some(&crate::elbv2::SERVICE),
        #[cfg(not(feature = "elbv2"))]
        service: None,
    },
    Listed {
        feature: "iam",
        name: "iam",
        types: &["IAM"],
        lookups: &[],
        #[cfg(feature = "iam")]
        service: Some(&crate::iam::SERVICE),
        #[cfg(not(feature = "iam"))]
        service: None,
    },
    Listed {
        feature: "kms",
        name: "kms",
        types: &["KMS"],
        lookups: &[],
        #[cfg(feature = "kms")]
        service: Some(&crate::kms::SERVICE),
        #[cfg(not(feature = "kms"))]
        service: None,
    },
    Listed {
        feature: "logs",
        name: "cloudwatchlogs",
        types: &["Logs"],
        lookups: &[],
        #[cfg(feature = "logs")]
        service: Some(&crate::logs::SERVICE),
        #[cfg(not(feature = "logs"))]
        service: None,
    },
    Listed {
        feature: "rds",
        name: "rds",
        types: &["RDS"],
        lookups: &[],
        #[cfg(feature = "rds")]
        service: Some(&crate::rds::SERVICE),
        #[cfg(not(feature = "rds"))]
        service: None,
    },
    Listed {
        feature: "route53",
        name: "route53",
        types: &["Route53"],
        lookups: &["route53-hosted-zone"],
        #[cfg(feature = "route53")]
        service: Some(&crate::route53::SERVICE),
        #[cfg(not(feature = "route53"))]
        service: None,
    },
    Listed {
        feature: "s3",
        name: "s3",
        types: &["S3"],
        lookups: &[],
        #[cfg(feature = "s3")]
        service: Some(&crate::s3::SERVICE),
        #[cfg(not(feature = "s3"))]
        service: None,
    },
];

/// What is asked who the caller is. It has no types.
const STS: &str = "sts";

/// The names by which endpoints of single services are configured: those of the SDK crates, without `aws-sdk-`.
pub fn names() -> impl Iterator<Item = &'static str> {
    LIST.iter().map(|listed| listed.name).chain([STS])
}

/// The services that are built in.
pub(crate) fn built_in() -> impl Iterator<Item = &'static Service> {
    LIST.iter().filter_map(|listed| listed.service)
}

/// The feature that builds in the handler of a resource type, by its registry name, or a lookup, by its name.
pub(crate) fn feature_of(name: &str) -> Option<&'static str> {
    let kind = name.split("::").nth(1);
    let has = |listed: &&Listed| match kind {
        Some(kind) => listed.types.contains(&kind),
        None => listed.lookups.contains(&name),
    };
    LIST.iter().find(has).map(|listed| listed.feature)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const MANIFEST: &str = include_str!("../../Cargo.toml");

    #[test]
    fn every_service_has_a_feature_and_its_own_name() {
        for listed in LIST {
            assert!(MANIFEST.contains(&format!("\n{} = [\"dep:", listed.feature)), "{}", listed.feature);
            if let Some(service) = listed.service {
                assert_eq!(service.name, listed.name);
            }
        }
        assert_eq!(names().collect::<BTreeSet<_>>().len(), LIST.len() + 1);
        let prefixes: BTreeSet<_> = built_in().map(|service| service.prefix).collect();
        assert_eq!(prefixes.len(), built_in().count());
    }

    #[test]
    fn every_type_is_in_a_feature() {
        let table = include_str!("../../../aws/tests/registry/properties.tsv");
        let types =
            table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split('\t').next());
        let types: BTreeSet<&str> = types.collect();
        assert!(types.len() > 30, "{types:?}");
        for name in types {
            assert!(feature_of(name).is_some(), "{name}");
        }
        assert_eq!(feature_of("Ironward::ACM::IssuedCertificate"), Some("acm"));
        assert_eq!(feature_of("existing-vpc"), Some("ec2"));
    }

    #[test]
    fn what_is_not_ours_has_no_feature() {
        assert_eq!(feature_of("AWS::Lambda::Function"), None);
        assert_eq!(feature_of("here"), None);
    }
}
