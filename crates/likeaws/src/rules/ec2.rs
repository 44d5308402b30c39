//! Networks.

use ironward_emulators::xml;
use serde_json::Value;

use crate::call::Call;
use crate::rule::{Calls, Does, Rule};

pub(super) fn rules() -> Vec<Rule> {
    vec![Rule {
        name: "default-policy-of-interface-endpoints",
        source: "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
        calls: Calls::Of("ec2", &["DescribeVpcEndpoints"]),
        does: Does::Rewrite(endpoint_policies),
    }]
}

/// AWS writes the default policy of an interface endpoint in an order and a form of its own.
fn endpoint_policies(_call: &Call, answer: &str) -> Option<String> {
    const ALL: &str = "{&quot;Statement&quot;:[{&quot;Action&quot;:&quot;*&quot;,&quot;Effect&quot;:&quot;Allow&quot;,\
                       &quot;Principal&quot;:&quot;*&quot;,&quot;Resource&quot;:&quot;*&quot;}]}";
    Some(xml::edit_each(answer, "item", |item| {
        let is_interface = xml::text(item, "vpcEndpointType")?.trim().eq_ignore_ascii_case("interface");
        let policy = |policy: &str| is_default(policy).then(|| ALL.to_owned());
        is_interface.then(|| xml::edit_each(item, "policyDocument", policy))
    }))
}

/// Whether a policy says nothing but that everything is allowed; an emulator may have none.
fn is_default(policy: &str) -> bool {
    let text = policy.replace("&quot;", "\"").replace("&amp;", "&");
    let Ok(policy) = serde_json::from_str::<Value>(&text) else { return text.trim().is_empty() };
    let Some([statement]) = policy["Statement"].as_array().map(Vec::as_slice) else { return false };
    let is_all = |name: &str| statement[name] == "*" || statement[name] == serde_json::json!(["*"]);
    statement["Effect"] == "Allow"
        && is_all("Action")
        && is_all("Principal")
        && is_all("Resource")
        && statement.get("Condition").is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_policy_of_an_interface_endpoint_has_a_form_of_its_own() {
        let request = hyper::Request::new(bytes::Bytes::new());
        let call = Call { service: "ec2".into(), operation: String::new(), request };
        let told = |kind: &str| {
            let policy = "{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\"}]}";
            let item =
                format!("<vpcEndpointType>{kind}</vpcEndpointType><policyDocument>{policy}</policyDocument>");
            let answer = format!("<S><item>{item}</item></S>");
            (endpoint_policies(&call, &answer).unwrap(), answer)
        };
        let (interface, before) = told("Interface");
        assert!(
            interface.contains("[{&quot;Action&quot;:&quot;*&quot;,") && interface != before,
            "{interface}"
        );
        let (gateway, before) = told("Gateway");
        assert_eq!(gateway, before);
    }

    #[test]
    fn only_a_default_policy_is_written_anew() {
        let default = r#"{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;
        assert!(is_default(default) && is_default(&default.replace('"', "&quot;")) && is_default(""));
        let narrow = default.replace(r#""Effect""#, r#""Condition":{"Bool":{"a":"true"}},"Effect""#);
        assert!(!is_default(&narrow));
        assert!(!is_default(&default.replace(r#""Action":"*""#, r#""Action":"s3:*""#)));
    }
}
