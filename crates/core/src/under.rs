//! Under which keys data is seen to be: whoever put it there, what was written meanwhile needs them.

use std::collections::{BTreeMap, BTreeSet};

use crate::named::Named;
use crate::provider::Observation;
use crate::schema::Schema;
use crate::state::{InstanceId, State};

/// The keys that instances which hold data are seen to be under and aren't recorded to be, by these.
pub(crate) type Under = BTreeMap<InstanceId, BTreeSet<InstanceId>>;

/// Looks for the recorded keys in what was seen of recorded data.
pub(crate) fn seen(
    state: &State,
    observations: &BTreeMap<InstanceId, Observation>,
    schemas: &BTreeMap<String, &'static Schema>,
) -> Under {
    let schema = |type_name: &str| schemas.get(type_name);
    let opens = |type_name: &str| schema(type_name).is_some_and(|schema| schema.opens);
    let mut keys = state.instances().filter(|record| opens(&record.type_name)).peekable();
    let mut under = Under::new();
    if keys.peek().is_none() {
        return under;
    }
    let named = Named::new(keys);
    let sealed = |type_name: &str| schema(type_name).is_some_and(|schema| schema.is_sealed());
    for record in state.instances().filter(|record| sealed(&record.type_name)) {
        let Some(Observation::Present(seen)) = observations.get(&record.instance) else { continue };
        let provider = record.provider.as_deref();
        let found = seen.properties.iter().flat_map(|(_, value)| named.by(state, provider, value));
        let fresh = found.map(|key| &key.instance).filter(|key| !record.opened_by.contains(*key));
        let fresh: BTreeSet<InstanceId> = fresh.cloned().collect();
        if !fresh.is_empty() {
            under.insert(record.instance.clone(), fresh);
        }
    }
    under
}
