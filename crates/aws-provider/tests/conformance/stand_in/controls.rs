//! Encryption controls of VPCs: a resource of their own to EC2, which describes them with their VPC, too.
//!
//! Source: Amazon EC2 API Reference, `CreateVpcEncryptionControl`, `ModifyVpcEncryptionControl`,
//! `DeleteVpcEncryptionControl`, `VpcEncryptionControl`, `Vpc`.

use std::collections::BTreeMap;
use std::sync::Mutex;

use ironward_emulators::xml;

use super::{Call, Keeper, Parameters, cloud, element, hold, list};
use crate::ec2::vpc::VpcSubject;

/// What each VPC's control was changed with, by the VPC.
#[derive(Debug, Default)]
struct Controls(Mutex<BTreeMap<String, Parameters>>);

/// Exclusions as they are asked for, and as they are described.
const EXCLUSIONS: [(&str, &str); 8] = [
    ("InternetGatewayExclusion", "internetGateway"),
    ("EgressOnlyInternetGatewayExclusion", "egressOnlyInternetGateway"),
    ("NatGatewayExclusion", "natGateway"),
    ("VirtualPrivateGatewayExclusion", "virtualPrivateGateway"),
    ("VpcPeeringExclusion", "vpcPeering"),
    ("LambdaExclusion", "lambda"),
    ("VpcLatticeExclusion", "vpcLattice"),
    ("ElasticFileSystemExclusion", "elasticFileSystem"),
];

/// The control of a VPC is named after it.
fn id_of(vpc: &str) -> String {
    vpc.replace("vpc-", "vpcec-")
}

fn described(vpc: &str, set: &Parameters) -> String {
    let exclusion = |(parameter, name): &(&str, &str)| {
        let state = match set.get(*parameter)?.as_str() {
            "enable" => "enabled",
            _ => "disabled",
        };
        Some(element(name, &element("state", state)))
    };
    let exclusions: String = EXCLUSIONS.iter().filter_map(exclusion).collect();
    let parts = [
        element("vpcId", vpc),
        element("vpcEncryptionControlId", &id_of(vpc)),
        element("mode", set.get("Mode").map_or("monitor", String::as_str)),
        element("state", "available"),
        element("resourceExclusions", &exclusions),
    ];
    parts.concat()
}

impl Keeper for Controls {
    fn answer(&self, call: &Call) -> Option<(u16, String)> {
        let parameters = call.parameters();
        let mut controls = self.0.lock().unwrap();
        let id = parameters.get("VpcEncryptionControlId").map(|id| id.replace("vpcec-", "vpc-"));
        let content = match call.operation.as_str() {
            "CreateVpcEncryptionControl" => {
                let vpc = parameters.get("VpcId")?;
                let set = controls.entry(vpc.clone()).or_default();
                element("vpcEncryptionControl", &described(vpc, set))
            }
            "ModifyVpcEncryptionControl" => {
                let vpc = id?;
                let set = controls.get_mut(&vpc)?;
                set.extend(parameters);
                element("vpcEncryptionControl", &described(&vpc, set))
            }
            "DeleteVpcEncryptionControl" => {
                controls.remove(&id?);
                String::new()
            }
            "DescribeVpcEncryptionControls" => {
                let asked = list(&parameters, "VpcId");
                let found = controls.iter().filter(|(vpc, _)| asked.contains(vpc));
                let found: String = found.map(|(vpc, set)| element("item", &described(vpc, set))).collect();
                element("vpcEncryptionControlSet", &found)
            }
            _ => return None,
        };
        Some((200, element(&format!("{}Response", call.operation), &content)))
    }

    fn show(&self, call: &Call, answer: &str) -> Option<String> {
        if call.operation != "DescribeVpcs" {
            return None;
        }
        let controls = self.0.lock().unwrap();
        Some(xml::edit_each(answer, "vpcSet", |set| {
            Some(xml::edit_each(set, "item", |there| {
                let vpc = xml::text(there, "vpcId")?;
                let control = described(vpc, controls.get(vpc)?);
                Some(there.to_owned() + &element("encryptionControl", &control))
            }))
        }))
    }
}

#[tokio::test]
async fn encryption_controls_settle() {
    hold(&VpcSubject, cloud(Controls::default()).await).await;
}
