//! Volumes of a task.

use ironward_core::output::{IntoInput, Output, ToValue};
use ironward_core::value::Value;

use super::cluster::object;

ironward_core::identifiers! {
    /// The id of an EFS file system.
    FileSystemId;
    /// The id of an EFS access point.
    AccessPointId;
}

/// A volume that containers of a task mount.
#[derive(Debug, Clone)]
pub struct Volume {
    pub(super) name: String,
    efs: Option<Efs>,
    at_launch: bool,
}

#[derive(Debug, Clone)]
struct Efs {
    file_system: Output<FileSystemId>,
    root_directory: Option<Output<String>>,
    access_point: Option<Output<AccessPointId>>,
    iam: bool,
    port: Option<Output<i64>>,
}

impl Volume {
    /// A volume on the task's own disk, which ends with the task.
    #[must_use]
    pub fn ephemeral(name: &str) -> Self {
        Self { name: name.to_owned(), efs: None, at_launch: false }
    }

    /// A volume that the service gives each task: see [`ServiceVolume`](super::ServiceVolume).
    #[must_use]
    pub fn configured_at_launch(name: &str) -> Self {
        Self { name: name.to_owned(), efs: None, at_launch: true }
    }

    /// A volume on an EFS file system, always encrypted in transit (45 CFR 164.312(e)(1)).
    #[must_use]
    pub fn efs(name: &str, file_system: impl IntoInput<FileSystemId>) -> Self {
        let efs = Efs {
            file_system: file_system.into_input(),
            root_directory: None,
            access_point: None,
            iam: false,
            port: None,
        };
        Self { name: name.to_owned(), efs: Some(efs), at_launch: false }
    }

    /// Mounts this directory of the file system; its root unless set otherwise. Nothing changes
    /// for a volume on the task's own disk.
    #[must_use]
    pub fn root_directory(self, path: impl IntoInput<String>) -> Self {
        let path = path.into_input();
        self.edited(|efs| efs.root_directory = Some(path))
    }

    /// Mounts through an access point. Nothing changes for a volume on the task's own disk.
    #[must_use]
    pub fn access_point(self, id: impl IntoInput<AccessPointId>) -> Self {
        let id = id.into_input();
        self.edited(|efs| efs.access_point = Some(id))
    }

    /// Mounts with the task's role, so that the file system's policy can tell tasks apart. Nothing
    /// changes for a volume on the task's own disk.
    #[must_use]
    pub fn with_task_role(self) -> Self {
        self.edited(|efs| efs.iam = true)
    }

    /// Sends encrypted data between host and file system through this port. Nothing changes for
    /// a volume on the task's own disk.
    #[must_use]
    pub fn transit_encryption_port(self, port: impl IntoInput<i64>) -> Self {
        let port = port.into_input();
        self.edited(|efs| efs.port = Some(port))
    }

    fn edited(mut self, edit: impl FnOnce(&mut Efs)) -> Self {
        if let Some(efs) = &mut self.efs {
            edit(efs);
        }
        self
    }
}

impl ToValue for Efs {
    fn to_value(&self) -> Value {
        let authorization = if self.access_point.is_some() || self.iam {
            let iam = if self.iam { "ENABLED".to_value() } else { Value::NULL };
            object([("AccessPointId", self.access_point.to_value()), ("IAM", iam)])
        } else {
            Value::NULL
        };
        object([
            ("FilesystemId", self.file_system.to_value()),
            ("RootDirectory", self.root_directory.to_value()),
            ("TransitEncryption", "ENABLED".to_value()),
            ("TransitEncryptionPort", self.port.to_value()),
            ("AuthorizationConfig", authorization),
        ])
    }
}

impl ToValue for Volume {
    fn to_value(&self) -> Value {
        let at_launch = if self.at_launch { true.to_value() } else { Value::NULL };
        object([
            ("Name", self.name.to_value()),
            ("EFSVolumeConfiguration", self.efs.to_value()),
            ("ConfiguredAtLaunch", at_launch),
        ])
    }
}
