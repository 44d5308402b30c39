//! Taking over what exists already: which resources of a program ask for it, what is assumed of
//! such a thing, and what stands against it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::cloud::provider::{
    INSTANCE_TAG, LINEAGE_TAG, NAME_TAG, Observation, Observed, PATH_TAG, Place, declared_tags, name,
    owner_and_place, place,
};
use crate::model::consent::Loss;
use crate::model::document::{Document, Node};
use crate::model::path::Path;
use crate::model::program::{Program, Resource};
use crate::model::schema::{Change, Ownership, Schema};
use crate::model::value::{AttrRef, Known};
use crate::plan::named::Named;
use crate::plan::planner::Input;
use crate::plan::{Action, Plan, PlanError, Remedy, ResourceChange};
use crate::state::{Entry, InstanceId, JournalAction, Lineage, Record, Sharing, State, Status};

/// What a plan takes over only to replace it: it is recorded before anything else happens.
pub(crate) fn replaced<'a>(
    plan: &'a Plan,
    adoptions: &'a BTreeMap<Path, Record>,
) -> impl Iterator<Item = &'a Record> {
    plan.changes
        .iter()
        .filter(|change| change.adopted && matches!(change.action, Action::Replace { .. }))
        .filter_map(|change| adoptions.get(&change.path))
}

/// The state in which the steps of a plan begin, with all that is adopted. Dependents of a vanished resource whose
/// path something is adopted at become dependents of that, so they are deleted before it.
pub(crate) fn taken_over<'a>(
    state: &'a State,
    plan: &Plan,
    adoptions: &BTreeMap<Path, Record>,
) -> Cow<'a, State> {
    let mut after = Cow::Borrowed(state);
    let adopted = plan.changes.iter().filter(|change| change.adopted);
    for record in adopted.filter_map(|change| adoptions.get(&change.path)) {
        let (after, record) = (after.to_mut(), Box::new(record.clone()));
        after.apply(Entry::Begin { action: JournalAction::Adopt, record: record.clone() });
        after.apply(Entry::Done { record });
    }
    after
}

/// What the API calls that which a resource takes over, where it takes over anything.
pub(crate) fn id_of(asked: &BTreeMap<Path, String>, resource: &Resource) -> Option<String> {
    asked.get(&resource.path).or(resource.options.adopt.as_ref()).filter(|id| !id.is_empty()).cloned()
}

/// Whether a resource is managed, be it at a path that it had before.
pub(crate) fn recorded(program: &Program, state: &State, resource: &Resource) -> bool {
    let formers = program.formers_of(resource);
    std::iter::once(&resource.path).chain(&formers).any(|path| state.resources.contains_key(path))
}

/// What is known of an attribute before anything is planned: what is recorded, what was seen, and the
/// ids of what is taken over.
pub(crate) fn known(
    program: &Program,
    state: &State,
    asked: &BTreeMap<Path, String>,
    learned: &BTreeMap<Path, Document>,
    attr: &AttrRef,
) -> Known {
    if let Some(record) = state.resources.get(&attr.path) {
        return record.attributes.at(&attr.attribute).cloned().map_or(Known::Later, Known::Value);
    }
    if let Some(seen) = learned.get(&attr.path).and_then(|seen| seen.at(&attr.attribute)) {
        return Known::Value(seen.clone());
    }
    match program.resources.get(&attr.path) {
        Some(other) if other.schema.id == attr.attribute => {
            id_of(asked, other).map_or(Known::Later, |id| Known::Value(id.into()))
        }
        _ => Known::Later,
    }
}

/// The records of all that a program takes over, before anything was seen of it. `asked` adds to
/// what the program says by itself, and `learned` holds the attributes of those that were seen.
/// What is recorded already has nothing to be taken over.
pub(crate) fn candidates(
    program: &Program,
    state: &State,
    asked: &BTreeMap<Path, String>,
    learned: &BTreeMap<Path, Document>,
) -> BTreeMap<Path, Record> {
    let known = |attr: &AttrRef| known(program, state, asked, learned, attr);
    let mut found = BTreeMap::new();
    for resource in program.resources.values().filter(|resource| !recorded(program, state, resource)) {
        let Some(physical_id) = id_of(asked, resource) else { continue };
        // What reads go by, as far as it is known before anything was read.
        let mut properties = Document::new();
        let generation = state.next_generation(&resource.path);
        let instance = InstanceId::derive(&state.lineage, &resource.path, generation);
        for (name, value) in &resource.properties {
            if let Ok(node) = value.evaluate(&known)
                && let Some(json) = node.concealed(instance.as_str()).to_json()
            {
                properties.set(name, json);
            }
        }
        let record = Record {
            path: resource.path.clone(),
            type_name: resource.schema.type_name.to_owned(),
            schema_version: resource.schema.version,
            instance,
            generation,
            physical_id,
            status: Status::Incomplete,
            properties,
            attributes: Document::new(),
            dependencies: std::collections::BTreeSet::new(),
            protect: resource.options.protect,
            retain: resource.options.retain_on_delete,
            replace_order: resource.options.replace_order,
            provider: resource.options.provider.clone(),
            source: resource.source.clone(),
            opened_by: std::collections::BTreeSet::new(),
            former: None,
            sharing: None,
        };
        found.insert(resource.path.clone(), record);
    }
    found
}

/// What of a candidate is there.
///
/// # Errors
/// A [`PlanError`] when it isn't there, can't be read, or belongs to someone else.
pub(crate) fn seen<'a>(
    input: &Input<'a>,
    (named, taken): (&Named<'_>, &Named<'_>),
    candidate: &Record,
    place: &Place,
) -> Result<&'a Observed, PlanError> {
    let id = &candidate.physical_id;
    let what = format!("{} `{id}`", candidate.type_name);
    let left_alone = || Remedy::LeaveAlone { path: candidate.path.clone() };
    // Elsewhere the same id is something else.
    let same = |other: &&Record| {
        other.type_name == candidate.type_name
            && other.physical_id == *id
            && other.provider == candidate.provider
    };
    if let Some(owner) = named.called(id).find(same) {
        return Err(PlanError::new(
            format!("can't adopt {what}: this stack manages it already, as `{}`", owner.path),
            left_alone(),
        )
        .with_hint(format!("type `state mv {} {}` to move it here", owner.path, candidate.path)));
    }
    let earlier = taken.called(id).filter(same).map(|other| &other.path);
    if let Some(first) = earlier.min().filter(|first| **first < candidate.path) {
        return Err(PlanError::new(format!("can't adopt {what}: `{first}` adopts it too"), left_alone())
            .with_hint("one thing in the cloud stands at one path: take one of the two out"));
    }
    match input.observations.get(&candidate.instance) {
        Some(Observation::Present(observed)) if candidate.sharing == Some(Sharing::Used) => Ok(observed),
        Some(Observation::Present(observed)) => match owner(input.state, observed) {
            None => Ok(observed),
            Some((why, hint)) => Err(PlanError::new(why, left_alone()).with_hint(hint)),
        },
        Some(Observation::Inaccessible(error)) => Err(PlanError::unreadable(error)),
        Some(Observation::GoneButReserved { until }) => Err(PlanError::new(
            format!("can't adopt {what}: it is on its way out until {until}"),
            left_alone(),
        )
        .with_hint("cancel its deletion first, or let `up` make another")),
        Some(Observation::Absent) | None => Err(PlanError::new(
            format!("can't adopt {what}: there is none in {} of account {}", place.region, place.account),
            left_alone(),
        )
        .with_hint("look at the id, the region and the account")),
    }
}

/// Why it is somebody's already, by its tags, and what to do. What this state let go of may come back.
fn owner(state: &State, observed: &Observed) -> Option<(String, String)> {
    let tags = observed.tags.as_ref()?;
    let lineage = tags.get(LINEAGE_TAG)?;
    let instance = tags.get(INSTANCE_TAG).map_or("unknown", String::as_str);
    if lineage != state.lineage.as_str() {
        let hint = format!(
            "let that stack go of it (`state rm {}` there), remove its tags `{LINEAGE_TAG}` and \
             `{INSTANCE_TAG}`, then run again",
            tags.get(PATH_TAG).map_or("PATH", String::as_str)
        );
        let why = format!("can't adopt it: it belongs to {}", owner_and_place(tags)?);
        return Some((why, hint));
    }
    let other = state.instances().find(|record| record.instance.as_str() == instance)?;
    let hint = "if it is a copy of that, remove its tags of the owner, then run again";
    let why = format!("can't adopt it: its tags say that it is `{}` of this stack", other.path);
    Some((why, hint.to_owned()))
}

/// The candidate as if it had been applied before: what only creation sets and the API doesn't
/// report is taken to be as declared, since nothing says otherwise. The rest counts as far as it
/// was seen.
pub(crate) fn assumed(schema: &Schema, candidate: &Record, observed: &Observed) -> Record {
    let mut record = Record { properties: Document::new(), ..candidate.clone() };
    record.attributes = observed.attributes.clone();
    if let Some((property, _)) = schema.name_property()
        && let Some(name) = observed.properties.json(property.name)
    {
        record.properties.set(property.name, name.clone());
    }
    record
}

/// Completes what is assumed by what is declared.
pub(crate) fn trust(
    schema: &Schema,
    record: &mut Record,
    observed: &Observed,
    declared: &BTreeMap<String, Node>,
) {
    for property in schema.properties {
        let silent =
            observed.properties.json(property.name).is_none() && !observed.unset.contains(property.name);
        if matches!(property.change, Change::Update(_)) || !silent {
            continue;
        }
        if let Some(json) = declared.get(property.name).and_then(Node::to_json) {
            record.properties.set(property.name, json);
        }
    }
}

/// The aspect that writes the owner's tags, where what was seen doesn't carry them.
pub(crate) fn unmarked(
    schema: &Schema,
    observed: Option<&Observed>,
    lineage: &Lineage,
    instance: &InstanceId,
) -> Option<&'static str> {
    let tags = observed?.tags.as_ref().filter(|_| schema.ownership == Ownership::Tags)?;
    let marked = tags.get(LINEAGE_TAG).is_some_and(|tag| tag == lineage.as_str())
        && tags.get(INSTANCE_TAG).is_some_and(|tag| tag == instance.as_str());
    match schema.property("Tags")?.change {
        Change::Update(aspect) if !marked => Some(aspect),
        _ => None,
    }
}

/// The aspect that writes tags, where those that were seen say that it stands at another path; or don't say
/// where, if it `changes` anyway: what was made before tags said so isn't changed for that alone.
pub(crate) fn mislabelled(
    schema: &Schema,
    observed: Option<&Observed>,
    path: &Path,
    changes: bool,
) -> Option<&'static str> {
    let tags = observed?.tags.as_ref().filter(|_| schema.ownership == Ownership::Tags)?;
    let wrong = tags.get(PATH_TAG).map_or(changes, |there| *there != place(path));
    match schema.property("Tags")?.change {
        Change::Update(aspect) if wrong => Some(aspect),
        _ => None,
    }
}

/// Whether what was seen has a name that isn't of ours: neither declared before nor made of one of these
/// paths.
pub(crate) fn is_named<'p>(
    observed: Option<&Observed>,
    last: &Document,
    paths: impl IntoIterator<Item = &'p Path>,
) -> bool {
    let there = observed.and_then(|observed| observed.tags.as_ref()?.get(NAME_TAG));
    there.is_some_and(|there| {
        !declared_tags(last).contains_key(NAME_TAG) && paths.into_iter().all(|path| *there != name(path))
    })
}

/// Why what was adopted may not be replaced at once.
pub(crate) fn refusal(resource: &Resource, change: &ResourceChange, consents: bool) -> Option<PlanError> {
    let options = &resource.options;
    if !matches!(change.action, Action::Replace { .. }) || (consents && !options.protect) {
        return None;
    }
    let id = change.physical_id.as_deref().unwrap_or_default();
    let mut reasons: Vec<String> = change
        .diffs
        .iter()
        .filter(|diff| diff.replaces)
        .map(|diff| match &diff.before {
            Some(json) => format!("its {} is {}", diff.property, short(&json.to_string())),
            None => format!("it has no {}", diff.property),
        })
        .collect();
    if reasons.is_empty() {
        reasons.clone_from(&change.reasons);
    }
    let message = format!("adopting `{id}` would replace it at once: {}", reasons.join(", "));
    let problem = |remedy| PlanError::new(message, remedy).at(&change.path, Some(&change.source));
    let left_alone = Remedy::LeaveAlone { path: change.path.clone() };
    Some(if options.protect {
        problem(left_alone).with_hint("declare it as it is; what is protected is never replaced")
    } else if resource.schema.stateful {
        // A replacement is empty: to offer it here would offer to lose what shall be taken over.
        problem(left_alone).with_hint(
            "declare it as it is and adopt that; or copy what it holds into one that is made as declared, \
             and let the old one go when nothing needs it any more",
        )
    } else {
        let (path, instance) = (change.path.clone(), change.replaces.clone());
        let instance = instance.unwrap_or_else(|| change.instance.clone());
        problem(Remedy::Accept { path, loss: Loss::Replace, instance })
            .with_hint("declare it as it is, or add `.accept(Loss::Replace, \"why\")` to the declaration")
    })
}

fn short(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
