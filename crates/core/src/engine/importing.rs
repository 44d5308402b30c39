//! Plans that only take over what exists already.

use std::collections::BTreeMap;

use super::{Engine, EngineError, Planned};
use crate::path::Path;
use crate::plan::Problem;
use crate::program::Program;
use crate::state::State;

impl Engine {
    /// Plans to take over what exists already, by path and physical id, as [`Configured::adopt`]
    /// does, and nothing else.
    ///
    /// [`Configured::adopt`]: crate::declare::Configured::adopt
    ///
    /// # Errors
    /// [`EngineError`]; nothing was changed in the cloud.
    pub async fn plan_import(
        &self,
        program: &Program,
        ids: &BTreeMap<Path, String>,
    ) -> Result<Planned, EngineError> {
        self.plan_of(program, Some(ids)).await
    }
}

/// What can't be imported because there is nothing to import it into.
pub(super) fn importable(
    program: &Program,
    state: &State,
    ids: &BTreeMap<Path, String>,
) -> Result<(), Vec<Problem>> {
    let refused = ids.iter().filter_map(|(path, id)| {
        let source = program.source_of(path);
        if let Some(record) = state.resources.get(path) {
            let problem = Problem::new(format!("is managed already: it is `{}`", record.physical_id));
            let hint = format!("type `state rm {path}` first, if `{id}` shall take its place");
            return Some(problem.at(path, source).with_hint(hint));
        }
        let declared = program.resources.contains_key(path);
        (!declared).then(|| Problem::new("isn't a declared resource").at(path, source))
    });
    let problems: Vec<Problem> = refused.collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}
