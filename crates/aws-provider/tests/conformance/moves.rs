//! What moves to another path stays what it is, and what is declared twice is refused, whatever type it has.

use ironward_core::path::Path;
use ironward_core::plan::Action;
use ironward_core::program::{Program, Resource};
use ironward_core::schema::ClaimKind;

use crate::suite::{Life, SUBJECT, apply_once};

const ELSEWHERE: &str = "elsewhere";

/// Declares the subject at another path, and back at its own; then at both.
pub async fn hold(life: &Life<'_>) {
    there_and_back(life).await;
    refused_twice(life).await;
}

async fn refused_twice(life: &Life<'_>) {
    let mut program = life.program(None);
    let subject = &program.resources[&Path::parse(SUBJECT).unwrap()];
    if !says_all(subject, &[ClaimKind::Name, ClaimKind::Place, ClaimKind::Value]) {
        return;
    }
    let mut second = subject.clone();
    second.path = Path::parse(ELSEWHERE).unwrap();
    program.resources.insert(second.path.clone(), second);
    let refused = life.cloud.engine.plan(&program).await.expect_err("it is planned twice").to_string();
    let says =
        |one: &str, other: &str| refused.contains(&format!("`{one}`: declares what `{other}` declares too"));
    assert!(says(SUBJECT, ELSEWHERE) || says(ELSEWHERE, SUBJECT), "{refused}");
}

async fn there_and_back(life: &Life<'_>) {
    let id = life.record(SUBJECT).await.physical_id;
    let before = life.subject.read(&life.cloud, &id).await;
    for (from, to) in [(SUBJECT, ELSEWHERE), (ELSEWHERE, SUBJECT)] {
        let program = declared_at(life.program(None), from, to);
        let planned =
            life.cloud.engine.plan(&program).await.unwrap_or_else(|error| panic!("no plan: {error}"));
        let moved = planned.plan.change(to).expect("it is planned");
        assert_eq!(moved.renamed_from.as_ref().map(Path::as_str), Some(from), "{moved:#?}");
        for change in &planned.plan.changes {
            let stays = matches!(change.action, Action::Noop | Action::Update { .. });
            assert!(stays, "{} is to be {:?}", change.path, change.action);
        }
        apply_once(&life.cloud, &program).await;
        let planned =
            life.cloud.engine.plan(&program).await.unwrap_or_else(|error| panic!("no plan: {error}"));
        assert!(planned.plan.is_empty(), "{:#?}", planned.plan.changes);
        assert_eq!(life.record(to).await.physical_id, id);
        assert!(life.subject.read(&life.cloud, &id).await.is_some(), "it moved and isn't there");
    }
    assert_eq!(life.subject.read(&life.cloud, &id).await, before);
}

/// The program with what it has at `SUBJECT` at `to`. Where nothing but the path tells that it is the same, it
/// says that it was at `from`.
fn declared_at(mut program: Program, from: &str, to: &str) -> Program {
    let (subject, to) = (Path::parse(SUBJECT).unwrap(), Path::parse(to).unwrap());
    let mut resource = program.resources.shift_remove(&subject).expect("it is declared");
    if !says_all(&resource, &[ClaimKind::Name, ClaimKind::Place]) {
        resource.options.renamed_from = Some(Path::parse(from).unwrap());
    }
    resource.path = to.clone();
    program.resources.insert(to, resource);
    program
}

/// Whether the program says all that the cloud knows it by, in one of these ways.
fn says_all(resource: &Resource, ways: &[ClaimKind]) -> bool {
    let said = |name: &&str| {
        let top = name.split('.').next().unwrap_or_default();
        let has_default = resource.schema.property(top).is_some_and(|property| property.default.is_some());
        resource.properties.contains_key(top) || has_default
    };
    resource
        .schema
        .claims
        .iter()
        .any(|claim| ways.contains(&claim.kind) && claim.when.is_none() && claim.properties.iter().all(said))
}
