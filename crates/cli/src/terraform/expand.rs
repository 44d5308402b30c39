//! What an instance of Terraform is here: one thing, several, or a part of one.
//!
//! It goes by [`ironward_aws::terraform::TABLE`] and keeps nothing of an instance but what that names.

use std::collections::{BTreeMap, BTreeSet};

use ironward_aws::terraform::{Block, BlockIs, Is, Properties, Resource, Source, physical_id, row};
use serde_json::{Map, Value as Json};

/// An instance of a managed resource, or something inside of one that is a resource here.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Instance {
    /// Such as `module.net["a"].aws_subnet.this[0]`, and `aws_security_group.web.ingress[0]` inside.
    pub(crate) address: String,
    /// What it is here.
    pub(crate) what: What,
    /// The values that identify it, and no others.
    pub(crate) values: BTreeMap<Source, String>,
    /// Whether it is only shown inside of another, which shows again what stands by itself.
    pub(crate) inside: bool,
}

/// What an instance is here.
#[derive(Debug, Clone, Copy)]
pub(crate) enum What {
    /// A resource.
    Resource(&'static Resource),
    /// Properties of a resource.
    Properties(&'static Properties),
    /// Nothing, for this reason.
    Nothing(&'static str),
}

impl PartialEq for What {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Resource(a), Self::Resource(b)) => a.type_name == b.type_name,
            (Self::Properties(a), Self::Properties(b)) => {
                a.type_name == b.type_name && a.properties == b.properties
            }
            (Self::Nothing(a), Self::Nothing(b)) => a == b,
            _ => false,
        }
    }
}

impl Instance {
    /// What the cloud calls it, as far as the state knows.
    pub(crate) fn physical_id(&self) -> Option<String> {
        let value = |source: Source| self.values.get(&source).cloned();
        match self.what {
            What::Resource(resource) => physical_id(resource.id, value),
            What::Properties(part) => physical_id(part.id, value),
            What::Nothing(_) => None,
        }
    }

    /// What tells it from all others; nothing where the state doesn't say.
    fn identity(&self) -> Option<(&'static str, String)> {
        let What::Resource(resource) = self.what else { return None };
        if !resource.alike {
            return Some((resource.type_name, self.physical_id()?));
        }
        let said = resource.keys.iter().map(|(property, source)| {
            let value = self.values.get(source).map(String::as_str).unwrap_or_default();
            format!("{property}={value}")
        });
        Some((resource.type_name, said.collect::<Vec<_>>().join(",")))
    }
}

const UNKNOWN: &str = "Ironward has no such type; Terraform keeps it";
const EMPTY: &str = "it names nothing that Ironward has; Terraform keeps it";

/// What an instance is here.
pub(super) fn expand(address: &str, type_name: &str, attributes: &Map<String, Json>) -> Vec<Instance> {
    let instance = |address: String, what: What, values: BTreeMap<Source, String>, inside: bool| Instance {
        address,
        what,
        values,
        inside,
    };
    let Some(row) = row(type_name) else {
        return vec![instance(address.to_owned(), What::Nothing(UNKNOWN), BTreeMap::new(), false)];
    };
    let whole = Element { suffix: String::new(), members: Some(attributes), scalar: None };
    let mut found = Vec::new();
    for block in row.blocks {
        let BlockIs::Resource(resource) = &block.is else { continue };
        for element in elements(block, attributes) {
            let values = values(resource.sources(), &element, attributes);
            let values = plain(resource, values);
            let address = format!("{address}{}", element.suffix);
            let one = instance(address, What::Resource(resource), values, true);
            // An empty block says that there is none.
            if resource.alike || one.physical_id().is_some() {
                found.push(one);
            }
        }
    }
    let of_row = |resource: &Resource, found: &Instance| match found.what {
        What::Resource(other) => other.type_name == resource.type_name,
        _ => false,
    };
    let own = match &row.is {
        // The blocks say more of the same.
        Is::Resource(resource) if found.iter().any(|found| of_row(resource, found)) => None,
        Is::Blocks if !found.is_empty() => None,
        Is::Resource(resource) => {
            Some((What::Resource(resource), plain(resource, values(resource.sources(), &whole, attributes))))
        }
        Is::Properties(part) => Some((What::Properties(part), values(part.sources(), &whole, attributes))),
        Is::Nothing(why) => Some((What::Nothing(why), BTreeMap::new())),
        Is::Blocks | _ => Some((What::Nothing(EMPTY), BTreeMap::new())),
    };
    match own {
        Some((what, values)) => found.insert(0, instance(address.to_owned(), what, values, false)),
        None => {
            let alone = found.len() == 1;
            for one in &mut found {
                one.inside = false;
                if alone {
                    address.clone_into(&mut one.address);
                }
            }
        }
    }
    found
}

/// Leaves out what is shown inside of one instance and stands by itself too, or elsewhere again.
pub(super) fn settled(instances: Vec<Instance>) -> Vec<Instance> {
    let own = instances.iter().filter(|instance| !instance.inside);
    let mut known: BTreeSet<(&'static str, String)> = own.filter_map(Instance::identity).collect();
    let mut kept = Vec::new();
    for instance in instances {
        if !instance.inside || instance.identity().is_none_or(|identity| known.insert(identity)) {
            kept.push(instance);
        }
    }
    kept
}

/// A block, or a member of a list in one.
struct Element<'a> {
    /// Where it stands, below the address of the instance.
    suffix: String,
    members: Option<&'a Map<String, Json>>,
    scalar: Option<String>,
}

fn elements<'a>(block: &Block, attributes: &'a Map<String, Json>) -> Vec<Element<'a>> {
    let mut found = Vec::new();
    if block.at.is_empty() {
        found.push(Element { suffix: String::new(), members: Some(attributes), scalar: None });
    } else if let Some(json) = attributes.get(block.at) {
        found.extend(members(json, &format!(".{}", block.at)));
    }
    found.retain(|element| {
        let says = |name: &str| element.members.and_then(|members| text(members.get(name)?));
        block.when.is_none_or(|(name, value)| says(name).as_deref() == Some(value))
            && !block.unless.iter().any(|(name, start)| says(name).is_some_and(|is| is.starts_with(start)))
    });
    let Some(each) = block.each else { return found };
    let below = found.into_iter().flat_map(|element| {
        let json = element.members.and_then(|members| members.get(each));
        let inside = json.map(|json| members(json, &format!("{}.{each}", element.suffix)));
        let around = element.members;
        inside.into_iter().flatten().map(move |inside| Element { members: around, ..inside })
    });
    below.filter(|element| element.scalar.as_deref().is_some_and(|scalar| scalar != "false")).collect()
}

fn members<'a>(json: &'a Json, suffix: &str) -> Vec<Element<'a>> {
    let element = |json: &'a Json, suffix: String| match json {
        Json::Object(members) => Some(Element { suffix, members: Some(members), scalar: None }),
        other => text(other).map(|scalar| Element { suffix, members: None, scalar: Some(scalar) }),
    };
    match json {
        Json::Array(items) => items
            .iter()
            .enumerate()
            .filter_map(|(index, item)| element(item, format!("{suffix}[{index}]")))
            .collect(),
        other => element(other, suffix.to_owned()).into_iter().collect(),
    }
}

fn text(json: &Json) -> Option<String> {
    match json {
        Json::String(text) if !text.is_empty() => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn values(
    sources: impl Iterator<Item = Source>,
    element: &Element<'_>,
    around: &Map<String, Json>,
) -> BTreeMap<Source, String> {
    sources
        .filter_map(|source| {
            let value = match source {
                Source::Own(name) => text(element.members?.get(name)?)?,
                Source::Around(name) => text(around.get(name)?)?,
                Source::Member => element.scalar.clone()?,
                Source::Always(value) => value.to_owned(),
                _ => return None,
            };
            Some((source, value))
        })
        .collect()
}

/// Values as declarations write them: a protocol by its name, a group without its account. A rule
/// for all protocols has no ports.
fn plain(resource: &Resource, mut values: BTreeMap<Source, String>) -> BTreeMap<Source, String> {
    let source_of =
        |name: &str| resource.keys.iter().find(|(property, _)| *property == name).map(|(_, at)| *at);
    for (property, source) in resource.keys {
        let Some(value) = values.get_mut(source) else { continue };
        if *property == "IpProtocol" {
            *value = match value.as_str() {
                "6" => "tcp".to_owned(),
                "17" => "udp".to_owned(),
                "1" => "icmp".to_owned(),
                "58" => "icmpv6".to_owned(),
                "all" => "-1".to_owned(),
                name => name.to_lowercase(),
            };
        } else if property.ends_with("SecurityGroupId")
            && let Some((_, group)) = value.rsplit_once('/')
        {
            *value = group.to_owned();
        }
    }
    let all = source_of("IpProtocol").is_some_and(|at| values.get(&at).is_some_and(|value| value == "-1"));
    for port in ["FromPort", "ToPort"].into_iter().filter(|_| all).filter_map(source_of) {
        values.remove(&port);
    }
    values
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Address, type, id and what is said, one line each.
    fn lines(found: &[Instance]) -> Vec<String> {
        let line = |one: &Instance| {
            let what = match one.what {
                What::Resource(resource) => {
                    let said = resource.keys.iter().filter_map(|(_, at)| one.values.get(at).cloned());
                    let said =
                        if resource.alike { said.collect::<Vec<_>>().join(" ") } else { String::new() };
                    format!("{} {said}", resource.type_name)
                }
                What::Properties(part) => format!("{}.{}", part.type_name, part.properties.join(",")),
                What::Nothing(why) => why.to_owned(),
            };
            let id = one.physical_id().unwrap_or_default();
            format!("{} {} {id}", one.address, what.trim_end()).trim_end().to_owned()
        };
        found.iter().map(line).collect()
    }

    #[track_caller]
    fn expanded(type_name: &str, attributes: Json) -> Vec<String> {
        let Json::Object(attributes) = attributes else { panic!("no object") };
        lines(&expand("x", type_name, &attributes))
    }

    #[test]
    fn rules_inline_in_a_group_are_resources() {
        let found = expanded(
            "aws_security_group",
            json!({
                "id": "sg-1", "name": "web",
                "ingress": [
                    {"cidr_blocks": ["10.0.0.0/8", "0.0.0.0/0"], "ipv6_cidr_blocks": ["::/0"],
                     "from_port": 443, "to_port": 443, "protocol": "6", "self": true},
                    {"security_groups": ["111122223333/sg-2"], "from_port": "22", "to_port": "22",
                     "protocol": "tcp", "self": false}
                ],
                "egress": [{"cidr_blocks": ["0.0.0.0/0"], "from_port": 0, "to_port": 0, "protocol": "-1"}]
            }),
        );
        assert_eq!(
            found,
            [
                "x AWS::EC2::SecurityGroup sg-1",
                "x.ingress[0].cidr_blocks[0] AWS::EC2::SecurityGroupIngress sg-1 ipv4 tcp 443 443 10.0.0.0/8",
                "x.ingress[0].cidr_blocks[1] AWS::EC2::SecurityGroupIngress sg-1 ipv4 tcp 443 443 0.0.0.0/0",
                "x.ingress[0].ipv6_cidr_blocks[0] AWS::EC2::SecurityGroupIngress sg-1 ipv6 tcp 443 443 ::/0",
                "x.ingress[1].security_groups[0] AWS::EC2::SecurityGroupIngress sg-1 group tcp 22 22 sg-2",
                "x.ingress[0].self AWS::EC2::SecurityGroupIngress sg-1 group tcp 443 443 sg-1",
                "x.egress[0].cidr_blocks[0] AWS::EC2::SecurityGroupEgress sg-1 ipv4 -1 0.0.0.0/0",
            ]
        );
    }

    #[test]
    fn a_rule_by_itself_is_as_many_as_it_has_peers() {
        let rule = |peers: Json| {
            let mut rule = json!({"id": "sgrule-1", "type": "egress", "from_port": 1, "to_port": 2,
                "protocol": "udp", "security_group_id": "sg-1"});
            rule.as_object_mut().unwrap().extend(peers.as_object().unwrap().clone());
            expanded("aws_security_group_rule", rule)
        };
        assert_eq!(
            rule(json!({"cidr_blocks": ["10.0.0.0/8"], "security_group_rule_id": "sgr-1"})),
            ["x AWS::EC2::SecurityGroupEgress sg-1 ipv4 udp 1 2 10.0.0.0/8 sgr-1"]
        );
        assert_eq!(
            rule(json!({"cidr_blocks": ["10.0.0.0/8"], "prefix_list_ids": ["pl-1"], "self": false})),
            [
                "x.cidr_blocks[0] AWS::EC2::SecurityGroupEgress sg-1 ipv4 udp 1 2 10.0.0.0/8",
                "x.prefix_list_ids[0] AWS::EC2::SecurityGroupEgress sg-1 prefix-list udp 1 2 pl-1",
            ]
        );
        assert_eq!(
            rule(json!({"source_security_group_id": "sg-2"})),
            ["x AWS::EC2::SecurityGroupEgress sg-1 group udp 1 2 sg-2"]
        );
        assert_eq!(rule(json!({})), [format!("x {EMPTY}")]);
        assert_eq!(
            expanded(
                "aws_vpc_security_group_ingress_rule",
                json!({"id": "sgr-9", "security_group_rule_id": "sgr-9", "security_group_id": "sg-1",
                    "ip_protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_ipv4": "0.0.0.0/0"})
            ),
            ["x AWS::EC2::SecurityGroupIngress sg-1 ipv4 tcp 443 443 0.0.0.0/0 sgr-9"]
        );
        let bare = expanded("aws_vpc_security_group_ingress_rule", json!({"id": "sgr-9"}));
        assert_eq!(bare, ["x AWS::EC2::SecurityGroupIngress sgr-9"]);
    }

    #[test]
    fn blocks_of_roles_tables_gateways_and_buckets_are_resources() {
        assert_eq!(
            expanded(
                "aws_iam_role",
                json!({"id": "r", "name": "r", "inline_policy": [{"name": "p", "policy": "{}"}, {"name": ""}],
                    "managed_policy_arns": ["arn:aws:iam::aws:policy/X"]})
            ),
            [
                "x AWS::IAM::Role r",
                "x.inline_policy[0] AWS::IAM::RolePolicy r|p",
                "x.managed_policy_arns[0] AWS::IAM::RolePolicyAttachment r|arn:aws:iam::aws:policy/X",
            ]
        );
        assert_eq!(
            expanded(
                "aws_route_table",
                json!({"id": "rtb-1", "route": [
                    {"cidr_block": "10.0.0.0/16", "gateway_id": "local"},
                    {"cidr_block": "0.0.0.0/0", "gateway_id": "igw-1", "ipv6_cidr_block": ""}
                ]})
            ),
            ["x AWS::EC2::RouteTable rtb-1", "x.route[1] AWS::EC2::Route rtb-1|0.0.0.0/0"]
        );
        assert_eq!(
            expanded("aws_internet_gateway", json!({"id": "igw-1", "vpc_id": "vpc-1"})),
            ["x AWS::EC2::InternetGateway igw-1", "x.vpc_id AWS::EC2::VPCGatewayAttachment IGW|vpc-1"]
        );
        assert_eq!(
            expanded("aws_s3_bucket", json!({"id": "b", "bucket": "b", "policy": "{}", "versioning": [{}]})),
            ["x AWS::S3::Bucket b", "x.policy AWS::S3::BucketPolicy b"]
        );
        assert_eq!(
            expanded("aws_iam_policy_attachment", json!({"roles": ["a", "b"], "policy_arn": "arn"})),
            [
                "x.roles[0] AWS::IAM::RolePolicyAttachment a|arn",
                "x.roles[1] AWS::IAM::RolePolicyAttachment b|arn"
            ]
        );
    }

    #[test]
    fn what_is_a_property_here_says_of_what() {
        assert_eq!(
            expanded("aws_s3_bucket_versioning", json!({"id": "b", "bucket": "b"})),
            ["x AWS::S3::Bucket.VersioningConfiguration b"]
        );
        assert_eq!(
            expanded(
                "aws_default_security_group",
                json!({"id": "sg-1", "vpc_id": "vpc-1", "ingress": [
                {"from_port": 1, "to_port": 1, "protocol": "tcp", "cidr_blocks": ["10.0.0.0/8"]}]})
            ),
            [
                "x AWS::EC2::VPC.DefaultSecurityGroupClosed vpc-1",
                "x.ingress[0].cidr_blocks[0] AWS::EC2::SecurityGroupIngress sg-1 ipv4 tcp 1 1 10.0.0.0/8",
            ]
        );
        assert_eq!(expanded("aws_lambda_function", json!({"id": "f"})), [format!("x {UNKNOWN}")]);
    }

    #[test]
    fn what_stands_by_itself_is_not_counted_again_inside() {
        let of = |address: &str, type_name: &str, attributes: Json| {
            expand(address, type_name, attributes.as_object().unwrap())
        };
        let instances = [
            of(
                "aws_security_group.g",
                "aws_security_group",
                json!({"id": "sg-1", "ingress": [
                {"from_port": 443, "to_port": 443, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]},
                {"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": ["10.0.0.0/8"]}]}),
            ),
            of(
                "aws_security_group_rule.r",
                "aws_security_group_rule",
                json!({"type": "ingress",
                "security_group_id": "sg-1", "from_port": 443, "to_port": 443, "protocol": "tcp",
                "cidr_blocks": ["0.0.0.0/0"], "security_group_rule_id": "sgr-1"}),
            ),
            of("aws_iam_role.a", "aws_iam_role", json!({"name": "a", "managed_policy_arns": ["arn"]})),
            of(
                "aws_iam_role_policy_attachment.p",
                "aws_iam_role_policy_attachment",
                json!({"role": "a", "policy_arn": "arn"}),
            ),
        ];
        let addresses: Vec<String> =
            settled(instances.concat()).into_iter().map(|instance| instance.address).collect();
        assert_eq!(
            addresses,
            [
                "aws_security_group.g",
                "aws_security_group.g.ingress[1].cidr_blocks[0]",
                "aws_security_group_rule.r",
                "aws_iam_role.a",
                "aws_iam_role_policy_attachment.p",
            ]
        );
    }
}
