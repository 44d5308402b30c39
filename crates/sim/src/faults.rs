//! What goes wrong, and when.
//!
//! Everything that may go wrong asks here, at a numbered point. A point has its own stream of
//! chance, so that what happens at one doesn't depend on what happened at another, and a fault can
//! be taken out of a schedule without changing the rest.

use std::collections::BTreeSet;
use std::time::Duration;

use ironward_core::error::ProviderErrorKind;

use crate::dice::Dice;
use crate::object::Verb;

/// The streams of points come after those of the schedule itself.
const POINTS: u64 = 1 << 32;

/// How bad the weather is: each in a thousand.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Weather {
    pub(crate) throttle: u32,
    pub(crate) refuse: u32,
    pub(crate) lose_request: u32,
    pub(crate) lose_response: u32,
    pub(crate) twice: u32,
    pub(crate) blind: u32,
    pub(crate) doom: u32,
    pub(crate) full: u32,
}

impl Weather {
    pub(crate) fn draw(dice: &mut Dice) -> Self {
        let mut some = |most: u32| if dice.chance(500) { dice.below(most) } else { 0 };
        Self {
            throttle: some(200),
            refuse: some(60),
            lose_request: some(120),
            lose_response: some(200),
            twice: some(150),
            blind: some(120),
            doom: some(150),
            full: some(20),
        }
    }
}

/// What happens to a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Blow {
    Kill,
    /// It goes on later, perhaps when another one holds the state.
    Pause,
}

/// What happens to a request that changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Arrives,
    /// Refused without effect.
    Refused(ProviderErrorKind),
    /// Lost on its way; nothing comes back.
    Lost,
    /// Arrives, perhaps late, and the answer is lost.
    Unanswered(Duration),
    /// Arrives twice.
    Twice,
}

#[derive(Debug)]
pub(crate) struct Faults {
    seed: u64,
    point: u64,
    /// The weather while it isn't fair.
    pub(crate) weather: Option<Weather>,
    /// Points at which nothing goes wrong.
    muted: BTreeSet<u64>,
    /// Points at which something did, with what.
    pub(crate) struck: Vec<(u64, String)>,
    /// Steps until something happens to the process.
    fuse: Option<(u32, Blow)>,
    pub(crate) killed: bool,
    pub(crate) paused: bool,
    /// Whether reads and searches settle late.
    blurry: bool,
}

impl Faults {
    pub(crate) fn new(seed: u64, muted: BTreeSet<u64>) -> Self {
        Self {
            seed,
            point: 0,
            weather: None,
            muted,
            struck: Vec::new(),
            fuse: None,
            killed: false,
            paused: false,
            blurry: true,
        }
    }

    /// Begins a process, or goes on with one. A blow hits it after so many steps.
    pub(crate) fn begin(&mut self, weather: Option<Weather>, fuse: Option<(u32, Blow)>) {
        self.weather = weather;
        self.fuse = fuse;
        self.killed = false;
        self.paused = false;
    }

    pub(crate) fn blurs(&self) -> bool {
        self.blurry
    }

    /// The next point, and its chance.
    pub(crate) fn point(&mut self) -> (u64, Dice) {
        self.point += 1;
        (self.point, Dice::new(self.seed, POINTS + self.point))
    }

    /// Whether a fault may strike at a point.
    fn strikes(&mut self, point: u64, what: impl FnOnce() -> String) -> bool {
        if self.muted.contains(&point) {
            return false;
        }
        self.struck.push((point, what()));
        true
    }

    /// A step of the process; true when it is killed here.
    pub(crate) fn step(&mut self, what: impl FnOnce() -> String) -> bool {
        if self.killed {
            return true;
        }
        let Some((left, blow)) = self.fuse else { return false };
        if left > 0 {
            self.fuse = Some((left - 1, blow));
            return false;
        }
        self.fuse = None;
        let (point, _) = self.point();
        let strikes = self.strikes(point, || match blow {
            Blow::Kill => format!("the process is killed {}", what()),
            Blow::Pause => format!("the process is paused {}", what()),
        });
        match blow {
            Blow::Kill => self.killed = strikes,
            Blow::Pause => self.paused = strikes,
        }
        self.killed
    }

    /// What becomes of a request. `safe` says that the service knows it again when it comes twice.
    pub(crate) fn fate(&mut self, point: u64, dice: &mut Dice, verb: Verb, path: &str, safe: bool) -> Fate {
        let Some(weather) = self.weather else { return Fate::Arrives };
        let mut roll = dice.below(1000);
        let mut within = |share: u32| {
            let hit = roll < share;
            roll = if hit { 0 } else { roll - share };
            hit
        };
        let fate = if within(weather.throttle) {
            Fate::Refused(dice.pick([
                ProviderErrorKind::Throttled,
                ProviderErrorKind::Conflict,
                ProviderErrorKind::Propagating,
            ]))
        } else if within(weather.refuse) {
            Fate::Refused(dice.pick([
                ProviderErrorKind::Quota,
                ProviderErrorKind::Denied,
                ProviderErrorKind::Other,
                ProviderErrorKind::Invalid,
            ]))
        } else if within(weather.lose_request) {
            Fate::Lost
        } else if within(weather.lose_response) {
            let late = verb == Verb::Create && dice.chance(400);
            Fate::Unanswered(if late { dice.millis(1, 2000) } else { Duration::ZERO })
        } else if within(weather.twice) && safe {
            Fate::Twice
        } else {
            Fate::Arrives
        };
        if fate != Fate::Arrives
            && !self.strikes(point, || format!("the {} of `{path}`: {fate:?}", verb.word()))
        {
            return Fate::Arrives;
        }
        fate
    }

    /// Whether a read or a search fails, and how.
    pub(crate) fn blinds(&mut self, point: u64, dice: &mut Dice, what: &str) -> Option<ProviderErrorKind> {
        let weather = self.weather?;
        if !dice.chance(weather.blind) {
            return None;
        }
        let kind = dice.pick([
            ProviderErrorKind::Throttled,
            ProviderErrorKind::Throttled,
            ProviderErrorKind::Ambiguous,
            ProviderErrorKind::Denied,
            ProviderErrorKind::Unreachable,
        ]);
        self.strikes(point, || format!("{what}: {kind:?}")).then_some(kind)
    }

    /// Whether something that takes its time fails in the end.
    pub(crate) fn dooms(&mut self, dice: &mut Dice) -> bool {
        let Some(weather) = self.weather else { return false };
        if !dice.chance(weather.doom) {
            return false;
        }
        let (point, _) = self.point();
        self.strikes(point, || "what was begun fails in the end".to_owned())
    }

    /// Whether an update that takes its time fails in the end.
    pub(crate) fn dooms_update(&mut self, dice: &mut Dice) -> bool {
        dice.chance(300) && self.dooms(dice)
    }

    /// Whether a change that doesn't see yet what was just made isn't one of those that the
    /// provider repeats.
    pub(crate) fn unlists(&mut self, dice: &mut Dice) -> bool {
        if self.weather.is_none() || !dice.chance(300) {
            return false;
        }
        let (point, _) = self.point();
        self.strikes(point, || "a change doesn't see what was just made, and isn't repeated".to_owned())
    }

    /// After how long the heartbeats of a process are lost; never, where they aren't.
    pub(crate) fn silences(&mut self) -> Option<Duration> {
        self.weather?;
        let (point, mut dice) = self.point();
        let after = dice.millis(0, 90_000);
        let loses = dice.chance(120) && self.strikes(point, || "the heartbeats are lost".to_owned());
        loses.then_some(after)
    }

    /// Whether the store takes no more entries of this process from now on.
    pub(crate) fn fills(&mut self, point: u64, dice: &mut Dice) -> bool {
        let Some(weather) = self.weather else { return false };
        dice.chance(weather.full)
            && self.strikes(point, || "the store takes no more entries from here on".to_owned())
    }
}
