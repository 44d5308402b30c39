//! What instances are seen to stand on, and under which keys what they hold is: whoever made it so, the cloud holds
//! the one for as long as they do, and what was written meanwhile needs the other.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::named::Named;
use crate::path::Path;
use crate::provider::Observation;
use crate::schema::{Change, Schema};
use crate::state::{InstanceId, Record, State};

/// What one instance is seen to stand on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Ground {
    /// What can't go while it is as it is.
    pub(crate) on: BTreeSet<InstanceId>,
    /// The keys that what it holds is under.
    pub(crate) under: BTreeSet<InstanceId>,
}

/// What each instance is seen to stand on, as far as that is anything.
pub(crate) type Grounds = BTreeMap<InstanceId, Ground>;

/// Where it is looked for.
struct Sight<'a> {
    state: &'a State,
    adoptions: &'a BTreeMap<Path, Record>,
    observations: &'a BTreeMap<InstanceId, Observation>,
    schemas: &'a BTreeMap<String, &'static Schema>,
    named: Named<'a>,
    records: OnceCell<BTreeMap<&'a InstanceId, &'a Record>>,
}

/// Looks for what is recorded, was let go of, or is taken over in what was seen of what is recorded or taken over.
pub(crate) fn seen(
    state: &State,
    adoptions: &BTreeMap<Path, Record>,
    observations: &BTreeMap<InstanceId, Observation>,
    schemas: &BTreeMap<String, &'static Schema>,
) -> Grounds {
    let left = state.remains.values().filter(|left| left.is_let_go());
    let left = left.filter_map(|left| left.record.as_deref());
    let named = Named::new(state.instances().chain(adoptions.values()).chain(left));
    let sight = Sight { state, adoptions, observations, schemas, named, records: OnceCell::new() };
    let mut grounds = Grounds::new();
    for record in state.instances().chain(adoptions.values()) {
        let taken = sight.takes(record);
        let Some(schema) = schemas.get(&record.type_name) else { continue };
        // What was seen of what others made is theirs.
        let shared = record.sharing.is_some();
        if (taken && shared) || !matches!(observations.get(&record.instance), Some(Observation::Present(_))) {
            continue;
        }
        let on = if shared { BTreeSet::new() } else { sight.holds(record, schema, taken, &grounds) };
        let under = if schema.is_sealed() { sight.keys(record) } else { BTreeSet::new() };
        if !on.is_empty() || !under.is_empty() {
            grounds.insert(record.instance.clone(), Ground { on, under });
        }
    }
    grounds
}

impl<'a> Sight<'a> {
    /// What was seen of an instance.
    fn says(&self, record: &Record) -> impl Iterator<Item = (&'a str, &'a Json)> + use<'a> {
        let seen = match self.observations.get(&record.instance) {
            Some(Observation::Present(seen)) => Some(seen),
            _ => None,
        };
        seen.into_iter().flat_map(|seen| seen.properties.iter())
    }

    fn schema(&self, record: &Record) -> Option<&'static Schema> {
        self.schemas.get(&record.type_name).copied()
    }

    /// What an instance holds, by what was seen of it. What was let go of goes nowhere.
    fn holds(
        &self,
        record: &Record,
        schema: &Schema,
        taken: bool,
        grounds: &Grounds,
    ) -> BTreeSet<InstanceId> {
        let holds = |name: &str| {
            let property = schema.property(name);
            property.is_some_and(|property| property.holds || property.change == Change::Replace)
        };
        let says = self.says(record).filter(|(name, _)| holds(name));
        let held = says.flat_map(|(_, value)| self.named.by(record.provider.as_deref(), value));
        let held = held.filter(|held| {
            let recorded = record.dependencies.contains(&held.instance);
            let goes = self.records().contains_key(&held.instance) || (taken && self.takes(held));
            // Two that hold on to each other let go in an order that no plan of deletions knows.
            recorded || (goes && !self.stands_on(&held.instance, &record.instance, grounds))
        });
        held.map(|held| held.instance.clone()).collect()
    }

    /// The keys that what an instance holds is under: those that it names, and those to which what it names leads.
    fn keys(&self, record: &Record) -> BTreeSet<InstanceId> {
        let (mut keys, mut asked, mut open) = (BTreeSet::new(), BTreeSet::new(), vec![record]);
        while let Some(above) = open.pop() {
            for (_, value) in self.says(above) {
                for found in self.named.by(above.provider.as_deref(), value) {
                    let Some(schema) = self.schema(found) else { continue };
                    if schema.opens {
                        keys.insert(found.instance.clone());
                    } else if schema.leads && asked.insert(&found.instance) {
                        open.push(found);
                    }
                }
            }
        }
        keys
    }

    /// What is recorded, by instance.
    fn records(&self) -> &BTreeMap<&'a InstanceId, &'a Record> {
        self.records.get_or_init(|| self.state.instances().map(|record| (&record.instance, record)).collect())
    }

    /// Whether something is taken over.
    fn takes(&self, record: &Record) -> bool {
        self.adoptions.get(&record.path).is_some_and(|taken| taken.instance == record.instance)
    }

    /// Whether an instance stands on another one, directly or not, as recorded or as seen.
    fn stands_on(&self, above: &InstanceId, below: &InstanceId, grounds: &Grounds) -> bool {
        let (mut asked, mut open) = (BTreeSet::new(), vec![above]);
        while let Some(instance) = open.pop() {
            if instance == below {
                return true;
            }
            if !asked.insert(instance) {
                continue;
            }
            open.extend(self.records().get(instance).iter().flat_map(|record| &record.dependencies));
            open.extend(grounds.get(instance).iter().flat_map(|ground| &ground.on));
        }
        false
    }
}
