//! Snapshots: the state, and where both chains stood.

use ironward_core::state::State;
use ironward_core::store::{StoreError, StoreErrorKind};
use serde::{Deserialize, Serialize};

use super::vault::{Digest, Kind, Mark, Point, Vault};
use super::{Damage, sealed};

/// Where a snapshot among objects stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The fence number of the lease under which it was written.
    pub fence: u64,
    /// The position of the last segment that is folded in.
    pub position: u64,
    /// The positions that takeovers marked and that are still kept.
    pub markers: Vec<u64>,
}

/// A snapshot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Where the chain of operations began.
    pub origin: Point,
    /// The digest of the chain of operations at the state's serial.
    pub head: Digest,
    /// Where the running apply began, if one is running.
    pub began: Option<Point>,
    /// Where the chain of applies stood.
    pub history: Mark,
    /// Where it stands among objects; nothing in a directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remote: Option<Standing>,
    /// The state.
    pub state: State,
}

/// What every format has.
#[derive(Deserialize)]
struct Envelope {
    state: Format,
}

#[derive(Deserialize)]
struct Format {
    format: u64,
}

impl Snapshot {
    /// The snapshot of a state whose chains begin here.
    #[must_use]
    pub fn first(vault: &Vault, state: State) -> Self {
        let head = vault.origin(Kind::Entry, state.serial);
        let history = Mark { apply: state.applies, digest: vault.origin(Kind::Apply, state.applies) };
        Self {
            origin: Point { serial: state.serial, digest: head },
            head,
            began: None,
            history,
            remote: None,
            state,
        }
    }
}

/// The text of a snapshot.
///
/// # Errors
/// [`StoreError`] when there are no random bytes.
pub fn write(vault: &Vault, snapshot: &Snapshot) -> Result<Vec<u8>, StoreError> {
    let json = serde_json::to_string(snapshot).map_err(|error| {
        StoreError::new(StoreErrorKind::Defect, "the state has no JSON form").with_source(error)
    })?;
    sealed::write(vault, Kind::Snapshot, snapshot.state.serial, &json)
}

/// Reads a snapshot back.
///
/// # Errors
/// [`Damage`] when it isn't exactly what was written with this vault.
pub fn read(vault: &Vault, bytes: &[u8]) -> Result<Snapshot, Damage> {
    let (serial, json) = sealed::read(vault, Kind::Snapshot, bytes)?;
    let bad = |what: String| Damage::new(what).at(2);
    let misread = |error: serde_json::Error| bad(format!("the state can't be understood: {error}"));
    let newer = |format: u64| Damage::newer(format, State::FORMAT).at(2);
    // What a later format holds may have another shape.
    let Envelope { state: Format { format } } = serde_json::from_slice(&json).map_err(misread)?;
    if format > u64::from(State::FORMAT) {
        return Err(newer(format));
    }
    let mut snapshot: Snapshot = serde_json::from_slice(&json).map_err(misread)?;
    snapshot.state = snapshot.state.readable().map_err(|format| newer(u64::from(format)))?;
    let state = &snapshot.state;
    if state.serial != serial || state.lineage != *vault.lineage() {
        return Err(bad("the state is another than the first line says".to_owned()));
    }
    match state.violations().as_slice() {
        [] => Ok(snapshot),
        broken => Err(bad(format!("the state contradicts itself: {}", broken.join("; ")))),
    }
}
