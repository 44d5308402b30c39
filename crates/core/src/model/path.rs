//! Where a resource stands in the tree of components: its identity.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The identity of a declared resource: segments from the outermost component inwards,
/// joined by `/`, such as `fhir/network/vpc`.
///
/// A segment starts with a lower-case letter, holds lower-case letters, digits and hyphens,
/// doesn't end in a hyphen, and has at most [`Path::MAX_SEGMENT`] characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Path(Arc<str>);

/// A name that can't be a path or a segment of one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{name}` is not a valid name: {reason}; names start with a lower-case letter, hold lower-case \
     letters, digits and hyphens, and have at most {} characters",
    Path::MAX_SEGMENT
)]
pub struct InvalidName {
    name: String,
    reason: &'static str,
}

impl Path {
    /// The longest segment, in characters.
    pub const MAX_SEGMENT: usize = 48;

    /// Parses segments that are joined by `/`.
    ///
    /// # Errors
    /// [`InvalidName`] names the first segment that breaks the rules.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        for segment in text.split('/') {
            check(segment)?;
        }
        Ok(Self(text.into()))
    }

    /// A path of one segment.
    ///
    /// # Errors
    /// [`InvalidName`] when `segment` breaks the rules.
    pub fn segment(segment: &str) -> Result<Self, InvalidName> {
        check(segment)?;
        Ok(Self(segment.into()))
    }

    /// The path of `segment` below this one.
    ///
    /// # Errors
    /// [`InvalidName`] when `segment` breaks the rules.
    pub fn join(&self, segment: &str) -> Result<Self, InvalidName> {
        check(segment)?;
        Ok(Self(format!("{}/{segment}", self.0).into()))
    }

    /// The whole path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last segment.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// The path of the component that holds this one, where there is one.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        self.0.rsplit_once('/').map(|(parent, _)| Self(parent.into()))
    }

    /// What of this path stands below another one: nothing more for that path itself, and `None` for
    /// one that isn't there.
    #[must_use]
    pub fn below(&self, other: &Self) -> Option<&str> {
        let rest = self.0.strip_prefix(&*other.0)?;
        if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
    }

    /// This path, with `rest` below it.
    #[must_use]
    pub fn extend(&self, rest: &str) -> Option<Self> {
        if rest.is_empty() { Some(self.clone()) } else { Self::parse(&format!("{}/{rest}", self.0)).ok() }
    }

    /// The segments, outermost first.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.0.split('/')
    }
}

fn check(segment: &str) -> Result<(), InvalidName> {
    let reason = match segment.as_bytes() {
        [] => "it is empty",
        [first, ..] if !first.is_ascii_lowercase() => "its first character is not a lower-case letter",
        [.., b'-'] => "it ends in a hyphen",
        bytes if bytes.len() > Path::MAX_SEGMENT => "it is too long",
        bytes if bytes.iter().any(|b| !matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-')) => {
            "it holds a character that isn't a lower-case letter, a digit or a hyphen"
        }
        _ => return Ok(()),
    };
    Err(InvalidName { name: segment.to_owned(), reason })
}

impl TryFrom<String> for Path {
    type Error = InvalidName;
    fn try_from(text: String) -> Result<Self, InvalidName> {
        Self::parse(&text)
    }
}

impl From<Path> for String {
    fn from(path: Path) -> Self {
        path.0.as_ref().to_owned()
    }
}

impl std::str::FromStr for Path {
    type Err = InvalidName;
    fn from_str(text: &str) -> Result<Self, InvalidName> {
        Self::parse(text)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", &*self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_follow_the_rules() {
        for good in ["a", "vpc", "zone-1/subnet", "a1/b2/c3"] {
            assert_eq!(Path::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", "/", "a/", "A", "1a", "a-", "a_b", "ä", &"x".repeat(49)] {
            assert!(Path::parse(bad).is_err(), "{bad} was accepted");
        }
    }

    #[test]
    fn a_path_knows_its_parent_and_name() {
        let path = Path::parse("fhir/network/vpc").unwrap();
        assert_eq!(path.name(), "vpc");
        assert_eq!(path.parent().unwrap().as_str(), "fhir/network");
        assert_eq!(Path::parse("fhir").unwrap().parent(), None);
    }
}
