//! An estate of a program that was never deployed: texts stand for what AWS would answer.

use std::cell::RefCell;
use std::collections::BTreeMap;

use ironward_core::document::Node;
use ironward_core::names::{physical_name, predict};
use ironward_core::needs::Needs;
use ironward_core::path::Path;
use ironward_core::program::Program;
use ironward_core::provider::Place;
use ironward_core::state::{InstanceId, Lineage};
use ironward_core::value::{AttrRef, Known};
use serde_json::{Map, Value as Json, json};

use super::{Estate, EstateError, Resource};

/// What stands for an attribute that no property predicts, where its form counts; `{id}` is a text of
/// the path, and `{hex}` seventeen digits.
const FORMS: &[(&str, &str, &str)] = &[
    ("AWS::EC2::VPC", "VpcId", "vpc-{hex}"),
    ("AWS::EC2::VPC", "DefaultSecurityGroup", "sg-{hex}"),
    ("AWS::EC2::Subnet", "SubnetId", "subnet-{hex}"),
    ("AWS::EC2::SecurityGroup", "GroupId", "sg-{hex}"),
    ("AWS::EC2::RouteTable", "RouteTableId", "rtb-{hex}"),
    ("AWS::EC2::InternetGateway", "InternetGatewayId", "igw-{hex}"),
    ("AWS::EC2::NatGateway", "NatGatewayId", "nat-{hex}"),
    ("AWS::EC2::EIP", "AllocationId", "eipalloc-{hex}"),
    ("AWS::EC2::VPCEndpoint", "Id", "vpce-{hex}"),
    ("AWS::EC2::FlowLog", "Id", "fl-{hex}"),
    ("AWS::KMS::Key", "Arn", "arn:{partition}:kms:{region}:{account}:key/{id}"),
    ("AWS::KMS::Key", "KeyId", "{id}"),
    (
        "AWS::ECS::TaskDefinition",
        "TaskDefinitionArn",
        "arn:{partition}:ecs:{region}:{account}:task-definition/{id}:1",
    ),
    (
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "LoadBalancerArn",
        "arn:{partition}:elasticloadbalancing:{region}:{account}:loadbalancer/app/{id}/0a1b2c3d4e5f6071",
    ),
    (
        "AWS::ElasticLoadBalancingV2::Listener",
        "ListenerArn",
        "arn:{partition}:elasticloadbalancing:{region}:{account}:listener/app/{id}/0a1b2c3d4e5f6071/0a1b2c3d4e5f6071",
    ),
    (
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        "TargetGroupArn",
        "arn:{partition}:elasticloadbalancing:{region}:{account}:targetgroup/{id}/0a1b2c3d4e5f6071",
    ),
    (
        "AWS::CertificateManager::Certificate",
        "CertificateArn",
        "arn:{partition}:acm:{region}:{account}:certificate/{id}",
    ),
    (
        "AWS::Backup::BackupPlan",
        "BackupPlanArn",
        "arn:{partition}:backup:{region}:{account}:backup-plan:{id}",
    ),
    (
        "AWS::RDS::DBInstance",
        "MasterUserSecret.SecretArn",
        "arn:{partition}:secretsmanager:{region}:{account}:secret:rds!db-{id}-AbCdEf",
    ),
];

impl Estate {
    /// What a program declares, in a place, as if it were deployed.
    ///
    /// # Errors
    /// [`EstateError::Property`] when a property can't be computed.
    pub fn of_program(program: &Program, place: &Place) -> Result<Self, EstateError> {
        let world = World { program, place, known: RefCell::default() };
        let needs = Needs::new(program);
        let mut resources = Vec::new();
        for (path, resource) in &program.resources {
            let properties = world.properties(path).map_err(|failure| *failure)?;
            let mut attributes = Map::new();
            for attribute in resource.schema.attributes {
                let value = world.attribute(path, attribute.name);
                // `Endpoint.Address` is the member of an object, as it is in a state.
                match attribute.name.split_once('.') {
                    Some((outer, inner)) => {
                        attributes.entry(outer).or_insert_with(|| json!({}))[inner] = value
                    }
                    None => drop(attributes.insert(attribute.name.to_owned(), value)),
                }
            }
            let declared = needs.of(path).iter().filter(|needed| program.resources.contains_key(*needed));
            resources.push(Resource {
                path: path.to_string(),
                type_name: resource.schema.type_name.to_owned(),
                properties: Json::Object(properties.clone()),
                attributes: Json::Object(attributes),
                needs: declared.map(Path::to_string).collect(),
            });
        }
        Ok(Self::new(place.clone(), resources))
    }
}

struct World<'a> {
    program: &'a Program,
    place: &'a Place,
    /// Properties that were computed: a program is acyclic, and what refers to much would be
    /// computed often.
    known: RefCell<BTreeMap<Path, Map<String, Json>>>,
}

impl World<'_> {
    fn properties(&self, path: &Path) -> Result<Map<String, Json>, Box<EstateError>> {
        if let Some(known) = self.known.borrow().get(path) {
            return Ok(known.clone());
        }
        let Some(resource) = self.program.resources.get(path) else { return Ok(Map::new()) };
        let mut properties = Map::new();
        for (name, value) in &resource.properties {
            let node = value.evaluate(&|attribute| Known::Value(self.value_of(attribute)));
            let node = node.map_err(|error| {
                Box::new(EstateError::Property {
                    path: path.to_string(),
                    property: name.clone(),
                    reason: error.to_string(),
                })
            })?;
            if let Some(json) = node.to_json().filter(|json| !json.is_null()) {
                properties.insert(name.clone(), json);
            }
        }
        if let Some((property, rule)) = resource.schema.name_property()
            && !properties.contains_key(property.name)
        {
            let instance = InstanceId::derive(&Lineage::from_random([7; 16]), path, 1);
            properties.insert(property.name.to_owned(), physical_name(rule, path, &instance).into());
        }
        self.known.borrow_mut().insert(path.clone(), properties.clone());
        Ok(properties)
    }

    /// What an attribute of a resource or of a lookup is taken to be.
    fn value_of(&self, attribute: &AttrRef) -> Json {
        if self.program.resources.contains_key(&attribute.path) {
            return self.attribute(&attribute.path, &attribute.attribute);
        }
        match attribute.attribute.as_str() {
            "Partition" => self.place.partition.clone().into(),
            "Region" => self.place.region.clone().into(),
            "AccountId" => self.place.account.clone().into(),
            "Names.0" | "Names.1" | "Names.2" => {
                let letter = ["a", "b", "c"][usize::from(attribute.attribute.as_bytes()[6] - b'0')];
                format!("{}{letter}", self.place.region).into()
            }
            other => format!("{}-{other}", id(&attribute.path)).into(),
        }
    }

    fn attribute(&self, path: &Path, name: &str) -> Json {
        let Some(resource) = self.program.resources.get(path) else { return Json::Null };
        let form = FORMS
            .iter()
            .find(|(type_name, attribute, _)| *type_name == resource.schema.type_name && *attribute == name);
        if let Some((_, _, form)) = form {
            let (id, hex) = (Node::from(Json::from(id(path))), Node::from(Json::from(hex(path))));
            let stands = |name: &str| match name {
                "id" => Some(&id),
                "hex" => Some(&hex),
                _ => None,
            };
            return predict(form, self.place, stands).into();
        }
        let known = resource.schema.attributes.iter().find(|attribute| attribute.name == name);
        if let Some(template) = known.and_then(|attribute| attribute.predict) {
            let mut nodes: BTreeMap<String, Node> = BTreeMap::new();
            for property in resource.schema.properties {
                if let Some(default) =
                    property.default.and_then(|text| serde_json::from_str::<Json>(text).ok())
                {
                    nodes.insert(property.name.to_owned(), Node::from(default));
                }
            }
            // What can't be computed is reported where the resource itself is looked at.
            let properties = self.properties(path).unwrap_or_default();
            nodes.extend(properties.into_iter().map(|(name, json)| (name, Node::from(json))));
            if let Some(text) = predict(template, self.place, |name| nodes.get(name)) {
                return text.into();
            }
        }
        format!("{}-{}", id(path), name.to_lowercase().replace('.', "-")).into()
    }
}

fn id(path: &Path) -> String {
    path.as_str().replace('/', "-")
}

/// Seventeen digits that follow from the path.
fn hex(path: &Path) -> String {
    let instance = |generation| InstanceId::derive(&Lineage::from_random([7; 16]), path, generation);
    let digits = format!("{}{}", instance(1).as_str(), instance(2).as_str());
    digits.chars().take(17).collect()
}
