//! What VPC flow logs need.

use super::Carries::Text;
use super::{Need, Who};

const LOG: &str = "AWS::EC2::FlowLog";
const SOURCE: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html";

pub(super) const NEEDS: &[Need] = &[
    // The guide shows both keys in the role's trust policy.
    Need::new(
        "the flow log takes its role",
        LOG,
        Who::Service("vpc-flow-logs.amazonaws.com"),
        &["sts:AssumeRole"],
        "{DeliverLogsPermissionArn}",
        SOURCE,
    )
    .carrying(&[
        ("aws:SourceAccount", Text("{account}")),
        ("aws:SourceArn", Text("arn:{partition}:ec2:{region}:{account}:vpc-flow-log/{Id}")),
    ]),
    Need::new(
        "the flow log's role writes to its group",
        LOG,
        Who::Role("{DeliverLogsPermissionArn}"),
        &["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        "{LogGroupName->Arn}:log-stream:eni-0123456789abcdef0-all",
        SOURCE,
    ),
];
