//! What every test needs: configurations for SDK clients, and a sandbox that can be reopened.

use std::path::Path;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_types::SdkConfig;
use aws_types::region::Region;
use ironward_sandbox::Sandbox;
use tempfile::TempDir;

pub(crate) const REGION: &str = "eu-west-1";

/// A persisted sandbox in a directory of its own.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) dir: TempDir,
}

impl World {
    pub(crate) async fn new() -> World {
        let dir = tempfile::tempdir().unwrap();
        let sandbox = Sandbox::open(dir.path()).await.unwrap();
        World { sandbox, dir }
    }

    /// The sandbox as the next process finds it, had this one been killed now.
    pub(crate) async fn crash(&self) -> World {
        let dir = tempfile::tempdir().unwrap();
        copy(self.dir.path(), dir.path());
        let sandbox = Sandbox::open(dir.path()).await.unwrap();
        World { sandbox, dir }
    }

    pub(crate) fn config(&self) -> SdkConfig {
        config(&self.sandbox)
    }
}

pub(crate) fn config(sandbox: &Sandbox) -> SdkConfig {
    config_in(sandbox, REGION)
}

pub(crate) fn config_in(sandbox: &Sandbox, region: &'static str) -> SdkConfig {
    builder(region).http_client(sandbox.http_client()).build()
}

/// A configuration that goes over the network to an endpoint.
pub(crate) fn config_at(endpoint: &str) -> SdkConfig {
    builder(REGION)
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .endpoint_url(endpoint)
        .build()
}

fn builder(region: &'static str) -> aws_types::sdk_config::Builder {
    let credentials = Credentials::for_tests();
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .sleep_impl(aws_smithy_async::rt::sleep::SharedAsyncSleep::new(
            aws_smithy_async::rt::sleep::TokioSleep::new(),
        ))
}

pub(crate) fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir_all(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
