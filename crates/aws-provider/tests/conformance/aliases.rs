//! Providers beside the stack's own: another region, another account through a role.

use std::sync::Arc;

use aws_sdk_kms::Client;
use ironward_aws::kms::Key;
use ironward_aws::policy::{Allow, PolicyDocument};
use ironward_aws_provider::{AwsProvider, Settings};
use ironward_core::consent::Loss;
use ironward_core::declare::Declaration;
use ironward_core::engine::Engine;
use ironward_core::error::ProviderErrorKind;
use ironward_core::event::Silent;
use ironward_core::program::Program;
use ironward_core::provider::Provider;
use ironward_core::stack::{Hipaa, Stack};
use ironward_core::state::Lineage;
use ironward_core::store::MemoryStore;

use crate::cloud::clock;
use crate::suite::apply_all;

const ELSEWHERE: &str = "210987654321";

/// Settings for moto with a role in another account, in another region.
fn settings() -> Settings {
    let mut settings = Settings::new("us-west-2");
    let endpoint = std::env::var("IRONWARD_TEST_MOTO").expect("IRONWARD_TEST_MOTO isn't set");
    settings.endpoint = Some(endpoint);
    settings.emulated = true;
    settings.role_arn = Some(format!("arn:aws:iam::{ELSEWHERE}:role/recovery"));
    settings
}

fn program() -> Program {
    let mut stack = Stack::<Hipaa>::new("aliases");
    let key = |description: &str| {
        let root = Allow::actions(["kms:*"]).principal("arn:aws:iam::123456789012:root").on("*");
        Key::new(PolicyDocument::new().with(root)).description(description).pending_window_in_days(7)
    };
    stack.add("here", key("aliases: here")).unwrap();
    stack.add("there", key("aliases: there").options().provider("recovery")).unwrap();
    stack.program()
}

async fn descriptions(settings: &Settings) -> Vec<String> {
    let keys = Client::new(&settings.sdk_config().await);
    let mut found = Vec::new();
    for key in keys.list_keys().send().await.unwrap().keys() {
        let about = keys.describe_key().key_id(key.key_id().unwrap()).send().await.unwrap();
        let about = about.key_metadata().unwrap();
        let ours = about.description().filter(|text| text.starts_with("aliases: "));
        found.extend(ours.filter(|_| about.enabled()).map(str::to_owned));
    }
    found
}

#[tokio::test]
async fn a_role_leads_to_another_account_and_region_on_moto() {
    let there = settings();
    let mut here = Settings::new("us-east-1");
    here.endpoint.clone_from(&there.endpoint);
    here.emulated = true;
    let connect = async |settings: &Settings| {
        let provider: Arc<dyn Provider> =
            Arc::new(AwsProvider::connect(settings.clone(), clock()).await.unwrap());
        provider
    };
    let (own, recovery) = (connect(&here).await, connect(&there).await);
    assert_eq!(
        (recovery.place().account.as_str(), recovery.place().region.as_str()),
        (ELSEWHERE, "us-west-2")
    );
    let store = Arc::new(MemoryStore::new(Lineage::from_random([42; 16])));
    let engine = Engine::new(own, store, clock(), Arc::new(Silent))
        .with_provider("recovery", recovery)
        .with_wait_scale(0.0);
    apply_all(&engine, &program()).await;
    assert_eq!(descriptions(&here).await, ["aliases: here"]);
    assert_eq!(descriptions(&there).await, ["aliases: there"]);
    let planned = engine.plan(&program()).await.unwrap();
    assert!(planned.plan.is_empty() && !planned.plan.has_drift());
    let mut nothing = Stack::<Hipaa>::new("aliases");
    nothing.accept("**", Loss::Delete, "the test is over", None).unwrap();
    apply_all(&engine, &nothing.program()).await;
    assert!(descriptions(&here).await.is_empty() && descriptions(&there).await.is_empty());
}

#[tokio::test]
async fn a_role_of_another_account_than_the_configured_one_is_refused_on_moto() {
    let mut settings = settings();
    settings.account = Some("123456789012".to_owned());
    let refused =
        AwsProvider::connect(settings, clock()).await.err().map(|error| (error.kind, error.message));
    let Some((ProviderErrorKind::Denied, message)) = refused else { panic!("{refused:?}") };
    assert!(message.contains("123456789012") && message.contains(ELSEWHERE), "{message}");
}
