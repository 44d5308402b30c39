//! Container images.

use std::fmt;

use ironward_core::output::{IntoInput, Output, ToValue, concat};
use ironward_core::value::Value;

/// The digest of an image: `sha256:` and 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageDigest(String);

/// A text that is no digest of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotADigest(String);

impl fmt::Display for NotADigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no image digest: `sha256:` and 64 hexadecimal digits are expected", self.0)
    }
}

impl std::error::Error for NotADigest {}

impl ImageDigest {
    /// Checks a digest.
    ///
    /// # Errors
    /// [`NotADigest`] when it isn't `sha256:` and 64 lower-case hexadecimal digits.
    pub fn new(text: &str) -> Result<Self, NotADigest> {
        let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        match text.strip_prefix("sha256:") {
            Some(digits) if digits.len() == 64 && digits.bytes().all(hex) => Ok(Self(text.to_owned())),
            _ => Err(NotADigest(text.to_owned())),
        }
    }

    /// The digest as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<&str> for ImageDigest {
    type Error = NotADigest;

    fn try_from(text: &str) -> Result<Self, NotADigest> {
        Self::new(text)
    }
}

/// A container image.
#[derive(Debug, Clone)]
pub struct Image(Output<String>);

impl Image {
    /// The image of this digest: what runs is what was reviewed (45 CFR 164.312(c)(1)).
    #[must_use]
    pub fn by_digest(repository: impl IntoInput<String>, digest: &ImageDigest) -> Self {
        Self(concat([repository.into_input().to_value(), "@".to_value(), digest.as_str().to_value()]))
    }

    /// The image that a tag stands for when a task starts. This is weaker than
    /// [`Image::by_digest`]: whoever can push to the repository can change what runs without a
    /// change of the program, unless the repository's tags are immutable.
    #[must_use]
    pub fn tagged(repository: impl IntoInput<String>, tag: &str) -> Self {
        Self(concat([repository.into_input().to_value(), ":".to_value(), tag.to_value()]))
    }
}

impl ToValue for Image {
    fn to_value(&self) -> Value {
        self.0.to_value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_has_64_digits() {
        let digits = "0a".repeat(32);
        assert!(ImageDigest::new(&format!("sha256:{digits}")).is_ok());
        for wrong in [digits.clone(), format!("sha256:{digits}0"), format!("sha256:{}", "0A".repeat(32))] {
            assert_eq!(ImageDigest::new(&wrong), Err(NotADigest(wrong.clone())));
        }
    }
}
