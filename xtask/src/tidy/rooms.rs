//! The rooms of the engine: each uses itself and those before it, by the name of the room.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::Finding;

/// Where they are.
const CORE: &str = "crates/core/src/";

/// Each with those that it doesn't know after it.
const ROOMS: [&str; 6] = ["model", "state", "cloud", "plan", "apply", "engine"];

/// What stands in none: the root has it for the derives.
const ROOT: &str = "json";

/// Checks the files of the engine among `files`, which are (path, text) pairs. What can't be read is another
/// rule's.
pub(super) fn check(files: &[(String, String)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in files {
        let Some(own) = path.strip_prefix(CORE).and_then(|inside| inside.split_once('/')) else { continue };
        let Some(floor) = ROOMS.iter().position(|room| *room == own.0) else {
            findings.push(Finding::new(path, 0, format!("`{}` is none of the rooms {ROOMS:?}", own.0)));
            continue;
        };
        let Ok(tokens) = text.parse::<TokenStream>() else { continue };
        let mut named = Vec::new();
        collect(tokens, &mut named);
        for (name, line) in named {
            let message = match ROOMS.iter().position(|room| *room == name) {
                Some(other) if other <= floor => continue,
                Some(_) => {
                    format!("`{}` uses `{name}`, which is a room after it: move what is shared", own.0)
                }
                None if name == ROOT => continue,
                None => format!("name the room of `{name}`, as in `crate::model::{name}`"),
            };
            findings.push(Finding::new(path, line, message));
        }
    }
    findings
}

/// What follows `crate::`, with its line.
fn collect(tokens: TokenStream, named: &mut Vec<(String, usize)>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => collect(group.stream(), named),
            // What a macro names is written where others use it.
            TokenTree::Ident(ident) if ident == "crate" && is(tokens.get(at + 1), ':') => {
                if at > 0 && is(tokens.get(at - 1), '$') {
                    continue;
                }
                match tokens.get(at + 3) {
                    Some(TokenTree::Ident(first)) => {
                        named.push((first.to_string(), first.span().start().line));
                    }
                    Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                        named.extend(heads(group.stream()));
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
}

/// The first name of each member of a group of imports.
fn heads(tokens: TokenStream) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    let mut begins = true;
    for token in tokens {
        match token {
            TokenTree::Ident(ident) if begins => {
                found.push((ident.to_string(), ident.span().start().line));
                begins = false;
            }
            TokenTree::Punct(punct) => begins = punct.as_char() == ',',
            _ => begins = false,
        }
    }
    found
}

fn is(token: Option<&TokenTree>, char: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == char)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: [usize; 0] = [];

    fn lines(path: &str, text: &str) -> Vec<usize> {
        let found = check(&[(path.to_owned(), text.to_owned())]);
        found.into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn a_room_uses_itself_and_those_before_it() {
        let text = "use crate::model::path::Path;\nuse crate::plan::Plan;\nfn f() { crate::apply::run() }";
        assert_eq!(lines("crates/core/src/plan/a.rs", text), [3]);
        assert_eq!(lines("crates/core/src/state/a.rs", text), [2, 3]);
        assert_eq!(lines("crates/core/src/engine/a.rs", text), NONE);
        assert_eq!(lines("crates/core/src/lib.rs", text), NONE);
        assert_eq!(lines("crates/store/src/a.rs", text), NONE);
    }

    #[test]
    fn groups_are_looked_into() {
        let text = "use crate::{model::path, engine::{Engine, json}, json};";
        assert_eq!(lines("crates/core/src/plan/a.rs", text), [1]);
    }

    #[test]
    fn the_room_is_named() {
        assert_eq!(lines("crates/core/src/plan/a.rs", "use crate::path::Path;"), [1]);
        assert_eq!(lines("crates/core/src/plan/a.rs", "/// [`crate::path`]\nuse crate::json;"), NONE);
        assert_eq!(
            lines("crates/core/src/plan/a.rs", "macro_rules! m { () => { $crate::path::f() } }"),
            NONE
        );
        assert_eq!(lines("crates/core/src/attic/a.rs", ""), [0]);
    }
}
