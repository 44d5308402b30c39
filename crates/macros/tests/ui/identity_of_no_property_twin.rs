use ironward_core::output::Output;
use ironward_macros::Resource;

#[derive(Debug, Clone, Resource)]
#[resource(type = "Acme::Queue::Topic", id = "Name")]
#[identity(name = "Parent, Name.Of.It", ignore_case)]
#[attribute(name: String = "Name", predict = "{Name}")]
pub struct Topic {
    /// The parent.
    #[property(create_only)]
    parent: Output<String>,
    /// The name.
    #[property(create_only)]
    name: Output<String>,
}

fn main() {
    use ironward_core::declare::Declaration;
    use ironward_core::schema::{ClaimKind, Collides, Scope};
    let claim = &<Topic as Declaration>::SCHEMA.claims[0];
    assert_eq!((claim.kind, claim.properties), (ClaimKind::Name, &["Parent", "Name.Of.It"][..]));
    assert_eq!((claim.scope, claim.collides, claim.when), (Scope::Region, Collides::IgnoreCase, None));
}
