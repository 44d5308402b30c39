//! The steps that judge stacks by what AWS documents.

use anyhow::{Result, bail};

use super::{FACADE, Group, Outcome, Session, cargo_test, group_command, in_color};
use crate::linter::{Linter, linter};
use crate::process::run;
use crate::workspace::{cargo, is_ci, lock_in_ci};

/// The package whose `tests/` judge stacks.
const JUDGES: &str = "ironward-judges";

/// The module of the façade's tests that need the linter.
pub(super) const LINT: &str = "judges::lint::";

/// Whether a test binary belongs to a step here.
pub(super) fn has_step(package: &str, binary: &str) -> bool {
    package == JUDGES && matches!(binary, "policy" | "reach" | "order" | "lint")
}

/// Who can do what: the language of policies, and the policies of every program.
pub(super) fn reach(session: &mut Session) -> Result<Outcome> {
    run(in_color(cargo_test(session).args(["--test", "policy", "--test", "reach", "--"])))?;
    Ok(Outcome::Passed)
}

/// What waits for what.
pub(super) fn order(session: &mut Session) -> Result<Outcome> {
    run(in_color(cargo_test(session).args(["--test", "order", "--"])))?;
    Ok(Outcome::Passed)
}

/// Declared properties through cfn-lint: of every component, and of what the examples deployed.
pub(super) fn lint(session: &mut Session) -> Result<Outcome> {
    let program = match linter(&session.cache)? {
        Linter::At(program) => program,
        Linter::NoPython(reason) if is_ci() => bail!("cfn-lint can't run: {reason}"),
        Linter::NoPython(reason) => return Ok(Outcome::NotRun(format!("cfn-lint: {reason}"))),
    };
    const VARIABLE: &str = "IRONWARD_TEST_CFN_LINT";
    run(in_color(cargo_test(session).args(["--test", "lint", "--"]).env(VARIABLE, &program)))?;
    run(lock_in_ci(cargo(&session.root, "build").args(["--workspace", "--examples"])))?;
    let mut examples = group_command(session, Group::Facade)?;
    run(in_color(examples.args(["--", LINT]).env(VARIABLE, &program)))?;
    Ok(Outcome::PassedWith(format!("with the tests of {FACADE} in `{LINT}`")))
}
