//! What the answers of Elastic Load Balancing mean.

use ironward_core::error::ProviderErrorKind::{
    AlreadyExists, Conflict, InUse, Invalid, NotFound, Propagating, Protected, Quota,
};

use crate::classify::{Late, Meaning, Patience};

#[rustfmt::skip]
pub(super) const MEANINGS: &[Meaning] = &[
    ("*", "InvalidConfigurationRequest", "Access Denied for bucket", Propagating),
    ("*", "CertificateNotFound", "", Propagating),
    // A trust store and a reservation of capacity are made ready first:
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html,
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSubnets.html
    ("*", "TrustStoreNotReady", "", Conflict),
    ("*", "CapacityReservationPending", "", Conflict),
    ("*", "OperationNotPermitted", "deletion protection", Protected),
    ("*", "ResourceInUse", "", InUse),
    ("*", "DuplicateLoadBalancerName", "", AlreadyExists),
    ("*", "DuplicateTargetGroupName", "", AlreadyExists),
    ("*", "DuplicateListener", "", AlreadyExists),
    ("*", "LoadBalancerNotFound", "", NotFound),
    ("*", "TargetGroupNotFound", "", NotFound),
    ("*", "ListenerNotFound", "", NotFound),
    ("*", "SubnetNotFound", "", NotFound),
    ("*", "TrustStoreNotFound", "", NotFound),
    ("*", "InvalidSubnet", "", Invalid),
    ("*", "InvalidSecurityGroup", "", Invalid),
    ("*", "InvalidConfigurationRequest", "", Invalid),
    ("*", "TooManyLoadBalancers", "", Quota),
    ("*", "TooManyTargetGroups", "", Quota),
    ("*", "TooManyListeners", "", Quota),
    ("*", "TooManyCertificates", "", Quota),
    // A listener of another load balancer leads to it, or one that has just gone:
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html
    ("*", "TargetGroupAssociationLimit", "", InUse),
];

#[rustfmt::skip]
pub(super) const LATE: &[Late] = &[
    ("elasticloadbalancing:CreateListener", &["LoadBalancerNotFound", "TargetGroupNotFound"]),
    // The network that was made right before; of a subnet without a way to an internet gateway it is said, too:
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
    ("elasticloadbalancing:CreateLoadBalancer", &["SubnetNotFound", "InvalidSubnet", "InvalidSecurityGroup"]),
    ("elasticloadbalancing:ModifyListener", &["TargetGroupNotFound"]),
    ("elasticloadbalancing:ModifyLoadBalancerAttributes", &["LoadBalancerNotFound"]),
    ("elasticloadbalancing:ModifyTargetGroupAttributes", &["TargetGroupNotFound"]),
    ("elasticloadbalancing:SetSecurityGroups", &["InvalidSecurityGroup"]),
    ("elasticloadbalancing:SetSubnets", &["SubnetNotFound", "InvalidSubnet"]),
];

pub(super) const PATIENCE: &[Patience] = &[
    // https://docs.aws.amazon.com/acm/latest/userguide/acm-services.html; 5 minutes as
    // hashicorp/terraform-provider-aws, internal/service/elbv2/listener.go
    Patience::minutes(
        "elasticloadbalancing:CreateListener",
        Propagating,
        5,
        "the certificate is known to the load balancer",
    ),
    Patience::minutes(
        "elasticloadbalancing:ModifyListener",
        Propagating,
        5,
        "the certificate is known to the load balancer",
    ),
    Patience::minutes(
        "elasticloadbalancing:CreateListener",
        InUse,
        1,
        "the load balancer that had the target group has let go of it",
    ),
    // hashicorp/terraform-provider-aws, internal/service/elbv2/target_group.go
    Patience::minutes(
        "elasticloadbalancing:DeleteTargetGroup",
        InUse,
        2,
        "no listener and no rule leads to it any more",
    ),
];
