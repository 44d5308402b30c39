//! Changes of another property can.
use ironward_aws::rds::{DbInstance, instance_property as property};
use ironward_core::declare::{Configured, Declaration};

#[allow(dead_code)]
fn ignore(instance: DbInstance) -> Configured<DbInstance> {
    instance.options().ignore_changes(property::AllocatedStorage)
}

fn main() {}
