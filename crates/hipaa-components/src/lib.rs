//! Typed components for AWS workloads that hold health data.
//!
//! Each component is useful alone and declares what the HIPAA Security Rule (45 CFR Part 164
//! Subpart C) asks for; [`HipaaFhirServer`] is made of the others.

pub mod access;
pub mod access_log;
pub mod backup;
pub mod bucket;
pub mod certificate;
pub mod classification;
pub mod database;
pub mod environment;
pub mod fhir_server;
pub mod image;
pub mod key;
pub mod network;
pub mod retention;
pub mod service;
pub mod state;
pub mod trail;
pub mod vpc;
pub mod windows;

pub use access::Access;
pub use access_log::AccessLogBucket;
pub use backup::BackupPlan;
pub use bucket::{AuditBucket, PhiBucket};
pub use certificate::ServiceCertificate;
pub use classification::Classification;
pub use database::{DatabaseKeys, HipaaDatabase, PostgresVersion, Storage};
pub use environment::Environment;
pub use fhir_server::HipaaFhirServer;
pub use image::{FhirImage, Transport};
pub use key::{HipaaKey, KeyUse};
pub use network::NetworkPlan;
pub use retention::Retention;
pub use service::{DatabaseLogin, FhirService};
pub use state::StateBucket;
pub use trail::AuditTrail;
pub use vpc::{HipaaVpc, WaysOut};
pub use windows::{DailyWindow, Weekday, WeeklyWindow};

#[doc(hidden)]
pub use ironward_aws as aws;
