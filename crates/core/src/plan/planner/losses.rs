//! What a plan loses, and who consents to it.

use std::collections::{BTreeMap, BTreeSet};

use super::Input;
use crate::cloud::provider::declared_tags;
use crate::model::consent::{CLASSIFICATION_TAG, Consent, DataValue, Day, Loss, Lost};
use crate::model::path::Path;
use crate::plan::{Action, PlanError, Remedy, ResourceChange};
use crate::state::{Record, Sharing};

/// What a plan loses.
#[derive(Debug, Default)]
pub(super) struct Losses {
    pub(super) lost: Vec<Lost>,
    /// What nobody consents to.
    pub(super) problems: Vec<PlanError>,
    /// Consents of the program that have nothing to consent to.
    pub(super) idle: Vec<Consent>,
}

/// Whether everything that is listed may go, as `destroy --lift-protection` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    ByPath,
    ForAll,
}

/// The consents that count in a plan.
pub(super) struct Consents {
    given: Vec<Consent>,
    today: Day,
}

impl Consents {
    pub(super) fn gather(input: &Input<'_>) -> Self {
        let program = input.program;
        let of_resources = program.resources.values().flat_map(|resource| {
            resource.options.accepts.iter().map(|accepted| Consent {
                paths: resource.path.clone().into(),
                loss: Some(accepted.loss),
                reason: accepted.reason.clone(),
                until: accepted.until,
                source: Some(resource.source.clone()),
            })
        });
        let given = input.consents.iter().chain(&program.consents).cloned().chain(of_resources);
        Self { given: given.collect(), today: input.today }
    }

    /// The consent to a loss.
    pub(super) fn to(&self, path: &Path, loss: Loss) -> Option<&Consent> {
        self.given.iter().find(|consent| consent.covers(path, loss) && !consent.is_over(self.today))
    }

    /// Whether a loss is consented to by this very path.
    pub(super) fn names(&self, path: &Path, loss: Loss) -> bool {
        let names = |consent: &&Consent| {
            consent.paths.is_just(path) && consent.covers(path, loss) && !consent.is_over(self.today)
        };
        self.given.iter().any(|consent| names(&consent))
    }

    /// A consent that would be one, were it not past its last day.
    fn over(&self, path: &Path, loss: Loss) -> Option<&Consent> {
        self.given.iter().find(|consent| consent.covers(path, loss))
    }
}

/// All that the changes lose. A stack whose data is disposable loses nothing.
pub(super) fn losses(
    input: &Input<'_>,
    consents: &Consents,
    changes: &[ResourceChange],
    asked: Asked,
) -> Losses {
    let mut found = Losses::default();
    let mut used: BTreeSet<usize> = BTreeSet::new();
    let records = records(input);
    let disposable = input.data() == DataValue::Disposable;
    for change in changes {
        let Some((loss, record)) = loss_of(input, &records, change) else { continue };
        let consent = consents.to(&change.path, loss);
        if let Some(at) = consent.and_then(|one| consents.given.iter().position(|other| other == one)) {
            used.insert(at);
        }
        if consent.is_none() && !disposable && asked == Asked::ByPath {
            found.problems.push(refused(input, change, record, loss, consents));
            continue;
        }
        found.lost.push(Lost {
            path: change.path.clone(),
            type_name: record.type_name.clone(),
            instance: record.instance.clone(),
            physical_id: record.physical_id.clone(),
            loss,
            holds: input.contents.get(&record.instance).map(ToString::to_string),
            classification: declared_tags(&record.properties).remove(CLASSIFICATION_TAG),
            consent: consent.cloned(),
        });
    }
    let idle = consents.given.iter().enumerate().filter(|(at, _)| !used.contains(at));
    found.idle = idle.map(|(_, consent)| consent.clone()).collect();
    found
}

/// The records that changes are about, by what each says that it replaces or is.
fn records<'a>(input: &Input<'a>) -> BTreeMap<&'a str, &'a Record> {
    input.state.instances().map(|record| (record.instance.as_str(), record)).collect()
}

/// What a change loses, and of which instance.
fn loss_of<'a>(
    input: &Input<'a>,
    records: &BTreeMap<&str, &'a Record>,
    change: &ResourceChange,
) -> Option<(Loss, &'a Record)> {
    let gone = change.vanished;
    let (loss, record) = match change.action {
        Action::Delete if !gone => (Loss::Delete, *records.get(change.instance.as_str())?),
        Action::Replace { .. } if !gone && !change.adopted => {
            let old = *records.get(change.replaces.as_ref()?.as_str())?;
            // What is another's stays where it is.
            (Loss::Replace, Some(old).filter(|old| old.sharing != Some(Sharing::Used))?)
        }
        Action::Create if gone => {
            let path = change.renamed_from.as_ref().unwrap_or(&change.path);
            let gone = input.state.resources.get(path)?;
            // What was another's wasn't this stack's to lose.
            (Loss::Recreate, Some(gone).filter(|gone| gone.sharing != Some(Sharing::Used))?)
        }
        _ => return None,
    };
    let schema = input.schemas.get(record.type_name.as_str());
    let holds = schema.is_some_and(|schema| schema.stateful);
    let contents = input.contents.get(&record.instance);
    // What was replaced before was lost with consent, and goes; but where it was empty, nobody was asked,
    // and something may be in it by now.
    if input.state.deposed.contains_key(&record.instance) {
        let loss =
            if input.program.resources.contains_key(&change.path) { Loss::Replace } else { Loss::Delete };
        return (holds && contents.is_some_and(|contents| !contents.is_empty())).then_some((loss, record));
    }
    let empty = contents.is_some_and(|contents| contents.is_empty());
    (holds && !empty).then_some((loss, record))
}

fn refused(
    input: &Input<'_>,
    change: &ResourceChange,
    record: &Record,
    loss: Loss,
    consents: &Consents,
) -> PlanError {
    let why = change.reasons.first().map(|reason| format!(" ({reason})")).unwrap_or_default();
    let contents = input.contents.get(&record.instance);
    let much = contents.map(|contents| format!(": {contents}")).unwrap_or_default();
    let mut message = match loss {
        Loss::Recreate => format!(
            "is gone{why}, and the plan would make an empty one in its place: what it held would not come back"
        ),
        _ => {
            let word = change.action.word();
            format!("the plan would {word} it{why}, and what it holds would be lost{much}")
        }
    };
    if let Some(over) = consents.over(&change.path, loss) {
        let until = over.until.map(|day| day.to_string()).unwrap_or_default();
        let at = over.source.as_ref().map(|source| format!(" at {source}")).unwrap_or_default();
        message.push_str(&format!("; the consent to it{at} was good until {until}"));
    }
    let path = &change.path;
    let declared = input.program.resources.contains_key(path);
    let in_code = format!("`.accept(Loss::{}, \"why\")` on the declaration", loss.name());
    let hint = match loss {
        Loss::Recreate => format!(
            "bring it back and type `import {path} ID`, or accept the loss: {in_code}, or `--accept-loss {path}`"
        ),
        Loss::Delete if input.destroys => format!(
            "type `destroy --lift-protection` to take everything down with what it holds, or \
             `--accept-loss {path}` for this one"
        ),
        Loss::Replace if declared => format!(
            "undo the change; or bring along what it holds: declare a second one beside it, copy or restore \
             into that, and let this one go when nothing needs it any more; or accept the loss: {in_code}, \
             or `--accept-loss {path}`"
        ),
        _ if declared => {
            format!("undo the change, or accept the loss: {in_code}, or `--accept-loss {path}`")
        }
        _ => format!(
            "declare it again, let it stay with `.retain_on_delete()` before it leaves the program, or \
             accept the loss: `--accept-loss {path}`"
        ),
    };
    let remedy = Remedy::Accept { path: path.clone(), loss, instance: record.instance.clone() };
    PlanError::new(message, remedy).at(path, Some(&change.source)).with_hint(hint)
}

/// What the recorded worth of the data would lose, and nobody consents to.
pub(super) fn less_guarded(input: &Input<'_>, consents: &Consents) -> Option<PlanError> {
    let weakened = input.state.data == Some(DataValue::Kept) && input.value == DataValue::Disposable;
    let everything = |consent: &Consent| {
        consent.paths.is_everything()
            && consent.loss.is_none_or(|loss| loss == Loss::Weaken)
            && !consent.is_over(consents.today)
    };
    (weakened && !consents.given.iter().any(everything)).then(|| {
        PlanError::new(
            "the data of this stack is recorded as kept, and its configuration says that it is disposable",
            Remedy::AcceptAll { loss: Loss::Weaken },
        )
        .with_hint(
            "take `data = \"disposable\"` out of Ironward.toml, or accept that nothing asks any more before \
             data is lost: `--accept-loss '**'`",
        )
    })
}
