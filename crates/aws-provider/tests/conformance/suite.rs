//! What every resource type must do.

use std::collections::BTreeSet;

use ironward_core::apply::{Cancel, Outcome};
use ironward_core::document::{Document, FromJson, Node};
use ironward_core::engine::{Engine, Planned};
use ironward_core::path::Path;
use ironward_core::plan::{Action, ResourceChange};
use ironward_core::program::Program;
use ironward_core::provider::{
    Change, DeletePolicy, Found, INSTANCE_TAG, LINEAGE_TAG, Operation, Phase, Provider, Target,
};
use ironward_core::stack::{Hipaa, Stack};
use ironward_core::state::{InstanceId, Lineage, Record};
use serde_json::Value as Json;

use crate::cloud::Cloud;
use crate::subject::Subject;
use crate::{moves, values};

pub const SUBJECT: &str = "subject";

/// Runs a subject through its life.
pub async fn conform(subject: &dyn Subject, cloud: Cloud) {
    let life = Life { subject, cloud };
    life.creation().await;
    for property in subject.updates() {
        life.update(property).await;
    }
    for property in subject.replacements() {
        life.replacement(property).await;
    }
    values::hold(&life).await;
    moves::hold(&life).await;
    life.removal_outside().await;
    life.change_outside().await;
    life.end().await;
}

/// Creates a subject and tries values of its properties.
pub async fn settle_values(subject: &dyn Subject, cloud: Cloud) {
    let life = Life { subject, cloud };
    let _ = life.apply(None).await;
    life.assert_settled(None).await;
    values::hold(&life).await;
}

/// Creates a subject, and edits each of these properties there and back, without a look at what
/// the cloud shows: for what is asserted on the wire.
pub async fn edit_each(subject: &dyn Subject, cloud: Cloud, edits: &[&str]) {
    let life = Life { subject, cloud };
    let _ = life.apply(None).await;
    for edit in edits {
        let _ = life.apply(Some(edit)).await;
        let _ = life.apply(None).await;
    }
}

/// Creates a subject and looks for it as if the answer to its creation had been lost.
pub async fn found_again(subject: &dyn Subject, cloud: Cloud) {
    let life = Life { subject, cloud };
    let _ = life.apply(None).await;
    let record = life.record(SUBJECT).await;
    let lineage = life.cloud.engine.state().await.unwrap().lineage;
    let handler = life.cloud.provider.handler(&record.type_name).unwrap();
    let look = async |instance: &InstanceId| {
        let operation = Operation::new(&record.path, instance, &lineage, life.cloud.provider.place());
        handler.find(&operation, &record.properties).await.unwrap()
    };
    let ours = Found::Ours { physical_id: record.physical_id.clone() };
    assert_eq!(look(&record.instance).await, ours);
    let other = InstanceId::derive(&lineage, &record.path, record.generation + 1);
    assert_ne!(look(&other).await, ours, "it isn't another's");
}

/// Asks a handler for one aspect of these properties, whether or not the emulator goes along: for
/// what is asserted on the wire.
pub async fn ask(cloud: &Cloud, type_name: &str, id: &str, properties: Json, aspect: &'static str) {
    let path = Path::parse(SUBJECT).unwrap();
    let lineage = Lineage::from_random([7; 16]);
    let instance = InstanceId::derive(&lineage, &path, 1);
    let operation = Operation::new(&path, &instance, &lineage, cloud.provider.place());
    let (none, after) = (Document::new(), Document::from_json(&properties).unwrap());
    let change = Change::new(id, &none, &after, &none, BTreeSet::from([aspect]));
    let _ = cloud.provider.handler(type_name).unwrap().reconcile(&operation, &change).await;
}

/// Applies what is expected to fail, and says how it did.
pub async fn failure(cloud: &Cloud, program: &Program) -> String {
    let planned = cloud.engine.plan(program).await.unwrap_or_else(|error| panic!("no plan: {error}"));
    let outcome =
        cloud.engine.apply(program, planned, DeletePolicy::default(), &Cancel::default()).await.unwrap();
    assert!(!outcome.failures.is_empty(), "it was expected to fail");
    format!("{:?}", outcome.failures)
}

pub struct Life<'a> {
    pub subject: &'a dyn Subject,
    pub cloud: Cloud,
}

impl Life<'_> {
    pub fn program(&self, edit: Option<&str>) -> Program {
        let mut stack = Stack::<Hipaa>::new("conformance");
        self.subject.declare(&mut stack, edit).unwrap();
        stack.program()
    }

    async fn plan(&self, edit: Option<&str>) -> Planned {
        self.cloud.engine.plan(&self.program(edit)).await.unwrap_or_else(|error| panic!("no plan: {error}"))
    }

    async fn apply(&self, edit: Option<&str>) -> Outcome {
        let planned = self.plan(edit).await;
        let outcome = self
            .cloud
            .engine
            .apply(&self.program(edit), planned, DeletePolicy::default(), &Cancel::default())
            .await
            .unwrap();
        assert!(outcome.is_complete(), "{edit:?}: {:#?} {:?}", outcome.failures, outcome.skipped);
        outcome
    }

    async fn assert_settled(&self, edit: Option<&str>) {
        let planned = self.plan(edit).await;
        let open: Vec<&ResourceChange> =
            planned.plan.changes.iter().filter(|c| c.action != Action::Noop || !c.drift.is_empty()).collect();
        assert!(open.is_empty(), "after {edit:?} the plan isn't empty: {open:#?}");
    }

    pub async fn record(&self, path: &str) -> Record {
        let state = self.cloud.engine.state().await.unwrap();
        assert_eq!(state.violations(), Vec::<String>::new());
        state.resources.values().find(|record| record.path.as_str() == path).expect("it is recorded").clone()
    }

    async fn id(&self) -> String {
        self.record(SUBJECT).await.physical_id
    }

    fn is_seen(&self, property: &str) -> bool {
        !self.subject.unseen(self.cloud.emulator).contains(&property)
    }

    async fn creation(&self) {
        let outcome = self.apply(None).await;
        assert!(outcome.counts.created > 0);
        self.assert_settled(None).await;
        let record = self.record(SUBJECT).await;
        let seen = self.subject.read(&self.cloud, &record.physical_id).await;
        assert!(seen.is_some(), "it was created and isn't there");
        if let Some(tags) = self.subject.tags(&self.cloud, &record.physical_id).await {
            let lineage = self.cloud.engine.state().await.unwrap().lineage;
            assert_eq!(tags.get(LINEAGE_TAG).map(String::as_str), Some(lineage.as_str()), "{tags:?}");
            assert_eq!(
                tags.get(INSTANCE_TAG).map(String::as_str),
                Some(record.instance.as_str()),
                "{tags:?}"
            );
        }
    }

    async fn update(&self, property: &str) {
        let before = self.subject.read(&self.cloud, &self.id().await).await.expect("it is there");
        let planned = self.plan(Some(property)).await;
        for change in &planned.plan.changes {
            let touched: Vec<&str> = change.diffs.iter().map(|diff| diff.property.as_str()).collect();
            if change.path.as_str() == SUBJECT {
                assert!(matches!(change.action, Action::Update { .. }), "{property}: {change:#?}");
                assert_eq!(touched, [property]);
            } else {
                assert!(
                    change.action == Action::Noop || change.action == Action::Create,
                    "{property}: {change:#?}"
                );
            }
        }
        let wanted = planned.plan.change(SUBJECT).and_then(|change| change.diffs[0].after.clone());
        let id = self.id().await;
        let _ = self.apply(Some(property)).await;
        assert_eq!(self.id().await, id, "{property}: an update keeps the resource");
        self.assert_settled(Some(property)).await;
        if self.is_seen(property) {
            let after = self.subject.read(&self.cloud, &id).await.expect("it is there");
            assert!(after.contains_key(property), "the subject doesn't read {property} back");
            assert_ne!(before.get(property), after.get(property), "{property} didn't change to {wanted:?}");
            if let Some(Node::String(wanted)) = &wanted
                && let Some(seen) = after.get(property).and_then(serde_json::Value::as_str)
            {
                assert_eq!(seen, wanted, "{property}");
            }
        }
        let _ = self.apply(None).await;
        self.assert_settled(None).await;
        if self.is_seen(property) {
            let back = self.subject.read(&self.cloud, &id).await.expect("it is there");
            assert_eq!(before.get(property), back.get(property), "{property} didn't go back");
        }
        values::edited(self, property);
    }

    async fn replacement(&self, property: &str) {
        let old = self.id().await;
        let planned = self.plan(Some(property)).await;
        let change = planned.plan.change(SUBJECT).expect("it is planned");
        assert!(matches!(change.action, Action::Replace { .. }), "{property}: {change:#?}");
        assert!(
            change.diffs.iter().any(|diff| diff.property == property && diff.replaces),
            "{property}: {change:#?}"
        );
        let _ = self.apply(Some(property)).await;
        self.assert_settled(Some(property)).await;
        let new = self.id().await;
        assert!(self.subject.read(&self.cloud, &new).await.is_some(), "{property}: the new one isn't there");
        if new != old {
            assert!(
                self.subject.read(&self.cloud, &old).await.is_none(),
                "{property}: the old one is still there"
            );
        }
        let _ = self.apply(None).await;
        self.assert_settled(None).await;
        values::edited(self, property);
    }

    async fn removal_outside(&self) {
        let id = self.id().await;
        let before = self.subject.read(&self.cloud, &id).await;
        self.subject.remove(&self.cloud, &id).await;
        let planned = self.plan(None).await;
        let change = planned.plan.change(SUBJECT).expect("it is planned");
        // What is on its way out can be kept.
        let kept = matches!(change.action, Action::Restore { .. });
        assert!(kept || (change.action == Action::Create && change.vanished), "{change:#?}");
        let _ = self.apply(None).await;
        self.assert_settled(None).await;
        let after = self.subject.read(&self.cloud, &self.id().await).await;
        assert!(after.is_some());
        if kept {
            assert_eq!(before, after, "it was brought back and isn't what it was");
        }
    }

    async fn change_outside(&self) {
        let id = self.id().await;
        let Some(property) = self.subject.disturb(&self.cloud, &id).await else { return };
        if !self.is_seen(property) {
            return;
        }
        let planned = self.plan(None).await;
        let change = planned.plan.change(SUBJECT).expect("it is planned");
        let drifted: Vec<&str> = change.drift.iter().map(|diff| diff.property.as_str()).collect();
        assert_eq!(drifted, [property], "{change:#?}");
        assert!(!change.source.as_str().is_empty());
        let _ = self.apply(None).await;
        self.assert_settled(None).await;
    }

    async fn end(&self) {
        let record = self.record(SUBJECT).await;
        let program = self.program(None);
        let planned = self.cloud.engine.plan_destroy(&program, true).await.unwrap();
        let mut policy = DeletePolicy::default();
        policy.lift_protection = true;
        let outcome = self.cloud.engine.apply(&program, planned, policy, &Cancel::default()).await.unwrap();
        assert!(outcome.is_complete(), "{:#?} {:?}", outcome.failures, outcome.skipped);
        assert!(self.subject.read(&self.cloud, &record.physical_id).await.is_none(), "it is still there");
        let state = self.cloud.engine.state().await.unwrap();
        assert_eq!(state.instances().count(), 0);
        let place = self.cloud.provider.place();
        let handler = self.cloud.provider.handler(&record.type_name).expect("it has a handler");
        let operation = Operation::new(&record.path, &record.instance, &state.lineage, place);
        let twice = handler.delete(&operation, &Target::of(place, &record)).await;
        let may_succeed =
            self.subject.ends_twice(self.cloud.emulator) || handler.wait(Phase::Deleted).is_some();
        assert!((may_succeed && twice.is_ok()) || is_not_found(&twice), "deleting twice: {twice:?}");
    }
}

fn is_not_found<T>(result: &Result<T, ironward_core::error::ProviderError>) -> bool {
    result.as_ref().is_err_and(|error| error.kind == ironward_core::error::ProviderErrorKind::NotFound)
}

/// Plans and applies a program once: for what a subject can't show.
pub async fn apply_once(cloud: &Cloud, program: &Program) {
    apply_all(&cloud.engine, program).await;
}

/// Plans and applies a program with an engine of one's own.
pub async fn apply_all(engine: &Engine, program: &Program) {
    let planned = engine.plan(program).await.unwrap_or_else(|error| panic!("no plan: {error}"));
    let outcome = engine.apply(program, planned, DeletePolicy::default(), &Cancel::default()).await.unwrap();
    assert!(outcome.is_complete(), "{:#?} {:?}", outcome.failures, outcome.skipped);
}
