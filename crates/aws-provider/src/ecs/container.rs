//! Container definitions, to the SDK's types and back to how they are declared.

use aws_sdk_ecs::types::{ContainerDefinition, RepositoryCredentials};
use ironward_core::document::Document;
use ironward_core::error::ProviderError;

use super::api::incomplete;
use super::container_parts::*;

pub(super) fn sdk_container(container: &Document) -> Result<ContainerDefinition, ProviderError> {
    let credentials = part(container, "RepositoryCredentials", |credentials| {
        RepositoryCredentials::builder()
            .set_credentials_parameter(credentials.opt("CredentialsParameter")?)
            .build()
            .map_err(|error| incomplete(&error))
    })?;
    Ok(ContainerDefinition::builder()
        .set_name(container.opt("Name")?)
        .set_image(container.opt("Image")?)
        .set_repository_credentials(credentials)
        .set_cpu(container.opt("Cpu")?)
        .set_memory(container.opt("Memory")?)
        .set_memory_reservation(container.opt("MemoryReservation")?)
        .set_essential(container.opt("Essential")?)
        .set_privileged(container.opt("Privileged")?)
        .set_readonly_root_filesystem(container.opt("ReadonlyRootFilesystem")?)
        .set_user(container.opt("User")?)
        .set_credential_specs(container.opt("CredentialSpecs")?)
        .set_working_directory(container.opt("WorkingDirectory")?)
        .set_entry_point(container.opt("EntryPoint")?)
        .set_command(container.opt("Command")?)
        .set_start_timeout(container.opt("StartTimeout")?)
        .set_stop_timeout(container.opt("StopTimeout")?)
        .set_version_consistency(container.parsed("VersionConsistency")?)
        .set_docker_labels(texts(container, "DockerLabels")?)
        .set_environment(items(container, "Environment", sdk_pair)?)
        .set_secrets(items(container, "Secrets", sdk_secret)?)
        .set_port_mappings(items(container, "PortMappings", sdk_port)?)
        .set_mount_points(items(container, "MountPoints", sdk_mount)?)
        .set_depends_on(items(container, "DependsOn", sdk_dependency)?)
        .set_ulimits(items(container, "Ulimits", sdk_ulimit)?)
        .set_system_controls(items(container, "SystemControls", sdk_control)?)
        .set_log_configuration(part(container, "LogConfiguration", sdk_logs)?)
        .set_health_check(part(container, "HealthCheck", sdk_health)?)
        .set_linux_parameters(part(container, "LinuxParameters", sdk_linux)?)
        .set_restart_policy(part(container, "RestartPolicy", sdk_restart)?)
        .build())
}

/// A container as it is declared: what the service fills in is left out, and lists without an
/// order are in the order of their names.
pub(super) fn declared_container(container: &ContainerDefinition) -> Document {
    let by = |name: &'static str| move |item: &Document| text(item, name);
    let list = |items: Vec<Document>, name: &'static str| sorted(items, by(name));
    let ports = container.port_mappings().iter().map(declared_port).collect();
    let port = |port: &Document| (port.opt::<i64>("ContainerPort").ok().flatten(), text(port, "Protocol"));
    let credentials = container
        .repository_credentials()
        .map(|credentials| Document::new().with("CredentialsParameter", credentials.credentials_parameter()));
    Document::new()
        .with("Name", container.name())
        .with("Image", container.image())
        .with("RepositoryCredentials", credentials)
        .with("Cpu", Some(container.cpu()).filter(|cpu| *cpu != 0))
        .with("Memory", container.memory())
        .with("MemoryReservation", container.memory_reservation())
        .with("Essential", container.essential().unwrap_or(true))
        .with("Privileged", container.privileged())
        .with("ReadonlyRootFilesystem", container.readonly_root_filesystem())
        .with("User", container.user())
        .with("CredentialSpecs", words(container.credential_specs()))
        .with("WorkingDirectory", container.working_directory())
        .with("EntryPoint", words(container.entry_point()))
        .with("Command", words(container.command()))
        .with("StartTimeout", container.start_timeout())
        .with("StopTimeout", container.stop_timeout())
        .with("VersionConsistency", container.version_consistency().map(|version| version.as_str()))
        .with("DockerLabels", map(container.docker_labels()))
        .with("Environment", list(container.environment().iter().map(declared_pair).collect(), "Name"))
        .with("Secrets", list(container.secrets().iter().map(declared_secret).collect(), "Name"))
        .with("PortMappings", sorted(ports, port))
        .with(
            "MountPoints",
            list(container.mount_points().iter().map(declared_mount).collect(), "ContainerPath"),
        )
        .with(
            "DependsOn",
            list(container.depends_on().iter().map(declared_dependency).collect(), "ContainerName"),
        )
        .with("Ulimits", list(container.ulimits().iter().map(declared_ulimit).collect(), "Name"))
        .with(
            "SystemControls",
            list(container.system_controls().iter().map(declared_control).collect(), "Namespace"),
        )
        .with("LogConfiguration", container.log_configuration().map(declared_logs))
        .with("HealthCheck", container.health_check().map(declared_health))
        .with("LinuxParameters", container.linux_parameters().map(declared_linux))
        .with("RestartPolicy", container.restart_policy().map(declared_restart))
}

#[cfg(test)]
mod tests {
    use aws_sdk_ecs::types::{KeyValuePair, PortMapping};

    use super::*;

    #[test]
    fn what_the_service_fills_in_is_left_out_and_order_does_not_count() {
        let pair = |name: &str| KeyValuePair::builder().name(name).value("1").build();
        let port = |number| PortMapping::builder().container_port(number).host_port(number).build();
        let described = ContainerDefinition::builder()
            .name("app")
            .image("i")
            .cpu(0)
            .set_environment(Some(vec![pair("B"), pair("A")]))
            .set_port_mappings(Some(vec![port(9000), port(8443)]))
            .set_mount_points(Some(Vec::new()))
            .build();
        let declared = declared_container(&described);
        assert!(!declared.has("Cpu") && !declared.has("MountPoints"));
        assert_eq!(declared.opt::<bool>("Essential"), Ok(Some(true)));
        assert_eq!(declared.at("Environment.0.Name").and_then(|name| name.as_str()), Some("A"));
        assert_eq!(declared.at("PortMappings.0.ContainerPort").and_then(|port| port.as_i64()), Some(8443));
        assert_eq!(declared.at("PortMappings.0.Protocol").and_then(|name| name.as_str()), Some("tcp"));
    }

    #[test]
    fn a_container_survives_the_way_there_and_back() {
        let json = serde_json::json!({
            "Name": "app", "Image": "repository@sha256:0", "Cpu": 128, "Memory": 256, "Essential": true,
            "Privileged": false, "ReadonlyRootFilesystem": true, "User": "1000:1000",
            "WorkingDirectory": "/srv", "EntryPoint": ["/bin/app"], "Command": ["serve"],
            "StartTimeout": 30, "StopTimeout": 60, "VersionConsistency": "enabled",
            "DockerLabels": {"a": "b"}, "Environment": [{"Name": "A", "Value": "1"}],
            "Secrets": [{"Name": "S", "ValueFrom": "arn:key::"}],
            "PortMappings": [
                {"ContainerPort": 8443, "Protocol": "tcp", "Name": "https", "AppProtocol": "http2"},
            ],
            "MountPoints": [{"SourceVolume": "v", "ContainerPath": "/v", "ReadOnly": true}],
            "DependsOn": [{"ContainerName": "init", "Condition": "SUCCESS"}],
            "Ulimits": [{"Name": "nofile", "SoftLimit": 1024, "HardLimit": 4096}],
            "SystemControls": [{"Namespace": "net.core.somaxconn", "Value": "1024"}],
            "LogConfiguration": {"LogDriver": "awslogs", "Options": {"awslogs-group": "g"}},
            "HealthCheck": {"Command": ["CMD", "true"], "Interval": 30, "Retries": 3},
            "LinuxParameters": {
                "InitProcessEnabled": true, "Capabilities": {"Drop": ["ALL"]},
                "Tmpfs": [{"ContainerPath": "/tmp", "Size": 64, "MountOptions": ["noexec"]}],
            },
            "RestartPolicy": {"Enabled": true, "IgnoredExitCodes": [0], "RestartAttemptPeriod": 60},
            "CredentialSpecs": ["credentialspecdomainless:arn"],
            "RepositoryCredentials": {"CredentialsParameter": "arn"}, "MemoryReservation": 128,
        });
        let declared: Document = json.as_object().cloned().map(Document::from).unwrap_or_default();
        let back = sdk_container(&declared).map(|container| declared_container(&container));
        assert_eq!(back, Ok(declared));
    }
}
