//! `outputs`: the exported values of the last `up`.

use super::Context;
use super::apply::show_outputs;
use crate::errors::Failure;

pub(super) async fn run(context: &mut Context) -> Result<u8, Failure> {
    let outputs = context.recorded().await?.map(|state| state.outputs).unwrap_or_default();
    if outputs.is_empty() {
        let next = context.next("up");
        context.console.line(&format!("There are no outputs yet; `{next}` makes them."));
    }
    show_outputs(context, &outputs);
    Ok(0)
}
