//! What is in the way: declarations that claim one thing, and what has to let go before something
//! else can have what it has.

use std::collections::{BTreeMap, BTreeSet};

use super::moves::schemas;
use super::there::held;
use super::{Decision, Input, PlanContext, Verdict, retains};
use crate::cloud::provider::Observation;
use crate::model::path::Path;
use crate::model::program::Resource;
use crate::model::schema::Schema;
use crate::plan::claims::{self, Claimed, Index};
use crate::plan::{Action, PlanError, Remedy, ResourceChange, sharing};
use crate::state::{InstanceId, Record, Remainder};

/// What each path has to wait for: instances that go, or let go in an update.
pub(crate) type Waits = BTreeMap<Path, BTreeSet<InstanceId>>;

/// Where two declarations claim one thing, and the order of what changes hands.
pub(super) fn rivals(scene: &PlanContext<'_>, decided: &BTreeMap<Path, Decision>) -> (Waits, Vec<PlanError>) {
    let program = scene.input.program;
    let claims = || {
        decided.iter().flat_map(|(path, decision)| {
            decision.claims.iter().filter_map(move |claim| Some((claim, program.resources.get(path)?)))
        })
    };
    if claims().next().is_none() {
        return (Waits::new(), Vec::new());
    }
    let declared: Index<&Resource> = Index::new(claims().map(|(claim, resource)| (claim.clone(), resource)));
    let mut problems = Vec::new();
    for (claim, resource) in claims() {
        let twice_declared = |other: &&Resource| {
            other.path < resource.path && !sharing::alike(program, &other.path, &resource.path)
        };
        let first = declared.hits(claim).into_iter().find(twice_declared);
        problems.extend(first.map(|first| twice(resource, first, claim)));
    }
    let mut waits = Waits::new();
    let holders = holders(scene);
    let outside = let_go(scene);
    for (path, decision) in decided {
        let Some(resource) = program.resources.get(path) else { continue };
        let takes = match decision.verdict {
            Verdict::Create | Verdict::Replace => true,
            Verdict::Update => !holders.is_empty(),
            Verdict::Noop | Verdict::Share => false,
        };
        // What is taken over only to be replaced isn't recorded yet.
        if decision.keeps_adopted() && resource.options.retain_on_delete {
            let record = scene.input.adoptions.get(path);
            let claim = decision.claims.first();
            problems.extend(
                record.zip(claim).map(|(record, claim)| kept(resource, record, claim, Kept::Replaced)),
            );
        }
        for claim in decision.claims.iter().filter(|_| takes) {
            let held = holders.hits(claim);
            // What is there is looked for and used where something is declared to be shared that is new, or of a
            // type that doesn't tell whose it is.
            let new = decision.verdict == Verdict::Create;
            let finds = resource.options.shared && (new || !sharing::tells(Some(resource.schema)));
            if held.is_empty() && decision.verdict != Verdict::Update && !finds {
                let occupied = scene.record(path).is_some();
                let left = |record| left(resource, record, claim, occupied);
                problems.extend(outside.hits(claim).into_iter().map(left));
            }
            for record in held {
                match lets_go(scene, decided, (path, decision), record, claim) {
                    LetsGo::Itself | LetsGo::Gone => {}
                    LetsGo::InTime => {
                        waits.entry(path.clone()).or_default().insert(record.instance.clone());
                    }
                    LetsGo::Never => {
                        let how = if !takes_part(scene, record) {
                            Kept::Elsewhere
                        } else if decision.previous.as_ref() == Some(&record.instance) {
                            Kept::Replaced
                        } else if scene.input.state.deposed.contains_key(&record.instance) {
                            Kept::Deposed
                        } else {
                            match scene.now_at(&record.path) {
                                Some(at)
                                    if decided
                                        .get(at)
                                        .is_some_and(|held| keeps(scene.input, at, held, claim)) =>
                                {
                                    Kept::Ignored(at)
                                }
                                Some(at) if record.retain && !is_of_type(scene, at, record) => Kept::Former,
                                Some(at) => Kept::Declared(at),
                                None => Kept::Leaves,
                            }
                        };
                        problems.push(kept(resource, record, claim, how));
                    }
                }
            }
        }
    }
    (waits, problems)
}

/// Whether what is declared at a path is of the type that is recorded.
fn is_of_type(scene: &PlanContext<'_>, path: &Path, record: &Record) -> bool {
    let resource = scene.input.program.resources.get(path);
    resource.is_some_and(|resource| resource.schema.type_name == record.type_name)
}

/// What of the instances that exist has what someone else may want.
fn holders<'a>(scene: &PlanContext<'a>) -> Index<&'a Record> {
    let input = scene.input;
    let schemas = schemas(input.program);
    let records = input.state.instances().chain(input.adoptions.values());
    Index::new(
        records.flat_map(|record| has(input, &schemas, record).into_iter().map(move |claim| (claim, record))),
    )
}

fn has(input: &Input<'_>, schemas: &BTreeMap<&str, &'static Schema>, record: &Record) -> Vec<Claimed> {
    held(input, schemas.get(record.type_name.as_str()).copied(), record)
}

/// What of that which was let go of has what someone may want: all that nothing takes over again.
fn let_go<'a>(scene: &PlanContext<'a>) -> Index<&'a Record> {
    let input = scene.input;
    let schemas = schemas(input.program);
    let mut taken: BTreeMap<&str, Vec<&Record>> = BTreeMap::new();
    for record in input.adoptions.values() {
        taken.entry(&record.physical_id).or_default().push(record);
    }
    let free = |left: &&Remainder| {
        let same = taken.get(left.physical_id.as_str());
        !same.is_some_and(|taken| taken.iter().any(|taken| left.is(taken)))
    };
    let left = input.state.remains.values().filter(free).filter_map(|remainder| remainder.record.as_deref());
    Index::new(
        left.flat_map(|record| has(input, &schemas, record).into_iter().map(move |claim| (claim, record))),
    )
}

/// Whether what an instance has becomes free.
enum LetsGo {
    /// It is the one that wants it, or the one before it at its path.
    Itself,
    /// It doesn't exist any more.
    Gone,
    /// It goes, or lets go, in the same plan.
    InTime,
    /// It stays in the cloud with what it has.
    Never,
}

fn lets_go(
    scene: &PlanContext<'_>,
    decided: &BTreeMap<Path, Decision>,
    (path, wanting): (&Path, &Decision),
    record: &Record,
    claim: &Claimed,
) -> LetsGo {
    let input = scene.input;
    if record.instance == wanting.instance {
        return LetsGo::Itself;
    }
    if wanting.previous.as_ref() == Some(&record.instance) {
        return if retains(input.program, path, record) { LetsGo::Never } else { LetsGo::Itself };
    }
    let seen = input.observations.get(&record.instance);
    let gone = seen.is_some_and(Observation::is_gone);
    // A plan of some paths leaves all others as they are, what is gone among them.
    let elsewhere = !takes_part(scene, record);
    // What is gone is recorded as that before something else is called the same.
    let stays = if elsewhere || (record.retain && !gone) { LetsGo::Never } else { LetsGo::InTime };
    if input.state.deposed.contains_key(&record.instance) {
        return stays;
    }
    let living = |(_, decision): &(&Path, &Decision)| {
        decision.instance == record.instance || decision.previous.as_ref() == Some(&record.instance)
    };
    let at = scene.now_at(&record.path);
    match at.and_then(|path| decided.get_key_value(path)).filter(living) {
        Some(_) if gone && !elsewhere => LetsGo::Gone,
        Some((at, decision)) if keeps(input, at, decision, claim) => LetsGo::Never,
        // Where its declaration says the same, both are refused as declared twice.
        Some((at, decision)) => match decision.verdict {
            Verdict::Noop | Verdict::Create | Verdict::Share => LetsGo::Gone,
            _ if elsewhere => LetsGo::Never,
            Verdict::Update => LetsGo::InTime,
            Verdict::Replace if retains(input.program, at, record) => LetsGo::Never,
            Verdict::Replace => LetsGo::InTime,
        },
        None => stays,
    }
}

/// Whether something keeps what it has, since its declaration says that this isn't changed.
fn keeps(input: &Input<'_>, path: &Path, decision: &Decision, claim: &Claimed) -> bool {
    let tops = || claim.claim.properties.iter().map(|name| name.split('.').next().unwrap_or_default());
    matches!(decision.verdict, Verdict::Noop | Verdict::Update)
        && tops().any(|top| {
            let resource = input.program.resources.get(path);
            resource.is_some_and(|resource| resource.options.ignore_changes.contains(&top))
        })
        && !tops().any(|top| decision.changes(top))
}

/// Whether a plan is about what is recorded.
fn takes_part(scene: &PlanContext<'_>, record: &Record) -> bool {
    let deposed = || scene.input.state.deposed.contains_key(&record.instance);
    let among = |only: &BTreeSet<Path>| scene.now_at(&record.path).is_some_and(|at| only.contains(at));
    scene.input.only.is_none_or(|only| among(only) && !deposed())
}

fn twice(resource: &Resource, first: &Resource, claim: &Claimed) -> PlanError {
    let message = format!(
        "declares what `{}` declares too, at {}: one {} of {}",
        first.path,
        first.source,
        resource.schema.type_name,
        claim.says()
    );
    PlanError::new(message, Remedy::TakeOut { path: resource.path.clone() })
        .at(&resource.path, Some(&resource.source))
        .with_hint("a cloud has one of them: take one of the two declarations out, or give it another value")
}

/// How something that stays in the cloud stands to what wants what it has.
#[derive(Clone, Copy)]
enum Kept<'a> {
    /// It leaves the program.
    Leaves,
    /// Another type is declared at its path, and it stays as its own declaration said.
    Former,
    /// Something at this path is replaced, and stays as its declaration says.
    Declared(&'a Path),
    /// Something at this path stays as it is: its declaration says that this isn't changed.
    Ignored(&'a Path),
    /// It is what is replaced.
    Replaced,
    /// It was replaced before, and is let go of.
    Deposed,
    /// The plan is of some paths, and it stands at none of them.
    Elsewhere,
}

fn kept(resource: &Resource, record: &Record, claim: &Claimed, how: Kept<'_>) -> PlanError {
    let (path, old) = (&resource.path, &record.path);
    let property = claim.claim.properties.last().copied().unwrap_or_default().to_owned();
    let (whose, hint, remedy) = match how {
        Kept::Leaves => (
            format!("`{old}` has, and that stays in the cloud when it leaves the program"),
            format!(
                "give it another value, or let `{old}` go in a change of its own: declare it without \
                 `.retain_on_delete()`, type `up`, then take it out"
            ),
            Remedy::Release { path: old.clone() },
        ),
        Kept::Former => (
            format!("what `{old}` was has, and that stays in the cloud, as its declaration said"),
            format!(
                "give it another value, or let that go in a change of its own: declare `{old}` as it was, without \
                 `.retain_on_delete()`, and type `up`"
            ),
            Remedy::Change { path: path.clone(), property },
        ),
        Kept::Declared(at) => (
            format!("the instance before `{at}` has, and that stays in the cloud when it is replaced"),
            format!("give it another value, or take `.retain_on_delete()` off `{at}`"),
            Remedy::Release { path: at.clone() },
        ),
        Kept::Ignored(at) => (
            format!("`{at}` has, and changes of its {property} are ignored"),
            format!("give it another value, or take `.ignore_changes(…)` of {property} off `{at}`"),
            Remedy::Change { path: path.clone(), property: property.clone() },
        ),
        Kept::Replaced => (
            "the instance before it has, and that stays in the cloud when it is replaced".to_owned(),
            "give it another value, or take `.retain_on_delete()` off".to_owned(),
            Remedy::Release { path: path.clone() },
        ),
        Kept::Elsewhere => (
            format!("`{old}` has, and that isn't a part of the import"),
            format!(
                "type `up` instead, with `.adopt(ID)` where something is to be taken over: `{old}` lets go first"
            ),
            Remedy::MakeFirst { path: path.clone() },
        ),
        Kept::Deposed => (
            "what was replaced before has, and that stays in the cloud".to_owned(),
            "give it another value".to_owned(),
            Remedy::Change { path: path.clone(), property },
        ),
    };
    PlanError::new(format!("needs {}, which {whose}", claim.says()), remedy)
        .at(path, Some(&resource.source))
        .with_hint(hint)
}

/// What shall have what was let go of still has.
fn left(resource: &Resource, record: &Record, claim: &Claimed, occupied: bool) -> PlanError {
    let (path, id) = (&record.path, &record.physical_id);
    let property = claim.claim.properties.last().copied().unwrap_or_default();
    let message = format!(
        "needs {}, which {id} has: that was let go of at `{path}`, and stays in the cloud",
        claim.says()
    );
    PlanError::new(message, Remedy::Change { path: resource.path.clone(), property: property.to_owned() })
        .at(&resource.path, Some(&resource.source))
        .with_hint(format!(
            "take it over again{} with `.adopt(\"{id}\")`, or give this another {property}; where {id} is gone \
             by now, type `state remains --forget {path}`",
            if occupied { ", at a path of its own," } else { "" }
        ))
}

/// What shall have what something else keeps, which doesn't go after all because it is needed.
pub(super) fn spared_in_the_way(
    scene: &PlanContext<'_>,
    decided: &BTreeMap<Path, Decision>,
    changes: &[ResourceChange],
) -> Vec<PlanError> {
    let input = scene.input;
    let mut spared: BTreeMap<&InstanceId, &str> = BTreeMap::new();
    for change in changes.iter().filter(|change| !change.vanished) {
        let why = match change.action {
            Action::Forget => change.reasons.last(),
            _ => change.spares.as_ref(),
        };
        spared.extend(change.replaces.as_ref().zip(why.map(String::as_str)));
    }
    if spared.is_empty() {
        return Vec::new();
    }
    let schemas = schemas(input.program);
    let records = input.state.instances().chain(input.adoptions.values());
    let kept: BTreeMap<&InstanceId, &Record> = records
        .filter(|record| spared.contains_key(&record.instance))
        .map(|record| (&record.instance, record))
        .collect();
    let mut problems = Vec::new();
    for change in changes {
        let Some(resource) = input.program.resources.get(&change.path) else { continue };
        let Some(decision) = decided.get(&change.path) else { continue };
        let own = change.replaces.iter().filter(|_| change.spares.is_some());
        for record in own.chain(&change.waits_for).filter_map(|i| kept.get(i)) {
            let Some(claim) = claims::collision(&decision.claims, &has(input, &schemas, record)) else {
                continue;
            };
            let property = claim.claim.properties.last().copied().unwrap_or_default();
            let why = spared.get(&record.instance).copied().unwrap_or_default();
            let message = format!("needs {}, which `{}` keeps: {why}", claim.says(), record.path);
            let remedy = Remedy::Change { path: resource.path.clone(), property: property.to_owned() };
            problems.push(
                PlanError::new(message, remedy)
                    .at(&resource.path, Some(&resource.source))
                    .with_hint(format!("give its {property} another value")),
            );
        }
    }
    problems
}

/// Why a replacement can't be made while the one before it is there.
pub(super) fn excluded(decision: &[Claimed], before: &[Claimed]) -> Option<String> {
    let claim = claims::collision(decision, before)?;
    Some(format!("old and new exclude each other: both have {}", claim.says()))
}
