//! What is still in use.

use ironward_emulators::xml;
use serde_json::{Value, json};

use super::Refuses::That;
use super::{Ask, Row, answered, said_in};
use crate::question::Question;
use crate::refusal::Refusal;
use crate::said::Said;

const ERRORS: &str = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html";

const NAT: Ask = |_, _| Some(Question::form("ec2", "DescribeNatGateways", [("a", ""); 0]));
const BALANCERS: Ask =
    |_, _| Some(Question::form("elasticloadbalancing", "DescribeLoadBalancers", [("a", ""); 0]));
const ENDPOINTS: Ask = |_, _| Some(Question::form("ec2", "DescribeVpcEndpoints", [("a", ""); 0]));
const DATABASES: Ask = |_, _| Some(Question::form("rds", "DescribeDBInstances", [("a", ""); 0]));

const NO_NAT: &str = "<N/>";
const NAT_HERE: &str = "<N><natGatewaySet><item><subnetId>subnet-1</subnetId><vpcId>vpc-1</vpcId><state>available\
                        </state><natGatewayAddressSet><item><allocationId>eipalloc-1</allocationId></item>\
                        </natGatewayAddressSet></item></natGatewaySet></N>";
const NAT_GONE: &str = "<N><natGatewaySet><item><subnetId>subnet-1</subnetId><vpcId>vpc-1</vpcId><state>deleted\
                        </state><natGatewayAddressSet><item><allocationId>eipalloc-1</allocationId></item>\
                        </natGatewayAddressSet></item></natGatewaySet></N>";
const DATABASE: &str = "<D><DBInstances><DBInstance><DBInstanceIdentifier>d</DBInstanceIdentifier>\
                        <DBSubnetGroupName>g</DBSubnetGroupName><DBParameterGroupName>p</DBParameterGroupName>\
                        <VpcSecurityGroupId>sg-1</VpcSecurityGroupId></DBInstance></DBInstances></D>";

pub(super) const ROWS: &[Row] = &[
    Row {
        name: "gateways-of-mapped-addresses",
        service: "ec2",
        operations: &["DetachInternetGateway"],
        source: ERRORS,
        asks: &[NAT, BALANCERS],
        refuses: That(|said, answers| {
            let vpc = said.get("VpcId")?;
            let nat = live_gateways(&answers[0]).any(|gateway| said_in(gateway, "vpcId") == Some(vpc));
            let balancer = xml::all(&answers[1], "member").iter().any(|balancer| {
                said_in(balancer, "VpcId") == Some(vpc)
                    && said_in(balancer, "Scheme") == Some("internet-facing")
            });
            (nat || balancer).then(|| {
                dependency(format!(
                    "Network {vpc} has some mapped public address(es). Please unmap those public address(es) before \
                     detaching the gateway."
                ))
            })
        }),
        refused: answered(&[("VpcId", "vpc-1")], &[NAT_HERE, "<L/>"]),
        taken: answered(&[("VpcId", "vpc-1")], &[NAT_GONE, "<L/>"]),
    },
    Row {
        name: "addresses-in-use",
        service: "ec2",
        operations: &["ReleaseAddress"],
        source: ERRORS,
        asks: &[NAT],
        refuses: That(|said, answers| {
            let address = said.get("AllocationId")?;
            let mut gateways = live_gateways(&answers[0]);
            gateways
                .find(|gateway| xml::all(gateway, "allocationId").iter().any(|id| id.trim() == address))?;
            let message = format!("You do not have permission to access the specified resource: {address}");
            Some(Refusal::new("AuthFailure", message))
        }),
        refused: answered(&[("AllocationId", "eipalloc-1")], &[NAT_HERE]),
        taken: answered(&[("AllocationId", "eipalloc-1")], &[NAT_GONE]),
    },
    Row {
        name: "subnets-in-use",
        service: "ec2",
        operations: &["DeleteSubnet"],
        source: ERRORS,
        asks: &[NAT, BALANCERS, ENDPOINTS],
        refuses: That(|said, answers| {
            let subnet = said.get("SubnetId")?;
            let nat = live_gateways(&answers[0]).any(|gateway| said_in(gateway, "subnetId") == Some(subnet));
            let balancer = xml::all(&answers[1], "SubnetId").iter().any(|id| id.trim() == subnet);
            let endpoint = live_endpoints(&answers[2])
                .any(|endpoint| xml::text(endpoint, "subnetIdSet").is_some_and(|set| set.contains(subnet)));
            (nat || balancer || endpoint)
                .then(|| dependency(format!("The subnet '{subnet}' has dependencies and cannot be deleted.")))
        }),
        refused: answered(&[("SubnetId", "subnet-1")], &[NAT_HERE, "<L/>", "<E/>"]),
        taken: answered(&[("SubnetId", "subnet-1")], &[NO_NAT, "<L/>", "<E/>"]),
    },
    Row {
        name: "groups-in-use",
        service: "ec2",
        operations: &["DeleteSecurityGroup"],
        source: ERRORS,
        asks: &[BALANCERS, ENDPOINTS, DATABASES],
        refuses: That(|said, answers| {
            let group = said.get("GroupId")?;
            let names = |part: &str| part.contains(group);
            let is_used = xml::all(&answers[0], "SecurityGroups").into_iter().any(names)
                || xml::all(&answers[2], "VpcSecurityGroupId").into_iter().any(names)
                || live_endpoints(&answers[1]).filter_map(|one| xml::text(one, "groupSet")).any(names);
            is_used.then(|| dependency(format!("resource {group} has a dependent object")))
        }),
        refused: answered(&[("GroupId", "sg-1")], &["<L/>", "<E/>", DATABASE]),
        taken: answered(&[("GroupId", "sg-2")], &["<L/>", "<E/>", DATABASE]),
    },
    Row {
        name: "groups-that-others-name",
        service: "ec2",
        operations: &["DeleteSecurityGroup"],
        source: ERRORS,
        asks: &[|_, _| Some(Question::form("ec2", "DescribeSecurityGroupRules", [("a", ""); 0]))],
        refuses: That(|said, answers| {
            let group = said.get("GroupId")?;
            let rules = xml::text(&answers[0], "securityGroupRuleSet").map(|set| xml::all(set, "item"));
            rules.unwrap_or_default().into_iter().find(|rule| {
                let named = xml::text(rule, "referencedGroupInfo").and_then(|peer| said_in(peer, "groupId"));
                let own = said_in(&without(rule, "referencedGroupInfo"), "groupId") == Some(group);
                named == Some(group) && !own
            })?;
            Some(dependency(format!("resource {group} has a dependent object")))
        }),
        refused: answered(&[("GroupId", "sg-1")], &[RULE]),
        taken: answered(&[("GroupId", "sg-2")], &[RULE]),
    },
    Row {
        name: "networks-in-use",
        service: "ec2",
        operations: &["DeleteVpc"],
        source: ERRORS,
        asks: &[
            |said, _| of_vpc("DescribeSubnets", said),
            |said, _| of_vpc("DescribeSecurityGroups", said),
            |said, _| of_vpc("DescribeVpcEndpoints", said),
        ],
        refuses: That(|said, answers| {
            let vpc = said.get("VpcId")?;
            let subnet = xml::has(&answers[0], "subnetId");
            let group = xml::all(&answers[1], "groupName").iter().any(|name| name.trim() != "default");
            let endpoint =
                live_endpoints(&answers[2]).any(|endpoint| said_in(endpoint, "vpcId") == Some(vpc));
            (subnet || group || endpoint)
                .then(|| dependency(format!("The vpc '{vpc}' has dependencies and cannot be deleted.")))
        }),
        refused: answered(&[("VpcId", "vpc-1")], &["<S/>", "<G><groupName>web</groupName></G>", "<E/>"]),
        taken: answered(&[("VpcId", "vpc-1")], &["<S/>", "<G><groupName>default</groupName></G>", "<E/>"]),
    },
    Row {
        name: "subnet-groups-in-use",
        service: "rds",
        operations: &["DeleteDBSubnetGroup"],
        source: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBSubnetGroup.html",
        asks: &[DATABASES],
        refuses: That(|said, answers| {
            let group = said.get("DBSubnetGroupName")?;
            let user = database_with(&answers[0], "DBSubnetGroupName", group)?;
            let message = format!(
                "Cannot delete the subnet group '{group}' because at least one database instance: {user} is still \
                 using it."
            );
            Some(Refusal::new("InvalidDBSubnetGroupStateFault", message))
        }),
        refused: answered(&[("DBSubnetGroupName", "g")], &[DATABASE]),
        taken: answered(&[("DBSubnetGroupName", "h")], &[DATABASE]),
    },
    Row {
        name: "parameter-groups-in-use",
        service: "rds",
        operations: &["DeleteDBParameterGroup"],
        source: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBParameterGroup.html",
        asks: &[DATABASES],
        refuses: That(|said, answers| {
            let group = said.get("DBParameterGroupName")?;
            database_with(&answers[0], "DBParameterGroupName", group)?;
            let message = format!(
                "One or more database instances are still members of this parameter group {group}, so the group cannot \
                 be deleted"
            );
            Some(Refusal::new("InvalidDBParameterGroupState", message))
        }),
        refused: answered(&[("DBParameterGroupName", "p")], &[DATABASE]),
        taken: answered(&[("DBParameterGroupName", "q")], &[DATABASE]),
    },
    Row {
        name: "clusters-in-use",
        service: "ecs",
        operations: &["DeleteCluster"],
        source: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteCluster.html",
        asks: &[
            |said, _| {
                let body = json!({ "cluster": said.get("cluster")? });
                Some(Question::Json("ecs", "AmazonEC2ContainerServiceV20141113.ListServices", body))
            },
            |said, answers| {
                let services = json_of(&answers[0])["serviceArns"].clone();
                services.as_array().filter(|services| !services.is_empty())?;
                let body = json!({ "cluster": said.get("cluster")?, "services": services });
                Some(Question::Json("ecs", "AmazonEC2ContainerServiceV20141113.DescribeServices", body))
            },
        ],
        refuses: That(|_, answers| {
            let services = json_of(&answers[1])["services"].clone();
            services.as_array()?.iter().find(|service| service["status"] == "ACTIVE")?;
            const MESSAGE: &str = "The Cluster cannot be deleted while Services are active.";
            Some(Refusal::new("ClusterContainsServicesException", MESSAGE))
        }),
        refused: answered(
            &[("cluster", "c")],
            &[r#"{"serviceArns":["arn:s"]}"#, r#"{"services":[{"status":"ACTIVE"}]}"#],
        ),
        taken: answered(
            &[("cluster", "c")],
            &[r#"{"serviceArns":["arn:s"]}"#, r#"{"services":[{"status":"INACTIVE"}]}"#],
        ),
    },
    Row {
        name: "plans-with-selections",
        service: "backup",
        operations: &["DELETE /backup/plans/*"],
        source: "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DeleteBackupPlan.html",
        asks: &[|said, _| {
            let plan = said.get("path")?.strip_prefix("/backup/plans/")?.trim_end_matches('/');
            (!plan.contains('/'))
                .then(|| Question::Get("backup", format!("/backup/plans/{plan}/selections/")))
        }],
        refuses: That(|_, answers| {
            let selections = json_of(&answers[0])["BackupSelectionsList"].clone();
            selections.as_array()?.first()?;
            const MESSAGE: &str =
                "Related backup plan selections must be deleted prior to backup plan deletion";
            Some(Refusal::new("InvalidRequestException", MESSAGE))
        }),
        refused: answered(
            &[("path", "/backup/plans/p")],
            &[r#"{"BackupSelectionsList":[{"SelectionId":"s"}]}"#],
        ),
        taken: answered(&[("path", "/backup/plans/p")], &[r#"{"BackupSelectionsList":[]}"#]),
    },
];

const RULE: &str = "<R><securityGroupRuleSet><item><groupId>sg-2</groupId><referencedGroupInfo><groupId>sg-1</groupId>\
                    </referencedGroupInfo></item></securityGroupRuleSet></R>";

fn dependency(message: String) -> Refusal {
    Refusal::new("DependencyViolation", message)
}

/// The NAT gateways that still have their addresses.
fn live_gateways(answer: &str) -> impl Iterator<Item = &str> {
    let gateways = xml::text(answer, "natGatewaySet").map(|set| xml::all(set, "item")).unwrap_or_default();
    let has_ended = |gateway: &str| matches!(said_in(gateway, "state"), Some("deleted" | "failed"));
    gateways.into_iter().filter(move |gateway| !has_ended(gateway))
}

/// The endpoints that aren't on their way out.
fn live_endpoints(answer: &str) -> impl Iterator<Item = &str> {
    let endpoints = xml::text(answer, "vpcEndpointSet").map(|set| xml::all(set, "item")).unwrap_or_default();
    let has_ended = |endpoint: &str| {
        said_in(endpoint, "state").is_some_and(|state| state.eq_ignore_ascii_case("deleted"))
    };
    endpoints.into_iter().filter(move |endpoint| !has_ended(endpoint))
}

fn of_vpc(action: &'static str, said: &Said) -> Option<Question> {
    let fields = [("Filter.1.Name", "vpc-id"), ("Filter.1.Value.1", said.get("VpcId")?)];
    Some(Question::form("ec2", action, fields))
}

/// The database that says this of itself.
fn database_with<'a>(answer: &'a str, name: &str, value: &str) -> Option<&'a str> {
    let databases = xml::all(answer, "DBInstance").into_iter();
    let mut users =
        databases.filter(|database| xml::all(database, name).iter().any(|said| said.trim() == value));
    said_in(users.next()?, "DBInstanceIdentifier")
}

fn json_of(answer: &str) -> Value {
    serde_json::from_str(answer).unwrap_or_default()
}

fn without(text: &str, name: &str) -> String {
    xml::edit_each(text, name, |_| Some(String::new()))
}
