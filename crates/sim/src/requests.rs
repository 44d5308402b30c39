//! What requests do to the cloud, and what they must not.

use std::collections::BTreeSet;
use std::time::Duration;

use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::provider::DeleteOutcome;
use serde_json::Value as Json;

use crate::dice::Dice;
use crate::judge::Law;
use crate::object::{Going, Object, Owner, Reply, Request, Verb, texts};
use crate::types::{self, HOLDING, REFERENCES};
use crate::world::{SETTLES, Snapshot, World};

impl World {
    /// Carries a request out.
    pub(crate) fn perform(
        &mut self,
        request: &Request,
        at: Duration,
        dice: &mut Dice,
    ) -> Result<Reply, ProviderError> {
        match request.verb {
            Verb::Create => self.create(request, at, dice),
            Verb::Update => self.update(request, at, dice),
            Verb::Restore => self.restore(request, at),
            Verb::Delete => self.delete(request, at, dice),
        }
    }

    fn create(&mut self, request: &Request, at: Duration, dice: &mut Dice) -> Result<Reply, ProviderError> {
        let schema = request.schema;
        let same = |object: &&Object| !request.token.is_empty() && object.token == request.token;
        if let Some(object) = self.objects.iter().find(same) {
            return Ok(Reply::Made(object.id.clone()));
        }
        self.check_references(request, at, dice)?;
        self.made += 1;
        let id = types::id_of(schema, &request.properties, self.made);
        let taken = |object: &&Object| {
            object.id == id
                || (object.schema.type_name == schema.type_name
                    && types::exclude(schema.type_name, &object.properties, &request.properties))
        };
        if let Some(object) = self.objects.iter().find(taken) {
            let of_this_run = object.released_by == self.disk.fence;
            let whose = if of_this_run { ", let go of in this very run" } else { "" };
            let message = format!("{} is there already{whose}", object.id);
            return Err(fault(ProviderErrorKind::AlreadyExists, request, message));
        }
        if let Some(twin) = self.objects.iter().find(|object| object.is_of(&request.instance)) {
            let twin = twin.id.clone();
            self.judge.breaks(
                Law::ExactlyOnce,
                at,
                format!("`{}` is made as {id} and exists as {twin}", request.path),
            );
        }
        if !self.disk.knows(&request.instance) {
            let message = format!("{id} was made for `{}`, and nothing on record leads to it", request.path);
            self.judge.breaks(Law::NothingUnmanaged, at, message);
        }
        let slow = types::is_slow(schema);
        let mut object = Object {
            schema,
            id: id.clone(),
            owner: Owner::Ours(request.instance.clone(), request.path.clone()),
            properties: request.properties.clone(),
            tags: request.tags.clone(),
            token: request.token.clone(),
            version: self.made,
            settled: at + dice.millis(0, 4000).min(SETTLES),
            ready: if slow { at + dice.millis(1000, 90_000) } else { at },
            fails: slow && self.faults.dooms(dice),
            going: None,
            sealed: BTreeSet::new(),
            released_by: 0,
        };
        object.seal();
        if object.fails {
            self.tally.doomed += 1;
        }
        self.objects.push(object);
        Ok(Reply::Made(id))
    }

    fn update(&mut self, request: &Request, at: Duration, dice: &mut Dice) -> Result<Reply, ProviderError> {
        let Some(index) = self.objects.iter().position(|object| object.id == request.id) else {
            return Err(fault(ProviderErrorKind::NotFound, request, format!("there is no {}", request.id)));
        };
        self.check_owner(request, index, at);
        self.check_visible(request, index, at, dice)?;
        if self.objects[index].going.is_some() {
            return Err(fault(ProviderErrorKind::NotFound, request, format!("{} is going", request.id)));
        }
        self.check_references(request, at, dice)?;
        let mut properties = self.objects[index].properties.clone();
        properties.extend(request.properties.clone());
        properties.retain(|name, _| !request.unset.contains(name));
        let excluded = |other: &&Object| {
            other.id != request.id
                && other.schema.type_name == request.schema.type_name
                && types::exclude(request.schema.type_name, &other.properties, &properties)
        };
        if let Some(other) = self.objects.iter().find(excluded) {
            let message = format!("{} has that already", other.id);
            return Err(fault(ProviderErrorKind::AlreadyExists, request, message));
        }
        self.made += 1;
        let fails = types::is_slow(request.schema) && self.faults.dooms_update(dice);
        let slow = types::is_slow(request.schema);
        let object = &mut self.objects[index];
        object.properties = properties;
        object.tags.extend(request.tags.clone());
        object.tags.retain(|key, _| !request.untag.contains(key));
        object.version = self.made;
        object.seal();
        if slow {
            object.ready = object.ready.max(at) + dice.millis(0, 20_000);
            object.fails |= fails;
        }
        Ok(Reply::Done)
    }

    /// Takes a deletion back that is pending.
    fn restore(&mut self, request: &Request, at: Duration) -> Result<Reply, ProviderError> {
        if self.objects.iter().any(|object| object.id == request.id) {
            return Ok(Reply::Done);
        }
        let Some(index) = self.reserved.iter().position(|(_, object)| object.id == request.id) else {
            return Err(fault(ProviderErrorKind::NotFound, request, format!("there is no {}", request.id)));
        };
        let (_, mut object) = self.reserved.remove(index);
        // As a key of KMS, it can't be used until that is said.
        object.properties.insert("Enabled".to_owned(), Json::Bool(false));
        self.objects.push(object);
        self.check_owner(request, self.objects.len() - 1, at);
        self.tally.restored += 1;
        Ok(Reply::Done)
    }

    /// Takes something away for good, with its parts.
    pub(crate) fn remove(&mut self, index: usize, at: Duration) {
        let whole = self.objects.remove(index);
        let parts = self.objects.extract_if(.., |part| part.is_part_of(&whole));
        let parts: Vec<Object> = parts.collect();
        self.ghosts.extend(parts.into_iter().map(|part| (at, part)));
        self.ghosts.push((at, whole));
    }

    fn delete(&mut self, request: &Request, at: Duration, dice: &mut Dice) -> Result<Reply, ProviderError> {
        let Some(index) = self.objects.iter().position(|object| object.id == request.id) else {
            return Err(fault(ProviderErrorKind::NotFound, request, format!("there is no {}", request.id)));
        };
        self.check_owner(request, index, at);
        self.check_visible(request, index, at, dice)?;
        let object = &self.objects[index];
        if object.properties.get("Guarded") == Some(&Json::Bool(true)) && !request.lifts {
            return Err(fault(ProviderErrorKind::Protected, request, format!("{} is guarded", request.id)));
        }
        let slow = types::is_slow(object.schema);
        if slow && at < object.ready && object.going.is_none() {
            return Err(fault(ProviderErrorKind::Conflict, request, format!("{} is being made", request.id)));
        }
        self.check_needed(request, index, at);
        let object = &self.objects[index];
        let opens = object.schema.opens;
        let holders: Vec<&Object> = self
            .objects
            .iter()
            .filter(|other| other.id != object.id && other.refers_to(object, &HOLDING))
            .collect();
        if !holders.is_empty() {
            let ours = holders.iter().find(|holder| holder.path().is_some() && holder.going.is_none());
            let message =
                format!("{} is held by {:?}", request.id, holders.iter().map(|h| &h.id).collect::<Vec<_>>());
            if ours.is_some() {
                self.judge.breaks(
                    Law::Order,
                    at,
                    format!("`{}` is to be deleted and {message}", request.path),
                );
            }
            // KMS schedules the deletion of a key whatever uses it: of its errors none says that it is in
            // use. https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html
            if !opens {
                return Err(fault(ProviderErrorKind::InUse, request, message));
            }
        }
        let object = &self.objects[index];
        let mut removal = DeleteOutcome::default();
        if object.schema.restores {
            removal = DeleteOutcome::leaving(format!("{} is pending deletion", object.id));
            let object = self.objects.remove(index);
            self.reserved.push((at, object));
        } else if slow {
            let fails = self.faults.dooms(dice);
            let object = &mut self.objects[index];
            if object.going.is_none() {
                object.going = Some(Going { gone: at + dice.millis(500, 40_000), fails });
            }
        } else {
            if request.leaves {
                let snapshot = Snapshot { of: object.id.clone(), sealed: object.sealed.clone() };
                let links = request.properties.get("Link").into_iter().flat_map(texts);
                let keys = links.filter(|id| id.starts_with("key-")).cloned();
                removal = DeleteOutcome::leaving(format!("a snapshot of {}", object.id)).opened_by(keys);
                self.snapshots.push(snapshot);
            }
            self.remove(index, at);
        }
        Ok(Reply::Removed(removal))
    }

    /// What stays keeps what it stands on, and what is left of something the keys that open it.
    fn check_needed(&mut self, request: &Request, index: usize, at: Duration) {
        let object = &self.objects[index];
        let released = |other: &&Object| matches!(other.owner, Owner::Released(_));
        let others = || self.objects.iter().filter(|other| other.id != object.id);
        let stands = others()
            .filter(released)
            .find(|other| other.refers_to(object, &REFERENCES) || object.is_part_of(other));
        let opens = object.schema.opens;
        let sealed = others().find(|other| opens && other.sealed.contains(&object.id));
        let snapshot = self.snapshots.iter().find(|left| opens && left.sealed.contains(&object.id));
        let because = match (stands, sealed, snapshot) {
            (Some(other), ..) => format!("{}, which was let go of, needs it", other.id),
            (_, Some(other), _) => format!("what {} holds was encrypted under it", other.id),
            (_, _, Some(left)) => format!("the snapshot of {} was encrypted under it", left.of),
            (None, None, None) => return,
        };
        if !self.judge.named.contains(&request.instance) && !self.disposes(request) {
            let message = format!("{} is deleted, and {because}", object.id);
            self.judge.breaks(Law::Kept, at, message);
        }
    }

    /// Whether a request takes down what a run only just made.
    fn disposes(&self, request: &Request) -> bool {
        self.judge.expected.made.as_ref().is_some_and(|made| made.contains(&request.instance))
    }

    /// Nothing that isn't ours is changed or deleted.
    fn check_owner(&mut self, request: &Request, index: usize, at: Duration) {
        let object = &self.objects[index];
        if object.is_of(&request.instance) {
            return;
        }
        let message = format!(
            "`{}` was to {} {}, made by {:?}",
            request.path,
            request.verb.word(),
            object.id,
            object.owner
        );
        self.judge.breaks(Law::ForeignUntouched, at, message);
    }

    /// What was made a moment ago may be missed by changes and deletions as it is by reads. The
    /// provider repeats changes of which it knows that, and takes a deletion's answer as it is.
    fn check_visible(
        &mut self,
        request: &Request,
        index: usize,
        at: Duration,
        dice: &mut Dice,
    ) -> Result<(), ProviderError> {
        if !self.faults.blurs() || at >= self.objects[index].settled || !dice.chance(300) {
            return Ok(());
        }
        self.tally.overlooked += 1;
        let repeated = request.verb == Verb::Update && !self.faults.unlists(dice);
        let kind = if repeated { ProviderErrorKind::Propagating } else { ProviderErrorKind::NotFound };
        Err(fault(kind, request, format!("{} isn't visible yet", request.id)))
    }

    /// Everything that a request sets to refer to something exists and is usable.
    fn check_references(
        &mut self,
        request: &Request,
        at: Duration,
        dice: &mut Dice,
    ) -> Result<(), ProviderError> {
        let names = REFERENCES.iter().filter_map(|name| request.properties.get(*name));
        for reference in names.flat_map(texts) {
            let target = self.objects.iter().find(|object| object.going.is_none() && object.is(reference));
            let Some(target) = target else {
                // What vanished outside while a plan was made or applied is nobody's fault.
                if !self.judge.vanished.iter().any(|id| id == reference || reference.ends_with(id)) {
                    let message = format!(
                        "the {} of `{}` refers to {reference}, which isn't there",
                        request.verb.word(),
                        request.path
                    );
                    self.judge.breaks(Law::Order, at, message);
                }
                return Err(fault(ProviderErrorKind::Invalid, request, format!("there is no {reference}")));
            };
            if at < target.ready || target.fails {
                let message = format!(
                    "the {} of `{}` refers to {reference}, which isn't usable yet",
                    request.verb.word(),
                    request.path
                );
                self.judge.breaks(Law::Order, at, message);
            }
            if self.faults.blurs() && at < target.settled && dice.chance(200) {
                let kind = if request.verb == Verb::Create {
                    ProviderErrorKind::NotFound
                } else {
                    ProviderErrorKind::Propagating
                };
                return Err(fault(kind, request, format!("{reference} isn't visible yet")));
            }
        }
        Ok(())
    }
}

fn fault(kind: ProviderErrorKind, request: &Request, message: String) -> ProviderError {
    ProviderError::new(kind, format!("sim:{}", request.verb.word()), message).with_code(format!("{kind:?}"))
}
