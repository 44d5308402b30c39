//! What is there already of what several stacks may use.

use std::collections::BTreeMap;

use futures::future::join_all;

use super::Engine;
use crate::cloud::provider::{Found, Operation};
use crate::model::document::{Document, Node};
use crate::model::error::ProviderError;
use crate::model::path::Path;
use crate::model::program::{Program, Resource};
use crate::model::schema::Ownership;
use crate::model::value::AttrRef;
use crate::plan::{PlanError, adopt, claims};
use crate::state::{InstanceId, Sharing, State};

/// What the API calls what is there, and how the stack stands to it from now on.
pub(super) type Shared = BTreeMap<Path, (String, Sharing)>;

impl Engine {
    /// Looks for what may be shared, isn't recorded, and whose name is known before anything is planned. The
    /// rest is looked for when it is made.
    pub(super) async fn look_for_shared(
        &self,
        program: &Program,
        state: &State,
    ) -> Result<Shared, Vec<PlanError>> {
        let open = program.resources.values().filter(|resource| {
            resource.options.shared
                && resource.options.adopt.is_none()
                && !adopt::recorded(program, state, resource)
        });
        let looks = open.map(async |resource| (resource, self.find_shared(program, state, resource).await));
        let (mut found, mut problems) = (Shared::new(), Vec::new());
        for (resource, look) in join_all(looks).await {
            match look {
                Ok(there) => found.extend(there.map(|there| (resource.path.clone(), there))),
                Err(error) => {
                    problems.push(PlanError::unreadable(&error).at(&resource.path, Some(&resource.source)));
                }
            }
        }
        if problems.is_empty() { Ok(found) } else { Err(problems) }
    }

    async fn find_shared(
        &self,
        program: &Program,
        state: &State,
        resource: &Resource,
    ) -> Result<Option<(String, Sharing)>, ProviderError> {
        let provider = self.providers.get(resource.options.provider.as_deref().unwrap_or_default());
        let handler =
            provider.and_then(|provider| Some((provider, provider.handler(resource.schema.type_name)?)));
        let Some((provider, handler)) = handler else { return Ok(None) };
        let nothing = BTreeMap::new();
        let known = |attr: &AttrRef| adopt::known(program, state, &nothing, &BTreeMap::new(), attr);
        let evaluated = resource.properties.iter().filter_map(|(name, value)| {
            let node = value.evaluate(&known).ok().filter(|node| node.to_json().is_some())?;
            Some((name.clone(), node))
        });
        let properties: BTreeMap<String, Node> = evaluated.collect();
        let names = resource.schema.claims.iter().flat_map(|claim| claim.properties);
        let mut declared = names.filter(|name| resource.properties.contains_key(**name));
        if declared.any(|name| !properties.contains_key(*name))
            || claims::declared(resource, provider.place(), &properties).is_empty()
        {
            return Ok(None);
        }
        let mut desired = Document::new();
        for (name, json) in properties.iter().filter_map(|(name, node)| Some((name, node.to_json()?))) {
            desired.set(name, json);
        }
        let path = &resource.path;
        let instance = InstanceId::derive(&state.lineage, path, state.next_generation(path));
        let operation = Operation::new(path, &instance, &state.lineage, provider.place());
        let tells = resource.schema.ownership == Ownership::Tags;
        Ok(match handler.find(&operation, &desired).await? {
            Found::Foreign { physical_id, .. } => Some((physical_id, Sharing::Used)),
            Found::Unmarked { physical_id } if tells => Some((physical_id, Sharing::Found)),
            Found::Unmarked { physical_id } => Some((physical_id, Sharing::Used)),
            // What this stack let go of, and left to others.
            Found::Sibling { physical_id, instance }
                if state.instances().all(|record| record.instance.as_str() != instance) =>
            {
                Some((physical_id, Sharing::Made))
            }
            Found::Nothing | Found::Ours { .. } | Found::Sibling { .. } => None,
        })
    }
}
