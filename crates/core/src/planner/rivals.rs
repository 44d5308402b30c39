//! What is in the way: declarations that claim one thing, and what has to let go before something
//! else can have what it has.

use std::collections::{BTreeMap, BTreeSet};

use super::moves::{of_record, schemas};
use super::{Decision, Scene, Verdict};
use crate::claims::{self, Claimed, Index};
use crate::path::Path;
use crate::plan::{Problem, Remedy};
use crate::program::Resource;
use crate::provider::Observation;
use crate::state::{InstanceId, Record};

/// What each path has to wait for: instances that go, or let go in an update.
pub(crate) type Waits = BTreeMap<Path, BTreeSet<InstanceId>>;

/// Where two declarations claim one thing, and the order of what changes hands.
pub(super) fn rivals(scene: &Scene<'_>, decided: &BTreeMap<Path, Decision>) -> (Waits, Vec<Problem>) {
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
        let first = declared.hits(claim).into_iter().find(|other| other.path < resource.path);
        problems.extend(first.map(|first| twice(resource, first, claim)));
    }
    let mut waits = Waits::new();
    let holders = holders(scene);
    for (path, decision) in decided {
        let Some(resource) = program.resources.get(path) else { continue };
        let takes = match decision.verdict {
            Verdict::Create | Verdict::Replace => true,
            Verdict::Update => !holders.is_empty(),
            Verdict::Noop => false,
        };
        for claim in decision.claims.iter().filter(|_| takes) {
            for record in holders.hits(claim) {
                match lets_go(scene, decided, decision, record) {
                    LetsGo::Itself | LetsGo::Gone => {}
                    LetsGo::InTime => {
                        waits.entry(path.clone()).or_default().insert(record.instance.clone());
                    }
                    LetsGo::Never => problems.push(kept(resource, record, claim)),
                }
            }
        }
    }
    (waits, problems)
}

/// What of the recorded instances has what someone else may want.
fn holders<'a>(scene: &Scene<'a>) -> Index<&'a Record> {
    let input = scene.input;
    let schemas = schemas(input.program);
    Index::new(input.state.instances().flat_map(|record| {
        let schema = schemas.get(record.type_name.as_str()).copied();
        of_record(input, schema, record).into_iter().map(move |claim| (claim, record))
    }))
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
    scene: &Scene<'_>,
    decided: &BTreeMap<Path, Decision>,
    wanting: &Decision,
    record: &Record,
) -> LetsGo {
    let input = scene.input;
    if record.instance == wanting.instance || wanting.previous.as_ref() == Some(&record.instance) {
        return LetsGo::Itself;
    }
    let seen = input.observations.get(&record.instance);
    if matches!(seen, Some(Observation::Absent | Observation::GoneButReserved { .. })) {
        return LetsGo::Gone;
    }
    let stays = if record.retain { LetsGo::Never } else { LetsGo::InTime };
    if input.state.deposed.contains_key(&record.instance) {
        return stays;
    }
    let living = |(_, decision): &(&Path, &Decision)| {
        decision.instance == record.instance || decision.previous.as_ref() == Some(&record.instance)
    };
    let at = scene.now_at(&record.path);
    match at.and_then(|path| decided.get_key_value(path)).filter(living) {
        // Where its declaration says the same, both are refused as declared twice.
        Some((_, decision)) => match decision.verdict {
            Verdict::Noop | Verdict::Create => LetsGo::Gone,
            Verdict::Update => LetsGo::InTime,
            Verdict::Replace => stays,
        },
        None => stays,
    }
}

fn twice(resource: &Resource, first: &Resource, claim: &Claimed) -> Problem {
    Problem::new(format!(
        "declares what `{}` declares too, at {}: one {} of {}",
        first.path,
        first.source,
        resource.schema.type_name,
        claim.says()
    ))
    .at(&resource.path, Some(&resource.source))
    .with_hint("a cloud has one of them: take one of the two declarations out, or give it another value")
    .with_remedy(Remedy::TakeOut { path: resource.path.clone() })
}

fn kept(resource: &Resource, record: &Record, claim: &Claimed) -> Problem {
    Problem::new(format!(
        "needs {}, which `{}` has, and that stays in the cloud when it leaves the program",
        claim.says(),
        record.path
    ))
    .at(&resource.path, Some(&resource.source))
    .with_hint(format!(
        "give it another value, or let `{}` go in a change of its own: declare it without \
         `.retain_on_delete()`, type `up`, then take it out",
        record.path
    ))
    .with_remedy(Remedy::Release { path: record.path.clone() })
}

/// Why a replacement can't be made while the one before it is there.
pub(super) fn excluded(decision: &[Claimed], before: &[Claimed]) -> Option<String> {
    let claim = claims::collision(decision, before)?;
    Some(format!("old and new exclude each other: both have {}", claim.says()))
}
