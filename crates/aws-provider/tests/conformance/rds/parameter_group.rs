//! `AWS::RDS::DBParameterGroup` under test.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_rds::Client;
use aws_sdk_rds::types::{ApplyMethod, Parameter};
use ironward_aws::rds::{DbParameterGroup, DbParameterGroupName};
use ironward_core::program::DeclareError;
use ironward_core::stack::{Hipaa, Stack};
use serde_json::{Value as Json, json};

use crate::cloud::{Cloud, Emulator};
use crate::subject::Subject;
use crate::suite::conform;

struct ParameterGroupSubject;

#[async_trait]
impl Subject for ParameterGroupSubject {
    fn declare(&self, stack: &mut Stack<Hipaa>, edit: Option<&str>) -> Result<(), DeclareError> {
        let family = if edit == Some("Family") { "postgres17" } else { "postgres16" };
        let description = if edit == Some("Description") { "edited" } else { "conformance" };
        let statements = if edit == Some("Parameters") { "all" } else { "ddl" };
        let mut group = DbParameterGroup::new(family, description)
            .parameters([("rds.force_ssl", "1"), ("log_statement", statements)])
            .tag("use", "test");
        match edit {
            Some("Tags") => group = group.tag("use", "edited").tag("more", "yes"),
            Some("DBParameterGroupName") => {
                group = group.db_parameter_group_name(DbParameterGroupName::new("Conformance-Edited"));
            }
            _ => {}
        }
        stack.add("subject", group)?;
        Ok(())
    }

    fn updates(&self) -> &'static [&'static str] {
        &["Parameters", "Tags"]
    }

    fn replacements(&self) -> &'static [&'static str] {
        &["DBParameterGroupName", "Description", "Family"]
    }

    async fn read(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<&'static str, Json>> {
        let rds = Client::new(&cloud.sdk);
        let groups = rds.describe_db_parameter_groups().db_parameter_group_name(id).send().await.ok()?;
        groups.db_parameter_groups().first()?;
        let request = rds.describe_db_parameters().db_parameter_group_name(id).source("user");
        let parameters = request.send().await.ok()?;
        let pair = |parameter: &Parameter| {
            Some((parameter.parameter_name.clone()?, parameter.parameter_value.clone()?))
        };
        let parameters: BTreeMap<String, String> = parameters.parameters().iter().filter_map(pair).collect();
        Some(BTreeMap::from([("Parameters", json!(parameters)), ("Tags", json!(self.tags(cloud, id).await))]))
    }

    async fn tags(&self, cloud: &Cloud, id: &str) -> Option<BTreeMap<String, String>> {
        let arn = format!("arn:aws:rds:us-east-1:123456789012:pg:{id}");
        let tags = Client::new(&cloud.sdk).list_tags_for_resource().resource_name(arn).send().await.unwrap();
        let pair = |tag: &aws_sdk_rds::types::Tag| Some((tag.key.clone()?, tag.value.clone()?));
        Some(tags.tag_list().iter().filter_map(pair).collect())
    }

    async fn remove(&self, cloud: &Cloud, id: &str) {
        let request = Client::new(&cloud.sdk).delete_db_parameter_group().db_parameter_group_name(id);
        request.send().await.unwrap();
    }

    async fn disturb(&self, cloud: &Cloud, id: &str) -> Option<&'static str> {
        let parameter = Parameter::builder().parameter_name("rds.force_ssl").parameter_value("0");
        let parameter = parameter.apply_method(ApplyMethod::Immediate).build();
        let request = Client::new(&cloud.sdk).modify_db_parameter_group().db_parameter_group_name(id);
        request.parameters(parameter).send().await.unwrap();
        Some("Parameters")
    }

    fn unseen(&self, emulator: Emulator) -> &'static [&'static str] {
        match emulator {
            Emulator::Sandbox => &["Parameters"],
            Emulator::Moto => &[],
        }
    }
}

#[tokio::test]
async fn parameter_group_on_sandbox() {
    conform(&ParameterGroupSubject, Cloud::sandbox().await).await;
}

#[tokio::test]
async fn parameter_group_on_moto() {
    conform(&ParameterGroupSubject, Cloud::moto().await).await;
}
