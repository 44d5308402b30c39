//! Orders of ECS.

use super::Order;

const SERVICE: &str = "AWS::ECS::Service";
const CLUSTER: &str = "AWS::ECS::Cluster";
/// "The target group … does not have an associated load balancer."
const LISTENER: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-load-balancing.html";
/// Both want "a DependsOn … on the listener" and on "the role policy", or else a service is stuck draining.
const ROLE: &str =
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-service.html";
const WAYS: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html";
const ENDPOINTS: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html";
const INSIGHTS: &str = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-reference-performance-entries-ECS.html";
const EXEC: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html#ecs-exec-logging";
const NO_POLICY: &str = "tasks that start before their role may do its work fail, and those that drain stay";
const NO_WAY: &str =
    "tasks reach neither images nor secrets nor logs before it is there, nor once it is gone";

pub(super) const ORDERS: &[Order] = &[
    Order::new(
        SERVICE,
        "LoadBalancers.*.TargetGroupArn<-AWS::ElasticLoadBalancingV2::Listener.DefaultActions.*.TargetGroupArn",
        "a target group without a load balancer is refused",
        LISTENER,
    ),
    Order::new(
        SERVICE,
        "LoadBalancers.*.TargetGroupArn\
         <-AWS::ElasticLoadBalancingV2::Listener.DefaultActions.*.ForwardConfig.TargetGroups.*.TargetGroupArn",
        "a target group without a load balancer is refused",
        LISTENER,
    ),
    Order::new(SERVICE, "TaskDefinition->ExecutionRoleArn<-AWS::IAM::RolePolicy.RoleName", NO_POLICY, ROLE),
    Order::new(
        SERVICE,
        "TaskDefinition->ExecutionRoleArn<-AWS::IAM::RolePolicyAttachment.RoleName",
        NO_POLICY,
        ROLE,
    ),
    Order::new(SERVICE, "TaskDefinition->TaskRoleArn<-AWS::IAM::RolePolicy.RoleName", NO_POLICY, ROLE),
    Order::new(
        SERVICE,
        "TaskDefinition->TaskRoleArn<-AWS::IAM::RolePolicyAttachment.RoleName",
        NO_POLICY,
        ROLE,
    ),
    Order::new(
        SERVICE,
        "NetworkConfiguration.AwsvpcConfiguration.Subnets.*<-AWS::EC2::SubnetRouteTableAssociation.SubnetId\
         ->RouteTableId<-AWS::EC2::Route.RouteTableId",
        NO_WAY,
        WAYS,
    ),
    Order::new(
        SERVICE,
        "NetworkConfiguration.AwsvpcConfiguration.Subnets.*->VpcId<-AWS::EC2::VPCEndpoint.VpcId",
        NO_WAY,
        ENDPOINTS,
    ),
    // A service's buckets are those that the environment of its containers names.
    Order::new(
        SERVICE,
        "TaskDefinition->ContainerDefinitions.*.Environment.*.Value<-AWS::S3::BucketPolicy.Bucket",
        "objects that come before the bucket's policy are taken without its conditions",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html",
    ),
    // The group's name holds the cluster's, so it can't come before the cluster.
    Order::new(
        SERVICE,
        "@AWS::Logs::LogGroup",
        "Container Insights makes the group itself, without a key and to be kept for ever",
        INSIGHTS,
    )
    .only("LogGroupName", "/aws/ecs/containerinsights/{Cluster}/performance"),
    Order::new(
        CLUSTER,
        "Configuration.ExecuteCommandConfiguration.LogConfiguration.CloudWatchLogGroupName",
        "a session whose log group isn't there isn't logged",
        EXEC,
    )
    .only("LogGroupName", "*"),
];
