//! The tags by which whoever looks at something in the cloud knows whose it is.

use std::collections::BTreeMap;

use crate::model::document::Document;
use crate::model::path::Path;
use crate::state::{InstanceId, Lineage};

/// The tag that names the state which owns something.
pub const LINEAGE_TAG: &str = "ironward:lineage";
/// The tag that names the instance which it is.
pub const INSTANCE_TAG: &str = "ironward:instance";
/// What the tag begins with by which a stack says that it uses what is another's; the lineage of its state
/// follows.
pub const USER_TAG: &str = "ironward:used-by:";

/// The tag that says where the program declares it.
pub const PATH_TAG: &str = "ironward:path";
/// The tag that names the stack.
pub const STACK_TAG: &str = "ironward:stack";
/// The tag that consoles show as a name.
pub const NAME_TAG: &str = "Name";

/// How many tags everything takes that has tags, 50 in every service of ours:
/// <https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html>.
pub(super) const MOST_TAGS: usize = 50;
/// How many characters a tag's value has at most, of which a path needs none but letters, digits, `-` and `/`:
/// the same page.
const LONGEST_VALUE: usize = 256;

/// Whose something is, in words.
pub(crate) fn owner(tags: &BTreeMap<String, String>) -> Option<String> {
    let lineage = tags.get(LINEAGE_TAG)?;
    Some(match tags.get(STACK_TAG) {
        Some(stack) => format!("the stack `{stack}` (Ironward state {lineage})"),
        None => format!("the Ironward state {lineage}"),
    })
}

/// Whose something is and where it stands there, in words.
pub(crate) fn owner_and_place(tags: &BTreeMap<String, String>) -> Option<String> {
    let owner = owner(tags)?;
    Some(match tags.get(PATH_TAG) {
        Some(path) => format!("{owner}, where it is `{path}`"),
        None => owner,
    })
}

/// What people find it by: its name, unless `named` says that it has another, where it is declared, and the
/// stack.
pub(super) fn labels(path: &Path, stack: Option<&str>, named: bool) -> Vec<(&'static str, String)> {
    let own = (!named).then(|| (NAME_TAG, name(path)));
    let stack = stack.map(|stack| (STACK_TAG, stack.to_owned()));
    own.into_iter().chain([(PATH_TAG, place(path))]).chain(stack).collect()
}

/// Adds those labels that nothing declares, as far as there is room for so many tags. IAM takes keys that differ in case alone
/// for the same one, and refuses both:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules>.
pub(super) fn add(labels: Vec<(&'static str, String)>, tags: &mut BTreeMap<String, String>, room: usize) {
    for (key, value) in labels {
        if tags.len() < room && !tags.keys().any(|declared| declared.eq_ignore_ascii_case(key)) {
            tags.insert(key.to_owned(), value);
        }
    }
}

/// The name of what stands at a path.
pub(crate) fn name(path: &Path) -> String {
    place(path).replace('/', "-")
}

/// A path as it stands in a tag.
pub(crate) fn place(path: &Path) -> String {
    path.as_str().chars().take(LONGEST_VALUE).collect()
}

/// What an operation writes onto what it changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mark {
    /// That the stack owns it.
    #[default]
    Owner,
    /// That the stack uses it, beside what says whose it is.
    User,
    /// Nothing: the stack has nothing to do with it any more.
    Nobody,
}

impl Mark {
    /// The tags of this mark.
    pub(super) fn tags(self, lineage: &Lineage, instance: &InstanceId) -> BTreeMap<String, String> {
        let instance = instance.as_str().to_owned();
        match self {
            Self::Owner => BTreeMap::from([
                (LINEAGE_TAG.to_owned(), lineage.as_str().to_owned()),
                (INSTANCE_TAG.to_owned(), instance),
            ]),
            Self::User => BTreeMap::from([(user_tag(lineage), instance)]),
            Self::Nobody => BTreeMap::new(),
        }
    }
}

/// The tag by which the stack of this state says that it uses something.
pub(crate) fn user_tag(lineage: &Lineage) -> String {
    format!("{USER_TAG}{}", lineage.as_str())
}

/// Whether a tag is a mark, and none of a declaration.
pub(crate) fn is_mark(key: &str) -> bool {
    matches!(key, LINEAGE_TAG | INSTANCE_TAG | PATH_TAG | STACK_TAG) || key.starts_with(USER_TAG)
}

/// Tags as a property document has them.
pub(crate) fn listed(tags: BTreeMap<String, String>) -> Vec<Document> {
    let tag = |(key, value): (String, String)| Document::new().with("Key", key).with("Value", value);
    tags.into_iter().map(tag).collect()
}

/// The declared tags of a property document: its `Tags`, a list of `{Key, Value}`.
#[must_use]
pub fn declared_tags(properties: &Document) -> BTreeMap<String, String> {
    properties
        .list::<Document>("Tags")
        .unwrap_or_default()
        .iter()
        .filter_map(|tag| Some((tag.get("Key").ok()?, tag.get("Value").ok()?)))
        .collect()
}
