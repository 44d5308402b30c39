//! Changes of a safeguarded property can't be ignored.
use ironward_aws::rds::{DbInstance, instance_property as property};
use ironward_core::declare::{WithOptions, Declaration};

fn ignore(instance: DbInstance) -> WithOptions<DbInstance> {
    instance.options().ignore_changes(property::StorageEncrypted)
}

fn main() {}
