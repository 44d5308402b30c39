//! Opening a directory: its key, its files, and what they say against each other and the anchor.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ironward_core::state::State;
use ironward_core::store::{StoreError, StoreErrorKind};

use super::disk::{read, replace, sync_directory};
use crate::anchor::{self, Head};
use crate::codec::keys::KeyDocument;
use crate::codec::load::{Broken, Loaded, Part, Parts, load};
use crate::codec::snapshot::{self, Snapshot};
use crate::codec::vault::{Kind, Vault};
use crate::codec::{Damage, format1, sealed};
use crate::options::Options;

/// The files of a state.
#[derive(Debug, Clone)]
pub(crate) struct Files {
    directory: PathBuf,
}

impl Files {
    pub(crate) fn new(directory: &Path) -> Self {
        Self { directory: directory.to_owned() }
    }

    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    pub(crate) fn key(&self) -> PathBuf {
        self.directory.join("key.json")
    }

    pub(crate) fn snapshot(&self) -> PathBuf {
        self.directory.join("state.json")
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.directory.join("journal.jsonl")
    }

    /// Which cloud the state belongs to.
    pub(crate) fn cloud(&self) -> PathBuf {
        self.directory.join("cloud")
    }

    pub(crate) fn history(&self) -> PathBuf {
        self.directory.join("history.jsonl")
    }

    fn part(&self, part: Part) -> PathBuf {
        match part {
            Part::Snapshot => self.snapshot(),
            Part::Journal => self.journal(),
            Part::History => self.history(),
        }
    }

    /// The complaint about a file that isn't what this crate wrote.
    pub(crate) fn corrupt(&self, path: &Path, damage: &Damage) -> StoreError {
        let error = damage.at_place(&path.display().to_string());
        match damage.hint {
            Some(hint) => error.with_hint(hint),
            None => error.with_hint(format!(
                "nothing was read or changed; put a good copy of {} in its place",
                self.directory.display()
            )),
        }
    }

    fn broken(&self, broken: &Broken) -> StoreError {
        self.corrupt(&self.part(broken.part), &broken.damage)
    }

    /// Reads everything; nothing where there is no state.
    pub(crate) fn load(&self, vault: &Vault) -> Result<Option<Loaded>, StoreError> {
        let (journal, history) = (read(&self.journal())?, read(&self.history())?);
        let Some(snapshot) = read(&self.snapshot())? else {
            return match journal.is_some() || history.is_some() {
                false => Ok(None),
                true => Err(self.corrupt(
                    &self.snapshot(),
                    &Damage::new("the snapshot is missing, and its journal or history is here"),
                )),
            };
        };
        // An upgrade that was interrupted left the journal of before, and had no history yet: the
        // snapshot holds all of it.
        let journal = journal.filter(|bytes| history.is_some() || !format1::is(bytes));
        let parts = Parts { snapshot: &snapshot, journal: journal.as_deref(), history: history.as_deref() };
        load(vault, &parts).map(Some).map_err(|broken| self.broken(&broken))
    }

    fn write_first(&self, vault: &Vault, state: State) -> Result<(), StoreError> {
        let snapshot = Snapshot::first(vault, state);
        replace(&self.snapshot(), &snapshot::write(vault, &snapshot)?)?;
        if let Some(parent) = self.directory.parent().filter(|parent| parent.is_dir()) {
            sync_directory(parent)?;
        }
        Ok(())
    }

    /// The state that an older version left here in clear, if it did.
    fn older(&self) -> Result<Option<State>, StoreError> {
        let path = self.snapshot();
        let Some(bytes) = read(&path)?.filter(|bytes| format1::is(bytes)) else { return Ok(None) };
        let mut state = format1::read_snapshot(&bytes).map_err(|damage| self.corrupt(&path, &damage))?;
        let path = self.journal();
        let Some(bytes) = read(&path)? else { return Ok(Some(state)) };
        let (after, entries) =
            format1::read_journal(&bytes, &state.lineage).map_err(|damage| self.corrupt(&path, &damage))?;
        let known = state.serial.checked_sub(after).and_then(|known| usize::try_from(known).ok());
        let Some(known) = known.filter(|known| *known <= entries.len()) else {
            let damage = Damage::new("journal and snapshot don't belong together").at(1);
            return Err(self.corrupt(&path, &damage));
        };
        entries.into_iter().skip(known).for_each(|entry| state.apply(entry));
        match state.violations().first() {
            None => Ok(Some(state)),
            Some(first) => {
                let damage =
                    Damage::new(format!("the state that the journal leads to contradicts itself: {first}"));
                Err(self.corrupt(&path, &damage))
            }
        }
    }
}

/// A state that is opened and not yet changed.
pub(super) struct Opened {
    pub(super) files: Files,
    pub(super) vault: Arc<Vault>,
    pub(super) loaded: Loaded,
    pub(super) anchored: Option<Head>,
    pub(super) upgraded: bool,
    pub(super) begun: bool,
}

/// Opens the state of a directory that is locked, or begins one. `strict` refuses one that doesn't
/// fit its anchor.
pub(super) async fn open(directory: &Path, options: &Options, strict: bool) -> Result<Opened, StoreError> {
    let files = Files::new(directory);
    let document = match read(&files.key())? {
        Some(bytes) => {
            Some(KeyDocument::read(&bytes).map_err(|damage| files.corrupt(&files.key(), &damage))?)
        }
        None => None,
    };
    let older = files.older()?;
    if let Some(state) = &older {
        refuse_downgrade(&files, state, document.as_ref(), options).await?;
    }
    let vault = match &document {
        Some(document) => options.protection.open(document, &files.key().display().to_string()).await?,
        None => begin(&files, older.as_ref(), options).await?,
    };
    let upgraded = older.is_some();
    if let Some(state) = older {
        files.write_first(&vault, state)?;
    }
    let mut begun = false;
    let loaded = match files.load(&vault)? {
        Some(loaded) => loaded,
        None => {
            begun = true;
            files.write_first(&vault, State::new(vault.lineage().clone()))?;
            let loaded = files.load(&vault)?;
            let message = || format!("{} was removed while in use", directory.display());
            loaded.ok_or_else(|| StoreError::new(StoreErrorKind::Corrupt, message()))?
        }
    };
    let anchor = options.anchor.as_deref();
    let anchored = anchor::fetch(anchor, vault.lineage(), strict).await?;
    if strict {
        let place = directory.display().to_string();
        anchor::refuse_misfit(anchor, anchored.as_ref(), &vault, &loaded, &place)?;
    }
    Ok(Opened { files, vault: Arc::new(vault), loaded, anchored, upgraded, begun })
}

/// An unencrypted state of before is taken over once. Where its lineage has a key or an anchor
/// already, somebody put it in the place of a newer one, unless an upgrade was interrupted: then the
/// key is there and the anchor isn't.
async fn refuse_downgrade(
    files: &Files,
    state: &State,
    document: Option<&KeyDocument>,
    options: &Options,
) -> Result<(), StoreError> {
    let anchored = match &options.anchor {
        Some(anchor) => anchor.get(&state.lineage).await?,
        None => None,
    };
    let other_key = document.is_some_and(|document| document.lineage != state.lineage);
    if anchored.is_none() && !other_key && read(&files.history())?.is_none() {
        return Ok(());
    }
    let damage =
        Damage::foreign("this is an unencrypted state of an earlier version, and a newer one was here");
    Err(files.corrupt(&files.snapshot(), &damage))
}

/// Makes the key of a new state, or of one that is upgraded.
async fn begin(files: &Files, older: Option<&State>, options: &Options) -> Result<Vault, StoreError> {
    if older.is_none()
        && let Some(bytes) = read(&files.snapshot())?
    {
        // Says so where it isn't a snapshot at all.
        sealed::header(&bytes, Kind::Snapshot).map_err(|damage| files.corrupt(&files.snapshot(), &damage))?;
    }
    let others = [files.snapshot(), files.journal(), files.history()];
    if older.is_none() && others.iter().any(|path| path.exists()) {
        let damage = Damage::new("the key of this state is missing")
            .with_hint("put a good copy of key.json in its place; without it the state can't be read");
        return Err(files.corrupt(&files.key(), &damage));
    }
    let lineage = match older {
        Some(state) => state.lineage.clone(),
        None => options.new_lineage()?,
    };
    let (document, vault) = options.protection.begin(&lineage).await?;
    replace(&files.key(), document.write().as_bytes())?;
    Ok(vault)
}
