//! The types of the simulated cloud.

use std::collections::BTreeMap;

use ironward_core::schema::{
    Attribute, Change, Claim, ClaimKind, Collides, Compare, NameRule, Ownership, Property, ReplaceOrder,
    Schema, Scope,
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
    property.holds = true;
    property
};

/// The cloud may raise it by itself.
const ROOM: Property = {
    let mut property = updatable("Room", "size");
    property.compare = Compare::AtLeast;
    property
};

const TARGET: Property = {
    let mut property = updatable("Target", "target");
    property.holds = true;
    property
};

const LOUD: Property = {
    let mut property = updatable("Loud", "loud");
    property.after_create = true;
    property.default = Some("false");
    property
};

const ENABLED: Property = {
    let mut property = updatable("Enabled", "enabled");
    property.default = Some("true");
    property.kept = true;
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
            ROOM,
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
    schema.leads = true;
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
    schema.shareable = true;
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

/// Holds data and can be guarded against deletion. Where `Final` says so, a deletion leaves a snapshot of
/// it behind. What it is linked to, where that is a key, it is encrypted under.
pub static STORE: Schema = {
    let mut schema = Schema::new(
        "Sim::Data::Store",
        "Id",
        &[
            updatable("Size", "size"),
            fixed("Zone"),
            updatable("Link", "link"),
            updatable("Guarded", "guarded"),
            Property::new("Final", Change::Local),
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
    schema.shareable = true;
    schema.claims = &[EVERYWHERE];
    schema
};

/// Opens what is encrypted under it, and can be brought back while its deletion is pending.
pub static KEY: Schema = {
    let mut schema = Schema::new(
        "Sim::Data::Key",
        "Id",
        &[updatable("Size", "size"), fixed("Zone"), ENABLED, TAGS],
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

const RANGES: Claim = {
    let mut claim = Claim::new(ClaimKind::Value, &["Network", "Cidr"]);
    claim.collides = Collides::Ranges;
    claim
};

const NETWORK: Property = {
    let mut property = fixed("Network");
    property.network = true;
    property
};

/// Has a range of addresses in a network for itself, as a subnet does.
pub static RANGE: Schema = {
    let mut schema = Schema::new(
        "Sim::Net::Range",
        "Id",
        &[NETWORK, fixed("Cidr"), updatable("Size", "size"), fixed("Zone"), updatable("Link", "link"), TAGS],
        &[Attribute::new("Id")],
    );
    schema.ownership = Ownership::Tags;
    schema.claims = &[RANGES];
    schema
};

/// Has a port of its parent for itself, as a listener does, and holds on to its target, which can be
/// changed.
pub static PORT: Schema = {
    let mut schema = Schema::new(
        "Sim::Net::Port",
        "Id",
        &[fixed("Parent"), updatable("Port", "port"), TARGET, updatable("Size", "size"), fixed("Zone"), TAGS],
        &[Attribute::new("Id")],
    );
    schema.ownership = Ownership::Tags;
    schema.claims = &[Claim::new(ClaimKind::Value, &["Parent", "Port"])];
    schema
};

const STANDS_IN: Property = {
    let mut property = PEERS;
    property.network = true;
    property
};

/// Stands in ranges, which can be changed for others of the same network, as a load balancer's subnets can.
pub static HOST: Schema = {
    let mut schema = Schema::new(
        "Sim::Net::Host",
        "Id",
        &[STANDS_IN, updatable("Size", "size"), TAGS],
        &[Attribute::new("Id")],
    );
    schema.ownership = Ownership::Tags;
    schema
};

/// The types that every cloud here has.
pub static ALL: [&Schema; 13] =
    [&BOX, &NAMED, &SLOT, &STORE, &JOB, &PLAIN, &TICKET, &TIE, &BUCKET, &KEY, &PART, &RANGE, &PORT];

/// The properties that refer to other things.
pub(crate) const REFERENCES: [&str; 6] = ["Parent", "Link", "Peers", "Target", "Network", "Whole"];

/// Of these, those that keep what they refer to from being deleted.
pub(crate) const HOLDING: [&str; 4] = ["Parent", "Peers", "Target", "Network"];

/// What an instance of a type is known by, besides its id.
pub(crate) fn known_by(type_name: &str) -> &'static [&'static str] {
    match type_name {
        "Sim::Net::Named" | "Sim::Data::Bucket" => &["Name"],
        "Sim::Net::Slot" => &["Key"],
        "Sim::Net::Tie" => &["Parent", "Key"],
        "Sim::Net::Part" => &["Whole"],
        "Sim::Net::Range" => &["Network", "Cidr"],
        "Sim::Net::Port" => &["Parent", "Port"],
        _ => &[],
    }
}

/// Whether two things of a type can't both be there: one is known by what the other is, or their ranges
/// overlap.
pub(crate) fn exclude(
    type_name: &str,
    these: &BTreeMap<String, Json>,
    those: &BTreeMap<String, Json>,
) -> bool {
    let known_by = known_by(type_name);
    let same = |name: &&str| these.get(*name).is_some() && these.get(*name) == those.get(*name);
    if type_name != RANGE.type_name {
        return !known_by.is_empty() && known_by.iter().all(same);
    }
    let range = |of: &BTreeMap<String, Json>| of.get("Cidr").and_then(Json::as_str).and_then(addresses);
    let overlap = range(these).zip(range(those)).is_some_and(|(a, b)| a.0 <= b.1 && b.0 <= a.1);
    same(&"Network") && overlap
}

/// The first and the last address of a range: `10.0.4.0/22`.
fn addresses(text: &str) -> Option<(u32, u32)> {
    let (address, bits) = text.split_once('/')?;
    let first = u32::from(address.parse::<std::net::Ipv4Addr>().ok()?);
    let free = u32::MAX.checked_shr(bits.parse().ok()?).unwrap_or(0);
    Some((first & !free, first | free))
}

/// The schema of a type.
pub(crate) fn schema_of(type_name: &str) -> Option<&'static Schema> {
    ALL.into_iter().find(|schema| schema.type_name == type_name)
}

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
