//! Names of records.

use super::Misfit;

/// The most characters of a name, and of a label of it.
const LONGEST: usize = 255;
const LONGEST_LABEL: usize = 63;

/// Why a text can't be the name of records.
pub(super) fn misfit(property: &'static str, name: &str) -> Misfit {
    let labels = labels(name.strip_suffix('.').unwrap_or(name));
    let length = labels.iter().sum::<usize>() + labels.len() - 1;
    let message = |why: String| Some((property, format!("`{property}` is `{name}`, {why}")));
    if let Some(odd) = name.chars().find(|c| !c.is_ascii_graphic()) {
        return message(format!(
            "and `{odd}` can't be in a name as it is: write its octal code, such as `\\040`"
        ));
    }
    if length > LONGEST {
        return message(format!("which has {length} characters, and a name has {LONGEST} at most"));
    }
    if let Some(long) = labels.iter().find(|length| **length > LONGEST_LABEL) {
        let why = format!("a label of which has {long} characters, and one has {LONGEST_LABEL} at most");
        return message(why);
    }
    labels.contains(&0).then(|| (property, format!("`{property}` is `{name}`, which has an empty label")))
}

/// How many characters each label has; `\` and three digits are one.
fn labels(name: &str) -> Vec<usize> {
    let mut labels = Vec::new();
    let (mut length, mut rest) = (0, name);
    while let Some(first) = rest.chars().next() {
        let escaped =
            rest.get(1..4).filter(|code| first == '\\' && code.bytes().all(|byte| byte.is_ascii_digit()));
        let taken = if escaped.is_some() { 4 } else { first.len_utf8() };
        rest = rest.get(taken..).unwrap_or_default();
        if first == '.' {
            labels.push(length);
            length = 0;
        } else {
            length += 1;
        }
    }
    labels.push(length);
    labels
}
