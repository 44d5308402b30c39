//! Orders of networks and of what stands in them.

use super::Order;

const BALANCER: &str = "AWS::ElasticLoadBalancingV2::LoadBalancer";
const INTERNET_FACING: (&str, &str) = ("Scheme", "internet-facing");
/// "Some resources in a VPC require a gateway": load balancers and Elastic IP addresses among them.
const GATEWAY: &str =
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-dependson.html";
/// "Ensure that the subnet … is a public subnet with a route to an internet gateway."
const PUBLIC: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html";
const LOGS: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html";
const NAT: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-working-with.html";
const FLOW: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html";
const NO_GATEWAY: &str = "a VPC without an internet gateway is refused, and the gateway can't be detached while public \
                          addresses are in use";
const NO_LOG: &str = "the bucket's policy is tried when logs are turned on";

pub(super) const ORDERS: &[Order] = &[
    Order::new(BALANCER, "Subnets.*->VpcId<-AWS::EC2::VPCGatewayAttachment.VpcId", NO_GATEWAY, GATEWAY)
        .when(INTERNET_FACING.0, INTERNET_FACING.1),
    Order::new(
        BALANCER,
        "Subnets.*<-AWS::EC2::SubnetRouteTableAssociation.SubnetId->RouteTableId<-AWS::EC2::Route.RouteTableId",
        "nobody reaches it before its subnets have their way to the internet, nor once it is gone",
        PUBLIC,
    )
    .when(INTERNET_FACING.0, INTERNET_FACING.1)
    .only("GatewayId", "*"),
    Order::new(
        BALANCER,
        "LoadBalancerAttributes[Key=access_logs.s3.bucket].Value<-AWS::S3::BucketPolicy.Bucket",
        NO_LOG,
        LOGS,
    ),
    Order::new(
        BALANCER,
        "LoadBalancerAttributes[Key=connection_logs.s3.bucket].Value<-AWS::S3::BucketPolicy.Bucket",
        NO_LOG,
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-connection-logs.html",
    ),
    Order::new(
        "AWS::EC2::NatGateway",
        "SubnetId->VpcId<-AWS::EC2::VPCGatewayAttachment.VpcId",
        NO_GATEWAY,
        NAT,
    ),
    Order::new(
        "AWS::EC2::EIP",
        "<-AWS::EC2::NatGateway.AllocationId->SubnetId->VpcId<-AWS::EC2::VPCGatewayAttachment.VpcId",
        NO_GATEWAY,
        GATEWAY,
    ),
    Order::new(
        "AWS::EC2::FlowLog",
        "DeliverLogsPermissionArn<-AWS::IAM::RolePolicy.RoleName",
        "deliveries of a role that may not write fail",
        FLOW,
    ),
    Order::new(
        "AWS::EC2::FlowLog",
        "DeliverLogsPermissionArn<-AWS::IAM::RolePolicyAttachment.RoleName",
        "deliveries of a role that may not write fail",
        FLOW,
    ),
];
