//! Attributes of load balancers and target groups: a list of `Key` and `Value` to the API, typed
//! here. The list is in the order of the keys.

use std::collections::BTreeMap;

use ironward_core::output::{IntoInput, Output, ToValue};
use ironward_core::value::Value;
use ironward_macros::Choice;

use crate::s3::{BucketName, LogDelivery};

type Keys = BTreeMap<&'static str, Value>;

fn lowered(keys: &Keys) -> Value {
    let attribute = |(key, value): (&&'static str, &Value)| {
        let members = [("Key".to_owned(), key.to_value()), ("Value".to_owned(), value.clone())];
        Value::Map(BTreeMap::from(members))
    };
    Value::List(keys.iter().map(attribute).collect())
}

macro_rules! attributes {
    ($type:ident { $($(#[$meta:meta])* $method:ident: $kind:ty = $key:literal,)* }) => {
        impl $type {
            /// No attribute is declared.
            #[must_use]
            pub fn new() -> Self {
                Self::default()
            }

            $(
                $(#[$meta])*
                #[must_use]
                pub fn $method(mut self, value: impl IntoInput<$kind>) -> Self {
                    self.0.insert($key, value.into_input().to_value());
                    self
                }
            )*
        }

        impl ToValue for $type {
            fn to_value(&self) -> Value {
                lowered(&self.0)
            }
        }
    };
}

/// The attributes of an application load balancer; what isn't declared is left alone.
/// Source: ELBv2 API Reference, `LoadBalancerAttribute`.
#[derive(Debug, Clone, Default)]
pub struct LoadBalancerAttributes(Keys);

attributes! {
    LoadBalancerAttributes {
        /// Whether the API refuses to delete it (45 CFR 164.308(a)(7)(i)); false unless set
        /// otherwise.
        deletion_protection: bool = "deletion_protection.enabled",
        /// Whether headers with invalid names are dropped instead of passed on
        /// (45 CFR 164.312(e)(1)); false unless set otherwise.
        drop_invalid_header_fields: bool = "routing.http.drop_invalid_header_fields.enabled",
        /// What is done with requests that may be smuggled; defensive unless set otherwise.
        desync_mitigation: DesyncMitigation = "routing.http.desync_mitigation_mode",
        /// Seconds that a connection may be silent, 1 to 4000; 60 unless set otherwise.
        idle_timeout_seconds: i64 = "idle_timeout.timeout_seconds",
        /// Seconds that a client's connection is kept, 60 to 604800; 3600 unless set otherwise.
        client_keep_alive_seconds: i64 = "client_keep_alive.seconds",
        /// Whether clients may speak HTTP/2; true unless set otherwise.
        http2: bool = "routing.http2.enabled",
        /// Whether requests pass when the web firewall can't be asked; false unless set otherwise.
        waf_fail_open: bool = "waf.fail_open.enabled",
        /// Whether the client's `Host` header reaches the target unchanged; false unless set
        /// otherwise.
        preserve_host_header: bool = "routing.http.preserve_host_header.enabled",
        /// Whether targets are told the negotiated TLS version and cipher suite; false unless
        /// set otherwise.
        tls_version_and_cipher_headers: bool = "routing.http.x_amzn_tls_version_and_cipher_suite.enabled",
        /// Whether `X-Forwarded-For` holds the client's port; false unless set otherwise.
        forwarded_for_client_port: bool = "routing.http.xff_client_port.enabled",
        /// What is done with `X-Forwarded-For`; appended to unless set otherwise.
        forwarded_for: ForwardedFor = "routing.http.xff_header_processing.mode",
        /// Whether traffic may be shifted away from a zone; false unless set otherwise.
        zonal_shift: bool = "zonal_shift.config.enabled",
    }
}

impl LoadBalancerAttributes {
    /// Delivers access logs to a bucket that takes them (45 CFR 164.312(b)).
    #[must_use]
    pub fn access_logs(self, bucket: impl IntoInput<BucketName<LogDelivery>>, prefix: &str) -> Self {
        self.logs(
            ["access_logs.s3.enabled", "access_logs.s3.bucket", "access_logs.s3.prefix"],
            bucket.into_input(),
            prefix,
        )
    }

    /// Delivers connection logs, which say who connected with which TLS version, to a bucket that
    /// takes them (45 CFR 164.312(b)).
    #[must_use]
    pub fn connection_logs(self, bucket: impl IntoInput<BucketName<LogDelivery>>, prefix: &str) -> Self {
        self.logs(
            ["connection_logs.s3.enabled", "connection_logs.s3.bucket", "connection_logs.s3.prefix"],
            bucket.into_input(),
            prefix,
        )
    }

    fn logs(
        mut self,
        keys: [&'static str; 3],
        bucket: Output<BucketName<LogDelivery>>,
        prefix: &str,
    ) -> Self {
        let [enabled, name, before] = keys;
        self.0.extend([(enabled, true.to_value()), (name, bucket.to_value()), (before, prefix.to_value())]);
        self
    }
}

/// The attributes of a listener: headers that it renames, sets or takes away. What isn't declared
/// is left alone.
/// Source: ELBv2 API Reference, `ListenerAttribute`.
#[derive(Debug, Clone, Default)]
pub struct ListenerAttributes(Keys);

attributes! {
    ListenerAttributes {
        /// The name of the header with the serial number of the client's certificate.
        client_certificate_serial_number_header: String =
            "routing.http.request.x_amzn_mtls_clientcert_serial_number.header_name",
        /// The name of the header with the issuer of the client's certificate.
        client_certificate_issuer_header: String =
            "routing.http.request.x_amzn_mtls_clientcert_issuer.header_name",
        /// The name of the header with the subject of the client's certificate.
        client_certificate_subject_header: String =
            "routing.http.request.x_amzn_mtls_clientcert_subject.header_name",
        /// The name of the header with the validity of the client's certificate.
        client_certificate_validity_header: String =
            "routing.http.request.x_amzn_mtls_clientcert_validity.header_name",
        /// The name of the header with the client's certificate alone.
        client_certificate_leaf_header: String =
            "routing.http.request.x_amzn_mtls_clientcert_leaf.header_name",
        /// The name of the header with the client's certificate and its chain.
        client_certificate_header: String = "routing.http.request.x_amzn_mtls_clientcert.header_name",
        /// The name of the header with the TLS version.
        tls_version_header: String = "routing.http.request.x_amzn_tls_version.header_name",
        /// The name of the header with the cipher suite.
        tls_cipher_suite_header: String = "routing.http.request.x_amzn_tls_cipher_suite.header_name",
        /// Whether answers name the server; true unless set otherwise.
        server_header: bool = "routing.http.response.server.enabled",
        /// How long browsers use HTTPS only, such as `max-age=31536000; includeSubDomains`
        /// (45 CFR 164.312(e)(1)).
        strict_transport_security: String =
            "routing.http.response.strict_transport_security.header_value",
        /// Which origin may read answers.
        access_control_allow_origin: String =
            "routing.http.response.access_control_allow_origin.header_value",
        /// Which methods other origins may use.
        access_control_allow_methods: String =
            "routing.http.response.access_control_allow_methods.header_value",
        /// Which headers other origins may send.
        access_control_allow_headers: String =
            "routing.http.response.access_control_allow_headers.header_value",
        /// Whether other origins may send credentials: `true`.
        access_control_allow_credentials: String =
            "routing.http.response.access_control_allow_credentials.header_value",
        /// Which headers of answers other origins may read.
        access_control_expose_headers: String =
            "routing.http.response.access_control_expose_headers.header_value",
        /// For how many seconds a preflight answer may be kept.
        access_control_max_age: String = "routing.http.response.access_control_max_age.header_value",
        /// Where pages may load from.
        content_security_policy: String = "routing.http.response.content_security_policy.header_value",
        /// Whether browsers may guess media types: `nosniff`.
        x_content_type_options: String = "routing.http.response.x_content_type_options.header_value",
        /// Whether pages may stand in frames: `DENY` or `SAMEORIGIN`.
        x_frame_options: String = "routing.http.response.x_frame_options.header_value",
    }
}

/// The attributes of a target group; what isn't declared is left alone.
/// Source: ELBv2 API Reference, `TargetGroupAttribute`.
#[derive(Debug, Clone, Default)]
pub struct TargetGroupAttributes(Keys);

attributes! {
    TargetGroupAttributes {
        /// Seconds that a target may finish its requests in once it leaves, 0 to 3600; 300 unless
        /// set otherwise.
        deregistration_delay_seconds: i64 = "deregistration_delay.timeout_seconds",
        /// Seconds in which a new target is brought up to its share, 30 to 900, or 0 for at once;
        /// 0 unless set otherwise.
        slow_start_seconds: i64 = "slow_start.duration_seconds",
        /// How a target is chosen; in turn unless set otherwise.
        algorithm: Algorithm = "load_balancing.algorithm.type",
        /// The fewest healthy targets; with fewer, traffic goes to all. 1 unless set otherwise.
        minimum_healthy_targets: i64 = "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count",
    }
}

impl TargetGroupAttributes {
    /// Keeps a client with its target for this many seconds, 1 to 604800, by a cookie of the load
    /// balancer's own.
    #[must_use]
    pub fn sticky_seconds(mut self, seconds: i64) -> Self {
        self.0.extend([
            ("stickiness.enabled", true.to_value()),
            ("stickiness.type", "lb_cookie".to_value()),
            ("stickiness.lb_cookie.duration_seconds", seconds.to_value()),
        ]);
        self
    }
}

/// What is done with requests that may be smuggled (45 CFR 164.312(e)(2)(i)). Watching them
/// without doing anything isn't among the choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum DesyncMitigation {
    /// Requests that may be dangerous are sent on over a connection of their own.
    #[value("defensive")]
    Defensive,
    /// Only requests that follow RFC 7230 are passed on.
    #[value("strictest")]
    Strictest,
}

/// What is done with the header `X-Forwarded-For`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum ForwardedFor {
    /// The client's address is added to it.
    #[value("append")]
    Append,
    /// It is passed on as it came.
    #[value("preserve")]
    Preserve,
    /// It is removed.
    #[value("remove")]
    Remove,
}

/// How a target is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Algorithm {
    /// In turn.
    #[value("round_robin")]
    RoundRobin,
    /// The one with the fewest requests under way.
    #[value("least_outstanding_requests")]
    LeastOutstandingRequests,
    /// By chance.
    #[value("weighted_random")]
    WeightedRandom,
}
