//! What `cargo xtask new-type` leaves to its user, and may not stay.

use super::{EXEMPTION, Finding};

/// The documentation of what nobody has described yet, a whole comment.
pub(crate) const UNDESCRIBED: &str = "To be written.";
/// How a question to the author begins; what is asked follows.
pub(crate) const UNDECIDED: &str = "To be decided";
/// How a handler says that it does nothing yet.
pub(crate) const UNWRITTEN: &str = "isn't written yet";

/// Where these words are what is written about.
const ABOUT_THEM: &str = "xtask/";

/// Checks every `.rs` file among `files`, which are (path, text) pairs.
pub(super) fn check(files: &[(String, String)]) -> Vec<Finding> {
    let rust = files.iter().filter(|(path, _)| path.ends_with(".rs") && !path.starts_with(ABOUT_THEM));
    rust.flat_map(|(path, text)| {
        text.lines().enumerate().filter_map(|(index, line)| Some(Finding::new(path, index + 1, left(line)?)))
    })
    .collect()
}

/// What is left to do in a line.
fn left(line: &str) -> Option<&'static str> {
    if line.contains(EXEMPTION) {
        return None;
    }
    let line = line.trim();
    let comment = line.strip_prefix("//").map(|comment| comment.trim_start_matches(['/', '!', ' ']));
    if comment == Some(UNDESCRIBED) {
        Some("nothing describes it; say what it is, its units and defaults, and who says so")
    } else if comment.is_some_and(|comment| comment.starts_with(UNDECIDED))
        || line.contains("\"To be decided")
    {
        Some("nobody has decided this; do it and take the question away")
    } else if line.contains(UNWRITTEN) {
        Some("a handler says that it does nothing yet; write it")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        check(&[(path.to_owned(), text.to_owned())]).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn what_was_generated_and_not_filled_in_is_found() {
        let path = "crates/aws/src/sns/topic.rs";
        for line in [
            format!("/// {UNDESCRIBED}"),
            format!("//! {UNDESCRIBED}"),
            format!("    // {UNDECIDED}: which it is."),
            format!("\"Name\": \"{UNDECIDED}\","),
            format!("\"the handler of AWS::X::Y {UNWRITTEN}\""),
        ] {
            assert_eq!(lines(path, &format!("\n{line}\n")), [2], "{line}");
            assert!(lines("xtask/src/new_type/mod.rs", &line).is_empty(), "{line}");
            assert!(lines("book/src/a.md", &line).is_empty(), "{line}");
        }
    }

    #[test]
    fn other_sentences_are_left_alone() {
        let exempt = format!("let it = \"{UNWRITTEN}\"; // {EXEMPTION}, what another program says");
        assert!(lines("src/lib.rs", &exempt).is_empty(), "{exempt}");
        for line in
            ["/// What is to be written.", "/// The text to be decided upon.", "let to_be = \"written\";"]
        {
            assert!(lines("src/lib.rs", line).is_empty(), "{line}");
        }
    }
}
