//! Whatever value a property has: once it is applied, a second plan has nothing to do.
//!
//! The values of a property are its default said aloud, nothing, an empty one, the defaults of its
//! members said aloud, lists turned round and with an item twice, other case where that doesn't count,
//! what the registry names (each member of an enumeration, the smallest and the greatest number), and
//! [samples] of what no subject declares, some of which go together.
//! Some are refused, by the handler or the emulator; what isn't refused must settle, and so must the
//! way back.
//!
//! On the sandbox one value of each property is drawn. `IRONWARD_TEST_VALUES=all` tries all of them, on
//! moto too; with `IRONWARD_TEST_VALUES_REPORT` a file has a line for each. `cargo xtask values` does both,
//! and [coverage] counts the lines.

mod coverage;
mod rounds;
mod samples;
mod table;

use std::collections::BTreeSet;
use std::hash::{BuildHasher, RandomState};
use std::io::Write;

use ironward_core::apply::Cancel;
use ironward_core::plan::Action;
use ironward_core::program::Program;
use ironward_core::provider::{DeletePolicy, Observation, Provider, ReadResults, Target};
use ironward_core::schema::Schema;
use serde_json::Value as Json;

use self::rounds::{Round, Samples, differing};
use self::table::{CONSTANTS, is_lost};
use crate::cloud::Emulator;
use crate::recorded::Drawn;
use crate::suite::Life;

/// What one value came to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Came {
    Settled,
    Refused(String),
    /// The second plan isn't empty: what it would do.
    Open(String),
}

/// Whether all values are tried, rather than one of each property.
fn all() -> bool {
    std::env::var("IRONWARD_TEST_VALUES").is_ok_and(|which| which == "all")
}

fn wants_report() -> bool {
    std::env::var_os("IRONWARD_TEST_VALUES_REPORT").is_some()
}

/// Tries values of each property of a subject that was created and stands as it starts out.
pub async fn hold(life: &Life<'_>) {
    if !all() && life.cloud.emulator != Emulator::Sandbox {
        return;
    }
    let samples = Samples::of(life);
    let type_name = samples.schema.type_name;
    for (_, name) in CONSTANTS.iter().filter(|(of, _)| *of == type_name) {
        // It was made with it, and the plan after that was empty.
        let shown = wants_report() && shown(life).await.contains(*name);
        report(life, samples.schema, name, &Round::named("constant", name), &Came::Settled, shown);
    }
    for name in samples.set_once() {
        // The same; the plan refuses to change it.
        let shown = wants_report() && shown(life).await.contains(name);
        report(life, samples.schema, name, &Round::named("set once", name), &Came::Settled, shown);
    }
    let mut open = Vec::new();
    for round in drawn(life, &samples) {
        let mut program = life.program(None);
        round.declare(&mut program);
        // On the way back, too: a record set is deleted by all that it says.
        let drawn = Drawn::begin();
        let mut came = settle(life, &program).await;
        let settled = came == Came::Settled && wants_report();
        let shown = if settled { shown(life).await } else { BTreeSet::new() };
        let back = settle(life, &life.program(None)).await;
        drop(drawn);
        if came == Came::Settled && back != Came::Settled {
            came = Came::Open(format!("on the way back: {back:?}"));
        }
        for name in round.set.keys().filter(|name| round.is_about(name)) {
            report(life, samples.schema, name, &round, &came, shown.contains(name));
        }
        let text = round.text();
        if let Came::Open(what_is_open) = came {
            open.push(format!("{:?} ({}) {text}: {what_is_open}", round.set.keys(), round.what));
        }
        assert_eq!(back, Came::Settled, "{type_name}: {} {text}: it doesn't go back", round.what);
    }
    assert!(open.is_empty(), "{type_name}:\n{}", open.join("\n"));
}

/// The rounds of a subject: all of them, or one for each property that has any.
fn drawn(life: &Life<'_>, samples: &Samples) -> Vec<Round> {
    let schema = samples.schema;
    let holds = |round: &Round| {
        let lost = |(name, value): (&String, &Option<Json>)| {
            is_lost(life.cloud.emulator, schema.type_name, name, value.as_ref())
        };
        life.cloud.stand_in || !round.set.iter().any(lost)
    };
    let draw = RandomState::new();
    let mut drawn: Vec<Round> = Vec::new();
    for property in schema.properties {
        let mut rounds = samples.rounds(property);
        rounds.extend(samples.groups().iter().filter(|group| group.is_about(property.name)).cloned());
        rounds.retain(|round| holds(round) && !drawn.contains(round));
        if !all() && !rounds.is_empty() {
            let index = draw.hash_one((schema.type_name, property.name)) % rounds.len() as u64;
            rounds = vec![rounds.swap_remove(index as usize)];
        }
        drawn.append(&mut rounds);
    }
    drawn
}

/// Notes that an edit of the suite settled, and the way back.
pub fn edited(life: &Life<'_>, edit: &str) {
    if !wants_report() {
        return;
    }
    let (first, other) = (life.program(None), life.program(Some(edit)));
    let samples = Samples::of(life);
    // The edit itself, where it is one of what the subject refers to, and what goes with it.
    let mut names: BTreeSet<&str> = differing(&first, &other).into_iter().collect();
    names.insert(edit);
    for name in names {
        let shown = !life.subject.unseen(life.cloud.emulator).contains(&name);
        report(life, samples.schema, name, &Round::named("edit", name), &Came::Settled, shown);
    }
}

/// Applies a program and plans it again.
async fn settle(life: &Life<'_>, program: &Program) -> Came {
    let engine = &life.cloud.engine;
    let planned = match engine.plan(program).await {
        Ok(planned) => planned,
        Err(error) => return Came::Refused(error.to_string()),
    };
    let outcome = engine.apply(program, planned, DeletePolicy::default(), &Cancel::default()).await.unwrap();
    if !outcome.is_complete() {
        return Came::Refused(format!("{:?}", outcome.failures));
    }
    let again = match engine.plan(program).await {
        Ok(planned) => planned.plan,
        Err(error) => return Came::Open(error.to_string()),
    };
    let open: Vec<String> = again
        .changes
        .iter()
        .filter(|change| change.action != Action::Noop || !change.drift.is_empty())
        .map(|change| format!("{} {:?} {:?} {:?}", change.path, change.action, change.diffs, change.drift))
        .collect();
    if open.is_empty() { Came::Settled } else { Came::Open(open.join("; ")) }
}

/// The properties of the subject that the cloud shows, or shows as not set: of the others nothing could
/// be open.
async fn shown(life: &Life<'_>) -> BTreeSet<String> {
    let (provider, record) = (&life.cloud.provider, life.record(crate::suite::SUBJECT).await);
    let handler = provider.handler(&record.type_name).expect("it has a handler");
    let target = Target::of(provider.place(), &record);
    let mut answers = std::collections::BTreeMap::new();
    for read in handler.reads(&target) {
        let answer = provider.read(read.operation, std::slice::from_ref(&read.item)).await.remove(&read.item);
        answers.extend(answer.map(|answer| (read, answer)));
    }
    match handler.observe(&target, &ReadResults::new(answers)) {
        Ok(Observation::Present(observed)) => {
            let names = observed.properties.iter().map(|(name, _)| name.to_owned());
            names.chain(observed.unset.iter().cloned()).collect()
        }
        _ => BTreeSet::new(),
    }
}

/// Writes a line of the report, where one is wanted.
fn report(life: &Life<'_>, schema: &Schema, property: &str, round: &Round, came: &Came, shown: bool) {
    let Some(file) = std::env::var_os("IRONWARD_TEST_VALUES_REPORT") else { return };
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(file).unwrap();
    let (word, text) = match came {
        Came::Settled if shown => ("settled", "shown"),
        Came::Settled => ("settled", ""),
        Came::Refused(text) => ("refused", text.as_str()),
        Came::Open(text) => ("open", text.as_str()),
    };
    let plain = |text: &str| -> String { text.replace(['\n', '\t'], " ").chars().take(300).collect() };
    let emulator =
        if life.cloud.stand_in { "StandIn".to_owned() } else { format!("{:?}", life.cloud.emulator) };
    let line = format!(
        "{emulator}\t{}\t{property}\t{}\t{}\t{word}\t{}\n",
        schema.type_name,
        round.what,
        plain(&round.text()),
        plain(text)
    );
    file.write_all(line.as_bytes()).unwrap();
}
