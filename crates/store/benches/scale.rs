//! What each step of an environment's life costs with the real store: resources in ten layers, each with
//! references to two of the layer below, on a provider that answers at once.
//!
//! `cargo bench --package ironward-store --bench scale -- 10000`. CPU time, and the wall's in brackets: of
//! five lives, the one in the middle at up to 10,000 resources, and of one above that.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use std::collections::BTreeMap;
use std::panic::Location;
use std::path::Path as FilePath;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use ironward_core::apply::Cancel;
use ironward_core::clock::Clock;
use ironward_core::declare::Options as ResourceOptions;
use ironward_core::document::Document;
use ironward_core::engine::Engine;
use ironward_core::error::ProviderError;
use ironward_core::event::Silent;
use ironward_core::path::Path;
use ironward_core::program::{Program, Resource, Source};
use ironward_core::provider::{
    Change, DeleteOutcome, DeletePolicy, Found, Handler, Observation, Observed, Operation, Place, Provider,
    Read, ReadResult, ReadResults, Target,
};
use ironward_core::schema::{Attribute, Change as Takes, Compare, Ownership, Property, Schema};
use ironward_core::value::{AttrRef, Value};
use ironward_store::{LocalStore, Options, Protection};
use serde_json::json;

const LAYERS: usize = 10;

/// What is measured, in the order in which it happens.
const STEPS: [&str; 5] =
    ["plan of all new", "first apply", "plan with nothing to do", "apply of that", "destroy"];

const TAGS: Property = {
    let mut property = Property::new("Tags", Takes::Update("tags"));
    property.compare = Compare::Tags;
    property
};

static THING: Schema = {
    let mut schema = Schema::new(
        "Bench::Memory::Thing",
        "Id",
        &[Property::new("Label", Takes::Update("label")), Property::new("Below", Takes::Replace), TAGS],
        &[Attribute::new("Id"), Attribute::new("Arn")],
    );
    schema.ownership = Ownership::Tags;
    schema
};

/// Things by id, and nothing else.
struct Memory {
    place: Place,
    made: AtomicU64,
    things: Mutex<BTreeMap<String, Document>>,
}

fn attributes(id: &str) -> Document {
    Document::new().with("Id", id).with("Arn", format!("arn:aws:bench:us-east-1:123456789012:thing/{id}"))
}

#[async_trait]
impl Provider for Memory {
    fn place(&self) -> &Place {
        &self.place
    }

    fn handler(&self, _type_name: &str) -> Option<&dyn Handler> {
        Some(self)
    }

    async fn read(&self, _operation: &'static str, items: &[String]) -> BTreeMap<String, ReadResult> {
        let things = self.things.lock().unwrap();
        let answer = |id: &String| things.get(id).cloned().map_or(ReadResult::Absent, ReadResult::found);
        items.iter().map(|id| (id.clone(), answer(id))).collect()
    }

    async fn look_up(&self, _name: &str, _query: &Document) -> Result<Document, ProviderError> {
        Ok(Document::new())
    }

    async fn check(&self) -> Result<(), ProviderError> {
        Ok(())
    }
}

#[async_trait]
impl Handler for Memory {
    fn schema(&self) -> &'static Schema {
        &THING
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        vec![Read::new("bench:Describe", target.physical_id)]
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let found = answers.get::<Document>("bench:Describe", target.physical_id)?;
        Ok(found.map_or(Observation::Absent, |properties| {
            let properties = properties.clone();
            Observation::Present(Observed { properties, ..Observed::new(attributes(target.physical_id)) })
        }))
    }

    async fn create(&self, _operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let id = format!("thing-{}", self.made.fetch_add(1, Ordering::Relaxed));
        self.things.lock().unwrap().insert(id.clone(), desired.clone());
        Ok(id)
    }

    async fn reconcile(&self, _operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        self.things.lock().unwrap().insert(change.physical_id.to_owned(), change.after.clone());
        Ok(())
    }

    async fn delete(
        &self,
        _operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        self.things.lock().unwrap().remove(target.physical_id);
        Ok(DeleteOutcome::default())
    }

    async fn find(&self, _operation: &Operation<'_>, _desired: &Document) -> Result<Found, ProviderError> {
        Ok(Found::Nothing)
    }
}

struct RealClock(Instant);

#[async_trait]
impl Clock for RealClock {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

fn path(layer: usize, at: usize) -> Path {
    Path::parse(&format!("layer{layer}/thing{at}")).unwrap()
}

fn program(count: usize) -> Program {
    let mut program = Program { name: "bench".to_owned(), ..Program::default() };
    let width = (count / LAYERS).max(1);
    for layer in 0..LAYERS {
        for at in 0..width {
            let mut properties = BTreeMap::from([("Label".to_owned(), Value::Literal(json!("x")))]);
            if layer > 0 {
                let below = |i: usize| AttrRef {
                    path: path(layer - 1, (at + i * 7) % width),
                    attribute: "Arn".to_owned(),
                };
                properties
                    .insert("Below".to_owned(), Value::List((0..2).map(|i| Value::Attr(below(i))).collect()));
            }
            let resource = Resource {
                path: path(layer, at),
                schema: &THING,
                properties,
                options: ResourceOptions::default(),
                source: Source::from(Location::caller()),
            };
            program.resources.insert(resource.path.clone(), resource);
        }
    }
    program
}

/// The CPU time of this process so far, to a hundredth of a second: Linux tells it.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<u64>().ok()).unwrap_or(0);
    Duration::from_millis((ticks(11) + ticks(12)) * 10)
}

/// An engine as a process has it that was just started.
async fn engine(memory: &Arc<Memory>, root: &FilePath) -> Engine {
    let options = Options::new("bench", Protection::KeyFile(root.join("keys"))).with_lineage([1; 16]);
    let store = LocalStore::open(root.join("state"), options).await.unwrap();
    let clock = Arc::new(RealClock(Instant::now()));
    Engine::new(Arc::clone(memory) as _, Arc::new(store), clock, Arc::new(Silent)).with_wait_scale(0.0)
}

type Measured = (Duration, Duration);

async fn timed<T>(step: impl Future<Output = T>) -> (Measured, T) {
    let (wall, before) = (Instant::now(), cpu());
    let result = step.await;
    ((cpu().saturating_sub(before), wall.elapsed()), result)
}

/// One life, and what each of its steps took.
async fn live(program: &Program) -> [Measured; 5] {
    let root = tempfile::tempdir().unwrap();
    let place = Place::new("aws", "us-east-1", "123456789012");
    let memory = Arc::new(Memory { place, made: AtomicU64::new(0), things: Mutex::default() });
    let (policy, cancel) = (DeletePolicy::default(), Cancel::default());
    let mut took = [Measured::default(); 5];
    let fresh = engine(&memory, root.path()).await;
    let (time, planned) = timed(fresh.plan(program)).await;
    took[0] = time;
    let (time, outcome) = timed(fresh.apply(program, planned.unwrap(), policy, &cancel)).await;
    took[1] = time;
    assert!(outcome.unwrap().is_complete());
    drop(fresh);
    let again = engine(&memory, root.path()).await;
    let (time, planned) = timed(again.plan(program)).await;
    took[2] = time;
    let planned = planned.unwrap();
    assert!(planned.plan.is_empty());
    let (time, outcome) = timed(again.apply(program, planned, policy, &cancel)).await;
    took[3] = time;
    assert!(outcome.unwrap().is_complete());
    drop(again);
    let last = engine(&memory, root.path()).await;
    let (time, outcome) = timed(async {
        let planned = last.plan_destroy(program, true).await.unwrap();
        last.apply(program, planned, policy, &cancel).await
    })
    .await;
    took[4] = time;
    assert!(outcome.unwrap().is_complete());
    assert!(memory.things.lock().unwrap().is_empty());
    took
}

fn main() {
    let counts: Vec<usize> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let counts = if counts.is_empty() { vec![1_000] } else { counts };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    println!("| resources | {} |\n|---:|{}", STEPS.join(" | "), "---:|".repeat(STEPS.len()));
    for count in counts {
        let program = program(count);
        let lives = if count > 10_000 { 1 } else { 5 };
        let all: Vec<[Measured; 5]> = (0..lives).map(|_| runtime.block_on(live(&program))).collect();
        let cells = (0..STEPS.len()).map(|step| {
            let mut times: Vec<Measured> = all.iter().map(|life| life[step]).collect();
            times.sort_unstable();
            let (cpu, wall) = times[times.len() / 2];
            format!("{:.2} s ({:.2})", cpu.as_secs_f64(), wall.as_secs_f64())
        });
        println!("| {count} | {} |", cells.collect::<Vec<_>>().join(" | "));
    }
}
