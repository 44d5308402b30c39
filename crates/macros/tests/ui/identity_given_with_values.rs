use ironward_core::output::Output;
use ironward_macros::Resource;

#[derive(Debug, Clone, Resource)]
#[resource(type = "Acme::Queue::Topic", id = "Name")]
#[identity(given, value = "Name")]
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
}
