//! Policies of keys, buckets and roles that a service tries before it takes a request.

use ironward_emulators::xml;
use serde_json::{Value, json};

use super::Refuses::That;
use super::policy::{Asked, allows, lets_account};
use super::{Row, answered, case, said_in};
use crate::question::Question;
use crate::refusal::Refusal;
use crate::said::Said;

const TRAIL: &[&str] = &["cloudtrail.amazonaws.com"];

pub(super) const ROWS: &[Row] = &[
    Row {
        name: "key-that-a-trail-can-use",
        service: "cloudtrail",
        operations: &["CreateTrail", "UpdateTrail"],
        source: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html",
        asks: &[
            |said, _| about_key(said.get("KmsKeyId")?),
            |_, answers| policy_of_key(&answers[0]),
            |said, _| Some(Question::Get("s3", format!("/{}?encryption", said.get("S3BucketName")?))),
        ],
        refuses: That(key_of_trail),
        refused: answered(
            &[("Name", "t"), ("S3BucketName", "b"), ("KmsKeyId", "k")],
            &[ABOUT_KEY, KEY_UNDER_A_CONTEXT, BUCKET_KEY],
        ),
        taken: answered(
            &[("Name", "t"), ("S3BucketName", "b"), ("KmsKeyId", "k")],
            &[ABOUT_KEY, KEY_OF_THE_GUIDE, BUCKET_KEY],
        ),
    },
    Row {
        name: "bucket-that-a-trail-can-write",
        service: "cloudtrail",
        operations: &["CreateTrail", "UpdateTrail"],
        source: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html",
        asks: &[caller, |said, _| {
            Some(Question::Get("s3", format!("/{}?policy", said.get("S3BucketName")?)))
        }],
        refuses: That(bucket_of_trail),
        refused: answered(&[("Name", "t"), ("S3BucketName", "b")], &[CALLER, TRAIL_ELSEWHERE]),
        taken: answered(&[("Name", "t"), ("S3BucketName", "b")], &[CALLER, TRAIL_HERE]),
    },
    Row {
        name: "role-that-a-trail-can-assume",
        service: "cloudtrail",
        operations: &["CreateTrail", "UpdateTrail"],
        source: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html",
        asks: &[|said, _| role(said.get("CloudWatchLogsRoleArn")?)],
        refuses: That(|_, answers| {
            const MESSAGE: &str = "Access denied. Check the trust relationships for your role.";
            (!is_trusted(&answers[0], "cloudtrail.amazonaws.com", &[]))
                .then(|| Refusal::new("InvalidCloudWatchLogsRoleArnException", MESSAGE))
        }),
        refused: answered(&[("CloudWatchLogsRoleArn", "arn:aws:iam::1:role/r")], &[TRUST_UNDER_AN_ACCOUNT]),
        taken: answered(&[("CloudWatchLogsRoleArn", "arn:aws:iam::1:role/r")], &[TRUST]),
    },
    Row {
        name: "role-that-a-trail-can-write-with",
        service: "cloudtrail",
        operations: &["CreateTrail", "UpdateTrail"],
        source: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html",
        asks: &[
            |said, _| inline_policies(said.get("CloudWatchLogsRoleArn")?),
            |said, _| attached_policies(said.get("CloudWatchLogsRoleArn")?),
        ],
        refuses: That(|_, answers| {
            const MESSAGE: &str = "Access denied. Check the permissions for your role.";
            has_no_policy(answers).then(|| Refusal::new("InvalidCloudWatchLogsRoleArnException", MESSAGE))
        }),
        refused: answered(&[("CloudWatchLogsRoleArn", "arn:aws:iam::1:role/r")], &["<P/>", "<A/>"]),
        taken: answered(
            &[("CloudWatchLogsRoleArn", "arn:aws:iam::1:role/r")],
            &["<P><PolicyNames><member>p</member></PolicyNames></P>", "<A/>"],
        ),
    },
    Row {
        name: "role-that-backups-can-assume",
        service: "backup",
        operations: &["PUT /backup/plans/*/selections*"],
        source: "https://github.com/hashicorp/terraform-provider-aws/issues/9297",
        asks: &[|said, _| role(said.get("BackupSelection.IamRoleArn")?)],
        refuses: That(|said, answers| {
            let role = said.get("BackupSelection.IamRoleArn")?;
            (!is_trusted(&answers[0], "backup.amazonaws.com", &[])).then(|| {
                let message = format!("IAM Role {role} cannot be assumed by AWS Backup");
                Refusal::new("InvalidParameterValueException", message)
            })
        }),
        refused: answered(
            &[("BackupSelection.IamRoleArn", "arn:aws:iam::1:role/r")],
            &[TRUST_UNDER_AN_ACCOUNT],
        ),
        taken: answered(&[("BackupSelection.IamRoleArn", "arn:aws:iam::1:role/r")], &[TRUST]),
    },
    Row {
        name: "role-that-backups-can-work-with",
        service: "backup",
        operations: &["PUT /backup/plans/*/selections*"],
        source: "https://github.com/vinycoolguy2015/awslambda/issues/1",
        asks: &[
            |said, _| inline_policies(said.get("BackupSelection.IamRoleArn")?),
            |said, _| attached_policies(said.get("BackupSelection.IamRoleArn")?),
        ],
        refuses: That(|said, answers| {
            let role = said.get("BackupSelection.IamRoleArn")?;
            has_no_policy(answers).then(|| {
                let message = format!("IAM Role {role} is not authorized to call tag:GetResources");
                Refusal::new("InvalidParameterValueException", message)
            })
        }),
        refused: answered(&[("BackupSelection.IamRoleArn", "arn:aws:iam::1:role/r")], &["<P/>", "<A/>"]),
        taken: answered(
            &[("BackupSelection.IamRoleArn", "arn:aws:iam::1:role/r")],
            &["<P/>", "<A><AttachedPolicies><member>p</member></AttachedPolicies></A>"],
        ),
    },
    Row {
        name: "role-that-monitors-databases",
        service: "rds",
        operations: &["CreateDBInstance", "ModifyDBInstance"],
        source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html",
        asks: &[
            |said, _| role(said.get("MonitoringRoleArn")?),
            |said, _| inline_policies(said.get("MonitoringRoleArn")?),
            |said, _| attached_policies(said.get("MonitoringRoleArn")?),
        ],
        refuses: That(monitoring),
        refused: answered(
            &[("MonitoringRoleArn", "arn:aws:iam::1:role/r")],
            &[TRUST, "<P/>", "<A><AttachedPolicies/></A>"],
        ),
        taken: answered(
            &[("MonitoringRoleArn", "arn:aws:iam::1:role/r")],
            &[TRUST, "<P/>", "<A><AttachedPolicies><member>p</member></AttachedPolicies></A>"],
        ),
    },
    Row {
        name: "key-that-logs-can-use",
        service: "logs",
        operations: &["CreateLogGroup", "AssociateKmsKey"],
        source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
        asks: &[|said, _| about_key(said.get("kmsKeyId")?), |_, answers| policy_of_key(&answers[0])],
        refuses: That(key_of_logs),
        refused: answered(&[("logGroupName", "/g"), ("kmsKeyId", "k")], &[ABOUT_KEY, KEY_OF_THE_GUIDE]),
        taken: answered(&[("logGroupName", "/g"), ("kmsKeyId", "k")], &[ABOUT_KEY, KEY_OF_LOGS]),
    },
    Row {
        name: "bucket-that-takes-access-logs",
        service: "s3",
        operations: &["PUT?logging"],
        source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html",
        asks: &[caller, |said, _| {
            let target = said_in(said.get("body")?, "TargetBucket")?;
            Some(Question::Get("s3", format!("/{target}?policy")))
        }],
        refuses: That(bucket_of_access_logs),
        refused: answered(&[("Bucket", "b"), ("body", LOGGING)], &[CALLER, TRAIL_HERE]),
        taken: answered(&[("Bucket", "b"), ("body", LOGGING)], &[CALLER, LOGGING_HERE]),
    },
    Row {
        name: "bucket-that-takes-logs-of-balancers",
        service: "elasticloadbalancing",
        operations: &["ModifyLoadBalancerAttributes"],
        source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html",
        asks: &[
            |said, _| Some(Question::Get("s3", format!("/{}?policy", bucket_of_balancer_logs(said)?))),
            |said, _| Some(Question::Get("s3", format!("/{}?encryption", bucket_of_balancer_logs(said)?))),
        ],
        refuses: That(delivery_of_balancer_logs),
        refused: answered(BALANCER_LOGS, &[TRAIL_HERE, ""]),
        taken: answered(BALANCER_LOGS, &[BALANCER_HERE, ""]),
    },
    Row {
        name: "keys-stay-manageable",
        service: "kms",
        operations: &["CreateKey", "PutKeyPolicy"],
        source: "https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html",
        asks: &[],
        refuses: That(|said, _| {
            const MESSAGE: &str =
                "The new key policy will not allow you to update the key policy in the future.";
            let policy = said.get("Policy")?;
            let locks = !said.is("BypassPolicyLockoutSafetyCheck", "true")
                && !lets_account(policy, "kms:PutKeyPolicy");
            locks.then(|| Refusal::new("MalformedPolicyDocumentException", MESSAGE))
        }),
        refused: case(&[(
            "Policy",
            r#"{"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::1:root"},"Action":"kms:Decrypt"}]}"#,
        )]),
        taken: case(&[(
            "Policy",
            r#"{"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::1:root"},"Action":"kms:*"}]}"#,
        )]),
    },
];

/// The account, as `GetCallerIdentity` tells it.
fn caller(_said: &Said, _answers: &[String]) -> Option<Question> {
    Some(Question::form("sts", "GetCallerIdentity", [("a", ""); 0]))
}

fn about_key(key: &str) -> Option<Question> {
    Some(Question::Json("kms", "TrentService.DescribeKey", json!({ "KeyId": key })))
}

/// Asks with the id, since an alias has no policy.
fn policy_of_key(about: &str) -> Option<Question> {
    let key = json_of(about)["KeyMetadata"]["KeyId"].as_str()?.to_owned();
    let body = json!({ "KeyId": key, "PolicyName": "default" });
    Some(Question::Json("kms", "TrentService.GetKeyPolicy", body))
}

fn role(arn: &str) -> Option<Question> {
    Some(Question::form("iam", "GetRole", [("RoleName", name_of(arn))]))
}

fn inline_policies(arn: &str) -> Option<Question> {
    Some(Question::form("iam", "ListRolePolicies", [("RoleName", name_of(arn))]))
}

fn attached_policies(arn: &str) -> Option<Question> {
    Some(Question::form("iam", "ListAttachedRolePolicies", [("RoleName", name_of(arn))]))
}

fn name_of(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

fn has_no_policy(answers: &[String]) -> bool {
    answers.iter().all(|answer| !xml::has(answer, "member"))
}

/// Whether a role's trust lets a service assume it. Only some send `aws:SourceAccount` and `aws:SourceArn` then, and
/// their guides show it in a trust policy; the others carry nothing about whom they work for.
fn is_trusted(role: &str, service: &str, carries: &[(&str, &str)]) -> bool {
    let Some(document) = said_in(role, "AssumeRolePolicyDocument") else { return false };
    let query = format!("document={document}");
    let document = form_urlencoded::parse(query.as_bytes()).next().map(|(_, text)| text.into_owned());
    let asked = Asked { principals: &[service], action: "sts:AssumeRole", resource: None, carries };
    allows(&document.unwrap_or_default(), &asked)
}

/// The guide of this one shows both keys: what they say of an instance that isn't there yet is its ARN.
fn monitoring(said: &Said, answers: &[String]) -> Option<Refusal> {
    const MESSAGE: &str =
        "IAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING";
    let role: Vec<&str> = said.get("MonitoringRoleArn")?.split(':').collect();
    let (partition, account) = (role.get(1)?, role.get(4)?);
    let (region, id) = (said.get("region")?, said.get("DBInstanceIdentifier").unwrap_or("d"));
    let arn = format!("arn:{partition}:rds:{region}:{account}:db:{id}");
    let carries = [("aws:SourceArn", arn.as_str()), ("aws:SourceAccount", account)];
    let is_trusted = is_trusted(&answers[0], "monitoring.rds.amazonaws.com", &carries);
    (!is_trusted || has_no_policy(&answers[1..])).then(|| Refusal::new("InvalidParameterValue", MESSAGE))
}

/// What the ARN of a key says: partition, region, account.
fn place(about: &str) -> Option<(String, String, String)> {
    let about = json_of(about);
    let parts: Vec<&str> = about["KeyMetadata"]["Arn"].as_str()?.split(':').collect();
    Some((parts.get(1)?.to_string(), parts.get(3)?.to_string(), parts.get(4)?.to_string()))
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

fn policy_in(answer: &str) -> String {
    json_of(answer)["Policy"].as_str().unwrap_or_default().to_owned()
}

fn key_of_trail(said: &Said, answers: &[String]) -> Option<Refusal> {
    let (partition, _, account) = place(&answers[0])?;
    let region = said.get("region")?;
    let trail = format!("arn:{partition}:cloudtrail:{region}:{account}:trail/{}", said.get("Name")?);
    let bucket = said.get("S3BucketName")?;
    let arn = format!("arn:{partition}:s3:::{bucket}");
    let policy = policy_in(&answers[1]);
    let plain = [("aws:SourceArn", trail.as_str()), ("aws:SourceAccount", account.as_str())];
    let of_trail = [plain[0], plain[1], ("kms:EncryptionContext:aws:cloudtrail:arn", trail.as_str())];
    let of_bucket = [plain[0], plain[1], ("kms:EncryptionContext:aws:s3:arn", arn.as_str())];
    let may = |action, carries: &[(&str, &str)]| {
        allows(&policy, &Asked { principals: TRAIL, action, resource: None, carries })
    };
    // S3 reads the key of the bucket back, under whichever context.
    let reads = may("kms:Decrypt", &of_trail) || may("kms:Decrypt", &of_bucket) || may("kms:Decrypt", &plain);
    let has_bucket_key = said_in(&answers[2], "BucketKeyEnabled") == Some("true");
    let suffices =
        may("kms:GenerateDataKey", &of_trail) && may("kms:DescribeKey", &plain) && (reads || !has_bucket_key);
    (!suffices).then(|| {
        let key = said.get("KmsKeyId").unwrap_or_default();
        let message = format!("Insufficient permissions to access S3 bucket {bucket} or KMS key {key}.");
        Refusal::new("InsufficientEncryptionPolicyException", message)
    })
}

fn bucket_of_trail(said: &Said, answers: &[String]) -> Option<Refusal> {
    let (partition, account) = account_in(&answers[0])?;
    let bucket = said.get("S3BucketName")?;
    let trail =
        format!("arn:{partition}:cloudtrail:{}:{account}:trail/{}", said.get("region")?, said.get("Name")?);
    let prefix = said.get("S3KeyPrefix").map(|prefix| format!("{prefix}/")).unwrap_or_default();
    let key = said.get("KmsKeyId");
    let mut carries = vec![
        ("aws:SourceArn", trail.as_str()),
        ("aws:SourceAccount", account.as_str()),
        ("aws:SecureTransport", "true"),
        ("aws:PrincipalIsAWSService", "true"),
        ("s3:x-amz-acl", "bucket-owner-full-control"),
    ];
    if let Some(key) = key {
        carries.push(("s3:x-amz-server-side-encryption", "aws:kms"));
        carries.push(("s3:x-amz-server-side-encryption-aws-kms-key-id", key));
    }
    let arn = format!("arn:{partition}:s3:::{bucket}");
    let object = format!("{arn}/{prefix}AWSLogs/{account}/CloudTrail/a");
    let may = |action, resource: &str| {
        let asked = Asked { principals: TRAIL, action, resource: Some(resource), carries: &carries };
        allows(&answers[1], &asked)
    };
    (!(may("s3:GetBucketAcl", &arn) && may("s3:PutObject", &object))).then(|| {
        let message = format!("Incorrect S3 bucket policy is detected for bucket: {bucket}");
        Refusal::new("InsufficientS3BucketPolicyException", message)
    })
}

/// The partition and the account of an answer to `GetCallerIdentity`.
fn account_in(answer: &str) -> Option<(String, String)> {
    let partition = said_in(answer, "Arn").and_then(|arn| arn.split(':').nth(1)).unwrap_or("aws");
    Some((partition.to_owned(), said_in(answer, "Account")?.to_owned()))
}

fn key_of_logs(said: &Said, answers: &[String]) -> Option<Refusal> {
    let (partition, _, account) = place(&answers[0])?;
    let region = said.get("region")?;
    let group = said.get("logGroupName").or_else(|| said.get("resourceIdentifier")?.rsplit(':').next())?;
    let arn = format!("arn:{partition}:logs:{region}:{account}:log-group:{group}");
    let of_region = format!("logs.{region}.amazonaws.com");
    let asked = Asked {
        principals: &[of_region.as_str(), "logs.amazonaws.com"],
        action: "kms:GenerateDataKey",
        resource: None,
        carries: &[("kms:EncryptionContext:aws:logs:arn", arn.as_str())],
    };
    (!allows(&policy_in(&answers[1]), &asked)).then(|| {
        let message =
            format!("The specified KMS key does not exist or is not allowed to be used with Arn '{arn}'");
        Refusal::new("AccessDeniedException", message)
    })
}

fn bucket_of_access_logs(said: &Said, answers: &[String]) -> Option<Refusal> {
    let (partition, account) = account_in(&answers[0])?;
    let body = said.get("body")?;
    let target = said_in(body, "TargetBucket")?;
    let prefix = said_in(body, "TargetPrefix").unwrap_or_default();
    let source = format!("arn:{partition}:s3:::{}", said.get("Bucket")?);
    let object = format!("arn:{partition}:s3:::{target}/{prefix}a");
    let asked = Asked {
        principals: &["logging.s3.amazonaws.com"],
        action: "s3:PutObject",
        resource: Some(&object),
        carries: &[
            ("aws:SourceArn", &source),
            ("aws:SourceAccount", &account),
            ("aws:SecureTransport", "true"),
            ("aws:PrincipalIsAWSService", "true"),
        ],
    };
    (!allows(&answers[1], &asked)).then(|| {
        const MESSAGE: &str =
            "You must give the log-delivery group WRITE and READ_ACP permissions to the target bucket";
        Refusal::new("InvalidTargetBucketForLogging", MESSAGE)
    })
}

/// The value of an attribute that a request sets.
fn attribute<'a>(said: &'a Said, key: &str) -> Option<&'a str> {
    let mut names = said.names("Attributes.member.*.Key");
    names.find(|name| said.is(name, key)).and_then(|name| said.get(&name.replace(".Key", ".Value")))
}

fn bucket_of_balancer_logs(said: &Said) -> Option<&str> {
    attribute(said, "access_logs.s3.enabled").filter(|enabled| *enabled == "true")?;
    attribute(said, "access_logs.s3.bucket")
}

fn delivery_of_balancer_logs(said: &Said, answers: &[String]) -> Option<Refusal> {
    let bucket = bucket_of_balancer_logs(said)?;
    let balancer = said.get("LoadBalancerArn")?;
    let parts: Vec<&str> = balancer.split(':').collect();
    let (partition, account) = (parts.get(1)?, parts.get(4)?);
    let prefix = attribute(said, "access_logs.s3.prefix").map(|prefix| format!("{prefix}/"));
    let object = format!("arn:{partition}:s3:::{bucket}/{}AWSLogs/{account}/a", prefix.unwrap_or_default());
    let asked = Asked {
        principals: &["logdelivery.elasticloadbalancing.amazonaws.com"],
        action: "s3:PutObject",
        resource: Some(&object),
        carries: &[
            ("aws:SourceArn", balancer),
            ("aws:SourceAccount", account),
            ("aws:SecureTransport", "true"),
            ("aws:PrincipalIsAWSService", "true"),
        ],
    };
    // "The only server-side encryption option that's supported is Amazon S3-managed keys."
    let is_under_a_key = said_in(&answers[1], "SSEAlgorithm").is_some_and(|by| by.starts_with("aws:kms"));
    (is_under_a_key || !allows(&answers[0], &asked)).then(|| {
        let message = format!("Access Denied for bucket: {bucket}. Please check S3bucket permission");
        Refusal::new("InvalidConfigurationRequest", message)
    })
}

const CALLER: &str = "<R><Arn>arn:aws:sts::1:user/u</Arn><Account>1</Account></R>";
const ABOUT_KEY: &str = r#"{"KeyMetadata":{"KeyId":"k","Arn":"arn:aws:kms:us-east-1:1:key/k"}}"#;
const BUCKET_KEY: &str = "<S><Rule><BucketKeyEnabled>true</BucketKeyEnabled></Rule></S>";
const LOGGING: &str = "<L><LoggingEnabled><TargetBucket>logs</TargetBucket><TargetPrefix>s3/</TargetPrefix>\
                       </LoggingEnabled></L>";
const BALANCER_LOGS: &[(&str, &str)] = &[
    ("LoadBalancerArn", "arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/app/l/1"),
    ("Attributes.member.1.Key", "access_logs.s3.enabled"),
    ("Attributes.member.1.Value", "true"),
    ("Attributes.member.2.Key", "access_logs.s3.bucket"),
    ("Attributes.member.2.Value", "logs"),
];
/// A statement whose condition `DescribeKey` never carries, and no `Decrypt`.
const KEY_UNDER_A_CONTEXT: &str = r#"{"Policy":"{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"cloudtrail.amazonaws.com\"},\"Action\":[\"kms:DescribeKey\",\"kms:GenerateDataKey*\"],\"Resource\":\"*\",\"Condition\":{\"StringEquals\":{\"aws:SourceAccount\":\"1\"},\"StringLike\":{\"kms:EncryptionContext:aws:cloudtrail:arn\":\"arn:aws:cloudtrail:*:1:trail/*\"}}}]}"}"#;
const KEY_OF_THE_GUIDE: &str = r#"{"Policy":"{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"cloudtrail.amazonaws.com\"},\"Action\":[\"kms:Decrypt\",\"kms:GenerateDataKey*\"],\"Resource\":\"*\",\"Condition\":{\"StringEquals\":{\"aws:SourceAccount\":\"1\"}}},{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"cloudtrail.amazonaws.com\"},\"Action\":\"kms:DescribeKey\",\"Resource\":\"*\"}]}"}"#;
const KEY_OF_LOGS: &str = r#"{"Policy":"{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"logs.us-east-1.amazonaws.com\"},\"Action\":\"kms:GenerateDataKey*\",\"Resource\":\"*\",\"Condition\":{\"ArnLike\":{\"kms:EncryptionContext:aws:logs:arn\":\"arn:aws:logs:us-east-1:1:log-group:*\"}}}]}"}"#;
const TRAIL_HERE: &str = r#"{"Statement":[{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:GetBucketAcl","Resource":"arn:aws:s3:::b"},{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::b/AWSLogs/1/*","Condition":{"StringEquals":{"s3:x-amz-acl":"bucket-owner-full-control"}}}]}"#;
const TRAIL_ELSEWHERE: &str = r#"{"Statement":[{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:*","Resource":["arn:aws:s3:::b","arn:aws:s3:::b/trails/*"]}]}"#;
const LOGGING_HERE: &str = r#"{"Statement":[{"Effect":"Allow","Principal":{"Service":"logging.s3.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::logs/s3/*","Condition":{"StringEquals":{"aws:SourceAccount":"1"}}}]}"#;
const BALANCER_HERE: &str = r#"{"Statement":[{"Effect":"Allow","Principal":{"Service":"logdelivery.elasticloadbalancing.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::logs/AWSLogs/1/*"}]}"#;
const TRUST: &str = "<R><AssumeRolePolicyDocument>%7B%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%5B%22cloudtrail.amazonaws.com%22%2C%22backup.amazonaws.com%22%2C%22monitoring.rds.amazonaws.com%22%5D%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D</AssumeRolePolicyDocument></R>";
const TRUST_UNDER_AN_ACCOUNT: &str = "<R><AssumeRolePolicyDocument>%7B%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%5B%22cloudtrail.amazonaws.com%22%2C%22backup.amazonaws.com%22%5D%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%2C%22Condition%22%3A%7B%22StringEquals%22%3A%7B%22aws%3ASourceAccount%22%3A%221%22%7D%7D%7D%5D%7D</AssumeRolePolicyDocument></R>";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_of_what_a_trail_needs_of_its_key_is_needed() {
        let said = Said::fields(&[("Name", "t"), ("S3BucketName", "b"), ("KmsKeyId", "k")]);
        let judged = |policy: &str, encryption: &str| {
            let answers = [ABOUT_KEY, policy, encryption].map(str::to_owned);
            key_of_trail(&said, &answers).is_none()
        };
        assert!(judged(KEY_OF_THE_GUIDE, BUCKET_KEY));
        let without_decrypt = KEY_OF_THE_GUIDE.replace("kms:Decrypt", "kms:Encrypt");
        assert!(!judged(&without_decrypt, BUCKET_KEY));
        assert!(judged(&without_decrypt, "<S/>"), "without a bucket key, it never reads");
        assert!(!judged(&KEY_OF_THE_GUIDE.replace("kms:DescribeKey", "kms:ListGrants"), BUCKET_KEY));
        let elsewhere = KEY_OF_THE_GUIDE.replace(r#"SourceAccount\":\"1"#, r#"SourceAccount\":\"2"#);
        assert_ne!(elsewhere, KEY_OF_THE_GUIDE);
        assert!(!judged(&elsewhere, BUCKET_KEY));
    }

    #[test]
    fn logs_of_balancers_are_not_delivered_under_a_key() {
        let said = Said::fields(BALANCER_LOGS);
        let judged = |by: &str| {
            let encryption = format!("<S><SSEAlgorithm>{by}</SSEAlgorithm></S>");
            delivery_of_balancer_logs(&said, &[BALANCER_HERE.to_owned(), encryption])
        };
        assert!(judged("aws:kms").is_some());
        assert_eq!(judged("AES256"), None);
    }
}
