//! Random interleavings: holders that start, write, pause, die and wake up, on objects whose answers
//! are lost and whose writes arrive late. Every request waits until the schedule lets it go.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use ironward_core::store::StateStore;
use ironward_store::RemoteStore;
use ironward_store::remote::{Fate, Request, Weather};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::world::{SECOND, World, began, ended, note, notes, settle, wait, write};

/// A request that waits.
struct Ticket {
    client: usize,
    is_put: bool,
    go: oneshot::Sender<Fate>,
}

/// What happened, in its order.
#[derive(Debug)]
enum Fact {
    /// A client opened the state and found these notes.
    Opened { client: usize, found: BTreeSet<String> },
    /// A client was told that its note counts.
    Acknowledged { client: usize, name: String },
    /// A client ended with this error.
    Failed { client: usize, error: String },
}

#[derive(Default)]
struct Record {
    tickets: Vec<Ticket>,
    facts: Vec<Fact>,
}

type Shared = Arc<Mutex<Record>>;

struct Gate {
    client: usize,
    record: Shared,
}

#[async_trait]
impl Weather for Gate {
    async fn meet(&self, request: &Request) -> Fate {
        let (go, gone) = oneshot::channel();
        let is_put = matches!(request, Request::Put(_));
        self.record.lock().unwrap().tickets.push(Ticket { client: self.client, is_put, go });
        gone.await.unwrap_or(Fate::Failed)
    }
}

/// Opens, applies and compacts again and again until something fails.
async fn work(store: &RemoteStore, client: usize, record: &Shared) -> Result<(), String> {
    let told = |error: ironward_core::store::StoreError| error.to_string();
    let tell = |fact| record.lock().unwrap().facts.push(fact);
    let mut state = store.load().await.map_err(told)?;
    tell(Fact::Opened { client, found: notes(&state) });
    for round in 0..3 {
        let entry = began(&state);
        write(store, &mut state, entry).await.map_err(told)?;
        for step in 0..2 {
            let name = format!("{client:02}-{round}-{step}");
            write(store, &mut state, note(&name)).await.map_err(told)?;
            tell(Fact::Acknowledged { client, name });
        }
        if client.is_multiple_of(3) && round == 1 {
            // An apply that never ends: the next one concludes it.
            continue;
        }
        let entry = ended(&state);
        write(store, &mut state, entry).await.map_err(told)?;
        store.compact(&state).await.map_err(told)?;
    }
    store.close().await.map_err(told)
}

struct Schedule {
    world: World,
    record: Shared,
    clients: Vec<JoinHandle<()>>,
    /// Who gets no request done.
    paused: BTreeSet<usize>,
}

impl Schedule {
    fn new() -> Self {
        let record = Shared::default();
        Self { world: World::new(), record, clients: Vec::new(), paused: BTreeSet::new() }
    }

    fn start(&mut self) {
        let client = self.clients.len();
        let record = Arc::clone(&self.record);
        let gate = Gate { client, record: Arc::clone(&record) };
        let remote = self.world.remote(&self.world.objects.under(Arc::new(gate)));
        let options = self.world.options(&format!("client {client}"));
        self.clients.push(tokio::spawn(async move {
            let result = match RemoteStore::open(remote, options).await {
                Ok(store) => work(&store, client, &record).await,
                Err(error) => Err(error.to_string()),
            };
            if let Err(error) = result {
                record.lock().unwrap().facts.push(Fact::Failed { client, error });
            }
        }));
    }

    /// Lets one waiting request go, of those who aren't paused; false when there is none.
    fn serve(&self, choice: usize, fate: Fate) -> bool {
        let mut record = self.record.lock().unwrap();
        let ready: Vec<usize> = (0..record.tickets.len())
            .filter(|index| !self.paused.contains(&record.tickets[*index].client))
            .collect();
        let Some(index) = ready.get(choice % ready.len().max(1)) else { return false };
        let ticket = record.tickets.remove(*index);
        let fate = if fate == Fate::Late && !ticket.is_put { Fate::Lost } else { fate };
        // Nobody waits for it where its client ended.
        let _ = ticket.go.send(fate);
        true
    }

    fn pass(&self, time: Duration) {
        self.world.clock.pass(time);
        self.world.objects.pass(time);
    }

    async fn step(&mut self, step: u16) {
        let (choice, kind) = (usize::from(step >> 6), step & 63);
        let running = self.clients.iter().filter(|client| !client.is_finished()).count();
        match kind {
            0..=1 => self.pass(SECOND * u32::from(step >> 6).min(40)),
            2..=9 => self.pass(SECOND),
            10..=11 if self.clients.len() < 12 && running < 4 => self.start(),
            12 => drop(self.paused.insert(choice % self.clients.len().max(1))),
            13 => drop(self.paused.remove(&(choice % self.clients.len().max(1)))),
            14 => drop(self.world.objects.deliver()),
            15..=16 => drop(self.serve(choice, Fate::Lost)),
            17..=18 => drop(self.serve(choice, Fate::Unanswered)),
            19..=20 => drop(self.serve(choice, Fate::Late)),
            _ => drop(self.serve(choice, Fate::Done)),
        }
        settle().await;
    }

    /// Opens the state once more while everybody else stands still, and tells the notes.
    async fn last(&mut self) -> Result<BTreeSet<String>, String> {
        self.paused.extend(0..self.clients.len());
        let open = async {
            loop {
                match self.world.try_open("the last").await {
                    Err(error) if error.to_string().contains("is locked by") => {}
                    opened => return opened,
                }
            }
        };
        let (opened, _) = self.world.pass_until(open).await;
        let store = opened.map_err(|error| format!("the last opening: {error}"))?;
        let found = notes(&store.load().await.map_err(|error| error.to_string())?);
        // Whoever was paused wakes up, and so does every write that was under way.
        self.paused.clear();
        let mut idle = 0;
        while idle < 40 {
            let served = self.serve(0, Fate::Done) | self.world.objects.deliver();
            settle().await;
            if !served {
                idle += 1;
                self.world.clock.pass(SECOND / 10);
                settle().await;
            }
        }
        store.append(&note("the last")).await.map_err(|error| error.to_string())?;
        let proof = store.verify().await.map_err(|error| format!("at last: {error}"))?;
        assert!(proof.keyed == self.world.sealed);
        store.close().await.map_err(|error| error.to_string())?;
        let again = self.world.try_open("once more").await.map_err(|error| error.to_string())?;
        let mut after = notes(&again.load().await.map_err(|error| error.to_string())?);
        again.verify().await.map_err(|error| format!("once more: {error}"))?;
        if !after.remove("the last") || after != found {
            return Err(format!("found {found:?} and then {after:?}"));
        }
        Ok(found)
    }
}

/// What a holder that was taken over, or whose answers were lost, is told. Everything else says that
/// a state can't be read.
const EXPECTED: [&str; 8] = [
    "was taken away by",
    "is locked by",
    "was taken over",
    "wasn't renewed in time",
    "couldn't be renewed",
    "the answer was lost",
    "without holding its lock",
    "changed hands meanwhile",
];

fn judge(facts: &[Fact], last: &BTreeSet<String>) -> Result<(), String> {
    let mut order: Vec<usize> = Vec::new();
    let mut opened: BTreeMap<usize, &BTreeSet<String>> = BTreeMap::new();
    let mut acknowledged: Vec<&String> = Vec::new();
    for fact in facts {
        match fact {
            Fact::Opened { client, found } => {
                if let Some(lost) = acknowledged.iter().find(|name| !found.contains(**name)) {
                    return Err(format!("{client} opened and didn't find {lost}"));
                }
                order.push(*client);
                opened.insert(*client, found);
            }
            Fact::Acknowledged { name, client } => {
                let later = order.iter().skip_while(|other| *other != client).skip(1);
                if let Some(later) = later.into_iter().find(|later| !opened[later].contains(name)) {
                    return Err(format!("{client} was told that {name} counts, after {later} took over"));
                }
                acknowledged.push(name);
            }
            Fact::Failed { client, error } => {
                if !EXPECTED.iter().any(|expected| error.contains(expected)) {
                    return Err(format!("{client} failed: {error}"));
                }
            }
        }
    }
    if let Some(lost) = acknowledged.iter().find(|name| !last.contains(**name)) {
        return Err(format!("{lost} was acknowledged and is lost"));
    }
    // What of a client counts at the end was there when the next one took over.
    for (index, client) in order.iter().enumerate() {
        let of_client = |name: &&String| name.starts_with(&format!("{client:02}-"));
        for later in &order[index + 1..] {
            if let Some(late) = last.iter().filter(of_client).find(|name| !opened[later].contains(*name)) {
                return Err(format!("{late} of {client} counts, and {later} took over without it"));
            }
        }
    }
    Ok(())
}

fn run(steps: &[u16]) -> Result<usize, String> {
    wait(async {
        let mut schedule = Schedule::new();
        schedule.start();
        for step in steps {
            schedule.step(*step).await;
        }
        let last = schedule.last().await?;
        let record = schedule.record.lock().unwrap();
        judge(&record.facts, &last).map_err(|violation| format!("{violation}\n{:#?}", record.facts))?;
        let openings = record.facts.iter().filter(|fact| matches!(fact, Fact::Opened { .. })).count();
        Ok(openings)
    })
}

proptest! {
    // A schedule takes some 50 ms: `PROPTEST_CASES` sets how many, 256 else.
    #![proptest_config(ProptestConfig { max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_interleaving_loses_or_revives_an_entry(steps in prop::collection::vec(any::<u16>(), 100..700)) {
        run(&steps).map_err(TestCaseError::fail)?;
    }
}

#[test]
fn schedules_get_somewhere() {
    // A generator of its own, so that the figures are always the same.
    let mut seed = 0x9e37_79b9_u32;
    let mut next = move || {
        seed ^= seed << 13;
        seed ^= seed >> 17;
        seed ^= seed << 5;
        u16::try_from(seed & 0xffff).unwrap()
    };
    let mut openings = 0;
    for _ in 0..12 {
        let steps: Vec<u16> = (0..600).map(|_| next()).collect();
        openings += run(&steps).unwrap();
    }
    assert!(openings >= 36, "{openings} openings in 12 schedules");
}
