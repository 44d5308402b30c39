//! Which cargo feature builds what in.

/// The feature of this crate, and of `ironward`, that builds in the handler of a resource type, by its
/// registry name, or a lookup, by its name.
pub(crate) fn feature_of(name: &str) -> Option<&'static str> {
    let service = name.split("::").nth(1).unwrap_or(name);
    Some(match service {
        "ACM" | "CertificateManager" | "acm-certificate" => "acm",
        "Backup" => "backup",
        "CloudTrail" => "cloudtrail",
        "EC2"
        | "availability-zones"
        | "existing-image"
        | "existing-subnet"
        | "existing-vpc"
        | "service-prefix-list" => "ec2",
        "ECS" => "ecs",
        "ElasticLoadBalancingV2" => "elbv2",
        "IAM" => "iam",
        "KMS" => "kms",
        "Logs" => "logs",
        "RDS" => "rds",
        "Route53" | "route53-hosted-zone" => "route53",
        "S3" => "s3",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::feature_of;

    const MANIFEST: &str = include_str!("../Cargo.toml");

    #[test]
    fn every_module_of_a_service_is_a_feature() {
        let modules: Vec<&str> = include_str!("lib.rs")
            .split("#[cfg(feature = \"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .filter(|feature| *feature != "state")
            .collect();
        assert_eq!(modules.len(), 12);
        for feature in modules {
            assert!(MANIFEST.contains(&format!("\n{feature} = [\"dep:")), "{feature}");
        }
    }

    #[test]
    fn every_type_is_in_a_feature() {
        let table = include_str!("../../aws/tests/registry/properties.tsv");
        let types =
            table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split('\t').next());
        let types: std::collections::BTreeSet<&str> = types.collect();
        assert!(types.len() > 30, "{types:?}");
        for name in types {
            assert!(feature_of(name).is_some(), "{name}");
        }
        assert_eq!(feature_of("Ironward::ACM::IssuedCertificate"), Some("acm"));
    }

    #[test]
    fn what_is_not_ours_has_no_feature() {
        assert_eq!(feature_of("AWS::Lambda::Function"), None);
        assert_eq!(feature_of("here"), None);
    }
}
