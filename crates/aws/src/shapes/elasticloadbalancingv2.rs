//! What the registry says of the values of `elasticloadbalancingv2`.
//!
//! Made by `cargo xtask registry` from the schemas in cfn-lint==1.58.0 (region us-east-1, schemas of 2026-10-20).
// @generated

use super::SOURCE;
use ironward_core::shape::{Bounds, Kind, Shape, Shapes};

/// `AWS::ElasticLoadBalancingV2::Listener`.
pub(super) static LISTENER: Shapes = Shapes::new(
    "AWS::ElasticLoadBalancingV2::Listener",
    SOURCE,
    &[
        Shape::new("").requires(&["DefaultActions", "LoadBalancerArn"]),
        Shape::new("AlpnPolicy").kinds(&[Kind::Array]),
        Shape::new("Certificates").kinds(&[Kind::Array]),
        Shape::new("Certificates.CertificateArn").kinds(&[Kind::String]),
        Shape::new("DefaultActions").kinds(&[Kind::Array]).requires(&["Type"]),
        Shape::new("DefaultActions.AuthenticateCognitoConfig").kinds(&[Kind::Object]).requires(&[
            "UserPoolArn",
            "UserPoolClientId",
            "UserPoolDomain",
        ]),
        Shape::new("DefaultActions.AuthenticateCognitoConfig.AuthenticationRequestExtraParams")
            .kinds(&[Kind::Object]),
        Shape::new("DefaultActions.AuthenticateCognitoConfig.OnUnauthenticatedRequest")
            .kinds(&[Kind::String])
            .values(&["allow", "authenticate", "deny"]),
        Shape::new("DefaultActions.AuthenticateCognitoConfig.Scope").kinds(&[Kind::String]),
        Shape::new("DefaultActions.AuthenticateCognitoConfig.SessionCookieName").kinds(&[Kind::String]),
        Shape::new("DefaultActions.AuthenticateCognitoConfig.SessionTimeout").kinds(&[Kind::String]),
        Shape::new("DefaultActions.AuthenticateCognitoConfig.UserPoolArn").kinds(&[Kind::String]),
        Shape::new("DefaultActions.AuthenticateCognitoConfig.UserPoolClientId").kinds(&[Kind::String]),
        Shape::new("DefaultActions.AuthenticateCognitoConfig.UserPoolDomain").kinds(&[Kind::String]),
        Shape::new("DefaultActions.AuthenticateOidcConfig").kinds(&[Kind::Object]).requires(&[
            "AuthorizationEndpoint",
            "ClientId",
            "Issuer",
            "TokenEndpoint",
            "UserInfoEndpoint",
        ]),
        Shape::new("DefaultActions.AuthenticateOidcConfig.AuthenticationRequestExtraParams")
            .kinds(&[Kind::Object]),
        Shape::new("DefaultActions.AuthenticateOidcConfig.AuthorizationEndpoint").kinds(&[Kind::String]),
        Shape::new("DefaultActions.AuthenticateOidcConfig.ClientId").kinds(&[Kind::String]),
        Shape::new("DefaultActions.AuthenticateOidcConfig.ClientSecret").kinds(&[Kind::String]),
        Shape::new("DefaultActions.AuthenticateOidcConfig.Issuer").kinds(&[Kind::String]),
        Shape::new("DefaultActions.AuthenticateOidcConfig.OnUnauthenticatedRequest")
            .kinds(&[Kind::String])
            .values(&["allow", "authenticate", "deny"]),
        Shape::new("DefaultActions.AuthenticateOidcConfig.Scope").kinds(&[Kind::String]),
        Shape::new("DefaultActions.AuthenticateOidcConfig.SessionCookieName").kinds(&[Kind::String]),
        Shape::new("DefaultActions.AuthenticateOidcConfig.SessionTimeout").kinds(&[Kind::String]),
        Shape::new("DefaultActions.AuthenticateOidcConfig.TokenEndpoint").kinds(&[Kind::String]),
        Shape::new("DefaultActions.AuthenticateOidcConfig.UseExistingClientSecret").kinds(&[Kind::Boolean]),
        Shape::new("DefaultActions.AuthenticateOidcConfig.UserInfoEndpoint").kinds(&[Kind::String]),
        Shape::new("DefaultActions.FixedResponseConfig").kinds(&[Kind::Object]).requires(&["StatusCode"]),
        Shape::new("DefaultActions.FixedResponseConfig.ContentType")
            .kinds(&[Kind::String])
            .length(Bounds::between(0.0, 32.0)),
        Shape::new("DefaultActions.FixedResponseConfig.MessageBody")
            .kinds(&[Kind::String])
            .length(Bounds::between(0.0, 1024.0)),
        Shape::new("DefaultActions.FixedResponseConfig.StatusCode")
            .kinds(&[Kind::String])
            .pattern(r"^(2|4|5)\d\d$"),
        Shape::new("DefaultActions.ForwardConfig").kinds(&[Kind::Object]),
        Shape::new("DefaultActions.ForwardConfig.TargetGroupStickinessConfig").kinds(&[Kind::Object]),
        Shape::new("DefaultActions.ForwardConfig.TargetGroupStickinessConfig.DurationSeconds")
            .kinds(&[Kind::Integer]),
        Shape::new("DefaultActions.ForwardConfig.TargetGroupStickinessConfig.Enabled")
            .kinds(&[Kind::Boolean]),
        Shape::new("DefaultActions.ForwardConfig.TargetGroups").kinds(&[Kind::Array]),
        Shape::new("DefaultActions.ForwardConfig.TargetGroups.TargetGroupArn").kinds(&[Kind::String]),
        Shape::new("DefaultActions.ForwardConfig.TargetGroups.Weight").kinds(&[Kind::Integer]),
        Shape::new("DefaultActions.JwtValidationConfig")
            .kinds(&[Kind::Object])
            .requires(&["Issuer", "JwksEndpoint"]),
        Shape::new("DefaultActions.JwtValidationConfig.AdditionalClaims")
            .kinds(&[Kind::Array])
            .requires(&["Format", "Name", "Values"]),
        Shape::new("DefaultActions.JwtValidationConfig.AdditionalClaims.Format")
            .kinds(&[Kind::String])
            .values(&["single-string", "space-separated-values", "string-array"]),
        Shape::new("DefaultActions.JwtValidationConfig.AdditionalClaims.Name").kinds(&[Kind::String]),
        Shape::new("DefaultActions.JwtValidationConfig.AdditionalClaims.Values").kinds(&[Kind::Array]),
        Shape::new("DefaultActions.JwtValidationConfig.Issuer").kinds(&[Kind::String]),
        Shape::new("DefaultActions.JwtValidationConfig.JwksEndpoint").kinds(&[Kind::String]),
        Shape::new("DefaultActions.Order").kinds(&[Kind::Integer]).range(Bounds::between(1.0, 50000.0)),
        Shape::new("DefaultActions.RedirectConfig").kinds(&[Kind::Object]).requires(&["StatusCode"]),
        Shape::new("DefaultActions.RedirectConfig.Host")
            .kinds(&[Kind::String])
            .length(Bounds::between(1.0, 128.0)),
        Shape::new("DefaultActions.RedirectConfig.Path")
            .kinds(&[Kind::String])
            .length(Bounds::between(1.0, 128.0)),
        Shape::new("DefaultActions.RedirectConfig.Port").kinds(&[Kind::String]),
        Shape::new("DefaultActions.RedirectConfig.Protocol")
            .kinds(&[Kind::String])
            .pattern(r"^(HTTPS?|#\{protocol\})$"),
        Shape::new("DefaultActions.RedirectConfig.Query")
            .kinds(&[Kind::String])
            .length(Bounds::between(0.0, 128.0)),
        Shape::new("DefaultActions.RedirectConfig.StatusCode")
            .kinds(&[Kind::String])
            .values(&["HTTP_301", "HTTP_302"]),
        Shape::new("DefaultActions.TargetGroupArn").kinds(&[Kind::String]),
        Shape::new("DefaultActions.Type").kinds(&[Kind::String]).values(&[
            "authenticate-cognito",
            "authenticate-oidc",
            "fixed-response",
            "forward",
            "jwt-validation",
            "redirect",
        ]),
        Shape::new("ListenerAttributes").kinds(&[Kind::Array]),
        Shape::new("ListenerAttributes.Key").kinds(&[Kind::String]),
        Shape::new("ListenerAttributes.Value").kinds(&[Kind::String]),
        Shape::new("LoadBalancerArn").kinds(&[Kind::String]),
        Shape::new("MutualAuthentication").kinds(&[Kind::Object]),
        Shape::new("MutualAuthentication.AdvertiseTrustStoreCaNames")
            .kinds(&[Kind::String])
            .values(&["off", "on"]),
        Shape::new("MutualAuthentication.IgnoreClientCertificateExpiry").kinds(&[Kind::Boolean]),
        Shape::new("MutualAuthentication.Mode").kinds(&[Kind::String]),
        Shape::new("MutualAuthentication.TrustStoreArn").kinds(&[Kind::String]),
        Shape::new("Port").kinds(&[Kind::Integer]).range(Bounds::between(1.0, 65535.0)),
        Shape::new("Protocol")
            .kinds(&[Kind::String])
            .values(&["GENEVE", "HTTP", "HTTPS", "QUIC", "TCP", "TCP_QUIC", "TCP_UDP", "TLS", "UDP"]),
        Shape::new("SslPolicy").kinds(&[Kind::String]),
        Shape::new("Tags").kinds(&[Kind::Array]).items(Bounds::least(1.0)).requires(&["Key", "Value"]),
        Shape::new("Tags.Key")
            .kinds(&[Kind::String])
            .length(Bounds::between(1.0, 128.0))
            .pattern(r"^([a-zA-Z\x{80}-\x{10FFFF} \x{80}-\x{10FFFF}0-9\x{80}-\x{10FFFF}_.:/=+\-@]*)$"),
        Shape::new("Tags.Value")
            .kinds(&[Kind::String])
            .length(Bounds::between(0.0, 256.0))
            .pattern(r"^([a-zA-Z\x{80}-\x{10FFFF} \x{80}-\x{10FFFF}0-9\x{80}-\x{10FFFF}_.:/=+\-@]*)$"),
    ],
);

/// `AWS::ElasticLoadBalancingV2::LoadBalancer`.
pub(super) static LOAD_BALANCER: Shapes = Shapes::new(
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    SOURCE,
    &[
        Shape::new("EnableCapacityReservationProvisionStabilize").kinds(&[Kind::Boolean]),
        Shape::new("EnablePrefixForIpv6SourceNat").kinds(&[Kind::String]).values(&["off", "on"]),
        Shape::new("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic").kinds(&[Kind::String]),
        Shape::new("IpAddressType").kinds(&[Kind::String]).values(&[
            "dualstack",
            "dualstack-without-public-ipv4",
            "ipv4",
        ]),
        Shape::new("Ipv4IpamPoolId").kinds(&[Kind::String]),
        Shape::new("LoadBalancerAttributes").kinds(&[Kind::Array]),
        Shape::new("LoadBalancerAttributes.Key").kinds(&[Kind::String]),
        Shape::new("LoadBalancerAttributes.Value").kinds(&[Kind::String]),
        Shape::new("MinimumLoadBalancerCapacity").kinds(&[Kind::Object]).requires(&["CapacityUnits"]),
        Shape::new("MinimumLoadBalancerCapacity.CapacityUnits").kinds(&[Kind::Integer]),
        Shape::new("Name").kinds(&[Kind::String]),
        Shape::new("Scheme").kinds(&[Kind::String]).values(&["internal", "internet-facing"]),
        Shape::new("SecurityGroups").kinds(&[Kind::Array]),
        Shape::new("SubnetMappings").kinds(&[Kind::Array]).requires(&["SubnetId"]),
        Shape::new("SubnetMappings.AllocationId").kinds(&[Kind::String]),
        Shape::new("SubnetMappings.IPv6Address").kinds(&[Kind::String]),
        Shape::new("SubnetMappings.PrivateIPv4Address").kinds(&[Kind::String]),
        Shape::new("SubnetMappings.SourceNatIpv6Prefix").kinds(&[Kind::String]),
        Shape::new("SubnetMappings.SubnetId").kinds(&[Kind::String]),
        Shape::new("Subnets").kinds(&[Kind::Array]),
        Shape::new("Tags").kinds(&[Kind::Array]).requires(&["Key"]),
        Shape::new("Tags.Key")
            .kinds(&[Kind::String])
            .length(Bounds::between(1.0, 128.0))
            .pattern(r"^([a-zA-Z\x{80}-\x{10FFFF} \x{80}-\x{10FFFF}0-9\x{80}-\x{10FFFF}_.:/=+\-@]*)$"),
        Shape::new("Tags.Value")
            .kinds(&[Kind::String])
            .length(Bounds::between(0.0, 256.0))
            .pattern(r"^([a-zA-Z\x{80}-\x{10FFFF} \x{80}-\x{10FFFF}0-9\x{80}-\x{10FFFF}_.:/=+\-@]*)$"),
        Shape::new("Type").kinds(&[Kind::String]).values(&["application", "gateway", "network"]),
    ],
);

/// `AWS::ElasticLoadBalancingV2::TargetGroup`.
pub(super) static TARGET_GROUP: Shapes = Shapes::new(
    "AWS::ElasticLoadBalancingV2::TargetGroup",
    SOURCE,
    &[
        Shape::new("HealthCheckEnabled").kinds(&[Kind::Boolean]),
        Shape::new("HealthCheckIntervalSeconds").kinds(&[Kind::Integer]).range(Bounds::between(5.0, 300.0)),
        Shape::new("HealthCheckPath").kinds(&[Kind::String]).length(Bounds::between(1.0, 1024.0)),
        Shape::new("HealthCheckPort").kinds(&[Kind::String]),
        Shape::new("HealthCheckProtocol")
            .kinds(&[Kind::String])
            .values(&["GENEVE", "HTTP", "HTTPS", "QUIC", "TCP", "TCP_QUIC", "TCP_UDP", "TLS", "UDP"]),
        Shape::new("HealthCheckTimeoutSeconds").kinds(&[Kind::Integer]).range(Bounds::between(2.0, 120.0)),
        Shape::new("HealthyThresholdCount").kinds(&[Kind::Integer]).range(Bounds::between(2.0, 10.0)),
        Shape::new("IpAddressType").kinds(&[Kind::String]).values(&["ipv4", "ipv6"]),
        Shape::new("Matcher").kinds(&[Kind::Object]),
        Shape::new("Matcher.GrpcCode").kinds(&[Kind::String]),
        Shape::new("Matcher.HttpCode").kinds(&[Kind::String]),
        Shape::new("Name").kinds(&[Kind::String]),
        Shape::new("Port").kinds(&[Kind::Integer]).range(Bounds::between(1.0, 65535.0)),
        Shape::new("Protocol")
            .kinds(&[Kind::String])
            .values(&["GENEVE", "HTTP", "HTTPS", "QUIC", "TCP", "TCP_QUIC", "TCP_UDP", "TLS", "UDP"]),
        Shape::new("ProtocolVersion").kinds(&[Kind::String]),
        Shape::new("Tags").kinds(&[Kind::Array]).requires(&["Key", "Value"]),
        Shape::new("Tags.Key")
            .kinds(&[Kind::String])
            .length(Bounds::between(1.0, 128.0))
            .pattern(r"^([a-zA-Z\x{80}-\x{10FFFF} \x{80}-\x{10FFFF}0-9\x{80}-\x{10FFFF}_.:/=+\-@]*)$"),
        Shape::new("Tags.Value")
            .kinds(&[Kind::String])
            .length(Bounds::between(0.0, 256.0))
            .pattern(r"^([a-zA-Z\x{80}-\x{10FFFF} \x{80}-\x{10FFFF}0-9\x{80}-\x{10FFFF}_.:/=+\-@]*)$"),
        Shape::new("TargetControlPort").kinds(&[Kind::Integer]).range(Bounds::between(1.0, 65535.0)),
        Shape::new("TargetGroupAttributes").kinds(&[Kind::Array]),
        Shape::new("TargetGroupAttributes.Key").kinds(&[Kind::String]),
        Shape::new("TargetGroupAttributes.Value").kinds(&[Kind::String]),
        Shape::new("TargetType").kinds(&[Kind::String]).values(&["alb", "instance", "ip", "lambda"]),
        Shape::new("Targets").kinds(&[Kind::Array]).requires(&["Id"]),
        Shape::new("Targets.AvailabilityZone").kinds(&[Kind::String]),
        Shape::new("Targets.Id").kinds(&[Kind::String]),
        Shape::new("Targets.Port").kinds(&[Kind::Integer]).range(Bounds::between(1.0, 65535.0)),
        Shape::new("Targets.QuicServerId").kinds(&[Kind::String]).length(Bounds::between(1.0, 256.0)),
        Shape::new("UnhealthyThresholdCount").kinds(&[Kind::Integer]).range(Bounds::between(2.0, 10.0)),
        Shape::new("VpcId").kinds(&[Kind::String]),
    ],
);
