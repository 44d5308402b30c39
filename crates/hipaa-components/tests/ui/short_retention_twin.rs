//! Six will do.
use ironward_hipaa_components::Retention;

fn main() {
    let _ = Retention::years::<6>();
}
