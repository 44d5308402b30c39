//! What a service takes beyond its tasks: volumes, target groups of VPC Lattice, metrics.

use std::collections::BTreeMap;

use ironward_core::output::{IntoInput, Output, ToValue};
use ironward_core::value::Value;
use ironward_macros::{Choice, Properties};

use super::{PropagateTags, Volume};
use crate::iam::RoleArn;
use crate::kms::CustomerKey;

/// A volume of EBS that each task gets for itself when it starts, and that ends with it; always
/// encrypted with a customer-managed key (45 CFR 164.312(a)(2)(iv)).
///
/// Source: Amazon ECS API Reference, `ServiceManagedEBSVolumeConfiguration`.
#[derive(Debug, Clone)]
pub struct ServiceVolume {
    name: String,
    members: BTreeMap<&'static str, Value>,
}

impl ServiceVolume {
    /// A volume of so many GiB for a volume of the task definition that is
    /// [configured at launch](Volume::configured_at_launch), attached by this role.
    #[must_use]
    pub fn new(
        volume: &Volume,
        size_gibibytes: impl IntoInput<i64>,
        key: CustomerKey,
        role: impl IntoInput<RoleArn>,
    ) -> Self {
        let members = BTreeMap::from([
            ("Encrypted", true.to_value()),
            ("KmsKeyId", key.to_value()),
            ("RoleArn", role.into_input().to_value()),
            ("SizeInGiB", size_gibibytes.into_input().to_value()),
        ]);
        Self { name: volume.name.clone(), members }
    }

    fn with(mut self, name: &'static str, value: Value) -> Self {
        self.members.insert(name, value);
        self
    }

    /// The type; gp3 unless set otherwise.
    #[must_use]
    pub fn volume_type(self, kind: EbsVolumeType) -> Self {
        self.with("VolumeType", kind.to_value())
    }

    /// Operations a second that are provisioned.
    #[must_use]
    pub fn iops(self, iops: impl IntoInput<i64>) -> Self {
        self.with("Iops", iops.into_input().to_value())
    }

    /// MiB a second that are provisioned (gp3).
    #[must_use]
    pub fn throughput(self, throughput: impl IntoInput<i64>) -> Self {
        self.with("Throughput", throughput.into_input().to_value())
    }

    /// The file system; XFS unless set otherwise.
    #[must_use]
    pub fn filesystem_type(self, kind: FilesystemType) -> Self {
        self.with("FilesystemType", kind.to_value())
    }

    /// Fills it with a snapshot, and reads that at so many MiB a second, 100 to 300.
    #[must_use]
    pub fn snapshot(self, id: impl IntoInput<String>, rate: Option<i64>) -> Self {
        let filled = self.with("SnapshotId", id.into_input().to_value());
        match rate {
            Some(rate) => filled.with("VolumeInitializationRate", rate.to_value()),
            None => filled,
        }
    }

    /// Gives it the tags of the service or of the task definition.
    #[must_use]
    pub fn propagate_tags(self, whose: PropagateTags) -> Self {
        let tags = BTreeMap::from([
            ("ResourceType".to_owned(), "volume".to_value()),
            ("PropagateTags".to_owned(), whose.to_value()),
        ]);
        self.with("TagSpecifications", Value::List(vec![Value::Map(tags)]))
    }
}

impl ToValue for ServiceVolume {
    fn to_value(&self) -> Value {
        let managed = self.members.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        Value::Map(BTreeMap::from([
            ("Name".to_owned(), self.name.to_value()),
            ("ManagedEBSVolume".to_owned(), Value::Map(managed)),
        ]))
    }
}

/// The type of a volume of EBS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum EbsVolumeType {
    /// General purpose, third generation.
    #[value("gp3")]
    Gp3,
    /// General purpose, second generation.
    #[value("gp2")]
    Gp2,
    /// Provisioned operations.
    #[value("io1")]
    Io1,
    /// Provisioned operations, second generation.
    #[value("io2")]
    Io2,
    /// Disks, for throughput.
    #[value("st1")]
    St1,
    /// Disks, for what is rarely read.
    #[value("sc1")]
    Sc1,
}

/// The file system of a volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[non_exhaustive]
pub enum FilesystemType {
    /// ext3.
    #[value("ext3")]
    Ext3,
    /// ext4.
    #[value("ext4")]
    Ext4,
    /// XFS.
    #[value("xfs")]
    Xfs,
}

/// A target group of VPC Lattice that tasks are registered in.
#[derive(Debug, Clone, Properties)]
pub struct VpcLatticeConfiguration {
    /// The name of the port in the task definition.
    port_name: Output<String>,
    /// The role by which ECS registers tasks.
    role_arn: Output<RoleArn>,
    /// The ARN of the target group.
    target_group_arn: Output<String>,
}

/// How often the service's own metrics are taken.
#[derive(Debug, Clone, Properties)]
pub struct Monitoring {
    /// By metric.
    #[property(required)]
    metric_configurations: Vec<MetricConfiguration>,
}

/// How often metrics of a service are taken.
#[derive(Debug, Clone, Properties)]
pub struct MetricConfiguration {
    /// The metrics.
    #[property(required)]
    metric_names: Vec<ServiceMetric>,
    /// Seconds between two values: 20 or 60.
    resolution_seconds: Output<i64>,
}

/// A metric of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum ServiceMetric {
    /// The share of CPU that is used.
    #[value("CPUUtilization")]
    Cpu,
    /// The share of memory that is used.
    #[value("MemoryUtilization")]
    Memory,
}
