//! What a plan loses, for people and for programs.

use ironward_core::consent::{Consent, DataValue, Lost};
use ironward_core::plan::Plan;
use serde::Serialize;

use crate::console::Paint;

/// Something that a plan loses, as an event.
#[derive(Debug, Serialize)]
pub(crate) struct LostEvent<'a> {
    pub(crate) event: &'static str,
    #[serde(flatten)]
    pub(crate) lost: &'a Lost,
}

/// One loss in a line: where, what, how much, of what kind, and who consented.
pub(crate) fn line(lost: &Lost) -> String {
    let holds = lost.holds.as_ref().map(|holds| format!(", with {holds}")).unwrap_or_default();
    let kind = lost.classification.as_ref().map(|kind| format!(" ({kind})")).unwrap_or_default();
    let consent =
        lost.consent.as_ref().map(|consent| format!("; {}", consented(consent))).unwrap_or_default();
    let (path, type_name, id) = (&lost.path, &lost.type_name, &lost.physical_id);
    format!("{path}  {type_name} {id}{kind} {}{holds}{consent}", lost.loss.says())
}

fn consented(consent: &Consent) -> String {
    let by = match &consent.source {
        Some(source) => format!("accepted at {source}"),
        None => format!("accepted by `--accept-loss {}`", consent.paths),
    };
    let until = consent.until.map(|day| format!(" until {day}")).unwrap_or_default();
    let reason = if consent.reason.is_empty() { String::new() } else { format!(": {}", consent.reason) };
    format!("{by}{until}{reason}")
}

/// The section of a plan that says what it loses.
pub(crate) fn section(plan: &Plan, paint: Paint) -> Vec<String> {
    let mut lines = Vec::new();
    if !plan.losses.is_empty() {
        let title = match plan.data {
            DataValue::Disposable => "This loses data (which is disposable in this stack):",
            _ => "This loses data:",
        };
        lines.push(paint.error(title));
        lines.extend(plan.losses.iter().map(|lost| format!("    {}", line(lost))));
    }
    if !plan.idle_consents.is_empty() {
        lines.push(paint.bold("Consents that nothing needs:"));
        lines.extend(plan.idle_consents.iter().map(|consent| {
            let loss = consent.loss.map(|loss| format!(" to {}", loss.name())).unwrap_or_default();
            format!("    {}{loss}, {}", consent.paths, consented(consent))
        }));
    }
    lines
}
