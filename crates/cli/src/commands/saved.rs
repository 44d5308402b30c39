//! Saved plans: a comparison, not a script. `up PLAN` declares and plans again, and applies only
//! what is the same.

use std::collections::BTreeMap;
use std::path::Path;

use ironward_core::plan::Plan;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use crate::errors::Failure;
use crate::target::Target;

/// The version of the file.
const FORMAT: u32 = 1;

/// The contents of a plan file.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Saved {
    ironward_plan: u32,
    stack: String,
    cloud: String,
    digest: String,
    plan: Json,
}

fn as_json(plan: &Plan) -> Result<Json, Failure> {
    serde_json::to_value(plan).map_err(|error| {
        Failure::new(
            format!("the plan has no JSON form: {error}"),
            "this is a defect of Ironward: please report it",
        )
    })
}

fn digest(stack: &str, cloud: &str, plan: &Json) -> String {
    let digest = Sha256::digest(format!("{stack}\n{cloud}\n{plan}").as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Saves a plan.
pub(super) fn write(file: &Path, target: &Target, plan: &Plan) -> Result<(), Failure> {
    let plan = as_json(plan)?;
    let (stack, cloud) = (target.stack.clone(), target.identity());
    let digest = digest(&stack, &cloud, &plan);
    let saved = Saved { ironward_plan: FORMAT, stack, cloud, digest, plan };
    let text = serde_json::to_string_pretty(&saved).unwrap_or_default() + "\n";
    std::fs::write(file, text).map_err(|error| {
        Failure::new(
            format!("can't write {}: {error}", file.display()),
            "give `--out` a file that can be written",
        )
    })
}

/// Reads a plan file.
pub(super) fn read(file: &Path) -> Result<Saved, Failure> {
    let name = file.display();
    let text = std::fs::read_to_string(file).map_err(|error| {
        Failure::new(format!("can't read the plan {name}: {error}"), "save one with `preview --out FILE`")
    })?;
    let broken =
        |what: &str| Failure::new(format!("{name} {what}"), "save the plan again with `preview --out FILE`");
    let saved: Saved =
        serde_json::from_str(&text).map_err(|error| broken(&format!("isn't a saved plan: {error}")))?;
    if saved.ironward_plan != FORMAT {
        return Err(broken("was saved by another version of Ironward"));
    }
    if digest(&saved.stack, &saved.cloud, &saved.plan) != saved.digest {
        return Err(broken("was edited or damaged: its digest doesn't fit"));
    }
    Ok(saved)
}

impl Saved {
    fn member(&self, name: &str) -> &Json {
        self.plan.get(name).unwrap_or(&Json::Null)
    }

    fn stale(file: &Path, what: &str) -> Failure {
        Failure::new(
            format!("the plan {} {what}; nothing was applied", file.display()),
            "save it again with `preview --out FILE`, look at it, and run `up FILE`",
        )
    }

    /// Checks what the plan was made for.
    pub(super) fn check_origin(&self, file: &Path, program: &str, target: &Target) -> Result<(), Failure> {
        let of = self.member("program").as_str().unwrap_or_default();
        if of != program {
            return Err(Self::stale(file, &format!("is of the program `{of}`, and this is `{program}`")));
        }
        if self.stack != target.stack {
            let what = format!("is of the stack `{}`, and this is `{}`", self.stack, target.stack);
            return Err(Self::stale(file, &what));
        }
        let now = target.identity();
        if self.cloud != now {
            return Err(Self::stale(file, &format!("was made for {}, and this is {now}", self.cloud)));
        }
        Ok(())
    }

    /// Checks that a new plan is the same.
    pub(super) fn check_plan(&self, file: &Path, plan: &Plan) -> Result<(), Failure> {
        let now = as_json(plan)?;
        if now == self.plan {
            return Ok(());
        }
        let new = |name: &str| now.get(name).unwrap_or(&Json::Null);
        if self.member("lineage") != new("lineage") {
            return Err(Self::stale(file, "was made from another state (its lineage differs)"));
        }
        if self.member("serial") != new("serial") {
            let what = format!(
                "was made from serial {} of the state, which has serial {} now",
                self.member("serial"),
                new("serial")
            );
            return Err(Self::stale(file, &what));
        }
        let mut different = changed_paths(self.member("changes"), new("changes"));
        for (member, words) in
            [("lookups", "what lookups found"), ("outputs", "outputs"), ("place", "account or region")]
        {
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
        Err(Self::stale(file, &what))
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
