//! Records are kept for six years or more.
use ironward_hipaa_components::Retention;

fn main() {
    let _ = Retention::years::<5>();
}
