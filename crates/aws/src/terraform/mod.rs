//! What the resource types of Terraform are in the CloudFormation registry.
//!
//! Terraform's provider for AWS draws other lines between resources than the registry does: rules of a
//! security group may be blocks inside of it there and are resources here, and the versioning of a bucket
//! is a resource there and a property here. [`TABLE`] says for each type, and for each block that matters,
//! what it is here and by which attributes it is known. It is data alone; whoever reads a state or a plan
//! of Terraform goes by it.
//!
//! Source: the attribute references of the provider `hashicorp/aws`; the physical ids are those of the
//! handlers in `ironward-aws-provider`.

mod table;

pub use table::TABLE;

/// A resource type of Terraform.
#[derive(Debug)]
#[non_exhaustive]
pub struct Row {
    /// Its name, such as `aws_security_group`.
    pub terraform: &'static str,
    /// What an instance of it is.
    pub is: Is,
    /// What blocks and attributes of it are beside that.
    pub blocks: &'static [Block],
}

/// What something of Terraform is in the registry.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Is {
    /// A resource.
    Resource(Resource),
    /// Properties of a resource that another part of the configuration makes.
    Properties(Properties),
    /// Nothing by itself: its blocks are what it is.
    Blocks,
    /// Nothing that Ironward has, for this reason.
    Nothing(&'static str),
}

/// A block of a type, or an attribute that holds what is something by itself.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Block {
    /// The attribute that holds it: a block, a list of blocks or of texts, a text. Empty for the
    /// instance as a whole; where that is of the same type, the block says more of it and counts in
    /// its stead.
    pub at: &'static str,
    /// The attribute inside, of which each member is one: a list, a text, or a flag that is on.
    pub each: Option<&'static str>,
    /// An attribute inside and the value without which it is nothing.
    pub when: Option<(&'static str, &'static str)>,
    /// Attributes inside and beginnings of their values with which it is nothing.
    pub unless: &'static [(&'static str, &'static str)],
    /// What it is.
    pub is: BlockIs,
}

/// What a block is.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum BlockIs {
    /// A resource of its own.
    Resource(Resource),
    /// A property of the resource around it; a dot descends.
    Property(&'static str),
}

/// A resource of the registry, and how one is known.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Resource {
    /// The registry name of its type.
    pub type_name: &'static str,
    /// The parts of its physical id, joined by `|`.
    pub id: &'static [Part],
    /// The properties by which it is recognised among declarations of its type, and where their values
    /// stand.
    pub keys: &'static [(&'static str, Source)],
    /// The properties that say what it belongs to or goes with: one that differs tells two apart, and
    /// none that agrees says which one it is.
    pub within: &'static [(&'static str, Source)],
    /// Whether it is known by what it says: a declaration is the same where all keys are, and what the
    /// cloud calls it need not be known.
    pub alike: bool,
}

/// Properties of a resource of the registry.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Properties {
    /// The registry name of the resource's type.
    pub type_name: &'static str,
    /// The parts of the resource's physical id, joined by `|`.
    pub id: &'static [Part],
    /// The properties; a dot descends. Some are among what declarations leave out
    /// ([`left_out`](crate::left_out)).
    pub properties: &'static [&'static str],
}

/// Where a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Source {
    /// In an attribute of the block, or of the instance where that is what is read.
    Own(&'static str),
    /// In an attribute of the instance around the block.
    Around(&'static str),
    /// It is the member of the block's list itself.
    Member,
    /// Nowhere: it is always this.
    Always(&'static str),
}

/// A part of a physical id.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Part {
    /// The first of these that is there.
    Of(&'static [Source]),
    /// As [`Part::Of`], and left out where it isn't there.
    Maybe(Source),
    /// A DNS name, in lower case and without the trailing dot.
    Name(&'static [Source]),
}

impl Part {
    fn sources(&self) -> &[Source] {
        match self {
            Self::Of(sources) | Self::Name(sources) => sources,
            Self::Maybe(source) => std::slice::from_ref(source),
        }
    }
}

/// The row of a type of Terraform.
#[must_use]
pub fn row(terraform: &str) -> Option<&'static Row> {
    let index = TABLE.binary_search_by(|row| row.terraform.cmp(terraform)).ok()?;
    TABLE.get(index)
}

/// A physical id from its parts; nothing where one isn't there.
#[must_use]
pub fn physical_id(parts: &[Part], value: impl Fn(Source) -> Option<String>) -> Option<String> {
    let first = |sources: &[Source]| sources.iter().find_map(|source| value(*source));
    let mut found = Vec::new();
    for part in parts {
        match part {
            Part::Of(sources) => found.push(first(sources)?),
            Part::Maybe(source) => found.extend(value(*source)),
            Part::Name(sources) => found.push(first(sources)?.trim_end_matches('.').to_lowercase()),
        }
    }
    (!found.is_empty()).then(|| found.join("|"))
}

impl Resource {
    /// The places that are read of it.
    pub fn sources(&self) -> impl Iterator<Item = Source> {
        let of_id = self.id.iter().flat_map(Part::sources).copied();
        of_id.chain(self.keys.iter().chain(self.within).map(|(_, source)| *source))
    }
}

impl Properties {
    /// The places that are read of it.
    pub fn sources(&self) -> impl Iterator<Item = Source> {
        self.id.iter().flat_map(Part::sources).copied()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    fn resources() -> Vec<(&'static str, Resource)> {
        let mut found = Vec::new();
        for row in TABLE {
            if let Is::Resource(resource) = row.is {
                found.push((row.terraform, resource));
            }
            for block in row.blocks {
                if let BlockIs::Resource(resource) = block.is {
                    found.push((row.terraform, resource));
                }
            }
        }
        found
    }

    #[test]
    fn every_type_of_resource_is_somewhere_and_every_key_is_a_property() {
        let schemas: BTreeMap<&str, _> =
            crate::schemas().into_iter().map(|schema| (schema.type_name, schema)).collect();
        let mapped: BTreeSet<&str> = resources().iter().map(|(_, resource)| resource.type_name).collect();
        let missing: Vec<_> = schemas.keys().filter(|name| !mapped.contains(*name)).collect();
        assert!(missing.is_empty(), "{missing:?}");
        for (terraform, resource) in resources() {
            let schema = schemas.get(resource.type_name).unwrap_or_else(|| panic!("{terraform}"));
            for (property, _) in resource.keys.iter().chain(resource.within) {
                assert!(schema.property(property).is_some(), "{terraform}: {property}");
            }
            assert!(!resource.id.is_empty() || resource.alike, "{terraform} is known by nothing");
        }
    }

    #[test]
    fn rows_are_sorted_and_there_is_one_for_each_type() {
        assert!(TABLE.is_sorted_by(|a, b| a.terraform < b.terraform));
        assert!(row("aws_vpc").is_some_and(|row| row.terraform == "aws_vpc"));
        assert!(row("aws_lambda_function").is_none());
    }

    #[test]
    fn every_property_is_declared_or_left_out_for_a_reason() {
        let schemas = crate::schemas();
        let known = |type_name: &str, property: &str| {
            let first = property.split('.').next().unwrap_or_default();
            let declared = schemas
                .iter()
                .any(|schema| schema.type_name == type_name && schema.property(first).is_some());
            declared
                || crate::left_out()
                    .iter()
                    .any(|left| left.type_name == type_name && left.property.split('.').next() == Some(first))
        };
        let mut unknown = Vec::new();
        for row in TABLE {
            if let Is::Properties(part) = row.is {
                let missing = part.properties.iter().filter(|name| !known(part.type_name, name));
                unknown.extend(missing.map(|name| (row.terraform, *name)));
            }
            for block in row.blocks {
                let (BlockIs::Property(name), Is::Resource(around)) = (block.is, row.is) else { continue };
                if !known(around.type_name, name) {
                    unknown.push((row.terraform, name));
                }
            }
        }
        assert!(unknown.is_empty(), "{unknown:#?}");
    }

    #[test]
    fn what_is_around_is_read_in_blocks_only() {
        for row in TABLE {
            if let Is::Resource(resource) = row.is {
                let outside = |source: &Source| matches!(source, Source::Around(_) | Source::Member);
                assert!(!resource.sources().any(|source| outside(&source)), "{}", row.terraform);
            }
            let property_of = matches!(row.is, Is::Resource(_));
            let properties = row.blocks.iter().any(|block| matches!(block.is, BlockIs::Property(_)));
            assert!(property_of || !properties, "{} has properties and is no resource", row.terraform);
        }
    }

    #[track_caller]
    fn id(terraform: &str, attributes: &[(&'static str, &str)]) -> Option<String> {
        let value = |source: Source| match source {
            Source::Own(name) => {
                attributes.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned())
            }
            Source::Always(text) => Some(text.to_owned()),
            Source::Around(_) | Source::Member => None,
        };
        match row(terraform).unwrap().is {
            Is::Resource(resource) => physical_id(resource.id, value),
            Is::Properties(part) => physical_id(part.id, value),
            Is::Blocks | Is::Nothing(_) => None,
        }
    }

    #[test]
    fn ids_are_those_of_the_handlers() {
        for (terraform, attributes, wanted) in [
            ("aws_vpc", &[("id", "vpc-1")][..], Some("vpc-1")),
            (
                "aws_route",
                &[("route_table_id", "rtb-1"), ("destination_cidr_block", "0.0.0.0/0")],
                Some("rtb-1|0.0.0.0/0"),
            ),
            ("aws_internet_gateway_attachment", &[("vpc_id", "vpc-1")], Some("IGW|vpc-1")),
            ("aws_vpn_gateway_attachment", &[("vpc_id", "vpc-1")], Some("VGW|vpc-1")),
            ("aws_iam_role_policy", &[("role", "r"), ("name", "p")], Some("r|p")),
            ("aws_backup_selection", &[("id", "s"), ("plan_id", "p")], Some("s|p")),
            ("aws_backup_selection", &[("id", "s")], None),
            (
                "aws_route53_record",
                &[("zone_id", "Z1"), ("fqdn", "WWW.example.org."), ("type", "A")],
                Some("Z1|www.example.org|A"),
            ),
            (
                "aws_route53_record",
                &[("zone_id", "Z1"), ("name", "a.b"), ("type", "A"), ("set_identifier", "x")],
                Some("Z1|a.b|A|x"),
            ),
            ("aws_db_instance", &[("identifier", "records")], Some("records")),
            ("aws_kms_key", &[("id", "1234"), ("key_id", "1234")], Some("1234")),
            ("aws_s3_bucket_versioning", &[("id", "b"), ("bucket", "b")], Some("b")),
            ("aws_default_security_group", &[("id", "sg-1"), ("vpc_id", "vpc-1")], Some("vpc-1")),
            ("aws_default_route_table", &[("id", "rtb-1")], Some("rtb-1")),
        ] {
            assert_eq!(id(terraform, attributes).as_deref(), wanted, "{terraform}");
        }
    }
}
