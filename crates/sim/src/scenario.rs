//! Random programs, and how they change.

use std::collections::{BTreeMap, BTreeSet};

use ironward_core::path::Path;
use ironward_core::program::Program;
use ironward_core::schema::{ReplaceOrder, Schema};
use serde_json::Value as Json;

use crate::dice::Dice;
use crate::offers::{self, Offer};
use crate::programs::{moves, program};
use crate::types::{BOX, BUCKET, JOB, KEY, NAMED, PART, PLAIN, PORT, RANGE, SLOT, STORE, TICKET, TIE};
use crate::world::World;

const KINDS: [&Schema; 20] = [
    &BOX, &BOX, &BOX, &BOX, &NAMED, &NAMED, &SLOT, &TIE, &TIE, &JOB, &TICKET, &BUCKET, &STORE, &STORE,
    &PLAIN, &KEY, &PART, &RANGE, &PORT, &PORT,
];

/// Below which path everything stands in the first program and in the second.
const COMPONENTS: [(&str, &str); 6] =
    [("a/", "b/"), ("a/", "w/a/"), ("w/a/", "a/"), ("", "c/"), ("c/", ""), ("a/", "")];

/// One resource of a random program. References are counts backwards in the order of needs.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) kind: &'static Schema,
    pub(crate) zone: u32,
    pub(crate) size: u32,
    pub(crate) parent: Option<usize>,
    pub(crate) link: Option<usize>,
    pub(crate) after: Option<usize>,
    pub(crate) peers: Vec<usize>,
    pub(crate) loud: bool,
    pub(crate) secret: u32,
    pub(crate) tag: Option<u32>,
    pub(crate) order: Option<ReplaceOrder>,
    pub(crate) by_arn: bool,
    pub(crate) fixed_name: bool,
    pub(crate) protect: bool,
    pub(crate) retain: bool,
    pub(crate) allow_replace: bool,
    pub(crate) hurry: bool,
    /// Whether a deletion leaves a snapshot.
    pub(crate) leaves: bool,
}

/// A part, where it stands, and where it stood before.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    pub(crate) name: String,
    /// What it is known by, where it is known by something.
    pub(crate) mark: Mark,
    pub(crate) part: Part,
    pub(crate) former: Option<String>,
}

/// What something is known by: a name or key, a range and a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) text: String,
    pub(crate) number: u32,
}

/// The programs of a schedule.
#[derive(Debug)]
pub(crate) struct Scenario {
    first: Vec<Placed>,
    second: Vec<Placed>,
    turned: bool,
    /// Below which path all of each stands.
    components: (&'static str, &'static str),
    /// Whether the programs say what moved, where the component did.
    tells: bool,
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
            retain: dice.chance(80),
            allow_replace: dice.chance(500),
            hurry: dice.chance(30),
            leaves: dice.chance(400),
        }
    }

    /// Whether nothing but its own change or loss takes it down.
    pub(crate) fn is_root(&self) -> bool {
        self.parent.is_none() && self.link.is_none() && self.after.is_none() && self.peers.is_empty()
    }

    /// Whether it stands where the program has room for it, or is something else.
    pub(crate) fn stands(&self) -> bool {
        ["Sim::Net::Tie", "Sim::Net::Part", "Sim::Net::Port", "Sim::Net::Range"]
            .contains(&self.kind.type_name)
    }

    pub(crate) fn has(&self, property: &str) -> bool {
        self.kind.property(property).is_some()
    }
}

impl Scenario {
    pub(crate) fn draw(dice: &mut Dice) -> Self {
        let count = 1 + dice.index(9);
        let parts: Vec<Part> = (0..count).map(|_| Part::draw(dice)).collect();
        let placed = |name: String, number: usize, part: Part, former| {
            let text = if number < 20 { format!("r{number}") } else { format!("m{}", number - 20) };
            let number = u32::try_from(number).unwrap_or(0);
            Placed { name, mark: Mark { text, number }, part, former }
        };
        // Whoever goes back to the first program takes renames back as well.
        let first: Vec<Placed> = parts
            .iter()
            .enumerate()
            .map(|(i, part)| placed(format!("r{i}"), i, part.clone(), Some(format!("n{i}"))))
            .collect();
        let mut second = Vec::new();
        for (i, part) in parts.into_iter().enumerate() {
            let roll = if part.protect { 0 } else { dice.below(13) };
            match roll {
                0..5 => second.push(placed(format!("r{i}"), i, part, None)),
                5..7 => {}
                7 => second.push(placed(format!("n{i}"), i, part, Some(format!("r{i}")))),
                // It moves without a word.
                8 => second.push(placed(format!("n{i}"), i, part, None)),
                _ => {
                    let part = Part { protect: false, ..Part::draw(dice) };
                    second.push(placed(format!("r{i}"), i, part, None));
                }
            }
        }
        for i in 0..dice.index(4) {
            let at = (i * 3).min(second.len());
            let part = Part { protect: false, ..Part::draw(dice) };
            second.insert(at, placed(format!("m{i}"), 20 + i, part, None));
        }
        change_hands(&mut second, dice);
        let names: BTreeSet<&String> = first.iter().chain(&second).map(|placed| &placed.name).collect();
        let mut offers = BTreeMap::new();
        for name in names {
            offers.extend(Offer::draw(dice).map(|offer| (name.clone(), offer)));
        }
        let turned = dice.chance(300);
        let components = if dice.chance(250) { dice.pick(COMPONENTS) } else { ("", "") };
        Self { offers, first, second, turned, components, tells: dice.chance(700) }
    }

    pub(crate) fn first(&self) -> Program {
        let (here, there) = self.components;
        self.program(&self.first, false, here, there)
    }

    pub(crate) fn second(&self) -> Program {
        let (there, here) = self.components;
        self.program(&self.second, self.turned, here, there)
    }

    /// The second program as someone writes it who forgets what is protected.
    pub(crate) fn careless(&self) -> Program {
        let kept: Vec<Placed> = self.second.iter().filter(|placed| !placed.part.protect).cloned().collect();
        let (there, here) = self.components;
        self.program(&kept, self.turned, here, there)
    }

    fn program(&self, parts: &[Placed], turned: bool, here: &str, there: &str) -> Program {
        let mut program = program(parts, turned, here, there);
        if self.tells && here != there {
            let all = self.first.iter().chain(&self.second).map(|placed| placed.name.as_str());
            program.moves = moves(here, there, all);
        }
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
        let mark = placed.mark.text.as_str();
        // Types without tags are told apart by what is on record: what someone else makes in the
        // place of what vanished, or of what we are about to make, looks like ours.
        let state = &world.disk.state;
        let recorded = |at: &str| {
            let pending = state.pending.values().map(|pending| &pending.record);
            state.instances().chain(pending).any(|record| record.path.name() == at)
        };
        let former = placed.former.as_deref();
        // What is declared twice is known by one mark at both paths, and stands at one of them.
        let twins = self.first.iter().chain(&self.second).filter(|other| other.mark == placed.mark);
        let known = |text: &str| recorded(text) || recorded(&text.replace('r', "n"));
        let taken = known(mark) || twins.map(|twin| twin.name.as_str()).any(recorded);
        if recorded(name) || former.is_some_and(recorded) || taken || self.has_moved() {
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
                world.plant(&NAMED, properties(&[("Name", format!("fixed-{mark}"))]), BTreeMap::new());
            }
            "Sim::Data::Bucket" => {
                world.plant(&BUCKET, properties(&[("Name", format!("fixed-{mark}"))]), tags)
            }
            "Sim::Net::Slot" => world.plant(&SLOT, properties(&[("Key", mark.to_owned())]), BTreeMap::new()),
            "Sim::Net::Tie" => {
                let parents: Vec<String> = world
                    .objects
                    .iter()
                    .filter(|object| object.path().is_some() && !object.is_going())
                    .map(|object| object.id.clone())
                    .collect();
                if let Some(parent) = parents.get(dice.index(parents.len().max(1))) {
                    // It doesn't hold the parent: what others bind is for them to let go.
                    let pairs = [("Key", format!("{parent}|{mark}"))];
                    world.plant_as(&TIE, &format!("{parent}|{mark}"), properties(&pairs), BTreeMap::new());
                }
            }
            _ => world.plant(&BOX, properties(&[("Zone", "z0".to_owned())]), tags),
        }
    }

    /// Whether names change hands: then nobody can say in the end whose something is that others made.
    fn has_moved(&self) -> bool {
        self.second.iter().any(|placed| {
            let own = placed.name.get(1..) == placed.mark.text.get(1..);
            !own || placed.former.as_ref().is_some_and(|former| former.get(1..) != placed.name.get(1..))
        })
    }
}

/// Lets names, ranges and ports change hands between paths, paths between things, and one thing be
/// declared twice.
fn change_hands(second: &mut Vec<Placed>, dice: &mut Dice) {
    let count = second.len();
    if count < 2 {
        return;
    }
    let (a, b) = (dice.index(count), dice.index(count));
    let free = |placed: &Placed| placed.name.starts_with('r') && !placed.part.protect;
    match dice.below(20) {
        // One hands what it is known by on, and perhaps gets the other's.
        0..3 if a != b => {
            let kind = second[a].part.kind;
            if dice.chance(700) {
                second[b].part.kind = kind;
            }
            for at in [a, b] {
                second[at].part.fixed_name = true;
            }
            let (one, other) = (second[a].mark.clone(), second[b].mark.clone());
            (second[a].mark, second[b].mark) = (other, one);
        }
        // Two exchange their paths.
        3 if a != b && free(&second[a]) && free(&second[b]) => {
            let (one, other) = (second[a].name.clone(), second[b].name.clone());
            (second[a].former, second[b].former) = (Some(one.clone()), Some(other.clone()));
            (second[a].name, second[b].name) = (other, one);
        }
        // One moves to where another one moved away from.
        4..6 => {
            let left = second.iter().find_map(|p| p.former.clone().filter(|_| p.name.starts_with('n')));
            let Some(left) = left.filter(|_| free(&second[a]) && second[a].former.is_none()) else { return };
            second[a].former = Some(std::mem::replace(&mut second[a].name, left));
        }
        // One takes the range or the port of one that leaves.
        6 => {
            let number = dice.below(9);
            if second.iter().all(|placed| placed.mark.number != number) {
                second[a].mark = Mark { text: format!("r{number}"), number };
            }
        }
        // What is declared already is declared once more.
        7 => {
            let mut twin = second[a].clone();
            (twin.name, twin.former, twin.part.protect) = ("d0".to_owned(), None, false);
            twin.part.fixed_name = true;
            second[a].part.fixed_name = true;
            second.insert(a + 1, twin);
        }
        _ => {}
    }
}
