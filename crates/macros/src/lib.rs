//! Derives for Ironward's declarations. Use them through `ironward-aws`, or to declare a resource
//! type of your own; `book/src/writing-a-resource.md` walks through one.

mod changes;
mod choice;
mod fields;
mod generated_name;
mod identity;
mod meanings;
mod properties;
mod resource;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Derives a resource declaration from a struct of its properties: the constructor with what is
/// required, a setter for everything else, the type's facts, the handle with its attributes, and
/// a marker type for every property in a module `property`.
///
/// On the struct:
/// - `#[resource(type = "AWS::KMS::Key", id = "KeyId")]`, and where they apply `tags`,
///   `stateful`, `delete_first`, `shareable` (several stacks may use one), `opens` (a key), `leads` (an alias of one), `part_of = "Bucket"` (the property that refers to
///   what takes it along when it goes), `protection = "…"`, `seconds = 60`, `version = 2`,
///   `upgrade = path::to::function`, `constructor = "pub(crate)"`, `registry` (its values are held against the
///   registry's schema), `limits = path::to::LIMITS` and `relations = path::to::RELATIONS` for what is documented beside it.
/// - `#[identity(…)]`, at least one: what identifies an instance in the cloud. `given` where the
///   service gives each an id; `name = "BucketName"` for a name, `place = "RoleName, PolicyArn"` for
///   where it stands, `value = "VpcId, CidrBlock"` for values that exclude each other and identify
///   nothing. With the latter three, where they apply, `scope = "account"` or `"partition"` (the
///   default is `"region"`); `ignore_case`, `ranges` or `dns_name` for when values of the last
///   property collide; `when = "PrivateDnsEnabled: true"` for the value without which nothing is
///   claimed. Properties go by their canonical names, and a dot descends.
/// - `#[attribute(arn: KeyArn = "Arn")]` for each attribute, and where they apply
///   `predict = "arn:{partition}:…:{PropertyName}"`, `volatile`.
/// - `#[fixed("StorageEncrypted" = "true", create_only)]` for a property that every declaration
///   has with the same value (JSON text); it takes the facts that a field takes.
///
/// On a field, `#[property(…)]` with any of `create_only`, `aspect = "…"` (the default is the
/// field's name), `local`, `compare = "Set"` (a variant of `ironward_core::schema::Compare`),
/// `write_only`, `after_create`, `default = "json"`, `kept` (at that default, where nothing is declared),
/// `safeguard`, `section = "45 CFR …"` (what of the law rests on it), `holds` (what it refers to can't be
/// deleted while it does), `network` (what it refers to says in which network the resource stands, for
/// good), `name = "KMSKeyId"` (the default
/// is the field's name in Pascal case), `required` (for lists), `no_setter`, `skip`,
/// `generated_name(max = 63, prefix = "…", separator = '/')`, and which names are legal: `min = 3`,
/// `legal = "-."` beside letters and digits, `lower`, `letter_first`, `reserved = "internal-"` for what
/// a name must not begin with, `single = "-"` for what can't stand twice in a row, `inner = "-"` for
/// what can't be at its ends; and where plain equality gets a value
/// wrong, `member("Rules.Prefix", default = "json")` for a member that may be left out, `set` or
/// `ignore_case` in the place of `default`, and of versions `majors("Engine", "mysql" = 2)`, how many
/// parts are the major one, with `only_with = "Property"` where another one has to be allowed. Of what a change does, `interrupts = "restarts the database"`, and of what is
/// fixed once it is set, `once("why", "what to do instead", only_while = "Property")`.
///
/// `Option<…>`, lists and maps are optional; everything else is an argument of `new`, in order.
#[proc_macro_derive(Resource, attributes(resource, identity, attribute, fixed, property))]
pub fn resource(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    resource::expand(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Derives a nested property type: constructor, setters and lowering, as for a resource.
#[proc_macro_derive(Properties, attributes(property))]
pub fn properties(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    properties::expand(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Derives a property that is one of several texts: each variant is its own name, or what
/// `#[value("…")]` says.
#[proc_macro_derive(Choice, attributes(value))]
pub fn choice(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    choice::expand(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}
