//! What runs above what is declared: the service raised it, and nobody raised the declaration.

use serde_json::Value as Json;

use super::PlanContext;
use super::decide::{PlanPass, Verdict, known_in};
use crate::cloud::provider::Observation;
use crate::model::compare::exceeds;
use crate::model::schema::{Compare, Property};
use crate::model::value::AttrRef;
use crate::plan::Outgrown;

/// What of the resources that stay is above what is declared. A new one in their place would be made as
/// declared, and an older version or a smaller disk may not take over what they hold.
pub(super) fn outgrown(scene: &PlanContext<'_>, pass: &PlanPass) -> Vec<Outgrown> {
    let input = scene.input;
    let known = |attr: &AttrRef| known_in(&pass.attributes, attr);
    let mut found = Vec::new();
    for (path, decision) in &pass.decided {
        let Some(resource) = input.program.resources.get(path) else { continue };
        let stays = matches!(decision.verdict, Verdict::Noop | Verdict::Update);
        let Some(Observation::Present(seen)) = input.observations.get(&decision.instance).filter(|_| stays)
        else {
            continue;
        };
        let raised =
            |property: &&Property| matches!(property.compare, Compare::AtLeast | Compare::AtLeastVersion);
        for property in resource.schema.properties.iter().filter(raised) {
            let declared = resource.properties.get(property.name);
            let declared = declared.and_then(|value| value.evaluate(&known).ok()?.to_json());
            let Some((declared, runs)) = declared.zip(seen.properties.json(property.name)) else { continue };
            if exceeds(property.compare, &declared, runs) {
                found.push(Outgrown {
                    path: path.clone(),
                    property: property.name.to_owned(),
                    declared: text(&declared),
                    runs: text(runs),
                    source: resource.source.clone(),
                });
            }
        }
    }
    found
}

fn text(json: &Json) -> String {
    json.as_str().map_or_else(|| json.to_string(), str::to_owned)
}
