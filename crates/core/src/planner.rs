//! Planning: a pure function of program, state and observations.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::cascade::{Cascade, Replacement};
use crate::diff::{Difference, Sides, difference};
use crate::document::{Document, Node};
use crate::graph::Graph;
use crate::names::{physical_name, predict};
use crate::path::Path;
use crate::plan::{Action, Plan, Problem, ResourceChange};
use crate::program::{Program, Resource};
use crate::provider::{Observation, Observed, Place};
use crate::schema::{Ownership, ReplaceOrder, Schema};
use crate::state::{InstanceId, Record, State, Status};
use crate::value::{AttrRef, Known, Value};

/// All that a plan is made from.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The declared program.
    pub program: &'a Program,
    /// The recorded state.
    pub state: &'a State,
    /// What was observed, by instance.
    pub observations: &'a BTreeMap<InstanceId, Observation>,
    /// What the lookups found.
    pub lookups: &'a BTreeMap<Path, Document>,
    /// Where resources are made, by provider alias; the empty alias is the stack's own.
    pub places: &'a BTreeMap<String, Place>,
    /// Tags on everything that has tags, from the stack's configuration.
    pub default_tags: &'a BTreeMap<String, String>,
}

/// Plans what makes the cloud as the program declares it.
///
/// # Errors
/// Every [`Problem`] that was found, not only the first.
pub fn plan(input: Input<'_>) -> Result<Plan, Vec<Problem>> {
    let order = order(input.program).map_err(|problem| vec![problem])?;
    let mut problems = Vec::new();
    let renames = renames(&input, &mut problems);
    let mut cascade = Cascade::default();
    let settled = loop {
        let mut pass = Pass::new(&input, &renames, &cascade);
        for path in &order {
            pass.decide(path);
        }
        let Pass { decided, attributes, problems: found, .. } = pass;
        if !cascade.grow(&input, &decided) {
            problems.extend(found);
            break (decided, attributes);
        }
    };
    let (decided, attributes) = settled;
    let (orders, conflicts) = cascade.orders(&input, &decided);
    problems.extend(conflicts);
    let mut changes = Vec::new();
    for (path, decision) in decided {
        changes.push(decision.into_change(&input, &path, orders.get(&path).copied()));
    }
    let rank: BTreeMap<&Path, usize> = order.iter().enumerate().map(|(i, path)| (path, i)).collect();
    changes.sort_by_key(|change| rank.get(&change.path).copied());
    changes.extend(leftovers(&input, &renames));
    for change in &changes {
        problems.extend(refusals(&input, change));
    }
    let known = |attr: &AttrRef| known_in(&attributes, attr);
    let mut outputs = BTreeMap::new();
    for (name, value) in &input.program.outputs {
        match value.evaluate(&known) {
            Ok(node) => {
                outputs.insert(name.clone(), node);
            }
            Err(error) => problems.push(Problem::new(format!("the output `{name}`: {error}"))),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(assemble(&input, false, changes, outputs))
}

/// Plans the end of everything in the state.
///
/// # Errors
/// A [`Problem`] for every protected resource, unless `lift_protection`.
pub fn plan_destroy(input: Input<'_>, lift_protection: bool) -> Result<Plan, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut changes = Vec::new();
    for record in input.state.instances() {
        let declared = input.program.resources.get(&record.path);
        if !lift_protection && let Some(why) = protection(record, declared.map(|resource| resource.schema)) {
            problems.push(
                Problem::new(format!("is protected: {why}"))
                    .at(&record.path, Some(&record.source))
                    .with_hint("type `destroy --lift-protection` to take it down all the same"),
            );
        }
        let gone = matches!(input.observations.get(&record.instance), Some(Observation::Absent));
        let mut change =
            removal(record, if record.retain && !lift_protection { Action::Forget } else { Action::Delete });
        if gone {
            change.vanished = true;
            change.reasons.push("it is gone already".to_owned());
        }
        changes.push(change);
    }
    if problems.is_empty() { Ok(assemble(&input, true, changes, BTreeMap::new())) } else { Err(problems) }
}

fn assemble(
    input: &Input<'_>,
    destroys: bool,
    changes: Vec<ResourceChange>,
    outputs: BTreeMap<String, Node>,
) -> Plan {
    Plan {
        format: Plan::FORMAT,
        program: input.program.name.clone(),
        profile: input.program.profile.clone(),
        destroys,
        lineage: input.state.lineage.clone(),
        serial: input.state.serial,
        place: input.places.get("").cloned().unwrap_or_else(|| Place::new("aws", "", "")),
        changes,
        lookups: input.lookups.clone(),
        outputs,
        remarks: input.program.remarks.clone(),
    }
}

/// The paths that a resource needs: those whose attributes it uses and those it names.
pub(crate) fn needs(program: &Program, resource: &Resource) -> BTreeSet<Path> {
    let mut found: BTreeSet<Path> =
        resource.properties.values().flat_map(Value::references).map(|attr| attr.path).collect();
    for named in &resource.options.depends_on {
        if program.components.contains_key(named) {
            let inside = format!("{named}/");
            found.extend(program.resources.keys().filter(|path| path.as_str().starts_with(&inside)).cloned());
        } else {
            found.insert(named.clone());
        }
    }
    found
}

/// The declared paths, each after what it needs.
fn order(program: &Program) -> Result<Vec<Path>, Problem> {
    let mut graph = Graph::new();
    for path in program.resources.keys() {
        graph.add(path);
    }
    for resource in program.resources.values() {
        for needed in needs(program, resource) {
            if program.resources.contains_key(&needed) {
                graph.needs(&resource.path, &needed);
            } else if !program.lookups.contains_key(&needed) {
                return Err(Problem::new(format!(
                    "depends on `{needed}`, which this program doesn't declare"
                ))
                .at(&resource.path, Some(&resource.source))
                .with_hint("handles belong to the stack that made them: declare both in one stack"));
            }
        }
    }
    graph.order().map_err(|cycle| {
        let mut names: Vec<String> = cycle
            .iter()
            .map(|path| match program.resources.get(path) {
                Some(resource) => format!("`{path}` ({})", resource.source),
                None => format!("`{path}`"),
            })
            .collect();
        names.extend(names.first().cloned());
        Problem::new(format!("these resources depend on each other in a circle: {}", names.join(" → ")))
            .with_hint("break the circle with a resource of its own, such as a separate security-group rule")
    })
}

fn renames<'a>(input: &Input<'a>, problems: &mut Vec<Problem>) -> BTreeMap<Path, &'a Record> {
    let mut found = BTreeMap::new();
    for resource in input.program.resources.values() {
        let Some(old) = &resource.options.renamed_from else { continue };
        if input.state.resources.contains_key(&resource.path) {
            continue;
        }
        let Some(record) = input.state.resources.get(old) else { continue };
        if input.program.resources.contains_key(old) {
            problems.push(
                Problem::new(format!("takes over `{old}`, which is still declared"))
                    .at(&resource.path, Some(&resource.source)),
            );
        } else {
            found.insert(resource.path.clone(), record);
        }
    }
    found
}

fn known_in(attributes: &BTreeMap<Path, Attributes>, attr: &AttrRef) -> Known {
    let Some(known) = attributes.get(&attr.path) else { return Known::Later };
    match known.document.at(&attr.attribute) {
        Some(json) => Known::Value(json.clone()),
        None if known.complete => Known::Missing,
        None => Known::Later,
    }
}

/// The attributes of a resource as far as they are known while planning.
#[derive(Debug, Default)]
struct Attributes {
    document: Document,
    complete: bool,
}

/// What one pass decided about one resource.
#[derive(Debug)]
pub(crate) struct Decision {
    pub(crate) verdict: Verdict,
    pub(crate) difference: Difference,
    pub(crate) reasons: Vec<String>,
    instance: InstanceId,
    generation: u64,
    pub(crate) previous: Option<InstanceId>,
    physical_id: Option<String>,
    vanished: bool,
    renamed_from: Option<Path>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Noop,
    Create,
    Update,
    Replace,
}

struct Pass<'a> {
    input: &'a Input<'a>,
    renames: &'a BTreeMap<Path, &'a Record>,
    cascade: &'a Cascade,
    attributes: BTreeMap<Path, Attributes>,
    decided: BTreeMap<Path, Decision>,
    problems: Vec<Problem>,
}

impl<'a> Pass<'a> {
    fn new(input: &'a Input<'a>, renames: &'a BTreeMap<Path, &'a Record>, cascade: &'a Cascade) -> Self {
        let attributes = input
            .lookups
            .iter()
            .map(|(path, document)| (path.clone(), Attributes { document: document.clone(), complete: true }))
            .collect();
        Self { input, renames, cascade, attributes, decided: BTreeMap::new(), problems: Vec::new() }
    }

    fn decide(&mut self, path: &Path) {
        let Some(resource) = self.input.program.resources.get(path) else { return };
        let problem = |message: String| Problem::new(message).at(path, Some(&resource.source));
        let alias = resource.options.provider.as_deref().unwrap_or_default();
        let Some(place) = self.input.places.get(alias) else {
            self.problems.push(
                problem(format!("names the provider `{alias}`, which this stack doesn't configure"))
                    .with_hint(format!("add `[stack.NAME.providers.{alias}]` to Ironward.toml")),
            );
            return;
        };
        let renamed = self.renames.get(path).copied();
        let record = self.input.state.resources.get(path).or(renamed);
        let observation = record.and_then(|record| self.input.observations.get(&record.instance));
        let (record, vanished, mut reasons) = match (record, observation) {
            (Some(record), Some(Observation::Inaccessible(fault))) => {
                let mut found = problem(format!("can't be read: {fault}"));
                found.hint = fault.hint();
                self.problems.push(found);
                (Some(record), false, vec![])
            }
            (Some(_), Some(Observation::Absent)) => (None, true, vec!["it was removed outside".to_owned()]),
            (Some(_), Some(Observation::GoneButReserved { until })) => {
                (None, true, vec![format!("it was removed outside and stays reserved until {until}")])
            }
            (record, _) => (record, false, vec![]),
        };
        let observed = match observation {
            Some(Observation::Present(observed)) => Some(observed),
            _ => None,
        };
        let generation = self.input.state.next_generation(path);
        let fresh = InstanceId::derive(&self.input.state.lineage, path, generation);
        let instance = record.map_or(&fresh, |record| &record.instance);
        let known = |attr: &AttrRef| known_in(&self.attributes, attr);
        let evaluate = |instance: &InstanceId| evaluate(self.input, resource, instance, record, &known);
        let properties = match evaluate(instance) {
            Ok(properties) => properties,
            Err(error) => {
                self.problems.push(problem(error));
                return;
            }
        };
        let (mut verdict, mut difference) = match record {
            None => (Verdict::Create, creation(resource.schema, &properties)),
            Some(record) => match judge(resource, record, observed, &properties) {
                Ok(judged) => {
                    reasons.extend(judged.reasons);
                    (judged.verdict, judged.difference)
                }
                Err(error) => {
                    self.problems.push(problem(error));
                    return;
                }
            },
        };
        if let (Some(reason), Some(_)) = (self.cascade.reason(path), record)
            && verdict != Verdict::Replace
        {
            verdict = Verdict::Replace;
            reasons.push(reason.to_owned());
        }
        let mut properties = properties;
        if verdict == Verdict::Replace {
            match evaluate(&fresh) {
                Ok(with_new_name) => {
                    for name in resource.schema.name_property().iter().map(|(property, _)| property.name) {
                        if properties.get(name) != with_new_name.get(name) {
                            difference.changes.push(crate::diff::PropertyDiff {
                                property: name.to_owned(),
                                before: properties.get(name).and_then(Node::to_json),
                                after: with_new_name.get(name).cloned(),
                                replaces: false,
                            });
                        }
                    }
                    properties = with_new_name;
                }
                Err(error) => self.problems.push(problem(error)),
            }
        }
        let makes = matches!(verdict, Verdict::Create | Verdict::Replace);
        let attributes = self.predicted(resource.schema, place, verdict, record, observed, &properties);
        self.attributes.insert(path.clone(), attributes);
        self.decided.insert(
            path.clone(),
            Decision {
                verdict,
                difference,
                reasons,
                instance: if makes { fresh } else { instance.clone() },
                generation: if makes { generation } else { record.map_or(generation, |r| r.generation) },
                previous: record.filter(|_| makes).map(|record| record.instance.clone()),
                physical_id: record.map(|record| record.physical_id.clone()),
                vanished,
                renamed_from: renamed.map(|record| record.path.clone()),
            },
        );
    }

    fn predicted(
        &self,
        schema: &Schema,
        place: &Place,
        verdict: Verdict,
        record: Option<&Record>,
        observed: Option<&Observed>,
        properties: &BTreeMap<String, Node>,
    ) -> Attributes {
        if matches!(verdict, Verdict::Create | Verdict::Replace) {
            let mut document = Document::new();
            for attribute in schema.attributes {
                let template = attribute.predict;
                let value =
                    template.and_then(|template| predict(template, place, |name| properties.get(name)));
                document.set(attribute.name, value);
            }
            return Attributes { document, complete: false };
        }
        let mut document = record.map(|record| record.attributes.clone()).unwrap_or_default();
        for (name, json) in observed.into_iter().flat_map(|observed| observed.attributes.iter()) {
            document.set(name, json.clone());
        }
        let mut complete = true;
        if verdict == Verdict::Update {
            for attribute in schema.attributes.iter().filter(|attribute| attribute.volatile) {
                document.set(attribute.name, Json::Null);
                complete = false;
            }
        }
        Attributes { document, complete }
    }
}

/// Computes the properties of a resource: evaluated, named and tagged.
pub(crate) fn evaluate(
    input: &Input<'_>,
    resource: &Resource,
    instance: &InstanceId,
    record: Option<&Record>,
    known: &dyn Fn(&AttrRef) -> Known,
) -> Result<BTreeMap<String, Node>, String> {
    let mut properties = BTreeMap::new();
    for (name, value) in &resource.properties {
        let node = value.evaluate(known).map_err(|error| format!("property `{name}`: {error}"))?;
        if !node.is_null() {
            properties.insert(name.clone(), node);
        }
    }
    if let Some((property, rule)) = resource.schema.name_property()
        && !properties.contains_key(property.name)
    {
        let recorded = record
            .filter(|record| record.instance == *instance)
            .and_then(|record| record.properties.json(property.name));
        let name = match recorded {
            Some(json) => Node::from(json.clone()),
            None => Node::String(physical_name(rule, &resource.path, instance)),
        };
        properties.insert(property.name.to_owned(), name);
    }
    if resource.schema.ownership == Ownership::Tags {
        let mut tags: BTreeMap<String, Node> = input
            .default_tags
            .iter()
            .map(|(key, value)| (key.clone(), value.clone()))
            .chain(input.program.tags_around(&resource.path))
            .map(|(key, value)| (key, Node::String(value)))
            .collect();
        if let Some(Node::List(declared)) = properties.remove("Tags") {
            for tag in declared {
                let mut members = tag.into_members();
                if let (Some(Node::String(key)), Some(value)) =
                    (members.remove("Key"), members.remove("Value"))
                {
                    tags.insert(key, value);
                }
            }
        }
        let tags: Vec<Node> = tags
            .into_iter()
            .map(|(key, value)| {
                Node::Map(BTreeMap::from([
                    ("Key".to_owned(), Node::String(key)),
                    ("Value".to_owned(), value),
                ]))
            })
            .collect();
        if !tags.is_empty() {
            properties.insert("Tags".to_owned(), Node::List(tags));
        }
    }
    Ok(properties)
}

struct Judged {
    verdict: Verdict,
    difference: Difference,
    reasons: Vec<String>,
}

fn judge(
    resource: &Resource,
    record: &Record,
    observed: Option<&Observed>,
    properties: &BTreeMap<String, Node>,
) -> Result<Judged, String> {
    if record.type_name != resource.schema.type_name {
        return Ok(Judged {
            verdict: Verdict::Replace,
            difference: creation(resource.schema, properties),
            reasons: vec![format!("its type was {}", record.type_name)],
        });
    }
    let upgraded;
    let last = if record.schema_version == resource.schema.version {
        &record.properties
    } else {
        upgraded = (resource.schema.upgrade)(record.schema_version, record.properties.clone())
            .map_err(|error| format!("its recorded state can't be upgraded: {error}"))?;
        &upgraded
    };
    let difference = difference(
        resource.schema,
        &Sides {
            last,
            declared: properties,
            observed,
            incomplete: record.status == Status::Incomplete,
            ignore: &resource.options.ignore_changes,
            replace_on: &resource.options.replace_on_changes,
        },
    );
    let mut reasons = Vec::new();
    let verdict = if record.status == Status::Broken {
        reasons.push("it ended in a state from which it can't recover".to_owned());
        Verdict::Replace
    } else if record.provider != resource.options.provider {
        reasons.push("its provider changed".to_owned());
        Verdict::Replace
    } else if !difference.replacing.is_empty() {
        reasons.push(format!("{} can't be changed in place", difference.replacing.join(", ")));
        Verdict::Replace
    } else if difference.changes.is_empty() && !options_changed(resource, record) {
        if record.status == Status::Incomplete { Verdict::Update } else { Verdict::Noop }
    } else {
        Verdict::Update
    };
    Ok(Judged { verdict, difference, reasons })
}

/// Options that the record holds, so that a later run knows them without the program.
fn options_changed(resource: &Resource, record: &Record) -> bool {
    record.protect != resource.options.protect
        || record.retain != resource.options.retain_on_delete
        || record.replace_order != resource.options.replace_order
        || record.schema_version != resource.schema.version
}

fn creation(schema: &Schema, properties: &BTreeMap<String, Node>) -> Difference {
    let mut difference = Difference { declared: properties.len(), ..Difference::default() };
    for property in schema.properties {
        if let Some(node) = properties.get(property.name) {
            difference.changes.push(crate::diff::PropertyDiff {
                property: property.name.to_owned(),
                before: None,
                after: Some(node.clone()),
                replaces: false,
            });
        }
    }
    difference
}

impl Decision {
    fn into_change(self, input: &Input<'_>, path: &Path, order: Option<ReplaceOrder>) -> ResourceChange {
        let resource = &input.program.resources[path];
        let mut reasons = self.reasons;
        let action = match self.verdict {
            Verdict::Noop => Action::Noop,
            Verdict::Create => Action::Create,
            Verdict::Update => Action::Update { aspects: self.difference.aspects },
            Verdict::Replace => Action::Replace { order: order.unwrap_or(ReplaceOrder::CreateFirst) },
        };
        if matches!(action, Action::Update { .. }) && self.difference.changes.is_empty() {
            reasons.push("its creation wasn't finished, or its options changed".to_owned());
        }
        ResourceChange {
            path: path.clone(),
            type_name: resource.schema.type_name.to_owned(),
            action,
            reasons,
            instance: self.instance,
            generation: self.generation,
            replaces: self.previous,
            physical_id: self.physical_id,
            diffs: self.difference.changes,
            drift: self.difference.drift,
            vanished: self.vanished,
            declared: self.difference.declared,
            observed: self.difference.observed,
            renamed_from: self.renamed_from,
            provider: resource.options.provider.clone(),
            source: resource.source.clone(),
        }
    }
}

/// What the state holds and the program doesn't.
fn leftovers(input: &Input<'_>, renames: &BTreeMap<Path, &Record>) -> Vec<ResourceChange> {
    let moved: BTreeSet<&InstanceId> = renames.values().map(|record| &record.instance).collect();
    let gone = input.state.resources.values().filter(|record| {
        !input.program.resources.contains_key(&record.path) && !moved.contains(&record.instance)
    });
    let mut changes: Vec<ResourceChange> = gone
        .map(|record| removal(record, if record.retain { Action::Forget } else { Action::Delete }))
        .collect();
    for record in input.state.deposed.values() {
        let mut change = removal(record, Action::Delete);
        change.reasons.push("it was replaced and is still there".to_owned());
        changes.push(change);
    }
    changes
}

fn removal(record: &Record, action: Action) -> ResourceChange {
    ResourceChange {
        path: record.path.clone(),
        type_name: record.type_name.clone(),
        action,
        reasons: Vec::new(),
        instance: record.instance.clone(),
        generation: record.generation,
        replaces: Some(record.instance.clone()),
        physical_id: Some(record.physical_id.clone()),
        diffs: Vec::new(),
        drift: Vec::new(),
        vanished: false,
        declared: 0,
        observed: 0,
        renamed_from: None,
        provider: record.provider.clone(),
        source: record.source.clone(),
    }
}

/// Why a record may not be deleted.
fn protection(record: &Record, schema: Option<&Schema>) -> Option<String> {
    if record.protect {
        return Some("the program protects it".to_owned());
    }
    let property = schema?.protection?;
    let on = match property.split_once(':') {
        Some((list, key)) => listed(&record.properties, list, key),
        None => record.properties.at(property),
    };
    let on = on.is_some_and(|value| value.as_bool() == Some(true) || value.as_str() == Some("true"));
    on.then(|| format!("{property} is on"))
}

/// The `Value` that stands beside `key` in a list of `Key` and `Value`.
fn listed<'a>(properties: &'a Document, list: &str, key: &str) -> Option<&'a Json> {
    let members = properties.json(list)?.as_array()?;
    members.iter().find(|member| member["Key"] == key)?.get("Value")
}

/// Why a change may not be made.
fn refusals(input: &Input<'_>, change: &ResourceChange) -> Option<Problem> {
    let goes = matches!(change.action, Action::Delete | Action::Replace { .. });
    if !goes || input.state.deposed.contains_key(&change.instance) {
        return None;
    }
    let path = change.renamed_from.as_ref().unwrap_or(&change.path);
    let record = input.state.resources.get(path)?;
    let declared = input.program.resources.get(&change.path);
    let schema = declared.map(|resource| resource.schema);
    let why = change.reasons.first().map(|reason| format!(" ({reason})")).unwrap_or_default();
    let word = change.action.word();
    if let Some(protected) = protection(record, schema) {
        return Some(
            Problem::new(format!("the plan would {word} it{why}, and it is protected: {protected}"))
                .at(&change.path, Some(&change.source))
                .with_hint("take the protection away in a change of its own first, or undo the change"),
        );
    }
    let consents = declared.is_some_and(|resource| resource.options.allow_replace);
    if matches!(change.action, Action::Replace { .. }) && schema.is_some_and(|s| s.stateful) && !consents {
        return Some(
            Problem::new(format!("the plan would replace it{why}, and what it holds would be lost"))
                .at(&change.path, Some(&change.source))
                .with_hint("undo the change, or add `.allow_replace()` to the declaration"),
        );
    }
    None
}

impl Replacement for Decision {
    fn is_replacement(&self) -> bool {
        self.verdict == Verdict::Replace && self.previous.is_some()
    }

    fn previous(&self) -> Option<&InstanceId> {
        self.previous.as_ref()
    }

    fn keeps_its_name(&self, schema: &Schema) -> bool {
        schema.name_property().is_some_and(|(property, _)| {
            !self.difference.changes.iter().any(|diff| diff.property == property.name)
        })
    }
}
