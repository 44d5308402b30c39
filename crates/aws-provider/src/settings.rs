//! How to reach a cloud.

use std::collections::BTreeMap;

use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::origin::Origin;
use aws_types::region::Region;

use std::sync::Arc;
use std::time::Duration;

use crate::gate::Gate;
use crate::recording::Recording;
use crate::service::Service;
use crate::transport::encrypted;

/// How to reach one account and region.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Settings {
    /// The region, such as `us-east-1`.
    pub region: String,
    /// The account that must be reached; any where none is given.
    pub account: Option<String>,
    /// The endpoint of all services, for an emulator.
    pub endpoint: Option<String>,
    /// Endpoints of single services by their name in [`names`](crate::service::names), such as `backup`.
    pub endpoints: BTreeMap<String, String>,
    /// A role to assume.
    pub role_arn: Option<String>,
    /// An HTTP client to use, such as the embedded sandbox.
    pub http_client: Option<SharedHttpClient>,
    /// Whether this is an emulator: fixed test credentials, and little patience. Which one it is
    /// says its answer to `sts:GetCallerIdentity`; what that emulator is known not to show is
    /// unobserved there: no drift and no proof.
    pub emulated: bool,
    /// Asked before every call that changes something.
    pub gate: Gate,
    /// Services that aren't of this crate.
    pub services: Vec<&'static Service>,
    /// Where every call is recorded, if anywhere.
    pub recording: Option<Arc<Recording>>,
}

impl Settings {
    /// The settings of a region with the credentials of the environment.
    pub fn new(region: impl Into<String>) -> Self {
        Self { region: region.into(), ..Self::default() }
    }

    /// The SDK configuration that these settings make.
    pub async fn sdk_config(&self) -> SdkConfig {
        let http_client = self.http_client.clone().unwrap_or_else(|| {
            use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
            aws_smithy_http_client::Builder::new()
                .tls_provider(Provider::Rustls(CryptoMode::Ring))
                .build_https()
        });
        let http_client = match self.emulated {
            true => http_client,
            false => encrypted(http_client),
        };
        let http_client = match &self.recording {
            Some(recording) => recording.before(http_client),
            None => http_client,
        };
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(5))
            .operation_attempt_timeout(Duration::from_secs(60))
            .build();
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .region(Region::new(self.region.clone()))
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts)
            .http_client(http_client);
        if let Some(endpoint) = &self.endpoint {
            loader = loader.endpoint_url(endpoint);
        }
        if self.emulated {
            loader = loader.credentials_provider(Credentials::new("test", "test", None, None, "emulator"));
        }
        let config = loader.load().await;
        let Some(role) = &self.role_arn else { return config };
        let assumed = aws_config::sts::AssumeRoleProvider::builder(role)
            .configure(&config)
            .session_name("ironward")
            .build()
            .await;
        config.into_builder().credentials_provider(SharedCredentialsProvider::new(assumed)).build()
    }

    /// The configuration for one service, by its SDK name: with its own endpoint, where it has one.
    #[must_use]
    pub fn of_service(&self, config: &SdkConfig, service: &str) -> SdkConfig {
        let Some(endpoint) = self.endpoints.get(service) else { return config.clone() };
        let mut builder = config.clone().into_builder().endpoint_url(endpoint);
        // Else what the environment names for the service, such as AWS_ENDPOINT_URL_KMS, goes before.
        builder.insert_origin("endpoint_url", Origin::shared_config());
        builder.build()
    }

    /// The configuration of a client of S3: an emulator has one host name for all buckets, and names some answers
    /// other than documented.
    #[cfg(feature = "s3")]
    #[must_use]
    pub fn s3_config(&self, config: &SdkConfig) -> aws_sdk_s3::config::Builder {
        crate::s3::client(config, self.emulated)
    }
}
