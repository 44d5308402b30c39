//! Which declared resource an instance of Terraform is.

use std::collections::{BTreeMap, BTreeSet};

use ironward_core::path::Path;
use ironward_core::program::{Program, Resource};
use ironward_core::state::State;
use ironward_core::value::{AttrRef, Known};
use serde_json::Value as Json;

use super::map::{Lost, Row, row_of, why_lost};
use super::read::{Instance, StateFile};

/// An instance and the declared resource that it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Matched {
    pub(crate) address: String,
    pub(crate) path: Path,
    pub(crate) physical_id: String,
}

/// An instance that stays with Terraform, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unmatched {
    pub(crate) address: String,
    pub(crate) reason: String,
    /// The declared resources that it may be.
    pub(crate) candidates: Vec<Path>,
}

/// What belongs to what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Matching {
    pub(crate) matched: Vec<Matched>,
    /// What is managed by this stack already.
    pub(crate) managed: Vec<Matched>,
    pub(crate) unmatched: Vec<Unmatched>,
}

/// What is wrong with an explicit assignment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AssignError {
    /// There is no such instance.
    #[error("the Terraform state has no `{0}`")]
    NoInstance(String),
    /// There is no such resource.
    #[error("the program declares no resource `{0}`")]
    NoResource(String),
    /// The types don't fit.
    #[error("`{address}` can't be `{path}`, which is of type {type_name}")]
    Type {
        /// The instance.
        address: String,
        /// The resource.
        path: String,
        /// The resource's type.
        type_name: String,
    },
    /// One resource was assigned twice.
    #[error("`{0}` is assigned twice")]
    Twice(String),
}

/// An instance that has a counterpart and an id.
struct Open<'a> {
    instance: &'a Instance,
    row: &'static Row,
    id: String,
}

/// Matches instances to declared resources: what is assigned explicitly; then what agrees in
/// every property by which its type is recognised, as far as both sides know it; and then what
/// is the only one left of its type on both sides.
///
/// # Errors
/// [`AssignError`] for an assignment that can't be.
pub(crate) fn matching(
    file: &StateFile,
    program: &Program,
    state: &State,
    assigned: &BTreeMap<String, String>,
) -> Result<Matching, AssignError> {
    let mut result = Matching::default();
    let mut open: Vec<Open<'_>> = Vec::new();
    for instance in &file.instances {
        let lost = |reason: &str| Unmatched {
            address: instance.address.clone(),
            reason: reason.to_owned(),
            candidates: Vec::new(),
        };
        let Some(row) = row_of(&instance.type_name) else {
            result.unmatched.push(match why_lost(&instance.type_name) {
                Lost::PartOf(owner) => lost(&format!("belongs to its {owner}, and is adopted with that")),
                Lost::Unknown => lost("Ironward has no such type; Terraform keeps it"),
            });
            continue;
        };
        let Some(id) = row.physical_id(instance) else {
            result.unmatched.push(lost("the state has no id of it"));
            continue;
        };
        let here = state
            .resources
            .values()
            .find(|record| record.type_name == row.type_name && record.physical_id == id);
        match here {
            Some(record) => result.managed.push(Matched {
                address: instance.address.clone(),
                path: record.path.clone(),
                physical_id: id,
            }),
            None => open.push(Open { instance, row, id }),
        }
    }
    let mut known: BTreeMap<Path, String> = BTreeMap::new();
    let mut free: BTreeSet<&Path> =
        program.resources.keys().filter(|path| !state.resources.contains_key(*path)).collect();
    assign(&mut result, &mut open, &mut free, &mut known, program, file, assigned)?;
    loop {
        let scene = Scene { open: &open, free: &free, program, state, known: &known };
        let mut pairs = scene.recognised();
        if pairs.is_empty() {
            pairs = scene.only_ones();
        }
        if pairs.is_empty() {
            break;
        }
        // From the back, so that the places of the others stay.
        for (index, path) in pairs.into_iter().rev() {
            let Open { instance, id, .. } = open.remove(index);
            free.remove(&path);
            known.insert(path.clone(), id.clone());
            result.matched.push(Matched { address: instance.address.clone(), path, physical_id: id });
        }
    }
    for Open { instance, row, .. } in open {
        let of_type = |path: &&&Path| is_of(program, path, row);
        let candidates: Vec<Path> = free.iter().filter(of_type).map(|path| (*path).clone()).collect();
        let reason = match candidates.as_slice() {
            [] => format!("the program declares no {} that is left for it", row.type_name),
            _ => "it isn't clear which declaration it is".to_owned(),
        };
        result.unmatched.push(Unmatched { address: instance.address.clone(), reason, candidates });
    }
    result.matched.sort_by(|a, b| a.path.cmp(&b.path));
    result.unmatched.sort_by(|a, b| a.address.cmp(&b.address));
    Ok(result)
}

fn is_of(program: &Program, path: &Path, row: &Row) -> bool {
    program.resources.get(path).is_some_and(|resource| resource.schema.type_name == row.type_name)
}

fn assign<'p>(
    result: &mut Matching,
    open: &mut Vec<Open<'_>>,
    free: &mut BTreeSet<&'p Path>,
    known: &mut BTreeMap<Path, String>,
    program: &'p Program,
    file: &StateFile,
    assigned: &BTreeMap<String, String>,
) -> Result<(), AssignError> {
    for (address, to) in assigned {
        if !file.instances.iter().any(|instance| instance.address == *address) {
            return Err(AssignError::NoInstance(address.clone()));
        }
        let Some(resource) = program.resources.values().find(|resource| resource.path.as_str() == to) else {
            return Err(AssignError::NoResource(to.clone()));
        };
        let mistyped = || AssignError::Type {
            address: address.clone(),
            path: to.clone(),
            type_name: resource.schema.type_name.to_owned(),
        };
        // What isn't open is managed already, or has no counterpart.
        let Some(index) = open.iter().position(|open| open.instance.address == *address) else {
            if result.managed.iter().any(|matched| matched.address == *address) {
                continue;
            }
            return Err(mistyped());
        };
        if !is_of(program, &resource.path, open[index].row) {
            return Err(mistyped());
        }
        if !free.remove(&resource.path) {
            return Err(AssignError::Twice(to.clone()));
        }
        let Open { id, .. } = open.remove(index);
        known.insert(resource.path.clone(), id.clone());
        let matched = Matched { address: address.clone(), path: resource.path.clone(), physical_id: id };
        result.matched.push(matched);
    }
    Ok(())
}

/// What is left to match, and what is known already.
struct Scene<'a> {
    open: &'a [Open<'a>],
    free: &'a BTreeSet<&'a Path>,
    program: &'a Program,
    state: &'a State,
    /// The ids of what was matched.
    known: &'a BTreeMap<Path, String>,
}

impl Scene<'_> {
    /// What is known of a declared property: literals, and ids of what is managed or matched.
    fn declared(&self, resource: &Resource, property: &str) -> Option<String> {
        let attribute = |attr: &AttrRef| {
            if let Some(record) = self.state.resources.get(&attr.path) {
                return record.attributes.at(&attr.attribute).cloned().map_or(Known::Later, Known::Value);
            }
            let schema = self.program.resources.get(&attr.path).map(|other| other.schema);
            match self.known.get(&attr.path) {
                Some(id) if schema.is_some_and(|schema| schema.id == attr.attribute) => {
                    Known::Value(id.clone().into())
                }
                _ => Known::Later,
            }
        };
        match resource.properties.get(property)?.evaluate(&attribute).ok()?.to_json()? {
            Json::String(text) => Some(text),
            _ => None,
        }
    }

    /// In how many properties an instance and a declaration agree; nothing where they contradict
    /// each other.
    fn agreement(&self, open: &Open<'_>, path: &Path) -> Option<usize> {
        let resource = self.program.resources.get(path)?;
        if resource.schema.type_name != open.row.type_name {
            return None;
        }
        let mut agreed = 0;
        for (property, attribute) in open.row.keys {
            let there = open.instance.ids.get(attribute);
            let (Some(there), Some(here)) = (there, self.declared(resource, property)) else { continue };
            if !there.trim_end_matches('.').eq_ignore_ascii_case(here.trim_end_matches('.')) {
                return None;
            }
            agreed += 1;
        }
        Some(agreed)
    }

    /// Instances and declarations that agree in something, contradict each other in nothing, and
    /// have no rival on either side.
    fn recognised(&self) -> Vec<(usize, Path)> {
        self.pairs(|open, path| self.agreement(open, path).is_some_and(|agreed| agreed > 0))
    }

    /// Instances and declarations that are the only ones of their type, and don't contradict each
    /// other.
    fn only_ones(&self) -> Vec<(usize, Path)> {
        let mut pairs = self.pairs(|open, path| is_of(self.program, path, open.row));
        pairs.retain(|(index, path)| self.agreement(&self.open[*index], path).is_some());
        pairs
    }

    /// The pairs that fit each other and nothing else.
    fn pairs(&self, fits: impl Fn(&Open<'_>, &Path) -> bool) -> Vec<(usize, Path)> {
        let mut of_instance: Vec<Vec<&Path>> = Vec::new();
        let mut rivals: BTreeMap<&Path, usize> = BTreeMap::new();
        for open in self.open {
            let paths: Vec<&Path> = self.free.iter().copied().filter(|path| fits(open, path)).collect();
            for path in &paths {
                *rivals.entry(path).or_default() += 1;
            }
            of_instance.push(paths);
        }
        let pair = |(index, paths): (usize, Vec<&Path>)| match paths.as_slice() {
            [path] if rivals.get(path) == Some(&1) => Some((index, (*path).clone())),
            _ => None,
        };
        of_instance.into_iter().enumerate().filter_map(pair).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::panic::Location;

    use ironward_core::declare::Options;
    use ironward_core::program::Source;
    use ironward_core::state::Lineage;
    use ironward_core::value::Value;

    use super::*;

    struct Lab {
        program: Program,
        file: StateFile,
        assigned: BTreeMap<String, String>,
    }

    fn path(text: &str) -> Path {
        Path::parse(text).unwrap()
    }

    fn of(resource: &str, attribute: &str) -> Value {
        Value::Attr(AttrRef { path: path(resource), attribute: attribute.to_owned() })
    }

    fn is(text: &str) -> Value {
        Value::Literal(text.into())
    }

    impl Lab {
        fn new() -> Self {
            Self { program: Program::default(), file: StateFile::default(), assigned: BTreeMap::new() }
        }

        fn declare(mut self, at: &str, type_name: &str, properties: &[(&str, Value)]) -> Self {
            let schema = ironward_aws::schemas().into_iter().find(|schema| schema.type_name == type_name);
            let resource = Resource {
                path: path(at),
                schema: schema.unwrap(),
                properties: properties.iter().map(|(n, v)| ((*n).to_owned(), v.clone())).collect(),
                options: Options::default(),
                source: Source::from(Location::caller()),
            };
            self.program.resources.insert(path(at), resource);
            self
        }

        fn has(mut self, address: &str, ids: &[(&'static str, &str)]) -> Self {
            let type_name = address.rsplit('.').nth(1).unwrap().to_owned();
            let ids = ids.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
            self.file.instances.push(Instance { address: address.to_owned(), type_name, ids });
            self
        }

        fn assign(mut self, address: &str, to: &str) -> Self {
            self.assigned.insert(address.to_owned(), to.to_owned());
            self
        }

        fn run(&self) -> Result<Matching, AssignError> {
            let state = State::new(Lineage::from_random([7; 16]));
            matching(&self.file, &self.program, &state, &self.assigned)
        }

        #[track_caller]
        fn pairs(&self) -> Vec<String> {
            let matching = self.run().unwrap();
            matching.matched.iter().map(|m| format!("{} {} {}", m.address, m.path, m.physical_id)).collect()
        }
    }

    #[test]
    fn names_decide_then_what_refers_to_them_then_what_is_left() {
        let lab = Lab::new()
            .declare("net/vpc", "AWS::EC2::VPC", &[("CidrBlock", is("10.0.0.0/16"))])
            .declare("net/other", "AWS::EC2::VPC", &[("CidrBlock", is("10.1.0.0/16"))])
            .declare("net/a", "AWS::EC2::Subnet", &[("VpcId", of("net/vpc", "VpcId"))])
            .declare("net/b", "AWS::EC2::Subnet", &[("VpcId", of("net/other", "VpcId"))])
            .declare("net/gateway", "AWS::EC2::InternetGateway", &[])
            .has("aws_subnet.one", &[("id", "subnet-1"), ("vpc_id", "vpc-1")])
            .has("aws_subnet.two", &[("id", "subnet-2"), ("vpc_id", "vpc-2")])
            .has("aws_vpc.two", &[("id", "vpc-2"), ("cidr_block", "10.1.0.0/16")])
            .has("module.m[0].aws_vpc.one", &[("id", "vpc-1"), ("cidr_block", "10.0.0.0/16")])
            .has("aws_internet_gateway.g", &[("id", "igw-1")]);
        assert_eq!(
            lab.pairs(),
            [
                "aws_subnet.one net/a subnet-1",
                "aws_subnet.two net/b subnet-2",
                "aws_internet_gateway.g net/gateway igw-1",
                "aws_vpc.two net/other vpc-2",
                "module.m[0].aws_vpc.one net/vpc vpc-1",
            ]
        );
    }

    #[test]
    fn what_is_not_clear_is_left_with_its_candidates() {
        let lab = Lab::new()
            .declare("a", "AWS::EC2::InternetGateway", &[])
            .declare("b", "AWS::EC2::InternetGateway", &[])
            .has("aws_internet_gateway.x", &[("id", "igw-1")])
            .has("aws_internet_gateway.y", &[("id", "igw-2")]);
        let matching = lab.run().unwrap();
        assert!(matching.matched.is_empty());
        assert_eq!(matching.unmatched[0].candidates, [path("a"), path("b")]);
        // One assignment settles the other.
        let lab = lab.assign("aws_internet_gateway.y", "a");
        assert_eq!(lab.pairs(), ["aws_internet_gateway.y a igw-2", "aws_internet_gateway.x b igw-1"]);
    }

    #[test]
    fn the_only_one_is_not_taken_where_it_contradicts() {
        let lab = Lab::new()
            .declare("vpc", "AWS::EC2::VPC", &[("CidrBlock", is("10.0.0.0/16"))])
            .has("aws_vpc.v", &[("id", "vpc-1"), ("cidr_block", "172.16.0.0/12")]);
        let matching = lab.run().unwrap();
        assert!(matching.matched.is_empty());
        assert_eq!(matching.unmatched[0].candidates, [path("vpc")]);
        assert_eq!(lab.assign("aws_vpc.v", "vpc").pairs(), ["aws_vpc.v vpc vpc-1"]);
    }

    #[test]
    fn what_has_no_counterpart_says_why() {
        let lab = Lab::new()
            .has("aws_s3_bucket_versioning.v", &[])
            .has("aws_lambda_function.f", &[])
            .has("aws_vpc.v", &[])
            .has("aws_subnet.s", &[("id", "subnet-1")]);
        let matching = lab.run().unwrap();
        let reasons: Vec<&str> = matching.unmatched.iter().map(|lost| lost.reason.as_str()).collect();
        assert_eq!(
            reasons,
            [
                "Ironward has no such type; Terraform keeps it",
                "belongs to its AWS::S3::Bucket, and is adopted with that",
                "the program declares no AWS::EC2::Subnet that is left for it",
                "the state has no id of it",
            ]
        );
    }

    #[test]
    fn assignments_that_cannot_be_are_refused() {
        let lab = || {
            Lab::new()
                .declare("vpc", "AWS::EC2::VPC", &[])
                .has("aws_vpc.v", &[("id", "vpc-1")])
                .has("aws_vpc.w", &[("id", "vpc-2")])
                .has("aws_subnet.s", &[("id", "subnet-1")])
        };
        let refused = |lab: Lab| lab.run().unwrap_err().to_string();
        assert_eq!(refused(lab().assign("aws_vpc.x", "vpc")), "the Terraform state has no `aws_vpc.x`");
        assert_eq!(refused(lab().assign("aws_vpc.v", "net")), "the program declares no resource `net`");
        assert_eq!(
            refused(lab().assign("aws_subnet.s", "vpc")),
            "`aws_subnet.s` can't be `vpc`, which is of type AWS::EC2::VPC"
        );
        assert_eq!(
            refused(lab().assign("aws_vpc.v", "vpc").assign("aws_vpc.w", "vpc")),
            "`vpc` is assigned twice"
        );
    }
}
