//! Changes of another property can.
use ironward_aws::rds::{DbInstance, instance_property as property};
use ironward_core::declare::{WithOptions, Declaration};

#[allow(dead_code)]
fn ignore(instance: DbInstance) -> WithOptions<DbInstance> {
    instance.options().ignore_changes(property::AllocatedStorage)
}

fn main() {}
