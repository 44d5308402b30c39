//! A program that plans and applies on its own runtime.

use std::sync::{Arc, Mutex};

use ironward_cli::config::Config;
use ironward_cli::session::{Session, SessionOptions};
use ironward_cli::state_access::StateAccess;
use ironward_cli::target::Target;
use ironward_core::apply::Cancel;
use ironward_core::clock::ManualClock;
use ironward_core::event::Event;
use ironward_core::provider::DeletePolicy;
use ironward_core::stack::{Hipaa, Stack};
use ironward_core::state::Deed;

use crate::programs::Clinic;
use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_task_plans_applies_listens_and_cancels() {
    let dir = tempfile::tempdir().unwrap();
    let world = World::default();
    let mut stack = Stack::<Hipaa>::new("clinic");
    Clinic::default().declare(&mut stack).unwrap();
    let program = stack.program();
    let target = Target::resolve(&Config::sandbox(dir.path()), None, None, |_| None).unwrap();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let listener = Arc::clone(&heard);
    let options = SessionOptions::new("nightly job")
        .with_connector(Arc::new(world.clone()))
        .with_state_access(StateAccess::in_directory(dir.path().join("home")))
        .with_clock(Arc::new(ManualClock::default()))
        .with_events(Arc::new(move |event: Event| listener.lock().unwrap().push(event)));
    // A spawned task has to be `Send`.
    let outcome = tokio::spawn(async move {
        let session = Session::open(target, options).await.unwrap();
        let cancelled = Cancel::default();
        cancelled.cancel();
        let planned = session.plan(&program).await.unwrap();
        let nothing = session.apply(&program, planned, DeletePolicy::default(), &cancelled).await.unwrap();
        assert!(nothing.cancelled && nothing.counts.created == 0);
        let planned = session.plan(&program).await.unwrap();
        session.apply(&program, planned, DeletePolicy::default(), &Cancel::default()).await.unwrap()
    })
    .await
    .unwrap();
    assert!(outcome.is_complete());
    assert_eq!(world.ids().len(), 4);
    let heard = heard.lock().unwrap();
    assert!(heard.iter().any(|event| matches!(event, Event::Finished { action: Deed::Create, .. })));
}
