//! What must be there before.

use ironward_emulators::xml;
use serde_json::json;

use super::Refuses::That;
use super::{Row, answered, said_in};
use crate::question::Question;
use crate::refusal::Refusal;
use crate::said::Said;

const ONE_BALANCER: &str = "<T><member><TargetGroupArn>arn:t</TargetGroupArn><LoadBalancerArns><member>arn:l</member></LoadBalancerArns></member></T>";
const NO_BALANCER: &str = "<T><member><TargetGroupArn>arn:t</TargetGroupArn><LoadBalancerArns/></member></T>";

pub(super) const ROWS: &[Row] = &[
    Row {
        name: "services-after-their-listener",
        service: "ecs",
        operations: &["CreateService"],
        source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html",
        asks: &[|said, _| target_group(said.get("loadBalancers.1.targetGroupArn")?)],
        refuses: That(|said, answers| {
            let group = said.get("loadBalancers.1.targetGroupArn")?;
            let has_one =
                xml::text(&answers[0], "LoadBalancerArns").is_some_and(|arns| xml::has(arns, "member"));
            (!has_one).then(|| {
                let message = format!(
                    "The target group with targetGroupArn {group} does not have an associated load balancer."
                );
                Refusal::new("InvalidParameterException", message)
            })
        }),
        refused: answered(&[("loadBalancers.1.targetGroupArn", "arn:t")], &[NO_BALANCER]),
        taken: answered(&[("loadBalancers.1.targetGroupArn", "arn:t")], &[ONE_BALANCER]),
    },
    Row {
        name: "target-groups-of-one-balancer",
        service: "elasticloadbalancing",
        operations: &["CreateListener"],
        source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html",
        asks: &[
            |said, _| target_group(forward(said)?),
            // moto counts listeners that have gone.
            |said, answers| {
                let other = [("LoadBalancerArn", other_balancer(said, &answers[0])?)];
                Some(Question::form("elasticloadbalancing", "DescribeListeners", other))
            },
        ],
        refuses: That(|said, answers| {
            let group = forward(said)?;
            other_balancer(said, &answers[0])?;
            answers[1].contains(group).then_some(())?;
            let message = format!(
                "The following target groups cannot be associated with more than one load balancer: {group}"
            );
            Some(Refusal::new("TargetGroupAssociationLimit", message))
        }),
        refused: answered(
            &[("LoadBalancerArn", "arn:m"), ("DefaultActions.member.1.TargetGroupArn", "arn:t")],
            &[ONE_BALANCER, "<L><TargetGroupArn>arn:t</TargetGroupArn></L>"],
        ),
        taken: answered(
            &[("LoadBalancerArn", "arn:m"), ("DefaultActions.member.1.TargetGroupArn", "arn:t")],
            &[ONE_BALANCER, "<L/>"],
        ),
    },
    Row {
        name: "listeners-after-their-certificate",
        service: "elasticloadbalancing",
        operations: &["CreateListener", "ModifyListener"],
        source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html",
        asks: &[|said, _| {
            let arn = said.get("Certificates.member.1.CertificateArn").filter(|arn| arn.contains(":acm:"))?;
            let body = json!({ "CertificateArn": arn });
            Some(Question::Json("acm", "CertificateManager.DescribeCertificate", body))
        }],
        refuses: That(|said, answers| {
            let arn = said.get("Certificates.member.1.CertificateArn")?;
            if answers[0].is_empty() {
                return Some(Refusal::new("CertificateNotFound", format!("Certificate '{arn}' not found")));
            }
            (!answers[0].contains("\"ISSUED\"")).then(|| {
                let message = format!(
                    "The certificate '{arn}' must have a fully-qualified domain name, a supported signature, and a \
                     supported key size."
                );
                Refusal::new("UnsupportedCertificate", message)
            })
        }),
        refused: answered(
            &[("Certificates.member.1.CertificateArn", "arn:aws:acm:r:1:certificate/c")],
            &[r#"{"Certificate":{"Status":"PENDING_VALIDATION"}}"#],
        ),
        taken: answered(
            &[("Certificates.member.1.CertificateArn", "arn:aws:acm:r:1:certificate/c")],
            &[r#"{"Certificate":{"Status":"ISSUED"}}"#],
        ),
    },
    // Enhanced Monitoring makes its log group where none is, and then it is there for whoever comes later.
    Row {
        name: "log-group-of-enhanced-monitoring",
        service: "logs",
        operations: &["CreateLogGroup"],
        source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.CloudWatchLogs.html",
        asks: &[|said, _| {
            said.is("logGroupName", "RDSOSMetrics").then_some(())?;
            Some(Question::form("rds", "DescribeDBInstances", [("a", ""); 0]))
        }],
        refuses: That(|_, answers| {
            let intervals = xml::all(&answers[0], "MonitoringInterval");
            intervals.iter().find(|interval| !["", "0"].contains(&interval.trim()))?;
            const MESSAGE: &str = "The specified log group already exists";
            Some(Refusal::new("ResourceAlreadyExistsException", MESSAGE))
        }),
        refused: answered(
            &[("logGroupName", "RDSOSMetrics")],
            &["<D><MonitoringInterval>60</MonitoringInterval></D>"],
        ),
        taken: answered(
            &[("logGroupName", "RDSOSMetrics")],
            &["<D><MonitoringInterval>0</MonitoringInterval></D>"],
        ),
    },
    Row {
        name: "flow-logs-after-their-role",
        service: "ec2",
        operations: &["CreateFlowLogs"],
        source: "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html",
        asks: &[|said, _| {
            let role = said.get("DeliverLogsPermissionArn")?.rsplit('/').next()?;
            Some(Question::form("iam", "GetRole", [("RoleName", role)]))
        }],
        refuses: That(|said, answers| {
            let role = said.get("DeliverLogsPermissionArn")?;
            let message = format!("Unable to assume given IAM role {role}");
            let is_trusted = said_in(&answers[0], "AssumeRolePolicyDocument")
                .is_some_and(|document| document.contains("vpc-flow-logs.amazonaws.com"));
            (!is_trusted).then(|| Refusal::new("InvalidParameter", message))
        }),
        refused: answered(&[("DeliverLogsPermissionArn", "arn:aws:iam::1:role/r")], &[""]),
        taken: answered(
            &[("DeliverLogsPermissionArn", "arn:aws:iam::1:role/r")],
            &["<R><AssumeRolePolicyDocument>vpc-flow-logs.amazonaws.com</AssumeRolePolicyDocument></R>"],
        ),
    },
];

fn target_group(arn: &str) -> Option<Question> {
    Some(Question::form("elasticloadbalancing", "DescribeTargetGroups", [("TargetGroupArns.member.1", arn)]))
}

/// The balancer that a target group served last, besides the one that is asked for.
fn other_balancer<'a>(said: &Said, group: &'a str) -> Option<&'a str> {
    let asked = said.get("LoadBalancerArn")?;
    let arns = xml::all(xml::text(group, "LoadBalancerArns")?, "member");
    arns.into_iter().map(str::trim).rfind(|arn| *arn != asked)
}

/// The target group that a listener forwards to.
fn forward(said: &Said) -> Option<&str> {
    let arn = said.all("DefaultActions.member.*.TargetGroupArn").next();
    arn.or_else(|| {
        said.all("DefaultActions.member.*.ForwardConfig.TargetGroups.member.*.TargetGroupArn").next()
    })
}
