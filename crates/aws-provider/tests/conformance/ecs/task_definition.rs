//! Task definitions under test.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use async_trait::async_trait;
use aws_sdk_ecs::Client;
use aws_sdk_ecs::operation::describe_task_definition::DescribeTaskDefinitionOutput;
use aws_sdk_ecs::types::{Tag, TaskDefinitionField, TaskDefinitionStatus};
use ironward_aws::ecs::{
    AwsLogs, Container, Cpu, CpuArchitecture, EphemeralStorage, FileSystemId, HealthCheck, Image,
    ImageDigest, LinuxParameters, NonRootUser, PortMapping, RuntimePlatform, Secret, TaskDefinition, Volume,
};
use ironward_aws::iam::RoleArn;
use ironward_aws::logs::LogGroupName;
use ironward_aws::place::Region;
use ironward_aws::rds::SecretArn;
use ironward_core::program::DeclareError;
use ironward_core::stack::{Hipaa, Stack};
use serde_json::{Value as Json, json};

use crate::cloud::{Cloud, Emulator};
use crate::subject::Subject;
use crate::suite::{conform, found_again};

/// How its container is edited.
#[derive(Clone, Copy)]
enum Edited {
    /// A member gets another value.
    Changed,
    /// A member leaves.
    Removed,
}

struct TaskSubject {
    family: String,
    edited: Edited,
}

impl TaskSubject {
    fn new(edited: Edited) -> Self {
        // Revisions are counted on from run to run on a server that outlives the test.
        let family = match edited {
            Edited::Changed => "conformance-changed",
            Edited::Removed => "conformance-removed",
        };
        Self { family: family.to_owned(), edited }
    }

    fn container(&self, edited: bool) -> Container {
        let digest = ImageDigest::new(&format!("sha256:{}", "ab".repeat(32))).unwrap();
        let image = Image::by_digest("123456789012.dkr.ecr.us-east-1.amazonaws.com/fhir", &digest);
        let logs = AwsLogs::new(LogGroupName::new("fhir"), Region::new("us-east-1"), "fhir");
        let user = NonRootUser::id(NonZeroU32::new(1000).unwrap());
        let secret = SecretArn::new("arn:aws:secretsmanager:us-east-1:123456789012:secret:db-abcdef");
        let level = if edited && matches!(self.edited, Edited::Changed) { "debug" } else { "info" };
        let container = Container::new("fhir", image, user, logs)
            .port(PortMapping::tcp(8443))
            .environment("PORT", "8443")
            .environment("LEVEL", level)
            .secret("PASSWORD", Secret::key(secret, "password"))
            .mount(&Volume::ephemeral("scratch"), "/tmp")
            .linux_parameters(LinuxParameters::new().init_process_enabled(true).drop(["ALL"]));
        if edited && matches!(self.edited, Edited::Removed) {
            return container;
        }
        container.health_check(HealthCheck::new(["CMD", "/bin/check"]).retries(5))
    }
}

async fn described(cloud: &Cloud, arn: &str) -> Option<DescribeTaskDefinitionOutput> {
    let request = Client::new(&cloud.sdk).describe_task_definition().task_definition(arn);
    let answer = request.include(TaskDefinitionField::Tags).send().await.ok()?;
    (answer.task_definition()?.status() == Some(&TaskDefinitionStatus::Active)).then_some(answer)
}

#[async_trait]
impl Subject for TaskSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let role = |name: &str| RoleArn::new(format!("arn:aws:iam::123456789012:role/{name}"));
        let execution = role(if edit == Some("ExecutionRoleArn") { "edited" } else { "execution" });
        let memory = if edit == Some("Memory") { 2048 } else { 1024 };
        let cpu = if edit == Some("Cpu") { Cpu::Half } else { Cpu::Quarter };
        let container = self.container(edit == Some("ContainerDefinitions"));
        let mut task =
            TaskDefinition::fargate(&self.family, execution, role("task"), cpu, memory, [container])
                .tag("use", "test");
        let mut volumes = vec![Volume::ephemeral("scratch")];
        match edit {
            Some("Volumes") => {
                volumes.push(Volume::efs("archive", FileSystemId::new("fs-12345678")).with_task_role());
            }
            Some("RuntimePlatform") => {
                task = task.runtime_platform(RuntimePlatform::linux(CpuArchitecture::Arm));
            }
            Some("EphemeralStorage") => task = task.ephemeral_storage(EphemeralStorage::new(30)),
            Some("Tags") => task = task.tag("use", "edited").tag("more", "yes"),
            _ => {}
        }
        stack.add("subject", task.volumes(volumes))?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        &["Tags"]
    }

    fn replacements(&self) -> &'static [&'static str] {
        &[
            "ContainerDefinitions",
            "Cpu",
            "Memory",
            "ExecutionRoleArn",
            "Volumes",
            "RuntimePlatform",
            "EphemeralStorage",
        ]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        let answer = described(cloud, id).await?;
        let task = answer.task_definition()?;
        assert_eq!(task.network_mode().map(|mode| mode.as_str()), Some("awsvpc"));
        let container = &task.container_definitions()[0];
        assert!(container.image().unwrap().contains("@sha256:"), "{container:?}");
        Some(BTreeMap::from([("Tags", json!(self.tags(cloud, id).await))]))
    }

    async fn tags(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<String, String>> {
        let answer = described(cloud, id).await?;
        let pair = |tag: &Tag| (tag.key().unwrap().to_owned(), tag.value().unwrap().to_owned());
        Some(answer.tags().iter().map(pair).collect())
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        let request = Client::new(&cloud.sdk).deregister_task_definition().task_definition(id);
        request.send().await.unwrap();
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        let tag = Tag::builder().key("use").value("by hand").build();
        Client::new(&cloud.sdk).tag_resource().resource_arn(id).tags(tag).send().await.unwrap();
        Some("Tags")
    }

    fn ends_twice(&self, _emulator: Emulator) -> bool {
        true
    }
}

#[tokio::test]
async fn task_definition_on_sandbox() {
    for edited in [Edited::Changed, Edited::Removed] {
        conform(&TaskSubject::new(edited), Cloud::sandbox().await).await;
    }
}

#[tokio::test]
async fn task_definition_is_found_again() {
    found_again(&TaskSubject::new(Edited::Changed), Cloud::sandbox().await).await;
}

#[tokio::test]
async fn task_definition_on_moto() {
    for edited in [Edited::Changed, Edited::Removed] {
        conform(&TaskSubject::new(edited), Cloud::moto().await).await;
    }
}
