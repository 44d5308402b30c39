//! Saved plans: a comparison, not a script. `up PLAN` declares and plans again, and applies only
//! what is the same.

use std::collections::BTreeMap;
use std::path::Path;

use ironward_core::consent::Consent;
use ironward_core::plan::Plan;
use ironward_store::codec::sealed;
use ironward_store::codec::vault::{Kind, Vault};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::errors::Failure;
use crate::target::Target;

/// The version of the file.
const FORMAT: u32 = 2;

/// The contents of a plan file: what it was made for, and the plan, sealed with the key of the state
/// that it was made from.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Saved {
    ironward_plan: u32,
    #[serde(flatten)]
    origin: Origin,
    sealed: String,
}

/// What a plan was made for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Origin {
    program: String,
    stack: String,
    cloud: String,
}

/// What is sealed.
#[derive(Debug, Serialize, Deserialize)]
struct Contents {
    #[serde(flatten)]
    origin: Origin,
    plan: Json,
}

/// A plan file that was opened.
#[derive(Debug)]
pub(super) struct Promised {
    plan: Json,
}

fn as_json<T: Serialize>(plan: &T) -> Result<Json, Failure> {
    serde_json::to_value(plan).map_err(|error| {
        Failure::new(
            format!("the plan has no JSON form: {error}"),
            "this is a defect of Ironward: please report it",
        )
    })
}

/// Saves a plan.
pub(super) fn write(file: &Path, target: &Target, plan: &Plan, vault: &Vault) -> Result<(), Failure> {
    let origin =
        Origin { program: plan.program.clone(), stack: target.stack.clone(), cloud: target.identity() };
    let contents = Contents { origin: origin.clone(), plan: as_json(plan)? };
    let sealed = sealed::write(vault, Kind::Plan, plan.serial, &as_json(&contents)?.to_string())?;
    let sealed = String::from_utf8_lossy(&sealed).into_owned();
    std::fs::write(file, Saved { ironward_plan: FORMAT, origin, sealed }.text()).map_err(|error| {
        Failure::new(
            format!("can't write {}: {error}", file.display()),
            "give `--out` a file that can be written",
        )
    })
}

fn broken(file: &Path, what: &str) -> Failure {
    Failure::new(format!("{} {what}", file.display()), "save the plan again with `preview --out FILE`")
}

/// Reads a plan file, which isn't opened yet.
pub(super) fn read(file: &Path) -> Result<Saved, Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| {
        let message = format!("can't read the plan {}: {error}", file.display());
        Failure::new(message, "save one with `preview --out FILE`")
    })?;
    parse(file, &text)
}

fn parse(file: &Path, text: &str) -> Result<Saved, Failure> {
    let saved: Saved = serde_json::from_str(text)
        .map_err(|error| broken(file, &format!("isn't a saved plan of this version: {error}")))?;
    if saved.ironward_plan != FORMAT {
        return Err(broken(file, "was saved by another version of Ironward"));
    }
    // What isn't written exactly so was changed, wherever.
    if saved.text() != text {
        return Err(broken(file, "was edited or damaged"));
    }
    Ok(saved)
}

impl Saved {
    fn text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Checks what the plan was made for, as far as the file says so in clear.
    pub(super) fn check_origin(&self, file: &Path, program: &str, target: &Target) -> Result<(), Failure> {
        let Origin { program: of, stack, cloud } = &self.origin;
        if of != program {
            return Err(stale(file, &format!("is of the program `{of}`, and this is `{program}`")));
        }
        if *stack != target.stack {
            return Err(stale(file, &format!("is of the stack `{stack}`, and this is `{}`", target.stack)));
        }
        let now = target.identity();
        if *cloud != now {
            return Err(stale(file, &format!("was made for {cloud}, and this is {now}")));
        }
        Ok(())
    }

    /// Opens the plan with the key of the state.
    pub(super) fn open(self, file: &Path, vault: &Vault) -> Result<Promised, Failure> {
        let bytes = self.sealed.as_bytes();
        let header = sealed::header(bytes, Kind::Plan).map_err(|_| broken(file, "was edited or damaged"))?;
        if header.lineage != *vault.lineage() {
            return Err(stale(file, "was made from another state (its lineage differs)"));
        }
        let damaged = || broken(file, "was edited or damaged: its digest doesn't fit");
        let (_, json) = sealed::read(vault, Kind::Plan, bytes).map_err(|_| damaged())?;
        let contents: Contents = serde_json::from_slice(&json).map_err(|_| damaged())?;
        if contents.origin != self.origin {
            return Err(damaged());
        }
        Ok(Promised { plan: contents.plan })
    }
}

fn stale(file: &Path, what: &str) -> Failure {
    Failure::new(
        format!("the plan {} {what}; nothing was applied", file.display()),
        "save it again with `preview --out FILE`, look at it, and run `up FILE`",
    )
}

impl Promised {
    fn member(&self, name: &str) -> &Json {
        self.plan.get(name).unwrap_or(&Json::Null)
    }

    /// The consents that were given when the plan was made.
    pub(super) fn consents(&self, file: &Path) -> Result<Vec<Consent>, Failure> {
        let unreadable = |_| broken(file, "was saved by another version of Ironward");
        match self.member("consents") {
            Json::Null => Ok(Vec::new()),
            given => serde_json::from_value(given.clone()).map_err(unreadable),
        }
    }

    /// Checks that a new plan is the same.
    pub(super) fn check_plan(&self, file: &Path, plan: &Plan) -> Result<(), Failure> {
        let now = as_json(plan)?;
        if now == self.plan {
            return Ok(());
        }
        let new = |name: &str| now.get(name).unwrap_or(&Json::Null);
        if self.member("lineage") != new("lineage") {
            return Err(stale(file, "was made from another state (its lineage differs)"));
        }
        if self.member("serial") != new("serial") {
            let what = format!(
                "was made from serial {} of the state, which has serial {} now",
                self.member("serial"),
                new("serial")
            );
            return Err(stale(file, &what));
        }
        let mut different = changed_paths(self.member("changes"), new("changes"));
        for (member, words) in [
            ("lookups", "what lookups found"),
            ("outputs", "outputs"),
            ("place", "account or region"),
            ("losses", "what is lost"),
            ("consents", "what is consented to"),
        ] {
            if self.member(member) != new(member) {
                different.push(words.to_owned());
            }
        }
        if different.is_empty() {
            different.push("its remarks".to_owned());
        }
        let more = different.len().saturating_sub(8);
        different.truncate(8);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let what = format!("is no longer what would be done: {}{more}", different.join(", "));
        Err(stale(file, &what))
    }
}

fn changed_paths(before: &Json, after: &Json) -> Vec<String> {
    let by_instance = |changes: &Json| -> BTreeMap<(String, String), Json> {
        let text = |change: &Json, name: &str| {
            change.get(name).and_then(Json::as_str).unwrap_or_default().to_owned()
        };
        changes
            .as_array()
            .into_iter()
            .flatten()
            .map(|change| ((text(change, "path"), text(change, "instance")), change.clone()))
            .collect()
    };
    let (before, after) = (by_instance(before), by_instance(after));
    let mut found: Vec<String> = before
        .iter()
        .filter(|(key, change)| after.get(*key) != Some(change))
        .map(|((path, _), _)| path)
        .chain(after.keys().filter(|key| !before.contains_key(*key)).map(|(path, _)| path))
        .map(|path| format!("`{path}`"))
        .collect();
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    //! The parser on arbitrary and on mutated files: it never panics, and takes only what was written.

    use ironward_core::state::Lineage;
    use ironward_store::codec::keys::DataKey;
    use proptest::prelude::*;
    use proptest::sample::{Index, select};
    use serde_json::json;

    use super::*;

    const SEED: [u8; 16] = [7; 16];

    /// Plans in clear, and encrypted ones.
    fn vaults() -> [Vault; 2] {
        let lineage = || Lineage::from_random(SEED);
        [Vault::plain(lineage()), Vault::sealed(lineage(), &DataKey::from_bytes(&[9; 32]))]
    }

    fn written(vault: &Vault) -> String {
        let [program, stack, cloud] = ["fhir", "staging", "aws 123456789012 eu-west-1"].map(str::to_owned);
        let plan =
            json!({"serial": 12, "changes": [{"path": "fhir/é \"key\"", "instance": "0a", "diffs": []}]});
        let origin = Origin { program, stack, cloud };
        let contents = as_json(&Contents { origin: origin.clone(), plan }).unwrap().to_string();
        let sealed = sealed::write(vault, Kind::Plan, 12, &contents).unwrap();
        Saved { ironward_plan: FORMAT, origin, sealed: String::from_utf8(sealed).unwrap() }.text()
    }

    fn open(vault: &Vault, text: &str) -> Option<Promised> {
        let file = Path::new("a.plan");
        parse(file, text).and_then(|saved| saved.open(file, vault)).ok()
    }

    #[test]
    fn what_was_written_opens_and_a_file_that_was_cut_off_does_not() {
        for vault in vaults() {
            let text = written(&vault);
            assert_eq!(open(&vault, &text).unwrap().member("serial"), 12);
            for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
                assert!(open(&vault, &text[..end]).is_none(), "{}", &text[..end]);
            }
        }
    }

    #[test]
    fn a_plan_of_one_vault_does_not_open_with_another() {
        let [plain, sealed] = vaults();
        assert!(open(&sealed, &written(&plain)).is_none());
        assert!(open(&plain, &written(&sealed)).is_none());
    }

    /// Words of a plan file in any order.
    fn words() -> impl Strategy<Value = String> {
        let words = select(vec![
            "{",
            "}",
            "\n",
            ",",
            ":",
            "\"",
            "\\",
            "  \"ironward_plan\": 2",
            "\"program\": \"fhir\"",
            "\"stack\": \"s\"",
            "\"cloud\": \"\"",
            "\"sealed\": \"",
            "{\\\"format\\\":2,\\\"kind\\\":\\\"plan\\\"",
            "\\\"number\\\":",
            "18446744073709551616",
            "null",
            "\u{0}",
            "é",
        ]);
        prop::collection::vec(words, 0..24).prop_map(|words| words.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_text_is_refused(text in prop_oneof![any::<String>(), words()]) {
            for vault in vaults() {
                prop_assert!(open(&vault, &text).is_none());
            }
        }

        #[test]
        fn a_changed_file_is_refused(at: Index, until: Index, inserted in "[ -~é]{0,3}") {
            for vault in vaults() {
                let text = written(&vault);
                let characters: Vec<char> = text.chars().collect();
                let (at, until) = (at.index(characters.len() + 1), until.index(characters.len() + 1));
                let [before, after] = [&characters[..at.min(until)], &characters[at.max(until)..]];
                let changed: String = before.iter().copied().chain(inserted.chars()).chain(after.iter().copied()).collect();
                prop_assert!(changed == text || open(&vault, &changed).is_none());
            }
        }
    }
}
