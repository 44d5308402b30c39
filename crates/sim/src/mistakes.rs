//! What somebody gets wrong in a program: each plan of it is refused, and says what to do.

use ironward_core::path::Path;
use ironward_core::program::Program;
use serde_json::json;

use crate::dice::Dice;
use crate::sketch::{is, path};

/// How many programs in a thousand have a mistake.
const RATE: u32 = 40;

/// Lets a program have a mistake, now and then.
pub(crate) fn make(program: &mut Program, dice: &mut Dice) {
    if !dice.chance(RATE) || program.resources.is_empty() {
        return;
    }
    let paths: Vec<Path> = program.resources.keys().cloned().collect();
    let (one, other) = (&paths[dice.index(paths.len())], &paths[dice.index(paths.len())]);
    let kind = dice.below(5);
    let Some(resource) = program.resources.get_mut(one) else { return };
    match kind {
        0 => resource.options.depends_on.push(path("nowhere")),
        1 => resource.options.provider = Some("nowhere".to_owned()),
        2 if resource.schema.name_property().is_some() => {
            drop(
                resource
                    .properties
                    .insert("Name".to_owned(), is("a-name-that-is-longer-than-the-forty-characters")),
            );
        }
        2 | 3 if resource.schema.property("Tags").is_some() => {
            let reserved = json!([{"Key": "aws:owner", "Value": "v"}]);
            drop(resource.properties.insert("Tags".to_owned(), is(reserved)));
        }
        _ => {
            // Each needs the other, or itself.
            resource.options.depends_on.push(other.clone());
            if let Some(resource) = program.resources.get_mut(other) {
                resource.options.depends_on.push(one.clone());
            }
        }
    }
}
