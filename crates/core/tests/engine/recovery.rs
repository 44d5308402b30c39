//! Processes that die: whatever was written last, the next one finds its way.

use ironward_core::event::Event;
use ironward_core::program::Program;
use ironward_core::schema::ReplaceOrder;
use ironward_core::state::{Entry, JournalAction, State, Status};
use ironward_core::store::StateStore;
use serde_json::json;

use crate::support::lab::{End, actions, block_on};
use crate::support::sketch::path;
use crate::support::types::{BOX, JOB, NAMED, SLOT};
use crate::support::{Lab, is, of, sketch};

fn before() -> Program {
    sketch()
        .add("root", &BOX, [("Zone", is("x"))])
        .add("child", &NAMED, [("Parent", of("root", "Id"))])
        .add("slot", &SLOT, [("Key", is("k")), ("Zone", is("x"))])
        .add("holder", &BOX, [("Parent", of("slot", "Id"))])
        .add("gone", &BOX, [("Parent", of("root", "Id")), ("Label", is("l"))])
        .add("old-name", &BOX, [("Size", is(1)), ("Secret", is("s"))])
        .done()
}

/// Creates, updates, replaces in both orders, deletes and renames.
fn after() -> Program {
    sketch()
        .add("root", &BOX, [("Zone", is("y"))])
        .add("child", &NAMED, [("Parent", of("root", "Id")), ("Size", is(3))])
        .add("slot", &SLOT, [("Key", is("k")), ("Zone", is("y"))])
        .add("holder", &BOX, [("Parent", of("slot", "Id"))])
        .add("fresh", &JOB, [("Parent", of("child", "Id")), ("Loud", is(true)), ("Secret", is("s"))])
        .add("new-name", &BOX, [("Size", is(2)), ("Secret", is("t"))])
        .tune(|options| options.renamed_from = Some(path("old-name")))
        .output("id", of("fresh", "Id"))
        .done()
}

fn entries_of(start: Option<&Program>, program: &Program) -> usize {
    let lab = Lab::new();
    if let Some(start) = start {
        lab.up(start);
    }
    let already = lab.store.appended();
    assert!(lab.apply(program).is_complete());
    lab.store.appended() - already
}

#[track_caller]
fn survives_every_end(start: Option<&Program>, program: &Program, end: End) {
    let count = entries_of(start, program);
    assert!(count > 5, "{count}");
    for appends in 0..count {
        let lab = Lab::new();
        if let Some(start) = start {
            lab.up(start);
        }
        assert!(!lab.apply_until_end(program, appends, end), "it got to its end after {appends}");
        let broken = lab.state().violations();
        assert!(broken.is_empty(), "after {appends} of {count}: {broken:?}");
        let outcome = lab.apply(program);
        assert!(outcome.is_complete(), "after {appends} of {count} entries: {outcome:#?}");
        if let Err(difference) = lab.settled(program) {
            panic!("after {appends} of {count} entries: {difference}");
        }
    }
}

#[test]
fn a_first_apply_can_be_killed_at_every_entry() {
    survives_every_end(None, &after(), End::Kill);
}

#[test]
fn a_change_can_be_killed_at_every_entry() {
    survives_every_end(Some(&before()), &after(), End::Kill);
}

#[test]
fn the_way_back_can_be_killed_at_every_entry() {
    let back = sketch()
        .add("root", &BOX, [("Zone", is("x"))])
        .add("slot", &SLOT, [("Key", is("k")), ("Zone", is("x"))])
        .add("holder", &BOX, [("Parent", of("slot", "Id"))])
        .done();
    survives_every_end(Some(&after()), &back, End::Kill);
}

#[test]
fn a_state_that_stops_taking_entries_can_do_so_at_every_entry() {
    survives_every_end(Some(&before()), &after(), End::Refuse);
}

#[test]
fn a_killed_process_may_be_followed_by_another_program() {
    let count = entries_of(Some(&before()), &after());
    for appends in 0..count {
        let lab = Lab::new();
        lab.up(&before());
        lab.apply_until_end(&after(), appends, End::Kill);
        let outcome = lab.apply(&before());
        assert!(outcome.is_complete(), "after {appends}: {outcome:#?}");
        if let Err(difference) = lab.settled(&before()) {
            panic!("after {appends} of {count} entries: {difference}");
        }
    }
}

#[test]
fn recovery_can_be_killed_as_well() {
    let count = entries_of(None, &after());
    for appends in 1..count {
        let lab = Lab::new();
        lab.apply_until_end(&after(), appends, End::Kill);
        for more in [1, 2, 3] {
            lab.apply_until_end(&after(), more, End::Kill);
        }
        lab.up(&after());
    }
}

#[test]
fn a_destroy_can_be_killed_at_every_entry() {
    let lab = Lab::new();
    lab.up(&before());
    let already = lab.store.appended();
    lab.destroy(&before());
    let count = lab.store.appended() - already;
    for appends in 0..count {
        let lab = Lab::new();
        lab.up(&before());
        let engine = lab.engine();
        let program = before();
        let work = async {
            let planned = engine.plan_destroy(&program, false).await?;
            engine.apply(&program, planned, lab.policy, &lab.cancel).await
        };
        assert!(lab.run_until_end(appends, End::Kill, work).is_none());
        assert!(lab.destroy(&program).is_complete());
        assert!(lab.cloud.objects().is_empty() && lab.state().instances().next().is_none());
    }
}

#[test]
fn an_intent_is_durable_before_its_call_and_an_id_right_after() {
    let lab = Lab::new();
    let program = sketch().add("a", &BOX, []).done();
    // The beginning, the program's name and the intent: the call isn't made.
    lab.apply_until_end(&program, 3, End::Kill);
    assert!(lab.cloud.log().is_empty());
    assert!(matches!(
        lab.store.entries().last(),
        Some(Entry::Begin { action: JournalAction::Create, record }) if record.physical_id.is_empty()
    ));
    lab.apply(&program);
    let lab = Lab::new();
    lab.apply_until_end(&program, 4, End::Kill);
    assert_eq!(lab.cloud.log(), ["create a"]);
    assert!(matches!(lab.store.entries().last(), Some(Entry::Checkpoint { .. })));
    lab.up(&program);
    assert_eq!(lab.cloud.log(), ["create a"]);
    assert_eq!(lab.cloud.finds(), 0, "the id was known");
}

#[test]
fn what_recovery_finds_is_told() {
    let lab = Lab::new();
    let program = sketch().add("a", &BOX, []).done();
    lab.apply_until_end(&program, 3, End::Kill);
    lab.plan(&program);
    let told = lab.events().into_iter().find_map(|event| match event {
        Event::Recovered { outcome, .. } => Some(outcome),
        _ => None,
    });
    assert_eq!(told.as_deref(), Some("the creation of Sim::Net::Box was interrupted; it had made nothing"));
    assert!(lab.state().pending.is_empty());
}

#[test]
fn recovery_looks_more_than_once() {
    let lab = Lab::new();
    let program = sketch().add("a", &BOX, []).done();
    // The store refuses the id: the call was made and only the intent is on record.
    lab.apply_until_end(&program, 3, End::Refuse);
    assert_eq!(lab.cloud.log(), ["create a"]);
    lab.cloud.blind(2);
    lab.up(&program);
    assert_eq!(lab.cloud.log(), ["create a"]);
}

#[test]
fn an_interrupted_update_is_not_trusted() {
    let lab = Lab::new();
    let program = |secret: &str| sketch().add("a", &BOX, [("Secret", is(secret))]).done();
    lab.up(&program("old"));
    lab.apply_until_end(&program("new"), 2, End::Refuse);
    assert_eq!(lab.cloud.property("a", "Secret"), json!("new"));
    // The program goes back to what is on record; the cloud has something else.
    lab.up(&program("old"));
    assert_eq!(lab.cloud.property("a", "Secret"), json!("old"));
}

#[test]
fn what_was_adopted_is_brought_to_what_is_declared_now() {
    let lab = Lab::new();
    let program = |size: i64| sketch().add("a", &BOX, [("Size", is(size)), ("Loud", is(true))]).done();
    lab.apply_until_end(&program(1), 4, End::Kill);
    let plan = lab.plan(&program(2));
    assert_eq!(lab.state().resources[&path("a")].status, Status::Incomplete);
    assert_eq!(actions(&plan), ["update a loud,size"]);
    lab.up(&program(2));
}

#[test]
fn an_interrupted_replacement_that_deletes_first_is_finished() {
    let lab = Lab::new();
    let program = |zone: &str| {
        sketch()
            .add("a", &BOX, [("Zone", is(zone))])
            .tune(|options| options.replace_order = Some(ReplaceOrder::DeleteFirst))
            .add("b", &BOX, [("Link", of("a", "Id"))])
            .done()
    };
    lab.up(&program("x"));
    lab.cloud.clear();
    // The beginning, the intent and the deletion itself; its end isn't on record.
    lab.apply_until_end(&program("y"), 2, End::Refuse);
    assert_eq!(lab.cloud.log(), ["delete a"]);
    lab.up(&program("y"));
    assert_eq!(lab.cloud.log(), ["delete a", "create a", "update b link"]);
}

#[test]
fn a_crash_between_processes_leaves_the_journal_readable() {
    let lab = Lab::new();
    lab.apply_until_end(&after(), 7, End::Kill);
    let state = lab.state();
    let text = serde_json::to_string(&state).unwrap();
    assert_eq!(serde_json::from_str::<ironward_core::state::State>(&text).unwrap(), state);
    for entry in lab.store.entries() {
        let text = serde_json::to_string(&entry).unwrap();
        assert_eq!(serde_json::from_str::<Entry>(&text).unwrap(), entry);
    }
}

#[test]
fn a_state_of_an_earlier_format_is_written_anew_before_anything_is_added() {
    let program = |size: i64| sketch().add("a", &BOX, [("Size", is(size))]).add("b", &BOX, []).done();
    // Wherever the first run of a later version is killed, no earlier one goes on from what it can't read.
    for appends in 0..6 {
        let lab = Lab::new();
        lab.up(&program(1));
        let mut earlier = lab.state();
        earlier.format = 1;
        block_on(lab.store.compact(&earlier)).unwrap();
        let written = lab.store.appended();
        lab.plan(&program(2));
        assert_eq!(lab.state().format, 1, "a plan writes nothing");
        lab.apply_until_end(&program(2), appends, End::Kill);
        let added = lab.store.appended() - written;
        assert!(added == 0 || lab.state().format == State::FORMAT, "{appends}: {added} entries were added");
        assert!(appends == 0 || added > 0);
        lab.up(&program(2));
        assert_eq!(lab.state().format, State::FORMAT);
    }
}
