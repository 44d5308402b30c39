//! Names and other texts.

use super::Refuses::Value;
use super::{Row, case};

/// What must not stand in a name of EC2 that people read, as the API reference lists what may.
const EC2_TEXT: &str = "._-:/()#,@[]+=&;{}!$* ";

pub(super) const ROWS: &[Row] = &[
    Row {
        name: "reserved-group-name",
        service: "ec2",
        operations: &["CreateSecurityGroup"],
        source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html",
        asks: &[],
        refuses: Value(
            &["GroupName"],
            |name| name.starts_with("sg-"),
            "InvalidParameterValue",
            "Value ({}) for parameter GroupName is invalid. Group names may not be in the format sg-*.",
        ),
        refused: case(&[("GroupName", "sg-web-44ae97ff")]),
        taken: case(&[("GroupName", "sgweb-44ae97ff")]),
    },
    Row {
        name: "text-of-security-groups",
        service: "ec2",
        operations: &["CreateSecurityGroup", "AuthorizeSecurityGroup*"],
        source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html",
        asks: &[],
        refuses: Value(
            &["GroupName", "GroupDescription", "IpPermissions.*.Description"],
            |text| {
                text.len() > 255
                    || !text.chars().all(|one| one.is_ascii_alphanumeric() || EC2_TEXT.contains(one))
            },
            "InvalidParameterValue",
            "Invalid security group description. Valid descriptions are strings less than 256 characters from the \
             following set: a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*",
        ),
        refused: case(&[("IpPermissions.1.IpRanges.2.Description", "the clinic's network")]),
        taken: case(&[("IpPermissions.1.IpRanges.2.Description", "network of the clinic")]),
    },
    Row {
        name: "reserved-balancer-name",
        service: "elasticloadbalancing",
        operations: &["CreateLoadBalancer"],
        source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html",
        asks: &[],
        refuses: Value(
            &["Name"],
            |name| name.starts_with("internal-"),
            "ValidationError",
            "The load balancer name '{}' cannot begin with 'internal-'",
        ),
        refused: case(&[("Name", "internal-portal-2ea59e74")]),
        taken: case(&[("Name", "internals-portal-2ea59e74")]),
    },
    Row {
        name: "balancer-name",
        service: "elasticloadbalancing",
        operations: &["CreateLoadBalancer", "CreateTargetGroup"],
        source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html",
        asks: &[],
        refuses: Value(
            &["Name"],
            |name| {
                name.len() > 32
                    || name.starts_with('-')
                    || name.ends_with('-')
                    || !name.chars().all(|one| one.is_ascii_alphanumeric() || one == '-')
            },
            "ValidationError",
            "The name '{}' cannot be longer than '32' characters, can only contain characters that are alphanumeric \
             characters or hyphens(-), and cannot begin or end with a hyphen",
        ),
        refused: case(&[("Name", "portal_of_the_clinic")]),
        taken: case(&[("Name", "portal-of-the-clinic")]),
    },
    Row {
        name: "bucket-name",
        service: "s3",
        operations: &["PUT"],
        source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html",
        asks: &[],
        refuses: Value(
            &["Bucket"],
            is_no_bucket,
            "InvalidBucketName",
            "The specified bucket is not valid: {}",
        ),
        refused: case(&[("Bucket", "xn--records")]),
        taken: case(&[("Bucket", "xn-records")]),
    },
    Row {
        name: "log-group-name",
        service: "logs",
        operations: &["CreateLogGroup"],
        source: "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html",
        asks: &[],
        refuses: Value(
            &["logGroupName"],
            |name| {
                let fits = |one: char| one.is_ascii_alphanumeric() || "._-/#".contains(one);
                name.len() > 512 || !name.chars().all(fits)
            },
            "InvalidParameterException",
            "1 validation error detected: Value '{}' at 'logGroupName' failed to satisfy constraint: Member must \
             satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+",
        ),
        refused: case(&[("logGroupName", "not a name!")]),
        taken: case(&[("logGroupName", "/a/name_of.one#1")]),
    },
    Row {
        name: "reserved-log-group-name",
        service: "logs",
        operations: &["CreateLogGroup"],
        source: "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html",
        asks: &[],
        refuses: Value(
            &["logGroupName"],
            |name| name.starts_with("aws/"),
            "InvalidParameterException",
            "Log groups starting with AWS/ are reserved for AWS: {}",
        ),
        refused: case(&[("logGroupName", "aws/spans")]),
        taken: case(&[("logGroupName", "/aws/spans")]),
    },
    Row {
        name: "database-names",
        service: "rds",
        operations: &["CreateDBParameterGroup", "CreateDBSnapshot", "DeleteDBInstance"],
        source: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBParameterGroup.html",
        asks: &[],
        refuses: Value(
            &["DBParameterGroupName", "FinalDBSnapshotIdentifier", "DBSnapshotIdentifier"],
            |name| is_no_identifier(name, 255),
            "InvalidParameterValue",
            "The parameter {} is not a valid identifier. Identifiers must begin with a letter; must contain only \
             ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.",
        ),
        refused: case(&[("DBParameterGroupName", "parameters--main")]),
        taken: case(&[("DBParameterGroupName", "parameters-main")]),
    },
    Row {
        name: "database-identifier",
        service: "rds",
        operations: &["CreateDBInstance"],
        source: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html",
        asks: &[],
        refuses: Value(
            &["DBInstanceIdentifier"],
            |name| is_no_identifier(name, 63),
            "InvalidParameterValue",
            "The parameter DBInstanceIdentifier is not a valid identifier, or has more than 63 characters: {}. \
             Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not \
             end with a hyphen or contain two consecutive hyphens.",
        ),
        refused: case(&[(
            "DBInstanceIdentifier",
            "hospital-group-production-fhir-server-primary-01-database-1a2b3c",
        )]),
        taken: case(&[(
            "DBInstanceIdentifier",
            "hospital-group-production-fhir-server-primary-01-database-1a2b3",
        )]),
    },
    Row {
        name: "subnet-group-name",
        service: "rds",
        operations: &["CreateDBSubnetGroup"],
        source: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html",
        asks: &[],
        refuses: Value(
            &["DBSubnetGroupName"],
            |name| {
                let fits = |one: char| one.is_ascii_alphanumeric() || "-_. ".contains(one);
                name.eq_ignore_ascii_case("default") || name.len() > 255 || !name.chars().all(fits)
            },
            "InvalidParameterValue",
            "The parameter DBSubnetGroupName must not be default, and must be provided with at most 255 \
             alphanumeric characters, spaces, periods, underscores and hyphens: {}",
        ),
        refused: case(&[("DBSubnetGroupName", "default")]),
        taken: case(&[("DBSubnetGroupName", "by-default")]),
    },
    Row {
        name: "name-in-the-database",
        service: "rds",
        operations: &["CreateDBInstance"],
        source: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html",
        asks: &[],
        refuses: Value(
            &["DBName"],
            |name| {
                let fits = |one: char| one.is_ascii_alphanumeric() || one == '_';
                !name.starts_with(|first: char| first.is_ascii_alphabetic())
                    || name.len() > 63
                    || !name.chars().all(fits)
            },
            "InvalidParameterValue",
            "DBName must begin with a letter and contain only alphanumeric characters.",
        ),
        refused: case(&[("DBName", "my-db")]),
        taken: case(&[("DBName", "my_db")]),
    },
    Row {
        name: "reserved-user-name",
        service: "rds",
        operations: &["CreateDBInstance"],
        source: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html",
        asks: &[],
        refuses: Value(
            &["MasterUsername"],
            |name| ["admin", "rdsadmin", "postgres_admin", "user", "public"].contains(&name),
            "InvalidParameterValue",
            "MasterUsername {} cannot be used as it is a reserved word used by the engine",
        ),
        refused: case(&[("Engine", "postgres"), ("MasterUsername", "admin")]),
        taken: case(&[("Engine", "postgres"), ("MasterUsername", "fhir_admin")]),
    },
    Row {
        name: "class-of-databases",
        service: "rds",
        operations: &["CreateDBInstance", "ModifyDBInstance"],
        source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.html",
        asks: &[],
        refuses: Value(
            &["DBInstanceClass"],
            is_no_class,
            "InvalidParameterValue",
            "Invalid DB Instance class: {}",
        ),
        refused: case(&[("DBInstanceClass", "r6g.xlarge")]),
        taken: case(&[("DBInstanceClass", "db.r6g.xlarge")]),
    },
    Row {
        name: "path-of-roles",
        service: "iam",
        operations: &["CreateRole", "CreatePolicy"],
        source: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html",
        asks: &[],
        refuses: Value(
            &["Path"],
            |path| !path.starts_with('/') || !path.ends_with('/') || path.len() > 512,
            "ValidationError",
            "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric \
             characters and/or / characters: {}",
        ),
        refused: case(&[("Path", "/service")]),
        taken: case(&[("Path", "/service/")]),
    },
    Row {
        name: "description-of-roles",
        service: "iam",
        operations: &["CreateRole", "UpdateRole"],
        source: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html",
        asks: &[],
        refuses: Value(
            &["Description"],
            |text| text.chars().count() > 1000 || text.chars().any(|one| one == '\u{2014}' || one > '\u{ff}'),
            "ValidationError",
            "1 validation error detected: Value at 'description' failed to satisfy constraint: Member must satisfy \
             regular expression pattern: [\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*, and have length less \
             than or equal to 1000",
        ),
        refused: case(&[("Description", "backs up \u{2014} and restores")]),
        taken: case(&[("Description", "backs up - and restores")]),
    },
    Row {
        name: "reserved-alias",
        service: "kms",
        operations: &["CreateAlias"],
        source: "https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html",
        asks: &[],
        refuses: Value(
            &["AliasName"],
            |name| {
                let fits = |one: char| one.is_ascii_alphanumeric() || "/_-".contains(one);
                let rest = name.strip_prefix("alias/");
                rest.is_none_or(|rest| rest.starts_with("aws/") || rest.is_empty() || !rest.chars().all(fits))
            },
            "InvalidAliasNameException",
            "{} must begin with 'alias/', not with 'alias/aws/', and contain only alphanumeric characters, forward \
             slashes, underscores and dashes",
        ),
        refused: case(&[("AliasName", "alias/aws/records")]),
        taken: case(&[("AliasName", "alias/awsome/records")]),
    },
    Row {
        name: "backup-names",
        service: "backup",
        operations: &["PUT /backup-vaults/*"],
        source: "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_CreateBackupVault.html",
        asks: &[],
        refuses: Value(
            &["path"],
            |path| {
                let name = path.trim_start_matches("/backup-vaults/").trim_end_matches('/');
                let fits = |one: char| one.is_ascii_alphanumeric() || "-_".contains(one);
                !name.contains('/') && (!(2..=50).contains(&name.len()) || !name.chars().all(fits))
            },
            "InvalidParameterValueException",
            "Backup vault name must be between 2 and 50 characters of letters, numbers, hyphens and underscores: {}",
        ),
        refused: case(&[("path", "/backup-vaults/of.the.clinic")]),
        taken: case(&[("path", "/backup-vaults/of-the-clinic")]),
    },
];

fn is_no_bucket(name: &str) -> bool {
    const BEGINNINGS: [&str; 3] = ["xn--", "sthree-", "amzn-s3-demo-"];
    const ENDS: [&str; 5] = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];
    let fits = |one: char| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '.' || one == '-';
    let borders = [name.chars().next(), name.chars().last()];
    !(3..=63).contains(&name.len())
        || !name.chars().all(fits)
        || borders.iter().flatten().any(|one| !one.is_ascii_alphanumeric())
        || name.contains("..")
        || name.parse::<std::net::Ipv4Addr>().is_ok()
        || BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
        || ENDS.iter().any(|end| name.ends_with(end))
}

/// Whether a text isn't what RDS calls an identifier.
fn is_no_identifier(name: &str, most: usize) -> bool {
    !name.starts_with(|first: char| first.is_ascii_alphabetic())
        || name.len() > most
        || name.ends_with('-')
        || name.contains("--")
        || !name.chars().all(|one| one.is_ascii_alphanumeric() || one == '-')
}

/// Whether a text isn't of the form `db.r6g.xlarge`. Which there are isn't said: new ones come every year.
fn is_no_class(class: &str) -> bool {
    let parts: Vec<&str> = class.split('.').collect();
    let size = |size: &str| {
        ["micro", "small", "medium", "large", "metal"].contains(&size)
            || size.strip_suffix("xlarge").is_some_and(|n| n.is_empty() || n.parse::<u8>().is_ok())
    };
    class != "db.serverless" && (parts.len() < 3 || parts[0] != "db" || !size(parts[2]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_named_as_the_guide_says() {
        for name in [
            "sthree-records",
            "amzn-s3-demo-records",
            "records-s3alias",
            "records--ol-s3",
            "Records",
            "not a bucket",
            "re",
            "10.0.0.1",
            "a..b",
            "-records",
        ] {
            assert!(is_no_bucket(name), "{name}");
        }
        assert!(!is_no_bucket("records.of-the-clinic-1") && !is_no_bucket("three-records"));
    }

    #[test]
    fn identifiers_begin_with_a_letter_and_end_with_none_of_their_hyphens() {
        assert!(["1st", "-a", "a-", "a--b", "a_b", ""].iter().all(|name| is_no_identifier(name, 63)));
        assert!(!is_no_identifier("a1-b", 63));
        assert!(["db.foo", "db.r6g.big", "r6g.xlarge.db"].iter().all(|class| is_no_class(class)));
        assert!(
            ["db.t4g.medium", "db.x2iedn.32xlarge", "db.r5.large.tpc1.mem2x"].iter().all(|c| !is_no_class(c))
        );
    }
}
