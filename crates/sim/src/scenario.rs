//! Random programs, and how they change.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use ironward_core::consent::Loss;
use ironward_core::declare::Accepted;
use ironward_core::path::Path;
use ironward_core::program::Program;
use ironward_core::schema::{Ownership, ReplaceOrder, Schema};
use ironward_core::value::Value;
use serde_json::Value as Json;

use crate::dice::Dice;
use crate::offers::{self, Offer};
use crate::sketch::{is, of, path, sketch};
use crate::types::{BOX, BUCKET, JOB, NAMED, PLAIN, SLOT, STORE, TICKET, TIE, is_slow};
use crate::world::World;

const KINDS: [&Schema; 12] =
    [&BOX, &BOX, &BOX, &NAMED, &SLOT, &TIE, &JOB, &TICKET, &BUCKET, &STORE, &PLAIN, &TIE];

/// One resource of a random program. References are counts backwards in the order of needs.
#[derive(Debug, Clone)]
struct Part {
    kind: &'static Schema,
    zone: u32,
    size: u32,
    parent: Option<usize>,
    link: Option<usize>,
    after: Option<usize>,
    peers: Vec<usize>,
    loud: bool,
    secret: u32,
    tag: Option<u32>,
    order: Option<ReplaceOrder>,
    by_arn: bool,
    fixed_name: bool,
    protect: bool,
    retain: bool,
    allow_replace: bool,
    hurry: bool,
    /// Whether a replacement of it never has to go first, in neither program.
    steady: bool,
}

/// A part, where it stands, and where it stood before.
#[derive(Debug, Clone)]
struct Placed {
    name: String,
    part: Part,
    former: Option<String>,
}

/// The programs of a schedule.
#[derive(Debug)]
pub(crate) struct Scenario {
    first: Vec<Placed>,
    second: Vec<Placed>,
    turned: bool,
    /// Names whose resources exist already.
    offers: BTreeMap<String, Offer>,
}

impl Part {
    fn draw(dice: &mut Dice) -> Self {
        let mut back = |per_mille: u32| dice.chance(per_mille).then(|| 1 + dice.index(4));
        let (parent, link, after) = (back(600), back(350), back(200));
        let peers = (0..2).filter_map(|_| back(150)).collect();
        let kind = dice.pick(KINDS);
        let order = match dice.below(12) {
            0 | 1 => Some(ReplaceOrder::DeleteFirst),
            2 => Some(ReplaceOrder::CreateFirst),
            _ => None,
        };
        Self {
            kind,
            zone: dice.below(2),
            size: dice.below(3),
            parent,
            link,
            after,
            peers,
            loud: dice.chance(500),
            secret: dice.below(2),
            tag: dice.chance(300).then(|| dice.below(3)),
            order,
            by_arn: dice.chance(500),
            fixed_name: dice.chance(300),
            protect: dice.chance(60),
            retain: dice.chance(60),
            allow_replace: dice.chance(500),
            hurry: dice.chance(30),
            steady: false,
        }
    }

    /// Whether nothing but its own change or loss takes it down.
    fn is_root(&self) -> bool {
        self.parent.is_none() && self.link.is_none() && self.after.is_none() && self.peers.is_empty()
    }

    /// Whether a replacement of it never has to go first. What holds something that can be changed
    /// can't let go of it before it has its successor.
    fn yields(&self) -> bool {
        self.is_root()
            && self.order != Some(ReplaceOrder::DeleteFirst)
            && self.kind.replace == ReplaceOrder::CreateFirst
            && !self.has("Name")
    }

    fn has(&self, property: &str) -> bool {
        self.kind.property(property).is_some()
    }
}

impl Scenario {
    pub(crate) fn draw(dice: &mut Dice) -> Self {
        let count = 1 + dice.index(9);
        let parts: Vec<Part> = (0..count).map(|_| Part::draw(dice)).collect();
        let placed = |name: String, part: Part, former| Placed { name, part, former };
        // Whoever goes back to the first program takes renames back as well.
        let first: Vec<Placed> = parts
            .iter()
            .enumerate()
            .map(|(i, part)| placed(format!("r{i}"), part.clone(), Some(format!("n{i}"))))
            .collect();
        let mut second = Vec::new();
        for (i, part) in parts.into_iter().enumerate() {
            let roll = if part.protect { 0 } else { dice.below(12) };
            match roll {
                0..5 => second.push(placed(format!("r{i}"), part, None)),
                5..7 => {}
                7 => second.push(placed(format!("n{i}"), part, Some(format!("r{i}")))),
                _ => second.push(placed(format!("r{i}"), Part { protect: false, ..Part::draw(dice) }, None)),
            }
        }
        for i in 0..dice.index(4) {
            let at = (i * 3).min(second.len());
            second.insert(at, placed(format!("m{i}"), Part { protect: false, ..Part::draw(dice) }, None));
        }
        let mut first = first;
        for one in &mut first {
            let other =
                second.iter_mut().find(|two| two.name == one.name || two.former.as_ref() == Some(&one.name));
            one.part.steady = one.part.yields() && other.as_ref().is_none_or(|two| two.part.yields());
            if let Some(two) = other {
                two.part.steady = one.part.steady;
            }
        }
        for two in second.iter_mut().filter(|two| two.name.starts_with('m')) {
            two.part.steady = two.part.yields();
        }
        let names: BTreeSet<&String> = first.iter().chain(&second).map(|placed| &placed.name).collect();
        let mut offers = BTreeMap::new();
        for name in names {
            offers.extend(Offer::draw(dice).map(|offer| (name.clone(), offer)));
        }
        Self { offers, first, second, turned: dice.chance(300) }
    }

    pub(crate) fn first(&self) -> Program {
        self.program(&self.first, false)
    }

    pub(crate) fn second(&self) -> Program {
        self.program(&self.second, self.turned)
    }

    /// The second program as someone writes it who forgets what is protected.
    pub(crate) fn careless(&self) -> Program {
        let kept: Vec<Placed> = self.second.iter().filter(|placed| !placed.part.protect).cloned().collect();
        self.program(&kept, self.turned)
    }

    fn program(&self, parts: &[Placed], turned: bool) -> Program {
        let mut program = program(parts, turned);
        for (path, id) in offers::offered(&program, &self.offers, Offer::InCode) {
            if let Some(resource) = program.resources.get_mut(&path) {
                resource.options.adopt = Some(id);
            }
        }
        program
    }

    /// What of a program is taken over by an import.
    pub(crate) fn imports(&self, program: &Program) -> BTreeMap<Path, String> {
        offers::offered(program, &self.offers, Offer::ByImport)
    }

    /// Puts there what a program takes over.
    pub(crate) fn offer(&self, world: &mut World, program: &Program, dice: &mut Dice) {
        let mut ids = offers::offered(program, &self.offers, Offer::InCode);
        ids.extend(self.imports(program));
        offers::plant(world, program, &ids, dice);
    }

    /// Puts things there that someone else made, where the second program is going to make its own.
    pub(crate) fn plant(&self, world: &mut World, dice: &mut Dice) {
        let Some(placed) = self.second.get(dice.index(self.second.len().max(1))) else { return };
        let name = placed.name.as_str();
        // Types without tags are told apart by what is on record: what someone else makes in the
        // place of what vanished, or of what we are about to make, looks like ours.
        let state = &world.disk.state;
        let recorded = |at: &str| {
            let pending = state.pending.values().map(|pending| &pending.record);
            state.instances().chain(pending).any(|record| record.path.as_str() == at)
        };
        let former = placed.former.as_deref();
        if recorded(name) || former.is_some_and(recorded) {
            return;
        }
        let properties = |pairs: &[(&str, String)]| -> BTreeMap<String, Json> {
            pairs.iter().map(|(key, value)| ((*key).to_owned(), Json::from(value.as_str()))).collect()
        };
        let mut tags = BTreeMap::new();
        if dice.chance(500) {
            tags.insert("ironward:lineage".to_owned(), "someone else's".to_owned());
            tags.insert("ironward:instance".to_owned(), "beef".to_owned());
        }
        match placed.part.kind.type_name {
            "Sim::Net::Named" => {
                world.plant(&NAMED, properties(&[("Name", format!("fixed-{name}"))]), BTreeMap::new());
            }
            "Sim::Data::Bucket" => {
                world.plant(&BUCKET, properties(&[("Name", format!("fixed-{name}"))]), tags)
            }
            "Sim::Net::Slot" => world.plant(&SLOT, properties(&[("Key", name.to_owned())]), BTreeMap::new()),
            "Sim::Net::Tie" => {
                let parents: Vec<String> = world
                    .objects
                    .iter()
                    .filter(|object| object.path().is_some() && !object.is_going())
                    .map(|object| object.id.clone())
                    .collect();
                if let Some(parent) = parents.get(dice.index(parents.len().max(1))) {
                    // It doesn't hold the parent: what others bind is for them to let go.
                    let pairs = [("Key", format!("{parent}|{name}"))];
                    world.plant_as(&TIE, &format!("{parent}|{name}"), properties(&pairs), BTreeMap::new());
                }
            }
            _ => world.plant(&BOX, properties(&[("Zone", "z0".to_owned())]), tags),
        }
    }
}

/// A program of `parts`, each under its name. `turned` lets references go the other way round, so
/// that a second program may need the first one's dependents.
fn program(parts: &[Placed], turned: bool) -> Program {
    let mut result = sketch();
    let mut names: Vec<&Placed> = parts.iter().collect();
    if turned {
        names.reverse();
    }
    for (at, Placed { name, part, former }) in names.iter().enumerate() {
        let target = |back: usize| at.checked_sub(back).map(|index| names[index]);
        let refer = |back: usize| {
            target(back).map(|other| {
                let by_arn = other.part.kind.type_name == NAMED.type_name && part.by_arn;
                of(&other.name, if by_arn { "Arn" } else { "Id" })
            })
        };
        let parent = part.parent.and_then(refer).filter(|_| part.has("Parent"));
        // A tie without a parent is a slot.
        let kind = if part.kind.type_name == TIE.type_name && parent.is_none() { &SLOT } else { part.kind };
        let mut properties: Vec<(&'static str, Value)> =
            vec![("Zone", is(format!("z{}", part.zone))), ("Size", is(part.size))];
        properties.extend(parent.map(|parent| ("Parent", parent)));
        if part.has("Link") {
            properties.extend(part.link.and_then(refer).map(|link| ("Link", link)));
        }
        if part.has("Peers") {
            let mut targets: Vec<&Placed> = part
                .peers
                .iter()
                .filter_map(|back| target(*back))
                .filter(|other| other.part.steady)
                .collect();
            targets.dedup_by(|a, b| a.name == b.name);
            if !targets.is_empty() {
                let peers = targets.iter().map(|other| of(&other.name, "Id")).collect();
                properties.push(("Peers", Value::List(peers)));
            }
        }
        if kind.property("Key").is_some() {
            properties.push(("Key", is(name.as_str())));
        }
        if part.has("Name") && part.fixed_name {
            properties.push(("Name", is(format!("fixed-{name}"))));
        }
        if part.has("Secret") {
            properties.push(("Secret", is(part.secret)));
        }
        if part.has("Loud") && part.loud {
            properties.push(("Loud", is(true)));
        }
        if part.has("Guarded") && part.loud {
            properties.push(("Guarded", is(false)));
        }
        if let Some(tag) = part.tag.filter(|_| kind.ownership == Ownership::Tags) {
            let tag = serde_json::json!([{"Key": format!("k{tag}"), "Value": "v"}]);
            properties.push(("Tags", is(tag)));
        }
        let holds_nothing = part.is_root() && !part.fixed_name && kind.property("Key").is_none();
        result = result.add(name, kind, properties).tune(|options| {
            options.replace_order = part.order;
            options.depends_on = part.after.and_then(target).iter().map(|other| path(&other.name)).collect();
            options.renamed_from = former.as_deref().map(path);
            options.protect = part.protect && part.is_root();
            options.retain_on_delete = part.retain && holds_nothing;
            let consents = part.allow_replace.then(|| Accepted::new(Loss::Replace, "the simulator"));
            options.accepts.extend(consents);
            options.timeout = (part.hurry && !is_slow(kind)).then(|| Duration::from_secs(30));
        });
    }
    result.done()
}
