//! What stands, or will stand: resources with their properties and attributes.

mod declared;

use std::collections::{BTreeMap, BTreeSet};

use ironward_core::provider::Place;
use ironward_core::schema::Schema;
use serde_json::Value as Json;

/// The resources of a stack, found by path, by type and by what others call them.
#[derive(Debug, Clone)]
pub struct Estate {
    place: Place,
    resources: Vec<Resource>,
    /// Which resources a value names: by id or ARN.
    named: BTreeMap<String, Vec<usize>>,
    paths: BTreeMap<String, usize>,
}

/// One resource.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Where it stands in the program.
    pub path: String,
    /// Its type.
    pub type_name: String,
    /// What was declared, under canonical names.
    pub properties: Json,
    /// What AWS answered, or what stands for it.
    pub attributes: Json,
    /// The paths of what has to be there first, directly.
    pub needs: BTreeSet<String>,
}

/// An estate that can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EstateError {
    /// The state isn't one.
    #[error("this isn't what `state pull` prints: {0}")]
    NotAState(String),
    /// A property of a program can't be computed from what stands for the attributes.
    #[error("`{path}`: `{property}` can't be computed: {reason}")]
    Property {
        /// The resource.
        path: String,
        /// The property.
        property: String,
        /// Why.
        reason: String,
    },
}

impl Estate {
    /// What a deployment recorded, as `state pull` prints it.
    ///
    /// # Errors
    /// [`EstateError::NotAState`] when it isn't that.
    pub fn of_state(state: &Json) -> Result<Self, EstateError> {
        let wrong = |why: &str| EstateError::NotAState(why.to_owned());
        let records = state["resources"].as_object().ok_or_else(|| wrong("it has no `resources`"))?;
        let text = |record: &Json, member: &str| match record[member].as_str() {
            Some(text) => Ok(text.to_owned()),
            None => Err(wrong(&format!("a resource has no `{member}`"))),
        };
        let mut paths = BTreeMap::new();
        for record in records.values() {
            paths.insert(text(record, "instance")?, text(record, "path")?);
        }
        let mut resources = Vec::new();
        for record in records.values() {
            let needed = record["dependencies"].as_array().into_iter().flatten();
            let needed = needed.filter_map(|instance| paths.get(instance.as_str()?).cloned());
            resources.push(Resource {
                path: text(record, "path")?,
                type_name: text(record, "type")?,
                properties: record["properties"].clone(),
                attributes: record["attributes"].clone(),
                needs: needed.collect(),
            });
        }
        let place = resources.iter().find_map(|resource| place_in(&resource.attributes));
        Ok(Self::new(
            place.ok_or_else(|| wrong("no ARN in it says which account and region it is of"))?,
            resources,
        ))
    }

    fn new(place: Place, resources: Vec<Resource>) -> Self {
        let schemas = ironward_aws::schemas();
        let mut named: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, resource) in resources.iter().enumerate() {
            let schema = schemas.iter().find(|schema| schema.type_name == resource.type_name);
            for name in names(schema.copied(), &resource.attributes) {
                let entry = named.entry(name).or_default();
                if !entry.contains(&index) {
                    entry.push(index);
                }
            }
        }
        let paths =
            resources.iter().enumerate().map(|(index, resource)| (resource.path.clone(), index)).collect();
        Self { place, resources, named, paths }
    }

    /// Where it stands.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// All resources.
    #[must_use]
    pub fn resources(&self) -> &[Resource] {
        &self.resources
    }

    /// The resource at a path.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<&Resource> {
        self.resources.get(*self.paths.get(path)?)
    }

    /// The resources of a type.
    pub fn of_type<'a>(&'a self, type_name: &'a str) -> impl Iterator<Item = &'a Resource> {
        self.resources.iter().filter(move |resource| resource.type_name == type_name)
    }

    /// The resources that an id or ARN names. Several may have one name, such as a bucket and its
    /// policy.
    pub fn named<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Resource> {
        // What some APIs write behind the ARN of a log group:
        // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
        let name = name.strip_suffix(":*").unwrap_or(name);
        self.named.get(name).into_iter().flatten().filter_map(|index| self.resources.get(*index))
    }

    /// All paths that have to be there before the one at `path`, directly or not.
    #[must_use]
    pub fn needed_by(&self, path: &str) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        let mut open: Vec<&Resource> = self.at(path).into_iter().collect();
        while let Some(resource) = open.pop() {
            for needed in &resource.needs {
                if found.insert(needed.as_str()) {
                    open.extend(self.at(needed));
                }
            }
        }
        found
    }

    /// The same estate without what `edit` takes away: for faults that are planted.
    #[must_use]
    pub fn edited(&self, mut edit: impl FnMut(&mut Resource)) -> Self {
        let mut resources = self.resources.clone();
        resources.iter_mut().for_each(&mut edit);
        Self::new(self.place.clone(), resources)
    }
}

/// The partition, region and account in the first ARN that has all of them.
fn place_in(attributes: &Json) -> Option<Place> {
    attributes.as_object()?.values().find_map(|value| match value {
        Json::String(arn) => match arn.split(':').collect::<Vec<_>>().as_slice() {
            ["arn", partition, _, region, account, _, ..] if !region.is_empty() && !account.is_empty() => {
                Some(Place::new(*partition, *region, *account))
            }
            _ => None,
        },
        Json::Object(_) => place_in(value),
        _ => None,
    })
}

/// The id and the ARNs among the attributes.
fn names(schema: Option<&Schema>, attributes: &Json) -> Vec<String> {
    let id = schema.map(|schema| schema.id);
    let mut found = Vec::new();
    for (name, value) in attributes.as_object().into_iter().flatten() {
        match value {
            Json::String(text) if Some(name.as_str()) == id || name.ends_with("Arn") => {
                found.push(text.clone())
            }
            Json::Object(_) => found.extend(names(None, value)),
            _ => {}
        }
    }
    found
}
