use ironward_core::output::Output;
use ironward_macros::Resource;

#[derive(Debug, Clone, Resource)]
#[resource(type = "Acme::Queue::Topic", id = "Name", protection = "Protected")]
#[identity(given)]
#[attribute(name: String = "Name", predict = "{account}/{Name}")]
#[fixed("Encrypted" = "yes", safeguard, section = "45 CFR 164.312(a)(2)(iv)")]
pub struct Topic {
    /// The name.
    #[property(create_only)]
    name: Output<String>,
    /// Whether it can't be deleted.
    #[property(default = "false")]
    protected: Option<Output<bool>>,
}

fn main() {}
