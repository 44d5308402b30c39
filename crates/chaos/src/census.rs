//! What is in the emulator, asked of the emulator; what the program remembers isn't looked at.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use hyper::Request;
use hyper::header::HeaderValue;
use ironward_emulators::xml;
use ironward_likeaws::http;
use serde_json::Value as Json;

use crate::Error;

/// How many there are of each kind.
pub type Census = BTreeMap<String, usize>;

/// EC2's actions, with the elements that name what they list.
const EC2: &[(&str, &[&str])] = &[
    ("DescribeVpcs", &["vpcId"]),
    ("DescribeSubnets", &["subnetId"]),
    ("DescribeInternetGateways", &["internetGatewayId"]),
    ("DescribeNatGateways", &["natGatewayId"]),
    ("DescribeAddresses", &["allocationId"]),
    ("DescribeRouteTables", &["routeTableId", "routeTableAssociationId"]),
    ("DescribeSecurityGroups", &["groupId"]),
    ("DescribeSecurityGroupRules", &["securityGroupRuleId"]),
    ("DescribeVpcEndpoints", &["vpcEndpointId"]),
    ("DescribeFlowLogs", &["flowLogId"]),
];

/// The same for the other services that speak XML: service, version, query, elements.
const QUERIES: &[(&str, &str, &str, &[&str])] = &[
    ("rds", "2014-10-31", "DescribeDBInstances", &["DBInstanceArn"]),
    ("rds", "2014-10-31", "DescribeDBSubnetGroups", &["DBSubnetGroupArn"]),
    ("rds", "2014-10-31", "DescribeDBParameterGroups", &["DBParameterGroupArn"]),
    ("rds", "2014-10-31", "DescribeDBSnapshots", &["DBSnapshotArn"]),
    ("iam", "2010-05-08", "ListRoles", &["RoleId"]),
    ("iam", "2010-05-08", "ListPolicies&Scope=Local", &["PolicyId"]),
    ("elasticloadbalancing", "2015-12-01", "DescribeLoadBalancers", &["LoadBalancerArn"]),
    ("elasticloadbalancing", "2015-12-01", "DescribeTargetGroups", &["TargetGroupArn"]),
];

/// Actions of the services that speak JSON: service, target, body, the member with the list.
const TARGETS: &[(&str, &str, &str, &str)] = &[
    ("kms", "TrentService.ListAliases", "{}", "Aliases"),
    ("logs", "Logs_20140328.DescribeLogGroups", "{}", "logGroups"),
    (
        "cloudtrail",
        "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.DescribeTrails",
        "{}",
        "trailList",
    ),
    ("ecs", "AmazonEC2ContainerServiceV20141113.ListClusters", "{}", "clusterArns"),
    ("ecs", "AmazonEC2ContainerServiceV20141113.ListTaskDefinitions", "{}", "taskDefinitionArns"),
    ("acm", "CertificateManager.ListCertificates", "{}", "CertificateSummaryList"),
    ("secretsmanager", "secretsmanager.ListSecrets", "{}", "SecretList"),
];

/// Where the answers come from, as `host:port`.
#[derive(Debug, Clone)]
pub struct Cloud {
    /// The moto server.
    pub moto: String,
    /// The sandbox that answers for AWS Backup.
    pub backup: String,
}

impl Cloud {
    /// Counts everything; what every account has by default is among it.
    ///
    /// # Errors
    ///
    /// If an emulator doesn't answer.
    pub async fn count(&self) -> Result<Census, Error> {
        let mut census = Census::new();
        for (action, elements) in EC2 {
            let answer = self.query("ec2", "2016-11-15", action).await?;
            for element in *elements {
                census.insert((*element).into(), distinct(&answer, element).len());
            }
            if *action == "DescribeRouteTables" {
                census.insert("route".into(), answer.matches("<origin>CreateRoute<").count());
            }
            if *action == "DescribeInternetGateways" {
                let attached =
                    xml::all(&answer, "attachmentSet").into_iter().map(|set| xml::all(set, "item").len());
                census.insert("gateway attachment".into(), attached.sum());
            }
        }
        for (service, version, query, elements) in QUERIES {
            let answer = self.query(service, version, query).await?;
            for element in *elements {
                census.insert((*element).into(), distinct(&answer, element).len());
            }
        }
        self.count_parts(&mut census).await?;
        for (service, target, body, member) in TARGETS {
            let answer = self.target(service, target, body).await?;
            census.insert((*member).into(), items(&answer, member).len());
        }
        let buckets = http::text(&self.moto, signed("s3", "GET", "/", String::new())).await?;
        let buckets = distinct(&buckets, "Name");
        census.insert("bucket".into(), buckets.len());
        let policies = census.entry("bucket policy".into()).or_default();
        for bucket in buckets {
            let asked = signed("s3", "GET", &format!("/{bucket}?policy"), String::new());
            *policies += usize::from(http::send(&self.moto, asked).await?.status().is_success());
        }
        self.count_backup(&mut census).await?;
        self.count_keys(&mut census).await?;
        Ok(census)
    }

    /// Keys by their state, and what is encrypted by the state of its key: a key that is pending deletion is listed
    /// like any other, and what only it can open is listed as long as it is lost.
    async fn count_keys(&self, census: &mut Census) -> Result<(), Error> {
        let mut states = BTreeMap::new();
        for key in items(&self.target("kms", "TrentService.ListKeys", "{}").await?, "Keys") {
            let body = serde_json::json!({ "KeyId": key["KeyId"] }).to_string();
            let about = self.target("kms", "TrentService.DescribeKey", &body).await?;
            let member = |name: &str| about["KeyMetadata"][name].as_str().unwrap_or_default().to_owned();
            let (id, arn, state) = (member("KeyId"), member("Arn"), member("KeyState"));
            *census.entry(format!("key that is {state}")).or_default() += 1;
            states.extend([(id, state.clone()), (arn, state)]);
        }
        let snapshots = self.query("rds", "2014-10-31", "DescribeDBSnapshots").await?;
        for (snapshot, key) in snapshot_keys(&snapshots) {
            let state = key.map_or("none", |key| states.get(key).map_or("gone", String::as_str));
            let kind = if snapshot.starts_with("rds:") { "automated" } else { "kept" };
            *census.entry(format!("{kind} snapshot whose key is {state}")).or_default() += 1;
        }
        Ok(())
    }

    /// What is listed for one parent each.
    async fn count_parts(&self, census: &mut Census) -> Result<(), Error> {
        let roles = self.query("iam", "2010-05-08", "ListRoles").await?;
        for role in distinct(&roles, "RoleName") {
            for (action, element) in
                [("ListAttachedRolePolicies", "PolicyArn"), ("ListRolePolicies", "member")]
            {
                let answer = self.query("iam", "2010-05-08", &format!("{action}&RoleName={role}")).await?;
                *census.entry(action.into()).or_default() += distinct(&answer, element).len();
            }
        }
        let balancing = ("elasticloadbalancing", "2015-12-01");
        let balancers = self.query(balancing.0, balancing.1, "DescribeLoadBalancers").await?;
        for balancer in distinct(&balancers, "LoadBalancerArn") {
            let action = format!("DescribeListeners&LoadBalancerArn={balancer}");
            let answer = self.query(balancing.0, balancing.1, &action).await?;
            *census.entry("listener".into()).or_default() += distinct(&answer, "ListenerArn").len();
        }
        let ecs = "AmazonEC2ContainerServiceV20141113";
        let clusters = self.target("ecs", &format!("{ecs}.ListClusters"), "{}").await?;
        for cluster in items(&clusters, "clusterArns") {
            let body = serde_json::json!({ "cluster": cluster }).to_string();
            let answer = self.target("ecs", &format!("{ecs}.ListServices"), &body).await?;
            *census.entry("serviceArns".into()).or_default() += items(&answer, "serviceArns").len();
        }
        Ok(())
    }

    async fn count_backup(&self, census: &mut Census) -> Result<(), Error> {
        let vaults = self.backup("/backup-vaults/").await?;
        census.insert("BackupVaultList".into(), items(&vaults, "BackupVaultList").len());
        let plans = self.backup("/backup/plans/").await?;
        let plans = items(&plans, "BackupPlansList");
        census.insert("BackupPlansList".into(), plans.len());
        for plan in plans {
            let id = plan["BackupPlanId"].as_str().unwrap_or_default();
            let answer = self.backup(&format!("/backup/plans/{id}/selections/")).await?;
            *census.entry("BackupSelectionsList".into()).or_default() +=
                items(&answer, "BackupSelectionsList").len();
        }
        Ok(())
    }

    async fn query(&self, service: &str, version: &str, query: &str) -> Result<String, Error> {
        let body = format!("Action={query}&Version={version}");
        let mut request = signed(service, "POST", "/", body);
        let form = HeaderValue::from_static("application/x-www-form-urlencoded; charset=utf-8");
        request.headers_mut().insert("content-type", form);
        Ok(http::text(&self.moto, request).await?)
    }

    async fn target(&self, service: &str, target: &str, body: &str) -> Result<Json, Error> {
        let mut request = signed(service, "POST", "/", body.into());
        let json = HeaderValue::from_static("application/x-amz-json-1.1");
        request.headers_mut().insert("content-type", json);
        if let Ok(target) = HeaderValue::from_str(target) {
            request.headers_mut().insert("x-amz-target", target);
        }
        parsed(target, &http::text(&self.moto, request).await?)
    }

    async fn backup(&self, path: &str) -> Result<Json, Error> {
        let request = signed("backup", "GET", path, String::new());
        parsed(path, &http::text(&self.backup, request).await?)
    }
}

/// A request in the form that emulators tell services apart by; none checks the signature.
fn signed(service: &str, method: &str, path: &str, body: String) -> Request<Bytes> {
    let scope = format!("test/20260101/us-east-1/{service}/aws4_request");
    let mut request = Request::new(Bytes::from(body));
    if let (Ok(method), Ok(path)) = (method.parse(), path.parse()) {
        *request.method_mut() = method;
        *request.uri_mut() = path;
    }
    let authorization = format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=none");
    for (name, value) in
        [("authorization", authorization), ("host", format!("{service}.us-east-1.amazonaws.com"))]
    {
        if let Ok(value) = HeaderValue::from_str(&value) {
            request.headers_mut().insert(name, value);
        }
    }
    request
}

fn parsed(url: &str, text: &str) -> Result<Json, Error> {
    serde_json::from_str(text).map_err(|error| {
        ironward_likeaws::Error::NoAnswer { url: url.into(), reason: format!("{error}: {text}") }.into()
    })
}

fn items(answer: &Json, member: &str) -> Vec<Json> {
    answer[member].as_array().cloned().unwrap_or_default()
}

/// Each snapshot of an answer, and the key that opens it.
fn snapshot_keys(answer: &str) -> Vec<(&str, Option<&str>)> {
    let snapshots =
        xml::text(answer, "DBSnapshots").map(|list| xml::all(list, "DBSnapshot")).unwrap_or_default();
    let text = |snapshot, name| xml::text(snapshot, name).map(str::trim).filter(|text| !text.is_empty());
    let named = |snapshot| Some((text(snapshot, "DBSnapshotIdentifier")?, text(snapshot, "KmsKeyId")));
    snapshots.into_iter().filter_map(named).collect()
}

/// The different texts of all elements called `element`.
fn distinct<'a>(xml: &'a str, element: &str) -> BTreeSet<&'a str> {
    let (open, close) = (format!("<{element}>"), format!("</{element}>"));
    xml.split(&open).skip(1).filter_map(|rest| Some(rest.split_once(&close)?.0.trim())).collect()
}

/// How `found` differs from `expected`, as words: what is too much, and what is missing.
#[must_use]
pub fn compare(found: &Census, expected: &Census) -> (Vec<String>, Vec<String>) {
    let kinds: BTreeSet<&String> = found.keys().chain(expected.keys()).collect();
    let (mut more, mut fewer) = (Vec::new(), Vec::new());
    for kind in kinds {
        let [found, expected] = [found, expected].map(|census| census.get(kind).copied().unwrap_or(0));
        let said = format!("{kind}: {found} instead of {expected}");
        match found.cmp(&expected) {
            std::cmp::Ordering::Greater => more.push(said),
            std::cmp::Ordering::Less => fewer.push(said),
            std::cmp::Ordering::Equal => {}
        }
    }
    (more, fewer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_is_named_twice_counts_once() {
        let xml = "<set><item><vpcId>vpc-1</vpcId></item><item><vpcId>vpc-2</vpcId></item><vpcId>vpc-1</vpcId></set>";
        assert_eq!(distinct(xml, "vpcId"), BTreeSet::from(["vpc-1", "vpc-2"]));
    }

    #[test]
    fn a_snapshot_is_told_with_the_key_that_opens_it() {
        let xml = "<R><DBSnapshots><DBSnapshot><DBSnapshotIdentifier>final</DBSnapshotIdentifier><KmsKeyId>arn:k</KmsKeyId>\
            </DBSnapshot><DBSnapshot><DBSnapshotIdentifier>rds:db</DBSnapshotIdentifier></DBSnapshot></DBSnapshots></R>";
        assert_eq!(snapshot_keys(xml), [("final", Some("arn:k")), ("rds:db", None)]);
    }

    #[test]
    fn both_directions_of_a_difference_are_told() {
        let expected = Census::from([("key".into(), 2), ("bucket".into(), 1)]);
        let found = Census::from([("key".into(), 3)]);
        let (more, fewer) = compare(&found, &expected);
        assert_eq!(more, ["key: 3 instead of 2"]);
        assert_eq!(fewer, ["bucket: 0 instead of 1"]);
    }
}
