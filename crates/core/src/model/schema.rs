//! The facts of a resource type: properties, attributes, naming, replacement.

use std::panic::Location;

use crate::model::document::Document;
use crate::model::shape::{Relation, Shape, Shapes};

/// What the engine knows of one resource type. Declarations derive it; handlers, plans,
/// diffs and documentation read it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Schema {
    /// The CloudFormation registry name, such as `AWS::KMS::Key`.
    pub type_name: &'static str,
    /// The version of this type's state; it grows whenever recorded properties change shape.
    pub version: u32,
    /// The writable properties.
    pub properties: &'static [Property],
    /// The attributes that a resource has once it exists.
    pub attributes: &'static [Attribute],
    /// The attribute that identifies the resource to the API.
    pub id: &'static str,
    /// How a replacement is ordered unless options say otherwise.
    pub replace: ReplaceOrder,
    /// Whether it holds data that a deletion loses: a replacement needs explicit consent.
    pub stateful: bool,
    /// What only one instance can have at a time: a name, a place, values that exclude each other.
    /// None where the cloud gives each an id and nothing else sets two apart.
    pub claims: &'static [Claim],
    /// Whether a deletion that is pending can be taken back.
    pub restores: bool,
    /// Whether it is a key: what is encrypted under it can't be read without it.
    pub opens: bool,
    /// Whether it stands for the key that it refers to, as an alias does: what refers to it is under that key.
    pub leads: bool,
    /// The property that refers to what it is a part of, where that takes it along when it goes, so
    /// that it stays in force for as long as that is there.
    pub part_of: Option<&'static str>,
    /// How the owner is recognised in the cloud.
    pub ownership: Ownership,
    /// Whether several stacks may use one: see [`Shareable`](crate::model::declare::Shareable).
    pub shareable: bool,
    /// The boolean property that makes the API refuse a deletion, where there is one; `LIST:KEY`
    /// for the value beside a key in a property that is a list of `Key` and `Value`.
    pub protection: Option<&'static str>,
    /// A typical time to create one, in seconds: the first guess of the critical path.
    pub typical_seconds: u32,
    /// Upgrades a recorded document of an older version.
    pub upgrade: Upgrade,
    /// What the registry says of values; nothing of a type that it doesn't have.
    pub shapes: Option<&'static Shapes>,
    /// What else is documented of values, or asked for by law.
    pub limits: &'static [Shape],
    /// What has to hold between properties.
    pub relations: &'static [Relation],
    /// What it is, in Markdown.
    pub docs: &'static str,
    /// The path of its declaration in Rust, with the module that it stands in.
    pub declared_by: &'static str,
}

/// Turns a recorded property document of version `from` into the current shape.
pub type Upgrade = fn(from: u32, properties: Document) -> Result<Document, String>;

/// One writable property.
#[derive(Debug)]
#[non_exhaustive]
pub struct Property {
    /// The canonical name.
    pub name: &'static str,
    /// What a change of it takes.
    pub change: Change,
    /// When two values count as equal.
    pub compare: Compare,
    /// Whether a declaration can't be without it.
    pub required: bool,
    /// Whether the API never reports it.
    pub write_only: bool,
    /// Whether creation leaves it to a reconcile that follows at once.
    pub after_create: bool,
    /// What it means when nothing is declared, as JSON text.
    pub default: Option<&'static str>,
    /// Whether it is held at its default where nothing is declared: what differs from that is drift.
    pub kept: bool,
    /// Whether changes of it can't be ignored because a safeguard rests on it.
    pub safeguard: bool,
    /// The only value that it may have, as JSON text, where there is one alone.
    pub fixed: Option<&'static str>,
    /// The section of the law that rests on it.
    pub section: Option<&'static str>,
    /// How a name is made where none is declared.
    pub name_rule: Option<NameRule>,
    /// Whether the cloud refuses to delete what it refers to for as long as it does. Of properties
    /// that can't be changed in place that is assumed.
    pub holds: bool,
    /// Whether it says in which network the resource stands: all that it refers to is of one network,
    /// and a resource that exists can't be taken to another one.
    pub network: bool,
    /// Members of its value that mean something other than what plain equality says.
    pub members: &'static [Member],
    /// Of a version, how many of its parts are the major one; the first is unless this says
    /// otherwise.
    pub majors: Option<Majors>,
    /// What a change interrupts, or else does to what runs: `restarts the database`.
    pub interrupts: Option<&'static str>,
    /// Whether it is fixed once it has a value, although the resource can be changed in place.
    pub once: Option<Once>,
    /// What it is, in Markdown.
    pub docs: &'static str,
    /// Where it is declared.
    pub origin: &'static Location<'static>,
}

/// A member of a property's value whose meaning plain equality gets wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Member {
    /// Where it is: a dot descends, and a list is every item of it. Nothing is the value itself.
    pub path: &'static str,
    /// What it means.
    pub meaning: Meaning,
}

/// What a member of a value means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Meaning {
    /// Not being there is the same as this, which is JSON text.
    Default(&'static str),
    /// A list in any order, in which nothing counts twice.
    Set,
    /// Text without regard to case.
    IgnoreCase,
}

/// How many parts of a version are the major one, by another property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Majors {
    /// The other property, such as the engine.
    pub by: &'static str,
    /// What its value starts with, and how many parts that makes.
    pub parts: &'static [(&'static str, usize)],
    /// The property that is true where the version may become one of another major version; nothing where that
    /// needn't be said.
    pub only_with: Option<&'static str>,
}

/// Why a property is fixed once it has a value, which the plan says instead of asking the cloud for what
/// it refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Once {
    /// Why, as a sentence without its end.
    pub because: &'static str,
    /// What to do instead.
    pub instead: &'static str,
    /// A property that is true and stays true where it is fixed; always where there is none.
    pub only_while: Option<&'static str>,
}

/// What only one instance of a type can have at a time.
///
/// Two declarations, or a declaration and something that is there, that say the same in all of
/// `properties` can't both exist.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Claim {
    /// What the cloud calls such a thing, and what a message does.
    pub kind: ClaimKind,
    /// The properties that say it together; a dot descends. One that isn't declared counts with its
    /// default.
    pub properties: &'static [&'static str],
    /// Where it is unique.
    pub scope: Scope,
    /// When values of the last property collide; those before it do when they are equal.
    pub collides: Collides,
    /// A property and its value as JSON text, without which nothing is claimed.
    pub when: Option<(&'static str, &'static str)>,
}

/// How an instance is told from others by what it claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClaimKind {
    /// By a name in a scope, such as a bucket's.
    Name,
    /// By where it stands: a parent and a key, such as a bucket and "its policy".
    Place,
    /// Not at all, but two can't have the same: the port of a balancer, the range of a subnet.
    Value,
}

/// Where a claim is unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scope {
    /// In an account and region.
    Region,
    /// In an account, across its regions.
    Account,
    /// In a partition, across all accounts.
    Partition,
}

/// When two values of a claim collide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Collides {
    /// When they are the same.
    Equal,
    /// When they are the same without regard to case.
    IgnoreCase,
    /// When the ranges of addresses have one in common.
    Ranges,
    /// When they are the same DNS name: in any case, with or without the trailing dot.
    DnsName,
}

/// What a change of a property takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The API sets it at creation only: the resource is replaced.
    Replace,
    /// An update; properties of one aspect share an API call.
    Update(&'static str),
    /// Nothing in the cloud: only later operations read it (a deletion window, say).
    Local,
}

/// When a declared value equals an observed one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Compare {
    /// Same JSON; of objects only the declared members.
    Exact,
    /// Same JSON, and nothing beside it: members that aren't declared count unless they are
    /// empty. For documents that one call writes as a whole and the handler reads back in full.
    Whole,
    /// Lists in any order.
    Set,
    /// Policy documents by meaning: order of members, one-element lists, `Statement` order.
    Policy,
    /// Text without regard to case.
    IgnoreCase,
    /// A version that is a prefix of the observed one, or lower: the service raises it.
    AtLeastVersion,
    /// A number that the service may raise by itself.
    AtLeast,
    /// A KMS key by id, ARN, or the id inside an ARN.
    KeyId,
    /// An ARN with or without a trailing `:*`.
    LogGroupArn,
    /// A DNS name with or without its trailing dot, in any case.
    DnsName,
    /// A list of `{Key, Value}`; keys of others are left alone.
    Tags,
}

/// One attribute.
#[derive(Debug)]
#[non_exhaustive]
pub struct Attribute {
    /// The canonical name; a dot descends.
    pub name: &'static str,
    /// What it will be, where that follows from properties and the place: a template with
    /// `{partition}`, `{region}`, `{account}` and `{PropertyName}`; a property that isn't declared
    /// counts with its default.
    pub predict: Option<&'static str>,
    /// Whether an update in place may change it.
    pub volatile: bool,
    /// What it is, in Markdown.
    pub docs: &'static str,
}

/// How a replacement is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReplaceOrder {
    /// The new one first, then those that use it, then the old one goes.
    CreateFirst,
    /// The old one first, since both can't exist at once.
    DeleteFirst,
}

/// How the owner of a resource is recognised in the cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ownership {
    /// Tags with the state's lineage and the instance id.
    Tags,
    /// The type has no tags: it is ours when the journal holds an intent for it, or when the
    /// name carries the instance's hash.
    Recorded,
}

/// How a physical name is made: the path and the instance's hash, within the type's limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct NameRule {
    /// The most characters.
    pub max: usize,
    /// What goes before the path.
    pub prefix: &'static str,
    /// What joins the segments of the path.
    pub separator: char,
    /// The fewest characters.
    pub min: usize,
    /// What is legal beside letters and digits; nothing is checked where this isn't said.
    pub legal: Option<&'static str>,
    /// Whether capitals aren't legal.
    pub lower: bool,
    /// Whether the first character has to be a letter.
    pub letter_first: bool,
    /// What a name must not begin with, in any case.
    pub reserved: &'static [&'static str],
    /// Characters two of which must not stand side by side.
    pub single: &'static str,
    /// Characters that must not stand at the beginning or the end.
    pub inner: &'static str,
}

impl Schema {
    /// Whether what is of the type is under keys: it holds data, and isn't a key itself.
    pub(crate) fn is_sealed(&self) -> bool {
        self.stateful && !self.opens
    }

    /// A schema with nothing but a name and the properties; the rest has its defaults.
    #[must_use]
    pub const fn new(
        type_name: &'static str,
        id: &'static str,
        properties: &'static [Property],
        attributes: &'static [Attribute],
    ) -> Self {
        Self {
            type_name,
            version: 1,
            properties,
            attributes,
            id,
            replace: ReplaceOrder::CreateFirst,
            stateful: false,
            claims: &[],
            restores: false,
            opens: false,
            leads: false,
            part_of: None,
            ownership: Ownership::Recorded,
            shareable: false,
            protection: None,
            typical_seconds: 3,
            upgrade: same_shape,
            shapes: None,
            limits: &[],
            relations: &[],
            docs: "",
            declared_by: "",
        }
    }

    /// The property of this name.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.name == name)
    }

    /// The property that takes the generated name, where the type has one.
    #[must_use]
    pub fn name_property(&self) -> Option<(&Property, NameRule)> {
        self.properties.iter().find_map(|property| Some((property, property.name_rule?)))
    }

    /// The name of the service, as in the second part of the type's name.
    #[must_use]
    pub fn service(&self) -> &str {
        self.type_name.split("::").nth(1).unwrap_or(self.type_name)
    }
}

impl Property {
    /// A property that is compared exactly and updated in place by an aspect of its own name.
    #[must_use]
    #[track_caller]
    pub const fn new(name: &'static str, change: Change) -> Self {
        Self {
            name,
            change,
            compare: Compare::Exact,
            required: false,
            write_only: false,
            after_create: false,
            default: None,
            kept: false,
            safeguard: false,
            fixed: None,
            section: None,
            name_rule: None,
            holds: false,
            network: false,
            members: &[],
            majors: None,
            interrupts: None,
            once: None,
            docs: "",
            origin: Location::caller(),
        }
    }

    /// The same, which a declaration can't be without.
    #[must_use]
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }
}

impl Member {
    /// A member that means this.
    #[must_use]
    pub const fn new(path: &'static str, meaning: Meaning) -> Self {
        Self { path, meaning }
    }
}

impl Once {
    /// A property that is fixed once it has a value, why, and what to do instead.
    #[must_use]
    pub const fn new(because: &'static str, instead: &'static str) -> Self {
        Self { because, instead, only_while: None }
    }

    /// Fixed only while this property is true.
    #[must_use]
    pub const fn only_while(self, property: &'static str) -> Self {
        Self { only_while: Some(property), ..self }
    }
}

impl Majors {
    /// As many parts as the value of another property says by its beginning.
    #[must_use]
    pub const fn by(by: &'static str, parts: &'static [(&'static str, usize)]) -> Self {
        Self { by, parts, only_with: None }
    }

    /// The same, for versions that become one of another major version only where a property is true.
    #[must_use]
    pub const fn only_with(mut self, property: &'static str) -> Self {
        self.only_with = Some(property);
        self
    }

    /// How many parts are the major one where the other property has this value.
    #[must_use]
    pub fn of(&self, value: &str) -> usize {
        self.parts.iter().find(|(start, _)| value.starts_with(start)).map_or(1, |(_, parts)| *parts)
    }
}

impl Claim {
    /// A claim on what these properties say, unique in an account and region.
    #[must_use]
    pub const fn new(kind: ClaimKind, properties: &'static [&'static str]) -> Self {
        Self { kind, properties, scope: Scope::Region, collides: Collides::Equal, when: None }
    }
}

impl Attribute {
    /// An attribute that is known only after creation.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, predict: None, volatile: false, docs: "" }
    }
}

impl NameRule {
    /// A rule for names of at most `max` characters, joined by hyphens.
    #[must_use]
    pub const fn new(max: usize) -> Self {
        Self {
            max,
            prefix: "",
            separator: '-',
            min: 1,
            legal: None,
            lower: false,
            letter_first: false,
            reserved: &[],
            single: "",
            inner: "",
        }
    }
}

/// The upgrader of a type that has had one version only.
///
/// # Errors
/// Says so when the recorded version is another.
pub fn same_shape(from: u32, properties: Document) -> Result<Document, String> {
    if from == 1 { Ok(properties) } else { Err(format!("there is no upgrade from version {from}")) }
}
