//! The clouds that the suite runs against.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::SdkConfig;
use ironward_aws_provider::{AwsProvider, Settings};
use ironward_core::clock::{Clock, ManualClock};
use ironward_core::consent::DataValue;
use ironward_core::engine::Engine;
use ironward_core::event::{Events, Silent};
use ironward_core::provider::Provider;
use ironward_core::state::Lineage;
use ironward_core::store::MemoryStore;
use ironward_sandbox::Sandbox;

use crate::recorded::recorded;
use crate::waiting::Script;
use crate::wire::Wire;

/// Which emulator a cloud is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Emulator {
    Sandbox,
    Moto,
}

/// One emulated cloud: an engine with a state of its own, and raw SDK access beside it.
pub struct Cloud {
    pub emulator: Emulator,
    pub engine: Engine,
    pub provider: Arc<AwsProvider>,
    /// For clients that read the cloud behind the engine's back.
    pub sdk: SdkConfig,
    /// The same for AWS Backup, which may be elsewhere.
    pub backup: SdkConfig,
    /// Whether something stands in for a service, so that it shows what it was told.
    pub stand_in: bool,
}

struct TokioClock(Instant);

#[async_trait]
impl Clock for TokioClock {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// Time as it is.
pub fn clock() -> Arc<dyn Clock> {
    Arc::new(TokioClock(Instant::now()))
}

impl Cloud {
    /// A fresh in-process sandbox.
    pub async fn sandbox() -> Self {
        let sandbox = Sandbox::in_memory().await.unwrap();
        let mut settings = Settings::new("us-east-1");
        settings.http_client = Some(sandbox.http_client());
        Self::connect(Emulator::Sandbox, settings).await
    }

    /// A fresh in-process sandbox, and what is sent to it.
    pub async fn wired() -> (Self, Wire) {
        let sandbox = Sandbox::in_memory().await.unwrap();
        let wire = Wire::default();
        let mut settings = Settings::new("us-east-1");
        settings.http_client = Some(wire.before(sandbox.http_client()));
        (Self::connect(Emulator::Sandbox, settings).await, wire)
    }

    /// A fresh in-process sandbox behind a client that answers in its stead where it knows better.
    pub async fn behind(client: impl FnOnce(SharedHttpClient) -> SharedHttpClient) -> Self {
        let sandbox = Sandbox::in_memory().await.unwrap();
        let mut settings = Settings::new("us-east-1");
        settings.http_client = Some(client(sandbox.http_client()));
        Self::connect(Emulator::Sandbox, settings).await
    }

    /// A fresh in-process sandbox behind a script, with simulated time and the real waits.
    pub async fn scripted(events: Arc<dyn Events>) -> (Self, Script) {
        let sandbox = Sandbox::in_memory().await.unwrap();
        let script = Script::default();
        let mut settings = Settings::new("us-east-1");
        settings.http_client = Some(script.before(sandbox.http_client()));
        let clock = Arc::new(ManualClock::default());
        (Self::connect_at(Emulator::Sandbox, settings, clock, events, 1.0).await, script)
    }

    /// The moto server that the environment names.
    pub async fn moto() -> Self {
        let endpoint = std::env::var("IRONWARD_TEST_MOTO")
            .expect("IRONWARD_TEST_MOTO isn't set: run `cargo xtask test`, or start a server with `cargo xtask serve moto`");
        let mut settings = Settings::new("us-east-1");
        settings.endpoint = Some(endpoint);
        Self::connect(Emulator::Moto, settings).await
    }

    /// The moto server, but for AWS Backup a sandbox served at a port of its own: moto answers 500
    /// to `CreateBackupSelection` and `UpdateBackupPlan`.
    #[cfg(feature = "backup")]
    pub async fn moto_but_backup() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let backup = format!("http://{}", listener.local_addr().unwrap());
        let sandbox = Sandbox::in_memory().await.unwrap();
        tokio::spawn(async move { sandbox.serve(listener, std::future::pending()).await });
        let mut settings = Settings::new("us-east-1");
        settings.endpoint = Some(std::env::var("IRONWARD_TEST_MOTO").expect("IRONWARD_TEST_MOTO isn't set"));
        settings.endpoints.insert("backup".to_owned(), backup.clone());
        let mut cloud = Self::connect(Emulator::Moto, settings).await;
        cloud.backup = cloud.sdk.clone().into_builder().endpoint_url(backup).build();
        cloud
    }

    async fn connect(emulator: Emulator, settings: Settings) -> Self {
        Self::connect_at(emulator, settings, Arc::new(TokioClock(Instant::now())), Arc::new(Silent), 0.0)
            .await
    }

    async fn connect_at(
        emulator: Emulator,
        mut settings: Settings,
        clock: Arc<dyn Clock>,
        events: Arc<dyn Events>,
        wait_scale: f64,
    ) -> Self {
        settings.emulated = true;
        let sdk = settings.sdk_config().await;
        // What tests ask beside the handlers says nothing about them. What goes to moto is recorded on its way.
        settings.http_client = settings.http_client.map(recorded);
        let provider = Arc::new(AwsProvider::connect(settings, Arc::clone(&clock)).await.unwrap());
        let mut seed = [0_u8; 16];
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos();
        static COUNT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        seed[..8].copy_from_slice(&(now as u64).to_le_bytes());
        seed[8..].copy_from_slice(&(count ^ u64::from(std::process::id()) << 32).to_le_bytes());
        let store = MemoryStore::new(Lineage::from_random(seed));
        let shared: Arc<dyn Provider> = provider.clone();
        let engine = Engine::new(shared, Arc::new(store), clock, events)
            .with_wait_scale(wait_scale)
            .with_data(DataValue::Disposable);
        let backup = sdk.clone();
        Self { emulator, engine, provider, sdk, backup, stand_in: false }
    }
}
