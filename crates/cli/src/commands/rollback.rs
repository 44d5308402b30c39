//! Taking down what a failed `up` made, for `--on-failure rollback`.

use ironward_core::apply::Outcome;
use ironward_core::program::Program;

use super::Context;
use super::apply::{show_remains, stoppable};
use crate::errors::Failure;
use crate::progress::Board;
use crate::render;
use crate::session::Session;

pub(super) async fn run(
    context: &mut Context,
    session: &Session,
    program: &Program,
    outcome: &Outcome,
) -> Result<(), Failure> {
    let title = context.console.paint.bold("Rolling back what this run made:");
    context.console.line(&format!("\n{title}"));
    let board = Board::new(outcome.counts.created);
    let (result, _) =
        stoppable(context, board, async |cancel| session.engine().roll_back(program, outcome, cancel).await)
            .await?;
    let back = result?;
    context.counts.rolled_back = back.removed.len();
    context.console.line("");
    context.console.lines(&render::outcome::rolled_back(&back, context.console.paint));
    show_remains(context, &back.remains);
    Ok(())
}
