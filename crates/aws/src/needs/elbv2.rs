//! What load balancers need.

use super::Carries::{Maybe, Text};
use super::{Carries, Need, Who};

const BALANCER: &str = "AWS::ElasticLoadBalancingV2::LoadBalancer";
const DELIVERY: Who = Who::Service("logdelivery.elasticloadbalancing.amazonaws.com");
const SOURCE: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html";
// The guide narrows its statement by the ARN; of the account it says nothing.
const CARRIED: &[(&str, Carries)] =
    &[("aws:SourceArn", Text("{LoadBalancerArn}")), ("aws:SourceAccount", Maybe)];

pub(super) const NEEDS: &[Need] = &[
    Need::new(
        "the load balancer delivers its access log",
        BALANCER,
        DELIVERY,
        &["s3:PutObject"],
        "{LoadBalancerAttributes[Key=access_logs.s3.bucket].Value->Arn}/\
         {LoadBalancerAttributes[Key=access_logs.s3.prefix].Value}/AWSLogs/{account}/elasticloadbalancing/{region}/x.gz",
        SOURCE,
    )
    .carrying(CARRIED),
    // Written when the attribute is set; without it the attribute isn't.
    Need::new(
        "the load balancer tries its log bucket",
        BALANCER,
        DELIVERY,
        &["s3:PutObject"],
        "{LoadBalancerAttributes[Key=access_logs.s3.bucket].Value->Arn}/\
         {LoadBalancerAttributes[Key=access_logs.s3.prefix].Value}/AWSLogs/{account}/ELBAccessLogTestFile",
        SOURCE,
    )
    .carrying(CARRIED),
];
