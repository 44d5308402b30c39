//! What instances are seen to stand on, and under which keys what they hold is: whoever made it so, the cloud holds
//! the one for as long as they do, and what was written meanwhile needs the other.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::cloud::provider::{Observation, Observed};
use crate::model::path::Path;
use crate::model::schema::{Change, Property, Schema};
use crate::plan::named::Named;
use crate::state::{Ground, Grounds, InstanceId, Record, State};

/// Where it is looked for.
struct Sight<'a> {
    state: &'a State,
    adoptions: &'a BTreeMap<Path, Record>,
    observations: &'a BTreeMap<InstanceId, Observation>,
    schemas: &'a BTreeMap<String, &'static Schema>,
    /// What is recorded or taken over, by what names it, once something may.
    named: OnceCell<Named<'a>>,
    /// The keys and what leads to them, also of what was let go of.
    keys: Named<'a>,
    /// What is recorded, by instance, once it is asked for.
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
    let opens = |record: &&Record| schemas.get(&record.type_name).is_some_and(|it| it.opens || it.leads);
    let keys = Named::new(state.instances().chain(adoptions.values()).chain(left).filter(opens));
    let (named, records) = (OnceCell::new(), OnceCell::new());
    let sight = Sight { state, adoptions, observations, schemas, named, keys, records };
    let mut grounds = Grounds::new();
    for record in state.instances().chain(adoptions.values()) {
        let Some(Observation::Present(seen)) = observations.get(&record.instance) else { continue };
        let Some(schema) = schemas.get(&record.type_name) else { continue };
        let (taken, shared) = (sight.takes(record), record.sharing.is_some());
        // What others made is theirs.
        if taken && shared {
            continue;
        }
        let on = if shared { BTreeSet::new() } else { sight.holds(record, schema, seen, &grounds) };
        let under = if schema.is_sealed() { sight.keys(record, seen) } else { BTreeSet::new() };
        if !on.is_empty() || !under.is_empty() {
            grounds.insert(record.instance.clone(), Ground { on, under });
        }
    }
    grounds
}

impl<'a> Sight<'a> {
    /// What an instance holds, by what was seen of it: of what is taken over all, and else where that isn't what is
    /// recorded. What was let go of goes nowhere.
    fn holds(
        &self,
        record: &Record,
        schema: &Schema,
        seen: &Observed,
        grounds: &Grounds,
    ) -> BTreeSet<InstanceId> {
        let taken = self.takes(record);
        let news = |property: &&Property| {
            let fixed = taken && property.change == Change::Replace;
            let there = seen.properties.json(property.name);
            (property.holds || fixed) && (taken || there != record.properties.json(property.name))
        };
        let says = schema.properties.iter().filter(news);
        let says = says.filter_map(|property| seen.properties.json(property.name));
        let held = says.flat_map(|value| self.named().by(record.provider.as_deref(), value));
        // Two that hold on to each other let go in an order that no plan of deletions knows.
        let held = held.filter(|held| {
            record.dependencies.contains(&held.instance)
                || !self.stands_on(&held.instance, &record.instance, grounds)
        });
        held.map(|held| held.instance.clone()).collect()
    }

    /// The keys that what an instance holds is under: those that it names, and those to which what it names leads.
    fn keys(&self, record: &Record, seen: &Observed) -> BTreeSet<InstanceId> {
        let (mut keys, mut asked, mut open) = (BTreeSet::new(), BTreeSet::new(), vec![(record, seen)]);
        while let Some((above, seen)) = open.pop() {
            for (_, value) in seen.properties.iter() {
                for found in self.keys.by(above.provider.as_deref(), value) {
                    if self.schemas.get(&found.type_name).is_some_and(|schema| schema.opens) {
                        keys.insert(found.instance.clone());
                    } else if asked.insert(&found.instance)
                        && let Some(Observation::Present(seen)) = self.observations.get(&found.instance)
                    {
                        open.push((found, seen));
                    }
                }
            }
        }
        keys
    }

    fn named(&self) -> &Named<'a> {
        let there = || self.state.instances().chain(self.adoptions.values());
        self.named.get_or_init(|| Named::new(there()))
    }

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
