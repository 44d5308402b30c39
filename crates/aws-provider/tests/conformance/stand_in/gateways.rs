//! NAT gateways of EC2 with all of their addresses: the one that they are made with, those that are added
//! and taken away, and those that a regional one has in each zone.
//!
//! Source: Amazon EC2 API Reference, `CreateNatGateway`, `AssociateNatGatewayAddress`,
//! `DisassociateNatGatewayAddress`, `AssignPrivateNatGatewayAddress`, `UnassignPrivateNatGatewayAddress`,
//! `NatGateway`, `NatGatewayAddress`.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::{Call, Keeper, Parameters, cloud, element, hold, items, list};
use crate::cloud::Emulator;
use crate::ec2::gateways::{PrivateNatSubject, PublicNatSubject};

#[derive(Debug, Default)]
struct Gateways(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    count: usize,
    gateways: BTreeMap<String, Gateway>,
}

#[derive(Debug, Default)]
struct Gateway {
    /// The elements of its description that never change.
    fixed: String,
    tags: BTreeMap<String, String>,
    addresses: Vec<Address>,
}

#[derive(Debug, Default)]
struct Address {
    association: String,
    allocation: Option<String>,
    private: Option<String>,
    zone: Option<String>,
    primary: bool,
}

impl Address {
    fn described(&self) -> String {
        let optional = |name: &str, value: &Option<String>| {
            value.as_ref().map(|value| element(name, value)).unwrap_or_default()
        };
        let members = [
            optional("allocationId", &self.allocation),
            optional("privateIp", &self.private),
            optional("availabilityZone", &self.zone),
            element("associationId", &self.association),
            element("isPrimary", &self.primary.to_string()),
            element("status", "succeeded"),
        ];
        element("item", &members.concat())
    }
}

impl Gateway {
    fn described(&self, id: &str) -> String {
        let addresses: String = self.addresses.iter().map(Address::described).collect();
        let tag = |(key, value): (&String, &String)| {
            element("item", &(element("key", key) + &element("value", value)))
        };
        let tags: String = self.tags.iter().map(tag).collect();
        let parts = [
            element("natGatewayId", id),
            element("state", "available"),
            self.fixed.clone(),
            element("natGatewayAddressSet", &addresses),
            element("tagSet", &tags),
        ];
        parts.concat()
    }

    /// Whether a filter of `DescribeNatGateways` lets it through.
    fn passes(&self, id: &str, filter: &Parameters) -> bool {
        let values = list(filter, "Value");
        let name = filter.get("Name").map(String::as_str).unwrap_or_default();
        match name.strip_prefix("tag:") {
            Some(key) => self.tags.get(key).is_some_and(|value| values.contains(value)),
            None => name != "nat-gateway-id" || values.iter().any(|value| value == id),
        }
    }
}

impl Kept {
    fn number(&mut self, prefix: &str) -> String {
        self.count += 1;
        format!("{prefix}{:017x}", self.count)
    }

    fn address(&mut self) -> Address {
        Address { association: self.number("eipassoc-"), ..Address::default() }
    }

    fn create(&mut self, parameters: &Parameters) -> String {
        let id = self.number("nat-");
        let mut gateway = Gateway::default();
        for (parameter, name) in [
            ("SubnetId", "subnetId"),
            ("VpcId", "vpcId"),
            ("ConnectivityType", "connectivityType"),
            ("AvailabilityMode", "availabilityMode"),
        ] {
            gateway.fixed += &parameters.get(parameter).map(|value| element(name, value)).unwrap_or_default();
        }
        for tag in items(parameters, "TagSpecification.1.Tag") {
            gateway.tags.insert(tag["Key"].clone(), tag["Value"].clone());
        }
        if parameters.contains_key("SubnetId") {
            let mut first = self.address();
            first.allocation = parameters.get("AllocationId").cloned();
            let given = parameters.get("PrivateIpAddress").cloned();
            first.private = given.or_else(|| Some("10.0.0.77".to_owned()));
            first.primary = true;
            gateway.addresses.push(first);
        }
        self.add(
            &mut gateway,
            &list(parameters, "SecondaryAllocationId"),
            &list(parameters, "SecondaryPrivateIpAddress"),
            None,
        );
        for zone in items(parameters, "AvailabilityZoneAddress") {
            self.add(&mut gateway, &list(&zone, "AllocationId"), &[], zone.get("AvailabilityZone"));
        }
        let described = gateway.described(&id);
        self.gateways.insert(id, gateway);
        element("natGateway", &described)
    }

    /// Adds addresses: allocations with private addresses beside them, or private ones alone. The service
    /// picks those that aren't given.
    fn add(
        &mut self,
        gateway: &mut Gateway,
        allocations: &[String],
        private: &[String],
        zone: Option<&String>,
    ) {
        for index in 0..allocations.len().max(private.len()) {
            let mut address = self.address();
            let picked = || format!("10.0.0.{}", 100 + self.count % 100);
            address.allocation = allocations.get(index).cloned();
            address.private = private.get(index).cloned().or_else(|| Some(picked()));
            address.zone = zone.cloned();
            gateway.addresses.push(address);
        }
    }

    fn change(&mut self, operation: &str, parameters: &Parameters) -> Option<()> {
        let id = parameters.get("NatGatewayId")?;
        let mut gateway = self.gateways.remove(id)?;
        let private = list(parameters, "PrivateIpAddress");
        match operation {
            "DeleteNatGateway" => return Some(()),
            "AssociateNatGatewayAddress" => {
                let zone = parameters.get("AvailabilityZone");
                self.add(&mut gateway, &list(parameters, "AllocationId"), &private, zone);
            }
            "AssignPrivateNatGatewayAddress" => self.add(&mut gateway, &[], &private, None),
            "DisassociateNatGatewayAddress" => {
                let gone = list(parameters, "AssociationId");
                gateway.addresses.retain(|address| !gone.contains(&address.association));
            }
            "UnassignPrivateNatGatewayAddress" => {
                let goes =
                    |address: &Address| address.private.as_ref().is_some_and(|ip| private.contains(ip));
                gateway.addresses.retain(|address| !goes(address));
            }
            _ => {}
        }
        self.gateways.insert(id.clone(), gateway);
        Some(())
    }
}

impl Keeper for Gateways {
    fn answer(&self, call: &Call) -> Option<(u16, String)> {
        let (operation, parameters) = (call.operation.as_str(), call.parameters());
        let mut kept = self.0.lock().unwrap();
        let content = match operation {
            "CreateNatGateway" => kept.create(&parameters),
            "DescribeNatGateways" => {
                let filters = items(&parameters, "Filter");
                let ids = list(&parameters, "NatGatewayId");
                let passes = |(id, gateway): &(&String, &Gateway)| {
                    (ids.is_empty() || ids.contains(id))
                        && filters.iter().all(|filter| gateway.passes(id, filter))
                };
                let found = kept.gateways.iter().filter(passes);
                let found: String =
                    found.map(|(id, gateway)| element("item", &gateway.described(id))).collect();
                element("natGatewaySet", &found)
            }
            other if other.ends_with("NatGateway") || other.ends_with("NatGatewayAddress") => {
                if kept.change(operation, &parameters).is_none() {
                    let refusal = "<Response><Errors><Error><Code>NatGatewayNotFound</Code><Message/></Error>\
                         </Errors><RequestID>0</RequestID></Response>";
                    return Some((400, refusal.to_owned()));
                }
                String::new()
            }
            _ => return None,
        };
        Some((200, element(&format!("{operation}Response"), &content)))
    }
}

#[tokio::test]
async fn public_gateways_settle() {
    hold(&PublicNatSubject(Emulator::Sandbox), cloud(Gateways::default()).await).await;
}

#[tokio::test]
async fn private_gateways_settle() {
    hold(&PrivateNatSubject, cloud(Gateways::default()).await).await;
}
