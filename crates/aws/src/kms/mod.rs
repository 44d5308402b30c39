//! Key Management Service.

mod alias;
mod customer_key;
mod key;
mod limits;

pub use alias::{Alias, AliasName, DeclaredAlias, property as alias_property};
pub use customer_key::CustomerKey;
pub use key::{DeclaredKey, Key, KeyArn, KeyId, KeySpec, KeyUsage, Origin, property as key_property};

use ironward_core::declare::Declaration;
use ironward_core::schema::Schema;

/// The facts of this service's types.
#[must_use]
pub fn schemas() -> Vec<&'static Schema> {
    vec![Alias::SCHEMA, Key::SCHEMA]
}
