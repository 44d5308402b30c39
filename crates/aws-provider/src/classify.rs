//! What an API error means, as one table over service or action, wire code and message.
//!
//! The SDK models few errors, so codes are matched as text. Sources: the API references of the
//! services ("Errors" of each action) and observed behaviour.

use ironward_core::fault::FaultKind::{self, *};

/// One row: the service (`*` for any) or the action as IAM writes it, the code, a part of the message
/// (empty for any), the kind.
type Row = (&'static str, &'static str, &'static str, FaultKind);

/// Rows are tried in order; the first that fits decides.
#[rustfmt::skip]
const TABLE: &[Row] = &[
    // Too many calls.
    ("*", "Throttling", "", Throttled),
    ("*", "ThrottlingException", "", Throttled),
    ("*", "ThrottledException", "", Throttled),
    ("*", "RequestThrottled", "", Throttled),
    ("*", "RequestThrottledException", "", Throttled),
    ("*", "RequestLimitExceeded", "", Throttled),
    ("*", "TooManyRequestsException", "", Throttled),
    ("*", "BandwidthLimitExceeded", "", Throttled),
    ("*", "SlowDown", "", Throttled),
    ("*", "PriorRequestNotComplete", "", Throttled),
    ("*", "EC2ThrottledException", "", Throttled),
    // No answer of the service itself: what became of the request isn't known.
    ("*", "RequestTimeout", "", Ambiguous),
    ("*", "RequestTimeoutException", "", Ambiguous),
    ("*", "InternalError", "", Ambiguous),
    ("*", "InternalFailure", "", Ambiguous),
    ("*", "InternalServerError", "", Ambiguous),
    // No permission, or no credentials.
    ("logs", "AccessDeniedException", "logs:PutRetentionPolicy", Propagating),
    ("*", "AccessDenied", "", Denied),
    ("*", "AccessDeniedException", "", Denied),
    ("*", "UnauthorizedOperation", "", Denied),
    ("*", "AuthFailure", "", Denied),
    ("*", "InvalidClientTokenId", "", Denied),
    ("*", "UnrecognizedClientException", "", Denied),
    ("*", "ExpiredToken", "", Denied),
    ("*", "ExpiredTokenException", "", Denied),
    ("*", "SignatureDoesNotMatch", "", Denied),
    ("*", "NotAuthorized", "", Denied),
    // Not everywhere yet.
    ("*", "MalformedPolicyDocument", "nvalid principal", Propagating),
    ("kms", "MalformedPolicyDocumentException", "principal", Propagating),
    ("s3", "MalformedPolicy", "nvalid principal", Propagating),
    ("rds", "InvalidParameterValue", "ENHANCED_MONITORING", Propagating),
    ("rds", "InvalidParameterValue", "IAM role ARN value is invalid", Propagating),
    ("rds", "KMSKeyNotAccessibleFault", "", Propagating),
    ("ec2", "InvalidParameter", "Unable to assume given IAM role", Propagating),
    ("ec2", "InvalidParameter", "Access Denied for LogDestination", Propagating),
    ("ec2", "400", "Access Denied for LogDestination", Propagating),
    ("ec2", "400", "Unable to assume given IAM role", Propagating),
    ("ec2", "LogDestinationNotFound", "", Propagating),
    ("cloudtrail", "InsufficientS3BucketPolicyException", "", Propagating),
    ("cloudtrail", "InsufficientEncryptionPolicyException", "", Propagating),
    ("cloudtrail", "InsufficientSnsTopicPolicyException", "", Propagating),
    ("cloudtrail", "InvalidCloudWatchLogsRoleArnException", "", Propagating),
    ("cloudtrail", "InvalidCloudWatchLogsLogGroupArnException", "", Propagating),
    ("elbv2", "InvalidConfigurationRequest", "Access Denied for bucket", Propagating),
    ("elbv2", "CertificateNotFound", "", Propagating),
    ("ecs", "InvalidParameterException", "Unable to assume the service linked role", Propagating),
    ("ecs", "InvalidParameterException", "verify that the ECS service role", Propagating),
    ("ecs", "InvalidParameterException", "does not have an associated load balancer", Propagating),
    ("ecs", "InvalidParameterException", "still Draining", Propagating),
    ("ecs", "ClientException", "Role is not valid", Propagating),
    ("backup", "InvalidParameterValueException", "cannot be assumed", Propagating),
    ("backup", "InvalidParameterValueException", "is not authorized to call", Propagating),
    ("backup", "InvalidParameterValueException", "Cannot find Backup plan", Propagating),
    ("logs", "InvalidParameterException", "KMS key", Propagating),
    ("s3", "InvalidTargetBucketForLogging", "", Propagating),
    // Another operation is under way.
    ("s3", "OperationAborted", "", Conflict),
    ("logs", "OperationAbortedException", "", Conflict),
    ("iam", "ConcurrentModification", "", Conflict),
    ("iam", "EntityTemporarilyUnmodifiable", "", Conflict),
    ("cloudtrail", "ConflictException", "", Conflict),
    ("ecs", "UpdateInProgressException", "", Conflict),
    ("rds", "InvalidDBInstanceState", "already being deleted", Other), // Its handler knows.
    ("rds", "InvalidDBInstanceState", "", Conflict),
    ("rds", "InvalidParameterCombination", "previous storage change is being optimized", Conflict),
    ("backup", "ConflictException", "", Conflict),
    // Deletion protection.
    ("rds", "InvalidParameterCombination", "deletion protection", Protected),
    ("rds", "InvalidParameterCombination", "protected from deletion", Protected),
    ("elbv2", "OperationNotPermitted", "deletion protection", Protected),
    ("logs", "ValidationException", "eletion protection", Protected),
    ("logs", "InvalidParameterException", "eletion protection", Protected),
    // Something still depends on it.
    ("ec2", "DependencyViolation", "", InUse),
    ("ec2", "InvalidGroup.InUse", "", InUse),
    ("ec2", "InvalidIPAddress.InUse", "", InUse),
    ("ec2", "ResourceInUse", "", InUse),
    ("iam", "DeleteConflict", "", InUse),
    ("rds", "InvalidDBSubnetGroupStateFault", "", InUse),
    ("rds", "InvalidDBParameterGroupState", "", InUse),
    ("elbv2", "ResourceInUse", "", InUse),
    ("acm", "ResourceInUseException", "", InUse),
    ("ecs", "ClusterContainsServicesException", "", InUse),
    ("ecs", "ClusterContainsTasksException", "", InUse),
    ("ecs", "ClusterContainsContainerInstancesException", "", InUse),
    ("ecs", "InvalidParameterException", "cannot be stopped while deployments are active", InUse),
    ("backup", "InvalidRequestException", "selections must be deleted", InUse),
    // There already.
    ("*", "AlreadyExistsException", "", AlreadyExists),
    ("*", "ResourceAlreadyExistsException", "", AlreadyExists),
    ("ec2", "InvalidGroup.Duplicate", "", AlreadyExists),
    ("ec2", "InvalidPermission.Duplicate", "", AlreadyExists),
    ("ec2", "RouteAlreadyExists", "", AlreadyExists),
    ("ec2", "Resource.AlreadyAssociated", "", AlreadyExists),
    ("ec2", "FlowLogAlreadyExists", "", AlreadyExists),
    ("ec2", "InvalidSubnet.Conflict", "", AlreadyExists),
    ("iam", "EntityAlreadyExists", "", AlreadyExists),
    ("rds", "DBInstanceAlreadyExists", "", AlreadyExists),
    ("rds", "DBSubnetGroupAlreadyExists", "", AlreadyExists),
    ("rds", "DBParameterGroupAlreadyExists", "", AlreadyExists),
    ("s3", "BucketAlreadyOwnedByYou", "", AlreadyExists),
    ("s3", "BucketAlreadyExists", "", AlreadyExists),
    ("cloudtrail", "TrailAlreadyExistsException", "", AlreadyExists),
    ("elbv2", "DuplicateLoadBalancerName", "", AlreadyExists),
    ("elbv2", "DuplicateTargetGroupName", "", AlreadyExists),
    ("elbv2", "DuplicateListener", "", AlreadyExists),
    ("ecs", "InvalidParameterException", "Creation of service was not idempotent", AlreadyExists),
    ("route53", "InvalidChangeBatch", "already exists", AlreadyExists),
    // Not there.
    ("*", "NotFoundException", "", NotFound),
    ("*", "ResourceNotFoundException", "", NotFound),
    ("*", "NoSuchEntity", "", NotFound),
    ("s3", "NoSuchBucket", "", NotFound),
    ("s3", "NotFound", "", NotFound),
    ("s3", "NoSuchBucketPolicy", "", NotFound),
    ("s3", "NoSuchLifecycleConfiguration", "", NotFound),
    ("s3", "NoSuchPublicAccessBlockConfiguration", "", NotFound),
    ("s3", "NoSuchTagSet", "", NotFound),
    ("s3", "OwnershipControlsNotFoundError", "", NotFound),
    ("s3", "ServerSideEncryptionConfigurationNotFoundError", "", NotFound),
    ("s3", "ObjectLockConfigurationNotFoundError", "", NotFound),
    ("s3", "ReplicationConfigurationNotFoundError", "", NotFound),
    ("rds", "DBInstanceNotFound", "", NotFound),
    ("rds", "DBInstanceNotFoundFault", "", NotFound),
    ("rds", "DBSubnetGroupNotFoundFault", "", NotFound),
    ("rds", "DBParameterGroupNotFound", "", NotFound),
    ("ec2", "NatGatewayNotFound", "", NotFound),
    ("ec2", "Gateway.NotAttached", "", NotFound),
    ("cloudtrail", "TrailNotFoundException", "", NotFound),
    ("ecs", "ClusterNotFoundException", "", NotFound),
    ("ecs", "ServiceNotFoundException", "", NotFound),
    ("ecs", "ServiceNotActiveException", "", NotFound),
    ("ecs", "ClientException", "Unable to describe task definition", NotFound),
    ("elbv2", "LoadBalancerNotFound", "", NotFound),
    ("elbv2", "TargetGroupNotFound", "", NotFound),
    ("elbv2", "ListenerNotFound", "", NotFound),
    ("route53", "NoSuchHostedZone", "", NotFound),
    ("route53", "InvalidChangeBatch", "not found", NotFound),
    // Limits.
    ("*", "LimitExceededException", "", Quota),
    ("*", "LimitExceeded", "", Quota),
    ("*", "ServiceQuotaExceededException", "", Quota),
    ("ec2", "AddressLimitExceeded", "", Quota),
    ("ec2", "VpcLimitExceeded", "", Quota),
    ("ec2", "SubnetLimitExceeded", "", Quota),
    ("ec2", "InternetGatewayLimitExceeded", "", Quota),
    ("ec2", "RouteTableLimitExceeded", "", Quota),
    ("ec2", "RouteLimitExceeded", "", Quota),
    ("ec2", "InsufficientFreeAddressesInSubnet", "", Quota),
    ("ec2", "NatGatewayLimitExceeded", "", Quota),
    ("ec2", "SecurityGroupLimitExceeded", "", Quota),
    ("ec2", "RulesPerSecurityGroupLimitExceeded", "", Quota),
    ("rds", "InstanceQuotaExceeded", "", Quota),
    ("rds", "StorageQuotaExceeded", "", Quota),
    ("s3", "TooManyBuckets", "", Quota),
    ("cloudtrail", "MaximumNumberOfTrailsExceededException", "", Quota),
    ("elbv2", "TooManyLoadBalancers", "", Quota),
    // Not acceptable.
    ("*", "ValidationError", "", Invalid),
    ("*", "ValidationException", "", Invalid),
    ("*", "InvalidParameterValue", "", Invalid),
    ("*", "InvalidParameterCombination", "", Invalid),
    ("*", "InvalidParameterException", "", Invalid),
    ("*", "InvalidParameterValueException", "", Invalid),
    ("*", "MalformedPolicyDocument", "", Invalid),
    ("*", "MalformedPolicyDocumentException", "", Invalid),
];

/// The service part of an action, as the table names it.
fn service_of(action: &str) -> &str {
    match action.split_once(':').map_or(action, |(service, _)| service) {
        "elasticloadbalancing" => "elbv2",
        service => service,
    }
}

/// The kind of an error of `action`, such as `kms:CreateKey`, with this code and message.
#[must_use]
pub fn classify(action: &str, code: &str, message: &str) -> FaultKind {
    let service = service_of(action);
    TABLE
        .iter()
        .find(|(of, wire, part, _)| {
            (*of == "*" || *of == service || *of == action) && *wire == code && message.contains(part)
        })
        .map(|(.., kind)| *kind)
        .or_else(|| (service == "ec2" && code.ends_with(".NotFound")).then_some(NotFound))
        .unwrap_or(Other)
}

/// Calls that refer to what may have been made a moment ago, and the codes by which they say that
/// they don't see it yet: creations of what depends on it, and the first settings of what its own
/// creation leaves out. Only these are repeated: anything else that isn't found is missing.
#[rustfmt::skip]
const LATE: &[(&str, &[&str])] = &[
    ("backup:CreateBackupPlan", &["ResourceNotFoundException"]),
    ("backup:CreateBackupSelection", &["ResourceNotFoundException"]),
    ("backup:PutBackupVaultAccessPolicy", &["ResourceNotFoundException"]),
    ("backup:PutBackupVaultLockConfiguration", &["ResourceNotFoundException"]),
    ("backup:PutBackupVaultNotifications", &["ResourceNotFoundException"]),
    ("cloudtrail:PutEventSelectors", &["TrailNotFoundException"]),
    ("cloudtrail:PutInsightSelectors", &["TrailNotFoundException"]),
    ("cloudtrail:StartLogging", &["TrailNotFoundException"]),
    ("ec2:AssociateRouteTable", &["InvalidRouteTableID.NotFound", "InvalidRouteTableId.NotFound", "InvalidSubnetID.NotFound"]),
    ("ec2:AttachInternetGateway", &["InvalidInternetGatewayID.NotFound", "InvalidVpcID.NotFound"]),
    ("ec2:AuthorizeSecurityGroupEgress", &["InvalidGroup.NotFound", "InvalidPrefixListID.NotFound", "InvalidPrefixListId.NotFound"]),
    ("ec2:AuthorizeSecurityGroupIngress", &["InvalidGroup.NotFound", "InvalidPrefixListID.NotFound", "InvalidPrefixListId.NotFound"]),
    ("ec2:CreateFlowLogs", &["InvalidVpcId.NotFound", "InvalidVpcID.NotFound", "InvalidSubnetID.NotFound"]),
    ("ec2:CreateNatGateway", &["InvalidSubnetID.NotFound", "InvalidAllocationID.NotFound"]),
    ("ec2:CreateRoute", &["InvalidRouteTableID.NotFound", "InvalidGatewayID.NotFound", "InvalidNatGatewayID.NotFound", "NatGatewayNotFound"]),
    ("ec2:CreateRouteTable", &["InvalidVpcID.NotFound"]),
    ("ec2:CreateSecurityGroup", &["InvalidVpcID.NotFound"]),
    ("ec2:CreateSubnet", &["InvalidVpcID.NotFound"]),
    ("ec2:CreateVpcEndpoint", &["InvalidVpcId.NotFound", "InvalidVpcID.NotFound", "InvalidRouteTableId.NotFound", "InvalidRouteTableID.NotFound", "InvalidSubnetId.NotFound", "InvalidSubnetID.NotFound", "InvalidGroup.NotFound", "InvalidSecurityGroupId.NotFound"]),
    ("ec2:ModifySubnetAttribute", &["InvalidSubnetID.NotFound"]),
    ("ec2:ModifyVpcAttribute", &["InvalidVpcID.NotFound"]),
    ("ec2:RevokeSecurityGroupEgress", &["InvalidGroup.NotFound"]),
    ("ecs:CreateService", &["ClusterNotFoundException"]),
    ("ecs:PutClusterCapacityProviders", &["ClusterNotFoundException"]),
    ("elasticloadbalancing:CreateListener", &["LoadBalancerNotFound", "TargetGroupNotFound"]),
    ("elasticloadbalancing:ModifyLoadBalancerAttributes", &["LoadBalancerNotFound"]),
    ("elasticloadbalancing:ModifyTargetGroupAttributes", &["TargetGroupNotFound"]),
    ("iam:AttachRolePolicy", &["NoSuchEntity"]),
    ("iam:PutRolePolicy", &["NoSuchEntity"]),
    ("kms:CreateAlias", &["NotFoundException"]),
    ("kms:DisableKey", &["NotFoundException"]),
    ("kms:EnableKeyRotation", &["NotFoundException"]),
    ("logs:PutRetentionPolicy", &["ResourceNotFoundException"]),
    ("rds:CreateDBInstance", &["DBSubnetGroupNotFoundFault", "DBParameterGroupNotFound"]),
    ("rds:ModifyDBParameterGroup", &["DBParameterGroupNotFound"]),
    ("s3:PutBucketCORS", &["NoSuchBucket"]),
    ("s3:PutBucketLogging", &["NoSuchBucket"]),
    ("s3:PutBucketNotification", &["NoSuchBucket"]),
    ("s3:PutBucketObjectLockConfiguration", &["NoSuchBucket"]),
    ("s3:PutBucketOwnershipControls", &["NoSuchBucket"]),
    ("s3:PutBucketPolicy", &["NoSuchBucket"]),
    ("s3:PutBucketPublicAccessBlock", &["NoSuchBucket"]),
    ("s3:PutBucketTagging", &["NoSuchBucket"]),
    ("s3:PutBucketVersioning", &["NoSuchBucket"]),
    ("s3:PutEncryptionConfiguration", &["NoSuchBucket"]),
    ("s3:PutLifecycleConfiguration", &["NoSuchBucket"]),
    ("s3:PutReplicationConfiguration", &["NoSuchBucket"]),
];

/// Whether `action` says by `code` that it doesn't see yet what was just made.
pub(crate) fn is_late(action: &str, code: &str) -> bool {
    LATE.iter().any(|(late, codes)| *late == action && codes.contains(&code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_row_that_fits_decides() {
        for (action, code, message, kind) in [
            ("kms", "ThrottlingException", "", Throttled),
            (
                "rds",
                "InvalidParameterCombination",
                "Cannot delete protected Cluster, disable deletion protection",
                Protected,
            ),
            ("rds", "InvalidParameterCombination", "storage too small", Invalid),
            ("ec2", "InvalidSubnetID.NotFound", "", NotFound),
            ("s3", "InvalidSubnetID.NotFound", "", Other),
            ("iam", "MalformedPolicyDocument", "Invalid principal in policy", Propagating),
            ("iam", "MalformedPolicyDocument", "Syntax errors in policy.", Invalid),
            ("elasticloadbalancing:CreateListener", "CertificateNotFound", "", Propagating),
            ("elasticloadbalancing:ModifyListener", "TargetGroupNotFound", "", NotFound),
            ("s3:CreateBucket", "InternalError", "We encountered an internal error.", Ambiguous),
        ] {
            assert_eq!(classify(action, code, message), kind, "{action} {code} {message}");
        }
    }
}
