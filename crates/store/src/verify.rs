//! What the files of a state prove, and what they don't.

use ironward_core::clock::Timestamp;
use ironward_core::history::Apply;

use crate::anchor::{self, Head, Misfit};
use crate::codec::load::{Broken, Loaded, Part, Parts, load};
use crate::codec::vault::Vault;

/// What was proven.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Proof {
    /// How many applies were concluded; their chain has no gap and no break.
    pub applies: u64,
    /// When the first began.
    pub since: Option<Timestamp>,
    /// The apply that began and hasn't ended: it runs, or was interrupted.
    pub running: Option<u64>,
    /// The state's serial.
    pub serial: u64,
    /// How many entries of the journal were checked one by one; those before are vouched for by the
    /// snapshot.
    pub entries: u64,
    /// Whether the chains are keyed by a secret.
    pub keyed: bool,
    /// The anchor that fits, and by how many serials it lags.
    pub anchor: Option<(Head, u64)>,
    /// Bytes of a torn last line: a process was killed while it wrote them.
    pub torn: u64,
}

/// The first thing that doesn't hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Break {
    /// A part of the state isn't what was written.
    #[error("{}{}: {broken}", name(.broken.part), line(.broken))]
    State {
        /// Which, and what is wrong.
        broken: Broken,
    },
    /// The state doesn't fit its anchor.
    #[error("{0}")]
    Anchor(Misfit),
}

fn name(part: Part) -> &'static str {
    match part {
        Part::Snapshot => "the snapshot",
        Part::Journal => "the journal",
        Part::History => "the history",
    }
}

fn line(broken: &Broken) -> String {
    broken.damage.line.map(|line| format!(", line {line}")).unwrap_or_default()
}

impl From<Broken> for Break {
    fn from(broken: Broken) -> Self {
        Self::State { broken }
    }
}

/// Checks everything that can be checked of a state at rest.
///
/// # Errors
/// [`Break`] with the first thing that doesn't hold.
pub fn verify(
    vault: &Vault,
    parts: &Parts<'_>,
    anchored: Option<&Head>,
) -> Result<(Proof, Vec<Apply>), Break> {
    let loaded = load(vault, parts)?;
    let proof = prove(vault, &loaded, anchored).map_err(Break::Anchor)?;
    Ok((proof, loaded.applies().map(|record| record.apply.clone()).collect()))
}

/// What a state that was read proves.
///
/// # Errors
/// [`Misfit`] when it doesn't fit its anchor.
pub(crate) fn prove(vault: &Vault, loaded: &Loaded, anchored: Option<&Head>) -> Result<Proof, Misfit> {
    let anchor = match anchored {
        Some(head) => Some((head.clone(), anchor::check(vault, loaded, head)?)),
        None => None,
    };
    let torn = loaded.journal.as_ref().map_or(0, |journal| journal.torn)
        + loaded.history.as_ref().map_or(0, |history| history.torn);
    Ok(Proof {
        applies: loaded.concluded(),
        since: loaded.applies().next().map(|record| record.apply.begun.began),
        running: loaded.state.running.as_ref().map(|begun| begun.number),
        serial: loaded.head.serial,
        entries: loaded.journal.as_ref().map_or(0, |journal| journal.entries.len() as u64),
        keyed: vault.is_sealed(),
        anchor,
        torn,
    })
}

impl Proof {
    /// What is proven, a sentence each.
    #[must_use]
    pub fn proven(&self) -> Vec<String> {
        let mut sentences = vec![match (self.applies, self.since) {
            (0, _) | (_, None) => "no apply was concluded yet".to_owned(),
            (1, Some(since)) => format!("1 apply, of {since}, is as it was recorded"),
            (applies, Some(since)) => format!("{applies} applies, unbroken since {since}"),
        }];
        sentences.push(match self.entries {
            1 => format!("the state is at serial {}; the last operation was checked by itself", self.serial),
            entries => {
                format!(
                    "the state is at serial {}; the last {entries} operations were checked one by one",
                    self.serial
                )
            }
        });
        if let Some((head, lag)) = &self.anchor {
            let lag = match lag {
                0 => String::new(),
                lag => format!("; {lag} operations came after it"),
            };
            let (apply, serial) = (head.apply, head.serial);
            sentences.push(format!("the anchor at apply {apply}, serial {serial}, fits{lag}"));
        }
        sentences
    }

    /// What isn't proven, a sentence each.
    #[must_use]
    pub fn unproven(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        match &self.anchor {
            None => sentences.push(
                "without an anchor, an old copy of the whole state or a cut end can't be seen".to_owned(),
            ),
            Some((_, lag)) if *lag > 0 => sentences.push(format!(
                "of the {lag} operations after the anchor, a cut end can't be seen until the apply ends"
            )),
            Some(_) => {}
        }
        match (self.keyed, &self.anchor) {
            (true, _) => {}
            (false, None) => sentences.push(
                "the state isn't encrypted, so its chain has no secret key: whoever can write the files can \
                 make another that fits"
                    .to_owned(),
            ),
            (false, Some(_)) => sentences.push(
                "the state isn't encrypted, so its chain has no secret key: what came after the anchor could \
                 have been written by anybody who can write the files"
                    .to_owned(),
            ),
        }
        if let Some(number) = self.running {
            sentences.push(format!("apply {number} began and hasn't ended"));
        }
        if self.torn > 0 {
            sentences.push(format!(
                "the last {} bytes are a torn line of a process that was killed; they never counted",
                self.torn
            ));
        }
        sentences
    }
}
