//! VPC endpoints of EC2 of every kind, with their places, policy and DNS.
//!
//! Source: Amazon EC2 API Reference, `CreateVpcEndpoint`, `ModifyVpcEndpoint`, `DeleteVpcEndpoints`,
//! `VpcEndpoint`, `DnsOptions`.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::{Call, Keeper, Parameters, cloud, element, hold, items, list};
use crate::ec2::fixture::Network;
use crate::ec2::vpc_endpoint::InterfaceSubject;

/// What each endpoint was made and changed with, by id.
#[derive(Debug, Default)]
struct Endpoints(Mutex<(usize, BTreeMap<String, Endpoint>)>);

#[derive(Debug, Default)]
struct Endpoint {
    set: Parameters,
    /// What it has of each kind of place.
    places: BTreeMap<&'static str, Vec<String>>,
}

/// Parameters, and the elements that show them.
const SHOWN: &[(&str, &str)] = &[
    ("IpAddressType", "ipAddressType"),
    ("PrivateDnsEnabled", "privateDnsEnabled"),
    ("ResourceConfigurationArn", "resourceConfigurationArn"),
    ("ServiceName", "serviceName"),
    ("ServiceNetworkArn", "serviceNetworkArn"),
    ("ServiceRegion", "serviceRegion"),
    ("VpcEndpointType", "vpcEndpointType"),
    ("VpcId", "vpcId"),
];

const DNS: &[(&str, &str)] = &[
    ("DnsOptions.DnsRecordIpType", "dnsRecordIpType"),
    ("DnsOptions.PrivateDnsOnlyForInboundResolverEndpoint", "privateDnsOnlyForInboundResolverEndpoint"),
    ("DnsOptions.PrivateDnsPreference", "privateDnsPreference"),
];

/// What an endpoint has unless something else is asked for.
const BEGINS: &[(&str, &str)] = &[
    ("DnsOptions.DnsRecordIpType", "ipv4"),
    ("DnsOptions.PrivateDnsOnlyForInboundResolverEndpoint", "false"),
    ("IpAddressType", "ipv4"),
    ("PolicyDocument", r#"{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}"#),
    ("PrivateDnsEnabled", "false"),
    ("ServiceRegion", "us-east-1"),
];

/// Kinds of places, and the list that shows them.
const PLACES: [(&str, &str); 3] =
    [("RouteTableId", "routeTableIdSet"), ("SubnetId", "subnetIdSet"), ("SecurityGroupId", "groupSet")];

impl Endpoint {
    fn change(&mut self, parameters: Parameters) {
        for (place, _) in PLACES {
            let has = self.places.entry(place).or_default();
            has.extend(list(&parameters, place));
            has.extend(list(&parameters, &format!("Add{place}")));
            let gone = list(&parameters, &format!("Remove{place}"));
            has.retain(|id| !gone.contains(id));
        }
        let domains = "DnsOptions.PrivateDnsSpecifiedDomain.";
        if parameters.keys().any(|name| name.starts_with(domains)) {
            self.set.retain(|name, _| !name.starts_with(domains));
        }
        self.set.extend(parameters);
    }

    fn described(&self, id: &str) -> String {
        let shown = |of: &[(&str, &str)]| -> String {
            of.iter().filter_map(|(parameter, name)| Some(element(name, self.set.get(*parameter)?))).collect()
        };
        let mut described = element("vpcEndpointId", id) + &element("state", "available") + &shown(SHOWN);
        for (place, name) in PLACES {
            let item = |id: &String| match place {
                "SecurityGroupId" => element("item", &element("groupId", id)),
                _ => element("item", id),
            };
            let items: String = self.places.get(place).into_iter().flatten().map(item).collect();
            described += &element(name, &items);
        }
        let domains = list(&self.set, "DnsOptions.PrivateDnsSpecifiedDomain");
        let domains: String = domains.iter().map(|domain| element("item", domain)).collect();
        described +=
            &element("dnsOptions", &(shown(DNS) + &element("privateDnsSpecifiedDomainSet", &domains)));
        if let Some(policy) = self.set.get("PolicyDocument") {
            described += &element("policyDocument", &policy.replace('&', "&amp;").replace('<', "&lt;"));
        }
        let tag = |tag: &Parameters| {
            element("item", &(element("key", &tag["Key"]) + &element("value", &tag["Value"])))
        };
        let tags: String = items(&self.set, "TagSpecification.1.Tag").iter().map(tag).collect();
        described + &element("tagSet", &tags)
    }
}

impl Keeper for Endpoints {
    fn answer(&self, call: &Call) -> Option<(u16, String)> {
        let parameters = call.parameters();
        let mut kept = self.0.lock().unwrap();
        let (count, endpoints) = &mut *kept;
        let asked = list(&parameters, "VpcEndpointId");
        let content = match call.operation.as_str() {
            "CreateVpcEndpoint" => {
                *count += 1;
                let id = format!("vpce-{count:017x}");
                let begins = BEGINS.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
                let endpoint = endpoints.entry(id.clone()).or_default();
                endpoint.set.extend(begins);
                endpoint.change(parameters);
                element("vpcEndpoint", &endpoint.described(&id))
            }
            "ModifyVpcEndpoint" => {
                endpoints.get_mut(parameters.get("VpcEndpointId")?)?.change(parameters);
                element("return", "true")
            }
            "DeleteVpcEndpoints" => {
                endpoints.retain(|id, _| !asked.contains(id));
                element("unsuccessful", "")
            }
            "DescribeVpcEndpoints" => {
                let found = endpoints.iter().filter(|(id, _)| asked.is_empty() || asked.contains(id));
                let found: String =
                    found.map(|(id, endpoint)| element("item", &endpoint.described(id))).collect();
                element("vpcEndpointSet", &found)
            }
            _ => return None,
        };
        Some((200, element(&format!("{}Response", call.operation), &content)))
    }
}

#[tokio::test]
async fn endpoints_settle() {
    let cloud = cloud(Endpoints::default()).await;
    hold(&InterfaceSubject { network: Network::make(&cloud).await }, cloud).await;
}
