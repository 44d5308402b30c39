//! What was set and isn't in force yet.

use std::collections::BTreeMap;

use ironward_aws::rds::safeguards::{Safeguard, safeguard};
use ironward_core::path::Path;
use ironward_core::plan::Plan;
use ironward_core::provider::NotInForce;
use ironward_core::state::State;
use serde::Serialize;

/// One thing that isn't in force yet.
#[derive(Debug, Serialize)]
pub(crate) struct Waiting<'a> {
    event: &'static str,
    path: &'a Path,
    #[serde(flatten)]
    what: &'a NotInForce,
    /// The parameters among what waits that guard data, each with the section that it is for.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    safeguards: BTreeMap<&'static str, &'static str>,
}

/// The type of parameter groups, which a database's property refers to by name.
const GROUP: (&str, &str) = ("AWS::RDS::DBParameterGroup", "DBParameterGroupName");

/// What a plan has seen that isn't in force yet.
pub(crate) fn waiting<'a>(plan: &'a Plan, state: &State) -> Vec<Waiting<'a>> {
    let rows =
        plan.changes.iter().flat_map(|change| change.not_in_force.iter().map(move |what| (change, what)));
    rows.map(|(change, what)| {
        let guards = if what.property == GROUP.1 { guarding(state, &what.what) } else { BTreeMap::new() };
        Waiting { event: "not-in-force", path: &change.path, what, safeguards: guards }
    })
    .collect()
}

/// The safeguards among the recorded parameters of the group that the text names.
fn guarding(state: &State, text: &str) -> BTreeMap<&'static str, &'static str> {
    let named = |id: &str| text.split_whitespace().any(|word| word == id);
    let groups = state.instances().filter(|record| record.type_name == GROUP.0 && named(&record.physical_id));
    let parameters = groups.flat_map(|record| {
        record.properties.opt::<BTreeMap<String, String>>("Parameters").ok().flatten().unwrap_or_default()
    });
    let guards = parameters.filter_map(|(name, _)| safeguard(&name));
    guards.map(|Safeguard { parameter, section, .. }| (*parameter, *section)).collect()
}

impl Waiting<'_> {
    /// Whether it is an incident that it isn't in force.
    pub(crate) fn guards(&self) -> bool {
        !self.safeguards.is_empty()
    }

    /// What is told of it.
    pub(crate) fn lines(&self) -> Vec<String> {
        let NotInForce { property, what, until, command, .. } = self.what;
        let mut lines = vec![format!("{}  {property}: {what}: not before {until}", self.path)];
        if self.guards() {
            let all = self.safeguards.iter().map(|(name, section)| format!("{name} ({section})"));
            let all = all.collect::<Vec<_>>().join(", ");
            lines.push(format!("    of what guards data this may be without effect: {all}"));
        }
        lines.extend(command.as_ref().map(|command| format!("    type `{command}`")));
        lines
    }
}
