//! Ranges that overlap don't compile, nor does a range that isn't in canonical form.
use ironward_hipaa_components::three_tier;

fn main() {
    let _ = three_tier!("10.0.0.0/16",
        public = ["10.0.1.0/24", "10.0.2.0/24"],
        private = ["10.0.2.0/23", "10.0.11.0/24"],
        isolated = ["10.0.20.0/24", "10.0.21.0/24"]);
    let _ = three_tier!("10.0.0.1/16", zones = 2);
}
