//! Operations on the recorded state that call no cloud: moving, forgetting, and putting another
//! version in its place. Each gives the entries to journal.

use crate::model::path::{InvalidName, Path};
use crate::state::history::{Begun, Ended, Verdict};
use crate::state::store::{StateStore, StoreError};
use crate::state::{Entry, Lineage, Record, Remainder, Sharing, State};

/// Why a state can't be changed as asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SurgeryError {
    /// Nothing is recorded there.
    #[error("nothing is recorded at `{0}`")]
    Unknown(String),
    /// The path breaks the rules.
    #[error("`{path}` is no path: {error}")]
    Path {
        /// What was given.
        path: String,
        /// What is wrong with it.
        error: InvalidName,
    },
    /// Something is recorded there already.
    #[error("`{path}` is taken by {type_name} {physical_id}")]
    Taken {
        /// Where.
        path: Path,
        /// The type of what is there.
        type_name: String,
        /// What the API calls it.
        physical_id: String,
    },
    /// An operation on it began and didn't end.
    #[error("the {action} of `{path}` was interrupted and isn't settled")]
    Unsettled {
        /// Which resource.
        path: Path,
        /// What was done.
        action: String,
    },
    /// The pushed text is no state.
    #[error("this isn't a state: {0}")]
    Unreadable(String),
    /// The pushed state is of another format.
    #[error("this state has format {found}, and this version of Ironward knows format {known}", known = State::FORMAT)]
    Format {
        /// Its format.
        found: u32,
    },
    /// The pushed state is another stack's.
    #[error("this is a state of lineage {}, and the stack's is {}", found.as_str(), own.as_str())]
    Lineage {
        /// The lineage of what was given.
        found: Lineage,
        /// The stack's.
        own: Lineage,
    },
    /// The pushed state isn't newer.
    #[error("this state has serial {found}, and the recorded one has {recorded}: it isn't newer")]
    Serial {
        /// The serial of what was given.
        found: u64,
        /// The recorded one.
        recorded: u64,
    },
    /// The pushed state contradicts itself.
    #[error("this state contradicts itself: {}", .0.join("; "))]
    Broken(Vec<String>),
}

/// The records at a path: the resource itself, or everything inside a component.
fn at<'a>(state: &'a State, path: &str) -> Result<Vec<&'a Record>, SurgeryError> {
    let inside = format!("{path}/");
    let found: Vec<&Record> = state
        .resources
        .values()
        .filter(|record| record.path.as_str() == path || record.path.as_str().starts_with(&inside))
        .collect();
    if found.is_empty() {
        return Err(SurgeryError::Unknown(path.to_owned()));
    }
    for record in &found {
        if let Some(pending) = state.pending.values().find(|pending| pending.record.path == record.path) {
            let (path, action) = (record.path.clone(), pending.action.to_string());
            return Err(SurgeryError::Unsettled { path, action });
        }
    }
    Ok(found)
}

/// Moves a resource, or everything inside a component, to another path. The instances stay the
/// same.
///
/// # Errors
/// [`SurgeryError`] when nothing is there, or something is where it shall go.
pub fn rename(state: &State, from: &str, to: &str) -> Result<Vec<Entry>, SurgeryError> {
    let moved = at(state, from)?;
    let mut entries = Vec::new();
    for record in &moved {
        let rest = record.path.as_str().get(from.len()..).unwrap_or_default();
        let target = format!("{to}{rest}");
        let target = Path::parse(&target).map_err(|error| SurgeryError::Path { path: target, error })?;
        if let Some(taken) = state.resources.get(&target) {
            return Err(SurgeryError::Taken {
                path: target,
                type_name: taken.type_name.clone(),
                physical_id: taken.physical_id.clone(),
            });
        }
        entries.push(Entry::Renamed { instance: record.instance.clone(), to: target });
    }
    Ok(entries)
}

/// Lets go of a resource, or of everything inside a component: it stays in the cloud, with its
/// tags. With the entries come the records.
///
/// # Errors
/// [`SurgeryError`] when nothing is there.
pub fn forget(state: &State, path: &str) -> Result<(Vec<Entry>, Vec<Record>), SurgeryError> {
    let found = at(state, path)?;
    let mut entries = Vec::new();
    for record in &found {
        // What it stands on isn't deleted under it by a later run. What is another's was never this stack's to leave.
        if record.sharing != Some(Sharing::Used) {
            entries.push(Entry::Remains { remainder: Box::new(Remainder::let_go(record)) });
        }
        entries.push(Entry::Forgotten { instance: record.instance.clone() });
    }
    Ok((entries, found.into_iter().cloned().collect()))
}

/// Puts another version of the state in the place of this one. What is recorded goes on counting
/// from its own serial. `force` takes an older version.
///
/// # Errors
/// [`SurgeryError`] when the text isn't a newer state of the same lineage that keeps all rules.
pub fn replace(state: &State, text: &str, force: bool) -> Result<Entry, SurgeryError> {
    // The format first: the rest of another one can't be understood.
    let outer: serde_json::Value =
        serde_json::from_str(text).map_err(|error| SurgeryError::Unreadable(place(&error)))?;
    match outer.get("format").and_then(serde_json::Value::as_u64) {
        Some(format) if format != 1 && format != u64::from(State::FORMAT) => {
            return Err(SurgeryError::Format { found: u32::try_from(format).unwrap_or(u32::MAX) });
        }
        _ => {}
    }
    let pushed: State =
        serde_json::from_str(text).map_err(|error| SurgeryError::Unreadable(place(&error)))?;
    let pushed = pushed.readable().map_err(|found| SurgeryError::Format { found })?;
    if pushed.lineage != state.lineage {
        return Err(SurgeryError::Lineage { found: pushed.lineage, own: state.lineage.clone() });
    }
    if pushed.serial <= state.serial && !force {
        return Err(SurgeryError::Serial { found: pushed.serial, recorded: state.serial });
    }
    match pushed.violations() {
        broken if broken.is_empty() => {
            let mut pushed = pushed;
            pushed.format = State::FORMAT;
            Ok(Entry::Pushed { state: Box::new(pushed) })
        }
        broken => Err(SurgeryError::Broken(broken)),
    }
}

/// What is wrong and where, without a word of the text: it may hold what nobody should read.
fn place(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Eof => "it was cut off",
        serde_json::error::Category::Syntax => "it isn't JSON",
        serde_json::error::Category::Data => "a member is missing, unknown or of another kind",
        serde_json::error::Category::Io => "it can't be read",
    };
    format!("{what}, at line {} column {}", error.line(), error.column())
}

/// Journals entries on `state`, as an apply of the history that begins as `apply` says, and compacts
/// it. What was planned is what was done.
///
/// # Errors
/// [`StoreError`]; the entries before the one that failed count.
pub async fn record(
    store: &dyn StateStore,
    state: &mut State,
    apply: Begun,
    entries: Vec<Entry>,
) -> Result<(), StoreError> {
    upgrade(store, state).await?;
    let Begun { number, began: ended, planned: counts, .. } = apply;
    let end = Ended { number, ended, verdict: Verdict::Succeeded, counts, failures: Vec::new() };
    let began = Entry::ApplyBegan { apply: Box::new(apply) };
    for entry in std::iter::once(began).chain(entries).chain([Entry::ApplyEnded { end }]) {
        store.append(&entry).await?;
        state.apply(entry);
    }
    store.compact(state).await
}

/// Writes a state anew that an earlier version wrote, before anything is added to it.
pub(crate) async fn upgrade(store: &dyn StateStore, state: &mut State) -> Result<(), StoreError> {
    if state.is_of_earlier_format() {
        state.format = State::FORMAT;
        store.compact(state).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::panic::Location;

    use super::*;
    use crate::model::clock::Timestamp;
    use crate::model::document::Document;
    use crate::model::program::Source;
    use crate::state::history::{Author, Command};
    use crate::state::store::MemoryStore;
    use crate::state::{InstanceId, JournalAction, Status};

    fn lineage() -> Lineage {
        Lineage::from_random([7; 16])
    }

    fn record_at(at: &str) -> Record {
        let path = Path::parse(at).unwrap();
        Record {
            instance: InstanceId::derive(&lineage(), &path, 1),
            path,
            type_name: "Test::Thing".to_owned(),
            schema_version: 1,
            generation: 1,
            physical_id: format!("id-of-{at}"),
            status: Status::Ready,
            properties: Document::new(),
            attributes: Document::new(),
            dependencies: BTreeSet::new(),
            protect: false,
            retain: false,
            replace_order: None,
            provider: None,
            source: Source::from(Location::caller()),
            opened_by: BTreeSet::new(),
            former: None,
            sharing: None,
        }
    }

    fn state(paths: &[&str]) -> State {
        let mut state = State::new(lineage());
        for at in paths {
            let record = Box::new(record_at(at));
            state.apply(Entry::Begin { action: JournalAction::Create, record: record.clone() });
            state.apply(Entry::Done { record });
        }
        state
    }

    async fn done(mut state: State, entries: Vec<Entry>) -> State {
        let store = MemoryStore::new(lineage());
        store.compact(&state).await.unwrap();
        let applies = state.applies;
        let author = Author { who: "ada@lab".to_owned(), version: String::new() };
        let apply = Begun::new(&state, Command::Move, author, Timestamp::default());
        record(&store, &mut state, apply.clone(), entries).await.unwrap();
        let concluded = store.history().await.unwrap();
        assert_eq!(concluded.len(), 1);
        assert_eq!((&concluded[0].begun, concluded[0].verdict), (&apply, Verdict::Succeeded));
        assert_eq!((state.applies, &state.running), (applies + 1, &None));
        assert_eq!(store.load().await.unwrap(), state);
        assert!(state.violations().is_empty(), "{:?}", state.violations());
        state
    }

    fn paths(state: &State) -> Vec<&str> {
        state.resources.keys().map(Path::as_str).collect()
    }

    #[tokio::test]
    async fn a_resource_moves_with_its_instance() {
        let before = state(&["a/x", "b"]);
        let after = done(before.clone(), rename(&before, "b", "a/y").unwrap()).await;
        assert_eq!(paths(&after), ["a/x", "a/y"]);
        let to = Path::parse("a/y").unwrap();
        assert_eq!(after.resources[&to].instance, before.resources[&Path::parse("b").unwrap()].instance);
        assert_eq!(after.serial, before.serial + 3, "its beginning and its end are recorded too");
    }

    #[tokio::test]
    async fn a_component_moves_with_what_is_inside() {
        let before = state(&["net/a", "net/b/c", "network/d"]);
        let after = done(before.clone(), rename(&before, "net", "fhir/net").unwrap()).await;
        assert_eq!(paths(&after), ["fhir/net/a", "fhir/net/b/c", "network/d"]);
    }

    #[test]
    fn a_move_refuses_what_is_not_there_taken_or_no_path() {
        let state = state(&["a", "b"]);
        assert!(matches!(rename(&state, "c", "d"), Err(SurgeryError::Unknown(path)) if path == "c"));
        let taken = rename(&state, "a", "b").unwrap_err();
        assert_eq!(taken.to_string(), "`b` is taken by Test::Thing id-of-b");
        assert!(matches!(rename(&state, "a", "B b"), Err(SurgeryError::Path { .. })));
        assert!(matches!(rename(&state, "a", "a"), Err(SurgeryError::Taken { .. })));
    }

    #[test]
    fn what_is_not_settled_is_left_alone() {
        let mut state = state(&["a"]);
        state.apply(Entry::Begin { action: JournalAction::Update, record: Box::new(record_at("a")) });
        let text = rename(&state, "a", "b").unwrap_err().to_string();
        assert_eq!(text, "the update of `a` was interrupted and isn't settled");
        assert!(matches!(forget(&state, "a"), Err(SurgeryError::Unsettled { .. })));
    }

    #[tokio::test]
    async fn what_is_forgotten_is_gone_from_the_state_only() {
        let before = state(&["a", "b/c", "b/d"]);
        let (entries, records) = forget(&before, "b").unwrap();
        assert_eq!(records.len(), 2);
        let after = done(before, entries).await;
        assert_eq!(paths(&after), ["a"]);
        // A new one at that path is another instance.
        assert_eq!(after.next_generation(&Path::parse("b/c").unwrap()), 2);
    }

    #[tokio::test]
    async fn a_newer_version_takes_the_place() {
        let before = state(&["a", "b"]);
        let mut edited = before.clone();
        edited.resources.pop_first();
        edited.serial += 7;
        (edited.applies, edited.running) = (40, None);
        let text = serde_json::to_string(&edited).unwrap();
        let after = done(before.clone(), vec![replace(&before, &text, false).unwrap()]).await;
        assert_eq!(paths(&after), ["b"]);
        assert_eq!(after.serial, before.serial + 3, "the journal goes on counting");
    }

    #[test]
    fn a_push_refuses_what_does_not_belong_here() {
        let own = state(&["a"]);
        let text = |state: &State| serde_json::to_string(state).unwrap();
        let newer = |change: &dyn Fn(&mut State)| {
            let mut state = own.clone();
            state.serial += 1;
            change(&mut state);
            text(&state)
        };
        assert!(matches!(replace(&own, &text(&own), false), Err(SurgeryError::Serial { .. })));
        assert!(replace(&own, &text(&own), true).is_ok());
        let foreign = newer(&|state| state.lineage = Lineage::from_random([8; 16]));
        assert!(matches!(replace(&own, &foreign, true), Err(SurgeryError::Lineage { .. })));
        let format = newer(&|state| state.format = 9);
        assert!(matches!(replace(&own, &format, true), Err(SurgeryError::Format { found: 9 })));
        let broken = newer(&|state| state.generations.clear());
        assert!(matches!(replace(&own, &broken, true), Err(SurgeryError::Broken(_))));
        let whole = text(&own);
        let cut = replace(&own, &whole[..whole.len() / 2], true).unwrap_err().to_string();
        assert!(cut.starts_with("this isn't a state: it was cut off, at line 1"), "{cut}");
        let other = replace(&own, r#"{"password": "hunter2"}"#, true).unwrap_err().to_string();
        assert!(!other.contains("hunter2") && !other.contains("password"), "{other}");
    }
}
