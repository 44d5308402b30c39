//! `graph`: what depends on what.

use serde::Serialize;

use super::Context;
use crate::arguments::GraphFormat;
use crate::errors::Failure;
use crate::render::graph::Drawing;
use crate::render::svg;

/// The graph as an event.
#[derive(Serialize)]
struct GraphEvent<'a> {
    event: &'static str,
    #[serde(flatten)]
    drawing: &'a Drawing,
}

pub(super) fn run(context: &mut Context, format: GraphFormat) -> Result<u8, Failure> {
    let drawing = Drawing::of(&context.program()?);
    if context.console.json {
        context.console.event(&GraphEvent { event: "graph", drawing: &drawing });
        return Ok(0);
    }
    let text = match format {
        GraphFormat::Dot => drawing.dot(),
        GraphFormat::Mermaid => drawing.mermaid(),
        GraphFormat::Svg => svg::draw(&drawing),
        GraphFormat::Json => {
            serde_json::to_string_pretty(&drawing).map(|text| text + "\n").map_err(|error| {
                Failure::new(error.to_string(), "this is a defect of Ironward: please report it")
            })?
        }
    };
    context.console.write(&text);
    Ok(0)
}
