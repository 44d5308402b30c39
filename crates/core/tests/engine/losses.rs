//! What holds data isn't lost without consent, and what something needs that stays, stays.

use ironward_core::clock::Clock;
use ironward_core::consent::{Consent, DataValue, Day, Loss, Paths};
use ironward_core::declare::Accepted;
use ironward_core::error::ProviderErrorKind;
use ironward_core::plan::{Action, Plan, Remedy};
use ironward_core::program::Program;
use ironward_core::provider::DeleteOutcome;
use ironward_core::schema::ReplaceOrder;
use ironward_core::state::{Entry, RemainsBecause, Status};
use ironward_core::store::StateStore;
use serde_json::json;

use crate::support::lab::{End, actions, block_on};
use crate::support::sketch::path;
use crate::support::types::{BOX, BUCKET, KEY, PART, SLOT, STORE};
use crate::support::{Lab, is, of, sketch};

fn empty() -> Program {
    sketch().done()
}

fn store(zone: &str) -> Program {
    sketch().add("data", &STORE, [("Zone", is(zone))]).done()
}

fn words(plan: &Plan) -> Vec<String> {
    plan.losses.iter().map(|lost| format!("{} {}", lost.path, lost.loss.says())).collect()
}

#[test]
fn the_end_of_what_holds_data_needs_consent() {
    let mut lab = Lab::new();
    lab.up(&store("a"));
    let problem = lab.problem(&empty());
    assert!(
        problem.contains("`data`: the plan would delete it, and what it holds would be lost"),
        "{problem}"
    );
    assert!(problem.contains("`--accept-loss data`"), "{problem}");
    let problems = lab.problems(&empty());
    assert!(matches!(*problems[0].remedy, Remedy::Accept { loss: Loss::Delete, .. }), "{problems:?}");
    lab.consents = vec![Consent::by_command(Paths::parse("other/**").unwrap())];
    lab.problem(&empty());
    lab.consents = vec![Consent::by_command(Paths::parse("data").unwrap())];
    let plan = lab.plan(&empty());
    assert_eq!(words(&plan), ["data is deleted"]);
    assert_eq!(plan.losses[0].consent, Some(lab.consents[0].clone()));
    lab.up(&empty());
    let history = lab.history();
    assert_eq!(history.last().unwrap().begun.losses, plan.losses, "the history knows who consented");
}

#[test]
fn a_consent_is_for_a_place_a_kind_and_a_time() {
    let lab = Lab::new();
    lab.up(&store("a"));
    let with = |loss: Loss, until: &str| {
        let mut program = store("b");
        let mut accepted = Accepted::new(loss, "moved to zone b");
        accepted.until = Some(Day::parse(until).unwrap());
        program.resources[0].options.accepts.push(accepted);
        program
    };
    let wrong = lab.problem(&with(Loss::Delete, "2999-01-01"));
    assert!(wrong.contains("the plan would replace it"), "{wrong}");
    crate::support::lab::block_on(lab.clock.sleep(std::time::Duration::from_secs(86_400 * 365)));
    let over = lab.problem(&with(Loss::Replace, "1970-05-01"));
    assert!(over.contains("was good until 1970-05-01"), "{over}");
    let program = with(Loss::Replace, "1971-01-02");
    let plan = lab.plan(&program);
    assert_eq!(words(&plan), ["data is replaced by an empty one"]);
    assert!(plan.idle_consents.is_empty());
    lab.up(&program);
    assert_eq!(lab.plan(&program).idle_consents.len(), 1, "it has nothing to consent to any more");
}

#[test]
fn what_vanished_is_not_made_anew_without_consent() {
    let mut lab = Lab::new();
    lab.up(&store("a"));
    lab.cloud.vanish("data");
    let problem = lab.problem(&store("a"));
    assert!(problem.contains("`data`: is gone (it was removed outside)"), "{problem}");
    assert!(problem.contains("`.accept(Loss::Recreate, \"why\")`"), "{problem}");
    lab.consents = vec![Consent::by_command(Paths::parse("**").unwrap())];
    assert_eq!(words(&lab.plan(&store("a"))), ["data is gone, and an empty one takes its place"]);
    lab.up(&store("a"));
}

#[test]
fn disposable_data_needs_no_consent_and_stays_disposable_only_with_one() {
    let mut lab = Lab::new();
    lab.data = DataValue::Disposable;
    lab.up(&store("a"));
    assert_eq!(lab.state().data, Some(DataValue::Disposable));
    lab.up(&store("b"));
    lab.data = DataValue::Kept;
    let problem = lab.problem(&store("c"));
    assert!(problem.contains("what it holds would be lost"), "{problem}");
    lab.up(&sketch().add("data", &STORE, [("Zone", is("b")), ("Size", is(2))]).done());
    assert_eq!(lab.state().data, Some(DataValue::Kept));
    lab.data = DataValue::Disposable;
    let problem = lab.problem(&store("b"));
    assert!(problem.contains("is recorded as kept"), "{problem}");
    lab.consents = vec![Consent::by_command(Paths::parse("**").unwrap())];
    lab.up(&store("b"));
}

#[test]
fn a_key_that_is_pending_deletion_is_brought_back() {
    let lab = Lab::new();
    let program =
        sketch().add("key", &KEY, [("Size", is(1))]).add("user", &BOX, [("Link", of("key", "Id"))]).done();
    lab.up(&program);
    let id = lab.cloud.of("key").id;
    lab.cloud.reserve("key");
    let plan = lab.plan(&program);
    let change = plan.change("key").unwrap();
    assert!(matches!(change.action, Action::Restore { .. }), "{change:#?}");
    assert!(change.reasons[0].contains("pending until"), "{:?}", change.reasons);
    assert!(plan.has_drift());
    let outcome = lab.up(&program);
    assert_eq!((outcome.counts.restored, outcome.counts.created), (1, 0));
    assert_eq!(lab.cloud.of("key").id, id, "it is the same key");
    assert_eq!(lab.cloud.of("key").properties.get("Enabled"), None, "it can be used again");
    assert!(lab.plan(&program).is_empty());
}

#[test]
fn a_key_that_was_brought_back_by_a_run_that_died_can_be_used_after_the_next() {
    for appends in 0..6 {
        let lab = Lab::new();
        let program = sketch().add("key", &KEY, []).done();
        lab.up(&program);
        lab.cloud.reserve("key");
        lab.apply_until_end(&program, appends, End::Kill);
        lab.up(&program);
        assert_eq!(lab.cloud.of("key").properties.get("Enabled"), None, "{appends}");
        lab.assert_settled(&program);
    }
}

#[test]
fn what_is_kept_at_its_default_is_put_back_though_nothing_is_declared() {
    let lab = Lab::new();
    let program = sketch().add("key", &KEY, []).done();
    lab.up(&program);
    lab.cloud.tamper("key", "Enabled", false);
    let plan = lab.plan(&program);
    let change = plan.change("key").unwrap();
    assert_eq!(change.drift[0].property, "Enabled");
    assert_eq!((&change.drift[0].before, &change.diffs[0].before), (&Some(json!(true)), &Some(json!(false))));
    lab.up(&program);
    assert_eq!(lab.cloud.of("key").properties.get("Enabled"), None);
    let declared = sketch().add("key", &KEY, [("Enabled", is(false))]).done();
    lab.up(&declared);
    assert_eq!(lab.cloud.property("key", "Enabled"), json!(false));
}

/// A store under a key.
fn sealed() -> Program {
    sketch().add("key", &KEY, []).add("data", &STORE, [("Link", of("key", "Id"))]).done()
}

#[test]
fn the_key_of_what_a_deletion_leaves_outlives_every_later_run() {
    let mut lab = Lab::new();
    lab.up(&sealed());
    let key = lab.cloud.of("key").id;
    lab.cloud.leave("data", DeleteOutcome::leaving("a snapshot is kept").opened_by([key.clone()]));
    lab.consents = vec![Consent::by_command(Paths::parse("data").unwrap())];
    lab.up(&sketch().add("key", &KEY, []).done());
    let state = lab.state();
    let remainder = state.remains.values().next().unwrap();
    assert_eq!((remainder.because, remainder.what.as_str()), (RemainsBecause::Deleted, "a snapshot is kept"));
    assert_eq!(remainder.needs.len(), 1);
    lab.consents.clear();
    lab.policy.lift_protection = true;
    let outcome = lab.destroy(&empty());
    assert_eq!((outcome.counts.deleted, outcome.counts.forgotten), (0, 1));
    assert_eq!(lab.cloud.of("key").id, key, "a later run doesn't take it down");
    // Whoever names it wants it gone.
    let mut lab = Lab::new();
    lab.up(&sealed());
    lab.cloud.leave("data", DeleteOutcome::leaving("a snapshot is kept").opened_by([lab.cloud.of("key").id]));
    lab.consents = vec![Consent::by_command(Paths::parse("**").unwrap())];
    assert_eq!(lab.apply(&empty()).counts.deleted, 1, "consent to everything isn't one by name");
    let mut lab = Lab::new();
    lab.up(&sealed());
    lab.cloud.leave("data", DeleteOutcome::leaving("a snapshot is kept").opened_by([lab.cloud.of("key").id]));
    lab.consents = vec![Consent::by_command(Paths::parse("data").unwrap())];
    lab.up(&sketch().add("key", &KEY, []).done());
    lab.consents = vec![Consent::by_command(Paths::parse("key").unwrap())];
    assert_eq!(lab.apply(&empty()).counts.deleted, 1);
}

#[test]
fn a_process_that_dies_between_deletion_and_answer_has_recorded_what_it_leaves() {
    for appends in 0..12 {
        let mut lab = Lab::new();
        lab.up(&sealed());
        let key = lab.cloud.of("key").id;
        lab.cloud.leave("data", DeleteOutcome::leaving("a snapshot is kept").opened_by([key.clone()]));
        lab.policy.lift_protection = true;
        lab.destroy_until_end(&sealed(), appends);
        lab.destroy(&sealed());
        assert_eq!(lab.cloud.of("key").id, key, "killed after {appends} entries");
    }
}

#[test]
fn a_key_that_data_was_ever_under_is_let_go_of_instead_of_deleted() {
    let lab = Lab::new();
    lab.up(&sealed());
    let program = sketch().add("other", &KEY, []).add("data", &STORE, [("Link", of("other", "Id"))]).done();
    let plan = lab.plan(&program);
    assert_eq!(actions(&plan), ["create other", "update data link", "forget key"]);
    let reasons = &plan.change("key").unwrap().reasons;
    assert_eq!(*reasons, ["what `data` holds can be read only with it"]);
    lab.apply(&program);
    assert!(lab.plan(&program).is_empty());
}

#[test]
fn what_is_retained_keeps_what_it_stands_on() {
    let lab = Lab::new();
    let program = sketch()
        .add("ground", &BOX, [])
        .add("table", &BOX, [("Parent", of("ground", "Id"))])
        .add("kept", &BOX, [("Link", of("table", "Id"))])
        .tune(|options| options.retain_on_delete = true)
        .add("other", &BOX, [])
        .done();
    lab.up(&program);
    lab.cloud.clear();
    let plan = lab.plan(&empty());
    let mut told = actions(&plan);
    told.sort();
    assert_eq!(told, ["delete other", "forget ground", "forget kept", "forget table"]);
    assert_eq!(plan.change("table").unwrap().reasons, ["`kept` stays in the cloud and stands on it"]);
    let outcome = lab.apply(&empty());
    assert_eq!((outcome.counts.deleted, outcome.counts.forgotten), (1, 3));
    assert_eq!(lab.cloud.log(), ["delete other"]);
    assert_eq!(lab.history().last().unwrap().counts.unwrap().forgotten, 3);
}

#[test]
fn a_part_is_in_force_until_what_it_is_a_part_of_is_gone() {
    let mut lab = Lab::new();
    lab.policy.lift_protection = true;
    let program = sketch().add("data", &STORE, []).add("policy", &PART, [("Whole", of("data", "Id"))]).done();
    lab.up(&program);
    lab.cloud.clear();
    lab.cloud.fail("delete", "data", ironward_core::error::ProviderErrorKind::Conflict);
    let outcome = lab.destroy(&program);
    assert!(!outcome.is_complete());
    assert_eq!(lab.cloud.objects().len(), 2, "what stays keeps its policy");
    lab.destroy(&program);
    assert_eq!(lab.cloud.log(), ["delete data"], "it goes along");
    assert!(lab.state().resources.is_empty());
}

/// A part goes along with its whole without a word, and reads may show it for a while.
#[test]
fn a_part_that_is_shown_without_its_whole_is_looked_at_again() {
    let lab = Lab::new();
    let whole = sketch().add("whole", &BUCKET, [("Name", is("files"))]);
    let accepted = Accepted::new(Loss::Recreate, "it can be filled again");
    let whole = whole.tune(|options| options.accepts = vec![accepted]);
    let program = whole.add("policy", &PART, [("Whole", of("whole", "Id"))]).done();
    for recorded in [true, false] {
        lab.up(&program);
        let id = lab.cloud.of("policy").id;
        lab.cloud.vanish("whole");
        if !recorded {
            let instance = lab.state().resources[&path("whole")].instance.clone();
            block_on(lab.store.append(&Entry::Deleted { instance })).unwrap();
        }
        lab.cloud.doom(&id, 1);
        assert_eq!(lab.plan(&program).change("policy").unwrap().action, Action::Create);
        lab.up(&program);
    }
}

#[test]
fn a_part_is_looked_at_again_also_where_another_type_took_the_place_of_its_whole() {
    let lab = Lab::new();
    let program = |whole| {
        sketch()
            .add(whole, &SLOT, [("Key", is("files"))])
            .add("policy", &PART, [("Whole", of(whole, "Id"))])
            .add("user", &BOX, [("Link", of("policy", "Id"))])
            .done()
    };
    lab.up(&program("whole"));
    let id = lab.cloud.of("policy").id;
    let whole = sketch().add("whole", &BOX, [("Loud", is(true))]);
    let whole = whole.tune(|options| options.replace_order = Some(ReplaceOrder::DeleteFirst));
    let other = whole.add("user", &BOX, [("Link", of("whole", "Id"))]).done();
    lab.cloud.vanish("whole");
    lab.cloud.fail("update", "whole", ProviderErrorKind::Invalid);
    lab.apply(&other);
    let state = lab.state();
    let (whole, policy) = (&state.resources[&path("whole")], &state.resources[&path("policy")]);
    assert_eq!((whole.type_name.as_str(), whole.status), ("Sim::Net::Box", Status::Incomplete));
    assert!(policy.dependencies.contains(&whole.instance), "{policy:?}");
    // Its whole is gone, and a read still shows it.
    lab.cloud.doom(&id, 1);
    assert_eq!(lab.plan(&program("again")).change("policy").unwrap().action, Action::Create);
    lab.up(&program("again"));
}

#[test]
fn a_part_of_what_nobody_manages_costs_no_second_look() {
    let lab = Lab::new();
    let program = sketch()
        .add("role", &BOX, [])
        .add("policy", &PART, [("Whole", is("somebody-s"))])
        .tune(|options| options.depends_on.push(path("role")))
        .done();
    lab.up(&program);
    let started = lab.clock.now();
    assert_eq!(lab.plan(&program).change("policy").unwrap().action, Action::Noop);
    assert_eq!(lab.clock.now(), started);
}

#[test]
fn a_whole_that_stays_keeps_its_parts() {
    let lab = Lab::new();
    let program = sketch()
        .add("whole", &BOX, [])
        .tune(|options| options.retain_on_delete = true)
        .add("policy", &PART, [("Whole", of("whole", "Id"))])
        .done();
    lab.up(&program);
    let plan = lab.plan(&empty());
    assert_eq!(plan.change("policy").unwrap().reasons, ["it is a part of `whole`, which stays in the cloud"]);
    lab.apply(&empty());
    assert_eq!(lab.cloud.objects().len(), 2);
}

#[test]
fn moves_of_what_holds_data_lose_nothing() {
    let lab = Lab::new();
    lab.up(&store("a"));
    let mut moved = sketch().add("records", &STORE, [("Zone", is("a"))]).done();
    moved.resources[0].options.renamed_from = Some(path("data"));
    assert!(lab.plan(&moved).losses.is_empty());
    lab.up(&moved);
}

#[test]
fn what_holds_data_isn_t_lost_where_the_type_at_its_path_changes() {
    let mut lab = Lab::new();
    lab.up(&store("a"));
    let other = sketch().add("data", &BOX, []).done();
    let problem = lab.problem(&other);
    assert!(problem.contains("the plan would replace it (its type was Sim::Data::Store)"), "{problem}");
    lab.consents = vec![Consent::by_command(Paths::parse("data").unwrap())];
    lab.up(&other);
}

#[test]
fn a_refresh_doesn_t_forget_what_held_data() {
    let lab = Lab::new();
    lab.up(&store("a"));
    lab.cloud.vanish("data");
    let refreshed = crate::support::lab::block_on(lab.engine().refresh(&store("a"))).unwrap();
    assert_eq!(refreshed.vanished, [path("data")]);
    assert!(lab.problem(&store("a")).contains("`data`: is gone"));
}

#[test]
fn what_the_key_of_a_remainder_stands_on_stays_as_well() {
    let mut lab = Lab::new();
    let program = sketch()
        .add("ground", &BOX, [])
        .add("key", &KEY, [])
        .tune(|options| options.depends_on.push(path("ground")))
        .add("data", &STORE, [("Link", of("key", "Id"))])
        .done();
    lab.up(&program);
    lab.cloud.leave("data", DeleteOutcome::leaving("a snapshot is kept").opened_by([lab.cloud.of("key").id]));
    lab.policy.lift_protection = true;
    let outcome = lab.destroy(&program);
    assert_eq!((outcome.counts.deleted, outcome.counts.forgotten), (1, 2));
}

#[test]
fn a_deletion_whose_answer_is_lost_spares_the_key_of_what_it_left() {
    let mut lab = Lab::new();
    lab.up(&sealed());
    let key = lab.cloud.of("key").id;
    lab.cloud.leave("data", DeleteOutcome::leaving("a snapshot is kept").opened_by([key.clone()]));
    lab.policy.lift_protection = true;
    let planned = crate::support::lab::block_on(lab.engine().plan_destroy(&sealed(), true)).unwrap();
    // It goes with its snapshot, and the deletion that follows finds nothing.
    lab.cloud.vanish("data");
    assert!(lab.try_apply(&sealed(), planned).unwrap().is_complete());
    assert_eq!(lab.cloud.of("key").id, key);
}

#[test]
fn the_parts_of_what_is_let_go_of_on_the_way_stay_too() {
    let mut lab = Lab::new();
    let program = sketch()
        .add("ground", &BOX, [])
        .add("policy", &PART, [("Whole", of("ground", "Id"))])
        .add("key", &KEY, [])
        .tune(|options| options.depends_on.push(path("ground")))
        .add("data", &STORE, [("Link", of("key", "Id"))])
        .done();
    lab.up(&program);
    lab.cloud.leave("data", DeleteOutcome::leaving("a snapshot is kept").opened_by([lab.cloud.of("key").id]));
    lab.policy.lift_protection = true;
    assert_eq!(lab.destroy(&program).counts.forgotten, 3);
    assert!(lab.state().resources.is_empty());
}

#[test]
fn a_part_that_needs_what_stands_on_its_whole_goes_first() {
    let mut lab = Lab::new();
    lab.policy.lift_protection = true;
    let program = sketch()
        .add("data", &STORE, [])
        .add("reader", &BOX, [("Parent", of("data", "Id"))])
        .add("policy", &PART, [("Whole", of("data", "Id"))])
        .tune(|options| options.depends_on.push(path("reader")))
        .done();
    lab.up(&program);
    lab.cloud.clear();
    lab.destroy(&program);
    assert_eq!(lab.cloud.log(), ["delete policy", "delete reader", "delete data"]);
}

#[test]
fn what_is_taken_over_again_is_still_what_others_stand_on() {
    let mut lab = Lab::new();
    let ground = |adopted: Option<String>| {
        sketch().add("ground", &BOX, []).tune(|options| options.adopt = adopted).done()
    };
    let mut program = ground(None);
    let kept = sketch()
        .add("kept", &BOX, [("Parent", of("ground", "Id"))])
        .tune(|options| options.retain_on_delete = true)
        .done();
    program.resources.extend(kept.resources);
    lab.up(&program);
    lab.apply(&empty());
    let id = lab.cloud.of("ground").id;
    // What was retained is in the cloud besides.
    assert!(lab.apply(&ground(Some(id.clone()))).is_complete());
    lab.policy.lift_protection = true;
    assert_eq!(lab.destroy(&empty()).counts.forgotten, 1);
    assert_eq!(lab.cloud.of("ground").id, id);
}

#[test]
fn a_former_key_of_what_leaves_something_outlives_it() {
    let mut lab = Lab::new();
    lab.up(&sealed());
    let both = sketch()
        .add("key", &KEY, [])
        .add("other", &KEY, [])
        .add("data", &STORE, [("Link", of("other", "Id"))])
        .done();
    lab.up(&both);
    let (key, other) = (lab.cloud.of("key").id, lab.cloud.of("other").id);
    lab.cloud.leave("data", DeleteOutcome::leaving("a snapshot is kept").opened_by([other]));
    lab.policy.lift_protection = true;
    let outcome = lab.destroy(&empty());
    assert_eq!((outcome.counts.deleted, outcome.counts.forgotten), (1, 2));
    assert_eq!(lab.cloud.of("key").id, key);
}
