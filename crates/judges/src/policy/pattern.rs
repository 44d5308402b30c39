//! Wildcards: `*` for any text and `?` for one character.

/// Whether `text` is what `pattern` says.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    glob(&pattern.chars().collect::<Vec<_>>(), &text.chars().collect::<Vec<_>>(), |_| true)
}

/// Whether an action is what `pattern` says: case doesn't count.
///
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
pub(super) fn action(pattern: &str, action: &str) -> bool {
    matches(&pattern.to_ascii_lowercase(), &action.to_ascii_lowercase())
}

/// Whether an ARN is what a `Resource` says. A star within a segment stays in it; one at a segment's
/// end may "expand to match beyond the colon boundaries".
///
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
pub(super) fn resource(pattern: &str, arn: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let crosses = |rest: &[char]| matches!(rest.first(), None | Some(':'));
    glob(&pattern, &arn.chars().collect::<Vec<_>>(), crosses)
}

/// Whether an ARN is what `ArnLike` or `ArnEquals` says, which act alike: "each of the six
/// colon-delimited components of the ARN is checked separately".
///
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
pub(super) fn arn(pattern: &str, arn: &str) -> bool {
    let (patterns, parts): (Vec<_>, Vec<_>) =
        (pattern.splitn(6, ':').collect(), arn.splitn(6, ':').collect());
    patterns.len() == parts.len() && patterns.iter().zip(parts).all(|(pattern, part)| matches(pattern, part))
}

/// Matches with a star that may pass colons only where `crosses` says so of what follows it.
fn glob(pattern: &[char], text: &[char], crosses: impl Fn(&[char]) -> bool + Copy) -> bool {
    let Some((first, rest)) = pattern.split_first() else { return text.is_empty() };
    match first {
        '*' => {
            let wide = crosses(rest);
            let reach = if wide { text.len() } else { text.iter().take_while(|c| **c != ':').count() };
            (0..=reach).any(|taken| glob(rest, &text[taken..], crosses))
        }
        '?' => !text.is_empty() && glob(rest, &text[1..], crosses),
        same => text.first() == Some(same) && glob(rest, &text[1..], crosses),
    }
}
