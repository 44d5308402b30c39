//! What excludes what, from the table of `ironward-emulators`.

use ironward_emulators::exclusions;

use crate::call::Call;
use crate::refusal::Refusal;
use crate::rule::{Boxed, Calls, Does, Rule, Upstream};

/// Refuses what AWS refuses because of what is there, where the emulator would take it. Each row of
/// [`exclusions`] names its document.
#[must_use]
pub fn excluding() -> Rule {
    Rule {
        name: "excluding-values",
        source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
        calls: Calls::That(|call| exclusions::of(&call.service, &call.operation).next().is_some()),
        does: Does::Refuse(refuse),
    }
}

fn refuse<'a>(call: &'a Call, upstream: &'a Upstream) -> Boxed<'a, Option<Refusal>> {
    Box::pin(async move {
        let form = call.form();
        for row in exclusions::of(&call.service, &call.operation) {
            let Some(question) = (row.ask)(&form) else { continue };
            let Some(answer) = upstream.ask(call.another_form(&question)).await else { continue };
            if let Some(excluded) = (row.refuse)(&form, &answer) {
                return Some(Refusal::new(excluded.code, excluded.message));
            }
        }
        None
    })
}
