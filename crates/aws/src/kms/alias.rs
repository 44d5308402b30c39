//! `AWS::KMS::Alias`.

use ironward_core::output::Output;
use ironward_macros::Resource;

use super::KeyId;

ironward_core::identifiers! {
    /// The name of a KMS alias, with its prefix `alias/`.
    AliasName;
}

/// A name for a KMS key within an account and region.
///
/// It starts with `alias/` and not with `alias/aws/`; where none is given it is made from the
/// resource's path. The key that it points to can be changed in place. An alias has no tags; it
/// is ours when its name carries the instance's hash or the journal holds an intent for it.
///
/// Source: AWS KMS API Reference, `CreateAlias`, `UpdateAlias`; CloudFormation registry.
#[derive(Debug, Clone, Resource)]
#[resource(type = "AWS::KMS::Alias", registry, id = "AliasName", leads, seconds = 1)]
// "The alias must be unique in the account and Region":
// https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html
#[identity(name = "AliasName")]
#[attribute(name: AliasName = "AliasName", predict = "{AliasName}")]
pub struct Alias {
    /// The key that the name stands for.
    #[property(aspect = "target", compare = "KeyId")]
    target_key_id: Output<KeyId>,
    /// The name, with its prefix `alias/`, up to 256 characters.
    // https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html
    #[property(
        create_only,
        generated_name(max = 256, prefix = "alias/", min = 7, legal = "/_-", reserved = "alias/aws/")
    )]
    alias_name: Option<Output<AliasName>>,
}
