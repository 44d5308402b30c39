//! Reading a state from its objects.
//!
//! A former holder that doesn't know yet that it is one may be writing meanwhile. So what doesn't
//! fit together is read again, and believed to be damaged once two readings say the same.

use futures::stream::{self, StreamExt, TryStreamExt};
use ironward_core::store::{StoreError, StoreErrorKind};

use super::lease::Site;
use super::objects::{self, Object, Tag};
use super::segment::{self, Of};
use crate::codec::Damage;
use crate::codec::history::{self, History};
use crate::codec::journal::{self, Journal};
use crate::codec::load::{Broken, Loaded, Part, fold};
use crate::codec::snapshot::{self, Snapshot, Standing};
use crate::codec::vault::{Kind, Mark, Point, Vault};

pub(super) const STATE: &str = "state.json";

/// How many objects are read at once.
const AT_ONCE: usize = 8;

/// How often a state that changes while it is read is read.
const ROUNDS: u32 = 24;

/// A state as it was read.
pub(super) struct Found {
    pub(super) loaded: Loaded,
    /// The snapshot's tag.
    pub(super) tag: Tag,
    /// The next position of the journal.
    pub(super) next: u64,
    /// The positions that takeovers marked.
    pub(super) markers: Vec<u64>,
}

/// How much of the history is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// What the snapshot doesn't vouch for, and the apply before.
    Recent,
    /// All of it.
    Whole,
}

/// Something that isn't what was written, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Flaw {
    key: String,
    damage: Damage,
}

enum Trouble {
    Flaw(Flaw),
    Store(StoreError),
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

fn at(key: impl Into<String>) -> impl FnOnce(Damage) -> Trouble {
    let key = key.into();
    move |damage| Trouble::Flaw(Flaw { key, damage })
}

/// The complaint about an object that isn't what this crate wrote.
pub(super) fn corrupt(site: &Site, key: &str, damage: &Damage) -> StoreError {
    let error = damage.at_place(&site.objects.place(key));
    match damage.hint {
        Some(hint) => error.with_hint(hint),
        None => error.with_hint(format!(
            "nothing was read or changed; put a good version of the objects in {} in their place",
            site.place()
        )),
    }
}

/// Reads a state; nothing where there is none.
pub(super) async fn read(site: &Site, vault: &Vault, depth: Depth) -> Result<Option<Found>, StoreError> {
    let mut before: Option<Flaw> = None;
    for _ in 0..ROUNDS {
        match once(site, vault, depth).await {
            Ok(found) => return Ok(found),
            Err(Trouble::Store(error)) => return Err(error),
            Err(Trouble::Flaw(flaw)) if before.as_ref() == Some(&flaw) => {
                return Err(corrupt(site, &flaw.key, &flaw.damage));
            }
            Err(Trouble::Flaw(flaw)) => before = Some(flaw),
        }
    }
    let message = format!("the state in {} changes all the time while it is read", site.place());
    Err(StoreError::new(StoreErrorKind::Contended, message)
        .with_hint("see that nothing else writes there, then run again"))
}

async fn once(site: &Site, vault: &Vault, depth: Depth) -> Result<Option<Found>, Trouble> {
    let Some(object) = site.fetch(STATE).await? else {
        let left = objects::list(&*site.objects, &*site.clock, Of::Journal.prefix(), "").await?;
        return match left.first() {
            None => Ok(None),
            Some(_) => Err(at(STATE)(Damage::new("the snapshot is missing, and its journal is here"))),
        };
    };
    let snapshot = snapshot::read(vault, &object.bytes).map_err(at(STATE))?;
    let standing = snapshot.remote.clone().unwrap_or_default();
    let since = match depth {
        Depth::Whole => None,
        Depth::Recent => Some(snapshot.history.apply.saturating_sub(1)),
    };
    let (segments, records) = futures::join!(
        segments(site, Of::Journal, Some(standing.position)),
        segments(site, Of::History, since)
    );
    let (journal, next, markers) = read_journal(vault, &snapshot, &standing, &segments?)?;
    let history = read_history(vault, &records?)?;
    let serial = snapshot.state.serial;
    let loaded = fold(snapshot, Some(journal), history).map_err(|Broken { part, damage }| {
        let key = match part {
            Part::Snapshot => STATE,
            Part::Journal => Of::Journal.prefix(),
            Part::History => Of::History.prefix(),
        };
        // Lines of several objects aren't counted.
        at(key)(Damage { line: None, ..damage })
    })?;
    debug_assert!(loaded.head.serial >= serial);
    Ok(Some(Found { loaded, tag: object.tag, next, markers }))
}

/// The segments after a position, with their positions.
async fn segments(site: &Site, of: Of, after: Option<u64>) -> Result<Vec<(u64, Object)>, Trouble> {
    let after = after.map(|position| of.key(position)).unwrap_or_default();
    let listed = objects::list(&*site.objects, &*site.clock, of.prefix(), &after).await?;
    let mut positions = Vec::with_capacity(listed.len());
    for listed in listed {
        let position = of.position(&listed.key);
        let strange = || at(&listed.key)(Damage::new("this is no object of a state"));
        positions.push(position.ok_or_else(strange)?);
    }
    let first = positions.first().copied().unwrap_or_default();
    if let Some((wanted, _)) = (first..).zip(&positions).find(|(wanted, found)| wanted != *found) {
        return Err(at(of.key(wanted))(Damage::new("this segment is missing, and later ones are here")));
    }
    let read = |position: u64| async move {
        let object = site.fetch(&of.key(position)).await?;
        let missing = || at(of.key(position))(Damage::new("this segment was listed and is missing"));
        Ok::<_, Trouble>((position, object.ok_or_else(missing)?))
    };
    stream::iter(positions).map(read).buffered(AT_ONCE).try_collect().await
}

fn whole(torn: u64, unterminated: bool) -> Result<(), Damage> {
    if torn == 0 && !unterminated { Ok(()) } else { Err(Damage::new("this segment was cut off")) }
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split_inclusive(|byte| *byte == b'\n')
}

fn read_journal(
    vault: &Vault,
    snapshot: &Snapshot,
    standing: &Standing,
    segments: &[(u64, Object)],
) -> Result<(Journal, u64, Vec<u64>), Trouble> {
    let after = Point { serial: snapshot.state.serial, digest: snapshot.head };
    let mut all = Journal { after, entries: Vec::new(), length: 0, unterminated: false, torn: 0 };
    let (mut next, mut head, mut markers) = (standing.position + 1, after, standing.markers.clone());
    for (position, object) in segments {
        let key = Of::Journal.key(*position);
        if *position != next {
            return Err(at(Of::Journal.key(next))(Damage::new("this segment is missing")));
        }
        let (heading, rest) =
            segment::read(vault, Of::Journal, *position, &object.bytes).map_err(at(&key))?;
        if heading.after() != head {
            return Err(at(key)(Damage::new("this segment doesn't follow the one before it").at(1)));
        }
        let part = journal::read_lines(vault, head, 0, lines(rest)).map_err(at(&key))?;
        whole(part.torn, part.unterminated).map_err(at(&key))?;
        if part.entries.is_empty() {
            markers.push(*position);
        }
        if let Some((_, digest)) = part.entries.last() {
            head = Point { serial: part.last(), digest: *digest };
        }
        all.entries.extend(part.entries);
        next = position + 1;
    }
    Ok((all, next, markers))
}

fn read_history(vault: &Vault, segments: &[(u64, Object)]) -> Result<Option<History>, Trouble> {
    let mut all: Option<History> = None;
    for (position, object) in segments {
        let key = Of::History.key(*position);
        let (heading, rest) =
            segment::read(vault, Of::History, *position, &object.bytes).map_err(at(&key))?;
        let after = Mark { apply: heading.after().serial, digest: heading.after().digest };
        let history = all.get_or_insert_with(|| History {
            after,
            records: Vec::new(),
            length: 0,
            unterminated: false,
            torn: 0,
        });
        let origin = vault.origin(Kind::Apply, after.apply);
        if history.head() != after || (after.apply == 0 && after.digest != origin) {
            return Err(at(key)(Damage::new("this apply doesn't follow the one before it").at(1)));
        }
        let part = history::read_lines(vault, after, 0, lines(rest)).map_err(at(&key))?;
        whole(part.torn, part.unterminated).map_err(at(&key))?;
        let [(record, _)] = part.records.as_slice() else {
            return Err(at(key)(Damage::new("this object doesn't hold one apply")));
        };
        let reached = history.records.last().map(|(record, _)| record.to.serial);
        history::follows(reached, record).map_err(at(&key))?;
        history.records.extend(part.records);
    }
    Ok(all)
}
