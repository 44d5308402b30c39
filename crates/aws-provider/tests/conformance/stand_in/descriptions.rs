//! Resources that are described with the parameters that they were made and changed with: addresses and
//! subnets of EC2, and load balancers.
//!
//! Source: Amazon EC2 API Reference, `AllocateAddress`, `Address`, `CreateSubnet`, `ModifySubnetAttribute`,
//! `Subnet`; Elastic Load Balancing API Reference, `CreateLoadBalancer`, `SetIpAddressType`, `ModifyIpPools`,
//! `ModifyCapacityReservation`, `DescribeCapacityReservation`, `LoadBalancer`.

use std::collections::BTreeMap;
use std::sync::Mutex;

use ironward_emulators::xml;

use super::{Call, Keeper, Parameters, cloud, element, hold};
use crate::cloud::Emulator;
use crate::ec2::gateways::EipSubject;
use crate::ec2::subnet::SubnetSubject;
use crate::elbv2::load_balancer::BalancerSubject;
use crate::elbv2::world::World;

/// How a type is made, changed and described.
#[derive(Debug)]
struct Kind {
    makes: &'static str,
    changes: &'static [&'static str],
    describes: &'static str,
    /// What holds one in a description.
    item: &'static str,
    /// What holds its id in answers, and the parameter that names it in requests.
    id: (&'static str, &'static str),
    /// What one has unless something else is asked for.
    begins: &'static [(&'static str, &'static str)],
    /// Parameters, and where a description shows them; a dot descends.
    shows: &'static [(&'static str, &'static str)],
    /// A parameter that takes another one back.
    undoes: (&'static str, &'static str),
}

const ADDRESSES: Kind = Kind {
    makes: "AllocateAddress",
    changes: &[],
    describes: "DescribeAddresses",
    item: "item",
    id: ("allocationId", "AllocationId"),
    begins: &[],
    shows: &[
        ("Address", "publicIp"),
        ("NetworkBorderGroup", "networkBorderGroup"),
        ("PublicIpv4Pool", "publicIpv4Pool"),
    ],
    undoes: ("", ""),
};

const SUBNETS: Kind = Kind {
    makes: "CreateSubnet",
    changes: &["ModifySubnetAttribute"],
    describes: "DescribeSubnets",
    item: "item",
    id: ("subnetId", "SubnetId"),
    begins: &[
        ("EnableResourceNameDnsAAAARecordOnLaunch.Value", "false"),
        ("EnableResourceNameDnsARecordOnLaunch.Value", "false"),
        ("PrivateDnsHostnameTypeOnLaunch", "ip-name"),
    ],
    shows: &[
        ("AssignIpv6AddressOnCreation.Value", "assignIpv6AddressOnCreation"),
        ("EnableDns64.Value", "enableDns64"),
        ("EnableLniAtDeviceIndex", "enableLniAtDeviceIndex"),
        (
            "EnableResourceNameDnsAAAARecordOnLaunch.Value",
            "privateDnsNameOptionsOnLaunch.enableResourceNameDnsAAAARecord",
        ),
        (
            "EnableResourceNameDnsARecordOnLaunch.Value",
            "privateDnsNameOptionsOnLaunch.enableResourceNameDnsARecord",
        ),
        ("Ipv6CidrBlock", "ipv6CidrBlockAssociationSet.item.ipv6CidrBlock"),
        ("MapPublicIpOnLaunch.Value", "mapPublicIpOnLaunch"),
        ("OutpostArn", "outpostArn"),
        ("PrivateDnsHostnameTypeOnLaunch", "privateDnsNameOptionsOnLaunch.hostnameType"),
    ],
    undoes: ("DisableLniAtDeviceIndex.Value", "EnableLniAtDeviceIndex"),
};

const BALANCERS: Kind = Kind {
    makes: "CreateLoadBalancer",
    changes: &["SetIpAddressType", "ModifyIpPools", "ModifyCapacityReservation"],
    describes: "DescribeLoadBalancers",
    item: "member",
    id: ("LoadBalancerArn", "LoadBalancerArn"),
    begins: &[("IpAddressType", "ipv4")],
    shows: &[("IpAddressType", "IpAddressType"), ("IpamPools.Ipv4IpamPoolId", "IpamPools.Ipv4IpamPoolId")],
    undoes: ("RemoveIpamPools.member.1", "IpamPools.Ipv4IpamPoolId"),
};

const CAPACITY: &str = "MinimumLoadBalancerCapacity.CapacityUnits";

/// What each was made and changed with, by id.
#[derive(Debug)]
struct Descriptions {
    kind: Kind,
    kept: Mutex<BTreeMap<String, Parameters>>,
}

impl Descriptions {
    fn of(kind: Kind) -> Self {
        Self { kind, kept: Mutex::default() }
    }

    fn change(&self, id: &str, parameters: Parameters) {
        let mut kept = self.kept.lock().unwrap();
        let set = kept.entry(id.to_owned()).or_insert_with(|| {
            self.kind.begins.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        });
        let (undoes, undone) = self.kind.undoes;
        if parameters.contains_key(undoes) {
            set.remove(undone);
        }
        if parameters.contains_key("ResetCapacityReservation") {
            set.remove(CAPACITY);
        }
        set.extend(parameters);
    }

    /// A description in which what is kept stands instead of what the sandbox says of it.
    fn described(&self, there: &str, set: &Parameters) -> String {
        let mut trees: BTreeMap<&str, String> = BTreeMap::new();
        for (parameter, path) in self.kind.shows {
            let Some(value) = set.get(*parameter) else { continue };
            let (top, below) = path.split_once('.').unwrap_or((path, ""));
            let names = below.rsplit('.').filter(|name| !name.is_empty());
            *trees.entry(top).or_default() += &names.fold(value.clone(), |inner, name| element(name, &inner));
        }
        let mut described = there.to_owned();
        for (name, content) in trees {
            if xml::has(&described, name) {
                described = xml::edit_each(&described, name, |_| Some(content.clone()));
            } else {
                described += &element(name, &content);
            }
        }
        described
    }
}

impl Keeper for Descriptions {
    fn answer(&self, call: &Call) -> Option<(u16, String)> {
        let parameters = call.parameters();
        let id = parameters.get(self.kind.id.1).cloned();
        match call.operation.as_str() {
            "ModifyIpPools" | "ModifyCapacityReservation" => self.change(&id?, parameters),
            "DescribeCapacityReservation" => {}
            "ModifySubnetAttribute" => {
                let lni = ["EnableLniAtDeviceIndex", "DisableLniAtDeviceIndex.Value"];
                if !lni.iter().any(|name| parameters.contains_key(*name)) {
                    return None;
                }
                self.change(&id?, parameters);
            }
            _ => return None,
        }
        let kept = self.kept.lock().unwrap();
        let units = call.parameters().get(self.kind.id.1).and_then(|id| kept.get(id)?.get(CAPACITY).cloned());
        let units = units.map(|units| element("CapacityUnits", &units));
        let capacity = units.map(|units| element("MinimumLoadBalancerCapacity", &units)).unwrap_or_default();
        let name = &call.operation;
        let result = element(&format!("{name}Result"), &capacity);
        Some((200, element(&format!("{name}Response"), &result)))
    }

    fn show(&self, call: &Call, answer: &str) -> Option<String> {
        let Kind { makes, changes, describes, item, id, .. } = &self.kind;
        let parameters = call.parameters();
        if call.operation == *makes {
            self.change(xml::text(answer, id.0)?, parameters);
        } else if changes.contains(&call.operation.as_str()) {
            let id = parameters.get(id.1)?.clone();
            self.change(&id, parameters);
        } else if call.operation == *describes {
            let kept = self.kept.lock().unwrap();
            return Some(xml::edit_each(answer, item, |there| {
                Some(self.described(there, kept.get(xml::text(there, id.0)?)?))
            }));
        }
        None
    }
}

#[tokio::test]
async fn addresses_settle() {
    hold(&EipSubject, cloud(Descriptions::of(ADDRESSES)).await).await;
}

#[tokio::test]
async fn subnets_settle() {
    hold(&SubnetSubject, cloud(Descriptions::of(SUBNETS)).await).await;
}

#[tokio::test]
async fn load_balancers_settle() {
    let cloud = cloud(Descriptions::of(BALANCERS)).await;
    let world = World::build(&cloud).await;
    hold(&BalancerSubject { world, emulator: Emulator::Sandbox }, cloud).await;
}
