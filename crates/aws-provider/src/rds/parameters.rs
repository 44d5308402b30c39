//! The parameters of a parameter group.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aws_sdk_rds::types::{ApplyMethod, Parameter};
use ironward_core::fault::Fault;

use super::api::{PARAMETERS, Rds};

/// Parameters that one call may change.
const AT_ONCE: usize = 20;

impl Rds {
    /// The parameters that somebody set, with their values.
    pub(super) async fn own_parameters(
        self: Arc<Self>,
        group: String,
    ) -> Result<Option<BTreeMap<String, String>>, Fault> {
        let Some(parameters) = self.parameters(&group, Some("user")).await? else { return Ok(None) };
        let pairs =
            parameters.into_iter().filter_map(|Parameter { parameter_name, parameter_value, .. }| {
                Some((parameter_name?, parameter_value?))
            });
        Ok(Some(pairs.collect()))
    }

    async fn parameters(&self, group: &str, source: Option<&str>) -> Result<Option<Vec<Parameter>>, Fault> {
        let mut found = Vec::new();
        let mut marker = None;
        loop {
            let request = || {
                self.client
                    .describe_db_parameters()
                    .db_parameter_group_name(group)
                    .set_source(source.map(str::to_owned))
                    .set_marker(marker.clone())
                    .send()
            };
            let Some(page) = self.caller.find(PARAMETERS, request).await? else { return Ok(None) };
            marker = page.marker().map(str::to_owned);
            found.extend(page.parameters.unwrap_or_default());
            if marker.is_none() {
                return Ok(Some(found));
            }
        }
    }

    /// Sets what differs and resets what is no longer wanted.
    pub(super) async fn set_parameters(
        &self,
        group: &str,
        before: &BTreeMap<String, String>,
        after: &BTreeMap<String, String>,
    ) -> Result<(), Fault> {
        let changed: Vec<(&str, Option<&str>)> = after
            .iter()
            .filter(|(name, value)| before.get(*name) != Some(value))
            .map(|(name, value)| (name.as_str(), Some(value.as_str())))
            .collect();
        let gone: Vec<(&str, Option<&str>)> = before
            .keys()
            .filter(|name| !after.contains_key(*name))
            .map(|name| (name.as_str(), None))
            .collect();
        if changed.is_empty() && gone.is_empty() {
            return Ok(());
        }
        let dynamic = self.dynamic_parameters(group).await?;
        for chunk in changed.chunks(AT_ONCE) {
            let parameters = sdk_parameters(chunk, &dynamic);
            let request = || {
                self.client
                    .modify_db_parameter_group()
                    .db_parameter_group_name(group)
                    .set_parameters(Some(parameters.clone()))
                    .send()
            };
            self.caller.call("rds:ModifyDBParameterGroup", request).await?;
        }
        for chunk in gone.chunks(AT_ONCE) {
            let parameters = sdk_parameters(chunk, &dynamic);
            let request = || {
                self.client
                    .reset_db_parameter_group()
                    .db_parameter_group_name(group)
                    .reset_all_parameters(false)
                    .set_parameters(Some(parameters.clone()))
                    .send()
            };
            self.caller.call("rds:ResetDBParameterGroup", request).await?;
        }
        Ok(())
    }

    /// The parameters that the engine can change while it runs.
    async fn dynamic_parameters(&self, group: &str) -> Result<BTreeSet<String>, Fault> {
        let parameters = self.parameters(group, None).await?.unwrap_or_default();
        let is_dynamic = |parameter: &Parameter| parameter.apply_type() == Some("dynamic");
        Ok(parameters
            .into_iter()
            .filter(is_dynamic)
            .filter_map(|parameter| parameter.parameter_name)
            .collect())
    }
}

/// Parameters with the way they are applied: what isn't known to be dynamic waits for a restart,
/// since the API refuses to change a static one at once.
fn sdk_parameters(chunk: &[(&str, Option<&str>)], dynamic: &BTreeSet<String>) -> Vec<Parameter> {
    chunk
        .iter()
        .map(|(name, value)| {
            let method =
                if dynamic.contains(*name) { ApplyMethod::Immediate } else { ApplyMethod::PendingReboot };
            Parameter::builder()
                .parameter_name(*name)
                .set_parameter_value(value.map(str::to_owned))
                .apply_method(method)
                .build()
        })
        .collect()
}
