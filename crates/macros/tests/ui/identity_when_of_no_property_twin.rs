use ironward_core::output::Output;
use ironward_macros::Resource;

#[derive(Debug, Clone, Resource)]
#[resource(type = "Acme::Queue::Topic", id = "Name")]
#[identity(given)]
#[identity(value = "Parent, Name", scope = "account", when = "Parent: true")]
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
    use ironward_core::schema::Scope;
    let claim = &<Topic as Declaration>::SCHEMA.claims[0];
    assert_eq!((claim.scope, claim.when), (Scope::Account, Some(("Parent", "true"))));
}
