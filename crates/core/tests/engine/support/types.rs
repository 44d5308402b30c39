//! The types of the simulated cloud.

use ironward_core::schema::{
    Attribute, Change, Compare, NameRule, Ownership, Property, ReplaceOrder, Schema,
};

const fn fixed(name: &'static str) -> Property {
    Property::new(name, Change::Replace)
}

const fn updatable(name: &'static str, aspect: &'static str) -> Property {
    Property::new(name, Change::Update(aspect))
}

const TAGS: Property = {
    let mut property = updatable("Tags", "tags");
    property.compare = Compare::Tags;
    property
};

const PEERS: Property = {
    let mut property = updatable("Peers", "peers");
    property.compare = Compare::Set;
    property
};

const LOUD: Property = {
    let mut property = updatable("Loud", "loud");
    property.after_create = true;
    property.default = Some("false");
    property
};

const SECRET: Property = {
    let mut property = updatable("Secret", "secret");
    property.write_only = true;
    property
};

const NAME: Property = {
    let mut property = fixed("Name");
    property.name_rule = Some(NameRule::new(40));
    property
};

const VERSION: Attribute = {
    let mut attribute = Attribute::new("Version");
    attribute.volatile = true;
    attribute
};

const fn predicted(name: &'static str, template: &'static str) -> Attribute {
    let mut attribute = Attribute::new(name);
    attribute.predict = Some(template);
    attribute
}

/// Has tags and every kind of property. `Parent` is fixed and holds its target; `Peers` can be
/// changed and holds its targets; `Link` can be changed and holds nothing.
pub(crate) static BOX: Schema = {
    let mut schema = Schema::new(
        "Sim::Net::Box",
        "Id",
        &[
            updatable("Size", "size"),
            updatable("Count", "size"),
            updatable("Label", "label"),
            fixed("Zone"),
            fixed("Parent"),
            updatable("Link", "link"),
            PEERS,
            LOUD,
            SECRET,
            Property::new("Window", Change::Local),
            TAGS,
        ],
        &[Attribute::new("Id"), VERSION],
    );
    schema.ownership = Ownership::Tags;
    schema
};

/// Has a unique generated name, no tags, and an ARN that follows from the name.
pub(crate) static NAMED: Schema = Schema::new(
    "Sim::Net::Named",
    "Id",
    &[NAME, updatable("Size", "size"), fixed("Zone"), fixed("Parent"), updatable("Link", "link")],
    &[Attribute::new("Id"), predicted("Arn", "arn:{partition}:net:{region}:{account}:named/{Name}")],
);

/// Occupies its key: two can't exist side by side. No tags; its id follows from the key.
pub(crate) static SLOT: Schema = {
    let mut schema = Schema::new(
        "Sim::Net::Slot",
        "Id",
        &[fixed("Key"), updatable("Size", "size"), fixed("Zone"), fixed("Parent"), updatable("Link", "link")],
        &[predicted("Id", "slot-{Key}")],
    );
    schema.replace = ReplaceOrder::DeleteFirst;
    schema
};

/// Holds data and can be guarded against deletion.
pub(crate) static STORE: Schema = {
    let mut schema = Schema::new(
        "Sim::Data::Store",
        "Id",
        &[updatable("Size", "size"), fixed("Zone"), updatable("Guarded", "guarded"), TAGS],
        &[Attribute::new("Id")],
    );
    schema.stateful = true;
    schema.ownership = Ownership::Tags;
    schema.protection = Some("Guarded");
    schema
};

/// Takes its time to come and to go.
pub(crate) static JOB: Schema = {
    let mut schema = Schema::new(
        "Sim::Slow::Job",
        "Id",
        &[updatable("Size", "size"), fixed("Zone"), fixed("Parent"), SECRET, LOUD, TAGS],
        &[Attribute::new("Id")],
    );
    schema.ownership = Ownership::Tags;
    schema.typical_seconds = 100;
    schema
};

/// Is never waited for.
pub(crate) static PLAIN: Schema = {
    let mut schema = Schema::new(
        "Sim::Net::Plain",
        "Id",
        &[updatable("Size", "size"), fixed("Zone"), TAGS],
        &[Attribute::new("Id"), VERSION],
    );
    schema.ownership = Ownership::Tags;
    schema
};

pub(crate) const ALL: [&Schema; 6] = [&BOX, &NAMED, &SLOT, &STORE, &JOB, &PLAIN];
