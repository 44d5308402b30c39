//! Whether the tags of an operation have room beside those that others wrote.
//!
//! Nothing carries more than [`MOST_TAGS`]. What is declared and what says whose something is, or who uses it,
//! has to be there; tags of others are theirs. What only helps people to find it gives way.

use std::collections::BTreeMap;

use super::marks::{
    INSTANCE_TAG, LINEAGE_TAG, MOST_TAGS, NAME_TAG, PATH_TAG, STACK_TAG, declared_tags, listed, user_tag,
};
use super::{Change, Mark, Operation};
use crate::model::document::Document;
use crate::state::Lineage;

type Tags = BTreeMap<String, String>;

/// What begins with this in a key is the cloud's own, and doesn't count:
/// <https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html>.
const UNCOUNTED: &str = "aws:";

/// The keys of tags that count.
fn counted(tags: &Tags) -> impl Iterator<Item = &String> {
    tags.keys().filter(|key| !key.starts_with(UNCOUNTED))
}

/// Whether a tag only helps to find what carries it; where it is `named`, its name is somebody's.
fn is_label(key: &str, named: bool) -> bool {
    matches!(key, PATH_TAG | STACK_TAG) || (key == NAME_TAG && !named)
}

/// The tags on something of ours that others wrote and that count. `declares` tells the keys that are declared
/// or were.
pub(crate) fn others(there: &Tags, named: bool, declares: impl Fn(&str) -> bool) -> Vec<&String> {
    let ours = |key: &str| matches!(key, LINEAGE_TAG | INSTANCE_TAG) || is_label(key, named) || declares(key);
    counted(there).filter(|key| !ours(key)).collect()
}

/// How many of `required` tags, those of the owner among them, are too many beside those of others.
pub(crate) fn surplus(required: usize, others: usize) -> usize {
    (required + others).saturating_sub(MOST_TAGS)
}

impl Operation<'_> {
    /// Lets what only helps to find something give way among the tags that are `there`, and returns what of
    /// that has to go from it.
    pub(crate) fn make_room(&mut self, there: &Tags, before: &Document, after: &Document) -> Tags {
        let (last, declared) = (declared_tags(before), declared_tags(after));
        let declares = |key: &str| declared.contains_key(key) || last.contains_key(key);
        let others = others(there, self.named, declares).len();
        self.room = MOST_TAGS.saturating_sub(others);
        let set = self.tags(after);
        let left = |key: &str| is_label(key, self.named) && !set.contains_key(key) && !last.contains_key(key);
        let left: Tags = there.iter().filter(|(key, _)| left(key)).map(owned).collect();
        if others + set.len() + left.len() > MOST_TAGS { left } else { Tags::new() }
    }

    /// The operation that only takes away what `change` does, with the tags as they shall be until the rest
    /// follows; where all of it has room at once there is none.
    pub(crate) fn clearing(&self, there: Option<&Tags>, change: &Change<'_>) -> Option<(Self, Document)> {
        let last = declared_tags(change.before);
        let there = there.unwrap_or(&last);
        let (set, gone) = change.tags(self);
        let arriving = set.keys().filter(|key| !there.contains_key(*key)).count();
        if gone.is_empty() || counted(there).count() + arriving <= MOST_TAGS {
            return None;
        }
        let kept = last.iter().filter(|(key, _)| !gone.contains(*key)).map(owned).collect();
        let mark = if self.owns(there) { self.mark } else { Mark::Nobody };
        Some((Self { mark, room: 0, ..self.clone() }, change.after.clone().with("Tags", listed(kept))))
    }
}

/// The tags on something of another stack's that give way so that this one can say that it uses it.
///
/// # Errors
/// How many tags are there, where none of them can.
pub(crate) fn for_user(there: &Tags, lineage: &Lineage) -> Result<Tags, usize> {
    let user = user_tag(lineage);
    let count = counted(there).filter(|key| **key != user).count();
    let surplus = surplus(1, count);
    let named = |name: &String| there.get(PATH_TAG).is_none_or(|path| *name != path.replace('/', "-"));
    let named = there.get(NAME_TAG).is_none_or(named);
    // The name first, since the path tells that nobody gave it.
    let labels = [STACK_TAG, NAME_TAG, PATH_TAG].into_iter().filter(|key| is_label(key, named));
    let giving: Tags = labels.filter_map(|key| there.get_key_value(key)).take(surplus).map(owned).collect();
    if giving.len() < surplus { Err(count) } else { Ok(giving) }
}

/// That a stack can't say that it uses something, in words.
pub(crate) fn no_room(physical_id: &str, count: usize, lineage: &Lineage) -> String {
    format!(
        "{physical_id} carries {count} tags already, and {MOST_TAGS} are the most: there is no room for `{}`, by \
         which its owner would know that this stack uses it",
        user_tag(lineage)
    )
}

fn owned((key, value): (&String, &String)) -> (String, String) {
    (key.clone(), value.clone())
}
