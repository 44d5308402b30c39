//! What the tests stand on.

pub(crate) mod cloud;
mod handler;
pub(crate) mod lab;
mod world;

use ironward_core::consent::{Consent, Paths};
use ironward_core::state::edit;
use ironward_core::store::StateStore;
use ironward_sim::sketch::Sketch;

pub(crate) use cloud::{Cloud, Look};
pub(crate) use ironward_sim::sketch::{is, of, sketch};
pub(crate) use ironward_sim::{sketch, types};
pub(crate) use lab::Lab;
pub(crate) use world::Object;

/// Consent by the command to all losses at these paths.
pub(crate) fn consents(to: &str) -> Vec<Consent> {
    vec![Consent::by_command(Paths::parse(to).unwrap())]
}

/// What was added last stays when it leaves the program.
pub(crate) fn retained(sketch: Sketch) -> Sketch {
    sketch.tune(|options| options.retain_on_delete = true)
}

/// What was added last is taken over.
pub(crate) fn adopted(sketch: Sketch, id: &str) -> Sketch {
    sketch.tune(|options| options.adopt = Some(id.to_owned()))
}

/// What `state rm` writes.
pub(crate) fn state_rm(lab: &Lab, at: &str) {
    let (entries, _) = edit::forget(&lab.state(), at).unwrap();
    for entry in entries {
        lab::block_on(lab.store.append(&entry)).unwrap();
    }
}
