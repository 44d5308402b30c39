//! Volumes of a task, to the SDK's types and back.

use aws_sdk_ecs::types::{EfsAuthorizationConfig, EfsVolumeConfiguration, Volume};
use ironward_core::document::Document;
use ironward_core::error::ProviderError;

use super::api::incomplete;
use super::container_parts::part;

pub(super) fn sdk_volume(volume: &Document) -> Result<Volume, ProviderError> {
    let efs = part(volume, "EFSVolumeConfiguration", |efs| {
        let authorization = part(efs, "AuthorizationConfig", |authorization| {
            let builder =
                EfsAuthorizationConfig::builder().set_access_point_id(authorization.opt("AccessPointId")?);
            Ok(builder.set_iam(authorization.parsed("IAM")?).build())
        })?;
        EfsVolumeConfiguration::builder()
            .set_file_system_id(efs.opt("FilesystemId")?)
            .set_root_directory(efs.opt("RootDirectory")?)
            .set_transit_encryption(efs.parsed("TransitEncryption")?)
            .set_transit_encryption_port(efs.opt("TransitEncryptionPort")?)
            .set_authorization_config(authorization)
            .build()
            .map_err(|error| incomplete(&error))
    })?;
    Ok(Volume::builder()
        .set_name(volume.opt("Name")?)
        .set_efs_volume_configuration(efs)
        .set_configured_at_launch(volume.opt("ConfiguredAtLaunch")?)
        .build())
}

pub(super) fn declared_volume(volume: &Volume) -> Document {
    let efs = volume.efs_volume_configuration().map(|efs| {
        let authorization = efs.authorization_config().map(|authorization| {
            Document::new()
                .with("AccessPointId", authorization.access_point_id())
                .with("IAM", authorization.iam().map(|iam| iam.as_str()))
        });
        Document::new()
            .with("FilesystemId", efs.file_system_id())
            .with("RootDirectory", efs.root_directory())
            .with("TransitEncryption", efs.transit_encryption().map(|encryption| encryption.as_str()))
            .with("TransitEncryptionPort", efs.transit_encryption_port())
            .with("AuthorizationConfig", authorization)
    });
    Document::new()
        .with("Name", volume.name())
        .with("EFSVolumeConfiguration", efs)
        .with("ConfiguredAtLaunch", volume.configured_at_launch().filter(|at_launch| *at_launch))
}
