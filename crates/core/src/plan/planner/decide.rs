//! What is to be done about each declared resource, decided in the order of their needs.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::PlanContext;
use super::assess::{creation, judge};
use super::fixed;
use super::networks::Networks;
use super::properties::{concealed, evaluate};
use super::rivals::excluded;
use super::there::held;
use super::versions;
use crate::cloud::provider::{NotInForce, Observation, Observed, Place};
use crate::model::document::{Document, Node};
use crate::model::path::Path;
use crate::model::program::Resource;
use crate::model::schema::{Property, ReplaceOrder, Schema};
use crate::model::value::{AttrRef, Known};
use crate::plan::cascade::Cascade;
use crate::plan::claims::{self, Claimed};
use crate::plan::diff::{Difference, PropertyDiff};
use crate::plan::names::predict;
use crate::plan::{Action, PlanError, Remedy, ResourceChange, adopt, literals, values};
use crate::state::{InstanceId, Record, Sharing, Status};

/// The attributes of a resource as far as they are known while planning.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    pub(super) document: Document,
    /// Whether it has no others.
    pub(super) complete: bool,
}

pub(super) fn known_in(attributes: &BTreeMap<Path, Attributes>, attr: &AttrRef) -> Known {
    let Some(known) = attributes.get(&attr.path) else { return Known::Later };
    match known.document.at(&attr.attribute) {
        Some(json) => Known::Value(json.clone()),
        None if known.complete => Known::Missing,
        None => Known::Later,
    }
}

/// What one pass decided about one resource.
#[derive(Debug)]
pub(crate) struct Decision {
    pub(crate) verdict: Verdict,
    difference: Difference,
    pub(super) reasons: Vec<String>,
    pub(super) instance: InstanceId,
    generation: u64,
    /// The instance that goes.
    pub(super) previous: Option<InstanceId>,
    /// What it claims as it shall be.
    pub(super) claims: Vec<Claimed>,
    /// Why old and new can't exist side by side.
    excluded: Option<String>,
    pub(super) physical_id: Option<String>,
    /// What of it was set and isn't in force yet.
    not_in_force: Vec<NotInForce>,
    vanished: bool,
    /// Whether it exists already and isn't managed yet.
    adopted: bool,
    /// Whether its deletion is pending and is taken back.
    restored: bool,
    pub(super) renamed_from: Option<Path>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Noop,
    Create,
    Update,
    Replace,
    /// It is another's, and used as it is.
    Share,
}

impl Decision {
    /// A decision about an instance of which nothing changes.
    pub(super) fn staying(verdict: Verdict, record: &Record) -> Self {
        Self {
            verdict,
            difference: Difference::default(),
            reasons: Vec::new(),
            instance: record.instance.clone(),
            generation: record.generation,
            previous: None,
            claims: Vec::new(),
            excluded: None,
            physical_id: Some(record.physical_id.clone()),
            not_in_force: Vec::new(),
            vanished: false,
            adopted: false,
            restored: false,
            renamed_from: None,
        }
    }

    /// Why old and new can't exist side by side, by what they claim.
    pub(crate) fn excluded(&self) -> Option<&str> {
        self.excluded.as_deref()
    }

    /// Whether something that is taken over only to be replaced has what comes in its place needs.
    pub(crate) fn keeps_adopted(&self) -> bool {
        self.adopted && self.verdict == Verdict::Replace && self.excluded.is_some()
    }

    /// Whether a property changes.
    pub(crate) fn changes(&self, property: &str) -> bool {
        self.difference.touches(property)
    }

    /// Whether old and new would have one name.
    pub(crate) fn keeps_its_name(&self, schema: &Schema) -> bool {
        schema.name_property().is_some_and(|(property, _)| {
            !self.difference.changes.iter().any(|diff| diff.property == property.name)
        })
    }

    pub(super) fn change(&self, resource: &Resource, order: Option<ReplaceOrder>) -> ResourceChange {
        let mut reasons = self.reasons.clone();
        let action = match self.verdict {
            Verdict::Noop => Action::Noop,
            Verdict::Share => Action::Share,
            Verdict::Create => Action::Create,
            Verdict::Update if self.restored => Action::Restore { aspects: self.difference.aspects.clone() },
            Verdict::Update if self.adopted => Action::Adopt { aspects: self.difference.aspects.clone() },
            Verdict::Update => Action::Update { aspects: self.difference.aspects.clone() },
            Verdict::Replace => Action::Replace { order: order.unwrap_or(resource.schema.replace) },
        };
        let told = self.adopted || self.restored;
        let told = told || !reasons.is_empty();
        if self.verdict == Verdict::Update && self.difference.changes.is_empty() && !told {
            reasons.push("its last operation wasn't finished, or its options changed".to_owned());
        }
        ResourceChange {
            path: resource.path.clone(),
            type_name: resource.schema.type_name.to_owned(),
            action,
            reasons,
            instance: self.instance.clone(),
            generation: self.generation,
            replaces: self.previous.clone(),
            physical_id: self.physical_id.clone(),
            diffs: self.difference.changes.clone(),
            drift: self.difference.drift.clone(),
            not_in_force: self.not_in_force.clone(),
            vanished: self.vanished,
            declared: self.difference.declared,
            observed: self.difference.observed,
            adopted: self.adopted,
            renamed_from: self.renamed_from.clone(),
            waits_for: BTreeSet::new(),
            spares: None,
            goes_with: None,
            provider: resource.options.provider.clone(),
            source: resource.source.clone(),
        }
    }
}

/// One pass over the program.
#[derive(Default)]
pub(super) struct PlanPass {
    pub(super) attributes: BTreeMap<Path, Attributes>,
    pub(super) decided: BTreeMap<Path, Decision>,
    pub(super) problems: Vec<PlanError>,
}

impl PlanPass {
    /// Decides about every resource of `order` in turn, given what the cascade forces so far.
    pub(super) fn run(scene: &PlanContext<'_>, cascade: &Cascade, order: &[Path]) -> Self {
        let lookups = scene.input.lookups.iter();
        let attributes = lookups
            .map(|(path, document)| (path.clone(), Attributes { document: document.clone(), complete: true }))
            .collect();
        let mut pass = Self { attributes, ..Self::default() };
        for path in order {
            if let Some(resource) = scene.input.program.resources.get(path)
                && let Err(problem) = pass.decide(scene, cascade, resource)
            {
                pass.problems.push(problem.at(path, Some(&resource.source)));
            }
        }
        pass
    }

    fn decide(
        &mut self,
        scene: &PlanContext<'_>,
        cascade: &Cascade,
        resource: &Resource,
    ) -> Result<(), PlanError> {
        let input = scene.input;
        let path = &resource.path;
        let alias = resource.options.provider.as_deref().unwrap_or_default();
        let place = input.places.get(alias).ok_or_else(|| {
            let remedy = Remedy::Configure { path: path.clone(), provider: alias.to_owned() };
            PlanError::new(
                format!("names the provider `{alias}`, which this stack doesn't configure"),
                remedy,
            )
            .with_hint(format!("add `[stack.NAME.providers.{alias}]` to Ironward.toml"))
        })?;
        let recorded = scene.record(path);
        let mut reasons = Vec::new();
        let (mut observed, mut restores) = (None, false);
        let mut record = recorded;
        match recorded.and_then(|record| input.observations.get(&record.instance)) {
            Some(Observation::Present(seen)) => observed = Some(seen),
            Some(Observation::Inaccessible(error)) => return Err(PlanError::unreadable(error)),
            Some(Observation::Absent) => {
                record = None;
                reasons.push("it was removed outside".to_owned());
            }
            Some(Observation::GoneButReserved { until }) if resource.schema.restores => {
                restores = true;
                reasons
                    .push(format!("it was scheduled for deletion outside, which is pending until {until}"));
            }
            Some(Observation::GoneButReserved { until }) => {
                record = None;
                reasons.push(format!("it was removed outside and stays reserved until {until}"));
            }
            None => {}
        }
        let mut leaves = false;
        if let (Some(record), Some(seen)) = (record, observed)
            && record.sharing == Some(Sharing::Used)
        {
            leaves = self.leaves(scene, resource, record, seen)?;
            if !leaves {
                return self.share(scene, resource, record, seen);
            }
        }
        let mut assumed = None;
        if let Some(candidate) = input.adoptions.get(path).filter(|_| recorded.is_none()) {
            let seen = adopt::seen(input, (&scene.named, &scene.taken), candidate, place)?;
            if candidate.sharing == Some(Sharing::Used) {
                return self.share(scene, resource, candidate, seen);
            }
            assumed = Some(adopt::assumed(resource.schema, candidate, seen));
            observed = Some(seen);
        }
        let adopted = assumed.is_some();
        let generation = input.state.next_generation(path) + u64::from(adopted);
        let fresh = InstanceId::derive(&input.state.lineage, path, generation);
        let known = |attr: &AttrRef| known_in(&self.attributes, attr);
        let evaluate = |instance: &InstanceId, record: Option<&Record>| {
            evaluate(input.program, input.default_tags, resource, instance, record, &known).map_err(
                |untold| {
                    let property = untold.property.clone();
                    PlanError::new(untold.to_string(), Remedy::Correct { path: path.clone(), property })
                },
            )
        };
        let present = record.or(assumed.as_ref());
        let instance = present.map_or(&fresh, |record| &record.instance);
        let evaluated = evaluate(instance, present)?;
        let secrets = values::secrets(&evaluated);
        let mut properties = concealed(evaluated, instance);
        if let (Some(assumed), Some(seen)) = (assumed.as_mut(), observed) {
            adopt::trust(resource.schema, assumed, seen, &properties);
        }
        let record = record.or(assumed.as_ref());
        let (mut verdict, mut difference) = match record {
            None => (Verdict::Create, creation(resource.schema, &properties)),
            Some(record) => {
                let judged = judge(input.state, resource, record, observed, &properties)?;
                reasons.extend(judged.reason);
                (judged.verdict, judged.difference)
            }
        };
        if let Some(record) = record.filter(|_| verdict == Verdict::Update) {
            let networks = Networks { scene, decided: &self.decided };
            let leaving = networks.leaving(resource, record, |name| difference.touches(name));
            if !leaving.is_empty() {
                verdict = Verdict::Replace;
                let lead = if leaving.len() == 1 { "leads" } else { "lead" };
                reasons.push(format!(
                    "{} {lead} to another network, and it can't move there",
                    leaving.join(", ")
                ));
                difference.replace_for(&leaving);
            }
        }
        if leaves && verdict != Verdict::Replace {
            verdict = Verdict::Replace;
            reasons.push("what it was is another's, and isn't changed".to_owned());
        }
        if restores && verdict == Verdict::Noop {
            verdict = Verdict::Update;
        }
        if let (Some(reason), Some(_)) = (cascade.reason(path), record)
            && verdict != Verdict::Replace
        {
            verdict = Verdict::Replace;
            reasons.push(reason.to_owned());
        }
        if verdict == Verdict::Replace {
            let replacement = concealed(evaluate(&fresh, record)?, &fresh);
            difference.changes.extend(new_name(resource.schema, &properties, &replacement));
            properties = replacement;
        }
        let in_force = record.filter(|_| verdict != Verdict::Replace).map(|record| &record.properties);
        if let Some(record) = record.filter(|_| verdict == Verdict::Update) {
            let before = |name: &str| {
                let seen = observed.and_then(|observed| observed.properties.json(name));
                seen.or_else(|| record.properties.json(name)).cloned()
            };
            let fixed = fixed::refused(resource.schema, before, &properties, &difference).into_iter();
            self.problems.extend(fixed.map(|(property, once)| {
                let remedy = Remedy::Change { path: path.clone(), property: property.to_owned() };
                let message = format!("{property} can't be changed any more: {}", once.because);
                PlanError::new(message, remedy).with_hint(once.instead).at(path, Some(&resource.source))
            }));
            let waiting = observed.map(|seen| &seen.not_in_force[..]).unwrap_or_default();
            let unreached = versions::refused(resource.schema, before, waiting, &properties, &difference);
            let unreached = unreached.into_iter();
            self.problems.extend(unreached.map(|refusal| {
                let remedy = Remedy::Change { path: path.clone(), property: refusal.property.to_owned() };
                PlanError::new(refusal.message, remedy)
                    .with_hint(refusal.hint)
                    .at(path, Some(&resource.source))
            }));
        }
        let refused = literals::refused(resource.schema, &properties, in_force);
        let crowded =
            record.zip(observed).filter(|_| verdict == Verdict::Update).and_then(|(record, seen)| {
                literals::crowded(resource, &properties, record, seen, &difference.aspects)
            });
        self.problems.extend(refused.into_iter().chain(crowded).map(|(property, text)| {
            let remedy = Remedy::Correct { path: path.clone(), property: property.to_owned() };
            PlanError::new(text, remedy).at(path, Some(&resource.source))
        }));
        let unfit = values::refused(resource, &properties, &secrets, in_force, &scene.patterns);
        self.problems.extend(unfit.into_iter().map(|refusal| refusal.of(resource)));
        let claims = claims::declared(resource, place, &properties);
        let excluded = record.filter(|_| verdict == Verdict::Replace).and_then(|record| {
            let same_type = record.type_name == resource.schema.type_name;
            excluded(&claims, &held(input, Some(resource.schema).filter(|_| same_type), record))
        });
        let attributes = predicted(resource.schema, place, verdict, record, observed, &properties);
        self.attributes.insert(path.clone(), attributes);
        let makes = matches!(verdict, Verdict::Create | Verdict::Replace);
        let kept = record.filter(|_| !makes);
        self.decided.insert(
            path.clone(),
            Decision {
                verdict,
                difference,
                reasons,
                instance: kept.map_or(fresh, |record| record.instance.clone()),
                generation: kept.map_or(generation, |record| record.generation),
                previous: record.filter(|_| makes).map(|record| record.instance.clone()),
                claims,
                excluded,
                physical_id: record.map(|record| record.physical_id.clone()),
                not_in_force: observed.map(|observed| observed.not_in_force.clone()).unwrap_or_default(),
                vanished: recorded.is_some() && record.is_none(),
                adopted,
                restored: restores,
                renamed_from: recorded.map(|record| record.path.clone()).filter(|old| old != path),
            },
        );
        Ok(())
    }
}

/// The change of the generated name that a replacement brings.
fn new_name(
    schema: &Schema,
    before: &BTreeMap<String, Node>,
    after: &BTreeMap<String, Node>,
) -> Option<PropertyDiff> {
    let (property, _) = schema.name_property()?;
    let (before, after) = (before.get(property.name), after.get(property.name));
    (before != after).then(|| PropertyDiff {
        property: property.name.to_owned(),
        before: before.and_then(Node::to_json),
        after: after.cloned(),
        replaces: false,
        interrupts: None,
    })
}

/// The attributes as far as they are known before the verdict is carried out.
fn predicted(
    schema: &Schema,
    place: &Place,
    verdict: Verdict,
    record: Option<&Record>,
    observed: Option<&Observed>,
    properties: &BTreeMap<String, Node>,
) -> Attributes {
    let default_of = |property: &Property| {
        let json: Json = serde_json::from_str(property.default?).ok()?;
        Some((property.name, Node::from(json)))
    };
    let defaults: BTreeMap<&str, Node> = schema.properties.iter().filter_map(default_of).collect();
    let value_of = |name: &str| properties.get(name).or_else(|| defaults.get(name));
    let prediction = |template: Option<&str>| predict(template?, place, value_of).map(Json::from);
    let mut document = Document::new();
    if matches!(verdict, Verdict::Create | Verdict::Replace) {
        for attribute in schema.attributes {
            document.set(attribute.name, prediction(attribute.predict).unwrap_or(Json::Null));
        }
        return Attributes { document, complete: false };
    }
    for known in [record.map(|record| &record.attributes), observed.map(|observed| &observed.attributes)] {
        for (name, json) in known.into_iter().flat_map(Document::iter) {
            document.set(name, json.clone());
        }
    }
    let mut complete = record.is_none_or(|record| record.status == Status::Ready);
    if verdict == Verdict::Update {
        for attribute in schema.attributes.iter().filter(|attribute| attribute.volatile) {
            document.set(attribute.name, prediction(attribute.predict).unwrap_or(Json::Null));
            complete = false;
        }
    }
    Attributes { document, complete }
}
