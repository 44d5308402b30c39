//! Attributes: a list of `Key` and `Value`, of which only the declared ones are ours.

use std::collections::BTreeMap;

use ironward_core::document::Document;
use ironward_core::error::ProviderError;
use serde_json::Value as Json;

/// Attributes by key.
pub(super) type Keys = BTreeMap<String, String>;

/// What attributes of load balancers are when nobody set them. The bucket of logs has no such
/// value: it stays while no log is delivered there.
pub(super) const OF_LOAD_BALANCERS: &[(&str, &str)] = &[
    ("access_logs.s3.enabled", "false"),
    ("access_logs.s3.prefix", ""),
    ("client_keep_alive.seconds", "3600"),
    ("connection_logs.s3.enabled", "false"),
    ("connection_logs.s3.prefix", ""),
    ("deletion_protection.enabled", "false"),
    ("idle_timeout.timeout_seconds", "60"),
    ("routing.http.desync_mitigation_mode", "defensive"),
    ("routing.http.drop_invalid_header_fields.enabled", "false"),
    ("routing.http.preserve_host_header.enabled", "false"),
    ("routing.http.x_amzn_tls_version_and_cipher_suite.enabled", "false"),
    ("routing.http.xff_client_port.enabled", "false"),
    ("routing.http.xff_header_processing.mode", "append"),
    ("routing.http2.enabled", "true"),
    ("waf.fail_open.enabled", "false"),
    ("zonal_shift.config.enabled", "false"),
];

/// What attributes of listeners are when nobody set them: headers have the names that the load
/// balancer gives them, and answers get none.
pub(super) const OF_LISTENERS: &[(&str, &str)] = &[
    ("routing.http.request.x_amzn_mtls_clientcert.header_name", "X-Amzn-Mtls-Clientcert"),
    ("routing.http.request.x_amzn_mtls_clientcert_issuer.header_name", "X-Amzn-Mtls-Clientcert-Issuer"),
    ("routing.http.request.x_amzn_mtls_clientcert_leaf.header_name", "X-Amzn-Mtls-Clientcert-Leaf"),
    (
        "routing.http.request.x_amzn_mtls_clientcert_serial_number.header_name",
        "X-Amzn-Mtls-Clientcert-Serial-Number",
    ),
    ("routing.http.request.x_amzn_mtls_clientcert_subject.header_name", "X-Amzn-Mtls-Clientcert-Subject"),
    ("routing.http.request.x_amzn_mtls_clientcert_validity.header_name", "X-Amzn-Mtls-Clientcert-Validity"),
    ("routing.http.request.x_amzn_tls_cipher_suite.header_name", "X-Amzn-Tls-Cipher-Suite"),
    ("routing.http.request.x_amzn_tls_version.header_name", "X-Amzn-Tls-Version"),
    ("routing.http.response.access_control_allow_credentials.header_value", ""),
    ("routing.http.response.access_control_allow_headers.header_value", ""),
    ("routing.http.response.access_control_allow_methods.header_value", ""),
    ("routing.http.response.access_control_allow_origin.header_value", ""),
    ("routing.http.response.access_control_expose_headers.header_value", ""),
    ("routing.http.response.access_control_max_age.header_value", ""),
    ("routing.http.response.content_security_policy.header_value", ""),
    ("routing.http.response.server.enabled", "true"),
    ("routing.http.response.strict_transport_security.header_value", ""),
    ("routing.http.response.x_content_type_options.header_value", ""),
    ("routing.http.response.x_frame_options.header_value", ""),
];

/// What attributes of target groups are when nobody set them.
pub(super) const OF_TARGET_GROUPS: &[(&str, &str)] = &[
    ("deregistration_delay.timeout_seconds", "300"),
    ("load_balancing.algorithm.type", "round_robin"),
    ("slow_start.duration_seconds", "0"),
    ("stickiness.enabled", "false"),
    ("stickiness.lb_cookie.duration_seconds", "86400"),
    ("target_group_health.unhealthy_state_routing.minimum_healthy_targets.count", "1"),
];

/// The declared attributes of a property.
pub(super) fn declared(properties: &Document, name: &str) -> Result<Keys, ProviderError> {
    let mut keys = Keys::new();
    for attribute in properties.list::<Document>(name)? {
        let value = match attribute.json("Value") {
            Some(Json::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => String::new(),
        };
        keys.insert(attribute.get("Key")?, value);
    }
    Ok(keys)
}

/// What is to be set so that `after` holds: its own attributes, and the defaults of those that
/// were declared `before` and aren't any more.
pub(super) fn to_set(before: &Keys, after: &Keys, defaults: &[(&str, &str)]) -> Keys {
    let left = defaults
        .iter()
        .filter(|(key, _)| before.contains_key(*key) && !after.contains_key(*key))
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    left.chain(after.clone()).collect()
}

/// What is seen of the declared attributes, as the property; nothing where none is declared.
pub(super) fn seen(declared: &Keys, seen: &Keys) -> Option<Vec<Document>> {
    let pair = |(key, value): (&String, &String)| Document::new().with("Key", key).with("Value", value);
    let ours = seen.iter().filter(|(key, _)| declared.contains_key(*key));
    (!declared.is_empty()).then(|| ours.map(pair).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(pairs: &[(&str, &str)]) -> Keys {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn what_is_no_longer_declared_goes_back_to_its_default() {
        let before = keys(&[("idle_timeout.timeout_seconds", "90"), ("access_logs.s3.bucket", "b")]);
        let after = keys(&[("routing.http2.enabled", "false")]);
        let set = to_set(&before, &after, OF_LOAD_BALANCERS);
        let expected = keys(&[("idle_timeout.timeout_seconds", "60"), ("routing.http2.enabled", "false")]);
        assert_eq!(set, expected);
    }

    #[test]
    fn only_declared_attributes_are_reported() {
        let all = keys(&[("a", "1"), ("b", "2")]);
        let one = seen(&keys(&[("b", "3")]), &all).unwrap_or_default();
        assert_eq!(one, [Document::new().with("Key", "b").with("Value", "2")]);
        assert_eq!(seen(&Keys::new(), &all), None);
    }
}
