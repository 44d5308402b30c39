//! A proof can't be read from a file.
use ironward_aws::kms::CustomerKey;

fn forge<'a, T: serde::Deserialize<'a>>(text: &'a str) -> Option<T> {
    serde_json::from_str(text).ok()
}

fn main() {
    let _ = forge::<CustomerKey>("{}");
}
