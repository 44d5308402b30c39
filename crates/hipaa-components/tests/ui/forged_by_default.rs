//! A proof has no default.
use ironward_aws::kms::CustomerKey;
use ironward_aws::rds::IsolatedPlacement;

fn forge<T: Default>() -> T {
    T::default()
}

fn main() {
    let _ = forge::<CustomerKey>();
    let _ = forge::<IsolatedPlacement>();
}
