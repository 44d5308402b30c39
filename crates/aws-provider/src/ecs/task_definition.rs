//! The handler of `AWS::ECS::TaskDefinition`.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ecs::operation::describe_task_definition::DescribeTaskDefinitionOutput;
use aws_sdk_ecs::types::{
    Compatibility, EphemeralStorage, NetworkMode, RuntimePlatform, SortOrder, TaskDefinition as Described,
    TaskDefinitionStatus,
};
use ironward_aws::ecs::TaskDefinition;
use ironward_core::compare::same;
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::provider::{
    Change, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Read, ReadResults, Target,
};
use ironward_core::schema::{Compare, Schema};
use serde_json::Value as Json;

use super::api::{Ecs, TASK_DEFINITION, sdk_tags, tag_map};
use super::container::{declared_container, sdk_container};
use super::container_parts::{items, part, sorted, text};
use super::volume::{declared_volume, sdk_volume};

pub(super) struct TaskDefinitionHandler(pub(super) Arc<Ecs>);

const REGISTER: &str = "ecs:RegisterTaskDefinition";

/// Revisions of a family that are looked through for one whose registration got no answer.
const LOOKED_THROUGH: i32 = 10;

/// What a revision says, as it is declared.
fn declared(task: &Described) -> Document {
    let containers = task.container_definitions().iter().map(declared_container).collect();
    let volumes = task.volumes().iter().map(declared_volume).collect();
    let compatibilities: Vec<&str> =
        task.requires_compatibilities().iter().map(Compatibility::as_str).collect();
    let platform = task.runtime_platform().map(|platform| {
        Document::new()
            .with("CpuArchitecture", platform.cpu_architecture().map(|cpu| cpu.as_str()))
            .with("OperatingSystemFamily", platform.operating_system_family().map(|os| os.as_str()))
    });
    let storage =
        task.ephemeral_storage().map(|storage| Document::new().with("SizeInGiB", storage.size_in_gib()));
    Document::new()
        .with("Family", task.family())
        .with("ExecutionRoleArn", task.execution_role_arn())
        .with("TaskRoleArn", task.task_role_arn())
        .with("NetworkMode", task.network_mode().map(NetworkMode::as_str))
        .with("RequiresCompatibilities", (!compatibilities.is_empty()).then_some(compatibilities))
        .with("Cpu", task.cpu())
        .with("Memory", task.memory())
        .with("ContainerDefinitions", sorted(containers, |container| text(container, "Name")))
        .with("Volumes", sorted(volumes, |volume| text(volume, "Name")))
        .with("RuntimePlatform", platform)
        .with("EphemeralStorage", storage)
        .with("EnableFaultInjection", task.enable_fault_injection())
}

/// Whether a revision says what is desired, as far as the API reports it.
fn says(desired: &Document, task: &Described) -> bool {
    let mut told = declared(task);
    for property in TaskDefinition::SCHEMA.properties {
        if let (Some(wanted), Some(seen)) = (desired.json(property.name), told.json(property.name)) {
            let seen = with_silence(seen.clone(), wanted);
            told.set(property.name, seen);
        }
    }
    let mut told = told.iter().filter(|(name, _)| desired.has(name));
    told.all(|(name, seen)| desired.json(name).is_some_and(|wanted| same(Compare::Exact, wanted, seen)))
}

/// What is seen, and where it says nothing about a member what was registered: a revision can't
/// change, so silence is no difference.
fn with_silence(seen: Json, registered: &Json) -> Json {
    match (seen, registered) {
        (Json::Object(mut seen), Json::Object(registered)) => {
            for (name, value) in registered {
                let told = seen.remove(name).unwrap_or(Json::Null);
                seen.insert(name.clone(), with_silence(told, value));
            }
            Json::Object(seen)
        }
        (Json::Array(seen), Json::Array(registered)) if seen.len() == registered.len() => {
            let both = in_order_of(registered, seen).into_iter().zip(registered);
            Json::Array(both.map(|(seen, registered)| with_silence(seen, registered)).collect())
        }
        (Json::Null, registered) => registered.clone(),
        (seen, _) => seen,
    }
}

/// A list in the order of another one, where its items have names: a mount point names its volume and a
/// dependency its container, so that nothing else tells them apart.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_MountPoint.html>,
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html>
fn in_order_of(others: &[Json], mut list: Vec<Json>) -> Vec<Json> {
    let mut ordered = Vec::with_capacity(list.len());
    for name in others.iter().filter_map(|other| other.get("Name")) {
        if let Some(index) = list.iter().position(|item| item.get("Name") == Some(name)) {
            ordered.push(list.remove(index));
        }
    }
    ordered.append(&mut list);
    ordered
}

impl Ecs {
    /// The latest active revisions of a family, newest first.
    async fn revisions(&self, family: &str) -> Result<Vec<String>, ProviderError> {
        let request = || {
            self.client
                .list_task_definitions()
                .family_prefix(family)
                .sort(SortOrder::Desc)
                .max_results(LOOKED_THROUGH)
                .send()
        };
        let answer = self.caller.call("ecs:ListTaskDefinitions", request).await?;
        Ok(answer.task_definition_arns.unwrap_or_default())
    }
}

#[async_trait]
impl Handler for TaskDefinitionHandler {
    fn schema(&self) -> &'static Schema {
        TaskDefinition::SCHEMA
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        vec![Read::new(TASK_DEFINITION, target.physical_id)]
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let arn = target.physical_id;
        let Some(answer) = answers.get::<DescribeTaskDefinitionOutput>(TASK_DEFINITION, arn)? else {
            return Ok(Observation::Absent);
        };
        let Some(task) = answer.task_definition() else { return Ok(Observation::Absent) };
        if task.status() != Some(&TaskDefinitionStatus::Active) {
            return Ok(Observation::Absent);
        }
        let mut observed = Observed::new(Document::new().with("TaskDefinitionArn", arn));
        for (name, seen) in declared(task).iter() {
            let registered = target.properties.json(name).unwrap_or(&Json::Null);
            observed = observed.with(name, with_silence(seen.clone(), registered));
        }
        Ok(Observation::Present(observed.tagged(tag_map(answer.tags()))))
    }

    async fn create(&self, operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let Self(ecs) = self;
        let family: String = desired.get("Family")?;
        let execution_role: Option<String> = desired.opt("ExecutionRoleArn")?;
        let task_role: Option<String> = desired.opt("TaskRoleArn")?;
        let network = desired.parsed::<NetworkMode>("NetworkMode")?;
        let compatibilities: Vec<String> = desired.list("RequiresCompatibilities")?;
        let compatibilities: Vec<Compatibility> =
            compatibilities.iter().map(|name| Compatibility::from(name.as_str())).collect();
        let (cpu, memory): (Option<String>, Option<String>) = (desired.opt("Cpu")?, desired.opt("Memory")?);
        let containers = items(desired, "ContainerDefinitions", sdk_container)?;
        let volumes = items(desired, "Volumes", sdk_volume)?;
        let platform = part(desired, "RuntimePlatform", |platform| {
            Ok(RuntimePlatform::builder()
                .set_cpu_architecture(platform.parsed("CpuArchitecture")?)
                .set_operating_system_family(platform.parsed("OperatingSystemFamily")?)
                .build())
        })?;
        let storage = part(desired, "EphemeralStorage", |storage| {
            Ok(EphemeralStorage::builder().set_size_in_gib(storage.opt("SizeInGiB")?).build())
        })?;
        let disturbed: Option<bool> = desired.opt("EnableFaultInjection")?;
        let tags = sdk_tags(operation.tags(desired));
        let request = || {
            ecs.client
                .register_task_definition()
                .family(&family)
                .set_execution_role_arn(execution_role.clone())
                .set_task_role_arn(task_role.clone())
                .set_network_mode(network.clone())
                .set_requires_compatibilities(Some(compatibilities.clone()))
                .set_cpu(cpu.clone())
                .set_memory(memory.clone())
                .set_container_definitions(containers.clone())
                .set_volumes(volumes.clone())
                .set_runtime_platform(platform.clone())
                .set_ephemeral_storage(storage.clone())
                .set_enable_fault_injection(disturbed)
                .set_tags(Some(tags.clone()))
                .send()
        };
        let answer = ecs.caller.make(REGISTER, request).await?;
        let arn = answer.task_definition.and_then(|task| task.task_definition_arn);
        arn.ok_or_else(|| {
            ProviderError::new(ProviderErrorKind::Ambiguous, REGISTER, "the answer holds no ARN")
        })
    }

    async fn reconcile(&self, operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        if change.has("tags") {
            self.0.retag(change.physical_id, operation, change).await?;
        }
        Ok(())
    }

    async fn delete(
        &self,
        _operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        let Self(ecs) = self;
        let request = || ecs.client.deregister_task_definition().task_definition(target.physical_id).send();
        match ecs.caller.call("ecs:DeregisterTaskDefinition", request).await {
            // A revision that is inactive already, or was deleted.
            Err(error) if error.code == "ClientException" || error.code == "InvalidParameterException" => {
                match Arc::clone(ecs).task_definition(target.physical_id.to_owned()).await? {
                    Some(answer)
                        if answer.task_definition().and_then(Described::status)
                            == Some(&TaskDefinitionStatus::Active) =>
                    {
                        Err(error)
                    }
                    Some(_) => Ok(DeleteOutcome::default()),
                    None => Err(ProviderError { kind: ProviderErrorKind::NotFound, ..error }),
                }
            }
            answer => answer.map(|_| DeleteOutcome::default()),
        }
    }

    async fn find(&self, operation: &Operation<'_>, desired: &Document) -> Result<Found, ProviderError> {
        let Self(ecs) = self;
        let family: String = desired.get("Family")?;
        for arn in ecs.revisions(&family).await? {
            let Some(answer) = Arc::clone(ecs).task_definition(arn.clone()).await? else { continue };
            let ours = operation.owns(&tag_map(answer.tags()));
            if ours && answer.task_definition().is_some_and(|task| says(desired, task)) {
                return Ok(Found::Ours { physical_id: arn });
            }
        }
        Ok(Found::Nothing)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn silence_about_a_member_is_no_difference() {
        let registered = json!([{"Name": "app", "Command": ["serve"], "User": "1"}]);
        let seen = with_silence(json!([{"Name": "app", "User": "2"}]), &registered);
        assert_eq!(seen, json!([{"Name": "app", "Command": ["serve"], "User": "2"}]));
    }

    #[test]
    fn what_has_names_has_no_order() {
        let registered = json!([{"Name": "web"}, {"Name": "app", "User": "1"}]);
        let seen = with_silence(json!([{"Name": "app"}, {"Name": "web"}]), &registered);
        assert_eq!(seen, registered);
        let other = with_silence(json!([{"Name": "app"}, {"Name": "job"}]), &registered);
        assert_ne!(other, registered);
    }
}
