//! The types of the simulated cloud.

use std::collections::BTreeMap;

use ironward_core::schema::{
    Attribute, Change, Claim, ClaimKind, Compare, NameRule, Ownership, Property, ReplaceOrder, Schema, Scope,
};
use serde_json::Value as Json;

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

const EVERYWHERE: Claim = {
    let mut claim = Claim::new(ClaimKind::Name, &["Name"]);
    claim.scope = Scope::Partition;
    claim
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
pub static BOX: Schema = {
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
pub static NAMED: Schema = {
    let mut schema = Schema::new(
        "Sim::Net::Named",
        "Id",
        &[NAME, updatable("Size", "size"), fixed("Zone"), fixed("Parent"), updatable("Link", "link")],
        &[Attribute::new("Id"), predicted("Arn", "arn:{partition}:net:{region}:{account}:named/{Name}")],
    );
    schema.claims = &[Claim::new(ClaimKind::Name, &["Name"])];
    schema
};

/// Occupies its key: two can't exist side by side. No tags; its id follows from the key.
pub static SLOT: Schema = {
    let mut schema = Schema::new(
        "Sim::Net::Slot",
        "Id",
        &[fixed("Key"), updatable("Size", "size"), fixed("Zone"), fixed("Parent"), updatable("Link", "link")],
        &[predicted("Id", "slot-{Key}")],
    );
    schema.replace = ReplaceOrder::DeleteFirst;
    schema.claims = &[Claim::new(ClaimKind::Name, &["Key"])];
    schema
};

/// Holds data and can be guarded against deletion.
pub static STORE: Schema = {
    let mut schema = Schema::new(
        "Sim::Data::Store",
        "Id",
        &[
            updatable("Size", "size"),
            fixed("Zone"),
            updatable("Link", "link"),
            updatable("Guarded", "guarded"),
            TAGS,
        ],
        &[Attribute::new("Id")],
    );
    schema.stateful = true;
    schema.ownership = Ownership::Tags;
    schema.protection = Some("Guarded");
    schema
};

/// Takes its time to come and to go.
pub static JOB: Schema = {
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
pub static PLAIN: Schema = {
    let mut schema = Schema::new(
        "Sim::Net::Plain",
        "Id",
        &[updatable("Size", "size"), fixed("Zone"), TAGS],
        &[Attribute::new("Id"), VERSION],
    );
    schema.ownership = Ownership::Tags;
    schema
};

/// Takes an idempotency token, and its time to come and to go.
pub static TICKET: Schema = {
    let mut schema = Schema::new(
        "Sim::Slow::Ticket",
        "Id",
        &[updatable("Size", "size"), fixed("Zone"), fixed("Parent"), SECRET, TAGS],
        &[Attribute::new("Id")],
    );
    schema.ownership = Ownership::Tags;
    schema.typical_seconds = 60;
    schema
};

/// Binds its key to a parent, as a route or an attachment does: no tags, no id of its own, and
/// the service can't tell whose it is.
pub static TIE: Schema = {
    let mut schema = Schema::new(
        "Sim::Net::Tie",
        "Id",
        &[fixed("Key"), updatable("Size", "size"), fixed("Zone"), fixed("Parent"), updatable("Link", "link")],
        &[Attribute::new("Id")],
    );
    schema.replace = ReplaceOrder::DeleteFirst;
    schema.claims = &[Claim::new(ClaimKind::Place, &["Parent", "Key"])];
    schema
};

/// Is called by its name, which is unique, and has tags.
pub static BUCKET: Schema = {
    let mut schema = Schema::new(
        "Sim::Data::Bucket",
        "Id",
        &[NAME, updatable("Size", "size"), fixed("Zone"), updatable("Link", "link"), SECRET, TAGS],
        &[predicted("Id", "{Name}")],
    );
    schema.stateful = true;
    schema.ownership = Ownership::Tags;
    schema.claims = &[EVERYWHERE];
    schema
};

/// Opens what is encrypted under it, and can be brought back while its deletion is pending.
pub static KEY: Schema = {
    let mut schema = Schema::new(
        "Sim::Data::Key",
        "Id",
        &[updatable("Size", "size"), fixed("Zone"), TAGS],
        &[Attribute::new("Id")],
    );
    schema.stateful = true;
    schema.opens = true;
    schema.restores = true;
    schema.ownership = Ownership::Tags;
    schema
};

/// Is a part of what it stands on, and goes along with it: a policy of a bucket.
pub static PART: Schema = {
    let mut schema = Schema::new(
        "Sim::Net::Part",
        "Id",
        &[fixed("Whole"), updatable("Size", "size")],
        &[predicted("Id", "part-{Whole}")],
    );
    schema.part_of = Some("Whole");
    schema.claims = &[Claim::new(ClaimKind::Place, &["Whole"])];
    schema
};

/// The types that every cloud here has.
pub static ALL: [&Schema; 11] =
    [&BOX, &NAMED, &SLOT, &STORE, &JOB, &PLAIN, &TICKET, &TIE, &BUCKET, &KEY, &PART];

/// Whether a type takes its time to come and to go.
#[must_use]
pub fn is_slow(schema: &Schema) -> bool {
    schema.type_name.starts_with("Sim::Slow::")
}

/// Whether the service knows a repeated creation by its token.
#[must_use]
pub fn takes_token(schema: &Schema) -> bool {
    schema.type_name == TICKET.type_name
}

/// What an object of `schema` is called, as the `number`th that was made.
#[must_use]
pub fn id_of(schema: &Schema, properties: &BTreeMap<String, Json>, number: u64) -> String {
    let short = schema.type_name.rsplit("::").next().unwrap_or_default().to_lowercase();
    let text = |name: &str| properties.get(name).and_then(Json::as_str);
    match (schema.type_name, text("Key"), text("Name"), text("Parent")) {
        ("Sim::Net::Tie", Some(key), _, parent) => format!("{}|{key}", parent.unwrap_or_default()),
        ("Sim::Data::Bucket", _, Some(name), _) => name.to_owned(),
        ("Sim::Net::Part", ..) => format!("part-{}", text("Whole").unwrap_or_default()),
        (_, Some(key), ..) => format!("{short}-{key}"),
        _ => format!("{short}-{number}"),
    }
}
