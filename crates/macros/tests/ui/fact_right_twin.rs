use ironward_core::output::Output;
use ironward_macros::Resource;

#[derive(Debug, Clone, Resource)]
#[resource(type = "Acme::Queue::Topic", id = "Name", protection = "Protected")]
#[identity(given)]
#[attribute(name: String = "Name", predict = "{account}/{Name}")]
#[fixed("Encrypted" = "true", safeguard, section = "45 CFR 164.312(a)(2)(iv)")]
pub struct Topic {
    /// The name.
    #[property(create_only)]
    name: Output<String>,
    /// Whether it can't be deleted.
    #[property(default = "false")]
    protected: Option<Output<bool>>,
}

fn main() {
    use ironward_core::declare::Declaration;
    let schema = <Topic as Declaration>::SCHEMA;
    let encrypted = schema.property("Encrypted").unwrap();
    assert_eq!((encrypted.fixed, encrypted.section), (Some("true"), Some("45 CFR 164.312(a)(2)(iv)")));
    let name = schema.property("Name").unwrap();
    assert!(name.required && name.docs == "The name.");
    // Where the field is.
    assert_eq!((name.origin.line(), schema.property("Protected").unwrap().origin.line()), (12, 15));
}
