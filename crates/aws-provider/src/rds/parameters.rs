//! The parameters of a parameter group.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aws_sdk_rds::types::{ApplyMethod, Parameter};
use ironward_core::error::ProviderError;

use super::api::{PARAMETERS, Rds};

/// Parameters that one call may change.
const AT_ONCE: usize = 20;

impl Rds {
    /// The parameters that somebody set, and those that are declared, with their values.
    ///
    /// One that was set to what the engine has anyway isn't among those that somebody set: all are
    /// looked at then.
    ///
    /// Source: Amazon RDS API Reference, `DescribeDBParameters`; seen as
    /// hashicorp/terraform-provider-aws#593.
    pub(super) async fn own_parameters(
        self: Arc<Self>,
        wanted: String,
    ) -> Result<Option<BTreeMap<String, String>>, ProviderError> {
        let Wanted { group, declared } = Wanted::read(&wanted);
        let Some(parameters) = self.parameters(group, Some("user")).await? else { return Ok(None) };
        let mut own = values(parameters);
        if !declared.iter().all(|name| own.contains_key(name)) {
            let all = values(self.parameters(group, None).await?.unwrap_or_default());
            own.extend(all.into_iter().filter(|(name, _)| declared.contains(name)));
        }
        Ok(Some(own))
    }

    async fn parameters(
        &self,
        group: &str,
        source: Option<&str>,
    ) -> Result<Option<Vec<Parameter>>, ProviderError> {
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
    ) -> Result<(), ProviderError> {
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
    async fn dynamic_parameters(&self, group: &str) -> Result<BTreeSet<String>, ProviderError> {
        let parameters = self.parameters(group, None).await?.unwrap_or_default();
        let is_dynamic = |parameter: &Parameter| parameter.apply_type() == Some("dynamic");
        Ok(parameters
            .into_iter()
            .filter(is_dynamic)
            .filter_map(|parameter| Some(parameter.parameter_name?.to_lowercase()))
            .collect())
    }
}

/// What is to be read: a group, and the parameters that are declared for it.
#[derive(Debug, PartialEq, Eq)]
struct Wanted<'a> {
    group: &'a str,
    declared: BTreeSet<String>,
}

impl<'a> Wanted<'a> {
    fn read(text: &'a str) -> Self {
        let mut lines = text.lines();
        let group = lines.next().unwrap_or_default();
        Self { group, declared: lines.map(str::to_owned).collect() }
    }
}

/// The key of the read of a group and the parameters that are declared for it.
pub(super) fn wanted(group: &str, declared: &BTreeMap<String, String>) -> String {
    declared.keys().fold(group.to_owned(), |text, name| text + "\n" + &name.to_lowercase())
}

/// The parameters under the names that are declared: RDS writes names in lower case.
pub(super) fn spelled(
    seen: &BTreeMap<String, String>,
    declared: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let spellings: BTreeMap<String, &String> =
        declared.keys().map(|name| (name.to_lowercase(), name)).collect();
    seen.iter()
        .map(|(name, value)| {
            let spelling = spellings.get(&name.to_lowercase()).map_or(name, |declared| *declared);
            (spelling.clone(), value.clone())
        })
        .collect()
}

fn values(parameters: Vec<Parameter>) -> BTreeMap<String, String> {
    parameters
        .into_iter()
        .filter_map(|Parameter { parameter_name, parameter_value, .. }| {
            Some((parameter_name?.to_lowercase(), parameter_value?))
        })
        .collect()
}

/// Parameters with the way they are applied: what isn't known to be dynamic waits for a restart,
/// since the API refuses to change a static one at once.
fn sdk_parameters(chunk: &[(&str, Option<&str>)], dynamic: &BTreeSet<String>) -> Vec<Parameter> {
    chunk
        .iter()
        .map(|(name, value)| {
            let is_dynamic = dynamic.contains(&name.to_lowercase());
            let method = if is_dynamic { ApplyMethod::Immediate } else { ApplyMethod::PendingReboot };
            Parameter::builder()
                .parameter_name(*name)
                .set_parameter_value(value.map(str::to_owned))
                .apply_method(method)
                .build()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_names_its_group_and_what_is_declared() {
        let declared = BTreeMap::from([("Log_Statement".to_owned(), "ddl".to_owned())]);
        let text = wanted("main", &declared);
        let expected = Wanted { group: "main", declared: BTreeSet::from(["log_statement".to_owned()]) };
        assert_eq!(Wanted::read(&text), expected);
        let seen = BTreeMap::from([("log_statement".to_owned(), "ddl".to_owned())]);
        assert_eq!(spelled(&seen, &declared), declared);
    }

    #[test]
    fn only_what_is_known_to_be_dynamic_is_applied_at_once() {
        let dynamic = BTreeSet::from(["log_statement".to_owned()]);
        let chunk = [("Log_Statement", Some("ddl")), ("shared_buffers", None)];
        let methods: Vec<_> = sdk_parameters(&chunk, &dynamic)
            .iter()
            .map(|parameter| (parameter.apply_method().cloned(), parameter.parameter_value.clone()))
            .collect();
        assert_eq!(
            methods,
            [
                (Some(ApplyMethod::Immediate), Some("ddl".to_owned())),
                (Some(ApplyMethod::PendingReboot), None),
            ]
        );
    }
}
