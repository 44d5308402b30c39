//! Random programs, changes, tampering, faults and crashes: whatever happens, it converges.
//!
//! The simulated cloud is the judge of every instant: it refuses to delete what is held and to
//! create what refers to nothing. What it can't judge, that an update lets go before what it let
//! go of is deleted, is read from the log.

use std::collections::{BTreeMap, BTreeSet};

use ironward_core::error::ProviderErrorKind;
use ironward_core::plan::{Action, Plan};
use ironward_core::program::Program;
use ironward_core::schema::{ReplaceOrder, Schema};
use ironward_core::state::State;
use ironward_core::value::Value;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use crate::support::lab::End;
use crate::support::sketch::path;
use crate::support::types::{BOX, JOB, NAMED, SLOT};
use crate::support::{Lab, is, of, sketch};

const KINDS: [&Schema; 4] = [&BOX, &NAMED, &SLOT, &JOB];

/// One resource of a random program. References are counts backwards in the order of needs.
#[derive(Debug, Clone)]
struct Part {
    kind: usize,
    zone: u8,
    size: u8,
    parent: Option<usize>,
    link: Option<usize>,
    after: Option<usize>,
    loud: bool,
    secret: u8,
    order: Option<ReplaceOrder>,
    by_arn: bool,
    fixed_name: bool,
}

/// What becomes of a part in the second program.
#[derive(Debug, Clone)]
enum Edit {
    Keep,
    Remove,
    Rename,
    Become(Part),
}

#[derive(Debug, Clone, Copy)]
enum Outside {
    Vanish(usize),
    Tamper(usize),
    Rezone(usize),
}

#[derive(Debug, Clone, Copy)]
enum Trouble {
    Kill(usize),
    Refuse(usize),
    ProviderError(usize, ProviderErrorKind, bool),
}

fn part() -> impl Strategy<Value = Part> {
    let references = (
        proptest::option::weighted(0.6, 1..6_usize),
        proptest::option::weighted(0.4, 1..6_usize),
        proptest::option::weighted(0.2, 1..6_usize),
    );
    let order = prop_oneof![
        8 => Just(None),
        2 => Just(Some(ReplaceOrder::DeleteFirst)),
        1 => Just(Some(ReplaceOrder::CreateFirst)),
    ];
    let facts = (0..4_usize, 0..2_u8, 0..3_u8, any::<bool>(), 0..2_u8);
    (facts, references, order, any::<bool>(), any::<bool>()).prop_map(
        |((kind, zone, size, loud, secret), (parent, link, after), order, by_arn, fixed_name)| Part {
            kind,
            zone,
            size,
            parent,
            link,
            after,
            loud,
            secret,
            order,
            by_arn,
            fixed_name,
        },
    )
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        5 => Just(Edit::Keep),
        2 => Just(Edit::Remove),
        1 => Just(Edit::Rename),
        4 => part().prop_map(Edit::Become),
    ]
}

fn outside() -> impl Strategy<Value = Outside> {
    (0..25_usize, 0..3).prop_map(|(at, what)| match what {
        0 => Outside::Vanish(at),
        1 => Outside::Tamper(at),
        _ => Outside::Rezone(at),
    })
}

fn trouble() -> impl Strategy<Value = Trouble> {
    let kinds = prop_oneof![
        Just((ProviderErrorKind::Denied, false)),
        Just((ProviderErrorKind::Other, false)),
        Just((ProviderErrorKind::Ambiguous, false)),
        Just((ProviderErrorKind::Ambiguous, true)),
    ];
    prop_oneof![
        (0..60_usize).prop_map(Trouble::Kill),
        (0..60_usize).prop_map(Trouble::Refuse),
        (0..30_usize, kinds).prop_map(|(after, (kind, effect))| Trouble::ProviderError(after, kind, effect)),
    ]
}

/// A program of `parts`, each under its key. `turned` lets references go the other way round, so
/// that a second program may need the first one's dependents.
fn program(parts: &[(String, Part, Option<String>)], turned: bool) -> Program {
    let mut result = sketch();
    let mut names: Vec<&(String, Part, Option<String>)> = parts.iter().collect();
    if turned {
        names.reverse();
    }
    for (at, (name, part, former)) in names.iter().enumerate() {
        let target = |back: Option<usize>| back.and_then(|back| Some(names[at.checked_sub(back)?]));
        let refer = |back: Option<usize>| {
            target(back).map(|(other, its, _)| {
                let attribute = if its.kind == 1 && part.by_arn { "Arn" } else { "Id" };
                of(other, attribute)
            })
        };
        let schema = KINDS[part.kind];
        let mut properties: Vec<(&'static str, Value)> =
            vec![("Zone", is(format!("z{}", part.zone))), ("Size", is(part.size))];
        if schema.type_name != JOB.type_name {
            properties.extend(refer(part.link).map(|link| ("Link", link)));
        }
        properties.extend(refer(part.parent).map(|parent| ("Parent", parent)));
        if schema.type_name == SLOT.type_name {
            properties.push(("Key", is(name.as_str())));
        }
        if schema.type_name == NAMED.type_name && part.fixed_name {
            properties.push(("Name", is(format!("fixed-{name}"))));
        }
        if schema.ownership == ironward_core::schema::Ownership::Tags {
            properties.push(("Secret", is(part.secret)));
            if part.loud {
                properties.push(("Loud", is(true)));
            }
        }
        result = result.add(name, schema, properties).tune(|options| {
            options.replace_order = part.order;
            options.depends_on = target(part.after).iter().map(|(other, ..)| path(other)).collect();
            options.renamed_from = former.as_deref().map(path);
        });
    }
    result.done()
}

/// The second program: each part kept, removed, renamed or changed, and some more.
fn second(parts: &[Part], edits: &[Edit], more: &[Part]) -> Vec<(String, Part, Option<String>)> {
    let mut result = Vec::new();
    for (i, part) in parts.iter().enumerate() {
        match edits.get(i).unwrap_or(&Edit::Keep) {
            Edit::Keep => result.push((format!("r{i}"), part.clone(), None)),
            Edit::Remove => {}
            // A renamed slot keeps its key only by being replaced, which is fine too.
            Edit::Rename => result.push((format!("n{i}"), part.clone(), Some(format!("r{i}")))),
            Edit::Become(other) => result.push((format!("r{i}"), other.clone(), None)),
        }
    }
    for (i, part) in more.iter().enumerate() {
        result.insert((i * 3).min(result.len()), (format!("m{i}"), part.clone(), None));
    }
    result
}

fn first(parts: &[Part]) -> Vec<(String, Part, Option<String>)> {
    parts.iter().enumerate().map(|(i, part)| (format!("r{i}"), part.clone(), None)).collect()
}

/// Plans, taking back wishes that conflict; anything else that stands against a plan is a defect.
fn plan_of(lab: &Lab, program: &mut Program) -> Result<ironward_core::engine::Planned, TestCaseError> {
    for _ in 0..50 {
        match lab.try_plan(program) {
            Ok(planned) => return Ok(planned),
            Err(ironward_core::engine::EngineError::Refused(problems)) => {
                for problem in &problems {
                    let text = problem.to_string();
                    if !text.contains("must be created before") && !text.contains("can't be created before") {
                        return Err(TestCaseError::fail(format!("no plan: {text}")));
                    }
                    let hint = problem.hint.as_deref().unwrap_or_default();
                    let asks = hint.split('`').nth(3).unwrap_or_default();
                    program.resources[&path(asks)].options.replace_order = None;
                }
            }
            Err(error) => return Err(TestCaseError::fail(format!("no plan: {error}"))),
        }
    }
    Err(TestCaseError::fail("the conflicts don't end"))
}

/// Every update that lets go of something comes before that is deleted, unless it needs the
/// successor of something that had to go first.
fn check_log(log: &[String], plan: &Plan, state: &State) -> Result<(), TestCaseError> {
    let deleted_first: BTreeSet<_> = plan
        .changes
        .iter()
        .filter(|change| matches!(change.action, Action::Replace { order: ReplaceOrder::DeleteFirst }))
        .filter_map(|change| change.replaces.clone())
        .collect();
    let going: BTreeMap<_, _> = plan
        .changes
        .iter()
        .filter_map(|change| Some((change.replaces.clone()?, change.path.as_str())))
        .filter(|(instance, _)| !deleted_first.contains(instance))
        .collect();
    for change in plan.changes.iter().filter(|change| matches!(change.action, Action::Update { .. })) {
        let Some(record) = state.record(&change.instance) else { continue };
        for (_, gone) in record.dependencies.iter().filter_map(|needed| going.get_key_value(needed)) {
            let update = log.iter().position(|line| line.starts_with(&format!("update {} ", change.path)));
            let delete = log.iter().position(|line| *line == format!("delete {gone}"));
            if let (Some(update), Some(delete)) = (update, delete) {
                prop_assert!(update < delete, "{} let go of {gone} too late: {log:?}", change.path);
            }
        }
    }
    Ok(())
}

/// Applies without trouble and checks that everything is as declared.
fn converge(lab: &Lab, program: &mut Program) -> Result<(), TestCaseError> {
    let planned = plan_of(lab, program)?;
    let (plan, state) = (planned.plan.clone(), planned.state().clone());
    lab.cloud.clear();
    let outcome = lab
        .try_apply(program, planned)
        .map_err(|error| TestCaseError::fail(format!("the apply ended: {error}")))?;
    prop_assert!(outcome.is_complete(), "{:?} {:?}", outcome.failures, outcome.skipped);
    prop_assert_eq!(outcome.counts.created, plan.counts().created);
    prop_assert_eq!(outcome.counts.replaced, plan.counts().replaced);
    prop_assert_eq!(outcome.counts.deleted, plan.counts().deleted);
    check_log(&lab.cloud.log(), &plan, &state)?;
    lab.settled(program).map_err(TestCaseError::fail)
}

fn interfere(lab: &Lab, outside: &[Outside]) {
    for change in outside {
        let objects = lab.cloud.objects();
        let pick = |at: usize| objects.get(at % objects.len().max(1)).map(|object| object.path.clone());
        match *change {
            Outside::Vanish(at) => pick(at).iter().for_each(|path| lab.cloud.vanish(path)),
            Outside::Tamper(at) => pick(at).iter().for_each(|path| lab.cloud.tamper(path, "Size", 99)),
            Outside::Rezone(at) => pick(at).iter().for_each(|path| lab.cloud.tamper(path, "Zone", "moon")),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 160, max_shrink_iters: 4000, ..ProptestConfig::default() })]

    #[test]
    fn any_change_converges(
        parts in vec(part(), 1..18),
        edits in vec(edit(), 18),
        more in vec(part(), 0..7),
        turned in any::<bool>(),
        outside in vec(outside(), 0..3),
    ) {
        let lab = Lab::new();
        let mut one = program(&first(&parts), false);
        converge(&lab, &mut one)?;
        interfere(&lab, &outside);
        let mut two = program(&second(&parts, &edits, &more), turned);
        converge(&lab, &mut two)?;
        let mut nothing = sketch().done();
        converge(&lab, &mut nothing)?;
        prop_assert!(lab.cloud.objects().is_empty());
    }

    #[test]
    fn any_trouble_is_made_up_for(
        parts in vec(part(), 1..18),
        edits in vec(edit(), 18),
        more in vec(part(), 0..7),
        turned in any::<bool>(),
        troubles in vec(trouble(), 1..3),
        early in any::<bool>(),
    ) {
        let lab = Lab::new();
        let mut one = program(&first(&parts), false);
        let mut two = program(&second(&parts, &edits, &more), turned);
        let strike = |program: &mut Program| -> Result<(), TestCaseError> {
            for trouble in &troubles {
                drop(plan_of(&lab, program)?);
                match *trouble {
                    Trouble::Kill(after) => drop(lab.apply_until_end(program, after, End::Kill)),
                    Trouble::Refuse(after) => drop(lab.apply_until_end(program, after, End::Refuse)),
                    Trouble::ProviderError(after, kind, effect) => {
                        lab.cloud.fail_after(after, kind, effect);
                        let planned = plan_of(&lab, program)?;
                        let _ = lab.try_apply(program, planned);
                    }
                }
                lab.cloud.heal();
                let broken = lab.state().violations();
                prop_assert!(broken.is_empty(), "{broken:?}");
            }
            Ok(())
        };
        if early {
            strike(&mut one)?;
        } else {
            converge(&lab, &mut one)?;
            strike(&mut two)?;
        }
        converge(&lab, &mut two)?;
    }
}
